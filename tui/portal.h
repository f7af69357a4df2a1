/* The portal on this terminal: from the sign-in screen until somebody leaves. */
#ifndef TUI_PORTAL_H
#define TUI_PORTAL_H
#include "tui/link/client.h"
#include "tui/link/profile.h"

int portal_run(const struct client_options *o, const struct profile *p); /* the exit code */
#endif
