/* Contact persons of a customer: shared by the operations on customers, contact persons and access. */
#ifndef SERVER_OPS_CONTACT_H
#define SERVER_OPS_CONTACT_H
#include "server/core/call.h"

#define CONTACTS_MAX 100 /* of one customer */

/* The contact persons of a customer in the order they were added, at most `most`. */
enum err contact_all(struct call *c, uint64_t customer, size_t most, struct contact_list *out) MUST_USE;
/* Adds a person from what was given in `from` (refusals name `path`.field); the first of a customer is its primary one.
 * ERR_EXISTS when another person of the customer has the e-mail address (B2). */
enum err contact_add(struct call *c, const struct customer *of, const char *path, const struct contact *from,
                     struct contact *out) MUST_USE;
/* An event about a person of a customer. */
enum err contact_event(struct call *c, int what, const struct contact *contact, const char *text) MUST_USE;
#endif
