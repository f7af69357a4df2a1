/* The screens of a customer's contact person. */
#ifndef TUI_CUSTOMER_SCREENS_H
#define TUI_CUSTOMER_SCREENS_H
#include "tui/link/client.h"
#include "proto/paper/show.h"
#include "tui/full/view.h"

extern const struct screen
    screen_customer_transfer; /* how to pay without a card; subject: the invoice; 0: all that is due */
/* For key rows: is paying by card offered here, or is it only told how to pay? */
bool pay_by_card(const struct ui *ui, const void *state);
bool pay_otherwise(const struct ui *ui, const void *state);

/* What stands around what happened last on Home (struct painter). */
struct scene;
void home_around(const struct scene *v, struct canvas *c);

/* Is this about documents or payments, so that figures may have changed? */
static inline bool event_moves_money(const struct event *e)
{
    return doc_kind_of_subject(e->subject) || e->subject == SUBJECT_PAYMENT;
}
#endif
