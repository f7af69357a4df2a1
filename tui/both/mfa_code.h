/* Asking for a code of the second factor: six digits of a phone, or a backup code. */
#ifndef TUI_MFA_CODE_H
#define TUI_MFA_CODE_H
#include "common/factor_code.h"
#include "tui/full/screen.h"

#define PRESENT_PASSWORD_INPUT                                                                         \
    {                                                                                                  \
        .name = "password", .label = "Password", .kind = INPUT_PASSWORD, .required = true, .max = 200, \
        .width = 36                                                                                    \
    }
#define MFA_CODE_INPUT                                                                                       \
    {                                                                                                        \
        .name = "code", .label = "Code", .kind = INPUT_TEXT, .required = true, .max = 30, .width = 16,       \
        .check = mfa_code_wrong, .hint = "The six digits your phone shows now, or one of your backup codes." \
    }

/* What was typed into "code", without blanks and hyphens. Returns buffer. */
const char *mfa_code(char buffer[MFA_CODE_TEXT], const struct form *f);
bool mfa_code_is_backup(const struct form *f);
void mfa_code_verify(struct ui *ui, int tag, const struct form *f); /* asks mfa.verify with it */
/* For the head of reply(), where password or code confirm something: true when refused. What did not match goes, and the sentence
 * stands where it is to be typed again. */
bool mfa_code_refused(struct ui *ui, struct form *f, const struct reply *r);
/* Says how many backup codes are left, after one was used. */
void mfa_code_left(struct ui *ui, int64_t left);
#endif
