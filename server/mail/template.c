#include "server/mail/template.h"
#include "common/buf.h"
#include "common/text.h"
#include <string.h>

#define CODE "{code}"
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

/* A value that says {code} itself must not become the place of the code. */
static void put_value(struct buf *b, const char *text)
{
    const char *found;
    while ((found = strstr(text, CODE)) != NULL) {
        buf_add(b, text, (size_t)(found - text));
        buf_add(b, "(code)", 6);
        text = found + strlen(CODE);
    }
    buf_add(b, text, strlen(text));
}

static enum err put_name(struct buf *b, const char *name, size_t size, const struct mail_value *values,
                         size_t n, bool *empty, struct refusal *why)
{
    if (size == 4 && memcmp(name, "code", 4) == 0) {
        buf_add(b, CODE, strlen(CODE));
        return OK;
    }
    const struct mail_value *value = find(values, n, name, size);
    if (!value)
        return refuse(why, ERR_INTERNAL, "", "a mail has no value for {%.*s}", (int)size, name);
    const char *text = value->text ? value->text : "";
    if (!text_utf8(text, strlen(text)) || !text_printable(text, strlen(text), false))
        return refuse(why, ERR_INVALID, value->name, "a control character");
    *empty |= !*text;
    put_value(b, text);
    return OK;
}

/* One paragraph and the blank lines behind it. */
static enum err put_paragraph(struct buf *b, const char *text, size_t size, const struct mail_value *values,
                              size_t n, struct refusal *why)
{
    size_t begin = b->size;
    bool empty = false;
    enum err e = OK;
    for (size_t i = 0; i < size && !e;) {
        size_t name = name_at(text + i);
        if (name) {
            e = put_name(b, text + i + 1, name, values, n, &empty, why);
            i += name + 2;
        } else {
            buf_add(b, text + i++, 1);
        }
    }
    if (empty)
        b->size = begin;
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
    struct buf b;
    enum err e = OK;
    buf_init(&b, TEXT_MOST);
    for (size_t size; *text && !e; text += size) {
        size = paragraph(text);
        e = put_paragraph(&b, text, size, values, n, why);
    }
    if (!e && b.full)
        e = refuse(why, ERR_TOO_LARGE, "", "a mail may have %d bytes", TEXT_MOST);
    while (b.size > 1 && b.data[b.size - 1] == '\n' && b.data[b.size - 2] == '\n')
        b.size--;
    if (!e)
        *out = arena_text(a, (const char *)b.data, b.size);
    buf_fini(&b);
    return e;
}

const char *template_code(struct arena *a, const char *text, const char *code)
{
    const char *found = code ? strstr(text, CODE) : NULL;
    if (!found)
        return text;
    return arena_printf(a, "%.*s%s%s", (int)(found - text), text, code, found + strlen(CODE));
}
