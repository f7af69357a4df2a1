/* The store in memory: a treap whose nodes are never changed once another transaction can see them. A write copies the path to
 * what it changes and publishes a new root, so readers keep the tree they began with and wait for nobody. What was replaced is
 * freed when the last reader that could see it is gone. A nested transaction is a new level: nodes of the levels below are
 * copied as well, so undoing it is to forget its root. */
#include "data/engine/kv_mem.h"
#include "data/engine/kv_tree.h"
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct reader {
    struct kv_txn txn; /* first: see tree_of */
    struct kv_tree tree;
    uint64_t version;
    struct reader *next, **link;
};

struct writer {
    struct kv_txn txn;
    struct kv_change change;
};

struct mem {
    struct kv kv;
    pthread_mutex_t lock; /* the fields below, up to `levels` */
    struct kv_tree tree;
    uint64_t version;
    struct reader *readers;
    struct node *retired;
    uint64_t levels; /* the writer's */
};

/* reader and writer begin alike */
_Static_assert(offsetof(struct reader, tree) == offsetof(struct writer, change.tree), "tree_of");
static struct kv_tree *tree_of(struct kv_txn *txn)
{
    return &((struct reader *)txn)->tree;
}

uint64_t kv_mem_digest(const struct kv_txn *txn)
{
    return ((const struct writer *)txn)->change.tree.digest;
}

static enum err mem_put(struct kv_txn *txn, const void *key, size_t key_size, const void *value, size_t size)
{
    return kv_tree_put(&((struct writer *)txn)->change, key, key_size, value, size);
}

static enum err mem_del(struct kv_txn *txn, const void *key, size_t key_size)
{
    return kv_tree_del(&((struct writer *)txn)->change, key, key_size);
}

static enum err mem_get(struct kv_txn *txn, const void *key, size_t key_size, struct kv_bytes *value)
{
    struct node *n = kv_tree_find(tree_of(txn), key, key_size);
    if (!n)
        return ERR_NOT_FOUND;
    *value = (struct kv_bytes){n->bytes + n->key_size, n->size};
    return OK;
}

/* ---- cursors: a step looks for the neighbour of the key it stands on */

static enum err mem_cursor_open(struct kv_txn *txn, struct kv_cursor **out)
{
    (void)txn;
    struct kv_cursor *cursor = calloc(1, sizeof *cursor);
    if (!cursor)
        return ERR_NO_MEMORY;
    *out = cursor;
    return OK;
}

static void mem_cursor_close(struct kv_cursor *cursor)
{
    free(cursor);
}

static void stand(struct kv_cursor *cursor, const struct node *n)
{
    cursor->on = n;
    if (n) {
        cursor->key = (struct kv_bytes){n->bytes, n->key_size};
        cursor->value = (struct kv_bytes){n->bytes + n->key_size, n->size};
    }
}

static enum err mem_seek(struct kv_cursor *cursor, const void *key, size_t key_size, bool backward)
{
    stand(cursor, kv_tree_near(tree_of(cursor->txn), key, key_size, backward, true));
    return OK;
}

static enum err mem_step(struct kv_cursor *cursor, bool backward)
{
    stand(cursor, kv_tree_near(tree_of(cursor->txn), cursor->key.data, cursor->key.size, backward, false));
    return OK;
}

/* ---- transactions */

/* Frees what no reader can see any more. Called with the lock held. */
static void reclaim(struct mem *mem)
{
    uint64_t oldest = mem->version;
    for (struct reader *r = mem->readers; r; r = r->next)
        oldest = r->version < oldest ? r->version : oldest;
    struct node **at = &mem->retired;
    while (*at && (*at)->retired > oldest) /* newest first */
        at = &(*at)->gnext;
    struct node *n = *at;
    *at = NULL;
    while (n) {
        struct node *next = n->gnext;
        free(n);
        n = next;
    }
}

static enum err mem_read(struct kv *kv, kv_fn *fn, void *arg)
{
    struct mem *mem = (struct mem *)kv;
    struct reader r;
    kv_txn_init(&r.txn, kv, &kv_mem, NULL, false);
    pthread_mutex_lock(&mem->lock);
    r.tree = mem->tree;
    r.version = mem->version;
    r.next = mem->readers;
    r.link = &mem->readers;
    if (r.next)
        r.next->link = &r.next;
    mem->readers = &r;
    pthread_mutex_unlock(&mem->lock);
    r.txn.snapshot = r.version + 1;
    enum err e = kv_txn_run(&r.txn, fn, arg);
    pthread_mutex_lock(&mem->lock);
    *r.link = r.next;
    if (r.next)
        r.next->link = r.link;
    reclaim(mem);
    pthread_mutex_unlock(&mem->lock);
    return e;
}

static void publish(struct mem *mem, struct kv_change *w)
{
    pthread_mutex_lock(&mem->lock);
    mem->tree = w->tree;
    mem->version++;
    while (w->gone) {
        struct node *n = w->gone;
        w->gone = n->gnext;
        n->retired = mem->version;
        n->gnext = mem->retired;
        mem->retired = n;
    }
    reclaim(mem);
    pthread_mutex_unlock(&mem->lock);
}

static bool mem_has_room(struct kv *kv, uint64_t bytes)
{
    (void)kv, (void)bytes;
    return true;
}

static enum err mem_write(struct kv *kv, kv_fn *fn, void *arg, bool reserved)
{
    (void)reserved;
    struct mem *mem = (struct mem *)kv;
    struct writer w = {.change = {.tree = mem->tree, .level = ++mem->levels}};
    kv_txn_init(&w.txn, kv, &kv_mem, NULL, true);
    w.txn.snapshot = mem->version + 2;
    enum err e = kv_txn_run(&w.txn, fn, arg);
    if (e) {
        kv_tree_undo(&w.change);
    } else {
        kv_committing(&w.txn);
        publish(mem, &w.change);
    }
    return e;
}

/* The parent's nodes that the nested level replaced were kept for undoing; with its commit they become the parent's. */
static enum err mem_nested(struct kv_txn *txn, kv_fn *fn, void *arg)
{
    struct mem *mem = (struct mem *)txn->kv;
    struct kv_change *parent = &((struct writer *)txn)->change;
    struct writer w = {.change = {.tree = parent->tree, .level = ++mem->levels}};
    kv_txn_init(&w.txn, txn->kv, &kv_mem, txn, true);
    enum err e = kv_txn_run(&w.txn, fn, arg);
    if (e) {
        kv_tree_undo(&w.change);
        return e;
    }
    parent->tree = w.change.tree;
    struct node **end = &w.change.made;
    while (*end)
        end = &(*end)->next;
    *end = parent->made;
    parent->made = w.change.made;
    end = &w.change.gone;
    while (*end)
        end = &(*end)->gnext;
    *end = parent->gone;
    parent->gone = w.change.gone;
    /* Nodes that both levels made now belong to neither's number: the next change copies them once more. */
    return OK;
}

/* ---- the store */

static enum err mem_open(const char *path, bool create, struct kv **out, struct refusal *why)
{
    (void)path;
    (void)create;
    struct mem *mem = calloc(1, sizeof *mem);
    if (!mem)
        return refuse(why, ERR_NO_MEMORY, "", "no memory for a store");
    mem->kv.backend = &kv_mem;
    pthread_mutex_init(&mem->lock, NULL);
    *out = &mem->kv;
    return OK;
}

static void mem_close(struct kv *kv)
{
    struct mem *mem = (struct mem *)kv;
    reclaim(mem);
    kv_tree_free(&mem->tree);
    pthread_mutex_destroy(&mem->lock);
    free(mem);
}

static enum err mem_backup(struct kv *kv, bool reading, const char *to, uint64_t bytes_per_second)
{
    (void)kv;
    (void)reading;
    (void)to;
    (void)bytes_per_second;
    return ERR_STATE;
}

/* Order and totals, by walking with a cursor; priorities need no check: they only make it fast. */
static enum err walk(struct kv_txn *txn, void *arg)
{
    (void)arg;
    struct kv_cursor *cursor;
    struct kv_tree seen = {0}, *tree = tree_of(txn);
    struct kv_bytes key, before = {0};
    enum err e = kv_cursor_open(txn, &cursor);
    if (!e)
        e = kv_seek(cursor, "", 0, false);
    for (; !e && kv_at(cursor, &key, NULL); e = kv_step(cursor, false)) {
        const struct node *n = kv_tree_find(tree, key.data, key.size);
        if (!n || (before.data && kv_tree_compare(before.data, before.size, n) >= 0))
            return ERR_DAMAGED;
        kv_tree_account(&seen, n, true);
        before = key;
    }
    if (!e && (seen.entries != tree->entries || seen.bytes != tree->bytes || seen.digest != tree->digest))
        e = ERR_DAMAGED;
    return e;
}

static enum err mem_check(struct kv *kv, bool reading, struct refusal *why)
{
    (void)reading, (void)why;
    return mem_read(kv, walk, NULL);
}

static void mem_stats(struct kv *kv, bool reading, struct kv_stats *out)
{
    (void)reading;
    struct mem *mem = (struct mem *)kv;
    pthread_mutex_lock(&mem->lock);
    *out = (struct kv_stats){mem->tree.entries, mem->tree.bytes, 0, mem->version, 0};
    for (struct reader *r = mem->readers; r; r = r->next)
        out->readers++;
    pthread_mutex_unlock(&mem->lock);
}

const struct kv_backend kv_mem = {
    .name = "memory",
    .open = mem_open,
    .close = mem_close,
    .read = mem_read,
    .write = mem_write,
    .has_room = mem_has_room,
    .backup = mem_backup,
    .check = mem_check,
    .stats = mem_stats,
    .nested = mem_nested,
    .get = mem_get,
    .put = mem_put,
    .del = mem_del,
    .cursor_open = mem_cursor_open,
    .cursor_close = mem_cursor_close,
    .seek = mem_seek,
    .step = mem_step,
};
