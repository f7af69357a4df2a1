/* What stands above the fields of an act: its page, and for a link the picture that phones read beside both. */
#ifndef TUI_ACT_ABOVE_H
#define TUI_ACT_ABOVE_H
#include "tui/face/run.h"
#include "tui/full/qr.h"
#include "tui/full/screen.h"

struct act_above {
    const struct page *page; /* NULL: nothing */
    struct qr code;          /* side 0: none */
    enum qr_look look;
    const char *title, *whose; /* left and right in the head of what stands alone */
};
void act_above_make(struct ui *ui, struct act_above *a, struct run *r);
/* Draws head (where it stands alone) and picture; what is left for page and fields. */
struct canvas act_above_part(const struct act_above *a, const struct canvas *c, bool alone);
int act_above_draw(const struct act_above *a, const struct canvas *part,
                   int rows); /* returns where the fields begin */
bool act_above_key(struct ui *ui, const struct act_above *a, const struct key *k); /* true: used */
#endif
