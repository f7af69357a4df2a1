#include "server/ops/leftover.h"
#include "data/store.h"
#include "server/due/due.h"
#include "server/core/limits.h"
#include "server/core/request_days.h"
#include "server/ops/gateway_watch.h"
#include "server/ops/ticket.h"

struct find {
    struct txn *t;
    int64_t now, generation;
    size_t most;
};

static bool session_over(void *context, void *row)
{
    const struct find *f = context;
    const struct session *s = row;
    return f->now - s->created > LIMIT_SESSION_LIFE_MS ||
           (s->role == ROLE_CUSTOMER && s->generation != f->generation);
}

static bool ticket_over(void *context, void *row)
{
    const struct find *f = context;
    const struct ticket *t = row;
    return t->side == SIDE_CUSTOMER && t->generation != f->generation;
}

/* Numbers grow, so what is over comes first, but for what is of staff: the first LIST_EXAMINE of a kind are looked at, and what lies
 * behind so many that are still good waits for them. */
static enum err find(struct find *f, enum kind kind, const struct shape *view,
                     bool (*over)(void *context, void *row), struct record_list *l)
{
    struct key k = record_key(f->t, kind);
    struct list_range range = list_range(&k);
    struct refusal why;
    *l = (struct record_list){
        .kind = kind, .view = view, .ranges = &range, .n = 1, .limit = f->most, .keep = over, .context = f};
    return record_list(f->t, l, &why);
}

/* Mails of a state whose time (data/derive.c) is that long ago. */
static enum err find_mails(struct find *f, enum mail_state state, struct record_list *l)
{
    struct key k = index_key(f->t, INDEX_MAIL_STATE);
    struct list_range range = list_range(key_u8(&k, (uint8_t)state));
    struct refusal why;
    range.last = *key_u64(&k, f->now > LIMIT_MAIL_KEEP_MS ? (uint64_t)(f->now - LIMIT_MAIL_KEEP_MS) : 0);
    *l = (struct record_list){
        .kind = KIND_MAIL, .view = shape_mail_row(), .ranges = &range, .n = 1, .limit = f->most};
    return record_list(f->t, l, &why);
}

/* Keys that nobody has proved in time. */
static enum err find_keys(struct find *f, struct record_list *l)
{
    struct key k = index_key(f->t, INDEX_KEY_WAITS);
    struct list_range range = list_range(&k);
    struct refusal why;
    range.last = *key_u64(&k, (uint64_t)f->now);
    *l = (struct record_list){
        .kind = KIND_SSH_KEY, .view = shape_ssh_key(), .ranges = &range, .n = 1, .limit = f->most};
    return record_list(f->t, l, &why);
}

struct found {
    struct record_list sessions, tickets, sent, withdrawn, keys;
};
static enum err find_all(struct txn *t, int64_t now, size_t most, struct found *found)
{
    struct find f = {.t = t, .now = now, .most = most};
    enum err e = call_generation(t, &f.generation);
    if (!e)
        e = find(&f, KIND_SESSION, shape_session(), session_over, &found->sessions);
    if (!e)
        e = find(&f, KIND_TICKET, shape_ticket(), ticket_over, &found->tickets);
    if (!e)
        e = find_mails(&f, MAIL_SENT, &found->sent);
    if (!e)
        e = find_mails(&f, MAIL_WITHDRAWN, &found->withdrawn);
    return e ? e : find_keys(&f, &found->keys);
}

enum err leftover_any(struct txn *t, int64_t now, bool *any)
{
    struct found f;
    enum err e = find_all(t, now, 1, &f);
    bool replies = false;
    if (!e)
        e = reply_any_old(t, request_day(now), LIMIT_REPLY_DAYS, &replies);
    *any = !e && (replies || request_day_over() || f.sessions.count || f.tickets.count || f.sent.count ||
                  f.withdrawn.count || f.keys.count);
    return e;
}

static enum err remove_mails(struct call *c, const struct record_list *l)
{
    const struct mail_row *rows = l->rows;
    enum err e = OK;
    for (size_t i = 0; i < l->count && !e; i++)
        e = record_del(&c->txn, KIND_MAIL, rows[i].id);
    return e;
}

enum err leftover_step(struct call *c, bool *more)
{
    struct found f;
    enum err e = find_all(&c->txn, c->now, LIMIT_SWEEP, &f);
    if (e)
        return e;
    const struct session *sessions = f.sessions.rows;
    const struct ticket *tickets = f.tickets.rows;
    for (size_t i = 0; i < f.sessions.count && !e; i++)
        e = call_end_session(c, sessions[i].id);
    for (size_t i = 0; i < f.tickets.count && !e; i++)
        e = ticket_sweep_one(c, tickets[i].id);
    if (!e)
        e = remove_mails(c, &f.sent);
    if (!e)
        e = remove_mails(c, &f.withdrawn);
    const struct ssh_key *keys = f.keys.rows;
    for (size_t i = 0; i < f.keys.count && !e; i++)
        e = record_del(&c->txn, KIND_SSH_KEY, keys[i].id);
    size_t replies = 0;
    if (!e)
        e = request_day_turn(c->txn.kv);
    if (!e)
        e = reply_sweep(&c->txn, request_day(c->now), LIMIT_REPLY_DAYS, LIMIT_SWEEP, &replies);
    *more = replies == LIMIT_SWEEP || f.sessions.count == LIMIT_SWEEP || f.tickets.count == LIMIT_SWEEP ||
            f.sent.count == LIMIT_SWEEP || f.withdrawn.count == LIMIT_SWEEP || f.keys.count == LIMIT_SWEEP;
    return e;
}

/* And what should be there and is not: a gateway that was set when nobody read its events. */
static enum err load(struct txn *t, struct due_try *w)
{
    bool any = false;
    const struct gateway_kind *kind = NULL;
    enum err e = leftover_any(t, w->now, &any);
    if (!e)
        e = gateway_unwatched(t, &kind);
    w->next = any || kind ? DUE_GO : DUE_REST;
    return e;
}

static enum err write(struct call *c, struct due_try *w)
{
    bool more = false;
    const struct gateway_kind *kind = NULL;
    enum err e = leftover_step(c, &more);
    if (!e)
        e = gateway_unwatched(&c->txn, &kind);
    if (!e && kind)
        e = gateway_watch(c, kind);
    w->next = more ? DUE_MORE : DUE_REST;
    return e;
}

const struct due_doing sweep_due = {.load = load, .write = write, .reserved = true, .stands = true};
