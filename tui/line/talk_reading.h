/* Inside of talk_book.c and talk_reading.c only. */
#ifndef TUI_LINE_TALK_READING_H
#define TUI_LINE_TALK_READING_H
#include "tui/line/talk_book.h"
#include "tui/line/talk_inside.h"

struct reading {
    const struct book *b;
    struct arena *told, *asked; /* asked: why an act is not possible */
    struct scene v;
    char find[401], after[401], next[401]; /* what is looked for; where this page begins, and the next one */
    struct deed *deeds;                    /* all of the menu: by name, then {0} */
    struct deed *turns;                    /* next and first; NULL: it has no pages */
};
#define READING_WAYS 5 /* show, sort, find, next, first */
/* The i-th row of the page, NULL behind the last; of: its shape. */
const char *reading_row(const struct reading *r, size_t i, const struct shape **of);
size_t reading_count(const void *ctx); /* rows of the page; ctx: a struct reading */
/* The row of that number on the page; NULL: it is not one. */
const char *reading_numbered(const struct reading *r, const char *typed);
/* Is that what stands first in a row? It is in *v then. */
bool reading_called(const struct reading *r, const char *typed, struct scene *v);
/* The row that is so called: by its number, by what stands first in it, or the only one that begins so. */
bool reading_named(const struct reading *r, const char *typed, struct scene *v);
/* The row that was named behind the deed's word, or is asked for: in *v. */
enum turn reading_which(struct talk *t, const struct reading *r, struct scene *v) MUST_USE;
enum turn reading_which_several(struct talk *t, const struct reading *r, const struct act *a,
                                struct scene *v) MUST_USE;
enum turn reading_finds(struct talk *t, struct reading *r, const char *what); /* from the first page on */
/* Adds the deeds that change what is read; the table, which has room for READING_WAYS more and the end. */
const struct deed *reading_ways(struct reading *r, struct deed *deeds, size_t n);
void reading_turns(struct reading *r); /* tells next and first only where there is such a page */
#endif
