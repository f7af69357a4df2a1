/* Values of the store in the form that nearly all of them have, read without a call or a look at what else they could be. Whatever is not of
 * that form is left where it is, for codec_unpack.c to look at closely: what is damaged is told there. */
#ifndef COMMON_CODEC_QUICK_H
#define COMMON_CODEC_QUICK_H
#include "common/arena.h"
#include "common/date.h"
#include "common/mp.h"
#include "common/shape.h"
#include <string.h>

/* A number of the store that is not negative, or nothing is taken. */
static inline bool quick_number(struct mp *m, uint64_t *v)
{
    const size_t left = (size_t)(m->end - m->at);
    const uint8_t b = left ? *m->at : 0xc1;
    if (b < 0x80) {
        *v = b;
        m->at++;
        return true;
    }
    const unsigned size = 1u << (b & 3);
    uint64_t big = 0;
    if (b < 0xcc || b > 0xcf || left <= size)
        return false;
    if (left > sizeof big)
        memcpy(&big, m->at + 1, sizeof big); /* at once, whatever of it is meant */
    else
        for (unsigned i = 0; i < size; i++) /* the last of a record */
            ((uint8_t *)&big)[i] = m->at[1 + i];
    *v = __builtin_bswap64(big) >> (64 - 8 * size);
    m->at += 1 + size;
    return true;
}

static inline bool quick_text(struct arena *a, struct mp *m, const char **to)
{
    const size_t left = (size_t)(m->end - m->at);
    const uint8_t b = left ? *m->at : 0xc1;
    if (b >> 5 != 5 || left <= (b & 31u))
        return false;
    *to = arena_text(a, (const char *)m->at + 1, b & 31);
    m->at += 1 + (b & 31);
    return true;
}

static inline bool quick_money(struct mp *m, struct money *to)
{
    struct mp at = *m;
    uint64_t amount;
    if (at.at == at.end || *at.at++ != 0x92 || !quick_number(&at, &amount) || amount > INT64_MAX)
        return false;
    if (at.end - at.at < 4 || at.at[0] != 0xa3)
        return false;
    to->amount = (int64_t)amount;
    memcpy(to->currency, at.at + 1, 3);
    to->currency[3] = '\0';
    m->at = at.at + 4;
    return true;
}

/* A value of the store in the form that nearly all have. false: nothing was taken, read_value looks closer. */
static inline bool quick(struct arena *a, enum field_type type, struct mp *m, void *to)
{
    const uint8_t *start = m->at;
    uint64_t v;
    switch (type) {
    case FIELD_TEXT:
    case FIELD_LINES: return quick_text(a, m, to);
    case FIELD_MONEY: return quick_money(m, to);
    case FIELD_BOOL:
        if (m->at == m->end || (*m->at | 1) != 0xc3)
            return false;
        *(bool *)to = *m->at++ & 1;
        return true;
    case FIELD_ID:
    case FIELD_COUNT:
    case FIELD_DECIMAL:
    case FIELD_INSTANT:
        if (!quick_number(m, &v) || v > INT64_MAX)
            break;
        memcpy(to, &v, sizeof v);
        return true;
    case FIELD_DATE:
        if (!quick_number(m, &v) || v > DATE_MAX)
            break;
        *(int32_t *)to = (int32_t)v;
        return true;
    case FIELD_ENUM:
        if (!quick_number(m, &v) || v == 0 || v > INT16_MAX)
            break;
        *(int *)to = (int)v;
        return true;
    default: return false;
    }
    m->at = start;
    return false;
}

#endif
