/* Money that arrived in another currency than its customer's: taken for what staff say, by the rate or by both amounts, and never for what
 * anybody guesses (docs/decisions/exchange.md). */
#include "common/rate.h"
#include "server/ops/payment.h"
#include <string.h>

static enum err by_rate(struct call *c, const struct payment_record_in *in, const char *currency,
                        int64_t *amount)
{
    struct rate rate;
    char of[MONEY_TEXT], to[MONEY_TEXT];
    if (rate_parse(in->rate, &rate))
        return REFUSE(c, ERR_INVALID, "rate",
                      "a rate is written like 0.9234: above zero, at most %d decimals", RATE_PLACES);
    enum err e = rate_apply(&rate, in->received, currency, amount);
    if (e)
        return REFUSE(c, e, "rate", "the amount is larger than can be kept exactly");
    if (!*in->amount.currency || in->amount.amount == *amount)
        return OK;
    return REFUSE(c, ERR_INVALID, "rate", "at that rate %s %s comes to %s %s", in->received.currency,
                  money_plain(of, in->received.amount, currency_digits(in->received.currency)), currency,
                  money_plain(to, *amount, currency_digits(currency)));
}

enum err payment_exchange(struct call *c, const char *currency, struct payment_record_in *in,
                          struct exchange **exchange)
{
    const bool rated = in->rate && *in->rate, foreign = *in->received.currency != '\0';
    int64_t amount = in->amount.amount;
    *exchange = NULL;
    if (!foreign && (rated || (in->rate_source && *in->rate_source)))
        return REFUSE(c, ERR_INVALID, rated ? "rate" : "rate_source",
                      "goes with `received`: what arrived in another currency");
    if (!foreign)
        return OK;
    if (strcmp(in->received.currency, currency) == 0)
        return REFUSE(c, ERR_CURRENCY, "received", "is for money in another currency than %s", currency);
    if (in->received.amount <= 0)
        return REFUSE(c, ERR_INVALID, "received", "has to be more than nothing");
    if (!rated && !*in->amount.currency)
        return REFUSE(c, ERR_CURRENCY, "amount",
                      "it arrived in %s, and this customer pays in %s: say what it is taken for, or the rate",
                      in->received.currency, currency);
    enum err e = rated ? by_rate(c, in, currency, &amount) : OK;
    if (e)
        return e;
    if (!*in->amount.currency)
        in->amount = money_of(amount, currency);
    *exchange = arena_alloc(c->arena, sizeof **exchange);
    **exchange = (struct exchange){
        .received = in->received, .rate = rated ? in->rate : NULL, .source = in->rate_source};
    return OK;
}

struct money payment_arrived(struct money amount, struct money charges, const struct exchange *x)
{
    return x ? x->received : money_of(amount.amount - charges.amount, amount.currency);
}
