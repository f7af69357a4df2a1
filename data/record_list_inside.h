/* What all ways of reading indexes share: cursors of pages, and streams of entries. */
#ifndef DATA_LIST_INSIDE_H
#define DATA_LIST_INSIDE_H
#include "data/engine/kv.h"
#include "data/record.h"

/* The cursor behind a key whose end, from the prefix on, is `suffix`. */
const char *list_cursor(const struct txn *t, const uint8_t *suffix, size_t size);
/* The suffix in a cursor (KEY_SUFFIX bytes at most); *size 0 when there is none. ERR_INVALID, field "after". */
enum err list_after(const struct txn *t, const char *text, uint8_t *after, size_t *size,
                    struct refusal *why) MUST_USE;
/* A range that is read, forward or backward. */
struct stream {
    struct kv_cursor *cursor;
    const struct list_range *range;
    const uint8_t *suffix; /* what follows the prefix in the key it stands on; NULL at its end */
    size_t suffix_size;
    struct kv_bytes value; /* there */
};
/* To its first entry behind `after` (size 0: of all). The cursor is to be closed whatever became of it. */
enum err stream_begin(struct stream *s, struct txn *t, const struct list_range *r, bool backward,
                      const uint8_t *after, size_t after_size) MUST_USE;
enum err stream_step(struct stream *s, bool backward) MUST_USE;
/* Sets suffix from where the cursor stands, or NULL when that is outside the range. */
void stream_look(struct stream *s, bool backward);
/* A value that is not as it was written is nobody's row: what it is of is read as a record. */
enum err cursor_moved(struct kv_cursor *cursor, enum err e) MUST_USE;
/* A record of which the value is there already. */
enum err record_of_value(struct txn *t, enum kind kind, uint64_t id, const struct shape *view,
                         const void *value, size_t size, void *to) MUST_USE;
/* Sorts them, each once. */
void ids_sort(struct id_list *ids);
#endif
