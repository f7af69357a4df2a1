/* Editing one line or several of UTF-8. Moves and deletes whole characters with their marks. Bounded: what does not fit is
 * not taken. Contents are wiped when closed, so passwords may live here. */
#ifndef TUI_EDIT_H
#define TUI_EDIT_H
#include "tui/full/canvas.h"
#include "tui/full/keystroke.h"

struct edit;
/* max_length in characters, 1 … 100,000; lines: Enter and pasted newlines make new lines (else a pasted one is a blank). */
struct edit *edit_open(size_t max_length, bool lines);
/* Of one that was just opened: what is typed lives in memory that is never swapped out, and in no core dump. */
void edit_lock(struct edit *e);
void edit_close(struct edit *e);                 /* accepts NULL */
void edit_set(struct edit *e, const char *text); /* cut to fit; cursor at the end; forgets undo */
const char *edit_text(const struct edit *e);     /* valid until the next change */
/* True when the key was an editing key (used up, even if nothing changed). Undo is Ctrl-_ ; Up and Down only in `lines`. */
bool edit_key(struct edit *e, const struct key *k);
/* All of it is taken: the first character typed or pasted takes its place, a rubbing out empties it, a move keeps it. */
void edit_select(struct edit *e);
size_t edit_at(const struct edit *e); /* cursor, bytes from the start */

/* EDIT_TAIL: in fours, of which only the last is read. */
enum edit_look { EDIT_PLAIN, EDIT_SECRET, EDIT_TAIL };
/* One line in `width` columns, scrolled so that the cursor shows. focused: underlined and holding the hardware cursor. */
void edit_draw_line(const struct edit *e, const struct canvas *c, int y, int x, int width,
                    enum edit_look look, bool focused);
/* Several lines, wrapped, in the whole view. */
void edit_draw_lines(const struct edit *e, const struct canvas *c, bool focused);
#endif
