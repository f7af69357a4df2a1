/* The figures that several screens show: read from totals and indexes, never by walking records. */
#ifndef SERVER_OPS_FIGURES_H
#define SERVER_OPS_FIGURES_H
#include "server/core/call.h"

/* What a customer owes by age, in its currency. */
enum err figures_ageing(struct call *c, uint64_t customer, const char *currency, struct ageing *out) MUST_USE;
/* What is owed to the business, by currency; only currencies in which something is. */
enum err figures_ageing_all(struct call *c, struct ageing_list *out) MUST_USE;
/* Documents by kind and state; scope 0 the business, else a customer. */
/* newer: how many are of kinds that only a newer program knows, which are in no row; may be NULL. */
enum err figures_counts(struct call *c, uint64_t scope, struct state_count_list *out,
                        int64_t *newer) MUST_USE;
/* Succeeded payments of the business in the month that `day` is in, by currency. */
enum err figures_paid_month(struct call *c, int32_t day, struct money_count_list *out) MUST_USE;
/* The last payment of a customer that succeeded; NULL for none. */
enum err figures_last_payment(struct call *c, uint64_t customer, struct payment_row **out) MUST_USE;
/* What happened last about a customer, newest first; `portal`: only what the customer may see. */
enum err figures_events(struct call *c, uint64_t customer, bool portal, size_t limit,
                        struct event_list *out) MUST_USE;
/* What the caller's customer owes on, soonest due first, each with why it can not be paid by card, if so (home.c). */
enum err home_due(struct call *c, struct document_due_list *out) MUST_USE;
#endif
