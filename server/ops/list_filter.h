/* Filtered lists of documents, payments and customers. Three ways lead to the same rows in the same order with the same cursors:
 *
 *   gather   some term of the filter has an index that leaves at most LIST_EXAMINE entries: all of them are read, the rest of the filter
 *            is applied, what is left is sorted. Matches and sums are exact.
 *   merge    the words of the filter are those of a few customers who have more than that: the index of the order of each of them is read,
 *            merged.
 *   walk     no term is that narrow: the index of the order is read, as far as the filter bounds it, and what does not pass is
 *            left out.
 *
 * A page that is merged or walked ends when it is full, after LIST_EXAMINE entries, or, still empty, after LIST_EXAMINE_EMPTY. */
#ifndef SERVER_OPS_LIST_FILTER_H
#define SERVER_OPS_LIST_FILTER_H
#include "common/filter_table.h"
#include "server/core/call.h"

struct listing {
    struct call *c;
    struct filter filter;
    uint64_t customer;           /* 0: everybody's */
    const struct id_list *among; /* of these customers alone; NULL: of any */
    int kind, sort;              /* enum doc_kind, enum doc_sort or pay_sort */
    int32_t today;
    struct money least, most;         /* bounds of the amount; no currency: none */
    bool drafts;                      /* the one who asks may see them */
    struct arena *known;              /* what is kept of customers from row to row; NULL: nothing yet */
    struct customer_words *customers; /* in it */
    const void *row;                  /* that is looked at */
    bool failed;                      /* a customer could not be read */
    /* what passes, when it is counted */
    int64_t matched;
    struct list_sum_list sums;
    size_t sums_room;
};

void listing_close(struct listing *l); /* whatever became of it */

/* Ranges whose rows are a superset of those a term lets pass; `none`: there is no such index. `customers`: besides, what is of customers in whom
 * all words of the term are. */
struct driver {
    struct list_range *v;
    size_t n, room;
    bool none, customers;
};
void driver_add(struct listing *l, struct driver *d, struct list_range range);
/* A driver of one term of the list. */
typedef enum err drives(struct listing *l, const struct filter_term *t, struct driver *d);
/* What is one customer's, in any order; and what a walk of the list (of l->customer) reads. */
typedef void adds(struct listing *l, struct driver *d, uint64_t customer);
typedef void walks(struct listing *l, struct driver *d);

/* The way that a list goes. */
struct way {
    bool gather;
    struct id_list ids;   /* that are gathered */
    struct driver ranges; /* that are merged or walked */
    bool all;             /* no term is left, and there are more than are counted */
};
/* Finds it, by the filter's terms and `scope` (may be NULL; rows are in that, too). Terms that hold of all rows on that way are taken out of the filter. */
enum err listing_choose(struct listing *l, drives *of_term, adds *of_customer, walks *walk,
                        const struct driver *scope, struct way *way) MUST_USE;

/* Ranges by words: of the rarest word of a term behind `prefix`. */
enum err driver_words(struct listing *l, const struct filter_term *t, const struct key *prefix,
                      struct driver *d) MUST_USE;
#define FOUND_MOST 16000 /* ids that are known by words */
/* The ids that have all words of the terms, in an index of words; `exact`: and no others. As record_having. */
enum err words_having(struct listing *l, const struct filter_term *const *terms, size_t n, enum index index,
                      size_t most, struct id_list *ids, bool *exact) MUST_USE;
/* Ranges of numbers of documents of a kind: by their end, as a whole, by their beginning. words: INDEX_DOC_WORD's prefix. */
void driver_numbers(struct listing *l, const struct filter_term *t, int kind, struct driver *d);
/* The currencies of a term that is about an amount: its own, or all there are behind `prefix` (an index by kind, currency, amount).
 * Bounds them by the amount. */
enum err driver_amounts(struct listing *l, const struct filter_term *t, const struct key *prefix,
                        struct driver *d) MUST_USE;
/* prefix with its dates bounded; 0: no bound. */
struct list_range range_of_days(const struct key *prefix, int32_t first, int32_t last);
/* The bounds that all terms about one field of dates set together. */
void listing_days(const struct listing *l, int id, int32_t *first, int32_t *last);

/* Name, company and e-mail of a row's customer, as they are now, taken apart. They stay until the next customer is asked for. */
void listing_customer(struct listing *l, uint64_t id, struct filter_value *v);
/* Is it one of the customers that are asked for? */
bool listing_has(const struct listing *l, uint64_t customer);
/* Does the row that ask(row, …) tells about pass the filter? What that took is given back. */
bool listing_match(struct listing *l, filter_asks *ask, void *row);
/* Counts a row that passes. */
void listing_tally(struct listing *l, const struct money *total, const struct money *balance);
#endif
