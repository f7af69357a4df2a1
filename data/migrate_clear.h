/* What several migrations do: an index is emptied, to be made anew. */
#ifndef DATA_MIGRATE_CLEAR_H
#define DATA_MIGRATE_CLEAR_H
#include "data/record.h"

struct kv;
/* In short transactions; one that was broken off is simply done again. */
enum err migrate_clear(struct kv *kv, uint32_t business, enum index index) MUST_USE;
#endif
