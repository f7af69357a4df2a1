/* What happened at a gateway, as it is put on record here: how far its events were read, which were looked at, and what each has asked. What an
 * event says is never written down: the payment or refund that it names is asked about, and settled as it always is. */
#ifndef SERVER_OPS_GATEWAY_WATCH_H
#define SERVER_OPS_GATEWAY_WATCH_H
#include "server/core/call.h"
#include "server/pay/gateway.h"

/* From now on its events are read, and soon: something is about to happen there. Nothing of a gateway that tells of none. */
enum err gateway_watch(struct call *c, const struct gateway_kind *kind) MUST_USE;
/* A gateway that the business has set and whose events nobody reads; NULL: there is none. */
enum err gateway_unwatched(struct txn *t, const struct gateway_kind **out) MUST_USE;

/* How far they were read; all 0: not yet. */
enum err gateway_read_to(struct txn *t, const char *gateway, struct gateway_seen *out) MUST_USE;
/* Was that event looked at? */
enum err gateway_was_seen(struct txn *t, const char *gateway, const char *event, bool *seen) MUST_USE;
enum err gateway_note_seen(struct call *c, const char *gateway, const struct gateway_news *news) MUST_USE;
/* Forgets those that no list will bring again. */
enum err gateway_forget_seen(struct call *c, const char *gateway, int64_t before) MUST_USE;

/* Has asked what it names. found: what gateway_look found, of what is no name of a charge. *later: it can not be put on record yet. */
enum err gateway_heard(struct call *c, const struct gateway_kind *kind, const struct gateway_news *news,
                       const struct gateway_found *found, bool *later) MUST_USE;
/* Has some of the payments asked about that may have news, from number *from on; *from 0: that were all. */
enum err gateway_ask_some(struct call *c, const struct gateway_kind *kind, int64_t *from) MUST_USE;
/* The payment whose charge bears that name there; ERR_NOT_FOUND. */
enum err gateway_payment(struct txn *t, const char *gateway, const char *charge, uint64_t *payment) MUST_USE;
#endif
