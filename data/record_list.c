/* Pages: the union of index ranges, merged in key order, with opaque cursors. */
#include "common/codec.h"
#include "data/engine/kv.h"
#include "data/record_list_inside.h"
#include "data/record.h"
#include "data/row.h"
#include <assert.h>
#include <string.h>

struct list_range list_range(const struct key *prefix)
{
    struct list_range r;
    r.prefix = *prefix;
    r.first.size = r.last.size = 0;
    return r;
}

static int compare(const uint8_t *a, size_t a_size, const uint8_t *b, size_t b_size)
{
    size_t n = a_size < b_size ? a_size : b_size;
    int c = memcmp(a, b, n);
    return c ? c : (a_size > b_size) - (a_size < b_size);
}

void stream_look(struct stream *s, bool backward)
{
    struct kv_bytes key;
    const struct key *p = &s->range->prefix, *first = &s->range->first, *last = &s->range->last;
    s->suffix = NULL;
    if (!kv_at(s->cursor, &key, &s->value) || key.size < p->size + 8 ||
        memcmp(key.data, p->bytes, p->size) != 0)
        return;
    if (backward && first->size && compare(key.data, key.size, first->bytes, first->size) < 0)
        return;
    size_t cut = key.size < last->size ? key.size : last->size;
    if (!backward && last->size && memcmp(key.data, last->bytes, cut) > 0)
        return;
    s->suffix = (const uint8_t *)key.data + p->size;
    s->suffix_size = key.size - p->size;
}

/* The key from which a range is read: after the cursor, or its own begin or end. */
static struct key begin_key(const struct list_range *r, bool backward, const uint8_t *after,
                            size_t after_size)
{
    struct key k = r->prefix;
    if (after_size)
        key_bytes(&k, after, after_size);
    else if (!backward && r->first.size)
        k = r->first;
    else if (backward) {
        if (r->last.size)
            k = r->last;
        memset(k.bytes + k.size, 0xff, KEY_MAX - k.size); /* past every key that starts so */
        k.size = KEY_MAX;
    }
    return k;
}

enum err cursor_moved(struct kv_cursor *cursor, enum err e)
{
    return e == ERR_DAMAGED && kv_at(cursor, NULL, NULL) ? OK : e;
}

enum err stream_step(struct stream *s, bool backward)
{
    enum err e = cursor_moved(s->cursor, kv_step(s->cursor, backward));
    stream_look(s, backward);
    return e;
}

enum err stream_begin(struct stream *s, struct txn *t, const struct list_range *r, bool backward,
                      const uint8_t *after, size_t after_size)
{
    s->range = r;
    struct key k = begin_key(r, backward, after, after_size);
    /* A cursor from another page may lie outside the range's own bounds: never start before them. */
    struct key own = begin_key(r, backward, NULL, 0);
    int c = compare(k.bytes, k.size, own.bytes, own.size);
    if (after_size && (backward ? c > 0 : c < 0))
        k = own;
    enum err e = kv_cursor_open(t->kv, &s->cursor);
    if (!e)
        e = cursor_moved(s->cursor, kv_seek(s->cursor, k.bytes, k.size, backward));
    if (e)
        return e;
    stream_look(s, backward);
    if (s->suffix && after_size && compare(s->suffix, s->suffix_size, after, after_size) == 0)
        e = stream_step(s, backward);
    return e;
}

/* --- merging: a heap of the streams that are not at their end, the next one first ------------------------------------------- */
struct heap {
    struct stream **v;
    size_t n;
    bool backward;
};

static bool sooner(const struct heap *h, size_t a, size_t b)
{
    const struct stream *x = h->v[a], *y = h->v[b];
    const int c = compare(x->suffix, x->suffix_size, y->suffix, y->suffix_size);
    return h->backward ? c > 0 : c < 0;
}

static void sink(struct heap *h, size_t at)
{
    for (size_t child; (child = 2 * at + 1) < h->n; at = child) {
        child += child + 1 < h->n && sooner(h, child + 1, child);
        if (!sooner(h, child, at))
            return;
        struct stream *up = h->v[child];
        h->v[child] = h->v[at];
        h->v[at] = up;
    }
}

/* The first of them has moved. */
static void settle(struct heap *h)
{
    if (!h->v[0]->suffix)
        h->v[0] = h->v[--h->n];
    sink(h, 0);
}

static struct heap heap_of(struct txn *t, struct stream *streams, size_t n, bool backward)
{
    struct heap h = {.v = arena_alloc(t->arena, n * sizeof *h.v), .backward = backward};
    for (size_t i = 0; i < n; i++)
        if (streams[i].suffix)
            h.v[h.n++] = &streams[i];
    for (size_t i = h.n / 2; i-- > 0;)
        sink(&h, i);
    return h;
}

/* A cursor: the seal of what was asked for, then the suffix of the last key, in hexadecimal. */
static const char HEX[] = "0123456789abcdef";
#define SEAL 4

static void hex(char *to, const uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        to[i * 2] = HEX[bytes[i] >> 4];
        to[i * 2 + 1] = HEX[bytes[i] & 15];
    }
}

const char *list_cursor(const struct txn *t, const uint8_t *suffix, size_t size)
{
    struct key seal = {.size = 0};
    char *text = arena_alloc(t->arena, (SEAL + size) * 2 + 1);
    hex(text, key_u32(&seal, t->seal)->bytes, SEAL);
    hex(text + 2 * SEAL, suffix, size);
    return text;
}

static bool cursor_bytes(const char *text, uint8_t *out, size_t *size)
{
    size_t length = strlen(text);
    if (length % 2 || length / 2 > SEAL + KEY_SUFFIX || length / 2 < SEAL + 8)
        return false;
    for (size_t i = 0; i < length; i++) {
        const char *digit = memchr(HEX, text[i], 16);
        if (!digit)
            return false;
        uint8_t v = (uint8_t)(digit - HEX);
        out[i / 2] = i % 2 ? (uint8_t)(out[i / 2] | v) : (uint8_t)(v << 4);
    }
    *size = length / 2;
    return true;
}

enum err list_after(const struct txn *t, const char *text, uint8_t *after, size_t *size, struct refusal *why)
{
    uint8_t bytes[SEAL + KEY_SUFFIX];
    size_t all;
    *size = 0;
    if (!text || !*text)
        return OK;
    if (!cursor_bytes(text, bytes, &all))
        return refuse(why, ERR_INVALID, "after", "is not a cursor that a list gave");
    if (key_get_u32(bytes) != t->seal)
        return refuse(why, ERR_INVALID, "after",
                      "was given for another list, order or filter: begin without it");
    *size = all - SEAL;
    memcpy(after, bytes + SEAL, *size);
    return OK;
}

/* What stands on the page: a bit for all ids that are the same in their last six. */
struct page {
    size_t room; /* rows that there is room for */
    uint64_t ids;
};

/* The same record may stand twice in a word index: once per page is enough. */
static bool already(const struct record_list *l, const struct page *page, uint64_t id)
{
    if (!(page->ids >> (id & 63) & 1))
        return false;
    for (size_t i = 0; i < l->count; i++)
        if (record_id((char *)l->rows + i * l->view->size) == id)
            return true;
    return false;
}

/* Past the page a row is only looked at. */
static bool quick_row(struct txn *t, const struct record_list *l, uint64_t id, const struct kv_bytes *value,
                      void *row)
{
    return l->next ? row_numbers(l->view, id, value->data, value->size, row)
                   : row_tell(t->arena, l->view, id, value->data, value->size, row);
}

/* The row of an entry: as the index carries it, or of the record; a stretch of records is read where it stands. */
static enum err read_row(struct txn *t, const struct record_list *l, const struct stream *s, uint64_t id,
                         void *row)
{
    const bool records = s->range->prefix.bytes[4] < SPACE_INDEX;
    const struct kv_bytes *value = &s->value;
    if (value->size && records)
        return record_of_value(t, l->kind, id, l->view, value->data, value->size, row);
    if (value->size && ((l->told && quick_row(t, l, id, value, row)) ||
                        row_read(t->arena, l->view, id, value->data, value->size, row)))
        return OK;
    return record_needed_view(t, l->kind, id, l->view, row); /* an index names it */
}

/* Room for rows grows with what is found: most lists beside a document are short, and clearing a page's room costs. What a row that
 * does not stay took is given back at once: a list holds its page, however many rows are read for it. */
static enum err take(struct txn *t, struct record_list *l, struct page *page, const struct stream *s)
{
    uint64_t id = key_get_u64(s->suffix + s->suffix_size - 8);
    if ((l->only && !ids_have(l->only, id)) || already(l, page, id))
        return OK;
    const struct kv_bytes *value = &s->value;
    if (l->outside && value->size == ROW_INSIDE_SIZE && memcmp(value->data, ROW_INSIDE, ROW_INSIDE_SIZE) == 0)
        return OK;
    if (l->count == page->room)
        l->rows = arena_room(t->arena, l->rows, &page->room, l->view->size);
    void *row = (char *)l->rows + l->count * l->view->size;
    struct arena_mark before = arena_mark(t->arena);
    enum err e = read_row(t, l, s, id, row);
    bool damaged = e == ERR_DAMAGED && l->damaged && !l->tally;
    if (damaged) {
        memset(row, 0, l->view->size);
        l->damaged(id, row);
        e = OK;
    }
    bool kept = !e && (damaged || !l->keep || l->keep(l->context, row));
    bool stays = kept && !l->next; /* past the page it is only counted */
    if (!stays)
        arena_release(t->arena, before);
    if (kept && l->tally)
        l->tally(l->context, row);
    l->count += stays;
    page->ids |= (uint64_t)stays << (id & 63);
    return e;
}

/* Is the page done? It is when it is full, after some work, or, as long as nothing was found, after much. */
static bool done(const struct record_list *l, size_t examined)
{
    size_t some = l->examine ? l->examine : LIST_EXAMINE;
    return l->count == l->limit || (l->count ? examined >= some : examined >= LIST_EXAMINE_EMPTY);
}

/* To the first entry of a stream that has what another stands on, or comes behind it. */
static enum err go_to(struct stream *s, const struct stream *other, bool backward)
{
    const struct key to = begin_key(s->range, backward, other->suffix, other->suffix_size);
    enum err e = cursor_moved(s->cursor, kv_seek(s->cursor, to.bytes, to.size, backward));
    stream_look(s, backward);
    return e;
}

/* Is what s stands on in the others, too? Else s goes to the next that may be, or to its end. */
static enum err in_all(const struct record_list *l, struct stream *s, struct stream *others, bool *there)
{
    *there = true;
    for (size_t i = 0; i < l->n_also && *there; i++) {
        struct stream *o = &others[i];
        enum err e = go_to(o, s, l->backward);
        *there = !e && o->suffix && compare(o->suffix, o->suffix_size, s->suffix, s->suffix_size) == 0;
        if (!e && !*there && o->suffix)
            e = go_to(s, o, l->backward);
        else if (!*there)
            s->suffix = NULL;
        if (e)
            return e;
    }
    return OK;
}

static enum err merge(struct txn *t, struct record_list *l, struct stream *streams)
{
    struct heap heap = heap_of(t, streams, l->n, l->backward);
    uint8_t last[KEY_MAX];
    size_t last_size = 0, examined = 0;
    struct page page = {0};
    bool count = l->tally && !(l->after && *l->after);
    for (; heap.n; examined++) {
        struct stream *s = heap.v[0];
        if (!l->next && done(l, examined))
            l->next = list_cursor(t, last, last_size);
        if (l->next && (!count || examined >= LIST_EXAMINE))
            return OK;
        const bool again =
            l->n > 1 && compare(s->suffix, s->suffix_size, last, last_size) == 0; /* in two ranges */
        memcpy(last, s->suffix, s->suffix_size);
        last_size = s->suffix_size;
        bool there;
        enum err e = in_all(l, s, streams + l->n, &there);
        if (!e && there && !again)
            e = take(t, l, &page, s);
        if (!e && there)
            e = stream_step(s, l->backward);
        if (e)
            return e;
        settle(&heap);
    }
    l->tallied = count;
    return OK;
}

enum err record_list(struct txn *t, struct record_list *l, struct refusal *why)
{
    uint8_t after[KEY_MAX];
    size_t after_size = 0;
    enum err e = list_after(t, l->after, after, &after_size, why);
    if (e)
        return e;
    if (l->n > LIST_RANGES)
        return refuse(why, ERR_TOO_LARGE, "", "too many ranges at once");
    l->count = 0;
    l->next = NULL;
    l->rows = NULL;
    l->tallied = false;
    assert(l->n_also == 0 || l->n == 1);
    struct stream *streams = arena_alloc(t->arena, (l->n + l->n_also) * sizeof *streams);
    struct list_range *also = arena_alloc(t->arena, l->n_also * sizeof *also);
    for (size_t i = 0; i < l->n && !e; i++)
        e = stream_begin(&streams[i], t, &l->ranges[i], l->backward, after, after_size);
    for (size_t i = 0; i < l->n_also && !e; i++) {
        also[i] = list_range(&l->also[i]);
        streams[l->n + i].range = &also[i];
        e = kv_cursor_open(t->kv, &streams[l->n + i].cursor);
    }
    if (!e)
        e = merge(t, l, streams);
    for (size_t i = 0; i < l->n + l->n_also; i++)
        kv_cursor_close(streams[i].cursor);
    return e;
}
