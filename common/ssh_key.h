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
/* A signature as ssh-keygen -Y sign prints it (OpenSSH's PROTOCOL.sshsig) → the same, in lines of 70: what was broken or indented on the way
 * is whole again. Nothing in it but the two lines and base64 between them; whether it is a signature of anything is not asked here.
 * ERR_INVALID with field. */
#define SSH_SIGNATURE_MOST 8000 /* characters of the base64: RSA of 16384 bits has some 5,700 */
#define SSH_SIGNATURE_TEXT (SSH_SIGNATURE_MOST + SSH_SIGNATURE_MOST / 70 + 80)
enum err ssh_signature_read(const char *text, const char *field, char out[SSH_SIGNATURE_TEXT],
                            struct refusal *why) MUST_USE;
/* The base64 of a key's blob, as in a .pub file: SSH_KEY_TEXT_MOST + 1 bytes. False, and "", for one that is too long. */
bool ssh_key_text(const unsigned char *blob, size_t size, char out[SSH_KEY_TEXT_MOST + 1]);
/* Could it be the name of a key's algorithm: a plain key's, not a certificate's? */
bool ssh_key_type(const char *type);
#endif
