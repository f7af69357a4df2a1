/* Who is signed in, and ending it (B14). */
#include "server/core/limits.h"
#include "server/ops/person.h"
#include "server/ops/session_open.h"

static enum err sessions_of(struct call *c, const struct person *o, struct id_list *ids)
{
    struct key k = index_key(&c->txn, INDEX_SESSION_PERSON);
    return record_ids(&c->txn, key_u64(key_u8(&k, (uint8_t)o->side), o->id), 1000, ids);
}

static enum err customer_name(struct call *c, uint64_t customer, const char **name)
{
    struct customer_row of;
    enum err e = record_view(&c->txn, KIND_CUSTOMER, customer, shape_customer_row(), &of);
    *name = e ? NULL : of.name;
    return e == ERR_NOT_FOUND ? OK : e;
}

/* One that went from customer to customer is listed at both ends, and says at each where the other is. */
static enum err name_ends(struct call *c, const struct person *o, struct session *s)
{
    enum err e = OK;
    if (o->side == SIDE_STAFF || !s->origin || s->origin == s->person)
        return OK;
    if (s->person != (int64_t)o->id)
        e = customer_name(c, s->customer, &s->now_at);
    return e ? e : customer_name(c, s->origin_customer, &s->signed_in_for);
}

enum err op_session_list(struct call *c, const struct session_list_in *in, struct session_list_out *out)
{
    struct person o;
    struct id_list ids;
    enum err e = person_meant(c, in->contact, in->staff, &o);
    if (!e)
        e = sessions_of(c, &o, &ids);
    if (e)
        return e;
    out->sessions.v = arena_alloc(c->arena, ids.n * sizeof *out->sessions.v);
    for (size_t i = ids.n; i-- > 0 && out->sessions.n < 100 && !e;) {
        struct session *s = &out->sessions.v[out->sessions.n];
        bool lives = false;
        e = record_get(&c->txn, KIND_SESSION, ids.v[i], s);
        if (!e)
            e = session_lives(c, s, &lives);
        if (!lives)
            continue;
        s->expires = s->created + LIMIT_SESSION_LIFE_MS;
        s->current = s->id == c->who.session;
        e = name_ends(c, &o, s);
        out->sessions.n++;
    }
    return e;
}

enum err op_session_revoke(struct call *c, const struct session_revoke_in *in, struct session_revoke_out *out)
{
    struct person o;
    struct id_list ids;
    enum err e = c->who.role == ROLE_READER && in->contact
                     ? REFUSE(c, ERR_FORBIDDEN, "contact", "that is not for readers")
                     : person_meant(c, in->contact, in->staff, &o);
    bool own = !e && !in->contact && (!in->staff || in->staff == c->who.person);
    if (!e && own && !in->session && !in->others)
        e = REFUSE(c, ERR_INVALID, "session", "say which, or all others");
    if (!e)
        e = sessions_of(c, &o, &ids);
    for (size_t i = 0; !e && i < ids.n; i++) {
        bool meant = in->session ? ids.v[i] == (uint64_t)in->session : !own || ids.v[i] != c->who.session;
        if (!meant)
            continue;
        e = call_end_session(c, ids.v[i]);
        out->ended++;
    }
    if (!e && in->session && out->ended == 0)
        e = REFUSE(c, ERR_NOT_FOUND, "session", "there is no such session");
    if (e || out->ended == 0)
        return e;
    struct event event = {.what = WHAT_SESSION_ENDED,
                          .subject = o.side == SIDE_STAFF ? SUBJECT_STAFF : SUBJECT_CONTACT,
                          .about = (int64_t)o.id,
                          .customer = o.customer,
                          .number = o.name,
                          .text = arena_printf(c->arena, "%lld ended", (long long)out->ended)};
    return call_event(c, &event);
}
