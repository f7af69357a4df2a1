/* Recomputes every index entry and every total of every business from its records, compares, and adds its money up (H6). */
#ifndef DATA_CHECK_H
#define DATA_CHECK_H
#include "data/record.h"

#define CHECK_PROBLEMS 100
struct check {
    int64_t records, entries, totals;
    size_t n_problems;
    const char *problems[CHECK_PROBLEMS]; /* in the arena; the first of them when there are more */
};
/* In a read transaction. Memory: one record at a time, all totals, and the sums of data/check_money.h. */
enum err check_store(struct kv_txn *kv, struct arena *a, struct check *out) MUST_USE;
#endif
