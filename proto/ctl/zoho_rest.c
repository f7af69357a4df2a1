/* What the invoices' file says is still owed on each, against what the payments of the files settle. What is left between is booked as
 * what it was, or the invoice is refused: it never stays open where the source says that it is not.
 *
 *   withholding tax, early payment discount   as the payments' columns say: with their parts, so that it is the same whenever they come
 *   credited                                  as the column Credits Applied says
 *   written off                               as the column WriteOff Amount says, or where there is none, what is left where the
 *                                             status says it: payments that come later take the place of that
 *   paid                                      what is left: one payment without a file. The real ones take its place when they come.
 *                                             A file of payments that does not explain it may be one of several
 *
 * All but the last is written off with a reason in words; the last is a payment that says what it is. */
#include "proto/ctl/zoho_columns.h"
#include <string.h>

struct rest {
    struct import_set *set;
    struct zoho_invoice *g;
    struct import_row *row;
    int64_t left; /* not explained yet */
    const char *reason;
};

static const char *amount_text(const struct zoho_invoice *g, int64_t amount)
{
    char text[MONEY_TEXT];
    const char *currency = g->document.currency;
    return arena_printf(g->first.set->c->a, "%s %s", money_plain(text, amount, currency_digits(currency)),
                        currency);
}

static void book(struct rest *r, const char *as, int64_t amount)
{
    char text[MONEY_TEXT];
    const char *currency = r->g->document.currency;
    json_t *one = json_object();
    json_object_set_new(one, "invoice", json_string(r->g->document.number));
    json_object_set_new(one, "as", json_string(as));
    json_object_set_new(one, "amount", json_string(money_plain(text, amount, currency_digits(currency))));
    json_object_set_new(one, "currency", json_string(currency));
    json_array_append_new(r->set->booked, one);
    r->row->other += amount;
    r->left -= amount;
}

/* Explains up to `most` of the rest by what stands in payments' rows, and comes with them. */
static int64_t beside_payments(struct rest *r, const char *as, int64_t most)
{
    int64_t amount = most < r->left ? most : r->left;
    if (amount <= 0)
        return 0;
    book(r, as, amount);
    return amount;
}

/* Explains up to `most` of the rest; it is written off with that reason. Returns how much. */
static int64_t write_off(struct rest *r, const char *as, int64_t most)
{
    int64_t amount = most < r->left ? most : r->left;
    if (amount <= 0)
        return 0;
    struct import_document *in = &r->g->in;
    in->written_off = money_of(in->written_off.amount + amount, r->g->document.currency);
    r->reason = arena_printf(r->set->c->a, "%s%s%s %s", r->reason, *r->reason ? ", " : "", as,
                             amount_text(r->g, amount));
    book(r, as, amount);
    return amount;
}

static void explain(struct rest *r)
{
    struct zoho_invoice *g = r->g;
    g->beside = beside_payments(r, "withholding tax", g->withheld) +
                beside_payments(r, "early payment discount", g->early);
    g->in.credited = money_of(write_off(r, "credited", g->credited.amount), g->document.currency);
    (void)write_off(r, "written off", g->given_up.amount);
    if (g->stand == ZOHO_GIVEN_UP && !g->given_up.amount)
        g->in.guessed = money_of(write_off(r, "written off", r->left), g->document.currency);
    if (r->left) {
        g->in.settled = money_of(r->left, g->document.currency);
        g->in.settled_on = g->last_payment;
        book(r, "paid, in no file", r->left);
    }
    if (*r->reason)
        g->document.reason = arena_printf(r->set->c->a, "As the imported file says: %s", r->reason);
}

/* What the file says is due: by its balance, else by its status. false: it says nothing. */
static bool due_of(struct zoho_invoice *g, int64_t *due)
{
    struct zoho_row *z = &g->first;
    bool said = g->balance.currency[0] != '\0', none = g->stand == ZOHO_SETTLED || g->stand == ZOHO_GIVEN_UP;
    *due = said ? g->balance.amount : 0;
    if (g->stand == ZOHO_GIVEN_UP)
        *due = 0; /* some editions leave what was given up in the balance */
    else if (said && none && *due)
        zoho_wrong(z, BALANCE, "says that %s is due, but the status is \"%.20s\"", amount_text(g, *due),
                   zoho_cell(z, STATUS));
    return said || none;
}

int64_t zoho_unexplained(struct import_row *row)
{
    struct zoho_invoice *g = zoho_invoice_of(row);
    bool none = g->stand == ZOHO_SETTLED || g->stand == ZOHO_GIVEN_UP;
    if (!none && !g->balance.currency[0])
        return 0; /* nothing says what is due */
    return row->amount - row->applied - g->withheld - g->early - (none ? 0 : g->balance.amount);
}

/* A credit note: what is not left, and nothing in the files says where it went, is taken for given back. */
static void rest_of_credit_note(struct import_set *set, struct import_row *row)
{
    struct zoho_invoice *g = zoho_invoice_of(row);
    const char *currency = g->document.currency;
    bool said = g->balance.currency[0] || g->stand == ZOHO_SETTLED;
    int64_t left = g->balance.amount, gone = row->amount - row->applied - left;
    g->in.about = g->about;
    if (row->bad || !g->in.total.currency[0])
        return;
    if (g->stand == ZOHO_UNSAID)
        zoho_wrong(&g->first, STATUS, "is empty, and nothing else says whether it was sent");
    else if (said && left < 0)
        zoho_wrong(&g->first, BALANCE, "is less than nothing");
    else if (said && gone < 0)
        zoho_wrong(&g->first, BALANCE, "says that %s is left, but what comes out of it leaves %s",
                   amount_text(g, left), amount_text(g, row->amount - row->applied));
    row->bad |= g->first.bad;
    if (row->bad)
        return;
    g->in.applied = money_of(row->applied, currency);
    if (!said)
        return;
    g->in.balance = money_of(left, currency);
    if (!gone)
        return;
    g->in.gone = money_of(gone, currency);
    import_note(
        set, "a credit note of which less is left than the files explain: the rest is recorded as given back",
        g->document.number);
}

static void rest_of(struct import_set *set, struct import_row *row)
{
    struct rest r = {.set = set, .g = zoho_invoice_of(row), .row = row, .reason = ""};
    struct zoho_row *z = &r.g->first;
    int64_t due = 0;
    if (r.g->kind == DOC_RETAINER && r.g->stand == ZOHO_SETTLED)
        r.g->balance = money_of(0, r.g->document.currency); /* what is drawn stands there in some editions */
    if (r.g->unreadable_payment) {
        if (set->c->skip_bad) /* else what is wrong with the payment says enough */
            zoho_wrong(z, NUMBER, "stays out: the amount of a payment on it can not be read");
        row->bad = true;
    }
    if (!r.g->in.total.currency[0] || row->amount < 0 ||
        (*zoho_cell(z, BALANCE) && !r.g->balance.currency[0]))
        return; /* nothing to go by */
    bool said = due_of(r.g, &due);
    if (r.g->stand == ZOHO_UNSAID && (!said || due == row->amount))
        zoho_wrong(z, STATUS, "is empty, and nothing else says whether it was sent");
    else if (said && !r.g->unreadable_payment && due > row->amount - row->applied)
        zoho_wrong(z, BALANCE, "says that %s is due, but of the total the payments leave %s",
                   amount_text(r.g, due), amount_text(r.g, row->amount - row->applied));
    else if (said && due < 0)
        zoho_wrong(z, BALANCE, "is less than nothing");
    row->bad |= z->bad;
    if (row->bad)
        return;
    r.left = row->amount - row->applied - due;
    if (!said && r.left > r.g->withheld + r.g->early)
        r.left = r.g->withheld + r.g->early; /* no more is known */
    explain(&r);
    if (said)
        r.g->in.balance = money_of(due, r.g->document.currency);
    r.g->in.applied = money_of(row->applied + r.g->beside, r.g->document.currency);
}

/* What parts of payments settle beside their money is no more than what that explains of their invoices. */
static void limit_beside(struct import_set *set, struct import_row *row)
{
    struct import_payment *in = row->in;
    bool less = false;
    for (size_t i = 0; i < in->parts.n; i++) {
        struct import_part *part = &in->parts.v[i];
        const struct import_row *settles = part->written_off.amount ? import_settled_row(set, part) : NULL;
        if (!settles || settles->bad)
            continue; /* not of the files, or its part of the payment stays out too */
        struct zoho_invoice *g = zoho_invoice_of(settles);
        int64_t most = g->beside < part->written_off.amount ? g->beside : part->written_off.amount;
        less |= most < part->written_off.amount;
        g->beside -= most;
        part->written_off.amount = most;
    }
    if (less)
        import_pack(set, &set->files[IMPORT_PAYMENTS], row);
}

void zoho_rest(struct import_set *set)
{
    static const int documents[] = {IMPORT_INVOICES, IMPORT_RETAINERS, IMPORT_CREDIT_NOTES};
    for (size_t n = 0; n < sizeof documents / sizeof *documents; n++) {
        struct import_file *file = &set->files[documents[n]];
        for (size_t i = 0; i < file->n; i++) {
            struct import_row *row = &file->rows[i];
            if (row->state == DOC_OPEN && documents[n] == IMPORT_CREDIT_NOTES)
                rest_of_credit_note(set, row);
            else if (row->state == DOC_OPEN)
                rest_of(set, row);
            import_pack(set, file, row);
        }
    }
    for (size_t i = 0; i < set->files[IMPORT_PAYMENTS].n; i++)
        if (!set->files[IMPORT_PAYMENTS].rows[i].bad)
            limit_beside(set, &set->files[IMPORT_PAYMENTS].rows[i]);
}
