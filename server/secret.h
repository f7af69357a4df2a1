/* Passwords and tokens: the only file that sees libsodium. Password work takes tens of milliseconds and 19 MiB: only ever on the
 * password pool (limits.h). */
#ifndef SERVER_SECRET_H
#define SERVER_SECRET_H
#include "common/arena.h"
#include <stdint.h>

#define SECRET_TOKEN 32
#define PASSWORD_LEAST 10
#define PASSWORD_MOST 200 /* what signing in takes (proto/ops/session.def) */

enum err secret_start(void) MUST_USE; /* once per process */
void secret_random(void *bytes, size_t size);
/* argon2id, 19 MiB, 2 passes (OWASP's first recommendation): the printable hash, in the arena. */
enum err secret_password_hash(struct arena *a, const char *password, const char **hash) MUST_USE;
/* Takes the same time for hash NULL (an unknown person), and is then false. */
bool secret_password_verify(const char *hash, const char *password);
void secret_wipe(void *bytes, size_t size);
/* BLAKE2b, 32 bytes; key may be NULL. */
void secret_digest(uint8_t out[32], const uint8_t *key, const void *bytes, size_t size);
bool secret_equal(const uint8_t *a, const uint8_t *b, size_t size); /* constant time */
/* Session tokens: base64url of business u32, session u64, 32 random bytes. The store keeps their digest. */
const char *secret_token(struct arena *a, uint32_t business, uint64_t session,
                         const uint8_t random[SECRET_TOKEN]);
bool secret_token_read(const char *token, size_t size, uint32_t *business, uint64_t *session,
                       uint8_t random[SECRET_TOKEN]);
/* The server's own key: 32 bytes in FOLDER/server.key, mode 0600, made when absent and `create`. */
enum err secret_server_key(const char *folder, bool create, uint8_t key[32], struct refusal *why) MUST_USE;
/* Password rules (B10): length first. */
enum err secret_password_rules(const char *password, const char *field, struct refusal *why) MUST_USE;
#endif
