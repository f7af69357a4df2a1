#include "server/door/auth.h"
#include "data/engine/kv.h"
#include "server/core/kept.h"
#include "server/core/limits.h"
#include "server/ops/session_open.h"
#include "server/ops/stage.h"
#include "server/ops/token.h"
#include <string.h>

#define SEEN_EVERY_MS 60000 /* how exactly the last use of a session is noted */

static enum err sign_in(struct call *c)
{
    return REFUSE(c, ERR_SIGN_IN, "", "Sign in first: there is no such session, or it has ended.");
}

/* A token is good only over the kind of connection it was given on, and on this machine only for the same account. */
static bool same_way(const struct job *j, const struct session *s)
{
    return !s->transport || (s->transport == j->peer_kind + 1 && s->uid == j->peer_uid);
}

static enum err read_session(struct call *c, const struct job *j, const uint8_t mark[SECRET_MARK],
                             struct session *s)
{
    uint32_t business;
    uint64_t id;
    uint8_t random[SECRET_TOKEN], digest[32];
    if (!secret_token_read((const char *)j->token, j->token_size, &business, &id, random) || business == 0)
        return sign_in(c);
    call_enter(c, business);
    const uint64_t marked = kv_marked(c->txn.kv, record_mark(&c->txn, KIND_SESSION, id));
    enum err e = record_get(&c->txn, KIND_SESSION, id, s);
    if (e)
        return e == ERR_NOT_FOUND ? sign_in(c) : e;
    secret_digest(digest, NULL, random, sizeof random);
    if (s->hash.size != sizeof digest || !secret_equal(digest, s->hash.data, sizeof digest))
        return sign_in(c);
    kept_session_keep(c, mark, marked, s);
    return OK;
}

/* Found once, it is not read again until somebody writes it; whether it is over by the clock is looked at each time. */
static enum err find_session(struct call *c, const struct job *j, struct session *s)
{
    uint8_t mark[SECRET_MARK];
    bool lives;
    secret_mark(mark, j->token, j->token_size);
    enum err e = kept_session(c, mark, s) ? OK : read_session(c, j, mark, s);
    if (!e)
        e = session_lives(c, s, &lives);
    return e || (lives && same_way(j, s)) ? e : sign_in(c);
}

/* Whoever finds a session open gets no credentials out of it, nor whoever has but a key. One that waits for its code, or for a password of
 * its own, gets at nothing but what brings it on, and that takes what was not shown. */
static enum err check_shown(struct call *c, const struct job *j, const struct session *s)
{
    const struct field *field;
    const bool late = c->who.stage == STAGE_FULL || c->who.stage == STAGE_ENROL;
    if (!late || (c->op->who & SHOWS) || session_shown(c, s) || !op_credentials(c->op, j->in, &field))
        return OK;
    return session_ask_again(c);
}

static enum err by_session(struct call *c, const struct job *j)
{
    struct session *s = arena_alloc(c->arena, sizeof *s);
    int stage;
    enum err e = find_session(c, j, s);
    if (e)
        return e;
    c->session = s;
    c->who = (struct who){.role = s->role,
                          .session = s->id,
                          .person = (uint64_t)s->person,
                          .customer = s->customer,
                          .name = s->name,
                          .email = s->code ? NULL : s->email, /* what goes by an address goes by a person's */
                          .place = s->place ? s->place : j->place,
                          .must_change = s->must_change,
                          .means = s->means,
                          .code = s->code,
                          .document = s->document};
    if (s->code && !(c->op->who & WITH_CODE))
        return REFUSE(c, ERR_FORBIDDEN, "", "%s is not for who has the code of a document", c->op->name);
    if (!(c->op->who & (1u << s->role)))
        return REFUSE(c, ERR_FORBIDDEN, "", "%s is not for your role", c->op->name);
    e = stage_of(c, s, &stage);
    c->who.stage = stage;
    if (!e)
        e = stage_check(c, stage);
    if (!e)
        e = check_shown(c, j, s);
    if (!e && c->op->mode != OP_WAIT && (c->now - s->seen > SEEN_EVERY_MS || s->seen > c->now))
        call_follow(c, FOLLOW_SEEN, s->id);
    return e;
}

static enum err find_machine(struct call *c, const struct job *j, struct machine_token *t)
{
    uint32_t business;
    uint64_t id;
    uint8_t random[SECRET_TOKEN], digest[32];
    if (!secret_token_read((const char *)j->token + sizeof MACHINE_PREFIX - 1,
                           j->token_size - (sizeof MACHINE_PREFIX - 1), &business, &id, random) ||
        business == 0)
        return sign_in(c);
    call_enter(c, business);
    enum err e = record_get(&c->txn, KIND_MACHINE_TOKEN, id, t);
    if (e)
        return e == ERR_NOT_FOUND ? sign_in(c) : e;
    secret_token_digest(digest, business, id, random);
    bool good = t->hash.size == sizeof digest && secret_equal(digest, t->hash.data, sizeof digest);
    return good && !t->revoked && c->now < t->expires ? OK : sign_in(c);
}

static bool named(const struct text_list *operations, const char *name)
{
    bool found = false;
    for (size_t i = 0; i < operations->n && !found; i++)
        found = strcmp(operations->v[i], name) == 0;
    return found;
}

/* A program: what concerns a person is not for it, whatever its list says (H3); what touches credentials only if that names it. */
static enum err by_machine(struct call *c, const struct job *j)
{
    struct machine_token t;
    enum err e = find_machine(c, j, &t);
    if (e)
        return e;
    c->who =
        (struct who){.role = t.role, .name = t.name, .place = j->place, .stage = STAGE_FULL, .machine = t.id};
    const bool asked_by_name = named(&t.operations, c->op->name);
    if (!(c->op->who & (1u << t.role)) || (c->op->who & PERSONAL) || (t.operations.n && !asked_by_name))
        return REFUSE(c, ERR_FORBIDDEN, "", "%s is not among what this token may ask for", c->op->name);
    const struct field *field;
    if (!asked_by_name && op_credentials(c->op, j->in, &field))
        return REFUSE(c, ERR_FORBIDDEN, field ? field->name : "",
                      "that touches credentials: only a token that names %s in its list may", c->op->name);
    if (c->op->mode != OP_WAIT && (c->now - t.used > SEEN_EVERY_MS || t.used > c->now))
        call_follow(c, FOLLOW_USED, t.id);
    return OK;
}

static bool is_machine(const struct job *j)
{
    return j->token_size > sizeof MACHINE_PREFIX - 1 &&
           memcmp(j->token, MACHINE_PREFIX, sizeof MACHINE_PREFIX - 1) == 0;
}

/* Who needs no session, because the kernel says which account it is. */
static enum err by_peer(struct call *c, const struct job *j)
{
    const struct doors *doors = &j->daemon->doors;
    unsigned is = j->peer_uid < 0 ? 0
                                  : (j->peer_uid == j->daemon->uid ? BY_OPERATOR : 0) |
                                        (j->peer_uid == doors->voucher ? BY_VOUCHER : 0) |
                                        (j->peer_uid == doors->keys ? BY_KEYS : 0) |
                                        (j->peer_uid == doors->prover ? BY_PROVER : 0);
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
    if (!j->token_size)
        return sign_in(c);
    return is_machine(j) ? by_machine(c, j) : by_session(c, j);
}
