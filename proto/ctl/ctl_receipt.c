/* A receipt as PDF, in a file of its own: never over what is there and never through a link. At the door, where no file is written, on standard
 * output. */
#include "common/own_file.h"
#include "common/text.h"
#include "proto/ctl/word.h"
#include <errno.h>
#include <string.h>
#include <unistd.h>

static bool write_all(int fd, const struct bytes *pdf)
{
    size_t done = 0;
    while (done < pdf->size) {
        const ssize_t n = write(fd, (const char *)pdf->data + done, pdf->size - done);
        if (n <= 0)
            return false;
        done += (size_t)n;
    }
    return true;
}

static enum err save(struct ctl *c, const char *path, const struct bytes *pdf)
{
    const enum err e = own_file_write(path, pdf->data, pdf->size);
    if (e == ERR_EXISTS)
        return refuse(&c->why, e, "--to", "%.200s is there already: nothing was written", path);
    return e ? refuse(&c->why, e, "--to", "%.200s: %s", path, strerror(errno)) : OK;
}

/* The name is the daemon's: whatever it says, it is one in this folder. */
static bool plain_name(const char *file)
{
    return file && *file && *file != '.' && !strchr(file, '/');
}

int act_pdf(struct ctl *c, const struct op *op)
{
    struct receipt_pdf_out out;
    const bool stream = c->no_files || (c->to && strcmp(c->to, "-") == 0);
    if (c->json)
        return verb_op(c, op);
    if (stream && isatty(STDOUT_FILENO))
        return ctl_usage(
            c, "the bytes of a PDF are not for a terminal: have them written to a file, with > FILE");
    enum err e = ctl_ask_for(c, op_number(op), c->words + 1, c->n_words - 1, &out);
    if (!e && !stream && !c->to && !plain_name(out.file))
        e = refuse(&c->why, ERR_IO, "", "the answer has no name for a file in it: say --to FILE");
    if (!e && stream && !write_all(STDOUT_FILENO, &out.pdf))
        return ctl_lost(c);
    const char *path = c->to ? c->to : out.file;
    if (!e && !stream)
        e = save(c, path, &out.pdf);
    if (e)
        return ctl_fail(c, e);
    if (!stream)
        printf("%s: %zu bytes, readable for you alone\n", text_shown(c->a, path, false), out.pdf.size);
    return 0;
}
