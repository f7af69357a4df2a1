/* What a record puts into indexes and totals: said once per kind, used by record_put (the difference of old and new) and by
 * check (recomputing everything). */
#ifndef DATA_DERIVE_H
#define DATA_DERIVE_H
#include "data/record.h"

struct derived_key {
    size_t size;
    const uint8_t *bytes;
};
struct derived_total {
    struct key key;
    int64_t amount, count;
};
struct derived {
    const struct txn *t;
    uint64_t id;
    struct derived_key *keys;
    size_t n_keys, cap_keys;
    struct derived_total *totals;
    size_t n_totals, cap_totals;
};
/* Fills what `record` derives; everything lives in the txn's arena. record NULL: nothing. */
void derive(const struct txn *t, enum kind kind, const void *record, struct derived *out);
/* May the customer see this record at all? */
bool derive_visible(enum kind kind, const void *record, uint64_t customer);
struct key total_key(const struct txn *t, enum total_slot slot, uint64_t scope, const char *currency,
                     uint32_t sub);
/* Adds to a stored total: record_put's, and that of a migration which makes something count. */
enum err total_add(struct txn *t, const struct key *k, int64_t amount, int64_t count) MUST_USE;
#endif
