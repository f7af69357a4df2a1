/* Signing out, from wherever: asked, because a letter ends the session and what is being written. */
#include "tui/full/view.h"
#include "tui/link/client.h"

static void done(struct ui *ui, void *state, const struct said *said)
{
    (void)state;
    (void)said;
    client_sign_out(ui, "You are signed out.");
}

void sign_out_run(struct ui *ui, void *state)
{
    (void)state;
    ui_confirm(ui, "Sign out?", "Your session ends, and the sign-in screen comes back.", "Sign out", done);
}
