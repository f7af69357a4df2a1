#include "server/secret.h"
#include "common/password.h"
#include "common/text.h"
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define PASSES 2
#define MEMORY ((size_t)19 * 1024 * 1024)
#define PASSWORD_BYTES \
    (PASSWORD_MOST * 12 + 1) /* four bytes a character, which NFC makes three times that at most */
#define TOKEN_BYTES (4 + 8 + SECRET_TOKEN)
#define TOKEN_TEXT 59 /* of TOKEN_BYTES in base64url without padding */

/* What an unknown person's password is compared with, so that it takes as long. Made at the start, of random bytes. */
static char nobody[crypto_pwhash_STRBYTES];

/* Nobody's hash need not be the hash of anything: verifying against it computes argon2id with these parameters, and compares. */
enum err secret_start(void)
{
    uint8_t salt[crypto_pwhash_SALTBYTES], hash[32];
    char salt64[32], hash64[64];
    if (sodium_init() < 0)
        return ERR_INTERNAL;
    randombytes_buf(hash, sizeof hash);
    enum err e = secret_use(hash);
    if (e)
        return e;
    randombytes_buf(salt, sizeof salt);
    randombytes_buf(hash, sizeof hash);
    sodium_bin2base64(salt64, sizeof salt64, salt, sizeof salt, sodium_base64_VARIANT_ORIGINAL_NO_PADDING);
    sodium_bin2base64(hash64, sizeof hash64, hash, sizeof hash, sodium_base64_VARIANT_ORIGINAL_NO_PADDING);
    snprintf(nobody, sizeof nobody, "$argon2id$v=19$m=%d,t=%d,p=1$%s$%s", (int)(MEMORY / 1024), (int)PASSES,
             salt64, hash64);
    return crypto_pwhash_str_needs_rehash(nobody, PASSES, MEMORY) == 0 ? OK : ERR_INTERNAL;
}

void secret_random(void *bytes, size_t size)
{
    randombytes_buf(bytes, size);
}

/* The same text typed on another machine may come as other code points: normal form C, as RFC 8265 has it. */
static size_t normal(char to[PASSWORD_BYTES], const char *password)
{
    if (!text_nfc(password, to, PASSWORD_BYTES))
        snprintf(to, PASSWORD_BYTES, "%s", password); /* longer than any that is accepted */
    return strlen(to);
}

enum err secret_password_hash(struct arena *a, const char *password, const char **hash)
{
    char text[PASSWORD_BYTES], *made = arena_alloc(a, crypto_pwhash_STRBYTES);
    size_t size = normal(text, password);
    int failed = crypto_pwhash_str(made, text, size, PASSES, MEMORY);
    sodium_memzero(text, sizeof text);
    if (failed)
        return ERR_NO_MEMORY;
    *hash = made;
    return OK;
}

bool secret_password_verify(const char *hash, const char *password)
{
    char text[PASSWORD_BYTES];
    size_t size = normal(text, password);
    bool known = hash && *hash;
    bool same = crypto_pwhash_str_verify(known ? hash : nobody, text, size) == 0;
    sodium_memzero(text, sizeof text);
    return known && same;
}

void secret_wipe(void *bytes, size_t size)
{
    sodium_memzero(bytes, size);
}

void secret_digest(uint8_t out[32], const uint8_t *key, const void *bytes, size_t size)
{
    crypto_generichash(out, 32, bytes, size, key, key ? 32 : 0);
}

bool secret_equal(const uint8_t *a, const uint8_t *b, size_t size)
{
    return sodium_memcmp(a, b, size) == 0;
}

const char *secret_token(struct arena *a, uint32_t business, uint64_t session,
                         const uint8_t random[SECRET_TOKEN])
{
    uint8_t bytes[TOKEN_BYTES];
    for (int i = 0; i < 4; i++)
        bytes[i] = (uint8_t)(business >> (24 - 8 * i));
    for (int i = 0; i < 8; i++)
        bytes[4 + i] = (uint8_t)(session >> (56 - 8 * i));
    memcpy(bytes + 12, random, SECRET_TOKEN);
    char *text = arena_alloc(a, TOKEN_TEXT + 1);
    return sodium_bin2base64(text, TOKEN_TEXT + 1, bytes, sizeof bytes,
                             sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

bool secret_token_read(const char *token, size_t size, uint32_t *business, uint64_t *session,
                       uint8_t random[SECRET_TOKEN])
{
    uint8_t bytes[TOKEN_BYTES];
    size_t got;
    if (size != TOKEN_TEXT ||
        sodium_base642bin(bytes, sizeof bytes, token, size, NULL, &got, NULL,
                          sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0 ||
        got != sizeof bytes)
        return false;
    *business = 0;
    *session = 0;
    for (int i = 0; i < 4; i++)
        *business = *business << 8 | bytes[i];
    for (int i = 0; i < 8; i++)
        *session = *session << 8 | bytes[4 + i];
    memcpy(random, bytes + 12, SECRET_TOKEN);
    return true;
}

static enum err make_key(const char *path, uint8_t key[32])
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return ERR_IO;
    randombytes_buf(key, 32);
    bool fine = write(fd, key, 32) == 32 && fsync(fd) == 0;
    close(fd);
    return fine ? OK : ERR_IO;
}

enum err secret_server_key(const char *folder, bool create, uint8_t key[32], struct refusal *why)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/server.key", folder);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 && errno == ENOENT && create) {
        if (make_key(path, key) == OK)
            return OK;
        return refuse(why, ERR_IO, "data", "%s can not be written: %s", path, strerror(errno));
    }
    if (fd < 0)
        return refuse(
            why, ERR_IO, "data",
            "%s can not be read (%s): restore it from where you keep it, or give it up with --new-key "
            "(docs/deploy)",
            path, strerror(errno));
    bool fine = read(fd, key, 32) == 32;
    close(fd);
    return fine ? OK : refuse(why, ERR_DAMAGED, "data", "%s is cut short: restore it from the backup", path);
}

bool secret_fingerprint(const char *base64, char *to, size_t size)
{
    uint8_t blob[8192], digest[crypto_hash_sha256_BYTES];
    char text[64];
    size_t n;
    if (sodium_base642bin(blob, sizeof blob, base64, strlen(base64), NULL, &n, NULL,
                          sodium_base64_VARIANT_ORIGINAL) != 0 ||
        n < 16)
        return false;
    crypto_hash_sha256(digest, blob, n);
    sodium_bin2base64(text, sizeof text, digest, sizeof digest, sodium_base64_VARIANT_ORIGINAL_NO_PADDING);
    return snprintf(to, size, "SHA256:%s", text) < (int)size;
}
