#include "server/ops/session_open.h"
#include "common/text.h"
#include "server/limits.h"
#include "server/secret.h"
#include <string.h>
#include <strings.h>

enum err session_refused(struct call *c)
{
    return REFUSE(c, ERR_CREDENTIALS, "", "That did not match.");
}

bool session_same_address(const char *a, const char *b)
{
    return a && b && strcasecmp(a, b) == 0;
}

enum err session_may_sign_in(struct call *c, uint64_t id, struct contact *p)
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

enum err session_persons(struct call *c, const char *email, struct contact v[CANDIDATES], size_t *n)
{
    struct key k = index_key(&c->txn, INDEX_CONTACT_EMAIL);
    struct id_list ids;
    *n = 0;
    enum err e = record_ids(&c->txn, key_text(&k, text_fold(c->arena, email)), CANDIDATES * 4, &ids);
    for (size_t i = 0; !e && i < ids.n && *n < CANDIDATES; i++) {
        e = session_may_sign_in(c, ids.v[i], &v[*n]);
        if (!e && session_same_address(v[*n].email, email))
            ++*n;
        e = e == ERR_NOT_FOUND ? OK : e;
    }
    return e;
}

enum err session_staff(struct call *c, const char *email, struct staff *s)
{
    struct key k = index_key(&c->txn, INDEX_STAFF_EMAIL);
    uint64_t id;
    enum err e = record_find(&c->txn, key_text(&k, text_fold(c->arena, email)), &id);
    if (!e)
        e = record_get(&c->txn, KIND_STAFF, id, s);
    return e || (s->active && session_same_address(s->email, email)) ? e : ERR_NOT_FOUND;
}

/* Is it still the password that was compared? Another one may have been set in between. */
static bool same_hash(const struct way_in *who, const char *hash)
{
    return !who->hash || (hash && strcmp(who->hash, hash) == 0);
}

/* The session of a person; ERR_CREDENTIALS when access ended, or the password changed, since it was compared. */
static enum err session_for(struct call *c, const struct way_in *who, struct session *s)
{
    *s = (struct session){.created = c->now,
                          .seen = c->now,
                          .place = call_place(c, who->from),
                          .person = (int64_t)who->person,
                          .means = who->means};
    if (who->side == SIDE_STAFF) {
        struct staff p;
        enum err e = record_get(&c->txn, KIND_STAFF, who->person, &p);
        if (e || !p.active || !same_hash(who, p.password))
            return e && e != ERR_NOT_FOUND ? e : session_refused(c);
        s->role = p.role;
        s->name = p.name;
        s->email = p.email;
        s->must_change = p.must_change;
        p.last_sign_in = c->now;
        return record_put(&c->txn, KIND_STAFF, &p);
    }
    struct contact p;
    enum err e = session_may_sign_in(c, who->person, &p);
    if (e || !same_hash(who, p.password))
        return e && e != ERR_NOT_FOUND ? e : session_refused(c);
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

enum err session_me(struct call *c, const struct session *s, struct me **out)
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
    me->means = s->means;
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

enum err session_open(struct call *c, const struct way_in *who, const char **token, struct me **me)
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
                          .place = s.place,
                          .must_change = s.must_change};
    *token = secret_token(c->arena, c->txn.business, s.id, c->random);
    struct event event = {.what = WHAT_SIGNED_IN,
                          .subject = SUBJECT_SESSION,
                          .about = (int64_t)s.id,
                          .customer = s.customer,
                          .number = s.name};
    e = call_event(c, &event);
    return e ? e : session_me(c, &s, me);
}

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

enum err session_choices(struct call *c, struct choice_list *list)
{
    struct contact v[CANDIDATES];
    size_t n;
    if (!call_by_customer(c))
        return OK;
    enum err e = session_persons(c, c->who.email, v, &n);
    if (e)
        return e;
    list->v = arena_alloc(c->arena, n * sizeof *list->v);
    for (size_t i = 0; i < n && !e; i++)
        e = session_add_choice(c, v[i].id, list);
    if (list->n < 2)
        list->n = 0;
    return e;
}
