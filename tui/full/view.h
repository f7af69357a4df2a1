/* What a role sees: its sections, of which the first is where one begins, and its keys everywhere. One in each of customer/ and staff/. */
#ifndef TUI_VIEW_H
#define TUI_VIEW_H
#include "tui/full/ui.h"

struct view {
    const struct way *ways; /* those with a section, of which the first is where one begins; NULL: none */
    const struct key_row *keys;
    const struct places *places; /* ":" leads to each; NULL: none */
    ui_opens *found;             /* opens what ":" found */
    /* What waits in the sections: asked again when something happened while that is shown, and taken from whatever answer it stands in. */
    enum op_number work;
    void (*waits)(struct ui *ui, const void *out);
};
extern const struct view view_customer, view_staff;
extern const struct view view_holder; /* whoever came with the code of a document */

/* Of a key that signs out: it asks. */
void sign_out_run(struct ui *ui, void *state);

/* Opens what an event or a row of work is about; false when there is no place for it. */
ui_opens subject_open;
#endif
