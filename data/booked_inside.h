/* Where a record stands in the books, for booked.c and booked_before.c. */
#ifndef DATA_BOOKED_INSIDE_H
#define DATA_BOOKED_INSIDE_H
#include "data/booked.h"

#define BOOKS_POSTINGS 24 /* of where one stands: taxes, and a few more */

/* What was given up is entered apart from all else. */
enum books_side { BOOKS_ALL_ELSE, BOOKS_GIVEN_UP };
struct books_stand {
    struct posting_list side[2]; /* by enum books_side */
};
/* What every entry says of the record. */
struct books_head {
    int32_t date, due;
    const char *customer_name;
    struct book_entry_list *booked;
    enum booked ended; /* what its state says of an entry that takes it back */
};

bool books_kind(enum kind kind);
struct books_head books_head(enum kind kind, const void *record);
struct books_stand books_stand(struct arena *a, enum kind kind, const void *record);
/* now − was, without what comes to nothing; the order is now's. */
struct posting_list books_between(struct arena *a, const struct posting_list *was,
                                  const struct posting_list *now);
/* What the entries of one side come to. */
struct posting_list books_sum(struct arena *a, const struct book_entry_list *entries, enum books_side side);
struct book_entry *books_add(struct arena *a, struct book_entry_list *entries);
enum booked books_what(const struct books_head *head, enum books_side side, const struct posting_list *change,
                       bool first);
/* What is known of one whose entries were not kept (booked_before.c). */
enum err books_before(struct txn *t, enum kind kind, const void *record,
                      struct book_entry_list *entries) MUST_USE;
#endif
