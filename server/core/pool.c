#include "server/core/pool.h"
#include "server/core/limits.h"
#include <pthread.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#define NICE 10 /* a tenth of what a thread gets that answers reads, when both have work */

struct task {
    void (*fn)(void *arg);
    void *arg;
    struct pool_whose whose;
    uint64_t turn; /* the nth of its source, counted from whose turn it was when it came */
    uint64_t number;
};
struct pool {
    pthread_mutex_t lock;
    pthread_cond_t more;
    struct task *tasks; /* in no order */
    size_t n, capacity, n_threads;
    uint64_t number, taken, turn[2]; /* turn: of those not known, and of those known */
    bool closing, nice;
    pthread_t threads[8];
};

static bool comes_before(const struct task *a, const struct task *b, bool known)
{
    if (a->whose.known != b->whose.known)
        return a->whose.known == known;
    return a->turn != b->turn ? a->turn < b->turn : a->number < b->number;
}

/* Under the lock; there is one. */
static struct task take(struct pool *p)
{
    const bool known = ++p->taken % LIMIT_TURN_STRANGERS != 0;
    struct task *next = &p->tasks[0];
    for (struct task *t = next; t < p->tasks + p->n; t++)
        if (comes_before(t, next, known))
            next = t;
    struct task taken = *next;
    *next = p->tasks[--p->n];
    if (taken.turn > p->turn[taken.whose.known])
        p->turn[taken.whose.known] = taken.turn;
    return taken;
}

static void *work(void *arg)
{
    struct pool *p = arg;
    if (p->nice) /* on Linux a thread has a priority of its own; without it things are only slower */
        (void)setpriority(PRIO_PROCESS, (id_t)gettid(), NICE);
    pthread_mutex_lock(&p->lock);
    for (;;) {
        while (p->n == 0 && !p->closing)
            pthread_cond_wait(&p->more, &p->lock);
        if (p->n == 0)
            break;
        struct task t = take(p);
        pthread_mutex_unlock(&p->lock);
        t.fn(t.arg);
        pthread_mutex_lock(&p->lock);
    }
    pthread_mutex_unlock(&p->lock);
    return NULL;
}

static enum err open_pool(struct pool **out, size_t threads, size_t queue, bool nice)
{
    struct pool *p = calloc(1, sizeof *p);
    if (!p)
        return ERR_NO_MEMORY;
    p->tasks = calloc(queue, sizeof *p->tasks);
    p->capacity = queue;
    p->nice = nice;
    pthread_mutex_init(&p->lock, NULL);
    pthread_cond_init(&p->more, NULL);
    if (!p->tasks)
        goto fail;
    for (; p->n_threads < threads && p->n_threads < sizeof p->threads / sizeof *p->threads; p->n_threads++)
        if (pthread_create(&p->threads[p->n_threads], NULL, work, p) != 0)
            goto fail;
    *out = p;
    return OK;
fail:
    pool_close(p);
    return ERR_NO_MEMORY;
}

size_t pool_spare(size_t most)
{
    const long processors = sysconf(_SC_NPROCESSORS_ONLN);
    const size_t spare = processors > 1 ? (size_t)processors - 1 : 1;
    return spare < most ? spare : most;
}

enum err pool_open(struct pool **out, size_t threads, size_t queue)
{
    return open_pool(out, threads, queue, false);
}

enum err pool_open_nice(struct pool **out, size_t threads, size_t queue)
{
    return open_pool(out, threads, queue, true);
}

/* Under the lock. Fills in the turn; false: its source, or what that is of, has its share. */
static bool takes_turn(const struct pool *p, struct task *t)
{
    size_t same = 0, wide = 0;
    uint64_t last = p->turn[t->whose.known];
    for (const struct task *o = p->tasks; o < p->tasks + p->n; o++) {
        wide += o->whose.wide == t->whose.wide;
        if (o->whose.source == t->whose.source) {
            same++;
            last = o->turn > last ? o->turn : last;
        }
    }
    t->turn = last + 1;
    return same < p->capacity / LIMIT_SHARE_QUEUE &&
           (t->whose.wide == 0 || wide < p->capacity / LIMIT_SHARE_QUEUE_WIDE);
}

static enum err add(struct pool *p, struct task t)
{
    pthread_mutex_lock(&p->lock);
    const size_t room = p->capacity - (t.whose.known ? 0 : p->capacity / LIMIT_SHARE_KEPT);
    bool fits = p->n < room && !p->closing && (t.whose.source == 0 || takes_turn(p, &t));
    if (fits) {
        t.number = p->number++;
        p->tasks[p->n++] = t;
        pthread_cond_signal(&p->more);
    }
    pthread_mutex_unlock(&p->lock);
    return fits ? OK : ERR_BUSY;
}

enum err pool_add(struct pool *p, void (*fn)(void *arg), void *arg)
{
    return add(p, (struct task){.fn = fn, .arg = arg, .whose.known = true});
}

enum err pool_add_from(struct pool *p, void (*fn)(void *arg), void *arg, struct pool_whose whose)
{
    return add(p, (struct task){.fn = fn, .arg = arg, .whose = whose});
}

size_t pool_queue(struct pool *p)
{
    pthread_mutex_lock(&p->lock);
    size_t n = p->n;
    pthread_mutex_unlock(&p->lock);
    return n;
}

void pool_stop(struct pool *p)
{
    if (!p)
        return;
    pthread_mutex_lock(&p->lock);
    p->closing = true;
    pthread_cond_broadcast(&p->more);
    pthread_mutex_unlock(&p->lock);
    for (size_t i = 0; i < p->n_threads; i++)
        pthread_join(p->threads[i], NULL);
    p->n_threads = 0;
}

void pool_close(struct pool *p)
{
    if (!p)
        return;
    pool_stop(p);
    pthread_cond_destroy(&p->more);
    pthread_mutex_destroy(&p->lock);
    free(p->tasks);
    free(p);
}
