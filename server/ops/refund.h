/* Refunds, as other handlers see them. Money that is on its way back is taken out of the credit it comes from when the refund is made, and put back
 * when it fails, however late (follow_refund_settle). */
#ifndef SERVER_OPS_REFUND_H
#define SERVER_OPS_REFUND_H
#include "server/core/call.h"

/* Refunds that failed, newest first, of the last `days`, for the work queue: at most `limit`. */
enum err refund_failed(struct call *c, int32_t since, size_t limit, struct refund_list *out) MUST_USE;
#endif
