/* What the rows of a batch take from invoices together, with what those of earlier batches of the run take, which is not here yet either. It is
 * told and given by where it comes from: when each payment was, and in which order they came, does not matter any more then. */
#include "server/ops/import.h"
#include <string.h>

#define TAKEN 20000 /* of an answer: a request has no room for so many parts */

enum err import_share_of(struct call *c, struct import_share_list *all, const struct document *invoice,
                         struct import_share **share)
{
    struct import_share one = {
        .invoice = invoice->id, .number = invoice->number, .currency = invoice->currency};
    for (size_t i = 0; i < all->n; i++)
        if (all->v[i].invoice == invoice->id) {
            *share = &all->v[i];
            return OK;
        }
    enum err e = import_rest(c, invoice, &one.rest);
    one.room = one.rest.stands || one.rest.guess;
    if (all->n == all->capacity)
        all->v = arena_grow(c->arena, all->v, &all->capacity, sizeof *all->v);
    all->v[all->n] = one;
    *share = &all->v[all->n++];
    return e;
}

struct import_split import_share_take(struct import_share *share, int64_t amount, int32_t day, bool money)
{
    struct import_split split = import_split(&share->rest, amount, day, money);
    share->due += split.awaited + split.due;
    share->stands += split.stands;
    share->guess += split.guess;
    return split;
}

static enum err check(struct call *c, size_t i, const struct import_taken *given, const char *currency)
{
    const struct money *amounts[] = {&given->amount, &given->stands_in, &given->guessed};
    static const char *const names[] = {"amount", "stands_in", "guessed"};
    int64_t sum = 0;
    for (size_t k = 0; k < 3; k++) {
        const char *field = arena_printf(c->arena, "taken.%zu.%s", i, names[k]);
        if (amounts[k]->amount < 0)
            return REFUSE(c, ERR_INVALID, field, "is less than nothing");
        if ((k == 0 || amounts[k]->amount) && strcmp(amounts[k]->currency, currency) != 0)
            return REFUSE(c, ERR_INVALID, field, "is in %s, but the invoice is in %s", amounts[k]->currency,
                          currency);
        sum += k ? amounts[k]->amount : 0;
    }
    return sum <= given->amount.amount ? OK
                                       : REFUSE(c, ERR_INVALID, arena_printf(c->arena, "taken.%zu.amount", i),
                                                "is less than what it is made of");
}

/* No more than there is: somebody may have paid meanwhile. */
static void move(int64_t *from, int64_t *to, int64_t amount)
{
    int64_t n = amount < *from ? amount : *from;
    *from -= n;
    *to += n;
}

enum err import_shares_before(struct call *c, struct import_share_list *all,
                              const struct import_payments_in *in)
{
    enum err e = OK;
    if (in->taken.n && !in->check)
        return REFUSE(c, ERR_INVALID, "taken", "can only be given with check: what came in is here");
    for (size_t i = 0; i < in->taken.n && !e; i++) {
        const struct import_taken *given = &in->taken.v[i];
        struct document invoice;
        struct import_share *share = NULL;
        uint64_t id;
        e = import_invoice(c, given->number, &id);
        if (e || !id)
            continue;
        e = record_get(&c->txn, KIND_DOCUMENT, id, &invoice);
        if (!e)
            e = check(c, i, given, invoice.currency);
        if (!e)
            e = import_share_of(c, all, &invoice, &share);
        if (e)
            continue;
        int64_t stands = given->stands_in.amount, guess = given->guessed.amount;
        move(&share->rest.due, &share->due, given->amount.amount - stands - guess);
        move(&share->rest.stands, &share->stands, stands);
        move(&share->rest.guess, &share->guess, guess);
    }
    return e;
}

void import_shares_tell(struct call *c, const struct import_share_list *all, struct import_taken_list *to)
{
    to->v = arena_alloc(c->arena, (all->n + 1) * sizeof *to->v);
    for (size_t i = 0; i < all->n && to->n < TAKEN; i++) {
        const struct import_share *t = &all->v[i];
        int64_t sum = t->due + t->stands + t->guess;
        if (!sum)
            continue;
        struct import_taken *one = &to->v[to->n++];
        *one = (struct import_taken){.number = t->number, .amount = money_of(sum, t->currency)};
        if (t->stands)
            one->stands_in = money_of(t->stands, t->currency);
        if (t->guess)
            one->guessed = money_of(t->guess, t->currency);
    }
}
