/* The sandbox's memory: every charge it ever made, in FOLDER/sandbox.ledger, append-only, on the disk before it is answered.
 * One line per charge and key, so that "charged once" can be proved by comparing it with the payments in the store:
 *     charge KEY STATE AMOUNT CURRENCY TOKEN      STATE: succeeded, failed or pending; AMOUNT in minor units
 *     asked KEY STATE                             each time somebody asked about a charge that was pending
 * Thread-safe. */
#ifndef SERVER_PAY_LEDGER_H
#define SERVER_PAY_LEDGER_H
#include "server/pay/gateway.h"

#define LEDGER_KEY 64
#define LEDGER_TOKEN 40

struct ledger_entry {
    char key[LEDGER_KEY + 1], token[LEDGER_TOKEN + 1];
    struct money amount;
    enum gateway_state state;
    int asked;
};

struct ledger;
/* Opens it, or makes it when absent. A last line that was cut short by a crash was never answered and is dropped.
 * ERR_LOCKED: another process has it. ERR_DAMAGED: a line that makes no sense. */
enum err ledger_open(const char *folder, struct ledger **out) MUST_USE;
void ledger_close(struct ledger *l); /* accepts NULL */
/* Writes a charge down unless there is one with that key; *first is the one that stands, *made says whether it is new.
 * ERR_DISK_FULL, ERR_IO: nothing was written, or it is not known (then every later call fails too, until it is opened again). */
enum err ledger_charge(struct ledger *l, const struct ledger_entry *wanted, struct ledger_entry *first,
                       bool *made) MUST_USE;
/* Looks a charge up; ERR_NOT_FOUND. A pending one is settled as succeeded the `patience`-th time. */
enum err ledger_ask(struct ledger *l, const char *key, int patience, struct ledger_entry *out) MUST_USE;
#endif
