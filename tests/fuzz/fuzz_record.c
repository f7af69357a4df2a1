/* What lies in the store, if anything may lie there: the first byte chooses the kind. What is read and written again reads and is written
 * the same; a view shows what the whole record says; anything else is damaged. */
#include "common/codec.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/made.h"

#define MOST ((size_t)4 * 1024 * 1024)

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most, unsigned seed);

static const struct shape *(*const kinds[])(void) = {
#define RECORD(kind, name) shape_##name,
#define INDEX(symbol, number, help)
#include "data/record.def"
#undef RECORD
#undef INDEX
};
#define KINDS (sizeof kinds / sizeof *kinds)

static const struct {
    const struct shape *(*whole)(void), *(*view)(void);
} views[] = {
    {shape_document, shape_document_row},   {shape_document, shape_document_due},
    {shape_document, shape_document_owner}, {shape_document, shape_document_work},
    {shape_customer, shape_customer_row},   {shape_payment, shape_payment_row},
    {shape_mail, shape_mail_row},           {shape_business, shape_business_generation},
};

/* The fields of a view out of a whole record. */
static void fill(const struct shape *view, void *to, const struct shape *whole, const void *from)
{
    for (size_t i = 0; i < view->n; i++)
        for (size_t k = 0; k < whole->n; k++) {
            const struct field *v = &view->fields[i], *w = &whole->fields[k];
            if (v->number != w->number)
                continue;
            must(v->type == w->type);
            if (!(v->flags & FIELD_CALC) && !(w->flags & FIELD_CALC))
                memcpy((char *)to + v->offset, (const char *)from + w->offset, field_size(v));
        }
}

static void check_view(struct arena *a, const struct shape *view, const struct shape *whole,
                       const void *record, const struct buf *stored)
{
    void *seen = arena_alloc(a, view->size), *meant = arena_alloc(a, view->size);
    struct buf one, other;
    must(codec_view(a, view, stored->data, stored->size, seen) == OK);
    fill(view, meant, whole, record);
    buf_init(&one, MOST);
    buf_init(&other, MOST);
    codec_pack(&other, view, meant, CODEC_STORE);
    must(codec_view(a, view, other.data, other.size, meant) ==
         OK); /* without the unknown fields of what it holds */
    buf_clear(&other);
    codec_pack(&one, view, seen, CODEC_STORE);
    codec_pack(&other, view, meant, CODEC_STORE);
    must(same_bytes(&one, &other));
    buf_fini(&one);
    buf_fini(&other);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    struct arena *a = arena_open();
    struct given in = {data + 1, size - 1};
    const struct shape *shape = kinds[data[0] % KINDS]();
    const uint8_t *bytes = take_rest(a, &in);
    void *first = arena_alloc(a, shape->size), *second = arena_alloc(a, shape->size);
    struct buf stored, again;
    buf_init(&stored, MOST);
    buf_init(&again, MOST);
    enum err e = codec_load(a, shape, bytes, size - 1, first);
    must(e == OK || e == ERR_DAMAGED);
    if (!e) {
        codec_pack(&stored, shape, first, CODEC_STORE);
        must(codec_load(a, shape, stored.data, stored.size, second) == OK);
        codec_pack(&again, shape, second, CODEC_STORE);
        must(same_bytes(&stored, &again));
        for (size_t i = 0; i < sizeof views / sizeof *views; i++)
            if (views[i].whole() == shape)
                check_view(a, views[i].view(), shape, second, &stored);
    }
    buf_fini(&stored);
    buf_fini(&again);
    arena_close(a);
    return 0;
}

static const struct shape *shape_of(const uint8_t *data, bool *store)
{
    *store = true;
    return kinds[data[0] % KINDS]();
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most, unsigned seed)
{
    return made_mutation(data, size, most, seed, 1, shape_of);
}
