#include "server/bound.h"
#include "common/log.h"
#include "server/follow.h"
#include "server/limits.h"
#include "server/ops/session_open.h"
#include "server/waits.h"
#include <pthread.h>
#include <stdlib.h>

#define AGAIN_MS 250 /* when the writer is busy */
#define ROWS 1024

struct tie {
    struct tie *next;
    struct daemon *daemon;
    uint64_t serial, session;
    uint32_t business;
};
struct bound {
    struct daemon *daemon;
    pthread_mutex_t lock;
    size_t n;
    struct tie *rows[ROWS]; /* by serial */
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

/* Tried again until the writer takes it; at the daemon's end it is dropped, and the session is not good after the next start. */
static void end(void *arg)
{
    struct tie *t = arg;
    enum err e = follow_write(t->daemon, t->business, session_end_bound, t->session);
    if (e == ERR_BUSY && waits_later(t->daemon->waits, AGAIN_MS, end, t) == OK)
        return;
    free(t);
}

void bound_add(struct bound *b, uint64_t peer_serial, uint32_t business, uint64_t session)
{
    struct tie *t = calloc(1, sizeof *t);
    if (!t)
        abort();
    *t = (struct tie){.daemon = b->daemon, .serial = peer_serial, .session = session, .business = business};
    (void)pthread_mutex_lock(&b->lock);
    bool room = b->n < LIMIT_BOUND;
    if (room) {
        struct tie **row = &b->rows[peer_serial % ROWS];
        t->next = *row;
        *row = t;
        b->n++;
    }
    (void)pthread_mutex_unlock(&b->lock);
    if (!room) {
        log_line(LOG_WARN, "too many sessions bound to connections", "most=%d", LIMIT_BOUND);
        end(t);
    }
}

static struct tie *find(const struct bound *b, uint32_t business, uint64_t session)
{
    for (size_t i = 0; i < ROWS; i++)
        for (struct tie *t = b->rows[i]; t; t = t->next)
            if (t->session == session && t->business == business)
                return t;
    return NULL;
}

void bound_goes_on(struct bound *b, uint32_t business, uint64_t before, uint64_t session)
{
    (void)pthread_mutex_lock(&b->lock);
    struct tie *t = find(b, business, before);
    if (t)
        t->session = session;
    (void)pthread_mutex_unlock(&b->lock);
    if (t)
        return;
    t = calloc(1, sizeof *t); /* its connection has ended just now */
    if (!t)
        abort();
    *t = (struct tie){.daemon = b->daemon, .session = session, .business = business};
    end(t);
}

void bound_gone(struct bound *b, uint64_t peer_serial)
{
    struct tie *gone = NULL;
    (void)pthread_mutex_lock(&b->lock);
    for (struct tie **at = &b->rows[peer_serial % ROWS]; *at;) {
        struct tie *t = *at;
        if (t->serial == peer_serial) {
            *at = t->next;
            t->next = gone;
            gone = t;
            b->n--;
        } else {
            at = &t->next;
        }
    }
    (void)pthread_mutex_unlock(&b->lock);
    while (gone) {
        struct tie *next = gone->next;
        end(gone);
        gone = next;
    }
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
