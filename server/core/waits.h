/* Long polls: event.wait requests parked until something visible to them happens, or their time is over. One thread looks at
 * them after each commit of their business. */
#ifndef SERVER_WAITS_H
#define SERVER_WAITS_H
#include "server/core/job.h"

enum err waits_open(struct daemon *d, struct waits **out) MUST_USE;
/* Takes the job over. ERR_BUSY, with what there is too much of, when there are too many: still the caller's. */
enum err waits_add(struct waits *w, struct job *j) MUST_USE;
void waits_signal(struct waits *w, uint32_t business);  /* something happened there */
void waits_gone(struct waits *w, uint64_t peer_serial); /* the peer has left */
/* Calls fn(arg) once on the waits' thread when so many ms have passed, or soon after; however the clock is set meanwhile. */
enum err waits_later(struct waits *w, int64_t delay_ms, void (*fn)(void *arg), void *arg) MUST_USE;
size_t waits_count(struct waits *w);
void waits_stop(
    struct waits
        *w); /* answers all that are parked, drops what was to be done later, parks no more; accepts NULL */
void waits_close(struct waits *w); /* after waits_stop, or instead of it; accepts NULL */
#endif
