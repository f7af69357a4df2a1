#include "server/core/follow.h"
#include "common/hash.h"
#include "common/log.h"
#include "data/engine/kv.h"
#include "data/store.h"
#include "server/door/bound.h"
#include "server/due/works.h"
#include "server/core/limits.h"
#include "server/ops/follow_ops.h"
#include "server/ops/payment.h"
#include "server/core/waits.h"
#include "server/core/writer.h"
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

static struct job *internal(struct daemon *d, uint32_t business, const struct who *who,
                            enum err (*fn)(struct call *c, uint64_t id, void *argument), uint64_t id,
                            void *argument)
{
    struct job *j = job_open(d);
    j->now = daemon_now();
    secret_random(j->random, sizeof j->random);
    j->business = business;
    j->internal = fn;
    j->internal_id = id;
    j->argument = argument;
    if (who) {
        j->who = *who;
        j->who.name = who->name ? arena_printf(j->arena, "%s", who->name) : NULL;
        j->who.place = who->place ? arena_printf(j->arena, "%s", who->place) : NULL;
        j->who.email = NULL;
    }
    return j;
}

static void add(struct daemon *d, struct job *j)
{
    if (writer_add(d->writer, j) != OK)
        job_close(j);
}

static enum err viewed(struct call *c, uint64_t id, void *argument)
{
    (void)argument;
    return follow_viewed(c, id);
}

static enum err code_read(struct call *c, uint64_t id, void *argument)
{
    (void)argument;
    return follow_code_read(c, id);
}

static enum err reset(struct call *c, uint64_t id, void *argument)
{
    return follow_reset(c, argument, id != 0);
}

static enum err seen(struct call *c, uint64_t id, void *argument)
{
    struct session s;
    (void)argument;
    enum err e = record_get(&c->txn, KIND_SESSION, id, &s);
    if (e)
        return e;
    s.seen = c->now;
    return record_put(&c->txn, KIND_SESSION, &s);
}

static enum err used(struct call *c, uint64_t id, void *argument)
{
    struct machine_token t;
    (void)argument;
    enum err e = record_get(&c->txn, KIND_MACHINE_TOKEN, id, &t);
    if (e)
        return e;
    t.used = c->now;
    t.place = c->who.place;
    return record_put(&c->txn, KIND_MACHINE_TOKEN, &t);
}

enum err follow_write(struct daemon *d, uint32_t business,
                      enum err (*fn)(struct call *c, uint64_t id, void *argument), uint64_t id,
                      void (*done)(void *argument, enum err result), void *argument)
{
    struct job *j = internal(d, business, NULL, fn, id, NULL);
    j->reserved = true; /* a session ends with its connection, on a full disk, too */
    j->done = done;
    j->done_argument = argument;
    enum err e = writer_add(d->writer, j);
    if (e)
        job_close(j);
    return e;
}

/* Also on a full disk: else who reads there is signed out after half an hour. */
static void used_later(const struct job *j, uint64_t session)
{
    struct job *later = internal(j->daemon, j->business, &j->asker, used, session, NULL);
    later->reserved = true;
    add(j->daemon, later);
}

void follow_before(const struct job *j)
{
    for (size_t i = 0; i < j->n_follows; i++) {
        if (j->follows[i].what == FOLLOW_TIED)
            bound_goes_on(j->daemon->bound, j->business, j->follows[i].before, j->follows[i].id);
        if (j->follows[i].what == FOLLOW_ENDED)
            bound_drop(j->daemon->bound, j->business, j->follows[i].id);
        if (j->follows[i].what != FOLLOW_BOUND || !j->request)
            continue;
        bound_add(j->daemon->bound, j->peer_serial, j->whose.source, j->business, j->follows[i].id);
        if (listener_left(j->request)) /* and its end may have been told before */
            bound_gone(j->daemon->bound, j->peer_serial);
    }
}

/* How many refusals a business's log has taken in the present minute, and how many of them of one place, so that a stranger who is refused all the
 * time hides nobody else's. Businesses that share a row share the room, and so do places. */
static bool room_for_refusal(uint32_t business, const char *place, int64_t now)
{
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    static struct {
        int64_t minute;
        int n;
        uint8_t of_place[64];
    } rows[256];
    const size_t at = place ? hash_add(HASH_BEGIN, place, strlen(place)) % 64 : 0;
    pthread_mutex_lock(&lock);
    if (rows[business % 256].minute != now / 60000) {
        memset(&rows[business % 256], 0, sizeof rows[0]);
        rows[business % 256].minute = now / 60000;
    }
    bool room = rows[business % 256].n < LIMIT_REFUSED_EVENTS &&
                rows[business % 256].of_place[at] < LIMIT_REFUSED_EVENTS / LIMIT_SHARE_REFUSED;
    rows[business % 256].n += room;
    rows[business % 256].of_place[at] += room;
    pthread_mutex_unlock(&lock);
    return room;
}

static enum err write_refusal(struct call *c, uint64_t id, void *argument)
{
    const struct refused *r = argument;
    (void)id;
    struct event event = {
        .what = WHAT_SIGN_IN_REFUSED, .subject = SUBJECT_SESSION, .number = r->account, .text = r->what};
    return call_event(c, &event);
}

void follow_refused(const struct job *j)
{
    if (!j->refused.account || !j->business || !room_for_refusal(j->business, j->refused.place, j->now))
        return;
    const struct who nobody = {.place = j->refused.place};
    char place[200], by[100];
    log_line(LOG_WARN, "sign-in refused", "place=%s by=%s",
             log_quote(place, sizeof place, nobody.place ? nobody.place : ""),
             log_quote(by, sizeof by, j->refused.what));
    struct job *event = internal(j->daemon, j->business, &nobody, write_refusal, 0, NULL);
    struct refused *r = arena_alloc(event->arena, sizeof *r);
    r->account = arena_printf(event->arena, "%s", j->refused.account);
    r->what = j->refused.what; /* a literal */
    event->argument = r;
    add(j->daemon, event);
}

static void reset_start(const struct job *asked, const char *email, bool known)
{
    struct job *j = internal(asked->daemon, asked->business, &asked->asker, reset, known, NULL);
    j->argument = arena_text(j->arena, email, strlen(email));
    add(asked->daemon, j);
}

void follow_start(const struct job *j)
{
    for (size_t i = 0; i < j->n_follows; i++) {
        uint64_t id = j->follows[i].id;
        switch (j->follows[i].what) {
        case FOLLOW_VIEWED:
            add(j->daemon, internal(j->daemon, j->business, &j->asker, viewed, id, NULL));
            break;
        case FOLLOW_CODE:
            add(j->daemon, internal(j->daemon, j->business, &j->asker, code_read, id, NULL));
            break;
        case FOLLOW_RESET: reset_start(j, j->follows[i].text, false); break;
        case FOLLOW_RESET_KNOWN: reset_start(j, j->follows[i].text, true); break;
        case FOLLOW_SEEN: add(j->daemon, internal(j->daemon, j->business, &j->asker, seen, id, NULL)); break;
        case FOLLOW_DUE: works_wake(j->daemon->works, (int64_t)id, j->business, false); break;
        case FOLLOW_DUE_NOW: works_wake(j->daemon->works, (int64_t)id, j->business, true); break;
        case FOLLOW_BOUND:
        case FOLLOW_ENDED:
        case FOLLOW_TIED: break; /* follow_before */
        case FOLLOW_USED: used_later(j, id); break;
        case FOLLOW_ASK_REFUND: works_hurry(j->daemon->works, DUE_REFUND, j->business, id); break;
        case FOLLOW_ASK: works_hurry(j->daemon->works, DUE_PAYMENT, j->business, id); break;
        }
    }
}

struct left {
    const struct daemon *daemon;
    struct arena *arena;
};
/* A store in which no money moved is not to be taken for one in which it did. */
static enum err say_left(struct kv_txn *kv, void *arg)
{
    const struct left *l = arg;
    uint32_t businesses;
    enum err e = store_businesses(kv, &businesses);
    for (uint32_t b = 1; !e && b <= businesses; b++) {
        struct txn t = {.kv = kv, .arena = l->arena, .business = b};
        struct payment_left left;
        e = payment_left_of(&t, l->daemon->gateways, &left);
        if (!e && left.gateway)
            log_line(LOG_WARN, "payments of a gateway that moves no money and is gone",
                     "business=%u gateway=%s succeeded=%lld pending=%lld", b, left.gateway,
                     (long long)left.succeeded, (long long)left.pending);
    }
    return e;
}

enum err follow_say_left(struct daemon *d)
{
    struct left l = {d, arena_open()};
    enum err e = kv_read(d->kv, say_left, &l);
    arena_close(l.arena);
    return e;
}
