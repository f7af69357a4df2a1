#include "server/door/listener_inside.h"
#include "common/tick.h"
#include "server/core/limits.h"
#include "server/core/pool.h"
#include "server/core/secret.h"
#include <errno.h>
#include <nng/nng.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#define CLOSE_GRACE_MS 1000 /* at the end, for answers that are on their way out */

struct listener_limits listener_limits_default(void)
{
    struct listener_limits most = {
        .frame = LIMIT_FRAME,
        .answer = LIMIT_ANSWER,
        .buffered = LIMIT_BUFFERED,
        .peer_in_flight = LIMIT_PEER_IN_FLIGHT,
        .connections = LIMIT_CONNECTIONS,
        .stranger_in_flight = LIMIT_STRANGER_IN_FLIGHT,
        .person_connections = LIMIT_PERSON_CONNECTIONS,
        .hello_ms = LIMIT_HELLO_MS,
        .partial_ms = LIMIT_PARTIAL_MS,
        .idle_ms = LIMIT_IDLE_MS,
        .send_ms = LIMIT_SEND_MS,
        .stranger_ms = LIMIT_STRANGER_MS,
    };
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur < most.connections + 128)
        most.connections = files.rlim_cur > 160 ? (unsigned)files.rlim_cur - 128 : 32;
    most.connections_per_uid = most.connections / LIMIT_SHARE_UID;
    return most;
}

/* ---- who is counted ---- */

bool listener_admits(struct listener *l, struct conn *c)
{
    pthread_mutex_lock(&l->lock);
    l->past.accepted++;
    bool yes = !l->stopping && sources_admit(l, c);
    if (yes) {
        c->peer.serial = ++l->serial;
        c->next = l->conns;
        c->back = &l->conns;
        if (c->next)
            c->next->back = &c->next;
        l->conns = c;
        l->past.open++;
    } else {
        l->past.refused_busy++;
    }
    pthread_mutex_unlock(&l->lock);
    return yes;
}

static void add_up(struct listener_stats *sum, const struct conn *c)
{
    sum->requests += c->requests;
    sum->answers += c->answers;
    sum->bytes_in += c->bytes_in;
    sum->bytes_out += c->bytes_out;
    sum->sends += c->sends;
}

/* Nobody else uses the connection any more. It counts as open until its descriptor is back. */
static void forget(struct listener *l, struct conn *c)
{
    pthread_mutex_lock(&l->lock);
    *c->back = c->next;
    if (c->next)
        c->next->back = c->back;
    add_up(&l->past, c);
    pthread_mutex_unlock(&l->lock);
    conn_end(c);
    pthread_mutex_lock(&l->lock);
    l->past.open--;
    sources_forget(l, c);
    pthread_mutex_unlock(&l->lock);
    free(c);
}

void listener_stats(struct listener *l, struct listener_stats *out)
{
    pthread_mutex_lock(&l->lock);
    *out = l->past;
    for (struct conn *c = l->conns; c; c = c->next) {
        pthread_mutex_lock(&c->lock);
        add_up(out, c);
        pthread_mutex_unlock(&c->lock);
    }
    pthread_mutex_unlock(&l->lock);
}

/* ---- the janitor: tells of ends, frees what has ended, ends what is overdue ---- */

static void bury(struct listener *l, struct conn *c)
{
    sources_no_stranger(c);
    c->ended = NULL;
    *l->ended_last = c;
    l->ended_last = &c->ended;
}

void listener_bury(struct conn *c)
{
    struct listener *l = c->l;
    pthread_mutex_lock(&l->lock);
    bury(l, c);
    pthread_cond_signal(&l->work);
    pthread_mutex_unlock(&l->lock);
}

void listener_displace(struct conn *c)
{
    struct listener *l = c->l;
    c->displaced = true;
    c->source->leaving++;
    l->leaving++;
    l->past.displaced++;
    conn_close(c);
    if (conn_ending(c))
        bury(l, c);
    pthread_cond_signal(&l->work);
}

/* listener.lock held. */
static void end_overdue(struct listener *l, int64_t now)
{
    for (struct conn *c = l->conns; c; c = c->next) {
        pthread_mutex_lock(&c->lock);
        if (!c->closed && (l->stopping || conn_overdue(c, now))) {
            l->past.timed_out += !l->stopping;
            conn_close(c);
            if (conn_ending(c))
                bury(l, c);
        }
        pthread_mutex_unlock(&c->lock);
    }
}

/* One connection from the queue; no lock held. */
static void see_off(struct listener *l, struct conn *c)
{
    pthread_mutex_lock(&c->lock);
    bool dead = c->end == DEAD;
    pthread_mutex_unlock(&c->lock);
    if (!dead) {
        if (l->gone)
            l->gone(l->context, c->peer.serial);
        pthread_mutex_lock(&c->lock);
        c->end = TOLD;
        dead = conn_unused(c);
        pthread_mutex_unlock(&c->lock);
    }
    if (dead) /* else whoever uses it last hands it over again */
        forget(l, c);
}

/* A quarter of the shortest time-out, so that none is late by more; ms. */
static int sweep_every(const struct listener_limits *most)
{
    int least = most->hello_ms;
    least = most->partial_ms < least ? most->partial_ms : least;
    least = most->send_ms < least ? most->send_ms : least;
    least = most->idle_ms < least ? most->idle_ms : least;
    least = most->stranger_ms < least ? most->stranger_ms : least;
    return least < 40 ? 10 : least > 4000 ? 1000 : least / 4;
}

static void *janitor(void *arg)
{
    struct listener *l = arg;
    int64_t swept = listener_now();
    pthread_mutex_lock(&l->lock);
    while (!l->stopping || l->conns) {
        int every = sweep_every(&l->limits);
        if (!l->ended && !l->stopping) {
            tick_wait(&l->work, &l->lock, tick_now() + every);
        } else if (!l->ended) {
            end_overdue(l, 0); /* those that came in last */
            if (!l->ended)
                pthread_cond_wait(&l->work, &l->lock);
        }
        int64_t now = listener_now();
        if (now - swept >= every) {
            /* Not at once: by now the start is over. And not before an endpoint is there: nng begins by its first use, and of two threads
             * that use it first the second may see that before the rest. */
            if (!l->parks && l->endpoints) {
                park_begin();
                l->parks = true;
            }
            swept = now;
            end_overdue(l, now);
        }
        while (l->ended) {
            struct conn *c = l->ended;
            l->ended = c->ended;
            if (!l->ended)
                l->ended_last = &l->ended;
            pthread_mutex_unlock(&l->lock);
            see_off(l, c);
            pthread_mutex_lock(&l->lock);
        }
    }
    pthread_mutex_unlock(&l->lock);
    return NULL;
}

/* ---- opening and closing ---- */

enum err listener_open(struct listener **out, listener_fn *fn, listener_gone_fn *gone, void *context)
{
    struct listener *l = calloc(1, sizeof *l);
    if (!l)
        return ERR_NO_MEMORY;
    *l = (struct listener){.fn = fn, .gone = gone, .context = context, .limits = listener_limits_default()};
    secret_random(l->key, sizeof l->key);
    l->ended_last = &l->ended;
    pthread_mutex_init(&l->lock, NULL);
    pthread_cond_init(&l->work, NULL);
    pthread_cond_init(&l->idle, NULL);
    if (pthread_create(&l->janitor, NULL, janitor, l) != 0) {
        free(l);
        return ERR_NO_MEMORY;
    }
    *out = l;
    return OK;
}

void listener_limits(struct listener *l, const struct listener_limits *limits)
{
    pthread_mutex_lock(&l->lock);
    l->limits = *limits;
    pthread_cond_signal(&l->work);
    pthread_mutex_unlock(&l->lock);
}

enum err listener_add(struct listener *l, const char *url, const char *cert, const char *key,
                      struct refusal *why)
{
    struct endpoint *e = calloc(1, sizeof *e);
    if (!e)
        return ERR_NO_MEMORY;
    *e = (struct endpoint){.l = l, .lock_fd = -1};
    enum err rv = endpoint_bind(e, url, cert, key, why);
    if (rv != OK) {
        endpoint_unbind(e);
        free(e);
        return rv;
    }
    pthread_mutex_lock(&l->lock);
    e->next = l->endpoints;
    l->endpoints = e;
    pthread_mutex_unlock(&l->lock);
    endpoint_accept(e);
    return OK;
}

void listener_drain(struct listener *l)
{
    atomic_store(&l->draining, true);
    pthread_mutex_lock(&l->lock);
    for (struct endpoint *e = l->endpoints; e; e = e->next)
        endpoint_stop(e);
    pthread_mutex_unlock(&l->lock);
}

/* listener.lock held. */
static bool answers_are_out(struct listener *l)
{
    bool out = true;
    for (struct conn *c = l->conns; c && out; c = c->next) {
        pthread_mutex_lock(&c->lock);
        if (!c->closed)
            (void)conn_send_held(c);
        out = c->closed || !c->first;
        pthread_mutex_unlock(&c->lock);
    }
    return out;
}

void listener_close(struct listener *l)
{
    if (!l)
        return;
    listener_drain(l);
    pthread_mutex_lock(&l->lock);
    const int64_t until = tick_now() + CLOSE_GRACE_MS;
    while (!answers_are_out(l))
        if (!tick_wait(&l->idle, &l->lock, until))
            break;
    l->stopping = true;
    pthread_cond_signal(&l->work);
    pthread_mutex_unlock(&l->lock);
    pthread_join(l->janitor, NULL);
    if (l->parks)
        park_end();
    pool_close(l->greeters);
    while (l->endpoints) {
        struct endpoint *e = l->endpoints;
        l->endpoints = e->next;
        endpoint_unbind(e);
        free(e);
    }
    pthread_cond_destroy(&l->work);
    pthread_cond_destroy(&l->idle);
    pthread_mutex_destroy(&l->lock);
    sources_close(l);
    free(l);
}
