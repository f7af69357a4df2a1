/* Bank statements as staff see them and work on them (E15). */
#include "server/ops/bank.h"
#include "server/ops/payment.h"
#include <string.h>

static bool is_in(void *context, void *row)
{
    (void)context;
    return !((const struct statement *)row)->coming;
}

enum err op_bank_statements(struct call *c, const struct bank_statements_in *in,
                            struct bank_statements_out *out)
{
    struct key k = record_key(&c->txn, KIND_STATEMENT);
    struct list_range range = list_range(&k);
    struct record_list l = {.kind = KIND_STATEMENT,
                            .view = shape_statement(),
                            .ranges = &range,
                            .n = 1,
                            .backward = true,
                            .after = in->after,
                            .limit = call_limit(in->limit),
                            .keep = is_in};
    enum err e = record_list(&c->txn, &l, &c->why);
    if (e)
        return e;
    out->statements = (struct statement_list){l.count, l.rows};
    out->next = l.next;
    return OK;
}

static bool stands_so(void *context, void *row)
{
    const struct bank_lines_in *in = context;
    const struct statement_line *l = row;
    return l->state != LINE_COMING && (!in->state || l->state == in->state);
}

enum err op_bank_lines(struct call *c, const struct bank_lines_in *in, struct bank_lines_out *out)
{
    static const int states[] = {LINE_WAITING, LINE_BOOKED, LINE_IGNORED, LINE_OUTGOING};
    struct list_range ranges[sizeof states / sizeof *states];
    size_t n = 0;
    if (in->statement) {
        struct key k = index_key(&c->txn, INDEX_LINE_STATEMENT);
        ranges[n++] = list_range(key_u64(&k, in->statement));
    }
    for (size_t i = 0; i < sizeof states / sizeof *states && !in->statement; i++) {
        struct key k = index_key(&c->txn, INDEX_LINE_STATE);
        if (!in->state || states[i] == in->state)
            ranges[n++] = list_range(key_u8(&k, (uint8_t)states[i]));
    }
    struct record_list l = {.kind = KIND_STATEMENT_LINE,
                            .view = shape_statement_line(),
                            .ranges = ranges,
                            .n = n,
                            .backward = !in->statement,
                            .after = in->after,
                            .limit = call_limit(in->limit),
                            .keep = stands_so,
                            .context = (void *)(uintptr_t)in};
    enum err e = record_list(&c->txn, &l, &c->why);
    out->lines = (struct statement_line_list){l.count, l.rows};
    out->next = l.next;
    for (size_t i = 0; i < l.count && !e; i++)
        e = bank_guess(c, &out->lines.v[i]);
    return e;
}

/* One that still arrives is not there yet. */
static enum err line_of(struct call *c, uint64_t id, struct statement_line **line)
{
    *line = arena_alloc(c->arena, sizeof **line);
    enum err e = record_get(&c->txn, KIND_STATEMENT_LINE, id, *line);
    if (!e && (*line)->state == LINE_COMING)
        e = REFUSE(c, ERR_NOT_FOUND, "line", "there is none of that id or number");
    return e;
}

enum err op_bank_line(struct call *c, const struct bank_line_in *in, struct bank_line_out *out)
{
    enum err e = line_of(c, in->line, &out->line);
    if (!e)
        e = bank_candidates(c, out->line, &out->candidates);
    if (!e && out->candidates.n)
        out->line->guess = out->candidates.v[0].text;
    return e;
}

static enum err waits(struct call *c, const struct statement_line *l)
{
    if (l->state == LINE_WAITING)
        return OK;
    if (l->state == LINE_BOOKED)
        return REFUSE(c, ERR_STATE, "line", "it is %s of %s already", l->payment_number, l->customer_name);
    return REFUSE(c, ERR_STATE, "line",
                  l->state == LINE_OUTGOING ? "that money went out"
                                            : "it was set aside: say that it waits after all");
}

static enum err line_event(struct call *c, const struct statement_line *l, int what, const char *text)
{
    struct event event = {.what = what,
                          .subject = SUBJECT_STATEMENT,
                          .about = (int64_t)l->id,
                          .number = l->name && *l->name ? l->name : "a line without a name",
                          .customer = l->customer,
                          .customer_name = l->customer_name,
                          .amount = l->amount,
                          .text = text};
    return call_event(c, &event);
}

/* What speaks for what somebody chose, as it is told then. */
static enum err why_of(struct call *c, const struct statement_line *l, uint64_t customer, int *why)
{
    struct bank_candidate_list list;
    enum err e = bank_candidates(c, l, &list);
    *why = 0;
    for (size_t i = 0; i < list.n && !e && !*why; i++)
        if (list.v[i].customer == customer)
            *why = list.v[i].why;
    return e;
}

static enum err payer(struct call *c, const struct bank_match_in *in, uint64_t *customer)
{
    struct document_owner o;
    *customer = in->customer;
    if (*customer)
        return OK;
    if (!in->parts.n)
        return REFUSE(c, ERR_INVALID, "customer", "say whose it is, or which invoices it settles");
    enum err e = record_view(&c->txn, KIND_DOCUMENT, in->parts.v[0].invoice, shape_document_owner(), &o);
    *customer = o.customer;
    return e;
}

enum err op_bank_match(struct call *c, const struct bank_match_in *in, struct bank_match_out *out)
{
    struct statement_line *l;
    struct payment_record_out made = {0};
    int32_t today;
    enum err e = line_of(c, in->line, &l);
    if (!e)
        e = waits(c, l);
    if (!e && l->amount.amount <= 0)
        e = REFUSE(c, ERR_STATE, "line", "that money went out");
    if (!e)
        e = call_today(c, &today);
    if (e)
        return e;
    struct payment_record_in record = {.date = l->date < today ? l->date : today,
                                       .mode = MODE_TRANSFER,
                                       .reference = bank_line_says(c, l),
                                       .amount = l->amount,
                                       .parts = in->parts,
                                       .despite_pending = in->despite_pending};
    e = payer(c, in, &record.customer);
    if (!e)
        e = why_of(c, l, record.customer, &l->why);
    if (!e)
        e = payment_recorded(c, &record, l->id, &made);
    if (e)
        return e;
    l->state = LINE_BOOKED;
    l->payment = made.payment->id;
    l->payment_number = made.payment->number;
    l->customer = made.payment->customer;
    l->customer_name = made.payment->customer_name;
    l->settled = c->now;
    l->by = c->who.name;
    l->note = NULL;
    out->line = l;
    out->payment = made.payment;
    e = record_put(&c->txn, KIND_STATEMENT_LINE, l);
    return e ? e : line_event(c, l, WHAT_MATCHED, l->payment_number);
}

enum err op_bank_ignore(struct call *c, const struct bank_ignore_in *in, struct bank_ignore_out *out)
{
    struct statement_line *l;
    enum err e = line_of(c, in->line, &l);
    if (!e && !in->undo)
        e = waits(c, l);
    if (!e && in->undo && l->state != LINE_IGNORED)
        e = REFUSE(c, ERR_STATE, "line", "it was not set aside");
    if (e)
        return e;
    l->state = in->undo ? LINE_WAITING : LINE_IGNORED;
    l->note = in->undo ? NULL : in->reason;
    l->by = in->undo ? NULL : c->who.name;
    l->settled = in->undo ? 0 : c->now;
    out->line = l;
    e = record_put(&c->txn, KIND_STATEMENT_LINE, l);
    return e ? e : line_event(c, l, in->undo ? WHAT_LINE_REOPENED : WHAT_LINE_IGNORED, in->reason);
}
