#include "data/engine/kv_backend.h"
#include <assert.h>

/* The store whose transaction this thread is in, to see one nested in another. */
static _Thread_local const struct kv *inside;

enum err kv_open(const struct kv_backend *backend, const char *path, bool create, struct kv **out,
                 struct refusal *why)
{
    static atomic_uint_fast64_t opened;
    enum err e = backend->open(path, create, out, why);
    if (!e) {
        (*out)->number = (atomic_fetch_add(&opened, 1) + 1) << 48;
        for (unsigned i = 0; i < KV_MARKS; i++)
            atomic_store_explicit(&(*out)->marked[i], 1, memory_order_relaxed);
    }
    return e;
}

void kv_close(struct kv *kv)
{
    if (kv)
        kv->backend->close(kv);
}

enum err kv_read(struct kv *kv, kv_fn *fn, void *arg)
{
    assert(inside != kv);
    const struct kv *before = inside;
    inside = kv;
    enum err e = kv->backend->read(kv, fn, arg);
    inside = before;
    return e;
}

static enum err run_write(struct kv *kv, kv_fn *fn, void *arg, bool reserved)
{
    assert(inside != kv);
    bool another = atomic_exchange(&kv->writing, true);
    assert(!another);
    if (another)
        return ERR_INTERNAL;
    const struct kv *before = inside;
    inside = kv;
    enum err e = kv->backend->write(kv, fn, arg, reserved);
    inside = before;
    atomic_store(&kv->writing, false);
    return e;
}

enum err kv_write(struct kv *kv, kv_fn *fn, void *arg)
{
    return run_write(kv, fn, arg, false);
}

enum err kv_write_reserved(struct kv *kv, kv_fn *fn, void *arg)
{
    return run_write(kv, fn, arg, true);
}

bool kv_has_room(struct kv *kv, uint64_t bytes)
{
    return kv->backend->has_room(kv, bytes);
}

enum err kv_backup(struct kv *kv, const char *to, uint64_t bytes_per_second)
{
    return kv->backend->backup(kv, inside == kv, to, bytes_per_second);
}
enum err kv_check(struct kv *kv, struct refusal *why)
{
    return kv->backend->check(kv, inside == kv, why);
}

static _Thread_local char damaged_key[2 * 80 + 1];
enum err kv_damaged(const void *key, size_t key_size)
{
    static const char digits[] = "0123456789abcdef";
    size_t n = key_size < 80 ? key_size : 80;
    for (size_t i = 0; i < n; i++) {
        damaged_key[2 * i] = digits[((const uint8_t *)key)[i] >> 4];
        damaged_key[2 * i + 1] = digits[((const uint8_t *)key)[i] & 15];
    }
    damaged_key[2 * n] = '\0';
    return ERR_DAMAGED;
}
const char *kv_damaged_key(void)
{
    return damaged_key;
}

void kv_stats(struct kv *kv, struct kv_stats *out)
{
    *out = (struct kv_stats){0};
    kv->backend->stats(kv, inside == kv, out);
}

void kv_txn_init(struct kv_txn *txn, struct kv *kv, const struct kv_backend *backend, struct kv_txn *parent,
                 bool writable)
{
    damaged_key[0] = '\0'; /* the one of an earlier run is none of this */
    *txn = (struct kv_txn){.backend = backend, .kv = kv, .writable = writable};
    txn->root = parent ? parent->root : txn;
}

enum err kv_txn_run(struct kv_txn *txn, kv_fn *fn, void *arg)
{
    enum err e = fn(txn, arg);
    while (txn->cursors)
        kv_cursor_close(txn->cursors);
    return txn->fault ? txn->fault : e;
}

/* Notes a fault. A full disk sticks as well: what was written so far can not be kept. A damaged value hinders nobody from reading others. */
static enum err settle(struct kv_txn *txn, enum err e)
{
    if ((e < 0 && (e != ERR_DAMAGED || txn->writable)) || e == ERR_DISK_FULL)
        txn->fault = e;
    return e;
}

static inline enum err usable(struct kv_txn *txn)
{
    if (txn->fault)
        return txn->fault;
    return txn->busy ? settle(txn, ERR_INTERNAL) : OK;
}

static enum err writable(struct kv_txn *txn)
{
    enum err e = usable(txn);
    if (e)
        return e;
    if (!txn->writable)
        return settle(txn, ERR_INTERNAL);
    txn->root->generation++;
    return OK;
}

static inline enum err key_fits(size_t key_size)
{
    if (key_size > KV_KEY_MAX)
        return ERR_TOO_LARGE;
    return key_size ? OK : ERR_INVALID;
}

/* ---- what is marked (docs/decisions/kept-decoded.md) */

static bool is_marked(const struct kv_txn *root, unsigned what)
{
    return root->marked && (root->marks[what / 64] >> what % 64 & 1);
}

void kv_mark(struct kv_txn *txn, unsigned what)
{
    struct kv_txn *root = txn->root;
    assert(what < KV_MARKS);
    root->marked = true;
    root->marks[what / 64] |= UINT64_C(1) << what % 64;
}

/* From then on it was written in that snapshot at the earliest. */
static void raise(struct kv *kv, unsigned what, uint64_t snapshot)
{
    if (snapshot > atomic_load(&kv->marked[what]))
        atomic_store(&kv->marked[what], snapshot);
}

/* gcc's ThreadSanitizer does not know fences, and says so where one stands. */
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wtsan"
#endif
static void fence(void)
{
    atomic_thread_fence(memory_order_seq_cst);
}

/* Before anybody can see the snapshot. */
void kv_committing(struct kv_txn *txn)
{
    for (unsigned i = 0; i < KV_MARKS / 64 && txn->marked; i++)
        for (uint64_t bits = txn->marks[i]; bits; bits &= bits - 1)
            raise(txn->kv, i * 64 + (unsigned)__builtin_ctzll(bits), txn->snapshot);
    fence();
}

/* For a moment a reader may have seen what was taken back, under the number that the next commit has again. */
void kv_commit_failed(struct kv_txn *txn)
{
    for (unsigned i = 0; i < KV_MARKS; i++)
        raise(txn->kv, i, txn->snapshot + 1);
}

/* The last mark that is known after the snapshot was begun: of those within the snapshot none is missing. One that is newer hides which was
 * the last within it. */
uint64_t kv_marked(const struct kv_txn *txn, unsigned what)
{
    const struct kv_txn *root = txn->root;
    const uint64_t sees = root->snapshot - (root->writable && root->snapshot);
    fence();
    const uint64_t marked = atomic_load(&root->kv->marked[what]);
    return is_marked(root, what) || marked > sees ? 0 : root->kv->number | marked;
}

uint64_t kv_written(const struct kv_txn *txn)
{
    return txn->root->bytes;
}

enum err kv_nested(struct kv_txn *txn, kv_fn *fn, void *arg)
{
    enum err e = writable(txn);
    if (e)
        return e;
    txn->busy = true;
    e = txn->backend->nested(txn, fn, arg);
    txn->busy = false;
    return e;
}

enum err kv_get(struct kv_txn *txn, const void *key, size_t key_size, struct kv_bytes *value)
{
    enum err e = usable(txn);
    if (!e)
        e = key_fits(key_size);
    if (e)
        return e;
    return settle(txn, txn->backend->get(txn, key, key_size, value));
}

enum err kv_put(struct kv_txn *txn, const void *key, size_t key_size, const void *value, size_t size)
{
    enum err e = writable(txn);
    if (!e)
        e = key_fits(key_size);
    if (!e && size > KV_VALUE_MAX)
        e = ERR_TOO_LARGE;
    if (e)
        return e;
    txn->root->bytes += key_size + size;
    return settle(txn, txn->backend->put(txn, key, key_size, value, size));
}

enum err kv_del(struct kv_txn *txn, const void *key, size_t key_size)
{
    enum err e = writable(txn);
    if (!e)
        e = key_fits(key_size);
    if (e)
        return e;
    txn->root->bytes += key_size;
    e = txn->backend->del(txn, key, key_size);
    return settle(txn, e == ERR_NOT_FOUND ? OK : e);
}

enum err kv_cursor_open(struct kv_txn *txn, struct kv_cursor **out)
{
    enum err e = usable(txn);
    if (e)
        return e;
    struct kv_cursor *cursor;
    e = settle(txn, txn->backend->cursor_open(txn, &cursor));
    if (e)
        return e;
    cursor->txn = txn;
    cursor->on = false;
    cursor->generation = txn->root->generation;
    cursor->next = txn->cursors;
    txn->cursors = cursor;
    *out = cursor;
    return OK;
}

void kv_cursor_close(struct kv_cursor *cursor)
{
    if (!cursor)
        return;
    struct kv_cursor **link = &cursor->txn->cursors;
    while (*link != cursor)
        link = &(*link)->next;
    *link = cursor->next;
    cursor->txn->backend->cursor_close(cursor);
}

enum err kv_seek(struct kv_cursor *cursor, const void *key, size_t key_size, bool backward)
{
    struct kv_txn *txn = cursor->txn;
    enum err e = usable(txn);
    cursor->on = false;
    if (!e && key_size > KV_KEY_MAX)
        e = ERR_TOO_LARGE;
    if (e)
        return e;
    cursor->generation = txn->root->generation;
    if (backward && key_size == 0)
        return OK; /* no key is ≤ the empty one */
    return settle(txn, txn->backend->seek(cursor, key, key_size, backward));
}

/* A cursor used after a write in its transaction is a mistake in the program; its transaction must not commit. */
static bool stale(struct kv_cursor *cursor)
{
    if (cursor->generation == cursor->txn->root->generation)
        return false;
    cursor->on = false;
    if (!cursor->txn->fault)
        cursor->txn->fault = ERR_INTERNAL;
    return true;
}

enum err kv_step(struct kv_cursor *cursor, bool backward)
{
    struct kv_txn *txn = cursor->txn;
    enum err e = usable(txn);
    if (e)
        return e;
    if (!cursor->on)
        return OK;
    if (stale(cursor))
        return txn->fault;
    return settle(txn, txn->backend->step(cursor, backward));
}

bool kv_at(struct kv_cursor *cursor, struct kv_bytes *key, struct kv_bytes *value)
{
    if (!cursor->on || cursor->txn->fault || stale(cursor))
        return false;
    if (key)
        *key = cursor->key;
    if (value)
        *value = cursor->value;
    return true;
}
