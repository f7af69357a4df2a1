/* What Tab adds behind "/": the rest of a field's name, or of a state's. */
#include "common/filter.h"
#include <stdio.h>
#include <string.h>

struct completion {
    const char *first; /* the first that fits */
    size_t common;     /* bytes that all have that fit */
    size_t n;
    char *all; /* NULL, or where each that fits is named … */
    size_t size;
};

static void offer(struct completion *c, const char *name, size_t size, const char *begun, size_t length)
{
    if (size < length || strncmp(name, begun, length) != 0)
        return;
    size_t used = c->all ? strlen(c->all) : 0;
    if (c->all)
        snprintf(c->all + used, c->size - used, "%s%.*s", c->n ? ", " : "", (int)size, name);
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

/* What the last word of what was typed could go on as. */
struct last_word {
    const char *begun; /* what is completed: a name, or a value behind the name of its field */
    bool is_name;
};

static struct last_word look(struct completion *c, const struct filter_fields *fields, const char *typed)
{
    const char *blank = strrchr(typed, ' '), *word = blank ? blank + 1 : typed;
    word += strspn(word, "!");
    size_t name = strcspn(word, ":=<>");
    const struct last_word last = {word[name] ? word + name + strspn(word + name, ":=") : word, !word[name]};
    size_t length = strlen(last.begun);
    const struct filter_field *field = word[name] ? named(fields, word, name) : NULL;
    if (field && field->type == FILTER_SET) {
        const struct enum_table *values = field->values();
        for (size_t i = 0; i < values->n; i++)
            offer(c, values->values[i].name, strlen(values->values[i].name), last.begun, length);
    } else if (last.is_name) {
        for (size_t i = 0; i < fields->n; i++)
            offer(c, fields->v[i].names, strcspn(fields->v[i].names, " "), last.begun, length);
    }
    return last;
}

char *filter_complete(struct arena *a, const struct filter_fields *fields, const char *typed)
{
    struct completion c = {0};
    const struct last_word last = look(&c, fields, typed);
    bool whole = c.n == 1 && last.is_name;
    if (!c.n || (c.common == strlen(last.begun) && !whole))
        return NULL;
    return arena_printf(a, "%.*s%.*s%s", (int)(last.begun - typed), typed, (int)c.common, c.first,
                        whole ? ":" : "");
}

char *filter_choices(char *buffer, size_t size, const struct filter_fields *fields, const char *typed)
{
    struct completion c = {.all = buffer, .size = size};
    *buffer = '\0';
    (void)look(&c, fields, typed);
    return buffer;
}
