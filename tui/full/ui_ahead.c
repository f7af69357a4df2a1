/* Typed ahead: a key that needs what is still being read is meant for what is then there. It and those after it wait, in order, until the
 * screen that they were typed at has its answer. Who wants to leave is not held up, and gives up what waits. */
#include "tui/full/ui_inside.h"
#include <string.h>

const char ui_loading[] = "Still loading.";

void ahead_drop(struct ui *ui)
{
    ui->ahead_n = 0;
}

void ahead_hold(struct ui *ui, const struct key *k)
{
    if (ui->ahead_n == UI_AHEAD) { /* nobody means so many */
        ahead_drop(ui);
        return;
    }
    ui->ahead[ui->ahead_n++] = *k;
    ui->ahead_at = ui_here(ui)->serial;
}

static bool leaves(int code)
{
    return code == K_ESC || code == 'q' || code == 'Q';
}

bool ahead_may_wait(const struct key *k)
{
    return !leaves(k->code) && k->code != K_PASTE && k->code != K_CLICK && k->code != K_TAB &&
           k->code != K_BACK_TAB && !(k->code >= '1' && k->code <= '9');
}

bool ahead_takes(struct ui *ui, const struct key *k)
{
    if (!ui->ahead_n)
        return false;
    if (ui_here(ui)->serial != ui->ahead_at || leaves(k->code) || k->code == K_PASTE || k->code == K_CLICK) {
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
    ahead_drop(ui);
    for (int i = 0; answered && i < n; i++)
        ui_key(ui, &keys[i]);
}
