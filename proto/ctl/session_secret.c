/* Reading what nobody should see. */
#include "proto/ctl/session.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#define SECRET_MAX 1000

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

static enum err take(struct ctl *c, const char *key, int fd, const char **out)
{
    char line[SECRET_MAX];
    ssize_t n = read_line(fd, line, sizeof line);
    enum err e = OK;
    if (n < 0)
        e = refuse(&c->why, ERR_IO, key, "%s", strerror(errno));
    else if (n == 0)
        e = refuse(&c->why, ERR_INVALID, key, "is empty");
    else if (n == SECRET_MAX)
        e = refuse(&c->why, ERR_INVALID, key, "is too long");
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
    enum err e = take(c, key, STDIN_FILENO, out);
    if (ask) {
        (void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &as_it_was);
        (void)signal(SIGINT, SIG_DFL);
        (void)signal(SIGTERM, SIG_DFL);
        fputc('\n', stderr);
    }
    return e;
}

enum err secret_file(struct ctl *c, const char *key, const char *path, const char **out)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0)
        return refuse(&c->why, ERR_INVALID, key, "%.120s: %s", path, strerror(errno));
    enum err e = take(c, key, fd, out);
    close(fd);
    return e;
}
