/* Who stands at the door, and what they brought: the few variables that sshd sets, read once and held against the light. Nothing
 * else of the environment survives: su keeps its caller's, and sshd lets some through. */
#ifndef TUI_DOOR_VISIT_H
#define TUI_DOOR_VISIT_H
#include "common/arena.h"
#include "common/ssh_key.h"
#include "proto/door_conf.h"

enum door_role {
    DOOR_NOBODY, /* neither account: nothing opens */
    DOOR_KEY,    /* sshd has proved a key */
    DOOR_PROVE,  /* the same of any key, for no more than to say so */
    DOOR_LOGIN   /* the sign-in screen asks */
};
struct visit {
    enum door_role role;
    char from[64];       /* address of the person's terminal; "" when nobody trustworthy said */
    const char *command; /* as it came, never NULL; in the arena */
    char fingerprint
        [SSH_FINGERPRINT]; /* of the key that opened; "" when the role is neither DOOR_KEY nor DOOR_PROVE */
};

/* Takes what it needs from the environment, then replaces all of it: TERM, colours, ACCESSIBLE and whether the terminal speaks
 * UTF-8 stay. ERR_FORBIDDEN with a sentence for the person when this is no way in. */
enum err visit_take(struct arena *a, const struct door *d, struct visit *out, struct refusal *why) MUST_USE;

/* For tests. "192.0.2.1 5022 192.0.2.9 22" → the first word if it is an IP address, else "". */
void visit_from(const char *connection, char *out, size_t size);
/* The text of the file that $SSH_USER_AUTH names → fingerprint; false unless exactly one public key (no certificate) opened. */
bool visit_key(const char *text, char out[SSH_FINGERPRINT]);
#endif
