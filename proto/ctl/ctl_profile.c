#include "proto/ctl/ctl_profile.h"
#include "common/text.h"
#include "proto/config.h"
#include "proto/ctl/ctl_session.h"
#include <stdlib.h>
#include <string.h>

#define TOKEN_MAX 1000

static enum err take_token(struct ctl *c, const char *field, char *text)
{
    text = text_trim(text);
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
    enum err e = own_file(c->a, &c->why, "token file", path, 077, text, sizeof text - 1, &n);
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
static enum err settle_token(struct ctl *c, const struct config *p)
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
    return read_token(c, "token-file", config_of_home(c->a, p->token_file));
}

enum err profile_settle(struct ctl *c)
{
    struct config p;
    const char *env;
    if (c->no_files || c->settled)
        return OK;
    c->settled = true;
    enum err e = config_choose(c->a, &c->why, &c->profile, &p);
    if (e)
        return e;
    if (!c->url_given && p.url) {
        c->url = p.url;
        c->url_given = true;
    }
    env = getenv("POSTERN_PORTAL");
    c->portal = env && *env ? env : p.portal;
    env = getenv("POSTERN_CA");
    const char *ca = c->ca ? c->ca : env && *env ? env : config_of_home(c->a, p.ca);
    if (ca && ca != env)
        (void)setenv("POSTERN_CA", ca, 1); /* read when the link is opened */
    return settle_token(c, &p);
}
