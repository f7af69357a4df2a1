#include "data/engine/kv_tree.h"
#include <stdlib.h>
#include <string.h>

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

int kv_tree_compare(const void *key, size_t size, const struct node *n)
{
    size_t common = size < n->key_size ? size : n->key_size;
    int c = common ? memcmp(key, n->bytes, common) : 0;
    return c ? c : (size > n->key_size) - (size < n->key_size);
}

static struct node *node_new(struct kv_change *w, const void *key, size_t key_size, const void *value,
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
static void node_gone(struct kv_change *w, struct node *n)
{
    n->gnext = w->gone;
    w->gone = n;
}

/* The node itself when this level made it, else a copy in its stead; NULL: no memory. */
static struct node *own(struct kv_change *w, struct node *n)
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
static bool split(struct kv_change *w, struct node *n, const void *key, size_t size, struct node **less,
                  struct node **more)
{
    while (n) {
        n = own(w, n);
        if (!n)
            return false;
        if (kv_tree_compare(key, size, n) > 0) {
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
static bool join(struct kv_change *w, struct node *less, struct node *more, struct node **at)
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

struct node *kv_tree_find(const struct kv_tree *tree, const void *key, size_t size)
{
    struct node *n = tree->root;
    while (n) {
        int c = kv_tree_compare(key, size, n);
        if (c == 0)
            return n;
        n = c < 0 ? n->left : n->right;
    }
    return NULL;
}

/* Owns the path to where key is or would be while priorities are at least `priority` (0: down to the key). */
static struct node **descend(struct kv_change *w, const void *key, size_t size, uint64_t priority)
{
    struct node **at = &w->tree.root;
    while (*at && (*at)->priority >= priority) {
        int c = kv_tree_compare(key, size, *at);
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

void kv_tree_account(struct kv_tree *tree, const struct node *n, bool added)
{
    tree->entries += added ? 1 : -(uint64_t)1;
    tree->bytes += (added ? 1 : -(uint64_t)1) * (n->key_size + (uint64_t)n->size);
    tree->digest += added ? digest(n) : -digest(n);
}

/* Any failure is sticky in kv.c, so a tree half changed is never used again. */
enum err kv_tree_put(struct kv_change *w, const void *key, size_t key_size, const void *value, size_t size)
{
    struct node *old = kv_tree_find(&w->tree, key, key_size);
    struct node *n = node_new(w, key, key_size, value, size);
    if (!n)
        return ERR_NO_MEMORY;
    n->priority = old ? old->priority : mix(digest(n) ^ w->level) | 1;
    struct node **at = descend(w, key, key_size, old ? 0 : n->priority);
    if (!at)
        return ERR_NO_MEMORY;
    if (old) {
        n->left = old->left;
        n->right = old->right;
        kv_tree_account(&w->tree, old, false);
        node_gone(w, old);
    } else if (!split(w, *at, key, key_size, &n->left, &n->right)) {
        return ERR_NO_MEMORY;
    }
    *at = n;
    kv_tree_account(&w->tree, n, true);
    return OK;
}

enum err kv_tree_del(struct kv_change *w, const void *key, size_t key_size)
{
    struct node *old = kv_tree_find(&w->tree, key, key_size);
    if (!old)
        return ERR_NOT_FOUND;
    struct node **at = descend(w, key, key_size, 0);
    if (!at || !join(w, old->left, old->right, at))
        return ERR_NO_MEMORY;
    kv_tree_account(&w->tree, old, false);
    node_gone(w, old);
    return OK;
}

struct node *kv_tree_near(const struct kv_tree *tree, const void *key, size_t size, bool backward,
                          bool equal_too)
{
    struct node *best = NULL;
    for (struct node *n = tree->root; n;) {
        int c = kv_tree_compare(key, size, n);
        if (c == 0 && equal_too)
            return n;
        bool candidate = backward ? c > 0 : c < 0;
        if (candidate)
            best = n;
        n = candidate == backward ? n->right : n->left;
    }
    return best;
}

void kv_tree_undo(struct kv_change *w)
{
    struct node *n = w->made;
    while (n) {
        struct node *next = n->next;
        free(n);
        n = next;
    }
}

void kv_tree_free(struct kv_tree *tree)
{
    struct node *n = tree->root;
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
