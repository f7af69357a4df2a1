/* A few threads behind a bounded queue, for work that may take long: passwords, whole-store checks. */
#ifndef SERVER_POOL_H
#define SERVER_POOL_H
#include "common/err.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pool;
/* Whose a task is. 0: nobody's in particular. */
struct pool_whose {
    uint64_t source;
    uint64_t wide; /* what many sources can be of: a network, a business */
    bool known;
};
enum err pool_open(struct pool **out, size_t threads, size_t queue) MUST_USE;
/* The same for work of the processor: its threads yield to those that answer reads. */
enum err pool_open_nice(struct pool **out, size_t threads, size_t queue) MUST_USE;
size_t pool_spare(
    size_t
        most); /* threads for strangers' work: one processor stays free of it, where there is more than one */
/* Runs fn(arg) on one of the threads. ERR_BUSY when the queue is full or the pool is closing: fn will not run. */
enum err pool_add(struct pool *p, void (*fn)(void *arg), void *arg) MUST_USE;
/* The same for one of many who share a queue: at most a share of it is one source's, and a larger one of what many sources are of;
 * sources come in turn, and what is not `known` leaves room for what is and stands behind it. ERR_BUSY also when that is used up. */
enum err pool_add_from(struct pool *p, void (*fn)(void *arg), void *arg, struct pool_whose whose) MUST_USE;
size_t pool_queue(struct pool *p); /* how many wait */
void pool_stop(
    struct pool *p); /* runs what is queued, then ends the threads; from then on all is busy; accepts NULL */
void pool_close(struct pool *p); /* stops it, if it is not stopped, and frees it; accepts NULL */
#endif
