#include "data/engine/kv_pool.h"

void kv_pool_init(struct kv_pool *pool)
{
    pthread_mutex_init(&pool->lock, NULL);
    pthread_cond_init(&pool->freed, NULL);
}

void kv_pool_fini(struct kv_pool *pool)
{
    pthread_cond_destroy(&pool->freed);
    pthread_mutex_destroy(&pool->lock);
}

/* Where this thread begins to look: threads are told apart by when they first came. */
static unsigned my_place(void)
{
    static _Thread_local unsigned place;
    static atomic_uint next;
    if (!place)
        place = atomic_fetch_add(&next, 1) + 1;
    return place;
}

static struct kv_slot *try_all(struct kv_pool *pool)
{
    unsigned place = my_place();
    for (unsigned i = 0; i < KV_POOL_SLOTS; i++) {
        struct kv_slot *s = &pool->slots[(place + i) % KV_POOL_SLOTS];
        if (!atomic_load_explicit(&s->taken, memory_order_relaxed) && !atomic_exchange(&s->taken, true))
            return s;
    }
    return NULL;
}

struct kv_slot *kv_pool_take(struct kv_pool *pool)
{
    struct kv_slot *s = atomic_load(&pool->holding) ? NULL : try_all(pool);
    if (s)
        return s;
    pthread_mutex_lock(&pool->lock);
    atomic_fetch_add(&pool->waiting, 1);
    while (atomic_load(&pool->holding) || !(s = try_all(pool)))
        pthread_cond_wait(&pool->freed, &pool->lock);
    atomic_fetch_sub(&pool->waiting, 1);
    pthread_mutex_unlock(&pool->lock);
    return s;
}

/* A waiter counts itself before it looks, a giver frees before it looks for waiters, both sequentially consistent: one of
 * them sees the other. The giver's broadcast is under the lock, so it can not fall between a waiter's look and its wait. */
void kv_pool_give(struct kv_pool *pool, struct kv_slot *slot)
{
    atomic_store(&slot->taken, false);
    if (atomic_load(&pool->waiting)) {
        pthread_mutex_lock(&pool->lock);
        pthread_cond_broadcast(&pool->freed);
        pthread_mutex_unlock(&pool->lock);
    }
}

void kv_pool_hold(struct kv_pool *pool)
{
    pthread_mutex_lock(&pool->lock);
    atomic_store(&pool->holding, true);
    atomic_fetch_add(&pool->waiting, 1);
    for (unsigned i = 0; i < KV_POOL_SLOTS; i++)
        while (atomic_exchange(&pool->slots[i].taken, true))
            pthread_cond_wait(&pool->freed, &pool->lock);
    atomic_fetch_sub(&pool->waiting, 1);
    pthread_mutex_unlock(&pool->lock);
}

void kv_pool_let(struct kv_pool *pool)
{
    pthread_mutex_lock(&pool->lock);
    for (unsigned i = 0; i < KV_POOL_SLOTS; i++)
        atomic_store(&pool->slots[i].taken, false);
    atomic_store(&pool->holding, false);
    pthread_cond_broadcast(&pool->freed);
    pthread_mutex_unlock(&pool->lock);
}

unsigned kv_pool_taken(struct kv_pool *pool)
{
    unsigned n = 0;
    for (unsigned i = 0; i < KV_POOL_SLOTS; i++)
        n += atomic_load(&pool->slots[i].taken);
    return n;
}
