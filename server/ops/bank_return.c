/* Lines that take an earlier payment back: a debit that the payer's bank returned, a transfer that was called back. What the bank has taken is gone, so
 * the payment is reversed and its invoices are due again; by itself only where its reference, its amount and the account leave no doubt which it is. */
#include "server/ops/bank.h"
#include "server/ops/payment.h"
#include "server/pay/transfer.h"
#include <string.h>

#define ENDING_MOST 50

const char *bank_return_words(struct call *c, const char *code)
{
    static const struct {
        const char *code, *words;
    } known[] = {
        {"AC01", "the account number is wrong"},        {"AC04", "the account is closed"},
        {"AM04", "the account had not enough money"},   {"MD01", "there is no mandate for the debit"},
        {"MD06", "the payer asked for the money back"}, {"MS02", "the payer's side gave no reason"},
        {"MS03", "the payer's bank gave no reason"},
    };
    if (!code || !*code)
        return "the bank took it back, and says no reason";
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(known[i].code, code) == 0)
            return arena_printf(c->arena, "%s (%s)", known[i].words, code);
    return arena_printf(c->arena, "the bank took it back: %s", code);
}

/* What arrived at the bank of a payment that is of a bank: gateways take back what was paid through them by themselves. */
static bool of_bank(const struct payment *p)
{
    return p->state == PAY_SUCCEEDED && !(p->gateway && *p->gateway) && !p->stands_in &&
           (p->mode == MODE_TRANSFER || p->mode == MODE_DEBIT);
}

static struct money arrived(const struct payment *p)
{
    return payment_arrived(p->amount, p->charges, p->exchange);
}

/* What was taken beside what had arrived, such as the bank's fee of that: below zero where less was. False: in another currency. */
static bool taken_beside(const struct statement_line *l, const struct payment *p, struct money *beside)
{
    const struct money came = arrived(p);
    *beside = money_of(-l->amount.amount - came.amount, l->amount.currency);
    return strcmp(came.currency, l->amount.currency) == 0;
}

struct looking {
    const struct statement_line *l;
    size_t n;
    uint64_t first;
};

/* True for the second one only: then it is not said which. */
static bool is_second(void *context, void *row)
{
    struct looking *look = context;
    const struct payment *p = row;
    struct money beside;
    if (!of_bank(p) || p->refunded.amount || !taken_beside(look->l, p, &beside) || beside.amount)
        return false;
    look->first = p->id;
    return ++look->n > 1;
}

/* Anybody can write somebody else's reference, pay that much once more and have it called back. So it is believed only where both lines say an account, and
 * it is one; where a side says none, staff look at it. *doubt: NULL, or what speaks against it, for them. */
static enum err account_doubt(struct call *c, const struct statement_line *l, const struct payment *p,
                              const char **doubt)
{
    struct statement_line paid = {0};
    enum err e = p->bank_line ? record_needed(&c->txn, KIND_STATEMENT_LINE, p->bank_line, &paid) : OK;
    if (!l->payer.size)
        *doubt = "the bank does not say to which account";
    else if (!paid.payer.size)
        *doubt = "from which account it came is not known";
    else
        *doubt =
            paid.payer.size == l->payer.size && memcmp(paid.payer.data, l->payer.data, l->payer.size) == 0
                ? NULL
                : "not to the account that it came from";
    return e;
}

enum err bank_takes_back(struct call *c, const struct statement_line *l, struct payment *payment, bool *exact)
{
    struct looking look = {.l = l};
    struct payment *second = NULL;
    const uint64_t id = l->returned && l->amount.amount < 0 ? bank_reference(l) : 0;
    *exact = false;
    if (!id)
        return OK;
    enum err e = payment_on(c, id, is_second, &look, &second);
    if (e || look.n != 1)
        return e;
    const char *doubt = NULL;
    e = record_needed(&c->txn, KIND_PAYMENT, look.first, payment);
    if (!e)
        e = account_doubt(c, l, payment, &doubt);
    *exact = !e && !doubt;
    return e;
}

enum err bank_take_back(struct call *c, struct statement_line *l, struct payment *p)
{
    struct money beside;
    const bool alike = taken_beside(l, p, &beside);
    if (!of_bank(p))
        return REFUSE(c, ERR_STATE, "payment", "%s is no payment by bank that could be taken back",
                      p->number);
    if (!alike || beside.amount < 0)
        return REFUSE(c, ERR_INVALID, "payment", "%s came to %s, and %s were taken", p->number,
                      bank_money(c, arrived(p)),
                      bank_money(c, money_of(-l->amount.amount, l->amount.currency)));
    enum err e = payment_reverse(c, p, bank_return_words(c, l->return_reason));
    if (e)
        return e;
    if (beside.amount)
        l->charges = beside;
    l->state = LINE_TOOK_BACK;
    l->payment = p->id;
    l->payment_number = p->number;
    l->customer = p->customer;
    l->customer_name = p->customer_name;
    l->why = MATCH_RETURN;
    l->settled = c->now;
    return OK;
}

/* --- which it may be */

struct finder {
    struct call *c;
    const struct statement_line *l;
    struct bank_candidate_list *out;
    uint64_t ids[BANK_CANDIDATES];
    size_t n;
};

static enum err propose(struct finder *f, const struct payment *p)
{
    const char *doubt = NULL;
    struct money beside;
    struct bank_candidate b = {
        .why = MATCH_RETURN,
        .customer = p->customer,
        .customer_name = p->customer_name,
        .payment = p->id,
        .text = arena_printf(f->c->arena, "%s of %.100s was taken back", p->number, p->customer_name)};
    for (size_t i = 0; i < f->out->n; i++)
        if (f->out->v[i].payment == p->id)
            return OK;
    if (taken_beside(f->l, p, &beside) && beside.amount) {
        b.charges = beside;
        b.text = arena_printf(f->c->arena, "%s, and %s beside it", b.text, bank_money(f->c, beside));
    }
    enum err e = account_doubt(f->c, f->l, p, &doubt);
    if (doubt)
        b.text = arena_printf(f->c->arena, "%s; %s", b.text, doubt);
    if (!e && f->out->n < BANK_CANDIDATES)
        f->out->v[f->out->n++] = b;
    return e;
}

/* Nothing of a row that is not kept lives on, but its id. */
static bool note_it(void *context, void *row)
{
    struct finder *f = context;
    const struct payment *p = row;
    struct money beside;
    if (f->n < BANK_CANDIDATES && of_bank(p) && taken_beside(f->l, p, &beside) && beside.amount >= 0)
        f->ids[f->n++] = p->id;
    return f->n == BANK_CANDIDATES;
}

static enum err paid_on(struct finder *f, uint64_t invoice)
{
    struct payment *full;
    f->n = 0;
    enum err e = payment_on(f->c, invoice, note_it, f, &full);
    for (size_t i = 0; i < f->n && !e; i++) {
        struct payment *p = arena_alloc(f->c->arena, sizeof *p);
        e = record_needed(&f->c->txn, KIND_PAYMENT, f->ids[i], p);
        if (!e)
            e = propose(f, p);
    }
    return e;
}

static enum err by_number(struct finder *f)
{
    const char *text = bank_all_text(f->c, f->l);
    const struct text_list tails = bank_tails(f->c->arena, text);
    enum err e = OK;
    for (size_t i = 0; i < tails.n && !f->out->n && !e; i++) {
        struct key k = index_key(&f->c->txn, INDEX_DOC_WORD);
        struct id_list ids = {0};
        key_text(key_u8(key_u8(&k, DOC_INVOICE), '#'), tails.v[i]);
        e = record_ids(&f->c->txn, &k, ENDING_MOST, &ids);
        for (size_t j = 0; j < ids.n && !e; j++) {
            struct document_row row;
            e = record_view(&f->c->txn, KIND_DOCUMENT, ids.v[j], shape_document_row(), &row);
            if (!e && bank_bears(f->c->arena, text, row.number))
                e = paid_on(f, row.id);
            e = e == ERR_NOT_FOUND ? OK : e;
        }
    }
    return e;
}

enum err bank_return_candidates(struct call *c, const struct statement_line *l,
                                struct bank_candidate_list *out)
{
    struct finder f = {.c = c, .l = l, .out = out};
    const uint64_t id = bank_reference(l);
    enum err e = id ? paid_on(&f, id) : OK;
    return e || out->n ? e : by_number(&f);
}
