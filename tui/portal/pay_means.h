/* What one pays with, as it is typed and told while one pays: a card, an account that is debited, and credit that goes first. */
#ifndef PORTAL_PAY_MEANS_H
#define PORTAL_PAY_MEANS_H
#include "tui/portal/books.h"

/* Beside a card's number while it is typed: its brand, as soon as that can be told; its expiry; its code. */
/* The number of a card where none belongs: it does not even stay there. NULL: it is none. */
const char *card_never(const char *typed);
const char *card_beside(const struct scene *v, const char *typed, const char **wrong);
const char *card_expiry_beside(const struct scene *v, const char *typed, const char **wrong);
const char *card_code_beside(const struct scene *v, const char *typed, const char **wrong);
/* "Visa ending 4242, expires 08/28"; "" for what is no card's. In the scene's arena. */
const char *card_name(const struct scene *v, const char *number, const char *expiry);

/* Beside an IBAN while it is typed: whether its check digits fit. */
const char *account_beside(const struct scene *v, const char *typed, const char **wrong);
/* "Account ending 3201"; "" for nothing that could be one. In the scene's arena. */
const char *account_name(const struct scene *v, const char *iban);
/* Beside a country: its code. */
const char *account_country(const struct scene *v, const char *typed, const char **wrong);

/* Of a book that reads credit.list beside: credit that there is, in all; NULL where none is read. */
const struct credit_list *credit_there(const struct scene *v);
/* As much of it as settles so much, in the currency of that. */
struct money credit_for(const struct scene *v, struct money sum);
/* "PAY-000004, CN-000001": what so much of it is of, in its order. In the scene's arena. */
const char *credit_names(const struct scene *v, int64_t amount);
#endif
