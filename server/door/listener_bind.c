/* What we listen on: one endpoint per URL. */
#include "server/core/limits.h"
#include "server/door/listener_inside.h"
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <nng/nng.h>
#include <nng/supplemental/util/platform.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define REST_MS 20 /* between accepts after a failure, e.g. no descriptor left */

/* ---- accepting ---- */

static void accept_one(struct endpoint *e)
{
    e->resting = false;
    nng_stream_listener_accept(e->accepting, e->aio);
}

static void on_accept(void *arg)
{
    struct endpoint *e = arg;
    int rv = nng_aio_result(e->aio);
    bool draining = atomic_load(&e->l->draining);
    if (e->resting) {
        if (!draining)
            accept_one(e);
        return;
    }
    if (rv == 0) {
        nng_stream *stream = nng_aio_get_output(e->aio, 0);
        if (draining)
            nng_stream_free(stream);
        else
            conn_start(e, stream);
    }
    if (draining || rv == NNG_ECLOSED || rv == NNG_ECANCELED)
        return;
    if (rv == 0 || rv == NNG_ECONNABORTED || rv == NNG_ECONNRESET) {
        accept_one(e);
        return;
    }
    e->resting = true;
    nng_sleep_aio(REST_MS, e->aio);
}

void endpoint_accept(struct endpoint *e)
{
    accept_one(e);
}

void endpoint_stop(struct endpoint *e)
{
    nng_stream_listener_close(e->accepting);
    nng_aio_cancel(e->aio);
}

void endpoint_unbind(struct endpoint *e)
{
    if (e->accepting)
        nng_stream_listener_close(e->accepting);
    if (e->aio) {
        nng_aio_stop(e->aio);
        nng_aio_free(e->aio);
    }
    if (e->accepting)
        nng_stream_listener_free(e->accepting);
    if (e->lock_fd >= 0) {
        unlink(e->lock_path);
        close(e->lock_fd);
    }
    endpoint_untls(e);
}

/* ---- ipc: one daemon per path ---- */

/* Holds PATH.lock for as long as we live. The name may be removed by one who goes while we wait, so look again. */
static enum err lock_path(struct endpoint *e, struct refusal *why)
{
    for (;;) {
        int fd = open(e->lock_path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
        if (fd < 0 && errno == ENOENT)
            return refuse(
                why, ERR_IO, "--listen",
                "%s: there is no folder %.*s: make it (install -d -m 755), or name another place with "
                "--listen ipc://PATH",
                e->path, (int)(strrchr(e->path, '/') - e->path), e->path);
        if (fd < 0)
            return refuse(why, ERR_IO, "listen", "%s: %s", e->lock_path, strerror(errno));
        if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
            close(fd);
            return refuse(why, ERR_LOCKED, "listen", "another daemon listens on %s", e->path);
        }
        struct stat ours, named;
        if (fstat(fd, &ours) == 0 && stat(e->lock_path, &named) == 0 && ours.st_ino == named.st_ino &&
            ours.st_dev == named.st_dev) {
            e->lock_fd = fd;
            return OK;
        }
        close(fd);
    }
}

/* Removes a socket that nobody listens on; says ERR_LOCKED when somebody does, ERR_EXISTS for anything but a socket. */
static enum err clear_path(struct endpoint *e, struct refusal *why)
{
    struct stat st;
    if (lstat(e->path, &st) != 0)
        return errno == ENOENT ? OK : refuse(why, ERR_IO, "listen", "%s: %s", e->path, strerror(errno));
    if (!S_ISSOCK(st.st_mode))
        return refuse(why, ERR_EXISTS, "listen", "%s is there and is not a socket", e->path);
    struct sockaddr_un a = {.sun_family = AF_UNIX};
    memcpy(a.sun_path, e->path, sizeof a.sun_path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return refuse(why, ERR_IO, "listen", "%s", strerror(errno));
    int rv = connect(fd, (const struct sockaddr *)&a, sizeof a) == 0 ? 0 : errno;
    close(fd);
    if (rv == ECONNREFUSED) /* nobody listens; EAGAIN would be one whose backlog is full */
        return unlink(e->path) == 0 ? OK : refuse(why, ERR_IO, "listen", "%s: %s", e->path, strerror(errno));
    return refuse(why, ERR_LOCKED, "listen", "another process listens on %s", e->path);
}

static enum err prepare_ipc(struct endpoint *e, const char *path, struct refusal *why)
{
    if (path[0] != '/' || strlen(path) >= sizeof e->path)
        return refuse(why, ERR_INVALID, "listen", "an ipc path is absolute and has at most %zu bytes",
                      sizeof e->path - 1);
    snprintf(e->path, sizeof e->path, "%s", path);
    snprintf(e->lock_path, sizeof e->lock_path, "%s.lock", path);
    enum err rv = lock_path(e, why);
    return rv == OK ? clear_path(e, why) : rv;
}

/* ---- tcp and tls ---- */

static bool is_loopback(const char *address)
{
    char host[64];
    size_t size = strcspn(address, ":");
    if (address[0] == '[')
        return strncmp(address, "[::1]:", 6) == 0;
    if (size >= sizeof host)
        return false;
    memcpy(host, address, size);
    host[size] = 0;
    struct in_addr a;
    return strcmp(host, "localhost") == 0 ||
           (inet_pton(AF_INET, host, &a) == 1 && ntohl(a.s_addr) >> 24 == 127);
}

/* A connection takes over the buffers of what it was accepted from; left to itself, Linux lets each grow to megabytes. nng hides the
 * descriptor, so it is looked for: whatever tcp socket of this process listens is one of ours. */
static void bound_buffers(void)
{
    const int most = LIMIT_KERNEL_BUFFER;
    DIR *all = opendir("/proc/self/fd");
    for (const struct dirent *d; all && (d = readdir(all)) != NULL;) {
        const int fd = atoi(d->d_name);
        int listens = 0, domain = 0;
        socklen_t a = sizeof listens, b = sizeof domain;
        if (getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &a) == 0 && listens &&
            getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &b) == 0 &&
            (domain == AF_INET || domain == AF_INET6)) {
            (void)setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &most, sizeof most);
            (void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &most, sizeof most);
        }
    }
    if (all)
        (void)closedir(all);
}

enum err endpoint_bind(struct endpoint *e, const char *url, const char *cert, const char *key,
                       struct refusal *why)
{
    enum err result = OK;
    if (strncmp(url, "ipc://", 6) == 0) {
        e->kind = PEER_IPC;
        result = prepare_ipc(e, url + 6, why);
    } else if (strncmp(url, "tcp://", 6) == 0) {
        e->kind = PEER_TCP;
        if (!is_loopback(url + 6))
            result = refuse(why, ERR_INVALID, "listen",
                            "plain tcp is for loopback only; use tls+tcp:// for others");
    } else if (strncmp(url, "tls+tcp://", 10) == 0) {
        e->kind = PEER_TLS;
        result = endpoint_tls(e, cert, key, why);
    } else {
        result = refuse(why, ERR_INVALID, "listen", "a URL begins with ipc://, tcp:// or tls+tcp://");
    }
    if (result != OK)
        return result;
    /* TLS is spoken above nng's stream (listener_tls.c), which is one of plain tcp. */
    int rv = nng_stream_listener_alloc(&e->accepting, e->kind == PEER_TLS ? url + 4 : url);
    if (rv == 0)
        rv = nng_aio_alloc(&e->aio, on_accept, e);
    if (rv == 0 && e->kind != PEER_IPC)
        nng_stream_listener_set_bool(e->accepting, NNG_OPT_TCP_NODELAY, true);
    if (rv == 0)
        rv = nng_stream_listener_listen(e->accepting);
    if (rv == 0 && e->kind != PEER_IPC)
        bound_buffers();
    /* Who may connect is the folder's to say; who may ask what is decided by sessions and the peer's uid. */
    if (rv == 0 && e->kind == PEER_IPC && chmod(url + 6, 0666) != 0)
        rv = NNG_ESYSERR + errno;
    if (rv == 0)
        return OK;
    enum err code = rv == NNG_EADDRINUSE                       ? ERR_LOCKED
                    : rv == NNG_EADDRINVAL || rv == NNG_EINVAL ? ERR_INVALID
                                                               : ERR_IO;
    return refuse(why, code, "listen", "%s: %s", url, nng_strerror(rv));
}
