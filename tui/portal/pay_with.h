/* With what one pays: one that was saved, the one that is offered first before others; or a card given here, a page of the gateway's, an account that is debited. For books
 * that read method.list as their second beside (`also`), and acts whose request is payment.pay's. */
#ifndef PORTAL_PAY_WITH_H
#define PORTAL_PAY_WITH_H
#include "tui/portal/books.h"

/* Field "saved": each that can be paid with, and behind them each other way; offered where there is one. */
bool pay_with_any_saved(const struct scene *v);
bool pay_with_saved_one(const struct scene *v, const void *in, size_t i, struct option *o);
/* Field "how", where none is saved: offered where there is a choice. */
bool pay_with_several(const struct scene *v);
bool pay_with_way(const struct scene *v, const void *in, size_t i, struct option *o);
/* What was chosen; the first there is until something was. A saved one, or NULL; and of what is given instead, the enum pay_how: 0 with a saved one. */
const struct saved_method *pay_with_saved(const struct scene *v, const void *in);
int pay_with_how(const struct scene *v, const void *in);
/* Fields of what is given: whether there is that way at all. Who has the code of a document saves nothing. */
bool pay_with_card_here(const struct scene *v);
bool pay_with_debits(const struct scene *v);
bool pay_with_may_save(const struct scene *v);
#endif
