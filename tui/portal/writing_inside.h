/* Inside of writing*.c: writing.c: fields, lines, sums; writing_taxes.c; writing_begin.c: beginning, telling; writing_save.c: keeping, sending. */
#ifndef PORTAL_WRITING_INSIDE_H
#define PORTAL_WRITING_INSIDE_H
#include "tui/portal/writing.h"

void writing_touch(struct writing *w);                                      /* something of doc has changed */
size_t writing_add_tax(struct writing *w, const struct tax *tax, bool own); /* its place among the choices */
size_t writing_tax_chosen(struct writing *w, enum written at, size_t row);
void writing_put_tax(struct writing *w, enum written at, struct line *l,
                     const struct tax *t); /* l: NULL: the shipping */
bool writing_empty(const struct line *l);
/* As it stands at the server: that is what is compared with, and what one begins with. */
void writing_document(struct writing *w, const struct document *d);
void writing_begin(struct writing *w, const struct document *d);
#endif
