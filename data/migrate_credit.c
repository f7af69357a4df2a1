#include "data/migrate_credit.h"
#include "common/buf.h"
#include "common/codec.h"
#include "data/derive.h"
#include "data/engine/kv.h"
#include <stdio.h>
#include <string.h>

#define BATCH 500 /* documents of one transaction */

struct crediting {
    struct arena *arena;
    uint32_t business;
    int kind;
    char after[400], next[400];
};

static enum err put_raw(struct txn *t, const struct document *d)
{
    struct buf packed;
    struct key k = record_key(t, KIND_DOCUMENT);
    key_u64(&k, d->id);
    buf_init(&packed, KV_VALUE_MAX);
    codec_pack(&packed, shape_document(), d, CODEC_STORE);
    enum err e = packed.full ? ERR_TOO_LARGE : kv_put(t->kv, k.bytes, k.size, packed.data, packed.size);
    buf_fini(&packed);
    return e;
}

/* What was open before counted nowhere as due: what it derives now is added, not moved. */
static enum err now_due(struct txn *t, struct document *d)
{
    struct derived now;
    enum err e = put_raw(t, d);
    derive(t, KIND_DOCUMENT, d, &now);
    const struct key due = total_key(t, TOTAL_OUTSTANDING, 0, "", 0);
    for (size_t i = 0; i < now.n_totals && !e; i++)
        if (now.totals[i].key.bytes[5] == due.bytes[5]) /* the slot, behind business and space */
            e = total_add(t, &now.totals[i].key, now.totals[i].amount, now.totals[i].count);
    return e;
}

/* What this step did before bears a currency there. */
static enum err credit_one(struct txn *t, struct document *d)
{
    if (d->kind == DOC_RETAINER && !*d->balance.currency && (d->state == DOC_OPEN || d->state == DOC_DRAFT)) {
        d->paid = money_of(0, d->currency);
        d->balance = money_of(d->total.amount, d->currency);
        return d->state == DOC_OPEN ? now_due(t, d) : record_put(t, KIND_DOCUMENT, d);
    }
    if (d->kind == DOC_CREDIT_NOTE && !*d->left.currency && d->state == DOC_OPEN) {
        d->left = money_of(d->total.amount, d->currency);
        return record_put(t, KIND_DOCUMENT, d);
    }
    return OK;
}

static enum err credit_some(struct kv_txn *kv, void *arg)
{
    struct crediting *m = arg;
    struct txn t = {.kv = kv, .arena = m->arena, .business = m->business};
    struct refusal why;
    arena_reset(m->arena);
    struct key k = index_key(&t, INDEX_DOC_DATE);
    const struct list_range range = list_range(key_u8(&k, (uint8_t)m->kind));
    struct record_list page = {.kind = KIND_DOCUMENT,
                               .view = shape_document(),
                               .ranges = &range,
                               .n = 1,
                               .after = *m->after ? m->after : NULL,
                               .limit = BATCH};
    enum err e = record_list(&t, &page, &why);
    for (size_t i = 0; i < page.count && !e; i++)
        e = credit_one(&t, &((struct document *)page.rows)[i]);
    snprintf(m->next, sizeof m->next, "%s", !e && page.next ? page.next : "");
    return e;
}

enum err migrate_credit(struct kv *kv, uint32_t businesses)
{
    static const int kinds[] = {DOC_RETAINER, DOC_CREDIT_NOTE};
    struct crediting m = {.arena = arena_open()};
    enum err e = OK;
    for (m.business = 1; m.business <= businesses && !e; m.business++)
        for (size_t i = 0; i < 2 && !e; i++) {
            m.kind = kinds[i];
            do {
                e = kv_write(kv, credit_some, &m);
                memcpy(m.after, m.next, sizeof m.after);
            } while (!e && *m.after);
        }
    arena_close(m.arena);
    return e;
}
