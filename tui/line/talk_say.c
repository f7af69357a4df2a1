/* What is said: one paragraph after another, wrapped at words, never more than a screenful at once. */
#include "common/text.h"
#include "tui/full/ascii.h"
#include "tui/line/talk_inside.h"
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define INDENT 2 /* of what a long paragraph goes on with, so that it can not pass for one of its own */

void talk_write(struct talk *t, const char *bytes, size_t size)
{
    while (size && !t->ended) {
        ssize_t n = write(t->out, bytes, size);
        if (n < 0 && errno == EAGAIN) { /* a terminal shared with somebody who made it so */
            struct pollfd room = {.fd = t->out, .events = POLLOUT};
            (void)poll(&room, 1, 1000);
        } else if (n < 0 && errno != EINTR) {
            talk_end(t, 129);
        } else if (n > 0) {
            bytes += n;
            size -= (size_t)n;
        }
    }
}

/* 0: as long as they are, for a program that reads them. */
static size_t width_of(const struct talk *t)
{
    struct winsize w = {0};
    if (!t->interactive)
        return 0;
    if (ioctl(t->out, TIOCGWINSZ, &w) != 0 || !w.ws_col)
        return 80;
    return w.ws_col < 20 ? 20 : w.ws_col > 500 ? 500 : w.ws_col;
}

static void ask_more(struct talk *t)
{
    char typed[64];
    t->asking_more = true;
    while (!t->ended && !t->muted && t->rows >= TALK_ROWS) {
        if (talk_read_one(t, "More follows. Enter goes on, back stops: ", false, typed, sizeof typed) !=
            TURN_ON)
            break;
        if (strcmp(typed, "back") == 0 || strcmp(typed, "stop") == 0 || strcmp(typed, "q") == 0 ||
            strcmp(typed, "no") == 0)
            t->muted = true;
        else if (strcmp(typed, "quit") == 0)
            talk_end(t, 0);
        else if (strcmp(typed, "help") == 0 || strcmp(typed, "?") == 0)
            t->rows = TALK_ROWS;
        else if (*typed && talk_unread(t, typed)) /* who knows already what to do need not hear the rest */
            t->muted = true;
        else
            t->rows = 0;
    }
    t->asking_more = false;
}

size_t talk_letters(const struct talk *t, const char *row, size_t n, char *out, size_t size)
{
    size_t used = 0;
    for (size_t i = 0; i < n;) {
        size_t columns, bytes = cluster_next(row + i, &columns);
        char one[64];
        bytes = bytes && i + bytes <= n ? bytes : n - i;
        bool letter = t->ascii && (unsigned char)row[i] >= 0x80;
        if (used + (letter ? 1 : bytes) >= size)
            break;
        if (letter) {
            snprintf(one, sizeof one, "%.*s", (int)bytes, row + i);
            out[used++] = ascii_of(one);
        } else {
            memcpy(out + used, row + i, bytes);
            used += bytes;
        }
        i += bytes;
    }
    out[used] = '\0';
    return used;
}

static void put_row(struct talk *t, const char *row, size_t size, size_t indent)
{
    char out[16384];
    if (t->rows >= TALK_ROWS && t->interactive && !t->asking_more && !t->drawing)
        ask_more(t);
    if (t->muted || t->ended)
        return;
    t->rows++;
    memset(out, ' ', indent);
    size_t n = indent + talk_letters(t, row, size, out + indent, sizeof out - indent - 1);
    out[n++] = '\n';
    talk_write(t, out, n);
}

/* prefix: before each row, counted in the width. */
static void put_paragraph(struct talk *t, const char *text, const char *prefix)
{
    size_t width = width_of(t), used = strlen(prefix), indent = 0;
    do {
        size_t skip = strlen(text), n = skip, room = width > used + indent + 8 ? width - used - indent : 8;
        char row[16384];
        if (width)
            n = text_row(text, room, &skip);
        int size = snprintf(row, sizeof row, "%s%.*s", prefix, (int)(n < 16000 ? n : 16000), text);
        put_row(t, row, (size_t)size, indent);
        text += skip;
        indent = INDENT;
    } while (*text);
}

static void say(struct talk *t, const char *format, va_list ap)
{
    char *text = NULL;
    if (vasprintf(&text, format, ap) < 0)
        abort();
    arena_reset(t->shown);
    put_paragraph(t, text_shown(t->shown, text, false), "");
    free(text);
}

void talk_say(struct talk *t, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    say(t, format, ap);
    va_end(ap);
}

void talk_not(struct talk *t, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    say(t, format, ap);
    va_end(ap);
    t->refused = true;
}

void talk_title(struct talk *t, const char *format, ...)
{
    va_list ap;
    if (!t->muted)
        talk_write(t, "\n", 1);
    va_start(ap, format);
    say(t, format, ap);
    va_end(ap);
}

void talk_fact(struct talk *t, const char *label, const char *format, ...)
{
    char *value = NULL;
    va_list ap;
    va_start(ap, format);
    if (vasprintf(&value, format, ap) < 0)
        abort();
    va_end(ap);
    if (*value)
        talk_say(t, "%s: %s", label, value);
    free(value);
}

void talk_quote(struct talk *t, const char *label, const char *text)
{
    if (!text || !*text)
        return;
    if (!strchr(text, '\n')) {
        talk_say(t, "%s: %s", label, text);
        return;
    }
    talk_say(t, "%s:", label);
    arena_reset(t->shown);
    char *rest = text_shown(t->shown, text, true);
    for (char *row; (row = strsep(&rest, "\n"));) {
        for (char *tab = row; (tab = strchr(tab, '\t'));)
            *tab = ' ';
        put_paragraph(t, row, "> ");
    }
}

void talk_raw(struct talk *t, const char *text)
{
    t->drawing = true;
    while (*text) {
        size_t n = strcspn(text, "\n");
        put_row(t, text, n, 0);
        text += n + (text[n] == '\n');
    }
    t->drawing = false;
}

int talk_columns(const struct talk *t)
{
    return (int)width_of(t);
}

void talk_fresh_rows(struct talk *t)
{
    t->rows = 0;
    t->muted = false;
}
