/* One connection: greeting, reading frames, sending answers, ending.
 *
 * The fast way of a request: nng's poller wakes one task thread with the bytes; they lie in a request already; the handler
 * answers in the same thread; head and route are sent back in place together with the caller's payload by an aio without
 * callback, which nng completes inside the call. So: no allocation, no copy, no second thread.
 *
 * Of requests that have arrived together the answers go out together: they are held while another whole one waits (`more`). */
#include "server/door/listener_inside.h"
#include "proto/tls.h"
#include <arpa/inet.h>
#include <assert.h>
#include <nng/nng.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static void on_read(void *arg);

int64_t listener_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC_COARSE, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000 + 1;
}

void conn_free_request(struct conn *c, struct listener_request *r)
{
    if (r && r->room > REQUEST_ROOM)
        conn_discharge(c, r->room);
    free(r);
}

/* ---- ending ---- */

void conn_close(struct conn *c)
{
    if (c->closed)
        return;
    if (conn_end_held(c))
        conn_bye(c);
    c->closed = true;
    nng_stream_close(c->stream);
    if (c->sending)
        return; /* nng still holds the first of the queue; on_sent frees it */
    assert(!c->first);
}

static bool may_take_more(const struct conn *c)
{
    const struct listener_limits *most = &c->l->limits;
    bool known = atomic_load_explicit(&c->known, memory_order_relaxed);
    return c->in_flight < (known ? most->peer_in_flight : most->stranger_in_flight) &&
           c->out_bytes < most->frame;
}

bool conn_unused(const struct conn *c)
{
    return !c->reading && !c->sending && c->in_flight == 0;
}

bool conn_ending(struct conn *c)
{
    if (c->closed && c->end == LIVING) {
        c->end = CLOSED;
        return true;
    }
    if (c->end == TOLD && conn_unused(c)) {
        c->end = DEAD;
        return true;
    }
    return false;
}

void conn_leave(struct conn *c)
{
    bool ending = conn_ending(c), resumes = false;
    if (!c->closed && !c->reading && may_take_more(c) &&
        !atomic_load_explicit(&c->l->draining, memory_order_relaxed))
        resumes = c->reading = true;
    pthread_mutex_unlock(&c->lock);
    if (ending)
        listener_bury(c);
    /* Not from here, where a handler may be: the callback of an operation that is over at once goes on with what was read. */
    if (resumes && nng_aio_begin(c->in))
        nng_aio_finish(c->in, 0);
}

void conn_end(struct conn *c)
{
    nng_stream_free(c->stream);
    nng_aio_free(c->in);
    nng_aio_free(c->out);
    nng_aio_free(c->quick);
    conn_drop_queue(c);
    tls_free(c->tls);
    free(c->cipher);
    conn_free_request(c, c->filling);
    conn_free_request(c, c->spare);
    pthread_mutex_destroy(&c->lock);
}

static bool passed(int64_t since, int ms, int64_t now)
{
    return since && now - since >= ms;
}

bool conn_overdue(const struct conn *c, int64_t now)
{
    const struct listener_limits *most = &c->l->limits;
    const int idle_ms =
        atomic_load_explicit(&c->known, memory_order_relaxed) ? most->idle_ms : most->stranger_ms;
    bool idle = c->in_flight == 0 && !c->first && passed(c->busy_since, idle_ms, now);
    return idle || passed(c->hello_since, most->hello_ms, now) ||
           passed(c->partial_since, most->partial_ms, now) || passed(c->send_since, most->send_ms, now);
}

/* ---- reading ---- */

static struct listener_request *request_new(struct conn *c)
{
    struct listener_request *r = malloc(sizeof *r + REQUEST_ROOM);
    if (r)
        *r = (struct listener_request){.conn = c, .room = REQUEST_ROOM};
    return r;
}

/* Ends the reading chain, closing the connection when `close`. */
void conn_stop_reading(struct conn *c, bool close, bool malformed)
{
    pthread_mutex_lock(&c->lock);
    c->reading = c->more = false;
    if (close)
        conn_close(c);
    struct listener *l = c->l;
    conn_leave(c);
    if (malformed) {
        pthread_mutex_lock(&l->lock);
        l->past.refused_malformed++;
        pthread_mutex_unlock(&l->lock);
    }
}

/* More room for the frame under way, which needs `total`. It grows only with what has arrived, so a size alone costs nothing.
 * NULL when there is no memory, or all peers together have used up what is for them. */
static struct listener_request *enlarge(struct conn *c, size_t total)
{
    struct listener_request *r = c->filling;
    size_t room = total > 2 * c->have ? 2 * c->have : total,
           more = room - (r->room > REQUEST_ROOM ? r->room : 0);
    pthread_mutex_lock(&c->lock);
    bool fits = conn_charge(c, more);
    pthread_mutex_unlock(&c->lock);
    struct listener_request *larger = fits ? realloc(r, sizeof *r + room) : NULL;
    if (!larger) {
        pthread_mutex_lock(&c->lock);
        conn_discharge(c, fits ? more : 0);
        pthread_mutex_unlock(&c->lock);
        return NULL;
    }
    larger->room = (uint32_t)room;
    return c->filling = larger;
}

/* conn.lock held, and the connection not closed: nng never completes a receive that begins after the close. */
static void receive(struct conn *c)
{
    if (c->secured && !tls_dry(c->tls)) { /* there is more of what arrived: as if it came now */
        if (nng_aio_begin(c->in))
            nng_aio_finish(c->in, 0);
        return;
    }
    nng_iov iov = {c->filling->bytes + c->have, c->filling->room - c->have};
    if (c->cipher)
        iov = (nng_iov){c->cipher, CIPHER_ROOM};
    nng_aio_set_iov(c->in, 1, &iov);
    nng_stream_recv(c->stream, c->in);
}

/* Asks for more bytes; the frame under way needs `total`. */
void conn_read_more(struct conn *c, size_t total)
{
    if (c->filling->room == c->have && !enlarge(c, total)) {
        conn_stop_reading(c, true, false);
        return;
    }
    pthread_mutex_lock(&c->lock);
    if (c->closed) {
        c->reading = false;
        conn_leave(c);
        return;
    }
    receive(c);
    pthread_mutex_unlock(&c->lock);
}

/* Hands the whole frame in c->filling to the handler and leaves what follows it in c->filling. False: no memory. */
static bool serve(struct conn *c, const struct frame *f)
{
    struct listener_request *r = c->filling, *rest = NULL;
    if (c->have > f->total) {
        /* A buffer that grew ends where its frame ends, so what follows comes from a first one. */
        rest = c->have - f->total <= REQUEST_ROOM ? request_new(c) : NULL;
        if (!rest)
            return false;
        memcpy(rest->bytes, r->bytes + f->total, c->have - f->total);
    }
    r->route_end = (uint32_t)f->payload;
    c->filling = rest;
    c->have -= f->total;
    struct frame next;
    const bool more =
        rest && frame_look(c->wire, rest->bytes, c->have, c->l->limits.frame, &next) == FRAME_WHOLE;
    pthread_mutex_lock(&c->lock);
    c->more = more;
    c->in_flight++;
    c->requests++;
    c->bytes_in += f->total;
    c->partial_since = 0;
    c->busy_since = listener_now();
    pthread_mutex_unlock(&c->lock);
    c->l->fn(c->l->context, r, &c->peer, r->bytes + f->payload, f->total - f->payload);
    return true;
}

/* Between two frames. True: there are bytes to look at. False: more were asked for, or the chain has ended (closed, paused,
 * draining, no memory). */
static bool go_on(struct conn *c)
{
    pthread_mutex_lock(&c->lock);
    if (!c->filling) {
        c->filling = c->spare ? c->spare : request_new(c);
        c->spare = NULL;
        if (!c->filling)
            conn_close(c);
    }
    const bool draining = atomic_load_explicit(&c->l->draining, memory_order_relaxed);
    if (!c->more || !may_take_more(c) || draining) {
        c->more = false;
        (void)conn_send_held(c); /* which closes it, or makes room */
    }
    if (!c->closed && may_take_more(c) && !draining) {
        if (c->have && !c->partial_since)
            c->partial_since = listener_now();
        bool looks = c->have > 0; /* before receive: afterwards `have` is the callback's */
        if (!looks)
            receive(c);
        pthread_mutex_unlock(&c->lock);
        return looks;
    }
    /* Paused: what has been read waits, and is not the peer's delay. Whoever makes room resumes (conn_leave). */
    c->reading = false;
    c->partial_since = 0;
    bool ending = conn_ending(c);
    pthread_mutex_unlock(&c->lock);
    if (ending)
        listener_bury(c);
    return false;
}

static bool greet(struct conn *c)
{
    if (!frame_hello_is(c->filling->bytes, FRAME_REQ))
        return false;
    c->greeted = true;
    c->have -= FRAME_HELLO_SIZE;
    memmove(c->filling->bytes, c->filling->bytes + FRAME_HELLO_SIZE, c->have);
    pthread_mutex_lock(&c->lock);
    c->hello_since = 0;
    pthread_mutex_unlock(&c->lock);
    return true;
}

/* Takes what arrived on tls to where it is looked at. False: it was of the handshake, or the connection has ended. */
static bool decipher(struct conn *c)
{
    c->cipher_size = nng_aio_count(c->in);
    if (!c->secured) { /* the reading chain's to set */
        conn_shake(c);
        return false;
    }
    pthread_mutex_lock(&c->lock);
    int64_t got = conn_decipher(c, c->filling->bytes + c->have, c->filling->room - c->have);
    pthread_mutex_unlock(&c->lock);
    if (got < 0) {
        conn_stop_reading(c, true, false);
        return false;
    }
    c->have += (size_t)got;
    return true;
}

/* A greeting that is none. */
static void tell_rude(struct conn *c)
{
    if (c->peer.kind == PEER_TCP && tls_looks_like(c->filling->bytes, c->have))
        conn_tell(c, "speaks TLS where we do not: its URL has to say tcp:// instead of tls+tcp://, or "
                     "--listen tls+tcp://");
}

static void on_read(void *arg)
{
    struct conn *c = arg;
    if (nng_aio_result(c->in) != 0) {
        if (c->cipher && !c->secured && c->tls && nng_aio_result(c->in) != NNG_ECLOSED)
            conn_tell(c, "went away in the middle of the greeting");
        conn_stop_reading(c, true, false);
        return;
    }
    if (!c->cipher)
        c->have += nng_aio_count(c->in);
    else if (!decipher(c))
        return;
    if (!c->greeted) {
        if (c->have < FRAME_HELLO_SIZE) {
            conn_read_more(c, FRAME_HELLO_SIZE);
            return;
        }
        if (!greet(c)) {
            tell_rude(c);
            conn_stop_reading(c, true, true);
            return;
        }
    }
    while (go_on(c)) {
        struct frame f;
        switch (frame_look(c->wire, c->filling->bytes, c->have, c->l->limits.frame, &f)) {
        case FRAME_MORE: conn_read_more(c, f.total); return;
        case FRAME_WHOLE:
            if (!serve(c, &f)) {
                conn_stop_reading(c, true, false);
                return;
            }
            break;
        case FRAME_MALFORMED:
        case FRAME_TOO_LARGE: conn_stop_reading(c, true, true); return;
        }
    }
}

/* ---- beginning ---- */

static void identify(struct conn *c, enum peer_kind kind)
{
    struct peer *p = &c->peer;
    *p = (struct peer){.kind = kind, .uid = -1, .gid = -1, .pid = -1};
    if (kind == PEER_IPC) {
        uint64_t id;
        if (nng_stream_get_uint64(c->stream, NNG_OPT_IPC_PEER_UID, &id) == 0)
            p->uid = (int64_t)id;
        if (nng_stream_get_uint64(c->stream, NNG_OPT_IPC_PEER_GID, &id) == 0)
            p->gid = (int64_t)id;
        if (nng_stream_get_uint64(c->stream, NNG_OPT_IPC_PEER_PID, &id) == 0)
            p->pid = (int64_t)id;
        snprintf(p->address, sizeof p->address, "ipc uid %lld", (long long)p->uid);
        source_of_place(p->source, p->address);
        c->local = p->uid == 0 || p->uid == (int64_t)geteuid();
        return;
    }
    nng_stream_set_bool(c->stream, NNG_OPT_TCP_NODELAY, true);
    nng_sockaddr a;
    char host[INET6_ADDRSTRLEN] = "?";
    unsigned port = 0;
    if (nng_stream_get_addr(c->stream, NNG_OPT_REMADDR, &a) == 0) {
        bool v6 = a.s_family == NNG_AF_INET6;
        inet_ntop(v6 ? AF_INET6 : AF_INET, v6 ? (const void *)a.s_in6.sa_addr : (const void *)&a.s_in.sa_addr,
                  host, sizeof host);
        port = ntohs(v6 ? a.s_in6.sa_port : a.s_in.sa_port);
    }
    snprintf(p->address, sizeof p->address, strchr(host, ':') ? "[%s]:%u" : "%s:%u", host, port);
    source_of_place(p->source, p->address);
}

static struct conn *conn_new(struct endpoint *e, nng_stream *stream)
{
    const enum peer_kind kind = e->kind;
    struct conn *c = calloc(1, sizeof *c);
    if (!c)
        return NULL;
    c->l = e->l;
    c->door = e;
    c->wire = kind == PEER_IPC ? FRAME_IPC : FRAME_TCP;
    c->last = &c->first;
    c->filling = request_new(c);
    c->cipher = kind == PEER_TLS ? malloc(CIPHER_ROOM) : NULL;
    bool ok = c->filling && (c->cipher || kind != PEER_TLS) && nng_aio_alloc(&c->in, on_read, c) == 0 &&
              nng_aio_alloc(&c->out, conn_on_sent, c) == 0 && nng_aio_alloc(&c->quick, NULL, NULL) == 0;
    if (!ok) {
        free(c->filling);
        free(c->cipher);
        if (c->in)
            nng_aio_free(c->in);
        if (c->out)
            nng_aio_free(c->out);
        free(c);
        return NULL;
    }
    pthread_mutex_init(&c->lock, NULL);
    c->stream = stream;
    identify(c, kind);
    atomic_init(&c->known, c->local);
    return c;
}

void conn_start(struct endpoint *e, nng_stream *stream)
{
    struct listener *l = e->l;
    struct conn *c = conn_new(e, stream);
    if (!c) {
        nng_stream_free(stream);
        return;
    }
    pthread_mutex_lock(&c->lock);
    c->reading = true; /* before anyone can see it, so that nobody frees it under us */
    c->hello_since = c->busy_since = listener_now();
    pthread_mutex_unlock(&c->lock);
    if (!listener_admits(l, c)) {
        conn_end(c);
        free(c);
        return;
    }
    uint8_t hello[FRAME_HELLO_SIZE];
    frame_hello(hello, FRAME_REP);
    pthread_mutex_lock(&c->lock);
    /* over tls the client speaks first */
    bool good = !c->closed && (c->cipher || conn_send(c, hello, sizeof hello, NULL, 0, false));
    pthread_mutex_unlock(&c->lock);
    if (good)
        conn_read_more(c, FRAME_HELLO_SIZE);
    else
        conn_stop_reading(c, true, false);
}
