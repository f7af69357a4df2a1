/* The daemon, counting the keys it writes: what goes through kv_put and kv_del, wrapped by the linker (CMakeLists.txt). At its
 * end it prints {"puts":…,"dels":…,"bytes":…} to standard output. Never measured, only asked how much a write writes. */
#include "data/engine/kv.h"
#include <stdatomic.h>
#include <stdio.h>

enum err __real_kv_put(struct kv_txn *txn, const void *key, size_t key_size, const void *value, size_t size);
enum err __real_kv_del(struct kv_txn *txn, const void *key, size_t key_size);
enum err __wrap_kv_put(struct kv_txn *txn, const void *key, size_t key_size, const void *value,
                       size_t size) MUST_USE;
enum err __wrap_kv_del(struct kv_txn *txn, const void *key, size_t key_size) MUST_USE;

static atomic_ullong puts_, dels, bytes;

enum err __wrap_kv_put(struct kv_txn *txn, const void *key, size_t key_size, const void *value, size_t size)
{
    atomic_fetch_add(&puts_, 1);
    atomic_fetch_add(&bytes, key_size + size);
    return __real_kv_put(txn, key, key_size, value, size);
}

enum err __wrap_kv_del(struct kv_txn *txn, const void *key, size_t key_size)
{
    atomic_fetch_add(&dels, 1);
    return __real_kv_del(txn, key, key_size);
}

__attribute__((destructor)) static void tell(void)
{
    printf("{\"puts\":%llu,\"dels\":%llu,\"bytes\":%llu}\n", atomic_load(&puts_), atomic_load(&dels),
           atomic_load(&bytes));
}
