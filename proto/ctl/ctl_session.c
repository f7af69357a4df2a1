#include "proto/ctl/ctl_session.h"
#include "proto/config.h"
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

enum err session_load(struct ctl *c)
{
    char text[FILE_MAX];
    ssize_t n;
    const char *path = c->no_files ? NULL : session_path(c);
    if (!path)
        return OK;
    enum err e = own_file(c->a, &c->why, "session file", path, 077, text, sizeof text, &n);
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
