/* Reminding somebody by hand (F6): the mail as it would be sent, sending it; what was sent; and holding reminders of an invoice. */
#include "common/date.h"
#include "proto/paper/show.h"
#include "tui/face/fill_in.h"
#include "tui/portal/reminding.h"
#include <inttypes.h>

/* --- as it would be sent */

static const struct reminder *shown(const struct scene *v)
{
    return ((const struct reminder_preview_out *)v->out)->reminder;
}

static void tell_parts(struct page *p, const struct scene *v, const struct reminded_part_list *parts)
{
    for (size_t i = 0; i < parts->n; i++) {
        const struct reminded_part *part = &parts->v[i];
        char day[DATE_TEXT];
        const char *step = part->step ? scene_text(v, ", step %" PRId64, part->step) : "";
        page_money(p, show_text(part->number), LOOK_PLAIN, part->balance,
                   scene_text(v, "due %s%s", date_short(day, part->due), step));
        if (part->fee.amount)
            page_money(p, "Late fee", LOOK_WARN, part->fee,
                       *show_text(part->fee_number) ? scene_text(v, "invoice %s", part->fee_number)
                                                    : "charged by an invoice of its own");
    }
}

static void tell_mails(struct page *p, const struct scene *v, const struct reminded_mail_list *to)
{
    for (size_t i = 0; i < to->n; i++)
        page_fact(p, "To", "%s", scene_text(v, "%s <%s>", show_text(to->v[i].name), show_text(to->v[i].to)));
}

static void tell(struct page *p, const struct scene *v)
{
    const struct reminder *r = shown(v);
    page_title(p, "Reminder to %s", show_text(r->customer_name));
    for (size_t i = 0; i < r->left.n; i++)
        page_fact_as(p, LOOK_WARN, "Left out",
                     scene_text(v, "%s: %s", show_text(r->left.v[i].number), show_text(r->left.v[i].why)));
    if (!r->parts.n) {
        page_note(p, LOOK_PLAIN, "There is nothing to remind of.");
        return;
    }
    tell_mails(p, v, &r->to);
    if (!r->to.n)
        page_fact_as(p, LOOK_BAD, "To", "nobody there has an address that mail can be sent to");
    if (r->held)
        page_note(p, LOOK_WARN, "No mail server is set: the mail is held in the outbox.");
    tell_parts(p, v, &r->parts);
    page_money(p, "Total", LOOK_STRONG, r->total, NULL);
    page_fact(p, "Subject", "%s", show_text(r->subject));
    page_quote(p, "Text", r->text);
}

static const char *name_of(const struct scene *v)
{
    return shown(v)->customer_name;
}

static const char *can_send(const struct scene *v)
{
    return !shown(v)->parts.n ? "There is nothing to remind of."
           : !shown(v)->to.n  ? "Nobody there has an address that mail can be sent to."
                              : NULL;
}

static void as_shown(const struct scene *v, void *send)
{
    GIVE(reminder_send_in, (struct reminder_send_in *)send, expect, shown(v)->total);
}

static void to_customer(const struct scene *v, const void *in, void *send)
{
    (void)in;
    as_shown(v, send);
}

static struct id_list this_one(const struct scene *v)
{
    return (struct id_list){1, arena_copy(v->arena, &v->id, sizeof v->id)};
}

static void of_this(const struct scene *v, void *in)
{
    GIVE(reminder_preview_in, (struct reminder_preview_in *)in, invoices, this_one(v));
}

static void of_this_one(const struct scene *v, const void *in, void *send)
{
    (void)in;
    GIVE(reminder_send_in, (struct reminder_send_in *)send, invoices, this_one(v));
    as_shown(v, send);
}

static void review(struct page *p, const struct scene *v, const void *in)
{
    (void)in;
    tell_mails(p, v, &shown(v)->to);
    tell_parts(p, v, &shown(v)->parts);
    page_money(p, "Total", LOOK_STRONG, shown(v)->total, NULL);
    page_note(p, LOOK_PLAIN, "It is sent as it stands here. Late fees are charged with it.");
}

#define SENDS(complete_)                                        \
    (const struct act[])                                        \
    {                                                           \
        {.key = 's',                                            \
         .name = "send",                                        \
         .help = "Send it now",                                 \
         .op = OPNO_reminder_send,                              \
         .possible = can_send,                                  \
         .complete = (complete_),                               \
         .agree = AGREE_YES,                                    \
         .question = "Send this reminder?",                     \
         .yes = "Send it",                                      \
         .busy = "Sending…",                                    \
         .review = review,                                      \
         .done = "Sent: the outbox shows how the mail fares."}, \
        {                                                       \
            0                                                   \
        }                                                       \
    }
#define LIVE \
    .live = SUBJECT_BIT(SUBJECT_INVOICE) | SUBJECT_BIT(SUBJECT_PAYMENT) | SUBJECT_BIT(SUBJECT_CUSTOMER)
const struct book book_remind = {.name = "remind",
                                 .title = "Reminder",
                                 .op = OPNO_reminder_preview,
                                 .one = "customer",
                                 .tell = tell,
                                 .name_of = name_of,
                                 .acts = SENDS(to_customer),
                                 LIVE};
const struct book book_remind_of = {.name = "remind of",
                                    .title = "Reminder",
                                    .op = OPNO_reminder_preview,
                                    .complete = of_this,
                                    .tell = tell,
                                    .name_of = name_of,
                                    .acts = SENDS(of_this_one),
                                    LIVE};

/* --- what was sent */

static const struct reminded *sent(const struct scene *v)
{
    return v->row;
}

static const char *at(const struct scene *v)
{
    return scene_when(v, sent(v)->at);
}

static const char *by(const struct scene *v)
{
    return *show_text(sent(v)->by) ? sent(v)->by : "the rules";
}

static const struct column columns[] = {
    {.field = "at", .title = "Sent", .width = 13, .text = at},
    {.field = "customer_name", .title = "Customer", .says = "to", .width = 20, .grow = 1},
    {.field = "step", .says = "step", .width = 4},
    {.field = "by", .says = "by", .width = 14, .drop = 1, .text = by},
    {.field = "total", .says = "asks for", .width = 16},
    {0}};

static void tell_sent(struct page *p, const struct scene *v)
{
    page_title(p, "Reminder to %s", show_text(sent(v)->customer_name));
    page_fact(p, "Sent", "%s by %s", at(v), by(v));
    page_fact(p, "Step", "%s", scene_text(v, "%" PRId64 ", %s", sent(v)->step, show_text(sent(v)->name)));
    tell_mails(p, v, &sent(v)->mails);
    tell_parts(p, v, &sent(v)->parts);
    page_money(p, "Total", LOOK_STRONG, sent(v)->total, NULL);
}

static const char *sent_name(const struct scene *v)
{
    return at(v);
}

const struct book book_reminded = {.name = "reminded",
                                   .title = "Reminders that were sent",
                                   .noun = "reminder",
                                   .empty = "None was sent.",
                                   .op = OPNO_reminder_sent,
                                   .rows = "reminders",
                                   .of = "customer",
                                   .columns = columns,
                                   .tell = tell_sent,
                                   .name_of = sent_name,
                                   .acts = (const struct act[]){{0}},
                                   .live = SUBJECT_BIT(SUBJECT_INVOICE)};

/* --- holding reminders of an invoice: acts of its book */

static bool is_promised(const struct scene *v)
{
    return paper_of(v)->promised && paper_of(v)->promised >= v->today;
}

bool remind_is_held(const struct scene *v)
{
    return paper_of(v)->reminding || is_promised(v);
}

const char *remind_held(const struct scene *v)
{
    const struct document *d = paper_of(v);
    char day[DATE_TEXT];
    const char *why = d->reminding == REMINDING_PAUSED     ? "paused"
                      : d->reminding == REMINDING_DISPUTED ? "held: it is disputed"
                                                           : "";
    if (!remind_is_held(v))
        return NULL;
    return scene_text(v, "Reminders %s%s%s", why, *why && is_promised(v) ? ", " : "",
                      is_promised(v) ? scene_text(v, "%spromised until %s",
                                                  *why ? "" : "held: ", date_short(day, d->promised))
                                     : "");
}

const char *remind_can(const struct scene *v)
{
    return paper_of(v)->state == DOC_OPEN ? NULL : "Nothing is due on it.";
}

const char *remind_can_go_on(const struct scene *v)
{
    return remind_is_held(v) ? NULL : "Its reminders are not held: {hold} does that.";
}

static bool reasons(const struct scene *v, const void *in, size_t i, struct option *o)
{
    static const struct option all[] = {{.value = REMINDING_PAUSED, .name = "paused"},
                                        {.value = REMINDING_DISPUTED, .name = "disputed"},
                                        {.value = REMINDING_ON, .name = "promised"}};
    (void)v, (void)in;
    if (i < 3)
        *o = all[i];
    return i < 3;
}

static bool is_promise(const struct scene *v, const void *in)
{
    (void)v;
    return ((const struct reminder_hold_in *)in)->reminding == REMINDING_ON;
}

const struct give remind_gives[] = {
    {.field = "reminding", .label = "Why", .choice = reasons, .must = true, .width = 20},
    {.field = "promised", .wanted = is_promise, .must = true, .width = 14},
    {0}};

void remind_goes_on(const struct scene *v, const void *in, void *send)
{
    struct reminder_hold_in *hold = send;
    (void)v, (void)in;
    GIVE(reminder_hold_in, hold, reminding, REMINDING_ON);
    GIVE(reminder_hold_in, hold, promised, 0);
}

/* --- the same of a customer: acts of its book */

const struct give remind_customer_gives[] = {
    {.field = "customer.reminders_off"}, {.field = "customer.promised", .width = 14}, {0}};

void remind_tell(struct page *p, const struct scene *v, const struct customer *c)
{
    char day[DATE_TEXT];
    if (c->reminders_off)
        page_fact_as(p, LOOK_WARN, "Reminders", "none: paused");
    else if (c->promised && c->promised >= v->today)
        page_fact_as(p, LOOK_WARN, "Reminders",
                     scene_text(v, "none: promised until %s", date_short(day, c->promised)));
}
