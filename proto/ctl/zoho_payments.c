/* Customer_Payment.csv: one row per invoice that a payment settles; the payment itself is repeated on each. */
#include "proto/ctl/zoho.h"
#include <string.h>
#include <strings.h>

enum {
    ID,
    NUMBER,
    MODE,
    CUSTOMER,
    NOTES,
    AMOUNT,
    UNUSED,
    REFERENCE,
    CURRENCY,
    DATE,
    STATUS,
    APPLIED,
    INVOICE,
    COLUMNS,
};
static const struct table_column columns[COLUMNS] = {
    [ID] = {"CustomerPayment ID", "customerpaymentid|paymentid", true},
    [NUMBER] = {"Payment Number", "paymentnumber", true},
    [MODE] = {"Mode", "mode|paymentmode", false},
    [CUSTOMER] = {"CustomerID", "customerid|contactid", true},
    [NOTES] = {"Description", "description|notes", false},
    [AMOUNT] = {"Amount", "amount", true},
    [UNUSED] = {"Unused Amount", "unusedamount", false},
    [REFERENCE] = {"Reference Number", "referencenumber|reference", false},
    [CURRENCY] = {"Currency Code", "currencycode|currency", true},
    [DATE] = {"Date", "date|paymentdate", true},
    [STATUS] = {"Payment Status", "paymentstatus", false},
    [APPLIED] = {"Amount Applied to Invoice", "amountappliedtoinvoice", true},
    [INVOICE] = {"Invoice Number", "invoicenumber", true},
};
static const struct import_path paths[] = {
    {"source", "CustomerPayment ID"},
    {"customer_source", "CustomerID"},
    {"payment.number", "Payment Number"},
    {"payment.amount", "Amount"},
    {"payment.date", "Date"},
    {"payment.reference", "Reference Number"},
    {"payment.notes", "Description"},
    {"payment.mode", "Mode"},
    {"parts.number", "Invoice Number"},
    {"parts.amount", "Amount Applied to Invoice"},
    {"parts", "Invoice Number"},
    {NULL, NULL},
};
static const struct {
    const char *word;
    int mode;
} modes[] = {
    {"cash", MODE_CASH},
    {"check", MODE_CHECK},
    {"cheque", MODE_CHECK},
    {"credit card", MODE_CARD},
    {"debit card", MODE_CARD},
    {"card", MODE_CARD},
    {"stripe", MODE_CARD},
    {"paypal", MODE_OTHER},
    {"bank transfer", MODE_TRANSFER},
    {"banktransfer", MODE_TRANSFER},
    {"bank remittance", MODE_TRANSFER},
    {"wire transfer", MODE_TRANSFER},
    {"ach", MODE_DEBIT},
    {"direct debit", MODE_DEBIT},
    {"autotransaction", MODE_OTHER},
};

struct gathered {
    struct zoho_row first;
    struct import_payment in;
    struct payment payment;
    struct money unused;
    size_t n, capacity, line_capacity;
    size_t *part_lines;
    size_t name_capacity;
    const char **part_names;
    struct import_part *parts;
    int64_t settled;
    bool bad;
};

static int mode_of(struct zoho_row *z)
{
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++)
        if (zoho_is(z, MODE, modes[i].word))
            return modes[i].mode;
    return MODE_OTHER;
}

static struct gathered *begin(struct zoho_row *z)
{
    struct gathered *g = arena_alloc(z->set->c->a, sizeof *g);
    struct payment *p = &g->payment;
    const char *currency = zoho_currency(z, CURRENCY);
    g->first = *z;
    g->in.customer_source = zoho_source(z, CUSTOMER);
    g->in.source = zoho_source_of(z, CUSTOMER, ID);
    g->in.payment = p;
    p->number = zoho_text(z, NUMBER);
    p->mode = mode_of(z);
    p->reference = zoho_text(z, REFERENCE);
    p->notes = zoho_lines(z, NOTES);
    if (!*table_cell(z->row, &z->places[DATE]))
        zoho_wrong(z, DATE, "is empty");
    zoho_day(z, DATE, &p->date);
    if (!*table_cell(z->row, &z->places[AMOUNT]))
        zoho_wrong(z, AMOUNT, "is empty");
    zoho_amount(z, AMOUNT, currency, &p->amount);
    zoho_amount(z, UNUSED, currency, &g->unused);
    if (p->amount.currency[0] && p->amount.amount <= 0)
        zoho_wrong(z, AMOUNT, "is not more than nothing");
    return g;
}

/* The invoice of the files that a part settles: the same customer, the same currency, and no more than its total in all. */
static void settle(struct gathered *g, struct zoho_row *z, const struct import_part *part)
{
    struct import_file *invoices = &z->set->files[IMPORT_INVOICES];
    size_t place = import_find(invoices->by_name, part->number);
    if (place == SIZE_MAX)
        return; /* the server has to know it */
    struct import_row *invoice = &invoices->rows[place];
    const struct import_file *customers = &z->set->files[IMPORT_CUSTOMERS];
    if (strcmp(invoice->currency, part->amount.currency) != 0)
        zoho_wrong(z, CURRENCY, "is not the invoice's, %s", invoice->currency);
    else if (invoice->customer != import_find(customers->by_source, g->in.customer_source))
        zoho_wrong(z, CUSTOMER, "is not the customer of invoice %.40s", part->number);
    else if (invoice->state != DOC_OPEN)
        zoho_wrong(z, INVOICE, "%.40s is a draft or void: nothing can be paid on it", part->number);
    else if (part->amount.amount > invoice->amount - invoice->applied)
        zoho_wrong(z, APPLIED, "is more than is due on invoice %.40s", part->number);
    else
        invoice->applied += part->amount.amount;
}

static void map_part(struct gathered *g, struct zoho_row *z)
{
    struct import_part part = {.number = zoho_text(z, INVOICE)};
    zoho_amount(z, APPLIED, g->payment.amount.currency, &part.amount);
    if (!*part.number && part.amount.amount == 0)
        return; /* all of it is unused */
    if (!*part.number)
        zoho_wrong(z, INVOICE, "is empty");
    else if (part.amount.amount <= 0)
        zoho_wrong(z, APPLIED, "is not more than nothing");
    if (z->bad || g->bad)
        return;
    settle(g, z, &part);
    if (g->n == g->capacity)
        g->parts = arena_grow(z->set->c->a, g->parts, &g->capacity, sizeof *g->parts);
    if (g->n == g->line_capacity)
        g->part_lines = arena_grow(z->set->c->a, g->part_lines, &g->line_capacity, sizeof *g->part_lines);
    if (g->n == g->name_capacity)
        g->part_names = arena_grow(z->set->c->a, g->part_names, &g->name_capacity, sizeof *g->part_names);
    g->part_lines[g->n] = z->row->line;
    g->part_names[g->n] = part.number;
    g->parts[g->n++] = part;
    g->settled += part.amount.amount; /* stops growing once it is more than the payment */
    if (g->settled > g->payment.amount.amount && !z->bad)
        zoho_wrong(z, APPLIED, "the parts are more than the payment");
}

static void agree(struct gathered *g, struct zoho_row *z)
{
    static const int same[] = {NUMBER, CUSTOMER, CURRENCY, DATE, AMOUNT};
    for (size_t i = 0; i < sizeof same / sizeof *same; i++)
        if (strcmp(table_cell(z->row, &z->places[same[i]]), table_cell(g->first.row, &z->places[same[i]])) !=
            0)
            zoho_wrong(z, same[i], "differs from line %zu of the same payment", g->first.row->line);
}

static void finish(struct gathered *g)
{
    struct zoho_row *z = &g->first;
    struct import_row row = {
        .line = z->row->line,
        .source = g->in.source,
        .name = g->payment.number,
        .customer = import_find(z->set->files[IMPORT_CUSTOMERS].by_source, g->in.customer_source),
        .amount = g->payment.amount.amount,
        .applied = g->settled,
        .parts = g->n,
        .part_lines = g->part_lines,
        .part_names = g->part_names,
    };
    if (g->bad || z->bad)
        return;
    memcpy(row.currency, g->payment.amount.currency, sizeof row.currency);
    if (z->places[UNUSED].n && g->unused.currency[0] && g->unused.amount != row.amount - g->settled)
        zoho_wrong(z, UNUSED, "amount less what is applied to invoices is something else");
    g->in.parts = (struct import_part_list){g->n, g->parts};
    if (!z->bad)
        import_pack(z->set, z->file, shape_import_payment(), &g->in, &row);
}

/* What never arrived is no payment. */
static bool came_to_nothing(struct zoho_row *z)
{
    return zoho_is(z, STATUS, "void") || zoho_is(z, STATUS, "draft") || zoho_is(z, STATUS, "failed");
}

enum err zoho_payments(struct import_set *set)
{
    struct import_file *file = &set->files[IMPORT_PAYMENTS];
    struct table_place places[COLUMNS];
    struct gathered **all = arena_alloc(set->c->a, file->table.n_rows * sizeof *all);
    size_t n = 0;
    json_t *places_of = json_object();
    file->paths = paths;
    enum err e = table_bind(&file->table, columns, COLUMNS, places, &set->c->why);
    for (size_t i = 0; i < file->table.n_rows && !e; i++) {
        struct zoho_row z = {set, file, &file->table.rows[i], columns, places, false};
        const char *key = table_cell(z.row, &places[ID]);
        size_t at = import_find(places_of, key);
        if (came_to_nothing(&z)) {
            file->skipped++;
            continue;
        }
        if (at == SIZE_MAX) {
            json_object_set_new(places_of, key, json_integer((json_int_t)n));
            all[at = n++] = begin(&z);
        } else {
            agree(all[at], &z);
        }
        map_part(all[at], &z);
        all[at]->bad |= z.bad;
    }
    for (size_t i = 0; i < n && !e; i++)
        finish(all[i]);
    json_decref(places_of);
    return e;
}
