#include "server/core/writer.h"
#include "common/log.h"
#include "data/engine/kv.h"
#include "server/due/seal_due.h"
#include "server/core/follow.h"
#include "server/core/limits.h"
#include "server/core/waits.h"
#include <pthread.h>
#include <stdlib.h>

#define ROWS 1024
struct writer {
    struct daemon *daemon;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t more;
    struct job *first, **last;
    size_t n;
    uint16_t waiting[ROWS]; /* by their source; those that share a place share the room */
    bool closing;
};

/* Under the lock. */
static uint16_t *waiting_of(struct writer *w, const struct job *j)
{
    return &w->waiting[(j->whose.source >> 1) % ROWS]; /* the lowest bit is always set */
}

/* Inside the group's transaction. A refusal undoes only its own job; a fault of the store ends the whole group. */
static enum err run_group(struct kv_txn *kv, void *arg)
{
    for (struct job *j = arg; j; j = j->next) {
        enum err e = kv_nested(kv, job_run_write, j);
        if (e && !j->result)
            j->result = e; /* the nested commit itself failed */
        if (e == ERR_DISK_FULL || (e < 0 && e != ERR_INTERNAL))
            return e;
    }
    return OK;
}

/* The same without a transaction within for each, whose copies of every page cost as much as the writing itself: what is refused before
 * it has written anything has nothing to undo. Where one has, or does not know what it did, *spoilt: none of this may stay. */
struct group {
    struct job *first;
    bool spoilt;
};

static enum err run_together(struct kv_txn *kv, void *arg)
{
    struct group *g = arg;
    g->spoilt = false; /* it may be run again */
    for (struct job *j = g->first; j; j = j->next) {
        const uint64_t before = kv_written(kv);
        const enum err e = job_run_write(kv, j);
        if (e == ERR_DISK_FULL || (e < 0 && e != ERR_INTERNAL))
            return e;
        g->spoilt = e == ERR_INTERNAL || (e && kv_written(kv) != before);
        if (g->spoilt)
            return ERR_INTERNAL;
    }
    return OK;
}

static enum err run_as_one(struct daemon *d, struct job *group)
{
    struct group g = {.first = group};
    if (!group->next) /* what a refusal undoes is all there is */
        return kv_write(d->kv, job_run_write, group);
    const enum err e = kv_write(d->kv, run_together, &g);
    return g.spoilt ? kv_write(d->kv, run_group, group) : e;
}

/* A fault in a group may be one job's own: run each alone, so that it harms no other. */
static enum err run_alone(struct daemon *d, struct job *j)
{
    struct job *next = j->next;
    j->next = NULL;
    enum err e = j->reserved ? kv_write_reserved(d->kv, job_run_write, j) : kv_write(d->kv, job_run_write, j);
    if (e)
        j->result = e;
    j->next = next;
    return e;
}

static bool can_not_write(enum err e)
{
    return e == ERR_DISK_FULL || e == ERR_IO;
}

/* Each job alone. How writing stands is told by those that have no reserve; when all had one, the whole group has told it. */
static enum err run_each(struct daemon *d, struct job *group, enum err whole)
{
    enum err worst = OK;
    bool told = false;
    for (struct job *j = group; j; j = j->next) {
        enum err one = run_alone(d, j);
        told = told || !j->reserved;
        if (can_not_write(one) && !j->reserved)
            worst = one;
    }
    return told ? worst : whole;
}

/* --- whether there is room */
enum writing {
    WRITES,
    FULL,
    FAILS
}; /* FAILS: for what the disk does not tell of, so only a write can say that it is over */

#define ROOM_LEAST ((uint64_t)128 << 10) /* bytes that small commits take */
#define ROOM_AGAIN \
    (4 * ROOM_LEAST) /* what has to be there for a disk that was full to count as writable again */

static void tell(struct daemon *d, enum writing now, enum err why)
{
    const enum writing was = atomic_exchange(&d->writing, (int)now);
    if (was != WRITES && now == WRITES)
        log_line(LOG_INFO, "writing again", NULL);
    else if (was == WRITES && now != WRITES)
        log_line(LOG_ERROR, "can not write", "code=%s", err_name(why));
}

bool writer_can_write(struct daemon *d)
{
    const enum writing was = atomic_load(&d->writing);
    if (was != FAILS && kv_has_room(d->kv, was == FULL ? ROOM_AGAIN : ROOM_LEAST) != (was == WRITES))
        tell(d, was == FULL ? WRITES : FULL, ERR_DISK_FULL);
    return atomic_load(&d->writing) == WRITES;
}

/* What came of writing without the reserve. */
static void note(struct daemon *d, enum err e)
{
    const enum writing was = atomic_load(&d->writing);
    if (!can_not_write(e) && was == WRITES)
        return;
    const bool room = kv_has_room(d->kv, ROOM_AGAIN);
    if (can_not_write(e))
        tell(d, e == ERR_DISK_FULL && !room ? FULL : FAILS, e);
    else if (!e || was == FULL)
        tell(d, room ? WRITES : FULL, e);
}

static void run(struct daemon *d, struct job *group)
{
    enum err e = run_as_one(d, group);
    if (e < 0 && group->next) {
        e = run_each(d, group, e);
    } else if (e) {
        for (struct job *j = group; j; j = j->next)
            if (e == ERR_DISK_FULL && j->reserved)
                (void)run_alone(d, j);
            else if (!j->result) /* one that was refused for what it asks stays refused for that */
                j->result = e;
    }
    note(d, e);
    atomic_fetch_add(&d->commits, 1);
}

static void finish(struct daemon *d, struct job *j)
{
    bool fine = j->result == OK;
    uint32_t business = j->business;
    atomic_fetch_add(&d->writes, 1);
    if (fine)
        follow_before(j);
    job_answer(j);
    if (j->done)
        j->done(j->done_argument, j->result);
    if (fine) {
        follow_start(j);
        waits_signal(d->waits, business);
        audit_wrote(d, business);
    }
    job_close(j);
}

static struct job *take(struct writer *w)
{
    struct job *group = NULL, **end = &group;
    pthread_mutex_lock(&w->lock);
    while (!w->first && !w->closing)
        pthread_cond_wait(&w->more, &w->lock);
    for (int i = 0; i < LIMIT_WRITE_BATCH && w->first; i++) {
        *end = w->first;
        --*waiting_of(w, w->first);
        w->first = w->first->next;
        end = &(*end)->next;
        *end = NULL;
        w->n--;
    }
    if (!w->first)
        w->last = &w->first;
    pthread_mutex_unlock(&w->lock);
    return group;
}

static void *work(void *arg)
{
    struct writer *w = arg;
    struct job *group;
    while ((group = take(w)) != NULL) {
        run(w->daemon, group);
        while (group) {
            struct job *next = group->next;
            finish(w->daemon, group);
            group = next;
        }
    }
    return NULL;
}

enum err writer_open(struct daemon *d, struct writer **out)
{
    struct writer *w = calloc(1, sizeof *w);
    if (!w)
        return ERR_NO_MEMORY;
    w->daemon = d;
    w->last = &w->first;
    pthread_mutex_init(&w->lock, NULL);
    pthread_cond_init(&w->more, NULL);
    if (pthread_create(&w->thread, NULL, work, w) != 0) {
        free(w);
        return ERR_NO_MEMORY;
    }
    *out = w;
    return OK;
}

enum err writer_add(struct writer *w, struct job *j)
{
    pthread_mutex_lock(&w->lock);
    uint16_t *waiting = waiting_of(w, j);
    const size_t most = LIMIT_WRITE_QUEUE -
                        (j->whose.source == 0 || j->whose.known ? 0 : LIMIT_WRITE_QUEUE / LIMIT_SHARE_KEPT);
    bool room = w->n < most && !w->closing &&
                (j->whose.source == 0 || *waiting < LIMIT_WRITE_QUEUE / LIMIT_SHARE_QUEUE);
    if (room) {
        ++*waiting;
        j->next = NULL;
        *w->last = j;
        w->last = &j->next;
        if (w->n++ == 0)
            pthread_cond_signal(&w->more);
    }
    pthread_mutex_unlock(&w->lock);
    return room ? OK : ERR_BUSY;
}

size_t writer_queue(struct writer *w)
{
    pthread_mutex_lock(&w->lock);
    size_t n = w->n;
    pthread_mutex_unlock(&w->lock);
    return n;
}

void writer_stop(struct writer *w)
{
    if (!w)
        return;
    pthread_mutex_lock(&w->lock);
    bool before = w->closing;
    w->closing = true;
    pthread_cond_signal(&w->more);
    pthread_mutex_unlock(&w->lock);
    if (!before)
        pthread_join(w->thread, NULL);
}

void writer_close(struct writer *w)
{
    if (!w)
        return;
    writer_stop(w);
    pthread_cond_destroy(&w->more);
    pthread_mutex_destroy(&w->lock);
    free(w);
}
