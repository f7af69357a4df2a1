#include "server/core/cursor.h"
#include "common/hash.h"
#include <string.h>

struct mix {
    uint64_t h;
};

static void add(struct mix *m, const void *bytes, size_t size)
{
    m->h = hash_add(m->h, bytes, size);
}

static void add_number(struct mix *m, uint16_t field, int64_t v)
{
    if (v == 0)
        return; /* 0 and not given are one */
    add(m, &field, sizeof field);
    add(m, &v, sizeof v);
}

static void add_text(struct mix *m, uint16_t field, const char *text)
{
    if (!text || !*text)
        return;
    add(m, &field, sizeof field);
    add(m, text, strlen(text) + 1);
}

static void add_field(struct mix *m, const struct field *f, const void *at)
{
    const struct money *money = at;
    switch ((enum field_type)f->type) {
    case FIELD_BOOL: add_number(m, f->number, *(const bool *)at); break;
    case FIELD_COUNT:
    case FIELD_DECIMAL:
    case FIELD_INSTANT: add_number(m, f->number, *(const int64_t *)at); break;
    case FIELD_ENUM: add_number(m, f->number, *(const int *)at); break;
    case FIELD_ID: add_number(m, f->number, (int64_t) * (const uint64_t *)at); break;
    case FIELD_DATE: add_number(m, f->number, *(const int32_t *)at); break;
    case FIELD_MONEY:
        add_text(m, f->number, money->currency);
        add_number(m, f->number, money->amount);
        break;
    case FIELD_TEXT:
    case FIELD_LINES: add_text(m, f->number, *(const char *const *)at); break;
    case FIELD_SECRET:
    case FIELD_BYTES:
    case FIELD_SHAPE:
    case FIELD_LIST:
    case FIELD_IDS:
    case FIELD_TEXTS: break; /* no list takes one */
    }
}

static bool is(const struct field *f, const char *name, size_t size)
{
    return f->name_size == size && memcmp(f->name, name, size) == 0;
}

uint32_t cursor_seal(const struct op *op, const void *in, uint32_t business, uint64_t customer)
{
    const struct shape *shape = op->in();
    struct mix m = {HASH_BEGIN};
    bool takes = false;
    for (size_t i = 0; i < shape->n && !takes; i++)
        takes = is(&shape->fields[i], "after", 5);
    if (!takes)
        return 0;
    add(&m, op->name, strlen(op->name));
    add(&m, &business, sizeof business);
    add(&m, &customer, sizeof customer);
    for (size_t i = 0; i < shape->n; i++) {
        const struct field *f = &shape->fields[i];
        if (!is(f, "after", 5) && !is(f, "limit", 5))
            add_field(&m, f, (const char *)in + f->offset);
    }
    return (uint32_t)(m.h ^ m.h >> 32);
}
