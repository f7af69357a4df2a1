/* The store on disk as a whole, as far as it takes no call of LMDB: its folder, its first look at the file, copies, check. */
#include "data/engine/kv_copy.h"
#include "data/engine/kv_lmdb.h"
#include "data/engine/kv_pages.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Address space, not memory or disk: pages exist once they are written. Sanitizers keep shadows of what is mapped. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define MAP_FIRST ((size_t)1 << 30)
#else
#define MAP_FIRST ((size_t)16 << 30)
#endif
#define MAP_LEAST ((size_t)16 << 20)

size_t kv_lmdb_map_size;

bool kv_lmdb_space_for(size_t size)
{
    void *at = mmap(NULL, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (at == MAP_FAILED)
        return false;
    munmap(at, size);
    return true;
}

/* ---- check and backup */

static enum err walk_file(struct lmdb *l, struct refusal *why)
{
    struct kv_pages_meta meta;
    int fd = openat(l->folder.fd, "data.mdb", O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return ERR_IO;
    enum err e = kv_pages_meta(fd, l->folder.path, &meta, why);
    if (!e)
        e = kv_pages_walk(fd, l->folder.path, &meta, why);
    close(fd);
    return e;
}

/* While a read transaction is held, no page of this or a newer version is used again (docs/decisions/damage.md). */
enum err kv_lmdb_check(struct kv *kv, bool reading, struct refusal *why)
{
    struct lmdb *l = (struct lmdb *)kv;
    if (!kv_lmdb_format_known())
        return OK;
    if (reading) /* a slot is held: waiting for another one could be for ever */
        return walk_file(l, why);
    struct kv_slot *s = kv_pool_take(&l->pool);
    enum err e = kv_lmdb_slot_begin(l, s);
    if (!e) {
        e = walk_file(l, why);
        kv_lmdb_slot_end(s);
    }
    kv_pool_give(&l->pool, s);
    return e;
}

/* The copy reads the map, so it keeps a slot; when the map is to grow it stops, lets that go first and starts over. Inside of a read it can
 * not let go of that one's: then whoever asked has to start over. */
enum err kv_lmdb_backup(struct kv *kv, bool reading, const char *to, uint64_t bytes_per_second)
{
    struct lmdb *l = (struct lmdb *)kv;
    struct kv_copy copy;
    enum err e = kv_copy_begin(&copy, to);
    if (e)
        return e;
    do {
        struct kv_slot *s = reading ? NULL : kv_pool_take(&l->pool);
        e = kv_copy_run(&copy, kv_lmdb_copy_to, l, bytes_per_second, &l->pool.holding);
        if (s)
            kv_pool_give(&l->pool, s);
    } while (e == ERR_CANCELLED && !reading);
    return kv_copy_end(&copy, e == ERR_CANCELLED ? ERR_BUSY : e);
}

/* ---- the store */

void kv_lmdb_close(struct kv *kv)
{
    struct lmdb *l = (struct lmdb *)kv;
    bool whole = l->env != NULL;
    kv_lmdb_env_close(l);
    if (whole)
        kv_folder_leave(&l->folder);
    kv_folder_fini(&l->folder);
    kv_pool_fini(&l->pool);
    free(l);
}

/* At least what the file needs, and no larger than there is address space for. */
static size_t first_map(const struct kv_pages_meta *meta)
{
    size_t size = kv_lmdb_map_size ? kv_lmdb_map_size : MAP_FIRST;
    size_t need = (size_t)(meta->last_page + 1) * meta->page_size;
    while (size < need + need / 4)
        size *= 2;
    while (size > MAP_LEAST && size / 2 > need && !kv_lmdb_space_for(size))
        size /= 2;
    return size;
}

static enum err open_in_folder(struct lmdb *l, bool create, struct refusal *why)
{
    struct kv_pages_meta meta = {0};
    if (!create && kv_lmdb_format_known()) {
        int fd = openat(l->folder.fd, "data.mdb", O_RDONLY | O_CLOEXEC);
        if (fd < 0)
            return refuse(why, ERR_IO, "path", "%s/data.mdb: %s", l->folder.path, strerror(errno));
        enum err damage = kv_pages_look(fd, l->folder.path, l->folder.unclean, &meta, why);
        close(fd);
        if (damage)
            return damage;
    }
    enum err e = kv_folder_allocate_lock(&l->folder, why);
    if (e)
        return e;
    l->map_size = first_map(&meta);
    e = kv_lmdb_env_open(l, why);
    if (e)
        return e;
    e = create ? kv_folder_sync(&l->folder) : OK;
    if (e)
        return refuse(why, e, "path", "%s: can not be made durable", l->folder.path);
    kv_folder_fill(&l->folder); /* lent before it was closed */
    kv_lmdb_take_care(l);
    kv_lmdb_count_unused(l);
    return OK;
}

bool kv_lmdb_has_room(struct kv *kv, uint64_t bytes)
{
    struct lmdb *l = (struct lmdb *)kv;
    return !atomic_load(&l->map_full) && kv_folder_spare(&l->folder) + atomic_load(&l->unused) >= bytes;
}

enum err kv_lmdb_open(const char *path, bool create, struct kv **out, struct refusal *why)
{
    struct lmdb *l = aligned_alloc(alignof(struct lmdb), sizeof *l);
    if (!l)
        return refuse(why, ERR_NO_MEMORY, "", "no memory for a store");
    memset(l, 0, sizeof *l);
    l->kv.backend = &kv_lmdb;
    enum err e = kv_folder_init(&l->folder, path, create, why);
    if (e) {
        free(l);
        return e;
    }
    kv_pool_init(&l->pool);
    e = open_in_folder(l, create, why);
    if (e) {
        if (create) {
            kv_lmdb_env_close(l);
            kv_folder_undo(&l->folder);
        }
        kv_lmdb_close(&l->kv);
        return e;
    }
    *out = &l->kv;
    return OK;
}
