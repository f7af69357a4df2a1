/* Signing in and out, and one's own account. */
#include "common/text.h"
#include "server/limits.h"
#include "server/ops/password.h"
#include "server/ops/tries.h"
#include "server/secret.h"
#include <string.h>
#include <strings.h>

#define CANDIDATES 10 /* persons with one e-mail address that a sign-in looks at */

/* Somebody whose password matched. */
struct candidate {
    int side;
    uint64_t person;
    const char *hash; /* what the password matched; NULL: none was asked for */
};
struct matched {
    size_t n;
    struct candidate v[CANDIDATES];
};

static enum err credentials(struct call *c)
{
    return REFUSE(c, ERR_CREDENTIALS, "", "That did not match.");
}

/* The index is folded: it takes "jose@…" and "josé@…", two mailboxes of perhaps two people, for one, and knows the beginning of
 * a long address only. What lets somebody in is the address itself, letters of either case. */
static bool same_address(const char *a, const char *b)
{
    return a && b && strcasecmp(a, b) == 0;
}

/* Reads a contact person; ERR_NOT_FOUND when nobody may sign in as that person: no access, or the customer is deactivated. */
static enum err may_sign_in(struct call *c, uint64_t id, struct contact *p)
{
    struct customer_row of;
    enum err e = record_get(&c->txn, KIND_CONTACT, id, p);
    if (e)
        return e;
    if ((p->access != ACCESS_INVITED && p->access != ACCESS_ACTIVE) || !p->password || !*p->password)
        return ERR_NOT_FOUND;
    e = record_view(&c->txn, KIND_CUSTOMER, p->customer, shape_customer_row(), &of);
    return e || of.active ? e : ERR_NOT_FOUND;
}

/* The contact persons of an address who may sign in, CANDIDATES at most. */
static enum err persons(struct call *c, const char *email, struct contact v[CANDIDATES], size_t *n)
{
    struct key k = index_key(&c->txn, INDEX_CONTACT_EMAIL);
    struct id_list ids;
    *n = 0;
    enum err e = record_ids(&c->txn, key_text(&k, text_fold(c->arena, email)), CANDIDATES * 4, &ids);
    for (size_t i = 0; !e && i < ids.n && *n < CANDIDATES; i++) {
        e = may_sign_in(c, ids.v[i], &v[*n]);
        if (!e && same_address(v[*n].email, email))
            ++*n;
        e = e == ERR_NOT_FOUND ? OK : e;
    }
    return e;
}

/* The staff account of an address; ERR_NOT_FOUND when there is none that may sign in. */
static enum err staff_of(struct call *c, const char *email, struct staff *s)
{
    struct key k = index_key(&c->txn, INDEX_STAFF_EMAIL);
    uint64_t id;
    enum err e = record_find(&c->txn, key_text(&k, text_fold(c->arena, email)), &id);
    if (!e)
        e = record_get(&c->txn, KIND_STAFF, id, s);
    return e || (s->active && same_address(s->email, email)) ? e : ERR_NOT_FOUND;
}

static void try(struct matched *m, int side, uint64_t person, const char *hash, const char *password)
{
    if (m->n < CANDIDATES && secret_password_verify(hash, password))
        m->v[m->n++] = (struct candidate){side, person, hash};
}

/* One argon2id at least whatever is found, so that an unknown address takes as long as a known one. */
static enum err match(struct call *c, const char *email, const char *password, struct matched *m)
{
    struct contact v[CANDIDATES];
    struct staff s;
    size_t n;
    enum err e = persons(c, email, v, &n);
    for (size_t i = 0; i < n && !e; i++)
        try(m, SIDE_CUSTOMER, v[i].id, v[i].password, password);
    if (!e)
        e = staff_of(c, email, &s);
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
        return credentials(c);
    }
    tries_fine(in->portal, folded);
    return OK;
}

/* Is it still the password that was compared? Another one may have been set in between. */
static bool same_hash(const struct candidate *who, const char *hash)
{
    return !who->hash || (hash && strcmp(who->hash, hash) == 0);
}

/* The person of a candidate as a session; ERR_CREDENTIALS when access ended, or the password changed, since it was compared. */
static enum err session_for(struct call *c, const struct candidate *who, struct session *s)
{
    *s = (struct session){
        .created = c->now, .seen = c->now, .place = c->who.place, .person = (int64_t)who->person};
    if (who->side == SIDE_STAFF) {
        struct staff p;
        enum err e = record_get(&c->txn, KIND_STAFF, who->person, &p);
        if (e || !p.active || !same_hash(who, p.password))
            return e && e != ERR_NOT_FOUND ? e : credentials(c);
        s->role = p.role;
        s->name = p.name;
        s->email = p.email;
        s->must_change = p.must_change;
        p.last_sign_in = c->now;
        return record_put(&c->txn, KIND_STAFF, &p);
    }
    struct contact p;
    enum err e = may_sign_in(c, who->person, &p);
    if (e || !same_hash(who, p.password))
        return e && e != ERR_NOT_FOUND ? e : credentials(c);
    s->role = ROLE_CUSTOMER;
    s->name = p.name;
    s->email = p.email;
    s->customer = p.customer;
    s->must_change = p.must_change;
    p.last_sign_in = c->now;
    p.access = ACCESS_ACTIVE;
    return record_put(&c->txn, KIND_CONTACT, &p);
}

/* The oldest session gives way when a person has too many. */
static enum err make_room(struct call *c, int side, uint64_t person)
{
    struct key k = index_key(&c->txn, INDEX_SESSION_PERSON);
    struct id_list ids;
    enum err e = record_ids(&c->txn, key_u64(key_u8(&k, (uint8_t)side), person), 1000, &ids);
    for (size_t i = 0; !e && i + LIMIT_SESSIONS_PER_PERSON <= ids.n; i++)
        e = record_del(&c->txn, KIND_SESSION, ids.v[i]);
    return e;
}

static enum err fill_me(struct call *c, const struct session *s, struct me **out)
{
    struct me *me = arena_alloc(c->arena, sizeof *me);
    const struct business *b;
    int offset = 0;
    enum err e = call_business(c, &b);
    if (!e)
        e = call_today(c, &me->today);
    if (!e)
        e = call_unread(c, &me->unread, &me->last_event);
    if (e)
        return e;
    (void)call_zone(b->time_zone, c->now, &offset);
    me->role = s->role;
    me->person = s->person;
    me->name = s->name;
    me->email = s->email;
    me->customer = s->customer;
    me->business = b->name;
    me->portal = b->portal;
    me->currency = b->currency;
    me->time_zone = b->time_zone;
    me->utc_offset = offset;
    me->must_change = s->must_change;
    me->expires = s->created + LIMIT_SESSION_LIFE_MS;
    me->customers_edit = b->customers_edit;
    me->partial_payments = b->partial_payments;
    if (s->role != ROLE_CUSTOMER) {
        struct staff p;
        e = record_get(&c->txn, KIND_STAFF, (uint64_t)s->person, &p);
        me->phone = e ? NULL : p.phone;
    } else {
        struct contact p;
        struct customer_row customer;
        e = record_get(&c->txn, KIND_CONTACT, (uint64_t)s->person, &p);
        me->phone = e ? NULL : p.phone;
        if (!e)
            e = record_view(&c->txn, KIND_CUSTOMER, s->customer, shape_customer_row(), &customer);
        if (!e) {
            me->customer_name = customer.name;
            me->currency = customer.currency;
        }
    }
    *out = me;
    return e;
}

/* Opens a session for a person and binds the call to it. */
static enum err enter(struct call *c, const struct candidate *who, const char **token, struct me **me)
{
    struct session s;
    uint8_t digest[32];
    enum err e = session_for(c, who, &s);
    if (!e)
        e = make_room(c, who->side, who->person);
    if (e)
        return e;
    secret_digest(digest, NULL, c->random, SECRET_TOKEN);
    s.hash = (struct bytes){digest, sizeof digest};
    e = record_put(&c->txn, KIND_SESSION, &s);
    if (e)
        return e;
    c->who = (struct who){.role = s.role,
                          .session = s.id,
                          .person = who->person,
                          .customer = s.customer,
                          .name = s.name,
                          .email = s.email,
                          .place = c->who.place,
                          .must_change = s.must_change};
    *token = secret_token(c->arena, c->txn.business, s.id, c->random);
    struct event event = {.what = WHAT_SIGNED_IN,
                          .subject = SUBJECT_SESSION,
                          .about = (int64_t)s.id,
                          .customer = s.customer,
                          .number = s.name};
    e = call_event(c, &event);
    return e ? e : fill_me(c, &s, me);
}

static enum err add_choice(struct call *c, uint64_t person, struct choice_list *list)
{
    struct contact p;
    struct customer_row customer;
    enum err e = record_get(&c->txn, KIND_CONTACT, person, &p);
    if (!e)
        e = record_view(&c->txn, KIND_CUSTOMER, p.customer, shape_customer_row(), &customer);
    if (!e)
        list->v[list->n++] = (struct choice){.customer = p.customer, .name = customer.name};
    return e;
}

enum err op_session_sign_in(struct call *c, const struct session_sign_in_in *in,
                            struct session_sign_in_out *out)
{
    const struct matched *m = c->prepared;
    const struct candidate *chosen = &m->v[0];
    enum err e = call_portal(c, in->portal);
    out->choices.v = arena_alloc(c->arena, m->n * sizeof *out->choices.v);
    for (size_t i = 0; i < m->n && !e; i++) {
        if (m->v[i].side != SIDE_CUSTOMER)
            continue;
        e = add_choice(c, m->v[i].person, &out->choices);
        if (!e && in->customer && out->choices.v[out->choices.n - 1].customer == in->customer)
            chosen = &m->v[i];
    }
    if (out->choices.n < 2)
        out->choices.n = 0;
    return e ? e : enter(c, chosen, &out->token, &out->me);
}

/* The customers that the same person (same address, access on) may switch to. */
static enum err choices(struct call *c, struct choice_list *list)
{
    struct contact v[CANDIDATES];
    size_t n;
    if (!call_by_customer(c))
        return OK;
    enum err e = persons(c, c->who.email, v, &n);
    if (e)
        return e;
    list->v = arena_alloc(c->arena, n * sizeof *list->v);
    for (size_t i = 0; i < n && !e; i++)
        e = add_choice(c, v[i].id, list);
    if (list->n < 2)
        list->n = 0;
    return e;
}

enum err op_session_switch(struct call *c, const struct session_switch_in *in, struct session_switch_out *out)
{
    struct contact v[CANDIDATES];
    size_t n;
    enum err e = persons(c, c->who.email, v, &n);
    for (size_t i = 0; !e && i < n; i++) {
        if (v[i].customer != in->customer)
            continue;
        if (v[i].must_change)
            return REFUSE(c, ERR_PASSWORD_CHANGE, "customer",
                          "sign in there once with the password that was set for it");
        struct candidate who = {SIDE_CUSTOMER, v[i].id, NULL};
        e = record_del(&c->txn, KIND_SESSION, c->who.session);
        return e ? e : enter(c, &who, &out->token, &out->me);
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
        e = fill_me(c, &s, &out->me);
    return e ? e : choices(c, &out->choices);
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
    return e ? e : fill_me(c, &s, &out->me);
}
