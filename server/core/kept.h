/* What a thread keeps decoded from one request to the next: the business that it was last asked for, and what was made of its records. Each
 * thread has its own, so that nothing is shared or locked. Why it is never another state than the transaction's:
 * docs/decisions/kept-decoded.md. */
#ifndef SERVER_KEPT_H
#define SERVER_KEPT_H
#include "server/core/call.h"

struct kept {
    uint64_t marked;     /* kv_marked of the transaction that read it; 0: nothing is kept */
    uint32_t number;     /* of the business */
    struct arena *arena; /* of all below */
    struct business business;
    const struct gateway_offers *offers; /* by server/ops/payment_gateway.c; NULL: not made yet */
};

struct kept *kept_mine(void); /* of this thread, freed with it */
/* What is kept of the call's business, read now if need be, as the call's transaction sees it. NULL: nothing can be kept at the moment. What
 * it holds is good until the call is over; only what is made of records that are marked (data/record.c) may be added, in its arena. */
enum err kept_of(struct call *c, struct kept **kept) MUST_USE;
#endif
