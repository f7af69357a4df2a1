/* The second factor of a person (RFC 6238) and its backup codes, as they are stored and compared. */
#ifndef SERVER_OPS_FACTOR_H
#define SERVER_OPS_FACTOR_H
#include "server/core/call.h"

#define FACTOR_CODES 5 /* backup codes (C3) */
#define FACTOR_DIGEST 32

/* The number of somebody's KIND_MFA. */
uint64_t factor_id(int side, uint64_t person);
/* Reads it; ERR_NOT_FOUND unless it is confirmed. */
enum err factor_get(struct call *c, int side, uint64_t person, struct mfa *m) MUST_USE;
size_t factor_codes_left(const struct mfa *m);

/* Compares what was typed with the phone's code and, with `backup`, with the backup codes, in what was read; a code that is right
 * is used up in *m, which the caller stores. */
enum factor_match { FACTOR_WRONG, FACTOR_PHONE, FACTOR_BACKUP };
enum err factor_match(struct call *c, struct mfa *m, const char *typed, bool backup,
                      enum factor_match *match) MUST_USE;
/* For the slow half of an operation: is the code right? Counts wrong ones and slows down (server/ops/tries.h). Nothing is used up.
 * ERR_CREDENTIALS (field "code"), ERR_SLOW_DOWN, ERR_STATE: there is no second factor. */
enum err factor_try(struct call *c, int side, uint64_t person, const char *from, const char *typed,
                    bool backup) MUST_USE;
/* In the write: the same, and the code is used up, so that of two at once exactly one gets in. */
enum err factor_use(struct call *c, int side, uint64_t person, const char *typed, bool backup,
                    struct mfa *m) MUST_USE;

/* Seals a secret into one of the two places of a record, and opens it. */
enum factor_place { FACTOR_SECRET = 2, FACTOR_NEXT = 6 };
struct bytes factor_seal(struct call *c, uint64_t id, enum factor_place place, const uint8_t *secret);
enum err factor_unseal(struct call *c, const struct mfa *m, enum factor_place place,
                       const uint8_t **secret) MUST_USE;
/* New backup codes from the request's random bytes: texts for the person, digests into *m. */
void factor_new_codes(struct call *c, struct mfa *m, struct text_list *texts);
/* Says on the person's own record whether there is a second factor. */
enum err factor_flag(struct call *c, int side, uint64_t person, bool mfa) MUST_USE;
/* Takes somebody's second factor away, if there is one. */
enum err factor_remove(struct call *c, int side, uint64_t person, bool *had) MUST_USE;
#endif
