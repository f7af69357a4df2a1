/* LMDB's file, read by ourselves as far as it takes to say whether it is whole: LMDB itself trusts what it maps, and a damaged
 * file makes it end the process. Reads with pread, allocates within the file's own size, believes nothing. */
#ifndef DATA_KV_PAGES_H
#define DATA_KV_PAGES_H
#include "common/err.h"
#include <stdbool.h>
#include <stdint.h>

/* Is what is read here the format of that release of LMDB? All of 0.9 write one, whose number is compared in the heads as well. */
bool kv_pages_written_by(int major, int minor, int patch);

struct kv_pages_tree {
    uint64_t branch, leaf, overflow, entries, root; /* root UINT64_MAX: empty */
    uint16_t flags, depth;
};
struct kv_pages_meta {
    uint64_t txn, last_page;
    uint32_t page_size;
    struct kv_pages_tree free, main;
};

/* Reads the newer meta page. ERR_DAMAGED: not a store or not whole; why says what to do. ERR_IO: it can not be read. */
enum err kv_pages_meta(int fd, const char *path, struct kv_pages_meta *out, struct refusal *why) MUST_USE;
/* Walks both trees of that meta: every page once, within the file, of the right kind, keys in order, totals as stated, no page
 * both used and free. The pages must not be used again meanwhile: hold a read transaction begun before kv_pages_meta. */
enum err kv_pages_walk(int fd, const char *path, const struct kv_pages_meta *meta,
                       struct refusal *why) MUST_USE;
/* A quick look before opening: the meta page and both roots; the whole when that is asked for, the file is small or seems cut short. */
enum err kv_pages_look(int fd, const char *path, bool whole, struct kv_pages_meta *out,
                       struct refusal *why) MUST_USE;
#endif
