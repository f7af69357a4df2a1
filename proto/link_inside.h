/* What the two files of the link share: link.c has the request under way, link_wire.c the connection it travels on.
 *
 * One lock guards all of it. nng runs the callbacks on its own threads, never inside our calls, so its functions may be called with the lock
 * held; only those that wait (freeing, stopping) are called without it. An operation of nng 1.5.2 that begins on an aio being
 * stopped, or on a closed stream, never completes: so each begins with the lock held, after looking that neither is the case. */
#ifndef PROTO_LINK_INSIDE_H
#define PROTO_LINK_INSIDE_H
#include "proto/frame.h"
#include "proto/link.h"
#include <pthread.h>

struct nng_stream;
struct nng_stream_dialer;
struct nng_aio;
struct tls;
struct tls_side;

/* A frame on its way out. */
struct link_frame {
    size_t size, sent;
    uint8_t bytes[];
};
/* A request may have a password, a token or a card's number in it: none of it stays behind in memory (link.c). NULL: nothing. */
void link_frame_free(struct link_frame *f);

struct link {
    int fd; /* eventfd: readable when something has changed */
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool closing; /* nothing begins any more */

    /* the connection: dialled, greeted, up, lost, dialled again */
    struct nng_stream_dialer *dialer;
    struct nng_aio *dial, *in, *out;
    enum frame_wire wire;
    /* what `dial` is about; GREETED: nothing. SHAKING, FLYING, PARTING: tls only, see link_tls.c */
    enum { RESTING, DIALLING, SHAKING, FLYING, PARTING, SAYING, HEARING, GREETED } phase;
    struct nng_stream *stream;
    bool up;               /* greeted and not lost */
    bool reading, sending; /* `in`, `out` are under way; a lost stream is freed when neither is */
    int retry_ms;
    uint8_t hello[FRAME_HELLO_SIZE];
    size_t hello_have;
    uint8_t *got; /* what was read and is no whole frame yet */
    size_t have, room;
    char where[128];            /* host and port, for words */
    char fault[LINK_FAULT];     /* "": none */
    struct tls_side *trusts;    /* of tls, else NULL; these belong to it: */
    struct tls *tls;            /* of this connection */
    char host[128];             /* whom the certificate has to be for */
    bool secured;               /* the handshake is over */
    uint8_t *cipher;            /* what arrived; LINK_CIPHER bytes */
    struct link_frame *flight;  /* what the handshake sends */
    struct link_frame *leaving; /* nng has it: `sending`, or lost on the way */

    /* the request under way */
    enum { IDLE, WAITING, ANSWERED, FAILED } step;
    struct link_frame *waiting; /* not given to the connection yet */
    uint32_t id;
    int64_t until, sent_until; /* ms, monotonic: to be answered, to have found a connection */
    struct nng_aio *timer;
    int64_t timer_at; /* when it goes off; 0: it is not set */
    uint8_t *answer, *taken;
    size_t answer_size;
};

#define LINK_CIPHER (16 * 1024)
#define LINK_ANSWER_MOST (1024 * 1024 + 4096) /* the server's bound and some room for framing */

/* ---- link_wire.c. Of these, link_wire_open and _fini are called without the lock, the others with it. ---- */
/* The dialer of a url; an error of nng. */
int link_wire_open(struct link *l, const char *url, struct refusal *why);
void link_wire_dial(struct link *l);
/* Gives l->waiting to the connection, if there is one and it has nothing else to send. */
void link_wire_send(struct link *l);
/* Gives the connection up, and dials again. */
void link_wire_lost(struct link *l);
/* l->closing is set: waits for what is under way, frees all. */
void link_wire_fini(struct link *l);

/* The dial has failed, or the stream is no good any more: dials again after a while. Before there is a connection. */
void link_wire_again(struct link *l);
/* Hears the server's hello: the handshake is over and ours is on its way. */
void link_wire_hear(struct link *l);

/* ---- link_tls.c, with the lock but for the first and the last ---- */
int link_tls_open(struct link *l, const char *url, struct refusal *why);
void link_tls_begin(struct link *l);   /* the stream is there */
void link_tls_dialled(struct link *l); /* `dial` is done, in one of the phases of tls; its result is good */
/* Deciphers what `aio` has brought; −1: the connection is no good any more. */
int64_t link_tls_read(struct link *l, struct nng_aio *aio, uint8_t *bytes, size_t room);
/* Asks for more, or goes on with what is there, as if it came now. */
void link_tls_receive(struct link *l, struct nng_aio *aio);
struct link_frame *link_tls_frame(struct link *l, struct link_frame *f); /* enciphered; NULL: it can not be */
void link_tls_lost(struct link *l); /* forgets what belongs to the connection */
void link_tls_fini(struct link *l);

/* ---- link.c, called by link_wire.c with the lock held ---- */
/* The connection came up or was lost. */
void link_changed(struct link *l);
/* The payload of an answer to request `id`. */
void link_answered(struct link *l, uint32_t id, const uint8_t *payload, size_t size);
/* The connection that had the request is lost. */
void link_failed(struct link *l);
#endif
