#include "server/core/dispatch.h"
#include "data/engine/kv.h"
#include "server/door/bound.h"
#include "server/core/follow.h"
#include "server/core/limits.h"
#include "server/core/pool.h"
#include "server/core/waits.h"
#include "server/core/writer.h"
#include <pthread.h>

/* A thread that answers reads keeps one job and uses it again; it is freed with the thread. */
static _Thread_local struct job *mine;
static pthread_key_t mine_key;
static pthread_once_t mine_once = PTHREAD_ONCE_INIT;

static void free_mine(void *job)
{
    job_close(job);
}
static void make_key(void)
{
    pthread_key_create(&mine_key, free_mine);
}

static struct job *take_mine(struct daemon *d)
{
    struct job *j = mine;
    if (!j) {
        pthread_once(&mine_once, make_key);
        j = job_open(d);
    } else {
        mine = NULL;
        pthread_setspecific(mine_key, NULL);
    }
    j->daemon = d;
    return j;
}

static void give_mine(struct job *j)
{
    if (mine) {
        job_close(j);
        return;
    }
    job_reset(j);
    mine = j;
    pthread_setspecific(mine_key, j);
}

static void read_now(struct daemon *d, struct job *j)
{
    enum err e = kv_read(d->kv, job_run_read, j);
    if (e && !j->result)
        j->result = e;
    atomic_fetch_add(&d->reads, 1);
    job_answer(j);
    if (!j->result && j->n_follows)
        follow_start(j);
    if (j->result)
        follow_refused(j);
    give_mine(j);
}

static void refuse_busy(struct job *j)
{
    j->result = refuse(&j->why, ERR_BUSY, "", "Too much at once; try again shortly.");
    job_answer(j);
    job_close(j);
}

/* On a password thread: the slow part, then the writer. */
static void prepare(void *arg)
{
    struct job *j = arg;
    struct daemon *d = j->daemon;
    if (listener_left(j->request) || atomic_load(&d->stopping)) { /* whoever still wants it asks again */
        refuse_busy(j);
        return;
    }
    enum err e = kv_read(d->kv, job_run_prepare, j);
    if (e && !j->result)
        j->result = e;
    if (!j->result && j->outside)
        j->result = j->outside(j->prepared, j->arena, &j->why);
    if (j->result) {
        job_answer(j);
        follow_refused(j);
        job_close(j);
    } else if (writer_add(d->writer, j) != OK) {
        refuse_busy(j);
    }
}

static void heavy(void *arg)
{
    struct job *j = arg;
    enum err e = kv_read(j->daemon->kv, job_run_read, j);
    if (!e && !j->result &&
        j->outside) { /* somebody else has to be asked: no transaction is open meanwhile */
        j->result = j->outside(j->prepared, j->arena, &j->why);
        e = j->result ? OK : kv_read(j->daemon->kv, job_run_read, j);
    }
    if (e && !j->result)
        j->result = e;
    job_answer(j);
    job_close(j);
}

/* Who may not ask for it takes no place in its line, and who may takes one as who they are, wherever they come from. */
static void check_heavy(struct daemon *d, struct job *j)
{
    enum err e = kv_read(d->kv, job_run_check, j);
    if (e && !j->result)
        j->result = e;
    if (j->result) {
        job_answer(j);
        give_mine(j);
        return;
    }
    job_show(j);
    job_person(j);
    if (pool_add_from(d->heavy, heavy, j, j->whose) != OK)
        refuse_busy(j);
}

static void wait_for_news(struct daemon *d, struct job *j)
{
    const struct event_wait_in *in = j->in;
    enum err e = kv_read(d->kv, job_run_read, j);
    if (e && !j->result)
        j->result = e;
    int64_t timeout = shape_given(shape_event_wait_in(), &in->head, "timeout") ? in->timeout : 30000;
    j->deadline = j->tick + (timeout < LIMIT_WAIT_MS ? timeout : LIMIT_WAIT_MS);
    if (j->result || !j->quiet || timeout == 0) {
        job_answer(j);
        give_mine(j);
        return;
    }
    job_show(j); /* its answer may be a minute away */
    if ((e = waits_add(d->waits, j)) != OK) {
        j->result = e;
        job_answer(j);
        job_close(j);
    }
}

static void route(struct daemon *d, struct job *j, const struct peer *peer)
{
    enum err e = OK;
    if (j->op->mode != OP_READ)
        job_source(j, peer);
    switch (j->op->mode) {
    case OP_READ: read_now(d, j); return;
    case OP_WAIT: wait_for_news(d, j); return;
    case OP_WRITE: e = writer_add(d->writer, j); break;
    case OP_SLOW:
        e = pool_add_from(j->op->who & BY_PUBLIC ? d->strangers : d->passwords, prepare, j, j->whose);
        break;
    case OP_HEAVY: check_heavy(d, j); return;
    }
    if (e)
        refuse_busy(j);
}

void dispatch(void *daemon, struct listener_request *request, const struct peer *peer, const uint8_t *body,
              size_t size)
{
    struct daemon *d = daemon;
    struct job *j = take_mine(d);
    j->request = request;
    atomic_fetch_add(&d->requests, 1);
    j->result = job_read(j, peer, body, size);
    if (j->result) {
        job_answer(j);
        give_mine(j);
    } else {
        route(d, j, peer);
    }
}

void dispatch_gone(void *daemon, uint64_t peer_serial)
{
    struct daemon *d = daemon;
    waits_gone(d->waits, peer_serial);
    bound_gone(d->bound, peer_serial);
}
