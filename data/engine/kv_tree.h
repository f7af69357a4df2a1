/* The tree of the store in memory: a treap in which what another transaction can see is never changed, but copied. */
#ifndef DATA_KV_TREE_H
#define DATA_KV_TREE_H
#include "common/err.h"
#include <stdint.h>

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
struct kv_tree {
    struct node *root;
    uint64_t entries, bytes, digest;
};

/* A level of changes: a transaction or a nested one. Nodes with another level are copied before they change. */
struct kv_change {
    struct kv_tree tree; /* as it stands; the one it began with stays whole */
    uint64_t level;
    struct node *made, *gone; /* linked by next and gnext */
};

/* ERR_NO_MEMORY: half changed, fit for kv_tree_undo only. */
enum err kv_tree_put(struct kv_change *change, const void *key, size_t key_size, const void *value,
                     size_t size) MUST_USE;
enum err kv_tree_del(struct kv_change *change, const void *key, size_t key_size) MUST_USE; /* ERR_NOT_FOUND */
void kv_tree_undo(struct kv_change *change); /* frees what it made */
void kv_tree_free(struct kv_tree *tree);

struct node *kv_tree_find(const struct kv_tree *tree, const void *key, size_t size); /* NULL: absent */
/* The nearest key above, or below when backward, or the key itself when equal_too. NULL: none. */
struct node *kv_tree_near(const struct kv_tree *tree, const void *key, size_t size, bool backward,
                          bool equal_too);
int kv_tree_compare(const void *key, size_t size, const struct node *n);
void kv_tree_account(struct kv_tree *tree, const struct node *n,
                     bool added); /* into entries, bytes, digest */
#endif
