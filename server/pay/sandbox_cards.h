/* The sandbox's means of payment, and what becomes of a charge and of a refund by each. The numbers are those that a
 * well-known gateway has for tests, with what becomes of them there; 3006 and 3014 are our own. */
#ifndef SERVER_PAY_SANDBOX_CARDS_H
#define SERVER_PAY_SANDBOX_CARDS_H
#include "server/pay/ledger.h"

/* From `first` to the next when it was asked about so often; `asked` 0: there is no next. */
struct sandbox_course {
    enum gateway_state first;
    struct {
        int asked;
        enum gateway_state state;
    } then[3];
};
struct sandbox_row {
    const char *word; /* stands in tokens, which payments and ledgers keep */
    struct sandbox_course charge;
    const char *sentence; /* why it failed, is disputed or was taken back; "": it is none of these */
    struct sandbox_course back;
    const char *back_sentence; /* why a refund failed later; NULL: it does not */
    enum gateway_state coded;  /* what it is once the right code was given; UNKNOWN: none is asked for */
    int mute;                  /* so often it does not answer who asks, and not the one who charges */
    bool slowly;               /* its answer takes some seconds */
    bool kept;                 /* declined, and can be saved all the same */
    bool set_up;               /* once saved it asks for no code where its owner is not there */
};
/* What becomes of a card or an account; NULL: it is none of the sandbox's. number: digits alone, or an IBAN without blanks. */
const struct sandbox_row *sandbox_row_by(const char *number);
/* "sandbox-pays-4242" → its row; NULL: no token of the sandbox's. */
const struct sandbox_row *sandbox_row_of(const char *token);
#endif
