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

struct tell {
    const uint8_t *at, *end; /* BEHIND bytes more are there */
    uint8_t *to;
};

/* A number that is not negative; as it stands, when `write`. */
static inline bool tell_number(struct tell *t, uint64_t *v, bool write)
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

/* No longer than 16 bytes and without one above 0x7f, looked at in two pieces that may overlap. */
static inline bool plain(const uint8_t *text, size_t size)
{
    uint64_t a, b = 0;
    if (size > 16 || size < 8)
        return false;
    memcpy(&a, text, sizeof a);
    memcpy(&b, text + size - sizeof b, sizeof b);
    return !((a | b) & UINT64_C(0x8080808080808080));
}

/* A text as it stands; empty ones are not told, and one that is no UTF-8 is told otherwise. */
static inline bool tell_text(struct tell *t)
{
    const bool long_head = *t->at == 0xd9;
    if (!long_head && *t->at >> 5 != 5)
        return false;
    const size_t size = long_head ? t->at[1] : *t->at & 31u;
    const uint8_t *text = t->at + 1 + long_head;
    if (!size || text + size > t->end || !(plain(text, size) || text_utf8((const char *)text, size)))
        return false;
    *t->to++ = *t->at;
    if (long_head) {
        *t->to++ = (uint8_t)size;
        memcpy(t->to, text, size);
    } else if (size <= BEHIND) { /* behind the last text there is room for that much */
        memcpy(t->to, text, BEHIND);
    } else {
        copy_short(t->to, (const char *)text, size);
    }
    t->to += size;
    t->at = text + size;
    return true;
}

static inline bool tell_money(struct tell *t, struct money *money)
{
    uint64_t amount;
    if (*t->at++ != 0x92)
        return false;
    memcpy(t->to, PUT_AMOUNT, sizeof PUT_AMOUNT);
    t->to += sizeof PUT_AMOUNT - 1;
    if (!tell_number(t, &amount, true) || *t->at != 0xa3)
        return false;
    money->amount = (int64_t)amount;
    memcpy(money->currency, t->at + 1, 3);
    memcpy(t->to, PUT_CURRENCY, sizeof PUT_CURRENCY);
    t->to += sizeof PUT_CURRENCY - 1;
    memcpy(t->to, t->at, 4);
    t->to += 4;
    t->at += 4;
    return true;
}

static inline bool tell_value(struct tell *t, const struct plan_row *row, const struct field *f, void *value)
{
    uint64_t v;
    size_t size;
    switch ((enum field_type)row->type) {
    case FIELD_ID:
    case FIELD_COUNT:
        if (!tell_number(t, &v, true))
            return false;
        memcpy(value, &v, sizeof v);
        return true;
    case FIELD_BOOL: /* one that is not set is not stored */
        *(bool *)value = true;
        *t->to++ = 0xc3;
        return *t->at++ == 0xc3;
    case FIELD_TEXT: return tell_text(t);
    case FIELD_MONEY: return tell_money(t, value);
    case FIELD_ENUM:
        if (!tell_number(t, &v, false) || v == 0 || v > INT16_MAX)
            return false;
        *(int *)value = (int)v;
        size = plan_word(t->to, row->words, (int)v);
        if (size)
            t->to += size;
        else
            t->to = quick_name(t->to, enum_name(f->values(), (int)v));
        return t->to != NULL;
    case FIELD_DATE:
        if (!tell_number(t, &v, false) || v == 0 || v > DATE_MAX)
            return false;
        *(int32_t *)value = (int32_t)v;
        t->to = quick_head(t->to, date_put((char *)t->to + 1, (int32_t)v));
        return true;
    case FIELD_INSTANT:
        if (!tell_number(t, &v, false) || v == 0)
            return false;
        memcpy(value, &v, sizeof v);
        size = strlen(instant_plain((char *)t->to + 1, (int64_t)v));
        t->to = quick_head(t->to, size);
        return size > 0;
    default: return false;
    }
}

bool codec_tell(struct arena *a, const struct shape *view, const uint8_t *bytes, size_t size, void *row)
{
    const struct codec_plan *plan = codec_plan(view);
    uint8_t taken[TAKEN + BEHIND], told[ROOM + PLAN_WORD];
    if (!plan->tells || size < 3 || size > TAKEN || (bytes[0] >> 4 != 8 && bytes[0] != 0xde))
        return false;
    const bool many = bytes[0] == 0xde;
    const size_t count = many ? (size_t)bytes[1] << 8 | bytes[2] : bytes[0] & 15;
    if (count > SHAPE_ROWS || count * MOST + size > ROOM)
        return false;
    memcpy(taken, bytes, size);
    memset(taken + size, 0, BEHIND);
    memset(row, 0, view->size);
    struct tell t = {taken + (many ? 3 : 1), taken + size, told};
    uint64_t has = 0;
    for (size_t i = 0, last = 0; i < count; i++) {
        const size_t number = t.at < t.end ? *t.at++ : PLAN_NUMBERS;
        const size_t place = number < PLAN_NUMBERS ? plan->row_of[number] : 0;
        if (place <= last) /* unknown, or not in the order of the table */
            return false;
        last = place;
        const struct plan_row *r = &plan->rows[place - 1];
        memcpy(t.to, r->key, PLAN_KEY);
        t.to += r->key_size;
        if (!tell_value(&t, r, &view->fields[place - 1], (char *)row + r->offset))
            return false;
        has |= UINT64_C(1) << (place - 1);
    }
    if (t.at > t.end)
        return false;
    struct shape_head *head = row;
    head->has = has;
    head->extra_size = (uint32_t)(t.to - told);
    head->extra = arena_copy(a, told, head->extra_size);
    head->extra_count = SHAPE_TOLD | (uint32_t)count;
    return true;
}
