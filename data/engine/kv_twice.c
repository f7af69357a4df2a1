/* Finds write functions that may not be run twice: kv_mem, with the first run of every write function undone. A function that
 * reads the clock, draws random bytes or keeps something in its argument gives another result or other content the second
 * time, and the process is aborted with a line that says so. For tests. */
#include "data/engine/kv_mem.h"
#include <stdio.h>
#include <stdlib.h>

struct runs {
    kv_fn *fn;
    void *arg;
    enum err result;
    uint64_t digest;
};

static enum err run(struct kv_txn *txn, struct runs *runs, uint64_t *digest)
{
    enum err e = runs->fn(txn, runs->arg);
    e = txn->fault ? txn->fault : e;
    *digest = e ? 0 : kv_mem_digest(txn);
    return e;
}

static enum err first(struct kv_txn *txn, void *arg)
{
    struct runs *runs = arg;
    runs->result = run(txn, runs, &runs->digest);
    return ERR_CANCELLED;
}

static enum err second(struct kv_txn *txn, void *arg)
{
    struct runs *runs = arg;
    uint64_t digest;
    enum err e = run(txn, runs, &digest);
    if (e != runs->result || digest != runs->digest) {
        fprintf(stderr, "kv_twice: a write function is not repeatable: first %s, then %s, content %s\n",
                err_name(runs->result), err_name(e), digest == runs->digest ? "the same" : "differs");
        abort();
    }
    return e;
}

static enum err twice_write(struct kv *kv, kv_fn *fn, void *arg, bool reserved)
{
    struct runs runs = {.fn = fn, .arg = arg};
    enum err e = kv_mem.write(kv, first, &runs, reserved);
    return e == ERR_NO_MEMORY ? e : kv_mem.write(kv, second, &runs, reserved);
}

static bool twice_has_room(struct kv *kv, uint64_t bytes)
{
    return kv_mem.has_room(kv, bytes);
}

static enum err twice_open(const char *path, bool create, struct kv **out, struct refusal *why)
{
    enum err e = kv_mem.open(path, create, out, why);
    if (!e)
        (*out)->backend = &kv_twice;
    return e;
}

/* What kv.c calls on a store goes on to kv_mem; its transactions are kv_mem's from the start. */
static void twice_close(struct kv *kv)
{
    kv_mem.close(kv);
}
static enum err twice_read(struct kv *kv, kv_fn *fn, void *arg)
{
    return kv_mem.read(kv, fn, arg);
}
static enum err twice_backup(struct kv *kv, bool reading, const char *to, uint64_t bytes_per_second)
{
    return kv_mem.backup(kv, reading, to, bytes_per_second);
}
static enum err twice_check(struct kv *kv, bool reading, struct refusal *why)
{
    return kv_mem.check(kv, reading, why);
}
static void twice_stats(struct kv *kv, bool reading, struct kv_stats *out)
{
    kv_mem.stats(kv, reading, out);
}

const struct kv_backend kv_twice = {
    .name = "twice",
    .open = twice_open,
    .close = twice_close,
    .read = twice_read,
    .write = twice_write,
    .has_room = twice_has_room,
    .backup = twice_backup,
    .check = twice_check,
    .stats = twice_stats,
};
