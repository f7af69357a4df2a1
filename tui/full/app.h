/* A struct ui on a real terminal: loop, term and ui joined. */
#ifndef TUI_APP_H
#define TUI_APP_H
#include "tui/link/loop.h"
#include "tui/link/profile.h"
#include "tui/full/ui.h"

struct app;
/* Takes over the terminal on in/out. ERR_INVALID: no cursor addressing, use line mode. The ui is the caller's. */
enum err app_open(const struct profile *p, int in, int out, struct ui *ui, struct loop *loop,
                  struct app **out_app) MUST_USE;
void app_close(struct app *a); /* accepts NULL; restores the terminal */
int app_run(
    struct app
        *a); /* until ui_quit, a signal or the terminal's end; returns the exit code (129 after SIGHUP …) */
#endif
