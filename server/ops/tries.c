#include "server/ops/tries.h"
#include "common/address.h"
#include "common/text.h"
#include "data/store.h"
#include "common/hash.h"
#include "server/core/limits.h"
#include "server/core/secret.h"
#include "server/door/source.h"
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Two tables of fixed size, their rows found by a keyed digest: a stranger can neither fill memory nor choose whom to collide with.
 * A full row gives up what matters least, so that nobody's count is reset by somebody else's few failures; and no failure costs a place
 * of those who got in. */
#define ROWS 8192
#define WAYS 4
static struct slot {
    uint8_t digest[8];
    int32_t failed;
    int64_t until, last; /* last: of a failure */
} failures[ROWS][WAYS];
static struct place {
    uint8_t digest[8];
    bool taken;
    int64_t came; /* this source got into this account at that time */
} known[ROWS][WAYS];
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
    return now - s->last > LIMIT_TRIES_FORGET_MS;
}

/* Does `a` matter less than `b`? */
static bool matters_less(const struct slot *a, const struct slot *b, int64_t now)
{
    bool stale_a = stale(a, now), stale_b = stale(b, now);
    if (stale_a != stale_b)
        return stale_a;
    return a->failed != b->failed ? a->failed < b->failed : a->last < b->last;
}

/* Whose it is, in `digest`; the row. */
static size_t digest_of(enum counted what, const struct tries *t, uint8_t digest[32])
{
    char text[700], network[SOURCE_ROOM];
    (void)pthread_once(&once, make_key);
    source_network(network, what == TURN ? t->source : "");
    const char *source = what == TURN ? network : what == ACCOUNT ? "" : t->source;
    int n = snprintf(text, sizeof text, "%d\n%.60s\n%.300s\n%.100s", (int)what,
                     what == SOURCE ? "" : t->portal, what == SOURCE ? "" : t->account, source);
    secret_digest(digest, key, text, (size_t)n);
    return (digest[8] | (size_t)digest[9] << 8) % ROWS;
}

/* Under the lock. `make`: take over the slot that matters least. */
static struct slot *find(enum counted what, const struct tries *t, bool make)
{
    uint8_t digest[32];
    struct slot *row = failures[digest_of(what, t, digest)], *least = &row[0];
    for (struct slot *s = row; s < row + WAYS; s++) {
        if (memcmp(s->digest, digest, sizeof s->digest) == 0) {
            if (stale(s, t->now))
                s->failed = 0;
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

/* Where a network has few rows, whoever has all of it can not have all of the table. */
static struct place *row_of(enum counted what, const struct tries *t, const uint8_t digest[32])
{
    char network[SOURCE_ROOM];
    uint8_t of_network[32];
    struct tries all = *t;
    source_network(network, t->source);
    all.source = network;
    const size_t rows = (what == PAIR ? LIMIT_TRIES_PLACES : LIMIT_TRIES_SOURCES) / WAYS;
    return known[(digest_of(what, &all, of_network) + digest[10] % rows) % ROWS];
}

/* The same among those who got in. What is new takes the place of who was not there for longest. */
static struct place *find_known(enum counted what, const struct tries *t, bool make)
{
    uint8_t digest[32];
    (void)digest_of(what, t, digest);
    struct place *row = row_of(what, t, digest), *least = &row[0];
    for (struct place *p = row; p < row + WAYS; p++) {
        if (p->taken && memcmp(p->digest, digest, sizeof p->digest) == 0)
            return make || t->now - p->came <= LIMIT_TRIES_KNOWN_MS ? p : NULL;
        if (!p->taken || (least->taken && p->came < least->came))
            least = p;
    }
    if (!make || (least->taken && least->came > t->now))
        return NULL;
    *least = (struct place){.taken = true, .came = t->now};
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
    if (!wait && !t->proven && !find_known(PAIR, t, false)) {
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
    if (!t->proven && !find_known(PAIR, t, false)) {
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

void tries_fine(const struct tries *t)
{
    (void)pthread_mutex_lock(&lock);
    struct slot *s = find(PAIR, t, false);
    if (s)
        s->failed = 0, s->until = 0;
    (void)pthread_mutex_unlock(&lock);
}

static void know(enum counted what, const struct tries *t)
{
    struct place *p = find_known(what, t, true);
    if (p && p->came < t->now)
        p->came = t->now;
}

void tries_know(const struct tries *t)
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
    const bool found = find_known(SOURCE, &t, false) != NULL;
    (void)pthread_mutex_unlock(&lock);
    return found;
}

bool tries_known(const struct tries *t)
{
    (void)pthread_mutex_lock(&lock);
    const bool found = find_known(PAIR, t, false) != NULL;
    (void)pthread_mutex_unlock(&lock);
    return found;
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

/* --- who got in ------------------------------------------------------------------------------------------------------------- */
/* How somebody came in: what is noted then, and read again at a start. */
struct entry {
    const char *portal, *email, *place;
    int side;
    uint64_t person;
    bool code; /* shown, too */
};

static void note(struct arena *a, uint32_t business, const struct entry *in, int64_t tick)
{
    char source[SOURCE_ROOM];
    source_of_place(source, in->place);
    struct tries tries = {
        .portal = in->portal, .account = address_key(a, in->email), .source = source, .now = tick};
    tries_know(&tries);
    tries.portal = arena_printf(a, "#%u", (unsigned)business);
    tries.account = name_person(a, "password", in->side, in->person);
    tries_know(&tries);
    if (!in->code)
        return;
    tries.account = name_person(a, "code", in->side, in->person);
    tries_know(&tries);
}

enum err tries_note(struct call *c, const struct session *s)
{
    const struct business *b;
    if (!s->place || !s->email)
        return OK;
    enum err e = call_business(c, &b);
    if (e)
        return e;
    const struct entry in = {.portal = b->portal,
                             .email = s->email,
                             .place = s->place,
                             .side = s->role == ROLE_CUSTOMER ? SIDE_CUSTOMER : SIDE_STAFF,
                             .person = (uint64_t)s->person,
                             .code = s->code_shown};
    note(c->arena, c->txn.business, &in, c->tick);
    return OK;
}

/* The address that somebody signs in with; NULL: gone. */
static const char *email_of(struct txn *t, const struct event *e)
{
    struct contact p;
    struct staff s;
    if (e->side == SIDE_CUSTOMER)
        return record_get(t, KIND_CONTACT, (uint64_t)e->actor, &p) == OK ? p.email : NULL;
    return record_get(t, KIND_STAFF, (uint64_t)e->actor, &s) == OK ? s.email : NULL;
}

/* Whoever signs in again and again from one source is recalled once, from one network a few times, and pushes nobody out. */
#define RECALLED (2 * LIMIT_TRIES_RECALL) /* a power of two */
#define RECALL_LOOKS 16                   /* sign-ins looked at for each that is recalled */
struct recalled {
    uint64_t of[RECALLED];        /* 0: free; side, person and source */
    uint8_t of_network[RECALLED]; /* how many; those that share a place share the room */
    size_t n, most;
};

static bool is_new(struct recalled *r, const struct event *e)
{
    const uint64_t who = (uint64_t)e->actor * 4 + (uint64_t)e->side;
    const uint64_t person = hash_add(HASH_BEGIN, &who, sizeof who);
    char source[SOURCE_ROOM], network[SOURCE_ROOM];
    source_of_place(source, e->place);
    source_network(network, source);
    const uint64_t of = hash_add(person, source, strlen(source)) | 1;
    uint8_t *of_network = &r->of_network[hash_add(person, network, strlen(network)) % RECALLED];
    size_t at = of % RECALLED;
    while (r->of[at] && r->of[at] != of)
        at = (at + 1) % RECALLED;
    if (r->of[at] || *of_network >= LIMIT_TRIES_PLACES)
        return false;
    r->of[at] = of;
    ++*of_network;
    r->n++;
    return true;
}

static void recall_one(struct txn *t, const char *portal, const struct event *e, int64_t tick)
{
    const char *email = email_of(t, e);
    if (!email)
        return;
    const struct entry in = {.portal = portal,
                             .email = email,
                             .place = e->place,
                             .side = e->side,
                             .person = (uint64_t)e->actor,
                             .code = e->text && strstr(e->text, ", code")};
    note(t->arena, t->business, &in, tick);
}

/* A page of them; what is read is let go of with it. */
static enum err recall_page(struct txn *t, struct record_list *l, int64_t now, int64_t tick,
                            struct recalled *before, bool *more)
{
    struct business b;
    struct refusal why;
    enum err e = record_needed(t, KIND_BUSINESS, t->business, &b);
    if (!e)
        e = record_list(t, l, &why);
    const struct event *rows = l->rows;
    *more = !e && l->next;
    for (size_t i = 0; !e && i < l->count; i++) {
        if (now - rows[i].at > LIMIT_TRIES_KNOWN_MS) {
            *more = false;
            break;
        }
        if (rows[i].place && before->n < before->most && is_new(before, &rows[i]))
            recall_one(t, b.portal, &rows[i], rows[i].at < now ? tick - (now - rows[i].at) : tick);
    }
    return e;
}

#define CURSOR_ROOM 600 /* of a list; its page is let go of */
static enum err recall_business(struct kv_txn *kv, uint32_t business, size_t most, int64_t now, int64_t tick)
{
    struct arena *a = arena_open();
    struct txn t = {.kv = kv, .arena = a, .business = business};
    bool more = true;
    enum err e = OK;
    char after[CURSOR_ROOM] = "";
    struct recalled *before = calloc(1, sizeof *before);
    if (!before)
        e = ERR_NO_MEMORY;
    else
        before->most = most;
    for (size_t seen = 0; !e && more && before->n < most && seen < most * RECALL_LOOKS;) {
        struct key k = index_key(&t, INDEX_EVENT_WHAT);
        struct list_range range = list_range(key_u8(&k, WHAT_SIGNED_IN));
        struct record_list l = {.kind = KIND_EVENT,
                                .view = shape_event(),
                                .ranges = &range,
                                .n = 1,
                                .backward = true,
                                .after = after[0] ? after : NULL,
                                .limit = 100};
        e = recall_page(&t, &l, now, tick, before, &more);
        seen += l.count;
        (void)snprintf(after, sizeof after, "%s", l.next ? l.next : "");
        arena_reset(a);
    }
    free(before);
    arena_close(a);
    return e;
}

enum err tries_recall(struct kv_txn *kv, int64_t now, int64_t tick)
{
    uint32_t businesses;
    enum err e = store_businesses(kv, &businesses);
    const size_t share = !e && businesses ? LIMIT_TRIES_RECALL_ALL / businesses + 1 : 0,
                 most = share < LIMIT_TRIES_RECALL ? share : LIMIT_TRIES_RECALL;
    for (uint32_t b = 1; !e && b <= businesses; b++)
        e = recall_business(kv, b, most, now, tick);
    return e;
}
