/* Going on for another customer of the same person: what lets in there is what this session has shown (docs/decisions/switching.md). */
#include "server/core/limits.h"
#include "server/ops/session_open.h"
#include "server/ops/stage.h"
#include "server/ops/tries.h"
#include "server/core/secret.h"
#include <string.h>

bool session_same_password(const struct contact *a, const struct contact *b)
{
    return a->password && *a->password && b->password && strcmp(a->password, b->password) == 0;
}

/* What brought the session to its present customer. That is looked at and not the origin: whoever has two passwords shows each where
 * it belongs. */
struct shown {
    struct session session;
    struct contact own;
    const char *fingerprint; /* of the SSH key; NULL: it was none, or is registered no more */
};

static enum err shown_here(struct call *c, struct shown *s)
{
    struct ssh_key key;
    s->fingerprint = NULL;
    enum err e = record_get(&c->txn, KIND_SESSION, c->who.session, &s->session);
    if (!e)
        e = record_get(&c->txn, KIND_CONTACT, c->who.person, &s->own);
    if (e || s->session.means != MEANS_KEY || !s->session.key)
        return e;
    e = record_get(&c->txn, KIND_SSH_KEY, (uint64_t)s->session.key, &key);
    if (!e)
        s->fingerprint = key.fingerprint;
    return e == ERR_NOT_FOUND ? OK : e;
}

/* The same key, as the other has registered it; id 0: not. */
static enum err same_key(struct call *c, const struct shown *s, const struct contact *other,
                         struct ssh_key *key)
{
    struct key k = index_key(&c->txn, INDEX_KEY_PERSON);
    struct id_list ids;
    key_u64(key_u8(&k, SIDE_CUSTOMER), other->id);
    enum err e = record_ids(&c->txn, &k, LIMIT_KEYS_PER_PERSON * 2, &ids);
    for (size_t i = 0; i < ids.n && !e; i++) {
        e = record_get(&c->txn, KIND_SSH_KEY, ids.v[i], key);
        if (!e && !key->expires && strcmp(key->fingerprint, s->fingerprint) == 0)
            return OK;
    }
    *key = (struct ssh_key){.id = 0};
    return e;
}

/* Does what was shown open that one, too? Only a password that was compared, and only one that is for good on both sides: a one-time
 * password that staff set for both was never chosen by the person. Not where a second factor is set up first thing: whoever finds the
 * session open would set up theirs. *key: the one that opens it; id 0: it is the password, or nothing. */
static enum err opened_by(struct call *c, const struct shown *s, const struct contact *other, bool *opened,
                          struct ssh_key *key)
{
    bool required = false;
    *opened = false;
    *key = (struct ssh_key){.id = 0};
    enum err e = stage_required(c, SIDE_CUSTOMER, &required);
    if (e || (required && !other->mfa))
        return e;
    if (s->fingerprint)
        e = same_key(c, s, other, key);
    bool compared = s->session.means == MEANS_PASSWORD && !s->own.must_change && !other->must_change;
    *opened = key->id || (compared && session_same_password(&s->own, other));
    return e;
}

/* --- the choices ---------------------------------------------------------------------------------------------------------- */
enum err session_add_choice(struct call *c, uint64_t person, struct choice_list *list)
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

/* Where the password will be asked for; `v`: the persons of the address. */
static enum err mark(struct call *c, const struct contact *v, size_t n, struct choice_list *list)
{
    struct shown shown;
    enum err e = shown_here(c, &shown);
    for (size_t i = 0; i < n && !e; i++)
        for (size_t k = 0; k < list->n && !e; k++) {
            struct ssh_key key;
            bool opened = true;
            if (list->v[k].customer != v[i].customer || v[i].id == shown.own.id)
                continue;
            e = opened_by(c, &shown, &v[i], &opened, &key);
            list->v[k].password = !opened;
        }
    return e;
}

enum err session_mark_choices(struct call *c, struct choice_list *list)
{
    struct contact v[CANDIDATES];
    size_t n;
    if (!call_by_customer(c) || !list->n)
        return OK;
    enum err e = session_persons(c, c->who.email, v, &n);
    return e ? e : mark(c, v, n, list);
}

enum err session_choices(struct call *c, struct choice_list *list)
{
    struct contact v[CANDIDATES];
    size_t n;
    bool alone = true;
    if (c->who.code)
        return OK;
    enum err e = call_by_customer(c) ? session_alone(c, &alone) : OK;
    if (e || alone)
        return e;
    e = session_persons(c, c->who.email, v, &n);
    if (e || n < 2)
        return e;
    list->v = arena_alloc(c->arena, n * sizeof *list->v);
    for (size_t i = 0; i < n && !e; i++)
        e = session_add_choice(c, v[i].id, list);
    return e ? e : mark(c, v, n, list);
}

/* --- the switch ------------------------------------------------------------------------------------------------------------ */
/* The person of the same address at that customer; ERR_NOT_FOUND. */
static enum err other_person(struct call *c, uint64_t customer, struct contact *other)
{
    struct contact v[CANDIDATES];
    size_t n;
    enum err e = session_persons(c, c->who.email, v, &n);
    for (size_t i = 0; !e && i < n; i++)
        if (v[i].customer == customer) {
            *other = v[i];
            return OK;
        }
    return e ? e : REFUSE(c, ERR_NOT_FOUND, "customer", "there is none of that id or number");
}

struct target {
    struct shown shown;
    struct contact other;
    struct ssh_key key;
    bool opened;
};
static enum err look(struct call *c, uint64_t customer, struct target *t)
{
    enum err e = other_person(c, customer, &t->other);
    if (!e)
        e = shown_here(c, &t->shown);
    return e ? e : opened_by(c, &t->shown, &t->other, &t->opened, &t->key);
}

static enum err ask_password(struct call *c, const struct target *t)
{
    bool another =
        t->shown.session.means == MEANS_PASSWORD && !session_same_password(&t->shown.own, &t->other);
    return REFUSE(c, ERR_CREDENTIALS, "password", "%s",
                  another ? "Your password there is another one: give it."
                          : "Give your password there: what you have shown so far does not open it.");
}

/* Leaves the hash that the password was compared with in c->prepared. A guess is one at the other person's password, for which nothing
 * that was shown here counts, and is put on record as one at their door. */
enum err prep_session_switch(struct call *c, const struct session_switch_in *in)
{
    struct target t;
    enum err e = look(c, in->customer, &t);
    if (e || t.opened)
        return e;
    const struct tries tries = tries_of_password(c, SIDE_CUSTOMER, t.other.id, NULL);
    e = tries_check(&tries, &c->why);
    if (!e && (!in->password || !*in->password))
        e = ask_password(c, &t);
    if (e)
        return e;
    if (!secret_password_verify(t.other.password, in->password)) {
        call_refused(c, c->who.email, "password", NULL);
        return tries_refuse(c, &tries, "password", "That is not your password there.");
    }
    tries_fine(&tries);
    c->prepared = arena_text(c->arena, t.other.password, strlen(t.other.password));
    return OK;
}

/* The key's owner sees where it was last used. */
static enum err note_use(struct call *c, struct ssh_key *key)
{
    key->used = c->now;
    key->place = c->who.place;
    return record_put(&c->txn, KIND_SSH_KEY, key);
}

enum err op_session_switch(struct call *c, const struct session_switch_in *in, struct session_switch_out *out)
{
    struct target t;
    bool typed = c->prepared != NULL;
    enum err e = look(c, in->customer, &t);
    if (!e && !typed && !t.opened) /* it became another one since */
        e = ask_password(c, &t);
    bool keyed = !typed && t.key.id;
    if (!e && keyed)
        e = note_use(c, &t.key);
    if (!e) /* it goes on as another one, and what it is bound to with it */
        e = record_del(&c->txn, KIND_SESSION, c->who.session);
    if (e)
        return e;
    const struct way_in who = {.side = SIDE_CUSTOMER,
                               .person = t.other.id,
                               .hash = typed   ? c->prepared
                                       : keyed ? NULL
                                               : t.other.password,
                               .means = keyed ? MEANS_KEY : MEANS_PASSWORD,
                               .typed = typed,
                               .bound = t.shown.session.bound,
                               .key = keyed ? t.key.id : 0,
                               .before = &t.shown.session};
    return session_open(c, &who, &out->token, &out->me);
}
