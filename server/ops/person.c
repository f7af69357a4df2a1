#include "server/ops/person.h"
#include "common/date.h"
#include "common/zone.h"
#include "server/ops/factor.h"
#include "server/ops/ssh_keys.h"
#include "server/ops/ticket.h"
#include <string.h>

#define KEYS_MOST 1000

enum err person_meant(struct call *c, uint64_t contact, uint64_t staff, struct person *p)
{
    *p = (struct person){call_own_side(c), c->who.person, c->who.customer, c->who.name};
    if (contact && staff)
        return REFUSE(c, ERR_INVALID, "staff", "a contact person or a colleague, not both");
    if (contact) {
        struct contact of;
        if (call_by_customer(c))
            return REFUSE(c, ERR_FORBIDDEN, "contact", "that is for staff");
        enum err e = record_get(&c->txn, KIND_CONTACT, contact, &of);
        *p = (struct person){SIDE_CUSTOMER, contact, of.customer, of.name};
        return e;
    }
    if (staff && staff != c->who.person) {
        struct staff s;
        if (c->who.role != ROLE_ADMIN)
            return REFUSE(c, ERR_FORBIDDEN, "staff", "that is for administrators");
        enum err e = record_get(&c->txn, KIND_STAFF, staff, &s);
        *p = (struct person){SIDE_STAFF, staff, 0, s.name};
        return e;
    }
    return staff && call_by_customer(c) ? REFUSE(c, ERR_FORBIDDEN, "staff", "that is for administrators")
                                        : OK;
}

enum err person_keys(struct call *c, int side, uint64_t person, int64_t *n)
{
    struct id_list ids;
    enum err e = key_ids(c, side, person, &ids);
    *n = 0;
    for (size_t i = 0; !e && i < ids.n; i++) {
        struct ssh_key k;
        e = record_get(&c->txn, KIND_SSH_KEY, ids.v[i], &k);
        *n += !e && k.proved;
    }
    return e;
}

enum err person_shut(struct call *c, int side, uint64_t person)
{
    enum err e = call_end_sessions(c, side, person, 0);
    return e ? e : ticket_end(c, side, person);
}

enum err person_end_keys(struct call *c, int side, uint64_t person)
{
    struct key of = index_key(&c->txn, INDEX_KEY_PERSON);
    struct id_list keys;
    enum err e = record_ids(&c->txn, key_u64(key_u8(&of, (uint8_t)side), person), KEYS_MOST, &keys);
    for (size_t i = 0; !e && i < keys.n; i++) {
        struct ssh_key k;
        e = record_get(&c->txn, KIND_SSH_KEY, keys.v[i], &k);
        if (!e) /* one whose time is over is gone already: of that nothing is said */
            e = key_over(c, &k) ? record_del(&c->txn, KIND_SSH_KEY, k.id) : key_end(c, &k);
    }
    return e;
}

enum err person_forget(struct call *c, int side, uint64_t person)
{
    enum err e = person_shut(c, side, person);
    if (!e)
        e = person_end_keys(c, side, person);
    return e ? e : record_del(&c->txn, KIND_MFA, factor_id(side, person));
}

bool person_has_access(const struct contact *p)
{
    return p->access == ACCESS_INVITED || p->access == ACCESS_ACTIVE;
}

/* A key is of the access that it was registered under. It goes on only where one access follows another, without a time between them
 * in which there was none: else it would open again what was closed, and nobody would be asked or told. */
enum err person_end_access(struct call *c, struct contact *p, int access)
{
    const bool had = person_has_access(p);
    p->access = access;
    p->password = NULL;
    p->must_change = false;
    p->invited = p->invite_expires = 0;
    enum err e = person_shut(c, SIDE_CUSTOMER, p->id);
    return e || (had && person_has_access(p)) ? e : person_end_keys(c, SIDE_CUSTOMER, p->id);
}

enum err person_when(struct call *c, int64_t instant, const char **text)
{
    const struct business *b;
    char day[20];
    enum err e = call_business(c, &b);
    if (e)
        return e;
    int minutes = zone_second(b->time_zone, instant) / 60;
    *text = arena_printf(c->arena, "%s %02d:%02d (%s)", date_plain(day, zone_day(b->time_zone, instant)),
                         minutes / 60, minutes % 60, zone_known(b->time_zone) ? b->time_zone : "UTC");
    return OK;
}

/* A place in words: the number of a local account says nothing to who gets a mail. */
static const char *place_said(const char *place)
{
    static const char local[] = "ipc uid ";
    return !place ? "" : strncmp(place, local, sizeof local - 1) == 0 ? "on the portal's own machine" : place;
}

/* What the mail tells besides: names of values as in server/mail/templates.def. */
static enum err values_of(struct call *c, enum mail_template template, const struct ssh_key *key,
                          struct mail_value values[4], size_t *n)
{
    const char *when;
    enum err e = person_when(c, c->now, &when);
    *n = 0;
    if (e || template == TEMPLATE_MFA_RESET)
        return e;
    values[(*n)++] = (struct mail_value){"when", when};
    values[(*n)++] = (struct mail_value){"place", place_said(c->who.place)};
    if (template != TEMPLATE_KEY_ADDED && template != TEMPLATE_KEY_REMOVED)
        return OK;
    values[(*n)++] = (struct mail_value){"key", arena_printf(c->arena, "%s %s", key->type, key->fingerprint)};
    values[(*n)++] = (struct mail_value){"label", key->label ? key->label : ""};
    return OK;
}

enum err person_tell(struct call *c, int side, uint64_t person, enum mail_template template,
                     const struct ssh_key *key)
{
    struct contact p = {.id = 0};
    struct staff s = {.id = 0};
    struct mail_value values[4];
    struct mail_new mail = {.template = template, .values = values};
    bool staff = side == SIDE_STAFF;
    enum err e =
        staff ? record_get(&c->txn, KIND_STAFF, person, &s) : record_get(&c->txn, KIND_CONTACT, person, &p);
    if (!e)
        e = values_of(c, template, key, values, &mail.n);
    mail.to = staff ? s.email : p.email;
    mail.to_name = staff ? s.name : p.name;
    mail.customer = p.customer;
    return e || !mail_reaches(mail.to) ? e : mail_queue(c, &mail, NULL);
}
