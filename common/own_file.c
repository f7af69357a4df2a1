#include "common/own_file.h"
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

enum err own_file_write(const char *path, const void *bytes, size_t size)
{
    const int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    size_t done = 0;
    if (fd < 0)
        return errno == EEXIST ? ERR_EXISTS : ERR_IO;
    while (done < size) {
        const ssize_t n = write(fd, (const char *)bytes + done, size - done);
        if (n <= 0)
            break;
        done += (size_t)n;
    }
    int why = done == size ? 0 : errno;
    if (close(fd) != 0 && !why)
        why = errno;
    if (done == size && !why)
        return OK;
    (void)unlink(path); /* it is ours, and half */
    errno = why ? why : EIO;
    return ERR_IO;
}
