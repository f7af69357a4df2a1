/* How an invoice is paid elsewhere, drawn as payment.begin and invoice.get tell it: labels and values, and what a bank's app reads. */
#ifndef TUI_TOLD_DRAW_H
#define TUI_TOLD_DRAW_H
#include "proto/op.h"
#include "tui/full/canvas.h"

/* The code beside the words or, where there is no room, below them. UTF-8 only: in letters it is twice as wide, and line mode has it. */
#define TOLD_LABEL 3
#define TOLD_VALUE 15
/* Title and facts, and with `code` the QR code where there is one; returns the rows used. A heading of the invoice is the caller's. */
int told_draw(const struct canvas *c, int y, const struct pay_told *t, bool code);
/* One of its facts as a row; returns the rows used. */
int told_draw_fact(const struct canvas *c, int y, int width, const struct pay_fact *f);
/* Does each of them say that, in the same words? */
bool told_by_all(const struct pay_told_list *told, const struct pay_fact *f);
#endif
