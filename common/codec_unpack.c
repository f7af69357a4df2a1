/* Reading: msgpack → struct, from the store, from a request (strict), from an answer (lenient). */
#include "common/codec_plan.h"
#include "common/codec_quick.h"
#include "common/date.h"
#include "common/mp.h"
#include "common/text.h"
#include <stdio.h>
#include <string.h>

enum source { FROM_STORE, FROM_VIEW, FROM_REQUEST, FROM_ANSWER };
struct reading {
    struct arena *a;
    enum source source;
    struct codec_names *names;
    struct refusal *why;
    bool light;                    /* a view without lists and shapes */
    bool kept;                     /* inside a record that may come as it is kept (FIELD_KEPT) */
    const struct shape *arguments; /* of a request: its outermost shape */
};

static bool stored(const struct reading *r)
{
    return r->source == FROM_STORE || r->source == FROM_VIEW;
}

/* What ends before it should, or is no msgpack. */
static enum err cut_short(const struct reading *r)
{
    return stored(r) ? ERR_DAMAGED : ERR_MALFORMED;
}

static enum err wrong(struct reading *r, const struct field *f, const char *detail)
{
    if (stored(r))
        return ERR_DAMAGED;
    return refuse(r->why, ERR_INVALID, f ? f->name : "", "%s", detail);
}

/* Puts the parent's name before the path of a refusal that came from inside. */
static enum err within(struct reading *r, const struct field *f, long index, enum err e)
{
    if (!r->why || e <= 0)
        return e;
    char path[sizeof r->why->field];
    bool inner = r->why->field[0] != '\0';
    if (index >= 0)
        snprintf(path, sizeof path, "%s.%ld%s%.60s", f->name, index, inner ? "." : "", r->why->field);
    else
        snprintf(path, sizeof path, "%s%s%.60s", f->name, inner ? "." : "", r->why->field);
    err_mend(path);
    memcpy(r->why->field, path, sizeof path);
    return e;
}

/* Blank text is no content, whatever field it stands in; a secret is taken letter for letter. */
static const char *meant(const struct field *f, const char *text, size_t *size)
{
    if (f->type == FIELD_SECRET)
        return text;
    if (f->form != FORM_PLAIN)
        return text_trimmed(text, size);
    if (text_blank(text, *size))
        *size = 0;
    return text;
}

static enum err check_text(struct reading *r, const struct field *f, const char **text, size_t *size)
{
    char detail[96];
    if (memchr(*text, '\0', *size) || !text_utf8(*text, *size) ||
        !text_printable(*text, *size, f->type == FIELD_LINES))
        return wrong(r, f, "control characters and escape sequences are not allowed");
    *text = meant(f, *text, size);
    size_t length = text_length(*text, *size);
    if ((int64_t)length < f->min && (length || f->min == f->max || (f->flags & FIELD_MUST) || f->min > 0)) {
        snprintf(detail, sizeof detail, "at least %lld characters", (long long)f->min);
        return wrong(r, f, f->min == 1 || !length ? "may not be empty" : detail);
    }
    if ((int64_t)length > f->max) {
        snprintf(detail, sizeof detail, "at most %lld characters", (long long)f->max);
        return wrong(r, f, detail);
    }
    return OK;
}

static enum err check_number(struct reading *r, const struct field *f, int64_t v)
{
    char detail[2 * MONEY_TEXT + 32], least[MONEY_TEXT], most[MONEY_TEXT];
    if (v >= f->min && v <= f->max)
        return OK;
    if (f->type == FIELD_DECIMAL) {
        decimal_plain(least, f->min);
        decimal_plain(most, f->max);
    } else {
        snprintf(least, sizeof least, "%lld", (long long)f->min);
        snprintf(most, sizeof most, "%lld", (long long)f->max);
    }
    snprintf(detail, sizeof detail, "must be between %s and %s", least, most);
    return wrong(r, f, detail);
}

static enum err check_money(struct reading *r, const struct field *f, const struct money *m)
{
    if (currency_digits(m->currency) < 0)
        return wrong(r, f, "currency must be an ISO 4217 code");
    if (m->amount > MONEY_MAX || m->amount < -MONEY_MAX)
        return wrong(r, f, "amount is too large");
    return OK;
}

static enum err read_text(struct reading *r, const struct field *f, const struct mp_item *item,
                          const char **to)
{
    if (item->type != MP_STR)
        return wrong(r, f, "must be text");
    const char *text = (const char *)item->data;
    size_t size = item->size;
    if (r->source == FROM_REQUEST) {
        enum err e = check_text(r, f, &text, &size);
        if (e)
            return e;
    }
    char *copy = arena_text(r->a, text, size);
    for (size_t i = 0; r->source == FROM_REQUEST && f->form == FORM_PORTAL && i < size; i++)
        copy[i] = (char)(copy[i] >= 'A' && copy[i] <= 'Z' ? copy[i] + ('a' - 'A') : copy[i]);
    *to = copy;
    return OK;
}

/* Copies a short text item for a parser that wants a NUL. */
static const char *small_text(const struct mp_item *item, char *buffer, size_t size)
{
    if (item->type != MP_STR || item->size >= size || memchr(item->data, '\0', item->size))
        return NULL;
    memcpy(buffer, item->data, item->size);
    buffer[item->size] = '\0';
    return buffer;
}

static bool key_is(const struct mp_item *key, const char *name)
{
    return key->type == MP_STR && key->size == strlen(name) && memcmp(key->data, name, key->size) == 0;
}

static enum err read_money(struct reading *r, const struct field *f, struct mp *m, const struct mp_item *head,
                           struct money *to)
{
    struct money got = {0, ""};
    bool amount = false;
    if ((head->type != MP_MAP && head->type != MP_ARRAY) || head->count != 2)
        return wrong(r, f, "must be {\"amount\": minor units, \"currency\": code}");
    for (int i = 0; i < 2; i++) {
        struct mp_item key = {.type = MP_NIL}, item;
        if ((head->type == MP_MAP && !mp_next(m, &key)) || !mp_next(m, &item))
            return cut_short(r);
        bool in_order = head->type == MP_ARRAY;
        bool is_amount = in_order ? i == 0 : key_is(&key, "amount");
        bool is_currency = in_order ? i == 1 : key_is(&key, "currency");
        if (is_amount && mp_int64(&item, &got.amount))
            amount = true;
        else if (is_currency && item.type == MP_STR && item.size <= 3)
            memcpy(got.currency, item.data, item.size);
        else
            return wrong(r, f, "must be {\"amount\": minor units, \"currency\": code}");
    }
    if (!amount)
        return wrong(r, f, "must be {\"amount\": minor units, \"currency\": code}");
    if (r->source == FROM_REQUEST) {
        enum err e = check_money(r, f, &got);
        if (e)
            return e;
    }
    *to = got;
    return OK;
}

static enum err read_id(struct reading *r, const struct field *f, const struct mp_item *item, uint64_t *to)
{
    if (item->type == MP_UINT && item->unsigned_ <= INT64_MAX) {
        *to = item->unsigned_;
        return OK;
    }
    char name[801]; /* a customer's name: 200 characters */
    if (r->names && (kind_numbered(f->kind) || f->kind == KIND_CUSTOMER) &&
        small_text(item, name, sizeof name) && name[0] &&
        r->names->n < sizeof r->names->v / sizeof *r->names->v) {
        r->names->v[r->names->n++] =
            (struct codec_name){f->kind, arena_text(r->a, name, strlen(name)), to, f->name};
        return OK;
    }
    return wrong(r, f, "must be an id");
}

static enum err read_enum(struct reading *r, const struct field *f, const struct mp_item *item, int *to)
{
    int64_t number;
    if (item->type == MP_STR) {
        const struct enum_value *v = enum_by_name(f->values(), (const char *)item->data, item->size);
        if (v) {
            *to = v->value;
            return OK;
        }
        if (r->source == FROM_ANSWER) {
            *to = 0;
            return OK;
        }
    } else if (stored(r) && mp_int64(item, &number) && number > 0 && number < 32768) {
        *to = (int)number;
        return OK;
    }
    char detail[200] = "must be one of";
    const struct enum_table *t = f->values();
    for (size_t i = 0; i < t->n; i++) {
        size_t at = strlen(detail);
        snprintf(detail + at, sizeof detail - at, "%s %s", i ? "," : "", t->values[i].name);
    }
    return wrong(r, f, detail);
}

static enum err read_number(struct reading *r, const struct field *f, const struct mp_item *item, int64_t *to)
{
    char text[MONEY_TEXT];
    int64_t v;
    bool fine = mp_int64(item, &v);
    if (f->type == FIELD_DECIMAL && !stored(r)) {
        if (fine && v <= INT64_MAX / DECIMAL_ONE && v >= INT64_MIN / DECIMAL_ONE)
            v *= DECIMAL_ONE;
        else
            fine = small_text(item, text, sizeof text) && decimal_parse(text, &v) == OK;
    }
    if (!fine)
        return wrong(r, f,
                     f->type == FIELD_DECIMAL
                         ? "must be a decimal number like \"2.25\" with at most six places"
                         : "must be a whole number");
    if (r->source == FROM_REQUEST) {
        enum err e = check_number(r, f, v);
        if (e)
            return e;
    }
    *to = v;
    return OK;
}

static enum err read_day(struct reading *r, const struct field *f, const struct mp_item *item, int32_t *to)
{
    char text[DATE_TEXT];
    int64_t v;
    if (stored(r) && mp_int64(item, &v) && v >= 0 && v <= DATE_MAX) {
        *to = (int32_t)v;
        return OK;
    }
    if (!stored(r) && small_text(item, text, sizeof text)) {
        if (!text[0]) {
            *to = 0;
            return OK;
        }
        if (date_parse(text, to) == OK)
            return r->source != FROM_REQUEST || *to >= DATE_LEAST ? OK
                                                                  : wrong(r, f, "lies before the year 1900");
    }
    return wrong(r, f, "must be a date like 2026-11-22");
}

static enum err read_instant(struct reading *r, const struct field *f, const struct mp_item *item,
                             int64_t *to)
{
    char text[INSTANT_TEXT * 2];
    if (stored(r) ? mp_int64(item, to) : small_text(item, text, sizeof text) && instant_parse(text, to) == OK)
        return OK;
    return wrong(r, f, "must be an instant like 2026-11-22T06:14:00Z (RFC 3339)");
}

static enum err read_shape(struct reading *r, const struct shape *shape, struct mp *m,
                           const struct mp_item *head, void *to);

static enum err read_list_item(struct reading *r, const struct field *f, struct mp *m,
                               const struct mp_item *item, void *to)
{
    if (f->type == FIELD_IDS) {
        return read_id(r, f, item, to);
    } else if (f->type == FIELD_TEXTS) {
        const struct field one = {.type = FIELD_TEXT, .name = f->name, .min = 1, .max = 200};
        return read_text(r, &one, item, to);
    }
    return read_shape(r, f->shape(), m, item, to);
}

static enum err read_list(struct reading *r, const struct field *f, struct mp *m, const struct mp_item *head,
                          struct any_list *to)
{
    if (head->type != MP_ARRAY)
        return wrong(r, f, "must be a list");
    if (r->source == FROM_REQUEST && head->count > (uint64_t)f->max) {
        char detail[64];
        snprintf(detail, sizeof detail, "at most %lld", (long long)f->max);
        return wrong(r, f, detail);
    }
    size_t size = f->type == FIELD_LIST ? f->shape()->size : sizeof(uint64_t);
    char *items = arena_alloc(r->a, head->count * size);
    for (uint32_t i = 0; i < head->count; i++) {
        struct mp_item item;
        if (!mp_next(m, &item))
            return cut_short(r);
        enum err e = read_list_item(r, f, m, &item, items + i * size);
        if (e)
            return f->type == FIELD_LIST ? within(r, f, (long)i, e) : e;
    }
    to->n = head->count;
    to->v = items;
    return OK;
}

static enum err read_value(struct reading *r, const struct field *f, struct mp *m, const struct mp_item *item,
                           void *to)
{
    switch ((enum field_type)f->type) {
    case FIELD_BOOL:
        if (item->type != MP_BOOL)
            return wrong(r, f, "must be true or false");
        *(bool *)to = item->boolean;
        return OK;
    case FIELD_COUNT:
    case FIELD_DECIMAL: return read_number(r, f, item, to);
    case FIELD_ENUM: return read_enum(r, f, item, to);
    case FIELD_ID: return read_id(r, f, item, to);
    case FIELD_TEXT:
    case FIELD_LINES:
    case FIELD_SECRET: return read_text(r, f, item, to);
    case FIELD_BYTES:
        if (item->type != MP_BIN || item->size < (uint64_t)f->min || item->size > (uint64_t)f->max)
            return wrong(r, f, "must be bytes of the right length");
        *(struct bytes *)to = (struct bytes){arena_copy(r->a, item->data, item->size), item->size};
        return OK;
    case FIELD_DATE: return read_day(r, f, item, to);
    case FIELD_INSTANT: return read_instant(r, f, item, to);
    case FIELD_MONEY: return read_money(r, f, m, item, to);
    case FIELD_SHAPE: {
        const struct shape *sub = f->shape();
        void *inner = arena_alloc(r->a, sub->size);
        enum err e = read_shape(r, sub, m, item, inner);
        if (e)
            return within(r, f, -1, e);
        *(void **)to = inner;
        return OK;
    }
    case FIELD_LIST:
    case FIELD_IDS:
    case FIELD_TEXTS: return read_list(r, f, m, item, to);
    }
    return ERR_INTERNAL;
}

static const struct field *by_name(struct reading *r, const struct shape *shape, const struct mp_item *key)
{
    const char *name = (const char *)key->data;
    const struct field *f = key->type != MP_STR     ? NULL
                            : shape == r->arguments ? shape_argument(shape, name, key->size)
                                                    : shape_field(shape, name, key->size);
    if (f && r->source == FROM_REQUEST && (f->flags & FIELD_HIDDEN))
        return NULL;
    return f;
}

/* The server's to say: no operation takes it, unless it takes the record as it is kept. */
static bool only_told(const struct reading *r, const struct field *f)
{
    return r->source == FROM_REQUEST && (f->flags & (r->kept ? FIELD_CALC : FIELD_CALC | FIELD_TOLD));
}

static enum err unknown_field(struct reading *r, const struct mp_item *key)
{
    if (!r->why)
        return ERR_INVALID;
    struct arena *a = r->a;
    const char *name =
        key->type == MP_STR
            ? text_shown(a, arena_text(a, (const char *)key->data, key->size < 60 ? key->size : 60), false)
            : "?";
    return refuse(r->why, ERR_INVALID, *name ? name : "?", "there is no such field");
}

/* Appends one unknown stored field (key and value bytes) to head.extra. */
static void keep(struct reading *r, struct shape_head *head, const uint8_t *from, const uint8_t *to)
{
    size_t more = (size_t)(to - from);
    uint8_t *bytes = arena_alloc(r->a, head->extra_size + more);
    if (head->extra_size)
        memcpy(bytes, head->extra, head->extra_size);
    memcpy(bytes + head->extra_size, from, more);
    head->extra = bytes;
    head->extra_size += (uint32_t)more;
    head->extra_count++;
}

static enum err check_must(struct reading *r, const struct shape *shape, const struct shape_head *head)
{
    for (size_t i = 0; i < shape->n; i++) {
        const struct field *f = &shape->fields[i];
        const struct any_list *list = (const void *)((const char *)head + f->offset);
        bool many = f->type == FIELD_LIST || f->type == FIELD_IDS || f->type == FIELD_TEXTS;
        if ((f->flags & FIELD_MUST) && (!(head->has >> i & 1) || (many && list->n == 0)))
            return wrong(r, f, "has to be given");
    }
    return OK;
}

/* Stands it before a list or a shape? Money is an array of two that begins with a number. */
static inline bool before_heavy(const struct mp *m)
{
    if (m->end - m->at < 2 || m->at[0] < 0x80 || (m->at[0] >= 0xa0 && m->at[0] < 0xdc))
        return false;
    const uint8_t b = m->at[0], inner = m->at[1];
    bool map = (b & 0xf0) == 0x80 || b == 0xde || b == 0xdf;
    bool array = (b & 0xf0) == 0x90 || b == 0xdc || b == 0xdd;
    return map || (array && (b != 0x92 || (inner & 0xf0) == 0x80 || inner == 0xde));
}

/* A field that the shape does not have. *last: nothing that a view without lists and shapes wants can follow. */
static enum err pass_over(struct reading *r, struct shape_head *head, struct mp *m, const uint8_t *start,
                          bool *last)
{
    struct money unseen;
    *last = r->light && before_heavy(m); /* only such follow */
    if (!*last && !quick_money(m, &unseen) && !mp_skip(m))
        return ERR_DAMAGED;
    if (r->source == FROM_STORE)
        keep(r, head, start, m->at);
    return OK;
}

static enum err read_closely(struct reading *r, const struct field *f, struct mp *m, void *to)
{
    struct mp_item item;
    return mp_next(m, &item) ? read_value(r, f, m, &item, to) : ERR_DAMAGED;
}

static bool read_key(struct mp *m, uint64_t *number)
{
    struct mp_item key;
    const bool is = mp_next(m, &key) && key.type == MP_UINT;
    if (is)
        *number = key.unsigned_;
    return is;
}

/* Of the store: keys are numbers; another one could not be passed over by itself. A view is done when it has all it wants. */
static enum err read_stored(struct reading *r, const struct shape *shape, struct mp *m, uint32_t count,
                            struct shape_head *head)
{
    const struct codec_plan *plan = codec_plan(shape);
    uint64_t has[2] = {0}; /* by halves: arithmetic with 128 bits costs */
    size_t found = 0;
    bool last = false;
    enum err e = OK;
    for (uint32_t i = 0; i < count && !last && !e; i++) {
        const uint8_t *start = m->at;
        uint64_t number;
        if (!quick_number(m, &number) && !read_key(m, &number))
            return ERR_DAMAGED;
        const size_t row = number < PLAN_NUMBERS ? plan->row_of[number] : 0;
        if (!row) {
            e = pass_over(r, head, m, start, &last);
            continue;
        }
        const struct field *f = &shape->fields[row - 1];
        uint64_t *half = &has[(row - 1) / 64];
        const uint64_t bit = UINT64_C(1) << (row - 1) % 64;
        if (r->source == FROM_STORE && (*half & bit))
            return ERR_DAMAGED; /* one of both would be lost when it is stored again */
        void *to = (char *)head + f->offset;
        if (!quick(r->a, (enum field_type)f->type, m, to))
            e = read_closely(r, f, m, to);
        *half |= bit;
        last = r->light && ++found == shape->n;
    }
    head->has = has[0] | (shape_bits)has[1] << 64;
    return e;
}

/* Of the wire: null is "not given". */
static enum err read_named(struct reading *r, const struct shape *shape, struct mp *m, uint32_t count,
                           struct shape_head *head)
{
    for (uint32_t i = 0; i < count; i++) {
        struct mp_item key, item;
        if (!mp_next(m, &key))
            return ERR_MALFORMED;
        const struct field *f = by_name(r, shape, &key);
        if (!f && r->source == FROM_REQUEST)
            return unknown_field(r, &key);
        if (!f && !mp_skip(m))
            return ERR_MALFORMED;
        if (!f)
            continue;
        if (!mp_next(m, &item))
            return ERR_MALFORMED;
        if (item.type == MP_NIL)
            continue;
        const shape_bits bit = SHAPE_BIT(f - shape->fields);
        if (shape == r->arguments && (head->has & bit))
            return wrong(r, f, "is given twice");
        if (only_told(r, f))
            return wrong(r, f, "is computed: it is told, and can not be given");
        bool outside = r->kept;
        r->kept = outside || (f->flags & FIELD_KEPT);
        enum err e = read_value(r, f, m, &item, (char *)head + f->offset);
        r->kept = outside;
        if (e)
            return e;
        head->has |= bit;
    }
    return r->source == FROM_REQUEST ? check_must(r, shape, head) : OK;
}

static enum err read_shape(struct reading *r, const struct shape *shape, struct mp *m,
                           const struct mp_item *map, void *to)
{
    if (map->type != MP_MAP)
        return wrong(r, NULL, "must be a map");
    return stored(r) ? read_stored(r, shape, m, map->count, to) : read_named(r, shape, m, map->count, to);
}

static enum err read_whole(struct reading *r, const struct shape *shape, const uint8_t *bytes, size_t size,
                           void *to)
{
    struct mp m = {bytes, bytes + size};
    struct mp_item map;
    memset(to, 0, shape->size);
    if (!mp_next(&m, &map))
        return cut_short(r);
    enum err e = read_shape(r, shape, &m, &map, to);
    return !e && r->source == FROM_STORE && m.at != m.end ? ERR_DAMAGED : e;
}

enum err codec_load(struct arena *a, const struct shape *shape, const uint8_t *bytes, size_t size, void *to)
{
    struct reading r = {.a = a, .source = FROM_STORE, .names = NULL, .why = NULL};
    return read_whole(&r, shape, bytes, size, to);
}

enum err codec_view(struct arena *a, const struct shape *view, const uint8_t *bytes, size_t size, void *to)
{
    struct reading r = {.a = a, .source = FROM_VIEW, .light = !codec_plan(view)->heavy};
    return read_whole(&r, view, bytes, size, to);
}

enum err codec_unpack(struct arena *a, const struct shape *shape, const uint8_t *bytes, size_t size, void *to,
                      struct codec_names *names, struct refusal *why)
{
    struct reading r = {.a = a, .source = FROM_REQUEST, .names = names, .why = why, .arguments = shape};
    return read_whole(&r, shape, bytes, size, to);
}

enum err codec_read(struct arena *a, const struct shape *shape, const uint8_t *bytes, size_t size, void *to)
{
    struct reading r = {.a = a, .source = FROM_ANSWER, .names = NULL, .why = NULL};
    return read_whole(&r, shape, bytes, size, to);
}
