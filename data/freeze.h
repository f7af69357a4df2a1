/* For the migration of stores in which papers were not frozen (schema 2): what was sent is put on record whole, from what is known. */
#ifndef DATA_FREEZE_H
#define DATA_FREEZE_H
#include "common/err.h"
#include <stdint.h>

struct kv;
/* Every business: seller and buyer as they are today are put on what was sent and does not have them, drafts forget what the customer's
 * record says as well, rates above zero become standard; then one event says how much was frozen, where anything was. A step that
 * was broken off is taken again. */
enum err freeze_papers(struct kv *kv, uint32_t businesses) MUST_USE;
#endif
