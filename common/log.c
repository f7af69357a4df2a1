#include "common/log.h"
#include "common/date.h"
#include "common/text.h"
#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define LINE_MAX_BYTES 4096 /* = PIPE_BUF: lines of several threads and processes never mix in a pipe */

static _Atomic int least_level = LOG_INFO;
static const char *const level_names[] = {"debug", "info", "warn", "error"};

void log_level_set(enum log_level least)
{
    atomic_store_explicit(&least_level, (int)least, memory_order_relaxed);
}

void log_line(enum log_level level, const char *message, const char *format, ...)
{
    if ((int)level < atomic_load_explicit(&least_level, memory_order_relaxed))
        return;
    int saved = errno;
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    char at[INSTANT_TEXT], quoted[512], line[LINE_MAX_BYTES];
    instant_plain(at, (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000);
    int head = snprintf(line, sizeof line, "ts=%s level=%s msg=%s", at, level_names[level],
                        log_quote(quoted, sizeof quoted, message));
    size_t n = (size_t)head;
    if (format && *format) {
        line[n++] = ' ';
        va_list ap;
        va_start(ap, format);
        int tail = vsnprintf(line + n, sizeof line - n, format, ap);
        va_end(ap);
        size_t room = sizeof line - n - 1;
        n += tail < 0 ? 0 : (size_t)tail > room ? room : (size_t)tail;
    }
    for (size_t i = 0; i < n; i++) /* one call is one line, whatever a caller forgot to quote */
        if ((unsigned char)line[i] < 0x20 || line[i] == 0x7f)
            line[i] = '?';
    line[n++] = '\n';
    ssize_t done = write(STDERR_FILENO, line, n);
    (void)done; /* there is nowhere left to say that the log cannot be written */
    errno = saved;
}

/* Bytes of the character at p when it may stand in a log as it is, else 0. */
static size_t shown_bytes(const char *p)
{
    unsigned char c = (unsigned char)*p;
    size_t n = c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
    if (strnlen(p, n) < n || !text_utf8(p, n) || !text_printable(p, n, false))
        return 0;
    return n;
}

const char *log_quote(char *buffer, size_t size, const char *value)
{
    if (size == 0)
        return buffer;
    if (!value)
        value = "";
    bool bare = *value != '\0';
    for (const char *v = value; *v && bare; v++)
        bare = strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.:/@+,%", *v) != NULL;
    size_t quotes = bare ? 0 : 2, used = 0;
    if (size < quotes + 1) {
        *buffer = '\0';
        return buffer;
    }
    if (!bare)
        buffer[used++] = '"';
    for (const char *v = value; *v;) {
        char piece[8];
        size_t from = shown_bytes(v), n = from;
        if (from == 0)
            n = (size_t)snprintf(piece, sizeof piece, "\\x%02x", (unsigned char)*v);
        else if (*v == '"' || *v == '\\')
            n = (size_t)snprintf(piece, sizeof piece, "\\%c", *v);
        else
            memcpy(piece, v, n);
        if (used + n + quotes / 2 + 1 > size)
            break;
        memcpy(buffer + used, piece, n);
        used += n;
        v += from ? from : 1;
    }
    if (!bare)
        buffer[used++] = '"';
    buffer[used] = '\0';
    return buffer;
}
