/* SSH keys: registered, seen and removed (B12). */
#include "common/ssh_key.h"
#include "common/text.h"
#include "data/store.h"
#include "server/core/limits.h"
#include "common/address.h"
#include "server/ops/factor.h"
#include "server/ops/person.h"
#include "server/ops/ssh_keys.h"
#include "server/ops/session_open.h"
#include <string.h>

enum err key_ids(struct call *c, int side, uint64_t person, struct id_list *ids)
{
    struct key k = index_key(&c->txn, INDEX_KEY_PERSON);
    return record_ids(&c->txn, key_u64(key_u8(&k, (uint8_t)side), person), LIMIT_KEYS_PER_PERSON * 2, ids);
}

bool key_is_own(const struct call *c, const struct ssh_key *k)
{
    return k->side == call_own_side(c) && (uint64_t)k->person == c->who.person;
}

bool key_waits(const struct call *c, const struct ssh_key *k)
{
    return k->expires > c->now;
}

bool key_over(const struct call *c, const struct ssh_key *k)
{
    return k->expires && k->expires <= c->now;
}

/* How it is proved is said to who is to do it. */
static void show(struct call *c, struct ssh_key *k)
{
    if (key_is_own(c, k))
        key_commands(c, k);
    else
        k->challenge = NULL;
}

enum err op_key_list(struct call *c, const struct key_list_in *in, struct key_list_out *out)
{
    struct id_list ids;
    struct person of;
    enum err e = person_meant(c, in->contact, in->staff, &of);
    if (!e)
        e = key_ids(c, of.side, of.id, &ids);
    if (e)
        return e;
    out->keys.v = arena_alloc(c->arena, ids.n * sizeof *out->keys.v);
    for (size_t i = 0; i < ids.n && out->keys.n < 50 && !e; i++) {
        struct ssh_key *k = &out->keys.v[out->keys.n];
        e = record_get(&c->txn, KIND_SSH_KEY, ids.v[i], k);
        if (e || key_over(c, k))
            continue;
        show(c, k);
        out->keys.n++;
    }
    return e;
}

/* --- registering -------------------------------------------------------------------------------------------------------------- */
/* A key opens the account for as long as it is there: whoever sits at an open session has to show who they are once more. */
enum err prep_key_add(struct call *c, const struct key_add_in *in)
{
    struct ssh_key_line *line = arena_alloc(c->arena, sizeof *line);
    enum err e = ssh_key_read(in->key, "key", line, &c->why);
    if (!e)
        e = in->code ? factor_try(c, call_own_side(c), c->who.person, NULL, in->code, true)
                     : session_password(c, in->password, "password");
    c->prepared = line;
    return e;
}

/* Of what others have registered nothing is said, whatever it is: that would tell whose keys are known. */
static enum err check_new(struct call *c, const char *fingerprint)
{
    struct id_list own;
    size_t n = 0, waiting = 0;
    enum err e = key_ids(c, call_own_side(c), c->who.person, &own);
    for (size_t i = 0; !e && i < own.n; i++) {
        struct ssh_key k;
        e = record_get(&c->txn, KIND_SSH_KEY, own.v[i], &k);
        if (e || key_over(c, &k))
            continue;
        if (strcmp(k.fingerprint, fingerprint) == 0)
            return REFUSE(c, ERR_EXISTS, "key", "%s",
                          key_waits(c, &k) ? "you have that key already; it waits to be proved"
                                           : "you have that key already");
        n++;
        waiting += key_waits(c, &k);
    }
    if (!e && n >= LIMIT_KEYS_PER_PERSON)
        e = REFUSE(c, ERR_STATE, "key", "there are %d keys: remove one first", LIMIT_KEYS_PER_PERSON);
    if (!e && waiting >= LIMIT_KEYS_WAITING)
        e = REFUSE(c, ERR_STATE, "key", "%d keys wait to be proved: prove or remove one of them first",
                   LIMIT_KEYS_WAITING);
    return e;
}

/* What to call it: as was said, or its comment, as far as that can be shown. */
static const char *label_of(struct call *c, const struct key_add_in *in, const struct ssh_key_line *line)
{
    const char *label = in->label && *in->label ? in->label : line->comment;
    return arena_text(c->arena, label, text_cut(label, 100));
}

enum err op_key_add(struct call *c, const struct key_add_in *in, struct key_add_out *out)
{
    const struct ssh_key_line *line = c->prepared;
    struct ssh_key *k = arena_alloc(c->arena, sizeof *k);
    struct mfa used;
    enum err e = check_new(c, line->fingerprint);
    if (!e && in->code)
        e = factor_use(c, call_own_side(c), c->who.person, in->code, true, &used);
    if (e)
        return e;
    *k = (struct ssh_key){.side = call_own_side(c),
                          .person = (int64_t)c->who.person,
                          .label = label_of(c, in, line),
                          .type = line->type,
                          .blob = {line->blob, line->size},
                          .fingerprint = line->fingerprint,
                          .created = c->now};
    out->key = k;
    e = key_challenge(c, k);
    if (!e)
        e = record_put(&c->txn, KIND_SSH_KEY, k);
    if (!e)
        e = key_event(c, WHAT_KEY_ADDED, k);
    if (!e)
        key_commands(c, k);
    return e;
}

/* --- removing ----------------------------------------------------------------------------------------------------------------- */
enum err key_end(struct call *c, const struct ssh_key *k)
{
    struct key of = index_key(&c->txn, INDEX_SESSION_PERSON);
    struct id_list ids;
    enum err e = record_del(&c->txn, KIND_SSH_KEY, k->id);
    if (!e)
        e = record_ids(&c->txn, key_u64(key_u8(&of, (uint8_t)k->side), (uint64_t)k->person), 1000, &ids);
    for (size_t i = 0; !e && i < ids.n; i++) {
        struct session s;
        e = record_get(&c->txn, KIND_SESSION, ids.v[i], &s);
        bool through = !e && (s.key == (int64_t)k->id || s.origin_key == (int64_t)k->id);
        if (through && s.id != c->who.session) /* the one that asks may go on */
            e = call_end_session(c, s.id);
    }
    return e ? e : key_event(c, WHAT_KEY_REMOVED, k);
}

/* One's own; of a person, staff remove what they see, as access.disable does; of a colleague, an administrator. */
static enum err may_remove(struct call *c, const struct ssh_key *k)
{
    if (key_is_own(c, k))
        return OK;
    if (call_by_customer(c) || (k->side == SIDE_STAFF && c->who.role != ROLE_ADMIN))
        return ERR_NOT_FOUND;
    return c->who.role == ROLE_READER ? REFUSE(c, ERR_FORBIDDEN, "key", "that is not for readers") : OK;
}

enum err op_key_remove(struct call *c, const struct key_remove_in *in, struct key_remove_out *out)
{
    struct ssh_key k;
    (void)out;
    enum err e = record_get(&c->txn, KIND_SSH_KEY, (uint64_t)in->key, &k);
    if (!e)
        e = may_remove(c, &k);
    if (e == ERR_NOT_FOUND)
        return REFUSE(c, ERR_NOT_FOUND, "key", "there is none of that id or number");
    if (!e)
        e = key_end(c, &k);
    return e || key_is_own(c, &k) ? e : person_tell(c, k.side, (uint64_t)k.person, TEMPLATE_KEY_REMOVED, &k);
}
