#include "server/core/kept.h"
#include "data/engine/kv.h"
#include <pthread.h>
#include <stdlib.h>

static pthread_key_t key;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void close_kept(void *kept)
{
    arena_close(((struct kept *)kept)->arena);
    free(kept);
}
static void make_key(void)
{
    pthread_key_create(&key, close_kept);
}

struct kept *kept_mine(void)
{
    static _Thread_local struct kept *mine;
    if (mine)
        return mine;
    pthread_once(&once, make_key);
    mine = calloc(1, sizeof *mine);
    if (!mine)
        abort();
    mine->arena = arena_open();
    pthread_setspecific(key, mine);
    return mine;
}

static enum err read_business(struct call *c, struct kept *k, uint64_t marked)
{
    struct txn t = c->txn;
    t.arena = k->arena;
    k->marked = 0;
    k->offers = NULL;
    arena_reset(k->arena);
    enum err e = record_needed(&t, KIND_BUSINESS, t.business, &k->business);
    if (e)
        return e;
    k->marked = marked;
    k->number = t.business;
    return OK;
}

enum err kept_of(struct call *c, struct kept **kept)
{
    struct kept *k = c->kept;
    const uint64_t marked = k && c->txn.business ? kv_marked(c->txn.kv) : 0;
    *kept = NULL;
    if (!marked)
        return OK;
    if (k->marked != marked || k->number != c->txn.business) {
        if (c->kept_used) /* the call has entered another business, and may still hold what it has of the first */
            return OK;
        enum err e = read_business(c, k, marked);
        if (e)
            return e;
    }
    c->kept_used = true;
    *kept = k;
    return OK;
}
