/* Typed ahead: a key that needs what is still being read is meant for what is then there. It and those after it wait, in order, until the
 * screen that they were typed at has its answer. Who wants to leave is not held up, and gives up what waits. */
#include "tui/full/ui_inside.h"
#include <stdlib.h>
#include <string.h>

const char ui_loading[] = "Still loading.";

static void forget(struct key *keys, int n)
{
    for (int i = 0; i < n; i++)
        free((char *)(uintptr_t)keys[i].paste);
}

void ahead_drop(struct ui *ui)
{
    forget(ui->ahead, ui->ahead_n);
    ui->ahead_n = 0;
}

/* More than there is room for is let go: as commands they would do what nobody meant. */
void ahead_hold(struct ui *ui, const struct key *k)
{
    ui->ahead_at = ui_here(ui)->serial;
    if (ui->ahead_n == UI_AHEAD)
        return;
    struct key *kept = &ui->ahead[ui->ahead_n++];
    *kept = *k;
    kept->paste = k->paste ? strdup(k->paste) : NULL;
}

static bool leaves(int code)
{
    return code == K_ESC || code == 'q' || code == 'Q';
}

bool ahead_may_wait(const struct key *k)
{
    return !leaves(k->code) && k->code != K_CLICK && k->code != K_TAB && k->code != K_BACK_TAB &&
           !(k->code >= '1' && k->code <= '9');
}

/* Of the letters of a text that is typed ahead none leaves. */
static bool in_text(const struct ui *ui)
{
    for (int i = 0; i < ui->ahead_n; i++)
        if (ui->ahead[i].code == '/' || ui->ahead[i].code == ':')
            return true;
    return false;
}

bool ahead_takes(struct ui *ui, const struct key *k)
{
    if (!ui->ahead_n)
        return false;
    if (ui_here(ui)->serial != ui->ahead_at || k->code == K_ESC || k->code == K_CLICK ||
        (leaves(k->code) && !in_text(ui))) {
        ahead_drop(ui);
        return false;
    }
    ahead_hold(ui, k);
    return true;
}

void ahead_feed(struct ui *ui, bool answered)
{
    struct key keys[UI_AHEAD];
    const int n = ui->ahead_n;
    if (!n || ui_here(ui)->serial != ui->ahead_at)
        return;
    memcpy(keys, ui->ahead, sizeof keys);
    ui->ahead_n = 0;
    for (int i = 0; answered && i < n; i++)
        ui_key(ui, &keys[i]);
    forget(keys, n);
}
