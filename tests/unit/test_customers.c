/* Customers, contact persons, access, items, taxes, settings: handlers on a store that runs every write twice. */
#include "server/ops/session_open.h"
#include "tests/unit/office.h"

static struct office office, *const o = &office;

static uint64_t new_customer(const char *name, const char *email)
{
    struct customer c = {.id = 0};
    struct customer_create_out out;
    GIVE(customer, &c, name, name);
    if (email)
        GIVE(customer, &c, email, email);
    CHECK_INT(RUN(o, customer_create, &out, .customer = &c), OK);
    return out.customer->id;
}

static enum err add_contact(uint64_t customer, const char *name, const char *email, uint64_t *id)
{
    struct contact c = {.id = 0};
    struct contact_create_out out;
    GIVE(contact, &c, name, name);
    GIVE(contact, &c, email, email);
    enum err e = RUN(o, contact_create, &out, .customer = customer, .contact = &c);
    if (!e && id)
        *id = out.contact->id;
    return e;
}

static struct contact contact_of(uint64_t customer, uint64_t id)
{
    struct customer_get_out out;
    CHECK_INT(RUN(o, customer_get, &out, .customer = customer), OK);
    for (size_t i = 0; i < out.contacts.n; i++)
        if (out.contacts.v[i].id == id)
            return out.contacts.v[i];
    return (struct contact){.id = 0};
}

static uint64_t session_for(uint64_t contact, uint64_t customer)
{
    static uint8_t hash[32];
    struct session s = {.hash = {hash, 32},
                        .role = ROLE_CUSTOMER,
                        .person = (int64_t)contact,
                        .customer = customer,
                        .created = o->now,
                        .seen = o->now};
    CHECK_INT(office_put(o, KIND_SESSION, &s), OK);
    return s.id;
}

struct look {
    uint64_t id;
    bool good;
};
static enum err look_at(struct call *c, void *arg)
{
    struct look *look = arg;
    struct session s;
    look->good = false;
    enum err e = record_get(&c->txn, KIND_SESSION, look->id, &s);
    return e == ERR_NOT_FOUND ? OK : e ? e : session_lives(c, &s, &look->good);
}
static bool still_good(uint64_t session)
{
    struct look look = {.id = session};
    CHECK_INT(office_write(o, look_at, &look), OK);
    return look.good;
}

static void a_customer_takes_the_base_currency_and_terms(void)
{
    struct customer c = {.id = 0};
    struct contact person = {.id = 0};
    struct customer_create_out out;
    GIVE(customer, &c, name, "Bodega Sur");
    GIVE(customer, &c, email, "info@bodega.test");
    GIVE(contact, &person, name, "Maria Ruiz");
    GIVE(contact, &person, email, "maria@bodega.test");
    CHECK_INT(RUN(o, customer_create, &out, .customer = &c, .contact = &person), OK);
    CHECK_TEXT(out.customer->currency, "EUR");
    CHECK_INT(out.customer->terms_days, 30);
    CHECK_INT(out.customer->revision, 1);
    CHECK(out.customer->active && out.customer->created == o->now);
    CHECK(out.contact->primary && out.contact->customer == out.customer->id);
    CHECK_INT(out.contact->access, ACCESS_NONE);
}

static void wrong_customers_name_their_field(void)
{
    struct customer c = {.id = 0};
    struct customer_create_out out;
    CHECK_INT(RUN(o, customer_create, &out, .customer = &c), ERR_INVALID);
    CHECK_TEXT(o->why.field, "customer.name");
    GIVE(customer, &c, name, "   ");
    CHECK_INT(RUN(o, customer_create, &out, .customer = &c), ERR_INVALID);
    GIVE(customer, &c, name, "Köhler & Sohn");
    GIVE(customer, &c, email, "not an address");
    CHECK_INT(RUN(o, customer_create, &out, .customer = &c), ERR_INVALID);
    CHECK_TEXT(o->why.field, "customer.email");
    GIVE(customer, &c, email, "");
    GIVE(customer, &c, currency, "EUX");
    CHECK_INT(RUN(o, customer_create, &out, .customer = &c), ERR_INVALID);
    CHECK_TEXT(o->why.field, "customer.currency");
    GIVE(customer, &c, currency, "CHF");
    GIVE(customer, &c, source, "zoho:1");
    CHECK_INT(RUN(o, customer_create, &out, .customer = &c), ERR_INVALID);
    CHECK_TEXT(o->why.field, "customer.source");
    c.head.has = 0;
    GIVE(customer, &c, name, "Köhler & Sohn");
    struct contact nameless = {.id = 0};
    CHECK_INT(RUN(o, customer_create, &out, .customer = &c, .contact = &nameless), ERR_INVALID);
    CHECK_TEXT(o->why.field, "contact.name");
}

static void only_what_was_given_changes(void)
{
    uint64_t id = new_customer("Hämäläinen Oy", "h@oy.test");
    struct customer c = {.id = 0};
    struct customer_update_out out;
    GIVE(customer, &c, phone, "+358 1");
    CHECK_INT(RUN(o, customer_update, &out, .id = id, .customer = &c), ERR_INVALID);
    CHECK_TEXT(o->why.field, "customer.revision");
    GIVE(customer, &c, revision, 1);
    CHECK_INT(RUN(o, customer_update, &out, .id = id, .customer = &c), OK);
    CHECK_TEXT(out.customer->phone, "+358 1");
    CHECK_TEXT(out.customer->email, "h@oy.test");
    CHECK_INT(out.customer->revision, 2);
    CHECK_INT(RUN(o, customer_update, &out, .id = id, .customer = &c), ERR_STALE);
    /* what was read may be sent back whole; only the difference counts */
    struct customer_get_out got;
    CHECK_INT(RUN(o, customer_get, &got, .customer = id), OK);
    struct customer whole = *got.customer;
    whole.head.has = SHAPE_BIT(shape_customer()->n) - 1;
    whole.notes = "pays late";
    CHECK_INT(RUN(o, customer_update, &out, .id = id, .customer = &whole), OK);
    CHECK_TEXT(out.customer->notes, "pays late");
    whole.revision = 3;
    whole.created += 1;
    CHECK_INT(RUN(o, customer_update, &out, .id = id, .customer = &whole), ERR_INVALID);
    CHECK_TEXT(o->why.field, "customer.created");
}

static void the_currency_stands_once_there_are_documents(void)
{
    uint64_t id = new_customer("Wójcik Sp.", NULL);
    struct customer c = {.id = 0};
    struct customer_update_out out;
    GIVE(customer, &c, revision, 1);
    GIVE(customer, &c, currency, "PLN");
    CHECK_INT(RUN(o, customer_update, &out, .id = id, .customer = &c), OK);
    struct document d = {.kind = DOC_INVOICE, .state = DOC_DRAFT, .customer = id, .currency = "PLN"};
    CHECK_INT(office_put(o, KIND_DOCUMENT, &d), OK);
    GIVE(customer, &c, revision, 2);
    GIVE(customer, &c, currency, "EUR");
    CHECK_INT(RUN(o, customer_update, &out, .id = id, .customer = &c), ERR_IN_USE);
    CHECK_TEXT(o->why.field, "customer.currency");
}

static void addresses_are_unique_within_a_customer(void)
{
    uint64_t a = new_customer("Silva Lda", NULL), b = new_customer("Tremblay Inc.", NULL), first, second;
    CHECK_INT(add_contact(a, "João", "joao@silva.test", &first), OK);
    CHECK_INT(add_contact(a, "Other", "Joao@SILVA.test", NULL), ERR_EXISTS);
    CHECK_TEXT(o->why.field, "contact.email");
    CHECK_INT(add_contact(b, "João", "joao@silva.test", NULL), OK);
    CHECK_INT(add_contact(a, "Rita", "rita@silva.test", &second), OK);
    CHECK(!contact_of(a, second).primary);
    struct contact patch = {.id = 0};
    struct contact_update_out out;
    GIVE(contact, &patch, email, "joao@silva.test");
    CHECK_INT(RUN(o, contact_update, &out, .id = second, .contact = &patch), ERR_EXISTS);
    patch = (struct contact){.id = 0};
    GIVE(contact, &patch, primary, true);
    CHECK_INT(RUN(o, contact_update, &out, .id = second, .contact = &patch), OK);
    CHECK(!contact_of(a, first).primary && contact_of(a, second).primary);
    patch = (struct contact){.id = 0};
    GIVE(contact, &patch, access, ACCESS_ACTIVE);
    CHECK_INT(RUN(o, contact_update, &out, .id = second, .contact = &patch), ERR_INVALID);
    CHECK_TEXT(o->why.field, "contact.access");
    struct contact_delete_out none;
    CHECK_INT(RUN(o, contact_delete, &none, .contact = second), OK);
    CHECK(contact_of(a, first).primary && contact_of(a, second).id == 0);
}

static void access_is_given_and_ends(void)
{
    uint64_t customer = new_customer("Bjørn AS", NULL), ids[2];
    CHECK_INT(add_contact(customer, "Bjørn", "bjorn@as.test", &ids[0]), OK);
    CHECK_INT(add_contact(customer, "Kari", "", &ids[1]), OK);
    struct access_enable_out out;
    struct id_list both = {2, ids}, one = {1, ids};
    CHECK_INT(RUN(o, access_enable, &out, .contacts = one, .password = "short"), ERR_INVALID);
    CHECK_TEXT(o->why.field, "password");
    CHECK_INT(RUN(o, access_enable, &out, .contacts = both, .password = "long enough"), ERR_NO_EMAIL);
    CHECK_TEXT(o->why.field, "contacts.1");
    CHECK_INT(contact_of(customer, ids[0]).access, ACCESS_NONE);
    CHECK_INT(RUN(o, access_enable, &out, .contacts = one, .password = "long enough"), OK);
    struct contact c = contact_of(customer, ids[0]);
    CHECK(c.access == ACCESS_INVITED && c.must_change && secret_password_verify(c.password, "long enough"));

    uint64_t session = session_for(ids[0], customer), session2 = session_for(ids[1], customer);
    struct contact patch = {.id = 0};
    struct contact_update_out updated;
    GIVE(contact, &patch, email, "BJORN@as.test"); /* the same address */
    CHECK_INT(RUN(o, contact_update, &updated, .id = ids[0], .contact = &patch), OK);
    CHECK(contact_of(customer, ids[0]).access == ACCESS_INVITED && still_good(session));
    GIVE(contact, &patch, email, "new@as.test");
    CHECK_INT(RUN(o, contact_update, &updated, .id = ids[0], .contact = &patch), OK);
    c = contact_of(customer, ids[0]);
    CHECK(c.access == ACCESS_NONE && !c.password && !still_good(session) && still_good(session2));

    session = session_for(ids[0], customer);
    CHECK_INT(RUN(o, access_enable, &out, .contacts = one, .password = "long enough", .keep_password = true),
              OK);
    CHECK(!contact_of(customer, ids[0]).must_change && !still_good(session));
    session = session_for(ids[0], customer);
    struct access_disable_out off;
    CHECK_INT(RUN(o, access_disable, &off, .contacts = both), OK);
    CHECK_INT(off.contacts.n, 2);
    c = contact_of(customer, ids[0]);
    CHECK(c.access == ACCESS_DISABLED && !c.password && !still_good(session));
    CHECK_INT(contact_of(customer, ids[1]).access, ACCESS_NONE);
}

static void deactivating_ends_sessions(void)
{
    uint64_t customer = new_customer("Old Ltd", NULL), id;
    CHECK_INT(add_contact(customer, "Pat", "pat@old.test", &id), OK);
    uint64_t session = session_for(id, customer);
    struct customer c = {.id = 0};
    struct customer_update_out out;
    GIVE(customer, &c, revision, 1);
    GIVE(customer, &c, active, false);
    CHECK_INT(RUN(o, customer_update, &out, .id = customer, .customer = &c), OK);
    CHECK(!out.customer->active && !still_good(session));
    struct access_enable_out on;
    CHECK_INT(RUN(o, access_enable, &on, .contacts = {1, &id}, .password = "long enough"), ERR_STATE);
    CHECK_TEXT(o->why.field, "contacts.0");
}

static void lists_search_by_words_and_show_what_is_owed(void)
{
    uint64_t id = new_customer("Köhler & Söhne Papier", "buero@koehler.test"), person;
    new_customer("Papier Schmidt", NULL);
    struct customer_list_out out;
    CHECK_INT(RUN(o, customer_list, &out, .search = "papier KOH"), OK);
    CHECK_INT(out.customers.n, 1);
    CHECK(out.customers.v[0].id == id && out.customers.v[0].invoices == 0);
    CHECK_INT(out.customers.v[0].access, ACCESS_NONE);
    CHECK_INT(RUN(o, customer_list, &out, .search = "papier"), OK);
    CHECK_INT(out.customers.n, 2);
    CHECK_INT(RUN(o, customer_list, &out, .search = "papier nothing"), OK);
    CHECK_INT(out.customers.n, 0);
    struct document d = {.kind = DOC_INVOICE,
                         .state = DOC_OPEN,
                         .customer = id,
                         .currency = "EUR",
                         .due = date_of(2026, 12, 1),
                         .total = money_of(1000, "EUR"),
                         .written_off = money_of(250, "EUR"),
                         .balance = money_of(750, "EUR")};
    CHECK_INT(office_put(o, KIND_DOCUMENT, &d), OK);
    CHECK_INT(add_contact(id, "Uwe", "uwe@koehler.test", &person), OK);
    struct access_enable_out on;
    CHECK_INT(RUN(o, access_enable, &on, .contacts = {1, &person}, .password = "long enough"), OK);
    CHECK_INT(RUN(o, customer_list, &out, .search = "buero"), OK);
    CHECK_INT(out.customers.v[0].outstanding.amount, 750);
    CHECK_INT(out.customers.v[0].invoices, 1);
    CHECK_INT(out.customers.v[0].access, ACCESS_INVITED);
    /* pages by name */
    size_t seen = 0, total = 0;
    const char *after = NULL, *last = "";
    do {
        CHECK_INT(RUN(o, customer_list, &out, .limit = 2, .after = after), OK);
        for (size_t i = 0; i < out.customers.n; i++, seen++)
            last = out.customers.v[i].name;
        total = (size_t)out.total;
        after = out.next;
    } while (after);
    CHECK_INT(seen, total);
    CHECK_TEXT(last, "Wójcik Sp.");
    struct customer_list_in inactive = {.active = false};
    GIVE(customer_list_in, &inactive, active, false);
    CHECK_INT(office_run(o, OPNO_customer_list, &inactive, &out), OK);
    CHECK_INT(out.customers.n, 1);
    CHECK_TEXT(out.customers.v[0].name, "Old Ltd");
}

static void customers_change_their_own_details_when_they_may(void)
{
    uint64_t id = new_customer("Selbst GmbH", "s@selbst.test");
    struct address billing = {.street = NULL};
    GIVE(address, &billing, street, "Weg 1");
    GIVE(address, &billing, city, "Köln");
    struct customer_edit_own_in in = {.revision = 1};
    struct customer_edit_own_out out;
    GIVE(customer_edit_own_in, &in, billing, &billing);
    office_as(o, ROLE_CUSTOMER, 1, id);
    CHECK_INT(office_run(o, OPNO_customer_edit_own, &in, &out), OK);
    CHECK_TEXT(out.customer->billing->city, "Köln");
    CHECK_TEXT(out.customer->email, "s@selbst.test");
    CHECK_INT(office_run(o, OPNO_customer_edit_own, &in, &out), ERR_STALE);
    struct customer_get_out got;
    CHECK_INT(RUN(o, customer_get, &got, .customer = 0), OK);
    CHECK(got.customer->id == id);
    office_as(o, ROLE_ADMIN, 1, 0);
    struct business b = {.id = 0};
    struct settings_update_out set;
    GIVE(business, &b, revision, 1);
    GIVE(business, &b, customers_edit, false);
    CHECK_INT(RUN(o, settings_update, &set, .business = &b), OK);
    office_as(o, ROLE_CUSTOMER, 1, id);
    in.revision = 2;
    CHECK_INT(office_run(o, OPNO_customer_edit_own, &in, &out), ERR_SWITCHED_OFF);
    office_as(o, ROLE_ADMIN, 1, 0);
}

static void settings_are_checked_and_a_new_portal_name_ends_sessions(void)
{
    struct settings_get_out got;
    struct settings_update_out out;
    CHECK_INT(RUN(o, settings_get, &got, .head = {0}), OK);
    CHECK_INT(got.series.n, SERIES_LAST);
    struct business b = {.id = 0};
    GIVE(business, &b, revision, got.business->revision);
    GIVE(business, &b, time_zone, "Mars/Olympus");
    CHECK_INT(RUN(o, settings_update, &out, .business = &b), ERR_INVALID);
    CHECK_TEXT(o->why.field, "business.time_zone");
    GIVE(business, &b, time_zone, "Europe/Madrid");
    GIVE(business, &b, portal, "North Wind");
    CHECK_INT(RUN(o, settings_update, &out, .business = &b), ERR_INVALID);
    CHECK_TEXT(o->why.field, "business.portal");
    GIVE(business, &b, portal, "northwind-paper");
    uint64_t session = session_for(1, 1);
    CHECK_INT(RUN(o, settings_update, &out, .business = &b), OK);
    CHECK(!still_good(session));
    struct portal_show_out shown;
    CHECK_INT(RUN(o, portal_show, &shown, .portal = "northwind"), ERR_NOT_FOUND);
    CHECK_INT(RUN(o, portal_show, &shown, .portal = "northwind-paper"), OK);
    CHECK_TEXT(shown.name, "Northwind Paper Ltd");
    CHECK_INT(RUN(o, settings_update, &out, .business = &b), ERR_STALE);
    b = (struct business){.id = 0};
    GIVE(business, &b, revision, 3);
    GIVE(business, &b, currency, "USD"); /* there are documents */
    CHECK_INT(RUN(o, settings_update, &out, .business = &b), ERR_IN_USE);
    struct series s = {.id = 0};
    struct series_update_out series;
    GIVE(series, &s, id, 2);
    GIVE(series, &s, next, 300);
    GIVE(series, &s, prefix, "RE-");
    CHECK_INT(RUN(o, series_update, &series, .series = &s), OK);
    GIVE(series, &s, next, 299);
    CHECK_INT(RUN(o, series_update, &series, .series = &s), ERR_INVALID);
    CHECK_TEXT(o->why.field, "series.next");
    office_as(o, ROLE_CUSTOMER, 1, 1);
    CHECK_INT(RUN(o, settings_get, &got, .head = {0}), OK);
    CHECK_INT(got.series.n, 0);
    office_as(o, ROLE_ADMIN, 1, 0);
}

static void staff_accounts_are_added(void)
{
    struct staff_create_out out;
    struct staff_list_out all;
    CHECK_INT(RUN(o, staff_create, &out, .name = "Ben", .email = "ANA@northwind.test", .role = ROLE_STAFF,
                  .password = "long enough"),
              ERR_EXISTS);
    CHECK_INT(RUN(o, staff_create, &out, .name = "Ben", .email = "ben@northwind.test", .role = ROLE_CUSTOMER,
                  .password = "long enough"),
              ERR_INVALID);
    CHECK_TEXT(o->why.field, "role");
    CHECK_INT(RUN(o, staff_create, &out, .name = "Ben", .email = "ben@northwind.test", .role = ROLE_READER,
                  .password = "long enough"),
              OK);
    CHECK(out.staff->active && out.staff->must_change);
    CHECK(secret_password_verify(out.staff->password, "long enough"));
    CHECK_INT(RUN(o, staff_list, &all, .head = {0}), OK);
    CHECK_INT(all.staff.n, 2);
}

static void items_and_taxes(void)
{
    struct tax t = {.id = 0};
    struct tax_create_out tax;
    GIVE(tax, &t, name, "VAT");
    CHECK_INT(RUN(o, tax_create, &tax, .tax = &t), ERR_INVALID);
    CHECK_TEXT(o->why.field, "tax.percent");
    GIVE(tax, &t, percent, 23 * DECIMAL_ONE);
    CHECK_INT(RUN(o, tax_create, &tax, .tax = &t), OK);
    uint64_t vat = tax.tax->id;
    struct tax_update_out changed;
    GIVE(tax, &t, percent, 21 * DECIMAL_ONE);
    CHECK_INT(RUN(o, tax_update, &changed, .id = vat, .tax = &t), ERR_INVALID);
    t = (struct tax){.id = 0};
    GIVE(tax, &t, active, false);
    CHECK_INT(RUN(o, tax_update, &changed, .id = vat, .tax = &t), OK);
    CHECK(!changed.tax->active && changed.tax->percent == 23 * DECIMAL_ONE);
    struct item i = {.id = 0};
    struct item_create_out item;
    struct item_list_out items;
    GIVE(item, &i, name, "Kraft paper 80 g, pallet");
    GIVE(item, &i, price, 320 * DECIMAL_ONE);
    GIVE(item, &i, tax, vat);
    CHECK_INT(RUN(o, item_create, &item, .item = &i), OK);
    CHECK(item.item->active);
    GIVE(item, &i, name, "Consulting");
    CHECK_INT(RUN(o, item_create, &item, .item = &i), OK);
    CHECK_INT(RUN(o, item_list, &items, .search = "pall kr"), OK);
    CHECK_INT(items.items.n, 1);
    CHECK_INT(RUN(o, item_list, &items, .head = {0}), OK);
    CHECK_INT(items.items.n, 2);
    CHECK_TEXT(items.items.v[0].name, "Consulting");
    struct tax_list_out taxes;
    CHECK_INT(RUN(o, tax_list, &taxes, .head = {0}), OK);
    CHECK_INT(taxes.taxes.n, 1);
}

int main(void)
{
    if (office_open(o) != OK) {
        fprintf(stderr, "the office does not open: %s\n", o->why.detail);
        return 1;
    }
    a_customer_takes_the_base_currency_and_terms();
    wrong_customers_name_their_field();
    only_what_was_given_changes();
    the_currency_stands_once_there_are_documents();
    addresses_are_unique_within_a_customer();
    access_is_given_and_ends();
    deactivating_ends_sessions();
    lists_search_by_words_and_show_what_is_owed();
    customers_change_their_own_details_when_they_may();
    settings_are_checked_and_a_new_portal_name_ends_sessions();
    staff_accounts_are_added();
    items_and_taxes();
    office_close(o);
    return test_end();
}
