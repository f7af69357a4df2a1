#include "server/auth.h"
#include "server/limits.h"
#include <string.h>

#define SEEN_EVERY_MS 60000 /* how exactly the last use of a session is noted */

static enum err sign_in(struct call *c)
{
    return REFUSE(c, ERR_SIGN_IN, "", "Sign in first: there is no such session, or it has ended.");
}

static enum err find_session(struct call *c, const struct job *j, struct session *s)
{
    uint32_t business;
    uint64_t id;
    uint8_t random[SECRET_TOKEN], digest[32];
    if (!secret_token_read((const char *)j->token, j->token_size, &business, &id, random) || business == 0)
        return sign_in(c);
    call_enter(c, business);
    enum err e = record_get(&c->txn, KIND_SESSION, id, s);
    if (e)
        return e == ERR_NOT_FOUND ? sign_in(c) : e;
    secret_digest(digest, NULL, random, sizeof random);
    if (s->hash.size != sizeof digest || !secret_equal(digest, s->hash.data, sizeof digest))
        return sign_in(c);
    if (c->now - s->created > LIMIT_SESSION_LIFE_MS || c->now - s->seen > LIMIT_SESSION_IDLE_MS)
        return sign_in(c);
    return OK;
}

/* What may be asked before a one-time password has been replaced. */
static bool before_change(const struct op *op)
{
    enum op_number n = op_number(op);
    return n == OPNO_password_change || n == OPNO_session_me || n == OPNO_session_sign_out;
}

static enum err by_session(struct call *c, const struct job *j)
{
    struct session s;
    enum err e = find_session(c, j, &s);
    if (e)
        return e;
    c->who = (struct who){.role = s.role,
                          .session = s.id,
                          .person = (uint64_t)s.person,
                          .customer = s.customer,
                          .name = s.name,
                          .email = s.email,
                          .place = j->place,
                          .must_change = s.must_change};
    if (!(c->op->who & (1u << s.role)))
        return REFUSE(c, ERR_FORBIDDEN, "", "%s is not for your role", c->op->name);
    if (s.must_change && !before_change(c->op))
        return REFUSE(c, ERR_PASSWORD_CHANGE, "", "Choose a password of your own first (password.change).");
    if (c->op->mode != OP_WAIT && c->now - s.seen > SEEN_EVERY_MS)
        call_follow(c, FOLLOW_SEEN, s.id);
    return OK;
}

/* Who needs no session, because the kernel says which account it is. */
static enum err by_peer(struct call *c, const struct job *j)
{
    const struct doors *doors = &j->daemon->doors;
    unsigned is = j->peer_uid < 0 ? 0
                                  : (j->peer_uid == j->daemon->uid ? BY_OPERATOR : 0) |
                                        (j->peer_uid == doors->voucher ? BY_VOUCHER : 0) |
                                        (j->peer_uid == doors->keys ? BY_KEYS : 0);
    if (!(c->op->who & is))
        return REFUSE(c, ERR_FORBIDDEN, "", "%s is for %s, over ipc", c->op->name,
                      c->op->who & BY_OPERATOR ? "the account that the daemon runs as"
                                               : "the accounts that sshd uses");
    c->who.role = is & BY_OPERATOR ? ROLE_OPERATOR : 0;
    return OK;
}

enum err auth_check(struct call *c, const struct job *j)
{
    c->who.place = j->place;
    if (c->op->who & BY_PUBLIC)
        return OK;
    if ((c->op->who & BY_PEER) && !j->token_size)
        return by_peer(c, j);
    return j->token_size ? by_session(c, j) : sign_in(c);
}
