/* Inside of writing*.c: writing.c: fields, lines, sums; writing_taxes.c; writing_begin.c: beginning, telling; writing_save.c: keeping, sending;
 * writing_plan.c: what a recurring invoice has of its own. */
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
void writing_answered(struct writing *w, const void *out); /* … of NEED_DOCUMENT */
void writing_begin(struct writing *w, const struct document *d);
void writing_schedule(struct writing *w, const struct schedule *s); /* the same of a recurring invoice */
void writing_plan_begin(struct writing *w); /* as it was read, or as a new one begins */
void writing_put_next(struct writing *w,
                      struct document *d); /* d gets the dates of the next; w->next follows */
/* What differs in the rhythm from what was read, given; NULL: it is new. */
void writing_plan_sent(const struct writing *w, struct schedule *s);
void writing_plan_newer(struct writing *w,
                        const struct schedule *before); /* what was not changed here follows */
#endif
