/* What hangs on somebody who signs in, a contact person or a staff account. */
#ifndef SERVER_OPS_PERSON_H
#define SERVER_OPS_PERSON_H
#include "server/mail/outbox.h"

/* Ends all sessions and all codes that were sent by mail. */
enum err person_shut(struct call *c, int side, uint64_t person) MUST_USE;
/* Ends these and removes the SSH keys and the second factor too: whoever comes next under that record is somebody else. */
enum err person_forget(struct call *c, int side, uint64_t person) MUST_USE;
/* Removes all SSH keys, as key.remove does. */
enum err person_end_keys(struct call *c, int side, uint64_t person) MUST_USE;
bool person_has_access(const struct contact *p); /* given, whether taken up or not */
/* Access of a contact person ends, and another may begin: sessions, codes, password; keys, too, unless there was access and there is.
 * The record is the caller's to write. */
enum err person_end_access(struct call *c, struct contact *p, int access) MUST_USE;
/* Somebody, as who asks means them. */
struct person {
    int side;
    uint64_t id, customer; /* no customer: staff */
    const char *name;
};
/* By the arguments of that name, of which at most one is given: neither means oneself, a contact person is for staff, a colleague for
 * administrators. Refuses with the argument. */
enum err person_meant(struct call *c, uint64_t contact, uint64_t staff, struct person *p) MUST_USE;
/* How many proved SSH keys that person has. */
enum err person_keys(struct call *c, int side, uint64_t person, int64_t *n) MUST_USE;
/* When something happened, for a mail: "2026-11-29 14:05 (Europe/Dublin)". */
enum err person_when(struct call *c, int64_t instant, const char **text) MUST_USE;
/* Tells somebody by mail what was done to their access, now and from where: TEMPLATE_PASSWORD_CHANGED, _MFA_RESET, or _KEY_ADDED and
 * _KEY_REMOVED with the key; nobody where mail does not reach. */
enum err person_tell(struct call *c, int side, uint64_t person, enum mail_template template,
                     const struct ssh_key *key) MUST_USE;
#endif
