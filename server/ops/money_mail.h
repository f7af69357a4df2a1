/* Mails to a customer about money that went the other way: a refund, a payment that its bank disputes or took back. In the transaction of what they tell about. */
#ifndef SERVER_OPS_MONEY_MAIL_H
#define SERVER_OPS_MONEY_MAIL_H
#include "server/core/call.h"

/* It arrived, or it failed, as it says itself. */
enum err money_mail_refund(struct call *c, const struct refund *r) MUST_USE;
/* It is disputed, or reversed, as it says itself. due: numbers of what is to be paid again; "": nothing. */
enum err money_mail_taken(struct call *c, const struct payment *p, const char *due) MUST_USE;
#endif
