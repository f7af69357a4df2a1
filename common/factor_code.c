#include "common/factor_code.h"
#include <stdbool.h>
#include <string.h>

#define DIGITS 6

size_t mfa_code_plain(char buffer[MFA_CODE_TEXT], const char *typed)
{
    size_t n = 0;
    for (; *typed && n + 1 < MFA_CODE_TEXT; typed++)
        if (*typed != ' ' && *typed != '-')
            buffer[n++] = *typed;
    buffer[n] = '\0';
    return n;
}

const char *mfa_code_wrong(const char *typed)
{
    char plain[MFA_CODE_TEXT];
    size_t n = mfa_code_plain(plain, typed);
    bool digits = strspn(plain, "0123456789") == n;
    explicit_bzero(plain, sizeof plain);
    return n < DIGITS || (digits && n > DIGITS && n < 10)
               ? "The phone's code has six digits; a backup code ten letters and digits."
               : NULL;
}
