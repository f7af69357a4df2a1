#include "proto/ctl/ctl.h"

int verb_import(struct ctl *c)
{
    return ctl_usage(c, "not yet");
}
