#include "proto/ctl/ctl_profile.h"
#include "common/text.h"
#include "proto/ctl/ctl_session.h"
#include "proto/ctl/nearest.h"
#include <stdlib.h>
#include <string.h>

#define BLANK " \t\r"
#define TOKEN_MAX 1000

static const struct {
    const char *name;
    size_t at;
} settings[] = {
    {"url", offsetof(struct ctl_profile, url)},
    {"portal", offsetof(struct ctl_profile, portal)},
    {"token-file", offsetof(struct ctl_profile, token_file)},
    {"ca", offsetof(struct ctl_profile, ca)},
};
#define SETTINGS (sizeof settings / sizeof *settings)

struct parsing {
    struct ctl *c;
    const char *path, *wanted;
    int line;
    struct ctl_profile *out, other,
        *now; /* the wanted one, any other; that which is read, NULL before the first */
    bool *found;
    const char *names; /* of all so far, each between line breaks */
};

static enum err fault(struct parsing *p, const char *what)
{
    return refuse(&p->c->why, ERR_INVALID, "config", "config file %.100s, line %d: %s", p->path, p->line,
                  what);
}

static char *trimmed(char *text)
{
    text += strspn(text, BLANK);
    size_t n = strlen(text);
    while (n && strchr(BLANK, text[n - 1]))
        text[--n] = '\0';
    return text;
}

static bool good_name(const char *name)
{
    size_t n = strlen(name);
    return n >= 1 && n <= PROFILE_NAME_MAX && *name != '.' && *name != '-' &&
           strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-") == n;
}

static enum err begin_section(struct parsing *p, char *line)
{
    size_t n = strlen(line);
    if (line[n - 1] != ']')
        return fault(p, "the name of a profile stands between [ and ]");
    line[n - 1] = '\0';
    char *name = trimmed(line + 1);
    if (!good_name(name))
        return fault(p, "the name of a profile is made of up to 40 letters, digits and . _ -");
    const char *listed = arena_printf(p->c->a, "\n%s\n", name);
    if (strstr(p->names, listed))
        return fault(p, "there is a profile of that name above");
    p->names = arena_printf(p->c->a, "%s%s", p->names, listed);
    bool wanted = strcmp(name, p->wanted) == 0;
    *p->found |= wanted;
    p->other = (struct ctl_profile){.url = NULL};
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
    return fault(p, arena_printf(p->c->a, "there is no setting %.40s%s there are url, portal, token-file, ca",
                                 text_shown(p->c->a, name, false), nearest_words(p->c->a, &n, ";")));
}

static enum err take_line(struct parsing *p, char *line)
{
    char *equals;
    if (strlen(line) > PROFILE_LINE_MAX)
        return fault(p, "it is too long");
    line = trimmed(line);
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
    return take_setting(p, trimmed(line), trimmed(equals + 1));
}

enum err profile_parse(struct ctl *c, const char *path, char *text, size_t size, const char *name,
                       struct ctl_profile *out, bool *found)
{
    struct parsing p = {.c = c, .path = path, .wanted = name, .out = out, .found = found, .names = ""};
    char *rest = text, *line;
    *found = false;
    *out = (struct ctl_profile){.url = NULL};
    if (memchr(text, 0, size) || !text_utf8(text, size))
        return refuse(&c->why, ERR_INVALID, "config", "config file %.120s: is no UTF-8 text", path);
    while ((line = strsep(&rest, "\n")) != NULL) {
        p.line++;
        enum err e = take_line(&p, line);
        if (e)
            return e;
    }
    return OK;
}

/* --- where it is, and what it is used for */

static const char *config_path(struct ctl *c)
{
    const char *home = getenv("XDG_CONFIG_HOME");
    if (home && *home == '/')
        return arena_printf(c->a, "%s/postern/config", home);
    home = getenv("HOME");
    return home && *home == '/' ? arena_printf(c->a, "%s/.config/postern/config", home) : NULL;
}

/* What somebody else may write says where one's token goes. */
static enum err read_profile(struct ctl *c, const char *name, struct ctl_profile *out, bool *found)
{
    ssize_t n = -1;
    const char *path = config_path(c);
    char *text = arena_alloc(c->a, PROFILE_FILE_MAX + 1);
    enum err e = path ? own_file(c, "config file", path, 022, text, PROFILE_FILE_MAX, &n) : OK;
    *found = false;
    if (!e && n >= 0)
        e = profile_parse(c, path, text, (size_t)n, name, out, found);
    return e;
}

/* The one that is named has to be there; "default" is used when there is one. */
static enum err choose(struct ctl *c, struct ctl_profile *out)
{
    const char *env = getenv("POSTERN_PROFILE");
    const char *name = c->profile ? c->profile : env && *env ? env : NULL;
    bool found;
    *out = (struct ctl_profile){.url = NULL};
    if (name && !good_name(name))
        return refuse(&c->why, ERR_INVALID, "--profile", "%.60s is no name of a profile", name);
    enum err e = read_profile(c, name ? name : "default", out, &found);
    if (!e && name && !found) {
        const char *path = config_path(c);
        e = refuse(&c->why, ERR_INVALID, "--profile", "there is no [%.60s] in %.150s", name,
                   path ? path : "any file: $HOME is not set");
    }
    c->profile = name && strcmp(name, "default") != 0 ? name : NULL;
    return e;
}

static const char *of_home(struct ctl *c, const char *path)
{
    const char *home = getenv("HOME");
    return path && strncmp(path, "~/", 2) == 0 && home ? arena_printf(c->a, "%s%s", home, path + 1) : path;
}

static enum err take_token(struct ctl *c, const char *field, char *text)
{
    text = trimmed(text);
    size_t n = strlen(text);
    while (n && text[n - 1] == '\n')
        text[--n] = '\0';
    text = trimmed(text);
    if (!*text || strlen(text) >= TOKEN_MAX || strpbrk(text, " \t\n") || !text_utf8(text, strlen(text)) ||
        !text_printable(text, strlen(text), false))
        return refuse(&c->why, ERR_INVALID, field, "it holds no token: one word on one line");
    c->token = arena_text(c->a, text, strlen(text));
    return OK;
}

static enum err read_token(struct ctl *c, const char *field, const char *path)
{
    char text[TOKEN_MAX + 3];
    ssize_t n;
    enum err e = own_file(c, "token file", path, 077, text, sizeof text - 1, &n);
    if (!e && n < 0)
        e = refuse(&c->why, ERR_INVALID, field, "there is no file %.150s", path);
    if (!e) {
        text[n] = '\0';
        e = memchr(text, 0, (size_t)n) ? refuse(&c->why, ERR_INVALID, field, "%.150s is no text", path)
                                       : take_token(c, field, text);
    }
    explicit_bzero(text, sizeof text);
    return e;
}

/* A session that is named is meant, whatever token the next source has. */
static enum err settle_token(struct ctl *c, const struct ctl_profile *p)
{
    const char *env = getenv("POSTERN_TOKEN"), *session = getenv("POSTERN_SESSION");
    if (c->token_file && c->session_path)
        return refuse(&c->why, ERR_INVALID, "--token-file", "--token-file and --session: choose one");
    if (c->token_file)
        return read_token(c, "--token-file", c->token_file);
    if (c->session_path)
        return OK;
    if (env && *env)
        return take_token(c, "POSTERN_TOKEN", arena_text(c->a, env, strlen(env)));
    if ((session && *session) || !p->token_file)
        return OK;
    return read_token(c, "token-file", of_home(c, p->token_file));
}

enum err profile_settle(struct ctl *c)
{
    struct ctl_profile p;
    const char *env;
    if (c->no_files || c->settled)
        return OK;
    c->settled = true;
    enum err e = choose(c, &p);
    if (e)
        return e;
    if (!c->url_given && p.url) {
        c->url = p.url;
        c->url_given = true;
    }
    env = getenv("POSTERN_PORTAL");
    c->portal = env && *env ? env : p.portal;
    env = getenv("POSTERN_CA");
    const char *ca = c->ca ? c->ca : env && *env ? env : of_home(c, p.ca);
    if (ca && ca != env)
        (void)setenv("POSTERN_CA", ca, 1); /* read when the link is opened */
    return settle_token(c, &p);
}
