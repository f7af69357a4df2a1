/* What is accepted as a new password (B10): NIST SP 800-63B §5.1.1.2, so length first, nothing common, nothing personal, and no
 * rules about kinds of characters. The sentence for people is in common/password_rules.h; the reasons in docs/decisions/passwords.md. */
#ifndef SERVER_PASSWORD_H
#define SERVER_PASSWORD_H
#include "common/arena.h"
#include "common/password_rules.h"

/* Names and addresses that a guess would begin with: of the person, the customer, the business, the portal. NULL is fine. */
#define PASSWORD_ABOUT 10
struct password_about {
    const char *text[PASSWORD_ABOUT];
};
/* ERR_INVALID with the field and what is wrong. Takes less than a millisecond; any thread. */
enum err password_check(struct arena *a, const char *password, const struct password_about *about,
                        const char *field, struct refusal *why) MUST_USE;
/* How hard it is to guess, as far as patterns go, in bits: what password_check compares with its limit. */
int password_bits(struct arena *a, const char *password, const struct password_about *about);
#endif
