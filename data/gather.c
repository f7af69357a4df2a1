/* Pages of filters that leave few rows: all are read, then sorted. */
#include "data/record_list_inside.h"
#include <stdlib.h>
#include <string.h>

struct found {
    size_t row; /* place in record_list.rows */
    size_t size;
    const uint8_t *suffix;
};

static int compare(const uint8_t *a, size_t a_size, const uint8_t *b, size_t b_size)
{
    int c = memcmp(a, b, a_size < b_size ? a_size : b_size);
    return c ? c : (a_size > b_size) - (a_size < b_size);
}

static int by_suffix(const void *a, const void *b)
{
    const struct found *x = a, *y = b;
    return compare(x->suffix, x->size, y->suffix, y->size);
}

static enum err read_all(struct txn *t, struct record_list *l, const struct id_list *ids, struct found *found,
                         size_t *n)
{
    size_t room = 0;
    for (size_t i = 0; i < ids->n; i++) {
        if (*n == room)
            l->rows = arena_grow(t->arena, l->rows, &room, l->view->size);
        void *row = (char *)l->rows + *n * l->view->size;
        struct key k = {.size = 0};
        struct arena_mark before = arena_mark(t->arena);
        enum err e = record_needed_view(t, l->kind, ids->v[i], l->view, row); /* an index names it */
        if (e)
            return e;
        if (l->keep && !l->keep(l->context, row)) {
            arena_release(t->arena, before);
            continue;
        }
        if (l->tally)
            l->tally(l->context, row);
        l->order(l->context, row, &k);
        key_u64(&k, ids->v[i]);
        found[*n] = (struct found){*n, k.size, arena_copy(t->arena, k.bytes, k.size)};
        ++*n;
    }
    return OK;
}

/* The page behind `after`, out of all that were found. */
static void page(struct txn *t, struct record_list *l, const struct found *found, size_t n,
                 const uint8_t *after, size_t after_size)
{
    size_t size = l->view->size, last = 0;
    char *rows = arena_alloc(t->arena, (n < l->limit ? n : l->limit) * size);
    for (size_t i = 0; i < n; i++) {
        const struct found *f = &found[l->backward ? n - 1 - i : i];
        int c = after_size ? compare(f->suffix, f->size, after, after_size) : 0;
        if (after_size && (l->backward ? c >= 0 : c <= 0))
            continue;
        if (l->count == l->limit) {
            l->next = list_cursor(t, found[last].suffix, found[last].size);
            break;
        }
        last = (size_t)(f - found);
        memcpy(rows + l->count++ * size, (char *)l->rows + f->row * size, size);
    }
    l->rows = rows;
}

enum err record_gather(struct txn *t, struct record_list *l, struct id_list *ids, struct refusal *why)
{
    uint8_t after[KEY_SUFFIX];
    size_t after_size, n = 0;
    l->count = 0;
    l->next = NULL;
    l->rows = NULL;
    enum err e = list_after(t, l->after, after, &after_size, why);
    if (e)
        return e;
    ids_sort(ids);
    struct found *found = arena_alloc(t->arena, (ids->n + 1) * sizeof *found);
    e = read_all(t, l, ids, found, &n);
    if (e)
        return e;
    if (n)
        qsort(found, n, sizeof *found, by_suffix);
    page(t, l, found, n, after, after_size);
    l->tallied = true;
    return OK;
}
