#include "server/mail/template.h"
#include "common/buf.h"
#include "common/text.h"
#include <string.h>

#define CODE "{code}"
#define LINES "receipt" /* the value that may be lines */
#define TEXT_MOST 16384

static const char *const always[] = {"business", "portal", "name", "email", "ssh", "fingerprint"};

static const struct mail_text texts[] = {
#define TEMPLATE(symbol, names, subject, text) [TEMPLATE_##symbol] = {subject, text, names},
#include "server/mail/templates.def"
#undef TEMPLATE
};

const struct mail_text *template_default(int template)
{
    bool known = template > 0 && (size_t) template <sizeof texts / sizeof *texts &&texts[template].text;
    return known ? &texts[template] : NULL;
}

static bool listed(const char *names, const char *name, size_t size)
{
    while (*names) {
        size_t length = strcspn(names, " ");
        if (length == size && memcmp(names, name, size) == 0)
            return true;
        names += length + strspn(names + length, " ");
    }
    return false;
}

bool template_takes(const struct mail_text *t, const char *name, size_t size)
{
    for (size_t i = 0; i < sizeof always / sizeof *always; i++)
        if (strlen(always[i]) == size && memcmp(always[i], name, size) == 0)
            return true;
    return listed(t->names, name, size);
}

/* The name in "{name}…": its length, 0 when the text does not begin with one. */
static size_t name_at(const char *text)
{
    size_t size = *text == '{' ? strspn(text + 1, "abcdefghijklmnopqrstuvwxyz_") : 0;
    return size && text[size + 1] == '}' ? size : 0;
}

static const struct mail_value *find(const struct mail_value *values, size_t n, const char *name, size_t size)
{
    for (size_t i = 0; i < n; i++)
        if (strlen(values[i].name) == size && memcmp(values[i].name, name, size) == 0)
            return &values[i];
    return NULL;
}

/* What is rendered so far. Only a {code} of the template is a place of the code: where those are is kept. */
struct rendering {
    struct buf out, places; /* places: offsets into out */
    const struct mail_value *values;
    size_t n;
    struct refusal *why;
};

static bool is_place(const struct rendering *r, size_t offset)
{
    const size_t *places = (const size_t *)(const void *)r->places.data;
    for (size_t i = 0; i < r->places.size / sizeof *places; i++)
        if (places[i] == offset)
            return true;
    return false;
}

/* A {code} that a value says, or that comes about where a value meets what stands beside it, must not become such a place. */
static void spoil_others(struct rendering *r)
{
    const size_t size = strlen(CODE);
    for (size_t i = 0; i + size <= r->out.size; i++)
        if (memcmp(r->out.data + i, CODE, size) == 0 && !is_place(r, i)) {
            r->out.data[i] = '(';
            r->out.data[i + size - 1] = ')';
        }
}

static enum err put_name(struct rendering *r, const char *name, size_t size, bool *empty)
{
    if (size == 4 && memcmp(name, "code", 4) == 0) {
        buf_add(&r->places, &r->out.size, sizeof r->out.size);
        buf_add(&r->out, CODE, strlen(CODE));
        return OK;
    }
    const struct mail_value *value = find(r->values, r->n, name, size);
    if (!value)
        return refuse(r->why, ERR_INTERNAL, "", "a mail has no value for {%.*s}", (int)size, name);
    const char *text = value->text ? value->text : "";
    if (!text_utf8(text, strlen(text)) ||
        !text_printable(text, strlen(text), strcmp(value->name, LINES) == 0))
        return refuse(r->why, ERR_INVALID, value->name, "a control character");
    *empty |= !*text;
    buf_add(&r->out, text, strlen(text));
    return OK;
}

/* One paragraph and the blank lines behind it. */
static enum err put_paragraph(struct rendering *r, const char *text, size_t size)
{
    const size_t begin = r->out.size, places = r->places.size;
    bool empty = false;
    enum err e = OK;
    for (size_t i = 0; i < size && !e;) {
        size_t name = name_at(text + i);
        if (name) {
            e = put_name(r, text + i + 1, name, &empty);
            i += name + 2;
        } else {
            buf_add(&r->out, text + i++, 1);
        }
    }
    if (empty) {
        r->out.size = begin;
        r->places.size = places;
    }
    return e;
}

static size_t paragraph(const char *text)
{
    const char *end = strstr(text, "\n\n");
    if (!end)
        return strlen(text);
    return (size_t)(end - text) + strspn(end, "\n");
}

enum err template_render(struct arena *a, const char *text, const struct mail_value *values, size_t n,
                         const char **out, struct refusal *why)
{
    struct rendering r = {.values = values, .n = n, .why = why};
    struct buf *b = &r.out;
    enum err e = OK;
    buf_init(b, TEXT_MOST);
    buf_init(&r.places, TEXT_MOST);
    for (size_t size; *text && !e; text += size) {
        size = paragraph(text);
        e = put_paragraph(&r, text, size);
    }
    if (!e && (b->full || r.places.full))
        e = refuse(why, ERR_TOO_LARGE, "", "a mail may have %d bytes", TEXT_MOST);
    while (b->size > 1 && b->data[b->size - 1] == '\n' && b->data[b->size - 2] == '\n')
        b->size--;
    spoil_others(&r);
    if (!e)
        *out = arena_text(a, (const char *)b->data, b->size);
    buf_fini(b);
    buf_fini(&r.places);
    return e;
}

const char *template_code(struct arena *a, const char *text, const char *code)
{
    const char *found = code ? strstr(text, CODE) : NULL;
    if (!found)
        return text;
    return arena_printf(a, "%.*s%s%s", (int)(found - text), text, code, found + strlen(CODE));
}
