/* Public SSH keys as text. */
#ifndef COMMON_SSH_KEY_H
#define COMMON_SSH_KEY_H
#include "common/err.h"

#define SSH_FINGERPRINT 51     /* bytes of "SHA256:" and 43 characters, with the NUL */
#define SSH_KEY_TEXT_MOST 6000 /* characters of the base64 of a key: RSA of 16384 bits has 2,768 */

/* "SHA256:…" as ssh-keygen -l says it, of the base64 in a .pub file (RFC 4253 key blob, RFC 4648 with padding). False, and `out`
 * untouched, for what is no base64 or too short or long to be a key. */
bool ssh_key_fingerprint(const char *base64, char out[SSH_FINGERPRINT]);
#define SSH_KEY_BLOB 4096 /* bytes of a key: RSA of 16384 bits has 2,076 */
struct ssh_key_line {
    char type[61];
    size_t size;
    unsigned char blob[SSH_KEY_BLOB]; /* RFC 4253 §6.6 */
    char fingerprint[SSH_FINGERPRINT];
    const char *comment; /* into the line, "" for none */
};
/* Takes a line of a .pub file apart: "ssh-ed25519 AAAA… comment". Ed25519, ECDSA, these two on a security key, and RSA from 2048 bits
 * up; no options before it, no certificate, and the blob has to be what its type says, to the last byte. ERR_INVALID with field. */
enum err ssh_key_read(const char *line, const char *field, struct ssh_key_line *out,
                      struct refusal *why) MUST_USE;
/* Could it be the name of a key's algorithm: a plain key's, not a certificate's? */
bool ssh_key_type(const char *type);
#endif
