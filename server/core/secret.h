/* Passwords, tokens, keys and codes: only secret*.c see libsodium. Password work takes tens of milliseconds and 19 MiB: only ever on the
 * password pool (limits.h). */
#ifndef SERVER_SECRET_H
#define SERVER_SECRET_H
#include "common/arena.h"
#include "common/shape.h"
#include <stdint.h>

#define SECRET_TOKEN 32

enum err secret_start(void) MUST_USE; /* once per process */
void secret_random(void *bytes, size_t size);
/* argon2id, 19 MiB, 2 passes (OWASP's first recommendation): the printable hash, in the arena. All take the password in any
 * Unicode normal form. What a new one has to be like: server/core/password_check.h. The salt goes with the address, for the sake of
 * secret_password_try (docs/decisions/passwords.md). */
enum err secret_password_hash(struct arena *a, const char *address, const char *password,
                              const char **hash) MUST_USE;
/* Which of these is the password's? Hashes of one address take one argon2id together, as long as none at all (an unknown address)
 * and as one. NULL and "" are nobody's. */
void secret_password_try(const char *const hashes[], size_t n, const char *password, bool same[]);
bool secret_password_verify(const char *hash, const char *password); /* of one */
/* Would secret_password_hash make another one of the same password today? Made under an earlier server.key, or with other parameters. */
bool secret_password_outdated(const char *hash, const char *address);
/* "SHA256:…" of an SSH public key in base64, as ssh-keygen -l says it; false for what is no base64. */
bool secret_fingerprint(const char *base64, char *to, size_t size);
void secret_wipe(void *bytes, size_t size);
/* BLAKE2b, 32 bytes; key may be NULL. */
void secret_digest(uint8_t out[32], const uint8_t *key, const void *bytes, size_t size);
/* HMAC-SHA256, under a text as its key, of a text and then bytes: what others sign with. */
void secret_hmac(uint8_t out[32], const char *key, const char *text, const void *bytes, size_t size);
bool secret_equal(const uint8_t *a, const uint8_t *b, size_t size); /* constant time */
/* By what a thread knows a token again that it has seen: keyed anew in each process, so that it says nothing of the token. */
#define SECRET_MARK 16
void secret_mark(uint8_t mark[SECRET_MARK], const void *bytes, size_t size);
/* Session tokens: base64url of business u32, session u64, 32 random bytes. The store keeps their digest. */
const char *secret_token(struct arena *a, uint32_t business, uint64_t session,
                         const uint8_t random[SECRET_TOKEN]);
bool secret_token_read(const char *token, size_t size, uint32_t *business, uint64_t *session,
                       uint8_t random[SECRET_TOKEN]);
/* Bytes as text (base64url), and back: false for what is no such text. */
const char *secret_text(struct arena *a, struct bytes bytes);
bool secret_text_read(struct arena *a, const char *text, struct bytes *bytes);
/* Of a machine token, keyed with the server's key and bound to its place. */
void secret_token_digest(uint8_t digest[32], uint32_t business, uint64_t id,
                         const uint8_t random[SECRET_TOKEN]);
/* The server's own key: 32 bytes in FOLDER/server.key, mode 0600, made when absent and `create`. */
enum err secret_server_key(const char *folder, bool create, uint8_t key[32], struct refusal *why) MUST_USE;

/* --- keys derived from server.key (secret_key.c) ------------------------------------------------------------------------------
 * One key for each purpose. secret_start sets a random one, for tests and tools; the daemon then sets that of its folder. */
enum err secret_use(const uint8_t key[32]) MUST_USE;

/* The salt of the passwords of an e-mail address, whichever way it is spelled (address_canonical): the same as long as server.key is. */
#define SECRET_SALT 16
void secret_salt(uint8_t salt[SECRET_SALT], const char *address);

/* Sealing: what has to be given back (a TOTP secret, a mail server's password) lies encrypted in the store
 * (XChaCha20-Poly1305) and bound to its place: moved to another record, business or field it can not be opened.
 * The same text in the same place gives the same bytes, so that a handler may run twice. */
struct secret_owner {
    uint32_t business;
    enum kind kind;
    uint16_t field; /* number of the field in its shape */
    uint64_t id;
};
struct bytes secret_seal(struct arena *a, struct secret_owner of, const void *plain, size_t size);
/* `plain` in the arena, with a final 0 behind it (wipe it when done). ERR_DAMAGED: changed, moved, or sealed with another
 * server's key. */
enum err secret_unseal(struct arena *a, struct secret_owner of, struct bytes sealed,
                       struct bytes *plain) MUST_USE;

/* Signatures (Ed25519) of this server; whoever has its public key verifies them. */
#define SECRET_SIGNATURE 64
void secret_sign(uint8_t signature[SECRET_SIGNATURE], const void *bytes, size_t size);
void secret_public(uint8_t public[32]);
bool secret_verify(const uint8_t public[32], const uint8_t signature[SECRET_SIGNATURE], const void *bytes,
                   size_t size);
/* More random bytes from the 64 of a request (call.random): the n-th stretch, any size; the same each time. */
void secret_stretch(void *out, size_t size, const uint8_t random[64], uint32_t n);

/* Codes that people read and type: Crockford's base 32 in groups of five. Reading takes either case, O for 0, I and L for 1,
 * and blanks and hyphens anywhere. The store keeps digests only, keyed with a key of the server's and bound to business,
 * kind of code and `id` (whose it is; 0 where the code is all there is to go by). */
#define SECRET_CODE_GROUP 5
#define SECRET_CODE 25 /* letters of an invitation or reset: 125 bits, 16 random bytes */
#define SECRET_DOCUMENT \
    20                   /* letters of the code of a document: 100 bits; told from the others by its length */
#define SECRET_BACKUP 10 /* letters of a backup code: 50 bits, 7 random bytes */
#define SECRET_CODE_TEXT(length) ((length) + ((length)-1) / SECRET_CODE_GROUP + 1)
enum secret_code_kind {
    SECRET_CODE_INVITE = 1,
    SECRET_CODE_RESET = 2,
    SECRET_CODE_BACKUP = 3,
    SECRET_CODE_DOCUMENT = 4
};
/* Writes SECRET_CODE_TEXT(length) bytes from length × 5 random bits. */
void secret_code(char *text, size_t length, const uint8_t *random);
/* The letters alone, as they are digested: length + 1 bytes. False: that is no code. */
bool secret_code_read(const char *typed, size_t length, char *plain);
bool secret_code_digest(uint8_t digest[32], enum secret_code_kind kind, uint32_t business, uint64_t id,
                        const char *typed); /* false: that is no code */
#endif
