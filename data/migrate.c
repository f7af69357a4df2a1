#include "data/migrate.h"
#include "data/chain.h"
#include "data/kv.h"
#include "data/store.h"
#include <assert.h>

#define BATCH 1000 /* events of one transaction */

struct linking {
    struct arena *arena;
    uint32_t business, businesses;
    bool done;
};

static enum err count(struct kv_txn *kv, void *arg)
{
    return store_businesses(kv, &((struct linking *)arg)->businesses);
}

static enum err link_some(struct kv_txn *kv, void *arg)
{
    struct linking *l = arg;
    struct txn t = {.kv = kv, .arena = l->arena, .business = l->business};
    arena_reset(l->arena);
    return chain_catch_up(&t, BATCH, &l->done);
}

/* 1 → 2: events are linked. How far it has come is in the head of each log. */
static enum err link_logs(struct kv *kv)
{
    struct linking l = {.arena = arena_open()};
    enum err e = kv_read(kv, count, &l);
    for (l.business = 1; !e && l.business <= l.businesses; l.business++)
        for (l.done = false; !e && !l.done;)
            e = kv_write(kv, link_some, &l);
    arena_close(l.arena);
    return e;
}

enum err migrate_step(struct kv *kv, uint32_t from)
{
    static enum err (*const steps[])(struct kv * kv) = {link_logs};
    assert(from >= 1 && from <= sizeof steps / sizeof *steps);
    return steps[from - 1](kv);
}
