/* The file as LMDB 0.9 writes it on 64-bit machines, numbers in the machine's order:
 *
 *   page    0 number(8) 8 pad(2) 10 flags(2) 12 lower(2) 14 upper(2), of an overflow page 12 pages(4); 16 content
 *   0 and 1 meta pages, one for the even and one for the odd transactions: 16 magic(4) 20 version(4) 24 address(8)
 *           32 map size(8) 40 tree of free pages(48) 88 main tree(48) 136 last page(8) 144 transaction(8)
 *   tree    0 page size, of the free one(4) 4 flags(2) 6 depth(2) 8 branch 16 leaf 24 overflow pages 32 entries 40 root(8 each)
 *   branch, leaf: from 16 to `lower` the offsets(2) of nodes, which fill the page from `upper` to its end
 *   node    0 low(2) 2 high(2) 4 flags(2) 6 key size(2) 8 key. In a leaf low and high are the size of the value, which follows
 *           the key or, with flag 1, is on the overflow pages whose number(8) follows it. In a branch low, high and flags are
 *           the number of the child page; the key of the first node does not count.
 *   free pages: key a transaction(8), value a count(8) and so many page numbers(8), falling */
#include "data/engine/kv_pages.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    HEAD = 16,
    NODE = 8,
    META_END = 152,
    BRANCH = 1,
    LEAF = 2,
    OVERFLOW = 4,
    META = 8,
    BIG = 1,
    DEPTH_MAX = 32
};
#define MAGIC 0xBEEFC0DEu
#define UNWRITTEN_MOST \
    131072 /* pages that one transaction of LMDB can take and give back (its MDB_IDL_UM_MAX) */
#define WHOLE_BELOW (8u << 20) /* walking so much takes some milliseconds: done at every opening */

struct key {
    const unsigned char *bytes; /* NULL: no bound */
    size_t size;
};

struct walk {
    int fd;
    const char *path;
    const struct kv_pages_meta *meta;
    struct refusal *why;
    uint64_t pages; /* in the file, the last one perhaps cut */
    uint64_t size;  /* of the file */
    unsigned char *seen;
    unsigned char *level[DEPTH_MAX]; /* one page each */
    struct kv_pages_tree found;
    bool free_tree;
};

static uint64_t get(const unsigned char *at, size_t size)
{
    uint64_t v = 0;
    uint32_t v4;
    uint16_t v2;
    switch (size) {
    case 2: memcpy(&v2, at, 2); return v2;
    case 4: memcpy(&v4, at, 4); return v4;
    default: memcpy(&v, at, 8); return v;
    }
}

static enum err damaged(const char *path, struct refusal *why, const char *what, uint64_t page)
{
    return refuse(why, ERR_DAMAGED, "path", "%s/data.mdb: %s (page %llu); keep the file and restore a backup",
                  path, what, (unsigned long long)page);
}

static enum err read_at(int fd, uint64_t offset, unsigned char *out, size_t size)
{
    while (size) {
        ssize_t n = pread(fd, out, size, (off_t)offset);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return n < 0 ? ERR_IO : ERR_DAMAGED;
        out += n;
        offset += (uint64_t)n;
        size -= (size_t)n;
    }
    return OK;
}

bool kv_pages_written_by(int major, int minor, int patch)
{
    return major == 0 && minor == 9 && patch < 70; /* what becomes 1.0 calls itself so */
}

/* ---- the meta pages */

static struct kv_pages_tree tree_at(const unsigned char *t)
{
    return (struct kv_pages_tree){get(t + 8, 8),          get(t + 16, 8), get(t + 24, 8),
                                  get(t + 32, 8),         get(t + 40, 8), (uint16_t)get(t + 4, 2),
                                  (uint16_t)get(t + 6, 2)};
}

static enum err meta_at(const unsigned char *page, const char *path, struct kv_pages_meta *m,
                        struct refusal *why)
{
    if (get(page + 10, 2) != META || get(page + 16, 4) != MAGIC)
        return refuse(why, ERR_DAMAGED, "path",
                      "%s/data.mdb is not a store, or its head is damaged; restore a backup", path);
    if (get(page + 20, 4) != 1)
        return refuse(why, ERR_DAMAGED, "path",
                      "%s/data.mdb is of another version of LMDB; use the program that wrote it", path);
    *m = (struct kv_pages_meta){
        .txn = get(page + 144, 8), .last_page = get(page + 136, 8), .page_size = (uint32_t)get(page + 40, 4)};
    m->free = tree_at(page + 40);
    m->main = tree_at(page + 88);
    if (m->main.flags)
        return refuse(why, ERR_DAMAGED, "path", "%s/data.mdb belongs to another program", path);
    if (m->page_size < 512 || m->page_size > 65536 || (m->page_size & (m->page_size - 1)))
        return damaged(path, why, "impossible page size", 0);
    if (m->last_page < 1 || m->last_page >= (uint64_t)1 << 47 >> 9)
        return damaged(path, why, "impossible last page", 0);
    return OK;
}

/* Every transaction writes the head that the one before did not, by its number's last bit. A new store has two of number 0, and a
 * compact copy 0 and 1. */
static bool consecutive(const struct kv_pages_meta both[2])
{
    uint64_t even = both[0].txn, odd = both[1].txn;
    return (even == 0 && odd == 0) || (even % 2 == 0 && odd % 2 == 1 && (even + 1 == odd || odd + 1 == even));
}

static enum err metas(int fd, const char *path, struct kv_pages_meta both[2], unsigned char *raw,
                      struct refusal *why)
{
    for (int i = 0; i < 2; i++) {
        enum err e = read_at(fd, i ? both[0].page_size : 0, raw + i * META_END, META_END);
        if (e == ERR_DAMAGED)
            return refuse(why, e, "path", "%s/data.mdb is cut short or empty; restore a backup", path);
        if (!e)
            e = meta_at(raw + i * META_END, path, &both[i], why);
        if (e)
            return e == ERR_IO ? refuse(why, e, "path", "%s/data.mdb: %s", path, strerror(errno)) : e;
    }
    if (both[0].page_size != both[1].page_size)
        return damaged(path, why, "two page sizes", 1);
    return consecutive(both) ? OK
                             : damaged(path, why, "heads of transactions that do not follow each other", 1);
}

/* The last transaction whose freed pages the list of that head names. 0: none, or it can not be read, which the walk tells. */
static uint64_t last_freed(int fd, const struct kv_pages_meta *m)
{
    unsigned char *b = malloc(m->page_size);
    uint64_t page = m->free.root, last = 0;
    for (unsigned depth = m->free.depth; b && depth > 0 && depth <= DEPTH_MAX && page <= m->last_page;
         depth--) {
        if (read_at(fd, page * m->page_size, b, m->page_size) != OK || get(b, 8) != page)
            break;
        size_t lower = get(b + 12, 2);
        if (lower < HEAD + 2 || lower > m->page_size)
            break;
        size_t node = get(b + lower - 2, 2);
        if (node + NODE + 8 > m->page_size)
            break;
        if (depth == 1)
            last = get(b + node + NODE, 8);
        page = get(b + node, 2) | get(b + node + 2, 2) << 16 | get(b + node + 4, 2) << 32;
    }
    free(b);
    return last;
}

/* Heads whose numbers follow each other may still stand for each other: one that is wrong by two makes the last commit the one before the
 * last. Whoever changes the list of free pages notes under its own number what it freed of that, so the newer head's last is never the
 * smaller one. The older head's pages are whole: what the newest transaction freed is not written again before the one after the next. */
static enum err in_order(int fd, const char *path, const struct kv_pages_meta *older,
                         const struct kv_pages_meta *newer, struct refusal *why)
{
    return last_freed(fd, older) <= last_freed(fd, newer)
               ? OK
               : damaged(path, why, "a head with the number of another transaction", newer->txn % 2);
}

enum err kv_pages_meta(int fd, const char *path, struct kv_pages_meta *out, struct refusal *why)
{
    unsigned char raw[2][2 * META_END];
    struct kv_pages_meta both[2] = {0};
    enum err e = OK;
    /* A commit may be writing one just now: read until twice the same. */
    for (unsigned i = 0; i < 1000; i++) {
        e = metas(fd, path, both, raw[i % 2], why);
        if (i && memcmp(raw[0], raw[1], sizeof raw[0]) == 0)
            break;
    }
    const int newer = both[1].txn > both[0].txn;
    if (!e)
        *out = both[newer];
    return e ? e : in_order(fd, path, &both[!newer], &both[newer], why);
}

/* ---- the trees */

static enum err bad(struct walk *w, const char *what, uint64_t page)
{
    return damaged(w->path, w->why, what, page);
}

/* Notes pages as met; each may be met once. */
static enum err meet(struct walk *w, uint64_t page, uint64_t count)
{
    if (page < 2 || count == 0 || page > w->meta->last_page || count > w->meta->last_page + 1 - page)
        return bad(w, "a page beyond the last", page);
    if (page + count > w->pages)
        return bad(w, "the file is cut short", page);
    for (uint64_t p = page; p < page + count; p++) {
        if (w->seen[p / 8] & 1 << p % 8)
            return bad(w, "a page used twice", p);
        w->seen[p / 8] |= (unsigned char)(1 << p % 8);
    }
    return OK;
}

static enum err load(struct walk *w, uint64_t page, unsigned char *out, size_t size)
{
    enum err e = read_at(w->fd, page * w->meta->page_size, out, size);
    if (e)
        return e == ERR_IO ? refuse(w->why, e, "path", "%s/data.mdb: %s", w->path, strerror(errno))
                           : bad(w, "the file is cut short", page);
    return get(out, 8) == page ? OK : bad(w, "a page with another's number", page);
}

static int compare(const struct walk *w, struct key a, struct key b)
{
    if (w->free_tree) {
        uint64_t x = get(a.bytes, 8), y = get(b.bytes, 8);
        return (x > y) - (x < y);
    }
    size_t common = a.size < b.size ? a.size : b.size;
    int c = memcmp(a.bytes, b.bytes, common);
    return c ? c : (a.size > b.size) - (a.size < b.size);
}

/* The numbers in one record of free pages. */
static enum err free_list(struct walk *w, uint64_t page, uint64_t offset, uint64_t size)
{
    if (size < 8 || size % 8 || size > w->size)
        return bad(w, "a damaged list of free pages", page);
    unsigned char *list = malloc(size);
    if (!list)
        return ERR_NO_MEMORY;
    enum err e = read_at(w->fd, offset, list, size);
    if (!e && get(list, 8) > size / 8 - 1)
        e = ERR_DAMAGED;
    uint64_t before = UINT64_MAX;
    for (uint64_t i = 1; !e && i <= get(list, 8); i++) {
        uint64_t p = get(list + i * 8, 8);
        if (p >= before || p < 2 || p > w->meta->last_page)
            e = ERR_DAMAGED;
        else if (p < w->pages) /* free pages at the end may never have been written */
            e = meet(w, p, 1);
        before = p;
    }
    free(list);
    return e == ERR_DAMAGED ? bad(w, "a damaged list of free pages", page) : e;
}

static enum err big_value(struct walk *w, uint64_t page, uint64_t size)
{
    unsigned char head[HEAD];
    uint64_t pages = (HEAD - 1 + size) / w->meta->page_size + 1;
    enum err e = meet(w, page, 1);
    if (!e)
        e = load(w, page, head, sizeof head);
    if (e)
        return e;
    uint64_t have = get(head + 12, 4);
    if (get(head + 10, 2) != OVERFLOW || have < pages)
        return bad(w, "a damaged large value", page);
    if (page * w->meta->page_size + HEAD + size > w->size)
        return bad(w, "the file is cut short", page);
    w->found.overflow += have;
    for (uint64_t p = page + 1; p < page + have && !e;
         p++) /* the rest of the last one may never have been written */
        e = p < w->pages ? meet(w, p, 1) : p > w->meta->last_page ? bad(w, "a page beyond the last", p) : OK;
    return e ? e : w->free_tree ? free_list(w, page, page * w->meta->page_size + HEAD, size) : OK;
}

static enum err leaf_node(struct walk *w, const unsigned char *buffer, const unsigned char *node,
                          uint64_t page, size_t room)
{
    size_t key_size = get(node + 6, 2);
    unsigned flags = (unsigned)get(node + 4, 2);
    uint64_t size = get(node, 2) | get(node + 2, 2) << 16;
    w->found.entries++;
    if (flags & ~(unsigned)BIG || key_size == 0 || (w->free_tree && key_size != 8))
        return bad(w, "a damaged record", page);
    if (room < (flags ? 8 : size))
        return bad(w, "a record beyond its page", page);
    const unsigned char *value = node + NODE + key_size;
    if (flags)
        return big_value(w, get(value, 8), size);
    return w->free_tree ? free_list(w, page, page * w->meta->page_size + (uint64_t)(value - buffer), size)
                        : OK;
}

/* Node i of a page, checked to lie within it; its key in *key, and in *room the bytes of the page after the key. */
static const unsigned char *node_at(const struct walk *w, const unsigned char *page, size_t i,
                                    struct key *key, size_t *room)
{
    size_t offset = get(page + HEAD + 2 * i, 2), size = w->meta->page_size;
    if (offset < get(page + 14, 2) || offset + NODE > size)
        return NULL;
    key->size = get(page + offset + 6, 2);
    key->bytes = page + offset + NODE;
    if (key->size > size - offset - NODE)
        return NULL;
    *room = size - offset - NODE - key->size;
    return page + offset;
}

static enum err subtree(struct walk *w, uint64_t page, unsigned depth, struct key least, struct key below);

static enum err nodes(struct walk *w, uint64_t page, unsigned depth, struct key least, struct key below)
{
    const unsigned char *b = w->level[depth], *next = NULL;
    bool leaf = get(b + 10, 2) == LEAF;
    size_t count = (get(b + 12, 2) - HEAD) / 2, room = 0, next_room = 0;
    struct key key = least, next_key = {0};
    const unsigned char *node = node_at(w, b, 0, &key, &room);
    for (size_t i = 0; i < count; i++, node = next, key = next_key, room = next_room) {
        next = i + 1 < count ? node_at(w, b, i + 1, &next_key, &next_room) : NULL;
        if (!node || (i + 1 < count && !next))
            return bad(w, "a record beyond its page", page);
        bool counts = leaf || i > 0;
        if (counts && (key.size == 0 || (w->free_tree && key.size != 8)))
            return bad(w, "a damaged key", page);
        if (counts &&
            ((least.bytes && compare(w, key, least) < 0) || (below.bytes && compare(w, key, below) >= 0)))
            return bad(w, "keys out of order", page);
        if (counts && i + 1 < count &&
            (next_key.size == 0 || (w->free_tree && next_key.size != 8) || compare(w, key, next_key) >= 0))
            return bad(w, "keys out of order", page);
        if (!leaf && i + 1 < count && w->free_tree && next_key.size != 8)
            return bad(w, "a damaged key", page);
        uint64_t child = get(node, 2) | get(node + 2, 2) << 16 | get(node + 4, 2) << 32;
        enum err e =
            leaf ? leaf_node(w, b, node, page, room)
                 : subtree(w, child, depth + 1, counts ? key : least, i + 1 < count ? next_key : below);
        if (e)
            return e;
    }
    return OK;
}

static enum err subtree(struct walk *w, uint64_t page, unsigned depth, struct key least, struct key below)
{
    const struct kv_pages_tree *tree = w->free_tree ? &w->meta->free : &w->meta->main;
    if (depth >= tree->depth)
        return bad(w, "a tree deeper than stated", page);
    if (!w->level[depth] && !(w->level[depth] = malloc(w->meta->page_size)))
        return ERR_NO_MEMORY;
    unsigned char *b = w->level[depth];
    enum err e = meet(w, page, 1);
    if (!e)
        e = load(w, page, b, w->meta->page_size);
    if (e)
        return e;
    bool leaf = depth + 1 == tree->depth;
    size_t lower = get(b + 12, 2), upper = get(b + 14, 2);
    if (get(b + 10, 2) != (leaf ? LEAF : BRANCH))
        return bad(w, "a page of the wrong kind", page);
    if (lower < HEAD + (leaf ? 2 : 4) || lower % 2 || lower > upper || upper > w->meta->page_size)
        return bad(w, "a damaged page", page);
    *(leaf ? &w->found.leaf : &w->found.branch) += 1;
    return nodes(w, page, depth, least, below);
}

static enum err walk_tree(struct walk *w, bool free_tree)
{
    const struct kv_pages_tree *tree = free_tree ? &w->meta->free : &w->meta->main, *f = &w->found;
    w->free_tree = free_tree;
    w->found = (struct kv_pages_tree){0};
    if (tree->depth > DEPTH_MAX || (tree->root == UINT64_MAX) != (tree->depth == 0))
        return bad(w, "impossible depth", tree->root);
    enum err e = tree->depth ? subtree(w, tree->root, 0, (struct key){0}, (struct key){0}) : OK;
    if (!e && (f->branch != tree->branch || f->leaf != tree->leaf || f->overflow != tree->overflow ||
               f->entries != tree->entries))
        e = bad(w, "totals that do not match", tree->root);
    return e;
}

static enum err walk_init(struct walk *w, int fd, const char *path, const struct kv_pages_meta *meta,
                          struct refusal *why)
{
    struct stat st;
    *w = (struct walk){.fd = fd, .path = path, .meta = meta, .why = why};
    if (fstat(fd, &st) != 0)
        return refuse(why, ERR_IO, "path", "%s/data.mdb: %s", path, strerror(errno));
    w->size = (uint64_t)st.st_size;
    w->pages = (w->size + meta->page_size - 1) / meta->page_size;
    w->seen = calloc(1, w->pages / 8 + 1);
    return w->seen ? OK : refuse(why, ERR_NO_MEMORY, "", "no memory");
}

static void walk_fini(struct walk *w)
{
    for (unsigned i = 0; i < DEPTH_MAX; i++)
        free(w->level[i]);
    free(w->seen);
}

enum err kv_pages_walk(int fd, const char *path, const struct kv_pages_meta *meta, struct refusal *why)
{
    struct walk w;
    enum err e = walk_init(&w, fd, path, meta, why);
    if (!e)
        e = walk_tree(&w, false);
    if (!e)
        e = walk_tree(&w, true);
    walk_fini(&w);
    return e;
}

static enum err look_at_root(struct walk *w, const struct kv_pages_tree *tree)
{
    unsigned char head[HEAD];
    if (tree->root == UINT64_MAX)
        return OK;
    enum err e = tree->root >= w->pages || tree->root > w->meta->last_page
                     ? bad(w, "the file is cut short", tree->root)
                     : load(w, tree->root, head, sizeof head);
    if (!e && get(head + 10, 2) != (tree->depth == 1 ? LEAF : BRANCH))
        e = bad(w, "a page of the wrong kind", tree->root);
    return e;
}

/* Pages at the end that were free already when the file grew are never written, so a file may well end before its last page:
 * then only a walk tells. */
enum err kv_pages_look(int fd, const char *path, bool whole, struct kv_pages_meta *out, struct refusal *why)
{
    struct walk w;
    enum err e = kv_pages_meta(fd, path, out, why);
    if (e)
        return e;
    e = walk_init(&w, fd, path, out, why);
    if (!e && out->last_page > w.pages + UNWRITTEN_MOST)
        e = bad(&w, "the file is cut short", out->last_page);
    if (!e)
        e = look_at_root(&w, &out->main);
    if (!e)
        e = look_at_root(&w, &out->free);
    whole = whole || w.size <= WHOLE_BELOW || w.size < (out->last_page + 1) * out->page_size;
    walk_fini(&w);
    return e || !whole ? e : kv_pages_walk(fd, path, out, why);
}
