/* What staff can do: the main menu, today's work, oneself. */
#include "common/date.h"
#include "tui/line/flow.h"
#include "tui/line/talk_book.h"
#include "tui/line/talk_places.h"
#include "tui/portal/books.h"
#include <inttypes.h>
#include <string.h>

/* --- today */

struct today {
    const struct queue_get_out *queue; /* as it was told */
    int64_t document, comment;         /* said to need no answer just now: undo takes it back; 0: none */
};

static void load_today(struct talk *t, struct talk_rows *r)
{
    struct queue_get_in in = {0};
    const void *out;
    char amount[SHOW_TEXT];
    GIVE(queue_get_in, &in, limit, 100);
    r->failed = !talk_get(t, TAG_LIST, OPNO_queue_get, &in, &out);
    if (r->failed)
        return;
    const struct queue_get_out *q = out;
    ((struct today *)r->ctx)->queue = q;
    if (!*r->after) {
        for (size_t i = 0; i < q->notices.n; i++)
            talk_say(t, "%s", q->notices.v[i]);
        for (size_t i = 0; i < q->ageing.n; i++)
            say_owed(t, "Owed to the business", &q->ageing.v[i]);
        for (size_t i = 0; i < q->paid_month.n; i++)
            talk_fact(t, "Paid this month", "%s", show_money(amount, q->paid_month.v[i].amount));
    }
    size_t from = 0; /* the queue comes at once: its pages are made here */
    for (const char *c = r->after; *c >= '0' && *c <= '9'; c++)
        from = from * 10 + (size_t)(*c - '0');
    for (size_t i = from; i < q->work.n && r->n < TALK_PAGE; i++) {
        const struct work *w = &q->work.v[i];
        show_money(amount, w->amount);
        talk_row(t, r, (uint64_t)w->id, (int64_t)w->job << 16 | w->subject, w->number, "%s %s, %s%s%s%s%s",
                 enum_name(enum_job_kind(), w->job), show_text(w->number), show_text(w->customer_name),
                 *amount ? ", " : "", amount, w->text && *w->text ? ": " : "", show_text(w->text));
    }
    if (from + r->n < q->work.n) {
        char next[24];
        snprintf(next, sizeof next, "%zu", from + r->n);
        talk_next(r, next);
    }
}

static enum turn open_work(struct talk *t, struct talk_rows *r, uint64_t id, int64_t user)
{
    (void)r;
    return flow_about(t, (int)(user & 0xffff), id);
}

/* The comment that waits in that row; NULL after saying that it is none. */
static const struct work *comment_of(struct talk *t, const struct today *d, uint64_t id, int64_t user)
{
    for (size_t i = 0; user >> 16 == JOB_COMMENT && i < d->queue->work.n; i++)
        if (d->queue->work.v[i].job == JOB_COMMENT && (uint64_t)d->queue->work.v[i].id == id)
            return &d->queue->work.v[i];
    talk_say(t, "That row is no comment. Its number opens it.");
    return NULL;
}

static enum turn run_reply(struct talk *t, struct talk_rows *r, uint64_t id, int64_t user)
{
    struct comment_add_in in = {0};
    char text[16001];
    if (!comment_of(t, r->ctx, id, user))
        return TURN_BACK;
    enum turn turn = talk_ask_text(
        t, &(struct talk_prompt){.label = "Your answer", .help = "The customer sees it."}, text, sizeof text);
    if (turn != TURN_ON)
        return turn;
    GIVE(comment_add_in, &in, document, id);
    GIVE(comment_add_in, &in, text, text);
    GIVE(comment_add_in, &in, portal, true);
    if (!talk_get(t, TAG_ACT, OPNO_comment_add, &in, NULL))
        return talk_turn(t, TURN_BACK);
    talk_say(t, "Said. The customer sees it.");
    return TURN_AGAIN;
}

static enum turn say_done(struct talk *t, int64_t document, int64_t comment, bool undo)
{
    struct comment_done_in in = {0};
    GIVE(comment_done_in, &in, document, (uint64_t)document);
    GIVE(comment_done_in, &in, comment, comment);
    if (undo)
        GIVE(comment_done_in, &in, undo, true);
    if (!talk_get(t, TAG_ACT, OPNO_comment_done, &in, NULL))
        return talk_turn(t, TURN_BACK);
    talk_say(t, undo ? "It waits for an answer again." : "Done. undo takes it back.");
    return TURN_AGAIN;
}

static enum turn run_done(struct talk *t, struct talk_rows *r, uint64_t id, int64_t user)
{
    struct today *d = r->ctx;
    const struct work *w = comment_of(t, d, id, user);
    if (!w)
        return TURN_BACK;
    int64_t comment = w->comment;
    enum turn turn = say_done(t, w->id, comment, false);
    if (turn == TURN_AGAIN) {
        d->document = (int64_t)id;
        d->comment = comment;
    }
    return turn;
}

static enum turn run_undo(struct talk *t, struct talk_rows *r, uint64_t id, int64_t user)
{
    struct today *d = r->ctx;
    int64_t document = d->document;
    (void)id;
    (void)user;
    d->document = 0;
    if (document)
        return say_done(t, document, d->comment, true);
    talk_say(t, "There is nothing to take back.");
    return TURN_BACK;
}

static const struct talk_row_act today_acts[] = {
    {.name = "reply",
     .help = "answer that comment; the customer sees it.",
     .op = OPNO_comment_add,
     .run = run_reply},
    {.name = "done", .help = "that comment needs no answer.", .op = OPNO_comment_done, .run = run_done},
    {.name = "undo", .help = "it does, after all.", .op = OPNO_comment_done, .bare = true, .run = run_undo},
    {0}};

enum turn flow_today(struct talk *t, void *ctx)
{
    struct today today = {0};
    struct talk_rows r = {.title = "Today",
                          .empty = "Nothing waits for anybody.",
                          .load = load_today,
                          .open = open_work,
                          .acts = today_acts,
                          .ctx = &today};
    (void)ctx;
    return talk_rows(t, &r);
}

enum turn flow_customer(struct talk *t, uint64_t id)
{
    return talk_book(t, &book_customer, id);
}

/* --- the main menu */

static const struct deed deeds_staff[] = {
    {.name = "today", .help = "What waits for somebody", .op = OPNO_queue_get, .run = flow_today},
    {.name = "customers",
     .help = "Customers and the access of their persons",
     .op = OPNO_customer_list,
     .run = talk_book_deed,
     .arg = &book_customers},
    {.name = "estimates", .help = "Estimates", .op = OPNO_estimate_list, .run = flow_estimates},
    {.name = "invoices", .help = "Invoices", .op = OPNO_invoice_list, .run = flow_invoices},
    {.name = "payments",
     .help = "Payments",
     .op = OPNO_payment_list,
     .run = talk_book_deed,
     .arg = &book_payments},
    {.name = "settings",
     .help = "The settings of the business",
     .op = OPNO_settings_get,
     .run = talk_places,
     .arg = &places_settings},
    {.name = "bell", .help = "What customers did", .op = OPNO_event_list, .run = flow_bell},
    {.name = "account",
     .help = "You: password, keys, sessions",
     .op = OPNO_session_me,
     .run = talk_places,
     .arg = &places_own},
    {0}};

const struct deed *deeds_of_staff(struct arena *a)
{
    return talk_with_places(a, deeds_staff, &places_settings);
}
