/* door.conf: what the programs that sshd starts are told, by root alone. Lines "name = value", comments with #.
 * Whoever comes in over SSH can set variables and choose commands; nothing of that says where the daemon is. */
#ifndef PROTO_DOOR_H
#define PROTO_DOOR_H
#include "common/err.h"

#define DOOR_CONF "/etc/postern/door.conf"
#define DOOR_TEXT 200
/* Where the daemon listens and the programs look for it when nothing else is said. */
#define DEFAULT_SOCKET "/run/postern/postern.sock"
#define DEFAULT_URL "ipc://" DEFAULT_SOCKET

struct door {
    char socket[DOOR_TEXT]; /* absolute path of the daemon's socket */
    char portal[DOOR_TEXT]; /* "" when the server has several: then the person says which */
    char key_account[DOOR_TEXT];
    char login_account[DOOR_TEXT];
    char prove_account[DOOR_TEXT]; /* "" when there is none: then keys are proved by signatures alone */
};
/* Reads it from `path`, which must be absolute, a regular file that belongs to root and that nobody else may write.
 * ERR_INVALID with the reason; `out` is untouched then. */
enum err door_read(const char *path, struct door *out, struct refusal *why) MUST_USE;
/* The same from text, for tests. */
enum err door_parse(char *text, struct door *out, struct refusal *why) MUST_USE;
#endif
