/* Payments: what the screens of customers and of staff share, of the list and of one of them. Each has its own columns, its own way to
 * ask for the list, and its own keys. */
#ifndef TUI_PAYMENTS_H
#define TUI_PAYMENTS_H
#include "tui/full/screen.h"

/* --- the list: what a screen's state begins with. The screen fills `in` and asks with tag 0. */
struct payments_list {
    const struct screen *self;
    struct list *list;
    struct payment_list_in in;
    const struct payment_list_out *page;
    bool names; /* a column with the customer's name, behind the state */
    int pages;
};
/* Asks for a page as the list is filtered and ordered. customer 0: of everybody who may be seen. */
void payments_list_ask(struct ui *ui, struct payments_list *s, uint64_t customer, enum load why);
void payments_list_reply(struct ui *ui, void *state, int tag, const struct reply *r);
void payments_list_event(struct ui *ui, void *state, const struct event *e);
void payments_list_draw(const void *state, struct canvas *c);
const char *payments_list_can_open(const struct ui *ui, const void *state);

/* --- one of them, as a receipt: what a screen's state begins with */
struct payments_view {
    const struct screen *self, *invoice; /* invoice: the screen that shows one */
    uint64_t id;
    const struct payment *payment; /* NULL: not there yet */
    const struct me *me;
    int32_t today;
};
void payments_view_open(struct ui *ui, struct payments_view *v, uint64_t payment, const struct screen *self,
                        const struct screen *invoice);
void payments_view_load(struct ui *ui, void *state, enum load why);
void payments_view_reply(struct ui *ui, void *state, int tag, const struct reply *r);
void payments_view_event(struct ui *ui, void *state, const struct event *e);
/* The row below what was drawn. */
int payments_view_draw(const struct payments_view *v, struct canvas *c);

/* Keys: whether they are possible, and what they do. */
const char *payments_view_loaded(const struct ui *ui, const void *state);
const char *payments_view_has_invoice(const struct ui *ui, const void *state);
const char *payments_view_is_pending(const struct ui *ui, const void *state);
/* Of a payment whose outcome is known there is nothing to ask. */
bool payments_view_asks(const struct ui *ui, const void *state);
void payments_view_run_invoice(struct ui *ui, void *state);
void payments_view_run_settle(struct ui *ui, void *state);
void payments_view_run_copy(struct ui *ui, void *state);
#endif
