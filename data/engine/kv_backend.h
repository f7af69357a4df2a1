/* What a backend of kv.h implements, and what it gets for nothing. kv.c checks limits, sticky faults, misuse and stale cursors
 * before it calls a backend, so a backend only stores bytes. A backend embeds the three structs below as the first member of
 * its own and fills what kv_txn_init asks for. Included by kv.c and the backends only. */
#ifndef DATA_KV_BACKEND_H
#define DATA_KV_BACKEND_H
#include "data/engine/kv.h"
#include <stdatomic.h>

struct kv_backend {
    const char *name;
    enum err (*open)(const char *path, bool create, struct kv **out, struct refusal *why);
    void (*close)(struct kv *kv);
    enum err (*read)(struct kv *kv, kv_fn *fn, void *arg);
    enum err (*write)(struct kv *kv, kv_fn *fn, void *arg, bool reserved);
    /* reading: inside of a read on this thread, which must not wait for another one */
    enum err (*backup)(struct kv *kv, bool reading, const char *to, uint64_t bytes_per_second);
    enum err (*check)(struct kv *kv, bool reading, struct refusal *why);
    bool (*has_room)(struct kv *kv, uint64_t bytes);
    void (*stats)(struct kv *kv, bool reading, struct kv_stats *out);
    /* In a transaction. Keys and values are within the limits, the transaction is usable and writable where that matters. */
    enum err (*nested)(struct kv_txn *txn, kv_fn *fn, void *arg);
    enum err (*get)(struct kv_txn *txn, const void *key, size_t key_size, struct kv_bytes *value);
    enum err (*put)(struct kv_txn *txn, const void *key, size_t key_size, const void *value, size_t size);
    enum err (*del)(struct kv_txn *txn, const void *key, size_t key_size);
    enum err (*cursor_open)(struct kv_txn *txn, struct kv_cursor **out);
    void (*cursor_close)(struct kv_cursor *cursor);
    /* Both set cursor->on, and key and value when it is on, also with ERR_DAMAGED. step is called only when it is on. */
    enum err (*seek)(struct kv_cursor *cursor, const void *key, size_t key_size, bool backward);
    enum err (*step)(struct kv_cursor *cursor, bool backward);
};

struct kv {
    const struct kv_backend *backend;
    atomic_bool writing; /* one writer at a time: kv_write asserts it */
    bool plain;          /* values bear no sums yet */
    uint64_t number;     /* among the stores of this process, shifted: see kv_marked */
    atomic_uint_fast64_t
        marked[KV_MARKS]; /* a snapshot that is not older than the last one that wrote what is marked so */
};

struct kv_txn {
    const struct kv_backend *backend;
    struct kv *kv;
    struct kv_txn *root;       /* the outermost; itself for one that is not nested */
    struct kv_cursor *cursors; /* open ones, newest first */
    uint64_t bytes;            /* of the root: keys and values that were written */
    uint64_t generation;       /* of the root: counts the writes, so that a cursor knows it is stale */
    uint64_t
        snapshot; /* of the root: number of the one it reads, from 1 on; a write's: of the one its commit makes */
    uint64_t marks[KV_MARKS / 64]; /* of the root, a bit each: see kv_mark */
    bool marked;                   /* of the root: any of them */
    enum err fault;                /* the first one; sticks */
    bool writable;
    bool busy; /* a nested transaction runs: only that one may be used */
};

struct kv_cursor {
    struct kv_txn *txn;
    struct kv_cursor *next;
    uint64_t generation;
    struct kv_bytes key, value;
    bool on;
};

/* Makes a transaction ready; parent is NULL for an outermost one. */
void kv_txn_init(struct kv_txn *txn, struct kv *kv, const struct kv_backend *backend, struct kv_txn *parent,
                 bool writable);
/* Runs fn and closes the cursors it left open. Returns fn's result, or the sticky fault when fn hid it: commit when OK. */
enum err kv_txn_run(struct kv_txn *txn, kv_fn *fn, void *arg);

/* A backend that numbers its snapshots sets `snapshot` after kv_txn_init, and calls these right before the commit of an outermost transaction,
 * and after one that failed. */
void kv_committing(struct kv_txn *txn);
void kv_commit_failed(struct kv_txn *txn);

/* The size of a new LMDB map in bytes; 0 (the default): as large as is sensible. For tests, before kv_open. */
extern size_t kv_lmdb_map_size;
#endif
