/* A lean load generator: one thread, epoll, one request under way per connection, SP framing spoken directly, so that little of
 * the two cores goes into asking.
 *
 *   load ipc:///PATH CLIENTS SECONDS FILE     FILE holds the payload of the request
 *
 * Prints {"clients":…,"ops":…,"seconds":…,"ops_per_s":…,"p50_us":…,"p99_us":…,"max_us":…,"reply_bytes":…}. Exit code 1 when a
 * connection fails. */
#include "proto/frame.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define SLOTS 1000000 /* of the histogram: 100 ns each, the last takes the rest */
#define SLOT_NS 100
#define ROOM (2 * 1024 * 1024)

struct client {
    int fd;
    bool greeted;
    size_t have, want;
    int64_t sent_ns;
};

static uint32_t slots[SLOTS];
static uint8_t request[FRAME_HEAD_MAX + 4 + 65536], incoming[ROOM];
static size_t request_size, reply_bytes;
static int64_t slowest;

static int64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void fail(const char *what)
{
    fprintf(stderr, "load: %s: %s\n", what, strerror(errno));
    exit(1);
}

static void read_payload(const char *path)
{
    uint8_t *body = request + FRAME_HEAD_MAX + 4;
    FILE *f = fopen(path, "re");
    if (!f)
        fail(path);
    size_t size = fread(body, 1, 65536, f);
    fclose(f);
    memcpy(body - 4, "\x80\x00\x00\x01", 4);
    frame_head(FRAME_IPC, request, size + 4);
    request_size = FRAME_HEAD_MAX + 4 + size;
}

static void ask(struct client *c)
{
    c->sent_ns = now_ns();
    c->have = c->want = 0;
    if (send(c->fd, request, request_size, MSG_NOSIGNAL) != (ssize_t)request_size)
        fail("send");
}

static void dial(struct client *c, const char *path)
{
    struct sockaddr_un a = {.sun_family = AF_UNIX};
    snprintf(a.sun_path, sizeof a.sun_path, "%s", path);
    c->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (c->fd < 0 ||
        connect(c->fd, (const struct sockaddr *)&a, sizeof a) != 0) /* waits while the backlog is full */
        fail(path);
    uint8_t hello[FRAME_HELLO_SIZE];
    frame_hello(hello, FRAME_REQ);
    if (send(c->fd, hello, sizeof hello, MSG_NOSIGNAL) != sizeof hello)
        fail("hello");
}

/* One read; true when an answer is complete. Only sizes are looked at: the load is to cost little. */
static bool take(struct client *c)
{
    ssize_t n = recv(c->fd, incoming, sizeof incoming, MSG_DONTWAIT);
    if (n == 0 || (n < 0 && errno != EAGAIN))
        fail("recv");
    if (n < 0)
        return false;
    uint8_t *at = incoming;
    size_t size = (size_t)n;
    if (!c->greeted) {
        if (size < FRAME_HELLO_SIZE || !frame_hello_is(at, FRAME_REP)) {
            errno = EPROTO;
            fail("hello");
        }
        c->greeted = true;
        at += FRAME_HELLO_SIZE;
        size -= FRAME_HELLO_SIZE;
        ask(c);
    }
    if (size && !c->want) {
        if (size < FRAME_HEAD_MAX) {
            errno = EPROTO;
            fail("a head in pieces");
        }
        for (int i = 1; i < FRAME_HEAD_MAX; i++)
            c->want = c->want << 8 | at[i];
        c->want += FRAME_HEAD_MAX;
    }
    c->have += size;
    return c->want && c->have >= c->want;
}

static void count(struct client *c)
{
    int64_t ns = now_ns() - c->sent_ns;
    slots[ns / SLOT_NS < SLOTS ? ns / SLOT_NS : SLOTS - 1]++;
    slowest = ns > slowest ? ns : slowest;
    reply_bytes = c->want - FRAME_HEAD_MAX - 4;
}

static double percentile_us(uint64_t ops, double part)
{
    uint64_t seen = 0, rank = (uint64_t)((double)ops * part);
    for (size_t i = 0; i < SLOTS; i++)
        if ((seen += slots[i]) > rank)
            return (double)i * SLOT_NS / 1000.0;
    return (double)slowest / 1000.0;
}

int main(int argc, char **argv)
{
    if (argc != 5 || strncmp(argv[1], "ipc://", 6) != 0) {
        fprintf(stderr, "usage: load ipc:///PATH CLIENTS SECONDS FILE\n");
        return 2;
    }
    int clients = atoi(argv[2]);
    double seconds = strtod(argv[3], NULL);
    read_payload(argv[4]);
    struct client *all = calloc((size_t)clients, sizeof *all);
    int poller = epoll_create1(EPOLL_CLOEXEC);
    if (!all || poller < 0)
        fail("start");
    for (int i = 0; i < clients; i++) {
        dial(&all[i], argv[1] + 6);
        struct epoll_event e = {.events = EPOLLIN, .data.ptr = &all[i]};
        if (epoll_ctl(poller, EPOLL_CTL_ADD, all[i].fd, &e) != 0)
            fail("epoll_ctl");
    }
    uint64_t ops = 0;
    int64_t begun = now_ns(), until = begun + (int64_t)(seconds * 1e9), now;
    while ((now = now_ns()) < until) {
        struct epoll_event events[64];
        int n = epoll_wait(poller, events, 64, 1000);
        for (int i = 0; i < n; i++) {
            struct client *c = events[i].data.ptr;
            if (!take(c))
                continue;
            count(c);
            ops++;
            ask(c);
        }
    }
    double took = (double)(now - begun) / 1e9;
    printf("{\"clients\":%d,\"ops\":%llu,\"seconds\":%.3f,\"ops_per_s\":%.0f,\"p50_us\":%.1f,\"p99_us\":%.1f,"
           "\"max_us\":%.1f,"
           "\"reply_bytes\":%zu}\n",
           clients, (unsigned long long)ops, took, (double)ops / took, percentile_us(ops, 0.5),
           percentile_us(ops, 0.99), (double)slowest / 1000.0, reply_bytes);
    for (int i = 0; i < clients; i++)
        close(all[i].fd);
    close(poller);
    free(all);
    return 0;
}
