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
        key_number(key_u8(&k, (uint8_t)kind), folded);
        e = record_find(&c->txn, &k, n->where);
    }
    return e;
}

/* Where in the arguments: "parts.1.invoice". Only built when something is refused. */
struct path {
    const struct path *up;
    const char *name;
    long index; /* −1: no list */
};

static const char *path_text(struct arena *a, const struct path *p)
{
    if (!p)
        return "";
    const char *before = path_text(a, p->up), *dot = *before ? "." : "";
    return p->index < 0 ? arena_printf(a, "%s%s%s", before, dot, p->name)
                        : arena_printf(a, "%s%s%s.%ld", before, dot, p->name, p->index);
}

/* Documents are large: only what decides is read. */
static enum err check_document(struct call *c, enum kind kind, uint64_t id)
{
    struct document_owner o;
    enum err e = record_view(&c->txn, KIND_DOCUMENT, id, shape_document_owner(), &o);
    if (e)
        return e;
    if (kind != KIND_DOCUMENT && o.kind != (kind == KIND_INVOICE ? DOC_INVOICE : DOC_ESTIMATE))
        return ERR_NOT_FOUND;
    const struct document d = {.customer = o.customer, .state = o.state};
    return !call_by_customer(c) || derive_visible(kind, &d, c->who.customer) ? OK : ERR_NOT_FOUND;
}

static enum err check_record(struct call *c, enum kind kind, uint64_t id)
{
    void *record = arena_alloc(c->arena, record_shape(kind)->size);
    enum err e = record_get(&c->txn, kind, id, record);
    if (e)
        return e;
    return !call_by_customer(c) || derive_visible(kind, record, c->who.customer) ? OK : ERR_NOT_FOUND;
}

static enum err check_id(struct call *c, const struct field *f, uint64_t id, const struct path *path)
{
    if (id == 0 || f->kind == KIND_ANY)
        return OK;
    bool document = f->kind == KIND_DOCUMENT || f->kind == KIND_INVOICE || f->kind == KIND_ESTIMATE;
    enum err e = document ? check_document(c, f->kind, id) : check_record(c, f->kind, id);
    return e == ERR_NOT_FOUND ? REFUSE(c, e, path_text(c->arena, path), "there is none of that id or number")
                              : e;
}

static enum err check_shape(struct call *c, const struct shape *shape, const void *in, const struct path *up)
{
    enum err e = OK;
    for (size_t i = 0; i < shape->n && !e; i++) {
        const struct field *f = &shape->fields[i];
        const char *at = (const char *)in + f->offset;
        const struct any_list *list = (const void *)at;
        struct path path = {up, f->name, -1};
        if (f->type == FIELD_ID) {
            e = check_id(c, f, *(const uint64_t *)(const void *)at, &path);
        } else if (f->type == FIELD_IDS) {
            for (path.index = 0; path.index < (long)list->n && !e; path.index++)
                e = check_id(c, f, ((const uint64_t *)list->v)[path.index], &path);
        } else if (f->type == FIELD_SHAPE) {
            const void *sub = *(void *const *)(const void *)at;
            e = sub ? check_shape(c, f->shape(), sub, &path) : OK;
        } else if (f->type == FIELD_LIST) {
            for (path.index = 0; path.index < (long)list->n && !e; path.index++)
                e = check_shape(c, f->shape(), (const char *)list->v + (size_t)path.index * f->shape()->size,
                                &path);
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
            *names->v[i].where = INT64_MAX; /* refused below, just as somebody else's is */
        else if (e)
            return e;
    }
    return check_shape(c, shape, in, NULL);
}
