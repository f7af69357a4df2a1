/* 11 → 12: documents by their status in every order, and events by what happened and by who did it. */
#ifndef DATA_MIGRATE_STATUS_H
#define DATA_MIGRATE_STATUS_H
#include "common/err.h"
#include <stdint.h>

struct kv;
struct kv_txn;
/* How much room it takes, other than what is there: about. */
enum err migrate_status_room(struct kv *kv, uint64_t *bytes) MUST_USE;
/* Each transaction is short, and notes how far it came: one that was killed goes on there, or begins anew where the program
 * of before has written meanwhile. */
enum err migrate_status(struct kv *kv) MUST_USE;
/* Forgets how far it came; in the transaction that notes the new schema: else one that is killed between would begin anew. */
enum err migrate_status_done(struct kv_txn *kv) MUST_USE;
#endif
