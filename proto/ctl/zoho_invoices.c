/* Invoice.csv, and the files of retainer invoices and credit notes: one row per line; what belongs to the whole invoice is repeated on each. */
#include "common/text.h"
#include "proto/ctl/zoho_columns.h"
#include <string.h>

/* What the statuses mean that exports of several editions have, without blanks and hyphens. */
static const struct {
    const char *word;
    enum zoho_stand stand;
} statuses[] = {
    {"draft", ZOHO_DRAFT},       {"pendingapproval", ZOHO_DRAFT}, {"submitted", ZOHO_DRAFT},
    {"approved", ZOHO_DRAFT},    {"rejected", ZOHO_DRAFT},        {"void", ZOHO_VOID},
    {"voided", ZOHO_VOID},       {"cancelled", ZOHO_VOID},        {"canceled", ZOHO_VOID},
    {"sent", ZOHO_SENT},         {"viewed", ZOHO_SENT},           {"open", ZOHO_SENT},
    {"overdue", ZOHO_SENT},      {"unpaid", ZOHO_SENT},           {"partiallypaid", ZOHO_SENT},
    {"partlypaid", ZOHO_SENT},   {"partialpaid", ZOHO_SENT},      {"closed", ZOHO_SETTLED},
    {"paid", ZOHO_SETTLED},      {"drawn", ZOHO_SETTLED},         {"partiallydrawn", ZOHO_SETTLED},
    {"writeoff", ZOHO_GIVEN_UP}, {"writtenoff", ZOHO_GIVEN_UP},   {"", ZOHO_UNSAID},
};

static enum zoho_stand stand_of(struct zoho_row *z)
{
    const char *word = zoho_word(z, STATUS);
    for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++)
        if (strcmp(word, statuses[i].word) == 0)
            return statuses[i].stand;
    zoho_wrong(
        z, STATUS,
        "\"%.40s\" is no status that is known: draft, sent, viewed, overdue, unpaid, partially paid, paid, "
        "closed, void, cancelled, written off …",
        text_shown(z->set->c->a, zoho_cell(z, STATUS), false));
    return ZOHO_UNSAID;
}

/* What belongs to the whole, beside its lines. */
static void map_whole(struct zoho_invoice *g, struct zoho_row *z, const char *currency)
{
    struct document *d = &g->document;
    zoho_amount(z, SHIPPING, currency, &d->shipping);
    zoho_percent(z, SHIPPING_TAX_PERCENT, &d->shipping_tax_percent);
    if (!d->shipping.amount)
        d->shipping_tax_percent = 0;
    if (d->shipping_tax_percent)
        d->shipping_tax_name = zoho_text(z, SHIPPING_TAX);
    zoho_amount(z, ADJUSTMENT, currency, &d->adjustment);
    zoho_amount(z, ROUND_OFF, currency, &g->round_off);
    g->after_tax = *zoho_cell(z, BEFORE_TAX) && !zoho_yes(z, BEFORE_TAX);
    struct money off = {0, ""};
    int64_t percent = 0;
    if (!zoho_is(z, DISCOUNT_TYPE, "item_level")) {
        zoho_percent(z, WHOLE_PERCENT, &percent);
        zoho_amount_fine(z, WHOLE_AMOUNT, currency, &off, &g->rough);
    }
    if (g->after_tax) {
        g->off_after = off;
        g->percent_after = off.amount ? 0 : percent;
    } else if (percent) {
        d->discount_percent = percent;
        g->off = off;
    } else {
        d->discount_amount = off;
    }
    if (zoho_needs(z, TOTAL))
        zoho_amount(z, TOTAL, currency, &g->in.total);
    if (g->in.total.amount < 0 && g->kind != DOC_INVOICE)
        zoho_wrong(z, TOTAL, "is less than nothing");
    zoho_amount(z, BALANCE, currency, &g->balance);
    zoho_amount(z, GIVEN_UP, currency, &g->given_up);
    zoho_amount(z, CREDITED, currency, &g->credited);
    if (g->given_up.amount < 0)
        zoho_wrong(z, GIVEN_UP, "is less than nothing");
    if (g->credited.amount < 0)
        zoho_wrong(z, CREDITED, "is less than nothing");
    zoho_day(z, LAST_PAYMENT, &g->last_payment);
}

static struct zoho_invoice *begin(struct zoho_row *z, int kind)
{
    struct zoho_invoice *g = arena_alloc(z->set->c->a, sizeof *g);
    struct document *d = &g->document;
    const char *currency = zoho_currency(z, CURRENCY);
    g->in.customer_source = zoho_source(z, CUSTOMER);
    g->in.source = zoho_source_of(z, CUSTOMER, ID);
    if (*g->in.source && kind != DOC_INVOICE) /* each kind counts alone */
        g->in.source = arena_printf(z->set->c->a, "zoho:%s%s", zoho_paper_key(kind), g->in.source + 5);
    g->kind = d->kind = kind;
    g->in.document = d;
    d->number = zoho_text(z, NUMBER);
    g->stand = stand_of(z);
    d->currency = currency;
    d->customer_name = zoho_text(z, CUSTOMER_NAME); /* as it was then */
    d->customer_company = zoho_text(z, COMPANY);
    d->reference = zoho_text(z, REFERENCE);
    d->notes = zoho_lines(z, NOTES);
    d->terms = zoho_lines(z, TERMS);
    d->billing = zoho_address(z, B_ATTENTION);
    if (zoho_needs(z, DATE))
        zoho_day(z, DATE, &d->date);
    zoho_day(z, DUE, &d->due);
    if (d->due && d->due < d->date)
        import_note(z->set, "due before its date, kept as the file says", d->number);
    GIVE(document, d, tax_inclusive, zoho_yes(z, INCLUSIVE));
    (void)zoho_needs(z, NUMBER);
    g->first = *z;
    map_whole(g, &g->first, currency);
    return g;
}

/* Is the customer one of the files', and in the invoice's currency? (Else the server has to know it.) */
static size_t customer_of(struct zoho_invoice *g)
{
    const struct import_file *customers = &g->first.set->files[IMPORT_CUSTOMERS];
    size_t place = import_find(customers->by_source, g->in.customer_source);
    if (place != SIZE_MAX && *g->document.currency && *customers->rows[place].currency &&
        strcmp(customers->rows[place].currency, g->document.currency) != 0)
        zoho_wrong(&g->first, CURRENCY, "is %s, but the customer's is %s (line %zu of the contacts)",
                   g->document.currency, customers->rows[place].currency, customers->rows[place].line);
    return place;
}

static void turn_money(struct money *m)
{
    m->amount = -m->amount; /* far from where that can not be said */
}

/* An invoice of less than nothing is what a credit note is. */
static void turn(struct zoho_invoice *g)
{
    struct document *d = &g->document;
    struct money *all[] = {&d->discount_amount, &d->shipping,  &d->adjustment, &g->in.total,
                           &g->balance,         &g->off_after, &g->off,        &g->round_off};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        turn_money(all[i]);
    for (size_t i = 0; i < g->n; i++) {
        g->lines[i].price = -g->lines[i].price;
        turn_money(&g->lines[i].discount);
    }
    g->kind = d->kind = DOC_CREDIT_NOTE;
    d->due = 0;
    import_note(g->first.set, "an invoice of less than nothing came in as a credit note", d->number);
}

static void finish(struct zoho_invoice *g)
{
    struct zoho_row *z = &g->first;
    struct import_file *file = z->file;
    const struct import_file *from = NULL;
    if (g->kind == DOC_INVOICE && g->in.total.amount < 0 && !g->vague && !z->vague) {
        turn(g);
        from = file;
        file = &z->set->files[IMPORT_CREDIT_NOTES];
        file->paths = from->paths;
        file->leave_out = from->leave_out;
    }
    struct import_row row = {
        .line = z->row->line,
        .in = &g->in,
        .source = g->in.source,
        .name = g->document.number,
        .state = g->stand == ZOHO_DRAFT  ? DOC_DRAFT
                 : g->stand == ZOHO_VOID ? DOC_VOID
                                         : DOC_OPEN,
        .lines = g->n,
        .parts = g->n,
        .part_lines = g->part_lines,
        .from = from,
    };
    row.customer = customer_of(g);
    size_t twice = *row.name && *row.source ? import_find_number(file, row.name) : SIZE_MAX;
    size_t again = *row.source ? import_find(file->by_source, row.source) : SIZE_MAX;
    if (again != SIZE_MAX) /* two spellings of one key */
        zoho_wrong(z, ID, "is in line %zu already", file->rows[again].line);
    if (twice != SIZE_MAX)
        zoho_wrong(z, NUMBER, "is the number of another %s in line %zu", doc_noun(g->kind),
                   file->rows[twice].line);
    g->document.lines = (struct line_list){g->n, g->lines};
    g->document.state = row.state;
    g->bad |= z->bad;
    g->vague |= z->vague || !*row.source; /* which lines it has is not known without a key */
    if (!g->vague)
        zoho_total(g);
    memcpy(row.currency, g->document.currency, strlen(g->document.currency) + 1);
    row.amount = g->in.total.amount;
    row.bad = g->bad || z->bad;
    row.vague = g->vague;
    (void)import_add(z->set, file, &row);
}

/* What can not be judged while an amount of it is not known. */
static void leave_out(void *in)
{
    struct import_document *row = in;
    struct document *d = row->document;
    struct money none = {0, ""};
    row->total = row->balance = row->applied = row->written_off = row->settled = row->guessed = none;
    row->credited = row->gone = none;
    d->discount_amount = d->adjustment = none;
    d->discount_percent = 0;
    for (size_t i = 0; i < d->lines.n; i++)
        if (!d->lines.v[i].price || !d->lines.v[i].quantity) {
            d->lines.v[i].discount = none;
            d->lines.v[i].discount_percent = 0;
        }
}

struct zoho_invoice *zoho_invoice_of(const struct import_row *row)
{
    return (struct zoho_invoice *)((char *)row->in - offsetof(struct zoho_invoice, in));
}

/* Which invoice of the files a row of a credit note says it was used on, and how much. */
static void use(struct zoho_invoice *g, struct zoho_row *z)
{
    struct import_credit one = {.invoice = zoho_text(z, USED_ON)};
    g->about = g->about && *g->about ? g->about : zoho_text(z, ABOUT);
    zoho_amount(z, USED, g->document.currency, &one.amount);
    if (!*one.invoice)
        return;
    for (size_t i = 0; i < g->n_used; i++)
        if (strcmp(g->used[i].invoice, one.invoice) == 0)
            return; /* repeated on each line of the credit note */
    if (g->n_used == g->used_capacity)
        g->used = arena_grow(z->set->c->a, g->used, &g->used_capacity, sizeof *g->used);
    g->used[g->n_used++] = one;
}

enum err zoho_documents(struct import_set *set, int place, int kind, const char *path)
{
    static const int same[] = {NUMBER, CUSTOMER, CURRENCY, DATE, TOTAL, STATUS, BALANCE};
    struct import_file *file = &set->files[place];
    const struct table_column *columns;
    struct zoho_file from;
    const size_t n_columns = zoho_paper_columns(set->c->a, kind, &columns, &file->paths);
    file->leave_out = leave_out;
    enum err e = zoho_open(set, file, path, columns, n_columns, &from);
    if (e)
        return e;
    struct zoho_invoice **all = arena_alloc(set->c->a, file->table.n_rows * sizeof *all);
    size_t n = 0;
    json_t *places_of = json_object();
    for (size_t i = 0; i < file->table.n_rows; i++) {
        struct zoho_row z = zoho_row(&from, i);
        const char *key = zoho_cell(&z, ID);
        size_t at = *key ? import_find(places_of, key) : SIZE_MAX;
        if (at == SIZE_MAX) {
            json_object_set_new(places_of, key, json_integer((json_int_t)n));
            all[at = n++] = begin(&z, kind);
        } else {
            zoho_agree(&z, all[at]->first.row, same, sizeof same / sizeof *same, doc_noun(kind));
        }
        if (kind == DOC_CREDIT_NOTE)
            use(all[at], &z);
        zoho_line(all[at], &z, all[at]->document.currency);
        all[at]->bad |= z.bad;
        all[at]->vague |= z.vague;
    }
    for (size_t i = 0; i < n; i++)
        finish(all[i]);
    json_decref(places_of);
    return OK;
}
