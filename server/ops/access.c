/* Portal access of contact persons: switched on with a password that staff set, and off (B1, B2, B5, B6). */
#include "server/ops/contact.h"
#include "server/ops/password.h"
#include "server/secret.h"
#include <string.h>

static bool listed_before(const struct id_list *ids, size_t i)
{
    for (size_t j = 0; j < i; j++)
        if (ids->v[j] == ids->v[i])
            return true;
    return false;
}

/* Reads the i-th person and checks that they may be given access. */
static enum err may_enable(struct call *c, const struct id_list *ids, size_t i, struct contact *contact)
{
    struct customer of;
    const char *field = arena_printf(c->arena, "contacts.%zu", i);
    enum err e = record_get(&c->txn, KIND_CONTACT, ids->v[i], contact);
    if (e)
        return e;
    if (!contact->email || !*contact->email)
        return REFUSE(c, ERR_NO_EMAIL, field, "%s has no e-mail address to sign in with", contact->name);
    e = record_get(&c->txn, KIND_CUSTOMER, contact->customer, &of);
    if (e)
        return e == ERR_NOT_FOUND ? ERR_DAMAGED : e;
    if (!of.active)
        return REFUSE(c, ERR_STATE, field, "%s is deactivated", of.name);
    return OK;
}

/* Leaves one hash for each person: equal passwords must not show as equal hashes. */
enum err prep_access_enable(struct call *c, const struct access_enable_in *in)
{
    const char **hashes = arena_alloc(c->arena, in->contacts.n * sizeof *hashes);
    struct contact contact;
    enum err e = OK;
    if (in->contacts.n == 0)
        e = REFUSE(c, ERR_INVALID, "contacts", "name at least one contact person");
    for (size_t i = 0; i < in->contacts.n && !e; i++) {
        e = may_enable(c, &in->contacts, i, &contact);
        if (!e)
            e = password_fits_contact(c, in->password, "password", &contact);
    }
    for (size_t i = 0; i < in->contacts.n && !e; i++)
        if (!listed_before(&in->contacts, i))
            e = secret_password_hash(c->arena, in->password, &hashes[i]);
    c->prepared = hashes;
    return e;
}

enum err op_access_enable(struct call *c, const struct access_enable_in *in, struct access_enable_out *out)
{
    const char *const *hashes = c->prepared;
    struct contact *contacts = arena_alloc(c->arena, in->contacts.n * sizeof *contacts);
    size_t n = 0;
    for (size_t i = 0; i < in->contacts.n; i++) {
        struct contact *contact = &contacts[n];
        if (listed_before(&in->contacts, i))
            continue;
        enum err e = may_enable(c, &in->contacts, i, contact);
        if (e)
            return e;
        contact->password = hashes[i];
        contact->access = ACCESS_INVITED; /* until the first sign-in */
        contact->must_change = !in->keep_password;
        e = record_put(&c->txn, KIND_CONTACT, contact);
        if (!e)
            e = call_end_sessions(c, SIDE_CUSTOMER, contact->id, 0);
        if (!e)
            e = contact_event(c, WHAT_ACCESS_ON, contact, NULL);
        if (e)
            return e;
        n++;
    }
    out->contacts = (struct contact_list){n, contacts};
    return OK;
}

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
        if (contact->access != ACCESS_INVITED && contact->access != ACCESS_ACTIVE)
            continue;
        contact->access = ACCESS_DISABLED;
        contact->password = NULL;
        contact->must_change = false;
        e = record_put(&c->txn, KIND_CONTACT, contact);
        if (!e)
            e = call_end_sessions(c, SIDE_CUSTOMER, contact->id, 0);
        if (!e)
            e = contact_event(c, WHAT_ACCESS_OFF, contact, NULL);
        if (e)
            return e;
    }
    out->contacts = (struct contact_list){n, contacts};
    return OK;
}
