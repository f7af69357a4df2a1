/* Saved methods: what can be saved here, saving one that is given here or at its gateway's page, and which there are. */
#include "server/due/due.h"
#include "server/ops/method.h"
#include "server/ops/payment_make.h"
#include <string.h>

static bool has(const char *text)
{
    return text && *text;
}

/* What can be saved is what can be paid with. */
static bool can_keep(const struct gateway_offer *o, bool debits)
{
    return o->method.keeps && (debits || o->method.mode != MODE_DEBIT);
}

static enum err offers_of(struct call *c, const struct gateway_offers **offers, bool *debits)
{
    enum err e = gateway_offers(c, offers);
    return e ? e : payment_may_debit(c, c->who.customer, debits);
}

static enum err ways(struct call *c, struct text_list *out, const char **note)
{
    const struct gateway_offers *offers;
    bool debits;
    enum err e = offers_of(c, &offers, &debits);
    if (e)
        return e;
    *out = (struct text_list){0, (const char **)arena_alloc(c->arena, offers->n * sizeof *out->v)};
    for (size_t i = 0; i < offers->n; i++)
        if (can_keep(&offers->v[i], debits)) {
            out->v[out->n++] = offers->v[i].name;
            if (!*note)
                *note = offers->v[i].gateway->kind->doing->note;
        }
    return OK;
}

static enum err keeper(struct call *c, const char *name, const struct gateway_offer **by)
{
    struct text_list all;
    const char *note = NULL;
    enum err e = ways(c, &all, &note);
    if (!e && !has(name) && all.n)
        name = all.v[0];
    if (!e && (!has(name) || !all.n || !gateway_in(&all, name)))
        e = REFUSE(c, ERR_SWITCHED_OFF, "method",
                   has(name) ? "%s can not be saved here" : "nothing can be saved here%s",
                   has(name) ? name : "");
    return e ? e : payment_method(c, name, by);
}

enum err op_method_begin(struct call *c, const struct method_begin_in *in, struct method_begin_out *out)
{
    const struct gateway_offer *by;
    const char *note = NULL;
    enum err e = keeper(c, in->method, &by);
    if (!e)
        e = ways(c, &out->ways, &note);
    if (e)
        return e;
    out->method = by->name;
    out->fields = payment_fields(c, by->method.wants ? by->method.wants() : NULL);
    out->note = by->gateway->kind->doing->note;
    return OK;
}

/* What the slow half of saving found: what was taken, or the page at which its owner gives it. */
struct to_save {
    struct payment_chosen chosen;
    const struct gateway_offer *by;
    const char *key, *currency;
    bool at_page;
    struct gateway_saving saving;
};

static enum err ask_page(void *prepared, struct arena *a, struct refusal *why)
{
    struct to_save *save = prepared;
    (void)a;
    enum err e = gateway_save(save->by->gateway, save->key, save->currency, &save->saving);
    return e ? refuse(why, e, "method", "%s",
                      has(save->saving.sentence) ? save->saving.sentence : err_sentence(e))
             : OK;
}

static enum err prepare_page(struct call *c, struct to_save *save)
{
    struct customer *customer = arena_alloc(c->arena, sizeof *customer);
    const struct business *b;
    enum err e = record_get(&c->txn, KIND_CUSTOMER, c->who.customer, customer);
    if (!e)
        e = call_business(c, &b);
    if (e)
        return e;
    save->at_page = true;
    save->key = payment_key(c, c->random);
    save->currency = has(customer->currency) ? customer->currency : b->currency;
    c->outside = ask_page;
    return OK;
}

/* The first that can be saved of a mode, or at a page; NULL: there is none. */
static const struct gateway_offer *keeps(const struct gateway_offers *offers, bool debits, int mode,
                                         bool at_page)
{
    for (size_t i = 0; i < offers->n; i++) {
        const struct gateway_offer *o = &offers->v[i];
        if (can_keep(o, debits) && gateway_at_page(o) == at_page && (at_page || (int)o->method.mode == mode))
            return o;
    }
    return NULL;
}

/* Of an account that is given here. */
static bool is_debit(const struct gateway_offers *offers, const struct method_save_in *in)
{
    for (size_t i = 0; has(in->method) && i < offers->n; i++)
        if (strcmp(offers->v[i].name, in->method) == 0)
            return offers->v[i].method.mode == MODE_DEBIT;
    return !has(in->method) && !in->online && in->mode == MODE_DEBIT;
}

static enum err chosen_keeper(struct call *c, const struct method_save_in *in,
                              const struct gateway_offer **by)
{
    const struct gateway_offers *offers;
    bool debits;
    enum err e = offers_of(c, &offers, &debits);
    if (!e && !debits && is_debit(offers, in))
        return REFUSE(c, ERR_SWITCHED_OFF, has(in->method) ? "method" : "mode", PAYMENT_NO_DEBIT);
    if (e || has(in->method) || (!in->mode && !in->online))
        return e ? e : keeper(c, in->method, by);
    if (!(*by = keeps(offers, debits, in->mode, in->online)))
        e = REFUSE(c, ERR_SWITCHED_OFF, in->online ? "online" : "mode", "that can not be saved here");
    return e;
}

/* What was given, each by its own argument. */
static struct pay_given_list all_given(struct call *c, const struct method_save_in *in)
{
    const struct pay_given one[] = {{.name = "card_number", .value = in->card_number},
                                    {.name = "card_expiry", .value = in->card_expiry},
                                    {.name = "card_code", .value = in->card_code},
                                    {.name = "card_name", .value = in->card_name},
                                    {.name = "card_postcode", .value = in->card_postcode},
                                    {.name = "holder", .value = in->holder},
                                    {.name = "iban", .value = in->iban}};
    const size_t most = sizeof one / sizeof *one;
    struct pay_given_list list = {0, arena_alloc(c->arena, (most + in->given.n) * sizeof *list.v)};
    for (size_t i = 0; i < in->given.n; i++)
        list.v[list.n++] = in->given.v[i];
    for (size_t i = 0; i < most; i++)
        if (has(one[i].value))
            list.v[list.n++] = one[i];
    return list;
}

enum err prep_method_save(struct call *c, const struct method_save_in *in)
{
    struct to_save *save = arena_alloc(c->arena, sizeof *save);
    const struct pay_given_list given = all_given(c, in);
    enum err e = chosen_keeper(c, in, &save->by);
    if (!e && gateway_at_page(save->by) && given.n)
        e = REFUSE(c, ERR_INVALID, given.v[0].name, "%s asks for nothing here", save->by->name);
    if (!e)
        e = gateway_at_page(save->by) ? prepare_page(c, save)
                                      : payment_take(c, save->by, &given, &save->chosen);
    c->prepared = save; /* and payment_take's own is its first member */
    return e;
}

static enum err keep_page(struct call *c, const struct gateway_offer *by, const struct to_save *save,
                          const struct address *billing, struct saved_method **out)
{
    const struct gateway_taken none = {.token = NULL};
    enum err e = method_keep(c, by, &none, billing, METHOD_ADDING, out);
    struct saved_method *m = *out;
    if (e)
        return e;
    m->gateway_id = save->saving.id;
    m->owner = save->saving.owner;
    m->url = save->saving.url;
    e = record_put(&c->txn, KIND_SAVED_METHOD, m);
    return e ? e : due_set(c, DUE_CHARGE, m->id, c->now);
}

enum err op_method_save(struct call *c, const struct method_save_in *in, struct method_save_out *out)
{
    const struct to_save *save = c->prepared;
    const struct gateway_offer *by;
    if (!save->at_page && !save->chosen.taken.kept)
        return REFUSE(c, ERR_PAYMENT_FAILED, "", "its bank does not let it be saved");
    enum err e = payment_method(c, save->by->name, &by); /* closed meanwhile? */
    if (!e)
        e = save->at_page ? keep_page(c, by, save, in->billing, &out->saved)
                          : method_keep(c, by, &save->chosen.taken, in->billing, METHOD_GOOD, &out->saved);
    if (!e)
        method_finish(c, out->saved);
    return e;
}

static bool shown(void *context, void *row)
{
    (void)context;
    return ((const struct saved_method *)row)->state != METHOD_REMOVED;
}

enum err op_method_list(struct call *c, const struct method_list_in *in, struct method_list_out *out)
{
    struct key k = index_key(&c->txn, INDEX_METHOD_CUSTOMER);
    struct list_range range = list_range(key_u64(&k, c->who.customer));
    struct record_list l = {.kind = KIND_SAVED_METHOD,
                            .view = shape_saved_method(),
                            .ranges = &range,
                            .n = 1,
                            .backward = true,
                            .limit = METHODS_MOST,
                            .keep = shown};
    (void)in;
    enum err e = record_list(&c->txn, &l, &c->why);
    struct saved_method *rows = l.rows;
    for (size_t i = 0; i < l.count && !e; i++) {
        e = method_finish_own(c, &rows[i]);
        if (rows[i].preferred && i) { /* to the top */
            const struct saved_method first = rows[i];
            memmove(rows + 1, rows, i * sizeof *rows);
            rows[0] = first;
        }
    }
    out->methods = (struct saved_method_list){e ? 0 : l.count, rows};
    const struct gateway_offers *offers;
    bool debits = false;
    out->version = CONSENT_VERSION;
    if (!e)
        e = ways(c, &out->ways, &out->note);
    if (!e)
        e = offers_of(c, &offers, &debits);
    out->card = !e && keeps(offers, debits, MODE_CARD, false);
    out->account = !e && keeps(offers, debits, MODE_DEBIT, false);
    out->online = !e && keeps(offers, debits, 0, true);
    return e ? e : method_consent_text(c, &out->text);
}
