/* What the tests of the store on disk share: numbered keys with values that follow from them, in a folder of their own. */
#ifndef TESTS_KV_TEST_H
#define TESTS_KV_TEST_H
#include "data/engine/kv.h"
#include "data/engine/kv_backend.h"
#include "tests/unit/test.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

static struct refusal why;

/* Removes a name in an open folder: a file, or a folder with all in it. */
static inline void kv_test_remove_at(int folder, const char *name)
{
    if (unlinkat(folder, name, 0) == 0)
        return;
    int fd = openat(folder, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *dir = fd < 0 ? NULL : fdopendir(fd);
    for (struct dirent *d; dir && (d = readdir(dir));)
        if (strcmp(d->d_name, ".") != 0 && strcmp(d->d_name, "..") != 0)
            kv_test_remove_at(fd, d->d_name);
    if (dir)
        closedir(dir);
    unlinkat(folder, name, AT_REMOVEDIR);
}
static inline void kv_test_remove(const char *path)
{
    kv_test_remove_at(AT_FDCWD, path);
}

static char kv_test_top[32];
/* "/tmp/…/name"; the folder goes with kv_test_end. */
static inline const char *in_top(const char *name)
{
    static char path[8][128];
    static int next;
    if (!*kv_test_top) {
        strcpy(kv_test_top, "/tmp/kv-test-XXXXXX");
        if (!mkdtemp(kv_test_top))
            abort();
    }
    next = (next + 1) % 8;
    snprintf(path[next], sizeof path[next], "%s/%s", kv_test_top, name);
    return path[next];
}
static inline int kv_test_end(void)
{
    if (*kv_test_top)
        kv_test_remove(kv_test_top);
    return test_end();
}

static inline struct kv *open_at(const char *path, bool create)
{
    struct kv *kv = NULL;
    why = (struct refusal){0};
    enum err e = kv_open(&kv_lmdb, path, create, &kv, &why);
    CHECK_INT(e, OK);
    if (e) {
        fprintf(stderr, "%s: %s\n", path, why.detail);
        exit(1);
    }
    return kv;
}

/* Numbered records: `count` from `first`, of `size` bytes each, `nested` of them in a nested transaction at a time (0: none). */
struct batch {
    unsigned first, count, nested, at;
    size_t size;
    bool delete;
    unsigned runs; /* of the whole function */
};

static inline void kv_test_value(unsigned number, char *out, size_t size)
{
    memset(out, 'a' + (int)(number % 26), size);
    if (size >= sizeof number)
        memcpy(out, &number, sizeof number);
}

static inline enum err kv_test_one(struct kv_txn *txn, const struct batch *b, unsigned number)
{
    static _Thread_local char value[KV_VALUE_MAX];
    char key[16];
    size_t n = (size_t)snprintf(key, sizeof key, "k%08u", number);
    if (b->delete)
        return kv_del(txn, key, n);
    kv_test_value(number, value, b->size);
    return kv_put(txn, key, n, value, b->size);
}

static inline enum err kv_test_some(struct kv_txn *txn, void *arg)
{
    struct batch *b = arg;
    enum err e = OK;
    for (unsigned i = 0; i < b->nested && b->at < b->count && !e; i++, b->at++)
        e = kv_test_one(txn, b, b->first + b->at);
    return e;
}

static inline enum err kv_test_batch(struct kv_txn *txn, void *arg)
{
    struct batch *b = arg;
    enum err e = OK;
    b->runs++;
    for (b->at = 0; b->at < b->count && !e;) {
        if (b->nested)
            e = kv_nested(txn, kv_test_some, b);
        else
            e = kv_test_one(txn, b, b->first + b->at++);
    }
    return e;
}

static inline enum err write_batch(struct kv *kv, struct batch b)
{
    return kv_write(kv, kv_test_batch, &b);
}

/* How many of `count` records from `first` are there with the right value; *wrong counts those with another. */
struct counting {
    unsigned first, count, found, wrong;
    size_t size;
};
static inline enum err kv_test_count(struct kv_txn *txn, void *arg)
{
    struct counting *c = arg;
    static _Thread_local char value[KV_VALUE_MAX];
    c->found = c->wrong = 0;
    for (unsigned i = 0; i < c->count; i++) {
        char key[16];
        struct kv_bytes got;
        enum err e = kv_get(txn, key, (size_t)snprintf(key, sizeof key, "k%08u", c->first + i), &got);
        if (e == ERR_NOT_FOUND)
            continue;
        if (e)
            return e;
        kv_test_value(c->first + i, value, c->size);
        if (got.size == c->size && memcmp(got.data, value, c->size) == 0)
            c->found++;
        else
            c->wrong++;
    }
    return OK;
}
static inline unsigned count_of(struct kv *kv, unsigned first, unsigned count, size_t size)
{
    struct counting c = {first, count, 0, 0, size};
    CHECK_INT(kv_read(kv, kv_test_count, &c), OK);
    CHECK_INT(c.wrong, 0);
    return c.found;
}
#endif
