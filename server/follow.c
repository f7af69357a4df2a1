#include "server/follow.h"
#include "common/hash.h"
#include "common/log.h"
#include "data/kv.h"
#include "data/store.h"
#include "server/mail/sender.h"
#include "server/bound.h"
#include "server/limits.h"
#include "server/ops/follow.h"
#include "server/ops/payment.h"
#include "server/pool.h"
#include "server/sweep.h"
#include "server/waits.h"
#include "server/writer.h"
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define ASK_AGAIN_MS 2000        /* a pending payment is asked about again after this, … */
#define ASK_AGAIN_MOST_MS 600000 /* … then twice as long, up to this */

/* One payment on its way through the gateway. Passed by pointer between the pool, the timer and the writer; free()d at its end. */
struct charge {
    struct charge *next; /* among those under way */
    struct daemon *daemon;
    struct pool_whose whose; /* a customer's, of a business; known: it was made just now */
    bool once;               /* somebody wants to know now: not asked again */
    uint32_t business;
    uint64_t payment;
    int64_t pause_ms;
    struct gateway_outcome outcome;
};

static void charge_add(void *arg);

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

/* On the writer: what the gateway said becomes the payment's state. Still pending: asked again later. */
static enum err settle(struct call *c, uint64_t id, void *argument)
{
    struct charge *charge = argument;
    return follow_charge_settle(c, id, &charge->outcome);
}

struct load {
    struct charge *charge;
    struct arena *arena;
    struct payment payment;
};
static enum err load(struct kv_txn *kv, void *arg)
{
    struct load *l = arg;
    struct txn t = {.kv = kv, .arena = l->arena, .business = l->charge->business};
    return record_get(&t, KIND_PAYMENT, l->charge->payment, &l->payment);
}

/* The payments whose gateway is being asked, queued or under way: each once at a time, however often somebody wants to know. */
static pthread_mutex_t under_way_lock = PTHREAD_MUTEX_INITIALIZER;
static struct charge *under_way;

static bool charge_begin(struct charge *charge)
{
    pthread_mutex_lock(&under_way_lock);
    const struct charge *other = under_way;
    while (other && (other->payment != charge->payment || other->business != charge->business))
        other = other->next;
    if (!other) {
        charge->next = under_way;
        under_way = charge;
    }
    pthread_mutex_unlock(&under_way_lock);
    return !other;
}

static void charge_end(struct charge *charge)
{
    pthread_mutex_lock(&under_way_lock);
    struct charge **at = &under_way;
    while (*at != charge)
        at = &(*at)->next;
    *at = charge->next;
    pthread_mutex_unlock(&under_way_lock);
}

static void charge_later(struct charge *charge)
{
    if (charge->once) {
        free(charge);
        return;
    }
    charge->whose.known = false;
    int64_t pause = charge->pause_ms;
    charge->pause_ms = pause * 2 < ASK_AGAIN_MOST_MS ? pause * 2 : ASK_AGAIN_MOST_MS;
    if (waits_later(charge->daemon->waits, pause, charge_add, charge) != OK)
        free(charge);
}

/* On a gateway thread. */
static void charge_run(void *arg)
{
    struct charge *charge = arg;
    struct daemon *d = charge->daemon;
    struct load l = {.charge = charge, .arena = arena_open()};
    enum err e = kv_read(d->kv, load, &l);
    bool pending = !e && l.payment.state == PAY_PENDING && !atomic_load(&d->stopping) &&
                   payment_gateway_here(d->gateway, l.payment.gateway);
    if (pending)
        e = follow_charge_ask(d->gateway, &l.payment, &charge->outcome);
    arena_close(l.arena);
    charge_end(charge);
    if (e)
        log_line(LOG_WARN, "gateway not reached", "payment=%llu code=%s", (unsigned long long)charge->payment,
                 err_name(e));
    if (pending && (charge->outcome.state == GATEWAY_SUCCEEDED || charge->outcome.state == GATEWAY_FAILED)) {
        struct job *j = internal(d, charge->business, NULL, settle, charge->payment, NULL);
        j->argument = arena_copy(j->arena, charge, sizeof *charge);
        add(d, j);
        charge_later(charge); /* looks again: the write may not have happened (queue or disk full) */
    } else if (pending) {
        charge_later(charge);
    } else {
        free(charge);
    }
}

static void charge_add(void *arg)
{
    struct charge *charge = arg;
    if (!charge_begin(charge)) {
        charge_later(charge);
    } else if (pool_add_from(charge->daemon->gateways, charge_run, charge, charge->whose) != OK) {
        charge_end(
            charge); /* closing, or too many at once; the payment is made, so nobody is refused for it */
        charge_later(charge);
    }
}

/* Sources come in turn: a customer with many payments, or many who asks about, holds up nobody else's. */
static struct pool_whose whose_of(uint32_t business, uint64_t customer, uint64_t asks, bool known)
{
    const uint64_t who[] = {business, customer, customer ? 0 : asks};
    return (struct pool_whose){hash_add(HASH_BEGIN, who, sizeof who) | 1, business, known};
}

static void charge_start(struct daemon *d, uint32_t business, uint64_t payment, struct pool_whose whose,
                         bool once)
{
    struct charge *charge = calloc(1, sizeof *charge);
    if (!charge)
        return;
    charge->daemon = d;
    charge->business = business;
    charge->payment = payment;
    charge->whose = whose;
    charge->once = once;
    charge->pause_ms = ASK_AGAIN_MS;
    charge_add(charge);
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
        const bool made = j->follows[i].what == FOLLOW_CHARGE;
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
        case FOLLOW_MAIL: sender_wake(j->daemon->sender, j->business, id != 0); break;
        case FOLLOW_SWEEP: sweep_now(j->daemon, j->business); break;
        case FOLLOW_BOUND:
        case FOLLOW_ENDED:
        case FOLLOW_TIED: break; /* follow_before */
        case FOLLOW_USED: used_later(j, id); break;
        case FOLLOW_CHARGE:
        case FOLLOW_ASK:
            charge_start(j->daemon, j->business, id,
                         whose_of(j->business, j->asker.customer, j->asker.person, made), !made);
            break;
        }
    }
}

struct resume {
    struct daemon *daemon;
    struct arena *arena, *one;
};
static enum err resume_one(const struct resume *r, struct kv_txn *kv, uint32_t business, uint64_t payment)
{
    struct txn t = {.kv = kv, .arena = r->one, .business = business};
    struct payment p;
    enum err e = record_get(&t, KIND_PAYMENT, payment, &p);
    if (!e)
        charge_start(r->daemon, business, payment, whose_of(business, (uint64_t)p.customer, 0, false), false);
    arena_reset(r->one);
    return e;
}

/* A store in which no money moved is not to be taken for one in which it did. */
static enum err say_left(const struct daemon *d, struct txn *t)
{
    struct payment_left left;
    enum err e = payment_left_of(t, d->gateway, &left);
    if (!e && left.gateway)
        log_line(LOG_WARN, "payments of a gateway that moves no money and is gone",
                 "business=%u gateway=%s succeeded=%lld pending=%lld", t->business, left.gateway,
                 (long long)left.succeeded, (long long)left.pending);
    return e;
}

static enum err resume(struct kv_txn *kv, void *arg)
{
    struct resume *r = arg;
    uint32_t businesses;
    enum err e = store_businesses(kv, &businesses);
    for (uint32_t b = 1; !e && b <= businesses; b++) {
        struct txn t = {.kv = kv, .arena = r->arena, .business = b};
        struct id_list ids = {0};
        e = payment_pending(&t, &ids);
        for (size_t i = 0; i < ids.n && !e; i++)
            e = resume_one(r, kv, b, ids.v[i]);
        if (!e)
            e = say_left(r->daemon, &t);
    }
    return e;
}

enum err follow_resume(struct daemon *d)
{
    struct resume r = {d, arena_open(), arena_open()};
    enum err e = kv_read(d->kv, resume, &r);
    arena_close(r.arena);
    arena_close(r.one);
    return e;
}
