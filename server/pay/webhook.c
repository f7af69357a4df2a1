#include "server/pay/webhook.h"
#include "common/arena.h"
#include "common/buf.h"
#include "common/log.h"
#include "server/core/daemon.h"
#include "server/core/limits.h"
#include "server/pay/stripe_event.h"
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#define HEAD_MOST (16 * 1024)
#define WAITING 128 /* who knocks and is not let in yet */
#define IN_A_TURN 4 /* are let in before those that are in are heard again */
#define PREFIX "http://127.0.0.1:"

struct guest {
    int fd;          /* −1: nobody */
    uint32_t source; /* its address */
    int64_t until;
    uint64_t turn; /* the how-manyth it was */
    struct buf in;
};
struct webhook {
    struct daemon *daemon;
    int door, end; /* end: readable when it is over */
    pthread_t thread;
    uint64_t turns;
    struct guest guests[LIMIT_WEBHOOKS];
};

/* --- one request ---------------------------------------------------------------------------------------------------------------- */
struct request {
    const char *path, *signature; /* with a final NUL, in the buffer */
    size_t path_size, signature_size;
    const char *body;
    size_t body_size;
};

/* How many headers of that name a head has, that ends with an empty line, and the value of the first. */
static int header(const char *head, size_t size, const char *name, const char **value, size_t *value_size)
{
    const size_t n = strlen(name);
    int found = 0;
    for (const char *at = head; (at = memmem(at, size - (size_t)(at - head), "\r\n", 2)) != NULL;) {
        at += 2;
        const char *end = memmem(at, size - (size_t)(at - head), "\r\n", 2), *from = at + n + 1;
        if (!end || strncasecmp(at, name, n) != 0 || at[n] != ':' || found++)
            continue;
        while (from < end && *from == ' ')
            from++;
        *value = from;
        *value_size = (size_t)(end - from);
    }
    return found;
}

/* 0: more has to come; 200: it is there; else what it is refused with. */
static int read_request(const struct buf *in, struct request *r)
{
    const char *head = (const char *)in->data, *end = memmem(head, in->size, "\r\n\r\n", 4);
    size_t n = 0;
    if (!end)
        return in->size > HEAD_MOST ? 431 : 0;
    const size_t size = (size_t)(end - head) + 4;
    if (size > HEAD_MOST)
        return 431;
    if (strncmp(head, "POST /", 6) != 0)
        return 405;
    /* What could be read in two ways is read in none: a web server in front may have read it otherwise. */
    const char *length = NULL, *coding = NULL;
    if (header(head, size, "Transfer-Encoding", &coding, &n))
        return 411;
    if (header(head, size, "Content-Length", &length, &n) != 1 || !n || n > 9 ||
        strspn(length, "0123456789") != n)
        return 411;
    r->body_size = (size_t)atol(length);
    if (r->body_size > LIMIT_WEBHOOK_BODY)
        return 413;
    if (in->size - size < r->body_size)
        return 0;
    r->body = head + size;
    r->path = head + 5;
    r->path_size = strcspn(r->path, " \r\n");
    r->signature = NULL;
    return header(head, size, "Stripe-Signature", &r->signature, &r->signature_size) > 1 ? 400 : 200;
}

static int serve(struct webhook *w, const struct buf *in)
{
    static const char stripe[] = "/stripe/";
    const size_t n = sizeof stripe - 1;
    struct request r;
    int status = read_request(in, &r);
    if (status != 200)
        return status;
    if (r.path_size <= n || strncmp(r.path, stripe, n) != 0)
        return 404;
    struct arena *a = arena_open();
    const struct stripe_event event = {.portal = arena_text(a, r.path + n, r.path_size - n),
                                       .signature =
                                           r.signature ? arena_text(a, r.signature, r.signature_size) : "",
                                       .body = r.body,
                                       .size = r.body_size};
    const bool taken = stripe_event_take(w->daemon, &event);
    arena_close(a);
    return taken ? 200 : 400; /* of what is refused nobody is told why */
}

/* --- guests --------------------------------------------------------------------------------------------------------------------- */
static void leave(struct guest *g)
{
    close(g->fd);
    g->fd = -1;
    buf_fini(&g->in);
}

static void answer(struct guest *g, int status)
{
    char text[120];
    const int n =
        snprintf(text, sizeof text, "HTTP/1.1 %d %s\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
                 status, status == 200 ? "OK" : "Refused");
    (void)!send(g->fd, text, (size_t)n, MSG_NOSIGNAL | MSG_DONTWAIT);
    shutdown(g->fd, SHUT_WR);
    leave(g);
}

static void hear(struct webhook *w, struct guest *g)
{
    char bytes[8192];
    const ssize_t n = recv(g->fd, bytes, sizeof bytes, MSG_DONTWAIT);
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (n <= 0) {
        leave(g);
        return;
    }
    buf_add(&g->in, bytes, (size_t)n);
    const int status = g->in.full ? 413 : serve(w, &g->in);
    if (status)
        answer(g, status);
}

static size_t guests_of(const struct webhook *w, uint32_t source)
{
    size_t n = 0;
    for (size_t i = 0; i < LIMIT_WEBHOOKS; i++)
        n += w->guests[i].fd >= 0 && w->guests[i].source == source;
    return n;
}

/* The one to go: of that address, or (any) of whoever has most; of those the one that is here longest. */
static struct guest *longest_here(struct webhook *w, uint32_t source, bool any)
{
    struct guest *gone = NULL;
    size_t most = 0;
    for (size_t i = 0; i < LIMIT_WEBHOOKS; i++) {
        struct guest *g = &w->guests[i];
        const size_t n = g->fd >= 0 && (any || g->source == source) ? guests_of(w, g->source) : 0;
        if (n > most || (n && n == most && g->turn < gone->turn)) {
            gone = g;
            most = n;
        }
    }
    return gone;
}

/* A place for one more of that address. Who has its share, or else who has most, has its oldest shown out: whoever says something in the moment it comes
 * is never kept waiting by those who say nothing, and not shown out for those who came after. */
static struct guest *make_room(struct webhook *w, uint32_t source)
{
    const bool share = guests_of(w, source) >= LIMIT_WEBHOOK_SHARE;
    for (size_t i = 0; i < LIMIT_WEBHOOKS && !share; i++)
        if (w->guests[i].fd < 0)
            return &w->guests[i];
    struct guest *gone = longest_here(w, source, !share);
    answer(gone, 503);
    return gone;
}

/* False: nobody knocks. */
static bool let_in(struct webhook *w)
{
    struct sockaddr_in from = {.sin_family = AF_INET};
    socklen_t size = sizeof from;
    const int fd = accept4(w->door, (struct sockaddr *)&from, &size, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd < 0)
        return false;
    struct guest *g = make_room(w, from.sin_addr.s_addr);
    g->fd = fd;
    g->source = from.sin_addr.s_addr;
    g->turn = w->turns++;
    g->until = daemon_tick() + LIMIT_WEBHOOK_MS;
    buf_init(&g->in, HEAD_MOST + LIMIT_WEBHOOK_BODY);
    hear(w, g); /* most have said it all */
    return true;
}

static void *attend(void *arg)
{
    struct webhook *w = arg;
    struct pollfd p[LIMIT_WEBHOOKS + 2];
    for (;;) {
        p[0] = (struct pollfd){.fd = w->end, .events = POLLIN};
        p[1] = (struct pollfd){.fd = w->door, .events = POLLIN};
        for (size_t i = 0; i < LIMIT_WEBHOOKS; i++)
            p[i + 2] = (struct pollfd){.fd = w->guests[i].fd, .events = POLLIN};
        if (poll(p, LIMIT_WEBHOOKS + 2, 1000) < 0 && errno != EINTR)
            return NULL;
        if (p[0].revents)
            return NULL;
        for (size_t i = 0; i < LIMIT_WEBHOOKS; i++) {
            if (w->guests[i].fd >= 0 && p[i + 2].revents)
                hear(w, &w->guests[i]);
            else if (w->guests[i].fd >= 0 && daemon_tick() > w->guests[i].until)
                answer(&w->guests[i], 408);
        }
        for (int i = 0; p[1].revents && i < IN_A_TURN && let_in(w); i++)
            continue;
    }
}

/* --- the door ------------------------------------------------------------------------------------------------------------------- */
static enum err open_door(int port, int *door, int *got)
{
    struct sockaddr_in at = {
        .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof at;
    const int one = 1;
    *door = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (*door < 0)
        return ERR_IO;
    setsockopt(*door, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(*door, (struct sockaddr *)&at, size) != 0 || listen(*door, WAITING) != 0 ||
        getsockname(*door, (struct sockaddr *)&at, &size) != 0)
        return ERR_IO;
    *got = ntohs(at.sin_port);
    return OK;
}

enum err webhook_open(struct daemon *d, const char *url, struct webhook **out, struct refusal *why)
{
    const char *port = strncmp(url, PREFIX, sizeof PREFIX - 1) == 0 ? url + sizeof PREFIX - 1 : "";
    const size_t n = strspn(port, "0123456789");
    int got = 0;
    if (!n || n > 5 || port[n] || atol(port) > UINT16_MAX)
        return refuse(why, ERR_INVALID, "webhooks", "say " PREFIX "PORT: this machine alone");
    struct webhook *w = calloc(1, sizeof *w);
    if (!w)
        return ERR_NO_MEMORY;
    w->daemon = d;
    for (size_t i = 0; i < LIMIT_WEBHOOKS; i++)
        w->guests[i].fd = -1;
    w->end = eventfd(0, EFD_CLOEXEC);
    enum err e = open_door(atoi(port), &w->door, &got);
    if (!e && (w->end < 0 || pthread_create(&w->thread, NULL, attend, w) != 0))
        e = ERR_IO;
    if (e) {
        close(w->door);
        close(w->end);
        free(w);
        return refuse(why, e, "webhooks", "can not listen at %s", url);
    }
    log_line(LOG_INFO, "listening for webhooks", "url=" PREFIX "%d", got);
    *out = w;
    return OK;
}

void webhook_close(struct webhook *w)
{
    const uint64_t one = 1;
    if (!w)
        return;
    (void)!write(w->end, &one, sizeof one);
    pthread_join(w->thread, NULL);
    for (size_t i = 0; i < LIMIT_WEBHOOKS; i++)
        if (w->guests[i].fd >= 0)
            leave(&w->guests[i]);
    close(w->door);
    close(w->end);
    free(w);
}
