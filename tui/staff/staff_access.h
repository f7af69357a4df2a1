/* What staff see and do of the access of persons (B1–B7, C5), from whichever screen shows them: a customer, one person, the list of
 * customers. Each act names the persons, says what it means, and starts on Cancel. */
#ifndef TUI_STAFF_ACCESS_H
#define TUI_STAFF_ACCESS_H
#include "tui/full/ui.h"

#define ACCESS_MOST 50 /* persons that one operation takes */

/* "none", "invited, expires 29 Nov", "invitation expired", "active, last 20 Nov 09:14", "switched off" */
char *access_words(char *buffer, size_t size, const struct contact *p, const char *zone, int32_t today);
unsigned access_style(const struct contact *p);

/* Whom an act is about. The pointers live as long as the answer they came in. */
struct access_who {
    size_t n;
    const struct contact *v[ACCESS_MOST];
    bool deactivated; /* the customer is */
};
/* For key_row.possible: NULL, or why not as a sentence. */
const char *access_can_invite(const struct ui *ui, const struct access_who *who);
const char *access_can_set(const struct ui *ui, const struct access_who *who);
const char *access_can_end(const struct ui *ui, const struct access_who *who);
const char *access_can_reset(const struct ui *ui, const struct access_who *who);

/* A screen that offers acts begins its state with this. */
struct access_acts {
    uint64_t customer; /* of all of them, 0: of several */
    uint64_t ids[ACCESS_MOST];
    size_t n;
    char email[256]; /* of the one, when there is one */
};
/* Its reply hands everything here first; true: it was an act, and is dealt with (the screen loads again by itself). */
bool access_reply(struct ui *ui, struct access_acts *acts, int tag, const struct reply *r);
enum { ACCESS_TAG_INVITE = 12, ACCESS_TAG_OFF, ACCESS_TAG_MFA }; /* tags it uses */

void access_invite(struct ui *ui, struct access_acts *acts, const struct access_who *who);
void access_off(struct ui *ui, struct access_acts *acts, const struct access_who *who);
void access_reset_mfa(struct ui *ui, struct access_acts *acts, const struct access_who *who);
/* A form: a one-time password for all of them (B5). */
void access_set_password(struct ui *ui, const struct access_who *who);
#endif
