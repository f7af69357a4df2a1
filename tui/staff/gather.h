/* From several customers to the persons to turn to: their details are asked for one after another, then the act begins (B5). */
#ifndef TUI_STAFF_GATHER_H
#define TUI_STAFF_GATHER_H
#include "tui/staff/staff_access.h"

enum gather_for { GATHER_INVITE, GATHER_PASSWORD };
struct gather {
    struct arena *kept; /* copies of the persons found */
    enum gather_for act;
    uint64_t customers[ACCESS_MOST];
    size_t n, at;
    struct access_who who;
    size_t active, none; /* left out: has access already; nobody with an e-mail address */
};
void gather_close(struct gather *g);
/* Begins with g->customers and g->n; `tag` is the asks'. */
void gather_begin(struct ui *ui, struct gather *g, int tag, enum gather_for act);
/* For the screen's reply with that tag; acts: the screen's (access.h). */
void gather_reply(struct ui *ui, struct gather *g, struct access_acts *acts, int tag, const struct reply *r);
#endif
