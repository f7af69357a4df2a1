/* The log (H5): who did what, when, about what and from where, newest first; is it whole, and a seal to keep elsewhere. */
#include "common/date.h"
#include "common/doc_kind.h"
#include "common/filter_table.h"
#include "common/zone.h"
#include "proto/paper/show.h"
#include "tui/portal/books.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const struct event *event(const struct scene *v)
{
    return v->row;
}

static bool has(const char *text)
{
    return text && *text;
}

/* --- the rows */

static const char *who(const struct scene *v)
{
    return show_who(event(v));
}

/* "created" alone does not say what: "contact created". */
static const char *what(const struct scene *v)
{
    const struct event *e = event(v);
    bool plain = e->what == WHAT_CREATED || e->what == WHAT_CHANGED || e->what == WHAT_DELETED;
    return scene_text(v, "%s%s%s%s%s", plain ? show_subject(e->subject) : "", plain ? " " : "",
                      show_what(e->what), has(e->text) ? ": " : "", show_text(e->text));
}

static enum look what_look(const struct scene *v)
{
    return show_event_look(event(v));
}

static const char *about(const struct scene *v)
{
    return has(event(v)->number) ? event(v)->number : show_subject(event(v)->subject);
}

static const char *place(const struct scene *v)
{
    return show_place(event(v)->place);
}

static enum look dim(const struct scene *v)
{
    (void)v;
    return LOOK_DIM;
}

static const struct column columns[] = {
    {.field = "at", .title = "When", .width = 12, .look = dim},
    {.field = "name", .title = "Who", .width = 10, .grow = 2, .text = who},
    {.field = "what", .title = "What happened", .width = 21, .grow = 3, .text = what, .look = what_look},
    {.field = "number", .title = "About", .says = "about", .width = 12, .grow = 2, .text = about},
    {.field = "place",
     .title = "From where",
     .says = "from",
     .width = 12,
     .grow = 1,
     .drop = 1,
     .text = place,
     .look = dim},
    {0}};

/* --- one event */

/* Local time to the second; and the exact one, as the chain has it. */
static void tell_when(struct page *p, const struct scene *v)
{
    char date[DATE_TEXT], exact[INSTANT_TEXT];
    const char *zone = v->me->time_zone;
    int second = zone_second(zone, event(v)->at);
    date_short(date, zone_day(zone, event(v)->at));
    page_fact(p, "When", "%s, %02d:%02d:%02d", date, second / 3600, second / 60 % 60, second % 60);
    page_fact_as(p, LOOK_DIM, "Exactly", instant_plain(exact, event(v)->at));
}

static void tell_who(struct page *p, const struct event *e)
{
    const char *account = strrchr(show_text(e->place), ' ');
    bool local = account && strcmp(show_place(e->place), e->place) != 0;
    if (e->actor && e->side != SIDE_SYSTEM)
        page_fact(p, "Who", "%s (%s, number %" PRId64 ")", show_who(e), enum_name(enum_side(), e->side),
                  e->actor);
    else
        page_fact(p, "Who", "%s", show_who(e));
    page_fact(p, "From where", "%s%s%s", show_place(e->place), local ? ", account" : "",
              local ? account : "");
}

static void tell_chain(struct page *p, const struct bytes *chain)
{
    char hex[33];
    for (size_t i = 0; i < chain->size; i++) {
        snprintf(hex + 2 * (i % 16), 3, "%02x", chain->data[i]);
        if (i % 16 == 15)
            page_list(p, "Link of the chain", hex);
    }
}

static void tell(struct page *p, const struct scene *v)
{
    const struct event *e = event(v);
    page_title(p, "Event %" PRIu64, e->id);
    page_fact_as(p, show_event_look(e), "What happened", show_what(e->what));
    page_fact(p, "Text", "%s", show_text(e->text));
    tell_when(p, v);
    tell_who(p, e);
    page_fact(p, "About", "%s%s%s", show_subject(e->subject), has(e->number) ? " " : "",
              show_text(e->number));
    page_fact(p, "Customer", "%s", show_text(e->customer_name));
    if (*e->amount.currency)
        page_money(p, "Amount", LOOK_PLAIN, e->amount, NULL);
    page_fact(p, "Seen by customer", "%s", e->portal ? "yes" : "no");
    tell_chain(p, &e->chain);
}

static const char *name_of(const struct scene *v)
{
    return scene_text(v, "Event %" PRIu64, event(v)->id);
}

/* --- what it is about */

static bool has_place(int subject)
{
    return doc_kind_of_subject(subject) || subject == SUBJECT_PAYMENT || subject == SUBJECT_CUSTOMER;
}

static const char *can_follow(const struct scene *v)
{
    const struct event *e = event(v);
    return has_place(e->subject) || e->customer ? NULL : show_closed(e->subject);
}

static uint64_t followed(const struct scene *v)
{
    const struct event *e = event(v);
    return has_place(e->subject) ? about_id(e->subject, (uint64_t)e->about)
                                 : about_id(SUBJECT_CUSTOMER, e->customer);
}

/* --- ways of looking */

static const struct shown shows[] = {{"sign-ins", "what:signed_in"},
                                     {"refused sign-ins", "what:sign_in_refused"},
                                     {"backup codes used", "what:mfa_code_used"},
                                     {"second factors taken away", "what:mfa_reset"},
                                     {"passwords changed", "what:password_changed"},
                                     {"SSH keys added", "what:key_added"},
                                     {"invitations", "what:invited"},
                                     {"access switched off", "what:access_off"},
                                     {"machine tokens made", "what:token_created"},
                                     {"what programs did", "side:machine"},
                                     {"about colleagues", "about=colleague"},
                                     {"about settings", "about=business"},
                                     {0}};

static const char *same_person(const struct scene *v)
{
    const struct event *e = event(v);
    const char *side = enum_name(enum_side(), e->side);
    return e->actor ? scene_text(v, "who=%s/%" PRId64, side, e->actor) : scene_text(v, "side:%s", side);
}

/* For a shell: in single quotes, which a quote in it leaves for a moment. */
static const char *export_command(const struct scene *v)
{
    const char *only = v->only ? shows[v->only - 1].filter : "", *find = show_text(v->find), *quoted = "";
    const char *typed = scene_text(v, "%s%s%s", only, *only && *find ? " " : "", find);
    if (!*typed)
        return "posternctl events --csv > log.csv";
    for (const char *at = typed; *at; at++)
        quoted = scene_text(v, *at == '\'' ? "%s'\\'%c" : "%s%c", quoted, *at);
    return scene_text(v, "posternctl events --filter '%s' --csv > log.csv", quoted);
}

/* --- is it whole? */

static void tell_seal(struct page *p, const struct scene *v, const struct audit *seal)
{
    if (seal)
        page_fact(p, "Signed last", "up to event %" PRId64 ", %s", seal->event, scene_when(v, seal->at));
    else
        page_fact(p, "Signed last", "never");
}

static void verified(struct page *p, const struct scene *v, const void *out)
{
    const struct audit_verify_out *found = out;
    bool whole = !found->problems.n;
    page_title(p, "%s", whole ? "The log is whole." : "The log is not what it was.");
    page_note(p, whole ? LOOK_GOOD : LOOK_BAD, "%s",
              whole ? "Nothing was changed, removed, added, moved or cut off."
                    : "Keep the store as it is, and look into it.");
    page_fact(p, "Events read", "%" PRId64, found->events);
    page_fact(p, "Signed heads", "%" PRId64 " compared", found->heads);
    tell_seal(p, v, found->seal);
    for (size_t i = 0; i < found->problems.n; i++)
        page_fact_as(p, LOOK_BAD, scene_text(v, "Event %" PRId64, found->problems.v[i].event),
                     found->problems.v[i].problem);
    if (!whole)
        return;
    page_note(p, LOOK_DIM,
              "Whoever can write the store's files could take it back to an older state, signatures and all. "
              "Against that, keep a seal elsewhere now and then, and compare it later:");
    page_raw(p, "posternctl audit head > seal.json");
    page_raw(p, "posternctl audit verify --seal seal.json");
}

static void signed_now(struct page *p, const struct scene *v, const void *out)
{
    page_title(p, "The log is signed as it stands.");
    tell_seal(p, v, ((const struct audit_head_out *)out)->seal);
    page_note(p, LOOK_PLAIN, "Keep a copy elsewhere:");
    page_raw(p, "posternctl audit head > seal.json");
}

static const struct act acts[] = {
    {LEADS_TO('o', "about", "Open what it is about", OPNO_event_list, book_subject), .about = ABOUT_ROW,
     .possible = can_follow, .goes_by = followed},
    {.key = 'w',
     .name = "person",
     .help = "Only what this person did",
     .about = ABOUT_ROW,
     .op = OPNO_event_list,
     .finds = same_person},
    {.key = 'V',
     .name = "verify",
     .help = "Is it whole? Nothing changed, removed or cut off",
     .op = OPNO_audit_verify,
     .busy = "Reading the whole log …",
     .after = verified},
    {.key = 'S',
     .name = "sign",
     .help = "Sign the log as it stands",
     .op = OPNO_audit_head,
     .busy = "Signing …",
     .after = signed_now},
    {.key = 'y',
     .name = "copy",
     .help = "Copy the command that exports this as CSV",
     .op = OPNO_event_list,
     .about = ABOUT_ALL,
     .copies = export_command},
    {0}};

const struct book book_audit = {.name = "audit log",
                                .title = "Audit log",
                                .noun = "event",
                                .empty = "Nothing in the log yet.",
                                .op = OPNO_event_list,
                                .rows = "events",
                                .one = "event",
                                .shows = shows,
                                .filter = filter_of_events,
                                .columns = columns,
                                .tell = tell,
                                .name_of = name_of,
                                .acts = acts,
                                .live = ~0u};
