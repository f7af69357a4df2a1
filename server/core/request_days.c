#include "server/core/request_days.h"
#include "data/engine/kv.h"
#include "data/store.h"
#include "server/core/daemon.h"
#include <stdatomic.h>

#define DAY_MS INT64_C(86400000)

static atomic_int today;               /* 0: no daemon runs */
static atomic_int_least64_t turned_at; /* tick */

static void use(const struct request_day *d)
{
    atomic_store(&today, d->day);
    atomic_store(&turned_at, daemon_tick());
}

static enum err get(struct kv_txn *kv, void *day)
{
    return store_request_day(kv, day);
}

static enum err put(struct kv_txn *kv, void *day)
{
    return store_request_day_set(kv, day);
}

/* Where the clock stands is noted with each day, so that starting again and again under a wrong one turns it once. On a full disk it is turned
 * here alone, and once more at the next start: what is looked for reaches a day beyond today. */
enum err request_days_begin(struct kv *kv)
{
    struct request_day d;
    const int64_t now = daemon_now();
    enum err e = kv_read(kv, get, &d);
    const bool none = e == ERR_NOT_FOUND;
    if (e && !none)
        return e;
    if (none || now - d.began >= DAY_MS) {
        d = (struct request_day){none ? reply_day(now) : d.day + 1, now};
        e = kv_write_reserved(kv, put, &d);
    } else {
        e = OK;
    }
    use(&d);
    return e == ERR_DISK_FULL ? OK : e;
}

int32_t request_day(int64_t now)
{
    const int32_t day = atomic_load(&today);
    return day ? day : reply_day(now);
}

bool request_day_over(void)
{
    return atomic_load(&today) && daemon_tick() - atomic_load(&turned_at) >= DAY_MS;
}

enum err request_day_turn(struct kv_txn *kv)
{
    struct request_day d = {atomic_load(&today) + 1, daemon_now()};
    if (!request_day_over())
        return OK;
    enum err e = store_request_day_set(kv, &d);
    if (!e)
        use(&d);
    return e;
}
