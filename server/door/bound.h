/* Sessions that end with the connection that opened them: what sshd starts for somebody dies with their connection, and so does what
 * they were let in to. In memory only: after a restart no such session is good any more (auth.c). */
#ifndef SERVER_BOUND_H
#define SERVER_BOUND_H
#include "server/core/daemon.h"

enum err bound_open(struct daemon *d, struct bound **out) MUST_USE;
/* The connection opened that session, asked for from that source (job_source), whose share it takes. Before it is answered: whoever has gone meanwhile is gone (listener_gone). */
void bound_add(struct bound *b, uint64_t peer_serial, uint64_t source, uint32_t business, uint64_t session);
/* One session has become another: that is bound to what the first was, on whichever connection it was asked for. */
void bound_goes_on(struct bound *b, uint32_t business, uint64_t before, uint64_t session);
/* That session is over: nothing is kept for it. */
void bound_drop(struct bound *b, uint32_t business, uint64_t session);
/* The connection has ended: ends its sessions. */
void bound_gone(struct bound *b, uint64_t peer_serial);
size_t bound_count(struct bound *b);
void bound_close(struct bound *b); /* accepts NULL */
#endif
