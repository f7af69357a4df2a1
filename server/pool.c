#include "server/pool.h"
#include <pthread.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

struct task {
    void (*fn)(void *arg);
    void *arg;
};
struct pool {
    pthread_mutex_t lock;
    pthread_cond_t more;
    struct task *tasks; /* a ring */
    size_t first, n, capacity, n_threads;
    bool closing, nice;
    pthread_t threads[8];
};

static void *work(void *arg)
{
    struct pool *p = arg;
    if (p->nice) /* on Linux a thread has a priority of its own; without it things are only slower */
        (void)setpriority(PRIO_PROCESS, (id_t)gettid(), 5);
    pthread_mutex_lock(&p->lock);
    for (;;) {
        while (p->n == 0 && !p->closing)
            pthread_cond_wait(&p->more, &p->lock);
        if (p->n == 0)
            break;
        struct task t = p->tasks[p->first];
        p->first = (p->first + 1) % p->capacity;
        p->n--;
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

enum err pool_open(struct pool **out, size_t threads, size_t queue)
{
    return open_pool(out, threads, queue, false);
}

enum err pool_open_nice(struct pool **out, size_t threads, size_t queue)
{
    return open_pool(out, threads, queue, true);
}

enum err pool_add(struct pool *p, void (*fn)(void *arg), void *arg)
{
    pthread_mutex_lock(&p->lock);
    bool room = p->n < p->capacity && !p->closing;
    if (room) {
        p->tasks[(p->first + p->n++) % p->capacity] = (struct task){fn, arg};
        pthread_cond_signal(&p->more);
    }
    pthread_mutex_unlock(&p->lock);
    return room ? OK : ERR_BUSY;
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
