/* One connection: bytes in, bytes out. */
#include "proto/tls_inside.h"
#include "proto/tls_openssl.h"
#include <arpa/inet.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define GREETING_MOST (16 * 1024) /* bytes of a client's greeting; OpenSSL would keep 128 kB of it */

/* ---- what OpenSSL reads from and writes to ---- */

static int give(BIO *bio, char *to, int room)
{
    struct tls *t = ossl.BIO_get_data(bio);
    BIO_clear_retry_flags(bio);
    if (t->in_left == 0) {
        BIO_set_retry_read(bio);
        return -1;
    }
    size_t n = t->in_left < (size_t)room ? t->in_left : (size_t)room;
    memcpy(to, t->in, n);
    t->in += n;
    t->in_left -= n;
    return (int)n;
}

static int keep(BIO *bio, const char *from, int size)
{
    struct tls *t = ossl.BIO_get_data(bio);
    size_t need = t->out_size + (size_t)size;
    BIO_clear_retry_flags(bio);
    if (need > t->out_room) {
        size_t room = need > 2 * t->out_room ? need : 2 * t->out_room;
        uint8_t *larger = realloc(t->out, room);
        if (!larger)
            return -1;
        t->out = larger;
        t->out_room = room;
    }
    memcpy(t->out + t->out_size, from, (size_t)size);
    t->out_size = need;
    return size;
}

static long control(BIO *bio, int what, long number, void *pointer)
{
    (void)bio, (void)number, (void)pointer;
    return what == BIO_CTRL_FLUSH;
}

static BIO_METHOD *method;

static void make_method(void)
{
    method = ossl.BIO_meth_new(ossl.BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "bytes");
    if (!method)
        return;
    ossl.BIO_meth_set_read(method, give);
    ossl.BIO_meth_set_write(method, keep);
    ossl.BIO_meth_set_ctrl(method, control);
}

static BIO *bio_of(struct tls *t)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, make_method);
    BIO *bio = method ? ossl.BIO_new(method) : NULL;
    if (bio) {
        ossl.BIO_set_data(bio, t);
        ossl.BIO_set_init(bio, 1);
    }
    return bio;
}

/* ---- beginning and ending ---- */

/* A client says whom it wants, and checks that it got them. */
static bool expect(struct tls *t, const char *host)
{
    X509_VERIFY_PARAM *param = ossl.SSL_get0_param(t->ssl);
    uint8_t address[16];
    bool is_address = inet_pton(AF_INET, host, address) == 1 || inet_pton(AF_INET6, host, address) == 1;
    snprintf(t->host, sizeof t->host, "%s", host);
    ossl.SSL_set_connect_state(t->ssl);
    /* names are those of subjectAltName (RFC 9525): a common name is a text, and may be what somebody else was certified as */
    ossl.X509_VERIFY_PARAM_set_hostflags(param, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS |
                                                    X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
    if (is_address)
        return ossl.X509_VERIFY_PARAM_set1_ip_asc(param, host) == 1;
    return ossl.X509_VERIFY_PARAM_set1_host(param, host, 0) == 1 &&
           SSL_set_tlsext_host_name(t->ssl, host) == 1;
}

struct tls *tls_new(const struct tls_side *s, const char *host)
{
    struct tls *t = calloc(1, sizeof *t);
    if (!t)
        return NULL;
    t->ssl = ossl.SSL_new(s->ctx);
    BIO *bio = t->ssl ? bio_of(t) : NULL;
    if (!bio)
        goto fail;
    ossl.SSL_set_bio(t->ssl, bio, bio);
    SSL_set_app_data(t->ssl, t);
    if (host) {
        t->trusts = s;
        if (!expect(t, host))
            goto fail;
    } else {
        ossl.SSL_set_accept_state(t->ssl);
    }
    t->dry = true;
    return t;
fail:
    tls_free(t);
    ossl.ERR_clear_error();
    return NULL;
}

void tls_free(struct tls *t)
{
    if (!t)
        return;
    ossl.SSL_free(t->ssl);
    free(t->out);
    free(t);
}

/* ---- going on ---- */

void tls_feed(struct tls *t, const uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < size && t->first_size < sizeof t->first; i++)
        t->first[t->first_size++] = bytes[i];
    t->fed += t->trusts ? 0 : size;
    t->in = bytes;
    t->in_left = size;
    t->dry = size == 0;
}

bool tls_dry(const struct tls *t)
{
    return t->dry;
}

enum tls_step tls_shake(struct tls *t)
{
    ossl.ERR_clear_error(); /* the queue is the thread's, and other connections' faults are not ours */
    int rv = t->fed > GREETING_MOST ? -1 : ossl.SSL_do_handshake(t->ssl);
    if (rv == 1) {
        t->dry = t->in_left == 0 && !ossl.SSL_has_pending(t->ssl);
        return TLS_DONE;
    }
    if (t->fed <= GREETING_MOST && ossl.SSL_get_error(t->ssl, rv) == SSL_ERROR_WANT_READ) {
        t->dry = true;
        return TLS_MORE;
    }
    t->over = true;
    tls_find_words(t);
    ossl.ERR_clear_error();
    return TLS_FAILED;
}

int64_t tls_read(struct tls *t, uint8_t *bytes, size_t room)
{
    size_t got = 0;
    while (got < room && !t->over && !t->dry) {
        ossl.ERR_clear_error();
        size_t n = 0;
        int rv = ossl.SSL_read_ex(t->ssl, bytes + got, room - got, &n);
        if (rv == 1)
            got += n;
        else if (ossl.SSL_get_error(t->ssl, rv) == SSL_ERROR_WANT_READ)
            t->dry = true;
        else
            t->over = true;
    }
    ossl.ERR_clear_error();
    return got == 0 && t->over ? -1 : (int64_t)got;
}

bool tls_write(struct tls *t, const uint8_t *bytes, size_t size)
{
    size_t done = 0;
    if (t->over)
        return false;
    if (size == 0)
        return true;
    ossl.ERR_clear_error();
    bool good = ossl.SSL_write_ex(t->ssl, bytes, size, &done) == 1 && done == size;
    ossl.ERR_clear_error();
    return good;
}

void tls_bye(struct tls *t)
{
    if (t->over || !ossl.SSL_is_init_finished(t->ssl))
        return;
    ossl.ERR_clear_error();
    (void)ossl.SSL_shutdown(t->ssl);
    ossl.ERR_clear_error();
}

uint8_t *tls_take(struct tls *t, size_t *size)
{
    uint8_t *out = t->out_size ? t->out : NULL;
    *size = t->out_size;
    if (out) {
        t->out = NULL;
        t->out_size = t->out_room = 0;
    }
    return out;
}

const char *tls_words(const struct tls *t)
{
    return t->words;
}

bool tls_firm(const struct tls *t)
{
    return t->firm;
}

bool tls_spoken(const struct tls *t)
{
    return tls_looks_like(t->first, t->first_size);
}

bool tls_looks_like(const uint8_t *bytes, size_t size)
{
    return size >= 2 && (bytes[0] == 0x15 || bytes[0] == 0x16) && bytes[1] == 3;
}

void tls_alert(uint8_t alert[TLS_ALERT])
{
    static const uint8_t protocol_version[TLS_ALERT] = {0x15, 3, 1, 0, 2, 2, 70};
    memcpy(alert, protocol_version, TLS_ALERT);
}
