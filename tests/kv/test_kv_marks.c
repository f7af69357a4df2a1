/* What may be kept decoded between transactions: two that are given the same number see the same of what is marked. */
#include "tests/kv/kv_test.h"
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

static struct kv *kv;

static enum err number(struct kv_txn *txn, void *to)
{
    *(uint64_t *)to = kv_marked(txn, 7);
    return OK;
}
static uint64_t now(void)
{
    uint64_t n = 0;
    CHECK_INT(kv_read(kv, number, &n), OK);
    return n;
}

struct step {
    bool mark, fail;
    uint64_t value;
};
static enum err step(struct kv_txn *txn, void *arg)
{
    const struct step *s = arg;
    if (s->mark)
        kv_mark(txn, 7);
    CHECK(!s->mark || kv_marked(txn, 7) == 0); /* not even for itself */
    enum err e = kv_put(txn, s->mark ? "kept" : "other", 5, &s->value, sizeof s->value);
    return e ? e : s->fail ? ERR_STATE : OK;
}
static void write_step(struct step s)
{
    CHECK_INT(kv_write(kv, step, &s), s.fail ? ERR_STATE : OK);
}

static void the_number_changes_with_what_is_marked_and_with_nothing_else(void)
{
    write_step((struct step){.value = 1});
    const uint64_t first = now();
    CHECK(first != 0);
    write_step((struct step){.value = 2});
    CHECK(now() == first);
    write_step((struct step){.mark = true, .value = 3});
    const uint64_t second = now();
    CHECK(second != 0 && second != first);
    write_step((struct step){.value = 4});
    CHECK(now() == second);
    write_step((struct step){.mark = true, .fail = true, .value = 5});
    CHECK(now() == second);
}

static enum err in_a_nested_one(struct kv_txn *txn, void *arg)
{
    struct step s = {.mark = true, .fail = true, .value = 7};
    (void)arg;
    CHECK_INT(kv_nested(txn, step, &s), ERR_STATE);
    CHECK(kv_marked(txn, 7) == 0); /* rather nothing than too much */
    return kv_put(txn, "other", 5, "x", 1);
}
static void a_nested_one_marks_the_whole(void)
{
    CHECK_INT(kv_write(kv, in_a_nested_one, NULL), OK);
}

/* A reader that began before a marked write is never given a number of after it. */
static pthread_barrier_t began, written;
static enum err stay(struct kv_txn *txn, void *arg)
{
    uint64_t *seen = arg;
    seen[0] = kv_marked(txn, 7);
    pthread_barrier_wait(&began);
    pthread_barrier_wait(&written);
    seen[1] = kv_marked(txn, 7);
    return OK;
}
static void *stayer(void *arg)
{
    return kv_read(kv, stay, arg) == OK ? arg : NULL;
}
static void an_old_snapshot_is_given_nothing_of_a_newer_one(void)
{
    uint64_t seen[2];
    pthread_t thread;
    write_step((struct step){.mark = true, .value = 1});
    const uint64_t before = now();
    pthread_barrier_init(&began, NULL, 2);
    pthread_barrier_init(&written, NULL, 2);
    pthread_create(&thread, NULL, stayer, seen);
    pthread_barrier_wait(&began);
    write_step((struct step){.mark = true, .value = 2});
    const uint64_t after = now();
    pthread_barrier_wait(&written);
    void *fine;
    pthread_join(thread, &fine);
    CHECK(fine);
    CHECK(seen[0] == before && after != before);
    CHECK(seen[1] == 0 || seen[1] == before);
    pthread_barrier_destroy(&began);
    pthread_barrier_destroy(&written);
}

/* Readers beside a writer: each keeps a value with its number, and looks whether the store agrees whenever it may be taken. */
#define READERS 4
#define WRITES 3000
static atomic_bool over;
static atomic_ulong taken;
struct keeper {
    uint64_t number, value;
    unsigned long wrong, failed;
};
static enum err look(struct kv_txn *txn, void *arg)
{
    struct keeper *k = arg;
    const uint64_t n = kv_marked(txn, 7);
    uint64_t value;
    struct kv_bytes stored;
    enum err e = kv_get(txn, "kept", 5, &stored);
    if (e)
        return e;
    memcpy(&value, stored.data, sizeof value);
    if (n && n == k->number) {
        taken++;
        k->wrong += k->value != value;
    }
    k->number = n;
    k->value = value;
    return OK;
}
static void *keep_looking(void *arg)
{
    struct keeper *k = arg;
    while (!atomic_load(&over))
        k->failed += kv_read(kv, look, k) != OK; /* checks are the main thread's */
    return NULL;
}
static void what_was_kept_is_what_stands_there_beside_a_writer(void)
{
    pthread_t threads[READERS];
    struct keeper k[READERS] = {{0}};
    atomic_store(&over, false);
    atomic_store(&taken, 0);
    write_step((struct step){.mark = true, .value = 1});
    for (int i = 0; i < READERS; i++)
        pthread_create(&threads[i], NULL, keep_looking, &k[i]);
    for (uint64_t i = 0; i < WRITES; i++) {
        const unsigned long before = atomic_load(&taken);
        write_step((struct step){.mark = i % 3 == 0, .fail = i % 7 == 0, .value = i});
        while (i % 300 == 0 &&
               atomic_load(&taken) == before) /* however the threads are scheduled, some is taken */
            sched_yield();
    }
    atomic_store(&over, true);
    for (int i = 0; i < READERS; i++) {
        pthread_join(threads[i], NULL);
        CHECK_INT(k[i].wrong, 0);
        CHECK_INT(k[i].failed, 0);
    }
}

static void two_stores_never_share_a_number(const struct kv_backend *backend)
{
    const uint64_t one = now();
    struct kv *first = kv;
    CHECK_INT(kv_open(backend, in_top("second"), true, &kv, &why), OK);
    write_step((struct step){.value = 1});
    CHECK(now() && now() >> 48 != one >> 48);
    kv_close(kv);
    kv = first;
}

static void suite(const struct kv_backend *backend)
{
    CHECK_INT(kv_open(backend, in_top(backend->name), true, &kv, &why), OK);
    the_number_changes_with_what_is_marked_and_with_nothing_else();
    a_nested_one_marks_the_whole();
    an_old_snapshot_is_given_nothing_of_a_newer_one();
    what_was_kept_is_what_stands_there_beside_a_writer();
    two_stores_never_share_a_number(backend);
    kv_close(kv);
}

/* tsan: yes */
int main(void)
{
    suite(&kv_mem);
    suite(&kv_lmdb);
    return kv_test_end();
}
