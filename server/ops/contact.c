#include "server/ops/contact.h"
#include "common/address.h"
#include "common/text.h"
#include "server/ops/patch.h"
#include "server/ops/person.h"
#include <string.h>

static const char EDITABLE[] = "name email phone position primary";

static const char *or_empty(const char *text)
{
    return text ? text : "";
}

enum err contact_all(struct call *c, uint64_t customer, size_t most, struct contact_list *out)
{
    struct key k = index_key(&c->txn, INDEX_CONTACT_CUSTOMER);
    struct id_list ids;
    enum err e = record_ids(&c->txn, key_u64(&k, customer), most, &ids);
    if (e)
        return e;
    struct contact *contacts = arena_alloc(c->arena, ids.n * sizeof *contacts);
    for (size_t i = 0; i < ids.n && !e; i++)
        e = record_needed(&c->txn, KIND_CONTACT, ids.v[i], &contacts[i]);
    if (e)
        return e;
    *out = (struct contact_list){ids.n, contacts};
    return OK;
}

enum err contact_event(struct call *c, int what, const struct contact *contact, const char *text)
{
    struct customer of;
    enum err e = record_needed(&c->txn, KIND_CUSTOMER, contact->customer, &of);
    if (e)
        return e;
    struct event event = {.what = what,
                          .subject = SUBJECT_CONTACT,
                          .about = (int64_t)contact->id,
                          .number = contact->name,
                          .customer = of.id,
                          .customer_name = of.name,
                          .text = text};
    return call_event(c, &event);
}

/* No two persons of one customer share an e-mail address, compared as people mean them (B2). */
static enum err check_unique(struct call *c, const char *path, const struct contact *contact)
{
    if (!contact->email || !*contact->email)
        return OK;
    struct key k = index_key(&c->txn, INDEX_CONTACT_EMAIL);
    struct id_list ids;
    enum err e = record_ids(&c->txn, key_text(&k, address_key(c->arena, contact->email)), 10000, &ids);
    for (size_t i = 0; i < ids.n && !e; i++) {
        struct contact other;
        e = record_get(&c->txn, KIND_CONTACT, ids.v[i], &other);
        if (!e && other.id != contact->id && other.customer == contact->customer &&
            address_same(other.email, contact->email))
            e = REFUSE(c, ERR_EXISTS, arena_printf(c->arena, "%s.email", path), "%s has that e-mail address",
                       or_empty(other.name));
    }
    return e;
}

static enum err check(struct call *c, const char *path, const struct contact *contact)
{
    enum err e = patch_check_name(c, arena_printf(c->arena, "%s.name", path), contact->name);
    if (!e)
        e = patch_check_email(c, arena_printf(c->arena, "%s.email", path), contact->email);
    return e ? e : check_unique(c, path, contact);
}

/* There is one primary person: takes it from whoever else has it. */
static enum err only_primary(struct call *c, const struct contact *contact)
{
    struct contact_list all;
    enum err e = contact_all(c, contact->customer, CONTACTS_MAX, &all);
    for (size_t i = 0; !e && i < all.n; i++)
        if (all.v[i].id != contact->id && all.v[i].primary) {
            all.v[i].primary = false;
            e = record_put(&c->txn, KIND_CONTACT, &all.v[i]);
        }
    return e;
}

enum err contact_add(struct call *c, const struct customer *of, const char *path, const struct contact *from,
                     struct contact *out)
{
    struct contact contact = {.customer = of->id, .access = ACCESS_NONE};
    struct contact_list all;
    enum err e = contact_all(c, of->id, CONTACTS_MAX, &all);
    if (!e && all.n >= CONTACTS_MAX)
        e = REFUSE(c, ERR_INVALID, path, "a customer has at most %d contact persons", CONTACTS_MAX);
    if (!e)
        e = patch_apply(c, shape_contact(), path, EDITABLE, from, &contact, NULL);
    if (!e)
        e = check(c, path, &contact);
    if (e)
        return e;
    contact.primary = contact.primary || all.n == 0;
    e = record_put(&c->txn, KIND_CONTACT, &contact);
    if (!e && contact.primary)
        e = only_primary(c, &contact);
    if (!e)
        e = contact_event(c, WHAT_CREATED, &contact, NULL);
    if (!e)
        *out = contact;
    return e;
}

enum err op_contact_get(struct call *c, const struct contact_get_in *in, struct contact_get_out *out)
{
    out->contact = arena_alloc(c->arena, sizeof *out->contact);
    out->customer = arena_alloc(c->arena, sizeof *out->customer);
    enum err e = record_get(&c->txn, KIND_CONTACT, in->contact, out->contact);
    return e ? e : record_needed(&c->txn, KIND_CUSTOMER, out->contact->customer, out->customer);
}

enum err op_contact_create(struct call *c, const struct contact_create_in *in, struct contact_create_out *out)
{
    struct customer of;
    struct contact *contact = arena_alloc(c->arena, sizeof *contact);
    enum err e = record_get(&c->txn, KIND_CUSTOMER, in->customer, &of);
    if (!e)
        e = contact_add(c, &of, "contact", in->contact, contact);
    if (!e)
        out->contact = contact;
    return e;
}

/* A new address: the access that was given to the old one ends (B13). */
static enum err end_access(struct call *c, struct contact *contact)
{
    bool had = person_has_access(contact);
    enum err e = person_end_access(c, contact, ACCESS_NONE);
    if (!e)
        e = person_forget(c, SIDE_CUSTOMER, contact->id);
    contact->mfa = false;
    return e || !had ? e : contact_event(c, WHAT_ACCESS_OFF, contact, "the e-mail address changed");
}

enum err op_contact_update(struct call *c, const struct contact_update_in *in, struct contact_update_out *out)
{
    struct contact *contact = arena_alloc(c->arena, sizeof *contact);
    const char *changed;
    enum err e = record_get(&c->txn, KIND_CONTACT, in->id, contact);
    if (e)
        return e;
    const struct contact was = *contact;
    e = patch_apply(c, shape_contact(), "contact", EDITABLE, in->contact, contact, &changed);
    if (!e)
        e = check(c, "contact", contact);
    if (e)
        return e;
    out->contact = contact;
    if (!*changed)
        return OK;
    if (!address_same(or_empty(was.email), or_empty(contact->email)))
        e = end_access(c, contact);
    if (!e)
        e = record_put(&c->txn, KIND_CONTACT, contact);
    if (!e && contact->primary && !was.primary)
        e = only_primary(c, contact);
    return e ? e : contact_event(c, WHAT_CHANGED, contact, changed);
}

enum err op_contact_delete(struct call *c, const struct contact_delete_in *in, struct contact_delete_out *out)
{
    (void)out;
    struct contact contact;
    struct contact_list left;
    enum err e = record_get(&c->txn, KIND_CONTACT, in->contact, &contact);
    if (!e)
        e = person_forget(c, SIDE_CUSTOMER, contact.id);
    if (!e)
        e = record_del(&c->txn, KIND_CONTACT, contact.id);
    if (!e)
        e = contact_event(c, WHAT_DELETED, &contact, NULL);
    if (e || !contact.primary)
        return e;
    e = contact_all(c, contact.customer, 1, &left);
    if (e || left.n == 0)
        return e;
    left.v[0].primary = true;
    return record_put(&c->txn, KIND_CONTACT, &left.v[0]);
}
