/* A reminder whose mail is about to leave: what it asks for is read again (server/mail/mail_due.c). */
#ifndef SERVER_OPS_REMINDER_MAIL_H
#define SERVER_OPS_REMINDER_MAIL_H
#include "server/core/call.h"

#define REMINDER_ENDED "not sent: nothing that it asks for is owed any more, or to be reminded of now"

enum reminder_worth {
    REMINDER_AS_IT_IS,
    REMINDER_OTHERWISE, /* something of it is another now: it is written anew first */
    REMINDER_OVER,      /* nothing of it is owed, or to be reminded of */
};
enum err reminder_worth_of(struct call *c, const struct mail *m, enum reminder_worth *worth) MUST_USE;
/* Writes the mail, and those to others at the customer that did not leave yet, as it is to be said now. */
enum err reminder_again(struct call *c, uint64_t mail) MUST_USE;
/* That mail was withdrawn. Where no other of the reminder left, it was never sent: its step is to be made again, its late fees go. */
enum err reminder_withdrawn(struct call *c, uint64_t mail) MUST_USE;
#endif
