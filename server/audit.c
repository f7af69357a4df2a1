#include "server/audit.h"
#include "common/log.h"
#include "data/kv.h"
#include "data/store.h"
#include "server/job.h"
#include "server/limits.h"
#include "server/ops/audit.h"
#include "server/waits.h"
#include "server/writer.h"
#include <stdlib.h>

struct due {
    struct arena *arena; /* of the looking */
    struct arena *list;  /* of the result */
    uint32_t *businesses;
    size_t n, capacity;
};

static enum err find_due(struct kv_txn *kv, void *arg)
{
    struct due *due = arg;
    uint32_t last;
    enum err e = store_businesses(kv, &last);
    for (uint32_t b = 1; !e && b <= last; b++) {
        struct txn t = {.kv = kv, .arena = due->arena, .business = b};
        bool grown = false;
        arena_reset(due->arena);
        e = audit_grown(&t, &grown);
        if (!grown)
            continue;
        if (due->n == due->capacity)
            due->businesses = arena_grow(due->list, due->businesses, &due->capacity, sizeof *due->businesses);
        due->businesses[due->n++] = b;
    }
    return e;
}

static enum err sign(struct call *c)
{
    struct audit seal;
    enum err e = audit_sign(c, &seal);
    if (e)
        log_line(LOG_ERROR, "the log is not signed", "business=%u code=%s", c->txn.business, err_name(e));
    return e;
}

static enum err sign_on_writer(struct call *c, uint64_t id, void *argument)
{
    (void)id, (void)argument;
    return sign(c);
}

static void sign_later(struct daemon *d, uint32_t business)
{
    struct job *j = job_open(d);
    j->now = daemon_now();
    j->business = business;
    j->internal = sign_on_writer;
    if (writer_add(d->writer, j) != OK)
        job_close(j); /* again with the next tick */
}

/* --- the clock ----------------------------------------------------------------------------------------------------------- */
struct tick {
    struct daemon *daemon;
    bool again;
};

static void tick(void *arg)
{
    struct tick *t = arg;
    struct daemon *d = t->daemon;
    struct due due = {.arena = arena_open(), .list = arena_open()};
    atomic_store(&d->unsealed, 0);
    if (kv_read(d->kv, find_due, &due) == OK)
        for (size_t i = 0; i < due.n; i++)
            sign_later(d, due.businesses[i]);
    arena_close(due.arena);
    arena_close(due.list);
    if (!t->again || waits_later(d->waits, LIMIT_SEAL_MS, tick, t) != OK)
        free(t);
}

static enum err schedule(struct daemon *d, int64_t delay_ms, bool again)
{
    struct tick *t = malloc(sizeof *t);
    if (!t)
        return ERR_NO_MEMORY;
    *t = (struct tick){d, again};
    enum err e = waits_later(d->waits, delay_ms, tick, t);
    if (e)
        free(t);
    return e;
}

void audit_wrote(struct daemon *d)
{
    if (atomic_fetch_add(&d->unsealed, 1) + 1 == LIMIT_SEAL_WRITES)
        (void)schedule(d, 0, false); /* else the minute comes */
}

/* --- begin and end --------------------------------------------------------------------------------------------------------- */
struct signing {
    struct arena *arena;
    uint32_t business;
    int64_t now;
};
static enum err sign_in_txn(struct kv_txn *kv, void *arg)
{
    struct signing *s = arg;
    struct call c = {
        .arena = s->arena, .txn = {.kv = kv, .arena = s->arena, .business = s->business}, .now = s->now};
    enum err e = sign(&c);
    return e < 0 ? e : OK;
}

/* While no writer runs. What can not be signed is no reason not to start: audit.verify tells of it. */
static enum err sign_all(struct daemon *d)
{
    struct due due = {.arena = arena_open(), .list = arena_open()};
    enum err e = kv_read(d->kv, find_due, &due);
    for (size_t i = 0; i < due.n && !e; i++) {
        struct signing s = {due.arena, due.businesses[i], daemon_now()};
        arena_reset(due.arena);
        e = kv_write(d->kv, sign_in_txn, &s);
        if (e == ERR_DISK_FULL || e == ERR_IO)
            e = OK;
    }
    arena_close(due.arena);
    arena_close(due.list);
    return e;
}

enum err audit_start(struct daemon *d)
{
    enum err e = sign_all(d); /* what a crash left unsigned */
    return e ? e : schedule(d, LIMIT_SEAL_MS, true);
}

void audit_finish(struct daemon *d)
{
    if (d->kv && d->writer)
        (void)sign_all(d);
}
