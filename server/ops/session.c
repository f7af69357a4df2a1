/* Signing in and out. */
#include "common/text.h"
#include "server/ops/factor.h"
#include "server/ops/session_open.h"
#include "server/ops/tries.h"
#include "server/secret.h"
#include <string.h>

/* Those whose password matched. */
struct matched {
    size_t n;
    struct way_in v[CANDIDATES + 1], *chosen;
    const char *renewed; /* hash of the same password with the salt of today; NULL: none of them needs it */
};

/* Whatever is found takes as long as nothing: all passwords of an address are compared by one argon2id. */
static enum err match(struct call *c, const char *email, const char *password, struct matched *m)
{
    struct contact v[CANDIDATES];
    struct staff s;
    struct way_in who[CANDIDATES + 1];
    const char *hashes[CANDIDATES + 1];
    bool same[CANDIDATES + 1];
    size_t n;
    enum err e = session_persons(c, email, v, &n);
    for (size_t i = 0; i < n && !e; i++)
        who[i] = (struct way_in){.side = SIDE_CUSTOMER, .person = v[i].id, .hash = v[i].password};
    if (!e)
        e = session_staff(c, email, &s);
    if (!e)
        who[n++] = (struct way_in){.side = SIDE_STAFF, .person = s.id, .hash = s.password};
    else if (e != ERR_NOT_FOUND)
        return e;
    for (size_t i = 0; i < n; i++) {
        hashes[i] = who[i].hash;
        who[i].means = MEANS_PASSWORD;
    }
    secret_password_try(hashes, n, password, same);
    for (size_t i = 0; i < n; i++)
        if (same[i])
            m->v[m->n++] = who[i];
    return OK;
}

/* The one that was asked for, or the first; NULL when the password opens nothing of the kind. */
static struct way_in *choose(struct call *c, struct matched *m, bool asked, uint64_t customer)
{
    if (!asked)
        return m->n ? &m->v[0] : NULL;
    for (size_t i = 0; i < m->n; i++) {
        struct contact p;
        if (m->v[i].side == SIDE_CUSTOMER && record_get(&c->txn, KIND_CONTACT, m->v[i].person, &p) == OK &&
            p.customer == customer)
            return &m->v[i];
    }
    return NULL;
}

/* The code that came along. Whoever has no second factor needs none. */
static enum err shows_code(struct call *c, struct way_in *who, const struct session_sign_in_in *in)
{
    enum err e = factor_try(c, who->side, who->person, in->from, in->code, true);
    if (e == ERR_CREDENTIALS)
        call_refused(c, in->email, "code", in->from);
    who->code_shown = e == OK;
    return e == ERR_STATE ? OK : e == ERR_CREDENTIALS ? session_refused(c) : e;
}

/* A hash of another salt costs an argon2id of its own and is not seen to be of the same password. Only once all was shown: before that the
 * time it takes would tell a wrong password from a wrong code. */
static enum err renew(struct call *c, const struct session_sign_in_in *in, struct matched *m)
{
    bool any = false;
    for (size_t i = 0; i < m->n; i++)
        any |= secret_password_outdated(m->v[i].hash, in->email);
    return any ? secret_password_hash(c->arena, in->email, in->password, &m->renewed) : OK;
}

/* In place of the hash that was compared, if that is still there. */
static enum err put_renewed(struct call *c, const struct way_in *of, const char *hash)
{
    enum err e;
    if (of->side == SIDE_STAFF) {
        struct staff p;
        e = record_get(&c->txn, KIND_STAFF, of->person, &p);
        if (e || !p.password || strcmp(p.password, of->hash) != 0)
            return e == ERR_NOT_FOUND ? OK : e;
        p.password = hash;
        return record_put(&c->txn, KIND_STAFF, &p);
    }
    struct contact p;
    e = record_get(&c->txn, KIND_CONTACT, of->person, &p);
    if (e || !p.password || strcmp(p.password, of->hash) != 0)
        return e == ERR_NOT_FOUND ? OK : e;
    p.password = hash;
    return record_put(&c->txn, KIND_CONTACT, &p);
}

enum err prep_session_sign_in(struct call *c, const struct session_sign_in_in *in)
{
    struct matched *m = arena_alloc(c->arena, sizeof *m);
    const struct tries tries = tries_of_address(c, in->portal, in->email, in->from);
    enum err e = tries_check(&tries, &c->why);
    if (e)
        return e;
    e = call_portal(c, in->portal);
    if (e && e != ERR_NOT_FOUND)
        return e;
    if (e == ERR_NOT_FOUND)
        (void)secret_password_verify(NULL, in->password);
    else
        e = match(c, in->email, in->password, m);
    if (e && e != ERR_NOT_FOUND)
        return e;
    c->prepared = m;
    m->chosen = choose(c, m, GIVEN(session_sign_in_in, in, customer) && in->customer, in->customer);
    if (!m->chosen) {
        if (c->txn.business)
            call_refused(c, in->email, "password", in->from);
        e = tries_refuse(c, &tries, "", "That did not match.");
        return in->code ? session_refused(c)
                        : e; /* the count would tell a wrong password from a wrong code */
    }
    tries_fine(&tries);
    e = in->code ? shows_code(c, m->chosen, in) : OK;
    return e ? e : renew(c, in, m);
}

enum err op_session_sign_in(struct call *c, const struct session_sign_in_in *in,
                            struct session_sign_in_out *out)
{
    const struct matched *m = c->prepared;
    struct way_in chosen = *m->chosen;
    struct mfa used;
    enum err e = call_portal(c, in->portal);
    chosen.from = in->from;
    chosen.bound = in->bound;
    for (size_t i = 0; i < m->n && !e && m->renewed; i++)
        if (secret_password_outdated(m->v[i].hash, in->email))
            e = put_renewed(c, &m->v[i], m->renewed);
    if (m->renewed && secret_password_outdated(chosen.hash, in->email))
        chosen.hash = m->renewed;
    if (!e)
        e = session_open(c, &chosen, &out->token, &out->me);
    if (!e)
        e = session_choices(c, &out->choices);
    if (!e && chosen.code_shown)
        e = factor_use(c, chosen.side, chosen.person, in->code, true, &used);
    return e == ERR_STATE || (e == ERR_CREDENTIALS && chosen.code_shown) ? session_refused(c) : e;
}

enum err op_session_sign_out(struct call *c, const struct session_sign_out_in *in,
                             struct session_sign_out_out *out)
{
    (void)in, (void)out;
    struct event event = {.what = WHAT_SIGNED_OUT,
                          .subject = SUBJECT_SESSION,
                          .about = (int64_t)c->who.session,
                          .customer = c->who.customer,
                          .number = c->who.name};
    enum err e = record_del(&c->txn, KIND_SESSION, c->who.session);
    return e ? e : call_event(c, &event);
}

enum err op_session_me(struct call *c, const struct session_me_in *in, struct session_me_out *out)
{
    (void)in;
    struct session s;
    enum err e = record_get(&c->txn, KIND_SESSION, c->who.session, &s);
    if (!e)
        e = session_me(c, &s, &out->me);
    return e ? e : session_choices(c, &out->choices);
}
