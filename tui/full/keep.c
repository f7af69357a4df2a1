#include "tui/full/keep.h"
#include "common/own_file.h"
#include "tui/link/client.h"
#include <errno.h>
#include <string.h>

void keep_ask(struct ui *ui, const char *file,
              void (*done)(struct ui *ui, void *state, const struct said *said),
              void (*send)(struct ui *ui, void *state, const struct said *said),
              void (*cancelled)(struct ui *ui, void *state))
{
    if (send && client_bound(ui))
        ui_dialog(ui, &(struct dialog){.kind = DIALOG_CONFIRM,
                                       .title = "Saving over ssh",
                                       .text = "Here is no disk of yours to save to. y sends it to your own "
                                               "terminal, for where you want to paste it; or select it with "
                                               "the mouse; or write it down.",
                                       .yes = "Send it",
                                       .done = send});
    else
        ui_dialog(ui, &(struct dialog){.kind = DIALOG_LINE,
                                       .title = "Save it",
                                       .text = "A new file on this machine, readable for you alone.",
                                       .label = "File",
                                       .initial = file,
                                       .yes = "Save",
                                       .done = done,
                                       .cancelled = cancelled});
}

bool keep_save(struct ui *ui, struct bytes what, const char *path)
{
    enum err e = own_file_write(path, what.data, what.size);
    if (e == OK)
        ui_toast(ui, TONE_GOOD, "Saved in %s, readable for you alone.", path);
    else if (e == ERR_EXISTS)
        ui_toast(ui, TONE_BAD, "%s is there already. Nothing was written.", path);
    else
        ui_toast(ui, TONE_BAD, "%s: %s", path, strerror(errno));
    return e == OK;
}
