/* 10 → 11: the indexes that most lists are read from carry rows (data/row.h). */
#ifndef DATA_MIGRATE_ROWS_H
#define DATA_MIGRATE_ROWS_H
#include "common/err.h"

struct kv;
/* How much room it takes, other than what is there: about. */
enum err migrate_rows_room(struct kv *kv, uint64_t *bytes) MUST_USE;
/* Each transaction is short. What was broken off is taken again, and passes over what it had done without reading a record. ERR_DISK_FULL before
 * anything is written. */
enum err migrate_rows(struct kv *kv) MUST_USE;
#endif
