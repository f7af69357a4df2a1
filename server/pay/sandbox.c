/* A gateway that takes no money: it knows a few test cards, and what becomes of a charge follows from the card. */
#include "server/pay/card.h"
#include "server/pay/ledger.h"
#include "server/core/secret.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define SLOW_MS 3000
#define PATIENCE 2 /* a charge that stays pending is settled when it is asked about for the second time */

enum behaviour { PAYS, PAYS_SLOWLY, STAYS_PENDING, DECLINED, NO_FUNDS, BREAKS };
static const struct {
    const char *word;
    enum gateway_state state;
    const char *sentence;
} behaviours[] = {
    [PAYS] = {"pays", GATEWAY_SUCCEEDED, ""},
    [PAYS_SLOWLY] = {"slow", GATEWAY_SUCCEEDED, ""},
    [STAYS_PENDING] = {"pending", GATEWAY_PENDING, ""},
    [DECLINED] = {"declined", GATEWAY_FAILED, "The bank declined the card."},
    [NO_FUNDS] = {"no_funds", GATEWAY_FAILED, "There is not enough money on the account of this card."},
    [BREAKS] = {"breaks", GATEWAY_FAILED, "The card's bank could not process the payment. Try again later."},
};

static const struct {
    const char *number;
    enum behaviour behaviour;
} cards[] = {
    {"4242424242424242", PAYS},          {"5555555555554444", PAYS},     {"378282246310005", PAYS},
    {"4000000000003006", PAYS_SLOWLY},   {"4000000000000002", DECLINED}, {"4000000000009995", NO_FUNDS},
    {"4000000000000341", STAYS_PENDING}, {"4000000000000119", BREAKS},
};

static bool sandbox_method(size_t i, struct gateway_method *out)
{
    *out = (struct gateway_method){.name = "card", .mode = MODE_CARD, .wants = shape_card_details};
    return i == 0;
}

/* One ledger for all businesses: keys are random, and so never the same. */
static enum err sandbox_open(const char *folder, void **own)
{
    struct ledger *ledger;
    enum err e = ledger_open(folder, &ledger);
    if (!e)
        *own = ledger;
    return e;
}

static void sandbox_close(void *own)
{
    ledger_close(own);
}

static enum err sandbox_take(const struct gateway *g, struct arena *a, const struct gateway_method *method,
                             const void *given, int32_t today, struct gateway_taken *out, struct refusal *why)
{
    (void)g;
    (void)method;
    struct card_facts facts;
    enum err e = card_check(given, today, &facts, why);
    if (e)
        return e;
    e = refuse(why, ERR_PAYMENT_FAILED, "card_number",
               "sandbox: no money moves, and only test cards are taken, such as 4242 4242 4242 4242");
    for (size_t i = 0; i < sizeof cards / sizeof *cards; i++)
        if (strcmp(facts.digits, cards[i].number) == 0) {
            out->token = arena_printf(a, "sandbox-%s-%s", behaviours[cards[i].behaviour].word, facts.last4);
            out->method = arena_printf(a, "%s ending %s", facts.brand, facts.last4);
            e = OK;
        }
    secret_wipe(&facts, sizeof facts);
    return e;
}

/* What a token says about its card; false for one that the sandbox did not give. */
static bool behaviour_of(const char *token, enum behaviour *behaviour)
{
    char own[LEDGER_TOKEN + 1];
    for (size_t i = 0; i < sizeof behaviours / sizeof *behaviours; i++) {
        int size = snprintf(own, sizeof own, "sandbox-%s-", behaviours[i].word);
        const char *last4 = token + size;
        if (strncmp(token, own, (size_t)size) == 0 && strlen(last4) == 4 &&
            strspn(last4, "0123456789") == 4) {
            *behaviour = (enum behaviour)i;
            return true;
        }
    }
    return false;
}

static void outcome_of(const struct ledger_entry *entry, struct gateway_outcome *out)
{
    enum behaviour behaviour = PAYS;
    out->state = entry->state;
    out->sentence[0] = 0;
    if (entry->state == GATEWAY_FAILED && behaviour_of(entry->token, &behaviour))
        snprintf(out->sentence, sizeof out->sentence, "%s", behaviours[behaviour].sentence);
}

static bool key_good(const char *key)
{
    size_t size = strlen(key);
    return size >= 1 && size <= LEDGER_KEY &&
           strspn(key, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") == size;
}

/* The charge is made at once; the answer takes its time, which is the harder case for the one who asked. */
static void answer_slowly(void)
{
    struct timespec left = {SLOW_MS / 1000, SLOW_MS % 1000 * 1000000L};
    while (nanosleep(&left, &left) != 0 && errno == EINTR)
        ;
}

static enum err sandbox_charge(const struct gateway *g, const struct payment *p, struct gateway_outcome *out)
{
    const char *token = p->token, *key = p->key;
    const struct money amount = p->amount;
    struct ledger_entry wanted = {.amount = amount}, first;
    enum behaviour behaviour;
    bool made;
    if (!key_good(key) || amount.amount <= 0 || !behaviour_of(token, &behaviour))
        return ERR_INVALID;
    snprintf(wanted.key, sizeof wanted.key, "%s", key);
    snprintf(wanted.token, sizeof wanted.token, "%s", token);
    wanted.state = behaviours[behaviour].state;
    enum err e = ledger_charge(g->own, &wanted, &first, &made);
    if (e)
        return e;
    if (strcmp(first.token, wanted.token) != 0 || first.amount.amount != amount.amount ||
        strcmp(first.amount.currency, amount.currency) != 0)
        return ERR_ID_REUSED;
    if (made && behaviour == PAYS_SLOWLY)
        answer_slowly();
    outcome_of(&first, out);
    return OK;
}

static enum err sandbox_ask(const struct gateway *g, const struct payment *p, struct gateway_outcome *out)
{
    struct ledger_entry entry;
    enum err e = ledger_ask(g->own, p->key, PATIENCE, &entry);
    if (e == ERR_NOT_FOUND) {
        *out = (struct gateway_outcome){.state = GATEWAY_UNKNOWN};
        return OK;
    }
    if (!e)
        outcome_of(&entry, out);
    return e;
}

const struct gateway_doing gateway_sandbox = {
    .note = "sandbox: no money moves",
    .method = sandbox_method,
    .open = sandbox_open,
    .close = sandbox_close,
    .take = sandbox_take,
    .charge = sandbox_charge,
    .ask = sandbox_ask,
};
