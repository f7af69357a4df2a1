/* The configuration file of those who ask (docs/man/postern-config.5): profiles, each says where a server is and as whom to ask it. */
#ifndef PROTO_CONFIG_H
#define PROTO_CONFIG_H
#include "common/arena.h"
#include "common/err.h"
#include <stdbool.h>
#include <sys/types.h>

#define CONFIG_FILE_MAX ((size_t)64 * 1024)
#define CONFIG_LINE_MAX 1000
#define CONFIG_NAME_MAX 40

struct config {
    const char *url, *portal, *token_file, *ca; /* NULL: not said */
};
/* The text of a configuration file: `name` in it. All of it is checked, and a fault is told with its line. *found: is the profile there?
 * path: for complaints. The text is taken to pieces and has to live as long as the profile. */
enum err config_parse(struct arena *a, struct refusal *why, const char *path, char *text, size_t size,
                      const char *name, struct config *out, bool *found) MUST_USE;
/* The profile *profile (NULL: $POSTERN_PROFILE, else "default") of the file in $XDG_CONFIG_HOME or ~/.config. One that is named has to be
 * there; "default" is used when there is one. *profile: its name, NULL for "default". */
enum err config_choose(struct arena *a, struct refusal *why, const char **profile,
                       struct config *out) MUST_USE;
const char *config_of_home(struct arena *a, const char *path); /* "~/x" as a path; NULL for NULL */
/* A small file that says who or where one is: a regular one, one's own or root's, on which others have none of the rights `forbidden`.
 * what: "session file", for the complaint. *size: -1 when it is absent. */
enum err own_file(struct arena *a, struct refusal *why_not, const char *what, const char *path,
                  unsigned forbidden, char *text, size_t room, ssize_t *size) MUST_USE;
#endif
