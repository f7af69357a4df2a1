/* Saved methods: what is kept of one, which is offered first, and what becomes of it. */
#include "common/date.h"
#include "server/due/due.h"
#include "server/ops/method.h"
#include "server/ops/method_mail.h"
#include "server/pay/card.h"
#include "server/ops/payment_make.h"
#include <string.h>

static bool has(const char *text)
{
    return text && *text;
}

const char *method_title(struct arena *a, const struct saved_method *m)
{
    return has(m->last4) ? arena_printf(a, "%s ending %s", has(m->brand) ? m->brand : "Method", m->last4)
                         : (has(m->brand) ? m->brand : "Being saved");
}

void method_finish(const struct call *c, struct saved_method *m)
{
    m->title = method_title(c->arena, m);
    m->automatic = consent_of(m) != NULL;
    m->note = gateway_note(m->gateway);
}

enum err method_event(struct call *c, const struct saved_method *m, enum what what, struct money amount,
                      const char *text)
{
    struct event e = {.what = what,
                      .subject = SUBJECT_METHOD,
                      .about = (int64_t)m->id,
                      .customer = m->customer,
                      .amount = amount,
                      .text = text,
                      .portal = true}; /* no number: staff see that there is one, never more */
    return call_event(c, &e);
}

enum err method_marked(struct call *c, uint64_t customer, enum method_mark mark, struct saved_method *out)
{
    uint64_t id;
    struct key k = index_key(&c->txn, INDEX_METHOD_MARK);
    enum err e = record_find(&c->txn, key_u8(key_u64(&k, customer), (uint8_t)mark), &id);
    return e ? e : record_needed(&c->txn, KIND_SAVED_METHOD, id, out);
}

/* Whatever it is paid through: at a gateway's page an account may have been saved, too. */
static enum err may_be_debited(struct call *c, const struct saved_method *m)
{
    struct customer *of = arena_alloc(c->arena, sizeof *of);
    enum err e = record_get(&c->txn, KIND_CUSTOMER, m->customer, of);
    return e || of->debits ? e
                           : REFUSE(c, ERR_SWITCHED_OFF, "saved",
                                    "paying by direct debit is not open to you: ask for it");
}

enum err method_usable(struct call *c, uint64_t id, struct saved_method **out)
{
    struct saved_method *m = arena_alloc(c->arena, sizeof *m);
    enum err e = record_get(&c->txn, KIND_SAVED_METHOD, id, m);
    if (e || m->customer != c->who.customer)
        return e && e != ERR_NOT_FOUND ? e : REFUSE(c, ERR_NOT_FOUND, "saved", "there is none of that id");
    method_finish(c, m);
    if (m->state != METHOD_GOOD)
        return REFUSE(c, ERR_STATE, "saved", "%s can not be paid with%s%s", m->title,
                      has(m->failure) ? ": " : "", has(m->failure) ? m->failure : "");
    *out = m;
    return m->mode == MODE_DEBIT ? may_be_debited(c, m) : OK;
}

/* --- saving ------------------------------------------------------------------------------------------------------------------- */
enum err method_keep(struct call *c, const struct gateway_offer *by, const struct gateway_taken *taken,
                     const struct address *billing, enum method_state state, struct saved_method **out)
{
    struct saved_method *m = arena_alloc(c->arena, sizeof *m);
    struct key k = index_key(&c->txn, INDEX_METHOD_CUSTOMER);
    struct list_range range = list_range(key_u64(&k, c->who.customer));
    size_t n;
    enum err e = record_count(&c->txn, &range, METHODS_MOST, &n);
    if (!e && n >= METHODS_MOST)
        e = REFUSE(c, ERR_STATE, "", "too many methods were saved here");
    if (e)
        return e;
    *m = (struct saved_method){.customer = c->who.customer,
                               .gateway = by->gateway->kind->name,
                               .method = by->name,
                               .mode = by->method.mode,
                               .brand = taken->brand,
                               .last4 = taken->last4,
                               .expires = taken->expires,
                               .billing = (struct address *)(uintptr_t)billing,
                               .state = state,
                               .created = c->now,
                               .by = c->who.name,
                               .contact = c->who.person,
                               .token = taken->token};
    *out = m;
    return state == METHOD_GOOD ? method_saved(c, m) : record_put(&c->txn, KIND_SAVED_METHOD, m);
}

enum err method_saved(struct call *c, struct saved_method *m)
{
    struct saved_method first;
    enum err e = method_marked(c, m->customer, METHOD_FIRST, &first);
    m->state = METHOD_GOOD;
    m->url = m->failure = NULL;
    m->preferred = e == ERR_NOT_FOUND;
    if (e && e != ERR_NOT_FOUND)
        return e;
    e = record_put(&c->txn, KIND_SAVED_METHOD, m);
    return e ? e : method_event(c, m, WHAT_METHOD_SAVED, (struct money){0}, NULL);
}

/* --- which is offered first --------------------------------------------------------------------------------------------------- */
static enum err mark_first(struct call *c, struct saved_method *m)
{
    struct saved_method before;
    enum err e = method_marked(c, m->customer, METHOD_FIRST, &before);
    if (!e && before.id == m->id)
        return OK;
    if (!e) {
        before.preferred = false;
        e = record_put(&c->txn, KIND_SAVED_METHOD, &before);
    }
    if (e && e != ERR_NOT_FOUND)
        return e;
    m->preferred = true;
    return record_put(&c->txn, KIND_SAVED_METHOD, m);
}

/* Those of a customer that are good, the last that was saved first. */
static enum err good_of(struct call *c, uint64_t customer, struct saved_method **rows, size_t *n)
{
    struct key k = index_key(&c->txn, INDEX_METHOD_CUSTOMER);
    struct list_range range = list_range(key_u64(&k, customer));
    struct record_list l = {.kind = KIND_SAVED_METHOD,
                            .view = shape_saved_method(),
                            .ranges = &range,
                            .n = 1,
                            .backward = true,
                            .limit = METHODS_MOST};
    enum err e = record_list(&c->txn, &l, &c->why);
    *rows = l.rows;
    *n = e ? 0 : l.count;
    return e;
}

static enum err next_first(struct call *c, uint64_t customer)
{
    struct saved_method *rows;
    size_t n;
    enum err e = good_of(c, customer, &rows, &n);
    for (size_t i = 0; i < n && !e; i++)
        if (rows[i].state == METHOD_GOOD)
            return mark_first(c, &rows[i]);
    return e;
}

/* --- the end of one ------------------------------------------------------------------------------------------------------------- */
enum err method_forget(struct call *c, struct saved_method *m, const char *why)
{
    const bool first = m->preferred, on = consent_of(m) != NULL, was = m->state != METHOD_ADDING;
    m->state = METHOD_REMOVED;
    m->preferred = false;
    m->token = m->owner = m->url = NULL;
    m->failure = why;
    m->held.n = 0;
    m->removed = c->now;
    m->removed_by = c->who.name;
    enum err e = on ? method_end_consent(c, m) : OK;
    if (!e)
        e = record_put(&c->txn, KIND_SAVED_METHOD, m);
    if (!e)
        e = due_drop(c, DUE_CHARGE, m->id);
    if (!e && was)
        e = method_event(c, m, WHAT_METHOD_REMOVED, (struct money){0}, why);
    return e || !first ? e : next_first(c, m->customer);
}

/* Saved with the payment that succeeded, or not at all. */
static enum err settle_adding(struct call *c, struct saved_method *m, const struct payment *p,
                              const struct gateway_outcome *o)
{
    if (o->state == GATEWAY_FAILED)
        return method_forget(c, m, "The payment that it was to be saved with failed.");
    (void)p;
    return method_saved(c, m);
}

enum err method_settled(struct call *c, const struct payment *p, const struct gateway_outcome *o)
{
    struct saved_method m;
    enum err e = p->saved ? record_get(&c->txn, KIND_SAVED_METHOD, p->saved, &m) : ERR_NOT_FOUND;
    if (e)
        return e == ERR_NOT_FOUND ? OK : e;
    if (m.state == METHOD_ADDING)
        return settle_adding(c, &m, p, o);
    if (o->state == GATEWAY_FAILED && o->never && m.state == METHOD_GOOD) {
        m.state = METHOD_REFUSED;
        m.failure = arena_text(c->arena, o->sentence, strlen(o->sentence));
        e = record_put(&c->txn, KIND_SAVED_METHOD, &m);
    }
    if (e || !p->attempt)
        return e;
    e = charge_wake(c, p->customer);
    return e || o->state != GATEWAY_FAILED ? e : method_mail_failed(c, &m, p);
}

enum err method_waits(struct call *c, const struct payment *p)
{
    struct saved_method m;
    enum err e = p->attempt ? record_get(&c->txn, KIND_SAVED_METHOD, p->saved, &m) : ERR_NOT_FOUND;
    return e ? (e == ERR_NOT_FOUND ? OK : e) : method_mail_waits(c, &m, p);
}

/* --- operations ----------------------------------------------------------------------------------------------------------------- */
static enum err ways(struct call *c, struct text_list *out, const char **note)
{
    const struct gateway_offers *offers;
    enum err e = gateway_offers(c, &offers);
    if (e)
        return e;
    *out = (struct text_list){0, (const char **)arena_alloc(c->arena, offers->n * sizeof *out->v)};
    for (size_t i = 0; i < offers->n; i++)
        if (offers->v[i].method.keeps) {
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
static const struct gateway_offer *keeps(const struct gateway_offers *offers, int mode, bool at_page)
{
    for (size_t i = 0; i < offers->n; i++) {
        const struct gateway_offer *o = &offers->v[i];
        if (o->method.keeps && gateway_at_page(o) == at_page && (at_page || (int)o->method.mode == mode))
            return o;
    }
    return NULL;
}

static enum err chosen_keeper(struct call *c, const struct method_save_in *in,
                              const struct gateway_offer **by)
{
    const struct gateway_offers *offers;
    if (has(in->method) || (!in->mode && !in->online))
        return keeper(c, in->method, by);
    enum err e = gateway_offers(c, &offers);
    if (!e && !(*by = keeps(offers, in->mode, in->online)))
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

enum err method_given(struct call *c, struct saved_method *m, const struct gateway_saving *s)
{
    if (s->state == GATEWAY_FAILED)
        return method_forget(c, m, arena_text(c->arena, s->sentence, strlen(s->sentence)));
    m->token = arena_text(c->arena, s->token, strlen(s->token));
    m->brand = arena_text(c->arena, s->brand, strlen(s->brand));
    m->last4 = arena_text(c->arena, s->last4, strlen(s->last4));
    m->expires = s->expires;
    m->mode = s->debit ? MODE_DEBIT : MODE_CARD;
    return method_saved(c, m);
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
        method_finish(c, &rows[i]);
        if (rows[i].preferred && i) { /* to the top */
            const struct saved_method first = rows[i];
            memmove(rows + 1, rows, i * sizeof *rows);
            rows[0] = first;
        }
    }
    out->methods = (struct saved_method_list){e ? 0 : l.count, rows};
    const struct gateway_offers *offers;
    out->version = CONSENT_VERSION;
    if (!e)
        e = ways(c, &out->ways, &out->note);
    if (!e)
        e = gateway_offers(c, &offers);
    out->card = !e && keeps(offers, MODE_CARD, false);
    out->account = !e && keeps(offers, MODE_DEBIT, false);
    out->online = !e && keeps(offers, 0, true);
    return e ? e : method_consent_text(c, &out->text);
}

static enum err read_one(struct call *c, uint64_t id, struct saved_method **out)
{
    *out = arena_alloc(c->arena, sizeof **out);
    enum err e = record_get(&c->txn, KIND_SAVED_METHOD, id, *out);
    if (!e)
        method_finish(c, *out);
    return e;
}

enum err op_method_get(struct call *c, const struct method_get_in *in, struct method_get_out *out)
{
    out->version = CONSENT_VERSION;
    enum err e = read_one(c, in->saved, &out->saved);
    return e ? e : method_consent_text(c, &out->text);
}

/* Another day until which it is good may be what it was refused for. */
enum err op_method_edit(struct call *c, const struct method_edit_in *in, struct method_edit_out *out)
{
    int32_t today, last = 0;
    enum err e = read_one(c, in->saved, &out->saved);
    struct saved_method *m = out->saved;
    if (!e)
        e = call_today(c, &today);
    if (!e && m->state == METHOD_ADDING)
        e = REFUSE(c, ERR_STATE, "saved", "it is not saved yet");
    if (!e && has(in->expiry) && !m->expires)
        e = REFUSE(c, ERR_STATE, "expiry", "%s does not end on a day", m->title);
    if (!e && has(in->expiry) && (last = card_last_day(in->expiry)) < today)
        e = REFUSE(c, ERR_INVALID, "expiry", last ? "the card has expired" : "write month and year as MM/YY");
    if (e)
        return e;
    if (last) {
        m->expires = last;
        m->state = METHOD_GOOD;
        m->failure = NULL;
    }
    if (in->billing)
        m->billing = in->billing;
    e = record_put(&c->txn, KIND_SAVED_METHOD, m);
    if (!e)
        e = method_event(c, m, WHAT_CHANGED, (struct money){0}, last ? "expiry" : "billing address");
    return e || !last ? e : charge_wake(c, m->customer);
}

enum err op_method_set_default(struct call *c, const struct method_set_default_in *in,
                               struct method_set_default_out *out)
{
    enum err e = method_usable(c, in->saved, &out->saved);
    return e ? e : mark_first(c, out->saved);
}

enum err op_method_remove(struct call *c, const struct method_remove_in *in, struct method_remove_out *out)
{
    struct saved_method *m;
    enum err e = read_one(c, in->saved, &m);
    if (!e)
        out->title = m->title;
    return e ? e : method_forget(c, m, NULL);
}
