/* The sandbox's memory: every charge and refund it ever made, in FOLDER/sandbox.ledger, append-only, on the disk before it is answered.
 * One line per key, so that "charged once" can be proved by comparing it with the payments in the store:
 *     charge KEY STATE AMOUNT CURRENCY TOKEN          AMOUNT in minor units
 *     refund KEY CHARGE STATE AMOUNT CURRENCY         a part of that charge that goes back
 *     asked KEY STATE                                 each time somebody asked about one of which more was to come
 *     answered KEY STATE WORD                         what somebody said whom a charge waited for, in a word
 * STATE: pending, succeeded, failed, disputed or reversed. A key is for one charge or for one refund. Thread-safe. */
#ifndef SERVER_PAY_LEDGER_H
#define SERVER_PAY_LEDGER_H
#include "server/pay/gateway.h"

#define LEDGER_KEY 64
#define LEDGER_TOKEN 40
#define LEDGER_WORD 7

struct ledger_entry {
    char key[LEDGER_KEY + 1];
    char of[LEDGER_KEY + 1];      /* of a refund: the key of its charge; "": it is a charge */
    char token[LEDGER_TOKEN + 1]; /* of a refund: that of its charge */
    char word[LEDGER_WORD + 1];   /* of the last answer; "": there was none */
    struct money amount;
    int64_t back; /* of a charge: what went back of it, or is on its way; ≤ amount */
    enum gateway_state state;
    int asked, answered;
};

struct ledger;
/* Opens it, or makes it when absent. A last line that was cut short by a crash was never answered and is dropped.
 * ERR_LOCKED: another process has it. ERR_DAMAGED: a line that makes no sense. */
enum err ledger_open(const char *folder, struct ledger **out) MUST_USE;
void ledger_close(struct ledger *l); /* accepts NULL */
/* Writes a charge down, or a refund, unless there is one with that key; *first is the one that stands, *made says whether it is new. A refund of
 * more than is left of its charge, or of one that has not succeeded, is written down as failed. ERR_NOT_FOUND: a refund of no charge.
 * ERR_DISK_FULL, ERR_IO: nothing was written, or it is not known (then every later call fails too, until it is opened again). */
enum err ledger_add(struct ledger *l, const struct ledger_entry *wanted, struct ledger_entry *first,
                    bool *made) MUST_USE;
/* Looks one up; ERR_NOT_FOUND. `next` says what becomes of it when it is asked about once more; GATEWAY_UNKNOWN: nothing, ever: then asking is
 * not written down. */
enum err ledger_ask(struct ledger *l, const char *key,
                    enum gateway_state (*next)(const struct ledger_entry *),
                    struct ledger_entry *out) MUST_USE;
/* The charge was waiting for an answer and has one, in a word of letters, by which it is in that state now. ERR_NOT_FOUND. ERR_STATE: it is not pending;
 * *out is set then, too. */
enum err ledger_answer(struct ledger *l, const char *key, enum gateway_state state, const char *word,
                       struct ledger_entry *out) MUST_USE;
#endif
