/* Countries: codes of ISO 3166-1, and which of them the common VAT system of the EU is in force in. */
#ifndef COMMON_COUNTRY_H
#define COMMON_COUNTRY_H
#include "common/arena.h"

/* Is it one of the two-letter codes of ISO 3166-1, in capitals? */
bool country_code(const char *code);
/* The code of a country as people write it in an address: a code in either case, or the English or own name of a member state of the EU
 * (folded: "Österreich", "AUSTRIA"). NULL for anything else: the names of others are not told apart here. */
const char *country_of(struct arena *a, const char *written);
/* A member state of the EU? */
bool country_eu(const char *code);
#endif
