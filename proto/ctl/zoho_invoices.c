/* Invoice.csv: one row per line; what belongs to the whole invoice is repeated on each. */
#include "common/text.h"
#include "proto/ctl/zoho.h"
#include <string.h>

enum {
    ID,
    NUMBER,
    STATUS,
    DATE,
    DUE,
    CUSTOMER,
    REFERENCE,
    CURRENCY,
    INCLUSIVE,
    TOTAL,
    SHIPPING,
    ADJUSTMENT,
    NOTES,
    TERMS,
    DISCOUNT_TYPE,
    WHOLE_PERCENT,
    WHOLE_AMOUNT,
    ITEM,
    DESCRIPTION,
    QUANTITY,
    UNIT,
    PRICE,
    DISCOUNT,
    DISCOUNT_AMOUNT,
    TAX,
    TAX_PERCENT,
    COLUMNS,
};
static const struct table_column columns[COLUMNS] = {
    [ID] = {"Invoice ID", "invoiceid", true},
    [NUMBER] = {"Invoice Number", "invoicenumber|invoice#", true},
    [STATUS] = {"Invoice Status", "invoicestatus|status", true},
    [DATE] = {"Invoice Date", "invoicedate|date", true},
    [DUE] = {"Due Date", "duedate", false},
    [CUSTOMER] = {"Customer ID", "customerid|contactid", true},
    [REFERENCE] = {"PurchaseOrder", "purchaseorder|purchaseordernumber|ponumber|referencenumber", false},
    [CURRENCY] = {"Currency Code", "currencycode|currency", true},
    [INCLUSIVE] = {"Is Inclusive Tax", "isinclusivetax", false},
    [TOTAL] = {"Total", "total", true},
    [SHIPPING] = {"Shipping Charge", "shippingcharge", false},
    [ADJUSTMENT] = {"Adjustment", "adjustment", false},
    [NOTES] = {"Notes", "notes|customernotes", false},
    [TERMS] = {"Terms & Conditions", "termsconditions", false},
    [DISCOUNT_TYPE] = {"Discount Type", "discounttype", false},
    [WHOLE_PERCENT] = {"Entity Discount Percent", "entitydiscountpercent", false},
    [WHOLE_AMOUNT] = {"Entity Discount Amount", "entitydiscountamount", false},
    [ITEM] = {"Item Name", "itemname", true},
    [DESCRIPTION] = {"Item Desc", "itemdesc|itemdescription", false},
    [QUANTITY] = {"Quantity", "quantity", true},
    [UNIT] = {"Usage unit", "usageunit|unit", false},
    [PRICE] = {"Item Price", "itemprice|rate", true},
    [DISCOUNT] = {"Discount", "discount", false},
    [DISCOUNT_AMOUNT] = {"Discount Amount", "discountamount", false},
    [TAX] = {"Item Tax", "itemtax|itemtax1", false},
    [TAX_PERCENT] = {"Item Tax %", "itemtax%|itemtax1%", false},
};
static const struct import_path paths[] = {
    {"source", "Invoice ID"},
    {"customer_source", "Customer ID"},
    {"total", "Total"},
    {"document.number", "Invoice Number"},
    {"document.date", "Invoice Date"},
    {"document.due", "Due Date"},
    {"document.reference", "PurchaseOrder"},
    {"document.currency", "Currency Code"},
    {"document.notes", "Notes"},
    {"document.terms", "Terms & Conditions"},
    {"document.discount_percent", "Entity Discount Percent"},
    {"document.discount_amount", "Entity Discount Amount"},
    {"document.shipping", "Shipping Charge"},
    {"document.adjustment", "Adjustment"},
    {"document.lines.name", "Item Name"},
    {"document.lines.description", "Item Desc"},
    {"document.lines.quantity", "Quantity"},
    {"document.lines.unit", "Usage unit"},
    {"document.lines.price", "Item Price"},
    {"document.lines.discount_percent", "Discount"},
    {"document.lines.discount", "Discount Amount"},
    {"document.lines.tax_name", "Item Tax"},
    {"document.lines.tax_percent", "Item Tax %"},
    {"document.lines", "Item Name"},
    {NULL, NULL},
};

/* An invoice being gathered from its rows. */
struct gathered {
    struct zoho_row first;
    struct import_document in;
    struct document document;
    size_t n, capacity, line_capacity;
    size_t *part_lines;
    struct line *lines;
    bool bad;
};

static void map_line(struct gathered *g, struct zoho_row *z, const char *currency)
{
    struct line line = {
        .name = zoho_text(z, ITEM), .unit = zoho_text(z, UNIT), .tax_name = zoho_text(z, TAX)};
    struct money amount = {0, ""};
    line.description = zoho_lines(z, DESCRIPTION);
    if (!*line.name && *line.description) { /* Zoho lets a line be a description alone */
        line.name = arena_text(z->set->c->a, line.description, strcspn(line.description, "\n"));
        line.description = "";
    }
    if (!*table_cell(z->row, &z->places[QUANTITY]))
        zoho_wrong(z, QUANTITY, "is empty");
    if (!*table_cell(z->row, &z->places[PRICE]))
        zoho_wrong(z, PRICE, "is empty");
    zoho_decimal(z, QUANTITY, &line.quantity);
    zoho_decimal(z, PRICE, &line.price);
    zoho_decimal(z, TAX_PERCENT, &line.tax_percent);
    zoho_decimal(z, DISCOUNT, &line.discount_percent);
    zoho_amount(z, DISCOUNT_AMOUNT, currency, &amount);
    bool whole = zoho_is(z, DISCOUNT_TYPE, "entity_level");
    if (amount.amount && !whole) {
        line.discount = amount; /* what was taken off, to the cent */
        line.discount_percent = 0;
    } else if (whole) {
        line.discount_percent = 0;
    }
    GIVE(line, &line, quantity, line.quantity);
    if (g->n == g->capacity)
        g->lines = arena_grow(z->set->c->a, g->lines, &g->capacity, sizeof *g->lines);
    if (g->n == g->line_capacity)
        g->part_lines = arena_grow(z->set->c->a, g->part_lines, &g->line_capacity, sizeof *g->part_lines);
    g->part_lines[g->n] = z->row->line;
    g->lines[g->n++] = line;
}

static int state_of(struct zoho_row *z)
{
    if (zoho_is(z, STATUS, "draft"))
        return DOC_DRAFT;
    return zoho_is(z, STATUS, "void") ? DOC_VOID : DOC_OPEN;
}

static struct gathered *begin(struct zoho_row *z)
{
    struct gathered *g = arena_alloc(z->set->c->a, sizeof *g);
    struct document *d = &g->document;
    const char *currency = zoho_currency(z, CURRENCY);
    g->first = *z;
    g->in.customer_source = zoho_source(z, CUSTOMER);
    g->in.source = zoho_source_of(z, CUSTOMER, ID);
    g->in.document = d;
    d->number = zoho_text(z, NUMBER);
    d->state = state_of(z);
    d->currency = currency;
    d->reference = zoho_text(z, REFERENCE);
    d->notes = zoho_lines(z, NOTES);
    d->terms = zoho_lines(z, TERMS);
    if (!*table_cell(z->row, &z->places[DATE]))
        zoho_wrong(z, DATE, "is empty");
    zoho_day(z, DATE, &d->date);
    zoho_day(z, DUE, &d->due);
    zoho_amount(z, SHIPPING, currency, &d->shipping);
    zoho_amount(z, ADJUSTMENT, currency, &d->adjustment);
    zoho_decimal(z, WHOLE_PERCENT, &d->discount_percent);
    if (!d->discount_percent)
        zoho_amount(z, WHOLE_AMOUNT, currency, &d->discount_amount);
    GIVE(document, d, tax_inclusive, zoho_is(z, INCLUSIVE, "true"));
    if (!*table_cell(z->row, &z->places[TOTAL]))
        zoho_wrong(z, TOTAL, "is empty");
    zoho_amount(z, TOTAL, currency, &g->in.total);
    if (!*d->number)
        zoho_wrong(z, NUMBER, "is empty");
    return g;
}

/* What all rows of an invoice have to say alike. */
static void agree(struct gathered *g, struct zoho_row *z)
{
    static const int same[] = {NUMBER, CUSTOMER, CURRENCY, DATE, TOTAL, STATUS};
    for (size_t i = 0; i < sizeof same / sizeof *same; i++)
        if (strcmp(table_cell(z->row, &z->places[same[i]]), table_cell(g->first.row, &z->places[same[i]])) !=
            0)
            zoho_wrong(z, same[i], "differs from line %zu of the same invoice", g->first.row->line);
}

/* Is the customer one of the files', and in the invoice's currency? (Else the server has to know it.) */
static size_t customer_of(struct gathered *g)
{
    const struct import_file *customers = &g->first.set->files[IMPORT_CUSTOMERS];
    size_t place = import_find(customers->by_source, g->in.customer_source);
    if (place != SIZE_MAX && strcmp(customers->rows[place].currency, g->document.currency) != 0)
        zoho_wrong(&g->first, CURRENCY, "is %s, but the customer's is %s (line %zu of the contacts)",
                   g->document.currency, customers->rows[place].currency, customers->rows[place].line);
    return place;
}

static void finish(struct gathered *g)
{
    struct zoho_row *z = &g->first;
    struct import_file *file = z->file;
    struct import_row row = {
        .line = z->row->line,
        .source = g->in.source,
        .name = g->document.number,
        .state = g->document.state,
        .lines = (int64_t)g->n,
        .parts = g->n,
        .part_lines = g->part_lines,
        .amount = g->in.total.amount,
    };
    if (g->bad || z->bad)
        return;
    row.customer = customer_of(g);
    size_t twice = import_find(file->by_name, row.name);
    if (twice != SIZE_MAX)
        zoho_wrong(z, NUMBER, "is the number of another invoice in line %zu", file->rows[twice].line);
    g->document.lines = (struct line_list){g->n, g->lines};
    memcpy(row.currency, g->document.currency, sizeof row.currency);
    if (!z->bad)
        import_pack(z->set, file, shape_import_document(), &g->in, &row);
}

enum err zoho_invoices(struct import_set *set)
{
    struct import_file *file = &set->files[IMPORT_INVOICES];
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
        if (at == SIZE_MAX) {
            json_object_set_new(places_of, key, json_integer((json_int_t)n));
            all[at = n++] = begin(&z);
        } else {
            agree(all[at], &z);
        }
        map_line(all[at], &z, all[at]->document.currency);
        all[at]->bad |= z.bad;
    }
    for (size_t i = 0; i < n && !e; i++)
        finish(all[i]);
    json_decref(places_of);
    return e;
}
