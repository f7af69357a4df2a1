#include "server/due/works.h"
#include "common/log.h"
#include "common/tick.h"
#include "data/engine/kv.h"
#include "server/core/clock_set.h"
#include "server/core/daemon.h"
#include "server/due/desk.h"
#include "server/core/limits.h"
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define NEWS_MOST 1000000

struct desks {
    const struct due_kind *row;
    struct desk *v; /* by business, from 1; grows, never shrinks */
    size_t n, busy, turn;
};
struct works {
    struct daemon *daemon;
    pthread_mutex_t lock;
    pthread_cond_t news, closes;
    struct desks *of;
    size_t n_of, turn;
    int64_t distance; /* of the instant from the tick: other than that, and somebody set the clock */
    pthread_t threads[LIMIT_DUE_THREADS];
    size_t n_threads;
    bool timed; /* one of the threads that have nothing to do wakes when it is time; the others sleep */
    bool closing;
    bool foreign; /* works of no row were there at the start */
};

/* --- one try ----------------------------------------------------------------------------------------------------------------- */
/* The record is read again now that nobody else can have it under way: what was found before may be done meanwhile. */
static enum err load(struct kv_txn *kv, void *arg)
{
    struct works_try *v = arg;
    struct due_try *w = &v->w;
    struct txn t = {.kv = kv, .arena = w->arena, .business = w->business};
    enum err e = record_get(&t, KIND_DUE, v->id, &w->due);
    if (e == ERR_DAMAGED &&
        v->row->doing->stands) { /* it says nothing that is needed: the work goes on without it */
        w->due = (struct due){.id = v->id, .work = v->row->work};
        v->unread = true;
        e = OK;
    }
    if (e || w->due.gave_up || (!v->hurried && !due_is(v->row, w->due.at, w->now))) {
        w->next = DUE_LEFT;
        return e == ERR_NOT_FOUND ? OK : e;
    }
    w->next = DUE_GO;
    e = v->row->doing->load ? v->row->doing->load(&t, w) : OK;
    if (e == ERR_NOT_FOUND)
        w->next = DUE_DONE;
    return e == ERR_NOT_FOUND ? OK : e;
}

/* Until it is written: what was done and is forgotten would be done twice. */
static enum err write_down(struct works *s, struct works_try *v)
{
    enum err e = works_write(v);
    for (bool go_on = true; works_may_pass(e) && go_on;) {
        pthread_mutex_lock(&s->lock);
        if (!s->closing)
            tick_wait(&s->closes, &s->lock, daemon_tick() + LIMIT_DUE_WRITE_MS);
        go_on = !s->closing;
        pthread_mutex_unlock(&s->lock);
        e = works_write(v);
    }
    return e;
}

static void try_it(struct works *s, struct works_try *v)
{
    struct due_try *w = &v->w;
    enum err e = kv_read(s->daemon->kv, load, v);
    if (e)
        works_failed(v, e);
    else if (w->next == DUE_GO && v->row->doing->work)
        v->row->doing->work(w);
    bool early = v->hurried && !due_is(v->row, w->due.at, w->now); /* it keeps the time it has */
    if (w->next == DUE_LEFT || w->next == DUE_REST || (early && w->next == DUE_AGAIN))
        return;
    v->begin = w->next;
    e = write_down(s, v);
    if (e && !works_may_pass(e)) {
        works_failed(v, e);
        e = write_down(s, v);
    }
    v->lost = e != OK;
    if (v->lost)
        log_line(LOG_ERROR, "what came of a try is lost", "business=%u work=%s about=%lld code=%s",
                 w->business, v->row->name, (long long)w->due.about, err_name(e));
}

/* One round at a desk, without the lock but for what it says; the index stays when the desks move. */
static void serve(struct works *s, struct desks *of, size_t at)
{
    struct desk_look l = {.row = of->row, .business = (uint32_t)at + 1, .arena = arena_open()};
    desk_begin(&of->v[at], &l);
    pthread_mutex_unlock(&s->lock);
    enum err e = kv_read(s->daemon->kv, desk_look, &l);
    arena_close(l.arena);
    pthread_mutex_lock(&s->lock);
    struct works_try v = {.row = of->row,
                          .w = {.daemon = s->daemon, .business = l.business, .now = daemon_now()}};
    if (e)
        of->v[at].look = daemon_tick() + LIMIT_DUE_WRITE_MS;
    else
        v.id = desk_take(&of->v[at], &l, v.w.now, &v.hurried);
    if (!v.id)
        return;
    const uint64_t asked = of->v[at].asked;
    of->v[at].news = 0;
    pthread_mutex_unlock(&s->lock);
    v.w.arena = arena_open();
    arena_secret(v.w.arena);
    try_it(s, &v);
    arena_close(v.w.arena);
    pthread_mutex_lock(&s->lock);
    desk_land(&of->v[at], &v, asked != of->v[at].asked);
}

/* --- threads ----------------------------------------------------------------------------------------------------------------- */
static int64_t time_of(const struct desks *of, const struct desk *d)
{
    bool full = !d->is || d->busy == of->row->each;
    return full ? DESK_NEVER : desk_hurries(d) ? 0 : d->look > d->pause ? d->look : d->pause;
}

/* The next desk of one row whose turn it is. */
static bool next_of(struct desks *of, int64_t tick, size_t *at, int64_t *until)
{
    for (size_t i = 0; of->busy < of->row->most && i < of->n; i++) {
        size_t k = (of->turn + i) % of->n;
        int64_t time = time_of(of, &of->v[k]);
        if (time <= tick) {
            *at = k;
            of->turn = k + 1;
            return true;
        }
        if (time < *until)
            *until = time;
    }
    return false;
}

/* In turns, among rows and among the desks of each. NULL: none, and when to look again. */
static struct desks *next_desk(struct works *s, size_t *at, int64_t *until)
{
    const int64_t tick = daemon_tick();
    *until = DESK_NEVER;
    for (size_t i = 0; i < s->n_of; i++) {
        struct desks *of = &s->of[(s->turn + i) % s->n_of];
        if (next_of(of, tick, at, until)) {
            s->turn = (size_t)(of - s->of) + 1;
            return of;
        }
    }
    if (*until != DESK_NEVER && *until > tick + LIMIT_DUE_CLOCK_MS)
        *until = tick + LIMIT_DUE_CLOCK_MS;
    return NULL;
}

/* What lies ahead was counted by the clock as it was. Nobody tells when it is set: looked at now and then. */
static void mind_the_clock(struct works *s)
{
    const int64_t distance = daemon_now() - daemon_tick(), moved = distance - s->distance;
    clock_set_mind(s->daemon);
    if (moved < LIMIT_DUE_MOVED_MS && moved > -LIMIT_DUE_MOVED_MS)
        return;
    log_line(LOG_WARN, "the clock was set", "by_ms=%lld", (long long)moved);
    s->distance = distance;
    for (size_t r = 0; r < s->n_of; r++)
        for (size_t i = 0; i < s->of[r].n; i++)
            s->of[r].v[i].look = 0;
}

static void *work(void *arg)
{
    struct works *s = arg;
    pthread_mutex_lock(&s->lock);
    while (!s->closing) {
        size_t at;
        int64_t until;
        mind_the_clock(s);
        struct desks *of = next_desk(s, &at, &until);
        if (of) {
            pthread_cond_signal(&s->news); /* somebody else minds the time meanwhile */
            of->v[at].look = DESK_NEVER;   /* before the look: who wakes the desk during it sets it back */
            of->v[at].busy++;
            of->busy++;
            serve(s, of, at);
            of->v[at].busy--;
            of->busy--;
            pthread_cond_broadcast(&s->news);
        } else if (until == DESK_NEVER || s->timed) {
            pthread_cond_wait(&s->news, &s->lock);
        } else {
            s->timed = true;
            tick_wait(&s->news, &s->lock, until);
            s->timed = false;
        }
    }
    pthread_mutex_unlock(&s->lock);
    return NULL;
}

/* --- waking ------------------------------------------------------------------------------------------------------------------ */
/* Under the lock, or before there are threads. NULL: no such row, no memory, or a write of the server's own (business 0). */
static struct desk *desk_of(struct works *s, int64_t work, uint32_t business)
{
    for (size_t r = 0; business && r < s->n_of; r++) {
        struct desks *of = &s->of[r];
        if (of->row->work != work)
            continue;
        if (business > of->n) {
            size_t n = of->n ? of->n * 2 : 16;
            while (n < business)
                n *= 2;
            struct desk *more = realloc(of->v, n * sizeof *more);
            if (!more)
                return NULL;
            memset(more + of->n, 0, (n - of->n) * sizeof *more);
            of->v = more;
            of->n = n;
        }
        struct desk *d = &of->v[business - 1];
        if (!d->is)
            *d = (struct desk){.is = true, .look = DESK_NEVER};
        return d;
    }
    return NULL;
}

void works_wake(struct works *s, int64_t work, uint32_t business, bool at_once)
{
    if (!s)
        return;
    pthread_mutex_lock(&s->lock);
    struct desk *d = desk_of(s, work, business);
    if (d) {
        d->look = 0;
        if (at_once) {
            d->pause = d->troubles = 0;
            d->asked++;
        }
        pthread_cond_broadcast(&s->news);
    }
    pthread_mutex_unlock(&s->lock);
}

void works_hurry(struct works *s, int64_t work, uint32_t business, uint64_t about)
{
    if (!s)
        return;
    pthread_mutex_lock(&s->lock);
    struct desk *d = desk_of(s, work, business);
    if (d && desk_hurry(d, about))
        pthread_cond_broadcast(&s->news);
    pthread_mutex_unlock(&s->lock);
}

void works_soon(struct works *s, int64_t work, uint32_t business, int64_t ms, size_t many)
{
    if (!s)
        return;
    pthread_mutex_lock(&s->lock);
    struct desk *d = desk_of(s, work, business);
    if (d) {
        if (!d->news)
            d->soon = daemon_tick() + ms;
        d->news += d->news < NEWS_MOST;
        int64_t pause = d->news >= many ? 0 : d->soon;
        if (d->look || d->pause > pause) {
            d->look = 0;
            d->pause = pause;
            pthread_cond_broadcast(&s->news);
        }
    }
    pthread_mutex_unlock(&s->lock);
}

size_t works_unread(struct works *s, uint32_t business, bool *foreign)
{
    size_t n = 0;
    *foreign = !s || s->foreign;
    if (!s)
        return 0;
    pthread_mutex_lock(&s->lock);
    for (size_t r = 0; r < s->n_of; r++)
        if (business && business <= s->of[r].n) {
            const struct desk *d = &s->of[r].v[business - 1];
            n += d->n_passed + d->unread;
        }
    pthread_mutex_unlock(&s->lock);
    return n;
}

bool works_left(struct works *s, int64_t work, uint32_t *business)
{
    for (size_t r = 0; s && r < s->n_of; r++)
        for (size_t i = *business - 1; s->of[r].row->work == work && i < s->of[r].n; i++)
            if (s->of[r].v[i].is && s->of[r].v[i].news) {
                *business = (uint32_t)i + 1;
                return true;
            }
    return false;
}

/* --- begin and end ----------------------------------------------------------------------------------------------------------- */
struct start {
    struct works *works;
    size_t row;
};
/* The desks with something due: one seek for each, whatever the number of businesses and of records. */
static enum err start(struct kv_txn *kv, void *arg)
{
    const struct start *s = arg;
    const struct due_kind *row = s->works->of[s->row].row;
    struct key prefix = index_key_all(INDEX_DUE_AT);
    struct kv_cursor *cursor = NULL;
    struct kv_bytes key;
    key_u8(&prefix, (uint8_t)row->work);
    struct key from = prefix;
    enum err e = kv_cursor_open(kv, &cursor);
    if (!e)
        e = kv_seek(cursor, from.bytes, from.size, false);
    while (!e && kv_at(cursor, &key, NULL) && key.size > prefix.size + 4 &&
           memcmp(key.data, prefix.bytes, prefix.size) == 0) {
        uint32_t business = key_get_u32((const uint8_t *)key.data + prefix.size);
        struct desk *d = desk_of(s->works, row->work, business);
        if (!d)
            e = ERR_NO_MEMORY;
        else
            *d = (struct desk){.is = true, .news = 1};
        from = prefix;
        key_u32(&from, business + 1);
        if (!e && business == UINT32_MAX)
            break;
        if (!e)
            e = kv_seek(cursor, from.bytes, from.size, false);
    }
    kv_cursor_close(cursor);
    return e;
}

/* Works that lie between those of the rows, whose numbers ascend. */
static enum err look_for_foreign(struct kv_txn *kv, void *arg)
{
    struct works *s = arg;
    struct kv_cursor *cursor = NULL;
    struct kv_bytes key;
    const struct key space = index_key_all(INDEX_DUE_AT);
    enum err e = kv_cursor_open(kv, &cursor);
    for (int work = 0; !e && work <= UINT8_MAX && !s->foreign; work++) {
        struct key from = space;
        if (due_kind(work))
            continue;
        key_u8(&from, (uint8_t)work);
        e = kv_seek(cursor, from.bytes, from.size, false);
        if (e || !kv_at(cursor, &key, NULL) || key.size <= space.size ||
            memcmp(key.data, space.bytes, space.size) != 0)
            break;
        work = ((const uint8_t *)key.data)[space.size];
        s->foreign = !due_kind(work);
    }
    kv_cursor_close(cursor);
    return e;
}

static enum err start_threads(struct works *s)
{
    while (s->n_threads < LIMIT_DUE_THREADS) {
        if (pthread_create(&s->threads[s->n_threads], NULL, work, s) != 0)
            return ERR_NO_MEMORY;
        s->n_threads++;
    }
    return OK;
}

enum err works_open(struct daemon *d, struct works **out)
{
    struct works *s = calloc(1, sizeof *s);
    if (!s)
        return ERR_NO_MEMORY;
    const struct due_kind *rows = due_kinds(&s->n_of);
    s->of = calloc(s->n_of, sizeof *s->of);
    s->daemon = d;
    s->distance = daemon_now() - daemon_tick();
    pthread_mutex_init(&s->lock, NULL);
    pthread_cond_init(&s->news, NULL);
    pthread_cond_init(&s->closes, NULL);
    enum err e = s->of ? OK : ERR_NO_MEMORY;
    for (size_t i = 0; i < s->n_of && !e; i++) {
        s->of[i].row = &rows[i];
        e = kv_read(d->kv, start, &(struct start){s, i});
    }
    if (!e)
        e = kv_read(d->kv, look_for_foreign, s);
    *out = s; /* before the threads: what they write wakes works again */
    if (!e)
        e = start_threads(s);
    if (e) {
        works_close(s);
        *out = NULL;
    }
    return e;
}

void works_stop(struct works *s)
{
    if (!s)
        return;
    pthread_mutex_lock(&s->lock);
    s->closing = true;
    pthread_cond_broadcast(&s->news);
    pthread_cond_broadcast(&s->closes);
    pthread_mutex_unlock(&s->lock);
    for (size_t i = 0; i < s->n_threads; i++)
        pthread_join(s->threads[i], NULL);
    s->n_threads = 0;
}

void works_close(struct works *s)
{
    if (!s)
        return;
    works_stop(s);
    pthread_cond_destroy(&s->news);
    pthread_cond_destroy(&s->closes);
    pthread_mutex_destroy(&s->lock);
    for (size_t i = 0; s->of && i < s->n_of; i++) {
        for (size_t k = 0; k < s->of[i].n; k++)
            desk_close(&s->of[i].v[k]);
        free(s->of[i].v);
    }
    free(s->of);
    free(s);
}
