/* Who stands on a document: the business that sends it and the customer it goes to, as they are today. */
#ifndef COMMON_PARTY_H
#define COMMON_PARTY_H
#include "common/arena.h"
#include "common/shape.h"

/* The country whose tax rules a business follows: the one it names, or that of its address, or of its VAT number where that is one of the
 * EU. NULL: not known. */
const char *party_country(struct arena *a, const struct business *b);
/* The business as it is printed. The party lies in the arena and shares its texts with *b. */
struct party *party_seller(struct arena *a, const struct business *b);
/* Puts a customer's name, company and VAT number on a document, and its billing address where the writer gave none. */
void party_buyer(struct document *d, const struct customer *customer);
/* Do both say the same? NULL is nothing. */
bool party_same_address(const struct address *a, const struct address *b);
/* Takes off a draft what is only put on record when it is sent. */
void party_strip(struct document *d);
#endif
