/* What has a number, by it. An index holds the begin of a long text (KEY_TEXT), and payments of several sets of books may have one number:
 * so all that begins alike is walked, however many there are, and compared whole. */
#ifndef SERVER_NUMBERED_H
#define SERVER_NUMBERED_H
#include "server/core/call.h"

/* The document of that kind (enum doc_kind) with exactly that number, whatever its capitals; 0 for none. */
enum err numbered_document(struct call *c, int kind, const char *number, uint64_t *id) MUST_USE;

/* Told each payment whose number is the same but for capitals, or (`counted`) also but for zeros, as INV-12 and INV-012: false ends the
 * walk. What is taken from the call's arena meanwhile is given back. */
typedef bool numbered_take(void *context, const struct payment_owner *p);
enum err numbered_payments(struct call *c, const char *number, bool counted, numbered_take *take,
                           void *context) MUST_USE;
/* Has a payment exactly that number? */
enum err numbered_payment_is(struct call *c, const char *number, bool *is) MUST_USE;
/* The refund with exactly that number, whatever its capitals; *id may be NULL. */
enum err numbered_refund(struct call *c, const char *number, uint64_t *id, bool *is) MUST_USE;
#endif
