/* What both ways of making a page share: cursors. */
#ifndef DATA_LIST_INSIDE_H
#define DATA_LIST_INSIDE_H
#include "data/record.h"

/* The cursor behind a key whose end, from the prefix on, is `suffix`. */
const char *list_cursor(const struct txn *t, const uint8_t *suffix, size_t size);
/* The suffix in a cursor (KEY_SUFFIX bytes at most); *size 0 when there is none. ERR_INVALID, field "after". */
enum err list_after(const struct txn *t, const char *text, uint8_t *after, size_t *size,
                    struct refusal *why) MUST_USE;
#endif
