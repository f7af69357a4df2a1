#include "server/daemon.h"
#include "data/kv.h"
#include "data/store.h"
#include "server/follow.h"
#include "server/limits.h"
#include "server/pay/gateway.h"
#include "server/listener.h"
#include "server/pool.h"
#include "server/secret.h"
#include "server/waits.h"
#include "server/writer.h"
#include <time.h>
#include <unistd.h>

int64_t daemon_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

enum err daemon_open(struct daemon *d, const char *folder, const struct doors *doors, struct refusal *why)
{
    *d = (struct daemon){.uid = geteuid(), .doors = *doors};
    atomic_store(&d->writable, true);
    enum err e = secret_start();
    if (!e)
        e = store_open(folder, false, &d->kv, why);
    if (!e)
        e = secret_server_key(folder, true, d->key, why); /* a restored backup comes without one */
    if (!e)
        e = secret_use(d->key);
    if (!e)
        e = gateway_open("sandbox", folder, &d->gateway);
    if (!e)
        e = waits_open(d, &d->waits);
    if (!e)
        e = writer_open(d, &d->writer);
    if (!e)
        e = pool_open(&d->passwords, LIMIT_SLOW_THREADS, LIMIT_SLOW_QUEUE);
    if (!e)
        e = pool_open(&d->gateways, 2, 4096);
    if (!e)
        e = pool_open(&d->heavy, 1, 16);
    if (!e)
        e = follow_resume(d);
    d->started = daemon_now();
    if (e)
        daemon_close(d);
    return e;
}

/* First what works is stopped, in the order in which work flows; all of it stays in place, and answers busy, until the door,
 * whose threads may still hand over a request or a goodbye, has closed. */
void daemon_close(struct daemon *d)
{
    atomic_store(&d->stopping, true); /* charges that are queued are left to the next start */
    pool_stop(d->passwords);
    pool_stop(d->heavy);
    waits_stop(d->waits);
    pool_stop(d->gateways);
    writer_stop(d->writer);
    listener_close(d->listener);
    pool_close(d->passwords);
    pool_close(d->heavy);
    pool_close(d->gateways);
    waits_close(d->waits);
    writer_close(d->writer);
    gateway_close(d->gateway);
    kv_close(d->kv);
    secret_wipe(d->key, sizeof d->key);
}
