/* TLS 1.2 and 1.3 as bytes, without sockets, by OpenSSL: what arrived is fed in, what is to be sent is taken out; who carries it
 * is listener_tls.c at one end and link_tls.c at the other. docs/decisions/tls.md says why not by the engine of nng.
 *
 * A side (certificate and key of a server, or whom a client trusts) may be used by several threads; of a connection, by one at
 * a time. Faults are told in words for a person, which hold no control characters whatever the other end sent. */
#ifndef PROTO_TLS_H
#define PROTO_TLS_H
#include "common/err.h"

struct tls_side;
struct tls; /* one connection */

#define TLS_WORDS 256

/* Reads PEM files: the certificate, followed by those between it and the authority, and its key. They are refused (ERR_INVALID,
 * field "--cert" or "--key", with the file and what is wrong with it) when no client could be served with them, or when somebody else
 * could have read the key. Dates are not judged here: see tls_valid. */
enum err tls_server(const char *cert_path, const char *key_path, struct tls_side **out,
                    struct refusal *why) MUST_USE;
/* Who is trusted: the authorities in a PEM file, or with NULL those of the system. ERR_INVALID, field "POSTERN_CA". */
enum err tls_client(const char *ca_path, struct tls_side **out, struct refusal *why) MUST_USE;
void tls_side_free(struct tls_side *s);             /* accepts NULL; a server's connections go on */
struct tls_side *tls_side_hold(struct tls_side *s); /* it is freed only when that has been called once more */
/* Of a server's certificate: the last instant of the whole chain, ms. */
int64_t tls_ends(const struct tls_side *s);
/* Is the certificate valid at that instant (ms)? Else ERR_EXPIRED or ERR_STATE, with words. */
enum err tls_valid(const struct tls_side *s, int64_t now, struct refusal *why) MUST_USE;

/* host: of a client, what the server's certificate has to be for (a name or an address without brackets), else NULL. NULL: no memory.
 * A client's side outlives it. */
struct tls *tls_new(const struct tls_side *s, const char *host);
void tls_free(struct tls *t); /* accepts NULL */

/* What arrived. It stays the caller's, and as it is, until tls_dry; only then more is fed. */
void tls_feed(struct tls *t, const uint8_t *bytes, size_t size);
bool tls_dry(const struct tls *t);
enum tls_step { TLS_MORE, TLS_DONE, TLS_FAILED };
/* Goes on with the handshake. In any case there may be something to send, of TLS_FAILED an alert. */
enum tls_step tls_shake(struct tls *t);
/* Bytes that were read, 0: none until more is fed; −1: the other end has ended it, or broke it. */
int64_t tls_read(struct tls *t, uint8_t *bytes, size_t room);
bool tls_write(struct tls *t, const uint8_t *bytes, size_t size);
void tls_bye(struct tls *t); /* says that nothing more comes */
/* What is to be sent, to be freed; NULL: nothing. */
uint8_t *tls_take(struct tls *t, size_t *size);

/* After TLS_FAILED: what is wrong. At the server it goes on with the client as its subject ("does not know …"); at the client it is
 * a sentence that says what to change. */
const char *tls_words(const struct tls *t);
/* Is it a matter of certificates or settings, so that trying again alone does not help? */
bool tls_firm(const struct tls *t);
bool tls_spoken(const struct tls *t); /* does what was fed begin as TLS does? */
/* Do these bytes begin as TLS does (or an alert of it does)? */
bool tls_looks_like(const uint8_t *bytes, size_t size);
/* The alert for who speaks something else: its 7 bytes. */
#define TLS_ALERT 7
void tls_alert(uint8_t alert[TLS_ALERT]);
#endif
