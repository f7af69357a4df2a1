/* What credit was used for, and what of it was given back: a file of each, one row per use or refund; and what the rows of a credit note say
 * of it themselves. A use names one invoice, and out of what it was: a credit note, a retainer invoice, or what was left of a payment. */
#include "common/text.h"
#include "proto/ctl/zoho_invoices.h"
#include <string.h>

enum {
    ID,
    CREDIT_NOTE,
    RETAINER,
    PAYMENT,
    CUSTOMER,
    CURRENCY,
    AMOUNT,
    INVOICE,
    USES, /* columns of a use */
    DATE = INVOICE,
    MODE,
    REFERENCE,
    REASON,
    REFUNDS, /* columns of a refund */
};
#define OUT_OF                                                                                      \
    [CREDIT_NOTE] = {"Credit Note Number", "creditnotenumber|creditnote#", false, false},           \
    [RETAINER] = {"Retainer Invoice Number", "retainerinvoicenumber|retainernumber", false, false}, \
    [PAYMENT] = {"Payment Number", "paymentnumber|customerpaymentnumber", false, false},            \
    [CUSTOMER] = {"Customer ID", "customerid|contactid", false, false},                             \
    [CURRENCY] = {"Currency Code", "currencycode|currency", false, false}
static const struct table_column use_columns[USES] = {
    [ID] = {"Credit Applied ID", "creditappliedid|creditnoteinvoiceid|creditnotesinvoiceid", false, false},
    OUT_OF,
    [AMOUNT] = {"Amount Applied", "amountapplied|amountappliedtoinvoice|appliedamount|amount|creditsapplied",
                true, true},
    [INVOICE] = {"Invoice Number", "invoicenumber|appliedinvoicenumber", true, false},
};
static const struct table_column refund_columns[REFUNDS] = {
    [ID] = {"Refund ID", "refundid|creditnoterefundid|creditnotesrefundid|paymentrefundid", false, false},
    OUT_OF,
    [AMOUNT] = {"Amount", "amount|refundamount|refundedamount|amountrefunded", true, true},
    [DATE] = {"Date", "date|refunddate|refundedon", true, false},
    [MODE] = {"Refund Mode", "refundmode|mode|paymentmode", false, false},
    [REFERENCE] = {"Reference Number", "referencenumber|reference#|reference", false, false},
    [REASON] = {"Description", "description|notes|reason", false, false},
};
static const struct import_path use_paths[] = {
    {"source", "Invoice Number"},
    {"customer_source", "Customer ID"},
    {"of", "Credit Note Number"},
    {"number", "Credit Note Number"},
    {"invoice", "Invoice Number"},
    {"amount", "Amount Applied"},
    {NULL, NULL},
};
static const struct import_path refund_paths[] = {
    {"source", "Refund ID"},      {"customer_source", "Customer ID"},
    {"of", "Credit Note Number"}, {"number", "Credit Note Number"},
    {"amount", "Amount"},         {"date", "Date"},
    {"mode", "Refund Mode"},      {"reference", "Reference Number"},
    {"reason", "Description"},    {NULL, NULL},
};

/* What a row is out of. */
struct out_of {
    int of; /* enum subject; 0: it is not said */
    const char *number, *customer_source, *currency;
    struct import_row *row; /* of the files; NULL: the server has to know it */
    struct money amount;
};

static const char *word_of(int of)
{
    return of == SUBJECT_RETAINER ? "retainer" : of == SUBJECT_PAYMENT ? "payment" : "credit note";
}

/* Whose, and in what: as the row says it, or what it comes out of. */
static const char *customer_source_of(const struct out_of *o)
{
    if (o->of == SUBJECT_PAYMENT)
        return ((const struct import_payment *)o->row->in)->customer_source;
    return zoho_invoice_of(o->row)->in.customer_source;
}

static struct out_of out_of(struct zoho_row *z)
{
    static const int places[] = {CREDIT_NOTE, RETAINER, PAYMENT},
                     subjects[] = {SUBJECT_CREDIT_NOTE, SUBJECT_RETAINER, SUBJECT_PAYMENT};
    struct out_of o = {.number = "", .customer_source = "", .currency = ""};
    for (size_t i = 0; i < 3; i++) {
        const char *number = zoho_text(z, places[i]);
        if (*number && o.of)
            zoho_wrong(z, places[i],
                       "stands beside a number of another kind: one of them says what it is out of");
        if (!*number || o.of)
            continue;
        o.of = subjects[i];
        o.number = number;
        o.row = import_credit_row(z->set, o.of, number);
    }
    if (!o.of)
        (void)zoho_needs(z, CREDIT_NOTE);
    if (o.row)
        o.customer_source = customer_source_of(&o);
    if (*zoho_cell(z, CUSTOMER)) {
        const char *said = zoho_source(z, CUSTOMER);
        if (o.row && strcmp(said, o.customer_source) != 0)
            zoho_wrong(z, CUSTOMER, "is not the customer of %s %.40s", word_of(o.of), o.number);
        o.customer_source = said;
    }
    if (o.of && !*o.customer_source)
        (void)zoho_needs(z, CUSTOMER);
    if (*zoho_cell(z, CURRENCY) || !o.row)
        o.currency = zoho_currency(z, CURRENCY);
    if (o.row && *o.currency && o.row->currency[0] && strcmp(o.currency, o.row->currency) != 0)
        zoho_wrong(z, CURRENCY, "is not the one of %s %.40s, %s", word_of(o.of), o.number, o.row->currency);
    if (o.row && !*o.currency)
        o.currency = o.row->currency;
    if (zoho_needs(z, AMOUNT))
        zoho_amount(z, AMOUNT, o.currency, &o.amount);
    if (o.amount.currency[0] && o.amount.amount <= 0)
        zoho_wrong(z, AMOUNT, "is not more than nothing");
    return o;
}

/* What is left of it in the files is not less than that. */
static void spend(struct zoho_row *z, const struct out_of *o)
{
    struct import_row *row = o->row;
    int64_t *used, all;
    if (!row || row->vague || z->bad)
        return;
    if (o->of != SUBJECT_PAYMENT && row->state != DOC_OPEN) {
        zoho_wrong(z, o->of == SUBJECT_RETAINER ? RETAINER : CREDIT_NOTE,
                   "%.40s is a draft or void: there is no credit of it", o->number);
        return;
    }
    used = o->of == SUBJECT_CREDIT_NOTE ? &row->applied : &row->spent;
    all = o->of == SUBJECT_PAYMENT ? row->amount - row->applied - row->in_advance : row->amount;
    if (o->amount.amount > all - *used)
        zoho_wrong(z, AMOUNT, "is more than is left of %s %.40s", word_of(o->of), o->number);
    else
        *used += o->amount.amount;
}

static struct import_row row_of(const struct import_set *set, size_t line, const struct out_of *o)
{
    struct import_row row = {.line = line,
                             .name = o->number,
                             .customer =
                                 import_find(set->files[IMPORT_CUSTOMERS].by_source, o->customer_source),
                             .amount = o->amount.amount};
    memcpy(row.currency, o->currency, strlen(o->currency) + 1);
    return row;
}

/* --- uses -------------------------------------------------------------------------------------------------------------------------- */
/* The invoice of the files that it settles: the same customer, the same currency, and no more than is left of its total. Why not; NULL:
 * it can. */
static const char *use_on(struct import_row *invoice, const struct out_of *o)
{
    const struct zoho_invoice *of = zoho_invoice_of(invoice);
    if (strcmp(of->in.customer_source, o->customer_source) != 0)
        return "is another customer's";
    if (strcmp(invoice->currency, o->currency) != 0)
        return "is in another currency";
    if (invoice->state != DOC_OPEN)
        return "is a draft or void: nothing can be settled of it";
    if (!of->vague && o->amount.amount > invoice->amount - invoice->applied)
        return "has less that is due than that";
    invoice->applied += o->amount.amount;
    return NULL;
}

/* Under a key of its own: of what, and of which invoice. */
static void add_use(struct import_set *set, size_t line, const struct out_of *o, const char *invoice,
                    bool bad)
{
    struct arena *a = set->c->a;
    struct import_file *file = &set->files[IMPORT_CREDITS];
    struct import_row row = row_of(set, line, o);
    struct import_credit *in = arena_alloc(a, sizeof *in);
    *in = (struct import_credit){.customer_source = o->customer_source,
                                 .of = o->of,
                                 .number = o->number,
                                 .invoice = invoice,
                                 .amount = o->amount};
    in->source =
        arena_printf(a, "zoho:%s/%s/%s", word_of(o->of), text_fold(a, o->number), text_fold(a, invoice));
    size_t place = import_find(file->by_source, in->source);
    if (place != SIZE_MAX) { /* used on it on another day, too */
        struct import_row *before = &file->rows[place];
        struct import_credit *was = before->in;
        before->bad |= bad;
        was->amount.amount += o->amount.amount;
        before->amount += o->amount.amount;
        return;
    }
    row.in = in;
    row.source = in->source;
    row.bad = bad;
    (void)import_add(set, file, &row);
}

enum err zoho_credits(struct import_set *set)
{
    struct import_file *file = &set->files[IMPORT_CREDITS];
    struct zoho_file from;
    file->paths = use_paths;
    enum err e = zoho_open(set, file, set->c->credits_applied, use_columns, USES, &from);
    for (size_t i = 0; !e && i < file->table.n_rows; i++) {
        struct zoho_row z = zoho_row(&from, i);
        struct out_of o = out_of(&z);
        const char *number = zoho_text(&z, INVOICE), *why = NULL;
        struct import_row *invoice = import_invoice_row(set, number);
        (void)zoho_needs(&z, INVOICE);
        spend(&z, &o);
        if (invoice && !z.bad)
            why = use_on(invoice, &o);
        if (why)
            zoho_wrong(&z, INVOICE, "%.40s %s", number, why);
        if (o.of)
            add_use(set, z.row->line, &o, number, z.bad);
    }
    return e;
}

/* Of that invoice, what it needs and the credit note has, at most so much. */
static void imply(struct import_set *set, struct import_row *note, const char *number, int64_t most)
{
    const struct zoho_invoice *g = zoho_invoice_of(note);
    struct import_row *invoice = import_invoice_row(set, number);
    if (!invoice || invoice->bad || invoice->state != DOC_OPEN)
        return;
    int64_t room = zoho_unexplained(invoice);
    struct out_of o = {.of = SUBJECT_CREDIT_NOTE,
                       .number = note->name,
                       .customer_source = g->in.customer_source,
                       .currency = note->currency,
                       .row = note,
                       .amount = money_of(most < room ? most : room, note->currency)};
    if (o.amount.amount <= 0 || use_on(invoice, &o))
        return;
    note->applied += o.amount.amount;
    add_use(set, note->line, &o, number, false);
}

/* A credit note that says which invoice it was used on, or is about, and of which less is left than the files explain. */
static void imply_all(struct import_set *set, struct import_row *note)
{
    struct zoho_invoice *g = zoho_invoice_of(note);
    bool said = g->balance.currency[0] || g->stand == ZOHO_SETTLED;
    for (size_t i = 0; i < g->n_used; i++) {
        int64_t gone = note->amount - note->applied - (said ? g->balance.amount : 0);
        int64_t most = g->used[i].amount.currency[0] ? g->used[i].amount.amount : said ? gone : 0;
        imply(set, note, g->used[i].invoice, most < gone ? most : gone);
    }
    if (!g->n_used && g->about && *g->about && said)
        imply(set, note, g->about, note->amount - note->applied - g->balance.amount);
}

void zoho_credits_implied(struct import_set *set)
{
    struct import_file *notes = &set->files[IMPORT_CREDIT_NOTES], *file = &set->files[IMPORT_CREDITS];
    for (size_t i = 0; i < notes->n; i++)
        if (!notes->rows[i].bad && notes->rows[i].state == DOC_OPEN)
            imply_all(set, &notes->rows[i]);
    if (!file->table.path && file->n) { /* said by the credit notes' own rows */
        file->paths = use_paths;
        file->table.path = notes->table.path;
    }
    for (size_t i = 0; i < file->n; i++)
        import_pack(set, file, &file->rows[i]);
}

/* --- refunds ----------------------------------------------------------------------------------------------------------------------- */
/* A file without keys: what it is out of, when and how much, and which of such that are alike. */
static const char *key_of(struct import_set *set, struct zoho_row *z, const struct out_of *o)
{
    struct arena *a = set->c->a;
    const struct import_file *file = &set->files[IMPORT_REFUNDS];
    if (*zoho_cell(z, ID))
        return arena_printf(a, "zoho:%s", zoho_text(z, ID));
    const char *key = NULL;
    for (int n = 1; !key || import_find(file->by_source, key) != SIZE_MAX; n++)
        key = arena_printf(a, "zoho:%s/%s/%.10s/%lld/%d", word_of(o->of), text_fold(a, o->number),
                           zoho_cell(z, DATE), (long long)o->amount.amount, n);
    return key;
}

enum err zoho_refunds(struct import_set *set)
{
    struct import_file *file = &set->files[IMPORT_REFUNDS];
    struct zoho_file from;
    file->paths = refund_paths;
    enum err e = zoho_open(set, file, set->c->refunds, refund_columns, REFUNDS, &from);
    for (size_t i = 0; !e && i < file->table.n_rows; i++) {
        struct zoho_row z = zoho_row(&from, i);
        struct out_of o = out_of(&z);
        struct import_refund *in = arena_alloc(set->c->a, sizeof *in);
        spend(&z, &o);
        *in = (struct import_refund){.source = key_of(set, &z, &o),
                                     .customer_source = o.customer_source,
                                     .of = o.of,
                                     .number = o.number,
                                     .amount = o.amount,
                                     .mode = zoho_mode(&z, MODE),
                                     .reference = zoho_text(&z, REFERENCE),
                                     .reason = zoho_lines(&z, REASON)};
        if (zoho_needs(&z, DATE))
            zoho_day(&z, DATE, &in->date);
        size_t twice = import_find(file->by_source, in->source);
        if (twice != SIZE_MAX)
            zoho_wrong(&z, ID, "is in line %zu already", file->rows[twice].line);
        struct import_row row = row_of(set, z.row->line, &o);
        row.in = in;
        row.source = in->source;
        row.bad = z.bad;
        if (o.of)
            import_pack(set, file, import_add(set, file, &row));
    }
    return e;
}
