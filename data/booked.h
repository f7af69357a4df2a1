/* The books: what a document, a payment or a refund puts on which accounts, as a dated history that is only ever added to
 * (docs/decisions/journals.md). Where such a record stands is a function of what it says now; record_put compares that with what was entered of
 * it before, and enters the difference on the day of the change. So no handler can forget to, and the entries of a record always add up to where
 * it stands (`check` looks). */
#ifndef DATA_BOOKED_H
#define DATA_BOOKED_H
#include "data/record.h"

#define BOOKS_ENTRIES 400 /* of one record; what comes after the last joins it */

/* The day of an act. */
struct books_day {
    int64_t at;            /* instant; changes of one record by one act are one entry */
    int32_t today, closed; /* closed: nothing is entered on a day up to this one; 0: all are open */
    bool brought; /* it is history that an import brings: it stands on the days of the record itself */
};
/* Of a transaction that has a clock. */
struct books {
    enum err (*day)(void *context, struct books_day *day);
    void *context;
};

/* For record_put. Sets the entries of the record: those of `old` (NULL: it is new), and what changed. Without t->books nothing is entered. */
enum err books_follow(struct txn *t, enum kind kind, const void *old, void *record) MUST_USE;
/* All entries of a record, in their order; of one from before they were kept, as far as it and the log tell. */
enum err books_entries(struct txn *t, enum kind kind, const void *record,
                       struct book_entry_list *entries) MUST_USE;
/* Do its entries, where they are kept, add up to where it stands? */
bool books_agree(struct arena *a, enum kind kind, const void *record);
#endif
