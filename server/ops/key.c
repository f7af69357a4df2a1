/* SSH keys: registered, removed, and what they open (B12). */
#include "common/ssh_key.h"
#include "common/text.h"
#include "data/store.h"
#include "server/limits.h"
#include "common/address.h"
#include "server/ops/factor.h"
#include "server/ops/person.h"
#include "server/ops/session_open.h"
#include <string.h>

static enum err keys_of(struct call *c, int side, uint64_t person, struct id_list *ids)
{
    struct key k = index_key(&c->txn, INDEX_KEY_PERSON);
    return record_ids(&c->txn, key_u64(key_u8(&k, (uint8_t)side), person), LIMIT_KEYS_PER_PERSON * 2, ids);
}

enum err op_key_list(struct call *c, const struct key_list_in *in, struct key_list_out *out)
{
    struct id_list ids;
    if (in->contact && call_by_customer(c))
        return REFUSE(c, ERR_FORBIDDEN, "contact", "that is for staff");
    enum err e = in->contact ? keys_of(c, SIDE_CUSTOMER, in->contact, &ids)
                             : keys_of(c, call_own_side(c), c->who.person, &ids);
    if (e)
        return e;
    out->keys.v = arena_alloc(c->arena, ids.n * sizeof *out->keys.v);
    for (size_t i = 0; i < ids.n && i < 50 && !e; i++)
        e = record_get(&c->txn, KIND_SSH_KEY, ids.v[i], &out->keys.v[out->keys.n++]);
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

static enum err address_of(struct call *c, int side, uint64_t person, const char **email)
{
    if (side == SIDE_STAFF) {
        struct staff s;
        enum err e = record_get(&c->txn, KIND_STAFF, person, &s);
        *email = e ? NULL : s.email;
        return e;
    }
    struct contact p;
    enum err e = record_get(&c->txn, KIND_CONTACT, person, &p);
    *email = e ? NULL : p.email;
    return e;
}

/* A key belongs to one person; a person who belongs to several customers may register it with each. */
static enum err check_new(struct call *c, const char *fingerprint)
{
    struct key k = index_key(&c->txn, INDEX_KEY_PRINT);
    struct id_list same, own;
    enum err e = keys_of(c, call_own_side(c), c->who.person, &own);
    if (!e && own.n >= LIMIT_KEYS_PER_PERSON)
        e = REFUSE(c, ERR_STATE, "key", "there are %d keys: remove one first", LIMIT_KEYS_PER_PERSON);
    if (!e)
        e = record_ids(&c->txn, key_text(&k, fingerprint), 1000, &same);
    for (size_t i = 0; !e && i < same.n; i++) {
        struct ssh_key other;
        const char *email = NULL;
        e = record_get(&c->txn, KIND_SSH_KEY, same.v[i], &other);
        if (!e)
            e = address_of(c, other.side, (uint64_t)other.person, &email);
        bool mine = !e && other.side == call_own_side(c) && (uint64_t)other.person == c->who.person;
        if (mine || (!e && !address_same(email, c->who.email)))
            return REFUSE(c, ERR_EXISTS, "key", "that key is registered already");
        e = e == ERR_NOT_FOUND ? OK : e;
    }
    return e;
}

static enum err key_event(struct call *c, int what, const struct ssh_key *k)
{
    struct event event = {.what = what,
                          .subject = SUBJECT_KEY,
                          .about = (int64_t)k->id,
                          .customer = c->who.customer,
                          .number = c->who.name,
                          .text = arena_printf(c->arena, "%s %s", k->fingerprint, k->label ? k->label : "")};
    return call_event(c, &event);
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
    e = record_put(&c->txn, KIND_SSH_KEY, k);
    if (!e)
        e = person_tell(c, call_own_side(c), c->who.person, TEMPLATE_KEY_ADDED, k);
    return e ? e : key_event(c, WHAT_KEY_ADDED, k);
}

enum err op_key_remove(struct call *c, const struct key_remove_in *in, struct key_remove_out *out)
{
    struct ssh_key k;
    struct id_list ids;
    (void)out;
    enum err e = record_get(&c->txn, KIND_SSH_KEY, (uint64_t)in->key, &k);
    if (e == ERR_NOT_FOUND || (!e && (k.side != call_own_side(c) || (uint64_t)k.person != c->who.person)))
        return REFUSE(c, ERR_NOT_FOUND, "key", "there is none of that id or number");
    if (!e)
        e = record_del(&c->txn, KIND_SSH_KEY, k.id);
    if (e)
        return e;
    struct key of = index_key(&c->txn, INDEX_SESSION_PERSON);
    e = record_ids(&c->txn, key_u64(key_u8(&of, (uint8_t)k.side), c->who.person), 1000, &ids);
    for (size_t i = 0; !e && i < ids.n; i++) {
        struct session s;
        e = record_get(&c->txn, KIND_SESSION, ids.v[i], &s);
        bool through = !e && (s.key == (int64_t)k.id || s.origin_key == (int64_t)k.id);
        if (through && s.id != c->who.session) /* the one that asks may go on */
            e = call_end_session(c, s.id);
    }
    return e ? e : key_event(c, WHAT_KEY_REMOVED, &k);
}
