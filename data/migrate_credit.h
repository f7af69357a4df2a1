/* 9 → 10: retainer invoices are owed on, and what is left of credit notes and payments is credit. Takes a store as it was written before; taken
 * again after it was broken off, it changes nothing twice. */
#ifndef DATA_MIGRATE_CREDIT_H
#define DATA_MIGRATE_CREDIT_H
#include "common/err.h"
#include <stdint.h>

struct kv;
enum err migrate_credit(struct kv *kv, uint32_t businesses) MUST_USE;
#endif
