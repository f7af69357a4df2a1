/* Signing in and out. */
#include "common/text.h"
#include "server/ops/factor.h"
#include "server/ops/session_open.h"
#include "server/ops/tries.h"
#include "server/core/secret.h"
#include <string.h>

/* Somebody whose password is guessed at. */
struct guessed {
    struct way_in who;
    uint64_t customer; /* 0: staff */
    struct tries tries;
    int64_t wait; /* of a pause: meanwhile no password is the right one */
    bool meant;   /* is of the customer that was asked for, or none was */
};
struct guess {
    struct tries address;
    bool
        known; /* somebody got in there from that source: it may learn of a pause that is not the address's */
    int64_t wait; /* the shortest of those that are meant and pause; 0: none of them does */
    size_t n, open;
    struct guessed v[CANDIDATES + 1];
};

/* Those whose password matched. */
struct matched {
    size_t n;
    struct way_in v[CANDIDATES + 1], *chosen;
    const char *renewed; /* hash of the same password with the salt of today; NULL: none of them needs it */
};

static void add_guessed(struct call *c, const struct session_sign_in_in *in, struct guess *g,
                        struct way_in who, uint64_t customer)
{
    bool asked = GIVEN(session_sign_in_in, in, customer) && in->customer;
    struct guessed *to = &g->v[g->n++];
    who.means = MEANS_PASSWORD;
    *to = (struct guessed){.who = who,
                           .customer = customer,
                           .tries = tries_of_password(c, who.side, who.person, in->from),
                           .meant = !asked || customer == in->customer};
    to->tries.beside = true;
    to->wait = tries_wait(&to->tries);
    g->open += to->meant && !to->wait;
    if (to->meant && to->wait && (!g->wait || to->wait < g->wait))
        g->wait = to->wait;
}

/* Everybody of the address. */
static enum err who_is_guessed(struct call *c, const struct session_sign_in_in *in, struct guess *g)
{
    struct contact v[CANDIDATES];
    struct staff s;
    size_t n;
    enum err e = session_persons(c, in->email, v, &n);
    for (size_t i = 0; i < n && !e; i++) {
        const struct way_in who = {.side = SIDE_CUSTOMER, .person = v[i].id, .hash = v[i].password};
        add_guessed(c, in, g, who, v[i].customer);
    }
    if (!e)
        e = session_staff(c, in->email, &s);
    if (!e)
        add_guessed(c, in, g, (struct way_in){.side = SIDE_STAFF, .person = s.id, .hash = s.password}, 0);
    return e == ERR_NOT_FOUND ? OK : e;
}

/* Whatever is found takes as long as nothing: all passwords of an address are compared by one argon2id. The chosen one is the first that
 * is meant; NULL when the password opens nothing of the kind. */
static void match(const struct guess *g, const char *password, struct matched *m)
{
    const char *hashes[CANDIDATES + 1];
    bool same[CANDIDATES + 1];
    for (size_t i = 0; i < g->n; i++)
        hashes[i] = g->v[i].who.hash;
    secret_password_try(hashes, g->n, password, same);
    for (size_t i = 0; i < g->n; i++) {
        if (!same[i] || g->v[i].wait)
            continue;
        m->v[m->n] = g->v[i].who;
        if (!m->chosen && g->v[i].meant)
            m->chosen = &m->v[m->n];
        m->n++;
    }
}

/* Counts at the address, whatever it stands for, and at each who was guessed at. What is said is the address's count, or to who got in
 * there the worse one. */
static enum err wrong(struct call *c, const struct session_sign_in_in *in, const struct guess *g)
{
    const struct tries *said = &g->address;
    if (c->txn.business)
        call_refused(c, in->email, "password", in->from);
    tries_failed(&g->address);
    for (size_t i = 0; i < g->n; i++) {
        const struct guessed *at = &g->v[i];
        if (!at->meant || at->wait)
            continue;
        tries_failed(&at->tries);
        if (g->known && g->open == 1 && tries_count(&at->tries) > tries_count(said))
            said = &at->tries;
    }
    if (in->code) /* the count would tell a wrong password from a wrong code */
        return session_refused(c);
    return g->known && g->wait ? tries_paused(g->wait, &c->why)
                               : tries_say(c, said, "", "That did not match.");
}

/* It clears what was guessed at those whose password it is, and at nobody else of the address. */
static void right(struct call *c, const struct session_sign_in_in *in, const struct guess *g,
                  const struct matched *m)
{
    tries_fine(&g->address);
    for (size_t i = 0; i < m->n; i++) {
        const struct tries own = tries_of_password(c, m->v[i].side, m->v[i].person, in->from);
        tries_fine(&own);
    }
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
    struct guess *g = arena_alloc(c->arena, sizeof *g);
    g->address = tries_of_address(c, in->portal, in->email, in->from);
    enum err e = tries_check(&g->address, &c->why);
    if (e)
        return e;
    g->known = tries_known(&g->address);
    e = call_portal(c, in->portal);
    if (!e)
        e = who_is_guessed(c, in, g);
    if (e && e != ERR_NOT_FOUND)
        return e;
    if (g->known && g->wait && !g->open)
        return tries_paused(g->wait, &c->why);
    match(g, in->password, m);
    c->prepared = m;
    if (!m->chosen)
        return wrong(c, in, g);
    right(c, in, g, m);
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
    enum err e = call_end_session(c, c->who.session);
    return e ? e : call_event(c, &event);
}

enum err op_session_me(struct call *c, const struct session_me_in *in, struct session_me_out *out)
{
    (void)in;
    enum err e = session_me(c, c->session, &out->me);
    return e ? e : session_choices(c, &out->choices);
}
