/* Packing: shape table → msgpack. The reading half is codec_unpack.c. This file alone includes msgpack-c. */
#include "common/codec_plan.h"
#include "common/codec_put.h"
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

/* What is of none of the plan's sorts: money, bytes, a bool. */
static inline bool empty(enum field_type type, const void *at)
{
    if (type == FIELD_MONEY) {
        const struct money *m = at;
        return m->amount == 0 && !m->currency[0];
    }
    return type == FIELD_BYTES ? ((const struct bytes *)at)->size == 0 : !*(const bool *)at;
}

static void pack_shape(struct buf *out, const struct shape *shape, const void *from, enum codec_for purpose);

/* The rows of a list often share one (what an invoice can be paid by): it is packed once, and copied. */
static bool packed_before(struct buf *out, const struct field *f, const struct any_list *list)
{
    if (out->last.items != list->v || out->last.field != f || out->last.n != list->n || !list->n)
        return false;
    uint8_t *to = room(out, out->last.size);
    if (to)
        memcpy(to, out->data + out->last.at, out->last.size);
    out->size += to ? out->last.size : 0;
    return to != NULL;
}

static void pack_list(struct buf *out, const struct field *f, const struct any_list *list,
                      enum codec_for purpose)
{
    if (packed_before(out, f, list))
        return;
    const size_t at = out->size;
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
    out->last.field = f;
    out->last.items = list->v;
    out->last.n = list->n;
    out->last.at = at;
    out->last.size = out->size - at;
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

/* --- the short way: what takes few bytes is written where it belongs, without a call for each piece ------------------------- */
#define QUICK 64 /* bytes that a value takes at most */

/* Eight bytes are written, as many as it takes are counted. */
static inline uint8_t *quick_number(uint8_t *at, uint64_t v)
{
    if (v < 128) {
        *at = (uint8_t)v;
        return at + 1;
    }
    const int size = v <= UINT8_MAX ? 1 : v <= UINT16_MAX ? 2 : v <= UINT32_MAX ? 4 : 8;
    const uint64_t first = __builtin_bswap64(v << (64 - 8 * size));
    *at = (uint8_t)(0xcc + __builtin_ctz((unsigned)size));
    memcpy(at + 1, &first, sizeof first);
    return at + 1 + size;
}

static inline uint8_t *quick_text(uint8_t *at, const char *text)
{
    const size_t size = strlen(text);
    if (size > 31 || !text_utf8(text, size))
        return NULL;
    copy_short(at + 1, text, size);
    return quick_head(at, size);
}

static inline uint8_t *quick_money(uint8_t *at, const struct money *m, bool store)
{
    if (m->amount < 0)
        return NULL;
    if (store)
        *at++ = 0x92;
    else
        at = (uint8_t *)memcpy(at, PUT_AMOUNT, sizeof PUT_AMOUNT) + sizeof PUT_AMOUNT - 1;
    at = quick_number(at, (uint64_t)m->amount);
    if (!store)
        at = (uint8_t *)memcpy(at, PUT_CURRENCY, sizeof PUT_CURRENCY) + sizeof PUT_CURRENCY - 1;
    memcpy(at + 1, m->currency, sizeof m->currency);
    return quick_head(at, strnlen(m->currency, sizeof m->currency - 1));
}

/* A value in the form that the store has, or a reader. NULL: it takes more, and nothing was written that counts. */
static inline uint8_t *quick(uint8_t *to, const struct plan_row *row, const struct field *f, const void *at,
                             bool store)
{
    int64_t v;
    switch ((enum field_type)row->type) {
    case FIELD_BOOL: *to = *(const bool *)at ? 0xc3 : 0xc2; return to + 1;
    case FIELD_ID: return quick_number(to, *(const uint64_t *)at);
    case FIELD_COUNT: v = *(const int64_t *)at; break;
    case FIELD_DECIMAL:
        v = *(const int64_t *)at;
        if (!store)
            return quick_head(to, strlen(decimal_plain((char *)to + 1, v)));
        break;
    case FIELD_INSTANT:
        v = *(const int64_t *)at;
        if (!store)
            return quick_head(to, strlen(instant_plain((char *)to + 1, v)));
        break;
    case FIELD_DATE:
        v = *(const int32_t *)at;
        if (!store)
            return quick_head(to, date_put((char *)to + 1, (int32_t)v));
        break;
    case FIELD_ENUM:
        v = *(const int *)at;
        if (!store) {
            const size_t size = plan_word(to, row->words, (int)v);
            return size ? to + size : quick_name(to, enum_name(f->values(), (int)v));
        }
        break;
    case FIELD_MONEY: return quick_money(to, at, store);
    case FIELD_TEXT:
    case FIELD_LINES: {
        const char *text = *(const char *const *)at;
        return quick_text(to, text ? text : "");
    }
    case FIELD_LIST:
    case FIELD_IDS:
    case FIELD_TEXTS:
        *to = 0x90;
        return ((const struct any_list *)at)->n ? NULL : to + 1; /* most are empty */
    default: return NULL;
    }
    return v < 0 ? NULL : quick_number(to, (uint64_t)v);
}

/* --- shapes -------------------------------------------------------------------------------------------------------------- */
/* A field by its number or name. */
static inline void pack_field(struct buf *out, const struct field *f, const struct plan_row *row,
                              const void *at, enum codec_for purpose)
{
    const bool store = purpose == CODEC_STORE;
    uint8_t *to = room(out, PLAN_KEY + QUICK), *end;
    if (!to) {
        if (store)
            put_number(out, row->number);
        else
            pack_str(out, f->name, f->name_size);
        pack_value(out, f, at, purpose);
        return;
    }
    if (store) {
        *to++ = row->number;
    } else {
        memcpy(to, row->key, PLAN_KEY);
        to += row->key_size;
    }
    end = quick(to, row, f, at, store);
    out->size = (size_t)((end ? end : to) - out->data);
    if (!end)
        pack_value(out, f, at, purpose);
}

/* Sets of rows are gone through in halves, of which the second is nearly always empty: arithmetic with 128 bits costs. */
static void pack_half(struct buf *out, const struct field *fields, const struct plan_row *rows,
                      const char *from, uint64_t half, enum codec_for purpose)
{
    for (; half; half &= half - 1) {
        const int i = __builtin_ctzll(half);
        pack_field(out, &fields[i], &rows[i], from + rows[i].offset, purpose);
    }
}

static void pack_chosen(struct buf *out, const struct shape *shape, const struct codec_plan *plan,
                        const char *from, shape_bits chosen, enum codec_for purpose)
{
    pack_half(out, shape->fields, plan->rows, from, (uint64_t)chosen, purpose);
    if (chosen >> 64)
        pack_half(out, shape->fields + 64, plan->rows + 64, from, (uint64_t)(chosen >> 64), purpose);
}

/* Of those that may be empty the ones that are not, sort by sort: each is a look at a number then. */
struct sorts {
    uint64_t wide, half, text;
};
static uint64_t filled_half(const struct plan_row *rows, const char *from, const struct sorts *sorts,
                            uint64_t maybe)
{
    uint64_t filled = 0, rest;
    for (rest = maybe & sorts->wide; rest; rest &= rest - 1) {
        uint64_t v;
        memcpy(&v, from + rows[__builtin_ctzll(rest)].offset, sizeof v);
        filled |= v ? rest & (0 - rest) : 0;
    }
    for (rest = maybe & sorts->half; rest; rest &= rest - 1) {
        uint32_t v;
        memcpy(&v, from + rows[__builtin_ctzll(rest)].offset, sizeof v);
        filled |= v ? rest & (0 - rest) : 0;
    }
    for (rest = maybe & sorts->text; rest; rest &= rest - 1) {
        const char *text = *(const char *const *)(from + rows[__builtin_ctzll(rest)].offset);
        filled |= text && *text ? rest & (0 - rest) : 0;
    }
    for (rest = maybe & ~(sorts->wide | sorts->half | sorts->text); rest; rest &= rest - 1) {
        const struct plan_row *row = &rows[__builtin_ctzll(rest)];
        filled |= empty((enum field_type)row->type, from + row->offset) ? 0 : rest & (0 - rest);
    }
    return filled;
}

static shape_bits choose(const struct codec_plan *plan, const struct shape_head *head, enum codec_for purpose,
                         shape_bits among)
{
    const struct plan_choice *choice = &plan->choice[purpose];
    const shape_bits sure = (choice->always | (choice->given & head->has)) & among,
                     maybe = choice->filled & ~sure & among;
    const char *from = (const char *)head;
    const struct sorts low = {(uint64_t)plan->wide, (uint64_t)plan->half, (uint64_t)plan->text};
    shape_bits chosen = sure | filled_half(plan->rows, from, &low, (uint64_t)maybe);
    if (maybe >> 64) {
        const struct sorts high = {(uint64_t)(plan->wide >> 64), (uint64_t)(plan->half >> 64),
                                   (uint64_t)(plan->text >> 64)};
        chosen |= (shape_bits)filled_half(plan->rows + 64, from, &high, (uint64_t)(maybe >> 64)) << 64;
    }
    return chosen;
}

/* One field at a time, where they are few. */
static inline bool filled(const struct codec_plan *plan, uint64_t bit, const struct plan_row *row,
                          const char *from)
{
    uint64_t wide;
    uint32_t half;
    if ((uint64_t)plan->half & bit) {
        memcpy(&half, from + row->offset, sizeof half);
        return half;
    }
    if ((uint64_t)plan->wide & bit) {
        memcpy(&wide, from + row->offset, sizeof wide);
        return wide;
    }
    const char *text = (uint64_t)plan->text & bit ? *(const char *const *)(from + row->offset) : NULL;
    return (uint64_t)plan->text & bit ? text && *text
                                      : !empty((enum field_type)row->type, from + row->offset);
}

/* What was told from the store's bytes (common/codec_tell.c), and behind it what was computed since, and what is said empty. */
static void pack_told(struct buf *out, const struct shape *shape, const struct codec_plan *plan,
                      const struct shape_head *head, enum codec_for purpose)
{
    const struct plan_choice *choice = &plan->choice[purpose]; /* of no more fields than a half */
    const uint64_t has = (uint64_t)head->has, maybe = (uint64_t)(choice->filled & plan->calc) & ~has;
    uint64_t chosen = (uint64_t)choice->always & ~has, rest;
    size_t n = head->extra_count & ~SHAPE_TOLD;
    for (rest = chosen; rest; rest &= rest - 1)
        n++;
    for (rest = maybe; rest; rest &= rest - 1) {
        const uint64_t bit = rest & (0 - rest);
        const bool there = filled(plan, bit, &plan->rows[__builtin_ctzll(rest)], (const char *)head);
        chosen |= there ? bit : 0;
        n += there;
    }
    uint8_t *at = room(out, 1 + head->extra_size);
    if (at && n < 16) {
        *at = (uint8_t)(0x80 | n);
        memcpy(at + 1, head->extra, head->extra_size);
        out->size += 1 + head->extra_size;
    } else {
        put_map(out, n);
        buf_add(out, head->extra, head->extra_size);
    }
    pack_half(out, shape->fields, plan->rows, (const char *)head, chosen, purpose);
}

static void pack_shape(struct buf *out, const struct shape *shape, const void *from, enum codec_for purpose)
{
    const struct shape_head *head = from;
    const struct codec_plan *plan = codec_plan(shape);
    if (head->extra_count & SHAPE_TOLD) {
        pack_told(out, shape, plan, head, purpose);
        return;
    }
    const shape_bits chosen = choose(plan, head, purpose, ~(shape_bits)0);
    size_t n = 0;
    for (shape_bits rest = chosen; rest; rest >>= 64)
        n += (size_t)__builtin_popcountll((uint64_t)rest);
    if (purpose != CODEC_STORE) {
        put_map(out, n);
        pack_chosen(out, shape, plan, from, chosen, purpose);
        return;
    }
    /* lists and shapes last, what is unknown before them */
    put_map(out, n + head->extra_count);
    pack_chosen(out, shape, plan, from, chosen & ~plan->heavy, purpose);
    if (head->extra_count)
        buf_add(out, head->extra, head->extra_size);
    pack_chosen(out, shape, plan, from, chosen & plan->heavy, purpose);
}

void codec_pack(struct buf *out, const struct shape *shape, const void *from, enum codec_for purpose)
{
    out->last.items = NULL; /* what stood there may be something else by now */
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
