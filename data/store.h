/* The store as a whole: opening with its schema version, the businesses in it, and their portal names. */
#ifndef DATA_STORE_H
#define DATA_STORE_H
#include "data/record.h"

struct kv;
#define STORE_SCHEMA 13

/* Opens (or with `create` makes) the store in a folder. An older schema is migrated; a newer one is ERR_NEWER with the path and
 * what to do in `why`. */
enum err store_open(const char *folder, bool create, struct kv **out, struct refusal *why) MUST_USE;

/* Why what has to be in every store could not be read, where `why` does not say so yet: damage, and where. Gives what `why` is then about. */
enum err store_explain(struct kv *kv, const char *folder, enum err e, struct refusal *why) MUST_USE;

/* Portal names are unique on the server (A2). A name is lower-case letters, digits and hyphens, 2 to 40, beginning with a letter. */
bool store_portal_name(const char *name);
/* The business behind a portal name; ERR_NOT_FOUND. */
enum err store_portal(struct kv_txn *kv, const char *name, uint32_t *business) MUST_USE;
/* Gives a business a portal name, or moves it from its old one; ERR_PORTAL_NAME_TAKEN. old NULL: none before. */
enum err store_portal_set(struct kv_txn *kv, const char *old, const char *name, uint32_t business) MUST_USE;
/* The number for another business. */
enum err store_next_business(struct kv_txn *kv, uint32_t *business) MUST_USE;
/* How many there are; they are numbered from 1 without gaps. */
enum err store_businesses(struct kv_txn *kv, uint32_t *count) MUST_USE;

/* The server's key lies beside the store, not in it. Here stands by what it is known again (32 bytes); ERR_NOT_FOUND before the
 * first store_key_set. */
enum err store_key(struct kv_txn *kv, uint8_t mark[32]) MUST_USE;
enum err store_key_set(struct kv_txn *kv, const uint8_t mark[32]) MUST_USE;

/* When somebody last set the clock (server/core/clock_set.h), by the clock as it was then; ERR_NOT_FOUND: nobody did. */
enum err store_clock_set(struct kv_txn *kv, int64_t *at) MUST_USE;
enum err store_clock_set_put(struct kv_txn *kv, int64_t at) MUST_USE;

/* Request ids (writes happen once). The stored answer of a request id of one of the last LIMIT days; ERR_NOT_FOUND. `digest`
 * (32 bytes) identifies who asked what. */
struct reply {
    uint8_t digest[32];
    const uint8_t *answer; /* in the arena */
    size_t size;
};
enum err reply_get(struct txn *t, const uint8_t id[16], int32_t today, int days,
                   struct reply *reply) MUST_USE;
/* The day that it is by the clock. */
int32_t reply_day(int64_t now);
/* The day that ids are kept under now, and where the clock stood when it began (server/core/request_days.h); ERR_NOT_FOUND: none began yet. */
struct request_day {
    int32_t day;
    int64_t began;
};
enum err store_request_day(struct kv_txn *kv, struct request_day *day) MUST_USE;
enum err store_request_day_set(struct kv_txn *kv, const struct request_day *day) MUST_USE;
/* Keeps one, and lets go of up to two that are older than `days`. */
enum err reply_put(struct txn *t, const uint8_t id[16], int32_t today, int days,
                   const struct reply *reply) MUST_USE;
/* Removes what is older than `days`, 64 entries at most and `most` (a long answer is several); how many it were. any_old: is there such? */
enum err reply_sweep(struct txn *t, int32_t today, int days, size_t most, size_t *gone) MUST_USE;
enum err reply_any_old(struct txn *t, int32_t today, int days, bool *any) MUST_USE;
#endif
