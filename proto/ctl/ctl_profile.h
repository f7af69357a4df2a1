/* Where to ask, and as whom: by option, else by environment, else by the profile of the configuration file, else by default. */
#ifndef PROTO_CTL_CTL_PROFILE_H
#define PROTO_CTL_CTL_PROFILE_H
#include "proto/ctl/ctl.h"

/* Fills url, token, portal and $POSTERN_CA of what the options did not say; once, at the first call. Nothing at the door. */
enum err profile_settle(struct ctl *c) MUST_USE;
#endif
