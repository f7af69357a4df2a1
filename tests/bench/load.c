/* A lean load generator: one thread, epoll, one request under way per connection, SP framing spoken directly, so that little of
 * the two cores goes into asking.
 *
 *   load ipc:///PATH CLIENTS SECONDS FILE
 *
 * FILE holds the payloads of requests, each behind its size (u32, big-endian); they are asked in turn, by whichever connection is
 * free, again and again. Where a payload has the 16 bytes "postern-bench-id", a request id never used before is put each time.
 *
 * Prints {"clients":…,"ops":…,"failed":…,"seconds":…,"ops_per_s":…,"p50_us":…,"p99_us":…,"max_us":…,"reply_bytes":…}:
 * `failed` of the answers were errors, `reply_bytes` is the mean size. Exit code 1 when a connection fails. */
#include "proto/frame.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define SLOTS 1000000 /* of the histogram: 100 ns each, the last takes the rest */
#define SLOT_NS 100
#define ROOM (2 * 1024 * 1024)
#define DRAIN_MS 10000 /* the longest wait for any answer */

struct client {
    int fd;
    bool greeted;
    size_t have, want;
    int64_t sent_ns;
};

struct request {
    uint8_t *frame, *id; /* id: where it is put; NULL where there is none */
    size_t size;
};

static uint32_t slots[SLOTS];
static uint8_t incoming[ROOM];
static struct request *requests;
static size_t n_requests, at_request;
static uint64_t ids[2]; /* of chance, and a counter */
static uint64_t reply_bytes, failed;
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

static void add_request(const uint8_t *body, size_t size)
{
    struct request *r = &requests[n_requests++];
    r->size = FRAME_HEAD_MAX + 4 + size;
    r->frame = malloc(r->size);
    if (!r->frame)
        fail("memory");
    frame_head(FRAME_IPC, r->frame, size + 4);
    memcpy(r->frame + FRAME_HEAD_MAX, "\x80\x00\x00\x01", 4);
    memcpy(r->frame + FRAME_HEAD_MAX + 4, body, size);
    r->id = memmem(r->frame, r->size, "postern-bench-id", sizeof ids);
}

static void read_payloads(const char *path)
{
    struct stat st;
    FILE *f = fopen(path, "re");
    if (!f || fstat(fileno(f), &st) != 0)
        fail(path);
    size_t whole = (size_t)st.st_size;
    uint8_t *bytes = malloc(whole);
    requests = calloc(whole / 4 + 1, sizeof *requests);
    if (!bytes || !requests || fread(bytes, 1, whole, f) != whole)
        fail(path);
    fclose(f);
    for (size_t at = 0; at + 4 <= whole;) {
        size_t size = (size_t)bytes[at] << 24 | (size_t)bytes[at + 1] << 16 | (size_t)bytes[at + 2] << 8 |
                      bytes[at + 3];
        at += 4;
        if (size > whole - at)
            break;
        add_request(bytes + at, size);
        at += size;
    }
    free(bytes);
    errno = EINVAL;
    if (n_requests == 0 || getrandom(ids, sizeof *ids, 0) != sizeof *ids)
        fail(path);
}

static void ask(struct client *c)
{
    struct request *r = &requests[at_request++ % n_requests];
    if (r->id) {
        ids[1]++;
        memcpy(r->id, ids, sizeof ids);
    }
    c->sent_ns = now_ns();
    c->have = c->want = 0;
    if (send(c->fd, r->frame, r->size, MSG_NOSIGNAL) != (ssize_t)r->size)
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

/* {"v":1,"error":… */
static bool is_error(const uint8_t *answer, size_t size)
{
    return size > 4 && answer[0] == 0x82 && answer[4] == 0xa5;
}

/* One read; true when an answer is complete. Only sizes and the beginning are looked at: the load is to cost little. */
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
        if (size > FRAME_HEAD_MAX + 4 && is_error(at + FRAME_HEAD_MAX + 4, size - FRAME_HEAD_MAX - 4)) {
            if (failed++ == 0)
                fprintf(stderr, "load: refused: %.*s\n", (int)(size - FRAME_HEAD_MAX - 4),
                        at + FRAME_HEAD_MAX + 4);
        }
    }
    c->have += size;
    return c->want && c->have >= c->want;
}

static void count(struct client *c)
{
    int64_t ns = now_ns() - c->sent_ns;
    slots[ns / SLOT_NS < SLOTS ? ns / SLOT_NS : SLOTS - 1]++;
    slowest = ns > slowest ? ns : slowest;
    reply_bytes += c->want - FRAME_HEAD_MAX - 4;
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
    read_payloads(argv[4]);
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
    int asking =
        clients; /* each ends when its answer has come: nng's own server bears no peer that leaves before */
    int64_t begun = now_ns(), until = begun + (int64_t)(seconds * 1e9), now = begun;
    while (asking) {
        struct epoll_event events[64];
        int n = epoll_wait(poller, events, 64, DRAIN_MS);
        now = now_ns();
        if (n == 0) {
            errno = ETIMEDOUT;
            fail("no answer");
        }
        for (int i = 0; i < n; i++) {
            struct client *c = events[i].data.ptr;
            if (!take(c))
                continue;
            count(c);
            ops++;
            if (now < until)
                ask(c);
            else
                asking--;
        }
    }
    double took = (double)(now - begun) / 1e9;
    printf("{\"clients\":%d,\"ops\":%llu,\"failed\":%llu,\"seconds\":%.3f,\"ops_per_s\":%.0f,\"p50_us\":%.1f,"
           "\"p99_us\":%.1f,\"max_us\":%.1f,\"reply_bytes\":%llu}\n",
           clients, (unsigned long long)ops, (unsigned long long)failed, took, (double)ops / took,
           percentile_us(ops, 0.5), percentile_us(ops, 0.99), (double)slowest / 1000.0,
           (unsigned long long)(ops ? reply_bytes / ops : 0));
    for (int i = 0; i < clients; i++)
        close(all[i].fd);
    close(poller);
    free(all);
    for (size_t i = 0; i < n_requests; i++)
        free(requests[i].frame);
    free(requests);
    return 0;
}
