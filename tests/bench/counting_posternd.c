/* The daemon, counting what it does in the store: what goes through data/engine/kv.h, wrapped by the linker (CMakeLists.txt), and the
 * pages that LMDB writes for it, which alone writes whole ones by pwrite and writev. At its end it prints {"puts":…,"dels":…,"bytes":…,
 * "pages":…} to standard output; where POSTERN_EXAMINED names a file, that file is what was counted so far, in this machine's own 8 bytes
 * each: entries examined (where cursors stood, and values read by their key), keys put or deleted, pages. Never measured. */
#include "data/engine/kv.h"
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum err __real_kv_put(struct kv_txn *txn, const void *key, size_t key_size, const void *value, size_t size);
enum err __real_kv_del(struct kv_txn *txn, const void *key, size_t key_size);
enum err __real_kv_get(struct kv_txn *txn, const void *key, size_t key_size, struct kv_bytes *value);
enum err __real_kv_seek(struct kv_cursor *cursor, const void *key, size_t key_size, bool backward);
enum err __real_kv_step(struct kv_cursor *cursor, bool backward);
enum err __wrap_kv_put(struct kv_txn *txn, const void *key, size_t key_size, const void *value,
                       size_t size) MUST_USE;
enum err __wrap_kv_del(struct kv_txn *txn, const void *key, size_t key_size) MUST_USE;
enum err __wrap_kv_get(struct kv_txn *txn, const void *key, size_t key_size, struct kv_bytes *value) MUST_USE;
enum err __wrap_kv_seek(struct kv_cursor *cursor, const void *key, size_t key_size, bool backward) MUST_USE;
enum err __wrap_kv_step(struct kv_cursor *cursor, bool backward) MUST_USE;

#define PAGE 4096
struct seen {
    atomic_ullong examined, keys, pages;
};
static atomic_ullong puts_, dels, bytes;
static struct seen nowhere, *seen = &nowhere;

__attribute__((constructor)) static void show(void)
{
    const char *path = getenv("POSTERN_EXAMINED");
    const int fd = path ? open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600) : -1;
    if (fd < 0)
        return;
    void *at = MAP_FAILED;
    if (ftruncate(fd, sizeof *seen) == 0)
        at = mmap(NULL, sizeof *seen, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (at != MAP_FAILED)
        seen = at;
    close(fd);
}

/* In place of the C library's, also for LMDB. Its page of the newest commit is written in part. */
static void wrote(ssize_t size)
{
    if (size > 0 && size % PAGE == 0)
        atomic_fetch_add(&seen->pages, (unsigned long long)size / PAGE);
}

ssize_t pwrite(int fd, const void *from, size_t size, off_t at)
{
    const ssize_t done = syscall(SYS_pwrite64, fd, from, size, at);
    wrote(done);
    return done;
}

ssize_t writev(int fd, const struct iovec *parts, int n)
{
    const ssize_t done = syscall(SYS_writev, fd, parts, n);
    wrote(done);
    return done;
}

enum err __wrap_kv_put(struct kv_txn *txn, const void *key, size_t key_size, const void *value, size_t size)
{
    atomic_fetch_add(&puts_, 1);
    atomic_fetch_add(&seen->keys, 1);
    atomic_fetch_add(&bytes, key_size + size);
    return __real_kv_put(txn, key, key_size, value, size);
}

enum err __wrap_kv_del(struct kv_txn *txn, const void *key, size_t key_size)
{
    atomic_fetch_add(&dels, 1);
    atomic_fetch_add(&seen->keys, 1);
    return __real_kv_del(txn, key, key_size);
}

enum err __wrap_kv_get(struct kv_txn *txn, const void *key, size_t key_size, struct kv_bytes *value)
{
    atomic_fetch_add(&seen->examined, 1);
    return __real_kv_get(txn, key, key_size, value);
}

enum err __wrap_kv_seek(struct kv_cursor *cursor, const void *key, size_t key_size, bool backward)
{
    atomic_fetch_add(&seen->examined, 1);
    return __real_kv_seek(cursor, key, key_size, backward);
}

enum err __wrap_kv_step(struct kv_cursor *cursor, bool backward)
{
    atomic_fetch_add(&seen->examined, 1);
    return __real_kv_step(cursor, backward);
}

__attribute__((destructor)) static void tell(void)
{
    printf("{\"puts\":%llu,\"dels\":%llu,\"bytes\":%llu,\"pages\":%llu}\n", atomic_load(&puts_),
           atomic_load(&dels), atomic_load(&bytes), atomic_load(&seen->pages));
}
