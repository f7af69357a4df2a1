/* A stored row → what a reader is told of it, in one pass: numbers and texts are copied as they stand, names and days put in their place. What is not
 * as nearly all are is left to codec_unpack.c and codec.c. */
#include "common/codec_plan.h"
#include "common/codec_put.h"
#include "common/codec_quick.h"
#include "common/date.h"
#include "common/text.h"

#define ROOM 2048
#define MOST (PLAN_KEY + 40) /* bytes that a field takes at most, but for those of its text */

/* A text as it stands; empty ones are not told, and one that is no UTF-8 is told otherwise. */
static inline uint8_t *tell_text(uint8_t *to, struct mp *m)
{
    const size_t left = (size_t)(m->end - m->at), long_head = left > 2 && *m->at == 0xd9;
    if (!left || !(long_head || *m->at >> 5 == 5))
        return NULL;
    const size_t size = long_head ? m->at[1] : *m->at & 31u;
    const uint8_t *text = m->at + 1 + long_head;
    if (!size || left < size + 1 + long_head || !text_utf8((const char *)text, size))
        return NULL;
    *to++ = *m->at;
    if (long_head) {
        *to++ = (uint8_t)size;
        memcpy(to, text, size);
    } else {
        copy_short(to, (const char *)text, size);
    }
    m->at = text + size;
    return to + size;
}

/* Money that is not negative. */
static inline uint8_t *tell_money(uint8_t *to, struct mp *m, struct money *money)
{
    const uint8_t *number = m->at + 1;
    if (!quick_money(m, money))
        return NULL;
    const size_t size = (size_t)(m->at - 4 - number);
    memcpy(to, PUT_AMOUNT, sizeof PUT_AMOUNT);
    to += sizeof PUT_AMOUNT - 1;
    copy_short(to, (const char *)number, size);
    to += size;
    memcpy(to, PUT_CURRENCY, sizeof PUT_CURRENCY);
    to += sizeof PUT_CURRENCY - 1;
    memcpy(to, m->at - 4, 4);
    return to + 4;
}

/* Ids and counts stand in the store as they are told. */
static inline uint8_t *tell_number(uint8_t *to, struct mp *m, void *number)
{
    const uint8_t *from = m->at;
    uint64_t v;
    if (!quick_number(m, &v) || v > INT64_MAX)
        return NULL;
    memcpy(number, &v, sizeof v);
    copy_short(to, (const char *)from, (size_t)(m->at - from));
    return to + (m->at - from);
}

static uint8_t *tell_value(uint8_t *to, const struct plan_row *row, const struct field *f, struct mp *m,
                           void *value)
{
    uint64_t v;
    size_t size;
    switch ((enum field_type)row->type) {
    case FIELD_ID:
    case FIELD_COUNT: return tell_number(to, m, value);
    case FIELD_BOOL: /* one that is not set is not stored */
        if (m->at == m->end || *m->at != 0xc3)
            return NULL;
        *(bool *)value = true;
        *to = *m->at++;
        return to + 1;
    case FIELD_TEXT: return tell_text(to, m);
    case FIELD_MONEY: return tell_money(to, m, value);
    case FIELD_ENUM:
        if (!quick_number(m, &v) || v == 0 || v > INT16_MAX)
            return NULL;
        *(int *)value = (int)v;
        to = quick_name(to, enum_name(f->values(), (int)v));
        return to;
    case FIELD_DATE:
        if (!quick_number(m, &v) || v == 0 || v > DATE_MAX)
            return NULL;
        *(int32_t *)value = (int32_t)v;
        return quick_head(to, date_put((char *)to + 1, (int32_t)v));
    case FIELD_INSTANT:
        if (!quick_number(m, &v) || v == 0 || v > INT64_MAX)
            return NULL;
        memcpy(value, &v, sizeof v);
        size = strlen(instant_plain((char *)to + 1, (int64_t)v));
        return size ? quick_head(to, size) : NULL;
    default: return NULL;
    }
}

bool codec_tell(struct arena *a, const struct shape *view, const uint8_t *bytes, size_t size, void *row)
{
    const struct codec_plan *plan = codec_plan(view);
    struct mp m = {bytes, bytes + size};
    uint8_t told[ROOM], *to = told;
    uint64_t has = 0;
    if (!plan->tells || size < 3 || (bytes[0] >> 4 != 8 && bytes[0] != 0xde))
        return false;
    const bool many = bytes[0] == 0xde;
    const size_t count = many ? (size_t)bytes[1] << 8 | bytes[2] : bytes[0] & 15;
    m.at += many ? 3 : 1;
    if (count > SHAPE_ROWS || count * MOST + size > sizeof told)
        return false;
    memset(row, 0, view->size);
    for (size_t i = 0, last = 0; i < count; i++) {
        const size_t number = m.at < m.end ? *m.at++ : PLAN_NUMBERS;
        const size_t place = number < PLAN_NUMBERS ? plan->row_of[number] : 0;
        if (place <= last) /* unknown, or not in the order of the table */
            return false;
        last = place;
        const struct plan_row *r = &plan->rows[place - 1];
        memcpy(to, r->key, PLAN_KEY);
        to = tell_value(to + r->key_size, r, &view->fields[place - 1], &m, (char *)row + r->offset);
        if (!to)
            return false;
        has |= UINT64_C(1) << (place - 1);
    }
    struct shape_head *head = row;
    head->has = has;
    head->extra_size = (uint32_t)(to - told);
    head->extra = arena_copy(a, told, head->extra_size);
    head->extra_count = SHAPE_TOLD | (uint32_t)count;
    return true;
}
