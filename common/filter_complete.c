/* What Tab adds behind "/": the rest of a field's name, or of a state's. */
#include "common/filter.h"
#include <string.h>

struct completion {
    const char *first; /* the first that fits */
    size_t common;     /* bytes that all have that fit */
    size_t n;
};

static void offer(struct completion *c, const char *name, size_t size, const char *begun, size_t length)
{
    if (size < length || strncmp(name, begun, length) != 0)
        return;
    if (c->n++ == 0) {
        c->first = name;
        c->common = size;
        return;
    }
    size_t same = 0;
    while (same < size && same < c->common && name[same] == c->first[same])
        same++;
    c->common = same;
}

static const struct filter_field *named(const struct filter_fields *fields, const char *name, size_t size)
{
    for (size_t i = 0; i < fields->n; i++)
        for (const char *at = fields->v[i].names; *at; at += strspn(at, " ")) {
            size_t n = strcspn(at, " ");
            if (n == size && memcmp(at, name, n) == 0)
                return &fields->v[i];
            at += n;
        }
    return NULL;
}

char *filter_complete(struct arena *a, const struct filter_fields *fields, const char *typed)
{
    const char *blank = strrchr(typed, ' '), *word = blank ? blank + 1 : typed;
    struct completion c = {0};
    word += strspn(word, "!");
    size_t name = strcspn(word, ":=<>");
    const char *begun = word[name] ? word + name + strspn(word + name, ":=") : word;
    size_t length = strlen(begun);
    const struct filter_field *field = word[name] ? named(fields, word, name) : NULL;
    if (field && field->type == FILTER_SET) {
        const struct enum_table *values = field->values();
        for (size_t i = 0; i < values->n; i++)
            offer(&c, values->values[i].name, strlen(values->values[i].name), begun, length);
    } else if (!word[name]) {
        for (size_t i = 0; i < fields->n; i++)
            offer(&c, fields->v[i].names, strcspn(fields->v[i].names, " "), begun, length);
    }
    bool whole = c.n == 1 && !word[name];
    if (!c.n || (c.common == length && !whole))
        return NULL;
    return arena_printf(a, "%.*s%.*s%s", (int)(begun - typed), typed, (int)c.common, c.first,
                        whole ? ":" : "");
}
