#include "server/ops/customer.h"
#include "server/ops/contact.h"
#include "server/ops/figures.h"
#include "server/ops/patch.h"
#include "server/ops/person.h"
#include <string.h>

static const char EDITABLE[] = "name company email phone website currency billing shipping tax_id terms_days "
                               "notes active fields reminders_off promised debits";
#define HISTORY 20 /* events that the overview shows */

enum err customer_event(struct call *c, int what, const struct customer *customer, const char *text,
                        bool portal)
{
    struct event event = {.what = what,
                          .subject = SUBJECT_CUSTOMER,
                          .about = (int64_t)customer->id,
                          .number = customer->name,
                          .customer = customer->id,
                          .customer_name = customer->name,
                          .text = text,
                          .portal = portal};
    return call_event(c, &event);
}

static enum err check(struct call *c, const char *path, const struct customer *customer)
{
    enum err e = patch_check_name(c, arena_printf(c->arena, "%s.name", path), customer->name);
    if (!e)
        e = patch_check_email(c, arena_printf(c->arena, "%s.email", path), customer->email);
    if (!e)
        e = patch_check_currency(c, arena_printf(c->arena, "%s.currency", path), customer->currency);
    return e;
}

enum err customer_add(struct call *c, const char *path, const struct customer *from, const char *source,
                      int what, struct customer *out)
{
    const struct business *business;
    enum err e = call_business(c, &business);
    if (e)
        return e;
    struct customer customer = {.active = true,
                                .currency = business->currency,
                                .terms_days = business->terms_days,
                                .revision = 1,
                                .source = source,
                                .created = c->now};
    e = patch_apply(c, shape_customer(), path, EDITABLE, from, &customer, NULL);
    if (!e)
        e = check(c, path, &customer);
    if (!e && what != WHAT_IMPORTED)
        e = patch_check_new_currency(c, arena_printf(c->arena, "%s.currency", path), customer.currency);
    if (!e)
        e = record_put(&c->txn, KIND_CUSTOMER, &customer);
    if (!e)
        e = customer_event(c, what, &customer, NULL, false);
    if (!e)
        *out = customer;
    return e;
}

enum err op_customer_create(struct call *c, const struct customer_create_in *in,
                            struct customer_create_out *out)
{
    struct customer *customer = arena_alloc(c->arena, sizeof *customer);
    struct contact *contact = arena_alloc(c->arena, sizeof *contact);
    enum err e = customer_add(c, "customer", in->customer, NULL, WHAT_CREATED, customer);
    if (!e && in->contact)
        e = contact_add(c, customer, "contact", in->contact, contact);
    if (e)
        return e;
    out->customer = customer;
    out->contact = in->contact ? contact : NULL;
    return OK;
}

/* Its currency is that of all its documents and payments, so it stands once there are any. */
static enum err check_currency_free(struct call *c, uint64_t customer)
{
    struct total documents;
    uint64_t payment;
    struct key k = index_key(&c->txn, INDEX_PAYMENT_CUSTOMER);
    enum err e = total_sum(&c->txn, TOTAL_STATE, customer, "", 0, UINT32_MAX, &documents);
    if (e)
        return e;
    e = documents.count ? OK : record_find(&c->txn, key_u64(&k, customer), &payment);
    if (e == OK)
        return REFUSE(c, ERR_IN_USE, "customer.currency",
                      "it can not change once there are documents or payments");
    return e == ERR_NOT_FOUND ? OK : e;
}

/* Nobody of a deactivated customer is in, or has a code to get in. */
static enum err shut_all(struct call *c, uint64_t customer)
{
    struct contact_list all;
    enum err e = contact_all(c, customer, CONTACTS_MAX, &all);
    for (size_t i = 0; !e && i < all.n; i++) {
        struct contact *p = &all.v[i];
        e = person_shut(c, SIDE_CUSTOMER, p->id);
        if (e || !p->invited)
            continue;
        p->invited = p->invite_expires = 0;
        e = record_put(&c->txn, KIND_CONTACT, p);
    }
    return e;
}

static enum err save(struct call *c, struct customer *customer, const char *changed, bool portal)
{
    customer->revision++;
    enum err e = record_put(&c->txn, KIND_CUSTOMER, customer);
    return e ? e : customer_event(c, WHAT_CHANGED, customer, changed, portal);
}

enum err op_customer_update(struct call *c, const struct customer_update_in *in,
                            struct customer_update_out *out)
{
    struct customer *customer = arena_alloc(c->arena, sizeof *customer);
    struct customer patch = *in->customer;
    const char *changed;
    enum err e = record_get(&c->txn, KIND_CUSTOMER, in->id, customer);
    if (!e)
        e = patch_revision(c, "customer.revision", GIVEN(customer, &patch, revision), patch.revision,
                           customer->revision);
    if (e)
        return e;
    const struct customer was = *customer;
    e = patch_apply(c, shape_customer(), "customer", EDITABLE, &patch, customer, &changed);
    if (!e)
        e = check(c, "customer", customer);
    if (!e && strcmp(was.currency ? was.currency : "", customer->currency) != 0)
        e = patch_check_new_currency(c, "customer.currency", customer->currency);
    if (!e && strcmp(was.currency ? was.currency : "", customer->currency) != 0)
        e = check_currency_free(c, customer->id);
    if (!e && was.active && !customer->active)
        e = shut_all(c, customer->id);
    if (!e && *changed)
        e = save(c, customer, changed, false);
    if (!e)
        out->customer = customer;
    return e;
}

enum err op_customer_get(struct call *c, const struct customer_get_in *in, struct customer_get_out *out)
{
    struct customer *customer = arena_alloc(c->arena, sizeof *customer);
    uint64_t id = in->customer ? in->customer : c->who.customer;
    if (!id)
        return REFUSE(c, ERR_INVALID, "customer", "has to be given");
    enum err e = record_get(&c->txn, KIND_CUSTOMER, id, customer);
    if (!e)
        e = contact_all(c, id, CONTACTS_MAX, &out->contacts);
    if (!e)
        out->customer = customer;
    return e;
}

enum err op_customer_edit_own(struct call *c, const struct customer_edit_own_in *in,
                              struct customer_edit_own_out *out)
{
    const struct business *business;
    const char *changed;
    struct customer patch = {.id = 0}, *customer = arena_alloc(c->arena, sizeof *customer);
    enum err e = call_business(c, &business);
    if (!e && !business->customers_edit)
        e = REFUSE(c, ERR_SWITCHED_OFF, "", "ask the business to change your details");
    if (!e)
        e = record_get(&c->txn, KIND_CUSTOMER, c->who.customer, customer);
    if (!e)
        e = patch_revision(c, "revision", true, in->revision, customer->revision);
    if (e)
        return e;
    if (GIVEN(customer_edit_own_in, in, phone))
        GIVE(customer, &patch, phone, in->phone);
    if (GIVEN(customer_edit_own_in, in, website))
        GIVE(customer, &patch, website, in->website);
    if (GIVEN(customer_edit_own_in, in, billing))
        GIVE(customer, &patch, billing, in->billing);
    if (GIVEN(customer_edit_own_in, in, shipping))
        GIVE(customer, &patch, shipping, in->shipping);
    e = patch_apply(c, shape_customer(), "customer", "phone website billing shipping", &patch, customer,
                    &changed);
    if (!e && *changed)
        e = save(c, customer, changed, true);
    if (!e)
        out->customer = customer;
    return e;
}

static enum err all_paid(struct call *c, const struct customer *customer, struct money_count **out)
{
    struct total paid;
    enum err e = total_sum(&c->txn, TOTAL_PAID, customer->id, customer->currency, 0, UINT32_MAX, &paid);
    if (e)
        return e;
    *out = arena_alloc(c->arena, sizeof **out);
    (*out)->amount = money_of(paid.amount, customer->currency);
    (*out)->count = paid.count;
    return OK;
}

enum err op_customer_overview(struct call *c, const struct customer_overview_in *in,
                              struct customer_overview_out *out)
{
    struct customer *customer = arena_alloc(c->arena, sizeof *customer);
    out->ageing = arena_alloc(c->arena, sizeof *out->ageing);
    out->customer = customer;
    enum err e = record_get(&c->txn, KIND_CUSTOMER, in->customer, customer);
    if (!e)
        e = contact_all(c, in->customer, CONTACTS_MAX, &out->contacts);
    if (!e)
        e = figures_ageing(c, in->customer, customer->currency, out->ageing);
    if (!e)
        e = figures_counts(c, in->customer, &out->counts, NULL);
    if (!e)
        e = figures_last_payment(c, in->customer, &out->last_payment);
    if (!e)
        e = figures_events(c, in->customer, false, HISTORY, &out->events);
    return e ? e : all_paid(c, customer, &out->paid);
}
