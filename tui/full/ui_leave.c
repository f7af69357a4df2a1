/* Leaving a screen or the portal: what would be lost is said or asked first. */
#include "tui/full/ui_inside.h"
#include <stdio.h>

static bool instance_changed(const struct instance *i)
{
    if (i->screen->unsaved && i->screen->unsaved(i->state))
        return true;
    for (int w = 0; w < i->widget_count; w++)
        if (i->widgets[w].form && form_changed(i->widgets[w].form))
            return true;
    return false;
}

/* Is there something that somebody typed and would have to type again? What proves who they are is none. */
bool ui_changed(const struct ui *ui)
{
    if (ui->overlay == OVERLAY_DIALOG && dialog_changed(ui))
        return true;
    for (int i = 0; i < ui->depth; i++)
        if (!ui->stack[i]->screen->alone && instance_changed(ui->stack[i]))
            return true;
    return false;
}

void ui_leave(struct ui *ui)
{
    if (ui->depth == 1 && ui->section > 0)
        ui_jump(ui, 0);
    else if (ui->depth == 1)
        ui_toast(ui, TONE_INFO, "This is the first screen. Q leaves the portal.");
    else if (instance_changed(ui_here(ui)))
        dialog_ask_leave(ui);
    else
        ui_pop(ui);
}

/* Was leaving spoken of by the key before this one, and does that still stand there? */
bool ui_insists(const struct ui *ui)
{
    return ui->insists && ui->now < ui->insists;
}

static void quit_done(struct ui *ui, void *state, const struct said *said)
{
    (void)state;
    (void)said;
    ui_quit(ui, 0);
}

void ui_leave_portal(struct ui *ui)
{
    if (ui_too_small(ui) && ui_changed(ui)) /* no room for a question */
        ui_interrupt(ui);
    else if (ui_changed(ui))
        ui_confirm(ui, "Leave the portal?", "What you typed will be lost.", "Leave", quit_done);
    else
        ui_quit(ui, 0);
}

/* Ctrl-C, wherever it is pressed: explains itself, and means it when it is pressed again at once. */
void ui_interrupt(struct ui *ui)
{
    const char *busy;
    if (ui_insists(ui)) {
        ui_quit(ui, 0);
        return;
    }
    const char *lost = ui_changed(ui) ? " What you typed will be lost." : "";
    bool letters = !ui_too_small(ui) && ui->depth && (ui_overlay(ui) != OVERLAY_NONE || ui_types(ui));
    if (ui_locked(ui, &busy))
        ui_toast(ui, TONE_BAD, "%s is under way, and may still be done. Leave: Ctrl-C again.", busy);
    else
        ui_toast(ui, TONE_BAD, "Leave: %s or Ctrl-C again.%s", letters ? "Esc, then Q," : "Q", lost);
    ui->insists = ui->toast_until;
}
