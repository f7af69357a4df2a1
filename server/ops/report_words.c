/* What a difference between books, gateways and bank is called, what it means and what is done about it: the same words in every face. */
#include "server/ops/report.h"
#include <string.h>

struct words {
    int kind;
    const char *says, *meaning; /* %1$s: the gateway */
};

static const struct words of_charges[] = {
    {DIFFERS_NOT_THERE, "no charge there",
     "The books have it as paid through %1$s, and %1$s knows no such charge. Was the key of %1$s changed to "
     "another account's? If nothing came, take the payment off its invoices."},
    {DIFFERS_NOT_PAID_THERE, "unpaid there",
     "The books have it as paid, and %1$s says that it was not. Look at the payment, and for it at %1$s."},
    {DIFFERS_NOT_PAID_HERE, "unpaid in books",
     "%1$s took the money, and the books do not have it as paid. A payment that is pending is asked about "
     "again by itself; otherwise record what came, or give it back at %1$s."},
    {DIFFERS_NOT_HERE, "not in the books",
     "%1$s took money that is no payment here: charged there by hand, or by another program at that account. "
     "Record it, or give it back there."},
    {DIFFERS_AMOUNT, "amount differs", "It was charged there, but not as much as the books have."},
    {0}};
static const struct words of_refunds[] = {
    {DIFFERS_NOT_THERE, "no refund there",
     "The books have it as given back, and %1$s knows no such refund: the customer may still wait for it."},
    {DIFFERS_NOT_PAID_THERE, "not given back",
     "The books have it as given back, and %1$s says that it was not. Look at the refund: when it is known "
     "to "
     "have failed, its money is credit again."},
    {DIFFERS_NOT_PAID_HERE, "refund unbooked",
     "%1$s gave it back, and the books do not have it so yet. Look at the refund."},
    {DIFFERS_NOT_HERE, "refund unbooked",
     "%1$s gave back money by a refund that the books do not know: made there by hand. Record it as a refund "
     "of that payment."},
    {DIFFERS_AMOUNT, "amount differs", "It was given back there, but not as much as the books have."},
    {0}};
static const struct words of_payouts[] = {
    {DIFFERS_NO_LINE, "payout not come",
     "%1$s says that it paid this out, and no statement of the bank has it. Import the statement of that "
     "day; "
     "if it has no such line, ask %1$s."},
    {DIFFERS_NOT_THERE, "no such payout",
     "A line of the bank names %1$s, and %1$s tells of no payout of about that amount around that day. Open "
     "the line: who sent it?"},
    {DIFFERS_AMOUNT, "payout differs",
     "What arrived is not what the payout is made of: charged − fees − given back + other. The bank may have "
     "kept something; otherwise ask %1$s."},
    {0}};
static const struct words of_bank[] = {
    {DIFFERS_NO_LINE, "not on statement",
     "The books have it as paid by bank, and no line of a statement of these days is it. Import the "
     "statement; if its line waits unmatched, the payment was recorded twice."},
    {DIFFERS_WAITS, "line unmatched",
     "The bank has money that is no payment here yet. Open the line: match it to its invoices, or set it "
     "aside as nobody's."},
    {DIFFERS_AMOUNT, "amount differs", "The bank has it with another amount than the books have."},
    {DIFFERS_DAY, "other days",
     "The payment and its line, or what was taken back of it, are of different days, and one of them is "
     "outside of these."},
    {0}};

static bool ends(const char *text, const char *tail)
{
    const size_t n = strlen(text), m = strlen(tail);
    return n > m && strcmp(text + n - m, tail) == 0;
}

void report_words(struct report *r, struct reconcile_row *row)
{
    const struct words *w = strcmp(row->source, "bank") == 0 ? of_bank
                            : ends(row->source, " refunds")  ? of_refunds
                            : ends(row->source, " payouts")  ? of_payouts
                                                             : of_charges;
    struct arena *a = r->c->arena;
    const char *gateway = arena_text(a, row->source, strcspn(row->source, " "));
    while (w->kind && w->kind != row->kind)
        w++;
    if (!w->kind)
        return;
    row->says = w->says;
    const char *text = "";
    for (const char *at = w->meaning, *mark; *at; at = mark) { /* the gateway's name in its places */
        mark = strstr(at, "%1$s");
        const size_t n = mark ? (size_t)(mark - at) : strlen(at);
        text = arena_printf(a, "%s%.*s%s", text, (int)n, at, mark ? gateway : "");
        mark = mark ? mark + 4 : at + n;
    }
    row->meaning = text;
}
