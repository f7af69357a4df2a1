/* TLS at the door: certificates, handshakes, and what lies between them and the frames. The streams are nng's of plain tcp.
 *
 * A handshake costs a signature, and whoever comes can ask for one: so it is done on threads of its own, which yield to those that
 * answer; sources come in turn and have a share of the queue each (pool.h). Nothing is kept for who has not sent a byte of it. */
#include "common/log.h"
#include "proto/tls.h"
#include "server/core/limits.h"
#include "server/door/listener_inside.h"
#include "server/core/pool.h"
#include <stdlib.h>
#include <string.h>

/* ---- certificates ---- */

enum err endpoint_tls(struct endpoint *e, const char *cert, const char *key, struct refusal *why)
{
    enum err result = tls_server(cert, key, &e->tls_side, why);
    if (result)
        return result;
    e->cert = strdup(cert);
    e->key = strdup(key);
    if (!e->cert || !e->key)
        return ERR_NO_MEMORY;
    return e->l->greeters
               ? OK
               : pool_open_nice(&e->l->greeters, pool_spare(LIMIT_GREETING_THREADS), LIMIT_GREETING_QUEUE);
}

void endpoint_untls(struct endpoint *e)
{
    tls_side_free(e->tls_side);
    free(e->cert);
    free(e->key);
}

/* The caller is the one thread that adds and closes, so the list stays. */
enum err listener_reload(struct listener *l, int64_t now, struct refusal *why)
{
    enum err result = OK;
    size_t n = 0, i = 0;
    for (const struct endpoint *e = l->endpoints; e; e = e->next)
        n++;
    struct tls_side **sides = calloc(n ? n : 1, sizeof *sides);
    if (!sides)
        return ERR_NO_MEMORY;
    for (const struct endpoint *e = l->endpoints; e && !result; e = e->next, i++) {
        if (e->kind == PEER_TLS)
            result = tls_server(e->cert, e->key, &sides[i], why);
        if (sides[i] && !result)
            result = tls_valid(sides[i], now, why);
    }
    pthread_mutex_lock(&l->lock);
    l->not_read = result ? *why : (struct refusal){0};
    i = 0;
    for (struct endpoint *e = l->endpoints; e && !result; e = e->next, i++) {
        struct tls_side *before = e->tls_side;
        e->tls_side = sides[i];
        sides[i] = before;
    }
    pthread_mutex_unlock(&l->lock);
    for (i = 0; i < n; i++)
        tls_side_free(sides[i]);
    free(sides);
    return result;
}

/* One that was made for seven days a minute ago ends in seven. */
static int64_t days(int64_t ms)
{
    enum { DAY_MS = 24 * 60 * 60 * 1000 };
    return (ms + DAY_MS - 1) / DAY_MS;
}

int64_t listener_certificate(struct listener *l, int64_t now, struct refusal *words)
{
    int64_t first = 0;
    pthread_mutex_lock(&l->lock);
    for (const struct endpoint *e = l->endpoints; e; e = e->next) {
        const int64_t ends = e->tls_side ? tls_ends(e->tls_side) : 0;
        if (!ends || (first && first <= ends))
            continue;
        first = ends;
        if (words)
            *words = (struct refusal){0};
        if (words && tls_valid(e->tls_side, now, words) == OK && ends - now < LIMIT_CERTIFICATE_MS)
            refuse(words, ERR_EXPIRED, "--cert", "the certificate in %.150s ends in %lld %s: renew it",
                   e->cert, (long long)days(ends - now), days(ends - now) == 1 ? "day" : "days");
    }
    pthread_mutex_unlock(&l->lock);
    return first;
}

bool listener_not_read(struct listener *l, struct refusal *words)
{
    pthread_mutex_lock(&l->lock);
    const bool is = l->not_read.code != OK;
    if (is)
        refuse(words, l->not_read.code, l->not_read.field, "not read again, the one before stays: %s",
               l->not_read.detail);
    pthread_mutex_unlock(&l->lock);
    return is;
}

/* ---- what the log is told ---- */

static uint32_t hash_of(const char *source)
{
    uint32_t hash = 2166136261u;
    for (const char *p = source; *p; p++)
        hash = (hash ^ (unsigned char)*p) * 16777619u;
    return hash;
}

/* listener.lock held. */
static bool may_tell(struct told *t, const char *source, int64_t now)
{
    int64_t *until = &t->until[hash_of(source) % TOLD_SOURCES];
    if (now - t->minute >= LIMIT_TOLD_MS) {
        t->minute = now;
        t->lines = 0;
    }
    if (now < *until || t->lines >= LIMIT_TOLD) {
        t->left_out++;
        return false;
    }
    *until = now + LIMIT_TOLD_MS;
    t->lines++;
    return true;
}

void conn_tell(struct conn *c, const char *words)
{
    struct listener *l = c->l;
    char quoted[300];
    pthread_mutex_lock(&l->lock);
    const bool tells = may_tell(&l->told, c->peer.source, listener_now());
    const uint64_t left_out = l->told.left_out;
    if (tells)
        l->told.left_out = 0;
    pthread_mutex_unlock(&l->lock);
    if (tells)
        log_line(LOG_WARN, "a client did not get in", "peer=%s why=%s untold=%llu", c->peer.address,
                 log_quote(quoted, sizeof quoted, words), (unsigned long long)left_out);
}

/* ---- the handshake ---- */

static struct tls *tls_of(struct endpoint *e)
{
    pthread_mutex_lock(&e->l->lock);
    struct tls_side *now = tls_side_hold(e->tls_side);
    pthread_mutex_unlock(&e->l->lock);
    struct tls *t = tls_new(now, NULL);
    tls_side_free(now);
    return t;
}

/* conn.lock held. Sends what tls has ready. */
static bool flush(struct conn *c, bool counts)
{
    size_t size;
    uint8_t *bytes = tls_take(c->tls, &size);
    bool good = !bytes || conn_send_raw(c, bytes, size, NULL, 0, counts);
    free(bytes);
    return good;
}

/* Not with TLS: says so as TLS does, also to who speaks something else. */
static void turn_away(struct conn *c)
{
    uint8_t alert[TLS_ALERT];
    conn_tell(c, tls_words(c->tls));
    pthread_mutex_lock(&c->lock);
    if (!c->closed && flush(c, false) && !tls_spoken(c->tls)) {
        tls_alert(alert);
        (void)conn_send_raw(c, alert, sizeof alert, NULL, 0, false);
    }
    pthread_mutex_unlock(&c->lock);
    conn_stop_reading(c, true, true);
}

/* On a thread of the greeters. */
static void shake(void *arg)
{
    struct conn *c = arg;
    pthread_mutex_lock(&c->lock);
    bool good = !c->closed;
    pthread_mutex_unlock(&c->lock);
    if (good && !c->tls)
        c->tls = tls_of(c->door);
    if (!good || !c->tls) {
        conn_stop_reading(c, true, false);
        return;
    }
    tls_feed(c->tls, c->cipher, c->cipher_size);
    c->cipher_size = 0;
    enum tls_step step = tls_shake(c->tls);
    if (step == TLS_FAILED) {
        turn_away(c);
        return;
    }
    uint8_t hello[FRAME_HELLO_SIZE];
    frame_hello(hello, FRAME_REP);
    pthread_mutex_lock(&c->lock);
    good = !c->closed && flush(c, false);
    if (good && step == TLS_DONE) {
        c->secured = true;
        good = conn_send(c, hello, sizeof hello, NULL, 0, false);
    }
    pthread_mutex_unlock(&c->lock);
    if (good)
        conn_read_more(c, FRAME_HELLO_SIZE);
    else
        conn_stop_reading(c, true, false);
}

void conn_shake(struct conn *c)
{
    struct listener *l = c->l;
    char network[SOURCE_ROOM];
    source_network(network, c->peer.source);
    const struct pool_whose whose = {(uint64_t)hash_of(c->peer.source) + 1, (uint64_t)hash_of(network) + 1,
                                     false};
    if (pool_add_from(l->greeters, shake, c, whose) == OK)
        return;
    pthread_mutex_lock(&l->lock);
    l->past.refused_busy++;
    pthread_mutex_unlock(&l->lock);
    conn_stop_reading(c, true, false);
}

/* ---- secured ---- */

int64_t conn_decipher(struct conn *c, uint8_t *bytes, size_t room)
{
    if (c->cipher_size)
        tls_feed(c->tls, c->cipher, c->cipher_size);
    c->cipher_size = 0;
    int64_t got = tls_read(c->tls, bytes, room);
    return c->closed || !flush(c, false) ? -1 : got;
}

bool conn_send_secured(struct conn *c, uint8_t *head, size_t head_size, const uint8_t *payload, size_t size,
                       bool counts)
{
    if (tls_write(c->tls, head, head_size) && tls_write(c->tls, payload, size))
        return flush(c, counts);
    conn_close(c);
    return false;
}

void conn_bye(struct conn *c)
{
    if (!c->secured || c->first)
        return;
    tls_bye(c->tls);
    size_t size;
    uint8_t *bytes = tls_take(c->tls, &size);
    if (bytes)
        conn_send_now(c, bytes, size);
    free(bytes);
}
