/* The store on disk: made and opened, one process at a time, growing, copied while it is written, damaged. */
#include "tests/kv/kv_test.h"
#include "data/engine/kv_pages.h"
#include "data/engine/kv_sum.h"
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

static int mode_of(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 ? (int)(st.st_mode & 07777) : -1;
}

static enum err refused(const char *path, bool create)
{
    struct kv *kv = NULL;
    why = (struct refusal){0};
    enum err e = kv_open(&kv_lmdb, path, create, &kv, &why);
    CHECK(kv == NULL);
    CHECK(e != OK && why.code == e && strstr(why.detail, path));
    kv_close(kv);
    return e;
}

static void a_store_is_made_once_and_opened_again(void)
{
    const char *path = in_top("made");
    mode_t before = umask(0);
    CHECK_INT(refused(path, false), ERR_NOT_FOUND);
    CHECK_INT(mode_of(path), -1); /* and nothing was made */
    struct kv *kv = open_at(path, true);
    CHECK_INT(write_batch(kv, (struct batch){.count = 100, .size = 50}), OK);
    kv_close(kv);
    umask(before);
    CHECK_INT(mode_of(path), 0700);
    char file[160];
    const char *names[] = {"data.mdb", "lock.mdb", "owner", "reserve"};
    for (size_t i = 0; i < 4; i++) {
        snprintf(file, sizeof file, "%s/%s", path, names[i]);
        CHECK_INT(mode_of(file), 0600);
    }
    CHECK_INT(refused(path, true), ERR_EXISTS);
    for (int i = 0; i < 3; i++) {
        kv = open_at(path, false);
        CHECK_INT(count_of(kv, 0, 200, 50), 100);
        CHECK_INT(kv_check(kv, NULL), OK);
        kv_close(kv);
    }
    CHECK_INT(mkdir(in_top("empty"), 0700), 0);
    CHECK_INT(refused(in_top("empty"), false), ERR_NOT_FOUND);
    kv_close(open_at(in_top("empty"), true));
    CHECK_INT(refused(in_top("no/such/parent"), true), ERR_NOT_FOUND);
}

/* ---- one process */

/* Runs fn in a child; its result is the child's. */
static int in_child(int (*fn)(const char *), const char *path)
{
    fflush(NULL);
    pid_t child = fork();
    if (child == 0)
        _exit(fn(path));
    int status = 0;
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static int is_locked(const char *path)
{
    struct kv *kv;
    char number[24];
    snprintf(number, sizeof number, "%d", (int)getppid());
    if (kv_open(&kv_lmdb, path, false, &kv, &why) != ERR_LOCKED)
        return 1;
    return strstr(why.detail, number) && strstr(why.detail, path) ? 0 : 2;
}
static int takes_and_dies(const char *path)
{
    struct kv *kv;
    if (kv_open(&kv_lmdb, path, false, &kv, &why) ||
        write_batch(kv, (struct batch){.first = 20, .count = 10, .size = 9}))
        return 1;
    return raise(SIGKILL);
}

static void a_second_process_is_refused_and_harms_nothing(void)
{
    const char *path = in_top("locked");
    struct kv *kv = open_at(path, true);
    CHECK_INT(write_batch(kv, (struct batch){.count = 10, .size = 9}), OK);
    CHECK_INT(in_child(is_locked, path), 0);
    CHECK_INT(refused(path, false), ERR_LOCKED); /* from the same process as well */
    CHECK_INT(write_batch(kv, (struct batch){.first = 10, .count = 10, .size = 9}), OK);
    CHECK_INT(count_of(kv, 0, 100, 9), 20);
    kv_close(kv);
    CHECK_INT(in_child(takes_and_dies, path), -SIGKILL);
    kv = open_at(path, false);
    CHECK_INT(count_of(kv, 0, 100, 9), 30);
    kv_close(kv);
}

/* ---- growing */

static struct kv *shared;
static atomic_bool stop;
static atomic_uint written, reads;

/* Everything acknowledged before a read began must be there in it. */
static void *read_on(void *arg)
{
    unsigned *wrong = arg;
    while (!atomic_load(&stop)) {
        unsigned known = atomic_load(&written);
        struct counting c = {known > 20 ? known - 20 : 0, 20, 0, 0, 10000};
        unsigned want = known > 20 ? 20 : known;
        if (kv_read(shared, kv_test_count, &c) != OK || c.found < want || c.wrong)
            ++*wrong;
        atomic_fetch_add(&reads, 1);
    }
    return NULL;
}

static enum err copy_in_read(struct kv_txn *txn, void *to)
{
    (void)txn;
    struct kv_stats stats;
    enum err e = kv_backup(shared, to, 64 << 10);
    kv_stats(shared, &stats); /* takes no place of its own either */
    return e;
}
static void *copy_inside(void *to)
{
    return (void *)(intptr_t)kv_read(shared, copy_in_read, to);
}

/* Whoever copies inside of a read holds its place: the map waits for that, and must not be waited for there. */
static void a_copy_inside_of_a_read_gives_way_to_growing(void)
{
    char to[300], file[320];
    struct stat st;
    void *result;
    pthread_t thread;
    kv_lmdb_map_size = 2 << 20;
    shared = open_at(in_top("copied"), true);
    struct batch first = {.first = 0, .count = 80, .size = 10000};
    CHECK_INT(kv_write(shared, kv_test_batch, &first), OK);
    snprintf(to, sizeof to, "%s", in_top("copy"));
    snprintf(file, sizeof file, "%s/data.mdb", to);
    pthread_create(&thread, NULL, copy_inside, to);
    while (stat(to, &st) != 0)
        sched_yield();
    struct batch more = {.first = 1000, .count = 400, .size = 10000};
    CHECK_INT(kv_write(shared, kv_test_batch, &more), OK);
    CHECK(more.runs > 1);
    pthread_join(thread, &result);
    CHECK_INT((intptr_t)result, ERR_BUSY);
    CHECK(stat(file, &st) != 0);
    kv_close(shared);
    kv_lmdb_map_size = 0;
}

static void the_map_grows_beside_readers(void)
{
    enum { THREADS = 3, BATCH = 40 };
    kv_lmdb_map_size = 1 << 20;
    shared = open_at(in_top("grown"), true);
    struct kv_stats stats;
    kv_stats(shared, &stats);
    CHECK_INT(stats.bytes_map, 1 << 20);
    pthread_t threads[THREADS];
    unsigned wrong[THREADS] = {0}, reruns = 0;
    for (int i = 0; i < THREADS; i++)
        pthread_create(&threads[i], NULL, read_on, &wrong[i]);
    for (unsigned i = 0; i < 50; i++) {
        struct batch b = {.first = i * BATCH, .count = BATCH, .nested = i % 3 * 5, .size = 10000};
        CHECK_INT(kv_write(shared, kv_test_batch, &b), OK);
        reruns += b.runs - 1;
        atomic_store(&written, (i + 1) * BATCH);
    }
    for (unsigned seen = atomic_load(&reads); atomic_load(&reads) < seen + 20;)
        sched_yield();
    atomic_store(&stop, true);
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        CHECK_INT(wrong[i], 0);
    }
    CHECK(reruns >= 4); /* 1 MiB to 32 MiB */
    kv_stats(shared, &stats);
    CHECK(stats.bytes_map >= 20000000 && stats.entries == 2000);
    /* one transaction that needs to grow several times, alone and nested */
    struct batch large = {.first = 10000, .count = 400, .size = KV_VALUE_MAX};
    CHECK_INT(kv_write(shared, kv_test_batch, &large), OK);
    CHECK(large.runs > 1);
    large = (struct batch){.first = 20000, .count = 800, .nested = 800, .size = KV_VALUE_MAX};
    CHECK_INT(kv_write(shared, kv_test_batch, &large), OK);
    CHECK(large.runs > 1);
    CHECK_INT(count_of(shared, 0, 3000, 10000), 2000);
    CHECK_INT(count_of(shared, 20000, 1000, KV_VALUE_MAX), 800);
    CHECK_INT(kv_check(shared, NULL), OK);
    kv_close(shared);
    shared = open_at(in_top("grown"), false); /* larger than the first map */
    CHECK_INT(count_of(shared, 20000, 1000, KV_VALUE_MAX), 800);
    kv_close(shared);
    kv_lmdb_map_size = 0;
}

/* ---- copies */

static void *write_on(void *arg)
{
    unsigned *failed = arg;
    for (unsigned i = 0; !atomic_load(&stop); i++) { /* each batch whole or not at all */
        struct batch b = {
            .first = 1000 + i % 50 * 10, .count = 10, .nested = 5, .size = 700, .delete = i / 50 % 2};
        *failed += kv_write(shared, kv_test_batch, &b) != OK;
    }
    return NULL;
}

static void a_copy_of_a_running_store_is_whole(void)
{
    pthread_t thread;
    unsigned failed = 0;
    shared = open_at(in_top("running"), true);
    CHECK_INT(write_batch(shared, (struct batch){.count = 500, .size = 5000}), OK);
    atomic_store(&stop, false);
    pthread_create(&thread, NULL, write_on, &failed);
    for (unsigned i = 0; i < 5; i++) {
        char to[160];
        snprintf(to, sizeof to, "%s-%u", in_top("copy"), i);
        CHECK_INT(kv_backup(shared, to, i == 4 ? 20000000 : 0), OK);
        CHECK_INT(mode_of(to), 0700);
        struct kv *copy = open_at(to, false);
        CHECK_INT(kv_check(copy, NULL), OK);
        CHECK_INT(kv_check(shared, NULL), OK);
        CHECK_INT(count_of(copy, 0, 500, 5000), 500);
        CHECK_INT(count_of(copy, 1000, 500, 700) % 10, 0);
        CHECK_INT(write_batch(copy, (struct batch){.first = 9000, .count = 10, .size = 10}), OK);
        kv_close(copy);
        CHECK_INT(kv_backup(shared, to, 0), ERR_EXISTS); /* not empty any more */
    }
    atomic_store(&stop, true);
    pthread_join(thread, NULL);
    CHECK_INT(failed, 0);
    CHECK_INT(kv_backup(shared, in_top("no/such/parent"), 0), ERR_NOT_FOUND);
    CHECK_INT(kv_backup(shared, "/dev/null", 0), ERR_EXISTS);
    CHECK_INT(mkdir(in_top("given"), 0700), 0);
    CHECK_INT(kv_backup(shared, in_top("given"), 0), OK);
    kv_close(shared);
}

static void a_copy_is_no_faster_than_asked(void)
{
    struct timespec began, ended;
    shared = open_at(in_top("slow"), true);
    CHECK_INT(write_batch(shared, (struct batch){.count = 60, .size = 10000}), OK);
    struct kv_stats stats;
    kv_stats(shared, &stats);
    clock_gettime(CLOCK_MONOTONIC, &began);
    CHECK_INT(kv_backup(shared, in_top("slowly"), stats.bytes_used * 2), OK);
    clock_gettime(CLOCK_MONOTONIC, &ended);
    double seconds = (double)(ended.tv_sec - began.tv_sec) + (double)(ended.tv_nsec - began.tv_nsec) / 1e9;
    CHECK(seconds > 0.45);
    kv_close(shared);
}

static void *copy_slowly(void *arg)
{
    *(enum err *)arg = kv_backup(shared, in_top("interrupted-copy"), 1000000);
    return NULL;
}

/* A copy that would take a minute does not hold up a write that needs a larger map. */
static void growing_does_not_wait_for_a_copy(void)
{
    kv_lmdb_map_size = 1 << 20;
    shared = open_at(in_top("interrupted"), true);
    CHECK_INT(write_batch(shared, (struct batch){.count = 60, .size = 10000}), OK);
    pthread_t thread;
    enum err e = ERR_INTERNAL;
    struct kv_stats stats = {0};
    pthread_create(&thread, NULL, copy_slowly, &e);
    while (stats.readers == 0)
        kv_stats(shared, &stats);
    CHECK_INT(write_batch(shared, (struct batch){.first = 100, .count = 60, .size = 10000}), OK);
    kv_stats(shared, &stats);
    CHECK(stats.bytes_map > 1 << 20);
    pthread_join(thread, NULL);
    CHECK_INT(e, OK);
    kv_close(shared);
    kv_lmdb_map_size = 0;
    struct kv *copy = open_at(in_top("interrupted-copy"), false);
    CHECK_INT(count_of(copy, 0, 60, 10000), 60);
    CHECK_INT(kv_check(copy, NULL), OK);
    kv_close(copy);
}

/* ---- damage */

static void put_file(const char *folder, const void *bytes, size_t size)
{
    char path[160];
    kv_test_remove(folder);
    CHECK_INT(mkdir(folder, 0700), 0);
    snprintf(path, sizeof path, "%s/data.mdb", folder);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    CHECK(fd >= 0 && write(fd, bytes, size) == (ssize_t)size);
    close(fd);
}

static enum err read_all(struct kv_txn *txn, void *arg)
{
    struct kv_cursor *c;
    struct kv_bytes key, value;
    uint64_t *sum = arg;
    enum err e = kv_cursor_open(txn, &c);
    if (!e)
        e = kv_seek(c, "", 0, false);
    for (*sum = 0; !e && kv_at(c, &key, &value); e = kv_step(c, false))
        *sum = *sum * 31 + kv_sum(key.data, key.size, value.data, value.size);
    return e;
}
static uint64_t undamaged;

static enum err nothing(struct kv_txn *txn, void *unused)
{
    (void)txn, (void)unused;
    return OK;
}

/* Opens it and, when that goes well, reads and writes; whatever comes of it, the process must live. What is read is what was written, or
 * refused. */
static enum err try_damaged(const char *folder)
{
    struct kv *kv;
    uint64_t sum = 0;
    enum err e = kv_open(&kv_lmdb, folder, false, &kv, &why);
    if (e) {
        CHECK_INT(e, ERR_DAMAGED);
        CHECK(strstr(why.detail, folder) && (strstr(why.detail, "backup") || strstr(why.detail, "program")));
        return e;
    }
    CHECK_INT(kv_check(kv, NULL), OK);
    e = kv_read(kv, read_all, &sum);
    if (e) {
        CHECK_INT(e, ERR_DAMAGED);
        CHECK(*kv_damaged_key());
        CHECK_INT(kv_read(kv, nothing, NULL), OK);
        CHECK(!*kv_damaged_key()); /* the next one's fault would be told with this key */
        kv_close(kv);
        return e;
    }
    CHECK(!undamaged || sum == undamaged);
    undamaged = sum;
    CHECK_INT(write_batch(kv, (struct batch){.count = 40, .nested = 7, .size = 3000}), OK);
    CHECK_INT(write_batch(kv, (struct batch){.count = 400, .size = 1, .delete = true}), OK);
    CHECK_INT(kv_check(kv, NULL), OK);
    kv_close(kv);
    return OK;
}

/* data.mdb of a closed store; *size its size. To be freed. */
static char *file_of(const char *folder, size_t *size)
{
    char path[160];
    snprintf(path, sizeof path, "%s/data.mdb", folder);
    int fd = open(path, O_RDONLY);
    off_t end = lseek(fd, 0, SEEK_END);
    char *bytes = malloc(*size = (size_t)end);
    CHECK(bytes && pread(fd, bytes, *size, 0) == end);
    close(fd);
    return bytes;
}

/* What transaction each of the two heads says it is of. */
static uint64_t head_txn(const char *bytes, int head)
{
    uint64_t txn;
    memcpy(&txn, bytes + head * 4096 + 144, sizeof txn);
    return txn;
}

/* Two heads follow each other whichever of them is the older one: so the number of one, wrong by two, makes the one before the last commit
 * the newest. */
static void a_head_that_is_taken_for_the_other_one_is_noticed(void)
{
    char whole[160], folder[160];
    snprintf(whole, sizeof whole, "%s", in_top("two-heads"));
    snprintf(folder, sizeof folder, "%s", in_top("one-wrong"));
    struct kv *kv = open_at(whole, true);
    for (unsigned i = 0; i < 40; i++) {
        CHECK_INT(write_batch(kv, (struct batch){.first = i * 10, .count = 10, .size = 900}), OK);
        if (i % 7 == 0)
            CHECK_INT(write_batch(kv, (struct batch){.count = i * 10, .delete = true}), OK);
        kv_close(kv); /* as every start finds it */
        size_t size;
        char *bytes = file_of(whole, &size);
        int newest = head_txn(bytes, 1) > head_txn(bytes, 0);
        for (int head = 0; head < 2; head++) {
            uint64_t right = head_txn(bytes, head), wrong = head == newest ? right - 2 : right + 2;
            memcpy(bytes + head * 4096 + 144, &wrong, sizeof wrong);
            put_file(folder, bytes, size);
            memcpy(bytes + head * 4096 + 144, &right, sizeof right);
            struct kv *damaged = NULL;
            enum err e = kv_open(&kv_lmdb, folder, false, &damaged, &why);
            if (right > 2)
                CHECK_INT(e, ERR_DAMAGED);
            if (!e)
                kv_close(damaged);
        }
        free(bytes);
        kv = open_at(whole, false);
        CHECK_INT(kv_check(kv, NULL), OK);
    }
    kv_close(kv);
}

/* The library that was loaded, as it says itself: the tests' own answer comes before the library's. */
static int version[3] = {0, 9, 24};
char *mdb_version(int *major, int *minor, int *patch);
char *mdb_version(int *major, int *minor, int *patch)
{
    static char text[] = "of a test";
    *major = version[0], *minor = version[1], *patch = version[2];
    return text;
}

static void load_version(int major, int minor, int patch)
{
    version[0] = major, version[1] = minor, version[2] = patch;
}

/* Pages are read by ourselves only as written by a library whose format is the one we know. */
static void pages_of_another_library_are_left_to_it(void)
{
    CHECK(kv_pages_written_by(0, 9, 0) && kv_pages_written_by(0, 9, 24) && kv_pages_written_by(0, 9, 69));
    CHECK(!kv_pages_written_by(0, 9, 70) && !kv_pages_written_by(0, 9, 90) && !kv_pages_written_by(1, 0, 0));
    CHECK(!kv_pages_written_by(0, 8, 24) && !kv_pages_written_by(0, 10, 24) &&
          !kv_pages_written_by(1, 9, 24));

    struct kv *kv = open_at(in_top("versions"), true);
    CHECK_INT(write_batch(kv, (struct batch){.count = 40, .size = 300}), OK);
    kv_close(kv);
    size_t size;
    char *bytes = file_of(in_top("versions"), &size);
    bytes[120] ^= 1; /* how many entries there are: LMDB takes that as it stands */
    bytes[4096 + 120] ^= 1;
    put_file(in_top("versions"), bytes, size);
    free(bytes);
    CHECK_INT(kv_open(&kv_lmdb, in_top("versions"), false, &kv, NULL), ERR_DAMAGED);
    load_version(0, 9, 70);
    kv = open_at(in_top("versions"), false);
    CHECK_INT(kv_check(kv, NULL), OK); /* says nothing of pages it may not read */
    load_version(0, 9, 24);
    CHECK_INT(kv_check(kv, NULL), ERR_DAMAGED);
    kv_close(kv);
}

static unsigned any(unsigned below)
{
    static unsigned long long seed = 7;
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(seed >> 33) % below;
}

static void damage_is_refused_with_what_to_do(void)
{
    const char *folder = in_top("damaged");
    struct kv *kv = open_at(in_top("whole"), true);
    for (unsigned i = 0; i < 30; i++) { /* small and large values, branch pages, free pages */
        CHECK_INT(write_batch(kv, (struct batch){.first = i * 20, .count = 20, .size = i % 5 ? 300 : 9000}),
                  OK);
        CHECK_INT(write_batch(kv, (struct batch){.first = i * 20, .count = i % 20, .delete = true}), OK);
    }
    kv_close(kv);
    int fd = open(in_top("whole/data.mdb"), O_RDONLY);
    off_t end = lseek(fd, 0, SEEK_END);
    size_t size = (size_t)end;
    char *whole = malloc(size), *bytes = malloc(size);
    CHECK(pread(fd, whole, size, 0) == end);
    close(fd);

    undamaged = 0; /* what the whole one says */
    put_file(folder, whole, size);
    CHECK_INT(try_damaged(folder), OK);
    size_t cuts[] = {0, 1, 100, 4095, 4096, 5000, 8192, 8193, 12288, size / 2, size - 40000};
    for (size_t i = 0; i < sizeof cuts / sizeof *cuts; i++) {
        put_file(folder, whole, cuts[i]);
        CHECK_INT(try_damaged(folder), ERR_DAMAGED);
    }
    memset(bytes, 'x', size);
    put_file(folder, bytes, size);
    CHECK_INT(try_damaged(folder), ERR_DAMAGED);
    for (size_t i = 0; i < size; i++)
        bytes[i] = (char)any(256);
    put_file(folder, bytes, size);
    CHECK_INT(try_damaged(folder), ERR_DAMAGED);
    kv_test_remove(folder);
    CHECK(mkdir(folder, 0700) == 0 && mkdir(in_top("damaged/data.mdb"), 0700) == 0);
    CHECK_INT(try_damaged(folder), ERR_DAMAGED);

    unsigned found = 0, rounds = 600;
    for (unsigned round = 0; round < rounds; round++) {
        memcpy(bytes, whole, size);
        size_t page = round % 3 ? any((unsigned)(size / 4096)) * 4096 : any(3) * 4096,
               at = page + any(round % 2 ? 64 : 4096);
        unsigned kind = any(3), many = kind == 0 ? 1 : kind == 1 ? 8 : 4096;
        for (size_t i = at; i < at + many && i < size; i++)
            bytes[i] = (char)(any(4) ? any(256) : 0xff * any(2));
        put_file(folder, bytes, size);
        found += try_damaged(folder) != OK;
    }
    CHECK(found > rounds / 4);
    free(whole);
    free(bytes);
}

int main(void)
{
    a_store_is_made_once_and_opened_again();
    a_second_process_is_refused_and_harms_nothing();
    the_map_grows_beside_readers();
    a_copy_inside_of_a_read_gives_way_to_growing();
    a_copy_of_a_running_store_is_whole();
    a_copy_is_no_faster_than_asked();
    growing_does_not_wait_for_a_copy();
    damage_is_refused_with_what_to_do();
    a_head_that_is_taken_for_the_other_one_is_noticed();
    pages_of_another_library_are_left_to_it();
    return kv_test_end();
}
