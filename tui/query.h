/* What is typed after "/" and the order of a list, as arguments of estimate.list, invoice.list and payment.list. */
#ifndef TUI_QUERY_H
#define TUI_QUERY_H
#include "proto/op.h"
#include "tui/list.h"

/* Room for a search text, which the arguments point into until they are packed. */
struct query {
    char words[256];
};
/* Adds filter and order. currency: of total>500. False: a part of the filter means nothing here and was left out. The arguments of both
 * kinds are alike under the same numbers; query_estimates makes one of the other. */
bool query_documents(struct query *q, const struct list *l, const char *currency, struct invoice_list_in *in);
struct estimate_list_in query_estimates(const struct invoice_list_in *in);
bool query_payments(const struct list *l, struct payment_list_in *in);
#endif
