/* Sending answers, and what waits to be sent. */
#include "server/door/listener_inside.h"
#include "server/core/limits.h"
#include <assert.h>
#include <nng/nng.h>
#include <stdlib.h>
#include <string.h>

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

static void free_out(struct conn *c, struct out *o)
{
    conn_discharge(c, o->size);
    free(o);
}

/* ---- sending ---- */

void conn_drop_queue(struct conn *c)
{
    while (c->first) {
        struct out *o = c->first;
        c->first = o->next;
        c->in_flight -= o->counts;
        free_out(c, o);
    }
    c->last = &c->first;
    c->out_bytes = 0;
}

static void send_first(struct conn *c)
{
    nng_iov iov = {c->first->bytes + c->first->sent, c->first->size - c->first->sent};
    c->sending = true;
    c->send_since = listener_now();
    nng_aio_set_iov(c->out, 1, &iov);
    nng_stream_send(c->stream, c->out);
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
            free_out(c, o);
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

bool conn_send_raw(struct conn *c, uint8_t *head, size_t head_size, const uint8_t *payload, size_t size,
                   bool counts)
{
    size_t sent = 0, all = head_size + size;
    if (!c->first) {
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
    bool fits = conn_charge(c, all - sent);
    struct out *o = fits ? malloc(sizeof *o + all - sent) : NULL;
    if (!o) {
        if (fits)
            conn_discharge(c, all - sent);
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
