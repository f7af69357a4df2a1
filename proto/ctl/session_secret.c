/* Reading what nobody should see. */
#include "proto/ctl/ctl_session.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#define SECRET_MAX 1000
#define PLAIN_MAX 8000
#define LINES_MAX ((size_t)128 * 1024)

/* One byte at a time, so that what follows stays for the next reader of the same descriptor. */
static ssize_t read_line(int fd, char *line, size_t room)
{
    size_t n = 0;
    while (n < room) {
        ssize_t got = read(fd, line + n, 1);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return -1;
        if (got == 0 || line[n] == '\n')
            break;
        n++;
    }
    if (n && n < room && line[n - 1] == '\r')
        n--;
    return (ssize_t)n;
}

static enum err take(struct ctl *c, const char *key, int fd, size_t most, const char **out)
{
    char line[PLAIN_MAX];
    ssize_t n = read_line(fd, line, most);
    enum err e = OK;
    if (n < 0)
        e = refuse(&c->why, ERR_IO, key, "%s", strerror(errno));
    else if (n == 0)
        e = refuse(&c->why, ERR_INVALID, key, "is empty");
    else if ((size_t)n == most)
        e = refuse(&c->why, ERR_INVALID, key, "is too long");
    else if (memchr(line, 0, (size_t)n))
        e = refuse(&c->why, ERR_INVALID, key, "is no text");
    else
        *out = arena_text(c->a, line, (size_t)n);
    explicit_bzero(line, sizeof line);
    return e;
}

static struct termios as_it_was;

/* Leaving the terminal mute would be worse than the signal. */
static void on_signal(int number)
{
    (void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &as_it_was);
    (void)signal(number, SIG_DFL);
    (void)raise(number);
}

static bool hide(const char *key)
{
    struct termios quiet = as_it_was;
    quiet.c_lflag &= ~(tcflag_t)(ECHO | ECHONL);
    quiet.c_lflag |= ICANON;
    (void)signal(SIGINT, on_signal);
    (void)signal(SIGTERM, on_signal);
    if (tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet) < 0)
        return false;
    fprintf(stderr, "%s: ", key);
    return true;
}

enum err secret_line(struct ctl *c, const char *key, const char **out)
{
    bool ask = isatty(STDIN_FILENO) && tcgetattr(STDIN_FILENO, &as_it_was) == 0;
    if (ask && !hide(key))
        return refuse(&c->why, ERR_IO, key, "the terminal can not hide what is typed");
    enum err e = take(c, key, STDIN_FILENO, SECRET_MAX, out);
    if (ask) {
        (void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &as_it_was);
        (void)signal(SIGINT, SIG_DFL);
        (void)signal(SIGTERM, SIG_DFL);
        fputc('\n', stderr);
    }
    return e;
}

enum err plain_line(struct ctl *c, const char *key, const char **out)
{
    if (isatty(STDIN_FILENO))
        fprintf(stderr, "%s: ", key);
    return take(c, key, STDIN_FILENO, PLAIN_MAX, out);
}

static enum err take_all(struct ctl *c, const char *key, int fd, const char **out)
{
    struct buf all;
    char part[4096];
    ssize_t n;
    buf_init(&all, LINES_MAX);
    while ((n = read(fd, part, sizeof part)) != 0) {
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            break;
        buf_add(&all, part, (size_t)n);
    }
    enum err e = OK;
    if (n < 0)
        e = refuse(&c->why, ERR_IO, key, "%s", strerror(errno));
    else if (all.full)
        e = refuse(&c->why, ERR_TOO_LARGE, key, "is too long");
    else if (all.size && memchr(all.data, 0, all.size))
        e = refuse(&c->why, ERR_INVALID, key, "is no text");
    else
        *out =
            arena_text(c->a, (const char *)all.data, all.size - (all.size && all.data[all.size - 1] == '\n'));
    buf_fini(&all);
    return e;
}

enum err plain_lines(struct ctl *c, const char *key, const char **out)
{
    if (isatty(STDIN_FILENO))
        fprintf(stderr, "%s (Ctrl-D ends it):\n", key);
    return take_all(c, key, STDIN_FILENO, out);
}

enum err plain_file(struct ctl *c, const char *key, const char *path, const char **out)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0)
        return refuse(&c->why, ERR_INVALID, key, "%.120s: %s; a text that begins with @ is written @@", path,
                      strerror(errno));
    enum err e = take_all(c, key, fd, out);
    close(fd);
    return e;
}

enum err secret_file(struct ctl *c, const char *key, const char *path, const char **out)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0)
        return refuse(&c->why, ERR_INVALID, key, "%.120s: %s", path, strerror(errno));
    enum err e = take(c, key, fd, SECRET_MAX, out);
    close(fd);
    return e;
}
