/* One connection: greeting, reading frames, sending answers, ending.
 *
 * The fast way of a request: nng's poller wakes one task thread with the bytes; they lie in a request already; the handler
 * answers in the same thread; head and route are sent back in place together with the caller's payload by an aio without
 * callback, which nng completes inside the call. So: no allocation, no copy, no second thread. */
#include "server/listener_inside.h"
#include <arpa/inet.h>
#include <assert.h>
#include <nng/nng.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static void on_read(void *arg);
static void on_sent(void *arg);

int64_t listener_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC_COARSE, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000 + 1;
}

/* ---- ending ---- */

void conn_close(struct conn *c)
{
    if (c->closed)
        return;
    c->closed = true;
    nng_stream_close(c->stream);
    if (c->sending)
        return; /* nng still holds the first of the queue; on_sent frees it */
    assert(!c->first);
}

static void drop_queue(struct conn *c)
{
    while (c->first) {
        struct out *o = c->first;
        c->first = o->next;
        c->in_flight -= o->counts;
        free(o);
    }
    c->last = &c->first;
    c->out_bytes = 0;
}

static bool may_take_more(const struct conn *c)
{
    return c->in_flight < c->l->limits.peer_in_flight && c->out_bytes < c->l->limits.frame;
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

void conn_free(struct conn *c)
{
    nng_stream_free(c->stream);
    nng_aio_free(c->in);
    nng_aio_free(c->out);
    if (c->quick)
        nng_aio_free(c->quick);
    drop_queue(c);
    free(c->filling);
    free(c->spare);
    pthread_mutex_destroy(&c->lock);
    free(c);
}

static bool passed(int64_t since, int ms, int64_t now)
{
    return since && now - since >= ms;
}

bool conn_overdue(const struct conn *c, int64_t now)
{
    const struct listener_limits *most = &c->l->limits;
    bool idle = c->in_flight == 0 && !c->first && passed(c->busy_since, most->idle_ms, now);
    return idle || passed(c->hello_since, most->hello_ms, now) ||
           passed(c->partial_since, most->partial_ms, now) || passed(c->send_since, most->send_ms, now);
}

/* ---- sending ---- */

static void send_first(struct conn *c)
{
    nng_iov iov = {c->first->bytes + c->first->sent, c->first->size - c->first->sent};
    c->sending = true;
    c->send_since = listener_now();
    nng_aio_set_iov(c->out, 1, &iov);
    nng_stream_send(c->stream, c->out);
}

static void on_sent(void *arg)
{
    struct conn *c = arg;
    pthread_mutex_lock(&c->lock);
    c->sending = false;
    if (c->closed || nng_aio_result(c->out) != 0) {
        drop_queue(c);
        conn_close(c);
    } else {
        struct out *o = c->first;
        size_t sent = nng_aio_count(c->out);
        o->sent += sent;
        c->out_bytes -= sent;
        c->send_since = 0;
        if (o->sent == o->size) {
            c->first = o->next;
            if (!c->first)
                c->last = &c->first;
            c->in_flight -= o->counts;
            free(o);
        }
        if (c->first)
            send_first(c);
    }
    bool idle = !c->first;
    struct listener *l = c->l;
    conn_leave(c);
    if (idle && atomic_load(&l->draining)) {
        pthread_mutex_lock(&l->lock);
        pthread_cond_broadcast(&l->idle);
        pthread_mutex_unlock(&l->lock);
    }
}

/* Sends what the kernel takes at once. Returns the bytes taken, or -1 when the connection is no good any more. */
static int64_t send_quick(struct conn *c, nng_iov *iov, unsigned count)
{
    nng_aio_set_iov(c->quick, count, iov);
    nng_stream_send(c->stream, c->quick);
    nng_aio_abort(c->quick, NNG_EAGAIN); /* does nothing when it has been sent, which is nearly always */
    nng_aio_wait(c->quick);
    int rv = nng_aio_result(c->quick);
    return rv == 0 ? (int64_t)nng_aio_count(c->quick) : rv == NNG_EAGAIN ? 0 : -1;
}

/* conn.lock held. Sends head and payload, keeping a copy of what cannot go now. False: the connection was closed. */
static bool send_parts(struct conn *c, uint8_t *head, size_t head_size, const uint8_t *payload, size_t size,
                       bool counts)
{
    size_t sent = 0, all = head_size + size;
    if (c->quick && !c->first) {
        nng_iov iov[2] = {{head, head_size}, {(void *)(uintptr_t)payload, size}};
        int64_t taken = send_quick(c, iov, size ? 2 : 1);
        if (taken < 0) {
            conn_close(c);
            return false;
        }
        sent = (size_t)taken;
        if (sent == all) {
            c->in_flight -= counts;
            return true;
        }
    }
    struct out *o = malloc(sizeof *o + all - sent);
    if (!o) {
        conn_close(c);
        return false;
    }
    size_t of_head = sent < head_size ? head_size - sent : 0, of_payload = all - sent - of_head;
    *o = (struct out){.size = all - sent, .counts = counts};
    memcpy(o->bytes, head + head_size - of_head, of_head);
    if (of_payload)
        memcpy(o->bytes + of_head, payload + size - of_payload, of_payload);
    *c->last = o;
    c->last = &o->next;
    c->out_bytes += o->size;
    if (!c->sending)
        send_first(c);
    return true;
}

void listener_answer(struct listener_request *request, const uint8_t *payload, size_t size)
{
    struct conn *c = request->conn;
    size_t head = frame_head_size(c->wire);
    assert(size <= c->l->limits.answer);
    pthread_mutex_lock(&c->lock);
    c->answers++;
    if (c->closed) {
        c->in_flight--;
    } else {
        frame_head(c->wire, request->bytes, request->route_end - head + size);
        c->bytes_out += request->route_end + size;
        if (!send_parts(c, request->bytes, request->route_end, payload, size, true))
            c->in_flight--;
    }
    if (!c->spare && request->room == REQUEST_ROOM)
        c->spare = request;
    else
        free(request);
    conn_leave(c);
}

/* ---- reading ---- */

static struct listener_request *request_new(struct conn *c, size_t room)
{
    struct listener_request *r = malloc(sizeof *r + room);
    if (r)
        *r = (struct listener_request){.conn = c, .room = (uint32_t)room};
    return r;
}

/* Ends the reading chain, closing the connection when `close`. */
static void stop_reading(struct conn *c, bool close, bool malformed)
{
    pthread_mutex_lock(&c->lock);
    c->reading = false;
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

/* Asks for more bytes; the frame under way needs `total`. Room grows only with what has arrived, so a size alone costs nothing. */
static void read_more(struct conn *c, size_t total)
{
    struct listener_request *r = c->filling;
    if (r->room == c->have) {
        size_t room = total > 2 * c->have ? 2 * c->have : total;
        struct listener_request *larger = realloc(r, sizeof *r + room);
        if (!larger) {
            stop_reading(c, true, false);
            return;
        }
        larger->room = (uint32_t)room;
        c->filling = r = larger;
    }
    nng_iov iov = {r->bytes + c->have, r->room - c->have};
    nng_aio_set_iov(c->in, 1, &iov);
    nng_stream_recv(c->stream, c->in);
}

/* Hands the whole frame in c->filling to the handler and leaves what follows it in c->filling. False: no memory. */
static bool serve(struct conn *c, const struct frame *f)
{
    struct listener_request *r = c->filling, *rest = NULL;
    if (c->have > f->total) {
        rest = request_new(c, REQUEST_ROOM > c->have - f->total ? REQUEST_ROOM : c->have - f->total);
        if (!rest)
            return false;
        memcpy(rest->bytes, r->bytes + f->total, c->have - f->total);
    }
    r->route_end = (uint32_t)f->payload;
    c->filling = rest;
    c->have -= f->total;
    pthread_mutex_lock(&c->lock);
    c->in_flight++;
    c->requests++;
    c->bytes_in += f->total;
    c->partial_since = 0;
    c->busy_since = listener_now();
    pthread_mutex_unlock(&c->lock);
    c->l->fn(c->l->context, r, &c->peer, r->bytes + f->payload, f->total - f->payload);
    return true;
}

/* Between two frames: goes on (true), or has ended the chain (closed, paused, draining, no memory). */
static bool go_on(struct conn *c)
{
    pthread_mutex_lock(&c->lock);
    if (!c->filling) {
        c->filling = c->spare ? c->spare : request_new(c, REQUEST_ROOM);
        c->spare = NULL;
        if (!c->filling)
            conn_close(c);
    }
    if (!c->closed && may_take_more(c) && !atomic_load_explicit(&c->l->draining, memory_order_relaxed)) {
        if (c->have && !c->partial_since)
            c->partial_since = listener_now();
        pthread_mutex_unlock(&c->lock);
        return true;
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

static void on_read(void *arg)
{
    struct conn *c = arg;
    if (nng_aio_result(c->in) != 0) {
        stop_reading(c, true, false);
        return;
    }
    c->have += nng_aio_count(c->in);
    if (!c->greeted) {
        if (c->have < FRAME_HELLO_SIZE) {
            read_more(c, FRAME_HELLO_SIZE);
            return;
        }
        if (!greet(c)) {
            stop_reading(c, true, true);
            return;
        }
    }
    while (go_on(c)) {
        struct frame f;
        switch (frame_look(c->wire, c->filling->bytes, c->have, c->l->limits.frame, &f)) {
        case FRAME_MORE: read_more(c, f.total); return;
        case FRAME_WHOLE:
            if (!serve(c, &f)) {
                stop_reading(c, true, false);
                return;
            }
            break;
        case FRAME_MALFORMED:
        case FRAME_TOO_LARGE: stop_reading(c, true, true); return;
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
}

static struct conn *conn_new(struct listener *l, enum peer_kind kind, nng_stream *stream)
{
    struct conn *c = calloc(1, sizeof *c);
    if (!c)
        return NULL;
    c->l = l;
    c->wire = kind == PEER_IPC ? FRAME_IPC : FRAME_TCP;
    c->last = &c->first;
    c->filling = request_new(c, REQUEST_ROOM);
    bool ok = c->filling && nng_aio_alloc(&c->in, on_read, c) == 0 &&
              nng_aio_alloc(&c->out, on_sent, c) == 0 &&
              (kind == PEER_TLS || nng_aio_alloc(&c->quick, NULL, NULL) == 0);
    if (!ok) {
        free(c->filling);
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
    return c;
}

void conn_start(struct listener *l, enum peer_kind kind, nng_stream *stream)
{
    struct conn *c = conn_new(l, kind, stream);
    if (!c) {
        nng_stream_free(stream);
        return;
    }
    pthread_mutex_lock(&c->lock);
    c->reading = true; /* before anyone can see it, so that nobody frees it under us */
    c->hello_since = c->busy_since = listener_now();
    pthread_mutex_unlock(&c->lock);
    if (!listener_admits(l, c)) {
        conn_free(c);
        return;
    }
    uint8_t hello[FRAME_HELLO_SIZE];
    frame_hello(hello, FRAME_REP);
    pthread_mutex_lock(&c->lock);
    bool good = !c->closed && send_parts(c, hello, sizeof hello, NULL, 0, false);
    pthread_mutex_unlock(&c->lock);
    if (good)
        read_more(c, FRAME_HELLO_SIZE);
    else
        stop_reading(c, true, false);
}
