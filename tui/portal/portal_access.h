/* Portal access of contact persons (B1–B7): how it stands in words, and what is done about it, wherever persons or their customers are shown. */
#ifndef PORTAL_PORTAL_ACCESS_H
#define PORTAL_PORTAL_ACCESS_H
#include "tui/portal/books.h"

/* "none", "invited, expires 29 Nov", "invitation expired", "active, last 20 Nov 09:14", "switched off" */
const char *access_words(const struct scene *v, const struct contact *p);
enum look access_look(const struct scene *v, const struct contact *p);

/* What came of an invitation, and on to its mail where no server carries it. */
const char *access_invited(const struct scene *v, const void *out);
uint64_t access_held(const struct scene *v, const void *out);
const char *access_enabled(const struct scene *v, const void *out);
/* Above the fields of a password: for whom, what it is good for, the rules (the book's first other answer). */
void access_before(struct page *p, const struct scene *v, const char *whom, bool several);
extern const struct give access_password[];

/* Taking the second factor of somebody away: what is agreed to, and what came of it (mfa.reset). keys: those that are left, in words. */
void access_factor_review(struct page *p, const char *name);
const char *access_factor_taken(const struct scene *v, const void *out);
const char *access_keys_stay(const struct scene *v, int64_t keys);
#define ACCESS_FACTOR(can, reviews)                                                                          \
    {                                                                                                        \
        .key = 'F', .name = "factor", .help = "Reset the second factor of who lost the phone",               \
        .op = OPNO_mfa_reset, .possible = (can), .agree = AGREE_YES, .question = "Reset the second factor?", \
        .yes = "Reset", .busy = "Resetting the second factor…", .review = (reviews),                         \
        .told = access_factor_taken                                                                          \
    }

/* whom: the argument of access.invite and access.enable that names several. */
#define ACCESS_INVITE(whom, says, can, reviews)                                                      \
    {                                                                                                \
        .key = 'a', .name = "invite", .help = (says), .op = OPNO_access_invite, .many = (whom),      \
        .possible = (can), .agree = AGREE_YES, .question = "Invite to the portal?", .yes = "Invite", \
        .busy = "Inviting…", .review = (reviews), .told = access_invited, .goes = &book_mail,        \
        .goes_to = access_held                                                                       \
    }
#define ACCESS_ENABLE(whom, says, can, above)                                                      \
    {                                                                                              \
        .key = 'w', .name = "password", .help = (says), .op = OPNO_access_enable, .many = (whom),  \
        .possible = (can), .gives = access_password, .before = (above), .yes = "Switch access on", \
        .busy = "Switching access on…", .told = access_enabled                                     \
    }
#endif
