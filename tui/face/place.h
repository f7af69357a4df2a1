/* Places: books that are found under one heading, such as the settings, each with how it stands now. A face lists them, and leads to each by its
 * name from anywhere. */
#ifndef FACE_PLACE_H
#define FACE_PLACE_H
#include "tui/face/book.h"

struct place {
    const struct book *book;
    const char *word, *title;                  /* of line mode; of the list */
    const char *help;                          /* what is there */
    const char *(*now)(const struct scene *v); /* how it stands; NULL: as help says */
};
struct places {
    const char *title;
    enum op_number op;            /* what `now` looks at, and … */
    enum op_number also;          /* … for those who may; OP_COUNT: nothing more */
    unsigned live;                /* events about these change it */
    const struct place *of;       /* ends with {0} */
    const struct place *unlisted; /* not under that heading: gone to by their names alone; NULL: none */
};
/* What one begins with: the main menu of line mode; those with a section are sections of the full screen. */
struct way {
    const char *word, *help;     /* of line mode */
    const char *section;         /* NULL: the full screen leads there from elsewhere */
    const struct book *book;     /* there, or … */
    const struct places *places; /* … those */
    enum op_number op;           /* of a book that is not described: who may; of others, as the book says */
    bool (*offered)(const struct me *me); /* NULL: to everybody */
};
/* How a place stands; its help where that is not known. */
const char *place_now(const struct place *p, const struct scene *v);
#endif
