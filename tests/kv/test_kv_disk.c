/* What a disk and a machine can do to the store: no room, writes and syncs that fail, the process killed at any moment. */
#include "data/engine/kv_backend.h"
#include "tests/kv/kv_test.h"
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

/* ---- failures made to order: these stand before the C library's, for LMDB as well */

static atomic_int failing_sync, failing_meta; /* an errno, or 0 */

int fdatasync(int fd)
{
    if (failing_sync) {
        errno = failing_sync;
        return -1;
    }
    return (int)syscall(SYS_fdatasync, fd);
}

/* LMDB writes less than a page only into its meta pages. */
ssize_t pwrite(int fd, const void *bytes, size_t size, off_t offset)
{
    if (failing_meta && size < 512) {
        errno = failing_meta;
        return -1;
    }
    return syscall(SYS_pwrite64, fd, bytes, size, offset);
}

/* The store asks for address space before it grows: none of that size, when this is set. */
static bool kv_test_no_space;
void *mmap(void *at, size_t size, int protection, int flags, int fd, off_t offset)
{
    if (kv_test_no_space && (flags & MAP_NORESERVE) && fd < 0 && size > 1 << 20) {
        errno = ENOMEM;
        return MAP_FAILED;
    }
    return (void *)syscall(SYS_mmap, at, size, protection, flags, fd, offset);
}

static void a_failed_write_or_sync_changes_nothing(void)
{
    struct kv *kv = open_at(in_top("failing"), true);
    CHECK_INT(write_batch(kv, (struct batch){.count = 10, .size = 100}), OK);
    atomic_int *failing[] = {&failing_sync, &failing_meta};
    int codes[] = {EIO, ENOSPC, EDQUOT};
    for (unsigned i = 0; i < 6; i++) {
        enum err want = codes[i % 3] == EIO ? ERR_IO : ERR_DISK_FULL;
        atomic_store(failing[i / 3], codes[i % 3]);
        CHECK_INT(write_batch(kv, (struct batch){.first = 100, .count = 10, .nested = 3, .size = 100}), want);
        CHECK_INT(count_of(kv, 0, 1000, 100), 10 + i); /* reading goes on */
        CHECK_INT(write_batch(kv, (struct batch){.first = 100, .count = 10, .size = 100}), want);
        CHECK_INT(count_of(kv, 0, 1000, 100), 10 + i);
        atomic_store(failing[i / 3], 0);
        CHECK_INT(write_batch(kv, (struct batch){.first = 10 + i, .count = 1, .size = 100}),
                  OK); /* and so does writing */
        CHECK_INT(count_of(kv, 0, 1000, 100), 11 + i);
    }
    CHECK_INT(kv_check(kv, NULL), OK);
    kv_close(kv);
    kv = open_at(in_top("failing"), false);
    CHECK_INT(count_of(kv, 0, 1000, 100), 16);
    kv_close(kv);
}

/* ---- a full disk */

/* Writes records of `size` bytes until there is no room; how many were acknowledged. */
static unsigned fill(struct kv *kv, unsigned first, size_t size)
{
    for (unsigned n = 0; n < 100000; n++) {
        enum err e =
            write_batch(kv, (struct batch){.first = first + n, .count = 1, .nested = n % 2, .size = size});
        if (e) {
            CHECK_INT(e, ERR_DISK_FULL);
            return n;
        }
    }
    CHECK(!"the disk never was full");
    return 0;
}

static enum err reserved_batch(struct kv *kv, struct batch b)
{
    return kv_write_reserved(kv, kv_test_batch, &b);
}

/* Single records that may take of the reserve: how many of so many were written. */
static unsigned reserved_until(struct kv *kv, unsigned first, size_t size, unsigned most)
{
    for (unsigned n = 0; n < most; n++) {
        enum err e = reserved_batch(kv, (struct batch){.first = first + n, .count = 1, .size = size});
        if (e) {
            CHECK_INT(e, ERR_DISK_FULL);
            return n;
        }
    }
    return most;
}

/* Fills the disk, then every byte left in the store's own file. */
static unsigned fill_up(struct kv *kv, unsigned first)
{
    unsigned large = fill(kv, first, 100000), small = fill(kv, first + 100000, 3000),
             tiny = fill(kv, first + 200000, 100);
    CHECK_INT(count_of(kv, first, large + 10, 100000), large);
    CHECK_INT(count_of(kv, first + 100000, small + 10, 3000), small);
    CHECK_INT(count_of(kv, first + 200000, tiny + 10, 100), tiny);
    return large;
}

static void room_runs_out_and_comes_back(const char *path)
{
    char hog[160];
    snprintf(hog, sizeof hog, "%s-hog", path);
    struct kv *kv = open_at(path, true);
    unsigned n = fill_up(kv, 0);
    CHECK(n > 50);
    enum err e = OK; /* deleting copies pages first, and there is no room even for these */
    for (unsigned i = 0; i < 3 && !e; i++)
        e = write_batch(kv, (struct batch){.first = i, .count = 1, .delete = true});
    CHECK(e == OK || e == ERR_DISK_FULL);
    unsigned in = reserved_until(kv, 300000, 300, 300); /* hundreds of small ones find room in the reserve */
    CHECK_INT(in, 300);
    CHECK_INT(write_batch(kv, (struct batch){.first = 500000, .count = 1, .size = 100000}), ERR_DISK_FULL);
    kv_close(kv);
    kv = open_at(path, false); /* and what is left of it is kept for them when it is opened anew */
    CHECK_INT(write_batch(kv, (struct batch){.first = 500000, .count = 1, .size = 100000}), ERR_DISK_FULL);
    CHECK_INT(reserved_until(kv, 310000, 300, 100), 100);
    CHECK_INT(count_of(kv, 300000, 300, 300), 300);
    for (unsigned i = 0; i < n / 2; i++) /* what one transaction frees, the next but one can use */
        CHECK_INT(reserved_batch(kv, (struct batch){.first = i, .count = 1, .delete = true}), OK);
    CHECK_INT(count_of(kv, 0, n, 100000), n - n / 2);
    CHECK_INT(write_batch(kv, (struct batch){.first = 0, .count = n / 4, .size = 100000}), OK);
    kv_close(kv);
    kv = open_at(path, false); /* on a disk that is nearly full still */
    CHECK_INT(count_of(kv, 0, n, 100000), n / 4 + n - n / 2);
    CHECK_INT(kv_check(kv, NULL), OK);
    (void)fill_up(kv, 1000000);
    kv_close(kv);

    kv = open_at(path, false); /* on one that is full */
    CHECK_INT(count_of(kv, n / 2, 10, 100000), 10);
    CHECK_INT(kv_check(kv, NULL), OK);
    kv_close(kv);
}

static void another_takes_all_the_room(const char *path)
{
    char hog[160];
    static char bytes[65536];
    snprintf(hog, sizeof hog, "%s-hog", path);
    struct kv *kv = open_at(path, true);
    CHECK_INT(write_batch(kv, (struct batch){.count = 20, .size = 10000}), OK);
    int fd = open(hog, O_WRONLY | O_CREAT, 0600);
    while (write(fd, bytes, sizeof bytes) > 0)
        ;
    CHECK_INT(errno, ENOSPC);
    unsigned more = fill(kv, 100, 10000);
    CHECK_INT(count_of(kv, 0, 100, 10000), 20);
    CHECK_INT(kv_backup(kv, in_top("elsewhere"), 0), OK); /* elsewhere there is room */
    char near[160];
    snprintf(near, sizeof near, "%s-copy", path);
    CHECK_INT(kv_backup(kv, near, 0), ERR_DISK_FULL);
    CHECK_INT(access(near, F_OK), -1);
    close(fd);
    unlink(hog);
    CHECK_INT(write_batch(kv, (struct batch){.first = 200, .count = 20, .size = 10000}),
              OK); /* without opening it anew */
    CHECK_INT(count_of(kv, 0, 300, 10000), 40 + more);
    CHECK_INT(kv_check(kv, NULL), OK);
    kv_close(kv);
}

static int on_a_small_disk(const char *at)
{
    char path[140], options[32] = "size=24m,mode=700";
    if (unshare(CLONE_NEWNS) || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
        mount("none", at, "tmpfs", 0, options))
        return 77;
    snprintf(path, sizeof path, "%s/store", at);
    room_runs_out_and_comes_back(path);
    snprintf(path, sizeof path, "%s/store", at);
    kv_test_remove(path);
    another_takes_all_the_room(path);
    return test_failed ? 1 : 0;
}

static int with_a_file_limit(const char *at)
{
    char path[160];
    struct rlimit limit = {3 << 20, RLIM_INFINITY};
    snprintf(path, sizeof path, "%s/store", at);
    signal(SIGXFSZ, SIG_IGN);
    struct kv *kv = open_at(path, true);
    if (setrlimit(RLIMIT_FSIZE, &limit))
        return 77;
    unsigned n = fill(kv, 0, 10000);
    CHECK(n > 100);
    CHECK_INT(count_of(kv, 0, n + 10, 10000), n);
    limit.rlim_cur = RLIM_INFINITY;
    CHECK_INT(setrlimit(RLIMIT_FSIZE, &limit), 0);
    CHECK_INT(write_batch(kv, (struct batch){.first = n, .count = 20, .size = 10000}), OK);
    CHECK_INT(count_of(kv, 0, n + 30, 10000), n + 20);
    CHECK_INT(kv_check(kv, NULL), OK);
    kv_close(kv);
    return test_failed ? 1 : 0;
}

/* A map that finds no address space to grow in. */
static int with_no_room_for_the_map(const char *at)
{
    char path[160];
    snprintf(path, sizeof path, "%s/store", at);
    kv_lmdb_map_size = 2 << 20;
    struct kv *kv = open_at(path, true);
    kv_test_no_space = true;
    unsigned n = fill(kv, 0, 10000);
    CHECK(n > 100);
    CHECK_INT(reserved_until(kv, 300000, 300, 100), 100);
    CHECK_INT(write_batch(kv, (struct batch){.first = 0, .count = 1, .size = 10000}), ERR_DISK_FULL);
    CHECK_INT(count_of(kv, 0, n + 10, 10000), n);
    CHECK_INT(reserved_batch(kv, (struct batch){.first = 0, .count = n / 2, .delete = true}), OK);
    CHECK_INT(write_batch(kv, (struct batch){.first = 0, .count = 2, .size = 10000}),
              OK); /* in what is free */
    n = fill(kv, 1000, 10000);
    kv_test_no_space = false;
    CHECK_INT(write_batch(kv, (struct batch){.first = 5000, .count = 100, .size = 10000}), OK);
    CHECK_INT(kv_check(kv, NULL), OK);
    kv_close(kv);
    return test_failed ? 1 : 0;
}

static int in_child(int (*fn)(const char *), const char *path)
{
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        int failed = fn(path);
        fflush(NULL);
        _exit(failed);
    }
    int status = 0;
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static void a_full_disk_refuses_writes_and_nothing_else(void)
{
    CHECK_INT(mkdir(in_top("small"), 0700), 0);
    int result = in_child(on_a_small_disk, in_top("small"));
    if (result == 77)
        fprintf(stderr, "*** NOT RUN: a small disk can not be mounted here (it takes root); only a file size "
                        "limit was tried\n");
    else
        CHECK_INT(result, 0);
    CHECK_INT(mkdir(in_top("limited"), 0700), 0);
    CHECK_INT(in_child(with_a_file_limit, in_top("limited")), 0);
    CHECK_INT(mkdir(in_top("narrow"), 0700), 0);
    CHECK_INT(in_child(with_no_room_for_the_map, in_top("narrow")), 0);
}

/* ---- killed */

static int acknowledge_to;
static int write_until_killed(const char *path)
{
    struct kv *kv;
    if (kv_open(&kv_lmdb, path, false, &kv, &why))
        return 1;
    unsigned next = 0;
    struct counting c = {0, 1000, 0, 0, 300};
    do { /* goes on where the last one ended, acknowledged or not */
        c.first = next;
        if (kv_read(kv, kv_test_count, &c) || c.wrong)
            return 2;
        next += c.found;
    } while (c.found == c.count);
    for (unsigned i = 0;; i++) {
        struct batch b = {.first = next, .count = 1 + i % 16, .nested = i % 3, .size = 300};
        if (kv_write(kv, kv_test_batch, &b))
            return 3;
        next += b.count;
        if (write(acknowledge_to, &next, sizeof next) != sizeof next)
            return 4;
    }
}

static void what_was_acknowledged_survives_a_kill(void)
{
    kv_close(open_at(in_top("killed"), true));
    unsigned acknowledged = 0;
    for (unsigned round = 0; round < 20; round++) {
        int ends[2];
        CHECK_INT(pipe(ends), 0);
        acknowledge_to = ends[1];
        fflush(NULL);
        pid_t child = fork();
        if (child == 0)
            _exit(write_until_killed(in_top("killed")));
        close(ends[1]);
        unsigned want = 1 + round * 7 % 40;
        for (unsigned i = 0;
             i < want && read(ends[0], &acknowledged, sizeof acknowledged) == sizeof acknowledged; i++)
            ;
        kill(child, SIGKILL);
        int status = 0;
        waitpid(child, &status, 0);
        CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
        while (read(ends[0], &acknowledged, sizeof acknowledged) == sizeof acknowledged)
            ; /* those that were on their way */
        close(ends[0]);
        struct kv *kv = open_at(in_top("killed"), false);
        struct kv_stats stats;
        kv_stats(kv, &stats);
        CHECK(stats.entries >= acknowledged && stats.entries <= acknowledged + 16);
        CHECK_INT(count_of(kv, 0, acknowledged, 300), acknowledged);
        CHECK_INT(count_of(kv, acknowledged, 20, 300),
                  stats.entries - acknowledged); /* a batch whole, or none of it */
        CHECK_INT(kv_check(kv, NULL), OK);
        kv_close(kv);
    }
    CHECK(acknowledged > 1000);
}

int main(void)
{
    a_failed_write_or_sync_changes_nothing();
    a_full_disk_refuses_writes_and_nothing_else();
    what_was_acknowledged_survives_a_kill();
    return kv_test_end();
}
