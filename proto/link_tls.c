/* TLS at the client: between the stream, which is one of plain tcp, and the frames.
 *
 *   DIALLING → SHAKING (receives) ⇄ FLYING (sends) → HEARING, as without tls, → GREETED
 *                                  PARTING (sends the alert that says why) → RESTING */
#include "proto/link_inside.h"
#include "proto/tls.h"
#include <nng/nng.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int link_tls_open(struct link *l, const char *url, struct refusal *why)
{
    const char *ca = getenv("POSTERN_CA");
    nng_url *parts = NULL;
    int rv = nng_url_parse(&parts, url);
    if (rv == 0 && strlen(parts->u_hostname) >= sizeof l->host)
        rv = NNG_EADDRINVAL;
    if (rv == 0) {
        const char *host = parts->u_hostname;
        size_t n = strcspn(*host == '[' ? ++host : host, "]");
        memcpy(l->host, host, n);
        l->host[n] = '\0';
    }
    nng_url_free(parts);
    if (rv)
        return rv;
    if (!(l->cipher = malloc(LINK_CIPHER)))
        return NNG_ENOMEM;
    switch (tls_client(ca && *ca ? ca : NULL, &l->trusts, why)) {
    case OK: return 0;
    case ERR_NO_MEMORY: return NNG_ENOMEM;
    default: return NNG_ECRYPTO;
    }
}

static void receive_cipher(struct link *l, nng_aio *aio)
{
    nng_iov iov = {l->cipher, LINK_CIPHER};
    nng_aio_set_iov(aio, 1, &iov);
    nng_stream_recv(l->stream, aio);
}

/* What is to be sent now, as a frame; NULL: nothing, or no memory. */
static struct link_frame *take(struct link *l)
{
    size_t size;
    uint8_t *bytes = tls_take(l->tls, &size);
    struct link_frame *f = bytes ? malloc(sizeof *f + size) : NULL;
    if (f) {
        f->size = size;
        f->sent = 0;
        memcpy(f->bytes, bytes, size);
    }
    free(bytes);
    return f;
}

static void fly(struct link *l)
{
    nng_iov iov = {l->flight->bytes + l->flight->sent, l->flight->size - l->flight->sent};
    nng_aio_set_iov(l->dial, 1, &iov);
    nng_stream_send(l->stream, l->dial);
}

/* What comes when there is nothing (more) to send. */
static void after_flight(struct link *l)
{
    link_frame_free(l->flight);
    l->flight = NULL;
    if (l->phase == PARTING) {
        link_wire_again(l);
    } else if (l->secured) {
        link_wire_hear(l);
    } else {
        l->phase = SHAKING;
        receive_cipher(l, l->dial);
    }
}

static void shake(struct link *l)
{
    uint8_t hello[FRAME_HELLO_SIZE];
    enum tls_step step = tls_shake(l->tls);
    l->phase = step == TLS_FAILED ? PARTING : FLYING;
    if (step == TLS_FAILED && tls_firm(l->tls))
        snprintf(l->fault, sizeof l->fault, "%s", tls_words(l->tls));
    if (step == TLS_DONE) {
        frame_hello(hello, FRAME_REQ);
        l->secured = tls_write(l->tls, hello, sizeof hello);
        l->phase = l->secured ? FLYING : PARTING;
    }
    l->flight = take(l);
    if (l->flight)
        fly(l);
    else
        after_flight(l);
}

void link_tls_begin(struct link *l)
{
    l->secured = false;
    l->tls = tls_new(l->trusts, l->host);
    if (l->tls)
        shake(l);
    else
        link_wire_again(l);
}

void link_tls_dialled(struct link *l)
{
    if (l->phase == SHAKING) {
        tls_feed(l->tls, l->cipher, nng_aio_count(l->dial));
        shake(l);
        return;
    }
    l->flight->sent += nng_aio_count(l->dial);
    if (l->flight->sent < l->flight->size)
        fly(l);
    else
        after_flight(l);
}

int64_t link_tls_read(struct link *l, nng_aio *aio, uint8_t *bytes, size_t room)
{
    if (nng_aio_count(aio))
        tls_feed(l->tls, l->cipher, nng_aio_count(aio));
    return tls_read(l->tls, bytes, room);
}

void link_tls_receive(struct link *l, nng_aio *aio)
{
    if (tls_dry(l->tls))
        receive_cipher(l, aio);
    else if (nng_aio_begin(aio))
        nng_aio_finish(aio, 0);
}

struct link_frame *link_tls_frame(struct link *l, struct link_frame *f)
{
    struct link_frame *cipher = tls_write(l->tls, f->bytes, f->size) ? take(l) : NULL;
    link_frame_free(f);
    return cipher;
}

void link_tls_lost(struct link *l)
{
    tls_free(l->tls);
    l->tls = NULL;
    l->secured = false;
    link_frame_free(l->flight);
    l->flight = NULL;
}

void link_tls_fini(struct link *l)
{
    link_tls_lost(l);
    tls_side_free(l->trusts);
    free(l->cipher);
}
