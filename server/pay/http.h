/* One request over HTTP, for gateways that are asked over the network: certificates are checked, nothing is redirected, no proxy of the
 * environment is used, and neither time nor size of an answer is without end. */
#ifndef SERVER_PAY_HTTP_H
#define SERVER_PAY_HTTP_H
#include "common/arena.h"
#include "common/err.h"
#include <stdatomic.h>

#define HTTP_HEADERS 8

struct http_request {
    const char *url;                   /* http or https */
    const char *body;                  /* NULL: it is a GET, else a POST of that text */
    const char *headers[HTTP_HEADERS]; /* "Name: value"; after the last: NULL */
    const char *bearer;                /* sent as Authorization: Bearer; NULL: none */
    const atomic_bool *stop;           /* given up when it becomes true; NULL: never */
    int64_t connect_ms, total_ms;      /* 0: the defaults of limits.h */
};
struct http_answer {
    int status;
    const char *body; /* in the arena, with a final NUL */
    size_t size;
    bool replayed;  /* it said Idempotent-Replayed: true */
    char said[200]; /* without an answer: why, for a person */
};
/* OK: there is a whole answer, whatever its status. ERR_OFFLINE: there is none, and it is not known whether the request was served. Blocks for
 * up to total_ms. Any thread. */
enum err http_ask(struct arena *a, const struct http_request *r, struct http_answer *out) MUST_USE;
/* Whose certificates are believed, instead of the system's authorities: a file (PEM) of the operator's; no business sets it. Once, before any thread.
 * ERR_INVALID: it can not be read. */
enum err http_trust(const char *path, struct refusal *why) MUST_USE;
/* Is it an address of a service on this machine, "http://127.0.0.1:4242"? The only kind that is spoken to in the clear, and only where the operator
 * said that it may be (once, before any thread): what a business sets must not lead the daemon to its neighbours. */
void http_allow_loopback(void);
bool http_allows_loopback(void);
bool http_loopback(const char *url);
#endif
