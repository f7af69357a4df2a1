/* Where to ask, and as whom: by option, else by environment, else by the profile of the configuration file, else by default. */
#ifndef PROTO_CTL_CTL_PROFILE_H
#define PROTO_CTL_CTL_PROFILE_H
#include "proto/ctl/ctl.h"

#define PROFILE_FILE_MAX ((size_t)64 * 1024)
#define PROFILE_LINE_MAX 1000
#define PROFILE_NAME_MAX 40

struct ctl_profile {
    const char *url, *portal, *token_file, *ca; /* NULL: not said */
};
/* The text of a configuration file: `name` in it. All of it is checked, and a fault is told with its line. *found: is the profile there?
 * path: for complaints. The text is taken to pieces and has to live as long as the profile. */
enum err profile_parse(struct ctl *c, const char *path, char *text, size_t size, const char *name,
                       struct ctl_profile *out, bool *found) MUST_USE;
/* Fills url, token, portal and $POSTERN_CA of what the options did not say; once, at the first call. Nothing at the door. */
enum err profile_settle(struct ctl *c) MUST_USE;
#endif
