/* Bringing an older store up to date. Each step takes a store from one schema to the next; a step may need many transactions,
 * and one that was broken off goes on where it was when the store is opened again. */
#ifndef DATA_MIGRATE_H
#define DATA_MIGRATE_H
#include "common/err.h"
#include <stdint.h>

struct kv;
/* The step from schema `from` to `from` + 1; the caller then notes the new schema. */
enum err migrate_step(struct kv *kv, uint32_t from) MUST_USE;
#endif
