/* The folder a store lives in: who may use it and what room there is. Knows nothing of what the store's file holds.
 *
 *   data.mdb   the store (0600)            lock.mdb   LMDB's readers
 *   owner      flock: one process at a time, with its number as text
 *   reserve    room for the writes that have to succeed on a full disk, too; shorter while some of it is lent */
#ifndef DATA_KV_FOLDER_H
#define DATA_KV_FOLDER_H
#include "common/err.h"
#include <stdint.h>

struct kv_folder {
    char *path;   /* absolute or as given; owned */
    int fd;       /* the folder */
    int owner_fd; /* holds the flock until kv_folder_fini */
    bool made;    /* by this call: kv_folder_undo removes it */
    bool unclean; /* whoever had it before did not leave it: it may have ended for what is in the store */
    bool lent;    /* some of the reserve; the writer's */
};

/* Takes the folder for this process. create: makes it (0700) and refuses with ERR_EXISTS when there is a store in it; without:
 * ERR_NOT_FOUND when there is none. ERR_LOCKED: another process has it. Nothing is changed when it refuses. */
enum err kv_folder_init(struct kv_folder *folder, const char *path, bool create,
                        struct refusal *why) MUST_USE;
void kv_folder_fini(struct kv_folder *folder);
/* Before kv_folder_fini, when all went well: the next one finds it clean. */
void kv_folder_leave(struct kv_folder *folder);
/* After a creation that failed: removes what there is of the new store. */
void kv_folder_undo(struct kv_folder *folder);
/* Makes names in the folder, and the folder's own name, durable. */
enum err kv_folder_sync(const struct kv_folder *folder) MUST_USE;

/* Gives lock.mdb its blocks now: LMDB maps and writes it, and on a full disk that would be SIGBUS. Lends of the reserve when it
 * takes that. */
enum err kv_folder_allocate_lock(struct kv_folder *folder, struct refusal *why) MUST_USE;

/* Bytes that this process may still write there. */
uint64_t kv_folder_room(const struct kv_folder *folder);
/* The same, less what the reserve lacks, which comes first. From any thread. */
uint64_t kv_folder_spare(const struct kv_folder *folder);
/* Takes the reserve when it is absent and there is ample room. Failing is fine. */
void kv_folder_take_reserve(struct kv_folder *folder);
/* Makes a piece of the reserve room to write in; false: nothing of it is left. */
bool kv_folder_lend(struct kv_folder *folder);
/* Fills the reserve up with what room there is. */
void kv_folder_fill(struct kv_folder *folder);

/* What an errno of a write says: ERR_DISK_FULL, ERR_NO_MEMORY or ERR_IO. */
enum err kv_folder_errno(int code);
#endif
