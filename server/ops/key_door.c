/* What sshd asks, and how the owner of a proved key comes in (B12). */
#include "data/store.h"
#include "server/core/limits.h"
#include "server/ops/session_open.h"

#define KEYS_SAME 50 /* persons with one key that are looked at in a business */

struct opened {
    struct ssh_key key;
    int side;
    uint64_t person, customer; /* customer 0: staff */
};
struct opened_list {
    size_t n;
    struct opened v[KEYS_SAME];
};

/* Who may sign in with a key in the call's business. */
static enum err opens(struct call *c, const char *fingerprint, struct opened_list *list)
{
    struct key k = index_key(&c->txn, INDEX_KEY_PRINT);
    struct id_list ids;
    list->n = 0;
    enum err e = record_ids(&c->txn, key_text(&k, fingerprint), KEYS_SAME, &ids);
    for (size_t i = 0; !e && i < ids.n; i++) {
        struct opened *o = &list->v[list->n];
        struct contact p = {.id = 0};
        struct staff s = {.id = 0};
        e = record_get(&c->txn, KIND_SSH_KEY, ids.v[i], &o->key);
        o->side = o->key.side;
        o->person = (uint64_t)o->key.person;
        if (!e && o->side == SIDE_STAFF)
            e = record_get(&c->txn, KIND_STAFF, o->person, &s);
        else if (!e)
            e = session_may_sign_in(c, o->person, &p);
        o->customer = p.customer;
        if (!e && !o->key.expires && (o->side == SIDE_CUSTOMER || s.active))
            list->n++;
        e = e == ERR_NOT_FOUND ? OK : e;
    }
    return e;
}

enum err op_key_known(struct call *c, const struct key_known_in *in, struct key_known_out *out)
{
    struct opened_list *list = arena_alloc(c->arena, sizeof *list);
    uint32_t businesses;
    enum err e = store_businesses(c->txn.kv, &businesses);
    for (uint32_t b = 1; !e && !out->known && b <= businesses; b++) {
        call_enter(c, b);
        e = opens(c, in->fingerprint, list);
        out->known = !e && list->n > 0;
    }
    call_enter(c, 0);
    return e;
}

static enum err add_portal(struct call *c, const struct opened *o, struct portal_choice *to)
{
    const struct business *b;
    struct customer_row customer = {.name = NULL};
    enum err e = call_business(c, &b);
    if (!e && o->customer)
        e = record_view(&c->txn, KIND_CUSTOMER, o->customer, shape_customer_row(), &customer);
    if (!e)
        *to = (struct portal_choice){
            .portal = b->portal, .name = b->name, .customer = o->customer, .customer_name = customer.name};
    return e;
}

enum err op_key_portals(struct call *c, const struct key_portals_in *in, struct key_portals_out *out)
{
    struct opened_list *list = arena_alloc(c->arena, sizeof *list);
    uint32_t businesses;
    enum err e = store_businesses(c->txn.kv, &businesses);
    out->portals.v = arena_alloc(c->arena, 50 * sizeof *out->portals.v);
    for (uint32_t b = 1; !e && b <= businesses && out->portals.n < 50; b++) {
        call_enter(c, b);
        e = opens(c, in->fingerprint, list);
        for (size_t i = 0; i < list->n && !e && out->portals.n < 50; i++)
            e = add_portal(c, &list->v[i], &out->portals.v[out->portals.n++]);
    }
    call_enter(c, 0);
    return e;
}

static bool is_asked_for(const struct session_sign_in_key_in *in, const struct opened *o)
{
    if (in->staff)
        return o->side == SIDE_STAFF && !in->customer;
    return !in->customer || (o->side == SIDE_CUSTOMER && o->customer == in->customer);
}

enum err op_session_sign_in_key(struct call *c, const struct session_sign_in_key_in *in,
                                struct session_sign_in_key_out *out)
{
    struct opened_list *list = arena_alloc(c->arena, sizeof *list);
    enum err e = call_portal(c, in->portal);
    if (!e)
        e = opens(c, in->fingerprint, list);
    if (e || list->n == 0)
        return e && e != ERR_NOT_FOUND ? e : session_refused(c);
    struct opened *chosen = NULL;
    out->choices.v = arena_alloc(c->arena, list->n * sizeof *out->choices.v);
    for (size_t i = 0; i < list->n && !e; i++) {
        struct opened *o = &list->v[i];
        if (!chosen && is_asked_for(in, o))
            chosen = o;
        if (o->side == SIDE_CUSTOMER)
            e = session_add_choice(c, o->person, &out->choices);
    }
    if (out->choices.n < 2)
        out->choices.n = 0;
    if (!chosen)
        return e ? e : session_refused(c);
    chosen->key.used = c->now;
    chosen->key.place = call_place(c, in->from);
    if (!e)
        e = record_put(&c->txn, KIND_SSH_KEY, &chosen->key);
    const struct way_in how = {.side = chosen->side,
                               .person = chosen->person,
                               .means = MEANS_KEY,
                               .from = in->from,
                               .bound = in->bound,
                               .key = chosen->key.id};
    if (!e)
        e = session_open(c, &how, &out->token, &out->me);
    return e ? e : session_mark_choices(c, &out->choices);
}
