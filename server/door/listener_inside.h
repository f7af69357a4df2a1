/* What the files of the door share. Who owns what:
 *
 *   conn     by the listener's list, freed by the janitor thread only, when it is closed, its end has been told (gone), and none of
 *            these uses it any more: the reading chain (`reading`), a send under way (`sending`), requests unanswered (`in_flight`).
 *   request  by the conn while it fills; by the handler from listener_fn to listener_answer; then it is the conn's spare again.
 *   out      answers, or their rest, that the kernel did not take at once, by their conn's queue; or those that are held.
 *
 * Locks: listener.lock before conn.lock. nng runs callbacks on its own threads without locks, never inside our calls, so its
 * functions may be called with either lock held; the only ones that wait (freeing) are called by the janitor with none. */
#ifndef SERVER_LISTENER_INSIDE_H
#define SERVER_LISTENER_INSIDE_H
#include "server/door/listener.h"
#include "proto/frame.h"
#include <pthread.h>
#include <stdatomic.h>

struct nng_stream;
struct pool;
struct tls;
struct tls_side;
struct nng_stream_listener;
struct nng_aio;
struct conn;

#define REQUEST_ROOM 960 /* of a fresh buffer: most requests fit, and an idle connection costs one */

struct listener_request {
    struct conn *conn;
    uint32_t room, route_end; /* of bytes[]; head and route, which the answer repeats in place */
    uint8_t bytes[];
};

struct out {
    struct out *next;
    size_t size, sent, charged;
    unsigned answers; /* that end in it: in_flight falls by them when it is out */
    uint8_t bytes[];
};

/* Where connections come from, of which network that is, or who is behind them: what is counted for each such. Made with its first
 * connection, freed with its last. */
struct source {
    struct source *next;
    struct source *network;         /* of an address, an account; else NULL */
    unsigned connections, leaving;  /* leaving: of those, to make room for others */
    struct conn *oldest, *youngest; /* of its strangers' connections; not of a network, a person */
    unsigned strangers, known;      /* the latter of a network only */
    atomic_size_t buffered;
    char name
        []; /* of an address as in server/door/source.h, of a network "in " and the same; of a person "who " and what listener_known was told */
};
#define SOURCE_ROWS 256 /* a byte's worth */

struct conn {
    struct listener *l;
    struct conn *next, **back;      /* the listener's list, under its lock */
    struct conn *ended;             /* the janitor's queue, under its lock */
    struct source *source, *person; /* NULL: not counted. Under the listener's lock: */
    struct conn *older, *younger;   /* among the strangers of its source */
    bool displaced;
    bool local; /* of root or our own uid, over ipc: nobody's stranger, and bounded by what there is */
    struct nng_stream *stream;
    struct nng_aio *in, *out;
    struct nng_aio *quick; /* without a callback: its sends end before they return */
    struct endpoint *door; /* by which it came */
    struct peer peer;
    enum frame_wire wire;

    /* owned by the reading chain: at most one callback or one call that starts it */
    struct listener_request *filling;
    size_t have;
    bool greeted;
    uint8_t *cipher; /* of a tls connection, else NULL: what arrived and is not deciphered yet */
    size_t cipher_size;

    pthread_mutex_t lock; /* guards all below */
    atomic_bool known;    /* no stranger; written with both locks held */
    size_t charged;       /* bytes, see conn_charge */
    bool closed;
    enum { LIVING, CLOSED, TOLD, DEAD } end; /* see conn_leave */
    bool reading, sending;
    unsigned in_flight;
    struct listener_request *spare;
    bool
        more; /* the reading chain is at a request behind which another whole one has arrived: what is answered is held, */
    struct out *held; /* here, to go out with the answer to the last of them; nothing is queued meanwhile */
    struct out *first, **last;
    size_t out_bytes;
    int64_t hello_since, partial_since, send_since, busy_since; /* ms; 0: not waiting for that */
    uint64_t requests, answers, sends, bytes_in, bytes_out;
    struct tls *tls; /* the reading chain's alone until it is secured */
    bool secured;    /* the handshake is over: all that is sent goes through tls */
};

struct endpoint {
    struct endpoint *next;
    struct listener *l;
    struct nng_stream_listener *accepting;
    struct nng_aio *aio;
    enum peer_kind kind;
    bool resting; /* the aio sleeps after a failure instead of accepting */
    int lock_fd;  /* ipc: held while we live; else -1 */
    char path[108], lock_path[116];
    char *cert, *key;          /* of tls: the files, */
    struct tls_side *tls_side; /* and what was read from them, under the listener's lock */
};

/* Who was told of in the log lately, so that a stranger can not fill it. */
#define TOLD_SOURCES 64
struct told {
    int64_t until[TOLD_SOURCES],
        minute; /* ms; a source is not told of again before, all together in this minute */
    unsigned lines;
    uint64_t left_out;
};

struct listener {
    listener_fn *fn;
    listener_gone_fn *gone;
    void *context;
    struct listener_limits limits;
    atomic_bool draining;
    atomic_size_t buffered; /* bytes of requests with more than REQUEST_ROOM and of queued answers, … */
    atomic_size_t buffered_strangers; /* … and those of strangers */
    pthread_t janitor;
    bool parks; /* the janitor's until it has ended */

    pthread_mutex_t lock; /* guards all below */
    pthread_cond_t work, idle;
    bool stopping;
    struct conn *conns;
    struct conn *ended, **ended_last;
    struct endpoint *endpoints;
    uint64_t serial;
    unsigned leaving; /* displaced, and not gone yet */
    uint8_t key[32];  /* so that nobody can choose whom to share a row with */
    struct source *sources[SOURCE_ROWS];
    struct listener_stats past; /* of connections that are no more */
    struct told told;
    struct refusal not_read; /* why the certificate was not taken when it was last to be read again */
    struct pool *greeters;   /* for the handshakes of strangers; made with the first endpoint of tls */
};

/* listener_peer.c */
int64_t listener_now(void); /* ms of a coarse clock that only goes forward, never 0 */
/* Takes over the stream: greets, and starts reading. Closes it when a limit or the memory says no. */
void conn_start(struct endpoint *e, struct nng_stream *stream);
/* The reading chain, without conn.lock: asks for more bytes, the frame under way needs `total`; or ends it. */
void conn_read_more(struct conn *c, size_t total);
void conn_stop_reading(struct conn *c, bool close, bool malformed);
/* conn.lock held; leave the connection by conn_leave or conn_ending afterwards. */
void conn_close(struct conn *c);
bool conn_overdue(const struct conn *c, int64_t now);
/* Whether it is for this caller, who holds conn.lock, to hand the connection to the janitor. Twice in its life: as soon as it
 * is closed, so that its end is told; and when its last user is gone after that. */
bool conn_ending(struct conn *c);
/* Drops conn.lock and does what became due: hands to the janitor, or goes on reading. `c` may be gone afterwards. */
void conn_leave(struct conn *c);
bool conn_unused(const struct conn *c); /* conn.lock held */
void conn_end(struct conn *c);          /* frees all that it holds, and not c; janitor only */
void conn_free_request(struct conn *c, struct listener_request *r); /* conn.lock held */

/* listener_send.c */
/* conn.lock held. Counts bytes against what all peers together, and this one's source, may make us keep; false, and counted nothing,
 * when that is too much. */
bool conn_charge(struct conn *c, size_t size);
void conn_discharge(struct conn *c, size_t size);
/* conn.lock held. Sends head and payload (of an answer when `counts`), keeping a copy of what cannot go now. False: the connection
 * was closed instead. */
bool conn_send(struct conn *c, uint8_t *head, size_t head_size, const uint8_t *payload, size_t size,
               bool counts);
/* The same for bytes as they are, on tls too. */
bool conn_send_raw(struct conn *c, uint8_t *head, size_t head_size, const uint8_t *payload, size_t size,
                   bool counts);
/* conn.lock held. Sends what is held, with nothing behind it. False: the connection was closed instead. */
bool conn_send_held(struct conn *c);
/* conn.lock held, before the end. Of what is held goes out what the kernel takes now; is nothing left over, of that or of the queue? */
bool conn_end_held(struct conn *c);
/* conn.lock held, nothing queued. Sends what the kernel takes of it now, and nothing later. */
void conn_send_now(struct conn *c, uint8_t *bytes, size_t size);
void conn_on_sent(void *conn);
void conn_drop_queue(struct conn *c); /* conn.lock held, nothing under way */

/* listener_bind.c */
enum err endpoint_bind(struct endpoint *e, const char *url, const char *cert, const char *key,
                       struct refusal *why) MUST_USE;
void endpoint_unbind(struct endpoint *e); /* frees the stream listener and the lock, not e */
void endpoint_accept(struct endpoint *e);
void endpoint_stop(struct endpoint *e); /* takes no more; connections stay */

/* listener_tls.c */
#define CIPHER_ROOM 4096
enum err endpoint_tls(struct endpoint *e, const char *cert, const char *key, struct refusal *why) MUST_USE;
void endpoint_untls(struct endpoint *e);
/* The reading chain, nothing locked: bytes of the handshake have arrived. Goes on by itself, on a thread of the greeters. */
void conn_shake(struct conn *c);
/* conn.lock held, secured. Deciphers what arrived (again); the bytes of it, −1: the connection is no good any more. */
int64_t conn_decipher(struct conn *c, uint8_t *bytes, size_t room);
/* conn.lock held, secured. Enciphers and sends. */
bool conn_send_secured(struct conn *c, uint8_t *head, size_t head_size, const uint8_t *payload, size_t size,
                       bool counts);
void conn_bye(struct conn *c); /* conn.lock held: says that nothing more comes */
/* Logs that a stranger's greeting came to nothing, and why; not for each. */
void conn_tell(struct conn *c, const char *words);

/* listener_sources.c; listener.lock held */
bool sources_admit(struct listener *l,
                   struct conn *c); /* counts it in, displacing another for it, or says no */
void sources_forget(struct listener *l, struct conn *c); /* undoes that; its descriptor is back */
void sources_no_stranger(struct conn *c);                /* … of whom another may take the place */
void sources_close(struct listener *l);

/* listener_park.c */
void park_begin(void); /* keeps the threads that nng has too many waiting, until as many park_end have come */
void park_end(void);   /* not on a thread of nng */

/* listener.c */
bool listener_admits(struct listener *l, struct conn *c); /* counts it in and links it, or says no */
void listener_displace(
    struct conn *c); /* listener.lock and conn.lock held: closes it, so that another has room */
void listener_bury(struct conn *c); /* hands a conn for which conn_ending said yes to the janitor */
#endif
