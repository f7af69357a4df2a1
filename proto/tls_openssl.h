/* OpenSSL, for proto/tls*.c alone: one of its types has the name of one of our refusals, and gets another here. Not linked but loaded
 * (common/late.h): most runs speak over a local socket, and loading it took half of their start. */
#ifndef PROTO_TLS_OPENSSL_H
#define PROTO_TLS_OPENSSL_H
#include "common/err.h"
#define ERR_STATE openssl_err_state
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#undef ERR_STATE

/* Filled by tls_load, which whoever makes a struct tls_side calls first: nothing else of OpenSSL is reached without one. */
#define LATE(name) __typeof__(name) *name;
struct tls_lib {
#include "proto/tls_openssl.def"
};
#undef LATE
extern struct tls_lib ossl;
struct refusal;
enum err tls_load(struct refusal *why) MUST_USE; /* tls_load.c */

/* Those that OpenSSL's own macros call. */
#define BIO_clear_flags ossl.BIO_clear_flags
#define BIO_set_flags ossl.BIO_set_flags
#define OPENSSL_sk_num ossl.OPENSSL_sk_num
#define OPENSSL_sk_value ossl.OPENSSL_sk_value
#define SSL_CTX_ctrl ossl.SSL_CTX_ctrl
#define SSL_ctrl ossl.SSL_ctrl
#define SSL_get_ex_data ossl.SSL_get_ex_data
#define SSL_set_ex_data ossl.SSL_set_ex_data
#endif
