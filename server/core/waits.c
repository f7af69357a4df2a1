#include "server/core/waits.h"
#include "common/tick.h"
#include "data/engine/kv.h"
#include "server/core/limits.h"
#include "server/door/listener.h"
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct later {
    struct later *next;
    int64_t at; /* tick */
    void (*fn)(void *arg);
    void *arg;
};
/* How many wait of one session (or, session 0, of one person or token). */
struct tally {
    struct tally *next;
    struct shown who;
    size_t n;
};
#define ROWS 256
#define SOURCES 4096
struct waits {
    struct daemon *daemon;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t news;
    struct job *parked;  /* under the lock */
    struct later *later; /* under the lock */
    size_t n;            /* that wait, also those that are being looked at; under the lock, as the tallies */
    struct tally *tallies[ROWS];
    uint32_t *signalled; /* businesses with news, under the lock */
    size_t n_signalled;
    bool closing, stopped;
    uint16_t sources[SOURCES];
};
#define SIGNALS 256 /* more businesses at once: look at all */

/* --- whose they are; under the lock */

static bool same(const struct shown *a, const struct shown *b)
{
    return a->business == b->business && a->side == b->side && a->session == b->session &&
           a->machine == b->machine && a->person == b->person;
}

/* Where the tally is, or would be. */
static struct tally **tally_of(struct waits *w, const struct shown *who)
{
    uint64_t h = who->person * 31 + who->machine * 37 + who->session * 41 + who->business;
    struct tally **at = &w->tallies[h % ROWS];
    while (*at && !same(&(*at)->who, who))
        at = &(*at)->next;
    return at;
}

static size_t count_of(struct waits *w, const struct shown *who)
{
    const struct tally *t = *tally_of(w, who);
    return t ? t->n : 0;
}

static bool count_up(struct waits *w, const struct shown *who)
{
    struct tally **at = tally_of(w, who);
    if (!*at) {
        *at = calloc(1, sizeof **at);
        if (!*at)
            return false;
        (*at)->who = *who;
    }
    (*at)->n++;
    return true;
}

static void count_down(struct waits *w, const struct shown *who)
{
    struct tally **at = tally_of(w, who), *t = *at;
    if (t && --t->n == 0) {
        *at = t->next;
        free(t);
    }
}

static uint16_t *of_source(struct waits *w, const struct job *j)
{
    return &w->sources[(j->whose.source >> 1) %
                       SOURCES]; /* its lowest bit is always set; those that share a place share the room */
}

static struct shown person_of(const struct job *j)
{
    struct shown person = j->shown;
    person.session = 0;
    return person;
}

/* --- looking */

static bool has_news(const struct waits *w, uint32_t business)
{
    if (w->n_signalled > SIGNALS)
        return true;
    for (size_t i = 0; i < w->n_signalled; i++)
        if (w->signalled[i] == business)
            return true;
    return false;
}

/* Looks again; answers when there is something to say, when its time is over, or when it may no longer ask. */
static bool done(struct waits *w, struct job *j, int64_t now, bool last)
{
    enum err e = kv_read(w->daemon->kv, job_run_read, j);
    if (e && !j->result)
        j->result = e;
    return e || last || now >= j->deadline || !j->quiet;
}

static void answer(struct waits *w, struct job *j)
{
    const struct shown person = person_of(j);
    pthread_mutex_lock(&w->lock);
    count_down(w, &person);
    if (j->shown.session)
        count_down(w, &j->shown);
    --*of_source(w, j);
    w->n--;
    pthread_mutex_unlock(&w->lock);
    job_answer(j);
    job_close(j);
}

/* Takes out of the list what is to be looked at now. Under the lock. */
static struct job *take_due(struct waits *w, int64_t now)
{
    struct job *due = NULL;
    for (struct job **at = &w->parked; *at;) {
        struct job *j = *at;
        if (w->closing || now >= j->deadline || has_news(w, j->business)) {
            *at = j->next;
            j->next = due;
            due = j;
        } else {
            at = &j->next;
        }
    }
    w->n_signalled = 0;
    return due;
}

static void look(struct waits *w, struct job *due, bool last)
{
    int64_t now = daemon_tick();
    while (due) {
        struct job *next = due->next;
        if (done(w, due, now, last) || listener_left(due->request)) {
            answer(w, due);
        } else {
            arena_reset(due->run); /* what was looked at is not kept while it waits */
            pthread_mutex_lock(&w->lock);
            due->next = w->parked;
            w->parked = due;
            pthread_mutex_unlock(&w->lock);
        }
        due = next;
    }
}

static struct later *take_later(struct waits *w, int64_t now)
{
    for (struct later **at = &w->later; *at; at = &(*at)->next)
        if ((*at)->at <= now) {
            struct later *l = *at;
            *at = l->next;
            return l;
        }
    return NULL;
}

static int64_t next_tick(const struct waits *w, int64_t now)
{
    int64_t next = now + 60000;
    for (const struct job *j = w->parked; j; j = j->next)
        if (j->deadline < next)
            next = j->deadline;
    for (const struct later *l = w->later; l; l = l->next)
        if (l->at < next)
            next = l->at;
    return next;
}

static void *work(void *arg)
{
    struct waits *w = arg;
    pthread_mutex_lock(&w->lock);
    while (!w->closing) {
        int64_t now = daemon_tick(), next = next_tick(w, now);
        if (next > now && w->n_signalled == 0)
            tick_wait(&w->news, &w->lock, next);
        now = daemon_tick();
        struct job *due = take_due(w, now);
        bool last = w->closing;
        struct later *l;
        pthread_mutex_unlock(&w->lock);
        look(w, due, last);
        pthread_mutex_lock(&w->lock);
        while (!w->closing && (l = take_later(w, now)) != NULL) {
            pthread_mutex_unlock(&w->lock);
            l->fn(l->arg);
            free(l);
            pthread_mutex_lock(&w->lock);
        }
    }
    struct job *rest = take_due(w, INT64_MAX);
    pthread_mutex_unlock(&w->lock);
    look(w, rest, true);
    return NULL;
}

enum err waits_open(struct daemon *d, struct waits **out)
{
    struct waits *w = calloc(1, sizeof *w);
    if (!w)
        return ERR_NO_MEMORY;
    w->daemon = d;
    w->signalled = calloc(SIGNALS, sizeof *w->signalled);
    pthread_mutex_init(&w->lock, NULL);
    pthread_cond_init(&w->news, NULL);
    if (!w->signalled || pthread_create(&w->thread, NULL, work, w) != 0) {
        free(w->signalled);
        free(w);
        return ERR_NO_MEMORY;
    }
    *out = w;
    return OK;
}

/* Under the lock. Refuses the new one, and does not end an old one, since that one would come again at once, for ever. */
static enum err take_room(struct waits *w, struct job *j)
{
    const struct shown person = person_of(j), *session = &j->shown;
    const char *busy = NULL;
    if (w->n >= LIMIT_WAITS || w->closing)
        busy = "Too much at once; try again shortly.";
    else if (*of_source(w, j) >= LIMIT_WAITS / LIMIT_SHARE_WAITS)
        busy = "Too many wait for news where you come from; try again later.";
    else if (count_of(w, &person) >= LIMIT_WAITS_PERSON)
        busy = "You wait for news in too many places already; try again later.";
    else if (session->session && count_of(w, session) >= LIMIT_WAITS_SESSION)
        busy = "This session waits for news in too many places already; try again later.";
    if (busy) {
        (void)refuse(&j->why, ERR_BUSY, "", "%s", busy);
        j->why.retry_ms = w->n >= LIMIT_WAITS ? LIMIT_BUSY_RETRY_MS : LIMIT_WAITS_RETRY_MS;
        return ERR_BUSY;
    }
    if (!count_up(w, &person))
        return ERR_BUSY;
    if (session->session && !count_up(w, session)) {
        count_down(w, &person);
        return ERR_BUSY;
    }
    ++*of_source(w, j);
    w->n++;
    return OK;
}

enum err waits_add(struct waits *w, struct job *j)
{
    arena_reset(j->run); /* what was looked at is not kept while it waits */
    pthread_mutex_lock(&w->lock);
    enum err e = take_room(w, j);
    if (!e) {
        j->next = w->parked;
        w->parked = j;
        /* Something may have happened since it was looked at: look once more. */
        if (w->n_signalled < SIGNALS)
            w->signalled[w->n_signalled] = j->business;
        w->n_signalled++;
        pthread_cond_signal(&w->news);
    }
    pthread_mutex_unlock(&w->lock);
    return e;
}

void waits_signal(struct waits *w, uint32_t business)
{
    pthread_mutex_lock(&w->lock);
    if (w->n) {
        if (!has_news(w, business)) {
            if (w->n_signalled < SIGNALS)
                w->signalled[w->n_signalled] = business;
            w->n_signalled++;
        }
        pthread_cond_signal(&w->news);
    }
    pthread_mutex_unlock(&w->lock);
}

void waits_gone(struct waits *w, uint64_t peer_serial)
{
    struct job *gone = NULL;
    pthread_mutex_lock(&w->lock);
    for (struct job **at = &w->parked; *at;) {
        struct job *j = *at;
        if (j->peer_serial == peer_serial) {
            *at = j->next;
            j->next = gone;
            gone = j;
        } else {
            at = &j->next;
        }
    }
    pthread_mutex_unlock(&w->lock);
    while (gone) {
        struct job *next = gone->next;
        gone->result = ERR_CANCELLED;
        answer(w, gone);
        gone = next;
    }
}

enum err waits_later(struct waits *w, int64_t delay_ms, void (*fn)(void *arg), void *arg)
{
    struct later *l = malloc(sizeof *l);
    if (!l)
        return ERR_NO_MEMORY;
    *l = (struct later){NULL, daemon_tick() + delay_ms, fn, arg};
    pthread_mutex_lock(&w->lock);
    if (w->closing) {
        pthread_mutex_unlock(&w->lock);
        free(l);
        return ERR_CANCELLED;
    }
    l->next = w->later;
    w->later = l;
    pthread_cond_signal(&w->news);
    pthread_mutex_unlock(&w->lock);
    return OK;
}

size_t waits_count(struct waits *w)
{
    pthread_mutex_lock(&w->lock);
    size_t n = w->n;
    pthread_mutex_unlock(&w->lock);
    return n;
}

void waits_stop(struct waits *w)
{
    if (!w)
        return;
    pthread_mutex_lock(&w->lock);
    bool before = w->stopped;
    w->closing = w->stopped = true;
    pthread_cond_signal(&w->news);
    pthread_mutex_unlock(&w->lock);
    if (before)
        return;
    pthread_join(w->thread, NULL);
    while (w->later) {
        struct later *l = w->later;
        w->later = l->next;
        free(l->arg);
        free(l);
    }
}

void waits_close(struct waits *w)
{
    if (!w)
        return;
    waits_stop(w);
    pthread_cond_destroy(&w->news);
    pthread_mutex_destroy(&w->lock);
    free(w->signalled);
    free(w);
}
