/* Mails to a customer that name no person of it: what became of its money, and what it is asked for (method_mail.c, money_mail.c). */
#ifndef SERVER_OPS_CUSTOMER_MAIL_H
#define SERVER_OPS_CUSTOMER_MAIL_H
#include "server/mail/outbox.h"

struct customer_addressee {
    const char *email, *name; /* in the arena; email NULL: nobody */
};
bool customer_reached(const char *email); /* is there one, and does mail reach it? */
/* That person, or else the one to turn to of those who can sign in and whom mail reaches. */
enum err customer_addressee(struct call *c, uint64_t customer, uint64_t person,
                            struct customer_addressee *to) MUST_USE;
enum err customer_mail(struct call *c, uint64_t customer, enum mail_template template,
                       const struct customer_addressee *to, const struct mail_value *values,
                       size_t n) MUST_USE;
#endif
