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
PUT(int64, int64_t)
PUT(uint64, uint64_t)
PUT(object, msgpack_object)
#undef PUT

/* Where the next so many bytes go, or NULL when they have to be made room for. */
static inline uint8_t *room(struct buf *out, size_t size)
{
    return size <= out->capacity - out->size && !out->full ? out->data + out->size : NULL;
}

static void put_number(struct buf *out, int64_t value)
{
    uint8_t *at = value >= 0 && value < 128 ? room(out, 1) : NULL;
    if (at) { /* most are small */
        *at = (uint8_t)value;
        out->size++;
    } else {
        put_int64(out, value);
    }
}

static inline void put_bool(struct buf *out, bool value)
{
    msgpack_packer packer;
    msgpack_packer_init(&packer, out, append);
    (void)(value ? msgpack_pack_true(&packer) : msgpack_pack_false(&packer));
}

/* Fewer than 32 bytes: both halves, which may overlap, are quicker than a call. */
static inline void copy_short(uint8_t *to, const char *from, size_t size)
{
    if (size >= 16) {
        memcpy(to, from, 16);
        memcpy(to + size - 16, from + size - 16, 16);
    } else if (size >= 8) {
        memcpy(to, from, 8);
        memcpy(to + size - 8, from + size - 8, 8);
    } else if (size >= 4) {
        memcpy(to, from, 4);
        memcpy(to + size - 4, from + size - 4, 4);
    } else {
        for (size_t i = 0; i < size; i++)
            to[i] = (uint8_t)from[i];
    }
}

/* By itself, so that the short way saves no registers for it. */
__attribute__((noinline)) static void pack_any_str(struct buf *out, const char *text, size_t size)
{
    put_str(out, size);
    buf_add(out, text, size);
}

static void pack_str(struct buf *out, const char *text, size_t size)
{
    uint8_t *at = size < 32 ? room(out, size + 1) : NULL;
    if (at) { /* most are short, and there is room */
        *at = (uint8_t)(0xa0 | size);
        copy_short(at + 1, text, size);
        out->size += size + 1;
    } else {
        pack_any_str(out, text, size);
    }
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
        put_number(out, m->amount);
    } else {
        put_map(out, 2);
        pack_str(out, "amount", 6);
        put_number(out, m->amount);
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
#define SAID_WHEN_EMPTY                                                                                \
    (1u << FIELD_BOOL | 1u << FIELD_COUNT | 1u << FIELD_DECIMAL | 1u << FIELD_LIST | 1u << FIELD_IDS | \
     1u << FIELD_TEXTS)

static inline bool told(const struct field *f, bool given, const void *at, unsigned never)
{
    if (f->flags & never)
        return false;
    if (f->flags & FIELD_KNOWN)
        return given;
    return !(f->flags & FIELD_HIDDEN) && f->type != FIELD_SECRET &&
           ((1u << f->type & SAID_WHEN_EMPTY) || !empty(f, at));
}

/* `given`: its has-bit. */
static inline bool wanted(const struct field *f, bool given, const void *at, enum codec_for purpose)
{
    switch (purpose) {
    case CODEC_STORE: return !(f->flags & FIELD_CALC) && f->type != FIELD_SECRET && !empty(f, at);
    case CODEC_TO_SERVER: return !(f->flags & FIELD_HIDDEN) && (given || !empty(f, at));
    case CODEC_DIGEST: return f->type != FIELD_SECRET && (given || !empty(f, at));
    case CODEC_TO_CUSTOMER: return told(f, given, at, FIELD_STAFF);
    case CODEC_TO_STAFF: return told(f, given, at, 0);
    }
    return false;
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
    case FIELD_COUNT: put_number(out, *(const int64_t *)at); break;
    case FIELD_DECIMAL:
    case FIELD_INSTANT:
        if (store)
            put_number(out, *(const int64_t *)at);
        else
            pack_text_form(out, f, at);
        break;
    case FIELD_DATE:
        if (store)
            put_number(out, *(const int32_t *)at);
        else
            pack_text_form(out, f, at);
        break;
    case FIELD_ENUM:
        if (store) {
            put_number(out, *(const int *)at);
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

static inline size_t first_of(shape_bits bits)
{
    const uint64_t low = (uint64_t)bits;
    return low ? (size_t)__builtin_ctzll(low) : 64 + (size_t)__builtin_ctzll((uint64_t)(bits >> 64));
}

static void pack_chosen(struct buf *out, const struct shape *shape, const void *from, shape_bits chosen,
                        enum codec_for purpose)
{
    for (; chosen; chosen &= chosen - 1) {
        const struct field *f = &shape->fields[first_of(chosen)];
        if (purpose == CODEC_STORE)
            put_number(out, f->number);
        else
            pack_str(out, f->name, f->name_size);
        pack_value(out, f, (const char *)from + f->offset, purpose);
    }
}

/* For the store: lists and shapes last, what is unknown before them. */
static void pack_stored(struct buf *out, const struct shape *shape, const struct shape_head *head,
                        shape_bits chosen)
{
    shape_bits last = 0;
    for (shape_bits rest = chosen; rest; rest &= rest - 1)
        if (field_heavy(&shape->fields[first_of(rest)]))
            last |= rest & (0 - rest);
    pack_chosen(out, shape, head, chosen & ~last, CODEC_STORE);
    if (head->extra_count)
        buf_add(out, head->extra, head->extra_size);
    pack_chosen(out, shape, head, last, CODEC_STORE);
}

static void pack_shape(struct buf *out, const struct shape *shape, const void *from, enum codec_for purpose)
{
    const struct shape_head *head = from;
    shape_bits chosen = 0;
    size_t n = 0;
    for (size_t i = 0; i < shape->n; i++) {
        const struct field *f = &shape->fields[i];
        const bool is = wanted(f, head->has >> i & 1, (const char *)from + f->offset, purpose);
        chosen |= (shape_bits)is << i;
        n += is;
    }
    put_map(out, n + (purpose == CODEC_STORE ? head->extra_count : 0));
    if (purpose == CODEC_STORE)
        pack_stored(out, shape, head, chosen);
    else
        pack_chosen(out, shape, from, chosen, purpose);
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
