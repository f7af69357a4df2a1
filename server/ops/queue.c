/* The staff's work queue: what waits for somebody, by how pressing it is. Every kind of job has a lane of its own that is read
 * from an index; each lane gets a share of the rows, so that a hundred overdue invoices do not hide a question. */
#include "common/date.h"
#include "common/text.h"
#include "common/zone.h"
#include "server/due/due.h"
#include "server/ops/bank.h"
#include "server/ops/document.h"
#include "server/ops/figures.h"
#include "server/ops/payment.h"
#include "server/ops/payment_gateway.h"
#include "server/ops/refund.h"
#include "server/ops/reminder.h"
#include <string.h>

#define ROWS 50
#define FAILED_DAYS 14 /* a failed payment or mail that nobody retried is no news any more */
#define MAILS 20
#define GUESSES 20       /* lines of bank statements of which it is said whose they seem to be */
#define TEXT_COLUMNS 120 /* of a reason or a comment */

/* Most pressing first. */
enum lane_of {
    LANE_MAIL,
    LANE_FAILED,
    LANE_REFUND,
    LANE_DISPUTED,
    LANE_DUE,
    LANE_CHARGE,
    LANE_HELD,
    LANE_COMMENT,
    LANE_DECLINED,
    LANE_ACCEPTED,
    LANE_BANK,
    LANE_PENDING,
    LANE_OVERDUE,
    LANES
};
struct lane {
    size_t n, room, take;
    struct work *rows;
};
struct queue {
    struct call *c;
    size_t limit;
    int32_t today;
    struct lane lanes[LANES];
};

/* One line of at most TEXT_COLUMNS. */
static const char *beginning(struct call *c, const char *text)
{
    if (!text || !*text)
        return NULL;
    size_t used;
    const char *shown = text_shown(c->arena, text, false);
    size_t size = text_fit(shown, TEXT_COLUMNS, &used);
    return shown[size] ? arena_printf(c->arena, "%.*s…", (int)size, shown) : shown;
}

static enum err read_lane(struct queue *q, struct record_list *l, const struct list_range *ranges, size_t n)
{
    l->ranges = ranges;
    l->n = n;
    l->limit = q->limit;
    return record_list(&q->c->txn, l, &q->c->why);
}

/* Good until the lane's next one. Lanes are short, so room is made as they grow. */
static struct work *add(struct queue *q, enum lane_of lane)
{
    struct lane *to = &q->lanes[lane];
    if (to->n == to->room)
        to->rows = arena_grow(q->c->arena, to->rows, &to->room, sizeof *to->rows);
    return &to->rows[to->n++];
}

static struct work *add_document(struct queue *q, enum lane_of lane, int job, const struct document_work *d)
{
    struct work *w = add(q, lane);
    *w = (struct work){.job = job,
                       .subject = doc_kind(d->kind)->subject,
                       .id = (int64_t)d->id,
                       .number = d->number,
                       .customer = d->customer,
                       .customer_name = d->customer_name,
                       .amount = doc_kind(d->kind)->owes ? d->balance : d->total};
    return w;
}

static enum err overdue(struct queue *q)
{
    size_t n, used = 0;
    const struct doc_traits *kinds = doc_kinds(&n);
    struct list_range *ranges = arena_alloc(q->c->arena, n * sizeof *ranges);
    struct record_list l = {.kind = KIND_DOCUMENT, .view = shape_document_work()};
    const struct business *business;
    for (size_t i = 0; i < n; i++) {
        struct key k = index_key(&q->c->txn, INDEX_DOC_DUE);
        if (kinds[i].owes <= 0)
            continue;
        struct list_range *range = &ranges[used++];
        *range = list_range(key_u8(&k, (uint8_t)kinds[i].kind));
        range->last = k;
        key_u32(&range->last, (uint32_t)q->today - 1);
    }
    enum err e = call_business(q->c, &business);
    if (!e)
        e = read_lane(q, &l, ranges, used);
    if (e)
        return e;
    const struct document_work *d = l.rows;
    for (size_t i = 0; !e && i < l.count; i++) {
        struct work *w = add_document(q, LANE_OVERDUE, JOB_OVERDUE, &d[i]);
        w->days = q->today - d[i].due;
        w->since = zone_midnight(business->time_zone, d[i].due + 1);
        e = reminder_said(q->c, d[i].id, &w->text);
    }
    return e;
}

/* What the customer answered, newest first by its date. */
static enum err answered(struct queue *q, enum lane_of lane, int job, int state)
{
    size_t n, used = 0;
    const struct doc_traits *kinds = doc_kinds(&n);
    struct list_range *ranges = arena_alloc(q->c->arena, n * sizeof *ranges);
    struct record_list l = {.kind = KIND_DOCUMENT, .view = shape_document_work(), .backward = true};
    for (size_t i = 0; i < n; i++) {
        struct key k = index_key(&q->c->txn, INDEX_DOC_STATE);
        if (kinds[i].answered)
            ranges[used++] = list_range(key_u8(key_u8(&k, (uint8_t)kinds[i].kind), (uint8_t)state));
    }
    enum err e = read_lane(q, &l, ranges, used);
    if (e)
        return e;
    const struct document_work *d = l.rows;
    for (size_t i = 0; i < l.count; i++) {
        struct work *w = add_document(q, lane, job, &d[i]);
        if (d[i].answers.n == 0)
            continue;
        const struct answer *last = &d[i].answers.v[d[i].answers.n - 1];
        w->since = last->at;
        w->text = state == DOC_DECLINED ? beginning(q->c, last->reason) : last->by;
    }
    return OK;
}

/* What it waits for: the customer had the last word. */
static enum err last_comment(struct queue *q, uint64_t document, struct work *w)
{
    const struct comment *comment;
    enum err e = comment_last(q->c, document, &comment);
    if (e || !comment)
        return e;
    w->since = comment->at;
    w->text = beginning(q->c, comment->text);
    w->comment = (int64_t)comment->id;
    return OK;
}

static enum err comments(struct queue *q)
{
    struct key k = index_key(&q->c->txn, INDEX_DOC_WAITING);
    struct list_range range = list_range(&k);
    struct record_list l = {.kind = KIND_DOCUMENT, .view = shape_document_work(), .backward = true};
    enum err e = read_lane(q, &l, &range, 1);
    const struct document_work *d = l.rows;
    for (size_t i = 0; !e && i < l.count; i++)
        if (doc_kind(d[i].kind)->kind) /* a newer program's can not be opened here: told in the notices */
            e = last_comment(q, d[i].id, add_document(q, LANE_COMMENT, JOB_COMMENT, &d[i]));
    return e;
}

/* The method, behind the name of a gateway that has to be told from others. */
static const char *with(struct call *c, const struct payment *p)
{
    return payment_note(c, p->gateway, p->state) ? arena_printf(c->arena, "%s: %s", p->gateway, p->method)
                                                 : p->method;
}

static void add_payment(struct queue *q, enum lane_of lane, int job, const struct payment *p)
{
    struct work *w = add(q, lane);
    *w = (struct work){.job = job,
                       .subject = SUBJECT_PAYMENT,
                       .id = (int64_t)p->id,
                       .number = p->number,
                       .customer = p->customer,
                       .customer_name = p->customer_name,
                       .amount = p->amount,
                       .since = p->settled ? p->settled : p->created,
                       .text = job == JOB_PAYMENT_PENDING ? with(q->c, p) : p->failure};
}

/* A failed payment is work while something it was for is still open, and only the last try of it. */
static enum err still_open(struct queue *q, const struct payment *p, size_t before, bool *open)
{
    const struct payment *earlier = p - before;
    struct document_row invoice;
    *open = p->allocations.n == 0;
    for (size_t i = 0; i < before && p->allocations.n; i++) /* newest first: the tries that came after it */
        if (earlier[i].allocations.n && earlier[i].allocations.v[0].invoice == p->allocations.v[0].invoice)
            return OK;
    for (size_t i = 0; i < p->allocations.n && i < 5 && !*open; i++) {
        enum err e = record_view(&q->c->txn, KIND_DOCUMENT, p->allocations.v[i].invoice, shape_document_row(),
                                 &invoice);
        if (e && e != ERR_NOT_FOUND)
            return e;
        *open = !e && invoice.state == DOC_OPEN;
    }
    return OK;
}

static enum err payments(struct queue *q, enum lane_of lane, int job, int state)
{
    struct key k = index_key(&q->c->txn, INDEX_PAYMENT_STATE);
    struct list_range range = list_range(key_u8(&k, (uint8_t)state));
    struct record_list l = {.kind = KIND_PAYMENT, .view = shape_payment(), .backward = true};
    if (state == PAY_FAILED) {
        range.first = k;
        key_u32(&range.first, (uint32_t)(q->today - FAILED_DAYS));
    }
    enum err e = read_lane(q, &l, &range, 1);
    const struct payment *p = l.rows;
    for (size_t i = 0; !e && i < l.count; i++) {
        bool open = true;
        if (state == PAY_FAILED)
            e = still_open(q, &p[i], i, &open);
        if (!e && open)
            add_payment(q, lane, job, &p[i]);
    }
    return e;
}

/* Taken back of late; by when that was known, not by the day of the payment. */
static bool is_news(void *context, void *row)
{
    const struct call *c = context;
    return ((const struct payment *)row)->settled > c->now - (int64_t)FAILED_DAYS * 86400000;
}

static enum err disputed(struct queue *q)
{
    static const int states[] = {PAY_DISPUTED, PAY_REVERSED};
    enum err e = OK;
    for (size_t s = 0; s < 2 && !e; s++) {
        struct key k = index_key(&q->c->txn, INDEX_PAYMENT_STATE);
        const struct list_range range = list_range(key_u8(&k, (uint8_t)states[s]));
        struct record_list l = {.kind = KIND_PAYMENT,
                                .view = shape_payment(),
                                .backward = true,
                                .keep = states[s] == PAY_REVERSED ? is_news : NULL,
                                .context = q->c};
        e = read_lane(q, &l, &range, 1);
        const struct payment *p = l.rows;
        for (size_t i = 0; !e && i < l.count; i++)
            add_payment(q, LANE_DISPUTED, JOB_DISPUTED, &p[i]);
    }
    return e;
}

static enum err refunds(struct queue *q)
{
    struct refund_list failed;
    enum err e = refund_failed(q->c, q->today - FAILED_DAYS, q->limit, &failed);
    for (size_t i = 0; !e && i < failed.n; i++) {
        const struct refund *r = &failed.v[i];
        *add(q, LANE_REFUND) = (struct work){.job = JOB_REFUND_FAILED,
                                             .subject = SUBJECT_REFUND,
                                             .id = (int64_t)r->id,
                                             .number = r->number,
                                             .customer = r->customer,
                                             .customer_name = r->customer_name,
                                             .amount = r->amount,
                                             .since = r->settled,
                                             .text = r->failure};
    }
    return e;
}

/* A test is looked at by who sent it. */
static bool is_work(void *context, void *row)
{
    const struct call *c = context;
    const struct mail_row *m = row;
    return m->template != TEMPLATE_TEST && m->created > c->now - (int64_t)FAILED_DAYS * 86400000;
}

/* What the server of the recipient said, or else what it was. */
static const char *said(struct call *c, const struct mail_row *m)
{
    const struct enum_table *t = enum_mail_template();
    if (m->said && *m->said)
        return beginning(c, m->said);
    for (size_t i = 0; i < t->n; i++)
        if (t->values[i].value == m->template)
            return t->values[i].help;
    return NULL;
}

static enum err mails(struct queue *q)
{
    struct key k = index_key(&q->c->txn, INDEX_MAIL_STATE);
    struct list_range range = list_range(key_u8(&k, MAIL_FAILED));
    struct record_list l = {
        .kind = KIND_MAIL, .view = shape_mail_row(), .backward = true, .keep = is_work, .context = q->c};
    enum err e = read_lane(q, &l, &range, 1);
    const struct mail_row *m = l.rows;
    for (size_t i = 0; !e && i < l.count && i < MAILS; i++)
        *add(q, LANE_MAIL) =
            (struct work){.job = JOB_MAIL,
                          .subject = SUBJECT_MAIL,
                          .id = (int64_t)m[i].id,
                          .customer = m[i].customer,
                          .customer_name = m[i].to_name && *m[i].to_name ? m[i].to_name : m[i].to,
                          .since = m[i].created,
                          .text = said(q->c, &m[i])};
    return e;
}

/* Whose it seems to be, or else what the payer wrote. */
static enum err bank_lines(struct queue *q)
{
    struct key k = index_key(&q->c->txn, INDEX_LINE_STATE);
    struct list_range range = list_range(key_u8(&k, LINE_WAITING));
    struct record_list l = {.kind = KIND_STATEMENT_LINE, .view = shape_statement_line(), .backward = true};
    const struct business *business;
    enum err e = call_business(q->c, &business);
    if (!e)
        e = read_lane(q, &l, &range, 1);
    struct statement_line *lines = l.rows;
    for (size_t i = 0; !e && i < l.count; i++) {
        e = i < GUESSES ? bank_guess(q->c, &lines[i]) : OK;
        *add(q, LANE_BANK) =
            (struct work){.job = JOB_BANK,
                          .subject = SUBJECT_STATEMENT,
                          .id = (int64_t)lines[i].id,
                          .customer_name = lines[i].name,
                          .amount = lines[i].amount,
                          .since = zone_midnight(business->time_zone, lines[i].date),
                          .text = beginning(q->c, lines[i].guess ? lines[i].guess : lines[i].text)};
    }
    return e;
}

/* One row, however much it is: due.list has the rest. */
static enum err trouble(struct queue *q)
{
    const char *said;
    enum err e = due_trouble(q->c, &said);
    if (!e && said)
        *add(q, LANE_DUE) = (struct work){.job = JOB_DUE, .subject = SUBJECT_DUE, .text = said};
    return e;
}

/* Recurring invoices that wait for staff, the one that waits longest first. */
static enum err held(struct queue *q)
{
    struct key k = index_key(&q->c->txn, INDEX_SCHEDULE_STATE);
    struct list_range range = list_range(key_u8(&k, SCHEDULE_HELD));
    struct record_list l = {.kind = KIND_SCHEDULE, .view = shape_schedule_row()};
    const struct business *business;
    enum err e = call_business(q->c, &business);
    if (!e)
        e = read_lane(q, &l, &range, 1);
    const struct schedule_row *s = l.rows;
    for (size_t i = 0; !e && i < l.count; i++)
        *add(q, LANE_HELD) = (struct work){
            .job = JOB_SCHEDULE,
            .subject = SUBJECT_SCHEDULE,
            .id = (int64_t)s[i].id,
            .customer = s[i].customer,
            .customer_name = s[i].customer_name,
            .amount = s[i].total,
            .since = zone_midnight(business->time_zone, s[i].next_date),
            .text = beginning(q->c, arena_printf(q->c->arena, "%s: %s", s[i].name ? s[i].name : "",
                                                 s[i].said ? s[i].said : ""))};
    return e;
}

/* Invoices that are not charged by themselves until staff have looked: the first of each customer, and how many there are. */
static enum err charges(struct queue *q)
{
    struct key k = index_key(&q->c->txn, INDEX_METHOD_HELD);
    struct list_range range = list_range(&k);
    struct record_list l = {.kind = KIND_SAVED_METHOD, .view = shape_saved_method()};
    enum err e = read_lane(q, &l, &range, 1);
    const struct saved_method *m = l.rows;
    for (size_t i = 0; !e && i < l.count; i++) {
        const struct charge_held *h = m[i].held.v;
        struct customer_row of;
        e = record_needed_view(&q->c->txn, KIND_CUSTOMER, m[i].customer, shape_customer_row(), &of);
        if (e)
            return e;
        *add(q, LANE_CHARGE) = (struct work){
            .job = JOB_CHARGE,
            .subject = SUBJECT_INVOICE,
            .id = (int64_t)h->invoice,
            .number = h->number,
            .customer = m[i].customer,
            .customer_name = of.name,
            .amount = h->amount,
            .text = m[i].held.n > 1 ? arena_printf(q->c->arena, "%s (and %zu more)", h->why, m[i].held.n - 1)
                                    : h->why};
    }
    return e;
}

/* First every lane's share, then what is left, from the most pressing on. */
static void share_out(struct queue *q)
{
    size_t left = q->limit, share = q->limit / (LANES - 1) + 1; /* what is due is one row */
    for (int pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < LANES; i++) {
            struct lane *lane = &q->lanes[i];
            size_t want = lane->n - lane->take;
            if (pass == 0 && want > share)
                want = share;
            if (want > left)
                want = left;
            lane->take += want;
            left -= want;
        }
}

static enum err fill(struct queue *q)
{
    enum err e = mails(q);
    if (!e)
        e = payments(q, LANE_FAILED, JOB_PAYMENT_FAILED, PAY_FAILED);
    if (!e)
        e = refunds(q);
    if (!e)
        e = disputed(q);
    if (!e)
        e = trouble(q);
    if (!e)
        e = charges(q);
    if (!e)
        e = held(q);
    if (!e)
        e = comments(q);
    if (!e)
        e = answered(q, LANE_DECLINED, JOB_DECLINED, DOC_DECLINED);
    if (!e)
        e = answered(q, LANE_ACCEPTED, JOB_ACCEPTED, DOC_ACCEPTED);
    if (!e)
        e = bank_lines(q);
    if (!e)
        e = payments(q, LANE_PENDING, JOB_PAYMENT_PENDING, PAY_PENDING);
    return e ? e : overdue(q);
}

static enum err work(struct call *c, int64_t limit, int32_t today, struct work_list *out)
{
    struct queue q = {.c = c, .limit = limit > 0 ? (size_t)limit : ROWS, .today = today};
    enum err e = fill(&q);
    if (e)
        return e;
    share_out(&q);
    size_t n = 0, all = 0;
    for (size_t i = 0; i < LANES; i++)
        all += q.lanes[i].take;
    struct work *rows = arena_alloc(c->arena, all * sizeof *rows);
    for (size_t i = 0; i < LANES; i++)
        for (size_t j = 0; j < q.lanes[i].take; j++)
            rows[n++] = q.lanes[i].rows[j];
    *out = (struct work_list){n, rows};
    return OK;
}

static void notice(struct call *c, struct text_list *to, const char *text)
{
    const char **all = (const char **)arena_alloc(c->arena, (to->n + 1) * sizeof *all);
    if (to->n)
        memcpy(all, to->v, to->n * sizeof *all);
    all[to->n++] = text;
    to->v = all;
}

/* What staff have to know besides: what only a newer program understands, and a clock that was set. */
static enum err notices(struct call *c, int64_t newer, struct text_list *to)
{
    struct text_list gone;
    const int64_t steady = call_clock_set(c);
    enum err e = payment_notices(c, to);
    if (!e)
        e = gateway_unknown(c, &gone);
    if (e)
        return e;
    for (size_t i = 0; i < gone.n; i++)
        notice(c, to, gone.v[i]);
    if (newer)
        notice(c, to,
               arena_printf(c->arena,
                            "%lld document%s of a kind that only a newer program knows: kept, and not shown",
                            (long long)newer, newer == 1 ? " is" : "s are"));
    if (steady >= 0)
        notice(c, to,
               arena_printf(
                   c->arena,
                   "the server's clock was set %lld min ago: days and times from around then may be off",
                   (long long)(steady / 60000)));
    return OK;
}

enum err op_queue_get(struct call *c, const struct queue_get_in *in, struct queue_get_out *out)
{
    int32_t today;
    int64_t last, newer = 0;
    enum err e = call_today(c, &today);
    if (!e)
        e = figures_ageing_all(c, &out->ageing);
    if (!e)
        e = figures_paid_month(c, today, &out->paid_month);
    if (!e)
        e = figures_counts(c, 0, &out->counts, &newer);
    if (!e)
        e = work(c, in->limit, today, &out->work);
    if (!e)
        e = notices(c, newer, &out->notices);
    return e ? e : call_unread(c, &out->unread, &last);
}
