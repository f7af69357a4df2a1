/* One's own sign-in, for customers and staff alike. screen_security (view.h) is the way in to these. */
#ifndef TUI_SECURITY_H
#define TUI_SECURITY_H
#include "tui/link/client.h"
#include "tui/full/screen.h"

extern const struct screen screen_security_keys;      /* SSH keys: list, add, remove */
extern const struct screen screen_security_key_prove; /* one that waits, its number as subject */
extern const struct screen screen_security_sessions;  /* where one is signed in */
extern const struct screen screen_security_codes;     /* new backup codes */
extern const struct screen screen_security_off;       /* giving the second factor up */

#define SECURITY_TEXT 200
/* "20 Nov 09:14 from 192.0.2.7"; "never" for no instant. */
char *security_when(char buffer[SECURITY_TEXT], const struct me *me, int64_t instant, const char *place);
/* "ssh-ed25519" → "Ed25519", the name people know. */
const char *security_key_type(const char *type);
#endif
