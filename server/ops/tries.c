#include "server/ops/tries.h"
#include "server/limits.h"
#include "server/secret.h"
#include <pthread.h>
#include <stdio.h>
#include <string.h>

/* A table of fixed size, indexed by a keyed digest of the account: an attacker can neither fill memory nor choose whom to
 * collide with. A collision only shares the pause. */
#define SLOTS 16384
static struct slot {
    uint8_t digest[8];
    int32_t failed;
    int64_t until, last;
} slots[SLOTS];
static uint8_t key[32];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void make_key(void)
{
    secret_random(key, sizeof key);
}

/* Under the lock. `make`: take the slot over from an account that has been quiet for longer. */
static struct slot *find(const char *portal, const char *account, int64_t now, bool make)
{
    char both[400];
    uint8_t digest[32];
    pthread_once(&once, make_key);
    int n = snprintf(both, sizeof both, "%.60s/%.300s", portal, account);
    secret_digest(digest, key, both, (size_t)n);
    struct slot *s = &slots[(digest[8] | (size_t)digest[9] << 8) % SLOTS];
    bool same = memcmp(s->digest, digest, sizeof s->digest) == 0;
    if (!same && make) {
        memcpy(s->digest, digest, sizeof s->digest);
        s->failed = 0;
        s->until = 0;
        same = true;
    }
    if (same && now - s->last > LIMIT_TRIES_PAUSE_MAX_MS * 2)
        s->failed = 0;
    return same ? s : NULL;
}

enum err tries_check(const char *portal, const char *account, int64_t now, struct refusal *why)
{
    pthread_mutex_lock(&lock);
    const struct slot *s = find(portal, account, now, false);
    int64_t left = s && s->until > now ? s->until - now : 0;
    pthread_mutex_unlock(&lock);
    if (left)
        return refuse(why, ERR_SLOW_DOWN, "", "Too many failed tries: wait %lld seconds.",
                      (long long)(left + 999) / 1000);
    return OK;
}

void tries_failed(const char *portal, const char *account, int64_t now)
{
    pthread_mutex_lock(&lock);
    struct slot *s = find(portal, account, now, true);
    s->last = now;
    if (++s->failed >= LIMIT_TRIES_FREE) {
        int64_t pause = LIMIT_TRIES_PAUSE_MS;
        for (int i = LIMIT_TRIES_FREE; i < s->failed && pause < LIMIT_TRIES_PAUSE_MAX_MS; i++)
            pause *= 2;
        s->until = now + (pause < LIMIT_TRIES_PAUSE_MAX_MS ? pause : LIMIT_TRIES_PAUSE_MAX_MS);
    }
    pthread_mutex_unlock(&lock);
}

void tries_fine(const char *portal, const char *account)
{
    pthread_mutex_lock(&lock);
    struct slot *s = find(portal, account, 0, false);
    if (s)
        s->failed = 0;
    pthread_mutex_unlock(&lock);
}
