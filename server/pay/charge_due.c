/* What is done on the days on which a customer who agreed to it is charged (server/due/works.def): the page that somebody of it may still pay at is
 * closed first, and only then is the invoice read, and charged. */
#include "common/log.h"
#include "common/zone.h"
#include "server/core/daemon.h"
#include "server/core/limits.h"
#include "server/due/due.h"
#include "server/ops/follow_ops.h"
#include "server/ops/method.h"
#include "server/ops/payment_gateway.h"

struct open_page {
    struct payment payment; /* id 0: there is none */
    struct gateway gateway;
    struct gateway_outcome outcome;
    bool closed;                /* its gateway has said where it stands */
    const char *saving, *owner; /* of a method that is being saved at its gateway's page; NULL: it is not */
    struct gateway_saving saved;
    const char
        *removed; /* the token of a method that was removed here, and is to be there; NULL: it was not */
    char said[200];
};

/* A payment on that invoice that its payer began, and that is pending. */
static enum err pending_on(struct txn *t, uint64_t invoice, struct payment *found)
{
    struct key k = index_key(t, INDEX_PAYMENT_INVOICE);
    struct id_list ids;
    enum err e = record_ids(t, key_u64(&k, invoice), LIMIT_CHARGE, &ids);
    for (size_t i = ids.n; i-- > 0 && !e;) {
        e = record_needed(t, KIND_PAYMENT, ids.v[i], found);
        if (!e && found->state == PAY_PENDING && !found->attempt)
            return OK;
    }
    return e ? e : ERR_NOT_FOUND;
}

static enum err find(struct txn *t, const struct saved_method *m, int32_t today, struct payment *found)
{
    struct key k = index_key(t, INDEX_DOC_CUSTOMER_DUE);
    struct id_list ids;
    key_u8(key_u64(&k, m->customer), DOC_INVOICE);
    enum err e = record_ids(t, &k, LIMIT_CHARGE, &ids);
    for (size_t i = 0; i < ids.n && !e; i++) {
        struct document d;
        e = record_needed(t, KIND_DOCUMENT, ids.v[i], &d);
        if (e || !charge_is_for(&d) || d.due > today)
            continue;
        e = pending_on(t, d.id, found);
        if (!e)
            return OK;
        if (e == ERR_NOT_FOUND)
            e = OK;
    }
    return e ? e : ERR_NOT_FOUND;
}

/* Of one that is being saved, or was removed: its gateway is needed, whoever agreed to what. */
static enum err load_there(struct txn *t, struct due_try *w, const struct saved_method *m)
{
    struct open_page *page = w->own;
    enum err e = gateway_open(t, w->daemon->gateways, m->gateway, &page->gateway);
    page->gateway.stop = &w->daemon->stopping;
    page->removed = m->state == METHOD_REMOVED ? m->token : NULL;
    page->saving = page->removed ? NULL : m->gateway_id;
    page->owner = m->owner;
    if (e == ERR_NOT_FOUND) {
        w->next = DUE_AGAIN;
        w->said = "its gateway is not there";
        e = OK;
    }
    return e;
}

/* Often while its owner is at the page, then less and less. */
static void ask_saving(struct due_try *w, struct open_page *page)
{
    enum err e = gateway_save_ask(&page->gateway, page->saving, page->owner, &page->saved);
    w->pause = gateway_pause(&page->gateway, w->due.tries + 1);
    if (e || page->saved.state == GATEWAY_PENDING) {
        w->next = DUE_AGAIN;
        w->said = e ? page->saved.sentence : "it waits for its owner";
    }
}

static enum err write_saving(struct call *c, struct due_try *w, const struct open_page *page)
{
    struct saved_method m;
    enum err e = record_get(&c->txn, KIND_SAVED_METHOD, (uint64_t)w->due.about, &m);
    w->next = DUE_DONE;
    return e || m.state != METHOD_ADDING ? e : method_given(c, &m, &page->saved);
}

/* Once more until it is done: nothing else is to be done with it. */
static void forget(struct due_try *w, struct open_page *page)
{
    if (gateway_forget(&page->gateway, page->removed, page->said)) {
        w->next = DUE_AGAIN;
        w->said = page->said;
    }
}

static enum err write_removed(struct call *c, struct due_try *w)
{
    struct saved_method m;
    enum err e = record_get(&c->txn, KIND_SAVED_METHOD, (uint64_t)w->due.about, &m);
    w->next = DUE_DONE;
    if (e || m.state != METHOD_REMOVED)
        return e;
    m.token = NULL;
    return record_put(&c->txn, KIND_SAVED_METHOD, &m);
}

static enum err load(struct txn *t, struct due_try *w)
{
    struct open_page *page = arena_alloc(w->arena, sizeof *page);
    struct saved_method m;
    struct business b;
    *page = (struct open_page){.closed = false};
    w->own = page;
    enum err e = record_get(t, KIND_SAVED_METHOD, (uint64_t)w->due.about, &m);
    if (e)
        return e;
    if (m.state == METHOD_REMOVED ? m.token && *m.token
                                  : m.state == METHOD_ADDING && m.gateway_id && *m.gateway_id)
        return load_there(t, w, &m);
    if (!consent_of(&m)) {
        w->next = DUE_DONE;
        return OK;
    }
    e = record_needed(t, KIND_BUSINESS, t->business, &b);
    if (!e)
        e = find(t, &m, zone_day(b.time_zone, w->now), &page->payment);
    if (!e)
        e = gateway_open(t, w->daemon->gateways, page->payment.gateway, &page->gateway);
    page->gateway.stop = &w->daemon->stopping;
    if (e)
        page->payment.id = 0; /* there is none, or its gateway is gone: then it stays, and is waited for */
    return e == ERR_NOT_FOUND ? OK : e;
}

static void work(struct due_try *w)
{
    struct open_page *page = w->own;
    if (!page->payment.id && !page->saving && !page->removed)
        return;
    if (atomic_load(&w->daemon->stopping)) {
        w->next = DUE_LEFT;
        return;
    }
    if (page->saving || page->removed) {
        page->saving ? ask_saving(w, page) : forget(w, page);
        return;
    }
    enum err e = gateway_cancel(&page->gateway, &page->payment, &page->outcome);
    page->closed = !e;
    if (e && e != ERR_SWITCHED_OFF)
        log_line(LOG_WARN, "a page is not closed, so nothing is charged", "payment=%llu code=%s",
                 (unsigned long long)page->payment.id, err_name(e));
}

static enum err write(struct call *c, struct due_try *w)
{
    const struct open_page *page = w->own;
    struct saved_method m;
    int64_t again;
    if (page->saving || page->removed)
        return page->saving ? write_saving(c, w, page) : write_removed(c, w);
    enum err e = page->closed ? follow_charge_settle(c, page->payment.id, &page->outcome) : OK;
    if (!e)
        e = record_get(&c->txn, KIND_SAVED_METHOD, (uint64_t)w->due.about, &m);
    if (!e && !consent_of(&m)) {
        w->next = DUE_DONE;
        return OK;
    }
    if (!e)
        e = charge_run(c, &m, &again);
    w->next = DUE_KEPT;
    return e ? e : due_set(c, DUE_CHARGE, (uint64_t)w->due.about, again);
}

const struct due_doing charge_due = {.load = load, .work = work, .write = write};
