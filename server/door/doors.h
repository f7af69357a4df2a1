/* What the operator says of the world around: the accounts that sshd uses on this machine, what mails say about the way in, and
 * whom mail servers are certified by. */
#ifndef SERVER_DOORS_H
#define SERVER_DOORS_H
#include "common/err.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DOORS 4
struct doors {
    int64_t voucher,
        keys; /* −1: none. Who vouches for a key that sshd has proved; who tells sshd which are registered */
    int64_t prover; /* −1: none. Who is let in with any key, and proves no more than that it is held */
    int64_t door
        [DOORS]; /* whose word is taken for where a person comes from; the voucher and the prover are of them */
    size_t n;
    char address[256];    /* what to type after ssh: "portal-login@host"; "" when nobody has said */
    char mail_ca[256];    /* authority of mail servers (PEM); "": those of the system */
    char prover_name[64]; /* as it was given: what to type before the @ */
    char keygen[256];     /* the program that verifies signatures of SSH keys */
    char fingerprint[64]; /* of the host key: "SHA256:…"; "" when nobody has said */
};

void doors_init(struct doors *d);
/* `account` is a name or a number of this machine; ERR_INVALID with the option's name. */
enum err doors_voucher(struct doors *d, const char *account, struct refusal *why) MUST_USE;
enum err doors_keys(struct doors *d, const char *account, struct refusal *why) MUST_USE;
enum err doors_add(struct doors *d, const char *account, struct refusal *why) MUST_USE;
enum err doors_address(struct doors *d, const char *address, struct refusal *why) MUST_USE;
enum err doors_prover(struct doors *d, const char *account, struct refusal *why) MUST_USE;
/* Instead of the system's ssh-keygen. That it is there is seen when it is needed. */
enum err doors_keygen(struct doors *d, const char *path, struct refusal *why) MUST_USE;
/* What to type after ssh to come in as the prover: doors.address with that account. False, and "" in `to`, when that is not known. */
bool doors_prove_address(const struct doors *d, char *to, size_t size);
/* From a public key file of OpenSSH (ssh_host_ed25519_key.pub). */
enum err doors_host_key(struct doors *d, const char *path, struct refusal *why) MUST_USE;
/* A file of certificate authorities, instead of the system's, for the mail servers of all businesses. */
enum err doors_mail_ca(struct doors *d, const char *path, struct refusal *why) MUST_USE;
/* Is its word taken for where a person comes from? believed: and is this word an address? */
bool doors_trusted(const struct doors *d, int64_t uid);
bool doors_believed(const struct doors *d, int64_t uid, const char *from);
#endif
