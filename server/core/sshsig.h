/* Is a signature by an SSH key over a text? ssh-keygen says (OpenSSH 8.2 or later: -Y verify), as a child with nothing of ours in its
 * hands; why not a library: docs/decisions/key-proof.md. It takes milliseconds, LIMIT_VERIFY_MS at most: only ever on the slow pool. */
#ifndef SERVER_SSHSIG_H
#define SERVER_SSHSIG_H
#include "common/err.h"
#include <stdbool.h>

struct sshsig {
    const char *type, *key; /* as in a .pub file; the key in base64 */
    const char *space;      /* namespace of the signature */
    const char *text;       /* what was signed */
    const char *armor;      /* as ssh_signature_read leaves it */
};
/* *good: it is, by that very key. ERR_NOT_FOUND: there is no such program; ERR_IO: it could not be asked, or took too long. */
enum err sshsig_verify(const char *program, const struct sshsig *s, bool *good) MUST_USE;
#endif
