#include "server/mail/sender.h"
#include "common/log.h"
#include "data/kv.h"
#include "data/store.h"
#include "server/job.h"
#include "server/limits.h"
#include "server/mail/deliver.h"
#include "server/mail/smtp.h"
#include "server/writer.h"
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define NEVER INT64_MAX
#define WRITE_AGAIN_MS 1000 /* a full queue or disk: the outcome is kept, and written later */
#define CANDIDATES (LIMIT_MAIL_PER_BUSINESS + 1)

/* One business with an outbox. All under the lock of the sender. */
struct desk {
    uint32_t business;
    int64_t look;  /* tick at which to look into its outbox next */
    int64_t pause; /* its mail server does not work: not before this tick */
    int64_t troubles;
    uint64_t
        asked;   /* counts at_once of sender_wake: a try from before says nothing about the settings of now */
    size_t busy; /* threads at it */
    uint64_t flying[LIMIT_MAIL_PER_BUSINESS]; /* mails under way; 0: none */
};
struct sender {
    struct daemon *daemon;
    pthread_mutex_t lock;
    pthread_cond_t news;
    struct desk *desks; /* grows; never shrinks */
    size_t n, capacity, turn;
    pthread_t threads[LIMIT_MAIL_SENDERS];
    size_t n_threads;
    bool closing;
};

/* --- writing, and waiting for the commit ------------------------------------------------------------------------------------ */
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

static enum err write_once(struct daemon *d, uint32_t business,
                           enum err (*fn)(struct call *, uint64_t, void *), uint64_t id, void *argument)
{
    struct written w = {.over = false};
    struct job *j = job_open(d);
    j->now = daemon_now();
    secret_random(j->random, sizeof j->random);
    j->business = business;
    j->internal = fn;
    j->internal_id = id;
    j->argument = argument;
    j->done = note_written;
    j->done_argument = &w;
    pthread_mutex_init(&w.lock, NULL);
    pthread_cond_init(&w.done, NULL);
    enum err e = writer_add(d->writer, j);
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

static struct timespec tick_spec(int64_t tick)
{
    return (struct timespec){tick / 1000, (tick % 1000) * 1000000};
}

static bool may_pass(enum err e)
{
    return e < 0 || e == ERR_BUSY || e == ERR_DISK_FULL;
}

/* Until it is written: an outcome that was forgotten would be a mail sent twice. False: the daemon ends, or it can not be. */
static bool write_down(struct sender *s, uint32_t business, enum err (*fn)(struct call *, uint64_t, void *),
                       uint64_t id, void *argument)
{
    enum err e = write_once(s->daemon, business, fn, id, argument);
    for (bool go_on = true; may_pass(e) && go_on;) {
        struct timespec until = tick_spec(daemon_tick() + WRITE_AGAIN_MS);
        pthread_mutex_lock(&s->lock);
        if (!s->closing)
            pthread_cond_timedwait(&s->news, &s->lock, &until);
        go_on = !s->closing;
        pthread_mutex_unlock(&s->lock);
        e = write_once(s->daemon, business, fn, id, argument);
    }
    return e == OK;
}

static enum err settle(struct call *c, uint64_t id, void *argument)
{
    return mail_settle(c, id, argument);
}

struct shift {
    size_t moved;
};
static enum err shift(struct call *c, uint64_t id, void *argument)
{
    struct shift *s = argument;
    (void)id;
    return mail_shift(c, &s->moved);
}

/* --- looking ---------------------------------------------------------------------------------------------------------------- */
struct look {
    struct arena *arena;
    uint32_t business;
    bool shift; /* there are mails in a state that does not fit the settings */
    size_t n;
    uint64_t id[CANDIDATES];
    int64_t next_try[CANDIDATES];
};

static enum err look(struct kv_txn *kv, void *arg)
{
    struct look *l = arg;
    struct txn t = {.kv = kv, .arena = l->arena, .business = l->business};
    struct mail_settings settings;
    struct id_list ids = {0};
    uint64_t any;
    enum err e = mail_server(&t, &settings);
    bool server = !e && mail_has_server(&settings);
    struct key unfit = index_key(&t, INDEX_MAIL_STATE), waiting = unfit;
    key_u8(&unfit, server ? MAIL_HELD : MAIL_WAITING);
    key_u8(&waiting, MAIL_WAITING);
    l->n = 0;
    if (!e)
        e = record_find(&t, &unfit, &any);
    l->shift = e == OK;
    if (!server || (e && e != ERR_NOT_FOUND))
        return e == ERR_NOT_FOUND ? OK : e;
    e = record_ids(&t, &waiting, CANDIDATES, &ids);
    for (size_t i = 0; i < ids.n && !e; i++) {
        struct mail_row row;
        e = record_view(&t, KIND_MAIL, ids.v[i], shape_mail_row(), &row);
        l->id[l->n] = ids.v[i];
        l->next_try[l->n++] = row.next_try;
    }
    return e;
}

static bool flies(const struct desk *d, uint64_t id)
{
    for (size_t i = 0; i < LIMIT_MAIL_PER_BUSINESS; i++)
        if (d->flying[i] == id)
            return true;
    return false;
}

/* Takes the first mail that is due and not under way; 0: none, and the desk knows when to look again. Under the lock. */
static uint64_t take(struct desk *d, const struct look *l, int64_t now)
{
    uint64_t taken = 0;
    int64_t tick = daemon_tick();
    for (size_t i = 0; i < l->n; i++) {
        if (flies(d, l->id[i]))
            continue;
        if (!taken && mail_due(l->next_try[i], now)) {
            taken = l->id[i];
            for (size_t k = 0; k < LIMIT_MAIL_PER_BUSINESS; k++)
                if (d->flying[k] == 0) {
                    d->flying[k] = taken;
                    break;
                }
        } else if (tick + l->next_try[i] - now < d->look) {
            d->look = tick + l->next_try[i] - now;
        }
    }
    return taken;
}

/* --- one mail --------------------------------------------------------------------------------------------------------------- */
static void log_outcome(const struct delivery *d)
{
    bool sent = d->outcome.result == SMTP_SENT;
    log_line(sent ? LOG_INFO : LOG_WARN, sent ? "mail sent" : "mail not sent",
             "business=%u mail=%llu try=%lld result=%s settings=%d", d->business, (unsigned long long)d->id,
             (long long)d->mail.tries + 1, smtp_result_name((enum smtp_result)d->outcome.result), d->trouble);
}

/* True: the mail server or its settings do not work. The mail is read again now that nobody else can have it under way: what
 * was found before may have been sent meanwhile. */
static bool fly(struct sender *s, uint32_t business, uint64_t id)
{
    struct daemon *daemon = s->daemon;
    struct delivery d = {.business = business, .id = id, .now = daemon_now(), .arena = arena_open()};
    arena_secret(d.arena);
    enum err e = kv_read(daemon->kv, deliver_load, &d);
    if (e) {
        log_line(LOG_ERROR, "mail not read", "business=%u mail=%llu code=%s", business,
                 (unsigned long long)id, err_name(e));
    } else if (d.due) {
        deliver(&d, daemon->doors.mail_ca, &daemon->stopping);
        log_outcome(&d);
        bool cut_short = atomic_load(&daemon->stopping) && d.outcome.result != SMTP_SENT;
        if (!cut_short && !write_down(s, business, settle, id, &d.outcome))
            log_line(LOG_ERROR, "outcome of a mail lost", "business=%u mail=%llu", business,
                     (unsigned long long)id);
    }
    arena_close(d.arena);
    return e || d.trouble;
}

static uint32_t some_random(void)
{
    uint32_t random;
    secret_random(&random, sizeof random);
    return random;
}

static void land(struct desk *d, uint64_t id, bool trouble, bool outdated)
{
    for (size_t i = 0; i < LIMIT_MAIL_PER_BUSINESS; i++)
        if (d->flying[i] == id)
            d->flying[i] = 0;
    d->look = 0;
    if (outdated)
        return;
    d->troubles = trouble ? d->troubles + 1 : 0;
    d->pause = trouble ? daemon_tick() + mail_pause(d->troubles, some_random()) : 0;
}

/* One round at a desk, without the lock but for what it says; the index stays when the desks move. */
static void serve(struct sender *s, size_t at)
{
    struct look l = {.business = s->desks[at].business};
    pthread_mutex_unlock(&s->lock);
    l.arena = arena_open();
    enum err e = kv_read(s->daemon->kv, look, &l);
    arena_close(l.arena);
    struct shift moved = {0};
    bool shifted = !e && l.shift && write_down(s, l.business, shift, 0, &moved);
    pthread_mutex_lock(&s->lock);
    struct desk *d = &s->desks[at];
    uint64_t id = 0;
    if (e)
        d->look = daemon_tick() + WRITE_AGAIN_MS;
    else if (shifted)
        d->look = 0;
    else
        id = take(d, &l, daemon_now());
    if (!id)
        return;
    const uint64_t asked = d->asked;
    pthread_mutex_unlock(&s->lock);
    bool trouble = fly(s, l.business, id);
    pthread_mutex_lock(&s->lock);
    d = &s->desks[at];
    land(d, id, trouble, asked != d->asked);
}

/* --- threads ---------------------------------------------------------------------------------------------------------------- */
static int64_t time_of(const struct desk *d)
{
    bool full = d->busy == LIMIT_MAIL_PER_BUSINESS;
    return full ? NEVER : d->look > d->pause ? d->look : d->pause;
}

/* The next desk whose turn it is, or none and when to look again. In turns, so that one with much to send does not keep all. */
static bool next_desk(struct sender *s, int64_t now, size_t *at, int64_t *until)
{
    *until = NEVER;
    for (size_t i = 0; i < s->n; i++) {
        size_t k = (s->turn + i) % s->n;
        int64_t time = time_of(&s->desks[k]);
        if (time <= now) {
            *at = k;
            s->turn = k + 1;
            return true;
        }
        if (time < *until)
            *until = time;
    }
    return false;
}

static void *work(void *arg)
{
    struct sender *s = arg;
    pthread_mutex_lock(&s->lock);
    while (!s->closing) {
        size_t at;
        int64_t until;
        if (next_desk(s, daemon_tick(), &at, &until)) {
            s->desks[at].look = NEVER; /* before the look: who wakes the desk during it sets it back */
            s->desks[at].busy++;
            serve(s, at);
            s->desks[at].busy--;
            pthread_cond_broadcast(&s->news);
        } else if (until == NEVER) {
            pthread_cond_wait(&s->news, &s->lock);
        } else {
            struct timespec when = tick_spec(until);
            pthread_cond_timedwait(&s->news, &s->lock, &when);
        }
    }
    pthread_mutex_unlock(&s->lock);
    return NULL;
}

/* Under the lock, or before there are threads. */
static struct desk *desk_of(struct sender *s, uint32_t business)
{
    for (size_t i = 0; i < s->n; i++)
        if (s->desks[i].business == business)
            return &s->desks[i];
    if (s->n == s->capacity) {
        size_t capacity = s->capacity ? s->capacity * 2 : 16;
        struct desk *more = realloc(s->desks, capacity * sizeof *more);
        if (!more)
            return NULL;
        s->desks = more;
        s->capacity = capacity;
    }
    s->desks[s->n] = (struct desk){.business = business, .look = NEVER};
    return &s->desks[s->n++];
}

void sender_wake(struct sender *s, uint32_t business, bool at_once)
{
    if (!s)
        return;
    pthread_mutex_lock(&s->lock);
    struct desk *d = desk_of(s, business);
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

static enum err count(struct kv_txn *kv, void *arg)
{
    return store_businesses(kv, arg);
}

enum err sender_open(struct daemon *d, struct sender **out)
{
    struct sender *s = calloc(1, sizeof *s);
    uint32_t businesses = 0;
    if (!s)
        return ERR_NO_MEMORY;
    s->daemon = d;
    pthread_mutex_init(&s->lock, NULL);
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&s->news, &monotonic);
    pthread_condattr_destroy(&monotonic);
    enum err e = kv_read(d->kv, count, &businesses);
    for (uint32_t b = 1; b <= businesses && !e; b++) {
        struct desk *desk = desk_of(s, b);
        if (desk)
            desk->look = 0;
        else
            e = ERR_NO_MEMORY;
    }
    while (!e && s->n_threads < LIMIT_MAIL_SENDERS) {
        if (pthread_create(&s->threads[s->n_threads], NULL, work, s) == 0)
            s->n_threads++;
        else
            e = ERR_NO_MEMORY;
    }
    if (e)
        sender_close(s);
    else
        *out = s;
    return e;
}

void sender_stop(struct sender *s)
{
    if (!s)
        return;
    pthread_mutex_lock(&s->lock);
    s->closing = true;
    pthread_cond_broadcast(&s->news);
    pthread_mutex_unlock(&s->lock);
    for (size_t i = 0; i < s->n_threads; i++)
        pthread_join(s->threads[i], NULL);
    s->n_threads = 0;
}

void sender_close(struct sender *s)
{
    if (!s)
        return;
    sender_stop(s);
    pthread_cond_destroy(&s->news);
    pthread_mutex_destroy(&s->lock);
    free(s->desks);
    free(s);
}
