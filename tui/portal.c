#include "tui/portal.h"
#include "tui/full/app.h"
#include "tui/line/talk.h"
#include <stdio.h>
#include <unistd.h>

#define NO_SCREEN (-1) /* the terminal can not place the cursor */

static int complain(const struct refusal *why, enum err e)
{
    fprintf(stderr, "postern: %s\n", *why->detail ? why->detail : err_sentence(e));
    return e == ERR_INVALID ? 2 : 1;
}

static int full_screen(const struct client_options *o, const struct profile *profile)
{
    struct loop *loop = NULL;
    struct ui *ui = NULL;
    struct client *client = NULL;
    struct app *app = NULL;
    struct refusal why = {0};
    int code = 1;
    enum err e = loop_open(NULL, &loop);
    if (e != OK)
        return complain(&why, e);
    ui = ui_open(24, 80, loop_now(loop));
    e = client_open(loop, ui, o, &client, &why);
    if (e != OK) {
        code = complain(&why, e);
        goto out;
    }
    e = app_open(profile, STDIN_FILENO, STDOUT_FILENO, ui, loop, &app);
    if (e != OK) {
        code = NO_SCREEN;
        goto out;
    }
    client_begin(ui);
    code = app_run(app);
out:
    app_close(app);
    client_close(client);
    ui_close(ui);
    loop_close(loop);
    return code;
}

int portal_run(const struct client_options *o, const struct profile *p)
{
    int code = p->line_mode ? NO_SCREEN : full_screen(o, p);
    return code == NO_SCREEN ? talk_run(p, STDIN_FILENO, STDOUT_FILENO, o) : code;
}
