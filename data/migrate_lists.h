/* 4 → 5: the indexes that lists are read from are made anew (data/record.def), and what is closed has no balance. */
#ifndef DATA_MIGRATE_LISTS_H
#define DATA_MIGRATE_LISTS_H
#include "common/err.h"

struct kv;
/* Each transaction is short; a step that was broken off is simply taken again. */
enum err migrate_lists(struct kv *kv) MUST_USE;
#endif
