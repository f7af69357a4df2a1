/* A customer of the file that is here already: what differs is told, and with `update` taken over. */
#include "common/address.h"
#include "server/ops/contact.h"
#include "server/ops/customer.h"
#include "server/ops/import.h"
#include "server/ops/patch.h"
#include <string.h>

static const char DETAILS[] = "name company email phone website tax_id terms_days notes billing shipping";
static const char FIXED[] = "currency active"; /* what its documents are in; who may sign in */

/* The person of the file: the one with that address, else the primary one. NULL: there is nobody. */
static struct contact *person_of(const struct contact_list *all, const struct contact *from)
{
    struct contact *found = NULL;
    for (size_t i = 0; i < all->n; i++) {
        struct contact *p = &all->v[i];
        if (from->email && *from->email && address_same(p->email, from->email))
            return p;
        if (p->primary)
            found = p;
    }
    return found;
}

/* Who can sign in, or is invited to, is changed by people: the address is the key to the account. */
static enum err person_again(struct import *im, const struct import_customer *row, uint64_t customer,
                             bool *changed)
{
    struct call *c = im->c;
    struct contact_list all;
    if (!row->contact)
        return OK;
    enum err e = contact_all(c, customer, CONTACTS_MAX, &all);
    if (e)
        return e;
    struct contact *person = person_of(&all, row->contact);
    if (!person) {
        import_differs(im, "contact.name", "", row->contact->name, false);
        return OK;
    }
    bool apply = im->update && person->access == ACCESS_NONE;
    for (size_t i = 0; i < all.n && row->contact->email; i++)
        if (&all.v[i] != person && address_same(all.v[i].email, row->contact->email))
            apply = false; /* somebody else's address */
    const char *which = import_compare(im, shape_contact(), "contact", "name email phone position",
                                       row->contact, person, apply);
    if (!apply || !*which)
        return OK;
    *changed = true;
    if (im->check)
        return OK;
    e = record_put(&c->txn, KIND_CONTACT, person);
    return e ? e : contact_event(c, WHAT_CHANGED, person, which);
}

enum err import_customer_again(struct import *im, const struct import_customer *row, uint64_t id)
{
    struct call *c = im->c;
    struct customer here;
    bool changed = false;
    enum err e = record_get(&c->txn, KIND_CUSTOMER, id, &here);
    if (e)
        return e;
    size_t before = im->problems.n;
    e = import_blame_why(im, "", patch_check_email(c, "customer.email", row->customer->email));
    if (!e && row->contact)
        e = import_blame_why(im, "", patch_check_email(c, "contact.email", row->contact->email));
    if (e || im->problems.n > before)
        return e;
    const char *which =
        import_compare(im, shape_customer(), "customer", DETAILS, row->customer, &here, im->update);
    (void)import_compare(im, shape_customer(), "customer", FIXED, row->customer, &here, false);
    if (im->update && *which) {
        changed = true;
        here.revision++;
        if (!im->check)
            e = record_put(&c->txn, KIND_CUSTOMER, &here);
        if (!e && !im->check)
            e = customer_event(c, WHAT_CHANGED, &here, which, false);
    }
    if (!e)
        e = person_again(im, row, id, &changed);
    im->changed += changed;
    return e;
}
