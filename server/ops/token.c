/* Tokens for programs: made, listed, taken back (H3). What they may ask for is checked where requests come in (auth.c). */
#include "server/ops/token.h"
#include "server/core/call.h"
#include "server/core/secret.h"
#include <string.h>

#define DAYS 90
#define TOKENS_MOST 200
#define DAY_MS (24LL * 60 * 60 * 1000)

/* An operation that a token of that role can use: it exists, is for the role, and concerns no person. */
static enum err check_operation(struct call *c, int role, const char *name, size_t i)
{
    const struct op *op = op_find(name, strlen(name));
    const char *field = arena_printf(c->arena, "operations.%zu", i);
    if (!op)
        return REFUSE(c, ERR_INVALID, field, "there is no operation of that name");
    if (!(op->who & (1u << role)) || (op->who & PERSONAL))
        return REFUSE(c, ERR_INVALID, field, "%s is not for tokens of that role", op->name);
    return OK;
}

static enum err check(struct call *c, const struct token_create_in *in)
{
    enum err e = OK;
    for (size_t i = 0; i < in->operations.n && !e; i++)
        e = check_operation(c, in->role, in->operations.v[i], i);
    return e;
}

enum err prep_token_create(struct call *c, const struct token_create_in *in)
{
    return check(c, in);
}

/* The newest of those that are kept; the oldest one that is over gives way when there are too many. */
static enum err make_room(struct call *c)
{
    struct key k = record_key(&c->txn, KIND_MACHINE_TOKEN);
    struct id_list ids;
    enum err e = record_ids(&c->txn, &k, TOKENS_MOST, &ids);
    if (e || ids.n < TOKENS_MOST)
        return e;
    for (size_t i = 0; i < ids.n; i++) {
        struct machine_token t;
        e = record_get(&c->txn, KIND_MACHINE_TOKEN, ids.v[i], &t);
        if (e)
            return e;
        if (t.revoked || t.expires <= c->now)
            return record_del(&c->txn, KIND_MACHINE_TOKEN, t.id);
    }
    return REFUSE(c, ERR_STATE, "", "there are %d tokens that are good: take one back first", TOKENS_MOST);
}

static enum err token_event(struct call *c, int what, const struct machine_token *t)
{
    struct event event = {.what = what, .subject = SUBJECT_TOKEN, .about = (int64_t)t->id, .number = t->name};
    return call_event(c, &event);
}

enum err op_token_create(struct call *c, const struct token_create_in *in, struct token_create_out *out)
{
    uint8_t digest[32];
    int64_t days = in->days ? in->days : DAYS;
    struct machine_token *t = arena_alloc(c->arena, sizeof *t);
    enum err e = check(c, in);
    if (!e)
        e = make_room(c);
    if (e)
        return e;
    *t = (struct machine_token){.name = in->name,
                                .role = in->role,
                                .operations = in->operations,
                                .created = c->now,
                                .created_by = c->who.name,
                                .expires = c->now + days * DAY_MS};
    e = record_put(&c->txn, KIND_MACHINE_TOKEN, t); /* gives it its number */
    if (e)
        return e;
    secret_token_digest(digest, c->txn.business, t->id, c->random);
    t->hash = (struct bytes){digest, sizeof digest};
    e = record_put(&c->txn, KIND_MACHINE_TOKEN, t);
    out->machine_token = t;
    out->token = arena_printf(c->arena, "%s%s", MACHINE_PREFIX,
                              secret_token(c->arena, c->txn.business, t->id, c->random));
    return e ? e : token_event(c, WHAT_TOKEN_CREATED, t);
}

enum err op_token_list(struct call *c, const struct token_list_in *in, struct token_list_out *out)
{
    struct key k = record_key(&c->txn, KIND_MACHINE_TOKEN);
    struct id_list ids;
    (void)in;
    enum err e = record_ids(&c->txn, &k, TOKENS_MOST, &ids);
    if (e)
        return e;
    out->tokens.v = arena_alloc(c->arena, ids.n * sizeof *out->tokens.v);
    for (size_t i = ids.n; i-- > 0 && !e;)
        e = record_get(&c->txn, KIND_MACHINE_TOKEN, ids.v[i], &out->tokens.v[out->tokens.n++]);
    return e;
}

enum err op_token_revoke(struct call *c, const struct token_revoke_in *in, struct token_revoke_out *out)
{
    struct machine_token *t = arena_alloc(c->arena, sizeof *t);
    enum err e = record_get(&c->txn, KIND_MACHINE_TOKEN, in->token, t);
    out->machine_token = t;
    if (e || t->revoked)
        return e;
    t->revoked = c->now;
    e = record_put(&c->txn, KIND_MACHINE_TOKEN, t);
    return e ? e : token_event(c, WHAT_TOKEN_REVOKED, t);
}
