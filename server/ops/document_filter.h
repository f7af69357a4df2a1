/* What the filter of a list of documents means: what rows say of its fields, and which indexes lead to them. */
#ifndef SERVER_OPS_DOCUMENT_FILTER_H
#define SERVER_OPS_DOCUMENT_FILTER_H
#include "server/ops/document.h"
#include "server/ops/list_filter.h"

/* The begin of an index of the list's kind: of all, or of one customer's. */
struct key document_key(const struct listing *l, enum index all, enum index one, uint64_t customer);
/* The states (as INDEX_DOC_STATE holds them) outside of which nothing passes, when one term says so; 0: any. At most four. */
size_t document_filter_states(const struct listing *l, int states[4]);
/* Does everything pass that a walk reads? For one status that the index of the order tells by itself. */
bool document_filter_all(const struct listing *l);
enum err document_filter_choose(struct listing *l, walks *walk, struct way *way) MUST_USE;
/* For struct record_list; the context is the listing. */
bool document_filter_keep(void *context, void *row);
void document_filter_tally(void *context, const void *row);
void document_filter_order(void *context, const void *row, struct key *key);
#endif
