/* Rows in indexes: an entry of the indexes that most lists are read from carries the row that the list shows, so that no record is read for it.
 *
 *     0xc1 · form u16 · the row as a record is stored (common/codec.h): by number, without names, without what is computed when it is read
 *
 * 0xc1 begins no msgpack, so that no record is taken for one. The form is a digest of the view's fields: a row of another form, or none at all,
 * is not taken, and the record is read instead. A change to a view that rows are of needs a migration, or older entries go on costing
 * what they cost before. record_put alone writes rows; `check` compares each with its record. */
#ifndef DATA_ROW_H
#define DATA_ROW_H
#include "common/buf.h"
#include "data/record.h"

/* The value of an entry of an event that no customer sees; those from before have none, and are read to know. */
#define ROW_INSIDE "\xc1"
#define ROW_INSIDE_SIZE 1

/* The view whose rows are in that index; NULL: its entries are empty. */
const struct shape *row_view(enum index index);
/* The value of an entry, from a record of the kind that the index is of, whole; or from a row. */
void row_of_record(struct buf *out, const struct shape *view, const struct shape *shape, const void *record);
void row_pack(struct buf *out, const struct shape *view, const void *row);
/* Reads one into *row. false: there is none of that view and id, *row is anything. */
bool row_read(struct arena *a, const struct shape *view, uint64_t id, const void *value, size_t size,
              void *row);
/* The same for who tells it on and looks at no text of it (codec_tell). */
bool row_tell(struct arena *a, const struct shape *view, uint64_t id, const void *value, size_t size,
              void *row);
/* The same for who tells nothing of it: it is looked at and counted (codec_numbers). */
bool row_numbers(const struct shape *view, uint64_t id, const void *value, size_t size, void *row);
/* Is it of the form of today? */
bool row_is(const struct shape *view, const void *value, size_t size);
#endif
