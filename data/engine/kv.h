/* Ordered byte keys in transactions: the smallest interface that a store must offer. Nothing here is particular to LMDB, so
 * that another engine can stand behind it. Three backends pass one contract test: LMDB, memory, and "twice", which runs
 * every write transaction's function twice (aborting the first run) to find functions that are not repeatable.
 *
 * Limits: key 1..KV_KEY_MAX bytes, value 0..KV_VALUE_MAX bytes. Pointers returned by get and by a cursor are valid until the
 * next write in the same transaction or its end: copy what must live longer.
 * Threads: kv_read may be called from any number of threads at once; kv_write by one thread at a time (callers hold to that;
 * the backend asserts it). Neither may be nested in the other on one thread. */
#ifndef DATA_KV_H
#define DATA_KV_H
#include "common/err.h"
#include <stdint.h>

#define KV_KEY_MAX 511
#define KV_VALUE_MAX (100 * 1024)
/* The one key whose value stands on disk just as it is given, so that programs of every age can read it: the schema. */
#define KV_PLAIN "\0\0\0\0\xcb"
#define KV_PLAIN_SIZE 5

struct kv;     /* an open store */
struct kv_txn; /* a running transaction */
struct kv_bytes {
    const void *data;
    size_t size;
};
struct kv_stats {
    uint64_t entries, bytes_used, bytes_map, commits, readers;
};
struct kv_backend;
extern const struct kv_backend kv_lmdb, kv_mem, kv_twice; /* kv_twice stands on kv_mem */

/* Opens the store at `path` (a folder; kv_mem ignores it). `create`: make it when absent, refuse with ERR_EXISTS when there is
 * one already. Without: ERR_NOT_FOUND when absent. ERR_LOCKED: another process has it. ERR_DAMAGED: not a store or damaged.
 * `why` gets the path and what to do. */
enum err kv_open(const struct kv_backend *backend, const char *path, bool create, struct kv **out,
                 struct refusal *why) MUST_USE;
void kv_close(struct kv *kv); /* accepts NULL */

/* A function run inside a transaction. A write commits when it returns OK and is undone otherwise. It may be run more than
 * once: clock, ids and randomness must be fixed beforehand. */
typedef enum err kv_fn(struct kv_txn *txn, void *arg);
enum err kv_read(struct kv *kv, kv_fn *fn, void *arg) MUST_USE;
/* Commits durably (fsync) before it returns OK. ERR_DISK_FULL when there is no room: nothing changed, reading goes on. */
enum err kv_write(struct kv *kv, kv_fn *fn, void *arg) MUST_USE;
/* The same for a small write that has to succeed on a full disk, too: a store keeps some room in reserve, and only such writes may take
 * of it. What room there is goes back into it before anything else is written. */
enum err kv_write_reserved(struct kv *kv, kv_fn *fn, void *arg) MUST_USE;
/* Have so many bytes room, other than in the reserve? As the disk is now, and as the file was left by the last write. Cheap; from any thread. */
bool kv_has_room(struct kv *kv, uint64_t bytes) MUST_USE;
/* So many bytes of keys and values were written in the whole transaction so far, also by what was undone; nothing else makes it grow. */
uint64_t kv_written(const struct kv_txn *txn);
/* Inside a write transaction: runs fn in a nested one; when it fails only its own changes are undone. */
enum err kv_nested(struct kv_txn *txn, kv_fn *fn, void *arg) MUST_USE;

/* Some of what nearly every transaction reads is seldom written, and may be kept decoded from one to the next: whoever writes it marks the
 * transaction, before it does, with `what` it is, below KV_MARKS, and two transactions that are given the same number for that see the same
 * of all that is ever marked so. The number is of this process, and never the same of two stores; 0: nothing can be said, so nothing may be
 * kept or taken. Different things may share a mark: each then counts as written with the others. */
#define KV_MARKS 1024
void kv_mark(struct kv_txn *txn, unsigned what);
uint64_t kv_marked(const struct kv_txn *txn, unsigned what);

/* The first fault (negative, and ERR_DISK_FULL) sticks to the transaction: later calls return it, and it can not commit.
 * ERR_NOT_FOUND does not stick, nor do ERR_TOO_LARGE (a key or value over the limit) and ERR_INVALID (an empty key), nor, in a read,
 * ERR_DAMAGED: a value that is not as it was written. A cursor then stands on it all the same, with an empty value, and can go on. What
 * put is given must not be a pointer that get or a cursor of the same transaction returned: copy it first. */
enum err kv_get(struct kv_txn *txn, const void *key, size_t key_size, struct kv_bytes *value) MUST_USE;
enum err kv_put(struct kv_txn *txn, const void *key, size_t key_size, const void *value,
                size_t size) MUST_USE;
enum err kv_del(struct kv_txn *txn, const void *key, size_t key_size) MUST_USE; /* absent: OK */

/* A cursor: for (kv_seek(…); kv_at(&key, &value); kv_step()). Created in a transaction, closed with it or before. A write in
 * the same transaction invalidates cursors: seek again. */
struct kv_cursor;
enum err kv_cursor_open(struct kv_txn *txn, struct kv_cursor **out) MUST_USE;
void kv_cursor_close(struct kv_cursor *cursor); /* accepts NULL */
/* Forward: to the first key ≥ the given one (size 0: the first of all). Backward: to the last key ≤ the given one. */
enum err kv_seek(struct kv_cursor *cursor, const void *key, size_t key_size, bool backward) MUST_USE;
enum err kv_step(struct kv_cursor *cursor, bool backward) MUST_USE;
/* What the cursor stands on; false when past the end (or before the begin). Either output may be NULL. */
bool kv_at(struct kv_cursor *cursor, struct kv_bytes *key, struct kv_bytes *value);

/* A consistent copy of the running store to the folder `to`, which must be absent or empty (else ERR_EXISTS), fsynced; on
 * failure nothing of it stays, and with ERR_NOT_FOUND and ERR_IO errno says why. bytes_per_second 0 = unthrottled. Inside of a kv_read it is ERR_BUSY when the store has to grow meanwhile. ERR_STATE: this backend has nothing to copy (kv_mem). */
enum err kv_backup(struct kv *kv, const char *to, uint64_t bytes_per_second) MUST_USE;
/* Walks the backend's own structures where it can; OK or ERR_DAMAGED, `why` says where. May be called inside of a kv_read. */
enum err kv_check(struct kv *kv, struct refusal *why) MUST_USE;
/* Notes the key of what turned out damaged; gives ERR_DAMAGED. The store does so itself where a value is not as it was written. */
enum err kv_damaged(const void *key, size_t key_size);
/* The one that was noted last on this thread, as hexadecimal digits, or "". */
const char *kv_damaged_key(void);
/* A store from before its values bore sums: reads and writes them as they stand while `plain`; kv_add_sums gives those their sum that
 * have none. What was broken off is simply done again. */
void kv_set_plain(struct kv *kv, bool plain);
enum err kv_add_sums(struct kv *kv) MUST_USE;
void kv_stats(struct kv *kv, struct kv_stats *out);
#endif
