/* Portal access of contact persons: by invitation, with a password that staff set, and off (B1–B7). */
#include "server/ops/access.h"
#include "server/ops/contact.h"
#include "server/ops/password.h"
#include "server/ops/person.h"
#include "server/ops/ticket.h"
#include "server/core/secret.h"
#include <string.h>

static bool listed_before(const struct id_list *ids, size_t i)
{
    for (size_t j = 0; j < i; j++)
        if (ids->v[j] == ids->v[i])
            return true;
    return false;
}

/* --- who is meant ------------------------------------------------------------------------------------------------------------ */
#define AT_ONCE 50 /* persons */

/* The one to turn to of that customer, who has no access yet; 0: there is nobody. by_mail: whom mail reaches. */
static enum err turned_to(struct call *c, uint64_t customer, bool by_mail, uint64_t *who)
{
    struct customer of;
    struct contact_list all = {0};
    const struct contact *best = NULL;
    enum err e = record_get(&c->txn, KIND_CUSTOMER, customer, &of);
    if (!e)
        e = contact_all(c, customer, CONTACTS_MAX, &all);
    for (size_t i = 0; i < all.n && !e; i++) {
        const struct contact *p = &all.v[i];
        bool there = p->email && *p->email && (!by_mail || mail_reaches(p->email));
        if (there && (!best || (p->primary && !best->primary)))
            best = p;
    }
    *who = !e && of.active && best && best->access != ACCESS_ACTIVE ? best->id : 0;
    return e;
}

/* Those who are named, and of each customer that is named the one to turn to (B5). */
static enum err meant(struct call *c, const struct id_list *named, const struct id_list *customers,
                      bool by_mail, struct id_list *out)
{
    uint64_t *ids = arena_alloc(c->arena, (named->n + customers->n) * sizeof *ids);
    size_t n = 0;
    enum err e = OK;
    for (size_t i = 0; i < named->n; i++)
        ids[n++] = named->v[i];
    for (size_t i = 0; i < customers->n && !e; i++) {
        e = turned_to(c, customers->v[i], by_mail, &ids[n]);
        n += !e && ids[n];
    }
    *out = (struct id_list){n, ids};
    if (!e && n > AT_ONCE)
        e = REFUSE(c, ERR_INVALID, "customers", "at most %d persons at once", AT_ONCE);
    if (!e && !n && customers->n)
        e = REFUSE(c, ERR_NO_EMAIL, "customers", "nobody there is without access and has an e-mail address");
    else if (!e && !n)
        e = REFUSE(c, ERR_INVALID, "contacts", "name at least one contact person");
    return e;
}

/* Reads the i-th person and checks that they may be given access. */
static enum err may_enable(struct call *c, const struct id_list *ids, size_t i, struct holder *h)
{
    struct customer_row of;
    const char *field = arena_printf(c->arena, "contacts.%zu", i);
    *h = (struct holder){.side = SIDE_CUSTOMER};
    enum err e = record_get(&c->txn, KIND_CONTACT, ids->v[i], &h->contact);
    if (e)
        return e;
    if (!h->contact.email || !*h->contact.email)
        return REFUSE(c, ERR_NO_EMAIL, field, "%s has no e-mail address to sign in with", h->contact.name);
    e = record_needed_view(&c->txn, KIND_CUSTOMER, h->contact.customer, shape_customer_row(), &of);
    if (e)
        return e;
    if (!of.active)
        return REFUSE(c, ERR_STATE, field, "%s is deactivated", of.name);
    h->customer_name = of.name;
    return OK;
}

void access_note_told(struct contact *p, const struct business *b)
{
    p->told = b->portal;
    p->told_generation = b->generation;
}

/* --- by invitation ---------------------------------------------------------------------------------------------------------- */
enum err access_give_code(struct call *c, struct holder *h, uint64_t *mail)
{
    const struct business *b;
    struct contact *p = &h->contact;
    struct ticket ticket;
    enum err e = call_business(c, &b);
    if (!e && p->access != ACCESS_ACTIVE)
        e = person_end_access(c, p, ACCESS_INVITED);
    if (!e)
        e = ticket_send(c, TICKET_INVITATION, h, &ticket);
    if (e)
        return e;
    *mail = ticket.mail;
    p->invited = ticket.created;
    p->invite_expires = ticket.expires;
    access_note_told(p, b);
    e = record_put(&c->txn, KIND_CONTACT, p);
    return e ? e : contact_event(c, WHAT_INVITED, p, NULL);
}

enum err op_access_invite(struct call *c, const struct access_invite_in *in, struct access_invite_out *out)
{
    struct id_list who;
    size_t n = 0;
    enum err e = meant(c, &in->contacts, &in->customers, true, &who);
    if (!e)
        e = mail_held(c, &out->held);
    struct contact *contacts = arena_alloc(c->arena, who.n * sizeof *contacts);
    for (size_t i = 0; i < who.n && !e; i++) {
        struct holder h;
        if (listed_before(&who, i))
            continue;
        e = may_enable(c, &who, i, &h);
        if (!e && !mail_reaches(h.contact.email))
            e = REFUSE(c, ERR_NO_EMAIL, arena_printf(c->arena, "contacts.%zu", i),
                       "mail can not be sent to %s; access.enable needs none", h.contact.email);
        if (!e)
            e = access_give_code(c, &h, &out->mail);
        contacts[n++] = h.contact;
    }
    out->contacts = (struct contact_list){n, contacts};
    if (n != 1)
        out->mail = 0;
    return e;
}

/* --- with a password --------------------------------------------------------------------------------------------------------- */
struct enabled { /* who, and one hash for each: equal passwords of two people must not show as equal hashes */
    struct id_list who;
    const char **hashes;
};

enum err prep_access_enable(struct call *c, const struct access_enable_in *in)
{
    struct enabled *p = arena_alloc(c->arena, sizeof *p);
    struct holder h = {0};
    enum err e = meant(c, &in->contacts, &in->customers, false, &p->who);
    const char **hashes = arena_alloc(c->arena, p->who.n * sizeof *hashes),
               **addresses = arena_alloc(c->arena, p->who.n * sizeof *addresses);
    for (size_t i = 0; i < p->who.n && !e; i++) {
        e = may_enable(c, &p->who, i, &h);
        addresses[i] = h.contact.email;
        if (!e)
            e = password_fits_contact(c, in->password, "password", &h.contact);
    }
    for (size_t i = 0; i < p->who.n && !e; i++)
        if (!listed_before(&p->who, i))
            e = secret_password_hash(c->arena, addresses[i], in->password, &hashes[i]);
    p->hashes = hashes;
    c->prepared = p;
    return e;
}

enum err access_tell(struct call *c, const struct holder *h, enum mail_template template)
{
    const struct mail_value old = {"old", h->contact.told};
    const struct mail_new mail = {.template = template,
                                  .to = h->contact.email,
                                  .to_name = h->contact.name,
                                  .customer = h->contact.customer,
                                  .values = &old,
                                  .n = template == TEMPLATE_PORTAL_RENAMED};
    return mail_reaches(mail.to) ? mail_queue(c, &mail, NULL) : OK;
}

static enum err enable(struct call *c, struct holder *h, const char *hash, bool must_change)
{
    const struct business *b;
    struct contact *p = &h->contact;
    bool had = person_has_access(p);
    enum err e = call_business(c, &b);
    if (!e)
        e = person_end_access(c, p, ACCESS_INVITED); /* until the first sign-in */
    if (e)
        return e;
    p->password = hash;
    p->must_change = must_change;
    access_note_told(p, b);
    e = record_put(&c->txn, KIND_CONTACT, p);
    if (!e && !had)
        e = contact_event(c, WHAT_ACCESS_ON, p, NULL);
    if (!e)
        e = contact_event(c, WHAT_PASSWORD_SET, p, NULL);
    return e ? e : access_tell(c, h, must_change ? TEMPLATE_PASSWORD_SET : TEMPLATE_PASSWORD_KEPT);
}

enum err op_access_enable(struct call *c, const struct access_enable_in *in, struct access_enable_out *out)
{
    const struct enabled *p = c->prepared;
    struct contact *contacts = arena_alloc(c->arena, p->who.n * sizeof *contacts);
    size_t n = 0;
    for (size_t i = 0; i < p->who.n; i++) {
        struct holder h;
        if (listed_before(&p->who, i))
            continue;
        enum err e = may_enable(c, &p->who, i, &h);
        if (!e)
            e = enable(c, &h, p->hashes[i], !in->keep_password);
        if (e)
            return e;
        contacts[n++] = h.contact;
    }
    out->contacts = (struct contact_list){n, contacts};
    return OK;
}

/* --- off -------------------------------------------------------------------------------------------------------------------- */
enum err op_access_disable(struct call *c, const struct access_disable_in *in, struct access_disable_out *out)
{
    struct contact *contacts = arena_alloc(c->arena, in->contacts.n * sizeof *contacts);
    size_t n = 0;
    for (size_t i = 0; i < in->contacts.n; i++) {
        struct contact *contact = &contacts[n];
        if (listed_before(&in->contacts, i))
            continue;
        enum err e = record_get(&c->txn, KIND_CONTACT, in->contacts.v[i], contact);
        if (e)
            return e;
        n++;
        if (!person_has_access(contact))
            continue;
        e = person_end_access(c, contact, ACCESS_DISABLED);
        if (!e)
            e = record_put(&c->txn, KIND_CONTACT, contact);
        if (!e)
            e = contact_event(c, WHAT_ACCESS_OFF, contact, NULL);
        if (e)
            return e;
    }
    out->contacts = (struct contact_list){n, contacts};
    return OK;
}
