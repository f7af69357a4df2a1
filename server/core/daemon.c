#include "server/core/daemon.h"
#include "common/tick.h"
#include "server/door/allowance.h"
#include "data/engine/kv.h"
#include "data/store.h"
#include "server/due/seal_due.h"
#include "server/door/bound.h"
#include "server/core/clock_set.h"
#include "server/core/follow.h"
#include "server/core/limits.h"
#include "server/ops/tries.h"
#include "server/core/otp.h"
#include "server/due/works.h"
#include "server/pay/gateway.h"
#include "server/door/listener.h"
#include "server/core/pool.h"
#include "server/core/request_days.h"
#include "server/core/secret.h"
#include "server/core/waits.h"
#include "server/core/writer.h"
#include <stdatomic.h>
#include <time.h>
#include <unistd.h>

int64_t daemon_tick(void)
{
    return tick_now();
}

#define CLOCK_SET_MS 2000 /* further apart than this from one reading to the next: somebody set it */
static atomic_int_least64_t distance, steady_since; /* of the two readings; tick from which on it stayed */

int64_t daemon_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    int64_t tick = daemon_tick(), now = (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
    int64_t moved = now - tick - atomic_exchange(&distance, now - tick);
    if (moved > CLOCK_SET_MS || moved < -CLOCK_SET_MS)
        atomic_store(&steady_since, tick);
    return now;
}

int64_t daemon_steady_since(void)
{
    (void)daemon_now();
    return atomic_load(&steady_since);
}

int64_t daemon_steady(void)
{
    return daemon_tick() - daemon_steady_since();
}

/* --- the server's key ------------------------------------------------------------------------------------------------------- */
static enum err mark_get(struct kv_txn *kv, void *mark)
{
    return store_key(kv, mark);
}

static enum err mark_put(struct kv_txn *kv, void *mark)
{
    return store_key_set(kv, mark);
}

/* What is sealed in the store (second factors, codes, passwords of mail servers) opens only with the key it was sealed with: a store
 * whose key was lost or swapped is not served, unless the operator says so. */
static enum err take_key(struct daemon *d, const char *folder, bool new_key, struct refusal *why)
{
    static const char mark_of[] = "postern: the key of this store";
    uint8_t kept[32], mark[32];
    enum err e = kv_read(d->kv, mark_get, kept);
    bool known = e == OK;
    if (e && e != ERR_NOT_FOUND)
        return e;
    e = secret_server_key(folder, !known || new_key, d->key, why);
    if (e)
        return e;
    secret_digest(mark, d->key, mark_of, sizeof mark_of - 1);
    if (known && !new_key && !secret_equal(kept, mark, sizeof mark))
        return refuse(
            why, ERR_DAMAGED, "data",
            "%s/server.key is not the key of this store: put the right one there, or give it up with "
            "--new-key (docs/deploy)",
            folder);
    return known && secret_equal(kept, mark, sizeof mark) ? OK : kv_write(d->kv, mark_put, mark);
}

static enum err recall_tries(struct kv_txn *kv, void *unused)
{
    (void)unused;
    return tries_recall(kv, daemon_now(), daemon_tick());
}

/* A log that is damaged keeps nobody out: who is known is then less than it could be, and the damage is told by the check of the log. */
static enum err recall(struct daemon *d)
{
    enum err e = kv_read(d->kv, recall_tries, NULL);
    return e == ERR_DAMAGED ? OK : e;
}

enum err daemon_open(struct daemon *d, const char *folder, const struct doors *doors, bool new_key,
                     bool sandbox, struct refusal *why)
{
    *d = (struct daemon){.uid = geteuid(), .doors = *doors};
    enum err e = secret_start();
    if (!e)
        e = store_open(folder, false, &d->kv, why);
    if (!e)
        e = take_key(d, folder, new_key, why);
    if (!e)
        e = otp_start();
    if (!e)
        e = secret_use(d->key);
    if (!e)
        e = request_days_begin(d->kv);
    if (!e)
        e = clock_set_begin(d->kv);
    if (!e)
        e = recall(d);
    if (!e)
        e = gateways_open(folder, sandbox, &d->gateways);
    if (!e)
        e = waits_open(d, &d->waits);
    if (!e)
        e = writer_open(d, &d->writer);
    if (!e)
        e = bound_open(d, &d->bound);
    if (!e)
        e = allowance_open(&d->allowance);
    if (!e)
        e = pool_open_nice(&d->strangers, pool_spare(LIMIT_SLOW_THREADS), LIMIT_SLOW_QUEUE);
    if (!e)
        e = pool_open_nice(&d->passwords, LIMIT_SLOW_THREADS, LIMIT_SLOW_QUEUE);
    if (!e)
        e = pool_open(&d->heavy, LIMIT_HEAVY_THREADS, LIMIT_HEAVY_QUEUE);
    if (!e)
        e = follow_say_left(d);
    if (!e)
        e = works_open(d, &d->works);
    if (!e)
        writer_can_write(d); /* a disk that is full is told of now, not by the first who is refused */
    d->started = daemon_now();
    d->begun = daemon_tick();
    if (e && d->kv)
        e = store_explain(d->kv, folder, e, why);
    if (e)
        daemon_close(d);
    return e;
}

/* First what works is stopped, in the order in which work flows; all of it stays in place, and answers busy, until the door,
 * whose threads may still hand over a request or a goodbye, has closed. */
void daemon_close(struct daemon *d)
{
    atomic_store(&d->stopping, true); /* what is due is left to the next start */
    pool_stop(d->strangers);
    pool_stop(d->passwords);
    pool_stop(d->heavy);
    waits_stop(d->waits);
    works_stop(d->works);
    writer_stop(d->writer);
    audit_finish(d);
    clock_set_finish(d);
    listener_close(d->listener);
    pool_close(d->strangers);
    pool_close(d->passwords);
    pool_close(d->heavy);
    works_close(d->works);
    bound_close(d->bound);
    allowance_close(d->allowance);
    waits_close(d->waits);
    writer_close(d->writer);
    gateways_close(d->gateways);
    kv_close(d->kv);
    secret_wipe(d->key, sizeof d->key);
}
