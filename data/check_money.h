/* Whether the money of a business adds up over all its records (docs/decisions/credit.md has the sums). Memory: 24 bytes for each document that
 * something settles, for each source of credit, and for each customer. */
#ifndef DATA_CHECK_MONEY_H
#define DATA_CHECK_MONEY_H
#include "data/record.h"

struct flow;
struct money_check {
    struct flow *slots; /* a hash table of its own memory */
    size_t n, capacity; /* capacity: a power of two */
};
/* Takes a record in. Returns what is wrong with it by itself; NULL: nothing. */
const char *money_check_add(struct money_check *m, enum kind kind, const void *record);
/* Told each sum that does not come out: what is wrong, with which record. */
void money_check_end(const struct money_check *m,
                     void (*tell)(void *context, const char *what, enum kind kind, uint64_t id),
                     void *context);
void money_check_free(struct money_check *m);
#endif
