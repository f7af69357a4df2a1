/* What a password has to be: the one text for screens, help and refusals (docs/decisions/passwords.md). */
#ifndef COMMON_PASSWORD_H
#define COMMON_PASSWORD_H
#include <stdbool.h>

#define PASSWORD_LEAST 10 /* characters */
#define PASSWORD_MOST 200
#define PASSWORD_RULES                                                            \
    "At least 10 characters, of any kind: a sentence is fine.\n"                  \
    "Not one common word with a few more signs, nor a pattern of the keyboard.\n" \
    "Not names of yours, of your company or of the portal.\n"                     \
    "Three or four words that have nothing to do with each other are good."
/* Where either is taken: six digits, blanks aside, are a code of the phone; no password is as short. */
static inline bool password_is_code(const char *typed)
{
    int digits = 0;
    for (; *typed; typed++)
        if (*typed >= '0' && *typed <= '9')
            digits++;
        else if (*typed != ' ')
            return false;
    return digits == 6;
}
#endif
