/* Refunds, as other handlers see them. Money that is on its way back is taken out of the credit it comes from when the refund is made, and put back
 * when it fails, however late (follow_refund_settle). */
#ifndef SERVER_OPS_REFUND_H
#define SERVER_OPS_REFUND_H
#include "server/core/call.h"

struct credit_source;
/* One that another system made: *r says of it what it says, the rest comes from the source, which is stored; no gateway hears of it. What is left
 * has been looked at. */
enum err refund_bring(struct call *c, const struct credit_source *s, struct refund *r) MUST_USE;

/* Refunds that failed, newest first, of the last `days`, for the work queue: at most `limit`. */
enum err refund_failed(struct call *c, int32_t since, size_t limit, struct refund_list *out) MUST_USE;
struct gateway_found;
/* A refund of that payment happened, or changed, at its gateway. One that is on record here is asked about. One that was made there, and not
 * from here, is put on record, and staff are told: what it gave back is taken off what the payment settles as far as no credit of it is left. */
enum err refund_heard(struct call *c, struct payment *p, const struct gateway_found *found) MUST_USE;
/* Takes its amount out of what is left of the source, and writes it down with a number. told: which event (enum what). */
enum err refund_keep(struct call *c, const struct credit_source *s, struct refund *r, int told) MUST_USE;
#endif
