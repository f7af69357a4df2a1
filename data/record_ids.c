/* Ids alone, out of indexes: what stands in a range, which of several is the shortest, what has several words. No record is read. */
#include "data/engine/kv.h"
#include "data/record_list_inside.h"
#include <stdlib.h>
#include <string.h>

enum err record_find(struct txn *t, const struct key *prefix, uint64_t *id)
{
    struct id_list ids;
    enum err e = record_ids(t, prefix, 1, &ids);
    if (e)
        return e;
    if (ids.n == 0)
        return ERR_NOT_FOUND;
    *id = ids.v[0];
    return OK;
}

enum err record_ids(struct txn *t, const struct key *prefix, size_t most, struct id_list *ids)
{
    struct list_range range = list_range(prefix);
    return record_range_ids(t, &range, most, ids);
}

enum err record_range_ids(struct txn *t, const struct list_range *range, size_t most, struct id_list *ids)
{
    struct stream s = {0};
    struct id_list found = {0};
    size_t capacity = 0;
    enum err e = stream_begin(&s, t, range, false, NULL, 0);
    while (!e && s.suffix && found.n < most) {
        if (found.n == capacity)
            found.v = arena_grow(t->arena, found.v, &capacity, sizeof *found.v);
        found.v[found.n++] = key_get_u64(s.suffix + s.suffix_size - 8);
        e = stream_step(&s, false);
    }
    kv_cursor_close(s.cursor);
    if (!e)
        *ids = found;
    return e;
}

enum err record_count(struct txn *t, const struct list_range *range, size_t most, size_t *n)
{
    struct stream s = {0};
    size_t count = 0;
    enum err e = stream_begin(&s, t, range, false, NULL, 0);
    while (!e && s.suffix && count < most) {
        count++;
        e = stream_step(&s, false);
    }
    kv_cursor_close(s.cursor);
    if (!e)
        *n = count;
    return e;
}

enum err record_part(struct txn *t, const struct list_range *range, size_t size, void *part)
{
    struct stream s = {0};
    enum err e = stream_begin(&s, t, range, false, NULL, 0);
    if (!e && (!s.suffix || s.suffix_size < size))
        e = ERR_NOT_FOUND;
    if (!e)
        memcpy(part, s.suffix, size);
    kv_cursor_close(s.cursor);
    return e;
}

static int by_id(const void *a, const void *b)
{
    const uint64_t *x = a, *y = b;
    return *x < *y ? -1 : *x > *y;
}

void ids_sort(struct id_list *ids)
{
    size_t n = 0;
    if (ids->n)
        qsort(ids->v, ids->n, sizeof *ids->v, by_id);
    for (size_t i = 0; i < ids->n; i++)
        if (!i || ids->v[i] != ids->v[i - 1])
            ids->v[n++] = ids->v[i];
    ids->n = n;
}

bool ids_have(const struct id_list *ids, uint64_t id)
{
    size_t low = 0, high = ids->n;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (ids->v[middle] < id)
            low = middle + 1;
        else
            high = middle;
    }
    return low < ids->n && ids->v[low] == id;
}

/* --- the shortest of several ------------------------------------------------------------------------------------------- */
struct runner {
    struct stream s; /* of the range that it is in */
    size_t at;       /* which of its ranges; all of them: it is at its end */
    size_t room;
    bool begun;
};

/* One entry more of it. */
static enum err run(struct txn *t, struct id_union *u, struct runner *r)
{
    enum err e = OK;
    if (!r->begun)
        e = stream_begin(&r->s, t, &u->ranges[r->at], false, NULL, 0);
    else if (r->s.suffix)
        e = stream_step(&r->s, false);
    r->begun = true;
    if (e)
        return e;
    if (!r->s.suffix) {
        kv_cursor_close(r->s.cursor);
        r->s = (struct stream){0};
        r->begun = false;
        r->at++;
        return OK;
    }
    if (u->ids.n == r->room)
        u->ids.v = arena_grow(t->arena, u->ids.v, &r->room, sizeof *u->ids.v);
    u->ids.v[u->ids.n++] = key_get_u64(r->s.suffix + r->s.suffix_size - 8);
    return OK;
}

enum err record_fewest(struct txn *t, struct id_union *unions, size_t n, size_t most, size_t *which)
{
    struct runner *runners = arena_alloc(t->arena, n * sizeof *runners);
    size_t running = n;
    enum err e = OK;
    *which = n;
    while (running && *which == n && !e) {
        running = 0;
        for (size_t i = 0; i < n && *which == n && !e; i++) {
            if (runners[i].at == unions[i].n)
                *which = i;
            else if (unions[i].ids.n <= most) {
                running++;
                e = run(t, &unions[i], &runners[i]);
            }
        }
    }
    for (size_t i = 0; i < n; i++)
        kv_cursor_close(runners[i].s.cursor);
    return e;
}

/* --- what has several words -------------------------------------------------------------------------------------------- */
#define TERMS \
    16 /* that begin with a word; of more, their entries are not in the order of ids for long enough */
#define MOVES 16000 /* of cursors, before one gives up */
#define END UINT64_MAX

/* The entries of one term, ascending by id. */
struct term {
    struct kv_cursor *cursor;
    const uint8_t *begin; /* of its keys: what stands before the id */
    size_t size;
    uint64_t at; /* END: there are no more */
};
struct word {
    struct term terms[TERMS];
    size_t n;
    bool wide; /* it has more terms than that */
};

static void look_at(struct term *term)
{
    struct kv_bytes key;
    const bool in = kv_at(term->cursor, &key, NULL) && key.size == term->size + 8 &&
                    memcmp(key.data, term->begin, term->size) == 0;
    term->at = in ? key_get_u64((const uint8_t *)key.data + term->size) : END;
}

/* The first term behind `after`, or none: at is END. */
static enum err next_term(struct txn *t, const struct key *begin, const struct key *after, struct term *term)
{
    struct kv_bytes key;
    enum err e = kv_cursor_open(t->kv, &term->cursor);
    if (!e)
        e = cursor_moved(term->cursor, kv_seek(term->cursor, after->bytes, after->size, false));
    term->at = END;
    if (e || !kv_at(term->cursor, &key, NULL) || key.size < begin->size + 8 ||
        memcmp(key.data, begin->bytes, begin->size) != 0)
        return e;
    term->size = key.size - 8;
    term->begin = arena_copy(t->arena, key.data, term->size);
    look_at(term);
    return OK;
}

static enum err open_word(struct txn *t, const struct key *begin, struct word *w)
{
    struct key after = *begin;
    for (;;) {
        struct term term = {0};
        enum err e = next_term(t, begin, &after, &term);
        if (e || term.at == END || w->n == TERMS) {
            w->wide = !e && term.at != END;
            kv_cursor_close(term.cursor);
            return e;
        }
        w->terms[w->n++] = term;
        after.size = 0;
        key_u8(key_u64(key_bytes(&after, term.begin, term.size), UINT64_MAX), 0);
    }
}

/* The first id of it that is not before `from`. Entries are often near: one step, and then a leap. */
static enum err leap(struct word *w, uint64_t from, uint64_t *id, size_t *moves)
{
    *id = END;
    for (size_t i = 0; i < w->n; i++) {
        struct term *term = &w->terms[i];
        enum err e = OK;
        if (term->at < from) {
            ++*moves;
            e = cursor_moved(term->cursor, kv_step(term->cursor, false));
            look_at(term);
        }
        if (!e && term->at < from) {
            struct key k = {.size = 0};
            ++*moves;
            key_u64(key_bytes(&k, term->begin, term->size), from);
            e = cursor_moved(term->cursor, kv_seek(term->cursor, k.bytes, k.size, false));
            look_at(term);
        }
        if (e)
            return e;
        if (term->at < *id)
            *id = term->at;
    }
    return OK;
}

/* From id to id that may be in all of them. */
static enum err in_all_words(struct txn *t, struct word **words, size_t n, size_t most, struct id_list *ids)
{
    size_t room = 0, moves = 0, agree = 0; /* so many of them have it */
    uint64_t id = 0;
    for (size_t i = 0; id != END && ids->n <= most; i = (i + 1) % n) {
        uint64_t next;
        enum err e = leap(words[i], id, &next, &moves);
        if (e)
            return e;
        agree = next == id || !agree ? agree + 1 : 1;
        id = next;
        if (moves > MOVES) {
            ids->n = most + 1;
        } else if (agree >= n && id != END) {
            if (ids->n == room)
                ids->v = arena_grow(t->arena, ids->v, &room, sizeof *ids->v);
            ids->v[ids->n++] = id++;
            agree = 0;
        }
    }
    return OK;
}

/* Where each word has many terms: all entries of the one that has the fewest. */
static enum err of_wide(struct txn *t, const struct key *begins, size_t n, size_t most, struct id_list *ids)
{
    struct id_union *unions = arena_alloc(t->arena, n * sizeof *unions);
    struct list_range *ranges = arena_alloc(t->arena, n * sizeof *ranges);
    size_t which;
    for (size_t i = 0; i < n; i++) {
        ranges[i] = list_range(&begins[i]);
        unions[i] = (struct id_union){.ranges = &ranges[i], .n = 1};
    }
    enum err e = record_fewest(t, unions, n, most, &which);
    if (!e && which < n)
        *ids = unions[which].ids;
    ids_sort(ids);
    if (!e && which == n)
        ids->n = most + 1;
    return e;
}

enum err record_having(struct txn *t, const struct key *begins, size_t n, size_t most, struct id_list *ids,
                       bool *exact)
{
    struct word **words = arena_alloc(t->arena, n * sizeof(struct word *));
    struct word *all = arena_alloc(t->arena, n * sizeof *all);
    size_t narrow = 0;
    enum err e = OK;
    *ids = (struct id_list){0};
    for (size_t i = 0; i < n && !e; i++) {
        e = open_word(t, &begins[i], &all[i]);
        if (!all[i].wide)
            words[narrow++] = &all[i];
    }
    *exact = narrow == n;
    if (!e)
        e = narrow ? in_all_words(t, words, narrow, most, ids) : of_wide(t, begins, n, most, ids);
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < all[i].n; k++)
            kv_cursor_close(all[i].terms[k].cursor);
    return e;
}
