/* Inside of book_screen.c, act_screen.c, act_form.c and page_draw.c only. */
#ifndef TUI_BOOK_INSIDE_H
#define TUI_BOOK_INSIDE_H
#include "tui/face/run.h"
#include "tui/full/book_screen.h"

/* A page in cells, from row y on. Returns how many rows. */
int page_draw(const struct page *p, const struct canvas *c, int y);
const char *page_lines(struct arena *a, const struct page *p); /* as lines, for a dialog */
/* First member of every state that runs an act. */
struct act_state {
    struct run *run;   /* NULL: none runs */
    struct form *form; /* of its fields; NULL: it has none, or they are on another screen */
};
enum { TAG_ROWS, TAG_ALSO, TAG_ACT = TAG_ALSO + BOOK_ALSO, TAG_FRESH };
void book_made(struct ui *ui, const struct book *b, uint64_t id); /* the cursor of its list goes there */
void act_begin(struct ui *ui, struct act_state *s, const struct book *b, const struct act *a,
               const struct scene *v);
void act_step(struct ui *ui, struct act_state *s); /* does what the run wants next */
bool act_reply(struct ui *ui, struct act_state *s, int tag, const struct reply *r); /* true: it was its own */
void act_form_open(struct ui *ui, struct run *run);
void act_form_again(struct act_state *s); /* the record was read anew: the fields begin with it */
void act_key(const struct act *a, char *buffer, size_t size); /* what it is called here: its key */
#endif
