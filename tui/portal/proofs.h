/* What shows that it is oneself, as fields of an act: the present password, a code of the second factor. */
#ifndef PORTAL_PROOFS_H
#define PORTAL_PROOFS_H
#include "common/factor_code.h"
#include "tui/face/book.h"

bool proof_by_code(const struct scene *v); /* is there a second factor? */
bool proof_by_password(const struct scene *v);
const char *proof_code_plain(struct arena *a, const char *typed); /* without blanks and hyphens */
/* Beside a password that is chosen, under those rules (NULL: not known): how long it is; *wrong: too short, too long. */
const char *proof_chosen(const struct password_rules_out *rules, const struct scene *v, const char *typed,
                         const char **wrong);
/* Backup codes, as they are told once. */
void proof_codes(struct page *p, const struct text_list *codes);
#define PROOF_PASSWORD(who)                                                                                 \
    {                                                                                                       \
        .field = "password", .label = "Present password", .help = "The one you sign in with", .must = true, \
        .offered = (who), .proof = true, .width = 36                                                        \
    }
/* Seen while it is typed: it is good once, and whoever types it wants to see what it was. */
#define PROOF_CODE(who)                                                                                      \
    {                                                                                                        \
        .field = "code", .as = AS_SHOWN, .must = true, .offered = (who), .proof = true, .width = 16,         \
        .help = "The six digits your phone shows now, or one of your backup codes", .check = mfa_code_wrong, \
        .tidy = proof_code_plain                                                                             \
    }
#endif
