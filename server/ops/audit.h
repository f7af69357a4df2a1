/* Signed heads of the log: made here, by audit.head and by the daemon's clock (server/due/seal_due.c). */
#ifndef SERVER_OPS_AUDIT_H
#define SERVER_OPS_AUDIT_H
#include "server/core/call.h"

/* Has the log grown since it was signed last? */
enum err audit_grown(struct txn *t, bool *grown) MUST_USE;
/* Signs the log of the call's business as it stands, keeps the seal and lets go of one that is no longer kept. ERR_STATE: it is
 * not what was signed before, and must not be signed as if it were. */
enum err audit_sign(struct call *c, struct audit *seal) MUST_USE;
/* The newest signed head; ERR_NOT_FOUND. */
enum err audit_newest(struct txn *t, struct audit *seal) MUST_USE;
/* Of the signed heads 1 … newest: is this one still kept? The last LIMIT_SEALS are, then every second of as many steps back,
 * then every fourth …; so there are few, and they are dense where it matters. */
bool audit_kept(uint64_t head, uint64_t newest);
#endif
