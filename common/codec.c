/* Packing: shape table → msgpack. The reading half is codec_unpack.c. This file alone includes msgpack-c. */
#include "common/codec.h"
#include "common/date.h"
#include <msgpack.h>
#include <string.h>

static int write_buf(void *data, const char *bytes, size_t size)
{
    buf_add(data, bytes, size);
    return 0;
}

static void pack_str(msgpack_packer *pk, const char *text, size_t size)
{
    if (size < 32) { /* head and body at once: most are short */
        char both[32];
        both[0] = (char)(0xa0 | size);
        memcpy(both + 1, text, size);
        buf_add(pk->data, both, size + 1);
        return;
    }
    msgpack_pack_str(pk, size);
    msgpack_pack_str_body(pk, text, size);
}

static void pack_money(msgpack_packer *pk, const struct money *m, enum codec_for purpose)
{
    if (purpose == CODEC_STORE) {
        msgpack_pack_array(pk, 2);
        msgpack_pack_int64(pk, m->amount);
    } else {
        msgpack_pack_map(pk, 2);
        pack_str(pk, "amount", 6);
        msgpack_pack_int64(pk, m->amount);
        pack_str(pk, "currency", 8);
    }
    pack_str(pk, m->currency, strlen(m->currency));
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
    return !(f->flags & FIELD_HIDDEN) && f->type != FIELD_SECRET && (said_when_empty(f) || !empty(f, at));
}

static void pack_shape(msgpack_packer *pk, const struct shape *shape, const void *from,
                       enum codec_for purpose);

static void pack_list(msgpack_packer *pk, const struct field *f, const struct any_list *list,
                      enum codec_for purpose)
{
    msgpack_pack_array(pk, list->n);
    for (size_t i = 0; i < list->n; i++) {
        if (f->type == FIELD_IDS) {
            msgpack_pack_uint64(pk, ((const uint64_t *)list->v)[i]);
        } else if (f->type == FIELD_TEXTS) {
            const char *text = ((const char **)list->v)[i];
            pack_str(pk, text, strlen(text));
        } else {
            const struct shape *sub = f->shape();
            pack_shape(pk, sub, (const char *)list->v + i * sub->size, purpose);
        }
    }
}

static void pack_text_form(msgpack_packer *pk, const struct field *f, const void *at)
{
    char text[MONEY_TEXT + INSTANT_TEXT + DATE_TEXT];
    if (f->type == FIELD_DECIMAL)
        decimal_plain(text, *(const int64_t *)at);
    else if (f->type == FIELD_DATE)
        date_plain(text, *(const int32_t *)at);
    else
        instant_plain(text, *(const int64_t *)at);
    pack_str(pk, text, strlen(text));
}

static void pack_value(msgpack_packer *pk, const struct field *f, const void *at, enum codec_for purpose)
{
    bool store = purpose == CODEC_STORE;
    switch ((enum field_type)f->type) {
    case FIELD_BOOL:
        if (*(const bool *)at)
            msgpack_pack_true(pk);
        else
            msgpack_pack_false(pk);
        break;
    case FIELD_COUNT: msgpack_pack_int64(pk, *(const int64_t *)at); break;
    case FIELD_DECIMAL:
    case FIELD_INSTANT:
        if (store)
            msgpack_pack_int64(pk, *(const int64_t *)at);
        else
            pack_text_form(pk, f, at);
        break;
    case FIELD_DATE:
        if (store)
            msgpack_pack_int32(pk, *(const int32_t *)at);
        else
            pack_text_form(pk, f, at);
        break;
    case FIELD_ENUM:
        if (store) {
            msgpack_pack_int(pk, *(const int *)at);
        } else {
            const char *name = enum_name(f->values(), *(const int *)at);
            pack_str(pk, name, strlen(name));
        }
        break;
    case FIELD_ID: msgpack_pack_uint64(pk, *(const uint64_t *)at); break;
    case FIELD_TEXT:
    case FIELD_LINES:
    case FIELD_SECRET: {
        const char *text = *(const char *const *)at;
        pack_str(pk, text ? text : "", text ? strlen(text) : 0);
        break;
    }
    case FIELD_BYTES: {
        const struct bytes *b = at;
        msgpack_pack_bin(pk, b->size);
        msgpack_pack_bin_body(pk, b->data, b->size);
        break;
    }
    case FIELD_MONEY: pack_money(pk, at, purpose); break;
    case FIELD_SHAPE: {
        const void *sub = *(void *const *)at;
        if (sub)
            pack_shape(pk, f->shape(), sub, purpose);
        else
            msgpack_pack_nil(pk);
        break;
    }
    case FIELD_LIST:
    case FIELD_IDS:
    case FIELD_TEXTS: pack_list(pk, f, at, purpose); break;
    }
}

static void pack_shape(msgpack_packer *pk, const struct shape *shape, const void *from,
                       enum codec_for purpose)
{
    const struct shape_head *head = from;
    uint64_t chosen = 0;
    uint32_t n = 0;
    for (size_t i = 0; i < shape->n; i++)
        if (wanted(shape, &shape->fields[i], head, (const char *)from + shape->fields[i].offset, purpose)) {
            chosen |= UINT64_C(1) << i;
            n++;
        }
    msgpack_pack_map(pk, n + (purpose == CODEC_STORE ? head->extra_count : 0));
    for (size_t i = 0; i < shape->n; i++) {
        const struct field *f = &shape->fields[i];
        if (!(chosen >> i & 1))
            continue;
        if (purpose == CODEC_STORE)
            msgpack_pack_uint16(pk, f->number);
        else
            pack_str(pk, f->name, f->name_size);
        pack_value(pk, f, (const char *)from + f->offset, purpose);
    }
    if (purpose == CODEC_STORE && head->extra_count)
        buf_add(pk->data, head->extra, head->extra_size);
}

void codec_pack(struct buf *out, const struct shape *shape, const void *from, enum codec_for purpose)
{
    msgpack_packer pk;
    msgpack_packer_init(&pk, out, write_buf);
    pack_shape(&pk, shape, from, purpose);
}

void codec_map(struct buf *out, uint32_t pairs)
{
    msgpack_packer pk;
    msgpack_packer_init(&pk, out, write_buf);
    msgpack_pack_map(&pk, pairs);
}

void codec_array(struct buf *out, uint32_t items)
{
    msgpack_packer pk;
    msgpack_packer_init(&pk, out, write_buf);
    msgpack_pack_array(&pk, items);
}

void codec_text(struct buf *out, const char *text)
{
    msgpack_packer pk;
    msgpack_packer_init(&pk, out, write_buf);
    pack_str(&pk, text, strlen(text));
}

void codec_int(struct buf *out, int64_t value)
{
    msgpack_packer pk;
    msgpack_packer_init(&pk, out, write_buf);
    msgpack_pack_int64(&pk, value);
}

void codec_bin(struct buf *out, const void *bytes, size_t size)
{
    msgpack_packer pk;
    msgpack_packer_init(&pk, out, write_buf);
    msgpack_pack_bin(&pk, size);
    msgpack_pack_bin_body(&pk, bytes, size);
}
