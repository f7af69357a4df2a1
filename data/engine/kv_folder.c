#include "data/engine/kv_folder.h"
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

/* Taken only where at least so many times as much stays free; lent in steps, each more than a small write can need. */
#define RESERVE_BYTES (2 * 1024 * 1024)
#define RESERVE_SHARE 1
#define RESERVE_STEP (128 * 1024)
#define RESERVE_LEAST 4096 /* what is filled up at once, at least */
#define LOCK_BYTES 16384   /* LMDB's mutexes and some 250 readers */

enum err kv_folder_errno(int code)
{
    switch (code) {
    case ENOSPC:
    case EDQUOT:
    case EFBIG: return ERR_DISK_FULL;
    case ENOMEM: return ERR_NO_MEMORY;
    default: return ERR_IO;
    }
}

static enum err refuse_errno(struct refusal *why, const char *path, const char *what)
{
    int code = errno;
    if (code == ENOENT || code == ENOTDIR)
        return refuse(why, ERR_NOT_FOUND, "path", "%s: %s: %s", path, what, strerror(code));
    if (code == EACCES || code == EPERM || code == EROFS)
        return refuse(why, ERR_IO, "path", "%s: %s: %s; run as the user the store belongs to", path, what,
                      strerror(code));
    return refuse(why, kv_folder_errno(code), "path", "%s: %s: %s", path, what, strerror(code));
}

static enum err look(const struct kv_folder *folder, bool create, struct refusal *why)
{
    struct stat st;
    bool there = fstatat(folder->fd, "data.mdb", &st, AT_SYMLINK_NOFOLLOW) == 0;
    if (!there && errno != ENOENT)
        return refuse_errno(why, folder->path, "data.mdb");
    if (create && there)
        return refuse(why, ERR_EXISTS, "path", "%s: there is a store already", folder->path);
    if (!create && !there)
        return refuse(why, ERR_NOT_FOUND, "path", "%s: there is no store in this folder", folder->path);
    if (there && !S_ISREG(st.st_mode))
        return refuse(why, ERR_DAMAGED, "path", "%s/data.mdb is not a file; restore a backup", folder->path);
    return OK;
}

static enum err own(struct kv_folder *folder, struct refusal *why)
{
    folder->owner_fd = openat(folder->fd, "owner", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (folder->owner_fd < 0)
        return refuse_errno(why, folder->path, "owner");
    if (flock(folder->owner_fd, LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK)
            return refuse_errno(why, folder->path, "lock");
        char pid[24] = "";
        ssize_t n = pread(folder->owner_fd, pid, sizeof pid - 1, 0);
        pid[n > 0 ? strspn(pid, "0123456789") : 0] = 0;
        return refuse(why, ERR_LOCKED, "path", "%s is in use by another process%s%s; stop that one first",
                      folder->path, *pid ? ", number " : "", pid);
    }
    char pid[24];
    folder->unclean = pread(folder->owner_fd, pid, 1, 0) == 1;
    int n = snprintf(pid, sizeof pid, "%ld\n", (long)getpid());
    /* where that fails, the next look is a quick one */
    if (ftruncate(folder->owner_fd, 0) != 0 || pwrite(folder->owner_fd, pid, (size_t)n, 0) != n)
        return OK;
    return OK;
}

static enum err enter(struct kv_folder *folder, bool create, struct refusal *why)
{
    if (create) {
        if (mkdir(folder->path, 0700) == 0)
            folder->made = true;
        else if (errno != EEXIST)
            return refuse_errno(why, folder->path, "can not be made");
    }
    folder->fd = open(folder->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return folder->fd < 0 ? refuse_errno(why, folder->path, "can not be opened") : OK;
}

enum err kv_folder_init(struct kv_folder *folder, const char *path, bool create, struct refusal *why)
{
    *folder = (struct kv_folder){.fd = -1, .owner_fd = -1, .path = strdup(path)};
    if (!folder->path)
        return refuse(why, ERR_NO_MEMORY, "", "no memory");
    enum err e = enter(folder, create, why);
    if (!e)
        e = look(folder, create, why);
    if (!e)
        e = own(folder, why);
    if (!e)
        e = look(folder, create, why); /* again, now that nobody else can change it */
    if (e) {
        if (folder->made)
            rmdir(folder->path);
        kv_folder_fini(folder);
    }
    return e;
}

void kv_folder_leave(struct kv_folder *folder)
{
    if (ftruncate(folder->owner_fd, 0) != 0)
        return; /* a longer look next time */
}

void kv_folder_fini(struct kv_folder *folder)
{
    if (folder->owner_fd >= 0)
        close(folder->owner_fd);
    if (folder->fd >= 0)
        close(folder->fd);
    free(folder->path);
    *folder = (struct kv_folder){.fd = -1, .owner_fd = -1};
}

void kv_folder_undo(struct kv_folder *folder)
{
    unlinkat(folder->fd, "data.mdb", 0);
    unlinkat(folder->fd, "lock.mdb", 0);
    unlinkat(folder->fd, "reserve", 0);
    unlinkat(folder->fd, "owner", 0);
    if (folder->made)
        rmdir(folder->path);
}

enum err kv_folder_sync(const struct kv_folder *folder)
{
    if (fsync(folder->fd) != 0)
        return kv_folder_errno(errno);
    int up = openat(folder->fd, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (up < 0)
        return OK; /* a parent that may be passed but not read: nothing more can be done */
    enum err e = fsync(up) == 0 ? OK : kv_folder_errno(errno);
    close(up);
    return e;
}

enum err kv_folder_allocate_lock(struct kv_folder *folder, struct refusal *why)
{
    int fd = openat(folder->fd, "lock.mdb", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return refuse_errno(why, folder->path, "lock.mdb");
    int code = posix_fallocate(fd, 0, LOCK_BYTES);
    if (code == ENOSPC && kv_folder_lend(folder))
        code = posix_fallocate(fd, 0, LOCK_BYTES);
    close(fd);
    if (!code)
        return OK;
    errno = code;
    return refuse_errno(why, folder->path, "no room even to open the store; make some");
}

uint64_t kv_folder_room(const struct kv_folder *folder)
{
    struct statvfs fs;
    if (fstatvfs(folder->fd, &fs) != 0)
        return 0;
    return (uint64_t)fs.f_frsize * (geteuid() == 0 ? fs.f_bfree : fs.f_bavail);
}

uint64_t kv_folder_spare(const struct kv_folder *folder)
{
    struct stat st;
    const uint64_t room = kv_folder_room(folder);
    uint64_t lacks = 0;
    if (fstatat(folder->fd, "reserve", &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(st.st_mode) &&
        st.st_size < RESERVE_BYTES)
        lacks = (uint64_t)(RESERVE_BYTES - st.st_size);
    return room > lacks ? room - lacks : 0;
}

static int open_reserve(const struct kv_folder *folder, int flags, off_t *size)
{
    struct stat st;
    int fd = openat(folder->fd, "reserve", O_WRONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | flags, 0600);
    if (fd >= 0 && (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))) {
        close(fd);
        return -1;
    }
    if (fd >= 0)
        *size = st.st_size;
    return fd;
}

void kv_folder_fill(struct kv_folder *folder)
{
    off_t size, step = RESERVE_BYTES;
    int fd = open_reserve(folder, 0, &size);
    folder->lent = fd >= 0 && size < RESERVE_BYTES;
    while (folder->lent && step >= RESERVE_LEAST) {
        if (step > RESERVE_BYTES - size || posix_fallocate(fd, size, step) != 0) {
            if (ftruncate(fd, size) != 0) /* what a try that failed may have left */
                break;
            step /= 2;
            continue;
        }
        size += step;
        folder->lent = size < RESERVE_BYTES;
    }
    if (fd >= 0)
        close(fd);
}

void kv_folder_take_reserve(struct kv_folder *folder)
{
    off_t size;
    if (faccessat(folder->fd, "reserve", F_OK, 0) == 0 ||
        kv_folder_room(folder) < (uint64_t)RESERVE_BYTES * (RESERVE_SHARE + 1))
        return;
    int fd = open_reserve(folder, O_CREAT | O_EXCL, &size);
    if (fd < 0)
        return;
    close(fd);
    kv_folder_fill(folder);
    if (folder->lent) {
        unlinkat(folder->fd, "reserve", 0);
        folder->lent = false;
    }
}

/* Synced, since file systems with a journal give blocks that became free to nobody before that is written. */
bool kv_folder_lend(struct kv_folder *folder)
{
    off_t size;
    int fd = open_reserve(folder, 0, &size);
    if (fd < 0)
        return false;
    off_t left = size > RESERVE_STEP ? size - RESERVE_STEP : 0;
    bool lent = size > 0 && ftruncate(fd, left) == 0 && fsync(fd) == 0;
    folder->lent |= lent;
    close(fd);
    return lent;
}
