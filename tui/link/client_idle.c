/* When nobody is at the keyboard: a warning, the lock, the end. */
#include "tui/link/client_inside.h"
#include "proto/paper/show.h"
#include <signal.h>
#include <stdio.h>

#define WARN_MS ((int64_t)9 * 60 * 1000)
#define LOCK_MS ((int64_t)10 * 60 * 1000)
#define FORGET_MS ((int64_t)30 * 60 * 1000)
#define STRANGER_MS ((int64_t)3 * 60 * 1000) /* at the sign-in screen, without a key pressed */
#define STRANGER_LOOK_MS 10000

static void warn(struct client *c, int seconds)
{
    char text[80];
    if (c->face) {
        snprintf(text, sizeof text, "Nobody there? This locks in %d seconds.", seconds);
        c->face->warn(c->face->ctx, text);
    } else {
        ui_toast(c->ui, TONE_BAD, "Nobody there? This locks in %d s. Any key keeps it open.", seconds);
    }
}

static void idle(void *ctx)
{
    struct client *c = ctx;
    client_tick(c);
    int64_t since = loop_now(c->loop) - ui_last_key(c->ui);
    c->idle_timer = 0;
    if (c->locked && since >= FORGET_MS) {
        client_sign_out(c->ui, "You were signed out because nobody was there for half an hour.");
        return;
    }
    if (!c->locked && since >= LOCK_MS) {
        client_lock(c->ui, "Locked, because nobody was there for ten minutes.");
        since = LOCK_MS;
    }
    int64_t next = c->locked ? FORGET_MS : since >= WARN_MS ? LOCK_MS : WARN_MS;
    int64_t left = next - since;
    if (!c->locked && since >= WARN_MS) {
        warn(c, (int)((left + 999) / 1000));
        left = left > 5000 ? 5000 : left;
    }
    c->idle_timer = loop_after(c->loop, left > 50 ? left : 50, idle, c);
}

void client_idle_start(struct client *c)
{
    client_idle_stop(c);
    c->idle_timer = loop_after(c->loop, WARN_MS, idle, c);
}

void client_idle_stop(struct client *c)
{
    loop_forget(c->loop, c->idle_timer);
    c->idle_timer = 0;
}

void client_idle_locked(struct client *c)
{
    c->idle_timer = loop_after(c->loop, FORGET_MS - LOCK_MS, idle, c);
}

/* An open connection costs its opener nothing at a door that asks for nothing: who does not sign in leaves again, as if the
 * terminal had hung up. */
static void stranger(void *ctx)
{
    struct client *c = ctx;
    int64_t since = loop_now(c->loop) - ui_last_key(c->ui);
    c->stranger_timer = 0;
    if (!*show_text(c->me.email) && since >= STRANGER_MS)
        (void)raise(SIGHUP);
    else
        client_stranger_start(c);
}

void client_stranger_start(struct client *c)
{
    c->stranger_timer = loop_after(c->loop, STRANGER_LOOK_MS, stranger, c);
}
