/* A stored row → what a reader is told of it, in one pass: numbers and texts are copied as they stand, names and days put in their place. What is not
 * as nearly all are is left to codec_unpack.c and codec.c.
 *
 * The stored bytes are taken into a buffer with room behind them first, and what is told is written into one with room for all that it may be, so that
 * short values are copied in pieces of a fixed size, of which as many bytes count as they have. */
#include "common/codec_plan.h"
#include "common/codec_put.h"
#include "common/date.h"
#include "common/text.h"

#define TAKEN 1024 /* bytes of a row, at most */
#define BEHIND 16  /* that may be looked at behind its last */
#define ROOM 2048
#define MOST (PLAN_KEY + 40) /* bytes that a field takes at most, but for those of its text */

/* All of it in one function, twice: what is only looked at writes nothing. */
#define INLINE static inline __attribute__((always_inline))

struct tell {
    const uint8_t *at, *end; /* BEHIND bytes more are there */
    uint8_t *to;
};

/* A number that is not negative; as it stands, when `write`. */
INLINE bool tell_number(struct tell *t, uint64_t *v, bool write)
{
    const uint8_t b = *t->at;
    if (b < 0x80) {
        *v = b;
        if (write)
            *t->to++ = b;
        t->at++;
        return true;
    }
    if (b < 0xcc || b > 0xcf)
        return false;
    const unsigned size = 1u << (b & 3);
    uint64_t big;
    memcpy(&big, t->at + 1, sizeof big);
    if (write) {
        *t->to = b;
        memcpy(t->to + 1, &big, sizeof big);
        t->to += 1 + size;
    }
    *v = __builtin_bswap64(big) >> (64 - 8 * size);
    t->at += 1 + size;
    return *v <= INT64_MAX;
}

/* Without one above 0x7f: of 16 bytes at most, looked at in two pieces that may overlap. */
INLINE bool plain(const uint8_t *text, size_t size)
{
    uint64_t a, b = 0;
    memcpy(&a, text, sizeof a);
    if (size >= 8)
        memcpy(&b, text + size - sizeof b, sizeof b);
    else
        a <<= 64 - 8 * size;
    return !((a | b) & UINT64_C(0x8080808080808080));
}

/* With its head, of more than 31 bytes: how many it takes; 0: it is no text. */
__attribute__((noinline)) static size_t long_text(const uint8_t *at, const uint8_t *end)
{
    const size_t size = at[1];
    const uint8_t *text = at + 2;
    return *at == 0xd9 && size && text + size <= end && text_utf8((const char *)text, size) ? size + 2 : 0;
}

INLINE bool tell_long(struct tell *t, bool write)
{
    const size_t size = long_text(t->at, t->end);
    if (write && size) {
        memcpy(t->to, t->at, size);
        t->to += size;
    }
    t->at += size;
    return size;
}

/* A text as it stands; empty ones are not told, and one that is no UTF-8 is told otherwise. */
INLINE bool tell_text(struct tell *t, bool write)
{
    const size_t size = *t->at & 31u;
    const uint8_t *text = t->at + 1;
    if (*t->at >> 5 != 5)
        return tell_long(t, write);
    if (!size || text + size > t->end)
        return false;
    if (write) {
        *t->to = *t->at;
        if (size <= BEHIND && plain(text, size)) /* behind the last text there is room for that much */
            memcpy(t->to + 1, text, BEHIND);
        else if (text_utf8((const char *)text, size))
            copy_short(t->to + 1, (const char *)text, size);
        else
            return false;
        t->to += 1 + size;
    }
    t->at = text + size;
    return true;
}

INLINE bool tell_money(struct tell *t, struct money *money, bool write)
{
    uint64_t amount;
    if (*t->at++ != 0x92)
        return false;
    if (write) {
        memcpy(t->to, PUT_AMOUNT, sizeof PUT_AMOUNT);
        t->to += sizeof PUT_AMOUNT - 1;
    }
    if (!tell_number(t, &amount, write) || *t->at != 0xa3)
        return false;
    money->amount = (int64_t)amount;
    memcpy(money->currency, t->at + 1, 3);
    if (write) {
        memcpy(t->to, PUT_CURRENCY, sizeof PUT_CURRENCY);
        t->to += sizeof PUT_CURRENCY - 1;
        memcpy(t->to, t->at, 4);
        t->to += 4;
    }
    t->at += 4;
    return true;
}

/* What was written is so many bytes behind its head; 0: nothing. */
INLINE bool tell_head(struct tell *t, size_t size)
{
    *t->to = (uint8_t)(0xa0 | size);
    t->to += 1 + size;
    return size;
}

/* A number of the store that stands for a name, a day or an instant. */
INLINE bool number_within(struct tell *t, uint64_t *v, uint64_t most)
{
    return tell_number(t, v, false) && *v - 1 < most;
}

INLINE bool tell_value(struct tell *t, const struct plan_row *row, void *value, bool write)
{
    uint64_t v;
    size_t size;
    switch ((enum field_type)row->type) {
    case FIELD_ID:
    case FIELD_COUNT:
        if (!tell_number(t, &v, write))
            return false;
        memcpy(value, &v, sizeof v);
        return true;
    case FIELD_BOOL: /* one that is not set is not stored */
        *(bool *)value = true;
        if (write)
            *t->to++ = 0xc3;
        return *t->at++ == 0xc3;
    case FIELD_TEXT: return tell_text(t, write);
    case FIELD_MONEY: return tell_money(t, value, write);
    case FIELD_ENUM:
        if (!number_within(t, &v, INT16_MAX))
            return false;
        *(int *)value = (int)v;
        size = write ? plan_word(t->to, row->words, (int)v) : 0;
        t->to += size;
        return size || !write;
    case FIELD_DATE:
        if (!number_within(t, &v, DATE_MAX))
            return false;
        *(int32_t *)value = (int32_t)v;
        return !write || tell_head(t, date_put((char *)t->to + 1, (int32_t)v));
    case FIELD_INSTANT:
        if (!number_within(t, &v, INT64_MAX))
            return false;
        memcpy(value, &v, sizeof v);
        return !write || tell_head(t, strlen(instant_plain((char *)t->to + 1, (int64_t)v)));
    default: return false;
    }
}

/* Fields stand by number, so that each is at the next row of the table or behind it. */
INLINE bool tell_fields(struct tell *t, const struct codec_plan *plan, size_t count, struct shape_head *head,
                        bool write)
{
    const struct plan_row *row = plan->told;
    uint64_t has = 0;
    for (; count; count--, row++) {
        const uint8_t number = *t->at++;
        while (row->number < number)
            row++;
        if (row->number != number) /* unknown, or not in that order */
            return false;
        if (write) {
            memcpy(t->to, row->key, PLAN_KEY);
            t->to += row->key_size;
        }
        if (!tell_value(t, row, (char *)head + row->offset, write))
            return false;
        has |= row->bit;
    }
    head->has = has;
    return t->at <= t->end;
}

INLINE bool tell(struct arena *a, const struct shape *view, const uint8_t *bytes, size_t size, void *to,
                 bool write)
{
    const struct codec_plan *plan = codec_plan(view);
    uint8_t taken[TAKEN + BEHIND];
    struct shape_head *head = to;
    if (!plan->tells || size < 3 || size > TAKEN || (bytes[0] >> 4 != 8 && bytes[0] != 0xde))
        return false;
    const bool many = bytes[0] == 0xde;
    const size_t count = many ? (size_t)bytes[1] << 8 | bytes[2] : bytes[0] & 15, most = count * MOST + size;
    if (count > SHAPE_ROWS || most > ROOM)
        return false;
    memcpy(taken, bytes, size);
    memset(taken + size, 0, BEHIND);
    memset(to, 0, view->size);
    uint8_t *told = write ? arena_begin(a, most + PLAN_WORD) : NULL;
    struct tell t = {taken + (many ? 3 : 1), taken + size, told};
    if (!tell_fields(&t, plan, count, head, write))
        return false;
    if (!write)
        return true;
    head->extra = told;
    head->extra_size = (uint32_t)(t.to - told);
    head->extra_count = SHAPE_TOLD | (uint32_t)count;
    arena_end(a, head->extra_size);
    return true;
}

bool codec_tell(struct arena *a, const struct shape *view, const uint8_t *bytes, size_t size, void *row)
{
    return tell(a, view, bytes, size, row, true);
}

bool codec_numbers(const struct shape *view, const uint8_t *bytes, size_t size, void *row)
{
    return tell(NULL, view, bytes, size, row, false);
}
