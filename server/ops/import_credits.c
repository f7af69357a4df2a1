/* What credit was used for in another system, and what was given back of it. A row is known by its key, which what it comes out of keeps: so what
 * staff take off again later stays so when the file is sent again. */
#include "server/core/numbered.h"
#include "server/ops/credit.h"
#include "server/ops/import.h"
#include "server/ops/refund.h"
#include <string.h>

#define BROUGHT 200 /* keys that one source keeps, as many as parts */

/* Credit as a row names it: whose, what, and its number. */
struct named {
    const char *customer_source;
    int of; /* enum subject */
    const char *number;
    const struct money *amount;
};

struct mine {
    uint64_t customer, id;
};

static bool is_mine(void *context, const struct payment_owner *p)
{
    struct mine *m = context;
    if (p->customer == m->customer)
        m->id = p->id;
    return !m->id;
}

/* What the row is out of; s->payment and s->document stay NULL when that is not here, which is told. */
static enum err find_source(struct import *im, const struct named *n, struct credit_source *s)
{
    struct call *c = im->c;
    struct customer *customer;
    struct mine mine = {.id = 0};
    const struct doc_traits *kind = doc_kind_of_subject(n->of);
    *s = (struct credit_source){NULL, NULL};
    enum err e = import_customer_of(im, n->customer_source, &customer);
    if (e)
        return e;
    mine.customer = customer ? customer->id : 0;
    if (n->of != SUBJECT_PAYMENT && !(kind && kind->credit)) {
        import_blame(im, "of", "can be payment, retainer or credit_note");
        return OK;
    }
    e = kind ? numbered_document(c, kind->kind, n->number, &mine.id)
             : numbered_payments(c, n->number, false, is_mine, &mine);
    if (e)
        return e;
    if (!mine.id) {
        import_blame_absent(im, "number", kind ? doc_noun(kind->kind) : "payment", n->number);
        return OK;
    }
    e = credit_source(c, n->of, mine.id, s);
    if (!e && credit_customer(s) != mine.customer) {
        if (customer) /* else that was told */
            import_blame(im, "number", "%.40s is another customer's", n->number);
        *s = (struct credit_source){NULL, NULL};
    }
    return e;
}

/* Is so much left of it? `taken`: by rows before it. */
static void check_left(struct import *im, const struct credit_source *s, const struct money *amount,
                       int64_t taken)
{
    const struct money *left = credit_left(s);
    struct money rest = money_of(left->amount - taken, left->currency);
    const struct payment *p = s->payment;
    size_t before = im->problems.n;
    if (amount->amount <= 0)
        import_blame(im, "amount", "has to be more than nothing");
    else if (strcmp(amount->currency, left->currency) != 0)
        import_blame(im, "amount", "%s is in %s", credit_number(s), left->currency);
    else if (p && (p->state != PAY_SUCCEEDED || p->stands_in))
        import_blame(im, "number", "nothing of %s can be used", credit_number(s));
    else if (amount->amount > rest.amount)
        import_blame(im, "amount", "only %s is left of %s",
                     rest.amount > 0 ? import_money_text(im->c, &rest) : "nothing", credit_number(s));
    if (im->problems.n > before && amount->amount > rest.amount)
        im->problems.v[before].absent = true; /* of a retainer invoice: with its payments */
}

/* What rows before the one under way take of a record, while none of them is carried out. */
struct taken {
    bool invoice;
    int what;
    uint64_t id;
    struct import_rest rest;
    int64_t amount;
    size_t keys;
};
struct batch {
    struct import im;
    size_t n, capacity;
    struct taken *v;
};

static struct taken *taken_of(struct batch *b, bool invoice, int what, uint64_t id, bool *new)
{
    for (size_t i = 0; i < b->n; i++)
        if (b->v[i].invoice == invoice && b->v[i].what == what && b->v[i].id == id) {
            *new = false;
            return &b->v[i];
        }
    if (b->n == b->capacity)
        b->v = arena_grow(b->im.c->arena, b->v, &b->capacity, sizeof *b->v);
    b->v[b->n] = (struct taken){.invoice = invoice, .what = what, .id = id};
    *new = true;
    return &b->v[b->n++];
}

static struct text_list *brought(const struct credit_source *s)
{
    return s->payment ? &s->payment->brought : &s->document->brought;
}

static bool has_key(const struct text_list *list, const char *key)
{
    for (size_t i = 0; i < list->n; i++)
        if (strcmp(list->v[i], key) == 0)
            return true;
    return false;
}

static void keep_key(struct call *c, struct text_list *list, const char *key)
{
    const char **longer = arena_alloc(c->arena, (list->n + 1) * sizeof *longer);
    if (list->n)
        memcpy(longer, list->v, list->n * sizeof *longer);
    longer[list->n] = key;
    *list = (struct text_list){list->n + 1, longer};
}

/* --- uses ------------------------------------------------------------------------------------------------------------------------- */
static int32_t day_of(const struct credit_source *s)
{
    return s->payment ? s->payment->date : s->document->date;
}

/* s: NULL when what is used is not here. */
static enum err check_invoice(struct batch *b, const struct import_credit *row, const struct credit_source *s)
{
    struct call *c = b->im.c;
    struct document invoice;
    uint64_t id;
    bool new;
    enum err e = import_invoice(c, row->invoice, &id);
    if (!e && !id)
        import_blame_absent(&b->im, "invoice", "invoice", row->invoice);
    if (!e && id)
        e = record_get(&c->txn, KIND_INVOICE, id, &invoice);
    if (e || !id || !s)
        return e;
    struct taken *t = taken_of(b, true, 0, id, &new);
    if (new)
        e = import_rest(c, &invoice, &t->rest);
    if (e)
        return e;
    struct import_rest *rest = &t->rest;
    struct money room = money_of(rest->due + rest->stands + rest->guess + rest->named, invoice.currency);
    if (invoice.customer != credit_customer(s))
        import_blame(&b->im, "invoice", "%s is another customer's", invoice.number);
    else if (strcmp(row->amount.currency, invoice.currency) != 0)
        import_blame(&b->im, "amount", "%s is in %s", invoice.number, invoice.currency);
    else if (row->amount.amount > room.amount)
        import_blame(&b->im, "amount", "is more than is due on %s: %s", invoice.number,
                     room.amount > 0 ? import_money_text(c, &room) : "nothing");
    else
        (void)import_split_credit(rest, row->amount.amount, day_of(s));
    return OK;
}

/* How much of the invoice it settles here, whoever said so. */
static enum err settles_here(struct call *c, const struct import_credit *row, const struct credit_source *s,
                             struct money *amount)
{
    const struct allocation_list *list = credit_settles(s);
    uint64_t id;
    enum err e = import_invoice(c, row->invoice, &id);
    *amount = money_of(0, row->amount.currency);
    for (size_t i = 0; i < list->n && !e && id; i++)
        if (list->v[i].invoice == id)
            *amount = list->v[i].amount;
    return e;
}

static enum err look_at_credit(struct batch *b, const struct import_credit *row)
{
    struct call *c = b->im.c;
    struct named named = {row->customer_source, row->of, row->number, &row->amount};
    struct credit_source s;
    struct money here;
    bool new;
    enum err e = find_source(&b->im, &named, &s);
    bool found = s.payment || s.document;
    if (!e && found && has_key(brought(&s), row->source)) {
        import_known(&b->im);
        e = settles_here(c, row, &s, &here);
        if (!e && !import_same_money(&here, &row->amount))
            import_differs_money(&b->im, "amount", &here, &row->amount, false);
        return e;
    }
    b->im.created++;
    import_check_source(&b->im, row->source);
    if (e || !found)
        return e ? e : check_invoice(b, row, NULL);
    struct taken *t = taken_of(b, false, credit_what(&s), credit_id(&s), &new);
    if (brought(&s)->n + ++t->keys > BROUGHT || credit_settles(&s)->n + t->keys > BROUGHT)
        import_blame(&b->im, "number", "%s settles %d invoices already", credit_number(&s), BROUGHT);
    check_left(&b->im, &s, &row->amount, t->amount);
    t->amount += row->amount.amount;
    return check_invoice(b, row, &s);
}

static enum err tell_use(struct call *c, const struct credit_source *s, const struct document *invoice,
                         struct money amount)
{
    struct event event = {.what = WHAT_CREDIT_APPLIED,
                          .subject = SUBJECT_INVOICE,
                          .about = (int64_t)invoice->id,
                          .number = invoice->number,
                          .customer = invoice->customer,
                          .customer_name = invoice->customer_name,
                          .amount = amount,
                          .text = credit_number(s)};
    return call_event(c, &event);
}

static enum err bring_in_credit(struct batch *b, const struct import_credit *row)
{
    struct call *c = b->im.c;
    struct named named = {row->customer_source, row->of, row->number, &row->amount};
    struct credit_source s;
    struct document invoice;
    struct import_rest rest;
    uint64_t id;
    enum err e = find_source(&b->im, &named, &s);
    if (!e && has_key(brought(&s), row->source))
        return OK;
    if (!e)
        e = import_invoice(c, row->invoice, &id);
    if (!e)
        e = record_get(&c->txn, KIND_INVOICE, id, &invoice);
    if (!e)
        e = import_rest(c, &invoice, &rest);
    if (!e)
        e = credit_spend(c, &s, &invoice, row->amount.amount);
    if (e)
        return e;
    keep_key(c, brought(&s), row->source);
    struct import_split split = import_split_credit(&rest, row->amount.amount, day_of(&s));
    e = import_book_credit(c, &invoice, &split, s.payment != NULL);
    if (!e)
        e = credit_put(c, &s);
    return e ? e : tell_use(c, &s, &invoice, row->amount);
}

enum err op_import_credits(struct call *c, const struct import_credits_in *in, struct import_credits_out *out)
{
    struct batch b = {.n = 0};
    enum err e = OK;
    import_begin(&b.im, c, in->check, in->update);
    for (size_t i = 0; i < in->rows.n && !e; i++) {
        b.im.row = (int64_t)i;
        if (!IMPORT_TWICE(&b.im, in, import_credit))
            e = look_at_credit(&b, &in->rows.v[i]);
    }
    for (size_t i = 0; i < in->rows.n && !e && !in->check && !b.im.problems.n; i++)
        e = import_at_row(c, i, bring_in_credit(&b, &in->rows.v[i]));
    IMPORT_END(&b.im, in, out);
    out->remarks = (struct import_remark_list){0, NULL};
    return e;
}

/* --- what was given back ------------------------------------------------------------------------------------------------------------- */
/* The refund out of it that has that key; *found NULL: there is none. */
static enum err known_refund(struct call *c, const struct credit_source *s, const char *key,
                             struct refund **found)
{
    struct key k = index_key(&c->txn, INDEX_REFUND_SOURCE);
    struct id_list ids = {0};
    key_u64(key_u8(key_u64(&k, credit_customer(s)), (uint8_t)credit_what(s)), credit_id(s));
    enum err e = record_ids(&c->txn, &k, SIZE_MAX, &ids);
    *found = NULL;
    for (size_t i = 0; i < ids.n && !e && !*found; i++) {
        struct refund *r = arena_alloc(c->arena, sizeof *r);
        e = record_get(&c->txn, KIND_REFUND, ids.v[i], r);
        if (!e && r->imported && strcmp(r->imported, key) == 0)
            *found = r;
    }
    return e;
}

static enum err look_at_refund(struct batch *b, const struct import_refund *row)
{
    struct named named = {row->customer_source, row->of, row->number, &row->amount};
    struct credit_source s;
    struct refund *here = NULL;
    bool new;
    enum err e = find_source(&b->im, &named, &s);
    bool found = s.payment || s.document;
    if (!e && found)
        e = known_refund(b->im.c, &s, row->source, &here);
    if (e)
        return e;
    if (here) {
        import_known(&b->im);
        if (!import_same_money(&here->amount, &row->amount))
            import_differs_money(&b->im, "amount", &here->amount, &row->amount, false);
        return OK;
    }
    b->im.created++;
    import_check_source(&b->im, row->source);
    if (!row->date)
        import_blame(&b->im, "date", "has to be given");
    else if (row->date > b->im.today)
        import_blame(&b->im, "date", "is in the future");
    if (!found)
        return OK;
    struct taken *t = taken_of(b, false, credit_what(&s), credit_id(&s), &new);
    check_left(&b->im, &s, &row->amount, t->amount);
    t->amount += row->amount.amount;
    return OK;
}

static enum err bring_in_refund(struct batch *b, const struct import_refund *row)
{
    struct call *c = b->im.c;
    struct named named = {row->customer_source, row->of, row->number, &row->amount};
    struct credit_source s;
    struct refund *here = NULL;
    struct refund r = {.amount = row->amount,
                       .date = row->date,
                       .mode = row->mode ? row->mode : MODE_OTHER,
                       .reference = row->reference,
                       .reason = row->reason,
                       .imported = row->source};
    enum err e = find_source(&b->im, &named, &s);
    if (!e)
        e = known_refund(c, &s, row->source, &here);
    return e || here ? e : refund_bring(c, &s, &r);
}

enum err op_import_refunds(struct call *c, const struct import_refunds_in *in, struct import_refunds_out *out)
{
    struct batch b = {.n = 0};
    enum err e = OK;
    import_begin(&b.im, c, in->check, in->update);
    for (size_t i = 0; i < in->rows.n && !e; i++) {
        b.im.row = (int64_t)i;
        if (!IMPORT_TWICE(&b.im, in, import_refund))
            e = look_at_refund(&b, &in->rows.v[i]);
    }
    for (size_t i = 0; i < in->rows.n && !e && !in->check && !b.im.problems.n; i++)
        e = import_at_row(c, i, bring_in_refund(&b, &in->rows.v[i]));
    IMPORT_END(&b.im, in, out);
    out->remarks = (struct import_remark_list){0, NULL};
    return e;
}
