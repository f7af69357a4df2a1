/* What can be seen of a card without asking anybody: is the number well formed, has it expired, whose brand is it. */
#ifndef SERVER_PAY_CARD_H
#define SERVER_PAY_CARD_H
#include "server/pay/gateway.h"

#define CARD_DIGITS 19

struct card_facts {
    char digits[CARD_DIGITS + 1]; /* the number without blanks: wipe the struct after use */
    const char *brand;            /* "Visa" … "Card" for one that we do not know */
    char last4[5];
    int32_t last_day; /* on which it is good */
};

/* The last day of a month as it is typed (MM/YY, MM/YYYY, MMYY); 0: it is none. */
int32_t card_last_day(const char *typed);
/* ERR_INVALID with card_number (ISO/IEC 7812: 12 to 19 digits, Luhn's check digit; blanks and hyphens between digits are
 * fine), card_expiry (MM/YY, MM/YYYY or MMYY; a card is good to the end of its month) card_code (3 digits, 4 for American
 * Express) or card_country (where it is said: one that country_of knows). No message repeats what was typed. On failure *out holds nothing. */
enum err card_check(const struct card_details *card, int32_t today, struct card_facts *out,
                    struct refusal *why) MUST_USE;
#endif
