/* The open store on disk, shared by kv_lmdb.c, which calls LMDB, and kv_lmdb_store.c, which does the rest. */
#ifndef DATA_KV_LMDB_H
#define DATA_KV_LMDB_H
#include "data/engine/kv_backend.h"
#include "data/engine/kv_folder.h"
#include "data/engine/kv_pool.h"
#include <time.h>

struct MDB_env;
struct MDB_cursor;

/* Kept in a slot from one read to the next, beside the reset transaction. */
struct lmdb_cursor {
    struct kv_cursor cursor;
    struct MDB_cursor *mdb;
};

struct lmdb {
    struct kv kv;
    struct kv_folder folder;
    struct MDB_env *env; /* NULL: could not be opened again after a fatal error */
    unsigned dbi;
    size_t map_size;
    time_t care;                 /* the writer's: when to look again */
    atomic_uint_fast64_t unused; /* bytes of free pages within the file, counted where the disk is short */
    atomic_bool map_full;        /* and the map can not grow: the last write that asked */
    struct kv_pool pool;         /* its slots hold an MDB_txn, reset, and a struct lmdb_cursor */
};

/* ---- kv_lmdb.c */
/* Opens the environment in l->folder with l->map_size, which becomes larger where the file is. */
enum err kv_lmdb_env_open(struct lmdb *l, struct refusal *why) MUST_USE;
void kv_lmdb_env_close(struct lmdb *l);
/* Begins the read transaction of a slot that is taken, or renews it. */
enum err kv_lmdb_slot_begin(struct lmdb *l, struct kv_slot *slot) MUST_USE;
void kv_lmdb_slot_end(struct kv_slot *slot);
enum err kv_lmdb_copy_to(void *arg,
                         int to); /* kv_copy_fn; arg is the struct lmdb, of which the caller has a slot */
void kv_lmdb_take_care(struct lmdb *l); /* what is to be done from time to time; by the writer */
/* By the writer, or before there is one: what kv_lmdb_has_room is told of the file. */
void kv_lmdb_count_unused(struct lmdb *l);
void kv_lmdb_stats(struct kv *kv, bool reading, struct kv_stats *out);
bool kv_lmdb_format_known(void); /* is the library that was loaded one whose file kv_pages can read? */

/* ---- kv_lmdb_store.c */
bool kv_lmdb_space_for(size_t size); /* address space */
enum err kv_lmdb_open(const char *path, bool create, struct kv **out, struct refusal *why);
void kv_lmdb_close(struct kv *kv);
bool kv_lmdb_has_room(struct kv *kv, uint64_t bytes);
enum err kv_lmdb_backup(struct kv *kv, bool reading, const char *to, uint64_t bytes_per_second);
enum err kv_lmdb_check(struct kv *kv, bool reading, struct refusal *why);
#endif
