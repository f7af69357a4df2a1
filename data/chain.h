/* The log of a business is a chain: each event carries a digest over itself and, through the one before, over all events
 * before it (common/seal.h). Its head, number and link of the newest event, is KIND_AUDIT 1, kept in the transaction of each
 * event. record_put links every event, so none can be written without; events are never changed or deleted. */
#ifndef DATA_CHAIN_H
#define DATA_CHAIN_H
#include "data/record.h"

#define CHAIN_HEAD 1 /* id of the head among KIND_AUDIT; the others are heads that were signed */

/* For record_put: links a new event, whose id is set, and moves the head. Its link lies in the txn's arena. */
enum err chain_add(struct txn *t, struct event *e) MUST_USE;
/* For the migration of stores without chain: links up to `most` events that come after the head, in place, and puts what they
 * derive into indexes. *done: there are no more. */
enum err chain_catch_up(struct txn *t, size_t most, bool *done) MUST_USE;

/* Reads a whole log and compares it with itself, with the head and with the numbers given out. In bounded memory. */
struct chain_walk {
    /* what is found; text is a literal or lives until the next one. `event`: number of the event it is about */
    void (*problem)(void *context, uint64_t event, const char *text);
    void *context;
    /* results */
    uint64_t events, last; /* how many were read; number of the last one */
};
enum err chain_walk(struct txn *t, struct chain_walk *walk) MUST_USE;
#endif
