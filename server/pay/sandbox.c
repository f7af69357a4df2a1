/* A gateway that takes no money: it knows a few test cards, and what becomes of a charge follows from the card. */
#include "common/hash.h"
#include "server/pay/card.h"
#include "server/pay/sandbox_cards.h"
#include "server/pay/transfer.h"
#include "server/core/secret.h"
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define SLOW_MS 3000
#define FEE_PER_MILLE 15 /* of what it pays out */
#define POSTCODE "12345" /* of the card whose bank compares it */
#define CODE "123456"    /* as sandbox_code says */
#define CODE_TRIES 3
#define CODE_MS (10 * 60 * 1000)                 /* after the payment was made */
#define CODE_AWAY_MS (INT64_C(3) * 86400 * 1000) /* who was not there when it was made has longer */

static bool sandbox_method(size_t i, struct gateway_method *out)
{
    static const struct gateway_method methods[] = {
        {.name = "card", .mode = MODE_CARD, .wants = shape_card_details, .keeps = true},
        {.name = "debit",
         .mode = MODE_DEBIT,
         .wants = shape_debit_account,
         .title = "Direct debit",
         .agree =
             "You allow %s to collect this amount from your account once, by direct debit, and your bank "
             "to pay it. Your bank gives it back to you if you ask within eight weeks.",
         .keeps = true}};
    const bool is = i < sizeof methods / sizeof *methods;
    if (is)
        *out = methods[i];
    return is;
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

static enum err take(struct arena *a, const char *number, const char *last4, const char *method,
                     struct gateway_taken *out)
{
    const struct sandbox_row *row = sandbox_row_by(number);
    if (!row)
        return ERR_PAYMENT_FAILED;
    out->token = arena_printf(a, "sandbox-%s-%s", row->word, last4);
    out->method = arena_printf(a, "%s ending %s", method, last4);
    out->kept = row->charge.first != GATEWAY_FAILED || row->kept;
    out->brand = method;
    snprintf(out->last4, sizeof out->last4, "%s", last4);
    return OK;
}

static enum err take_card(struct arena *a, const struct card_details *card, int32_t today,
                          struct gateway_taken *out, struct refusal *why)
{
    struct card_facts facts;
    enum err e = card_check(card, today, &facts, why);
    if (e)
        return e;
    const char *postcode = card->card_postcode;
    const bool compares = strcmp(facts.digits, "4000000000000036") == 0 && postcode && *postcode;
    const bool differs = compares && strcmp(postcode, POSTCODE) != 0;
    e = take(a, compares ? "4242424242424242" : facts.digits, facts.last4, facts.brand, out);
    out->expires = facts.last_day;
    secret_wipe(&facts, sizeof facts);
    if (differs)
        return refuse(why, ERR_INVALID, "card_postcode",
                      "is not the one that the card's bank knows; of this toy it is " POSTCODE);
    return e ? refuse(why, e, "card_number",
                      "sandbox: no money moves, and only test cards are taken, such as 4242 4242 4242 4242")
             : OK;
}

static enum err take_account(struct arena *a, const struct debit_account *account, struct gateway_taken *out,
                             struct refusal *why)
{
    char iban[IBAN_TEXT];
    const char *wrong = iban_read(account->iban, iban);
    if (wrong)
        return refuse(why, ERR_INVALID, "iban", "%s", wrong);
    const bool no_debits = strcmp(iban, "AT271904300000055555") == 0;
    enum err e = no_debits ? ERR_PAYMENT_FAILED : take(a, iban, iban + strlen(iban) - 4, "Account", out);
    secret_wipe(iban, sizeof iban);
    if (no_debits)
        return refuse(why, e, "iban", "the bank of that account takes no direct debits");
    return e ? refuse(why, e, "iban",
                      "sandbox: no money moves, and only test accounts are taken, such as AT61 1904 3002 "
                      "3457 3201")
             : OK;
}

static enum err sandbox_take(const struct gateway *g, struct arena *a, const struct gateway_method *method,
                             const void *given, int32_t today, struct gateway_taken *out, struct refusal *why)
{
    (void)g;
    return method->mode == MODE_DEBIT ? take_account(a, given, out, why)
                                      : take_card(a, given, today, out, why);
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
    bool more = row && !*entry->of && entry->asked <= row->mute && row->mute;
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

static const char *charge_says(const struct ledger_entry *entry, const struct sandbox_row *row)
{
    if (entry->state == GATEWAY_PENDING || entry->state == GATEWAY_SUCCEEDED)
        return "";
    if (strcmp(entry->word, "wrong") == 0)
        return "The code was wrong three times.";
    if (strcmp(entry->word, "off") == 0)
        return "It was called off before anything was paid.";
    return strcmp(entry->word, "late") == 0 ? "The code was not given in time." : row->sentence;
}

static void outcome_of(const struct ledger_entry *entry, struct gateway_outcome *out)
{
    const struct sandbox_row *row = sandbox_row_of(entry->token);
    const char *sentence = "";
    if (row && !*entry->of)
        sentence = charge_says(entry, row);
    else if (row && entry->state == GATEWAY_FAILED)
        sentence = refund_failed(entry, row);
    *out = (struct gateway_outcome){.state = entry->state};
    snprintf(out->sentence, sizeof out->sentence, "%s", sentence);
    if (row && row->coded && entry->state == GATEWAY_PENDING)
        out->step = "code";
}

/* It does not answer; what it did it remembers. */
static bool is_mute(const struct ledger_entry *entry)
{
    const struct sandbox_row *row = sandbox_row_of(entry->token);
    return row && row->mute && !*entry->of && entry->asked <= row->mute;
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
    if (!e && is_mute(&first))
        e = ERR_OFFLINE;
    if (!e)
        outcome_of(&first, out);
    return e;
}

/* When a code is too late, in ms; 0: never. */
static int64_t ends(const struct payment *p)
{
    return p->created ? p->created + (p->attempt ? CODE_AWAY_MS : CODE_MS) : 0;
}

static bool too_late(const struct payment *p)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return ends(p) && (int64_t)now.tv_sec * 1000 > ends(p);
}

static enum err sandbox_charge(const struct gateway *g, const struct payment *p, struct gateway_outcome *out)
{
    const struct sandbox_row *row = sandbox_row_of(p->token);
    if (!key_good(p->key) || p->amount.amount <= 0 || !row)
        return ERR_INVALID;
    struct ledger_entry wanted = {.amount = p->amount,
                                  .state = p->attempt && row->set_up ? row->coded : row->charge.first};
    bool made;
    snprintf(wanted.key, sizeof wanted.key, "%s", p->key);
    snprintf(wanted.token, sizeof wanted.token, "%s", p->token);
    enum err e = add(g, &wanted, &made, out);
    if (!e && made && row->slowly)
        answer_slowly();
    if (!e && out->step)
        out->until = ends(p);
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
    if (!e && is_mute(&entry))
        e = ERR_OFFLINE;
    if (!e)
        outcome_of(&entry, out);
    return e;
}

/* --- a code, as a bank asks for one ----------------------------------------------------------------------------------------- */
static enum err say(const struct gateway *g, const char *key, enum gateway_state state, const char *word,
                    struct gateway_outcome *out)
{
    struct ledger_entry entry;
    enum err e = ledger_answer(g->own, key, state, word, &entry);
    if (e == ERR_STATE) /* it is over: that is how it ended */
        e = OK;
    if (!e)
        outcome_of(&entry, out);
    return e;
}

static const struct shape *sandbox_step(const char *name)
{
    return strcmp(name, "code") == 0 ? shape_sandbox_code() : NULL;
}

static enum err sandbox_answer(const struct gateway *g, const struct payment *p, const void *given,
                               struct gateway_outcome *out, struct refusal *why)
{
    const struct sandbox_row *row = sandbox_row_of(p->token);
    struct ledger_entry entry;
    enum err e = row && row->coded ? ledger_ask(g->own, p->key, next_of, &entry) : ERR_STATE;
    if (e)
        return e == ERR_NOT_FOUND ? ERR_STATE : e;
    if (too_late(p))
        return say(g, p->key, GATEWAY_FAILED, "late", out);
    if (strcmp(((const struct sandbox_code *)given)->code, CODE) == 0)
        return say(g, p->key, row->coded, "right", out);
    const int left = CODE_TRIES - entry.answered - 1;
    e = say(g, p->key, left > 0 ? GATEWAY_PENDING : GATEWAY_FAILED, "wrong", out);
    return e || out->state != GATEWAY_PENDING
               ? e
               : refuse(why, ERR_INVALID, "code", "is not the one that the bank sent; %d more tr%s", left,
                        left == 1 ? "y" : "ies");
}

static enum err sandbox_ask(const struct gateway *g, const struct payment *p, struct gateway_outcome *out)
{
    enum err e = asked(g, p->key, out);
    if (!e && out->step)
        out->until = ends(p);
    return !e && out->step && too_late(p) ? say(g, p->key, GATEWAY_FAILED, "late", out) : e;
}

/* One that waits for a code. Of which it never heard: it hears of it now, so that it is not made later. */
static enum err sandbox_cancel(const struct gateway *g, const struct payment *p, struct gateway_outcome *out)
{
    bool made = false;
    struct ledger_entry wanted = {.amount = p->amount, .state = GATEWAY_PENDING};
    enum err e = asked(g, p->key, out);
    if (e || (out->state == GATEWAY_PENDING && !out->step))
        return e ? e : ERR_STATE;
    if (out->state != GATEWAY_PENDING && out->state != GATEWAY_UNKNOWN)
        return OK;
    if (out->state == GATEWAY_UNKNOWN && (!sandbox_row_of(p->token) || !key_good(p->key)))
        return ERR_INVALID;
    snprintf(wanted.key, sizeof wanted.key, "%s", p->key);
    snprintf(wanted.token, sizeof wanted.token, "%s", p->token);
    if (out->state == GATEWAY_UNKNOWN)
        e = add(g, &wanted, &made, out);
    return e ? e : say(g, p->key, GATEWAY_FAILED, "off", out);
}

/* --- giving back -------------------------------------------------------------------------------------------------------------- */

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

/* --- what it took --------------------------------------------------------------------------------------------------------------- */
static enum gateway_state unmoved(const struct ledger_entry *entry)
{
    (void)entry;
    return GATEWAY_UNKNOWN;
}

static bool took(const struct ledger_entry *entry)
{
    return entry->state == GATEWAY_SUCCEEDED || entry->state == GATEWAY_DISPUTED ||
           entry->state == GATEWAY_REVERSED;
}

static enum err remembered(const struct gateway *g, struct arena *a, const struct gateway_keys *keys,
                           struct gateway_charges *out)
{
    out->v = arena_alloc(a, (keys->n + 1) * sizeof *out->v);
    for (size_t i = 0; i < keys->n; i++) {
        struct ledger_entry entry;
        enum err e = ledger_ask(g->own, keys->v[i], unmoved, &entry);
        if (e == ERR_NOT_FOUND)
            continue;
        if (e)
            return e;
        out->v[out->n++] = (struct gateway_charge){
            .key = keys->v[i],
            .amount = money_of(entry.amount.amount, arena_text(a, entry.amount.currency, 3)),
            .took = took(&entry)};
    }
    return OK;
}

/* --- what it paid out ------------------------------------------------------------------------------------------------------------ */
/* Each charge by itself, on the day after, less a fee; what goes back is collected in the same way, whole. So what was paid out once stays as it was,
 * whatever is paid later. */
static struct gateway_payout paid_out(struct arena *a, const struct ledger_entry *entry, int32_t day,
                                      int32_t today)
{
    const int64_t amount = entry->amount.amount,
                  fee = amount / 1000 * FEE_PER_MILLE + (amount % 1000 * FEE_PER_MILLE + 500) / 1000;
    const bool back = *entry->of != '\0';
    struct gateway_payout p = {.date = day + 1, .parts = true};
    p.state = p.date <= today ? GATEWAY_SUCCEEDED : GATEWAY_PENDING;
    p.charged = back ? 0 : amount;
    p.fees = back ? 0 : fee;
    p.back = back ? amount : 0;
    p.amount = money_of(p.charged - p.fees - p.back, arena_text(a, entry->amount.currency, 3));
    p.id = arena_printf(a, "po_%016" PRIx64, hash_add(HASH_BEGIN, entry->key, strlen(entry->key)));
    p.statement = arena_printf(a, "SANDBOX PAYOUT %s", p.id);
    return p;
}

static enum err list_payouts(const struct gateway *g, struct arena *a, const struct gateway_asking *asking,
                             struct gateway_payouts *out)
{
    const struct gateway_keys *keys = &asking->moved;
    out->v = arena_alloc(a, (keys->n + 1) * sizeof *out->v);
    for (size_t i = 0; i < keys->n; i++) {
        struct ledger_entry entry;
        enum err e = ledger_ask(g->own, keys->v[i], unmoved, &entry);
        if (e && e != ERR_NOT_FOUND)
            return e;
        if (!e && took(&entry) && strcmp(entry.amount.currency, asking->currency) == 0)
            out->v[out->n++] = paid_out(a, &entry, asking->moved_on[i], asking->today);
    }
    return OK;
}

/* Its ledger is of all businesses and knows no days: so it tells of what it is asked about, and of nothing else. */
static enum err sandbox_list(const struct gateway *g, struct arena *a, const struct gateway_asking *asking,
                             struct gateway_list *out, struct refusal *why)
{
    enum err e = remembered(g, a, &asking->keys, &out->charges);
    if (!e)
        e = remembered(g, a, &asking->back_keys, &out->backs);
    if (!e)
        e = list_payouts(g, a, asking, &out->payouts);
    out->pays_out = true;
    return e ? refuse(why, e, "", "its ledger can not be read") : OK;
}

const struct gateway_doing gateway_sandbox = {
    .note = "sandbox: no money moves",
    .method = sandbox_method,
    .open = sandbox_open,
    .close = sandbox_close,
    .take = sandbox_take,
    .charge = sandbox_charge,
    .ask = sandbox_ask,
    .step = sandbox_step,
    .answer = sandbox_answer,
    .cancel = sandbox_cancel,
    .refund = sandbox_refund,
    .refund_ask = sandbox_refund_ask,
    .list = sandbox_list,
};
