/* IBANs (ISO 13616) and their check digits (ISO 7064, mod 97-10), which creditor references have alike. */
#ifndef COMMON_IBAN_H
#define COMMON_IBAN_H
#include <stdbool.h>
#include <stddef.h>

#define IBAN_TEXT 35 /* 34 characters */

/* Reads one as people write it: blanks are taken off, letters made capitals. NULL: it is one, now in `to`; else what is wrong, as a sentence's end. */
const char *iban_read(const char *typed, char to[IBAN_TEXT]);
/* Without blanks and in capitals; false when it does not fit, or holds anything but letters and digits. */
bool iban_plain(const char *typed, char *to, size_t size);
/* The number that digits and letters (A 10 … Z 35) spell, modulo 97; `rest` is what stood before. */
int iban_rest(int rest, const char *text, size_t size);
/* Are there two digits at the third place, of five characters at least, and do they fit the rest? */
bool iban_checks(const char *text);
#endif
