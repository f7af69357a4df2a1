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

enum err method_finish_own(struct call *c, struct saved_method *m)
{
    bool may = true;
    method_finish(c, m);
    enum err e = m->mode == MODE_DEBIT ? payment_may_debit(c, m->customer, &may) : OK;
    m->barred = may ? NULL : PAYMENT_NO_DEBIT;
    return e;
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

enum err method_usable(struct call *c, uint64_t id, struct saved_method **out)
{
    struct saved_method *m = arena_alloc(c->arena, sizeof *m);
    enum err e = record_get(&c->txn, KIND_SAVED_METHOD, id, m);
    if (e || m->customer != c->who.customer)
        return e && e != ERR_NOT_FOUND ? e : REFUSE(c, ERR_NOT_FOUND, "saved", "there is none of that id");
    e = method_finish_own(c, m);
    if (e)
        return e;
    if (m->state == METHOD_GOOD && has(m->barred))
        return REFUSE(c, ERR_SWITCHED_OFF, "saved", "%s", m->barred);
    if (m->state != METHOD_GOOD)
        return REFUSE(c, ERR_STATE, "saved", "%s can not be paid with%s%s", m->title,
                      has(m->failure) ? ": " : "", has(m->failure) ? m->failure : "");
    *out = m;
    return OK;
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
    const bool there =
        has(m->token) && gateway_forgets(m->gateway); /* its token goes when it is taken off there */
    m->token = there ? m->token : NULL;
    m->owner = m->url = NULL;
    m->failure = why;
    m->held.n = 0;
    m->removed = c->now;
    m->removed_by = c->who.name;
    enum err e = on ? method_end_consent(c, m) : OK;
    if (!e)
        e = record_put(&c->txn, KIND_SAVED_METHOD, m);
    if (!e)
        e = there ? due_set(c, DUE_CHARGE, m->id, c->now) : due_drop(c, DUE_CHARGE, m->id);
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

enum err method_taken_back(struct call *c, const struct payment *p)
{
    struct saved_method m;
    enum err e = p->attempt ? record_get(&c->txn, KIND_SAVED_METHOD, p->saved, &m) : ERR_NOT_FOUND;
    if (e || m.state != METHOD_GOOD)
        return e == ERR_NOT_FOUND ? OK : e;
    m.state = METHOD_REFUSED;
    m.failure = "what it was charged was taken back";
    return record_put(&c->txn, KIND_SAVED_METHOD, &m);
}

enum err method_waits(struct call *c, const struct payment *p)
{
    struct saved_method m;
    enum err e = p->attempt ? record_get(&c->txn, KIND_SAVED_METHOD, p->saved, &m) : ERR_NOT_FOUND;
    return e ? (e == ERR_NOT_FOUND ? OK : e) : method_mail_waits(c, &m, p);
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

/* --- operations ----------------------------------------------------------------------------------------------------------------- */
static enum err read_one(struct call *c, uint64_t id, struct saved_method **out)
{
    *out = arena_alloc(c->arena, sizeof **out);
    enum err e = record_get(&c->txn, KIND_SAVED_METHOD, id, *out);
    return e ? e : method_finish_own(c, *out);
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
