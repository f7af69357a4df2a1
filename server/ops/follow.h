/* What happens after an answer: the dispatcher runs these as writes of their own, on behalf of who asked. */
#ifndef SERVER_OPS_FOLLOW_H
#define SERVER_OPS_FOLLOW_H
#include "server/call.h"

/* Leaves the viewed mark of a customer's person on a document, once, with its event. Nothing when it has the mark, or is gone
 * or no longer visible to that customer. */
enum err follow_viewed(struct call *c, uint64_t document) MUST_USE;
#endif
