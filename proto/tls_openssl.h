/* OpenSSL, for proto/tls*.c alone: one of its types has the name of one of our refusals, and gets another here. */
#ifndef PROTO_TLS_OPENSSL_H
#define PROTO_TLS_OPENSSL_H
#define ERR_STATE openssl_err_state
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#undef ERR_STATE
#endif
