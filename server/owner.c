#include "server/owner.h"
#include "common/text.h"
#include "data/derive.h"

static enum err resolve(struct call *c, const struct codec_name *n)
{
    struct key k = index_key(&c->txn, n->kind == KIND_PAYMENT ? INDEX_PAYMENT_NUMBER : INDEX_DOC_NUMBER);
    const char *folded = text_fold(c->arena, n->name);
    enum err e = ERR_NOT_FOUND;
    if (n->kind == KIND_PAYMENT)
        return record_find(&c->txn, key_text(&k, folded), n->where);
    for (int kind = DOC_INVOICE; kind >= DOC_ESTIMATE && e == ERR_NOT_FOUND; kind--) {
        if ((n->kind == KIND_INVOICE && kind != DOC_INVOICE) ||
            (n->kind == KIND_ESTIMATE && kind != DOC_ESTIMATE))
            continue;
        k = index_key(&c->txn, INDEX_DOC_NUMBER);
        key_text(key_u8(&k, (uint8_t)kind), folded);
        e = record_find(&c->txn, &k, n->where);
    }
    return e;
}

static enum err check_id(struct call *c, const struct field *f, uint64_t id)
{
    if (id == 0 || f->kind == KIND_ANY)
        return OK;
    void *record = arena_alloc(c->arena, record_shape(f->kind)->size);
    enum err e = record_get(&c->txn, f->kind, id, record);
    if (!e && call_by_customer(c) && !derive_visible(f->kind, record, c->who.customer))
        e = ERR_NOT_FOUND;
    return e == ERR_NOT_FOUND ? REFUSE(c, ERR_NOT_FOUND, f->name, "there is none of that id") : e;
}

static enum err check_shape(struct call *c, const struct shape *shape, const void *in)
{
    enum err e = OK;
    for (size_t i = 0; i < shape->n && !e; i++) {
        const struct field *f = &shape->fields[i];
        const char *at = (const char *)in + f->offset;
        const struct any_list *list = (const void *)at;
        if (f->type == FIELD_ID) {
            e = check_id(c, f, *(const uint64_t *)(const void *)at);
        } else if (f->type == FIELD_IDS) {
            for (size_t k = 0; k < list->n && !e; k++)
                e = check_id(c, f, ((const uint64_t *)list->v)[k]);
        } else if (f->type == FIELD_SHAPE) {
            const void *sub = *(void *const *)(const void *)at;
            e = sub ? check_shape(c, f->shape(), sub) : OK;
        } else if (f->type == FIELD_LIST) {
            for (size_t k = 0; k < list->n && !e; k++)
                e = check_shape(c, f->shape(), (const char *)list->v + k * f->shape()->size);
        }
    }
    return e;
}

enum err owner_check(struct call *c, const struct shape *shape, const void *in,
                     const struct codec_names *names)
{
    for (size_t i = 0; i < names->n; i++) {
        enum err e = resolve(c, &names->v[i]);
        if (e == ERR_NOT_FOUND)
            return REFUSE(c, e, names->v[i].field, "there is none of that number");
        if (e)
            return e;
    }
    return check_shape(c, shape, in);
}
