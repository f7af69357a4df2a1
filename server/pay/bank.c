/* Transfers that customers make at their own bank: they are told to which account, how much and what to quote. No money moves here and nothing is
 * pending: staff record what arrived (`hand`). */
#include "server/pay/gateway.h"
#include "server/pay/swiss.h"
#include "common/country.h"
#include "common/text.h"
#include <string.h>

static bool bank_method(size_t i, struct gateway_method *out)
{
    *out = (struct gateway_method){.name = "transfer", .mode = MODE_TRANSFER, .title = "Bank transfer"};
    return i == 0;
}

static bool has(const char *text)
{
    return text && *text;
}

static const char *bank_lacks(const struct gateway_settings *s)
{
    return s->bank && has(s->bank->iban) ? NULL : "the account to pay to: settings.bank";
}

static enum err bank_check(struct arena *a, struct gateway_settings *s, struct refusal *why)
{
    char iban[IBAN_TEXT] = "", bic[BIC_TEXT] = "";
    struct bank_account *b = s->bank;
    if (!b)
        return OK;
    const char *wrong = has(b->iban) ? iban_read(b->iban, iban) : NULL;
    if (wrong)
        return refuse(why, ERR_INVALID, "settings.bank.iban", "%s", wrong);
    wrong = has(b->bic) ? transfer_bic(b->bic, bic) : NULL;
    if (wrong)
        return refuse(why, ERR_INVALID, "settings.bank.bic", "%s", wrong);
    if (!*iban && (has(b->holder) || *bic))
        return refuse(why, ERR_INVALID, "settings.bank.iban", "has to be given: it says which account it is");
    if (*iban && (!has(b->holder) || text_blank(b->holder, strlen(b->holder))))
        return refuse(why, ERR_INVALID, "settings.bank.holder",
                      "has to be given: banks compare the name with the account");
    b->iban = arena_text(a, iban, strlen(iban));
    b->bic = arena_text(a, bic, strlen(bic));
    return OK;
}

static void fact(struct pay_fact_list *facts, const char *label, const char *value, const char *typed)
{
    facts->v[facts->n++] =
        (struct pay_fact){.label = label, .value = value, .plain = strcmp(value, typed) == 0 ? NULL : typed};
}

static bool swiss_country(struct arena *a, const char *written)
{
    static const char *const names[] = {"switzerland", "schweiz", "suisse", "svizzera", "svizra"};
    const char *folded = text_fold(a, written);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(folded, names[i]) == 0)
            return true;
    return false;
}

static struct swiss_place place_of(struct arena *a, const struct business *business)
{
    const struct address *at = business ? business->address : NULL;
    struct swiss_place place = {.street = NULL};
    if (!at)
        return place;
    place = (struct swiss_place){.street = at->street, .code = at->code, .city = at->city};
    if (has(at->country))
        place.country = swiss_country(a, at->country) ? "CH"
                        : strcmp(text_fold(a, at->country), "liechtenstein") == 0
                            ? "LI"
                            : country_of(a, at->country);
    if (!place.country && has(business->country))
        place.country = business->country;
    return place;
}

static void add_code(struct arena *a, const struct bank_account *b, const struct business *business,
                     const struct allocation *part, struct pay_told *told)
{
    const struct transfer t = {b->holder, b->iban, b->bic, told->reference, part->amount};
    const struct swiss_place place = place_of(a, business);
    if (strcmp(part->amount.currency, "CHF") == 0)
        told->qr = swiss_qr(a, &t, &place, &told->no_qr);
    else if (!swiss_qr_iban(b->iban))
        told->qr = transfer_qr(a, &t);
}

static struct pay_told tell(struct arena *a, const struct bank_account *b, const struct business *business,
                            const struct allocation *part)
{
    const bool qrr = swiss_qr_iban(b->iban);
    char reference[QRR_TEXT], plain[MONEY_TEXT], grouped[MONEY_TEXT];
    const char *currency = part->amount.currency;
    const int digits = currency_digits(currency);
    struct pay_told told = {.invoice = part->invoice, .number = part->number};
    if (qrr)
        swiss_reference(part->invoice, reference);
    else
        transfer_reference(part->invoice, reference);
    told.reference = arena_text(a, reference, strlen(reference));
    told.facts.v = arena_alloc(a, 5 * sizeof *told.facts.v);
    fact(&told.facts, "To", b->holder, b->holder);
    fact(&told.facts, "IBAN", transfer_fours(a, b->iban), b->iban);
    if (has(b->bic))
        fact(&told.facts, "BIC", b->bic, b->bic);
    fact(&told.facts, "Amount",
         arena_printf(a, "%s %s", currency, money_grouped(grouped, part->amount.amount, digits)),
         arena_printf(a, "%s", money_plain(plain, part->amount.amount, digits)));
    fact(&told.facts, "Reference", qrr ? swiss_fives(a, reference) : transfer_fours(a, reference),
         told.reference);
    add_code(a, b, business, part, &told);
    return told;
}

/* Each invoice is a transfer of its own: a bank carries one reference with one. */
static enum err bank_begin(const struct gateway *g, struct arena *a, const struct gateway_method *method,
                           const struct business *business, const struct payment *p, struct gateway_told *out)
{
    (void)method;
    out->told.v = arena_alloc(a, p->allocations.n * sizeof *out->told.v);
    for (size_t i = 0; i < p->allocations.n; i++)
        out->told.v[out->told.n++] = tell(a, g->settings.bank, business, &p->allocations.v[i]);
    return OK;
}

const struct gateway_doing gateway_bank = {
    .method = bank_method, .lacks = bank_lacks, .check = bank_check, .begin = bank_begin};
