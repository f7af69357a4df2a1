/* Sending answers, and what waits to be sent. */
#include "server/door/listener_inside.h"
#include "server/core/limits.h"
#include <assert.h>
#include <nng/nng.h>
#include <stdlib.h>
#include <string.h>

#define SEND_PARTS 8 /* that nng takes at a time */
#define HELD_ROOM \
    ((size_t)32 * \
     1024) /* of answers that go out together; a larger one is not copied, and goes behind them */

/* ---- what all peers together make us keep ---- */

static bool take(atomic_size_t *sum, size_t size, size_t most)
{
    if (atomic_fetch_add(sum, size) + size <= most)
        return true;
    atomic_fetch_sub(sum, size);
    return false;
}

bool conn_charge(struct conn *c, size_t size)
{
    struct listener *l = c->l;
    const size_t most = l->limits.buffered;
    if (!take(&l->buffered, size, most))
        return false;
    if (!c->local && !take(&c->source->buffered, size, most / LIMIT_SHARE_BUFFERED))
        goto of_source;
    if (!atomic_load(&c->known) && !take(&l->buffered_strangers, size, most / LIMIT_SHARE_STRANGERS))
        goto of_strangers;
    c->charged += size;
    return true;
of_strangers:
    atomic_fetch_sub(&c->source->buffered, size);
of_source:
    atomic_fetch_sub(&l->buffered, size);
    return false;
}

void conn_discharge(struct conn *c, size_t size)
{
    if (size == 0)
        return;
    atomic_fetch_sub(&c->l->buffered, size);
    if (!c->local)
        atomic_fetch_sub(&c->source->buffered, size);
    if (!atomic_load(&c->known))
        atomic_fetch_sub(&c->l->buffered_strangers, size);
    c->charged -= size;
}

static struct out *new_out(struct conn *c, size_t room)
{
    if (!conn_charge(c, room))
        return NULL;
    struct out *o = malloc(sizeof *o + room);
    if (o)
        *o = (struct out){.charged = room};
    else
        conn_discharge(c, room);
    return o;
}

static void free_out(struct conn *c, struct out *o)
{
    c->in_flight -= o->answers;
    conn_discharge(c, o->charged);
    free(o);
}

/* ---- sending ---- */

void conn_drop_queue(struct conn *c)
{
    while (c->first) {
        struct out *o = c->first;
        c->first = o->next;
        free_out(c, o);
    }
    c->last = &c->first;
    c->out_bytes = 0;
}

/* As much of the queue as nng takes at a time. */
static void send_first(struct conn *c)
{
    nng_iov iov[SEND_PARTS];
    unsigned n = 0;
    for (struct out *o = c->first; o && n < SEND_PARTS; o = o->next)
        iov[n++] = (nng_iov){o->bytes + o->sent, o->size - o->sent};
    c->sending = true;
    c->sends++;
    c->send_since = listener_now();
    nng_aio_set_iov(c->out, n, iov);
    nng_stream_send(c->stream, c->out);
}

/* So many bytes of the queue are out. */
static void sent_of_queue(struct conn *c, size_t sent)
{
    c->out_bytes -= sent;
    while (c->first && sent >= c->first->size - c->first->sent) {
        struct out *o = c->first;
        sent -= o->size - o->sent;
        c->first = o->next;
        if (!c->first)
            c->last = &c->first;
        free_out(c, o);
    }
    if (c->first)
        c->first->sent += sent;
}

void conn_on_sent(void *arg)
{
    struct conn *c = arg;
    pthread_mutex_lock(&c->lock);
    c->sending = false;
    if (c->closed || nng_aio_result(c->out) != 0) {
        conn_drop_queue(c);
        conn_close(c);
    } else {
        sent_of_queue(c, nng_aio_count(c->out));
        c->send_since = 0;
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
    c->sends++;
    nng_aio_set_iov(c->quick, count, iov);
    nng_stream_send(c->stream, c->quick);
    nng_aio_abort(c->quick, NNG_EAGAIN); /* does nothing when it has been sent, which is nearly always */
    nng_aio_wait(c->quick);
    int rv = nng_aio_result(c->quick);
    return rv == 0 ? (int64_t)nng_aio_count(c->quick) : rv == NNG_EAGAIN ? 0 : -1;
}

void conn_send_now(struct conn *c, uint8_t *bytes, size_t size)
{
    nng_iov iov = {bytes, size};
    (void)send_quick(c, &iov, 1);
}

bool conn_send(struct conn *c, uint8_t *head, size_t head_size, const uint8_t *payload, size_t size,
               bool counts)
{
    return c->secured ? conn_send_secured(c, head, head_size, payload, size, counts)
                      : conn_send_raw(c, head, head_size, payload, size, counts);
}

/* Puts it last, and the queue under way. */
static void enqueue(struct conn *c, struct out *o)
{
    *c->last = o;
    c->last = &o->next;
    c->out_bytes += o->size - o->sent;
    if (!c->sending)
        send_first(c);
}

/* The kernel has taken so many bytes, what is held first; the number of those that were behind it. */
static size_t sent_of_held(struct conn *c, size_t taken)
{
    struct out *held = c->held;
    if (!held)
        return taken;
    c->held = NULL;
    if (taken >= held->size) {
        taken -= held->size;
        free_out(c, held);
        return taken;
    }
    held->sent = taken;
    enqueue(c, held);
    return 0;
}

static void drop_held(struct conn *c)
{
    if (c->held)
        free_out(c, c->held);
    c->held = NULL;
}

/* Adds it to what is held. False: there is no room; it goes out now, and what is held before it. */
static bool hold(struct conn *c, const uint8_t *head, size_t head_size, const uint8_t *payload, size_t size,
                 bool counts)
{
    struct out *held = c->held;
    if (head_size + size > HELD_ROOM - (held ? held->size : 0))
        return false;
    if (!held && !(held = c->held = new_out(c, HELD_ROOM)))
        return false;
    memcpy(held->bytes + held->size, head, head_size);
    if (size)
        memcpy(held->bytes + held->size + head_size, payload, size);
    held->size += head_size + size;
    held->answers += counts;
    return true;
}

/* What is held, head and payload, any of which may be missing, in one call. */
static bool send_parts(struct conn *c, uint8_t *head, size_t head_size, const uint8_t *payload, size_t size,
                       bool counts)
{
    size_t sent = 0, all = head_size + size;
    if (!c->first) {
        nng_iov iov[3];
        unsigned n = 0;
        if (c->held)
            iov[n++] = (nng_iov){c->held->bytes, c->held->size};
        if (head_size)
            iov[n++] = (nng_iov){head, head_size};
        if (size)
            iov[n++] = (nng_iov){(void *)(uintptr_t)payload, size};
        int64_t taken = send_quick(c, iov, n);
        if (taken < 0) {
            drop_held(c);
            conn_close(c);
            return false;
        }
        sent = sent_of_held(c, (size_t)taken);
        if (sent == all) {
            c->in_flight -= counts;
            return true;
        }
    }
    struct out *o = new_out(c, all - sent);
    if (!o) {
        conn_close(c);
        return false;
    }
    size_t of_head = sent < head_size ? head_size - sent : 0, of_payload = all - sent - of_head;
    o->size = all - sent;
    o->answers = counts;
    memcpy(o->bytes, head + head_size - of_head, of_head);
    if (of_payload)
        memcpy(o->bytes + of_head, payload + size - of_payload, of_payload);
    enqueue(c, o);
    return true;
}

bool conn_send_held(struct conn *c)
{
    return !c->held || send_parts(c, NULL, 0, NULL, 0, false);
}

bool conn_end_held(struct conn *c)
{
    bool whole = !c->first;
    if (c->held) {
        nng_iov iov = {c->held->bytes, c->held->size};
        whole = send_quick(c, &iov, 1) == (int64_t)c->held->size;
    }
    drop_held(c);
    return whole;
}

bool conn_send_raw(struct conn *c, uint8_t *head, size_t head_size, const uint8_t *payload, size_t size,
                   bool counts)
{
    return (c->more && !c->first && hold(c, head, head_size, payload, size, counts)) ||
           send_parts(c, head, head_size, payload, size, counts);
}

bool listener_left(const struct listener_request *request)
{
    struct conn *c = request->conn;
    pthread_mutex_lock(&c->lock);
    bool closed = c->closed;
    pthread_mutex_unlock(&c->lock);
    return closed;
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
        if (!conn_send(c, request->bytes, request->route_end, payload, size, true))
            c->in_flight--;
    }
    if (!c->spare && request->room == REQUEST_ROOM)
        c->spare = request;
    else
        conn_free_request(c, request);
    conn_leave(c);
}
