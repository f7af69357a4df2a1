/* Books (tui/face/book.h) in a conversation: rows or a page, then what can be done, by word. Knows no noun of the business. */
#ifndef TUI_LINE_TALK_BOOK_H
#define TUI_LINE_TALK_BOOK_H
#include "tui/face/run.h"
#include "tui/line/talk.h"

/* For deeds: opens the book that is their arg. */
enum turn talk_book_deed(struct talk *t, void *ctx);
/* id: of the record; of a list, whose rows (book->of) or which one is meant; 0: none. */
/* … with what is marked there, or the one that is meant. */
enum turn talk_book_marked(struct talk *t, const struct book *b, const struct scene *v);
enum turn talk_book(struct talk *t, const struct book *b, uint64_t id) MUST_USE;
enum turn talk_book_only(struct talk *t, const struct book *b, uint64_t of, int only) MUST_USE;
/* Books that are not described yet, by name. Given by the flows. TURN_BACK: there is none of that name. id: 0: none; v: from where, NULL: from none. */
enum turn line_foreign(struct talk *t, const char *name, uint64_t id, const struct scene *v) MUST_USE;
bool line_knows(const char *name);

/* --- inside of talk_book.c and talk_act.c */
/* A book whose first act is what it is opened for. with: the record or what is marked, NULL: neither; led: the act that leads there with its
 * answer, NULL: none. */
enum turn talk_straight(struct talk *t, const struct book *b, const struct scene *with,
                        const struct run *led) MUST_USE;
enum turn talk_act(struct talk *t, const struct book *b, const struct act *a, const struct scene *v) MUST_USE;
struct run;
enum turn talk_fields(struct talk *t, struct run *r) MUST_USE;                      /* talk_fields.c */
enum turn talk_parts(struct talk *t, struct run *r, const struct give *g) MUST_USE; /* talk_parts.c */
void talk_call(const struct act *a, char *buffer, size_t size); /* what it is called here: its word */
#endif
