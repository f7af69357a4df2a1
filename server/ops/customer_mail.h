/* Mails to a customer about its money, and to whom of it they go (docs/decisions/mails-about-money.md). */
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
/* All who can sign in there and whom mail reaches, or else the customer's own address, or that of the one to turn to. None: nobody can be reached. */
enum err customer_everybody(struct call *c, const struct customer *of,
                            struct reminded_mail_list *to) MUST_USE;
/* To all of these. */
enum err customer_tell(struct call *c, uint64_t customer, enum mail_template template,
                       const struct mail_value *values, size_t n) MUST_USE;
/* To one of them. */
enum err customer_mail(struct call *c, uint64_t customer, enum mail_template template,
                       const struct customer_addressee *to, const struct mail_value *values,
                       size_t n) MUST_USE;
#endif
