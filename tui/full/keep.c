#include "tui/full/keep.h"
#include "tui/link/client.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

void keep_ask(struct ui *ui, const char *file,
              void (*done)(struct ui *ui, void *state, const struct said *said),
              void (*send)(struct ui *ui, void *state, const struct said *said))
{
    if (client_bound(ui))
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
                                       .done = done});
}

static enum err write_file(const char *text, const char *path)
{
    size_t size = strlen(text), done = 0;
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    while (fd >= 0 && done < size) {
        ssize_t n = write(fd, text + done, size - done);
        if (n <= 0)
            break;
        done += (size_t)n;
    }
    if (fd < 0)
        return errno == EEXIST ? ERR_EXISTS : ERR_IO;
    return close(fd) == 0 && done == size ? OK : ERR_IO;
}

bool keep_save(struct ui *ui, const char *text, const char *path)
{
    enum err e = write_file(text, path);
    if (e == OK)
        ui_toast(ui, TONE_GOOD, "Saved in %s, readable for you alone.", path);
    else if (e == ERR_EXISTS)
        ui_toast(ui, TONE_BAD, "%s is there already. Nothing was written.", path);
    else
        ui_toast(ui, TONE_BAD, "%s: %s", path, strerror(errno));
    return e == OK;
}
