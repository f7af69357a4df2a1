/* What a password has to be: the one text for screens, help and refusals (docs/decisions/passwords.md). */
#ifndef COMMON_PASSWORD_H
#define COMMON_PASSWORD_H

#define PASSWORD_LEAST 10 /* characters */
#define PASSWORD_MOST 200
#define PASSWORD_RULES                                                            \
    "At least 10 characters, of any kind: a sentence is fine.\n"                  \
    "Not one common word with a few more signs, nor a pattern of the keyboard.\n" \
    "Not names of yours, of your company or of the portal.\n"                     \
    "Three or four words that have nothing to do with each other are good."
#endif
