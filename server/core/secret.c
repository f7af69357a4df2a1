#include "server/core/secret.h"
#include "common/password_rules.h"
#include "common/text.h"
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
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

#define BASE64 sodium_base64_VARIANT_ORIGINAL_NO_PADDING
#define SALT_TEXT 22 /* letters of a salt in base64 */
_Static_assert(SECRET_SALT == crypto_pwhash_SALTBYTES, "a salt is libsodium's");

enum err secret_start(void)
{
    uint8_t key[32];
    if (sodium_init() < 0)
        return ERR_INTERNAL;
    randombytes_buf(key, sizeof key);
    return secret_use(key);
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

/* What a hash begins with; then come the salt, "$" and the hash itself. */
static size_t parameters(char *to, size_t size)
{
    return (size_t)snprintf(to, size, "$argon2id$v=19$m=%d,t=%d,p=1$", (int)(MEMORY / 1024), PASSES);
}

/* The same text as crypto_pwhash_str, which takes no salt. False: no memory. */
static bool make(char to[crypto_pwhash_STRBYTES], const uint8_t salt[SECRET_SALT], const char *text,
                 size_t size)
{
    uint8_t hash[32];
    char salt64[SALT_TEXT + 1], hash64[64];
    if (crypto_pwhash(hash, sizeof hash, text, size, salt, PASSES, MEMORY, crypto_pwhash_ALG_ARGON2ID13) != 0)
        return false;
    size_t n = parameters(to, crypto_pwhash_STRBYTES);
    sodium_bin2base64(salt64, sizeof salt64, salt, SECRET_SALT, BASE64);
    sodium_bin2base64(hash64, sizeof hash64, hash, sizeof hash, BASE64);
    snprintf(to + n, crypto_pwhash_STRBYTES - n, "%s$%s", salt64, hash64);
    return true;
}

enum err secret_password_hash(struct arena *a, const char *address, const char *password, const char **hash)
{
    uint8_t salt[SECRET_SALT];
    char text[PASSWORD_BYTES], *made = arena_alloc(a, crypto_pwhash_STRBYTES);
    size_t size = normal(text, password);
    secret_salt(salt, address);
    bool fine = make(made, salt, text, size);
    sodium_memzero(text, sizeof text);
    if (!fine)
        return ERR_NO_MEMORY;
    *hash = made;
    return OK;
}

/* The salt of a hash with our parameters; false for any other. *n: up to where hashes with this salt are alike. */
static bool salt_of(const char *hash, uint8_t salt[SECRET_SALT], size_t *n)
{
    char ours[64];
    size_t begins = parameters(ours, sizeof ours), got;
    if (strncmp(hash, ours, begins) != 0 || strlen(hash) <= begins + SALT_TEXT)
        return false;
    *n = begins + SALT_TEXT + 1;
    return sodium_base642bin(salt, SECRET_SALT, hash + begins, SALT_TEXT, NULL, &got, NULL, BASE64) == 0 &&
           got == SECRET_SALT;
}

bool secret_password_outdated(const char *hash, const char *address)
{
    uint8_t has[SECRET_SALT], today[SECRET_SALT];
    size_t alike;
    secret_salt(today, address);
    return !salt_of(hash, has, &alike) || memcmp(has, today, SECRET_SALT) != 0;
}

static bool equal_texts(const char *a, const char *b)
{
    size_t n = strlen(a);
    return strlen(b) == n && sodium_memcmp(a, b, n) == 0;
}

/* Is there one with that salt before hashes[i]? */
static bool salted_before(const char *const hashes[], size_t i, size_t alike)
{
    for (size_t k = 0; k < i; k++)
        if (hashes[k] && strncmp(hashes[k], hashes[i], alike) == 0)
            return true;
    return false;
}

void secret_password_try(const char *const hashes[], size_t n, const char *password, bool same[])
{
    char text[PASSWORD_BYTES], made[crypto_pwhash_STRBYTES] = "";
    uint8_t salt[SECRET_SALT] = {0};
    size_t size = normal(text, password), alike;
    bool worked = false;
    for (size_t i = 0; i < n; i++)
        same[i] = false;
    for (size_t i = 0; i < n; i++) {
        if (!hashes[i] || !*hashes[i])
            continue;
        worked = true;
        if (!salt_of(hashes[i], salt, &alike)) { /* of other parameters: by itself */
            same[i] = crypto_pwhash_str_verify(hashes[i], text, size) == 0;
        } else if (!salted_before(hashes, i, alike) && make(made, salt, text, size)) {
            for (size_t k = i; k < n; k++)
                same[k] = same[k] || (hashes[k] && equal_texts(made, hashes[k]));
        }
    }
    if (!worked)
        (void)make(made, salt, text, size);
    sodium_memzero(made, sizeof made);
    sodium_memzero(text, sizeof text);
}

bool secret_password_verify(const char *hash, const char *password)
{
    bool same;
    secret_password_try(&hash, 1, password, &same);
    return same;
}

void secret_wipe(void *bytes, size_t size)
{
    sodium_memzero(bytes, size);
}

void secret_digest(uint8_t out[32], const uint8_t *key, const void *bytes, size_t size)
{
    crypto_generichash(out, 32, bytes, size, key, key ? 32 : 0);
}

static uint8_t mark_key[crypto_shorthash_siphashx24_KEYBYTES];
static pthread_once_t mark_once = PTHREAD_ONCE_INIT;

static void make_mark_key(void)
{
    randombytes_buf(mark_key, sizeof mark_key);
}

void secret_mark(uint8_t mark[SECRET_MARK], const void *bytes, size_t size)
{
    _Static_assert(SECRET_MARK == crypto_shorthash_siphashx24_BYTES, "all of it");
    pthread_once(&mark_once, make_mark_key);
    crypto_shorthash_siphashx24(mark, bytes, size, mark_key);
}

void secret_hmac(uint8_t out[32], const char *key, const char *text, const void *bytes, size_t size)
{
    crypto_auth_hmacsha256_state state;
    crypto_auth_hmacsha256_init(&state, (const uint8_t *)key, strlen(key));
    crypto_auth_hmacsha256_update(&state, (const uint8_t *)text, strlen(text));
    crypto_auth_hmacsha256_update(&state, bytes, size);
    crypto_auth_hmacsha256_final(&state, out);
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

const char *secret_text(struct arena *a, struct bytes bytes)
{
    size_t size = sodium_base64_encoded_len(bytes.size, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    return sodium_bin2base64(arena_alloc(a, size), size, bytes.data, bytes.size,
                             sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

bool secret_text_read(struct arena *a, const char *text, struct bytes *bytes)
{
    size_t size = strlen(text), got;
    uint8_t *to = arena_alloc(a, size);
    if (sodium_base642bin(to, size, text, size, NULL, &got, NULL, sodium_base64_VARIANT_URLSAFE_NO_PADDING) !=
        0)
        return false;
    *bytes = (struct bytes){to, got};
    return true;
}

/* A token of base64url as its groups of six bits; what stands for none is 0xff. In each request, so not by libsodium, which takes four times
 * as long; as there, neither a branch nor a place in memory depends on a character. */
#define GROUPS 64 /* more than TOKEN_TEXT: as many as there are lanes to do it in */
static void groups_of(const char token[TOKEN_TEXT], uint8_t groups[GROUPS])
{
    uint8_t text[GROUPS] = {0};
    memcpy(text, token, TOKEN_TEXT);
    for (size_t i = 0; i < GROUPS; i++) {
        const uint8_t c = text[i], capital = (uint8_t)(c - 'A'), small = (uint8_t)(c - 'a'),
                      digit = (uint8_t)(c - '0');
        uint8_t v = 0; /* one more than the group; 0: none */
        v |= (uint8_t)((uint8_t) - (capital < 26) & (capital + 1));
        v |= (uint8_t)((uint8_t) - (small < 26) & (small + 27));
        v |= (uint8_t)((uint8_t) - (digit < 10) & (digit + 53));
        v |= (uint8_t)((uint8_t) - (c == '-') & 63);
        v |= (uint8_t)((uint8_t) - (c == '_') & 64);
        groups[i] = (uint8_t)(v - 1);
    }
}

static bool token_bytes(const char *token, uint8_t bytes[TOKEN_BYTES])
{
    uint8_t v[GROUPS], wrong = 0;
    groups_of(token, v);
    for (size_t i = 0; i < TOKEN_TEXT; i++)
        wrong |= v[i];
    for (size_t i = 0; i < TOKEN_BYTES; i++) { /* three bytes are four groups */
        const size_t k = i + i / 3;
        const unsigned shift = 2 + 2 * (unsigned)(i % 3);
        bytes[i] = (uint8_t)(v[k] << shift | v[k + 1] >> (6 - shift));
    }
    _Static_assert(TOKEN_BYTES % 3 == 2, "the last group has two bits that say nothing");
    const bool good = !(wrong & 0xc0) && !(v[TOKEN_TEXT - 1] & 3);
    sodium_memzero(v, sizeof v);
    return good;
}

bool secret_token_read(const char *token, size_t size, uint32_t *business, uint64_t *session,
                       uint8_t random[SECRET_TOKEN])
{
    uint8_t bytes[TOKEN_BYTES];
    if (size != TOKEN_TEXT || !token_bytes(token, bytes))
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
