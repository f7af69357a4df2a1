/* What a row that is here already says differently. */
#include "common/address.h"
#include "common/date.h"
#include "common/text.h"
#include "server/ops/import.h"
#include "server/ops/patch.h"
#include <string.h>

#define DIFFERENCES 2000 /* of an answer */
#define OF_A_ROW 20

static const char *cut(struct call *c, const char *text)
{
    size_t n = strlen(text);
    return n <= 120 ? arena_text(c->arena, text, n)
                    : arena_printf(c->arena, "%.*s…", (int)text_cut(text, 117), text);
}

/* One line: what is told is shown in one. */
static const char *flat(struct call *c, const char *text)
{
    char *copy = arena_text(c->arena, text, strlen(text));
    for (char *p = copy; *p; p++)
        if (*p == '\n' || *p == '\t')
            *p = ' ';
    return cut(c, copy);
}

void import_differs(struct import *im, const char *field, const char *here, const char *there, bool applied)
{
    struct call *c = im->c;
    if (im->told == OF_A_ROW || im->differs.n == DIFFERENCES)
        return;
    if (!im->differs.v)
        im->differs.v = arena_alloc(c->arena, DIFFERENCES * sizeof *im->differs.v);
    bool last = ++im->told == OF_A_ROW;
    im->differs.v[im->differs.n++] = (struct import_difference){.row = im->row,
                                                                .field = last ? "and more" : cut(c, field),
                                                                .here = flat(c, here ? here : ""),
                                                                .there = flat(c, there ? there : ""),
                                                                .applied = applied && !im->check};
}

bool import_same_money(const struct money *a, const struct money *b)
{
    return a->amount == b->amount && strcmp(a->currency, b->currency) == 0;
}

const char *import_money_text(struct call *c, const struct money *m)
{
    char text[MONEY_TEXT];
    int digits = currency_digits(m->currency);
    return m->currency[0] ? arena_printf(c->arena, "%s %s",
                                         money_plain(text, m->amount, digits < 0 ? 2 : digits), m->currency)
                          : "";
}

void import_differs_money(struct import *im, const char *field, const struct money *here,
                          const struct money *there, bool applied)
{
    import_differs(im, field, import_money_text(im->c, here), import_money_text(im->c, there), applied);
}

/* A value in words; "" for none. */
static const char *value(struct call *c, const struct field *f, const void *at)
{
    char text[MONEY_TEXT];
    switch ((enum field_type)f->type) {
    case FIELD_TEXT:
    case FIELD_LINES: return *(const char *const *)at ? *(const char *const *)at : "";
    case FIELD_BOOL: return *(const bool *)at ? "yes" : "no";
    case FIELD_COUNT: return arena_printf(c->arena, "%lld", (long long)*(const int64_t *)at);
    case FIELD_ID:
        return *(const uint64_t *)at
                   ? arena_printf(c->arena, "%llu", (unsigned long long)*(const uint64_t *)at)
                   : "";
    case FIELD_DECIMAL: return arena_printf(c->arena, "%s", decimal_plain(text, *(const int64_t *)at));
    case FIELD_DATE: return arena_printf(c->arena, "%s", date_plain(text, *(const int32_t *)at));
    case FIELD_ENUM: return enum_name(f->values(), *(const int *)at);
    case FIELD_MONEY: /* an amount of nothing is none, whatever it is in */
        return ((const struct money *)at)->amount ? import_money_text(c, at) : "";
    default: return "";
    }
}

bool import_takes(const struct field *f, const char *names)
{
    return names ? patch_named(names, f->name, f->name_size)
                 : !(f->flags & (FIELD_TOLD | FIELD_CALC | FIELD_HIDDEN));
}

/* Do both mean the same? An address has two spellings of its domain. */
static bool alike(const struct field *f, const char *here, const char *there)
{
    return strcmp(here, there) == 0 || (strcmp(f->name, "email") == 0 && address_same(here, there));
}

static bool inside(struct import *im, const struct field *f, const char *path, const void *new, void *old,
                   bool apply)
{
    const struct shape *of = f->shape();
    const void *from = *(void *const *)new;
    void *to = *(void **)old;
    if (!from)
        return false;
    struct call *c = im->c;
    to = to ? arena_copy(c->arena, to, of->size) : arena_alloc(c->arena, of->size);
    const char *which = import_compare(im, of, path, NULL, from, to, apply);
    if (*which && apply)
        *(void **)old = to;
    return *which;
}

const char *import_compare(struct import *im, const struct shape *shape, const char *path, const char *names,
                           const void *from, void *to, bool apply)
{
    const struct shape_head *given = from;
    struct call *c = im->c;
    const char *changed = "";
    for (size_t i = 0; i < shape->n; i++) {
        const struct field *f = &shape->fields[i];
        const void *new = (const char *)from + f->offset;
        void *old = (char *)to + f->offset;
        if (!(given->has >> i & 1) || !import_takes(f, names))
            continue;
        const char *field = arena_printf(c->arena, "%s.%s", path, f->name);
        bool differs;
        if (f->type == FIELD_SHAPE) {
            differs = inside(im, f, field, new, old, apply);
        } else {
            const char *here = value(c, f, old), *there = value(c, f, new);
            differs = !alike(f, here, there);
            if (differs)
                import_differs(im, field, here, there, apply);
            if (differs && apply)
                memcpy(old, new, field_size(f));
        }
        if (differs && strlen(changed) < 200)
            changed = arena_printf(c->arena, "%s%s%s", changed, *changed ? ", " : "", f->name);
    }
    return changed;
}

void import_take(const struct shape *shape, const char *names, const void *from, void *to)
{
    const struct shape_head *given = from;
    for (size_t i = 0; i < shape->n; i++) {
        const struct field *f = &shape->fields[i];
        if (given->has >> i & 1 && import_takes(f, names))
            memcpy((char *)to + f->offset, (const char *)from + f->offset, field_size(f));
    }
}
