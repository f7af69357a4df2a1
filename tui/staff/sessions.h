/* Sessions of somebody else as a list: a contact person's or a colleague's (B14). A screen that shows them has a struct sessions in
 * its state. */
#ifndef TUI_STAFF_SESSIONS_H
#define TUI_STAFF_SESSIONS_H
#include "tui/full/ui.h"

struct sessions {
    struct list *list;
    int side; /* SIDE_CUSTOMER, SIDE_STAFF */
    uint64_t person;
    char name[128];
    char from[128]; /* the place of the last sign-in; "" when it is not known */
};
/* Makes the list, as the screen's next widget. */
void sessions_open(struct ui *ui, struct sessions *s, int side, uint64_t person);
void sessions_ask(struct ui *ui, const struct sessions *s);
/* The screen's reply hands it on first: true when it was about sessions. */
bool sessions_reply(struct ui *ui, struct sessions *s, int tag, const struct reply *r);
enum { SESSIONS_TAG_FROM = 9, SESSIONS_TAG, SESSIONS_TAG_END }; /* tags it uses */
/* NULL, or why there is none to end: staff end those of contact persons, administrators those of colleagues. */
const char *sessions_can_end(const struct ui *ui, const struct sessions *s);
/* Asks first, naming the one under the cursor or all; `done` then calls sessions_end. */
void sessions_confirm(struct ui *ui, const struct sessions *s, bool all,
                      void (*done)(struct ui *ui, void *state, const struct said *said));
void sessions_end(struct ui *ui, const struct sessions *s, bool all);
#endif
