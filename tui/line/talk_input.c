/* What is typed: bytes of a terminal or a pipe → lines; passwords without echo, which comes back on every way out. */
#include "tui/line/talk_inside.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

/* For the handler of signals that end the program while echo is off: besides SIGHUP, SIGTERM and SIGINT, which the loop brings. */
static int tty_fd = -1;
static struct termios tty_modes;
static const int deadly[] = {SIGALRM, SIGQUIT};
static struct sigaction before[sizeof deadly / sizeof *deadly];

static void give_back(int number)
{
    if (tty_fd >= 0)
        tcsetattr(tty_fd, TCSANOW, &tty_modes);
    raise(number); /* SA_RESETHAND: now it ends us */
}

void talk_echo(struct talk *t, bool on)
{
    if (!t->tty || t->quiet == !on)
        return;
    struct termios modes = t->modes;
    if (!on) {
        struct sigaction action = {.sa_handler = give_back, .sa_flags = (int)SA_RESETHAND};
        sigemptyset(&action.sa_mask);
        tty_modes = t->modes;
        tty_fd = t->in;
        for (size_t i = 0; i < COUNT_OF(deadly); i++)
            sigaction(deadly[i], &action, &before[i]);
        modes.c_lflag &= ~(tcflag_t)(ECHO | ECHOE | ECHOK | ECHONL);
    }
    tcsetattr(t->in, TCSANOW, &modes);
    t->quiet = !on;
    if (on) {
        for (size_t i = 0; i < COUNT_OF(deadly); i++)
            sigaction(deadly[i], &before[i], NULL);
        tty_fd = -1;
    }
}

static void stop_watching(struct talk *t)
{
    if (t->watching)
        loop_unwatch(t->loop, t->in);
    t->watching = false;
}

/* A person at a terminal who closes it is gone; a script that has said all it wanted still gets its answers. */
static void input_over(struct talk *t, int code)
{
    stop_watching(t);
    t->over = true;
    if (t->tty)
        talk_end(t, code);
}

static void on_input(void *ctx, int revents)
{
    struct talk *t = ctx;
    size_t room = sizeof t->typed - t->typed_size;
    ssize_t n = read(t->in, t->typed + t->typed_size, room);
    if (n < 0 && (errno == EINTR || errno == EAGAIN))
        return;
    if (n <= 0) {
        input_over(t, n < 0 || (revents & POLLHUP) ? 129
                                                   : 0); /* hung up, or the person said that this was all */
    } else {
        struct key any = {.code = ' '};
        t->typed_size += (size_t)n;
        t->warned = false;
        (void)ui_tick(t->ui, loop_now(t->loop));
        ui_key(t->ui, &any); /* somebody is there: the idle lock counts from now */
    }
    if (t->typed_size == sizeof t->typed)
        stop_watching(t);
    talk_stir(t);
}

void talk_watch(struct talk *t)
{
    if (!t->watching && !t->over && t->typed_size < sizeof t->typed)
        t->watching = loop_watch(t->loop, t->in, on_input, t) == OK;
}

static void consume(struct talk *t, size_t n)
{
    memmove(t->typed, t->typed + n, t->typed_size - n);
    t->typed_size -= n;
    explicit_bzero(t->typed + t->typed_size, n);
    talk_watch(t);
}

enum talk_read talk_take(struct talk *t, char *buffer, size_t size)
{
    char *end = memchr(t->typed, '\n', t->typed_size);
    size_t n = end ? (size_t)(end - t->typed) : t->typed_size;
    bool cut = t->cut || n >= size || n > TALK_LONGEST;
    if (!end && (!t->over || !n)) {
        if (n > TALK_LONGEST) { /* do not keep what will be refused anyway */
            t->cut = true;
            consume(t, n);
        }
        return READ_NOTHING;
    }
    if (!cut) {
        memcpy(buffer, t->typed, n);
        if (n && buffer[n - 1] == '\r')
            n--;
        buffer[n] = '\0';
        cut = memchr(buffer, '\0', n) != NULL;
    }
    t->cut = false;
    consume(t, end ? (size_t)(end - t->typed) + 1 : t->typed_size);
    return cut ? READ_CUT : READ_LINE;
}

bool talk_unread(struct talk *t, const char *line)
{
    const size_t n = strlen(line) + 1;
    if (t->typed_size + n > sizeof t->typed)
        return false;
    memmove(t->typed + n, t->typed, t->typed_size);
    memcpy(t->typed, line, n - 1);
    t->typed[n - 1] = '\n';
    t->typed_size += n;
    return true;
}

void talk_input_open(struct talk *t)
{
    t->tty = isatty(t->in) && tcgetattr(t->in, &t->modes) == 0;
    talk_watch(t);
}

void talk_input_close(struct talk *t)
{
    talk_echo(t, true);
    stop_watching(t);
    explicit_bzero(t->typed, sizeof t->typed);
}
