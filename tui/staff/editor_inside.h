/* Inside of the editor. What is written, and all that is known of it, is tui/portal/writing.h; here it is a grid of inputs. editor.c: screen,
 * loading, saving; editor_lines.c: its inputs, and what is wrong; editor_keys.c: focus, keys, items that match; editor_draw.c. */
#ifndef TUI_STAFF_EDITOR_INSIDE_H
#define TUI_STAFF_EDITOR_INSIDE_H
#include "tui/portal/writing.h"
#include "tui/staff/editor.h"
#include "tui/staff/staff_screens.h"

enum {
    EDITOR_ITEMS = WRITING_NEEDS,
    EDITOR_SAVE,
    EDITOR_AGAIN
}; /* tags; those before: what is needed first */

#define EDITOR_MATCHES 5
#define OF_LINE(at) ((at)-WRITE_WHOLE)

struct editor_row { /* shows the line of doc in its place */
    struct input cell[OF_LINE(WRITES)];
};
enum editor_area { AREA_HEAD, AREA_LINES, AREA_FOOT };
static inline enum editor_area editor_area(enum written at)
{
    return at >= WRITE_WHOLE ? AREA_LINES : at <= WRITE_REFERENCE ? AREA_HEAD : AREA_FOOT;
}
struct editor_focus {
    enum written at;
    size_t row; /* of AREA_LINES */
};
struct editor {
    struct writing *w;
    bool unread;              /* what is being typed in the field in focus can not be read as it stands now */
    bool ready, dirty, newer; /* newer: what is asked for again takes the place of what was written */
    bool made;                /* it was a new one */
    struct input whole[WRITE_WHOLE];
    struct editor_row **rows;
    size_t n, capacity;
    struct editor_focus focus;
    const struct item_list *matches; /* NULL: none shown */
    int match;                       /* chosen one, −1: none yet */
    int64_t kept;                    /* ui_now when it was saved last, 0: never */
};

/* --- editor_lines.c */
void editor_fini(struct editor *e);
void editor_fill(
    struct editor *e); /* all inputs anew, from what is written; the focus is on the first line */
size_t editor_add_row(struct editor *e, size_t at); /* returns where it stands */
void editor_drop_row(struct editor *e, size_t at);
void editor_move_row(struct editor *e, size_t at, size_t to);
bool editor_row_empty(const struct editor_row *r);
struct input *editor_input(struct editor *e, const struct editor_focus *f);
void editor_show(struct editor *e, const struct editor_focus *f); /* as it is written */
/* What stands in an input is written; NULL, or what is wrong. */
const char *editor_take(struct editor *e, const struct editor_focus *f);
/* The same when one leaves it: what is wrong stands there, or what was meant. */
bool editor_leave(struct editor *e, const struct editor_focus *f);
/* Is every input fine? Focuses the first that is not. */
bool editor_check(struct editor *e);
/* Puts a refusal of the server ("document.lines.2.quantity") where it belongs. */
bool editor_refuse(struct editor *e, const struct refusal *why);
/* What is wrong with a line, for the row under it: "Quantity: …"; "" for nothing. */
char *editor_row_error(const struct editor *e, size_t i, char *buffer, size_t size);
/* The first that is wrong with the head or the foot, with the name of its field: those stand too close for rows of their own. */
bool editor_first_wrong(const struct editor *e, char *buffer, size_t size);
/* What the amounts wait for, as what stands there can not be read: "Quantity of line 2"; false: nothing, they are of what is seen. */
bool editor_waits(const struct editor *e, char *buffer, size_t size);
bool editor_row_waits(const struct editor *e, size_t i); /* … of that line */

/* --- editor_keys.c */
bool editor_key(struct ui *ui, void *state, const struct key *k);
void editor_run_line(struct ui *ui, void *state);
void editor_run_drop(struct ui *ui, void *state);
void editor_run_up(struct ui *ui, void *state);
void editor_run_down(struct ui *ui, void *state);

/* --- editor_draw.c */
void editor_draw(const void *state, struct canvas *c);
#define LEAST_LINES 2
/* The fields of the foot and the totals: beside each other; where that is too narrow, one above the other; where that is too high, the
 * fields while one of them has the focus, else the totals. */
struct foot {
    bool beside, fields, totals;
    int fields_height, totals_height, height;
    int left; /* columns of the fields, when beside */
};
/* editor_foot.c */
struct foot editor_foot_of(const struct editor *e, const struct canvas *c);
void editor_foot_draw(const struct editor *e, const struct foot *f, const struct canvas *c);
/* editor_draw.c */
bool editor_focused(const struct editor *e, size_t row, enum written at);
void editor_input_draw(const struct input *in, const struct canvas *c, int y, int x, int width, bool here);
#endif
