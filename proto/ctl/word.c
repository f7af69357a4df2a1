#include "proto/ctl/word.h"
#include "common/text.h"
#include "proto/ctl/ctl_session.h"
#include "proto/ctl/ctl_show.h"
#include "common/nearest.h"
#include <stdio.h>
#include <string.h>

/* How many of c->words the name's words are; 0 when they are not. */
static int begins(const struct ctl *c, const char *name)
{
    int used = 0;
    while (*name) {
        size_t n = strcspn(name, " ");
        if (used == c->n_words || strlen(c->words[used]) != n || memcmp(c->words[used], name, n) != 0)
            return 0;
        used++;
        name += n + (name[n] == ' ');
    }
    return used;
}

const struct word *word_find(const struct ctl *c, int *used)
{
    const struct word *found = NULL;
    *used = 0;
    for (const struct word *w = NULL; (w = word_next(w)) != NULL;) {
        int n = begins(c, w->name);
        for (const char *also = NULL; (also = word_also_next(w, also)) != NULL;)
            n = begins(c, also) > n ? begins(c, also) : n;
        if (n > *used) {
            found = w;
            *used = n;
        }
    }
    if (!found)
        *used = 1;
    return found;
}

/* --- arguments */

struct arguments {
    struct ctl *c;
    const struct shape *shape;
    const char *place; /* the next place to fill; "" when there is none */
    bool repeats;
    const char *filter; /* terms so far, of a place that takes them all as one */
    const char **out;
    int n, at, end; /* words that are taken from */
};

static void add(struct arguments *w, const char *field, size_t size, const char *value)
{
    w->out[w->n++] = arena_printf(w->c->a, "%.*s=%s", (int)size, field, value);
}

/* "signed-by" and "signed_by" alike. */
static const struct field *field_named(const struct shape *shape, const char *name, size_t size)
{
    char plain[64];
    if (size >= sizeof plain)
        return NULL;
    for (size_t i = 0; i < size; i++)
        plain[i] = name[i] == '-' ? '_' : name[i];
    return shape_field(shape, plain, size);
}

/* The one field that may have this value: "overdue" of status. */
static const struct field *field_of_value(const struct shape *shape, const char *name, const char **value)
{
    for (size_t i = 0; i < shape->n; i++) {
        const struct field *f = &shape->fields[i];
        const struct enum_value *v =
            f->type == FIELD_ENUM ? enum_by_name(f->values(), name, strlen(name)) : NULL;
        if (v) {
            *value = v->name;
            return f;
        }
    }
    return NULL;
}

static const char *as_option(struct arena *a, const char *name)
{
    char *option = arena_printf(a, "--%s", name);
    for (char *p = option; *p; p++)
        *p = *p == '_' ? '-' : *p;
    return option;
}

/* Fields, and values that stand for themselves, written as options are. */
static enum err no_option(const struct arguments *w, const char *word)
{
    struct nearest n = {.typed = arena_printf(w->c->a, "%.*s", (int)strcspn(word, "="), word)};
    for (size_t i = 0; i < w->shape->n; i++) {
        const struct field *f = &w->shape->fields[i];
        if (f->flags & (FIELD_CALC | FIELD_HIDDEN))
            continue;
        nearest_try(&n, as_option(w->c->a, f->name));
        for (size_t k = 0; f->type == FIELD_ENUM && k < f->values()->n; k++)
            nearest_try(&n, as_option(w->c->a, f->values()->values[k].name));
    }
    const char *why = w->c->elsewhere ? w->c->elsewhere(n.typed) : NULL;
    if (why)
        return refuse(&w->c->why, ERR_INVALID, "", "%.100s is not here: %s", n.typed, why);
    return refuse(&w->c->why, ERR_INVALID, "", "there is no option %.100s here%s", word,
                  nearest_words(w->c->a, &n, ""));
}

static enum err take_option(struct arguments *w, const char *word)
{
    const char *name = word + 2, *equals = strchr(name, '='), *value = equals ? equals + 1 : NULL;
    size_t size = equals ? (size_t)(equals - name) : strlen(name);
    const struct field *f = field_named(w->shape, name, size);
    if (f && !value && f->type == FIELD_BOOL)
        value = "true";
    else if (f && !value && w->at < w->end)
        value = w->c->words[w->at++];
    else if (!f && !value)
        f = field_of_value(w->shape, name, &value);
    if (!f)
        return no_option(w, word);
    if (!value)
        return refuse(&w->c->why, ERR_INVALID, "", "%.100s takes a value", word);
    add(w, f->name, f->name_size, value);
    return OK;
}

/* Terms of a filter are one text; one that a shell handed over with blanks in it gets its quotes back. */
static void take_filter(struct arguments *w, const char *word)
{
    const char *quote = strpbrk(word, " \t") && !strchr(word, '"') ? "\"" : "";
    w->filter = arena_printf(w->c->a, "%s%s%s%s%s", w->filter ? w->filter : "", w->filter ? " " : "", quote,
                             word, quote);
}

/* What stands in a place is the text itself: "@ada, please" is no file. */
static const char *literal(struct arena *a, const struct field *f, const char *text)
{
    bool is_text = f && (f->type == FIELD_TEXT || f->type == FIELD_LINES);
    return is_text && *text == '@' ? arena_printf(a, "@%s", text) : text;
}

/* "-" in a place is standard input: a line for what has one line, all that is left for what has several. */
static enum err take_place(struct arguments *w, const char *word)
{
    size_t size = strcspn(w->place, " ");
    const struct field *f = shape_field(w->shape, w->place, size);
    if (size == 6 && memcmp(w->place, "filter", 6) == 0) {
        take_filter(w, word);
        return OK;
    }
    const char *value = word;
    enum err e = OK;
    if (f && strcmp(word, "-") == 0 && f->type == FIELD_TEXT)
        e = plain_line(w->c, f->name, &value);
    else if (f && strcmp(word, "-") == 0 && f->type == FIELD_LINES)
        e = plain_lines(w->c, f->name, &value);
    if (e)
        return e;
    add(w, w->place, size, f ? literal(w->c->a, f, value) : value);
    if (w->place[size] && strcmp(w->place + size, " \xE2\x80\xA6") != 0)
        w->place += size + 1;
    else if (!w->place[size])
        w->place = "";
    return OK;
}

/* Is it "field=…" or "field.0.…=…" of this operation? */
static bool names_a_field(const struct arguments *w, const char *word)
{
    size_t n = strcspn(word, ".=");
    return word[n] && strchr(word, '=') && shape_field(w->shape, word, n);
}

/* Is it written as one is? What is wrong with it is told where fields are read. */
static bool as_a_field(const char *word)
{
    size_t n = strspn(word, "abcdefghijklmnopqrstuvwxyz_0123456789.");
    return n && word[n] == '=';
}

enum err word_arguments(struct ctl *c, const struct op *op, const char *places, const char *always, int used)
{
    struct arguments w = {.c = c, .shape = op->in(), .place = places, .at = used, .end = c->n_words};
    bool over = false;
    w.out = (const char **)arena_alloc(c->a, (size_t)(c->n_words + 8) * sizeof *w.out);
    w.out[w.n++] = op->name;
    for (; always && *always; always += strcspn(always, " "), always += *always == ' ')
        w.out[w.n++] = arena_text(c->a, always, strcspn(always, " "));
    while (w.at < w.end) {
        const char *word = c->words[w.at++];
        enum err e = OK;
        if (!over && strcmp(word, "--") == 0)
            over = true;
        else if (!over && strncmp(word, "--", 2) == 0)
            e = take_option(&w, word);
        else if (names_a_field(&w, word) || (!*w.place && (strcmp(word, "-") == 0 || as_a_field(word))))
            w.out[w.n++] = word;
        else if (*w.place)
            e = take_place(&w, word);
        else
            e = refuse(&c->why, ERR_INVALID, "",
                       "what is \"%.100s\" here? Arguments are key=value: help %.40s", word, op->name);
        if (e)
            return e;
    }
    if (w.filter)
        add(&w, "filter", 6, literal(c->a, shape_field(w.shape, "filter", 6), w.filter));
    c->words = w.out;
    c->n_words = w.n;
    return OK;
}

/* --- running */

int word_run(struct ctl *c)
{
    int used = 1;
    const struct word *w = word_find(c, &used);
    const struct op *op = w ? word_op(w) : op_find(c->words[0], strlen(c->words[0]));
    if (!op)
        return ctl_unknown(c);
    if (rows_wanted(c) && !rows_in(op))
        return ctl_usage(
            c, arena_printf(c->a, "--csv, --tsv and --all are for lists; %s gives none", c->words[0]));
    enum err e = word_arguments(c, op, w ? w->places : "", w ? w->always : NULL, used);
    if (e)
        return ctl_fail(c, e);
    if (w && w->run)
        return w->run(c, op);
    return op_number(op) == OPNO_payment_pay ? verb_pay(c, op) : verb_op(c, op);
}
