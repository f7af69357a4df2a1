/* Contacts.csv: one row per customer, with its first contact person. */
#include "common/address.h"
#include "common/text.h"
#include "proto/ctl/zoho.h"
#include <stdlib.h>
#include <string.h>

enum {
    ID,
    NAME,
    COMPANY,
    FIRST,
    LAST,
    EMAIL,
    PHONE,
    MOBILE,
    POSITION,
    CURRENCY,
    NOTES,
    WEBSITE,
    STATUS,
    TYPE,
    TERMS,
    TAX_ID,
    ZOHO_ADDRESS_PLACES(B),
    ZOHO_ADDRESS_PLACES(S),
    COLUMNS,
};
static const struct table_column columns[COLUMNS] = {
    [ID] = {"Contact ID", "contactid|customerid", true, false},
    [NAME] = {"Display Name", "displayname|contactname|customername", true, false},
    [COMPANY] = {"Company Name", "companyname|company", false, false},
    [FIRST] = {"First Name", "firstname", false, false},
    [LAST] = {"Last Name", "lastname", false, false},
    [EMAIL] = {"EmailID", "emailid|email|emailaddress", false, false},
    [PHONE] = {"Phone", "phone|workphone", false, false},
    [MOBILE] = {"MobilePhone", "mobilephone|mobile", false, false},
    [POSITION] = {"Designation", "designation|position", false, false},
    [CURRENCY] = {"Currency Code", "currencycode|currency", true, false},
    [NOTES] = {"Notes", "notes|remarks", false, false},
    [WEBSITE] = {"Website", "website", false, false},
    [STATUS] = {"Status", "status|contactstatus", false, false},
    [TYPE] = {"Contact Type", "contacttype", false, false},
    [TERMS] = {"Payment Terms", "paymentterms", false, false},
    [TAX_ID] = {"TaxID",
                "taxid|taxregistrationnumber|taxregno|vatnumber|vatregno|gstin|gstidentificationnumbergstin",
                false, false},
    ZOHO_ADDRESS_COLUMNS(B, "Billing", "billing"),
    ZOHO_ADDRESS_COLUMNS(S, "Shipping", "shipping"),
};
static const struct import_path paths[] = {
    {"source", "Contact ID"},
    {"customer.name", "Display Name"},
    {"customer.company", "Company Name"},
    {"customer.email", "EmailID"},
    {"customer.phone", "Phone"},
    {"customer.website", "Website"},
    {"customer.currency", "Currency Code"},
    {"customer.tax_id", "TaxID"},
    {"customer.notes", "Notes"},
    {"customer.active", "Status"},
    {"customer.terms_days", "Payment Terms"},
    {"contact.name", "First Name"},
    {"contact.phone", "MobilePhone"},
    {"contact.position", "Designation"},
    {"contact.email", "EmailID"},
    ZOHO_ADDRESS_PATHS("customer.billing", "Billing"),
    ZOHO_ADDRESS_PATHS("customer.shipping", "Shipping"),
    {NULL, NULL},
};

static struct contact *person(struct zoho_row *z, const struct customer *customer)
{
    struct arena *a = z->set->c->a;
    const char *first = zoho_text(z, FIRST), *last = zoho_text(z, LAST);
    const char *name = *first && *last ? arena_printf(a, "%s %s", first, last) : *first ? first : last;
    const char *mobile = zoho_text(z, MOBILE);
    if (!*name && !*customer->email)
        return NULL;
    struct contact *to = arena_alloc(a, sizeof *to);
    to->name = *name ? name : customer->name;
    to->email = customer->email;
    to->phone = *mobile ? mobile : customer->phone;
    to->position = zoho_text(z, POSITION);
    GIVE(contact, to, primary, true);
    return to;
}

/* "Net 30" in days; what is no plain number ("-2": end of next month) says nothing here. */
static void terms(struct zoho_row *z, struct customer *customer)
{
    const char *text = zoho_cell(z, TERMS);
    if (*text && strlen(text) < 5 && strspn(text, "0123456789") == strlen(text))
        GIVE(customer, customer, terms_days, strtol(text, NULL, 10));
}

static bool active(struct zoho_row *z)
{
    const char *word = zoho_word(z, STATUS);
    if (strcmp(word, "inactive") == 0)
        return false;
    if (*word && strcmp(word, "active") != 0)
        zoho_wrong(z, STATUS, "\"%.40s\" is no status of a contact that is known: active, inactive",
                   text_shown(z->set->c->a, zoho_cell(z, STATUS), false));
    return true;
}

static void map(struct zoho_row *z)
{
    struct arena *a = z->set->c->a;
    struct import_customer *in = arena_alloc(a, sizeof *in);
    struct customer *customer = in->customer = arena_alloc(a, sizeof *customer);
    const char *currency = zoho_currency(z, CURRENCY);
    in->source = zoho_source(z, ID);
    customer->name = zoho_text(z, NAME);
    customer->company = zoho_text(z, COMPANY);
    customer->email = zoho_text(z, EMAIL);
    customer->phone = zoho_text(z, PHONE);
    customer->website = zoho_text(z, WEBSITE);
    customer->notes = zoho_lines(z, NOTES);
    customer->tax_id = zoho_text(z, TAX_ID);
    customer->currency = currency;
    customer->billing = zoho_address(z, B_ATTENTION);
    customer->shipping = zoho_address(z, S_ATTENTION);
    GIVE(customer, customer, active, active(z));
    terms(z, customer);
    (void)zoho_needs(z, NAME);
    const char *wrong = *customer->email ? address_wrong(customer->email) : NULL;
    if (wrong)
        zoho_wrong(z, EMAIL, "\"%.60s\" is no e-mail address: %s", text_shown(a, customer->email, false),
                   wrong);
    in->contact = person(z, customer);
    struct import_row row = {.line = z->row->line, .in = in, .source = in->source, .name = customer->name};
    memcpy(row.currency, currency, strlen(currency) + 1);
    size_t twice = *in->source ? import_find(z->file->by_source, in->source) : SIZE_MAX;
    if (twice != SIZE_MAX)
        zoho_wrong(z, ID, "is in line %zu already", z->file->rows[twice].line);
    row.bad = z->bad;
    import_pack(z->set, z->file, twice == SIZE_MAX ? import_add(z->set, z->file, &row) : &row);
}

enum err zoho_contacts(struct import_set *set)
{
    struct import_file *file = &set->files[IMPORT_CUSTOMERS];
    struct zoho_file from;
    file->paths = paths;
    enum err e = zoho_open(set, file, set->c->contacts, columns, COLUMNS, &from);
    for (size_t i = 0; i < file->table.n_rows && !e; i++) {
        struct zoho_row z = zoho_row(&from, i);
        if (zoho_is(&z, TYPE, "vendor"))
            file->skipped++;
        else
            map(&z);
    }
    return e;
}
