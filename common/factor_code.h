/* A code of the second factor as a person types it: six digits of a phone, or a backup code, with blanks and hyphens where they like. */
#ifndef COMMON_FACTOR_CODE_H
#define COMMON_FACTOR_CODE_H
#include <stddef.h>

#define MFA_CODE_TEXT 24 /* what the server takes, with its NUL */

const char *mfa_code_wrong(const char *typed); /* NULL or a sentence */
/* Without blanks and hyphens; returns its length. */
size_t mfa_code_plain(char buffer[MFA_CODE_TEXT], const char *typed);
#endif
