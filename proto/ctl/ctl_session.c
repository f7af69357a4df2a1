#include "proto/ctl/ctl_session.h"
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_MAX 4096

const char *session_path(struct ctl *c)
{
    const char *path = c->session_path, *home;
    if (!path || !*path)
        path = getenv("POSTERN_SESSION");
    if (path && *path)
        return path;
    const char *dot = c->profile ? "." : "", *name = c->profile ? c->profile : "";
    if ((home = getenv("XDG_STATE_HOME")) && *home == '/')
        return arena_printf(c->a, "%s/postern/session%s%s", home, dot, name);
    if ((home = getenv("HOME")) && *home == '/')
        return arena_printf(c->a, "%s/.local/state/postern/session%s%s", home, dot, name);
    return NULL;
}

static enum err bad(struct ctl *c, const char *path, const char *what)
{
    return refuse(&c->why, ERR_INVALID, "session", "session file %.120s: %s", path, what);
}

static enum err fill(struct ctl *c, const char *path, json_t *root)
{
    const char *url = json_string_value(json_object_get(root, "url"));
    const char *token = json_string_value(json_object_get(root, "token"));
    if (!url || !token)
        return bad(c, path, "is no session file; sign in again");
    if (c->url_given && strcmp(url, c->url) != 0)
        return OK; /* signed in elsewhere: that token is not for this server */
    c->url = arena_text(c->a, url, strlen(url));
    c->token = arena_text(c->a, token, strlen(token));
    return OK;
}

static enum err unfit(struct ctl *c, const char *what, const char *path, const char *why)
{
    return refuse(&c->why, ERR_INVALID, arena_printf(c->a, "%.*s", (int)strcspn(what, " "), what),
                  "%s %.120s: %s", what, path, why);
}

static const char *rights_fault(const struct stat *st, unsigned forbidden)
{
    if (!S_ISREG(st->st_mode))
        return "is no regular file";
    if (st->st_uid != geteuid() && st->st_uid != 0)
        return "belongs to somebody else";
    if (!(st->st_mode & forbidden))
        return NULL;
    return forbidden & 044 ? "others can read it: chmod 600, and better sign in again, or make another token"
                           : "others can write it: chmod go-w";
}

enum err own_file(struct ctl *c, const char *what, const char *path, unsigned forbidden, char *text,
                  size_t room, ssize_t *size)
{
    struct stat st;
    size_t n = 0;
    *size = -1;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (fd < 0)
        return errno == ENOENT || errno == ENOTDIR ? OK : unfit(c, what, path, strerror(errno));
    const char *why = fstat(fd, &st) < 0 ? strerror(errno) : rights_fault(&st, forbidden);
    while (!why && n < room) {
        ssize_t got = read(fd, text + n, room - n);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            why = strerror(errno);
        if (got <= 0)
            break;
        n += (size_t)got;
    }
    close(fd);
    if (!why && n == room)
        why = "is too long";
    *size = (ssize_t)n;
    return why ? unfit(c, what, path, why) : OK;
}

enum err session_load(struct ctl *c)
{
    char text[FILE_MAX];
    ssize_t n;
    const char *path = c->no_files ? NULL : session_path(c);
    if (!path)
        return OK;
    enum err e = own_file(c, "session file", path, 077, text, sizeof text, &n);
    if (e || n < 0)
        return e;
    json_t *root = json_loadb(text, (size_t)n, 0, NULL);
    e = fill(c, path, root);
    json_decref(root);
    explicit_bzero(text, sizeof text);
    return e;
}

/* The folders above the file, 0700, as far as they are absent. */
static void make_folders(struct ctl *c, const char *path)
{
    char *copy = arena_text(c->a, path, strlen(path));
    for (char *p = strchr(copy + 1, '/'); p; p = strchr(p + 1, '/')) {
        *p = '\0';
        (void)mkdir(copy, 0700); /* what matters is whether the file can be opened */
        *p = '/';
    }
}

static enum err write_file(struct ctl *c, const char *path, const char *text)
{
    char *beside = arena_printf(c->a, "%s.XXXXXX", path);
    make_folders(c, path);
    int fd = mkostemp(beside, O_CLOEXEC); /* mode 0600 */
    if (fd < 0)
        return bad(c, path, strerror(errno));
    size_t size = strlen(text), done = 0;
    while (done < size) {
        ssize_t n = write(fd, text + done, size - done);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            break;
        done += (size_t)n;
    }
    bool fine = done == size && fsync(fd) == 0;
    fine = close(fd) == 0 && fine;
    if (fine && rename(beside, path) == 0)
        return OK;
    enum err e = bad(c, path, strerror(errno));
    unlink(beside);
    return e;
}

enum err session_save(struct ctl *c, const char *token, const char *portal, const char *email)
{
    const char *path = session_path(c);
    if (!path)
        return refuse(&c->why, ERR_INVALID, "session", "no --session, $POSTERN_SESSION or $HOME");
    json_t *root = json_pack("{ssssssss}", "url", c->url, "token", token, "portal", portal, "email", email);
    char *text = root ? json_dumps(root, JSON_COMPACT) : NULL;
    enum err e = text ? write_file(c, path, text) : bad(c, path, "can not be written");
    if (text)
        explicit_bzero(text, strlen(text));
    free(text);
    json_decref(root);
    return e;
}

enum err session_remove(struct ctl *c)
{
    const char *path = session_path(c);
    if (path && unlink(path) < 0 && errno != ENOENT)
        return bad(c, path, strerror(errno));
    return OK;
}
