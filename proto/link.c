/* The request under way. What it travels on is link_wire.c. */
#include "common/tick.h"
#include "proto/link.h"
#include "proto/link_inside.h"
#include <nng/nng.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define CONNECT_MS 5000 /* a request that finds no connection for so long has failed */

/* ---- with the lock held ---- */

void link_changed(struct link *l)
{
    uint64_t one = 1;
    ssize_t ignored = write(l->fd, &one, sizeof one); /* full means readable, which is all we want */
    (void)ignored;
}

void link_frame_free(struct link_frame *f)
{
    if (f)
        explicit_bzero(f->bytes, f->size);
    free(f);
}

static void forget_request(struct link *l)
{
    link_frame_free(l->waiting);
    l->waiting = NULL;
}

static void finish(struct link *l, int step)
{
    forget_request(l);
    l->step = step;
    pthread_cond_broadcast(&l->changed);
    link_changed(l);
}

void link_answered(struct link *l, uint32_t id, const uint8_t *payload, size_t size)
{
    if (l->step != WAITING || l->waiting || id != l->id)
        return; /* of a request that was given up */
    uint8_t *answer = malloc(size + 1);
    if (answer) {
        memcpy(answer, payload, size);
        l->answer = answer;
        l->answer_size = size;
    }
    finish(l, answer ? ANSWERED : FAILED);
}

void link_failed(struct link *l)
{
    if (l->step == WAITING && !l->waiting)
        finish(l, FAILED);
}

/* ---- time ---- */

static int64_t deadline(const struct link *l)
{
    return l->waiting ? l->sent_until : l->until;
}

/* The timer is left to go off for a request that has been answered meanwhile: it then looks again. So it is set once in a while, not for
 * each request. */
static void set_timer(struct link *l, int64_t now)
{
    int64_t at = deadline(l);
    if (l->timer_at && l->timer_at <= at)
        return;
    if (l->timer_at) {
        nng_aio_cancel(l->timer); /* its callback sets it anew */
        return;
    }
    l->timer_at = at > now ? at : now + 1;
    nng_sleep_aio((nng_duration)(l->timer_at - now), l->timer);
}

static void on_timer(void *arg)
{
    struct link *l = arg;
    pthread_mutex_lock(&l->lock);
    l->timer_at = 0;
    if (!l->closing && l->step == WAITING) {
        int64_t now = tick_now();
        if (now < deadline(l)) {
            set_timer(l, now);
        } else {
            bool stuck = l->leaving; /* the server does not even take it */
            finish(l, FAILED);
            if (stuck)
                link_wire_lost(l);
        }
    }
    pthread_mutex_unlock(&l->lock);
}

/* ---- the interface ---- */

/* What somebody left out of it, as a clause with the form that it has; NULL: nothing. */
static const char *lacks(const char *url)
{
#define OVER_TCP(way)                                                                                      \
    {                                                                                                      \
        way "://", "the host is missing: " way "://HOST:PORT", "the port is missing: " way "://HOST:PORT", \
            "the port is no number from 1 to 65535: " way "://HOST:PORT"                                   \
    }
    static const struct {
        const char *begins, *host, *port, *number;
    } ways[] = {OVER_TCP("tls+tcp"), OVER_TCP("tcp")};
    if (strncmp(url, "ipc://", 6) == 0)
        return url[6] ? NULL : "the path of the socket is missing: ipc://PATH";
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        size_t n = strlen(ways[i].begins);
        if (strncmp(url, ways[i].begins, n) != 0)
            continue;
        const char *host = url + n, *bracket = strchr(host, ']'),
                   *port = strchr(bracket ? bracket : host, ':');
        char *end;
        if (!*host || port == host)
            return ways[i].host;
        if (!port || !port[1])
            return ways[i].port;
        long number = strtol(port + 1, &end, 10);
        return *end || number < 1 || number > 65535 ? ways[i].number : NULL;
    }
    return "must begin with ipc:// or tls+tcp://";
}

enum err link_open(const char *url, struct link **out, struct refusal *why)
{
    const char *wrong = lacks(url);
    if (wrong)
        return refuse(why, ERR_INVALID, "--url", "%.100s: %s", url, wrong);
    struct link *l = calloc(1, sizeof *l);
    if (!l)
        return ERR_NO_MEMORY;
    pthread_mutex_init(&l->lock, NULL);
    pthread_cond_init(&l->changed, NULL);
    l->fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    int rv = l->fd < 0 ? NNG_ENOFILES : nng_aio_alloc(&l->timer, on_timer, l);
    if (rv == 0)
        rv = link_wire_open(l, url, why);
    if (rv == 0) {
        pthread_mutex_lock(&l->lock);
        link_wire_dial(l);
        pthread_mutex_unlock(&l->lock);
        *out = l;
        return OK;
    }
    link_close(l);
    if (rv == NNG_ENOMEM)
        return ERR_NO_MEMORY;
    if (rv == NNG_ECRYPTO) /* said already */
        return ERR_INVALID;
    return refuse(why, ERR_INVALID, "--url", "%s: %s", url, nng_strerror(rv));
}

static void drop_taken(struct link *l)
{
    free(l->taken);
    l->taken = NULL;
}

void link_close(struct link *l)
{
    if (!l)
        return;
    pthread_mutex_lock(&l->lock);
    l->closing = true;
    pthread_mutex_unlock(&l->lock);
    if (l->timer)
        nng_aio_stop(l->timer);
    link_wire_fini(l);
    if (l->timer)
        nng_aio_free(l->timer);
    forget_request(l);
    free(l->answer);
    drop_taken(l);
    if (l->fd >= 0)
        close(l->fd);
    pthread_cond_destroy(&l->changed);
    pthread_mutex_destroy(&l->lock);
    free(l);
}

int link_fd(const struct link *l)
{
    return l->fd;
}

enum link_state link_state(struct link *l)
{
    uint64_t count;
    pthread_mutex_lock(&l->lock);
    ssize_t ignored = read(l->fd, &count, sizeof count);
    (void)ignored;
    enum link_state state = l->up ? LINK_IDLE : LINK_DOWN;
    if (l->step == WAITING)
        state = LINK_WAITING;
    else if (l->step == ANSWERED)
        state = LINK_ANSWERED;
    else if (l->step == FAILED)
        state = LINK_FAILED;
    pthread_mutex_unlock(&l->lock);
    return state;
}

/* The request as a frame, ready to go; NULL: no memory. */
static struct link_frame *frame_of(const struct link *l, const uint8_t *request, size_t size)
{
    struct link_frame *f = malloc(sizeof *f + FRAME_HEAD_MAX + 4 + size);
    if (!f)
        return NULL;
    size_t at = frame_head(l->wire, f->bytes, size + 4);
    for (int shift = 24; shift >= 0; shift -= 8)
        f->bytes[at++] = (uint8_t)(l->id >> shift);
    if (size)
        memcpy(f->bytes + at, request, size);
    f->size = at + size;
    f->sent = 0;
    return f;
}

enum err link_send(struct link *l, const uint8_t *request, size_t size, int timeout_ms)
{
    drop_taken(l);
    pthread_mutex_lock(&l->lock);
    enum err result = l->step == IDLE ? OK : ERR_BUSY;
    if (result == OK) {
        l->id = (l->id + 1) | 0x80000000;
        l->waiting = frame_of(l, request, size);
        result = l->waiting ? OK : ERR_NO_MEMORY;
    }
    if (result == OK) {
        int64_t now = tick_now();
        l->until = now + timeout_ms;
        l->sent_until = now + (timeout_ms < CONNECT_MS ? timeout_ms : CONNECT_MS);
        l->step = WAITING;
        link_wire_send(l);
        set_timer(l, now);
    }
    pthread_mutex_unlock(&l->lock);
    return result;
}

enum err link_take(struct link *l, const uint8_t **answer, size_t *size)
{
    drop_taken(l);
    pthread_mutex_lock(&l->lock);
    enum err result = l->step == ANSWERED ? OK : l->step == FAILED ? ERR_OFFLINE : ERR_BUSY;
    if (result == OK) {
        *answer = l->taken = l->answer;
        *size = l->answer_size;
        l->answer = NULL;
    }
    if (result != ERR_BUSY)
        l->step = IDLE;
    pthread_mutex_unlock(&l->lock);
    return result;
}

void link_cancel(struct link *l)
{
    pthread_mutex_lock(&l->lock);
    forget_request(l);
    free(l->answer);
    l->answer = NULL;
    l->step = IDLE;
    pthread_mutex_unlock(&l->lock);
}

bool link_connected(const struct link *l)
{
    struct link *mine = (struct link *)(uintptr_t)l; /* only for its lock */
    pthread_mutex_lock(&mine->lock);
    bool connected = mine->up;
    pthread_mutex_unlock(&mine->lock);
    return connected;
}

bool link_fault(const struct link *l, char words[LINK_FAULT])
{
    struct link *mine = (struct link *)(uintptr_t)l; /* only for its lock */
    pthread_mutex_lock(&mine->lock);
    bool known = !mine->up && mine->fault[0];
    if (known)
        memcpy(words, mine->fault, LINK_FAULT);
    pthread_mutex_unlock(&mine->lock);
    return known;
}

enum err link_call(struct link *l, const uint8_t *request, size_t size, int timeout_ms,
                   const uint8_t **answer, size_t *answer_size)
{
    enum err result = link_send(l, request, size, timeout_ms);
    if (result != OK)
        return result;
    pthread_mutex_lock(&l->lock);
    while (l->step == WAITING) /* bounded by the timer */
        pthread_cond_wait(&l->changed, &l->lock);
    pthread_mutex_unlock(&l->lock);
    return link_take(l, answer, answer_size);
}
