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

/* What a blob of each type holds after its name: that many strings; for some the curve comes first. */
static const struct form {
    const char *type, *curve;
    int strings;
    size_t first; /* size of the first string, where it is fixed */
} forms[] = {
    {"ssh-ed25519", NULL, 1, 32},
    {"sk-ssh-ed25519@openssh.com", NULL, 2, 32},
    {"ecdsa-sha2-nistp256", "nistp256", 2, 0},
    {"ecdsa-sha2-nistp384", "nistp384", 2, 0},
    {"ecdsa-sha2-nistp521", "nistp521", 2, 0},
    {"sk-ecdsa-sha2-nistp256@openssh.com", "nistp256", 3, 0},
    {"ssh-rsa", NULL, 2, 0},
};
#define RSA_LEAST 2048

/* The next string of a blob (RFC 4251 §5); NULL when it is cut short. */
static const unsigned char *next_string(const struct ssh_key_line *k, size_t *at, size_t *size)
{
    if (k->size - *at < 4)
        return NULL;
    const unsigned char *b = k->blob + *at;
    *size = (size_t)b[0] << 24 | (size_t)b[1] << 16 | (size_t)b[2] << 8 | b[3];
    if (*size > k->size - *at - 4)
        return NULL;
    *at += 4 + *size;
    return b + 4;
}

static bool is_text(const unsigned char *bytes, size_t size, const char *text)
{
    return bytes && size == strlen(text) && memcmp(bytes, text, size) == 0;
}

/* Is the blob what the type says, to the last byte? The last string of an RSA key is its modulus. */
static bool well_formed(const struct form *f, const struct ssh_key_line *k, size_t *last_bits)
{
    size_t at = 0, size = 0;
    const unsigned char *s = next_string(k, &at, &size);
    if (!is_text(s, size, f->type))
        return false;
    for (int i = 0; i < f->strings; i++) {
        s = next_string(k, &at, &size);
        if (!s || size == 0 || (i == 0 && f->first && size != f->first) ||
            (i == 0 && f->curve && !is_text(s, size, f->curve)))
            return false;
    }
    size_t zeros = 0;
    while (zeros < size && s[zeros] == 0)
        zeros++;
    *last_bits = (size - zeros) * 8;
    for (unsigned top = zeros < size ? s[zeros] : 0x80u; !(top & 0x80u); top <<= 1)
        --*last_bits;
    return at == k->size;
}

enum err ssh_key_read(const char *line, const char *field, struct ssh_key_line *out, struct refusal *why)
{
    char base64[SSH_KEY_TEXT_MOST + 1];
    size_t type = strcspn(line, " "), bits = 0;
    const char *text = line + type + strspn(line + type, " ");
    size_t size = strcspn(text, " ");
    const struct form *f = NULL;
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        if (strlen(forms[i].type) == type && memcmp(forms[i].type, line, type) == 0)
            f = &forms[i];
    if (strstr(line, "PRIVATE KEY"))
        return refuse(why, ERR_INVALID, field,
                      "that is a private key: keep it, and make a new one, for it has been shown; the public "
                      "one is in the file that ends in .pub");
    if (!f)
        return refuse(why, ERR_INVALID, field,
                      "a line as in a .pub file: ssh-ed25519, ecdsa-sha2-…, sk-… or ssh-rsa, then the key");
    if (size == 0 || size > SSH_KEY_TEXT_MOST)
        return refuse(why, ERR_INVALID, field, "the key itself is missing after its type");
    memcpy(base64, text, size);
    base64[size] = '\0';
    struct ssh_key_line k = {.comment = text + size + strspn(text + size, " ")};
    if (!ssh_key_fingerprint(base64, k.fingerprint) ||
        sodium_base642bin(k.blob, sizeof k.blob, base64, size, NULL, &k.size, NULL,
                          sodium_base64_VARIANT_ORIGINAL) != 0 ||
        !well_formed(f, &k, &bits))
        return refuse(why, ERR_INVALID, field, "the key is damaged: copy the whole line");
    if (strcmp(f->type, "ssh-rsa") == 0 && bits < RSA_LEAST)
        return refuse(why, ERR_INVALID, field,
                      "RSA keys need at least %d bits; better: ssh-keygen -t ed25519", RSA_LEAST);
    memcpy(k.type, line, type);
    *out = k;
    return OK;
}

bool ssh_key_text(const unsigned char *blob, size_t size, char out[SSH_KEY_TEXT_MOST + 1])
{
    *out = '\0';
    if (size > SSH_KEY_BLOB ||
        sodium_base64_encoded_len(size, sodium_base64_VARIANT_ORIGINAL) > SSH_KEY_TEXT_MOST + 1)
        return false;
    sodium_bin2base64(out, SSH_KEY_TEXT_MOST + 1, blob, size, sodium_base64_VARIANT_ORIGINAL);
    return true;
}

/* --- signatures */
#define BEGIN "-----BEGIN SSH SIGNATURE-----"
#define END "-----END SSH SIGNATURE-----"
#define MAGIC "U1NIU0lH" /* "SSHSIG" */
#define BLANKS " \t\r\n"
#define COLUMNS 70

enum err ssh_signature_read(const char *text, const char *field, char out[SSH_SIGNATURE_TEXT],
                            struct refusal *why)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=";
    const char *at = text + strspn(text, BLANKS), *end = strstr(text, END);
    char *to = out;
    size_t n = 0;
    if (strncmp(at, BEGIN, sizeof BEGIN - 1) != 0 || !end ||
        end[sizeof END - 1 + strspn(end + sizeof END - 1, BLANKS)])
        return refuse(why, ERR_INVALID, field, "all that ssh-keygen printed, from %s to %s", BEGIN, END);
    at += sizeof BEGIN - 1;
    to += snprintf(to, sizeof BEGIN + 1, "%s\n", BEGIN);
    for (at += strspn(at, BLANKS); at < end; at += 1 + strspn(at + 1, BLANKS)) {
        if (!memchr(letters, *at, sizeof letters - 1) || n == SSH_SIGNATURE_MOST ||
            (n < sizeof MAGIC - 1 && *at != MAGIC[n]))
            return refuse(why, ERR_INVALID, field, "the signature is damaged: copy all of it again");
        *to++ = *at;
        if (++n % COLUMNS == 0)
            *to++ = '\n';
    }
    if (n < sizeof MAGIC - 1)
        return refuse(why, ERR_INVALID, field, "the signature is damaged: copy all of it again");
    if (n % COLUMNS)
        *to++ = '\n';
    snprintf(to, sizeof END + 1, "%s\n", END);
    return OK;
}
