#include "server/pay/sandbox_cards.h"
#include <string.h>

#define PAID GATEWAY_SUCCEEDED
#define FAILS GATEWAY_FAILED
#define WAITS GATEWAY_PENDING
#define DISPUTES GATEWAY_DISPUTED
#define BACK .back = {.first = PAID}
#define DECLINED(its_word, says)                                             \
    {                                                                        \
        .word = its_word, .charge = {.first = FAILS}, .sentence = says, BACK \
    }
#define DISPUTED(its_word, at_last, says)                                                   \
    {                                                                                       \
        .word = its_word, .charge = {.first = PAID, .then = {{1, DISPUTES}, {3, at_last}}}, \
        .sentence = says, BACK                                                              \
    }
#define ASKS_CODE(its_word, state, says)                                                     \
    {                                                                                        \
        .word = its_word, .charge = {.first = WAITS}, .sentence = says, .coded = state, BACK \
    }
#define DEBIT(its_word, says, ...)                                                                  \
    {                                                                                               \
        .word = its_word, .charge = {.first = WAITS, .then = {__VA_ARGS__}}, .sentence = says, BACK \
    }

static const struct sandbox_row rows[] = {
    {.word = "pays", .charge = {.first = PAID}, .sentence = "", BACK},
    {.word = "slow", .charge = {.first = PAID}, .sentence = "", BACK, .slowly = true},
    {.word = "mute", .charge = {.first = PAID}, .sentence = "", BACK, .mute = 3},
    {.word = "pending", .charge = {.first = WAITS, .then = {{2, PAID}}}, .sentence = "", BACK},
    DECLINED("declined", "The bank declined the card."),
    {.word = "later",
     .charge = {.first = FAILS},
     .sentence = "The bank declined the card.",
     BACK,
     .kept = true},
    DECLINED("no_funds", "There is not enough money on the account of this card."),
    DECLINED("breaks", "The card's bank could not process the payment. Try again later."),
    DECLINED("lost", "The bank declined the card: it was reported lost."),
    DECLINED("stolen", "The bank declined the card: it was reported stolen."),
    DECLINED("expired", "The bank declined the card: it has expired."),
    DECLINED("badcode", "The bank declined the card: the security code is not its own."),
    DECLINED("velocity", "The bank declined the card: it was used too often, or for too much, of late."),
    DECLINED("blocked", "The gateway blocked the payment: it looks like fraud."),
    DECLINED("risky", "The gateway blocked the payment: the risk is too high."),
    DECLINED("cvc", "The gateway blocked the payment: the bank could not confirm the security code."),
    DECLINED("postcode", "The gateway blocked the payment: the postcode is not the one that the bank knows."),
    DECLINED("lookup", "The bank could not be asked for its code, so it declined the card."),
    ASKS_CODE("code", PAID, ""),
    {.word = "codeonce", .charge = {.first = WAITS}, .sentence = "", .coded = PAID, BACK, .set_up = true},
    ASKS_CODE("codefunds", FAILS, "There is not enough money on the account of this card."),
    ASKS_CODE("codebad", FAILS, "The bank declined the card."),
    DISPUTED("fraud", GATEWAY_REVERSED, "The holder of the card says that they did not make it."),
    DISPUTED("missing", PAID, "The holder of the card says that they did not get what was paid for."),
    DISPUTED("inquiry", PAID, "The holder of the card asked the bank what it is about."),
    {.word = "backlate",
     .charge = {.first = PAID},
     .sentence = "",
     .back = {.first = WAITS, .then = {{2, PAID}}}},
    {.word = "backfails",
     .charge = {.first = PAID},
     .sentence = "",
     .back = {.first = PAID, .then = {{1, FAILS}}},
     .back_sentence = "The bank sent it back: the card has expired or was cancelled."},
    DEBIT("debit", "", {2, PAID}),
    DEBIT("debitlate", "", {4, PAID}),
    DEBIT("debitbad", "The bank refused the debit.", {2, FAILS}),
    DEBIT("debitbadlate", "The bank refused the debit.", {4, FAILS}),
    DEBIT("debitback", "The holder of the account says that it was not allowed.", {2, PAID}, {3, DISPUTES},
          {5, GATEWAY_REVERSED}),
    DECLINED("debitmuch", "More was debited from this account of late than is allowed in a week."),
    DEBIT("debitfunds", "There is not enough money on the account.", {2, FAILS}),
};

static const struct {
    const char *number, *word;
} means[] = {
    {"4242424242424242", "pays"},
    {"5555555555554444", "pays"},
    {"378282246310005", "pays"},
    {"4000000000000077", "pays"},
    {"4000000000003006", "slow"},
    {"4000000000003014", "mute"},
    {"4000000000009235", "pending"}, /* its risk is looked at first */
    {"4000000000004954", "risky"},
    {"4000000000000002", "declined"},
    {"4000000000000341", "later"}, /* at each charge; it is there to be saved */
    {"4000000000009995", "no_funds"},
    {"4000000000000119", "breaks"},
    {"4000000000009987", "lost"},
    {"4000000000009979", "stolen"},
    {"4000000000000069", "expired"},
    {"4000000000000127", "badcode"},
    {"4000000000006975", "velocity"},
    {"4100000000000019", "blocked"},
    {"4000000000000101", "cvc"},
    {"4000000000000036", "postcode"},
    {"4000008400001280", "lookup"},
    {"4000002500003155", "codeonce"},
    {"4000002760003184", "code"},
    {"4000003800000446", "codeonce"},
    {"4000008260003178", "codefunds"},
    {"4000008400001629", "codebad"},
    {"4000000000000259", "fraud"},
    {"4000000000002685", "missing"},
    {"4000000000001976", "inquiry"},
    {"4000000000007726", "backlate"},
    {"4000000000005126", "backfails"},
    {"AT611904300234573201", "debit"},
    {"AT321904300235473204", "debitlate"},
    {"AT861904300235473202", "debitbad"},
    {"AT051904300235473205", "debitbadlate"},
    {"AT591904300235473203", "debitback"},
    {"AT981904300000343434", "debitmuch"},
    {"AT981904300002222227", "debitfunds"},
};

static const struct sandbox_row *row_named(const char *word, size_t size)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (strlen(rows[i].word) == size && memcmp(rows[i].word, word, size) == 0)
            return &rows[i];
    return NULL;
}

const struct sandbox_row *sandbox_row_by(const char *number)
{
    for (size_t i = 0; i < sizeof means / sizeof *means; i++)
        if (strcmp(means[i].number, number) == 0)
            return row_named(means[i].word, strlen(means[i].word));
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
