#include "proto/config.h"
#include "common/nearest.h"
#include "common/text.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* --- a file of one's own */

static enum err unfit(struct arena *a, struct refusal *why_not, const char *what, const char *path,
                      const char *why)
{
    return refuse(why_not, ERR_INVALID, arena_printf(a, "%.*s", (int)strcspn(what, " "), what),
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

enum err own_file(struct arena *a, struct refusal *why_not, const char *what, const char *path,
                  unsigned forbidden, char *text, size_t room, ssize_t *size)
{
    struct stat st;
    size_t n = 0;
    *size = -1;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (fd < 0)
        return errno == ENOENT || errno == ENOTDIR ? OK : unfit(a, why_not, what, path, strerror(errno));
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
    return why ? unfit(a, why_not, what, path, why) : OK;
}

/* --- what it says */

static const struct {
    const char *name;
    size_t at;
} settings[] = {
    {"url", offsetof(struct config, url)},
    {"portal", offsetof(struct config, portal)},
    {"token-file", offsetof(struct config, token_file)},
    {"ca", offsetof(struct config, ca)},
};
#define SETTINGS (sizeof settings / sizeof *settings)

struct parsing {
    struct arena *a;
    struct refusal *why;
    const char *path, *wanted;
    int line;
    struct config *out, other,
        *now; /* the wanted one, any other; that which is read, NULL before the first */
    bool *found;
    const char *names; /* of all so far, each between line breaks */
};

static enum err fault(struct parsing *p, const char *what)
{
    return refuse(p->why, ERR_INVALID, "config", "config file %.100s, line %d: %s", p->path, p->line, what);
}

static bool good_name(const char *name)
{
    size_t n = strlen(name);
    return n >= 1 && n <= CONFIG_NAME_MAX && *name != '.' && *name != '-' &&
           strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-") == n;
}

static enum err begin_section(struct parsing *p, char *line)
{
    size_t n = strlen(line);
    if (line[n - 1] != ']')
        return fault(p, "the name of a profile stands between [ and ]");
    line[n - 1] = '\0';
    char *name = text_trim(line + 1);
    if (!good_name(name))
        return fault(p, "the name of a profile is made of up to 40 letters, digits and . _ -");
    const char *listed = arena_printf(p->a, "\n%s\n", name);
    if (strstr(p->names, listed))
        return fault(p, "there is a profile of that name above");
    p->names = arena_printf(p->a, "%s%s", p->names, listed);
    bool wanted = strcmp(name, p->wanted) == 0;
    *p->found |= wanted;
    p->other = (struct config){.url = NULL};
    p->now = wanted ? p->out : &p->other;
    return OK;
}

static enum err take_setting(struct parsing *p, const char *name, char *value)
{
    struct nearest n = {.typed = name};
    for (size_t i = 0; i < SETTINGS; i++) {
        const char **to = (const char **)(void *)((char *)p->now + settings[i].at);
        nearest_try(&n, settings[i].name);
        if (strcmp(settings[i].name, name) != 0)
            continue;
        if (*to)
            return fault(p, "it is said twice in that profile");
        if (!*value)
            return fault(p, "nothing stands behind the =");
        *to = value;
        return OK;
    }
    return fault(p, arena_printf(p->a, "there is no setting %.40s%s there are url, portal, token-file, ca",
                                 text_shown(p->a, name, false), nearest_words(p->a, &n, ";")));
}

static enum err take_line(struct parsing *p, char *line)
{
    char *equals;
    if (strlen(line) > CONFIG_LINE_MAX)
        return fault(p, "it is too long");
    line = text_trim(line);
    if (!text_printable(line, strlen(line), true))
        return fault(p, "it has a control character in it");
    if (!*line || *line == '#' || *line == ';')
        return OK;
    if (*line == '[')
        return begin_section(p, line);
    if (!p->now)
        return fault(p, "the name of a profile comes first: [NAME]");
    if (!(equals = strchr(line, '=')))
        return fault(p, "it is neither [NAME] nor SETTING = VALUE");
    *equals = '\0';
    return take_setting(p, text_trim(line), text_trim(equals + 1));
}

enum err config_parse(struct arena *a, struct refusal *why, const char *path, char *text, size_t size,
                      const char *name, struct config *out, bool *found)
{
    struct parsing p = {
        .a = a, .why = why, .path = path, .wanted = name, .out = out, .found = found, .names = ""};
    char *rest = text, *line;
    *found = false;
    *out = (struct config){.url = NULL};
    if (memchr(text, 0, size) || !text_utf8(text, size))
        return refuse(why, ERR_INVALID, "config", "config file %.120s: is no UTF-8 text", path);
    while ((line = strsep(&rest, "\n")) != NULL) {
        p.line++;
        enum err e = take_line(&p, line);
        if (e)
            return e;
    }
    return OK;
}

/* --- where it is, and what it is used for */

static const char *config_path(struct arena *a)
{
    const char *home = getenv("XDG_CONFIG_HOME");
    if (home && *home == '/')
        return arena_printf(a, "%s/postern/config", home);
    home = getenv("HOME");
    return home && *home == '/' ? arena_printf(a, "%s/.config/postern/config", home) : NULL;
}

/* What somebody else may write says where one's token goes. */
static enum err read_profile(struct arena *a, struct refusal *why, const char *name, struct config *out,
                             bool *found)
{
    ssize_t n = -1;
    const char *path = config_path(a);
    char *text = arena_alloc(a, CONFIG_FILE_MAX + 1);
    enum err e = path ? own_file(a, why, "config file", path, 022, text, CONFIG_FILE_MAX, &n) : OK;
    *found = false;
    if (!e && n >= 0)
        e = config_parse(a, why, path, text, (size_t)n, name, out, found);
    return e;
}

/* The one that is named has to be there; "default" is used when there is one. */
enum err config_choose(struct arena *a, struct refusal *why, const char **profile, struct config *out)
{
    const char *env = getenv("POSTERN_PROFILE");
    const char *name = *profile ? *profile : env && *env ? env : NULL;
    bool found;
    *out = (struct config){.url = NULL};
    if (name && !good_name(name))
        return refuse(why, ERR_INVALID, "--profile", "%.60s is no name of a profile", name);
    enum err e = read_profile(a, why, name ? name : "default", out, &found);
    if (!e && name && !found) {
        const char *path = config_path(a);
        e = refuse(why, ERR_INVALID, "--profile", "there is no [%.60s] in %.150s", name,
                   path ? path : "any file: $HOME is not set");
    }
    *profile = name && strcmp(name, "default") != 0 ? name : NULL;
    return e;
}

const char *config_of_home(struct arena *a, const char *path)
{
    const char *home = getenv("HOME");
    return path && strncmp(path, "~/", 2) == 0 && home ? arena_printf(a, "%s%s", home, path + 1) : path;
}
