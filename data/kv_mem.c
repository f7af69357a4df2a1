/* The store in memory: a treap whose nodes are never changed once another transaction can see them. A write copies the path to
 * what it changes and publishes a new root, so readers keep the tree they began with and wait for nobody. What was replaced is
 * freed when the last reader that could see it is gone. A nested transaction is a new level: nodes of the levels below are
 * copied as well, so undoing it is to forget its root. */
#include "data/kv_mem.h"
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct node {
    struct node *left, *right;
    struct node *next;  /* in a list of made or gone nodes */
    struct node *gnext; /* the same for the list of gone nodes: a node may be in both */
    uint64_t level;     /* the transaction level that made it and may change it */
    uint64_t retired;   /* the version that no longer has it */
    uint64_t priority;  /* a parent's is never lower than its children's */
    uint32_t size;
    uint16_t key_size;
    char bytes[]; /* key, value */
};

/* A version of the content. */
struct tree {
    struct node *root;
    uint64_t entries, bytes, digest;
};

struct reader {
    struct kv_txn txn; /* first: see tree_of */
    struct tree tree;
    uint64_t version;
    struct reader *next, **link;
};

struct writer {
    struct kv_txn txn;
    struct tree tree;
    uint64_t level;
    struct node *made, *gone; /* by this level: freed when it is undone, retired when it commits */
};

struct mem {
    struct kv kv;
    pthread_mutex_t lock; /* the fields below, up to `levels` */
    struct tree tree;
    uint64_t version;
    struct reader *readers;
    struct node *retired;
    uint64_t levels, random; /* the writer's */
};

/* reader and writer begin alike */
_Static_assert(offsetof(struct reader, tree) == offsetof(struct writer, tree), "tree_of");
static struct tree *tree_of(struct kv_txn *txn)
{
    return &((struct writer *)txn)->tree;
}

uint64_t kv_mem_digest(const struct kv_txn *txn)
{
    return ((const struct writer *)txn)->tree.digest;
}

static uint64_t mix(uint64_t h)
{
    h ^= h >> 30;
    h *= 0xbf58476d1ce4e5b9u;
    h ^= h >> 27;
    h *= 0x94d049bb133111ebu;
    return h ^ h >> 31;
}

static uint64_t digest(const struct node *n)
{
    uint64_t h = mix(0x9e3779b97f4a7c15u + n->key_size);
    for (size_t i = 0; i < (size_t)n->key_size + n->size; i++)
        h = (h ^ (unsigned char)n->bytes[i]) * 0x100000001b3u;
    return mix(h);
}

static int compare(const void *key, size_t size, const struct node *n)
{
    size_t common = size < n->key_size ? size : n->key_size;
    int c = common ? memcmp(key, n->bytes, common) : 0;
    return c ? c : (size > n->key_size) - (size < n->key_size);
}

static struct node *node_new(struct writer *w, const void *key, size_t key_size, const void *value,
                             size_t size)
{
    struct node *n = malloc(sizeof *n + key_size + size);
    if (!n)
        return NULL;
    *n = (struct node){
        .level = w->level, .key_size = (uint16_t)key_size, .size = (uint32_t)size, .next = w->made};
    memcpy(n->bytes, key, key_size);
    if (size)
        memcpy(n->bytes + key_size, value, size);
    w->made = n;
    return n;
}

/* Only nodes that some version may show are replaced once per level: those of this level are changed in place. */
static void node_gone(struct writer *w, struct node *n)
{
    n->gnext = w->gone;
    w->gone = n;
}

/* The node itself when this level made it, else a copy in its stead; NULL: no memory. */
static struct node *own(struct writer *w, struct node *n)
{
    if (n->level == w->level)
        return n;
    struct node *copy = node_new(w, n->bytes, n->key_size, n->bytes + n->key_size, n->size);
    if (!copy)
        return NULL;
    copy->left = n->left;
    copy->right = n->right;
    copy->priority = n->priority;
    node_gone(w, n);
    return copy;
}

/* Splits by key: what is less and what is greater; the key itself is not in the tree. */
static bool split(struct writer *w, struct node *n, const void *key, size_t size, struct node **less,
                  struct node **more)
{
    while (n) {
        n = own(w, n);
        if (!n)
            return false;
        if (compare(key, size, n) > 0) {
            *less = n;
            less = &n->right;
            n = n->right;
        } else {
            *more = n;
            more = &n->left;
            n = n->left;
        }
    }
    *less = *more = NULL;
    return true;
}

/* Joins two trees, every key of `less` being lower, into *at. */
static bool join(struct writer *w, struct node *less, struct node *more, struct node **at)
{
    while (less && more) {
        struct node **higher = less->priority >= more->priority ? &less : &more;
        struct node *n = own(w, *higher);
        if (!n)
            return false;
        *at = n;
        at = higher == &less ? &n->right : &n->left;
        *higher = *at;
    }
    *at = less ? less : more;
    return true;
}

static struct node *find(struct node *n, const void *key, size_t size)
{
    while (n) {
        int c = compare(key, size, n);
        if (c == 0)
            return n;
        n = c < 0 ? n->left : n->right;
    }
    return NULL;
}

/* Owns the path to where key is or would be while priorities are at least `priority` (0: down to the key). */
static struct node **descend(struct writer *w, const void *key, size_t size, uint64_t priority)
{
    struct node **at = &w->tree.root;
    while (*at && (*at)->priority >= priority) {
        int c = compare(key, size, *at);
        if (c == 0)
            break;
        struct node *n = own(w, *at);
        if (!n)
            return NULL;
        *at = n;
        at = c < 0 ? &n->left : &n->right;
    }
    return at;
}

static void account(struct tree *tree, const struct node *n, bool added)
{
    tree->entries += added ? 1 : -(uint64_t)1;
    tree->bytes += (added ? 1 : -(uint64_t)1) * (n->key_size + (uint64_t)n->size);
    tree->digest += added ? digest(n) : -digest(n);
}

/* Any failure is sticky in kv.c, so a tree half changed is never used again. */
static enum err mem_put(struct kv_txn *txn, const void *key, size_t key_size, const void *value, size_t size)
{
    struct writer *w = (struct writer *)txn;
    struct mem *mem = (struct mem *)txn->kv;
    struct node *old = find(w->tree.root, key, key_size);
    struct node *n = node_new(w, key, key_size, value, size);
    if (!n)
        return ERR_NO_MEMORY;
    mem->random += 0x9e3779b97f4a7c15u;
    n->priority = old ? old->priority : mix(mem->random) | 1;
    struct node **at = descend(w, key, key_size, old ? 0 : n->priority);
    if (!at)
        return ERR_NO_MEMORY;
    if (old) {
        n->left = old->left;
        n->right = old->right;
        account(&w->tree, old, false);
        node_gone(w, old);
    } else if (!split(w, *at, key, key_size, &n->left, &n->right)) {
        return ERR_NO_MEMORY;
    }
    *at = n;
    account(&w->tree, n, true);
    return OK;
}

static enum err mem_del(struct kv_txn *txn, const void *key, size_t key_size)
{
    struct writer *w = (struct writer *)txn;
    struct node *old = find(w->tree.root, key, key_size);
    if (!old)
        return ERR_NOT_FOUND;
    struct node **at = descend(w, key, key_size, 0);
    if (!at || !join(w, old->left, old->right, at))
        return ERR_NO_MEMORY;
    account(&w->tree, old, false);
    node_gone(w, old);
    return OK;
}

static enum err mem_get(struct kv_txn *txn, const void *key, size_t key_size, struct kv_bytes *value)
{
    struct node *n = find(tree_of(txn)->root, key, key_size);
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

static void stand(struct kv_cursor *cursor, const void *key, size_t size, bool backward, bool equal_too)
{
    struct node *best = NULL;
    for (struct node *n = tree_of(cursor->txn)->root; n;) {
        int c = compare(key, size, n);
        if (c == 0 && equal_too) {
            best = n;
            break;
        }
        bool candidate = backward ? c > 0 : c < 0;
        if (candidate)
            best = n;
        n = candidate == backward ? n->right : n->left;
    }
    cursor->on = best;
    if (best) {
        cursor->key = (struct kv_bytes){best->bytes, best->key_size};
        cursor->value = (struct kv_bytes){best->bytes + best->key_size, best->size};
    }
}

static enum err mem_seek(struct kv_cursor *cursor, const void *key, size_t key_size, bool backward)
{
    stand(cursor, key, key_size, backward, true);
    return OK;
}

static enum err mem_step(struct kv_cursor *cursor, bool backward)
{
    stand(cursor, cursor->key.data, cursor->key.size, backward, false);
    return OK;
}

/* ---- transactions */

static void free_made(struct node *n)
{
    while (n) {
        struct node *next = n->next;
        free(n);
        n = next;
    }
}

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
    enum err e = kv_txn_run(&r.txn, fn, arg);
    pthread_mutex_lock(&mem->lock);
    *r.link = r.next;
    if (r.next)
        r.next->link = r.link;
    reclaim(mem);
    pthread_mutex_unlock(&mem->lock);
    return e;
}

static void publish(struct mem *mem, struct writer *w)
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

static enum err mem_write(struct kv *kv, kv_fn *fn, void *arg)
{
    struct mem *mem = (struct mem *)kv;
    struct writer w = {.tree = mem->tree, .level = ++mem->levels};
    kv_txn_init(&w.txn, kv, &kv_mem, NULL, true);
    enum err e = kv_txn_run(&w.txn, fn, arg);
    if (e)
        free_made(w.made);
    else
        publish(mem, &w);
    return e;
}

/* The parent's nodes that the nested level replaced were kept for undoing; with its commit they become the parent's. */
static enum err mem_nested(struct kv_txn *txn, kv_fn *fn, void *arg)
{
    struct mem *mem = (struct mem *)txn->kv;
    struct writer *parent = (struct writer *)txn, w = {.tree = parent->tree, .level = ++mem->levels};
    kv_txn_init(&w.txn, txn->kv, &kv_mem, txn, true);
    enum err e = kv_txn_run(&w.txn, fn, arg);
    if (e) {
        free_made(w.made);
        return e;
    }
    parent->tree = w.tree;
    struct node **end = &w.made;
    while (*end)
        end = &(*end)->next;
    *end = parent->made;
    parent->made = w.made;
    end = &w.gone;
    while (*end)
        end = &(*end)->gnext;
    *end = parent->gone;
    parent->gone = w.gone;
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

static void free_tree(struct node *n)
{
    while (n) { /* turned into a list as it goes, so depth needs no stack */
        struct node *left = n->left;
        if (left) {
            n->left = left->right;
            left->right = n;
            n = left;
        } else {
            struct node *right = n->right;
            free(n);
            n = right;
        }
    }
}

static void mem_close(struct kv *kv)
{
    struct mem *mem = (struct mem *)kv;
    reclaim(mem);
    free_tree(mem->tree.root);
    pthread_mutex_destroy(&mem->lock);
    free(mem);
}

static enum err mem_backup(struct kv *kv, const char *to, uint64_t bytes_per_second)
{
    (void)kv;
    (void)to;
    (void)bytes_per_second;
    return ERR_STATE;
}

/* Order and totals, by walking with a cursor; priorities need no check: they only make it fast. */
static enum err walk(struct kv_txn *txn, void *arg)
{
    (void)arg;
    struct kv_cursor *cursor;
    struct tree seen = {0}, *tree = tree_of(txn);
    struct kv_bytes key, before = {0};
    enum err e = kv_cursor_open(txn, &cursor);
    if (!e)
        e = kv_seek(cursor, "", 0, false);
    for (; !e && kv_at(cursor, &key, NULL); e = kv_step(cursor, false)) {
        const struct node *n = find(tree->root, key.data, key.size);
        if (!n || (before.data && compare(before.data, before.size, n) >= 0))
            return ERR_DAMAGED;
        account(&seen, n, true);
        before = key;
    }
    if (!e && (seen.entries != tree->entries || seen.bytes != tree->bytes || seen.digest != tree->digest))
        e = ERR_DAMAGED;
    return e;
}

static enum err mem_check(struct kv *kv)
{
    return mem_read(kv, walk, NULL);
}

static void mem_stats(struct kv *kv, struct kv_stats *out)
{
    struct mem *mem = (struct mem *)kv;
    pthread_mutex_lock(&mem->lock);
    *out = (struct kv_stats){mem->tree.entries, mem->tree.bytes, 0, mem->version, 0};
    for (struct reader *r = mem->readers; r; r = r->next)
        out->readers++;
    pthread_mutex_unlock(&mem->lock);
}

static enum err mem_release_reserve(struct kv *kv)
{
    (void)kv;
    return OK;
}

const struct kv_backend kv_mem = {
    .name = "memory",
    .open = mem_open,
    .close = mem_close,
    .read = mem_read,
    .write = mem_write,
    .backup = mem_backup,
    .check = mem_check,
    .stats = mem_stats,
    .release_reserve = mem_release_reserve,
    .nested = mem_nested,
    .get = mem_get,
    .put = mem_put,
    .del = mem_del,
    .cursor_open = mem_cursor_open,
    .cursor_close = mem_cursor_close,
    .seek = mem_seek,
    .step = mem_step,
};
