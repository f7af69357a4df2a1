/* What a thread keeps decoded from one request to the next: the business that it was last asked for, what was made of its records, and some
 * of the sessions that asked. Each
 * thread has its own, so that nothing is shared or locked. Why it is never another state than the transaction's:
 * docs/decisions/kept-decoded.md. */
#ifndef SERVER_KEPT_H
#define SERVER_KEPT_H
#include "server/core/call.h"
#include "server/core/secret.h"

struct kept {
    uint64_t marked;     /* kv_marked of the transaction that read it; 0: nothing is kept */
    uint32_t number;     /* of the business */
    struct arena *arena; /* of all below */
    struct business business;
    const struct gateway_offers *offers; /* by server/ops/payment_gateway.c; NULL: not made yet */
    struct kept_session *sessions;
    struct kept_bell *bells;
};

struct kept *kept_mine(void); /* of this thread, freed with it */
/* What is kept of the call's business, read now if need be, as the call's transaction sees it. NULL: nothing can be kept at the moment. What
 * it holds is good until the call is over; only what is made of records that are marked (data/record.c) may be added, in its arena. */
enum err kept_of(struct call *c, struct kept **kept) MUST_USE;
/* The session that a token (told by secret_mark) was found to be of, as the call's transaction sees it; binds the call to its business. Its
 * hash is not among it. false: it has to be read. */
bool kept_session(struct call *c, const uint8_t token[SECRET_MARK], struct session *s);
/* Keeps one that was just read and found to be the token's; marked: what kv_marked gave before it was read. */
void kept_session_keep(struct call *c, const uint8_t token[SECRET_MARK], uint64_t marked,
                       const struct session *s);
/* How many events ring the bell of who asks, counted by `count` where it has changed since it was kept. */
enum err kept_unread(struct call *c, uint64_t bell, uint64_t customer,
                     enum err (*count)(struct call *c, int64_t *unread), int64_t *unread) MUST_USE;
#endif
