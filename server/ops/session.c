/* Signing in and out, and one's own account. */
#include "common/text.h"
#include "server/limits.h"
#include "server/ops/password.h"
#include "server/ops/session_open.h"
#include "server/ops/tries.h"
#include "server/secret.h"
#include <string.h>

/* Those whose password matched. */
struct matched {
    size_t n;
    struct way_in v[CANDIDATES];
};

static void try(struct matched *m, int side, uint64_t person, const char *hash, const char *password)
{
    if (m->n < CANDIDATES && secret_password_verify(hash, password))
        m->v[m->n++] = (struct way_in){.side = side, .person = person, .hash = hash, .means = MEANS_PASSWORD};
}

/* One argon2id at least whatever is found, so that an unknown address takes as long as a known one. */
static enum err match(struct call *c, const char *email, const char *password, struct matched *m)
{
    struct contact v[CANDIDATES];
    struct staff s;
    size_t n;
    enum err e = session_persons(c, email, v, &n);
    for (size_t i = 0; i < n && !e; i++)
        try(m, SIDE_CUSTOMER, v[i].id, v[i].password, password);
    if (!e)
        e = session_staff(c, email, &s);
    if (!e)
        try(m, SIDE_STAFF, s.id, s.password, password);
    else if (e == ERR_NOT_FOUND && n == 0)
        (void)secret_password_verify(NULL, password);
    return e == ERR_NOT_FOUND ? OK : e;
}

enum err prep_session_sign_in(struct call *c, const struct session_sign_in_in *in)
{
    struct matched *m = arena_alloc(c->arena, sizeof *m);
    const char *folded = text_fold(c->arena, in->email);
    enum err e = tries_check(in->portal, folded, c->now, &c->why);
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
    if (m->n == 0) {
        tries_failed(in->portal, folded, c->now);
        return session_refused(c);
    }
    tries_fine(in->portal, folded);
    return OK;
}

enum err op_session_sign_in(struct call *c, const struct session_sign_in_in *in,
                            struct session_sign_in_out *out)
{
    const struct matched *m = c->prepared;
    struct way_in chosen = m->v[0];
    enum err e = call_portal(c, in->portal);
    out->choices.v = arena_alloc(c->arena, m->n * sizeof *out->choices.v);
    for (size_t i = 0; i < m->n && !e; i++) {
        if (m->v[i].side != SIDE_CUSTOMER)
            continue;
        e = session_add_choice(c, m->v[i].person, &out->choices);
        if (!e && in->customer && out->choices.v[out->choices.n - 1].customer == in->customer)
            chosen = m->v[i];
    }
    if (out->choices.n < 2)
        out->choices.n = 0;
    chosen.from = in->from;
    chosen.bound = in->bound;
    return e ? e : session_open(c, &chosen, &out->token, &out->me);
}

enum err op_session_switch(struct call *c, const struct session_switch_in *in, struct session_switch_out *out)
{
    struct contact v[CANDIDATES];
    size_t n;
    enum err e = session_persons(c, c->who.email, v, &n);
    for (size_t i = 0; !e && i < n; i++) {
        if (v[i].customer != in->customer)
            continue;
        if (v[i].must_change)
            return REFUSE(c, ERR_PASSWORD_CHANGE, "customer",
                          "sign in there once with the password that was set for it");
        struct way_in who = {.side = SIDE_CUSTOMER, .person = v[i].id, .means = MEANS_PASSWORD};
        e = record_del(&c->txn, KIND_SESSION, c->who.session);
        return e ? e : session_open(c, &who, &out->token, &out->me);
    }
    return e ? e : REFUSE(c, ERR_NOT_FOUND, "customer", "there is none of that id or number");
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

/* --- one's own account ------------------------------------------------------------------------------------------------------ */
/* One's own hash, and whether a new password would do. */
static enum err own_hash(struct call *c, const char *new, const char **hash)
{
    if (call_by_customer(c)) {
        struct contact p;
        enum err e = record_get(&c->txn, KIND_CONTACT, c->who.person, &p);
        if (!e)
            *hash = p.password;
        return e ? e : password_fits_contact(c, new, "password", &p);
    }
    struct staff p;
    enum err e = record_get(&c->txn, KIND_STAFF, c->who.person, &p);
    if (!e)
        *hash = p.password;
    return e ? e : password_fits(c, new, "password", p.name, p.email, NULL);
}

enum err prep_password_change(struct call *c, const struct password_change_in *in)
{
    const char *hash, *made,
        *account = arena_printf(c->arena, "#%d.%llu", c->who.role == ROLE_CUSTOMER,
                                (unsigned long long)c->who.person);
    enum err e = tries_check("", account, c->now, &c->why);
    if (!e && strcmp(in->old, in->password) == 0)
        e = REFUSE(c, ERR_INVALID, "password", "is the same as the present one");
    if (!e)
        e = own_hash(c, in->password, &hash);
    if (e)
        return e;
    if (!secret_password_verify(hash, in->old)) {
        tries_failed("", account, c->now);
        return REFUSE(c, ERR_CREDENTIALS, "old", "That is not the present password.");
    }
    tries_fine("", account);
    e = secret_password_hash(c->arena, in->password, &made);
    if (!e)
        c->prepared = arena_text(c->arena, made, strlen(made));
    return e;
}

enum err op_password_change(struct call *c, const struct password_change_in *in,
                            struct password_change_out *out)
{
    (void)in, (void)out;
    bool customer = call_by_customer(c);
    struct session s;
    enum err e;
    if (customer) {
        struct contact p;
        e = record_get(&c->txn, KIND_CONTACT, c->who.person, &p);
        p.password = c->prepared;
        p.must_change = false;
        e = e ? e : record_put(&c->txn, KIND_CONTACT, &p);
    } else {
        struct staff p;
        e = record_get(&c->txn, KIND_STAFF, c->who.person, &p);
        p.password = c->prepared;
        p.must_change = false;
        e = e ? e : record_put(&c->txn, KIND_STAFF, &p);
    }
    if (!e)
        e = call_end_sessions(c, customer ? SIDE_CUSTOMER : SIDE_STAFF, c->who.person, c->who.session);
    if (!e)
        e = record_get(&c->txn, KIND_SESSION, c->who.session, &s);
    if (e)
        return e;
    s.must_change = false;
    e = record_put(&c->txn, KIND_SESSION, &s);
    struct event event = {.what = WHAT_PASSWORD_CHANGED,
                          .subject = customer ? SUBJECT_CONTACT : SUBJECT_STAFF,
                          .about = (int64_t)c->who.person,
                          .customer = c->who.customer,
                          .number = c->who.name};
    return e ? e : call_event(c, &event);
}

enum err op_account_update(struct call *c, const struct account_update_in *in, struct account_update_out *out)
{
    struct session s;
    bool name = GIVEN(account_update_in, in, name), phone = GIVEN(account_update_in, in, phone);
    enum err e;
    if (call_by_customer(c)) {
        struct contact p;
        e = record_get(&c->txn, KIND_CONTACT, c->who.person, &p);
        p.name = name ? in->name : p.name;
        p.phone = phone ? in->phone : p.phone;
        e = e ? e : record_put(&c->txn, KIND_CONTACT, &p);
    } else {
        struct staff p;
        e = record_get(&c->txn, KIND_STAFF, c->who.person, &p);
        p.name = name ? in->name : p.name;
        p.phone = phone ? in->phone : p.phone;
        e = e ? e : record_put(&c->txn, KIND_STAFF, &p);
    }
    if (!e)
        e = record_get(&c->txn, KIND_SESSION, c->who.session, &s);
    if (e)
        return e;
    if (name)
        s.name = in->name;
    e = record_put(&c->txn, KIND_SESSION, &s);
    struct event event = {.what = WHAT_CHANGED,
                          .subject = call_by_customer(c) ? SUBJECT_CONTACT : SUBJECT_STAFF,
                          .about = (int64_t)c->who.person,
                          .customer = c->who.customer,
                          .number = s.name,
                          .text = name && phone ? "name, phone"
                                  : name        ? "name"
                                                : "phone"};
    if (!e)
        e = call_event(c, &event);
    return e ? e : session_me(c, &s, &out->me);
}
