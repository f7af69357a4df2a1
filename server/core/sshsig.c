#include "server/core/sshsig.h"
#include "server/core/limits.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define LINE_MOST 6200 /* type and key: SSH_KEY_TEXT_MOST and some */

/* What the child finds where. The files are in memory and have no names. */
enum { TEXT, SIGNERS = 3, ARMOR, CHILD_FILES };
#define SIGNERS_PATH "/proc/self/fd/3"
#define ARMOR_PATH "/proc/self/fd/4"
#define ABOVE 10 /* numbers of ours: none is in the way of another when they are moved to the child's */

static int file_of(const char *text)
{
    size_t size = strlen(text), at = 0;
    int low = memfd_create("postern", MFD_CLOEXEC);
    int fd = low < 0 ? -1 : fcntl(low, F_DUPFD_CLOEXEC, ABOVE);
    if (low >= 0)
        close(low);
    while (fd >= 0 && at < size) {
        ssize_t n = write(fd, text + at, size - at);
        if (n > 0) {
            at += (size_t)n;
        } else if (n == 0 || errno != EINTR) {
            close(fd);
            fd = -1;
        }
    }
    if (fd >= 0 && lseek(fd, 0, SEEK_SET) != 0) {
        close(fd);
        fd = -1;
    }
    return fd;
}

static int arrange(posix_spawn_file_actions_t *files, posix_spawnattr_t *how, const int fds[CHILD_FILES])
{
    sigset_t none, usual;
    sigemptyset(&none);
    sigemptyset(&usual);
    sigaddset(&usual, SIGPIPE);
    int e = posix_spawn_file_actions_adddup2(files, fds[TEXT], STDIN_FILENO);
    e = e ? e : posix_spawn_file_actions_addopen(files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    e = e ? e : posix_spawn_file_actions_addopen(files, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    e = e ? e : posix_spawn_file_actions_adddup2(files, fds[SIGNERS], SIGNERS);
    e = e ? e : posix_spawn_file_actions_adddup2(files, fds[ARMOR], ARMOR);
    e = e ? e : posix_spawn_file_actions_addclosefrom_np(files, CHILD_FILES);
    e = e ? e : posix_spawnattr_setsigmask(how, &none);
    e = e ? e : posix_spawnattr_setsigdefault(how, &usual);
    return e ? e : posix_spawnattr_setflags(how, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
}

static int spawn(const char *program, const struct sshsig *s, const int fds[CHILD_FILES], pid_t *child)
{
    const char *const words[] = {"ssh-keygen", "-Y", "verify",     "-n", s->space,   "-I",
                                 "holder",     "-f", SIGNERS_PATH, "-s", ARMOR_PATH, NULL};
    char *const nothing[] = {NULL};
    posix_spawn_file_actions_t files;
    posix_spawnattr_t how;
    int e = posix_spawn_file_actions_init(&files);
    if (e)
        return e;
    e = posix_spawnattr_init(&how);
    if (!e) {
        e = arrange(&files, &how, fds);
        e = e ? e : posix_spawn(child, program, &files, &how, (char *const *)words, nothing);
        posix_spawnattr_destroy(&how);
    }
    posix_spawn_file_actions_destroy(&files);
    return e;
}

/* It reads three short texts and computes: more than that it does not get. */
static void bound(pid_t child)
{
    const struct rlimit none = {0, 0}, files = {32, 32}, memory = {LIMIT_VERIFY_MEMORY, LIMIT_VERIFY_MEMORY};
    const struct rlimit seconds = {LIMIT_VERIFY_MS / 1000, LIMIT_VERIFY_MS / 1000};
    (void)prlimit(child, RLIMIT_CORE, &none, NULL);
    (void)prlimit(child, RLIMIT_FSIZE, &none, NULL);
    (void)prlimit(child, RLIMIT_NOFILE, &files, NULL);
    (void)prlimit(child, RLIMIT_AS, &memory, NULL);
    (void)prlimit(child, RLIMIT_CPU, &seconds, NULL);
}

/* Its exit code; −1 when it did not end by itself, or not in time. */
static int outcome(pid_t child)
{
    int status = 0, fd = pidfd_open(child, 0), ready = -1;
    struct pollfd ends = {.fd = fd, .events = POLLIN};
    do
        ready = fd < 0 ? -1 : poll(&ends, 1, LIMIT_VERIFY_MS);
    while (ready < 0 && fd >= 0 && errno == EINTR);
    if (ready <= 0)
        (void)kill(child, SIGKILL);
    if (fd >= 0)
        close(fd);
    while (waitpid(child, &status, 0) < 0)
        if (errno != EINTR)
            return -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

enum err sshsig_verify(const char *program, const struct sshsig *s, bool *good)
{
    char line[LINE_MOST + 300];
    int fds[CHILD_FILES] = {-1, -1, -1, -1, -1}, e = 0;
    pid_t child;
    *good = false;
    if (access(program, X_OK) != 0)
        return ERR_NOT_FOUND;
    int n = snprintf(line, sizeof line, "holder namespaces=\"%s\" %s %s\n", s->space, s->type, s->key);
    if (n < 0 || (size_t)n >= sizeof line)
        return ERR_IO;
    fds[TEXT] = file_of(s->text);
    fds[SIGNERS] = file_of(line);
    fds[ARMOR] = file_of(s->armor);
    if (fds[TEXT] < 0 || fds[SIGNERS] < 0 || fds[ARMOR] < 0)
        e = EIO;
    else
        e = spawn(program, s, fds, &child);
    for (size_t i = 0; i < CHILD_FILES; i++)
        if (fds[i] >= 0)
            close(fds[i]);
    if (e)
        return e == ENOENT || e == EACCES ? ERR_NOT_FOUND : ERR_IO;
    bound(child);
    int code = outcome(child);
    *good = code == 0;
    return code < 0 ? ERR_IO : OK;
}
