/* Packing: shape table → msgpack. The reading half is codec_unpack.c. This file alone includes msgpack-c. */
#include "common/codec.h"
#include "common/date.h"
#include "common/text.h"
#include <msgpack.h>
#include <string.h>

/* What msgpack-c's packer calls with the bytes it made. One function for all of them, so that the compiler, which sees the packer's
 * inline functions, calls it directly. */
static int append(void *out, const char *bytes, size_t size)
{
    buf_add(out, bytes, size);
    return 0; /* what does not fit makes the buffer full: asked once at the end */
}

/* put_NAME(out, value): msgpack_pack_NAME into that buffer. */
#define PUT(name, type)                                        \
    static inline void put_##name(struct buf *out, type value) \
    {                                                          \
        msgpack_packer packer;                                 \
        msgpack_packer_init(&packer, out, append);             \
        msgpack_pack_##name(&packer, value);                   \
    }
PUT(array, size_t)
PUT(map, size_t)
PUT(str, size_t)
PUT(uint16, uint16_t)
PUT(int32, int32_t)
PUT(int64, int64_t)
PUT(uint64, uint64_t)
PUT(object, msgpack_object)
#undef PUT

static inline void put_bool(struct buf *out, bool value)
{
    msgpack_packer packer;
    msgpack_packer_init(&packer, out, append);
    (void)(value ? msgpack_pack_true(&packer) : msgpack_pack_false(&packer));
}

static void pack_str(struct buf *out, const char *text, size_t size)
{
    if (size < 32 && size < out->capacity - out->size && !out->full) { /* most are short, and there is room */
        uint8_t *at = out->data + out->size;
        *at = (uint8_t)(0xa0 | size);
        memcpy(at + 1, text, size);
        out->size += size + 1;
        return;
    }
    put_str(out, size);
    buf_add(out, text, size);
}

/* One text that is no UTF-8 makes all that it stands in unreadable. For the store it is marked; an answer is told with U+FFFD in its
 * place, since it may come from a store that took one; what a client sends is for the server to refuse, by its field's name. */
static void pack_garbled(struct buf *out, const char *text, size_t size, enum codec_for purpose)
{
    out->garbled = true;
    if (purpose != CODEC_TO_STAFF && purpose != CODEC_TO_CUSTOMER) {
        pack_str(out, text, size);
        return;
    }
    struct arena *a = arena_open();
    const char *shown = text_shown(a, text, true);
    pack_str(out, shown, strlen(shown));
    arena_close(a);
}

static void pack_text(struct buf *out, const char *text, enum codec_for purpose)
{
    if (!text)
        text = "";
    size_t size = strlen(text);
    if (text_utf8(text, size))
        pack_str(out, text, size);
    else
        pack_garbled(out, text, size, purpose);
}

static void pack_money(struct buf *out, const struct money *m, enum codec_for purpose)
{
    if (purpose == CODEC_STORE) {
        put_array(out, 2);
        put_int64(out, m->amount);
    } else {
        put_map(out, 2);
        pack_str(out, "amount", 6);
        put_int64(out, m->amount);
        pack_str(out, "currency", 8);
    }
    pack_str(out, m->currency, strlen(m->currency));
}

static bool empty(const struct field *f, const void *at)
{
    switch ((enum field_type)f->type) {
    case FIELD_BOOL: return !*(const bool *)at;
    case FIELD_COUNT:
    case FIELD_DECIMAL:
    case FIELD_INSTANT: return *(const int64_t *)at == 0;
    case FIELD_ENUM: return *(const int *)at == 0;
    case FIELD_ID: return *(const uint64_t *)at == 0;
    case FIELD_TEXT:
    case FIELD_LINES:
    case FIELD_SECRET: {
        const char *text = *(const char *const *)at;
        return !text || !*text;
    }
    case FIELD_BYTES: return ((const struct bytes *)at)->size == 0;
    case FIELD_DATE: return *(const int32_t *)at == 0;
    case FIELD_MONEY: {
        const struct money *m = at;
        return m->amount == 0 && !m->currency[0];
    }
    case FIELD_SHAPE: return *(void *const *)at == NULL;
    case FIELD_LIST:
    case FIELD_IDS:
    case FIELD_TEXTS: return ((const struct any_list *)at)->n == 0;
    }
    return true;
}

/* On the wire to a reader, numbers, booleans, money and lists are always said; what can not be said empty is left out. */
static bool said_when_empty(const struct field *f)
{
    switch ((enum field_type)f->type) {
    case FIELD_BOOL:
    case FIELD_COUNT:
    case FIELD_DECIMAL:
    case FIELD_LIST:
    case FIELD_IDS:
    case FIELD_TEXTS: return true;
    default: return false;
    }
}

static bool wanted(const struct shape *shape, const struct field *f, const struct shape_head *head,
                   const void *at, enum codec_for purpose)
{
    switch (purpose) {
    case CODEC_STORE: return !(f->flags & FIELD_CALC) && f->type != FIELD_SECRET && !empty(f, at);
    case CODEC_TO_SERVER:
        return !(f->flags & FIELD_HIDDEN) && ((head->has >> (f - shape->fields) & 1) || !empty(f, at));
    case CODEC_DIGEST:
        return f->type != FIELD_SECRET && ((head->has >> (f - shape->fields) & 1) || !empty(f, at));
    case CODEC_TO_CUSTOMER:
        if (f->flags & FIELD_STAFF)
            return false;
        break;
    case CODEC_TO_STAFF: break;
    }
    if (f->flags & FIELD_KNOWN)
        return head->has >> (f - shape->fields) & 1;
    return !(f->flags & FIELD_HIDDEN) && f->type != FIELD_SECRET && (said_when_empty(f) || !empty(f, at));
}

static void pack_shape(struct buf *out, const struct shape *shape, const void *from, enum codec_for purpose);

static void pack_list(struct buf *out, const struct field *f, const struct any_list *list,
                      enum codec_for purpose)
{
    put_array(out, list->n);
    for (size_t i = 0; i < list->n; i++) {
        if (f->type == FIELD_IDS) {
            put_uint64(out, ((const uint64_t *)list->v)[i]);
        } else if (f->type == FIELD_TEXTS) {
            pack_text(out, ((const char **)list->v)[i], purpose);
        } else {
            const struct shape *sub = f->shape();
            pack_shape(out, sub, (const char *)list->v + i * sub->size, purpose);
        }
    }
}

static void pack_text_form(struct buf *out, const struct field *f, const void *at)
{
    char text[MONEY_TEXT + INSTANT_TEXT + DATE_TEXT];
    if (f->type == FIELD_DECIMAL)
        decimal_plain(text, *(const int64_t *)at);
    else if (f->type == FIELD_DATE)
        date_plain(text, *(const int32_t *)at);
    else
        instant_plain(text, *(const int64_t *)at);
    pack_str(out, text, strlen(text));
}

static void pack_value(struct buf *out, const struct field *f, const void *at, enum codec_for purpose)
{
    bool store = purpose == CODEC_STORE;
    switch ((enum field_type)f->type) {
    case FIELD_BOOL: put_bool(out, *(const bool *)at); break;
    case FIELD_COUNT: put_int64(out, *(const int64_t *)at); break;
    case FIELD_DECIMAL:
    case FIELD_INSTANT:
        if (store)
            put_int64(out, *(const int64_t *)at);
        else
            pack_text_form(out, f, at);
        break;
    case FIELD_DATE:
        if (store)
            put_int32(out, *(const int32_t *)at);
        else
            pack_text_form(out, f, at);
        break;
    case FIELD_ENUM:
        if (store) {
            put_int64(out, *(const int *)at);
        } else {
            const char *name = enum_name(f->values(), *(const int *)at);
            pack_str(out, name, strlen(name));
        }
        break;
    case FIELD_ID: put_uint64(out, *(const uint64_t *)at); break;
    case FIELD_TEXT:
    case FIELD_LINES:
    case FIELD_SECRET: pack_text(out, *(const char *const *)at, purpose); break;
    case FIELD_BYTES: {
        const struct bytes *b = at;
        codec_bin(out, b->data, b->size);
        break;
    }
    case FIELD_MONEY: pack_money(out, at, purpose); break;
    case FIELD_SHAPE: {
        const void *sub = *(void *const *)at;
        if (sub)
            pack_shape(out, f->shape(), sub, purpose);
        else
            put_object(out, (msgpack_object){.type = MSGPACK_OBJECT_NIL});
        break;
    }
    case FIELD_LIST:
    case FIELD_IDS:
    case FIELD_TEXTS: pack_list(out, f, at, purpose); break;
    }
}

static void pack_chosen(struct buf *out, const struct shape *shape, const void *from, uint64_t chosen,
                        enum codec_for purpose)
{
    for (size_t i = 0; i < shape->n && chosen >> i; i++) {
        const struct field *f = &shape->fields[i];
        if (!(chosen >> i & 1))
            continue;
        if (purpose == CODEC_STORE)
            put_uint16(out, f->number);
        else
            pack_str(out, f->name, f->name_size);
        pack_value(out, f, (const char *)from + f->offset, purpose);
    }
}

static void pack_shape(struct buf *out, const struct shape *shape, const void *from, enum codec_for purpose)
{
    const struct shape_head *head = from;
    uint64_t chosen = 0, last = 0;
    uint32_t n = 0;
    for (size_t i = 0; i < shape->n; i++) {
        const struct field *f = &shape->fields[i];
        if (!wanted(shape, f, head, (const char *)from + f->offset, purpose))
            continue;
        n++;
        if (purpose == CODEC_STORE && field_heavy(f))
            last |= UINT64_C(1) << i;
        else
            chosen |= UINT64_C(1) << i;
    }
    put_map(out, n + (purpose == CODEC_STORE ? head->extra_count : 0));
    pack_chosen(out, shape, from, chosen, purpose);
    if (purpose == CODEC_STORE && head->extra_count)
        buf_add(out, head->extra, head->extra_size);
    pack_chosen(out, shape, from, last, purpose);
}

void codec_pack(struct buf *out, const struct shape *shape, const void *from, enum codec_for purpose)
{
    pack_shape(out, shape, from, purpose);
}

void codec_map(struct buf *out, uint32_t pairs)
{
    put_map(out, pairs);
}

void codec_array(struct buf *out, uint32_t items)
{
    put_array(out, items);
}

void codec_text(struct buf *out, const char *text)
{
    pack_str(out, text, strlen(text));
}

void codec_int(struct buf *out, int64_t value)
{
    put_int64(out, value);
}

void codec_bin(struct buf *out, const void *bytes, size_t size)
{
    put_object(out, (msgpack_object){MSGPACK_OBJECT_BIN, {.bin = {(uint32_t)size, bytes}}});
}
