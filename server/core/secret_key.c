/* What is made with keys derived from server.key: sealing, signing, digests of codes. One key per purpose, so that no use of one
 * says anything about another. */
#include "server/core/secret.h"
#include "common/address.h"
#include <sodium.h>
#include <string.h>

#define FORM 1 /* first byte of a sealed value: how the rest is laid out */
#define NONCE crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define TAG crypto_aead_xchacha20poly1305_ietf_ABYTES
#define OWNER 19 /* bytes of a seal's owner */

static const char context[crypto_kdf_CONTEXTBYTES] = {'p', 'o', 's', 't', 'e', 'r', 'n', '1'};
enum purpose { /* permanent numbers */
               PURPOSE_SEAL = 1,
               PURPOSE_NONCE = 2,
               PURPOSE_SIGN = 3,
               PURPOSE_CODE = 4,
               PURPOSE_SALT = 5,
};

static struct {
    uint8_t seal[crypto_aead_xchacha20poly1305_ietf_KEYBYTES], nonce[32], code[32], salt[32];
    uint8_t sign[crypto_sign_SECRETKEYBYTES], public[crypto_sign_PUBLICKEYBYTES];
} * keys;

enum err secret_use(const uint8_t key[32])
{
    uint8_t seed[crypto_sign_SEEDBYTES];
    if (sodium_init() < 0)
        return ERR_INTERNAL;
    if (!keys)
        keys = sodium_malloc(sizeof *keys); /* one for the life of the process: locked, not in core dumps */
    if (!keys)
        return ERR_NO_MEMORY;
    (void)crypto_kdf_derive_from_key(keys->seal, sizeof keys->seal, PURPOSE_SEAL, context, key);
    (void)crypto_kdf_derive_from_key(keys->nonce, sizeof keys->nonce, PURPOSE_NONCE, context, key);
    (void)crypto_kdf_derive_from_key(keys->code, sizeof keys->code, PURPOSE_CODE, context, key);
    (void)crypto_kdf_derive_from_key(keys->salt, sizeof keys->salt, PURPOSE_SALT, context, key);
    (void)crypto_kdf_derive_from_key(seed, sizeof seed, PURPOSE_SIGN, context, key);
    (void)crypto_sign_seed_keypair(keys->public, keys->sign, seed);
    sodium_memzero(seed, sizeof seed);
    return OK;
}

void secret_salt(uint8_t salt[SECRET_SALT], const char *address)
{
    struct arena *scratch = arena_open();
    const char *canonical = address_canonical(scratch, address);
    (void)crypto_generichash(salt, SECRET_SALT, (const uint8_t *)canonical, strlen(canonical), keys->salt,
                             sizeof keys->salt);
    arena_close(scratch);
}

static void put_number(uint8_t *at, size_t size, uint64_t n)
{
    for (size_t i = 0; i < size; i++)
        at[i] = (uint8_t)(n >> (8 * (size - 1 - i)));
}

static void put_owner(uint8_t to[OWNER], const struct secret_owner *of)
{
    to[0] = FORM;
    put_number(to + 1, 4, of->business);
    put_number(to + 5, 4, (uint32_t)of->kind);
    put_number(to + 9, 2, of->field);
    put_number(to + 11, 8, of->id);
}

/* The nonce is a keyed digest of owner and text: a handler may run twice for one request and has to seal to the same bytes. */
static void make_nonce(uint8_t nonce[NONCE], const uint8_t owner[OWNER], const void *plain, size_t size)
{
    crypto_generichash_state state;
    (void)crypto_generichash_init(&state, keys->nonce, sizeof keys->nonce, NONCE);
    (void)crypto_generichash_update(&state, owner, OWNER);
    (void)crypto_generichash_update(&state, plain, size);
    (void)crypto_generichash_final(&state, nonce, NONCE);
}

struct bytes secret_seal(struct arena *a, struct secret_owner of, const void *plain, size_t size)
{
    uint8_t owner[OWNER];
    uint8_t *sealed = arena_alloc(a, 1 + NONCE + size + TAG);
    put_owner(owner, &of);
    sealed[0] = FORM;
    make_nonce(sealed + 1, owner, plain, size);
    (void)crypto_aead_xchacha20poly1305_ietf_encrypt(sealed + 1 + NONCE, NULL, plain, size, owner, OWNER,
                                                     NULL, sealed + 1, keys->seal);
    return (struct bytes){sealed, 1 + NONCE + size + TAG};
}

enum err secret_unseal(struct arena *a, struct secret_owner of, struct bytes sealed, struct bytes *plain)
{
    uint8_t owner[OWNER];
    if (sealed.size < 1 + NONCE + TAG || sealed.data[0] != FORM)
        return ERR_DAMAGED;
    size_t size = sealed.size - 1 - NONCE - TAG;
    uint8_t *text = arena_alloc(a, size + 1); /* a 0 after it, for what is text */
    put_owner(owner, &of);
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(text, NULL, NULL, sealed.data + 1 + NONCE, size + TAG,
                                                   owner, OWNER, sealed.data + 1, keys->seal) != 0)
        return ERR_DAMAGED;
    *plain = (struct bytes){text, size};
    return OK;
}

void secret_sign(uint8_t signature[SECRET_SIGNATURE], const void *bytes, size_t size)
{
    (void)crypto_sign_detached(signature, NULL, bytes, size, keys->sign);
}

void secret_public(uint8_t public[32])
{
    memcpy(public, keys->public, sizeof keys->public);
}

bool secret_verify(const uint8_t public[32], const uint8_t signature[SECRET_SIGNATURE], const void *bytes,
                   size_t size)
{
    return crypto_sign_verify_detached(signature, bytes, size, public) == 0;
}

/* Independent random bytes from those of a request: the n-th stretch of them. */
void secret_stretch(void *out, size_t size, const uint8_t random[64], uint32_t n)
{
    uint8_t nonce[crypto_stream_xchacha20_NONCEBYTES];
    memcpy(nonce, random + 32, sizeof nonce);
    for (int i = 0; i < 4; i++)
        nonce[i] ^= (uint8_t)(n >> (8 * i));
    (void)crypto_stream_xchacha20(out, size, nonce, random);
}

/* --- codes that people copy by hand ---------------------------------------------------------------------------------------- */
/* Crockford's base 32: no I, L, O, U; read with O as 0, I and L as 1, in either case. */
static const char letters[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

void secret_code(char *text, size_t length, const uint8_t *random)
{
    char *to = text;
    for (size_t i = 0; i < length; i++) {
        size_t bit = i * 5;
        unsigned two = (unsigned)random[bit / 8] << 8 | (bit % 8 > 3 ? random[bit / 8 + 1] : 0u);
        if (i && i % SECRET_CODE_GROUP == 0)
            *to++ = '-';
        *to++ = letters[two >> (11 - bit % 8) & 31];
    }
    *to = '\0';
}

static int letter(char c)
{
    if (c >= 'a' && c <= 'z')
        c = (char)(c - 'a' + 'A');
    c = c == 'O' ? '0' : c == 'I' || c == 'L' ? '1' : c;
    const char *at = c ? strchr(letters, c) : NULL;
    return at ? (int)(at - letters) : -1;
}

bool secret_code_read(const char *typed, size_t length, char *plain)
{
    size_t n = 0;
    for (const char *c = typed; *c; c++) {
        int value = letter(*c);
        if (*c == ' ' || *c == '-' || *c == '\t')
            continue;
        if (value < 0 || n == length)
            return false;
        plain[n++] = letters[value];
    }
    plain[n] = '\0';
    return n == length;
}

void secret_token_digest(uint8_t digest[32], uint32_t business, uint64_t id,
                         const uint8_t random[SECRET_TOKEN])
{
    uint8_t head[13] = {0}; /* 0: no kind of code */
    crypto_generichash_state state;
    put_number(head + 1, 4, business);
    put_number(head + 5, 8, id);
    (void)crypto_generichash_init(&state, keys->code, sizeof keys->code, 32);
    (void)crypto_generichash_update(&state, head, sizeof head);
    (void)crypto_generichash_update(&state, random, SECRET_TOKEN);
    (void)crypto_generichash_final(&state, digest, 32);
}

bool secret_code_digest(uint8_t digest[32], enum secret_code_kind kind, uint32_t business, uint64_t id,
                        const char *typed)
{
    char plain[SECRET_CODE + 1];
    uint8_t head[13];
    crypto_generichash_state state;
    size_t length = kind == SECRET_CODE_BACKUP     ? SECRET_BACKUP
                    : kind == SECRET_CODE_DOCUMENT ? SECRET_DOCUMENT
                                                   : SECRET_CODE;
    if (!secret_code_read(typed, length, plain))
        return false;
    head[0] = (uint8_t)kind;
    put_number(head + 1, 4, business);
    put_number(head + 5, 8, id);
    (void)crypto_generichash_init(&state, keys->code, sizeof keys->code, 32);
    (void)crypto_generichash_update(&state, head, sizeof head);
    (void)crypto_generichash_update(&state, (const uint8_t *)plain, length);
    (void)crypto_generichash_final(&state, digest, 32);
    sodium_memzero(plain, sizeof plain);
    return true;
}
