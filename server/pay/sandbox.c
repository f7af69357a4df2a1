/* A gateway that takes no money: it knows a few test cards, and what becomes of a charge follows from the card. */
#include "server/pay/card.h"
#include "server/pay/sandbox_cards.h"
#include "server/core/secret.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define SLOW_MS 3000

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
    const struct sandbox_row *row = sandbox_card(facts.digits);
    if (row) {
        out->token = arena_printf(a, "sandbox-%s-%s", row->word, facts.last4);
        out->method = arena_printf(a, "%s ending %s", facts.brand, facts.last4);
    } else {
        e = refuse(why, ERR_PAYMENT_FAILED, "card_number",
                   "sandbox: no money moves, and only test cards are taken, such as 4242 4242 4242 4242");
    }
    secret_wipe(&facts, sizeof facts);
    return e;
}

static const struct sandbox_course *course_of(const struct ledger_entry *entry, const struct sandbox_row *row)
{
    return *entry->of ? &row->back : &row->charge;
}

/* For ledger_ask: what it is when it is asked about once more. */
static enum gateway_state next_of(const struct ledger_entry *entry)
{
    const struct sandbox_row *row = sandbox_row_of(entry->token);
    const struct sandbox_course *course = row ? course_of(entry, row) : NULL;
    enum gateway_state state = entry->state;
    bool more = false;
    for (size_t i = 0; course && i < sizeof course->then / sizeof *course->then; i++) {
        more = more || course->then[i].asked > entry->asked;
        if (course->then[i].asked == entry->asked + 1)
            state = course->then[i].state;
    }
    /* A refund that was never begun, as too much, has no course. */
    return more && !(*entry->of && entry->state == GATEWAY_FAILED) ? state : GATEWAY_UNKNOWN;
}

static const char *refund_failed(const struct ledger_entry *entry, const struct sandbox_row *row)
{
    return entry->asked && row->back_sentence ? row->back_sentence
                                              : "More than is left of the charge can not go back.";
}

static void outcome_of(const struct ledger_entry *entry, struct gateway_outcome *out)
{
    const struct sandbox_row *row = sandbox_row_of(entry->token);
    const char *sentence = "";
    if (row && *entry->of && entry->state == GATEWAY_FAILED)
        sentence = refund_failed(entry, row);
    else if (row && !*entry->of && entry->state != GATEWAY_PENDING && entry->state != GATEWAY_SUCCEEDED)
        sentence = row->sentence;
    *out = (struct gateway_outcome){.state = entry->state};
    snprintf(out->sentence, sizeof out->sentence, "%s", sentence);
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

/* What was wanted under a key has to be what stands under it. */
static bool same(const struct ledger_entry *a, const struct ledger_entry *b)
{
    return strcmp(a->token, b->token) == 0 && strcmp(a->of, b->of) == 0 &&
           a->amount.amount == b->amount.amount && strcmp(a->amount.currency, b->amount.currency) == 0;
}

static enum err add(const struct gateway *g, const struct ledger_entry *wanted, bool *made,
                    struct gateway_outcome *out)
{
    struct ledger_entry first;
    enum err e = ledger_add(g->own, wanted, &first, made);
    if (!e && !same(wanted, &first))
        e = ERR_ID_REUSED;
    if (!e)
        outcome_of(&first, out);
    return e;
}

static enum err sandbox_charge(const struct gateway *g, const struct payment *p, struct gateway_outcome *out)
{
    const struct sandbox_row *row = sandbox_row_of(p->token);
    if (!key_good(p->key) || p->amount.amount <= 0 || !row)
        return ERR_INVALID;
    struct ledger_entry wanted = {.amount = p->amount, .state = row->charge.first};
    bool made;
    snprintf(wanted.key, sizeof wanted.key, "%s", p->key);
    snprintf(wanted.token, sizeof wanted.token, "%s", p->token);
    enum err e = add(g, &wanted, &made, out);
    if (!e && made && row->slowly)
        answer_slowly();
    return e;
}

static enum err asked(const struct gateway *g, const char *key, struct gateway_outcome *out)
{
    struct ledger_entry entry;
    enum err e = ledger_ask(g->own, key, next_of, &entry);
    if (e == ERR_NOT_FOUND) {
        *out = (struct gateway_outcome){.state = GATEWAY_UNKNOWN};
        return OK;
    }
    if (!e)
        outcome_of(&entry, out);
    return e;
}

static enum err sandbox_ask(const struct gateway *g, const struct payment *p, struct gateway_outcome *out)
{
    return asked(g, p->key, out);
}

static enum err sandbox_refund(const struct gateway *g, const struct payment *p, const char *key,
                               struct money amount, struct gateway_outcome *out)
{
    const struct sandbox_row *row = sandbox_row_of(p->token);
    if (!key_good(key) || !key_good(p->key) || amount.amount <= 0 || !row)
        return ERR_INVALID;
    struct ledger_entry wanted = {.amount = amount, .state = row->back.first};
    bool made;
    snprintf(wanted.key, sizeof wanted.key, "%s", key);
    snprintf(wanted.of, sizeof wanted.of, "%s", p->key);
    snprintf(wanted.token, sizeof wanted.token, "%s", p->token);
    enum err e = add(g, &wanted, &made, out);
    if (e == ERR_NOT_FOUND) {
        *out = (struct gateway_outcome){.state = GATEWAY_FAILED,
                                        .sentence = "The gateway knows of no such charge."};
        e = OK;
    }
    return e;
}

static enum err sandbox_refund_ask(const struct gateway *g, const char *key, const char *id,
                                   struct gateway_outcome *out)
{
    (void)id;
    return asked(g, key, out);
}

const struct gateway_doing gateway_sandbox = {
    .note = "sandbox: no money moves",
    .method = sandbox_method,
    .open = sandbox_open,
    .close = sandbox_close,
    .take = sandbox_take,
    .charge = sandbox_charge,
    .ask = sandbox_ask,
    .refund = sandbox_refund,
    .refund_ask = sandbox_refund_ask,
};
