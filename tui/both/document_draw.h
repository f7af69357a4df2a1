/* Estimates and invoices drawn as the documents they are: head, parties, lines in columns, totals on the decimal point, payments,
 * answers, earlier versions, conversation, history. Pure drawing, for screens of customers and of staff; from 60 columns.
 * All parts return the rows they used. */
#ifndef TUI_DOCUMENT_H
#define TUI_DOCUMENT_H
#include "proto/paper/paper.h"
#include "tui/full/canvas.h"

int document_draw(const struct document_view *v, const struct canvas *c); /* everything, from the top */

/* The parts, for editors and previews. y: first row. */
int document_draw_head(const struct document_view *v, const struct canvas *c,
                       int y); /* kind, number, state, dates */
int document_draw_supply(const struct document *doc, const struct canvas *c,
                         int y); /* when it was supplied, where that is said */
int document_draw_parties(const struct document_view *v, const struct canvas *c, int y); /* letterhead */
int document_draw_lines(const struct document *doc, const struct canvas *c, int y);
int document_draw_totals(const struct document *doc, const struct canvas *c, int y);
int document_totals_width(const struct document *doc); /* columns the totals need, all amounts whole */
/* What is taxed how: every tax with its rate, what it is taken from and why none is charged. Nothing where the totals say it all. */
int document_draw_taxes(const struct document *doc, const struct canvas *c, int y);
/* What the document says in words: how to pay, notes, terms. */
int document_draw_notes(const struct document_view *v, const struct canvas *c, int y);
int document_draw_payments(const struct document_view *v, const struct canvas *c, int y);
int document_draw_answers(const struct document_view *v, const struct canvas *c, int y);
int document_draw_versions(const struct document_view *v, const struct canvas *c, int y);
int document_draw_conversation(const struct document_view *v, const struct canvas *c, int y);
int document_draw_history(const struct document_view *v, const struct canvas *c, int y);

/* What is no part of the paper: payments, answers, conversation, earlier versions, history. On a canvas with something beside it, it stands there. */
int document_draw_around(const struct document_view *v, const struct canvas *c, int y);

/* An address in lines; nothing for NULL. */
int address_draw(const struct canvas *c, int y, int x, int width, const struct address *a);
#endif
