#include "server/door/allowance.h"
#include "server/core/limits.h"
#include <pthread.h>
#include <stdlib.h>

/* A full row gives up the bucket of which least is used: that one is nearly as good as new. */
#define ROWS 4096
#define WAYS 4

enum whose { CONTACT = 1, CONTACTS, STAFF, PROGRAM, OFFICE, CONTACT_IN, STAFF_IN };
struct pace {
    int64_t most, second; /* bytes at once, and what comes back in a second */
};
static const struct pace paces[] = {
    [CONTACT] = {LIMIT_WRITES_CONTACT, LIMIT_WRITES_CONTACT_S},
    [CONTACTS] = {LIMIT_WRITES_CONTACTS, LIMIT_WRITES_CONTACTS_S},
    [STAFF] = {LIMIT_WRITES_STAFF, LIMIT_WRITES_STAFF_S},
    [PROGRAM] = {LIMIT_WRITES_STAFF, LIMIT_WRITES_STAFF_S},
    [OFFICE] = {LIMIT_WRITES_OFFICE, LIMIT_WRITES_OFFICE_S},
    /* in thousandths of a sign-in */
    [CONTACT_IN] = {LIMIT_SIGN_INS * INT64_C(1000), 1000000 / LIMIT_SIGN_IN_MS},
    [STAFF_IN] = {LIMIT_SIGN_INS * INT64_C(1000), 1000000 / LIMIT_SIGN_IN_MS},
};
struct bucket {
    uint64_t id;
    uint32_t business;
    int32_t whose; /* enum whose; 0: free */
    int64_t used, at;
};
struct allowance {
    pthread_mutex_t lock;
    struct bucket rows[ROWS][WAYS];
};

enum err allowance_open(struct allowance **out)
{
    struct allowance *a = calloc(1, sizeof *a);
    if (!a)
        return ERR_NO_MEMORY;
    (void)pthread_mutex_init(&a->lock, NULL);
    *out = a;
    return OK;
}

void allowance_close(struct allowance *a)
{
    if (!a)
        return;
    (void)pthread_mutex_destroy(&a->lock);
    free(a);
}

static int64_t used_now(const struct bucket *b, int64_t now)
{
    if (!b->whose || now <= b->at)
        return b->used;
    const int64_t back = (now - b->at) * paces[b->whose].second / 1000;
    return back < b->used ? b->used - back : 0;
}

/* Under the lock. NULL: nothing of it is used. */
static struct bucket *find(struct allowance *a, uint32_t business, enum whose whose, uint64_t id, int64_t now,
                           bool make)
{
    struct bucket *row = a->rows[(id * 31 + business * UINT64_C(37) + (unsigned)whose * 1021) % ROWS],
                  *least = row;
    for (struct bucket *b = row; b < row + WAYS; b++) {
        if (b->id == id && b->business == business && b->whose == (int32_t)whose)
            return b;
        if (used_now(b, now) < used_now(least, now))
            least = b;
    }
    if (!make)
        return NULL;
    *least = (struct bucket){.id = id, .business = business, .whose = (int32_t)whose, .at = now};
    return least;
}

/* The two that count for somebody. False: nobody whose writes are counted (the operator, and who is not signed in). */
struct both {
    enum whose own, all;
    uint64_t id;
};
static bool both_of(const struct who *who, struct both *both)
{
    if (who->machine)
        *both = (struct both){PROGRAM, OFFICE, who->machine};
    else if (who->session && who->role == ROLE_CUSTOMER)
        *both = (struct both){CONTACT, CONTACTS, who_number(who)};
    else if (who->session)
        *both = (struct both){STAFF, OFFICE, who->person};
    return who->machine || who->session;
}

/* Under the lock. How many ms until some of it is free again. */
static int64_t wait_of(struct allowance *a, uint32_t business, enum whose whose, uint64_t id, int64_t now)
{
    const struct bucket *b = find(a, business, whose, id, now, false);
    const int64_t over = b ? used_now(b, now) - paces[whose].most : -1;
    return over < 0 ? 0 : over * 1000 / paces[whose].second + 1000;
}

static enum err come_again(const char *what, int64_t wait, struct refusal *why)
{
    (void)refuse(why, ERR_SLOW_DOWN, "", "Too many %s in a short time: wait %lld seconds.", what,
                 (long long)(wait + 999) / 1000);
    why->retry_ms = wait;
    return ERR_SLOW_DOWN;
}

enum err allowance_check(struct allowance *a, uint32_t business, const struct who *who, int64_t now,
                         struct refusal *why)
{
    struct both both;
    if (!both_of(who, &both))
        return OK;
    (void)pthread_mutex_lock(&a->lock);
    const int64_t own = wait_of(a, business, both.own, both.id, now),
                  all = wait_of(a, business, both.all, 0, now), wait = own > all ? own : all;
    (void)pthread_mutex_unlock(&a->lock);
    return wait ? come_again("changes", wait, why) : OK;
}

/* Under the lock. */
static void take(struct allowance *a, uint32_t business, enum whose whose, uint64_t id, int64_t now,
                 int64_t bytes)
{
    struct bucket *b = find(a, business, whose, id, now, true);
    b->used = used_now(b, now) + bytes;
    b->at = now > b->at ? now : b->at;
}

void allowance_take(struct allowance *a, uint32_t business, const struct who *who, int64_t now,
                    uint64_t bytes)
{
    struct both both;
    if (!both_of(who, &both))
        return;
    (void)pthread_mutex_lock(&a->lock);
    take(a, business, both.own, both.id, now, (int64_t)bytes);
    take(a, business, both.all, 0, now, (int64_t)bytes);
    (void)pthread_mutex_unlock(&a->lock);
}

enum err allowance_sign_in(struct allowance *a, uint32_t business, int side, uint64_t person, int64_t now,
                           struct refusal *why)
{
    const enum whose whose = side == SIDE_STAFF ? STAFF_IN : CONTACT_IN;
    (void)pthread_mutex_lock(&a->lock);
    const int64_t wait = wait_of(a, business, whose, person, now);
    if (!wait)
        take(a, business, whose, person, now, 1000);
    (void)pthread_mutex_unlock(&a->lock);
    return wait ? come_again("sign-ins", wait, why) : OK;
}
