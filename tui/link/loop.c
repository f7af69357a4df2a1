#include "common/tick.h"
#include "tui/link/loop.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#define WATCHES 16
#define TIMERS 64
#define LAST_MS 80 /* from a deadly signal to the alarm */

struct watch {
    int fd;
    void (*fn)(void *ctx, int revents);
    void *ctx;
};
struct timer {
    int number; /* 0: free */
    int64_t due;
    void (*fn)(void *ctx);
    void *ctx;
};
struct loop {
    int64_t (*now)(void);
    struct watch watches[WATCHES];
    int watch_count;
    struct timer timers[TIMERS];
    int timer_number;
    void (*each)(void *ctx);
    void *each_ctx;
    void (*signal)(void *ctx, int signal);
    void *signal_ctx;
    bool stopped;
    int code;
};

/* Handlers may touch nothing else. One byte a signal; a full pipe loses only repetitions. */
static int signal_pipe[2] = {-1, -1};
static const int caught[] = {SIGWINCH, SIGTSTP, SIGCONT, SIGHUP, SIGTERM, SIGINT};
static struct sigaction before[sizeof caught / sizeof *caught];

static void on_signal(int number)
{
    int saved = errno;
    unsigned char byte = (unsigned char)number;
    if (number == SIGHUP || number == SIGTERM) {
        /* Writing to a stopped terminal may block for ever; SIGALRM's default ends us. */
        struct itimerval last = {.it_value = {.tv_usec = LAST_MS * 1000}};
        setitimer(ITIMER_REAL, &last, NULL);
    }
    if (write(signal_pipe[1], &byte, 1) < 0) {
    }
    errno = saved;
}

static void read_signals(void *ctx, int revents)
{
    struct loop *l = ctx;
    unsigned char bytes[64];
    (void)revents;
    ssize_t n = read(signal_pipe[0], bytes, sizeof bytes);
    for (ssize_t i = 0; i < n; i++)
        if (l->signal)
            l->signal(l->signal_ctx, bytes[i]);
}

enum err loop_open(int64_t (*now)(void), struct loop **out)
{
    if (signal_pipe[0] >= 0)
        return ERR_LOCKED;
    struct loop *l = calloc(1, sizeof *l);
    if (!l)
        return ERR_NO_MEMORY;
    if (pipe2(signal_pipe, O_NONBLOCK | O_CLOEXEC) < 0) {
        signal_pipe[0] = signal_pipe[1] = -1;
        free(l);
        return ERR_IO;
    }
    l->now = now ? now : tick_now;
    l->watches[l->watch_count++] = (struct watch){signal_pipe[0], read_signals, l};
    struct sigaction action = {.sa_handler = on_signal};
    sigfillset(&action.sa_mask);
    for (size_t i = 0; i < sizeof caught / sizeof *caught; i++)
        sigaction(caught[i], &action, &before[i]);
    *out = l;
    return OK;
}

void loop_close(struct loop *l)
{
    if (!l)
        return;
    for (size_t i = 0; i < sizeof caught / sizeof *caught; i++)
        sigaction(caught[i], &before[i], NULL);
    /* The terminal is given back by now: nothing is left that could block. */
    setitimer(ITIMER_REAL, &(struct itimerval){.it_value = {.tv_usec = 0}}, NULL);
    close(signal_pipe[0]);
    close(signal_pipe[1]);
    signal_pipe[0] = signal_pipe[1] = -1;
    free(l);
}

int64_t loop_now(const struct loop *l)
{
    return l->now();
}

enum err loop_watch(struct loop *l, int fd, void (*fn)(void *ctx, int revents), void *ctx)
{
    if (l->watch_count == WATCHES)
        return ERR_BUSY;
    l->watches[l->watch_count++] = (struct watch){fd, fn, ctx};
    return OK;
}

void loop_unwatch(struct loop *l, int fd)
{
    for (int i = 0; i < l->watch_count; i++)
        if (l->watches[i].fd == fd) {
            memmove(&l->watches[i], &l->watches[i + 1],
                    (size_t)(l->watch_count - i - 1) * sizeof *l->watches);
            l->watch_count--;
            return;
        }
}

int loop_after(struct loop *l, int64_t ms, void (*fn)(void *ctx), void *ctx)
{
    for (int i = 0; i < TIMERS; i++)
        if (!l->timers[i].number) {
            l->timer_number = l->timer_number % 1000000000 + 1;
            l->timers[i] = (struct timer){l->timer_number, l->now() + (ms > 0 ? ms : 0), fn, ctx};
            return l->timer_number;
        }
    return 0;
}

void loop_forget(struct loop *l, int timer)
{
    for (int i = 0; timer && i < TIMERS; i++)
        if (l->timers[i].number == timer)
            l->timers[i].number = 0;
}

void loop_signals(struct loop *l, void (*fn)(void *ctx, int signal), void *ctx)
{
    l->signal = fn;
    l->signal_ctx = ctx;
}

void loop_each(struct loop *l, void (*fn)(void *ctx), void *ctx)
{
    l->each = fn;
    l->each_ctx = ctx;
}

/* Runs what is due; returns ms until the next, −1 when there is none. */
static int run_timers(struct loop *l)
{
    int64_t now = l->now(), next = -1;
    for (int i = 0; i < TIMERS; i++) {
        struct timer *t = &l->timers[i];
        if (t->number && t->due <= now) {
            struct timer due = *t;
            t->number = 0;
            due.fn(due.ctx);
        }
    }
    for (int i = 0; i < TIMERS; i++)
        if (l->timers[i].number && (next < 0 || l->timers[i].due - now < next))
            next = l->timers[i].due > now ? l->timers[i].due - now : 0;
    return next > 60000 ? 60000 : (int)next;
}

static void run_watches(struct loop *l, const struct pollfd *fds, int count)
{
    for (int i = 0; i < count && !l->stopped; i++) {
        if (!fds[i].revents)
            continue;
        for (int j = 0; j < l->watch_count; j++) /* an earlier call may have taken it away */
            if (l->watches[j].fd == fds[i].fd) {
                l->watches[j].fn(l->watches[j].ctx, fds[i].revents);
                break;
            }
    }
}

int loop_run(struct loop *l)
{
    l->stopped = false;
    while (!l->stopped) {
        struct pollfd fds[WATCHES];
        int wait = run_timers(l), count = l->watch_count;
        if (l->each)
            l->each(l->each_ctx);
        if (l->stopped)
            break;
        wait = run_timers(l);
        count = l->watch_count;
        for (int i = 0; i < count; i++)
            fds[i] = (struct pollfd){.fd = l->watches[i].fd, .events = POLLIN};
        int n = poll(fds, (nfds_t)count, wait);
        if (n < 0 && errno != EINTR)
            return 1;
        if (n > 0)
            run_watches(l, fds, count);
    }
    return l->code;
}

void loop_stop(struct loop *l, int code)
{
    l->stopped = true;
    l->code = code;
}
