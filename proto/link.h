/* The client's end: SP REQ over one of nng's byte streams, one request under way at a time per link, asynchronous. The link dials
 * again by itself and never resends; callers retry with the same request id. Not thread-safe: one owner thread. */
#ifndef PROTO_LINK_H
#define PROTO_LINK_H
#include "common/err.h"
#include <stdbool.h>
#include <stdint.h>

struct link;
enum link_state { LINK_DOWN, LINK_IDLE, LINK_WAITING, LINK_ANSWERED, LINK_FAILED };

/* Dials in the background, again and again: opening succeeds though no server is there yet. url: ipc://, tcp://, tls+tcp:// (the
 * server's certificate is checked against the PEM file $POSTERN_CA, or the system's authorities). ERR_INVALID names "url". */
enum err link_open(const char *url, struct link **out, struct refusal *why) MUST_USE;
void link_close(struct link *l); /* accepts NULL; drops what is under way, waits for nobody */
/* Becomes readable when the state may have changed (poll it; link_state drains it). */
int link_fd(const struct link *l);
enum link_state link_state(struct link *l);
/* Starts a request; the bytes are copied. ERR_BUSY when one is under way. timeout_ms > 0. It fails (LINK_FAILED) when the time is
 * over, as soon as the connection is lost, and when there is no connection to send it on for 5 s. */
enum err link_send(struct link *l, const uint8_t *request, size_t size, int timeout_ms) MUST_USE;
/* After LINK_ANSWERED: the answer, valid until the next call on the link. After LINK_FAILED: ERR_OFFLINE. Returns to idle. */
enum err link_take(struct link *l, const uint8_t **answer, size_t *size) MUST_USE;
void link_cancel(struct link *l); /* forgets the request under way */
bool link_connected(const struct link *l);
/* Why there is no connection, when the last try failed for a reason that trying again does not help: a sentence that says what is wrong
 * and what to change. False: nothing of the kind is known (nobody answers there, or it is connected). */
#define LINK_FAULT 256
bool link_fault(const struct link *l, char words[LINK_FAULT]);
/* Blocking convenience for command lines: send, wait, take. */
enum err link_call(struct link *l, const uint8_t *request, size_t size, int timeout_ms,
                   const uint8_t **answer, size_t *answer_size) MUST_USE;
#endif
