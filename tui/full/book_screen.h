/* Books (tui/face/book.h) on the full screen: a list with its preview, a record as its page, acts as keys, forms, reviews, what is told
 * once. Knows no noun of the business. */
#ifndef TUI_BOOK_SCREEN_H
#define TUI_BOOK_SCREEN_H
#include "tui/face/book.h"
#include "tui/full/screen.h"

/* Opens it above what is there, or nothing when that very book is on top. id: of the record; of a list, whose rows (book->of) or where its
 * cursor begins; 0: none. */
void book_open(struct ui *ui, const struct book *b, uint64_t id);
void book_instead(struct ui *ui, const struct book *b,
                  uint64_t id); /* of the screen whose callback this is */
void book_open_marked(struct ui *ui, const struct book *b, const uint64_t *ids,
                      size_t n); /* … with those of its rows */
bool book_on_top(const struct ui *ui, const struct book *b);
void book_start(struct ui *ui,
                const struct book *b); /* with nothing below it; a list, or a record that nothing names */
void book_start_at(struct ui *ui, const struct book *b, uint64_t id); /* … or that record */
/* An act about no record, without its book: one that has fields. */
void book_do(struct ui *ui, const struct book *b, const char *act);
/* A list to choose from: Enter hands on the row, when the list is gone. only: as above. */
typedef void book_chosen(struct ui *ui, int what, uint64_t id);
void book_pick(struct ui *ui, const struct book *b, int only, const char *title, book_chosen *chosen,
               int what);
/* What is drawn by hand, where a picture says more than a page. Given by the program; ends with {0}. */
struct painter {
    const struct book *book;
    void (*paint)(const struct scene *v, struct canvas *c); /* a record, or … */
    const char *
        act; /* … what this act of it tells at last: the scene's answer is then the act's; NULL: the record */
    void (*around)(
        const struct scene *v,
        struct canvas *
            c); /* of a list, what stands above its rows, or beside them; leaves in c what is left for them */
    void (*beside)(
        const struct scene *v,
        struct canvas
            *c); /* of a record, in a second pane where the window is wide: canvas.beside says so to paint */
    void (*preview)(const struct scene *v, enum op_number op, const void *out,
                    struct canvas *c); /* … what it peeks at */
};
extern const struct painter full_painters[];
/* Books that are not described yet, by name. Given by the program; false: there is none of that name. id: 0: none; v: from where, NULL: from none. */
bool full_foreign(struct ui *ui, const char *name, uint64_t id, const struct scene *v);
bool full_knows(const char *name);
#endif
