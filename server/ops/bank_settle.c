/* What staff say of a line of a bank statement (E15): whose it is, that it is nobody's, that what was booked was a mistake. */
#include "common/date.h"
#include "server/ops/bank.h"
#include "server/ops/payment.h"
#include <string.h>

static enum err waits(struct call *c, const struct statement_line *l)
{
    if (l->state == LINE_WAITING)
        return OK;
    if (l->state == LINE_BOOKED)
        return REFUSE(c, ERR_STATE, "line", "it is %s of %s already", l->payment_number, l->customer_name);
    if (l->state == LINE_TOOK_BACK)
        return REFUSE(c, ERR_STATE, "line", "it took %s of %s back already", l->payment_number,
                      l->customer_name);
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

/* What is missing is what banks kept only where it is all that is missing, of one invoice, and no more than that may be. */
static enum err check_charges(struct call *c, const struct bank_match_in *in, const struct statement_line *l)
{
    const struct money *charges = &in->charges;
    struct document_row row;
    int64_t most;
    if (!*charges->currency || !charges->amount)
        return OK;
    if (strcmp(charges->currency, l->amount.currency) != 0)
        return REFUSE(c, ERR_CURRENCY, "charges", "are in the currency of the line, %s", l->amount.currency);
    if (in->parts.n != 1)
        return REFUSE(c, ERR_INVALID, "charges", "are of one invoice: name that in parts");
    enum err e = bank_charges_most(c, l, &most);
    if (!e)
        e = record_view(&c->txn, KIND_DOCUMENT, in->parts.v[0].invoice, shape_document_row(), &row);
    if (e)
        return e;
    if (strcmp(row.balance.currency, l->amount.currency) !=
        0) /* what is missing of it nobody knows in one currency */
        return REFUSE(c, ERR_CURRENCY, "charges", "are not taken where %s is due in %s", row.number,
                      row.balance.currency);
    if (charges->amount < 0 || row.balance.amount - l->amount.amount != charges->amount)
        return REFUSE(c, ERR_INVALID, "charges", "are what is missing of %s: %s", row.number,
                      bank_money(c, money_of(row.balance.amount - l->amount.amount, l->amount.currency)));
    if (charges->amount > most)
        return REFUSE(c, ERR_INVALID, "charges",
                      most ? "may be %s here: see charges_most of the business"
                           : "are not taken here: see charges_most of the business",
                      bank_money(c, money_of(most, l->amount.currency)));
    return OK;
}

/* What arrived in another currency than the customer's is taken for what staff say. */
static enum err other_currency(struct call *c, const struct bank_match_in *in, const struct statement_line *l,
                               struct payment_record_in *record)
{
    struct customer_row of;
    enum err e = record_view(&c->txn, KIND_CUSTOMER, record->customer, shape_customer_row(), &of);
    if (e)
        return e;
    record->rate = in->rate;
    record->rate_source = in->rate_source;
    if (of.currency && strcmp(of.currency, l->amount.currency) != 0) {
        record->received = l->amount;
        record->amount = in->amount;
    } else if (*in->amount.currency) {
        return REFUSE(c, ERR_INVALID, "amount", "is for a line in another currency than the customer's");
    }
    return OK;
}

static enum err book(struct call *c, const struct bank_match_in *in, struct statement_line *l,
                     struct bank_match_out *out)
{
    struct payment_record_out made = {0};
    struct allocation part = {0};
    int32_t today;
    const int64_t charges = *in->charges.currency ? in->charges.amount : 0;
    enum err e = check_charges(c, in, l);
    if (!e)
        e = call_today(c, &today);
    if (e)
        return e;
    struct payment_record_in record = {.date = l->date < today ? l->date : today,
                                       .mode = MODE_TRANSFER,
                                       .reference = bank_line_says(c, l),
                                       .amount = money_of(l->amount.amount + charges, l->amount.currency),
                                       .parts = in->parts,
                                       .despite_pending = in->despite_pending};
    if (charges) {
        part.invoice = in->parts.v[0].invoice; /* all that is due on it */
        record.parts = (struct allocation_list){1, &part};
    }
    e = payer(c, in, &record.customer);
    if (!e)
        e = other_currency(c, in, l, &record);
    if (!e)
        e = why_of(c, l, record.customer, &l->why);
    if (!e)
        e = payment_recorded(c, &record, l, charges, &made);
    if (e)
        return e;
    out->payment = made.payment;
    l->state = LINE_BOOKED;
    l->payment = made.payment->id;
    l->payment_number = made.payment->number;
    l->customer = made.payment->customer;
    l->customer_name = made.payment->customer_name;
    l->credit = made.payment->unused;
    return OK;
}

static enum err take_back(struct call *c, const struct bank_match_in *in, struct statement_line *l,
                          struct bank_match_out *out)
{
    if (!in->payment)
        return REFUSE(c, ERR_STATE, "line",
                      l->returned ? "it takes a payment back: say which" : "that money went out");
    if (in->parts.n || in->customer || *in->charges.currency)
        return REFUSE(c, ERR_INVALID, "payment", "is all there is to say of a line that takes one back");
    out->payment = arena_alloc(c->arena, sizeof *out->payment);
    enum err e = record_get(&c->txn, KIND_PAYMENT, in->payment, out->payment);
    return e ? e : bank_take_back(c, l, out->payment);
}

enum err op_bank_match(struct call *c, const struct bank_match_in *in, struct bank_match_out *out)
{
    struct statement_line *l;
    enum err e = bank_line_of(c, in->line, &l);
    if (!e)
        e = waits(c, l);
    if (!e && in->payment && l->amount.amount > 0)
        e = REFUSE(c, ERR_INVALID, "payment",
                   "is of a line that takes one back: this one is money that came");
    if (!e)
        e = l->amount.amount > 0 ? book(c, in, l, out) : take_back(c, in, l, out);
    if (e)
        return e;
    l->settled = c->now;
    l->by = c->who.name;
    l->note = NULL;
    out->line = l;
    payment_finish(c, out->payment);
    e = record_put(&c->txn, KIND_STATEMENT_LINE, l);
    return e || l->state == LINE_TOOK_BACK ? e : line_event(c, l, WHAT_MATCHED, l->payment_number);
}

/* --- what was a mistake */

static enum err can_undo(struct call *c, const struct statement_line *l, const struct payment *p)
{
    const struct business *b;
    char day[DATE_TEXT];
    enum err e = call_business(c, &b);
    if (e)
        return e;
    if (p->state != PAY_SUCCEEDED)
        return REFUSE(c, ERR_STATE, "line", "%s is %s already", p->number,
                      enum_name(enum_pay_state(), p->state));
    if (p->refunded.amount || p->given_back.amount)
        return REFUSE(c, ERR_STATE, "line", "%s of %s was given back",
                      bank_money(c, p->refunded.amount ? p->refunded : p->given_back), p->number);
    if (p->unused.amount < l->credit.amount)
        return REFUSE(c, ERR_STATE, "line", "%s of the credit of %s was used: take that off first",
                      bank_money(c, money_of(l->credit.amount - p->unused.amount, p->amount.currency)),
                      p->number);
    if (b->closed_until && p->date <= b->closed_until)
        return REFUSE(c, ERR_STATE, "line", "%s is of %s, and the books are closed to %s", p->number,
                      arena_printf(c->arena, "%s", date_plain(day, p->date)),
                      arena_printf(c->arena, "%s", date_plain((char[DATE_TEXT]){0}, b->closed_until)));
    return OK;
}

/* What it paid became credit, and that was used: it would be taken off without a word. */
static enum err retainers_unused(struct call *c, const struct payment *p)
{
    enum err e = OK;
    for (size_t i = 0; i < p->allocations.n && !e; i++) {
        struct document d;
        e = record_needed(&c->txn, KIND_DOCUMENT, p->allocations.v[i].invoice, &d);
        if (!e && doc_kind(d.kind)->credit && (d.settles.n || d.left.amount < d.paid.amount) &&
            d.state != DOC_OPEN)
            e = REFUSE(c, ERR_STATE, "line", "the credit of %s was used, or given back: take that off first",
                       d.number);
    }
    return e;
}

enum err op_bank_undo(struct call *c, const struct bank_undo_in *in, struct bank_undo_out *out)
{
    struct statement_line *l;
    struct payment *p = arena_alloc(c->arena, sizeof *p);
    const char *reason = in->reason && *in->reason ? in->reason : "booked by mistake";
    enum err e = bank_line_of(c, in->line, &l);
    if (!e && l->state == LINE_TOOK_BACK)
        e = REFUSE(c, ERR_STATE, "line", "the bank took %s back: record a payment if it came again",
                   l->payment_number);
    if (!e && l->state != LINE_BOOKED)
        e = REFUSE(c, ERR_STATE, "line", "it is no payment");
    if (!e)
        e = record_needed(&c->txn, KIND_PAYMENT, l->payment, p);
    if (!e)
        e = can_undo(c, l, p);
    if (!e)
        e = retainers_unused(c, p);
    if (e)
        return e;
    p->bank_line = 0; /* it is another payment's, or nobody's, from now on */
    e = payment_undo(c, p);
    l->state = LINE_WAITING;
    l->payment = l->customer = 0;
    l->payment_number = l->customer_name = l->by = NULL;
    l->why = 0;
    l->settled = 0;
    l->credit = money_of(0, l->amount.currency);
    out->line = l;
    out->payment = p;
    payment_finish(c, p);
    if (!e)
        e = record_put(&c->txn, KIND_STATEMENT_LINE, l);
    return e ? e : line_event(c, l, WHAT_LINE_REOPENED, reason);
}

enum err op_bank_ignore(struct call *c, const struct bank_ignore_in *in, struct bank_ignore_out *out)
{
    struct statement_line *l;
    enum err e = bank_line_of(c, in->line, &l);
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
