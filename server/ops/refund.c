/* Giving money back (E11): out of credit that is left, by hand or through the gateway that took it. */
#include "server/ops/refund.h"
#include "server/due/due.h"
#include "server/ops/credit.h"
#include "server/ops/document.h"
#include "server/ops/follow_ops.h"
#include "server/ops/money_mail.h"
#include "server/ops/payment.h"
#include "server/ops/payment_make.h"
#include <string.h>

static struct event event_of(const struct refund *r, int what, const char *text)
{
    return (struct event){.what = what,
                          .subject = SUBJECT_REFUND,
                          .about = (int64_t)r->id,
                          .number = r->number,
                          .customer = r->customer,
                          .customer_name = r->customer_name,
                          .amount = r->amount,
                          .text = text};
}

static enum err tell(struct call *c, const struct refund *r, int what, const char *text)
{
    struct event e = event_of(r, what, text);
    e.portal = true;
    enum err result = call_event(c, &e);
    if (result)
        return result;
    e.subject = r->of; /* and in the history of what it came out of */
    e.about = r->source;
    e.number = r->source_number;
    e.text = r->number;
    e.portal = false;
    result = call_event(c, &e);
    return result || (what != WHAT_REFUNDED && what != WHAT_REFUND_FAILED) ? result : money_mail_refund(c, r);
}

/* --- making one ------------------------------------------------------------------------------------------------------------------ */
static enum err check_amount(struct call *c, const struct refund_make_in *in, const struct credit_source *s,
                             struct money *amount)
{
    const struct money *left = credit_left(s);
    char text[MONEY_TEXT];
    *amount = *in->amount.currency ? in->amount : *left;
    if (strcmp(amount->currency, left->currency) != 0)
        return REFUSE(c, ERR_CURRENCY, "amount", "%s is in %s", credit_number(s), left->currency);
    if (amount->amount <= 0)
        return REFUSE(c, ERR_INVALID, "amount", "has to be more than nothing");
    if (amount->amount > left->amount)
        return REFUSE(c, ERR_OVERPAID, "amount", "only %s %s is left of %s",
                      money_plain(text, left->amount, currency_digits(left->currency)), left->currency,
                      credit_number(s));
    return OK;
}

static enum err by_hand(struct call *c, const struct refund_make_in *in, struct refund *r)
{
    int32_t today;
    enum err e = call_today(c, &today);
    if (!e && !in->mode)
        e = REFUSE(c, ERR_INVALID, "mode", "say how it is given back, or through which payment's gateway");
    if (!e && in->date > today)
        e = REFUSE(c, ERR_INVALID, "date", "is in the future");
    if (e)
        return e;
    r->date = in->date ? in->date : today;
    r->mode = in->mode;
    r->state = REFUND_SUCCEEDED;
    r->settled = c->now;
    return OK;
}

/* That payment can give so much back through its gateway: it succeeded, is the same customer's, and so much of it did not go back yet. */
static enum err check_through(struct call *c, const struct credit_source *s, const struct payment *p,
                              struct money amount)
{
    struct gateway g;
    char text[MONEY_TEXT];
    if (p->customer != credit_customer(s))
        return REFUSE(c, ERR_INVALID, "through", "is a payment of another customer");
    if (p->state != PAY_SUCCEEDED)
        return REFUSE(c, ERR_STATE, "through", "%s is %s", p->number, enum_name(enum_pay_state(), p->state));
    if (strcmp(p->amount.currency, amount.currency) != 0)
        return REFUSE(c, ERR_CURRENCY, "through", "%s is in %s", p->number, p->amount.currency);
    enum err e =
        p->gateway && *p->gateway ? gateway_open(&c->txn, c->gateways, p->gateway, &g) : ERR_NOT_FOUND;
    if (e == ERR_NOT_FOUND || (!e && !gateway_gives_back(g.kind)))
        return REFUSE(c, ERR_SWITCHED_OFF, "through",
                      "%s came through no gateway that gives back: give it back by hand", p->number);
    const int64_t room = p->amount.amount - p->given_back.amount;
    if (!e && amount.amount > room)
        e = REFUSE(c, ERR_OVERPAID, "amount", "only %s %s of %s did not go back yet",
                   money_plain(text, room, currency_digits(amount.currency)), amount.currency, p->number);
    return e;
}

static enum err by_gateway(struct call *c, const struct refund_make_in *in, const struct credit_source *s,
                           struct refund *r)
{
    struct payment other, *p = &other;
    enum err e = OK;
    if (s->payment && s->payment->id == in->through)
        p = s->payment; /* the same record: it is stored once */
    else
        e = record_get(&c->txn, KIND_PAYMENT, in->through, p);
    if (!e && (in->mode || in->date))
        e = REFUSE(c, ERR_INVALID, in->mode ? "mode" : "date", "is the gateway's to say");
    if (!e)
        e = check_through(c, s, p, r->amount);
    if (!e)
        e = call_today(c, &r->date);
    if (e)
        return e;
    p->given_back = money_of(p->given_back.amount + r->amount.amount, r->amount.currency);
    r->mode = p->mode;
    r->gateway = p->gateway;
    r->through = p->id;
    r->key = payment_key(c, c->random);
    r->state = REFUND_PENDING;
    return p == &other ? record_put(&c->txn, KIND_PAYMENT, p) : OK;
}

static enum err take_out(struct call *c, const struct credit_source *s, const struct refund *r)
{
    credit_left(s)->amount -= r->amount.amount;
    if (s->payment)
        s->payment->refunded = money_of(s->payment->refunded.amount + r->amount.amount, r->amount.currency);
    return credit_put(c, s);
}

enum err refund_keep(struct call *c, const struct credit_source *s, struct refund *r, int told)
{
    enum err e = take_out(c, s, r);
    if (!e)
        e = call_number(c, SERIES_REFUNDS, r->date, &r->number);
    if (!e)
        e = record_put(&c->txn, KIND_REFUND, r);
    if (!e)
        e = tell(c, r, told, r->source_number);
    if (e || r->state == REFUND_SUCCEEDED)
        return e;
    e = due_set(c, DUE_REFUND, r->id, c->now);
    call_follow(c, FOLLOW_ASK_REFUND, r->id);
    return e;
}

static void begin(struct call *c, const struct credit_source *s, struct refund *r)
{
    r->of = credit_what(s);
    r->source = (int64_t)credit_id(s);
    r->source_number = credit_number(s);
    r->customer = credit_customer(s);
    r->customer_name = credit_customer_name(s);
    r->created = c->now;
    r->by = c->who.name;
}

enum err refund_bring(struct call *c, const struct credit_source *s, struct refund *r)
{
    begin(c, s, r);
    r->state = REFUND_SUCCEEDED;
    r->settled = c->now;
    enum err e = take_out(c, s, r);
    if (!e)
        e = call_number(c, SERIES_REFUNDS, r->date, &r->number);
    if (!e)
        e = record_put(&c->txn, KIND_REFUND, r);
    if (e)
        return e;
    struct event event = event_of(r, WHAT_IMPORTED, r->source_number);
    return call_event(c, &event);
}

enum err op_refund_make(struct call *c, const struct refund_make_in *in, struct refund_make_out *out)
{
    struct refund *r = arena_alloc(c->arena, sizeof *r);
    struct credit_source s;
    enum err e = credit_named(c, in->payment, in->document, &s);
    if (!e)
        e = credit_usable(c, &s);
    if (!e)
        e = check_amount(c, in, &s, &r->amount);
    if (e)
        return e;
    begin(c, &s, r);
    r->reference = in->reference;
    r->reason = in->reason;
    e = in->through ? by_gateway(c, in, &s, r) : by_hand(c, in, r);
    if (!e)
        e = refund_keep(c, &s, r, r->state == REFUND_SUCCEEDED ? WHAT_REFUNDED : WHAT_CREATED);
    out->refund = r;
    return e;
}

/* --- what becomes of it ---------------------------------------------------------------------------------------------------------- */
/* What did not go back is credit again. Of a retainer that is due again nothing is credit until it is paid: then that is counted anew. */
static enum err put_back(struct call *c, const struct refund *r)
{
    struct credit_source s;
    enum err e = credit_source(c, r->of, (uint64_t)r->source, &s);
    if (e)
        return e;
    const bool counts = s.payment ? s.payment->state == PAY_SUCCEEDED || s.payment->state == PAY_DISPUTED
                                  : !doc_kind(s.document->kind)->owes || s.document->state != DOC_OPEN;
    if (counts)
        *credit_left(&s) = money_of(credit_left(&s)->amount + r->amount.amount, r->amount.currency);
    if (s.payment)
        s.payment->refunded.amount -= r->amount.amount;
    if (s.payment && s.payment->id == r->through)
        s.payment->given_back.amount -= r->amount.amount;
    return credit_put(c, &s);
}

static enum err put_back_through(struct call *c, const struct refund *r)
{
    struct payment p;
    if (!r->through || (r->of == SUBJECT_PAYMENT && (uint64_t)r->source == r->through))
        return OK;
    enum err e = record_get(&c->txn, KIND_PAYMENT, r->through, &p);
    if (e)
        return e;
    p.given_back.amount -= r->amount.amount;
    return record_put(&c->txn, KIND_PAYMENT, &p);
}

static enum err fail(struct call *c, struct refund *r, const struct gateway_outcome *o)
{
    char *sentence = arena_text(c->arena, o->sentence, strnlen(o->sentence, sizeof o->sentence));
    err_mend(sentence);
    r->state = REFUND_FAILED;
    r->failure = sentence;
    r->settled = c->now;
    enum err e = record_put(&c->txn, KIND_REFUND, r); /* first: what is put back counts refunds */
    if (!e)
        e = put_back(c, r);
    if (!e)
        e = put_back_through(c, r);
    return e ? e : tell(c, r, WHAT_REFUND_FAILED, sentence);
}

enum err follow_refund_settle(struct call *c, uint64_t refund, const struct gateway_outcome *o, int *state)
{
    struct refund *r = arena_alloc(c->arena, sizeof *r);
    enum err e = record_get(&c->txn, KIND_REFUND, refund, r);
    if (e)
        return e;
    const bool named = o->id[0] && !(r->gateway_id && *r->gateway_id);
    if (named)
        r->gateway_id = arena_text(c->arena, o->id, strnlen(o->id, sizeof o->id));
    if (o->state == GATEWAY_FAILED && r->state != REFUND_FAILED) {
        e = fail(c, r, o);
    } else if (o->state == GATEWAY_SUCCEEDED && r->state == REFUND_PENDING) {
        r->state = REFUND_SUCCEEDED;
        r->settled = c->now;
        e = record_put(&c->txn, KIND_REFUND, r);
        if (!e)
            e = tell(c, r, WHAT_REFUNDED, r->source_number);
    } else if (named) {
        e = record_put(&c->txn, KIND_REFUND, r);
    }
    *state = r->state;
    return e;
}

enum err credit_refunded(struct call *c, const struct document *d, int64_t *amount)
{
    struct key k = index_key(&c->txn, INDEX_REFUND_SOURCE);
    struct id_list ids;
    key_u64(key_u8(key_u64(&k, d->customer), (uint8_t)doc_kind(d->kind)->subject), d->id);
    enum err e = d->id ? record_ids(&c->txn, &k, SIZE_MAX, &ids) : OK;
    *amount = 0;
    for (size_t i = 0; !e && d->id && i < ids.n; i++) {
        struct refund r;
        e = record_get(&c->txn, KIND_REFUND, ids.v[i], &r);
        if (!e && r.state != REFUND_FAILED)
            *amount += r.amount.amount;
    }
    return e;
}

/* --- reading ------------------------------------------------------------------------------------------------------------------------ */
struct wanted {
    uint64_t customer;
    int of, state;
    int64_t source;
};

static bool is_wanted(void *context, void *row)
{
    const struct wanted *w = context;
    const struct refund *r = row;
    return (!w->customer || r->customer == w->customer) &&
           (!w->of || (r->of == w->of && r->source == w->source)) && (!w->state || r->state == w->state);
}

enum err op_refund_list(struct call *c, const struct refund_list_in *in, struct refund_list_out *out)
{
    struct wanted w = {.customer = call_by_customer(c) ? c->who.customer : in->customer, .state = in->state};
    struct credit_source s;
    enum err e = in->payment || in->document ? credit_named(c, in->payment, in->document, &s) : OK;
    if (e)
        return e;
    struct key k = record_key(&c->txn, KIND_REFUND);
    if (in->payment || in->document) {
        w.of = credit_what(&s);
        w.source = (int64_t)credit_id(&s);
        k = index_key(&c->txn, INDEX_REFUND_SOURCE);
        key_u64(key_u8(key_u64(&k, credit_customer(&s)), (uint8_t)w.of), (uint64_t)w.source);
    } else if (!w.customer && w.state && w.state != REFUND_SUCCEEDED) {
        k = index_key(&c->txn, INDEX_REFUND_STATE);
        key_u8(&k, (uint8_t)w.state);
    }
    struct list_range range = list_range(&k);
    struct record_list l = {.kind = KIND_REFUND,
                            .view = shape_refund(),
                            .ranges = &range,
                            .n = 1,
                            .backward = true,
                            .after = in->after,
                            .limit = call_limit(in->limit),
                            .keep = is_wanted,
                            .context = &w};
    e = record_list(&c->txn, &l, &c->why);
    if (!e) {
        out->refunds = (struct refund_list){l.count, l.rows};
        out->next = l.next;
    }
    return e;
}

enum err refund_failed(struct call *c, int32_t since, size_t limit, struct refund_list *out)
{
    struct key k = index_key(&c->txn, INDEX_REFUND_STATE);
    key_u8(&k, REFUND_FAILED);
    struct list_range range = list_range(&k);
    range.first = k;
    key_u32(&range.first, (uint32_t)since);
    struct record_list l = {.kind = KIND_REFUND,
                            .view = shape_refund(),
                            .ranges = &range,
                            .n = 1,
                            .backward = true,
                            .limit = limit};
    enum err e = record_list(&c->txn, &l, &c->why);
    if (!e)
        *out = (struct refund_list){l.count, l.rows};
    return e;
}

enum err op_refund_get(struct call *c, const struct refund_get_in *in, struct refund_get_out *out)
{
    out->refund = arena_alloc(c->arena, sizeof *out->refund);
    return record_get(&c->txn, KIND_REFUND, in->refund, out->refund);
}

enum err op_refund_settle(struct call *c, const struct refund_settle_in *in, struct refund_settle_out *out)
{
    out->refund = arena_alloc(c->arena, sizeof *out->refund);
    enum err e = record_get(&c->txn, KIND_REFUND, in->refund, out->refund);
    if (e)
        return e;
    if (!out->refund->through || out->refund->state == REFUND_FAILED)
        return REFUSE(c, ERR_STATE, "refund",
                      out->refund->through ? "it failed: nothing comes after that"
                                           : "it was given back by hand");
    e = due_set(c, DUE_REFUND, in->refund, c->now);
    call_follow(c, FOLLOW_ASK_REFUND, in->refund);
    return e;
}
