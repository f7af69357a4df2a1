#include "server/due/works_write.h"
#include "common/log.h"
#include "server/core/job.h"
#include "server/core/writer.h"
#include <pthread.h>

struct written {
    pthread_mutex_t lock;
    pthread_cond_t done;
    bool over;
    enum err result;
};

static void note_written(void *arg, enum err result)
{
    struct written *w = arg;
    pthread_mutex_lock(&w->lock);
    w->over = true;
    w->result = result;
    pthread_cond_signal(&w->done);
    pthread_mutex_unlock(&w->lock);
}

static uint32_t random_of(const struct call *c)
{
    uint32_t random;
    memcpy(&random, c->random, sizeof random);
    return random;
}

/* Somebody may have set it to another time meanwhile, or dropped it: then that holds. */
static enum err move(struct call *c, const struct works_try *v, enum due_next next)
{
    struct due now;
    enum err e = record_get(&c->txn, KIND_DUE, v->id, &now);
    if (e == ERR_DAMAGED &&
        v->row->doing->stands) /* nothing is noted there; the check tells of it, and due.list */
        return OK;
    if (e || now.at != v->w.due.at || now.gave_up)
        return e == ERR_NOT_FOUND ? OK : e;
    if (next == DUE_DONE)
        return record_del(&c->txn, KIND_DUE, v->id);
    if (next == DUE_AGAIN) {
        now.tries += now.tries < 1000000;
        now.said = v->w.said;
        now.at = c->now + (v->w.pause ? v->w.pause : due_pause(v->row, now.tries, random_of(c)));
    } else {
        now.tries = 0;
        now.said = NULL;
    }
    return record_put(&c->txn, KIND_DUE, &now);
}

static enum err write(struct call *c, uint64_t id, void *argument)
{
    struct works_try *v = argument;
    enum err e = OK;
    (void)id;
    v->w.next = v->begin; /* it may run again */
    if (v->begin == DUE_GO && v->row->doing->write)
        e = v->row->doing->write(c, &v->w);
    return e || v->w.next == DUE_KEPT ? e : move(c, v, v->w.next);
}

enum err works_write(struct works_try *v)
{
    struct written w = {.over = false};
    struct job *j = job_open(v->w.daemon);
    j->now = daemon_now();
    secret_random(j->random, sizeof j->random);
    j->business = v->w.business;
    j->internal = write;
    j->argument = v;
    j->reserved = v->row->doing->reserved;
    j->done = note_written;
    j->done_argument = &w;
    pthread_mutex_init(&w.lock, NULL);
    pthread_cond_init(&w.done, NULL);
    enum err e = writer_add(v->w.daemon->writer, j);
    if (e) {
        job_close(j);
    } else {
        pthread_mutex_lock(&w.lock);
        while (!w.over)
            pthread_cond_wait(&w.done, &w.lock);
        pthread_mutex_unlock(&w.lock);
        e = w.result;
    }
    pthread_cond_destroy(&w.done);
    pthread_mutex_destroy(&w.lock);
    return e;
}

void works_failed(struct works_try *v, enum err e)
{
    log_line(e < 0 ? LOG_ERROR : LOG_WARN, "work that is due failed",
             "business=%u work=%s about=%lld code=%s", v->w.business, v->row->name, (long long)v->w.due.about,
             err_name(e));
    v->begin = v->w.next = DUE_AGAIN;
    v->w.said = err_sentence(e);
}

bool works_may_pass(enum err e)
{
    return e == ERR_BUSY || e == ERR_DISK_FULL || e == ERR_IO || e == ERR_NO_MEMORY;
}

uint32_t works_random(void)
{
    uint32_t random;
    secret_random(&random, sizeof random);
    return random;
}
