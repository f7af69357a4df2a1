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
    struct contact *contacts = arena_alloc(c->arena, in->contacts.n * sizeof *contacts);
    size_t n = 0;
    enum err e = in->contacts.n ? mail_held(c, &out->held)
                                : REFUSE(c, ERR_INVALID, "contacts", "name at least one contact person");
    for (size_t i = 0; i < in->contacts.n && !e; i++) {
        struct holder h;
        if (listed_before(&in->contacts, i))
            continue;
        e = may_enable(c, &in->contacts, i, &h);
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
/* Leaves one hash for each person: equal passwords of two people must not show as equal hashes. */
enum err prep_access_enable(struct call *c, const struct access_enable_in *in)
{
    const char **hashes = arena_alloc(c->arena, in->contacts.n * sizeof *hashes),
               **addresses = arena_alloc(c->arena, in->contacts.n * sizeof *addresses);
    struct holder h = {0};
    enum err e = OK;
    if (in->contacts.n == 0)
        e = REFUSE(c, ERR_INVALID, "contacts", "name at least one contact person");
    for (size_t i = 0; i < in->contacts.n && !e; i++) {
        e = may_enable(c, &in->contacts, i, &h);
        addresses[i] = h.contact.email;
        if (!e)
            e = password_fits_contact(c, in->password, "password", &h.contact);
    }
    for (size_t i = 0; i < in->contacts.n && !e; i++)
        if (!listed_before(&in->contacts, i))
            e = secret_password_hash(c->arena, addresses[i], in->password, &hashes[i]);
    c->prepared = hashes;
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
    const char *const *hashes = c->prepared;
    struct contact *contacts = arena_alloc(c->arena, in->contacts.n * sizeof *contacts);
    size_t n = 0;
    for (size_t i = 0; i < in->contacts.n; i++) {
        struct holder h;
        if (listed_before(&in->contacts, i))
            continue;
        enum err e = may_enable(c, &in->contacts, i, &h);
        if (!e)
            e = enable(c, &h, hashes[i], !in->keep_password);
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
