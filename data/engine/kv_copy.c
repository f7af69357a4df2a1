#include "data/engine/kv_copy.h"
#include "data/engine/kv_folder.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define CHUNK (256 * 1024)
#define FLUSH_EVERY \
    (8 * 1024 * 1024)   /* started early, so that the final fsync does not hold up others' commits */
#define NAP_NS 50000000 /* how long it takes at most to see *stop */
#define PARTIAL "data.mdb.partial"

static bool empty(int folder_fd)
{
    int fd = openat(folder_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *dir = fd < 0 ? NULL : fdopendir(fd);
    if (!dir) {
        if (fd >= 0)
            close(fd);
        return false;
    }
    int names = 0;
    while (readdir(dir))
        names++;
    closedir(dir);
    return names == 2; /* . and .. */
}

enum err kv_copy_begin(struct kv_copy *copy, const char *to)
{
    *copy = (struct kv_copy){.path = to, .folder_fd = -1, .fd = -1};
    if (mkdir(to, 0700) == 0)
        copy->made = true;
    else if (errno != EEXIST)
        return errno == ENOENT ? ERR_NOT_FOUND : kv_folder_errno(errno);
    copy->folder_fd = open(to, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    enum err e = OK;
    if (copy->folder_fd < 0)
        e = errno == ENOTDIR ? ERR_EXISTS : kv_folder_errno(errno);
    else if (!empty(copy->folder_fd))
        e = ERR_EXISTS;
    else if ((copy->fd = openat(copy->folder_fd, PARTIAL, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600)) < 0)
        e = kv_folder_errno(errno);
    const int code = errno;
    if (e && copy->folder_fd >= 0)
        close(copy->folder_fd);
    if (e && copy->made)
        rmdir(to);
    errno = code;
    return e;
}

/* ---- the pump: the writer fills a pipe on its thread, we empty it into the file at the speed asked for */

struct filling {
    kv_copy_fn *fn;
    void *arg;
    int to;
    enum err result;
};

static void *fill(void *arg)
{
    struct filling *f = arg;
    f->result = f->fn(f->arg, f->to);
    close(f->to);
    return NULL;
}

static bool start(struct filling *f, pthread_t *thread)
{
    sigset_t all, before;
    sigfillset(&all); /* SIGPIPE above all: we may stop reading */
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int failed = pthread_create(thread, NULL, fill, f);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return !failed;
}

static enum err write_all(int fd, const char *bytes, size_t size)
{
    while (size) {
        ssize_t n = write(fd, bytes, size);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return n < 0 ? kv_folder_errno(errno) : ERR_IO;
        bytes += n;
        size -= (size_t)n;
    }
    return OK;
}

static int64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* Waits until so many bytes may have gone by since `began`. */
static void keep_pace(int64_t began, uint64_t done, uint64_t bytes_per_second, const atomic_bool *stop)
{
    int64_t due = began + (int64_t)((double)done / (double)bytes_per_second * 1e9), left;
    while ((left = due - now_ns()) > 0 && !atomic_load(stop)) {
        struct timespec nap = {0, left < NAP_NS ? left : NAP_NS};
        nanosleep(&nap, NULL);
    }
}

static enum err pump(struct kv_copy *copy, int from, uint64_t bytes_per_second, const atomic_bool *stop)
{
    size_t chunk = bytes_per_second && bytes_per_second / 16 < CHUNK ? bytes_per_second / 16 + 1 : CHUNK;
    char *buffer = malloc(CHUNK);
    if (!buffer)
        return ERR_NO_MEMORY;
    enum err e = OK;
    uint64_t done = 0, flushed = 0;
    int64_t began = now_ns();
    while (!e) {
        if (atomic_load(stop)) {
            e = ERR_CANCELLED;
            break;
        }
        ssize_t n = read(from, buffer, chunk);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0) {
            e = n < 0 ? ERR_IO : OK;
            break;
        }
        e = write_all(copy->fd, buffer, (size_t)n);
        done += (uint64_t)n;
        if (done - flushed >= FLUSH_EVERY) {
            sync_file_range(copy->fd, (off_t)flushed, (off_t)(done - flushed), SYNC_FILE_RANGE_WRITE);
            flushed = done;
        }
        if (bytes_per_second && !e)
            keep_pace(began, done, bytes_per_second, stop);
    }
    const int code = errno;
    free(buffer);
    errno = code;
    return e;
}

enum err kv_copy_run(struct kv_copy *copy, kv_copy_fn *fn, void *arg, uint64_t bytes_per_second,
                     atomic_bool *stop)
{
    int ends[2];
    pthread_t thread;
    if (ftruncate(copy->fd, 0) != 0 || lseek(copy->fd, 0, SEEK_SET) != 0 || pipe2(ends, O_CLOEXEC) != 0)
        return kv_folder_errno(errno);
    fcntl(ends[0], F_SETPIPE_SZ, CHUNK * 4); /* a smaller one works as well */
    struct filling f = {fn, arg, ends[1], OK};
    if (!start(&f, &thread)) {
        close(ends[0]);
        close(ends[1]);
        return ERR_NO_MEMORY;
    }
    enum err e = pump(copy, ends[0], bytes_per_second, stop);
    const int code = errno;
    close(ends[0]);
    pthread_join(thread, NULL);
    errno = code;
    return e ? e : f.result;
}

static enum err finish(struct kv_copy *copy)
{
    if (fsync(copy->fd) != 0 || renameat(copy->folder_fd, PARTIAL, copy->folder_fd, "data.mdb") != 0 ||
        fsync(copy->folder_fd) != 0)
        return kv_folder_errno(errno);
    int up = openat(copy->folder_fd, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    enum err e = up >= 0 && fsync(up) != 0 ? kv_folder_errno(errno) : OK;
    if (up >= 0)
        close(up);
    return e;
}

enum err kv_copy_end(struct kv_copy *copy, enum err result)
{
    enum err e = result ? result : finish(copy);
    const int code = errno;
    if (e) {
        unlinkat(copy->folder_fd, PARTIAL, 0);
        unlinkat(copy->folder_fd, "data.mdb", 0);
    }
    close(copy->fd);
    close(copy->folder_fd);
    if (e && copy->made)
        rmdir(copy->path);
    errno = code;
    return e;
}
