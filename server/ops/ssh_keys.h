/* SSH keys: what key.c (registering, removing), key_proof.c (proving) and key_door.c (signing in) share. Why keys are proved, and how:
 * docs/decisions/key-proof.md. */
#ifndef SERVER_OPS_KEY_H
#define SERVER_OPS_KEY_H
#include "server/core/call.h"

/* Whose a key is. */
struct key_owner {
    uint64_t customer; /* 0: staff */
    const char *name, *email;
};
/* ERR_NOT_FOUND when that person is no more. */
enum err key_owner(struct call *c, const struct ssh_key *k, struct key_owner *owner) MUST_USE;
/* The numbers of a person's keys, those whose time is over among them. */
enum err key_ids(struct call *c, int side, uint64_t person, struct id_list *ids) MUST_USE;
bool key_is_own(const struct call *c, const struct ssh_key *k);
/* Does it wait to be proved? One whose time is over does not: it is gone, though it may still be in the store. */
bool key_waits(const struct call *c, const struct ssh_key *k);
bool key_over(const struct call *c, const struct ssh_key *k);
/* A new key begins to wait: its challenge, and until when. */
enum err key_challenge(struct call *c, struct ssh_key *k) MUST_USE;
/* For who is to prove it: the commands. */
void key_commands(struct call *c, struct ssh_key *k);
enum err key_event(struct call *c, int what, const struct ssh_key *k) MUST_USE;
/* Removes it, and ends the sessions it opened but the one that asks. */
enum err key_end(struct call *c, const struct ssh_key *k) MUST_USE;
#endif
