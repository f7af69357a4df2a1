/* The store on disk: transactions of LMDB. Only this file includes its header. What is done beyond calling it:
 * - Reads take a read transaction from a pool and renew it, which costs a tenth of beginning one.
 * - A full map grows while it runs: readers are held off for the moment, then the whole write function runs again.
 * - A full disk is told from other trouble (LMDB says EIO); nothing is changed, reading goes on.
 * - No WRITEMAP (forbids nested transactions, SIGBUS on a full disk), no DUPSORT, one unnamed table. */
#include "data/engine/kv_lmdb.h"
#include "data/engine/kv_pages.h"
#include "data/engine/kv_sum.h"
#include <errno.h>
#include <lmdb.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define GROW_LEAST ((size_t)256 << 10)
#define OTHER_READERS 64      /* the backup's, and tools' of other processes */
#define CARE_SECONDS 30       /* between looks for readers of killed processes and at the reserve */
#define FULL_BELOW (4u << 20) /* EIO with less room than this means a full disk */
#define ROOM_AMPLE \
    ((uint64_t)4 << 20)               /* of the disk: what is free within the file makes no difference then */
#define MAP_RESERVE ((size_t)2 << 20) /* of a map that can not grow: for the writes that have a reserve */

struct lmdb_txn {
    struct kv_txn txn;
    MDB_txn *mdb;
    MDB_cursor *
        at; /* of a write: where it is. What lies on the page of what was touched before is found without a descent */
    struct kv_slot *slot; /* of a read; NULL for a write */
    bool grow;            /* of the root: the map is full */
};

/* ---- the environment: opened, opened again after an error, grown */

static enum err meaning(struct lmdb *l, int rc)
{
    switch (rc) {
    case MDB_SUCCESS: return OK;
    case MDB_NOTFOUND: return ERR_NOT_FOUND;
    case EIO: return kv_folder_room(&l->folder) < FULL_BELOW ? ERR_DISK_FULL : ERR_IO;
    case MDB_TXN_FULL:
    case MDB_BAD_VALSIZE: return ERR_TOO_LARGE;
    case MDB_READERS_FULL: return ERR_BUSY;
    case MDB_CORRUPTED:
    case MDB_PAGE_NOTFOUND:
    case MDB_INVALID:
    case MDB_VERSION_MISMATCH: return ERR_DAMAGED;
    case MDB_PANIC: return ERR_IO;
    default: return rc < 0 ? ERR_INTERNAL : kv_folder_errno(rc);
    }
}

static void end_slots(struct lmdb *l)
{
    for (unsigned i = 0; i < KV_POOL_SLOTS; i++) {
        struct kv_slot *s = &l->pool.slots[i];
        if (s->cursor)
            mdb_cursor_close(((struct lmdb_cursor *)s->cursor)->mdb);
        if (s->txn)
            mdb_txn_abort(s->txn);
        free(s->cursor);
        s->cursor = s->txn = NULL;
    }
}

static int env_open(struct lmdb *l)
{
    MDB_txn *txn;
    int dead, rc = mdb_env_create(&l->env);
    if (rc)
        return rc;
    mdb_env_set_maxreaders(l->env, KV_POOL_SLOTS + OTHER_READERS);
    rc = mdb_env_set_mapsize(l->env, l->map_size);
    if (!rc) /* NOTLS: a read transaction belongs to its slot, not to a thread */
        rc = mdb_env_open(l->env, l->folder.path, MDB_NOTLS, 0600);
    if (!rc)
        rc = mdb_reader_check(l->env, &dead);
    if (!rc)
        rc = mdb_txn_begin(l->env, NULL, MDB_RDONLY, &txn);
    if (!rc) {
        rc = mdb_dbi_open(txn, NULL, 0, &l->dbi);
        if (rc)
            mdb_txn_abort(txn);
        else
            rc = mdb_txn_commit(txn);
    }
    MDB_envinfo info;
    if (!rc)
        rc = mdb_env_info(l->env, &info);
    if (rc) {
        mdb_env_close(l->env);
        l->env = NULL;
    } else {
        l->map_size = info.me_mapsize; /* larger when the file is */
    }
    return rc;
}

enum err kv_lmdb_env_open(struct lmdb *l, struct refusal *why)
{
    int rc = env_open(l);
    enum err e = meaning(l, rc);
    return e ? refuse(why, e, "path", "%s: can not be opened: %s%s", l->folder.path, mdb_strerror(rc),
                      e == ERR_DAMAGED ? "; restore a backup" : "")
             : OK;
}

void kv_lmdb_env_close(struct lmdb *l)
{
    end_slots(l);
    if (l->env)
        mdb_env_close(l->env);
    l->env = NULL;
}

/* After an error from which LMDB goes no further (it could not write its meta page), or another process's growth. */
static enum err env_reopen(struct lmdb *l)
{
    kv_pool_hold(&l->pool);
    kv_lmdb_env_close(l);
    int rc = env_open(l);
    kv_pool_let(&l->pool);
    return meaning(l, rc);
}

/* By how much the map can grow: twice its size where there is address space; 0: not at all. */
static size_t growth(const struct lmdb *l)
{
    size_t more = l->map_size;
    while (more >= GROW_LEAST && !kv_lmdb_space_for(l->map_size + more))
        more /= 2;
    return more >= GROW_LEAST ? more : 0;
}

/* The map is full: a larger one. With no transaction open by the writer. */
static enum err env_grow(struct lmdb *l)
{
    size_t more = growth(l);
    if (!more)
        return ERR_DISK_FULL;
    more -= more % 65536; /* whole pages, of any size */
    kv_pool_hold(&l->pool);
    int rc = mdb_env_set_mapsize(l->env, l->map_size + more);
    if (!rc)
        l->map_size += more;
    kv_pool_let(&l->pool);
    return rc ? env_reopen(l) : OK; /* it unmaps before it maps, so on failure there is no map at all */
}

/* A transaction of the slot: renewed when it has one. */
static int slot_begin(struct lmdb *l, struct kv_slot *s)
{
    if (s->txn)
        return mdb_txn_renew(s->txn);
    if (!l->env)
        return MDB_PANIC;
    MDB_txn *txn;
    int rc = mdb_txn_begin(l->env, NULL, MDB_RDONLY, &txn);
    if (!rc)
        s->txn = txn;
    return rc;
}

enum err kv_lmdb_slot_begin(struct lmdb *l, struct kv_slot *s)
{
    return meaning(l, slot_begin(l, s));
}
void kv_lmdb_slot_end(struct kv_slot *s)
{
    mdb_txn_reset(s->txn);
}

/* After a commit that failed: LMDB may have given itself up, and then nobody could read either. */
static bool env_given_up(struct lmdb *l)
{
    MDB_txn *txn;
    int rc = mdb_txn_begin(l->env, NULL, MDB_RDONLY, &txn);
    if (!rc)
        mdb_txn_abort(txn);
    return rc == MDB_PANIC;
}

/* From time to time: slots of killed readers keep old pages from being used again; the reserve is taken once there is room. */
void kv_lmdb_take_care(struct lmdb *l)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
    if (now.tv_sec < l->care)
        return;
    l->care = now.tv_sec + CARE_SECONDS;
    int dead;
    mdb_reader_check(l->env, &dead);
    kv_folder_take_reserve(&l->folder);
}

enum err kv_lmdb_copy_to(void *arg, int to)
{
    struct lmdb *l = arg;
    return l->env ? meaning(l, mdb_env_copyfd2(l->env, to, 0)) : ERR_IO;
}

/* With any other the file is left to the library. */
bool kv_lmdb_format_known(void)
{
    int major, minor, patch;
    (void)mdb_version(&major, &minor, &patch);
    return kv_pages_written_by(major, minor, patch);
}

void kv_lmdb_stats(struct kv *kv, bool reading, struct kv_stats *out)
{
    struct lmdb *l = (struct lmdb *)kv;
    MDB_stat stat;
    MDB_envinfo info;
    struct kv_slot *s = reading ? NULL : kv_pool_take(&l->pool); /* so that the map stays where it is */
    if (l->env && mdb_env_stat(l->env, &stat) == 0 && mdb_env_info(l->env, &info) == 0)
        *out = (struct kv_stats){
            .entries = stat.ms_entries,
            .bytes_used = (uint64_t)(info.me_last_pgno + 1) * stat.ms_psize,
            .bytes_map = info.me_mapsize,
            .commits = info.me_last_txnid,
            .readers = kv_pool_taken(&l->pool) - 1, /* not this one */
        };
    if (s)
        kv_pool_give(&l->pool, s);
}

/* ---- reading and writing */

/* Inside a transaction: a full map ends all of it, to be run again; a transaction with too many pages can not go on. */
static enum err meaning_in(struct kv_txn *txn, int rc)
{
    if (rc == MDB_SUCCESS)
        return OK;
    if (rc == MDB_MAP_FULL) {
        ((struct lmdb_txn *)txn->root)->grow = true;
        return ERR_DISK_FULL;
    }
    enum err e = meaning((struct lmdb *)txn->kv, rc);
    if (rc == MDB_TXN_FULL)
        txn->fault = e;
    return e;
}

static enum err lmdb_read(struct kv *kv, kv_fn *fn, void *arg)
{
    struct lmdb *l = (struct lmdb *)kv;
    struct kv_slot *s = kv_pool_take(&l->pool);
    enum err e = kv_lmdb_slot_begin(l, s);
    if (!e) {
        struct lmdb_txn t = {.mdb = s->txn, .slot = s};
        kv_txn_init(&t.txn, kv, &kv_lmdb, NULL, false);
        t.txn.snapshot = mdb_txn_id(s->txn);
        e = kv_txn_run(&t.txn, fn, arg);
        mdb_txn_reset(s->txn);
    }
    kv_pool_give(&l->pool, s);
    return e;
}

static void leave(struct lmdb_txn *t)
{
    if (t->at)
        mdb_cursor_close(t->at);
    t->at = NULL;
}

/* One run. *rc tells what to do before another. */
static enum err write_once(struct lmdb *l, kv_fn *fn, void *arg, int *rc)
{
    struct lmdb_txn t = {0};
    *rc = l->env ? mdb_txn_begin(l->env, NULL, 0, &t.mdb) : MDB_PANIC;
    if (*rc)
        return meaning(l, *rc);
    kv_txn_init(&t.txn, &l->kv, &kv_lmdb, NULL, true);
    t.txn.snapshot = mdb_txn_id(t.mdb);
    enum err e = kv_txn_run(&t.txn, fn, arg);
    leave(&t);
    if (t.grow) {
        *rc = MDB_MAP_FULL;
        e = ERR_DISK_FULL;
    }
    if (e) {
        mdb_txn_abort(t.mdb);
        return e;
    }
    kv_committing(&t.txn);
    *rc = mdb_txn_commit(t.mdb);
    if (*rc)
        kv_commit_failed(&t.txn);
    return meaning(l, *rc);
}

/* Pages within the file that the next transaction can use again, as LMDB's own mdb_stat counts them. */
static size_t free_pages(struct lmdb *l)
{
    MDB_txn *txn;
    MDB_cursor *cursor;
    MDB_val key, value;
    size_t n = 0;
    if (mdb_txn_begin(l->env, NULL, MDB_RDONLY, &txn))
        return 0;
    if (mdb_cursor_open(txn, 0, &cursor) == 0) {
        while (mdb_cursor_get(cursor, &key, &value, MDB_NEXT) == 0)
            n += *(const size_t *)value.mv_data;
        mdb_cursor_close(cursor);
    }
    mdb_txn_abort(txn);
    return n;
}

/* A map that can not grow keeps its last part for the writes that have a reserve. */
static bool map_has_room(struct lmdb *l)
{
    MDB_envinfo info;
    MDB_stat stat;
    if (!l->env || mdb_env_info(l->env, &info) || mdb_env_stat(l->env, &stat))
        return true; /* the write tells */
    size_t used = (info.me_last_pgno + 1) * stat.ms_psize, part = l->map_size / 8;
    size_t kept = part < MAP_RESERVE ? part : MAP_RESERVE;
    return used + kept <= l->map_size || growth(l) || free_pages(l) * stat.ms_psize > kept;
}

void kv_lmdb_count_unused(struct lmdb *l)
{
    MDB_stat stat;
    bool known = l->env && kv_folder_spare(&l->folder) < ROOM_AMPLE && mdb_env_stat(l->env, &stat) == 0;
    atomic_store(&l->unused, known ? (uint64_t)free_pages(l) * stat.ms_psize : 0);
}

static enum err write_until_done(struct lmdb *l, kv_fn *fn, void *arg)
{
    for (bool reopened = false;;) {
        int rc;
        enum err e = write_once(l, fn, arg, &rc);
        if (rc == MDB_MAP_FULL) {
            e = env_grow(l);
        } else if ((rc == MDB_PANIC || rc == MDB_MAP_RESIZED) && !reopened) {
            reopened = true;
            e = env_reopen(l);
        } else {
            if (!e)
                kv_lmdb_take_care(l);
            else if (rc && l->env && env_given_up(l) && env_reopen(l))
                return ERR_IO; /* the next write tries once more */
            return e;
        }
        if (e)
            return e;
    }
}

static enum err lmdb_write(struct kv *kv, kv_fn *fn, void *arg, bool reserved)
{
    struct lmdb *l = (struct lmdb *)kv;
    if (l->folder.lent && !reserved)
        kv_folder_fill(&l->folder);
    if (!reserved) {
        bool full = !map_has_room(l);
        atomic_store(&l->map_full, full);
        if (full)
            return ERR_DISK_FULL;
    }
    enum err e = write_until_done(l, fn, arg);
    while (reserved && e == ERR_DISK_FULL && kv_folder_lend(&l->folder))
        e = write_until_done(l, fn, arg);
    if (l->folder.lent) /* what is left of it before anybody else writes */
        kv_folder_fill(&l->folder);
    kv_lmdb_count_unused(l);
    return e;
}

static enum err lmdb_nested(struct kv_txn *txn, kv_fn *fn, void *arg)
{
    struct lmdb_txn *parent = (struct lmdb_txn *)txn, t = {0};
    leave(parent); /* LMDB would keep a copy of it, for the case that this comes to nothing */
    int rc = mdb_txn_begin(mdb_txn_env(parent->mdb), parent->mdb, 0, &t.mdb);
    if (rc)
        return txn->fault = meaning_in(txn, rc);
    kv_txn_init(&t.txn, txn->kv, &kv_lmdb, txn, true);
    enum err e = kv_txn_run(&t.txn, fn, arg);
    leave(&t);
    if (e)
        mdb_txn_abort(t.mdb);
    else if ((rc = mdb_txn_commit(t.mdb)))
        txn->fault = e = meaning_in(txn, rc); /* the parent may hold half of it */
    if (((struct lmdb_txn *)txn->root)->grow)
        txn->fault = e = ERR_DISK_FULL;
    return e;
}

/* What is stored, without its sum; where that does not fit, it is damaged. */
static inline enum err value_of(const struct kv *kv, const MDB_val *key, const MDB_val *stored,
                                struct kv_bytes *value)
{
    *value = (struct kv_bytes){stored->mv_data, stored->mv_size};
    if (kv->plain || !kv_sum_has(key->mv_data, key->mv_size, stored->mv_size))
        return OK;
    bool fits = kv_sum_fits(key->mv_data, key->mv_size, stored->mv_data, stored->mv_size);
    value->size = fits ? stored->mv_size - KV_SUM : 0;
    return fits ? OK : kv_damaged(key->mv_data, key->mv_size);
}

static int where(struct lmdb_txn *t)
{
    return t->at ? 0 : mdb_cursor_open(t->mdb, ((struct lmdb *)t->txn.kv)->dbi, &t->at);
}

static enum err lmdb_get(struct kv_txn *txn, const void *key, size_t key_size, struct kv_bytes *value)
{
    struct lmdb_txn *t = (struct lmdb_txn *)txn;
    MDB_val k = {key_size, (void *)key}, v;
    int rc;
    if (!txn->writable)
        rc = mdb_get(t->mdb, ((struct lmdb *)txn->kv)->dbi, &k, &v);
    else if ((rc = where(t)) == 0)
        rc = mdb_cursor_get(t->at, &k, &v, MDB_SET);
    if (rc)
        return meaning_in(txn, rc);
    return value_of(txn->kv, &k, &v, value);
}

static enum err lmdb_put(struct kv_txn *txn, const void *key, size_t key_size, const void *value, size_t size)
{
    struct lmdb_txn *t = (struct lmdb_txn *)txn;
    bool sum = !txn->kv->plain && kv_sum_has(key, key_size, size);
    MDB_val k = {key_size, (void *)key}, v = {size + (sum ? KV_SUM : 0), (void *)(size ? value : "")};
    int rc = where(t);
    if (!rc)
        rc = mdb_cursor_put(t->at, &k, &v, sum ? MDB_RESERVE : 0);
    if (!rc && sum) {
        uint64_t number = kv_sum(key, key_size, value, size);
        memcpy(v.mv_data, value, size);
        memcpy((char *)v.mv_data + size, &number, KV_SUM);
    }
    return meaning_in(txn, rc);
}

static enum err lmdb_del(struct kv_txn *txn, const void *key, size_t key_size)
{
    struct lmdb_txn *t = (struct lmdb_txn *)txn;
    MDB_val k = {key_size, (void *)key}, v;
    int rc = where(t);
    if (!rc)
        rc = mdb_cursor_get(t->at, &k, &v, MDB_SET);
    if (!rc)
        rc = mdb_cursor_del(t->at, 0);
    return meaning_in(txn, rc);
}

/* ---- cursors */

/* Opens mdb for c, or renews it for a transaction that began anew. */
static enum err cursor_ready(struct kv_txn *txn, struct lmdb_cursor *c)
{
    MDB_txn *mdb = ((struct lmdb_txn *)txn)->mdb;
    if (c->mdb)
        return meaning_in(txn, mdb_cursor_renew(mdb, c->mdb));
    return meaning_in(txn, mdb_cursor_open(mdb, ((struct lmdb *)txn->kv)->dbi, &c->mdb));
}

/* The first cursor of a read is kept in its slot for the next one. */
static enum err lmdb_cursor_open(struct kv_txn *txn, struct kv_cursor **out)
{
    struct kv_slot *s = ((struct lmdb_txn *)txn)->slot;
    bool kept = s && !s->cursor_used;
    struct lmdb_cursor *c = kept && s->cursor ? s->cursor : calloc(1, sizeof *c);
    if (!c)
        return ERR_NO_MEMORY;
    enum err e = cursor_ready(txn, c);
    if (e) {
        if (!kept || c != s->cursor)
            free(c);
        return e;
    }
    if (kept) {
        s->cursor = c;
        s->cursor_used = true;
    }
    *out = &c->cursor;
    return OK;
}

static void lmdb_cursor_close(struct kv_cursor *cursor)
{
    struct lmdb_cursor *c = (struct lmdb_cursor *)cursor;
    struct kv_slot *s = ((struct lmdb_txn *)cursor->txn)->slot;
    if (s && s->cursor == c) {
        s->cursor_used = false;
        return;
    }
    mdb_cursor_close(c->mdb);
    free(c);
}

static enum err move(struct kv_cursor *cursor, MDB_val *key, MDB_cursor_op op)
{
    MDB_val value;
    int rc = mdb_cursor_get(((struct lmdb_cursor *)cursor)->mdb, key, &value, op);
    cursor->on = rc == 0;
    if (rc)
        return rc == MDB_NOTFOUND ? OK : meaning_in(cursor->txn, rc);
    cursor->key = (struct kv_bytes){key->mv_data, key->mv_size};
    return value_of(cursor->txn->kv, key, &value, &cursor->value);
}

static enum err lmdb_seek(struct kv_cursor *cursor, const void *key, size_t key_size, bool backward)
{
    MDB_val k = {key_size, (void *)key};
    if (key_size == 0)
        return move(cursor, &k, MDB_FIRST);
    enum err e = move(cursor, &k, MDB_SET_RANGE);
    if ((e && e != ERR_DAMAGED) || !backward)
        return e;
    if (!cursor->on)
        return move(cursor, &k, MDB_LAST);
    if (cursor->key.size == key_size && memcmp(cursor->key.data, key, key_size) == 0)
        return e;
    return move(cursor, &k, MDB_PREV);
}

static enum err lmdb_step(struct kv_cursor *cursor, bool backward)
{
    MDB_val k;
    return move(cursor, &k, backward ? MDB_PREV : MDB_NEXT);
}

const struct kv_backend kv_lmdb = {
    .name = "lmdb",
    .open = kv_lmdb_open,
    .close = kv_lmdb_close,
    .read = lmdb_read,
    .write = lmdb_write,
    .has_room = kv_lmdb_has_room,
    .backup = kv_lmdb_backup,
    .check = kv_lmdb_check,
    .stats = kv_lmdb_stats,
    .nested = lmdb_nested,
    .get = lmdb_get,
    .put = lmdb_put,
    .del = lmdb_del,
    .cursor_open = lmdb_cursor_open,
    .cursor_close = lmdb_cursor_close,
    .seek = lmdb_seek,
    .step = lmdb_step,
};
