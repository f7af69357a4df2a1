#include "common/filter.h"
#include "common/filter_inside.h"
#include "common/money.h"
#include "common/text.h"
#include <stdio.h>
#include <string.h>

#define TERM_TYPED 60 /* bytes of a term that a refusal quotes */

char *filter_names(char *buffer, size_t size, const struct filter_fields *fields)
{
    size_t n = 0;
    snprintf(buffer, size, "none: only words");
    for (size_t i = 0; i < fields->n && n < size; i++)
        if (*fields->v[i].names)
            n += (size_t)snprintf(buffer + n, size - n, "%s%.*s", n ? ", " : "",
                                  (int)strcspn(fields->v[i].names, " "), fields->v[i].names);
    return buffer;
}

enum err filter_refuse(const struct filter_reading *r, const char *format, ...)
{
    char said[200];
    size_t used;
    va_list ap;
    va_start(ap, format);
    vsnprintf(said, sizeof said, format, ap);
    va_end(ap);
    err_mend(said);
    const char *shown = text_shown(r->a, r->typed, false);
    size_t size = strlen(shown); /* in quotes where it was typed in them, or would run into what is said */
    const char *quote = strpbrk(shown, " \t") || (size && shown[size - 1] == ':') ? "\"" : "";
    int n = (int)text_fit(shown, TERM_TYPED, &used);
    return refuse(r->why, ERR_INVALID, "filter", "%s%.*s%s%s: %s", quote, n, shown, shown[n] ? "…" : "",
                  quote, text_shown(r->a, said, false));
}

/* --- terms ------------------------------------------------------------------------------------------------------------- */
struct token {
    const char *text; /* without quotes */
    size_t quoted_at; /* where a quoted part begins, else SIZE_MAX: no operator is looked for behind it */
};

static bool blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n';
}

/* One blank-separated word; false at the end. */
static bool token(struct arena *a, const char **at, struct token *t)
{
    const char *s = *at;
    size_t n = 0;
    bool quoted = false;
    while (blank(*s))
        s++;
    if (!*s)
        return false;
    char *out = arena_alloc(a, strlen(s) + 1);
    t->quoted_at = SIZE_MAX;
    for (; *s && (quoted || !blank(*s)); s++) {
        if (*s != '"')
            out[n++] = *s;
        else if ((quoted = !quoted) && t->quoted_at == SIZE_MAX)
            t->quoted_at = n;
    }
    out[n] = '\0';
    t->text = out;
    *at = s;
    return true;
}

static const struct filter_field *field_named(const struct filter_fields *fields, const char *folded)
{
    size_t size = strlen(folded);
    for (size_t i = 0; i < fields->n; i++)
        for (const char *at = fields->v[i].names; *at; at += strspn(at, " ")) {
            size_t n = strcspn(at, " ");
            if (n == size && memcmp(at, folded, n) == 0)
                return &fields->v[i];
            at += n;
        }
    return NULL;
}

/* The operator at s; returns its bytes. "status:>x" reads as "status>x". */
static size_t operator(const char *s, enum filter_how *how)
{
    size_t n = 0;
    *how = FILTER_HAS;
    if (*s == ':')
        n = 1;
    if (s[n] == '<' || s[n] == '>') {
        bool less = s[n] == '<', equal = s[n + 1] == '=';
        *how = less ? (equal ? FILTER_MOST : FILTER_LESS) : (equal ? FILTER_LEAST : FILTER_MORE);
        return n + 1 + equal;
    }
    if (s[n] == '=') {
        *how = FILTER_IS;
        return n + 1;
    }
    return n;
}

/* At most `most` words of a search form; how many there are. */
static size_t words_of(struct arena *a, const char *search, size_t most, const struct filter_word **words)
{
    struct filter_word found[FILTER_WORDS_MOST + 1];
    const char *at = search, *word;
    size_t n = 0, size;
    while (n < most && (size = text_word(&at, &word)) != 0)
        found[n++] = (struct filter_word){word, size};
    *words = arena_copy(a, found, n * sizeof *found);
    return n;
}

enum err filter_words(const struct filter_reading *r, struct filter_term *t)
{
    bool whole = t->field && t->how == FILTER_IS;
    t->folded = text_fold(r->a, t->value);
    t->search = text_search(r->a, t->value);
    t->words = words_of(r->a, t->search, whole ? 1 : FILTER_WORDS_MOST + 1, &t->word);
    if (!t->words)
        return filter_refuse(r, "there is no letter and no digit in it");
    if (t->words + r->words > FILTER_WORDS_MOST)
        return filter_refuse(r, "with it there are more words than the %d that a filter looks for",
                             FILTER_WORDS_MOST);
    return OK;
}

static enum err plain(const struct filter_reading *r, struct filter_term *t)
{
    enum err e = filter_words(r, t);
    for (size_t i = 0; i < r->fields->n && !e; i++)
        if (r->fields->v[i].plain && r->fields->v[i].type == FILTER_SET && !t->set)
            t->set = filter_set_of(r->a, &r->fields->v[i], t->folded, false);
    return e;
}

static enum err term(const struct filter_reading *r, const struct token *token, struct filter_term *t)
{
    char names[160];
    const char *text = token->text;
    for (; *text == '!'; text++)
        t->not = !t->not ;
    size_t skipped = (size_t)(text - token->text), n = strcspn(text, ":=<>");
    if (!text[n] ||
        (token->quoted_at != SIZE_MAX && skipped + n >= token->quoted_at && token->quoted_at > skipped)) {
        t->value = text;
        return plain(r, t);
    }
    if (n == 0)
        return filter_refuse(r, "of what? Before it stands one of %s",
                             filter_names(names, sizeof names, r->fields));
    t->field = field_named(r->fields, text_fold(r->a, arena_text(r->a, text, n)));
    if (!t->field)
        return filter_refuse(r, "there is no field %.40s here; there are %s", arena_text(r->a, text, n),
                             filter_names(names, sizeof names, r->fields));
    t->value = text + n + operator(text + n, &t->how);
    if (!t->value[strspn(t->value, " ")])
        return filter_refuse(r, "a value is missing");
    return filter_value_read(r, t);
}

/* Two plain words that are one state ("partly paid") are one term. */
static void join_states(const struct filter_reading *r, struct token *one, const char **at)
{
    struct token two;
    const char *rest = *at;
    if (one->quoted_at != SIZE_MAX || strpbrk(one->text, ":=<>") || !token(r->a, &rest, &two) ||
        two.quoted_at != SIZE_MAX || strpbrk(two.text, ":=<>!"))
        return;
    const char *both = arena_printf(r->a, "%s %s", one->text, two.text);
    const char *folded = text_fold(r->a, both + strspn(both, "!"));
    for (size_t i = 0; i < r->fields->n; i++)
        if (r->fields->v[i].plain && r->fields->v[i].type == FILTER_SET &&
            filter_set_of(r->a, &r->fields->v[i], folded, false)) {
            one->text = both;
            *at = rest;
            return;
        }
}

/* "amount>1000 EUR" is written as amounts are: a currency behind a number without one belongs to it. */
static void join_currency(const struct filter_reading *r, struct token *one, const char **at)
{
    struct token two;
    const char *rest = *at, *text = one->text + strspn(one->text, "!");
    size_t n = strcspn(text, ":=<>"), size = strlen(text);
    char code[4] = "";
    if (one->quoted_at != SIZE_MAX || n == 0 || !text[n] || !strchr("0123456789", text[size - 1]) ||
        !token(r->a, &rest, &two) || two.quoted_at != SIZE_MAX || strlen(two.text) != 3)
        return;
    for (int i = 0; i < 3; i++)
        code[i] = (char)(two.text[i] >= 'a' && two.text[i] <= 'z' ? two.text[i] - 32 : two.text[i]);
    const struct filter_field *field = field_named(r->fields, text_fold(r->a, arena_text(r->a, text, n)));
    if (!field || field->type != FILTER_MONEY || currency_digits(code) < 0)
        return;
    one->text = arena_printf(r->a, "%s %s", one->text, code);
    *at = rest;
}

static struct filter_term *next_term(struct filter *f, size_t most)
{
    if (f->n >= most)
        return NULL;
    f->terms[f->n] = (struct filter_term){.how = FILTER_HAS};
    return &f->terms[f->n++];
}

struct filter_term *filter_add(struct filter *f, int id)
{
    struct filter_term *t = next_term(f, FILTER_TERMS + FILTER_ARGUMENTS);
    for (size_t i = 0; i < f->fields->n; i++)
        if (f->fields->v[i].id == id)
            t->field = &f->fields->v[i];
    t->value = t->folded = t->search = "";
    return t;
}

enum err filter_read(struct arena *a, const struct filter_fields *fields, const char *typed, int32_t today,
                     struct filter *f, struct refusal *why)
{
    struct filter_reading r = {.a = a, .fields = fields, .today = today, .why = why};
    if (!typed || !*typed) { /* the list without a filter is the hot one */
        f->fields = fields;
        f->n = 0;
        return OK;
    }
    struct filter read = {.fields = fields};
    struct token one;
    const char *at = typed;
    while (token(a, &at, &one)) {
        join_states(&r, &one, &at);
        join_currency(&r, &one, &at);
        struct filter_term *t = next_term(&read, FILTER_TERMS);
        r.typed = one.text;
        if (!t)
            return filter_refuse(&r, "a filter has at most %d terms", FILTER_TERMS);
        enum err e = term(&r, &one, t);
        if (e)
            return e;
        r.words += t->words;
    }
    *f = read;
    return OK;
}

enum err filter_add_search(struct arena *a, struct filter *f, const char *words, struct refusal *why)
{
    struct token one;
    size_t n = 0;
    const char *at = words ? words : "";
    for (size_t i = 0; i < f->n; i++)
        n += f->terms[i].words;
    while (token(a, &at, &one)) {
        struct filter_term *t = next_term(f, FILTER_TERMS);
        if (t) {
            t->value = one.text;
            t->words_only = true;
            t->folded = text_fold(a, t->value);
            t->search = text_search(a, t->value);
            n += t->words = words_of(a, t->search, FILTER_WORDS_MOST + 1, &t->word);
        }
        if (!t || n > FILTER_WORDS_MOST)
            return refuse(why, ERR_INVALID, "search", "more than %d words",
                          t ? FILTER_WORDS_MOST : FILTER_TERMS);
    }
    return OK;
}
