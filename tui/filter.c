#include "tui/filter.h"
#include "common/money.h"
#include "common/text.h"
#include <stdio.h>
#include <string.h>

/* One blank-separated word, quotes holding blanks together; returns its length after unquoting, advances *at. */
static size_t token(const char **at, char *out, size_t size)
{
    const char *s = *at;
    size_t n = 0;
    bool quoted = false;
    while (*s == ' ')
        s++;
    for (; *s && (quoted || *s != ' '); s++) {
        if (*s == '"')
            quoted = !quoted;
        else if (n + 1 < size)
            out[n++] = *s;
    }
    while (n > 0 && ((unsigned char)out[n - 1] & 0xc0) == 0x80 && !text_utf8(out, n))
        n--;
    out[n] = '\0';
    *at = s;
    return n;
}

static void copy_folded(struct arena *a, char *out, size_t size, const char *text)
{
    snprintf(out, size, "%s", text_fold(a, text));
}

static void term(struct arena *a, struct filter *f, char *word)
{
    struct filter_term t = {.how = FILTER_WORD};
    if (*word == '!') {
        t.not = true;
        word++;
    }
    size_t n = strcspn(word, ":<>");
    if (n > 0 && n < sizeof t.field && word[n]) {
        t.how = word[n] == ':' ? FILTER_HAS : word[n] == '>' ? FILTER_MORE : FILTER_LESS;
        word[n] = '\0';
        copy_folded(a, t.field, sizeof t.field, word);
        word += n + 1;
        if (!*word)
            return; /* still being typed */
    }
    copy_folded(a, t.value, sizeof t.value, word);
    if (*t.value)
        f->terms[f->count++] = t;
}

void filter_parse(struct filter *f, const char *typed)
{
    char word[200];
    struct arena *a = arena_open();
    f->count = 0;
    while (f->count < FILTER_TERMS && token(&typed, word, sizeof word))
        term(a, f, word);
    arena_close(a);
}

const char *filter_value(const struct filter *f, const char *field)
{
    for (size_t i = 0; i < f->count; i++)
        if (f->terms[i].how == FILTER_HAS && !f->terms[i].not &&strcmp(f->terms[i].field, field) == 0)
            return f->terms[i].value;
    return NULL;
}

/* The first number in a cell, grouping left out: "EUR 1,234.50" → 1234.5. */
static bool number(const char *text, int64_t *value)
{
    char plain[64];
    size_t n = 0;
    text += strcspn(text, "-0123456789");
    for (; *text && n + 1 < sizeof plain && strchr("-0123456789.,", *text); text++)
        if (*text != ',')
            plain[n++] = *text;
    plain[n] = '\0';
    return n > 0 && decimal_parse(plain, value) == OK;
}

static bool matches(struct arena *a, const struct filter_term *t, const struct filter_cell *cells,
                    size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const char *text = cells[i].text ? cells[i].text : "";
        if (t->how == FILTER_WORD) {
            if (strstr(text_fold(a, text), t->value))
                return true;
            continue;
        }
        if (!cells[i].field || strcmp(text_fold(a, cells[i].field), t->field) != 0)
            continue;
        if (t->how == FILTER_HAS)
            return strstr(text_fold(a, text), t->value);
        int64_t have, want;
        if (!number(text, &have) || !number(t->value, &want))
            return false;
        return t->how == FILTER_MORE ? have > want : have < want;
    }
    return false;
}

bool filter_match(const struct filter *f, const struct filter_cell *cells, size_t count)
{
    if (f->count == 0)
        return true;
    struct arena *a = arena_open();
    bool all = true;
    for (size_t i = 0; all && i < f->count; i++)
        all = matches(a, &f->terms[i], cells, count) != f->terms[i].not ;
    arena_close(a);
    return all;
}
