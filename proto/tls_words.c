/* Why a handshake failed, in words. The other end may send anything; of its certificate only printable ASCII is told. */
#include "proto/tls_inside.h"
#include "proto/tls_openssl.h"
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define NAME 60  /* of somebody, as it is told */
#define NAMES 90 /* of all that a certificate is for */

int64_t tls_instant(const void *asn1_time)
{
    struct tm tm = {0};
    return ossl.ASN1_TIME_to_tm(asn1_time, &tm) == 1 ? (int64_t)timegm(&tm) * 1000 : 0;
}

const char *tls_day(char text[TLS_DAY], int64_t instant)
{
    const time_t t = (time_t)(instant / 1000);
    struct tm tm;
    if (!gmtime_r(&t, &tm) || strftime(text, TLS_DAY, "%Y-%m-%d %H:%M UTC", &tm) == 0)
        snprintf(text, TLS_DAY, "?");
    return text;
}

static const char *day_of(char text[TLS_DAY], const ASN1_TIME *t)
{
    return tls_day(text, tls_instant(t));
}

/* ---- what a certificate says ---- */

static void clean(char *text)
{
    for (char *p = text; *p; p++)
        if (*p < 0x20 || *p > 0x7e || *p == '"')
            *p = '?';
}

static void copy_string(char *to, size_t room, const ASN1_STRING *s)
{
    const size_t size = (size_t)ossl.ASN1_STRING_length(s), n = size < room ? size : room - 1;
    memcpy(to, ossl.ASN1_STRING_get0_data(s), n);
    for (size_t i = 0; i < n; i++) /* a NUL would end what is told of it */
        to[i] = to[i] ? to[i] : '?';
    to[n] = '\0';
    clean(to);
}

/* Whoever the name is of: common name, else organisation. */
static const char *called(char out[NAME], const X509_NAME *name)
{
    const int kinds[] = {NID_commonName, NID_organizationName};
    snprintf(out, NAME, "nobody");
    for (size_t i = 0; i < 2; i++) {
        int at = ossl.X509_NAME_get_index_by_NID(name, kinds[i], -1);
        if (at < 0)
            continue;
        copy_string(out, NAME, ossl.X509_NAME_ENTRY_get_data(ossl.X509_NAME_get_entry(name, at)));
        break;
    }
    return out;
}

static void add(char *out, const char *name)
{
    size_t n = strlen(out);
    if (n + strlen(name) + 3 < NAMES)
        snprintf(out + n, NAMES - n, "%s%s", n ? ", " : "", name);
}

/* All that a certificate is for; the names that do not fit are left out. Empty: it names no host. */
static const char *is_for(char out[NAMES], const X509 *cert)
{
    GENERAL_NAMES *all = ossl.X509_get_ext_d2i(cert, NID_subject_alt_name, NULL, NULL);
    char one[NAME];
    *out = '\0';
    for (int i = 0; i < sk_GENERAL_NAME_num(all); i++) {
        const GENERAL_NAME *g = sk_GENERAL_NAME_value(all, i);
        *one = '\0';
        if (g->type == GEN_DNS)
            copy_string(one, sizeof one, g->d.dNSName);
        else if (g->type == GEN_IPADD && (g->d.iPAddress->length == 4 || g->d.iPAddress->length == 16))
            (void)inet_ntop(g->d.iPAddress->length == 4 ? AF_INET : AF_INET6, g->d.iPAddress->data, one,
                            sizeof one);
        if (*one)
            add(out, one);
    }
    ossl.GENERAL_NAMES_free(all);
    return out;
}

bool tls_names_hosts(const struct x509_st *cert)
{
    char names[NAMES];
    return *is_for(names, cert);
}

/* ---- at the client ---- */

static void say(struct tls *t, const char *format, ...) PRINTF(2, 3);
static void say(struct tls *t, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    (void)vsnprintf(t->words, sizeof t->words, format, ap);
    va_end(ap);
}

static void not_known(struct tls *t, const X509 *cert, bool of_itself)
{
    char issuer[NAME];
    const char *path = t->trusts->path;
    called(issuer, ossl.X509_get_issuer_name(cert));
    if (of_itself)
        say(t,
            "the certificate of %.60s is vouched for by itself (\"%.40s\"), whom %s%.60s does not know: name "
            "the file of "
            "its authority in POSTERN_CA",
            t->host, issuer, *path ? "POSTERN_CA=" : "this machine", path);
    else
        say(t,
            "the certificate of %.60s is by \"%.40s\", whom %s%.60s does not know: name the file of that "
            "authority in "
            "POSTERN_CA",
            t->host, issuer, *path ? "POSTERN_CA=" : "this machine", path);
}

static void not_now(struct tls *t, const X509 *cert, bool ended, bool own)
{
    char day[TLS_DAY], today[TLS_DAY], who[NAME];
    tls_day(today, (int64_t)time(NULL) * 1000);
    if (own)
        snprintf(who, sizeof who, "%.50s", t->host);
    else
        called(who, ossl.X509_get_subject_name(cert));
    if (ended)
        say(t, "the certificate of %s has ended, on %s (here it is %s): the operator has to renew %s", who,
            day_of(day, ossl.X509_get0_notAfter(cert)), today,
            own ? "what posternd's --cert names" : "this authority");
    else
        say(t,
            "the certificate of %s begins only on %s, and here it is %s: set the clock, or the operator that "
            "of the authority",
            who, day_of(day, ossl.X509_get0_notBefore(cert)), today);
}

/* A certificate of the chain, or the chain at it, did not hold: its words, once. */
static void of_certificate(struct tls *t, int verdict, const X509 *cert, const X509 *own)
{
    char names[NAMES];
    switch (verdict) {
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_CERT_SIGNATURE_FAILURE:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN: not_known(t, cert, false); return;
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT: not_known(t, cert, true); return;
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
        if (*is_for(names, own))
            say(t, "the certificate that %.60s shows is for %s, not for %.60s: use one of these in --url",
                t->host, names, t->host);
        else
            say(t,
                "the certificate that %.60s shows names no host (subjectAltName): the operator has to name "
                "one "
                "that does in posternd's --cert",
                t->host);
        return;
    case X509_V_ERR_CERT_HAS_EXPIRED: not_now(t, cert, true, cert == own); return;
    case X509_V_ERR_CERT_NOT_YET_VALID: not_now(t, cert, false, cert == own); return;
    case X509_V_ERR_INVALID_PURPOSE:
        say(t,
            "the certificate of %.60s is not one for servers: the operator has to name one with "
            "extendedKeyUsage serverAuth, or none, in posternd's --cert",
            t->host);
        return;
    case X509_V_ERR_EE_KEY_TOO_SMALL:
    case X509_V_ERR_CA_KEY_TOO_SMALL:
    case X509_V_ERR_CA_MD_TOO_WEAK:
        say(t,
            "the certificate of %.60s is too weak (%s): the operator has to name one with RSA from 2048 bits "
            "or EC on "
            "P-256, signed with SHA-256, in posternd's --cert",
            t->host, ossl.X509_verify_cert_error_string(verdict));
        return;
    default:
        say(t, "the certificate of %.60s does not hold (%s): see what posternd's --cert and POSTERN_CA name",
            t->host, ossl.X509_verify_cert_error_string(verdict));
    }
}

int tls_verified(int good, struct x509_store_ctx_st *about)
{
    const SSL *ssl = ossl.X509_STORE_CTX_get_ex_data(about, ossl.SSL_get_ex_data_X509_STORE_CTX_idx());
    struct tls *t = SSL_get_app_data(ssl);
    const X509 *own = ossl.X509_STORE_CTX_get0_cert(about),
               *cert = ossl.X509_STORE_CTX_get_current_cert(about);
    if (!good && own && !t->words[0])
        of_certificate(t, ossl.X509_STORE_CTX_get_error(about), cert ? cert : own, own);
    return good;
}

/* Alerts of TLS have their numbers among OpenSSL's reasons; −1: it was none. */
static int alert_of(unsigned long error)
{
    int reason = ERR_GET_REASON(error);
    return ERR_GET_LIB(error) == ERR_LIB_SSL && reason > SSL_AD_REASON_OFFSET &&
                   reason < SSL_AD_REASON_OFFSET + 256
               ? reason - SSL_AD_REASON_OFFSET
               : -1;
}

static void at_client(struct tls *t, unsigned long error)
{
    const int alert = alert_of(error);
    const uint8_t sp[] = {0, 'S', 'P', 0};
    t->firm = true;
    if (t->first_size >= sizeof sp && memcmp(t->first, sp, sizeof sp) == 0)
        say(t, "%.100s speaks without TLS there: write tcp:// in --url, or tls+tcp:// in posternd's --listen",
            t->host);
    else if (!tls_looks_like(t->first, t->first_size))
        say(t, "what answers at %.100s speaks something else than TLS: look at host and port in --url",
            t->host);
    else if (t->words[0])
        return; /* of the certificate: see tls_verified */
    else if (alert == SSL_AD_PROTOCOL_VERSION || ERR_GET_REASON(error) == SSL_R_UNSUPPORTED_PROTOCOL ||
             ERR_GET_REASON(error) == SSL_R_WRONG_SSL_VERSION)
        say(t, "%.100s speaks only TLS older than 1.2: it needs a newer server", t->host);
    else if (alert >= 0)
        say(t, "%.100s ended the greeting of TLS (%s): its log says more", t->host,
            ossl.SSL_alert_desc_string_long(alert));
    else
        say(t, "the greeting of TLS with %.100s failed (%s)", t->host,
            error ? ossl.ERR_reason_error_string(error) : "cut short");
}

/* ---- at the server ---- */

static const char *by_alert(int alert)
{
    switch (alert) {
    case SSL_AD_UNKNOWN_CA:
        return "does not know the authority of our certificate (its POSTERN_CA, or --cert without the "
               "certificates in between)";
    case SSL_AD_CERTIFICATE_EXPIRED: return "takes our certificate (--cert) for expired";
    case SSL_AD_BAD_CERTIFICATE:
        return "does not take our certificate (--cert): it is for another name than the one used, or not "
               "valid yet by its clock";
    case SSL_AD_CERTIFICATE_UNKNOWN:
        return "does not take our certificate (--cert): authority, name or dates do not hold there";
    case SSL_AD_CERTIFICATE_REVOKED: return "takes our certificate (--cert) for revoked";
    case SSL_AD_UNSUPPORTED_CERTIFICATE:
        return "can not do with the kind of our certificate (--cert): its key or purpose";
    case SSL_AD_HANDSHAKE_FAILURE:
    case SSL_AD_INSUFFICIENT_SECURITY: return "finds no cipher in common with us";
    case SSL_AD_PROTOCOL_VERSION: return "speaks no version of TLS that we do (1.2, 1.3)";
    default: return NULL;
    }
}

static void at_server(struct tls *t, unsigned long error)
{
    const int alert = alert_of(error), reason = ERR_GET_REASON(error);
    const uint8_t sp[] = {0, 'S', 'P', 0};
    const char *words = by_alert(alert);
    if (t->first_size >= sizeof sp && memcmp(t->first, sp, sizeof sp) == 0)
        words = "speaks without TLS: its URL has to say tls+tcp:// instead of tcp://";
    else if (!tls_looks_like(t->first, t->first_size))
        words = "does not speak TLS";
    else if (!error)
        words = "sends a greeting without end";
    else if (reason == SSL_R_UNSUPPORTED_PROTOCOL || reason == SSL_R_VERSION_TOO_LOW)
        words = "speaks only TLS older than 1.2";
    else if (reason == SSL_R_NO_SHARED_CIPHER || reason == SSL_R_NO_SUITABLE_SIGNATURE_ALGORITHM ||
             reason == SSL_R_NO_SHARED_SIGNATURE_ALGORITHMS)
        words = "can do with no cipher of ours, or not with the kind of key of our certificate (--cert)";
    else if (reason == SSL_R_NO_SUITABLE_KEY_SHARE || reason == SSL_R_NO_SUITABLE_GROUPS ||
             reason == SSL_R_NO_SHARED_GROUPS)
        words = "has no group in common with us (X25519, P-256, P-384)";
    if (words)
        say(t, "%s", words);
    else if (alert >= 0)
        say(t, "ended the greeting (%s)", ossl.SSL_alert_desc_string_long(alert));
    else
        say(t, "greeted wrongly (%s)", ossl.ERR_reason_error_string(error));
}

void tls_find_words(struct tls *t)
{
    const unsigned long error = ossl.ERR_peek_error();
    if (t->trusts)
        at_client(t, error);
    else
        at_server(t, error);
}
