/* The door: SP REP framing (the peers are ordinary nng REQ sockets, nngcat, or a short script) over nng byte streams, because
 * nng 1.5.2's own REP socket can be stopped by one rude peer (docs/decisions). Everything a peer can do is bounded by
 * server/core/limits.h. One listener serves all URLs of the daemon.
 *
 * A request arrives on one of nng's threads as listener_fn. It must not block longer than a read of the store; whoever
 * answers calls listener_answer exactly once per request, from any thread, now or later. A peer may go away meanwhile:
 * answering is still required and then only frees. Requests of one peer are answered in any order (SP ids pair them). */
#ifndef SERVER_LISTENER_H
#define SERVER_LISTENER_H
#include "common/err.h"
#include "server/door/source.h"
#include <stdint.h>

struct listener;
struct listener_request; /* one request waiting for its answer */

enum peer_kind { PEER_IPC, PEER_TCP, PEER_TLS };
struct peer {
    enum peer_kind kind;
    int64_t uid, gid, pid; /* of an ipc peer, by SO_PEERCRED; -1 otherwise */
    char address[64];      /* "ipc uid 1000", "127.0.0.1:4242" */
    char source[SOURCE_ROOM];
    uint64_t serial; /* of this connection, never reused */
};

/* body: the payload after the SP header, valid until the answer; size ≤ LIMIT_FRAME. */
typedef void listener_fn(void *context, struct listener_request *request, const struct peer *peer,
                         const uint8_t *body, size_t size);
/* A connection has ended (its long polls may be dropped). May be NULL. */
typedef void listener_gone_fn(void *context, uint64_t peer_serial);

struct listener_stats {
    uint64_t accepted, open, requests, answers, refused_busy, refused_malformed, bytes_in, bytes_out,
        timed_out, displaced;
    uint64_t sends; /* calls by which answers, and what else we say, were given to the kernel */
};

/* What bounds a peer; what each means stands in server/core/limits.h. */
struct listener_limits {
    size_t frame, answer, buffered; /* bytes */
    unsigned peer_in_flight, connections, connections_per_uid, stranger_in_flight, person_connections;
    int hello_ms, partial_ms, idle_ms, send_ms, stranger_ms;
};
/* Those of server/core/limits.h, with the connections cut to what RLIMIT_NOFILE leaves after 128 descriptors for the rest. */
struct listener_limits listener_limits_default(void);

enum err listener_open(struct listener **out, listener_fn *fn, listener_gone_fn *gone,
                       void *context) MUST_USE;
/* Other limits than the default ones; before the first listener_add. */
void listener_limits(struct listener *l, const struct listener_limits *limits);
/* Starts listening on "ipc:///path", "tcp://127.0.0.1:port" (loopback only), "tls+tcp://host:port". A stale ipc socket is removed;
 * one with a living listener behind it is ERR_LOCKED. cert/key: PEM file paths for tls+tcp, else NULL. */
enum err listener_add(struct listener *l, const char *url, const char *cert, const char *key,
                      struct refusal *why) MUST_USE;
/* Reads certificates and keys of tls+tcp again, for connections from now on; those there are go on. All or none: with ERR_INVALID,
 * ERR_EXPIRED (a certificate has ended) or ERR_STATE (it has not begun) those before stay. now: ms. */
enum err listener_reload(struct listener *l, int64_t now, struct refusal *why) MUST_USE;
/* When the first certificate ends, ms; 0: there is none. words, which may be NULL: what the operator has to do about it by now, or "". */
int64_t listener_certificate(struct listener *l, int64_t now, struct refusal *words);
/* Were the files refused when they were last read again, with the certificate before them in place? What was wrong with them, in words. */
bool listener_not_read(struct listener *l, struct refusal *words);
/* Has the peer of a request not shown yet who it is? */
bool listener_stranger(const struct listener_request *request);
/* It has shown a session or token: its connection is no stranger's from now on. Before the answer. who: the person or program
 * behind it, in any spelling that is theirs alone; whoever has too many such connections stays a stranger on this one. */
void listener_known(struct listener_request *request, const char *who);
/* payload is copied before it returns. */
void listener_answer(struct listener_request *request, const uint8_t *payload, size_t size);
/* Has the peer of a request that is not answered yet left? False: it had not, and its end will be told later. */
bool listener_left(const struct listener_request *request);
void listener_stats(struct listener *l, struct listener_stats *out);
/* Stops accepting; requests already taken may still be answered. */
void listener_drain(struct listener *l);
/* Ends all connections; every request must have been answered before. Removes ipc socket files. Accepts NULL. */
void listener_close(struct listener *l);
#endif
