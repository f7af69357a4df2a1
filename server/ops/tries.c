#include "server/ops/tries.h"
#include "common/address.h"
#include "common/text.h"
#include "data/store.h"
#include "server/limits.h"
#include "server/secret.h"
#include "server/source.h"
#include <pthread.h>
#include <stdio.h>
#include <string.h>

/* A table of fixed size, its rows found by a keyed digest: a stranger can neither fill memory nor choose whom to collide with.
 * A full row gives up what matters least, so that nobody's count is reset by somebody else's few failures. */
#define ROWS 8192
#define WAYS 4
static struct slot {
    uint8_t digest[8];
    int32_t failed;
    bool known;                /* this source got into this account, … */
    int64_t until, last, came; /* … at that time; last: of a failure */
} table[ROWS][WAYS];
static uint8_t key[32];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_once_t once = PTHREAD_ONCE_INIT;

enum counted { PAIR, ACCOUNT, SOURCE, TURN }; /* TURN: a source's network at one account */
struct pace {
    int32_t free;
    int64_t pause, most;
};
static const struct pace paces[2][4] = {
    {{LIMIT_TRIES_FREE, LIMIT_TRIES_PAUSE_MS, LIMIT_TRIES_PAUSE_MAX_MS},
     {LIMIT_TRIES_ACCOUNT_FREE, LIMIT_TRIES_MILD_MS, LIMIT_TRIES_PAUSE_MS},
     {LIMIT_TRIES_SOURCE_FREE, LIMIT_TRIES_MILD_MS, LIMIT_TRIES_PAUSE_MAX_MS},
     {LIMIT_TRIES_TURN_FREE, LIMIT_TRIES_PAUSE_MS, LIMIT_TRIES_PAUSE_MAX_MS}},
    {{LIMIT_TRIES_FREE, LIMIT_TRIES_PAUSE_MS, LIMIT_TRIES_PAUSE_MAX_MS},
     {LIMIT_TRIES_CODE_FREE, LIMIT_TRIES_PAUSE_MS, LIMIT_TRIES_PAUSE_MAX_MS},
     {LIMIT_TRIES_SOURCE_FREE, LIMIT_TRIES_MILD_MS, LIMIT_TRIES_PAUSE_MAX_MS},
     {LIMIT_TRIES_CODE_FREE, LIMIT_TRIES_PAUSE_MS, LIMIT_TRIES_PAUSE_MAX_MS}},
};

static void make_key(void)
{
    secret_random(key, sizeof key);
}

static bool stale(const struct slot *s, int64_t now)
{
    return now - s->last > LIMIT_TRIES_FORGET_MS && !(s->known && now - s->came <= LIMIT_TRIES_KNOWN_MS);
}

/* Does `a` matter less than `b`? */
static bool matters_less(const struct slot *a, const struct slot *b, int64_t now)
{
    bool stale_a = stale(a, now), stale_b = stale(b, now);
    if (stale_a != stale_b)
        return stale_a;
    if (a->known != b->known)
        return b->known;
    return a->failed != b->failed && !a->known ? a->failed < b->failed : a->last < b->last;
}

/* Under the lock. `make`: take over the slot that matters least. */
static struct slot *find(enum counted what, const struct tries *t, bool make)
{
    char text[700], network[SOURCE_ROOM];
    uint8_t digest[32];
    (void)pthread_once(&once, make_key);
    source_network(network, what == TURN ? t->source : "");
    const char *source = what == TURN ? network : what == ACCOUNT ? "" : t->source;
    int n = snprintf(text, sizeof text, "%d\n%.60s\n%.300s\n%.100s", (int)what,
                     what == SOURCE ? "" : t->portal, what == SOURCE ? "" : t->account, source);
    secret_digest(digest, key, text, (size_t)n);
    struct slot *row = table[(digest[8] | (size_t)digest[9] << 8) % ROWS], *least = &row[0];
    for (struct slot *s = row; s < row + WAYS; s++) {
        if (memcmp(s->digest, digest, sizeof s->digest) == 0) {
            if (t->now - s->last > LIMIT_TRIES_FORGET_MS)
                s->failed = 0;
            s->known = s->known && t->now - s->came <= LIMIT_TRIES_KNOWN_MS;
            return s;
        }
        if (matters_less(s, least, t->now))
            least = s;
    }
    if (!make)
        return NULL;
    *least = (struct slot){.last = t->now};
    memcpy(least->digest, digest, sizeof least->digest);
    return least;
}

static int64_t left(const struct slot *s, int64_t now)
{
    return s && s->until > now ? s->until - now : 0;
}

int64_t tries_wait(const struct tries *t)
{
    (void)pthread_mutex_lock(&lock);
    const struct slot *pair = find(PAIR, t, false);
    int64_t wait = left(pair, t->now);
    if (!wait && !t->proven && !(pair && pair->known)) {
        int64_t account = left(find(ACCOUNT, t, false), t->now),
                source = t->beside ? 0 : left(find(SOURCE, t, false), t->now);
        if (account && !t->code) /* which others made: whoever is not of their networks has a turn */
            account = left(find(TURN, t, false), t->now);
        wait = account > source ? account : source;
    }
    (void)pthread_mutex_unlock(&lock);
    return wait;
}

enum err tries_paused(int64_t wait, struct refusal *why)
{
    (void)refuse(why, ERR_SLOW_DOWN, "", "Too many failed tries: wait %lld seconds.",
                 (long long)(wait + 999) / 1000);
    why->retry_ms = wait;
    return ERR_SLOW_DOWN;
}

enum err tries_check(const struct tries *t, struct refusal *why)
{
    int64_t wait = tries_wait(t);
    return wait ? tries_paused(wait, why) : OK;
}

/* The pause that follows so many failures. */
static int64_t pause_after(const struct pace *pace, int32_t failed)
{
    int64_t pause = pace->pause;
    for (int32_t i = pace->free; i < failed && pause < pace->most; i++)
        pause *= 2;
    return pause < pace->most ? pause : pace->most;
}

static void count(enum counted what, const struct tries *t)
{
    const struct pace *pace = &paces[t->code][what];
    struct slot *s = find(what, t, true);
    s->last = t->now;
    if (++s->failed >= pace->free)
        s->until = t->now + pause_after(pace, s->failed);
}

int32_t tries_count(const struct tries *t)
{
    (void)pthread_mutex_lock(&lock);
    const struct slot *s = find(PAIR, t, false);
    int32_t failed = s ? s->failed : 0;
    (void)pthread_mutex_unlock(&lock);
    return failed;
}

static const char *what_is_left(struct call *c, const struct tries *t)
{
    const struct pace *pace = &paces[t->code][PAIR];
    int32_t failed = tries_count(t);
    int32_t more = pace->free - failed;
    long long minutes = pause_after(pace, more > 0 ? pace->free : failed) / 60000;
    const char *plural = minutes == 1 ? "" : "s";
    if (more > 1)
        return arena_printf(c->arena, "%d more tries before a pause of %lld minute%s.", (int)more, minutes,
                            plural);
    return arena_printf(c->arena, "%s a pause of %lld minute%s.",
                        more == 1 ? "One more try before" : "Now comes", minutes, plural);
}

void tries_failed(const struct tries *t)
{
    (void)pthread_mutex_lock(&lock);
    count(PAIR, t);
    const struct slot *pair = find(PAIR, t, false);
    if (!t->proven && !(pair && pair->known)) {
        count(ACCOUNT, t);
        if (!t->beside)
            count(SOURCE, t);
        if (!t->code)
            count(TURN, t);
    }
    (void)pthread_mutex_unlock(&lock);
}

enum err tries_say(struct call *c, const struct tries *t, const char *field, const char *what)
{
    enum err e = REFUSE(c, ERR_CREDENTIALS, field, "%s %s", what, what_is_left(c, t));
    (void)pthread_mutex_lock(&lock);
    c->why.retry_ms = left(find(PAIR, t, false), t->now);
    (void)pthread_mutex_unlock(&lock);
    return e;
}

enum err tries_refuse(struct call *c, const struct tries *t, const char *field, const char *what)
{
    tries_failed(t);
    return tries_say(c, t, field, what);
}

static void know(enum counted what, const struct tries *t)
{
    struct slot *s = find(what, t, true);
    s->came = s->known && s->came > t->now ? s->came : t->now;
    s->known = true;
    if (what == PAIR)
        s->failed = 0, s->until = 0;
}

void tries_fine(const struct tries *t)
{
    (void)pthread_mutex_lock(&lock);
    know(PAIR, t);
    know(SOURCE, t);
    (void)pthread_mutex_unlock(&lock);
}

bool tries_came_in(const char *source, int64_t now)
{
    const struct tries t = {.portal = "", .account = "", .source = source, .now = now};
    (void)pthread_mutex_lock(&lock);
    const struct slot *s = find(SOURCE, &t, false);
    bool known = s && s->known;
    (void)pthread_mutex_unlock(&lock);
    return known;
}

bool tries_known(const struct tries *t)
{
    (void)pthread_mutex_lock(&lock);
    const struct slot *s = find(PAIR, t, false);
    bool known = s && s->known;
    (void)pthread_mutex_unlock(&lock);
    return known;
}

/* --- whose tries ------------------------------------------------------------------------------------------------------------ */
static const char *source_of(struct call *c, const char *from)
{
    const char *place = call_place(c, from);
    char source[SOURCE_ROOM];
    source_of_place(source, place ? place : "");
    return arena_text(c->arena, source, strlen(source));
}

struct tries tries_of_address(struct call *c, const char *portal, const char *email, const char *from)
{
    return (struct tries){.portal = portal,
                          .account = address_key(c->arena, email),
                          .source = source_of(c, from),
                          .now = c->tick};
}

static const char *name_person(struct arena *a, const char *what, int side, uint64_t person)
{
    return arena_printf(a, "#%s.%d.%llu", what, side, (unsigned long long)person);
}

static struct tries of_person(struct call *c, const char *what, int side, uint64_t person, const char *from)
{
    return (struct tries){.portal = arena_printf(c->arena, "#%u", (unsigned)c->txn.business),
                          .account = name_person(c->arena, what, side, person),
                          .source = source_of(c, from),
                          .now = c->tick};
}

struct tries tries_of_password(struct call *c, int side, uint64_t person, const char *from)
{
    return of_person(c, "password", side, person, from);
}

struct tries tries_of_code(struct call *c, int side, uint64_t person, const char *from)
{
    struct tries t = of_person(c, "code", side, person, from);
    t.code = true;
    t.proven = c->who.means == MEANS_KEY;
    return t;
}

/* --- who got in, by the log -------------------------------------------------------------------------------------------------- */
/* The address that somebody signs in with; NULL: gone. */
static const char *email_of(struct txn *t, const struct event *e)
{
    struct contact p;
    struct staff s;
    if (e->side == SIDE_CUSTOMER)
        return record_get(t, KIND_CONTACT, (uint64_t)e->actor, &p) == OK ? p.email : NULL;
    return record_get(t, KIND_STAFF, (uint64_t)e->actor, &s) == OK ? s.email : NULL;
}

static void recall_one(struct txn *t, const char *portal, const struct event *e, int64_t tick)
{
    char source[SOURCE_ROOM];
    const char *email = e->place ? email_of(t, e) : NULL;
    if (!email)
        return;
    source_of_place(source, e->place);
    struct tries tries = {
        .portal = portal, .account = address_key(t->arena, email), .source = source, .now = tick};
    tries_fine(&tries);
    tries.portal = arena_printf(t->arena, "#%u", (unsigned)t->business);
    tries.account = name_person(t->arena, "password", e->side, (uint64_t)e->actor);
    tries_fine(&tries);
    if (!e->text || !strstr(e->text, ", code"))
        return;
    tries.account = name_person(t->arena, "code", e->side, (uint64_t)e->actor);
    tries_fine(&tries);
}

static enum err recall_business(struct txn *t, int64_t now, int64_t tick)
{
    struct business b;
    struct refusal why;
    struct key k = index_key(t, INDEX_EVENT_WHAT);
    struct list_range range = list_range(key_u8(&k, WHAT_SIGNED_IN));
    struct record_list l = {
        .kind = KIND_EVENT, .view = shape_event(), .ranges = &range, .n = 1, .backward = true, .limit = 100};
    enum err e = record_get(t, KIND_BUSINESS, t->business, &b);
    for (int seen = 0; !e && seen < LIMIT_TRIES_RECALL; seen += (int)l.count) {
        l.after = l.next;
        e = record_list(t, &l, &why);
        const struct event *rows = l.rows;
        for (size_t i = 0; !e && i < l.count; i++) {
            if (now - rows[i].at > LIMIT_TRIES_KNOWN_MS)
                return OK;
            recall_one(t, b.portal, &rows[i], rows[i].at < now ? tick - (now - rows[i].at) : tick);
        }
        if (!l.next)
            break;
    }
    return e;
}

enum err tries_recall(struct kv_txn *kv, struct arena *a, int64_t now, int64_t tick)
{
    uint32_t businesses;
    enum err e = store_businesses(kv, &businesses);
    for (uint32_t b = 1; !e && b <= businesses; b++) {
        struct txn t = {.kv = kv, .arena = a, .business = b};
        e = recall_business(&t, now, tick);
    }
    return e;
}
