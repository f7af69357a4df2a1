#include "server/core/numbered.h"
#include "common/filter.h"
#include "common/text.h"
#include <string.h>

static bool same(struct arena *a, const char *number, const char *folded)
{
    return number && strcmp(text_fold(a, number), folded) == 0;
}

enum err numbered_document(struct call *c, int kind, const char *number, uint64_t *id)
{
    struct arena_mark before = arena_mark(c->arena);
    const char *folded = text_fold(c->arena, number);
    struct key k = index_key(&c->txn, INDEX_DOC_NUMBER);
    struct id_list ids = {0};
    key_number(key_u8(&k, (uint8_t)kind), folded);
    *id = 0;
    enum err e = record_ids(&c->txn, &k, SIZE_MAX, &ids);
    for (size_t i = 0; i < ids.n && !e && !*id; i++) {
        struct arena_mark one = arena_mark(c->arena);
        struct document_row row;
        e = record_view(&c->txn, KIND_DOCUMENT, ids.v[i], shape_document_row(), &row);
        if (!e && same(c->arena, row.number, folded))
            *id = ids.v[i];
        arena_release(c->arena, one);
    }
    arena_release(c->arena, before);
    return e;
}

enum err numbered_payments(struct call *c, const char *number, bool counted, numbered_take *take,
                           void *context)
{
    struct arena_mark before = arena_mark(c->arena);
    const char *folded = text_fold(c->arena, number);
    char tail[FILTER_TAIL];
    struct id_list ids = {0};
    struct key k = index_key(&c->txn, counted ? INDEX_PAYMENT_WORD : INDEX_PAYMENT_NUMBER);
    if (counted)
        key_text(key_u8(&k, '#'), filter_tail(tail, folded));
    else
        key_text(&k, folded);
    enum err e = record_ids(&c->txn, &k, SIZE_MAX, &ids);
    bool more = true;
    for (size_t i = 0; i < ids.n && !e && more; i++) {
        struct arena_mark one = arena_mark(c->arena);
        struct payment_owner p;
        e = record_view(&c->txn, KIND_PAYMENT, ids.v[i], shape_payment_owner(), &p);
        if (!e && p.number &&
            (counted ? filter_number_compare(text_fold(c->arena, p.number), folded) == 0
                     : same(c->arena, p.number, folded)))
            more = take(context, &p);
        arena_release(c->arena, one);
    }
    arena_release(c->arena, before);
    return e;
}

static bool note(void *context, const struct payment_owner *p)
{
    (void)p;
    *(bool *)context = true;
    return false;
}

enum err numbered_payment_is(struct call *c, const char *number, bool *is)
{
    *is = false;
    return numbered_payments(c, number, false, note, is);
}

enum err numbered_refund(struct call *c, const char *number, uint64_t *id, bool *is)
{
    struct key k = index_key(&c->txn, INDEX_REFUND_NUMBER); /* ours alone, and short: never cut */
    uint64_t found;
    enum err e = record_find(&c->txn, key_text(&k, text_fold(c->arena, number)), &found);
    *is = !e;
    if (!e && id)
        *id = found;
    return e == ERR_NOT_FOUND ? OK : e;
}
