/* A pool of read transactions, so cheap to take from that it does not show beside a read: each thread comes back to the slot
 * it used last, which is one atomic exchange on a cache line of its own. All of them can be held, which holds off all readers:
 * so a map is moved. */
#ifndef DATA_KV_POOL_H
#define DATA_KV_POOL_H
#include <pthread.h>
#include <stdalign.h>
#include <stdatomic.h>
#include <stdbool.h>

#define KV_POOL_SLOTS 128 /* reads at once; more wait for one to end */

/* Whoever has taken a slot owns what is in it. */
struct kv_slot {
    alignas(128) atomic_bool taken;
    void *txn, *cursor; /* kept by the backend from one read to the next */
    bool cursor_used;
};

struct kv_pool {
    struct kv_slot slots[KV_POOL_SLOTS];
    atomic_bool holding; /* nobody new gets a slot; who has one for long gives it back soon */
    atomic_uint waiting;
    pthread_mutex_t lock; /* for waiting only */
    pthread_cond_t freed;
};

void kv_pool_init(struct kv_pool *pool);
void kv_pool_fini(struct kv_pool *pool);
struct kv_slot *kv_pool_take(struct kv_pool *pool); /* waits while all are taken or held */
void kv_pool_give(struct kv_pool *pool, struct kv_slot *slot);
/* Waits until nobody reads and keeps it so until kv_pool_let. One thread at a time, and not while it has a slot. */
void kv_pool_hold(struct kv_pool *pool);
void kv_pool_let(struct kv_pool *pool);
unsigned kv_pool_taken(struct kv_pool *pool);
#endif
