/* What one end brings with it: certificate and key of a server, or the authorities that a client trusts. */
#include "proto/tls_inside.h"
#include "proto/tls_openssl.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PEM_MOST ((size_t)256 * 1024)
#define CHAIN_MOST 10
#define RSA_LEAST 2048

/* ---- files ---- */

static bool regular(int fd, const char *path, const char *field, struct stat *st, struct refusal *why)
{
    if (fd < 0)
        refuse(why, ERR_INVALID, field, "%.150s can not be read: %s", path, strerror(errno));
    else if (fstat(fd, st) != 0 || !S_ISREG(st->st_mode))
        refuse(why, ERR_INVALID, field, "%.150s is no file", path);
    else
        return true;
    return false;
}

/* The whole of a small text file, NUL-terminated, to be wiped and freed; NULL with `why` filled. */
static char *read_pem(const char *path, const char *field, struct stat *st, struct refusal *why)
{
    char *text = NULL;
    size_t size = 0;
    ssize_t n = 0;
    if (!path) {
        refuse(why, ERR_INVALID, field, "tls+tcp:// needs --cert and --key");
        return NULL;
    }
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (regular(fd, path, field, st, why) && (text = calloc(1, PEM_MOST + 1)) != NULL)
        while (size <= PEM_MOST && (n = read(fd, text + size, PEM_MOST + 1 - size)) > 0)
            size += (size_t)n;
    if (fd >= 0)
        close(fd);
    if (text && n >= 0 && size <= PEM_MOST && !memchr(text, 0, size) && strstr(text, "-----BEGIN "))
        return text;
    if (text) {
        explicit_bzero(text, PEM_MOST);
        free(text);
        refuse(why, ERR_INVALID, field, "%.150s holds nothing in PEM (\"-----BEGIN ...\")", path);
    }
    return NULL;
}

/* As PostgreSQL has it: a key of our own is ours alone; one of root's may be readable for a group that we are in. */
static enum err kept_secret(const char *path, const struct stat *st, struct refusal *why)
{
    const bool ours = st->st_uid == geteuid();
    const mode_t too_much = st->st_mode & (ours ? 077 : 037);
    if (!ours && st->st_uid != 0)
        return refuse(why, ERR_INVALID, "--key",
                      "%.150s belongs to another account: chown it to the daemon's", path);
    if (too_much)
        return refuse(why, ERR_INVALID, "--key", "%.150s can be %s by others (mode %04o): chmod %s it", path,
                      too_much & 022 ? "written" : "read", (unsigned)(st->st_mode & 07777),
                      ours ? "0600" : "0640");
    return OK;
}

/* Nobody is asked for a pass phrase: a daemon has no terminal. */
static int no_phrase(char *to, int size, int writing, void *said)
{
    (void)to, (void)size, (void)writing;
    *(bool *)said = true;
    return -1;
}

/* ---- the certificate ---- */

int64_t tls_ends(const struct tls_side *s)
{
    return s->ends;
}

enum err tls_valid(const struct tls_side *s, int64_t now, struct refusal *why)
{
    char day[TLS_DAY], today[TLS_DAY];
    if (now >= s->ends)
        return refuse(why, ERR_EXPIRED, "--cert", "the certificate in %.150s has ended, on %s: renew it",
                      s->path, tls_day(day, s->ends));
    if (now < s->begins)
        return refuse(why, ERR_STATE, "--cert",
                      "the certificate in %.120s begins only on %s, and the clock says %s", s->path,
                      tls_day(day, s->begins), tls_day(today, now));
    return OK;
}

static void note_dates(struct tls_side *s, const X509 *cert)
{
    int64_t begins = tls_instant(ossl.X509_get0_notBefore(cert)),
            ends = tls_instant(ossl.X509_get0_notAfter(cert));
    s->begins = begins > s->begins ? begins : s->begins;
    s->ends = ends < s->ends ? ends : s->ends;
}

/* Whether clients can take a key of this kind, ours, nng's and others'. */
static enum err good_kind(const EVP_PKEY *key, const char *path, struct refusal *why)
{
    char group[64] = "";
    const int bits = ossl.EVP_PKEY_get_bits(key);
    bool good = false;
    if (ossl.EVP_PKEY_is_a(key, "RSA")) {
        good = bits >= RSA_LEAST;
    } else if (ossl.EVP_PKEY_is_a(key, "EC")) {
        (void)ossl.EVP_PKEY_get_group_name(key, group, sizeof group, NULL);
        good = strcmp(group, "prime256v1") == 0 || strcmp(group, "secp384r1") == 0 ||
               strcmp(group, "secp521r1") == 0;
    } else {
        good = ossl.EVP_PKEY_is_a(key, "ED25519");
    }
    if (good)
        return OK;
    const char *kind = ossl.EVP_PKEY_get0_type_name(key);
    return refuse(why, ERR_INVALID, "--cert",
                  "%.120s is for a key of the kind %.20s%s%.20s with %d bits: take RSA from 2048 bits, "
                  "or EC on P-256, P-384 or P-521",
                  path, kind ? kind : "?", *group ? " " : "", group, bits);
}

static enum err take_first(struct tls_side *s, X509 *cert, const char *path, struct refusal *why)
{
    EVP_PKEY *key = ossl.X509_get0_pubkey(cert);
    enum err e =
        key ? good_kind(key, path, why)
            : refuse(why, ERR_INVALID, "--cert", "%.150s is for a key of a kind that is not known", path);
    if (e)
        return e;
    if (ossl.X509_check_purpose(cert, X509_PURPOSE_SSL_SERVER, 0) != 1)
        return refuse(why, ERR_INVALID, "--cert",
                      "the first certificate in %.120s is not one for servers: its own comes first, "
                      "with extendedKeyUsage serverAuth or none",
                      path);
    if (!tls_names_hosts(cert))
        return refuse(
            why, ERR_INVALID, "--cert",
            "the certificate in %.120s names no host (subjectAltName), and clients look nowhere else: "
            "certify the names by which people reach it",
            path);
    if (ossl.SSL_CTX_use_certificate(s->ctx, cert) != 1)
        return refuse(why, ERR_INVALID, "--cert", "%.120s can not be used: %s", path,
                      ossl.ERR_reason_error_string(ossl.ERR_peek_last_error()));
    return OK;
}

static enum err take_chain(struct tls_side *s, BIO *text, const char *path, struct refusal *why)
{
    enum err e = OK;
    bool asked = false;
    size_t n = 0;
    X509 *cert;
    while (!e && (cert = ossl.PEM_read_bio_X509(text, NULL, no_phrase, &asked)) != NULL) {
        e = n == 0 ? take_first(s, cert, path, why) : OK;
        if (!e && n && SSL_CTX_add1_chain_cert(s->ctx, cert) != 1)
            e = refuse(why, ERR_INVALID, "--cert", "certificate %zu in %.120s can not be used: %s", n + 1,
                       path, ossl.ERR_reason_error_string(ossl.ERR_peek_last_error()));
        note_dates(s, cert);
        ossl.X509_free(cert);
        if (++n > CHAIN_MOST && !e)
            e = refuse(why, ERR_INVALID, "--cert", "%.150s holds more than %d certificates", path,
                       CHAIN_MOST);
    }
    unsigned long end = ossl.ERR_peek_last_error();
    if (!e && n && ERR_GET_REASON(end) != PEM_R_NO_START_LINE)
        e = refuse(why, ERR_INVALID, "--cert", "certificate %zu in %.150s is damaged", n + 1, path);
    if (!e && n == 0)
        e = refuse(why, ERR_INVALID, "--cert",
                   ERR_GET_REASON(end) == PEM_R_NO_START_LINE ? "%.150s holds no certificate"
                                                              : "the certificate in %.150s is damaged",
                   path);
    return e;
}

static enum err take_key(struct tls_side *s, BIO *text, const char *path, struct refusal *why)
{
    bool asked = false;
    EVP_PKEY *key = ossl.PEM_read_bio_PrivateKey(text, NULL, no_phrase, &asked);
    if (!key)
        return refuse(why, ERR_INVALID, "--key",
                      asked ? "%.150s is locked with a pass phrase: openssl pkey writes it without"
                            : "%.150s holds no private key",
                      path);
    enum err e = OK;
    X509 *cert = ossl.SSL_CTX_get0_certificate(s->ctx);
    if (ossl.X509_check_private_key(cert, key) != 1)
        e = refuse(why, ERR_INVALID, "--key", "%.110s is not the key of the (first) certificate in %.110s",
                   path, s->path);
    else if (ossl.SSL_CTX_use_PrivateKey(s->ctx, key) != 1)
        e = refuse(why, ERR_INVALID, "--key", "%.150s can not be used: %s", path,
                   ossl.ERR_reason_error_string(ossl.ERR_peek_last_error()));
    ossl.EVP_PKEY_free(key);
    return e;
}

/* ---- both ---- */

static struct tls_side *side_new(const char *path, const char *groups)
{
    struct tls_side *s = calloc(1, sizeof *s);
    if (!s)
        return NULL;
    s->ctx = ossl.SSL_CTX_new(ossl.TLS_method());
    if (!s->ctx) {
        free(s);
        return NULL;
    }
    atomic_init(&s->holders, 1);
    snprintf(s->path, sizeof s->path, "%s", path);
    ossl.SSL_CTX_set_security_level(s->ctx, 2); /* whatever the machine's openssl.cnf says */
    ossl.SSL_CTX_set_options(s->ctx, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    SSL_CTX_set_mode(s->ctx, SSL_MODE_RELEASE_BUFFERS); /* an idle connection keeps none */
    SSL_CTX_set_session_cache_mode(s->ctx, SSL_SESS_CACHE_OFF);
    if (SSL_CTX_set_min_proto_version(s->ctx, TLS1_2_VERSION) == 1 &&
        SSL_CTX_set_max_proto_version(s->ctx, TLS1_3_VERSION) == 1 &&
        ossl.SSL_CTX_set_cipher_list(s->ctx, "ECDHE+AESGCM:ECDHE+CHACHA20") ==
            1 && /* of 1.2; those of 1.3 are good */
        ossl.SSL_CTX_set_num_tickets(s->ctx, 0) == 1 &&
        SSL_CTX_set1_groups_list(s->ctx, groups) == 1)
        return s;
    tls_side_free(s);
    return NULL;
}

struct tls_side *tls_side_hold(struct tls_side *s)
{
    atomic_fetch_add(&s->holders, 1);
    return s;
}

void tls_side_free(struct tls_side *s)
{
    if (!s || atomic_fetch_sub(&s->holders, 1) > 1)
        return;
    ossl.SSL_CTX_free(s->ctx);
    free(s);
}

static BIO *bio_of(const char *text)
{
    return ossl.BIO_new_mem_buf(text, -1);
}

static void drop(char *text, BIO *bio)
{
    ossl.BIO_free(bio);
    if (text)
        explicit_bzero(text, PEM_MOST);
    free(text);
}

static enum err finish(struct tls_side *s, enum err e, struct tls_side **out)
{
    ossl.ERR_clear_error();
    if (e)
        tls_side_free(s);
    else
        *out = s;
    return e;
}

enum err tls_server(const char *cert_path, const char *key_path, struct tls_side **out, struct refusal *why)
{
    enum err e = tls_load(why);
    if (e)
        return e;
    struct stat cert_st, key_st;
    char *cert = read_pem(cert_path, "--cert", &cert_st, why),
         *key = cert ? read_pem(key_path, "--key", &key_st, why) : NULL;
    BIO *cert_bio = cert ? bio_of(cert) : NULL, *key_bio = key ? bio_of(key) : NULL;
    e = cert && key ? kept_secret(key_path, &key_st, why) : ERR_INVALID;
    struct tls_side *s = e ? NULL : side_new(cert_path, "X25519:P-256:P-384");
    if (!e && (!s || !cert_bio || !key_bio))
        e = ERR_NO_MEMORY;
    ossl.ERR_clear_error();
    if (!e) {
        s->ends = INT64_MAX;
        e = take_chain(s, cert_bio, cert_path, why);
    }
    ossl.ERR_clear_error();
    if (!e)
        e = take_key(s, key_bio, key_path, why);
    drop(cert, cert_bio);
    drop(key, key_bio);
    return finish(s, e, out);
}

enum err tls_client(const char *ca_path, struct tls_side **out, struct refusal *why)
{
    enum err e = tls_load(why);
    if (e)
        return e;
    struct tls_side *s = side_new(ca_path ? ca_path : "", "X25519:P-256:P-384:P-521");
    if (!s)
        return ERR_NO_MEMORY;
    ossl.ERR_clear_error();
    ossl.SSL_CTX_set_verify(s->ctx, SSL_VERIFY_PEER, tls_verified);
    if (!ca_path) {
        if (ossl.SSL_CTX_set_default_verify_paths(s->ctx) != 1)
            e = ERR_NO_MEMORY;
    } else if (ossl.SSL_CTX_load_verify_file(s->ctx, ca_path) != 1) {
        const char *wrong = access(ca_path, R_OK) == 0 ? "holds no certificate in PEM" : strerror(errno);
        e = refuse(why, ERR_INVALID, "POSTERN_CA", "%.150s: %s", ca_path, wrong);
    }
    return finish(s, e, out);
}
