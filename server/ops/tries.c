#include "server/ops/tries.h"
#include "common/address.h"
#include "common/text.h"
#include "server/limits.h"
#include "server/secret.h"
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
    bool known; /* this source got into this account */
    int64_t until, last;
} table[ROWS][WAYS];
static uint8_t key[32];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_once_t once = PTHREAD_ONCE_INIT;

enum counted { PAIR, ACCOUNT, SOURCE };
struct pace {
    int32_t free;
    int64_t pause, most;
};
static const struct pace paces[2][3] = {
    {{LIMIT_TRIES_FREE, LIMIT_TRIES_PAUSE_MS, LIMIT_TRIES_PAUSE_MAX_MS},
     {LIMIT_TRIES_ACCOUNT_FREE, LIMIT_TRIES_MILD_MS, LIMIT_TRIES_PAUSE_MS},
     {LIMIT_TRIES_SOURCE_FREE, LIMIT_TRIES_MILD_MS, LIMIT_TRIES_PAUSE_MAX_MS}},
    {{LIMIT_TRIES_FREE, LIMIT_TRIES_PAUSE_MS, LIMIT_TRIES_PAUSE_MAX_MS},
     {LIMIT_TRIES_CODE_FREE, LIMIT_TRIES_PAUSE_MS, LIMIT_TRIES_PAUSE_MAX_MS},
     {LIMIT_TRIES_SOURCE_FREE, LIMIT_TRIES_MILD_MS, LIMIT_TRIES_PAUSE_MAX_MS}},
};

static void make_key(void)
{
    secret_random(key, sizeof key);
}

static bool stale(const struct slot *s, int64_t now)
{
    return now - s->last > (s->known ? LIMIT_TRIES_KNOWN_MS : LIMIT_TRIES_FORGET_MS);
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
    char text[700];
    uint8_t digest[32];
    (void)pthread_once(&once, make_key);
    int n =
        snprintf(text, sizeof text, "%d\n%.60s\n%.300s\n%.100s", (int)what, what == SOURCE ? "" : t->portal,
                 what == SOURCE ? "" : t->account, what == ACCOUNT ? "" : t->source);
    secret_digest(digest, key, text, (size_t)n);
    struct slot *row = table[(digest[8] | (size_t)digest[9] << 8) % ROWS], *least = &row[0];
    for (struct slot *s = row; s < row + WAYS; s++) {
        if (memcmp(s->digest, digest, sizeof s->digest) == 0) {
            if (t->now - s->last > LIMIT_TRIES_FORGET_MS)
                s->failed = 0;
            s->known = s->known && t->now - s->last <= LIMIT_TRIES_KNOWN_MS;
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

enum err tries_check(const struct tries *t, struct refusal *why)
{
    (void)pthread_mutex_lock(&lock);
    const struct slot *pair = find(PAIR, t, false);
    int64_t wait = left(pair, t->now);
    if (!wait && !t->proven && !(pair && pair->known)) {
        int64_t account = left(find(ACCOUNT, t, false), t->now),
                source = left(find(SOURCE, t, false), t->now);
        wait = account > source ? account : source;
    }
    (void)pthread_mutex_unlock(&lock);
    if (!wait)
        return OK;
    (void)refuse(why, ERR_SLOW_DOWN, "", "Too many failed tries: wait %lld seconds.",
                 (long long)(wait + 999) / 1000);
    why->retry_ms = wait;
    return ERR_SLOW_DOWN;
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

static const char *what_is_left(struct call *c, const struct tries *t)
{
    const struct pace *pace = &paces[t->code][PAIR];
    (void)pthread_mutex_lock(&lock);
    const struct slot *s = find(PAIR, t, false);
    int32_t failed = s ? s->failed : 0;
    (void)pthread_mutex_unlock(&lock);
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
        count(SOURCE, t);
    }
    (void)pthread_mutex_unlock(&lock);
}

enum err tries_refuse(struct call *c, const struct tries *t, const char *field, const char *what)
{
    tries_failed(t);
    enum err e = REFUSE(c, ERR_CREDENTIALS, field, "%s %s", what, what_is_left(c, t));
    (void)pthread_mutex_lock(&lock);
    c->why.retry_ms = left(find(PAIR, t, false), t->now);
    (void)pthread_mutex_unlock(&lock);
    return e;
}

void tries_fine(const struct tries *t)
{
    (void)pthread_mutex_lock(&lock);
    struct slot *s = find(PAIR, t, true);
    s->failed = 0;
    s->until = 0;
    s->known = true;
    s->last = t->now;
    (void)pthread_mutex_unlock(&lock);
}

/* --- whose tries ------------------------------------------------------------------------------------------------------------ */
/* A place without the number of its connection: "127.0.0.1:4242" → "127.0.0.1". */
static const char *source_of(struct call *c, const char *from)
{
    const char *place = call_place(c, from);
    if (!place)
        return "";
    const char *port = strrchr(place, ':');
    bool numbered = port && port[1] && strspn(port + 1, "0123456789") == strlen(port + 1) &&
                    (strchr(place, ':') == port || port[-1] == ']');
    return numbered ? arena_text(c->arena, place, (size_t)(port - place)) : place;
}

struct tries tries_of_address(struct call *c, const char *portal, const char *email, const char *from)
{
    return (struct tries){.portal = portal,
                          .account = address_key(c->arena, email),
                          .source = source_of(c, from),
                          .now = c->tick};
}

static struct tries of_person(struct call *c, const char *what, int side, uint64_t person, const char *from)
{
    return (struct tries){.portal = arena_printf(c->arena, "#%u", (unsigned)c->txn.business),
                          .account =
                              arena_printf(c->arena, "#%s.%d.%llu", what, side, (unsigned long long)person),
                          .source = source_of(c, from),
                          .now = c->tick,
                          .proven = c->who.means == MEANS_KEY};
}

struct tries tries_of_password(struct call *c, const char *from)
{
    return of_person(c, "password", call_by_customer(c) ? SIDE_CUSTOMER : SIDE_STAFF, c->who.person, from);
}

struct tries tries_of_code(struct call *c, int side, uint64_t person, const char *from)
{
    struct tries t = of_person(c, "code", side, person, from);
    t.code = true;
    return t;
}
