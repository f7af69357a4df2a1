/* 6 → 7: work that waits is on record by itself. */
#ifndef DATA_MIGRATE_DUE_H
#define DATA_MIGRATE_DUE_H
#include "common/err.h"

struct kv;
enum err migrate_due(struct kv *kv) MUST_USE;
#endif
