#include "server/due/seal_due.h"
#include "common/log.h"
#include "data/engine/kv.h"
#include "server/core/daemon.h"
#include "server/due/works.h"
#include "server/core/limits.h"
#include "server/ops/audit.h"

static enum err load(struct txn *t, struct due_try *w)
{
    bool grown = false;
    enum err e = audit_grown(t, &grown);
    w->next = grown ? DUE_GO : DUE_REST;
    return e;
}

static enum err sign(struct call *c)
{
    struct audit seal;
    enum err e = audit_sign(c, &seal);
    if (e)
        log_line(LOG_ERROR, "the log is not signed", "business=%u code=%s", c->txn.business, err_name(e));
    return e;
}

static enum err write(struct call *c, struct due_try *w)
{
    w->next = DUE_REST;
    return sign(c);
}

const struct due_doing seal_due = {.load = load, .write = write, .stands = true};

void audit_wrote(struct daemon *d, uint32_t business)
{
    works_soon(d->works, DUE_SEAL, business, LIMIT_SEAL_MS, LIMIT_SEAL_WRITES);
}

/* --- the end ----------------------------------------------------------------------------------------------------------------- */
struct signing {
    struct arena *arena;
    uint32_t business;
    int64_t now;
};
static enum err sign_in_txn(struct kv_txn *kv, void *arg)
{
    struct signing *s = arg;
    struct call c = {
        .arena = s->arena, .txn = {.kv = kv, .arena = s->arena, .business = s->business}, .now = s->now};
    bool grown = false;
    enum err e = audit_grown(&c.txn, &grown);
    return !e && grown ? sign(&c) : e;
}

void audit_finish(struct daemon *d)
{
    struct signing s = {.arena = arena_open(), .business = 1, .now = daemon_now()};
    for (; works_left(d->works, DUE_SEAL, &s.business); s.business++) {
        arena_reset(s.arena);
        (void)!kv_write(d->kv, sign_in_txn, &s); /* else with the next start */
    }
    arena_close(s.arena);
}
