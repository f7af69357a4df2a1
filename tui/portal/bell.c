/* The bell (G2): what the other side did, newest first. Opening it counts as having read it. */
#include "proto/paper/show.h"
#include "tui/portal/books.h"

static const struct event *event(const struct scene *v)
{
    return v->row;
}

static bool is_customer(const struct scene *v)
{
    return v->me->role == ROLE_CUSTOMER;
}

static bool is_staff(const struct scene *v)
{
    return !is_customer(v);
}

static const struct event_list_out *page(const struct scene *v)
{
    return v->out;
}

/* The first so many of the newest page were not read before. */
static bool unread(const struct scene *v)
{
    return !*show_text(v->after) && event(v) - page(v)->events.v < page(v)->unread;
}

static enum look look(const struct scene *v)
{
    return unread(v) ? LOOK_STRONG : LOOK_PLAIN;
}

static const char *when(const struct scene *v)
{
    return scene_when(v, event(v)->at);
}

static const char *unspoken(const struct scene *v)
{
    (void)v;
    return "";
}

static const char *about_spoken(const struct scene *v)
{
    return scene_text(v, "%s%s", unread(v) ? "new: " : "", show_text(event(v)->number));
}

static const char *what(const struct scene *v)
{
    char text[700];
    return scene_text(v, "%s", show_event(text, sizeof text, event(v), is_customer(v)));
}

static const char *what_spoken(const struct scene *v)
{
    return scene_text(v, "%s, %s", what(v), when(v));
}

static enum look what_look(const struct scene *v)
{
    return show_event_look(event(v));
}

static const char *amount(const struct scene *v)
{
    char text[SHOW_TEXT];
    return scene_text(v, "%s", show_money(text, event(v)->amount));
}

static const struct column columns[] = {
    {.field = "at", .title = "When", .width = 12, .text = when, .spoken = unspoken},
    {.field = "number", .title = "About", .width = 10, .spoken = about_spoken},
    {.field = "what",
     .title = "What happened",
     .width = 24,
     .grow = 3,
     .text = what,
     .spoken = what_spoken,
     .look = what_look},
    {.field = "amount", .width = 13, .drop = 2, .text = amount},
    {.field = "customer_name", .title = "Customer", .width = 16, .grow = 1, .drop = 1, .offered = is_staff},
    {0}};

static void bell_alone(const struct scene *v, void *in)
{
    (void)v;
    GIVE(event_list_in, (struct event_list_in *)in, bell, true);
}

static bool seen(const struct scene *v, struct peek *p)
{
    struct event_seen_in *in = arena_alloc(v->arena, sizeof *in);
    if (!page(v)->unread || !page(v)->last)
        return false;
    GIVE(event_seen_in, in, event, page(v)->last);
    *p = (struct peek){OPNO_event_seen, in};
    return true;
}

/* What a customer does with its keys stands on that customer for staff. */
static uint64_t about(const struct scene *v)
{
    const struct event *e = event(v);
    return is_staff(v) && e->subject == SUBJECT_KEY && e->customer ? about_id(SUBJECT_CUSTOMER, e->customer)
                                                                   : about_id(e->subject, (uint64_t)e->about);
}

static const struct act acts[] = {
    {LEADS_TO(ENTER, "open", "Open what it is about", OPNO_event_list, book_subject), .about = ABOUT_ROW,
     .goes_by = about},
    {0}};

const struct book book_bell = {.name = "bell",
                               .title = "Bell",
                               .noun = "event",
                               .empty = "Nothing yet. What happens around your documents is told here.",
                               .op = OPNO_event_list,
                               .rows = "events",
                               .complete = bell_alone,
                               .seen = seen,
                               .columns = columns,
                               .look = look,
                               .acts = acts,
                               .live = ~0u};
