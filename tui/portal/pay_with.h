/* With what one pays: one that was saved, the one that is offered first before others; or a card given here, a page of the gateway's, an account that is debited: of all that
 * only what every invoice offers that is paid (E3). For books that read method.list as their second beside (`also`), and acts whose request is payment.pay's. */
#ifndef PORTAL_PAY_WITH_H
#define PORTAL_PAY_WITH_H
#include "tui/portal/books.h"

/* Field "saved": each that can be paid with, and behind them each other way; offered where there is one. */
bool pay_with_any_saved(const struct scene *v);
bool pay_with_saved_one(const struct scene *v, const void *in, size_t i, struct option *o);
/* Field "how", where none is saved: offered where there is a choice. */
bool pay_with_several(const struct scene *v);
bool pay_with_way(const struct scene *v, const void *in, size_t i, struct option *o);
/* What was chosen; the first there is until something was. A saved one, or NULL; and of what is given instead, the enum pay_how: 0 with a saved one, and where nothing pays them all. */
const struct saved_method *pay_with_saved(const struct scene *v, const void *in);
int pay_with_how(const struct scene *v, const void *in);
/* Fields of what is given: whether there is that way at all. Who has the code of a document saves nothing. */
bool pay_with_card_here(const struct scene *v);
bool pay_with_debits(const struct scene *v);
bool pay_with_may_save(const struct scene *v);
/* What is wrong with the invoices that were chosen together: nothing pays them all. NULL: something does. In the scene's arena. */
const char *pay_with_nothing(const struct scene *v, const void *in);
/* What stands above the review: "INV-2 takes no bank account." of each way that some of them leave out. */
void pay_with_left_out(struct page *p, const struct scene *v, const void *in);
/* By what that invoice is offered to be paid; of an older server nothing is known, and then everything is. In paying.c */
const struct pay_way_list *pay_with_offers(const struct scene *v, uint64_t invoice, const char **number);
#endif
