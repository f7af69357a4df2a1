/* One QR code: qr_demo screen|blocks|letters TEXT. On the screen with its text under it, or printed. */
#include "tui/full/app.h"
#include "tui/full/qr.h"
#include <stdio.h>
#include <string.h>

static struct qr code;
static const char *text;
static enum qr_look look;

static void open(struct ui *ui, void *state, uint64_t subject)
{
    (void)state;
    (void)subject;
    look = ui_ascii(ui) ? QR_LETTERS : QR_BLOCKS;
}

static void draw(const void *state, struct canvas *c)
{
    (void)state;
    int rows = qr_draw(c, 0, 3, &code, look);
    int x = 3 + qr_columns(&code, look) + 2;
    canvas_text(c, 0, rows ? x : 0, STYLE_PLAIN, rows ? "This is the code." : "No room for the code.");
    if (rows)
        canvas_wrap(c, 2, x, c->columns - x, 18, STYLE_PLAIN, text);
}

static const struct screen screen = {.name = "qr", .title = "QR", .open = open, .draw = draw, .alone = true};

int main(int argc, char **argv)
{
    struct profile p = profile_read(0, 1, NULL);
    struct arena *a = arena_open();
    struct loop *loop = NULL;
    struct app *app = NULL;
    int result = 2;
    if (argc != 3 || qr_make(a, text = argv[2], QR_LOW, &code) != OK || loop_open(NULL, &loop) != OK)
        goto out;
    result = 0;
    if (strcmp(argv[1], "screen") != 0) {
        qr_print(stdout, &code, strcmp(argv[1], "blocks") == 0 ? QR_BLOCKS : QR_LETTERS);
        goto out;
    }
    struct ui *ui = ui_open(24, 80, loop_now(loop));
    ui_set_ascii(ui, p.ascii);
    ui_start(ui, &screen, 0);
    result = app_open(&p, 0, 1, ui, loop, &app) == OK ? app_run(app) : 1;
    app_close(app);
    ui_close(ui);
out:
    loop_close(loop);
    arena_close(a);
    return result;
}
