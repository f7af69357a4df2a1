/* The connection of a link: SP REQ over one of nng's byte streams, dialled again whenever it is lost
 * (docs/decisions/sp-framing-over-streams.md says why not nng's REQ socket). */
#include "proto/link_inside.h"
#include "proto/tls.h"
#include <nng/nng.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RETRY_FIRST_MS 20 /* between dials; doubles up to … */
#define RETRY_MOST_MS 1000
#define GREETING_MS 5000       /* for a dial, and for each half of the greeting */
#define ROOM_FIRST (16 * 1024) /* of the buffer for answers; it grows with what arrives */

/* ---- dialling and greeting: one aio, one thing at a time ---- */

void link_wire_dial(struct link *l)
{
    l->phase = DIALLING;
    nng_aio_set_timeout(l->dial, GREETING_MS);
    nng_stream_dialer_dial(l->dialer, l->dial);
}

/* Waits a little before the next dial. */
static void rest(struct link *l)
{
    l->phase = RESTING;
    nng_aio_set_timeout(l->dial, NNG_DURATION_INFINITE);
    nng_sleep_aio(l->retry_ms, l->dial);
    l->retry_ms = l->retry_ms * 2 < RETRY_MOST_MS ? l->retry_ms * 2 : RETRY_MOST_MS;
}

static void greet(struct link *l, int phase)
{
    nng_iov iov = {l->hello + l->hello_have, sizeof l->hello - l->hello_have};
    l->phase = phase;
    nng_aio_set_iov(l->dial, 1, &iov);
    if (phase == SAYING)
        nng_stream_send(l->stream, l->dial);
    else if (l->trusts)
        link_tls_receive(l, l->dial);
    else
        nng_stream_recv(l->stream, l->dial);
}

void link_wire_hear(struct link *l)
{
    l->hello_have = 0;
    greet(l, HEARING);
}

static void receive(struct link *l)
{
    nng_iov iov = {l->got + l->have, l->room - l->have};
    l->reading = true;
    if (l->trusts) {
        link_tls_receive(l, l->in);
        return;
    }
    nng_aio_set_iov(l->in, 1, &iov);
    nng_stream_recv(l->stream, l->in);
}

/* Greeted by an SP REP server: the connection is up. */
static void begin(struct link *l)
{
    l->phase = GREETED;
    l->up = true;
    l->fault[0] = '\0';
    l->retry_ms = RETRY_FIRST_MS;
    l->have = 0;
    receive(l);
    link_wire_send(l);
    link_changed(l);
}

/* A part of the greeting was sent or received; false: there is no greeting with this one. */
static bool greeted_on(struct link *l)
{
    int64_t n = l->trusts
                    ? link_tls_read(l, l->dial, l->hello + l->hello_have, sizeof l->hello - l->hello_have)
                    : (int64_t)nng_aio_count(l->dial);
    if (n < 0)
        return false;
    l->hello_have += (size_t)n;
    if (l->hello_have < sizeof l->hello) {
        greet(l, l->phase);
        return true;
    }
    l->hello_have = 0;
    if (l->phase == SAYING) {
        greet(l, HEARING);
        return true;
    }
    if (!frame_hello_is(l->hello, FRAME_REP))
        return false;
    begin(l);
    return true;
}

/* The lost stream is freed without the lock: that waits for nng's threads, which may be waiting for the lock. */
static void free_lost(struct link *l)
{
    nng_stream *lost = l->stream;
    l->stream = NULL;
    link_tls_lost(l);
    pthread_mutex_unlock(&l->lock);
    nng_stream_free(lost);
    pthread_mutex_lock(&l->lock);
}

void link_wire_again(struct link *l)
{
    /* a server of tls has answered our greeting of none with an alert, and hung up */
    if (l->phase == HEARING && !l->trusts && tls_looks_like(l->hello, l->hello_have))
        snprintf(l->fault, sizeof l->fault, "%s speaks only TLS there: write tls+tcp:// in --url", l->where);
    if (l->fault[0])
        link_changed(l);
    if (l->stream)
        nng_stream_close(l->stream);
    rest(l);
}

static void on_dial(void *arg)
{
    struct link *l = arg;
    pthread_mutex_lock(&l->lock);
    int rv = nng_aio_result(l->dial);
    if (l->phase == RESTING)
        free_lost(l);
    else if (l->phase == DIALLING && rv == 0)
        l->stream = nng_aio_get_output(l->dial, 0);
    if (l->closing) {
        pthread_mutex_unlock(&l->lock);
        return;
    }
    if (l->phase == RESTING) {
        link_wire_dial(l);
    } else if (rv == 0 && l->trusts && l->phase == DIALLING) {
        link_tls_begin(l);
    } else if (rv == 0 && l->phase >= SHAKING && l->phase <= PARTING) {
        link_tls_dialled(l);
    } else if (l->phase == DIALLING && rv == 0) {
        frame_hello(l->hello, FRAME_REQ);
        l->hello_have = 0;
        greet(l, SAYING);
    } else if (rv != 0 || !greeted_on(l)) {
        link_wire_again(l);
    }
    pthread_mutex_unlock(&l->lock);
}

/* ---- losing it ---- */

/* Dials again once nothing uses the lost stream any more. */
static void rest_when_unused(struct link *l)
{
    if (!l->up && !l->reading && !l->sending && l->phase == GREETED)
        rest(l);
}

void link_wire_lost(struct link *l)
{
    if (!l->up)
        return;
    l->up = false;
    nng_stream_close(l->stream);
    link_failed(l);
    link_changed(l);
    rest_when_unused(l);
}

/* ---- sending ---- */

static void send_rest(struct link *l)
{
    struct link_frame *f = l->leaving;
    nng_iov iov = {f->bytes + f->sent, f->size - f->sent};
    l->sending = true;
    nng_aio_set_iov(l->out, 1, &iov);
    nng_stream_send(l->stream, l->out);
}

void link_wire_send(struct link *l)
{
    if (!l->up || l->leaving || !l->waiting)
        return;
    l->leaving = l->trusts ? link_tls_frame(l, l->waiting) : l->waiting;
    l->waiting = NULL;
    if (l->leaving)
        send_rest(l);
    else
        link_wire_lost(l);
}

static void on_sent(void *arg)
{
    struct link *l = arg;
    pthread_mutex_lock(&l->lock);
    l->sending = false;
    struct link_frame *f = l->leaving;
    bool good = nng_aio_result(l->out) == 0 && l->up && !l->closing;
    if (good)
        f->sent += nng_aio_count(l->out);
    if (good && f->sent < f->size) {
        send_rest(l);
    } else {
        link_frame_free(f);
        l->leaving = NULL;
        if (good)
            link_wire_send(l);
        else if (!l->closing)
            link_wire_lost(l);
    }
    if (!l->closing)
        rest_when_unused(l);
    pthread_mutex_unlock(&l->lock);
}

/* ---- receiving ---- */

/* Room for a frame of `total` bytes, at the most twice what has arrived: a size alone costs nothing. */
static bool make_room(struct link *l, size_t total)
{
    if (l->have < l->room)
        return true;
    size_t room = total < 2 * l->room ? total : 2 * l->room;
    room = room > ROOM_FIRST ? room : ROOM_FIRST;
    uint8_t *got = realloc(l->got, room);
    if (!got)
        return false;
    l->got = got;
    l->room = room;
    return true;
}

/* Takes the whole frames out of what was read; false: this is no SP REP server. */
static bool take_frames(struct link *l)
{
    size_t at = 0, total = 0;
    for (;;) {
        struct frame f;
        enum frame_look look = frame_look(l->wire, l->got + at, l->have - at, LINK_ANSWER_MOST, &f);
        if (look == FRAME_MORE)
            total = f.total;
        if (look != FRAME_WHOLE) {
            l->have -= at;
            memmove(l->got, l->got + at, l->have);
            return look == FRAME_MORE && make_room(l, total);
        }
        const uint8_t *id = l->got + at + f.payload - 4;
        if (f.payload - f.route == 4)
            link_answered(l, (uint32_t)id[0] << 24 | (uint32_t)id[1] << 16 | (uint32_t)id[2] << 8 | id[3],
                          id + 4, f.total - f.payload);
        at += f.total;
    }
}

static void on_read(void *arg)
{
    struct link *l = arg;
    pthread_mutex_lock(&l->lock);
    l->reading = false;
    if (!l->closing) {
        bool good = nng_aio_result(l->in) == 0 && l->up;
        int64_t n = !good       ? 0
                    : l->trusts ? link_tls_read(l, l->in, l->got + l->have, l->room - l->have)
                                : (int64_t)nng_aio_count(l->in);
        if (good && n >= 0) {
            l->have += (size_t)n;
            good = take_frames(l);
        }
        good = good && n >= 0;
        if (good)
            receive(l);
        else
            link_wire_lost(l);
        rest_when_unused(l);
    }
    pthread_mutex_unlock(&l->lock);
}

/* ---- opening and closing ---- */

int link_wire_open(struct link *l, const char *url, struct refusal *why)
{
    bool ipc = strncmp(url, "ipc://", 6) == 0, tls = strncmp(url, "tls+tcp://", 10) == 0;
    l->wire = ipc ? FRAME_IPC : FRAME_TCP;
    l->retry_ms = RETRY_FIRST_MS;
    if (!make_room(l, ROOM_FIRST))
        return NNG_ENOMEM;
    snprintf(l->where, sizeof l->where, "%s", ipc ? url + 6 : tls ? url + 10 : url + 6);
    int rv;
    if ((rv = nng_aio_alloc(&l->dial, on_dial, l)) != 0 || (rv = nng_aio_alloc(&l->in, on_read, l)) != 0 ||
        (rv = nng_aio_alloc(&l->out, on_sent, l)) != 0 ||
        (rv = nng_stream_dialer_alloc(&l->dialer, tls ? url + 4 : url)) != 0)
        return rv;
    if (!ipc && (rv = nng_stream_dialer_set_bool(l->dialer, NNG_OPT_TCP_NODELAY, true)) != 0)
        return rv;
    return tls ? link_tls_open(l, url, why) : 0;
}

void link_wire_fini(struct link *l)
{
    nng_aio *const all[] = {l->dial, l->in, l->out};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        if (all[i])
            nng_aio_stop(all[i]);
    nng_stream_dialer_free(l->dialer); /* its streams hold it; so nng's reaper comes last */
    nng_stream_free(l->stream);
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        if (all[i])
            nng_aio_free(all[i]);
    link_frame_free(l->leaving);
    free(l->got);
    link_tls_fini(l);
}
