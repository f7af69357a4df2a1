/* Whether invoices can be paid by card, why one can not, and what has to be said with a payment. Faces show it; the rule is here. */
#include "server/ops/payment.h"
#include "server/ops/payment_make.h"
#include <string.h>

enum err payment_card(struct call *c, bool *offered, const char **note)
{
    const struct gateway_offers *offers;
    enum err e = gateway_offers(c, &offers);
    if (e)
        return e;
    const struct gateway_offer *card = gateway_offer_of(offers, MODE_CARD, NULL);
    *offered = card != NULL;
    *note = card ? gateway_note(card->gateway->kind->name) : NULL;
    return OK;
}

enum err payment_agreed(struct call *c, const struct gateway_offer *by, const char **out)
{
    const struct business *b;
    const char *text = by->method.agree, *name = text ? strstr(text, "%s") : NULL;
    *out = text;
    enum err e = name ? call_business(c, &b) : OK;
    if (name && !e)
        *out = arena_printf(c->arena, "%.*s%s%s", (int)(name - text), text, b->name, name + 2);
    return e;
}

enum err payment_may_debit(struct call *c, uint64_t customer, bool *may)
{
    struct customer of;
    *may = false;
    enum err e = customer ? record_get(&c->txn, KIND_CUSTOMER, customer, &of) : ERR_NOT_FOUND;
    if (!e)
        *may = of.debits;
    return e == ERR_NOT_FOUND ? OK : e;
}

enum err payment_offer(struct call *c, const struct business *b, struct me *me)
{
    const struct gateway_offers *offers;
    bool debits = false;
    me->transfer = b->bank && *b->bank;
    enum err e = gateway_offers(c, &offers);
    const struct gateway_offer *debit = e ? NULL : gateway_offer_of(offers, MODE_DEBIT, NULL);
    if (debit)
        e = payment_may_debit(c, me->customer, &debits);
    if (debits && !e)
        e = payment_agreed(c, debit, &me->debit);
    if (e)
        return e;
    me->methods.v = (const char **)arena_alloc(c->arena, offers->n * sizeof *me->methods.v);
    me->ways.v = arena_alloc(c->arena, offers->n * sizeof *me->ways.v);
    me->online.v = arena_alloc(c->arena, offers->n * sizeof *me->online.v);
    me->card_here = gateway_card(offers, false) != NULL;
    for (size_t i = 0; i < offers->n; i++) {
        const struct gateway_offer *o = &offers->v[i];
        if (o->method.mode == MODE_DEBIT && me->customer && !debits)
            continue;
        me->methods.v[me->methods.n++] = o->name;
        if (gateway_elsewhere(o->gateway->kind))
            me->ways.v[me->ways.n++] = (struct pay_way){.method = o->name, .title = o->method.title};
        else if (gateway_at_page(o))
            me->online.v[me->online.n++] =
                (struct pay_way){.method = o->name, .title = o->method.title, .how = PAY_HOW_PAGE};
    }
    return payment_card(c, &me->card, &me->card_note);
}

const char *payment_note(const struct call *c, const char *gateway, int state)
{
    if (!gateway || !*gateway)
        return NULL;
    const char *note = gateway_note(gateway);
    if (state != PAY_PENDING || gateway_is_here(c->gateways, gateway))
        return note;
    return arena_printf(c->arena, "%s%sits gateway is gone, so it stays pending", note ? note : "",
                        note ? "; " : "");
}

enum err payment_on(struct call *c, uint64_t invoice, bool (*which)(void *context, void *payment),
                    void *context, struct payment **found)
{
    struct key k = index_key(&c->txn, INDEX_PAYMENT_INVOICE);
    key_u64(&k, invoice);
    struct list_range range = list_range(&k);
    struct record_list l = {.kind = KIND_PAYMENT,
                            .view = shape_payment(),
                            .ranges = &range,
                            .n = 1,
                            .backward = true,
                            .limit = 1,
                            .keep = which,
                            .context = context};
    enum err e = record_list(&c->txn, &l, &c->why);
    if (!e)
        *found = l.count ? l.rows : NULL;
    return e;
}

static bool is_pending(void *context, void *row)
{
    (void)context;
    return ((const struct payment *)row)->state == PAY_PENDING;
}

enum err payment_pending_on(struct call *c, uint64_t invoice, struct payment **pending)
{
    return payment_on(c, invoice, is_pending, NULL, pending);
}

/* What is chosen for one invoice, as a document and a row of what is due both have it. */
struct chosen {
    bool no_card, no_transfer;
    const struct text_list *methods;
};

/* A sentence's end; NULL: it is offered for that invoice. */
static const char *not_offered(struct call *c, const struct chosen *of, const struct gateway_offer *by)
{
    if (by->method.mode == MODE_CARD && of->no_card)
        return "can not be paid by card";
    if (by->method.mode == MODE_TRANSFER && of->no_transfer)
        return "can not be paid by bank transfer";
    return gateway_in(of->methods, by->name) ? NULL
                                             : arena_printf(c->arena, "can not be paid by %s", by->name);
}

static int how_of(const struct gateway_offer *o)
{
    return gateway_at_page(o) ? PAY_HOW_PAGE : o->method.mode == MODE_DEBIT ? PAY_HOW_DEBIT : PAY_HOW_CARD;
}

/* Those that are offered for it and are paid here. An account is only debited where staff allowed that. */
static struct pay_way_list ways_of(struct call *c, const struct gateway_offers *offers,
                                   const struct chosen *of, bool debits)
{
    struct pay_way_list ways = {0, arena_alloc(c->arena, (offers->n + 1) * sizeof *ways.v)};
    for (size_t i = 0; i < offers->n; i++) {
        const struct gateway_offer *o = &offers->v[i];
        if (!gateway_elsewhere(o->gateway->kind) && (debits || o->method.mode != MODE_DEBIT) &&
            !not_offered(c, of, o))
            ways.v[ways.n++] =
                (struct pay_way){.method = o->name, .title = o->method.title, .how = how_of(o)};
    }
    return ways;
}

/* Why no card is for it, beside that a payment is pending. */
static const char *no_card_for(const struct gateway_offers *offers, const struct chosen *of)
{
    if (!gateway_offer_of(offers, MODE_CARD, NULL))
        return "paying by card is not offered here";
    return of->no_card || !gateway_offer_of(offers, MODE_CARD, of->methods) ? "can not be paid by card"
                                                                            : NULL;
}

static enum err debits_of(struct call *c, const struct gateway_offers *offers, uint64_t customer, bool *may)
{
    *may = false;
    return gateway_offer_of(offers, MODE_DEBIT, NULL) ? payment_may_debit(c, customer, may) : OK;
}

enum err payment_offers_of(struct call *c, struct document *d)
{
    const struct chosen of = {d->no_card, d->no_transfer, &d->methods};
    const struct gateway_offers *offers;
    struct not_payable bar = {.code = OK};
    bool debits;
    enum err e = gateway_offers(c, &offers);
    if (!e)
        e = debits_of(c, offers, d->customer, &debits);
    if (!e)
        e = payment_under_way_on(c, d->id, &d->paying, &bar);
    if (e)
        return e;
    d->offers = bar.code ? (struct pay_way_list){0, NULL} : ways_of(c, offers, &of, debits);
    d->not_by_card = no_card_for(offers, &of);
    d->not_by_card = d->not_by_card ? d->not_by_card : bar.why;
    return OK;
}

/* Of most invoices no method is chosen: they share what is offered, by what is switched off. */
struct shared {
    bool known;
    struct pay_way_list ways;
    const char *no_card;
};

static void share(struct call *c, const struct gateway_offers *offers, const struct chosen *of, bool debits,
                  struct shared all[4], struct shared *out)
{
    struct shared *s = of->methods->n ? out : &all[of->no_card * 2 + of->no_transfer];
    if (!s->known)
        *s = (struct shared){true, ways_of(c, offers, of, debits), no_card_for(offers, of)};
    *out = *s;
}

enum err payment_offers_of_rows(struct call *c, struct document_due *rows, size_t n)
{
    struct shared all[4] = {{.known = false}};
    const struct gateway_offers *offers;
    struct not_payable *bar = arena_alloc(c->arena, (n + 1) * sizeof *bar);
    bool debits = false;
    enum err e = n ? gateway_offers(c, &offers) : OK;
    if (!e && n)
        e = payment_under_way_of_due(c, rows, n, bar);
    if (!e && n)
        e = debits_of(c, offers, rows[0].customer, &debits);
    for (size_t i = 0; i < n && !e; i++) {
        const struct chosen of = {rows[i].no_card, rows[i].no_transfer, &rows[i].methods};
        struct shared offered = {.known = false};
        share(c, offers, &of, debits, all, &offered);
        if (!bar[i].code)
            rows[i].offers = offered.ways;
        rows[i].not_by_card = offered.no_card ? offered.no_card : bar[i].why;
    }
    return e;
}

static enum err all_take(struct call *c, const struct allocation_list *parts, const struct gateway_offer *by,
                         bool *all)
{
    struct document d = {.id = 0};
    enum err e = OK;
    *all = true;
    for (size_t i = 0; i < parts->n && *all && !e; i++) {
        e = record_get(&c->txn, KIND_DOCUMENT, parts->v[i].invoice, &d);
        const struct chosen of = {d.no_card, d.no_transfer, &d.methods};
        *all = e || !not_offered(c, &of, by);
        e = e == ERR_NOT_FOUND ? OK : e; /* which is said when the parts are looked at */
    }
    return e;
}

enum err payment_offer_for(struct call *c, const struct gateway_offers *offers, int how,
                           const struct allocation_list *parts, const struct gateway_offer **out)
{
    bool all = false;
    enum err e = OK;
    *out = NULL;
    for (size_t i = 0; i < offers->n && !all && !e; i++) {
        const struct gateway_offer *o = &offers->v[i];
        if (gateway_elsewhere(o->gateway->kind) || how_of(o) != how)
            continue;
        e = all_take(c, parts, o, &all);
        if (all || !*out)
            *out = o;
    }
    return e;
}

enum err payment_not_by(struct call *c, const struct document *invoice, const struct gateway_offer *by,
                        struct not_payable *out)
{
    const struct chosen of = {invoice->no_card, invoice->no_transfer, &invoice->methods};
    const char *why = not_offered(c, &of, by);
    uint64_t payment;
    *out = (struct not_payable){why ? ERR_SWITCHED_OFF : OK, why};
    return why ? OK : payment_under_way_on(c, invoice->id, &payment, out);
}

/* What one offer has to tell of an invoice that is due, behind what others told. */
static enum err tell(struct call *c, const struct document *d, const struct gateway_offer *by,
                     struct pay_told_list *out, const char **why)
{
    struct not_payable bar;
    struct gateway_told told;
    struct allocation part = {.invoice = d->id, .amount = d->balance, .number = d->number};
    const struct payment p = {.customer = d->customer,
                              .customer_name = d->customer_name,
                              .amount = d->balance,
                              .allocations = {1, &part}};
    enum err e = payment_not_by(c, d, by, &bar);
    if (!e && !bar.code)
        e = gateway_tell(c, by, &p, &told);
    if (!e && !bar.code && told.told.n)
        out->v[out->n++] = told.told.v[0];
    if (!e && bar.code)
        *why = bar.why;
    return e;
}

enum err payment_told(struct call *c, const struct document *d, struct pay_told_list *out, const char **why)
{
    const char *bar = NULL;
    const struct gateway_offers *offers;
    *out = (struct pay_told_list){0, NULL};
    if (d->state != DOC_OPEN || doc_kind(d->kind)->owes <= 0 || d->balance.amount <= 0)
        return OK;
    enum err e = gateway_offers(c, &offers);
    if (e)
        return e;
    out->v = arena_alloc(c->arena, offers->n * sizeof *out->v);
    for (size_t i = 0; !e && i < offers->n; i++)
        if (gateway_elsewhere(offers->v[i].gateway->kind))
            e = tell(c, d, &offers->v[i], out, &bar);
    if (why)
        *why = out->n ? NULL : bar;
    return e;
}

static int status_of(int state, const struct money *amount, const struct money *refunded)
{
    if (state != PAY_SUCCEEDED || !refunded->amount)
        return state; /* the first five have the same numbers */
    return refunded->amount < amount->amount ? PAY_STATUS_PARTLY_REFUNDED : PAY_STATUS_REFUNDED;
}
_Static_assert((int)PAY_STATUS_PENDING == PAY_PENDING && (int)PAY_STATUS_SUCCEEDED == PAY_SUCCEEDED &&
                   (int)PAY_STATUS_FAILED == PAY_FAILED && (int)PAY_STATUS_DISPUTED == PAY_DISPUTED &&
                   (int)PAY_STATUS_REVERSED == PAY_REVERSED,
               "states are the first statuses");

void payment_finish(struct call *c, struct payment *p)
{
    p->status = status_of(p->state, &p->amount, &p->refunded);
    p->wants = payment_wants(c, p);
    p->note = payment_note(c, p->gateway, p->state);
}

void payment_rows_finish(const struct call *c, struct payment_row *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        rows[i].note = payment_note(c, rows[i].gateway, rows[i].state);
        rows[i].status = status_of(rows[i].state, &rows[i].amount, &rows[i].refunded);
    }
}

/* --- gateways that are not there any more ---------------------------------------------------------------------------------- */

enum err payment_left_of(struct txn *t, const struct gateways *g, struct payment_left *out)
{
    size_t n;
    const struct gateway_kind *kinds = gateway_kinds(&n);
    enum err e = OK;
    *out = (struct payment_left){.pending = 0};
    for (size_t i = 0; !e && i < n; i++) {
        int64_t pending = 0, succeeded = 0;
        if (!kinds[i].doing->note || gateways_here(g, &kinds[i]))
            continue;
        e = gateway_count(t, kinds[i].name, PAY_PENDING, PAY_PENDING, &pending);
        if (!e)
            e = gateway_count(t, kinds[i].name, PAY_SUCCEEDED, PAY_SUCCEEDED, &succeeded);
        if (!e && (pending || succeeded))
            *out = (struct payment_left){kinds[i].name, out->pending + pending, out->succeeded + succeeded};
    }
    return e;
}

/* What staff have to know: that no money moves here, or that what stands in the store as paid was not. */
enum err payment_notices(struct call *c, struct text_list *out)
{
    struct payment_left left;
    const char **texts = (const char **)arena_alloc(c->arena, 3 * sizeof *texts);
    const char *note = NULL;
    bool card;
    size_t n = 0;
    enum err e = payment_left_of(&c->txn, c->gateways, &left);
    if (!e)
        e = payment_card(c, &card, &note);
    if (e)
        return e;
    if (note)
        texts[n++] = arena_printf(c->arena, "%s when customers pay by card", note);
    if (left.succeeded)
        texts[n++] = arena_printf(c->arena, "%s: %lld payment%s as paid, though no money moved", left.gateway,
                                  (long long)left.succeeded, left.succeeded == 1 ? " stands" : "s stand");
    if (left.pending)
        texts[n++] = arena_printf(
            c->arena, "%s: %lld payment%s pending until posternd is started with --%s again", left.gateway,
            (long long)left.pending, left.pending == 1 ? " stays" : "s stay", left.gateway);
    *out = (struct text_list){n, texts};
    return OK;
}
