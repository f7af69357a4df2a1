/* Customer_Payment.csv: one row per invoice that a payment settles; the payment itself is repeated on each. */
#include "common/text.h"
#include "proto/ctl/zoho_invoices.h"
#include <string.h>

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
    TYPE,
    APPLIED,
    EARLY,
    WITHHELD,
    INVOICE,
    COLUMNS,
};
static const struct table_column columns[COLUMNS] = {
    [ID] = {"CustomerPayment ID", "customerpaymentid|paymentid", true, false},
    [NUMBER] = {"Payment Number", "paymentnumber", true, false},
    [MODE] = {"Mode", "mode|paymentmode", false, false},
    [CUSTOMER] = {"CustomerID", "customerid|contactid", true, false},
    [NOTES] = {"Description", "description|notes", false, false},
    [AMOUNT] = {"Amount", "amount|paymentamount", true, true},
    [UNUSED] = {"Unused Amount", "unusedamount", false, true},
    [REFERENCE] = {"Reference Number", "referencenumber|reference", false, false},
    [CURRENCY] = {"Currency Code", "currencycode|currency", true, false},
    [DATE] = {"Date", "date|paymentdate", true, false},
    [STATUS] = {"Payment Status", "paymentstatus", false, false},
    [APPLIED] = {"Amount Applied to Invoice", "amountappliedtoinvoice|amountapplied", true, true},
    [TYPE] = {"Payment Type", "paymenttype", false, false},
    [EARLY] = {"Early Payment Discount", "earlypaymentdiscount", false, true},
    [WITHHELD] = {"Withholding Tax Amount",
                  "withholdingtaxamount|taxamountwithheld|withholdingtax|taxwithheld", false, true},
    [INVOICE] = {"Invoice Number", "invoicenumber", true, false},
};
static const struct import_path paths[] = {
    {"source", "CustomerPayment ID"},
    {"own_key", "CustomerPayment ID"},
    {"customer_source", "CustomerID"},
    {"payment.number", "Payment Number"},
    {"payment.amount", "Amount"},
    {"payment.date", "Date"},
    {"payment.reference", "Reference Number"},
    {"payment.notes", "Description"},
    {"payment.mode", "Mode"},
    {"parts.number", "Invoice Number"},
    {"parts.amount", "Amount Applied to Invoice"},
    {"parts.written_off", "Withholding Tax Amount"},
    {"parts", "Invoice Number"},
    {"payment", "Amount"},
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
    struct import_part *parts;
    int64_t settled;
    int64_t in_advance; /* of `settled`: of retainer invoices */
    const char *currency;
    bool bad;
    bool vague; /* an amount of it could not be read */
    bool over;  /* it was said that its parts are more than it is */
};

int zoho_mode(struct zoho_row *z, int column)
{
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++)
        if (zoho_is(z, column, modes[i].word))
            return modes[i].mode;
    return MODE_OTHER;
}

static struct gathered *begin(struct zoho_row *z)
{
    struct gathered *g = arena_alloc(z->set->c->a, sizeof *g);
    struct payment *p = &g->payment;
    const char *currency = g->currency = zoho_currency(z, CURRENCY);
    g->in.customer_source = zoho_source(z, CUSTOMER);
    g->in.source = zoho_source_of(z, CUSTOMER, ID);
    g->in.own_key = zoho_text(z, ID);
    g->in.payment = p;
    p->number = zoho_text(z, NUMBER);
    p->mode = zoho_mode(z, MODE);
    if (p->mode == MODE_OTHER && *zoho_text(z, MODE))
        p->method = zoho_text(z, MODE);
    p->reference = zoho_text(z, REFERENCE);
    p->notes = zoho_lines(z, NOTES);
    if (zoho_needs(z, DATE))
        zoho_day(z, DATE, &p->date);
    if (zoho_needs(z, AMOUNT))
        zoho_amount(z, AMOUNT, currency, &p->amount);
    zoho_amount(z, UNUSED, currency, &g->unused);
    if (p->amount.currency[0] && p->amount.amount <= 0)
        zoho_wrong(z, AMOUNT, "is not more than nothing");
    g->first = *z;
    return g;
}

/* What a part settles without money is written off with it. It explains a part of what the invoice's balance says (of: NULL when it is
 * not in the files). */
static void without_money(struct zoho_row *z, struct zoho_invoice *of, const char *currency,
                          struct import_part *part)
{
    int64_t sum;
    struct money early = {0, ""}, withheld = {0, ""};
    zoho_amount(z, EARLY, currency, &early);
    zoho_amount(z, WITHHELD, currency, &withheld);
    if (early.amount < 0)
        zoho_wrong(z, EARLY, "is less than nothing");
    if (withheld.amount < 0)
        zoho_wrong(z, WITHHELD, "is less than nothing");
    if (early.amount < 0 || withheld.amount < 0)
        return;
    if (money_add(early.amount, withheld.amount, &sum) != OK ||
        (of && (money_add(of->early, early.amount, &of->early) != OK ||
                money_add(of->withheld, withheld.amount, &of->withheld) != OK))) {
        zoho_wrong(z, WITHHELD, "the sum is larger than can be kept exactly");
        return;
    }
    if (!sum)
        return;
    part->written_off = money_of(sum, currency);
    part->reason = !early.amount      ? "withholding tax"
                   : !withheld.amount ? "early payment discount"
                                      : "withholding tax and early payment discount";
    if (!of && *part->number)
        import_note(z->set, arena_printf(z->set->c->a, "%s is written off beside the payment", part->reason),
                    part->number);
}

/* The invoice of the files that a part settles: the same customer, the same currency, and no more than its total in all. */
static void settle(struct gathered *g, struct zoho_row *z, const struct import_part *part,
                   struct import_row *invoice)
{
    const struct import_file *customers = &z->set->files[IMPORT_CUSTOMERS];
    struct zoho_invoice *of = zoho_invoice_of(invoice);
    bool known = part->amount.currency[0] && part->amount.amount > 0,
         same = strcmp(invoice->currency, g->currency) == 0;
    if (*g->in.customer_source && *of->in.customer_source &&
        (invoice->customer != import_find(customers->by_source, g->in.customer_source) ||
         strcmp(of->in.customer_source, g->in.customer_source) != 0))
        zoho_wrong(z, CUSTOMER, "is not the customer of invoice %.40s", part->number);
    if (*g->currency && invoice->currency[0] && !same)
        zoho_wrong(z, CURRENCY, "is not the invoice's, %s", invoice->currency);
    if (invoice->state != DOC_OPEN)
        zoho_wrong(z, INVOICE, "%.40s is a draft or void: nothing can be paid on it", part->number);
    if (!known) /* neither is what is left of its invoice */
        of->unreadable_payment = true;
    else if (same && invoice->state == DOC_OPEN && !of->vague &&
             part->amount.amount > invoice->amount - invoice->applied)
        zoho_wrong(z, APPLIED, "is more than is due on invoice %.40s", part->number);
    else if (same && money_add(invoice->applied, part->amount.amount, &invoice->applied) != OK)
        zoho_wrong(z, APPLIED, "is more than can be due on invoice %.40s", part->number);
}

static void add_part(struct gathered *g, struct zoho_row *z, struct import_part part)
{
    struct arena *a = z->set->c->a;
    if (g->n == g->capacity)
        g->parts = arena_grow(a, g->parts, &g->capacity, sizeof *g->parts);
    if (g->n == g->line_capacity)
        g->part_lines = arena_grow(a, g->part_lines, &g->line_capacity, sizeof *g->part_lines);
    g->part_lines[g->n] = z->row->line;
    g->parts[g->n++] = part;
    bool more = money_add(g->settled, part.amount.amount, &g->settled) != OK ||
                g->settled > g->payment.amount.amount; /* which can be kept exactly */
    if (g->vague || z->vague || g->over || !more)
        return;
    g->over = true;
    zoho_wrong(z, APPLIED, "the parts are more than the payment");
}

static void map_part(struct gathered *g, struct zoho_row *z)
{
    struct import_part part = {.number = zoho_text(z, INVOICE)};
    struct import_row *settles = import_invoice_row(z->set, part.number);
    if (!settles && strncmp(zoho_word(z, TYPE), "retainer", 8) == 0) {
        part.retainer = true;
        settles = import_settled_row(z->set, &part);
        part.or_credit = !settles; /* else it comes, or it is a fault */
    }
    zoho_amount(z, APPLIED, g->currency, &part.amount);
    without_money(z, settles ? zoho_invoice_of(settles) : NULL, g->currency, &part);
    if (!*part.number && part.amount.amount == 0)
        return; /* all of it is unused */
    if (!*part.number)
        (void)zoho_needs(z, INVOICE);
    if (part.amount.amount <= 0 && !z->vague)
        zoho_wrong(z, APPLIED, "is not more than nothing");
    if (settles) /* else the server has to know it */
        settle(g, z, &part, settles);
    if (part.retainer && money_add(g->in_advance, part.amount.amount, &g->in_advance) != OK)
        zoho_wrong(z, APPLIED, "is more than the payment");
    add_part(g, z, part);
}

/* An amount that is not known: one with which the rest can be looked at. */
static void leave_out(void *in)
{
    struct import_payment *row = in;
    struct payment *p = row->payment;
    const char *currency = p->amount.currency[0] ? p->amount.currency : "EUR";
    int64_t sum = 1;
    for (size_t i = 0; i < row->parts.n; i++) {
        row->parts.v[i].amount = money_of(1, currency);
        row->parts.v[i].written_off = (struct money){0, ""};
        sum++;
    }
    p->amount = money_of(sum, currency);
}

/* A customer has no two payments of one number, and no two payments have one key: the server sees a batch at a time. */
static void check_twice(struct gathered *g, const struct import_row *row, json_t *numbers)
{
    struct zoho_row *z = &g->first;
    struct arena *a = z->set->c->a;
    const struct import_file *customers = &z->set->files[IMPORT_CUSTOMERS];
    const struct import_row *customer = row->customer == SIZE_MAX ? NULL : &customers->rows[row->customer];
    size_t twice = *row->source ? import_find(z->file->by_source, row->source) : SIZE_MAX;
    if (twice != SIZE_MAX)
        zoho_wrong(z, ID, "is in line %zu already", z->file->rows[twice].line);
    if (customer && *g->currency && *customer->currency && strcmp(g->currency, customer->currency) != 0)
        zoho_wrong(z, CURRENCY, "is %s, but the customer's is %s (line %zu of the contacts)", g->currency,
                   customer->currency, customer->line);
    if (!*row->name)
        return;
    const char *key = arena_printf(a, "%s\n%s", g->in.customer_source, text_fold(a, row->name));
    twice = import_find(numbers, key);
    if (twice != SIZE_MAX)
        zoho_wrong(z, NUMBER, "is the number of another payment of this customer in line %zu", twice);
    else
        json_object_set_new(numbers, key, json_integer((json_int_t)row->line));
}

static void finish(struct gathered *g, json_t *numbers)
{
    struct zoho_row *z = &g->first;
    struct import_row row = {
        .line = z->row->line,
        .in = &g->in,
        .source = g->in.source,
        .name = g->payment.number,
        .customer = import_find(z->set->files[IMPORT_CUSTOMERS].by_source, g->in.customer_source),
        .amount = g->payment.amount.amount,
        .applied = g->settled - g->in_advance,
        .in_advance = g->in_advance,
        .parts = g->n,
        .part_lines = g->part_lines,
    };
    memcpy(row.currency, g->payment.amount.currency, sizeof row.currency);
    check_twice(g, &row, numbers);
    g->bad |= z->bad;
    g->vague |= z->vague;
    if (!g->vague && !g->over && z->places[UNUSED].n && g->unused.currency[0] &&
        g->unused.amount != row.amount - g->settled)
        zoho_wrong(z, UNUSED, "amount less what is applied to invoices is something else");
    g->in.parts = (struct import_part_list){g->n, g->parts};
    if (g->over && !g->vague) /* that was told: so that the parts are looked at all the same */
        g->payment.amount.amount = g->settled;
    row.bad = g->bad || z->bad;
    row.vague = g->vague;
    import_pack(z->set, z->file, import_add(z->set, z->file, &row));
}

/* What never arrived is no payment. */
static bool came_to_nothing(struct zoho_row *z)
{
    static const char *const arrived[] = {"",          "paid",    "success", "succeeded",
                                          "completed", "cleared", "closed"};
    static const char *const never[] = {"void",      "voided",   "draft",    "failed",  "failure",
                                        "cancelled", "canceled", "declined", "pending", "initiated"};
    const char *word = zoho_word(z, STATUS);
    for (size_t i = 0; i < sizeof never / sizeof *never; i++)
        if (strcmp(word, never[i]) == 0)
            return true;
    for (size_t i = 0; i < sizeof arrived / sizeof *arrived; i++)
        if (strcmp(word, arrived[i]) == 0)
            return false;
    zoho_wrong(z, STATUS, "\"%.40s\" is no status of a payment that is known: paid, void, failed, draft …",
               text_shown(z->set->c->a, zoho_cell(z, STATUS), false));
    return false;
}

enum err zoho_payments(struct import_set *set)
{
    static const int same[] = {NUMBER, CUSTOMER, CURRENCY, DATE, AMOUNT};
    struct import_file *file = &set->files[IMPORT_PAYMENTS];
    struct zoho_file from;
    file->paths = paths;
    file->leave_out = leave_out;
    enum err e = zoho_open(set, file, set->c->payments, columns, COLUMNS, &from);
    if (e)
        return e;
    struct gathered **all = arena_alloc(set->c->a, file->table.n_rows * sizeof *all);
    size_t n = 0;
    json_t *places_of = json_object(), *numbers = json_object();
    for (size_t i = 0; i < file->table.n_rows; i++) {
        struct zoho_row z = zoho_row(&from, i);
        const char *key = zoho_cell(&z, ID);
        size_t at = *key ? import_find(places_of, key) : SIZE_MAX;
        if (came_to_nothing(&z)) {
            file->skipped++;
            continue;
        }
        if (at == SIZE_MAX) {
            json_object_set_new(places_of, key, json_integer((json_int_t)n));
            all[at = n++] = begin(&z);
        } else {
            zoho_agree(&z, all[at]->first.row, same, sizeof same / sizeof *same, "payment");
        }
        map_part(all[at], &z);
        all[at]->bad |= z.bad;
        all[at]->vague |= z.vague;
    }
    for (size_t i = 0; i < n; i++)
        finish(all[i], numbers);
    json_decref(numbers);
    json_decref(places_of);
    return OK;
}
