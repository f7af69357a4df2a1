#include "server/pay/sandbox_cards.h"
#include <string.h>

#define PAID GATEWAY_SUCCEEDED
#define BACK                       \
    {                              \
        .first = GATEWAY_SUCCEEDED \
    }
#define DECLINED(word, sentence)                                     \
    {                                                                \
        word, {.first = GATEWAY_FAILED}, sentence, BACK, NULL, false \
    }
#define DISPUTED(word, at_last, sentence)                                                                 \
    {                                                                                                     \
        word, {.first = PAID, .then = {{1, GATEWAY_DISPUTED}, {3, at_last}}}, sentence, BACK, NULL, false \
    }

static const struct sandbox_row rows[] = {
    {"pays", {.first = PAID}, "", BACK, NULL, false},
    {"slow", {.first = PAID}, "", BACK, NULL, true},
    {"pending", {.first = GATEWAY_PENDING, .then = {{2, PAID}}}, "", BACK, NULL, false},
    DECLINED("declined", "The bank declined the card."),
    DECLINED("no_funds", "There is not enough money on the account of this card."),
    DECLINED("breaks", "The card's bank could not process the payment. Try again later."),
    DISPUTED("fraud", GATEWAY_REVERSED, "The holder of the card says that they did not make it."),
    DISPUTED("missing", PAID, "The holder of the card says that they did not get what was paid for."),
    DISPUTED("inquiry", PAID, "The holder of the card asked the bank what it is about."),
    {"backlate", {.first = PAID}, "", {.first = GATEWAY_PENDING, .then = {{2, PAID}}}, NULL, false},
    {"backfails",
     {.first = PAID},
     "",
     {.first = PAID, .then = {{1, GATEWAY_FAILED}}},
     "The bank sent it back: the card has expired or was cancelled.",
     false},
};

static const struct {
    const char *number, *word;
} cards[] = {
    {"4242424242424242", "pays"},      {"5555555555554444", "pays"},    {"378282246310005", "pays"},
    {"4000000000003006", "slow"},      {"4000000000000341", "pending"}, {"4000000000000002", "declined"},
    {"4000000000009995", "no_funds"},  {"4000000000000119", "breaks"},  {"4000000000000259", "fraud"},
    {"4000000000002685", "missing"},   {"4000000000001976", "inquiry"}, {"4000000000007726", "backlate"},
    {"4000000000005126", "backfails"},
};

static const struct sandbox_row *row_named(const char *word, size_t size)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (strlen(rows[i].word) == size && memcmp(rows[i].word, word, size) == 0)
            return &rows[i];
    return NULL;
}

const struct sandbox_row *sandbox_card(const char *number)
{
    for (size_t i = 0; i < sizeof cards / sizeof *cards; i++)
        if (strcmp(cards[i].number, number) == 0)
            return row_named(cards[i].word, strlen(cards[i].word));
    return NULL;
}

const struct sandbox_row *sandbox_row_of(const char *token)
{
    static const char begin[] = "sandbox-";
    const char *word = token + sizeof begin - 1, *last4;
    if (strlen(token) > LEDGER_TOKEN || strncmp(token, begin, sizeof begin - 1) != 0 ||
        !(last4 = strchr(word, '-')) || strlen(last4 + 1) != 4 || strspn(last4 + 1, "0123456789") != 4)
        return NULL;
    return row_named(word, (size_t)(last4 - word));
}
