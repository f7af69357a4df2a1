/* What the files of proto/tls*.c share. */
#ifndef PROTO_TLS_INSIDE_H
#define PROTO_TLS_INSIDE_H
#include "proto/tls.h"
#include <stdatomic.h>

struct ssl_st;
struct ssl_ctx_st;
struct x509_st;
struct x509_store_ctx_st;

#define TLS_PATH 200

struct tls_side {
    struct ssl_ctx_st *ctx;
    atomic_int holders;
    int64_t begins, ends; /* of a server's chain, ms */
    char path[TLS_PATH];  /* of the certificate, or of the authorities; "": those of the system */
};

struct tls {
    struct ssl_st *ssl;
    const struct tls_side *trusts; /* of a client, else NULL */
    char host[256];                /* the same */
    const uint8_t *in;
    size_t in_left;
    uint8_t first[8];       /* the first bytes that were fed */
    size_t first_size, fed; /* fed: to a server, in all */
    bool dry, over, firm;
    uint8_t *out;
    size_t out_size, out_room;
    char words[TLS_WORDS];
};

/* tls_words.c: fills words and firm in after a failed handshake, from OpenSSL's queue of errors. */
void tls_find_words(struct tls *t);
/* Is called for each certificate of a server's; keeps the words for those that do not hold. */
int tls_verified(int good, struct x509_store_ctx_st *about);
bool tls_names_hosts(const struct x509_st *cert); /* or addresses, where clients look for them */
int64_t tls_instant(const void *asn1_time);       /* ms */
#define TLS_DAY 32
const char *tls_day(char text[TLS_DAY], int64_t instant); /* "2026-11-30 12:00 UTC" */
#endif
