/* The session file: who one is signed in as, and where. JSON {"url","token","portal","email"}, mode 0600, one per person.
 * A token is sent only to the URL that gave it. */
#ifndef PROTO_CTL_SESSION_H
#define PROTO_CTL_SESSION_H
#include "proto/ctl/ctl.h"
#include <sys/types.h>

/* Where it is: --session, else $POSTERN_SESSION, else $XDG_STATE_HOME/postern/session; of a profile session.PROFILE. */
const char *session_path(struct ctl *c);
/* Fills c->token, and c->url when no --url was given. No file, or one for another URL: fine, no token. Refused: a file that
 * others can read or that belongs to somebody else, one that is no session file. */
enum err session_load(struct ctl *c) MUST_USE;
/* Writes it beside and renames it into place. */
enum err session_save(struct ctl *c, const char *token, const char *portal, const char *email) MUST_USE;
enum err session_remove(struct ctl *c) MUST_USE;
/* A line that nobody should see: asked without echo on a terminal, else the next line of standard input. In the arena.
 * `key` is for the question and for the refusal. */
enum err secret_line(struct ctl *c, const char *key, const char **out) MUST_USE;
/* The next line of standard input as it is; asked for on a terminal. In the arena. */
enum err plain_line(struct ctl *c, const char *key, const char **out) MUST_USE;
/* All that is left of standard input, without its last line break. */
enum err plain_lines(struct ctl *c, const char *key, const char **out) MUST_USE;
/* A file's text, without its last line break. */
enum err plain_file(struct ctl *c, const char *key, const char *path, const char **out) MUST_USE;
/* The first line of a file. */
enum err secret_file(struct ctl *c, const char *key, const char *path, const char **out) MUST_USE;
#endif
