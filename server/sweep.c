#include "server/sweep.h"
#include "common/log.h"
#include "data/kv.h"
#include "data/store.h"
#include "server/job.h"
#include "server/limits.h"
#include "server/ops/leftover.h"
#include "server/waits.h"
#include "server/writer.h"
#include <stdlib.h>

#define BUSY_MS 1000 /* the writer's queue is full: later */

/* One way through the businesses, or through one of them. Passed by pointer between the timer and the writer; free()d at its end, or by
 * the timer when the daemon ends. */
struct round {
    struct daemon *daemon;
    uint32_t business;
    bool only; /* this business, once */
    bool more;
};

struct look {
    struct arena *arena;
    uint32_t business, businesses;
    bool any;
};

static void step(void *arg);

static void go_on(struct round *r, int64_t delay_ms)
{
    if (waits_later(r->daemon->waits, delay_ms, step, r) != OK)
        free(r);
}

static void next_business(struct round *r)
{
    if (r->only) {
        free(r);
        return;
    }
    r->business++;
    go_on(r, 0);
}

/* On the writer. */
static enum err sweep(struct call *c, uint64_t id, void *argument)
{
    struct round *r = argument;
    (void)id;
    return leftover_step(c, &r->more);
}

/* On the writer's thread, once the commit is over. What failed is tried again with the next round. */
static void swept(void *arg, enum err result)
{
    struct round *r = arg;
    if (result)
        log_line(LOG_WARN, "not swept", "business=%u code=%s", r->business, err_name(result));
    if (!result && r->more)
        go_on(r, 0);
    else
        next_business(r);
}

static enum err look(struct kv_txn *kv, void *arg)
{
    struct look *l = arg;
    enum err e = store_businesses(kv, &l->businesses);
    if (e || l->business > l->businesses)
        return e;
    struct txn t = {.kv = kv, .arena = l->arena, .business = l->business};
    return leftover_any(&t, daemon_now(), &l->any);
}

static void write_step(struct round *r)
{
    struct job *j = job_open(r->daemon);
    j->now = daemon_now();
    j->business = r->business;
    j->internal = sweep;
    j->reserved = true; /* it makes room */
    j->argument = r;
    j->done = swept;
    j->done_argument = r;
    if (writer_add(r->daemon->writer, j) != OK) {
        job_close(j);
        go_on(r, BUSY_MS);
    }
}

/* On the timer's thread. */
static void step(void *arg)
{
    struct round *r = arg;
    struct look l = {.arena = arena_open(), .business = r->business};
    enum err e = kv_read(r->daemon->kv, look, &l);
    arena_close(l.arena);
    if (e)
        log_line(LOG_WARN, "not swept", "business=%u code=%s", r->business, err_name(e));
    if (e || (l.business <= l.businesses && !l.any)) {
        next_business(r);
    } else if (l.any) {
        write_step(r);
    } else {
        r->business = 1;
        go_on(r, LIMIT_SWEEP_MS);
    }
}

static enum err begin(struct daemon *d, uint32_t business, bool only)
{
    struct round *r = malloc(sizeof *r);
    if (!r)
        return ERR_NO_MEMORY;
    *r = (struct round){.daemon = d, .business = business, .only = only};
    enum err e = waits_later(d->waits, 0, step, r);
    if (e)
        free(r);
    return e;
}

enum err sweep_start(struct daemon *d)
{
    return begin(d, 1, false);
}

void sweep_now(struct daemon *d, uint32_t business)
{
    (void)!begin(d, business, true); /* else the next round comes */
}
