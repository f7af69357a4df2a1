/* What is typed after "/": plain words, field:value, field>value, field<value, "quoted words", and ! before any of them.
 * For lists that are complete the list itself filters; for paged ones the screen turns the terms into arguments. */
#ifndef TUI_FILTER_H
#define TUI_FILTER_H
#include "common/arena.h"

enum filter_how { FILTER_WORD, FILTER_HAS, FILTER_MORE, FILTER_LESS };
struct filter_term {
    enum filter_how how;
    bool not ;
    char field[32];  /* folded; "" for FILTER_WORD */
    char value[128]; /* folded */
};
#define FILTER_TERMS 12
struct filter {
    size_t count;
    struct filter_term terms[FILTER_TERMS];
};
void filter_parse(struct filter *f, const char *typed); /* what exceeds the limits is ignored */
/* field(ctx, i) yields names and texts of the record's columns until NULL. */
struct filter_cell {
    const char *field, *text;
};
bool filter_match(const struct filter *f, const struct filter_cell *cells, size_t count);
/* The value of field:value, or NULL. */
const char *filter_value(const struct filter *f, const char *field);
#endif
