#include "proto/link.h"
#include <nng/nng.h>
#include <nng/protocol/reqrep0/req.h>
#include <nng/supplemental/tls/tls.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#define ANSWER_MOST (1024 * 1024 + 4096) /* the server's bound and some room for framing */
#define RETRY_FIRST_MS 20                /* between dials; doubles up to … */
#define RETRY_MOST_MS 1000
#define CONNECT_MS 5000 /* a request that finds no connection for so long has failed */

/* What nng's threads touch stands behind the lock: the state, the answer and whether a server is there. A request is one run of
 * the aio through sending, receiving, done; the receive starts in the send's callback, because nng loses answers otherwise. */
struct link {
    nng_socket socket;
    bool opened;
    nng_aio *aio;
    int fd;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    enum { IDLE, SENDING, RECEIVING, CANCELLED, ANSWERED, FAILED } step;
    nng_msg *answer;
    uint32_t pipe; /* the live one; 0: none */
    int64_t until; /* ms, monotonic */
    nng_msg *taken;
};

static void notify(struct link *l)
{
    uint64_t one = 1;
    ssize_t ignored = write(l->fd, &one, sizeof one); /* full means readable, which is all we want */
    (void)ignored;
}

static int64_t now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* lock held. */
static void finish(struct link *l, int step)
{
    l->step = step;
    pthread_cond_broadcast(&l->changed);
    notify(l);
}

static void on_done(void *arg)
{
    struct link *l = arg;
    pthread_mutex_lock(&l->lock);
    int rv = nng_aio_result(l->aio);
    nng_msg *m = nng_aio_get_msg(l->aio);
    nng_aio_set_msg(l->aio, NULL);
    if (l->step == SENDING) {
        if (rv == 0) {
            int64_t left = l->until - now_ms();
            nng_aio_set_timeout(l->aio, left > 1 ? (nng_duration)left : 1);
            l->step = RECEIVING;
            nng_recv_aio(l->socket, l->aio);
        } else {
            nng_msg_free(m);
            finish(l, FAILED);
        }
    } else if (l->step == RECEIVING) {
        if (rv == 0)
            l->answer = m;
        finish(l, rv == 0 ? ANSWERED : FAILED);
    } else if (m) { /* CANCELLED: whichever message it was */
        nng_msg_free(m);
    }
    pthread_mutex_unlock(&l->lock);
}

static void on_pipe(nng_pipe pipe, nng_pipe_ev event, void *arg)
{
    struct link *l = arg;
    uint32_t id = (uint32_t)nng_pipe_id(pipe);
    pthread_mutex_lock(&l->lock);
    if (event == NNG_PIPE_EV_ADD_POST)
        l->pipe = id;
    else if (l->pipe == id)
        l->pipe = 0;
    notify(l);
    pthread_mutex_unlock(&l->lock);
}

/* A server's certificate is checked against POSTERN_CA (a PEM file) or the system's authorities, and its name against the URL. */
static int use_tls(nng_dialer d, const char *url)
{
    const char *ca = getenv("POSTERN_CA");
    nng_url *parts = NULL;
    nng_tls_config *tls = NULL;
    int rv = nng_url_parse(&parts, url);
    if (rv == 0)
        rv = nng_tls_config_alloc(&tls, NNG_TLS_MODE_CLIENT);
    if (rv == 0)
        rv = nng_tls_config_auth_mode(tls, NNG_TLS_AUTH_MODE_REQUIRED);
    if (rv == 0)
        rv = nng_tls_config_server_name(tls, parts->u_hostname);
    if (rv == 0)
        rv = nng_tls_config_ca_file(tls, ca && *ca ? ca : "/etc/ssl/certs/ca-certificates.crt");
    if (rv == 0)
        rv = nng_dialer_set_ptr(d, NNG_OPT_TLS_CONFIG, tls);
    if (tls)
        nng_tls_config_free(tls);
    if (parts)
        nng_url_free(parts);
    return rv;
}

static int dial(struct link *l, const char *url)
{
    nng_dialer d;
    int rv = nng_req0_open(&l->socket);
    if (rv != 0)
        return rv;
    l->opened = true;
    bool tls = strncmp(url, "tls+tcp://", 10) == 0, tcp = strncmp(url, "tcp://", 6) == 0;
    if (!tls && !tcp && strncmp(url, "ipc://", 6) != 0)
        return NNG_EADDRINVAL;
    if ((rv = nng_socket_set_ms(l->socket, NNG_OPT_REQ_RESENDTIME, -1)) != 0 ||
        (rv = nng_socket_set_size(l->socket, NNG_OPT_RECVMAXSZ, ANSWER_MOST)) != 0 ||
        (rv = nng_socket_set_ms(l->socket, NNG_OPT_RECONNMINT, RETRY_FIRST_MS)) != 0 ||
        (rv = nng_socket_set_ms(l->socket, NNG_OPT_RECONNMAXT, RETRY_MOST_MS)) != 0 ||
        (rv = nng_pipe_notify(l->socket, NNG_PIPE_EV_ADD_POST, on_pipe, l)) != 0 ||
        (rv = nng_pipe_notify(l->socket, NNG_PIPE_EV_REM_POST, on_pipe, l)) != 0 ||
        (rv = nng_dialer_create(&d, l->socket, url)) != 0)
        return rv;
    if ((tls || tcp) && (rv = nng_dialer_set_bool(d, NNG_OPT_TCP_NODELAY, true)) != 0)
        return rv;
    if (tls && (rv = use_tls(d, url)) != 0)
        return rv;
    return nng_dialer_start(d, NNG_FLAG_NONBLOCK);
}

enum err link_open(const char *url, struct link **out, struct refusal *why)
{
    struct link *l = calloc(1, sizeof *l);
    if (!l)
        return ERR_NO_MEMORY;
    pthread_mutex_init(&l->lock, NULL);
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&l->changed, &monotonic);
    pthread_condattr_destroy(&monotonic);
    l->fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    int rv = l->fd < 0 ? NNG_ENOFILES : nng_aio_alloc(&l->aio, on_done, l);
    if (rv == 0)
        rv = dial(l, url);
    if (rv == 0) {
        *out = l;
        return OK;
    }
    link_close(l);
    if (rv == NNG_ENOMEM)
        return ERR_NO_MEMORY;
    return refuse(why, ERR_INVALID, "url", "%s: %s", url, nng_strerror(rv));
}

static void drop_taken(struct link *l)
{
    if (l->taken)
        nng_msg_free(l->taken);
    l->taken = NULL;
}

void link_close(struct link *l)
{
    if (!l)
        return;
    if (l->aio)
        link_cancel(l);
    if (l->opened)
        nng_close(l->socket);
    if (l->aio)
        nng_aio_free(l->aio);
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
    enum link_state state = l->pipe ? LINK_IDLE : LINK_DOWN;
    if (l->step == SENDING || l->step == RECEIVING)
        state = LINK_WAITING;
    else if (l->step == ANSWERED)
        state = LINK_ANSWERED;
    else if (l->step == FAILED)
        state = LINK_FAILED;
    pthread_mutex_unlock(&l->lock);
    return state;
}

enum err link_send(struct link *l, const uint8_t *request, size_t size, int timeout_ms)
{
    drop_taken(l);
    pthread_mutex_lock(&l->lock);
    enum err result = l->step == IDLE ? OK : ERR_BUSY;
    nng_msg *m = NULL;
    if (result == OK && (nng_msg_alloc(&m, 0) != 0 || nng_msg_append(m, request, size) != 0)) {
        nng_msg_free(m);
        result = ERR_NO_MEMORY;
    }
    if (result == OK) {
        l->until = now_ms() + timeout_ms;
        l->step = SENDING;
        nng_aio_set_timeout(l->aio, timeout_ms < CONNECT_MS ? timeout_ms : CONNECT_MS);
        nng_aio_set_msg(l->aio, m);
        nng_send_aio(l->socket, l->aio);
    }
    pthread_mutex_unlock(&l->lock);
    return result;
}

enum err link_take(struct link *l, const uint8_t **answer, size_t *size)
{
    drop_taken(l);
    pthread_mutex_lock(&l->lock);
    enum err result = ERR_BUSY;
    if (l->step == ANSWERED) {
        l->taken = l->answer;
        l->answer = NULL;
        *answer = nng_msg_body(l->taken);
        *size = nng_msg_len(l->taken);
        result = OK;
    } else if (l->step == FAILED) {
        result = ERR_OFFLINE;
    }
    if (result != ERR_BUSY)
        l->step = IDLE;
    pthread_mutex_unlock(&l->lock);
    return result;
}

void link_cancel(struct link *l)
{
    pthread_mutex_lock(&l->lock);
    bool under_way = l->step == SENDING || l->step == RECEIVING;
    if (under_way)
        l->step = CANCELLED;
    pthread_mutex_unlock(&l->lock);
    if (under_way) {
        nng_aio_cancel(l->aio);
        nng_aio_wait(l->aio);
    }
    pthread_mutex_lock(&l->lock);
    if (l->answer)
        nng_msg_free(l->answer);
    l->answer = NULL;
    l->step = IDLE;
    pthread_mutex_unlock(&l->lock);
}

bool link_connected(const struct link *l)
{
    struct link *mine = (struct link *)(uintptr_t)l; /* only for its lock */
    pthread_mutex_lock(&mine->lock);
    bool connected = mine->pipe != 0;
    pthread_mutex_unlock(&mine->lock);
    return connected;
}

enum err link_call(struct link *l, const uint8_t *request, size_t size, int timeout_ms,
                   const uint8_t **answer, size_t *answer_size)
{
    enum err result = link_send(l, request, size, timeout_ms);
    if (result != OK)
        return result;
    pthread_mutex_lock(&l->lock);
    while (l->step == SENDING || l->step == RECEIVING) /* bounded: the aio has a time-out */
        pthread_cond_wait(&l->changed, &l->lock);
    pthread_mutex_unlock(&l->lock);
    return link_take(l, answer, answer_size);
}
