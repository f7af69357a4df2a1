/* One suite for every backend of kv.h: what a program may rely on whichever store stands behind it. */
#include "tests/kv/kv_test.h"
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static struct kv *kv;

/* ---- small steps, each a transaction of its own unless one is given */

static enum err put(struct kv_txn *txn, const char *key, const char *value)
{
    return kv_put(txn, key, strlen(key), value, strlen(value));
}
static enum err del(struct kv_txn *txn, const char *key)
{
    return kv_del(txn, key, strlen(key));
}
static bool holds(struct kv_txn *txn, const char *key, const char *value)
{
    struct kv_bytes got;
    enum err e = kv_get(txn, key, strlen(key), &got);
    if (!value)
        return e == ERR_NOT_FOUND;
    return e == OK && got.size == strlen(value) && memcmp(got.data, value, got.size) == 0;
}

struct seen {
    char text[256];
    bool backward;
    const char *key;
};

/* Lists "key=value " from a key on. */
static enum err list(struct kv_txn *txn, void *arg)
{
    struct seen *seen = arg;
    struct kv_cursor *cursor;
    struct kv_bytes key, value;
    size_t at = 0;
    seen->text[0] = 0;
    enum err e = kv_cursor_open(txn, &cursor);
    if (!e)
        e = kv_seek(cursor, seen->key, strlen(seen->key), seen->backward);
    for (; !e && kv_at(cursor, &key, &value); e = kv_step(cursor, seen->backward))
        at += (size_t)snprintf(seen->text + at, sizeof seen->text - at, "%.*s=%.*s ", (int)key.size,
                               (const char *)key.data, (int)value.size, (const char *)value.data);
    return e; /* the cursor is closed with the transaction */
}

static const char *listed(const char *key, bool backward)
{
    static struct seen seen;
    seen.key = key;
    seen.backward = backward;
    CHECK_INT(kv_read(kv, list, &seen), OK);
    return seen.text;
}
static const char *listed_in(struct kv_txn *txn, const char *key, bool backward)
{
    static struct seen seen;
    seen.key = key;
    seen.backward = backward;
    CHECK_INT(list(txn, &seen), OK);
    return seen.text;
}

/* ---- what is asked of every backend */

static enum err put_some(struct kv_txn *txn, void *arg)
{
    (void)arg;
    CHECK_INT(put(txn, "b", "2"), OK);
    CHECK_INT(put(txn, "d", "4"), OK);
    CHECK_INT(put(txn, "a", "1"), OK);
    CHECK_INT(put(txn, "bb", "22"), OK);
    CHECK_INT(put(txn, "d", "44"), OK);
    CHECK_INT(put(txn, "z", ""), OK);
    CHECK_INT(del(txn, "absent"), OK);
    CHECK(holds(txn, "d", "44"));
    CHECK(holds(txn, "z", ""));
    CHECK(holds(txn, "zz", NULL));
    return OK;
}

static void keys_are_ordered_and_found(void)
{
    CHECK_TEXT(listed("", false), "");
    CHECK_TEXT(listed("x", true), "");
    CHECK_INT(kv_write(kv, put_some, NULL), OK);
    CHECK_TEXT(listed("", false), "a=1 b=2 bb=22 d=44 z= ");
    CHECK_TEXT(listed("b", false), "b=2 bb=22 d=44 z= ");
    CHECK_TEXT(listed("ba", false), "bb=22 d=44 z= ");
    CHECK_TEXT(listed("zz", false), "");
    CHECK_TEXT(listed("zz", true), "z= d=44 bb=22 b=2 a=1 ");
    CHECK_TEXT(listed("d", true), "d=44 bb=22 b=2 a=1 ");
    CHECK_TEXT(listed("c", true), "bb=22 b=2 a=1 ");
    CHECK_TEXT(listed("a", true), "a=1 ");
    CHECK_TEXT(listed("A", true), "");
    CHECK_TEXT(listed("", true), "");
    struct kv_stats stats;
    kv_stats(kv, &stats);
    CHECK_INT(stats.entries, 5);
    CHECK_INT(kv_check(kv, NULL), OK);
}

static enum err turn_round(struct kv_txn *txn, void *arg)
{
    (void)arg;
    struct kv_cursor *c, *second;
    struct kv_bytes key;
    CHECK_INT(kv_cursor_open(txn, &c), OK);
    CHECK_INT(kv_cursor_open(txn, &second), OK);
    CHECK(!kv_at(c, NULL, NULL));
    CHECK_INT(kv_step(c, false), OK); /* nowhere: stays nowhere */
    CHECK(!kv_at(c, &key, NULL));
    CHECK_INT(kv_seek(c, "b", 1, false), OK);
    CHECK_INT(kv_seek(second, "z", 1, true), OK);
    CHECK_INT(kv_step(c, false), OK);
    CHECK(kv_at(c, &key, NULL) && key.size == 2 && memcmp(key.data, "bb", 2) == 0);
    CHECK_INT(kv_step(c, true), OK);
    CHECK(kv_at(c, &key, NULL) && key.size == 1 && memcmp(key.data, "b", 1) == 0);
    CHECK_INT(kv_step(c, true), OK);
    CHECK(kv_at(c, &key, NULL) && memcmp(key.data, "a", 1) == 0);
    CHECK_INT(kv_step(c, true), OK);
    CHECK(!kv_at(c, NULL, NULL));
    CHECK_INT(kv_step(c, true), OK);
    CHECK(!kv_at(c, NULL, NULL));
    CHECK(kv_at(second, &key, NULL) && memcmp(key.data, "z", 1) == 0);
    CHECK_INT(kv_step(second, false), OK);
    CHECK(!kv_at(second, &key, NULL));
    kv_cursor_close(c);
    CHECK_INT(kv_seek(second, "d", 1, false), OK);
    CHECK(kv_at(second, &key, NULL) && memcmp(key.data, "d", 1) == 0);
    kv_cursor_close(second);
    kv_cursor_close(NULL);
    return OK;
}

static void cursors_turn_round_and_end(void)
{
    CHECK_INT(kv_write(kv, put_some, NULL), OK);
    CHECK_INT(kv_read(kv, turn_round, NULL), OK);
    CHECK_INT(kv_write(kv, turn_round, NULL), OK);
}

static enum err change_and_fail(struct kv_txn *txn, void *arg)
{
    CHECK_INT(put(txn, "a", "changed"), OK);
    CHECK_INT(del(txn, "b"), OK);
    CHECK_INT(put(txn, "new", "n"), OK);
    CHECK_TEXT(listed_in(txn, "", false), "a=changed bb=22 d=44 new=n z= ");
    CHECK_TEXT(listed_in(txn, "zz", true), "z= new=n d=44 bb=22 a=changed ");
    return *(enum err *)arg;
}

static void a_failed_write_leaves_nothing(void)
{
    CHECK_INT(kv_write(kv, put_some, NULL), OK);
    enum err failures[] = {ERR_STATE, ERR_INTERNAL, ERR_NOT_FOUND};
    for (size_t i = 0; i < 3; i++) {
        CHECK_INT(kv_write(kv, change_and_fail, &failures[i]), failures[i]);
        CHECK_TEXT(listed("", false), "a=1 b=2 bb=22 d=44 z= ");
    }
    enum err fine = OK;
    CHECK_INT(kv_write(kv, change_and_fail, &fine), OK);
    CHECK_TEXT(listed("", false), "a=changed bb=22 d=44 new=n z= ");
    CHECK_INT(kv_check(kv, NULL), OK);
}

static bool failing = true; /* given to those that shall fail */

static enum err inner(struct kv_txn *txn, void *arg)
{
    CHECK(holds(txn, "outer", "1"));
    CHECK_INT(put(txn, "inner", arg ? "fails" : "stays"), OK);
    CHECK_INT(put(txn, "a", "inner"), OK);
    CHECK_INT(del(txn, "d"), OK);
    CHECK(holds(txn, "d", NULL));
    return arg ? ERR_STALE : OK;
}
static enum err middle(struct kv_txn *txn, void *arg)
{
    CHECK_INT(put(txn, "middle", "1"), OK);
    CHECK_INT(kv_nested(txn, inner, NULL), OK);
    CHECK_INT(kv_nested(txn, inner, &failing), ERR_STALE);
    CHECK(holds(txn, "inner", "stays"));
    CHECK_INT(put(txn, "b", "middle"), OK);
    return arg ? ERR_STATE : OK;
}
static enum err outer(struct kv_txn *txn, void *arg)
{
    (void)arg;
    CHECK_INT(put(txn, "outer", "1"), OK);
    CHECK_INT(kv_nested(txn, inner, &failing), ERR_STALE);
    CHECK_TEXT(listed_in(txn, "", false), "a=1 b=2 bb=22 d=44 outer=1 z= ");
    CHECK_INT(kv_nested(txn, middle, &failing), ERR_STATE);
    CHECK_TEXT(listed_in(txn, "", false), "a=1 b=2 bb=22 d=44 outer=1 z= ");
    CHECK_INT(kv_nested(txn, middle, NULL), OK);
    CHECK_INT(put(txn, "b", "outer"), OK);
    CHECK_TEXT(listed_in(txn, "", false), "a=inner b=outer bb=22 inner=stays middle=1 outer=1 z= ");
    return OK;
}

static void nested_ones_are_undone_alone(void)
{
    CHECK_INT(kv_write(kv, put_some, NULL), OK);
    CHECK_INT(kv_write(kv, outer, NULL), OK);
    CHECK_TEXT(listed("", false), "a=inner b=outer bb=22 inner=stays middle=1 outer=1 z= ");
    CHECK_INT(kv_check(kv, NULL), OK);
}

/* ---- misuse and limits */

static enum err limits(struct kv_txn *txn, void *arg)
{
    (void)arg;
    static char key[KV_KEY_MAX + 1], value[KV_VALUE_MAX + 1];
    struct kv_bytes got;
    memset(key, 'k', sizeof key);
    memset(value, 'v', sizeof value);
    CHECK_INT(kv_put(txn, key, KV_KEY_MAX + 1, "", 0), ERR_TOO_LARGE);
    CHECK_INT(kv_put(txn, key, 10, value, KV_VALUE_MAX + 1), ERR_TOO_LARGE);
    CHECK_INT(kv_put(txn, "", 0, "v", 1), ERR_INVALID);
    CHECK_INT(kv_get(txn, key, KV_KEY_MAX + 1, &got), ERR_TOO_LARGE);
    CHECK_INT(kv_get(txn, "", 0, &got), ERR_INVALID);
    CHECK_INT(kv_del(txn, key, KV_KEY_MAX + 1), ERR_TOO_LARGE);
    for (size_t n = KV_KEY_MAX - 20; n <= KV_KEY_MAX; n++)
        CHECK_INT(kv_put(txn, key, n, value, KV_VALUE_MAX), OK);
    CHECK_INT(kv_put(txn, "\0\0", 2, NULL, 0), OK);
    CHECK_INT(kv_get(txn, key, KV_KEY_MAX, &got), OK);
    CHECK(got.size == KV_VALUE_MAX && memcmp(got.data, value, got.size) == 0);
    CHECK_INT(kv_get(txn, "\0\0", 2, &got), OK);
    CHECK(got.size == 0 && got.data);
    CHECK_INT(kv_get(txn, "\0", 1, &got), ERR_NOT_FOUND);
    struct kv_cursor *cursor;
    CHECK_INT(kv_cursor_open(txn, &cursor), OK);
    CHECK_INT(kv_seek(cursor, key, KV_KEY_MAX + 1, false), ERR_TOO_LARGE);
    CHECK(!kv_at(cursor, NULL, NULL));
    CHECK_INT(kv_seek(cursor, key, KV_KEY_MAX, true), OK);
    CHECK(kv_at(cursor, &got, NULL) && got.size == KV_KEY_MAX);
    return OK;
}

static void limits_are_kept(void)
{
    CHECK_INT(kv_write(kv, limits, NULL), OK);
    CHECK_INT(kv_check(kv, NULL), OK);
}

static enum err write_in_read(struct kv_txn *txn, void *arg)
{
    (void)arg;
    struct kv_bytes got;
    CHECK_INT(put(txn, "a", "1"), ERR_INTERNAL);
    CHECK_INT(kv_get(txn, "a", 1, &got), ERR_INTERNAL); /* it sticks */
    return OK;
}
static enum err stale_cursor(struct kv_txn *txn, void *arg)
{
    (void)arg;
    struct kv_cursor *cursor;
    CHECK_INT(put(txn, "a", "1"), OK);
    CHECK_INT(put(txn, "b", "1"), OK);
    CHECK_INT(kv_cursor_open(txn, &cursor), OK);
    CHECK_INT(kv_seek(cursor, "a", 1, false), OK);
    CHECK_INT(put(txn, "c", "1"), OK);
    CHECK_INT(kv_seek(cursor, "a", 1, false), OK); /* seeking again is how it is meant */
    CHECK(kv_at(cursor, NULL, NULL));
    CHECK_INT(del(txn, "a"), OK);
    CHECK_INT(kv_step(cursor, false), ERR_INTERNAL);
    CHECK(!kv_at(cursor, NULL, NULL));
    CHECK_INT(put(txn, "d", "1"), ERR_INTERNAL);
    return OK;
}
static enum err use_the_outer(struct kv_txn *txn, void *arg)
{
    (void)txn;
    struct kv_bytes got;
    CHECK_INT(kv_get(arg, "a", 1, &got), ERR_INTERNAL);
    return OK;
}
static enum err both_at_once(struct kv_txn *txn, void *arg)
{
    (void)arg;
    CHECK_INT(put(txn, "a", "1"), OK);
    CHECK_INT(kv_nested(txn, use_the_outer, txn), OK);
    CHECK_INT(put(txn, "b", "1"), ERR_INTERNAL);
    return OK;
}
static enum err fault_within(struct kv_txn *txn, void *arg)
{
    CHECK_INT(put(txn, "lost", "1"), OK);
    return stale_cursor(txn, arg);
}
static enum err fault_in_nested(struct kv_txn *txn, void *arg)
{
    CHECK_INT(put(txn, "kept", "1"), OK);
    CHECK_INT(kv_nested(txn, fault_within, arg), ERR_INTERNAL);
    return OK;
}

static void misuse_sticks_and_changes_nothing(void)
{
    CHECK_INT(kv_read(kv, write_in_read, NULL), ERR_INTERNAL);
    CHECK_INT(kv_write(kv, stale_cursor, NULL), ERR_INTERNAL);
    CHECK_INT(kv_write(kv, both_at_once, NULL), ERR_INTERNAL);
    CHECK_TEXT(listed("", false), "");
    CHECK_INT(kv_write(kv, fault_in_nested, NULL), OK);
    CHECK_TEXT(listed("", false), "kept=1 ");
}

/* ---- a long random history against the simplest model: a table of what each key must hold */

enum { KEYS = 400, ROUNDS = 600 };
struct model {
    uint32_t value[KEYS]; /* 0: absent; else the seed of its bytes */
};
struct step {
    uint16_t key,
        kind; /* kind 0..5 put, 6..8 delete, 9 open nested, 10 end nested well, 11 end nested badly */
    uint32_t value;
};
struct history {
    const struct step *step, *end;
    struct model *model;
    bool fail;
};

static uint64_t seed = 1;
static uint32_t any(uint32_t below)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(seed >> 33) % below;
}

static size_t key_of(uint32_t i, char *out)
{
    size_t n = (size_t)snprintf(out, KV_KEY_MAX, "%03u", i * 7 % KEYS);
    if (i % 5 == 0) { /* long ones: few fit a page */
        memset(out + n, 'x', 300);
        n += 300;
    }
    return n;
}
static size_t value_of(uint32_t v, char *out)
{
    size_t n = v % 3 ? v % 90 : v % 9000;
    memset(out, (int)(v % 251), n);
    return n;
}

static enum err play_some(struct kv_txn *txn, void *arg);

static enum err play(struct kv_txn *txn, struct history *h)
{
    char key[KV_KEY_MAX], value[9000];
    while (h->step < h->end) {
        const struct step *s = h->step++;
        size_t n = key_of(s->key, key);
        enum err e = OK;
        if (s->kind <= 5) {
            e = kv_put(txn, key, n, value, value_of(s->value, value));
            h->model->value[s->key] = s->value;
        } else if (s->kind <= 8) {
            e = kv_del(txn, key, n);
            h->model->value[s->key] = 0;
        } else if (s->kind == 9) {
            struct model before = *h->model;
            e = kv_nested(txn, play_some, h);
            if (e == ERR_STATE) {
                *h->model = before;
                e = OK;
            }
        } else {
            return s->kind == 10 ? OK : ERR_STATE;
        }
        if (e)
            return e;
    }
    return OK;
}
static enum err play_some(struct kv_txn *txn, void *arg)
{
    return play(txn, arg);
}

/* Starts from the same steps and model each time it is run. */
static enum err replay(struct kv_txn *txn, void *arg)
{
    const struct history *given = arg;
    static struct model model;
    model = *given->model;
    struct history h = *given;
    h.model = &model;
    enum err e = play(txn, &h);
    if (e == OK && given->fail)
        e = ERR_CANCELLED;
    return e;
}

static enum err compare_all(struct kv_txn *txn, void *arg)
{
    const struct model *m = arg;
    char key[KV_KEY_MAX], value[9000];
    struct kv_bytes got;
    size_t present = 0, forward = 0, backward = 0, wrong = 0;
    for (uint32_t i = 0; i < KEYS; i++) {
        enum err e = kv_get(txn, key, key_of(i, key), &got);
        if (!m->value[i]) {
            wrong += e != ERR_NOT_FOUND;
            continue;
        }
        present++;
        size_t n = value_of(m->value[i], value);
        wrong += e != OK || got.size != n || memcmp(got.data, value, n) != 0;
    }
    struct kv_cursor *c;
    struct kv_bytes before = {0};
    CHECK_INT(kv_cursor_open(txn, &c), OK);
    CHECK_INT(kv_seek(c, "", 0, false), OK);
    for (; kv_at(c, &got, NULL); forward++) {
        if (before.data) {
            int order = memcmp(before.data, got.data, before.size < got.size ? before.size : got.size);
            wrong += order > 0 || (order == 0 && before.size >= got.size);
        }
        before = got;
        wrong += kv_step(c, false) != OK;
    }
    CHECK_INT(kv_seek(c, "\xff", 1, true), OK);
    for (; kv_at(c, &got, NULL); backward++)
        wrong += kv_step(c, true) != OK;
    CHECK_INT(wrong, 0);
    CHECK_INT(forward, present);
    CHECK_INT(backward, present);
    return OK;
}

static void a_random_history_matches_the_model(void)
{
    static struct model model;
    static struct step steps[64];
    memset(&model, 0, sizeof model);
    for (int round = 0; round < ROUNDS; round++) {
        size_t n = 1 + any(64);
        uint32_t deletes = any(4); /* some rounds grow, some shrink */
        for (size_t i = 0; i < n; i++)
            steps[i] = (struct step){(uint16_t)any(KEYS), (uint16_t)(any(4) < deletes ? 6 + any(6) : any(12)),
                                     any(1u << 30) + 1};
        struct history h = {steps, steps + n, &model, any(10) == 0};
        enum err e = kv_write(kv, replay, &h);
        if (e == OK) { /* once more on the model alone */
            static struct model stack[65];
            int depth = 0;
            for (size_t i = 0; i < n; i++) {
                if (steps[i].kind <= 8)
                    model.value[steps[i].key] = steps[i].kind <= 5 ? steps[i].value : 0;
                else if (steps[i].kind == 9)
                    stack[depth++] = model;
                else if (depth == 0)
                    break;
                else if (steps[i].kind == 11)
                    model = stack[--depth];
                else
                    depth--;
            }
        } else {
            CHECK(e == ERR_CANCELLED || e == ERR_STATE);
        }
        CHECK_INT(kv_read(kv, compare_all, &model), OK);
        if (round % 50 == 0)
            CHECK_INT(kv_check(kv, NULL), OK);
    }
}

/* ---- threads: every transaction keeps the sum of two keys, readers must never see another sum */

static atomic_bool stop;
static atomic_ulong rounds_read;

static enum err read_pair(struct kv_txn *txn, void *arg)
{
    unsigned *sum = arg;
    unsigned a[64], total = 0;
    struct kv_bytes got;
    for (unsigned i = 0; i < 64; i++) {
        unsigned char key = (unsigned char)(i + 1);
        enum err e = kv_get(txn, &key, 1, &got);
        if (e)
            return e;
        memcpy(&a[i], got.data, sizeof a[i]);
        total += a[i];
    }
    *sum = total;
    return OK;
}

static enum err move_some(struct kv_txn *txn, void *arg)
{
    const unsigned *what = arg; /* from, to, how many; an odd "how many" moves it back again */
    unsigned value;
    struct kv_bytes got;
    for (int side = 0; side < 2; side++) {
        unsigned char key = (unsigned char)(what[side] + 1);
        enum err e = kv_get(txn, &key, 1, &got);
        if (e)
            return e;
        memcpy(&value, got.data, sizeof value);
        value = side ? value + what[2] : value - what[2];
        e = kv_put(txn, &key, 1, &value, sizeof value);
        if (e)
            return e;
    }
    return what[2] % 7 == 0 ? ERR_STATE : OK;
}

static enum err fill(struct kv_txn *txn, void *arg)
{
    (void)arg;
    enum err e = OK;
    for (unsigned i = 0, thousand = 1000; i < 64 && !e; i++) {
        unsigned char key = (unsigned char)(i + 1);
        e = kv_put(txn, &key, 1, &thousand, sizeof thousand);
    }
    return e;
}

static void *reader(void *arg)
{
    unsigned long *wrong = arg;
    while (!atomic_load(&stop)) {
        unsigned sum = 0;
        if (kv_read(kv, read_pair, &sum) != OK || sum != 64000)
            ++*wrong;
        atomic_fetch_add(&rounds_read, 1);
    }
    return NULL;
}

static void readers_see_whole_transactions_beside_a_writer(void)
{
    enum { THREADS = 6 };
    pthread_t threads[THREADS];
    unsigned long wrong[THREADS] = {0}, writes = 0;
    atomic_store(&stop, false);
    atomic_store(&rounds_read, 0);
    CHECK_INT(kv_write(kv, fill, NULL), OK);
    for (int i = 0; i < THREADS; i++)
        pthread_create(&threads[i], NULL, reader, &wrong[i]);
    while (writes < 300 || atomic_load(&rounds_read) < 2000) {
        unsigned what[3] = {any(64), any(64), any(500)};
        enum err e = kv_write(kv, move_some, what);
        CHECK(e == OK || e == ERR_STATE);
        writes++;
    }
    atomic_store(&stop, true);
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        CHECK_INT(wrong[i], 0);
    }
    unsigned sum = 0;
    CHECK_INT(kv_read(kv, read_pair, &sum), OK);
    CHECK_INT(sum, 64000);
}

/* A reader that stays sees what it began with, while the writer gets on with it. */
static pthread_barrier_t began, written;
static enum err stay(struct kv_txn *txn, void *arg)
{
    (void)arg;
    CHECK(holds(txn, "a", "1"));
    pthread_barrier_wait(&began);
    pthread_barrier_wait(&written);
    CHECK_TEXT(listed_in(txn, "", false), "a=1 b=2 bb=22 d=44 z= ");
    return OK;
}
static void *stayer(void *arg)
{
    (void)arg;
    CHECK_INT(kv_read(kv, stay, NULL), OK);
    return NULL;
}
static void a_reader_keeps_its_snapshot(void)
{
    CHECK_INT(kv_write(kv, put_some, NULL), OK);
    pthread_barrier_init(&began, NULL, 2);
    pthread_barrier_init(&written, NULL, 2);
    pthread_t thread;
    pthread_create(&thread, NULL, stayer, NULL);
    pthread_barrier_wait(&began);
    enum err fine = OK;
    for (int i = 0; i < 20; i++) {
        CHECK_INT(kv_write(kv, change_and_fail, &fine), OK);
        CHECK_INT(kv_write(kv, put_some, NULL), OK);
        CHECK_INT(kv_write(kv, change_and_fail, &fine), OK);
    }
    pthread_barrier_wait(&written);
    pthread_join(thread, NULL);
    pthread_barrier_destroy(&began);
    pthread_barrier_destroy(&written);
    CHECK_TEXT(listed("", false), "a=changed bb=22 d=44 new=n z= ");
}

/* ---- the runs */

static void suite(const struct kv_backend *backend)
{
    void (*const tests[])(void) = {
        keys_are_ordered_and_found,
        cursors_turn_round_and_end,
        a_failed_write_leaves_nothing,
        nested_ones_are_undone_alone,
        limits_are_kept,
        misuse_sticks_and_changes_nothing,
        a_random_history_matches_the_model,
        a_reader_keeps_its_snapshot,
        readers_see_whole_transactions_beside_a_writer,
    };
    for (size_t i = 0; i < sizeof tests / sizeof *tests; i++) {
        const char *path = in_top("store");
        seed = 42;
        CHECK_INT(kv_open(backend, path, true, &kv, &why), OK);
        if (test_failed) {
            fprintf(stderr, "%s\n", why.detail);
            return;
        }
        tests[i]();
        kv_close(kv);
        kv_test_remove(path);
    }
}

/* ---- kv_twice alone: a function that is not repeatable ends the process */

static enum err counts_its_runs(struct kv_txn *txn, void *arg)
{
    unsigned *runs = arg;
    ++*runs;
    return kv_put(txn, "runs", 4, runs, sizeof *runs);
}
static enum err fails_the_second_time(struct kv_txn *txn, void *arg)
{
    unsigned *runs = arg;
    enum err e = put(txn, "a", "1");
    return e ? e : ++*runs == 2 ? ERR_STATE : OK;
}

static int twice_ends(kv_fn *fn)
{
    pid_t child = fork();
    if (child == 0) {
        unsigned runs = 0;
        struct kv *twice;
        if (!freopen("/dev/null", "w", stderr) || kv_open(&kv_twice, "", true, &twice, NULL))
            _exit(2);
        signal(SIGABRT, SIG_DFL);
        _exit(kv_write(twice, fn, &runs) == OK ? 0 : 1);
    }
    int status = 0;
    waitpid(child, &status, 0);
    return WIFSIGNALED(status) ? WTERMSIG(status) : -WEXITSTATUS(status);
}

static void twice_finds_what_is_not_repeatable(void)
{
    CHECK_INT(twice_ends(counts_its_runs), SIGABRT);
    CHECK_INT(twice_ends(fails_the_second_time), SIGABRT);
    CHECK_INT(twice_ends(put_some), 0);
}

int main(void)
{
    suite(&kv_mem);
    suite(&kv_twice);
    suite(&kv_lmdb);
    twice_finds_what_is_not_repeatable();
    return kv_test_end();
}
