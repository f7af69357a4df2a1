#include "server/core/clock_set.h"
#include "data/engine/kv.h"
#include "data/store.h"
#include "server/core/daemon.h"
#include "server/core/job.h"
#include "server/core/writer.h"

#define DAY_MS INT64_C(86400000)

/* Ticks, which may be less than nothing: of what was set while this machine was not up yet. */
static int64_t began;
static atomic_int_least64_t
    last; /* when it was set, before this start, as the store knows; a day before it or more: nothing was */
static atomic_int_least64_t kept; /* what was set until then is known to the store */
static atomic_bool under_way;

static enum err get(struct kv_txn *kv, void *at)
{
    return store_clock_set(kv, at);
}

static enum err put(struct kv_txn *kv, void *at)
{
    return store_clock_set_put(kv, *(const int64_t *)at);
}

/* A record that is damaged keeps nobody out: what it says is worth a sentence. */
enum err clock_set_begin(struct kv *kv)
{
    int64_t at, now = daemon_now();
    atomic_store(&kept, began = daemon_tick());
    atomic_store(&last, began - DAY_MS);
    enum err e = kv_read(kv, get, &at);
    if (e)
        return e == ERR_NOT_FOUND || e == ERR_DAMAGED ? OK : e;
    if (at > now) { /* it was set back behind that since, nobody knows when */
        e = kv_write_reserved(kv, put, &now);
        at = now;
    }
    atomic_store(&last, began - (now - at));
    return e == ERR_DISK_FULL ? OK : e;
}

static enum err write(struct call *c, uint64_t since, void *unused)
{
    (void)unused;
    return store_clock_set_put(c->txn.kv, c->now - (daemon_tick() - (int64_t)since));
}

static void written(void *since, enum err result)
{
    if (!result)
        atomic_store(&kept, (int64_t)(intptr_t)since);
    atomic_store(&under_way, false);
}

void clock_set_mind(struct daemon *d)
{
    const int64_t since = daemon_steady_since();
    if (since <= atomic_load(&kept) || atomic_exchange(&under_way, true))
        return;
    struct job *j = job_open(d);
    j->now = daemon_now();
    j->internal = write;
    j->internal_id = (uint64_t)since;
    j->reserved = true;
    j->done = written;
    j->done_argument = (void *)(intptr_t)since; /* a number, as wide as a pointer on what this runs on */
    if (writer_add(d->writer, j) != OK) {
        job_close(j);
        atomic_store(&under_way, false);
    }
}

void clock_set_finish(struct daemon *d)
{
    const int64_t since = daemon_steady_since();
    int64_t at = daemon_now() - (daemon_tick() - since);
    if (d->kv && since > atomic_load(&kept))
        (void)!kv_write_reserved(d->kv, put, &at); /* else it is not said after the next start */
}

int64_t clock_set_ago(void)
{
    const int64_t since = daemon_steady_since();
    const int64_t ago = daemon_tick() - (since > began ? since : atomic_load(&last));
    return ago < DAY_MS ? ago : -1;
}
