/* Whose a line may be, in the order of what speaks for it: the creditor reference; the number of an invoice in the text; an account that somebody paid
 * from before; the amount and the name. Found when it is asked for, for invoices are paid meanwhile. */
#include "common/filter.h"
#include "server/ops/bank.h"
#include "server/ops/payment.h"
#include "server/pay/swiss.h"
#include <ctype.h>
#include <string.h>

#define OPEN_MOST 200 /* open invoices of a customer, or those of one amount, that are looked at */
#define ENDING_MOST 50

struct finder {
    struct call *c;
    const struct statement_line *l;
    struct bank_candidate_list out;
};

const char *bank_all_text(struct call *c, const struct statement_line *l)
{
    return arena_printf(c->arena, "%s %s %s", l->text ? l->text : "", l->reference ? l->reference : "",
                        l->end_to_end ? l->end_to_end : "");
}

/* --- the creditor reference */

/* "RF18 5390…" begins at `at`. Where it ends is not said, for other digits may follow: it is read up to each blank, or what is no digit; and where
 * none of those is one, the next word was put to it without a blank, and it is read up to each digit. What can be read in two ways says nothing. */
static uint64_t reference_at(const char *at)
{
    char text[REFERENCE_TEXT] = "RF";
    uint64_t found[2] = {0}; /* up to an end of digits, up to any */
    int n[2] = {0};
    size_t size = 2;
    for (const char *p = at + 2; size + 1 < sizeof text; p++) {
        if (*p && !isalnum((unsigned char)*p))
            continue;
        if (!isdigit((unsigned char)*p))
            break;
        uint64_t id;
        text[size++] = *p;
        text[size] = '\0';
        if (size < 5 || !transfer_reference_read(text, &id))
            continue;
        const bool ends = !isdigit((unsigned char)p[1]);
        found[0] = ends ? id : found[0];
        n[0] += ends;
        found[1] = id;
        n[1]++;
    }
    return n[0] == 1 ? found[0] : !n[0] && n[1] == 1 ? found[1] : 0;
}

uint64_t bank_reference(const struct statement_line *l)
{
    uint64_t id, found = 0;
    if (l->reference && *l->reference)
        return transfer_reference_read(l->reference, &id) || swiss_reference_read(l->reference, &id) ? id : 0;
    if (l->returned && l->end_to_end && transfer_reference_read(l->end_to_end, &id))
        return id;
    const char *text = l->text ? l->text : "";
    for (const char *p = text; (p = strpbrk(p, "Rr")); p++) {
        id = p[1] == 'F' || p[1] == 'f' ? reference_at(p) : 0;
        if (id && found && id != found)
            return 0;
        found = id ? id : found;
    }
    return found;
}

enum err bank_exact(struct call *c, const struct statement_line *l, struct document *invoice, bool *exact)
{
    struct payment *pending = NULL;
    const uint64_t id = l->amount.amount > 0 && !l->returned ? bank_reference(l) : 0;
    *exact = false;
    if (!id)
        return OK;
    enum err e = record_get(&c->txn, KIND_INVOICE, id, invoice);
    if (e == ERR_NOT_FOUND ||
        (!e && (invoice->state != DOC_OPEN || invoice->balance.amount != l->amount.amount ||
                strcmp(invoice->balance.currency, l->amount.currency) != 0)))
        return OK;
    if (!e)
        e = payment_pending_on(c, id, &pending);
    *exact = !e && !pending;
    return e;
}

/* --- candidates */

const char *bank_money(struct call *c, struct money m)
{
    char text[MONEY_TEXT];
    return arena_printf(c->arena, "%s %s", m.currency,
                        money_grouped(text, m.amount, currency_digits(m.currency)));
}

static const char *because(int why)
{
    const struct enum_table *t = enum_match_why();
    for (size_t i = 0; i < t->n; i++)
        if (t->values[i].value == why)
            return t->values[i].help;
    return "";
}

static void put_in_words(struct call *c, struct bank_candidate *b)
{
    const char *text = "";
    for (size_t i = 0; i < b->parts.n && i < 5; i++)
        text = arena_printf(c->arena, "%s%s%s", text, i ? ", " : "", b->parts.v[i].number);
    if (b->parts.n > 5)
        text = arena_printf(c->arena, "%s and %zu more", text, b->parts.n - 5);
    text = arena_printf(c->arena, "%s%s%.100s: %s", text, *text ? " of " : "", b->customer_name,
                        because(b->why));
    if (b->rest.amount)
        text = arena_printf(c->arena, "%s; %s becomes credit", text, bank_money(c, b->rest));
    b->text = text;
}

static bool same_parts(const struct bank_candidate *a, const struct bank_candidate *b)
{
    if (a->customer != b->customer || a->parts.n != b->parts.n)
        return false;
    for (size_t i = 0; i < a->parts.n; i++)
        if (a->parts.v[i].invoice != b->parts.v[i].invoice)
            return false;
    return true;
}

/* Once for the same invoices, in words, as long as there is room. */
static void add(struct finder *f, struct bank_candidate *b)
{
    for (size_t i = 0; i < f->out.n; i++)
        if (same_parts(&f->out.v[i], b))
            return;
    if (f->out.n == BANK_CANDIDATES)
        return;
    put_in_words(f->c, b);
    if (*b->due.currency)
        b->text = arena_printf(f->c->arena, "%s; %s is due: say what the line is taken for", b->text,
                               bank_money(f->c, b->due));
    f->out.v[f->out.n++] = *b;
}

/* Settles these, one after the other, as far as the money goes; none: all of it becomes credit. */
static void propose(struct finder *f, int why, uint64_t customer, const char *name,
                    const struct document_row *rows, size_t n)
{
    struct bank_candidate b = {.why = why, .customer = customer, .customer_name = name};
    int64_t left = f->l->amount.amount;
    b.parts.v = arena_alloc(f->c->arena, (n + 1) * sizeof *b.parts.v);
    for (size_t i = 0; i < n && left > 0; i++) {
        int64_t amount = rows[i].balance.amount < left ? rows[i].balance.amount : left;
        if (rows[i].state != DOC_OPEN || amount <= 0)
            continue;
        b.parts.v[b.parts.n++] = (struct allocation){.invoice = rows[i].id,
                                                     .number = rows[i].number,
                                                     .amount = money_of(amount, f->l->amount.currency)};
        left -= amount;
    }
    b.rest = money_of(left, f->l->amount.currency);
    add(f, &b);
}

static bool in_currency(const struct finder *f, const struct document_row *row)
{
    return strcmp(row->total.currency, f->l->amount.currency) == 0;
}

/* What the line is worth in the invoice's currency nobody knows but who has the bank's or a central bank's rate: staff say it when they book it. */
static void propose_other(struct finder *f, int why, const struct document_row *row)
{
    struct bank_candidate b = {
        .why = why, .customer = row->customer, .customer_name = row->customer_name, .due = row->balance};
    if (row->state != DOC_OPEN || row->balance.amount <= 0)
        return;
    b.parts.v = arena_alloc(f->c->arena, sizeof *b.parts.v);
    b.parts.v[b.parts.n++] =
        (struct allocation){.invoice = row->id, .number = row->number, .amount = row->balance};
    add(f, &b);
}

static enum err row_of(struct finder *f, uint64_t id, struct document_row *row)
{
    enum err e = record_view(&f->c->txn, KIND_DOCUMENT, id, shape_document_row(), row);
    if (!e && (row->kind != DOC_INVOICE || row->state == DOC_DRAFT || row->state == DOC_VOID))
        e = ERR_NOT_FOUND;
    return e;
}

static enum err by_reference(struct finder *f)
{
    struct document_row row;
    const uint64_t id = bank_reference(f->l);
    enum err e = id ? row_of(f, id, &row) : ERR_NOT_FOUND;
    if (!e && in_currency(f, &row))
        propose(f, MATCH_REFERENCE, row.customer, row.customer_name, &row, 1);
    else if (!e)
        propose_other(f, MATCH_REFERENCE, &row);
    return e == ERR_NOT_FOUND ? OK : e;
}

static enum err ending_with(struct finder *f, const char *text, const char *tail, struct document_row *rows,
                            size_t *n)
{
    struct key k = index_key(&f->c->txn, INDEX_DOC_WORD);
    struct id_list ids = {0};
    key_text(key_u8(key_u8(&k, DOC_INVOICE), '#'), tail);
    enum err e = record_ids(&f->c->txn, &k, ENDING_MOST, &ids);
    for (size_t i = 0; i < ids.n && !e && *n < BANK_CANDIDATES; i++) {
        struct document_row *row = &rows[*n];
        bool twice = false;
        e = row_of(f, ids.v[i], row);
        for (size_t k2 = 0; k2 < *n && !e; k2++)
            twice |= rows[k2].id == row->id;
        *n += !e && !twice && row->state == DOC_OPEN && bank_bears(f->c->arena, text, row->number);
        e = e == ERR_NOT_FOUND ? OK : e;
    }
    return e;
}

static enum err by_number(struct finder *f)
{
    struct document_row *rows = arena_alloc(f->c->arena, (BANK_CANDIDATES + 1) * sizeof *rows);
    const char *text = bank_all_text(f->c, f->l);
    const struct text_list tails = bank_tails(f->c->arena, text);
    size_t n = 0;
    enum err e = OK;
    for (size_t i = 0; i < tails.n && !e; i++)
        e = ending_with(f, text, tails.v[i], rows, &n);
    bool one_payer = n > 1;
    for (size_t i = 0; i < n; i++)
        one_payer &= in_currency(f, &rows[i]);
    for (size_t i = 1; i < n; i++)
        one_payer &= rows[i].customer == rows[0].customer;
    if (one_payer)
        propose(f, MATCH_NUMBER, rows[0].customer, rows[0].customer_name, rows, n);
    for (size_t i = 0; i < n && !one_payer; i++)
        if (in_currency(f, &rows[i]))
            propose(f, MATCH_NUMBER, rows[i].customer, rows[i].customer_name, &rows[i], 1);
    for (size_t i = 0; i < n; i++)
        if (!in_currency(f, &rows[i]))
            propose_other(f, MATCH_NUMBER, &rows[i]);
    return e;
}

/* Who paid from that account, as a line that was booked last has it. */
static enum err payer_of(struct finder *f, struct customer *customer)
{
    struct key k = index_key(&f->c->txn, INDEX_LINE_PAYER);
    struct id_list ids = {0};
    struct statement_line last;
    if (!f->l->payer.size)
        return ERR_NOT_FOUND;
    enum err e = record_ids(&f->c->txn, key_bytes(&k, f->l->payer.data, f->l->payer.size), OPEN_MOST, &ids);
    if (!e && !ids.n)
        return ERR_NOT_FOUND;
    if (!e)
        e = record_needed(&f->c->txn, KIND_STATEMENT_LINE, ids.v[ids.n - 1], &last);
    return e ? e : record_get(&f->c->txn, KIND_CUSTOMER, last.customer, customer);
}

/* Those of a customer that are open, soonest due first. */
static enum err open_of(struct finder *f, uint64_t customer, struct document_row **rows, size_t *n)
{
    struct key k = index_key(&f->c->txn, INDEX_DOC_CUSTOMER_DUE);
    struct id_list ids = {0};
    enum err e = record_ids(&f->c->txn, key_u8(key_u64(&k, customer), DOC_INVOICE), OPEN_MOST, &ids);
    *rows = arena_alloc(f->c->arena, (ids.n + 1) * sizeof **rows);
    *n = 0;
    for (size_t i = 0; i < ids.n && !e; i++) {
        e = row_of(f, ids.v[i], &(*rows)[*n]);
        *n += !e;
        e = e == ERR_NOT_FOUND ? OK : e;
    }
    return e;
}

static enum err by_payer(struct finder *f)
{
    struct customer customer;
    struct document_row *rows = NULL;
    size_t n = 0;
    enum err e = payer_of(f, &customer);
    if (!e)
        e = open_of(f, customer.id, &rows, &n);
    if (e)
        return e == ERR_NOT_FOUND ? OK : e;
    size_t like = 0; /* those in the line's currency come first, in their order */
    for (size_t i = 0; i < n; i++)
        if (in_currency(f, &rows[i])) {
            const struct document_row row = rows[i];
            memmove(&rows[like + 1], &rows[like], (i - like) * sizeof row);
            rows[like++] = row;
        }
    const bool pays_so = strcmp(customer.currency ? customer.currency : "", f->l->amount.currency) == 0;
    for (size_t i = 0; pays_so && i < like; i++)
        if (rows[i].balance.amount == f->l->amount.amount)
            propose(f, MATCH_PAYER, customer.id, customer.name, &rows[i], 1);
    if (pays_so)
        propose(f, MATCH_PAYER, customer.id, customer.name, rows, like);
    for (size_t i = like; !pays_so && i < n; i++)
        propose_other(f, MATCH_PAYER, &rows[i]);
    return OK;
}

static enum err by_name(struct finder *f)
{
    struct key k = index_key(&f->c->txn, INDEX_DOC_TOTAL);
    struct id_list ids = {0};
    struct document_row row;
    if (!f->l->name || !*f->l->name)
        return OK;
    key_u8(&k, DOC_INVOICE);
    key_i64(key_bytes(&k, f->l->amount.currency, 3), f->l->amount.amount);
    enum err e = record_ids(&f->c->txn, &k, OPEN_MOST, &ids);
    for (size_t i = 0; i < ids.n && !e; i++) {
        e = row_of(f, ids.v[i], &row);
        if (!e && row.state == DOC_OPEN && row.balance.amount == f->l->amount.amount &&
            bank_same_name(f->c->arena, row.customer_name, f->l->name))
            propose(f, MATCH_NAME, row.customer, row.customer_name, &row, 1);
        e = e == ERR_NOT_FOUND ? OK : e;
    }
    return e;
}

/* --- what is missing */

/* What banks on the way may have kept of a line, at most: as the file says, or as the business allows. */
enum err bank_charges_most(struct call *c, const struct statement_line *l, int64_t *most)
{
    const struct business *b;
    enum err e = call_business(c, &b);
    *most = 0;
    if (e)
        return e;
    if (strcmp(b->charges_most.currency, l->amount.currency) == 0)
        *most = b->charges_most.amount;
    if (strcmp(l->charges.currency, l->amount.currency) == 0 && l->charges.amount > *most)
        *most = l->charges.amount;
    return OK;
}

static enum err add_charges(struct finder *f)
{
    int64_t most;
    struct document_row row;
    enum err e = f->out.n ? bank_charges_most(f->c, f->l, &most) : OK;
    for (size_t i = 0; i < f->out.n && !e && most > 0; i++) {
        struct bank_candidate *b = &f->out.v[i];
        if (b->parts.n != 1 || b->rest.amount || *b->due.currency)
            continue;
        e = row_of(f, b->parts.v[0].invoice, &row);
        const int64_t missing = e ? 0 : row.balance.amount - f->l->amount.amount;
        if (missing <= 0 || missing > most)
            continue;
        b->charges = money_of(missing, f->l->amount.currency);
        b->text = arena_printf(f->c->arena, "%s; %s is missing, as bank charges may be", b->text,
                               bank_money(f->c, b->charges));
    }
    return e;
}

enum err bank_candidates(struct call *c, const struct statement_line *l, struct bank_candidate_list *out)
{
    struct finder f = {.c = c, .l = l};
    enum err e = OK;
    *out = f.out;
    if (l->state != LINE_WAITING)
        return OK;
    f.out.v = arena_alloc(c->arena, BANK_CANDIDATES * sizeof *f.out.v);
    if (l->amount.amount <= 0) {
        e = bank_return_candidates(c, l, &f.out);
    } else {
        e = by_reference(&f);
        if (!e)
            e = by_number(&f);
        if (!e)
            e = by_payer(&f);
        if (!e)
            e = by_name(&f);
        if (!e)
            e = add_charges(&f);
    }
    *out = f.out;
    return e;
}

enum err bank_guess(struct call *c, struct statement_line *l)
{
    struct bank_candidate_list list;
    enum err e = bank_candidates(c, l, &list);
    if (!e && list.n)
        l->guess = list.v[0].text;
    return e;
}
