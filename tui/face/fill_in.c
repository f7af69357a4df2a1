#include "tui/face/fill_in.h"
#include "common/number.h"
#include "common/date.h"
#include <assert.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

/* --- found */

const struct field *fill_field(const struct shape *s, const char *path)
{
    size_t n = strcspn(path, ".");
    const struct field *f = shape_field(s, path, n);
    if (!f || !path[n])
        return f;
    return f->type == FIELD_SHAPE ? fill_field(f->shape(), path + n + 1) : NULL;
}

void *fill_place(const struct shape *s, void *in, const char *path, struct arena *make, bool give)
{
    size_t n = strcspn(path, ".");
    const struct field *f = shape_field(s, path, n);
    assert(f && "no such field");
    char *at = (char *)in + f->offset;
    if (give)
        ((struct shape_head *)in)->has |= SHAPE_BIT(f - s->fields);
    if (!path[n])
        return at;
    void **nested = (void **)(void *)at;
    if (!*nested && make)
        *nested = arena_alloc(make, f->shape()->size);
    return *nested ? fill_place(f->shape(), *nested, path + n + 1, make, give) : NULL;
}

const void *fill_at(const struct shape *s, const void *in, const char *path)
{
    return fill_place(s, (void *)(uintptr_t)in, path, NULL, false);
}

bool fill_given(const struct shape *s, const void *in, const char *path)
{
    size_t n = strcspn(path, ".");
    const struct field *f = shape_field(s, path, n);
    bool given = ((const struct shape_head *)in)->has >> (f - s->fields) & 1;
    const void *nested = path[n] ? *(void *const *)(const void *)((const char *)in + f->offset) : NULL;
    return given && (!path[n] || (nested && fill_given(f->shape(), nested, path + n + 1)));
}

void fill_drop(const struct shape *s, void *in, const char *path)
{
    size_t n = strcspn(path, ".");
    const struct field *f = shape_field(s, path, n);
    char *at = (char *)in + f->offset;
    void *nested = path[n] ? *(void **)(void *)at : NULL;
    if (nested) {
        fill_drop(f->shape(), nested, path + n + 1);
    } else if (!path[n]) {
        ((struct shape_head *)in)->has &= ~(SHAPE_BIT(f - s->fields));
        memset(at, 0, field_size(f));
    }
}

/* --- read */

static bool is_text(const struct field *f)
{
    return f->type == FIELD_TEXT || f->type == FIELD_LINES || f->type == FIELD_SECRET;
}

/* An amount, a choice and a secret have no value that means nothing. */
bool fill_clears(const struct field *f)
{
    return f->type == FIELD_TEXT || f->type == FIELD_LINES || f->type == FIELD_DATE ||
           ((f->type == FIELD_COUNT || f->type == FIELD_DECIMAL) && f->min <= 0);
}

static void put(const struct field *f, void *at, const char *typed, int64_t value, const struct fill_by *by)
{
    switch (f->type) {
    case FIELD_COUNT:
    case FIELD_DECIMAL: *(int64_t *)at = value; break;
    case FIELD_DATE: *(int32_t *)at = (int32_t)value; break;
    case FIELD_MONEY: *(struct money *)at = money_of(value, by->currency ? by->currency : ""); break;
    default: *(const char **)at = arena_text(by->arena, typed, strlen(typed));
    }
}

const char *fill_read(const struct shape *s, void *in, const char *path, const char *typed,
                      const struct fill_by *given)
{
    const struct field *f = fill_field(s, path);
    struct fill_by own = *given, *by = &own;
    char code[4];
    const bool any = f->type == FIELD_MONEY && given->currency && !*given->currency && *typed;
    if (any && !number_currency(typed, code))
        return "Say in which currency: 110.00 USD.";
    if (any)
        own.currency = code;
    struct typed as = typed_of(f, by->currency, by->today);
    struct refusal why = {0};
    int64_t value = 0;
    if (!*typed && !fill_clears(f)) {
        fill_drop(s, in, path);
        return NULL;
    }
    const char *wrong = *typed ? typed_read(&as, typed, &value, &why) : NULL;
    if (wrong)
        return arena_text(by->arena, wrong, strlen(wrong));
    put(f, fill_place(s, in, path, by->arena, true), typed, value, by);
    return NULL;
}

/* --- told */

static const char *text_or_none(const char *text)
{
    return text ? text : "";
}

const char *fill_plain(const struct shape *s, const void *in, const char *path, struct arena *a)
{
    const struct field *f = fill_field(s, path);
    const void *at = fill_at(s, in, path);
    char *text = arena_alloc(a, MONEY_TEXT);
    if (!at)
        return text;
    struct typed as = typed_of(f, f->type == FIELD_MONEY ? ((const struct money *)at)->currency : NULL, 0);
    int64_t value;
    switch (f->type) {
    case FIELD_COUNT:
    case FIELD_DECIMAL: /* a 0 that could not be typed is nothing */
        value = *(const int64_t *)at;
        return value || f->min <= 0 ? typed_plain(text, &as, value) : text;
    case FIELD_DATE: return *(const int32_t *)at ? typed_plain(text, &as, *(const int32_t *)at) : text;
    case FIELD_MONEY: return *as.currency ? typed_plain(text, &as, ((const struct money *)at)->amount) : text;
    case FIELD_TEXT:
    case FIELD_LINES: return text_or_none(*(const char *const *)at);
    default: return text;
    }
}

static const char *told_money(char *text, size_t size, const struct money *m)
{
    char amount[MONEY_TEXT];
    int digits = currency_digits(m->currency);
    if (*m->currency)
        snprintf(text, size, "%s %s", m->currency, money_grouped(amount, m->amount, digits < 0 ? 2 : digits));
    return text;
}

char *fill_told(char *buffer, size_t size, const struct field *f, const void *at)
{
    char text[MONEY_TEXT + 8] = "";
    const char *words = text;
    switch (f->type) {
    case FIELD_BOOL: words = *(const bool *)at ? "yes" : "no"; break;
    case FIELD_COUNT:
        if (f->form == FORM_NUMBER)
            snprintf(text, sizeof text, "%" PRId64, *(const int64_t *)at);
        else
            words = money_grouped(text, *(const int64_t *)at, 0);
        break;
    case FIELD_DECIMAL: words = decimal_plain(text, *(const int64_t *)at); break;
    case FIELD_ENUM: words = enum_name(f->values(), *(const int *)at); break;
    case FIELD_TEXT:
    case FIELD_LINES: words = text_or_none(*(const char *const *)at); break;
    case FIELD_DATE: words = *(const int32_t *)at ? date_short(text, *(const int32_t *)at) : ""; break;
    case FIELD_ID: snprintf(text, sizeof text, "%" PRIu64, *(const uint64_t *)at); break;
    case FIELD_MONEY: words = told_money(text, sizeof text, at); break;
    default: break;
    }
    snprintf(buffer, size, "%s", words);
    for (char *s = buffer; f->type == FIELD_ENUM && *s; s++)
        if (*s == '_')
            *s = ' ';
    return buffer;
}

/* --- compared, copied */

bool fill_same(const struct shape *s, const void *one, const void *other, const char *path)
{
    const struct field *f = fill_field(s, path);
    const void *a = fill_at(s, one, path), *b = fill_at(s, other, path);
    static const _Alignas(max_align_t) uint8_t nothing[sizeof(struct money)] = {0}; /* as large as any */
    a = a ? a : nothing;
    b = b ? b : nothing;
    if (field_heavy(f) && f->type != FIELD_SHAPE) /* of lists it is only known of empty ones */
        return !((const struct any_list *)a)->n && !((const struct any_list *)b)->n;
    if (is_text(f))
        return strcmp(text_or_none(*(const char *const *)a), text_or_none(*(const char *const *)b)) == 0;
    if (f->type == FIELD_MONEY) {
        const struct money *m = a, *n = b;
        return m->amount == n->amount && strcmp(m->currency, n->currency) == 0;
    }
    return memcmp(a, b, field_size(f)) == 0;
}

static const char *text_copy(const char *text, struct arena *a)
{
    return text ? arena_text(a, text, strlen(text)) : NULL;
}

static void copy_inside(const struct shape *s, void *record, struct arena *a);

static void copy_list(const struct field *f, struct any_list *l, struct arena *a)
{
    size_t size = f->type == FIELD_LIST    ? f->shape()->size
                  : f->type == FIELD_TEXTS ? sizeof(const char *)
                                           : sizeof(uint64_t);
    l->v = arena_copy(a, l->v, l->n * size);
    for (size_t i = 0; i < l->n; i++)
        if (f->type == FIELD_LIST)
            copy_inside(f->shape(), (char *)l->v + i * size, a);
        else if (f->type == FIELD_TEXTS)
            ((const char **)l->v)[i] = text_copy(((const char **)l->v)[i], a);
}

static void copy_inside(const struct shape *s, void *record, struct arena *a)
{
    ((struct shape_head *)record)->extra = NULL;
    ((struct shape_head *)record)->extra_size = 0;
    for (size_t i = 0; i < s->n; i++) {
        const struct field *f = &s->fields[i];
        void *at = (char *)record + f->offset;
        if (is_text(f))
            *(const char **)at = text_copy(*(const char **)at, a);
        else if (f->type == FIELD_BYTES)
            ((struct bytes *)at)->data =
                arena_copy(a, ((struct bytes *)at)->data, ((struct bytes *)at)->size);
        else if (f->type == FIELD_SHAPE && *(void **)at)
            *(void **)at = fill_copy(f->shape(), *(void **)at, a);
        else if (field_heavy(f) && f->type != FIELD_SHAPE)
            copy_list(f, at, a);
    }
}

void *fill_copy(const struct shape *s, const void *from, struct arena *a)
{
    void *to = arena_copy(a, from, s->size);
    copy_inside(s, to, a);
    return to;
}
