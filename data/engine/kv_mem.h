/* For kv_twice only: what stands in a transaction of kv_mem, as one number that does not depend on the order of writing. */
#ifndef DATA_KV_MEM_H
#define DATA_KV_MEM_H
#include "data/engine/kv_backend.h"

uint64_t kv_mem_digest(const struct kv_txn *txn);
#endif
