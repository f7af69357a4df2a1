#include "common/ssh_key.h"
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#define BLOB_LEAST 16

bool ssh_key_fingerprint(const char *base64, char out[SSH_FINGERPRINT])
{
    unsigned char blob[SSH_KEY_TEXT_MOST / 4 * 3 + 3], digest[crypto_hash_sha256_BYTES];
    char text[sodium_base64_ENCODED_LEN(sizeof digest, sodium_base64_VARIANT_ORIGINAL_NO_PADDING)];
    size_t size = strnlen(base64, SSH_KEY_TEXT_MOST + 1), n = 0;
    if (size > SSH_KEY_TEXT_MOST || sodium_base642bin(blob, sizeof blob, base64, size, NULL, &n, NULL,
                                                      sodium_base64_VARIANT_ORIGINAL) != 0)
        return false;
    if (n < BLOB_LEAST)
        return false;
    crypto_hash_sha256(digest, blob, n);
    sodium_bin2base64(text, sizeof text, digest, sizeof digest, sodium_base64_VARIANT_ORIGINAL_NO_PADDING);
    return snprintf(out, SSH_FINGERPRINT, "SHA256:%s", text) == SSH_FINGERPRINT - 1;
}

bool ssh_key_type(const char *type)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789-@.";
    size_t n = strspn(type, letters);
    return n >= 4 && n <= 60 && !type[n] && !strstr(type, "-cert-");
}
