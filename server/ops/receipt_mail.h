/* Receipts of payments by mail (E12). */
#ifndef SERVER_OPS_RECEIPT_MAIL_H
#define SERVER_OPS_RECEIPT_MAIL_H
#include "server/core/call.h"

#define RECEIPT_ENDED "not sent: the payment was taken back"

/* In the transaction in which the payment succeeds: so once. Nothing where the business has none sent, or has no mail server, or where mail
 * reaches nobody; what is wrong with the mail does not keep the payment from succeeding. */
enum err receipt_mail(struct call *c, const struct payment *p) MUST_USE;
#endif
