/* Writes a copy of a running store into a new folder, no faster than asked. Knows nothing of what it copies. */
#ifndef DATA_KV_COPY_H
#define DATA_KV_COPY_H
#include "common/err.h"
#include <stdatomic.h>
#include <stdint.h>

/* Writes the whole to fd `to`; runs on a thread of its own with all signals blocked, and must end when writing fails. */
typedef enum err kv_copy_fn(void *arg, int to);

/* A copy being made in the folder `to`. Gets its name only when it is whole and durable, so what is there is never half one. */
struct kv_copy {
    const char *path; /* not owned */
    int folder_fd, fd;
    bool made; /* the folder */
};
/* ERR_EXISTS: `to` is there and not an empty folder. */
enum err kv_copy_begin(struct kv_copy *copy, const char *to) MUST_USE;
/* Runs fn and writes what it writes, from the start of the file. bytes_per_second 0: no limit. ERR_CANCELLED as soon as *stop. */
enum err kv_copy_run(struct kv_copy *copy, kv_copy_fn *fn, void *arg, uint64_t bytes_per_second,
                     atomic_bool *stop) MUST_USE;
/* With OK: makes it durable under its name. Otherwise, or when that fails, removes all that was made. */
enum err kv_copy_end(struct kv_copy *copy, enum err result) MUST_USE;
#endif
