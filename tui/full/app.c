#include "tui/full/app.h"
#include "tui/full/term.h"
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct app {
    struct ui *ui;
    struct loop *loop;
    struct terminal *term;
    int timer;
    bool mouse;
};

static void wake(void *ctx)
{
    struct app *a = ctx;
    a->timer = 0;
}

/* One key at a time: a key may open a screen that the next is meant for. */
static void take_keys(struct app *a)
{
    struct key k;
    int64_t now = loop_now(a->loop);
    while (term_key(a->term, &k, now)) {
        ui_tick(a->ui, now);
        ui_key(a->ui, &k);
    }
}

static void on_input(void *ctx, int revents)
{
    struct app *a = ctx;
    (void)revents;
    if (term_read(a->term, loop_now(a->loop)) != OK)
        loop_stop(a->loop, 129);
    else
        take_keys(a);
}

static void send_copy(struct app *a, const char *text)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    size_t size = strlen(text), n = 0;
    char *out = malloc(size / 3 * 4 + 32);
    if (!out)
        abort();
    n = (size_t)sprintf(out, "\033]52;c;");
    for (size_t i = 0; i < size; i += 3) {
        unsigned char in[3] = {0};
        size_t have = size - i < 3 ? size - i : 3;
        memcpy(in, text + i, have);
        unsigned bits = (unsigned)in[0] << 16 | (unsigned)in[1] << 8 | in[2];
        for (size_t j = 0; j < 4; j++)
            out[n++] = j <= have ? digits[bits >> (18 - 6 * j) & 63] : '=';
    }
    out[n++] = '\a';
    term_send(a->term, out, n);
    free(out);
}

static void effects(struct app *a)
{
    struct ui_effects e = ui_effects(a->ui);
    if (e.redraw)
        term_redraw(a->term);
    if (e.mouse_toggle) {
        a->mouse = !a->mouse;
        term_mouse(a->term, a->mouse);
        ui_toast(a->ui, TONE_INFO,
                 a->mouse ? "The mouse is on: the wheel scrolls. m turns it off." : "The mouse is off.");
    }
    if (e.copy)
        send_copy(a, e.copy);
}

static void each(void *ctx)
{
    struct app *a = ctx;
    int code;
    take_keys(a); /* a lone Escape that waited long enough */
    int64_t now = loop_now(a->loop);
    int wait = ui_tick(a->ui, now), key = term_key_wait(a->term, now);
    effects(a);
    if (ui_quitting(a->ui, &code)) {
        loop_stop(a->loop, code);
        return;
    }
    if (ui_wants_paint(a->ui) == PAINT_NOW) {
        term_show(a->term, ui_draw(a->ui));
        wait = ui_tick(a->ui, now);
    }
    loop_forget(a->loop, a->timer);
    a->timer = 0;
    if (wait < 0 || (key >= 0 && key < wait))
        wait = key;
    if (wait >= 0)
        a->timer = loop_after(a->loop, wait, wake, a);
}

static void on_signal(void *ctx, int number)
{
    struct app *a = ctx;
    int rows, columns;
    switch (number) {
    case SIGWINCH:
        term_resized(a->term);
        term_size(a->term, &rows, &columns);
        ui_resize(a->ui, rows, columns);
        break;
    case SIGTSTP:
        term_suspend(a->term);
        raise(SIGSTOP);
        /* Going on here means somebody sent SIGCONT. */
        term_restore(a->term);
        term_size(a->term, &rows, &columns);
        ui_resize(a->ui, rows, columns);
        break;
    case SIGHUP:
    case SIGTERM:
    case SIGINT: loop_stop(a->loop, 128 + number); break;
    default: break;
    }
}

enum err app_open(const struct profile *p, int in, int out, struct ui *ui, struct loop *loop,
                  struct app **out_app)
{
    struct app *a = calloc(1, sizeof *a);
    int rows, columns;
    if (!a)
        abort();
    a->ui = ui;
    a->loop = loop;
    enum err e = term_open(p, in, out, &a->term);
    if (e == OK)
        e = loop_watch(loop, term_fd(a->term), on_input, a);
    if (e != OK) {
        term_close(a->term);
        free(a);
        return e;
    }
    term_size(a->term, &rows, &columns);
    ui_resize(ui, rows, columns);
    ui_set_ascii(ui, p->ascii);
    loop_signals(loop, on_signal, a);
    loop_each(loop, each, a);
    *out_app = a;
    return OK;
}

void app_close(struct app *a)
{
    if (!a)
        return;
    loop_unwatch(a->loop, term_fd(a->term));
    loop_signals(a->loop, NULL, NULL);
    loop_each(a->loop, NULL, NULL);
    loop_forget(a->loop, a->timer);
    term_close(a->term);
    free(a);
}

int app_run(struct app *a)
{
    return loop_run(a->loop);
}
