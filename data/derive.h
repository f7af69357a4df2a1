/* What a record puts into indexes and totals: said once per kind, used by record_put (the difference of old and new) and by
 * check (recomputing everything). */
#ifndef DATA_DERIVE_H
#define DATA_DERIVE_H
#include "common/buf.h"
#include "data/record.h"

struct derived_key {
    size_t size;
    const uint8_t *bytes;
    const struct shape *row; /* the view whose row of the record it carries; NULL: none */
    bool inside;             /* the entry says that no customer sees the record (ROW_INSIDE) */
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
/* The value of an entry of that record (of a shape): empty, ROW_INSIDE, or its row. Packed into `out`, which is cleared first. */
void derived_value(struct buf *out, const struct derived_key *k, const struct shape *shape,
                   const void *record);
/* Writes an entry of that record. Where the very same stands there already, nothing changes. */
enum err derived_put(struct txn *t, const struct derived_key *k, enum kind kind, const void *record) MUST_USE;
/* May the customer see this record at all? */
bool derive_visible(enum kind kind, const void *record, uint64_t customer);
struct key total_key(const struct txn *t, enum total_slot slot, uint64_t scope, const char *currency,
                     uint32_t sub);
/* Adds to a stored total: record_put's, and that of a migration which makes something count. */
enum err total_add(struct txn *t, const struct key *k, int64_t amount, int64_t count) MUST_USE;
#endif
