#include "server/door/bound.h"
#include "common/log.h"
#include "server/core/follow.h"
#include "server/core/limits.h"
#include "server/ops/session_open.h"
#include "server/core/waits.h"
#include <pthread.h>
#include <stdlib.h>

#define AGAIN_MS 250 /* when the writer is busy, or the store takes no write; doubles up to … */
#define AGAIN_MOST_MS 60000
#define ROWS 4096

struct tie {
    struct tie *next;  /* of its connection's row */
    struct tie *alike; /* of its session's row */
    struct daemon *daemon;
    uint64_t serial, source, session;
    uint32_t business;
    int32_t pause; /* ms: while it is being ended */
};
struct bound {
    struct daemon *daemon;
    pthread_mutex_t lock;
    size_t n;
    struct tie *rows[ROWS];     /* by serial */
    struct tie *sessions[ROWS]; /* the same by session */
    uint16_t of_source[ROWS];   /* how many; sources that share a place share the room */
};

enum err bound_open(struct daemon *d, struct bound **out)
{
    struct bound *b = calloc(1, sizeof *b);
    if (!b)
        return ERR_NO_MEMORY;
    b->daemon = d;
    (void)pthread_mutex_init(&b->lock, NULL);
    *out = b;
    return OK;
}

/* --- the two tables; under the lock */

static struct tie **session_row(struct bound *b, uint32_t business, uint64_t session)
{
    return &b->sessions[(session * 31 + business) % ROWS];
}

static uint16_t *count_of(struct bound *b, uint64_t source)
{
    return &b->of_source[(source >> 1) % ROWS]; /* its lowest bit is always set */
}

static struct tie **find(struct bound *b, uint32_t business, uint64_t session)
{
    struct tie **at = session_row(b, business, session);
    while (*at && ((*at)->session != session || (*at)->business != business))
        at = &(*at)->alike;
    return at;
}

static void link_session(struct bound *b, struct tie *t)
{
    struct tie **row = session_row(b, t->business, t->session);
    t->alike = *row;
    *row = t;
}

static void unlink_session(struct bound *b, struct tie *t)
{
    struct tie **at = session_row(b, t->business, t->session);
    while (*at != t)
        at = &(*at)->alike;
    *at = t->alike;
}

/* `at`: where it stands in its connection's row. */
static struct tie *take_out(struct bound *b, struct tie **at)
{
    struct tie *t = *at;
    *at = t->next;
    unlink_session(b, t);
    --*count_of(b, t->source);
    b->n--;
    return t;
}

/* --- ending a session: tried again until it is done; at the daemon's end it is dropped, and not good after the next start */

static void end(void *tie);

static void again(struct tie *t)
{
    const int32_t pause = t->pause;
    t->pause = pause * 2 < AGAIN_MOST_MS ? pause * 2 : AGAIN_MOST_MS;
    if (waits_later(t->daemon->waits, pause, end, t) != OK)
        free(t);
}

/* The writer took it, and the store may not have. */
static void tried(void *tie, enum err result)
{
    struct tie *t = tie;
    if (result)
        again(t);
    else
        free(t);
}

static void end(void *tie)
{
    struct tie *t = tie;
    if (follow_write(t->daemon, t->business, session_end_bound, t->session, tried, t) != OK)
        again(t);
}

static struct tie *new_tie(const struct bound *b, uint32_t business, uint64_t session)
{
    struct tie *t = calloc(1, sizeof *t);
    if (!t)
        abort();
    *t = (struct tie){.daemon = b->daemon, .session = session, .business = business, .pause = AGAIN_MS};
    return t;
}

/* --- */

void bound_add(struct bound *b, uint64_t peer_serial, uint64_t source, uint32_t business, uint64_t session)
{
    struct tie *t = new_tie(b, business, session);
    t->serial = peer_serial;
    t->source = source;
    (void)pthread_mutex_lock(&b->lock);
    uint16_t *of_source = count_of(b, source);
    bool room = b->n < LIMIT_BOUND && *of_source < LIMIT_BOUND / LIMIT_SHARE_BOUND;
    if (room) {
        struct tie **row = &b->rows[peer_serial % ROWS];
        t->next = *row;
        *row = t;
        link_session(b, t);
        ++*of_source;
        b->n++;
    }
    (void)pthread_mutex_unlock(&b->lock);
    if (!room) {
        log_line(LOG_WARN, "too many sessions bound to connections", "most=%d of_one_source=%d", LIMIT_BOUND,
                 LIMIT_BOUND / LIMIT_SHARE_BOUND);
        end(t);
    }
}

void bound_goes_on(struct bound *b, uint32_t business, uint64_t before, uint64_t session)
{
    (void)pthread_mutex_lock(&b->lock);
    struct tie *t = *find(b, business, before);
    if (t) {
        unlink_session(b, t);
        t->session = session;
        link_session(b, t);
    }
    (void)pthread_mutex_unlock(&b->lock);
    if (!t) /* its connection has ended just now */
        end(new_tie(b, business, session));
}

void bound_drop(struct bound *b, uint32_t business, uint64_t session)
{
    (void)pthread_mutex_lock(&b->lock);
    struct tie *t = *find(b, business, session);
    if (t) {
        struct tie **at = &b->rows[t->serial % ROWS];
        while (*at != t)
            at = &(*at)->next;
        (void)take_out(b, at);
    }
    (void)pthread_mutex_unlock(&b->lock);
    free(t);
}

void bound_gone(struct bound *b, uint64_t peer_serial)
{
    struct tie *gone = NULL;
    (void)pthread_mutex_lock(&b->lock);
    for (struct tie **at = &b->rows[peer_serial % ROWS]; *at;) {
        if ((*at)->serial == peer_serial) {
            struct tie *t = take_out(b, at);
            t->next = gone;
            gone = t;
        } else {
            at = &(*at)->next;
        }
    }
    (void)pthread_mutex_unlock(&b->lock);
    while (gone) {
        struct tie *next = gone->next;
        end(gone);
        gone = next;
    }
}

size_t bound_count(struct bound *b)
{
    (void)pthread_mutex_lock(&b->lock);
    const size_t n = b->n;
    (void)pthread_mutex_unlock(&b->lock);
    return n;
}

void bound_close(struct bound *b)
{
    if (!b)
        return;
    for (size_t i = 0; i < ROWS; i++)
        while (b->rows[i]) {
            struct tie *next = b->rows[i]->next;
            free(b->rows[i]);
            b->rows[i] = next;
        }
    (void)pthread_mutex_destroy(&b->lock);
    free(b);
}
