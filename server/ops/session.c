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
    return in->code ? shows_code(c, m->chosen, in) : OK;
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
    if (!e)
        e = session_open(c, &chosen, &out->token, &out->me);
    if (!e)
        e = session_choices(c, &out->choices);
    if (!e && chosen.code_shown)
        e = factor_use(c, chosen.side, chosen.person, in->code, true, &used);
    return e == ERR_STATE || (e == ERR_CREDENTIALS && chosen.code_shown) ? session_refused(c) : e;
}

/* --- for another customer (docs/decisions/switching.md) ------------------------------------------------------------------ */
/* The person of the same address at that customer; ERR_NOT_FOUND. *proved: what this session has shown opens that one, too. */
static enum err other_person(struct call *c, uint64_t customer, struct contact *other, bool *proved)
{
    struct contact v[CANDIDATES], own;
    size_t n;
    enum err e = session_persons(c, c->who.email, v, &n);
    if (!e)
        e = record_get(&c->txn, KIND_CONTACT, c->who.person, &own);
    for (size_t i = 0; !e && i < n; i++)
        if (v[i].customer == customer) {
            *other = v[i];
            *proved = session_same_password(&own, other);
            return OK;
        }
    return e ? e : REFUSE(c, ERR_NOT_FOUND, "customer", "there is none of that id or number");
}

/* Leaves the hash that the password was compared with in c->prepared. */
enum err prep_session_switch(struct call *c, const struct session_switch_in *in)
{
    struct contact other;
    bool proved;
    const struct tries tries = tries_of_password(c, NULL);
    enum err e = other_person(c, in->customer, &other, &proved);
    if (e || proved)
        return e;
    e = tries_check(&tries, &c->why);
    if (!e && (!in->password || !*in->password))
        e = REFUSE(c, ERR_CREDENTIALS, "password", "Your password there is another one: give it.");
    if (e)
        return e;
    if (!secret_password_verify(other.password, in->password))
        return tries_refuse(c, &tries, "password", "That is not your password there.");
    tries_fine(&tries);
    c->prepared = arena_text(c->arena, other.password, strlen(other.password));
    return OK;
}

enum err op_session_switch(struct call *c, const struct session_switch_in *in, struct session_switch_out *out)
{
    struct contact other;
    struct session now;
    bool proved;
    enum err e = other_person(c, in->customer, &other, &proved);
    if (!e && !proved && !c->prepared) /* it became another one since */
        e = REFUSE(c, ERR_CREDENTIALS, "password", "Your password there is another one: give it.");
    if (!e)
        e = record_get(&c->txn, KIND_SESSION, c->who.session, &now);
    if (!e)
        e = record_del(&c->txn, KIND_SESSION, c->who.session);
    if (e)
        return e;
    struct way_in who = {.side = SIDE_CUSTOMER,
                         .person = other.id,
                         .hash = proved ? other.password : c->prepared,
                         .means = proved ? now.means : MEANS_PASSWORD,
                         .bound = now.bound,
                         .key = proved ? (uint64_t)now.key : 0};
    return session_open(c, &who, &out->token, &out->me);
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
