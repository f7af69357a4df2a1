/* What is typed after "/". A first byte chooses the list. A filter that is understood, written with every value in quotes, is understood
 * the same; a term and its contrary never both hold; a completion goes on from what was typed; a refusal is about the filter. */
#include "common/filter.h"
#include "common/filter_table.h"
#include "tests/fuzz/fuzz.h"

#define TODAY INT32_C(739577)

static const char *operator_of(enum filter_how how)
{
    static const char *const operators[] = {[FILTER_HAS] = ":",  [FILTER_IS] = "=",     [FILTER_LESS] = "<",
                                            [FILTER_MORE] = ">", [FILTER_LEAST] = ">=", [FILTER_MOST] = "<="};
    return operators[how];
}

/* Bytes of the first character of plain words that stand before the quotes, so that no operator is looked for in them; 0: there is none that
 * can. */
static size_t first_plain(const char *value)
{
    size_t n = 1;
    if (!*value || strchr(" \t\n\"!:=<>", *value))
        return 0;
    while (((unsigned char)value[n] & 0xc0) == 0x80)
        n++;
    return n;
}

/* The same filter as text; NULL where it can not be written so. */
static const char *written(struct arena *a, const struct filter *f)
{
    const char *text = "";
    for (size_t i = 0; i < f->n; i++) {
        const struct filter_term *t = &f->terms[i];
        const char *names = t->field ? t->field->names : t->value, *rest = t->value;
        size_t n = t->field ? strcspn(names, " ") : first_plain(t->value);
        if (!n)
            return NULL;
        rest += t->field ? 0 : n;
        text = arena_printf(a, "%s %s%.*s%s\"%s\"", text, t->not ? "!" : "", (int)n, names,
                            t->field ? operator_of(t->how) : "", rest);
    }
    return text;
}

static void must_be_same(const struct filter *f, const struct filter *g)
{
    must(f->n == g->n);
    for (size_t i = 0; i < f->n; i++) {
        const struct filter_term *s = &f->terms[i], *t = &g->terms[i];
        must(s->field == t->field && s->how == t->how && s->not == t->not &&strcmp(s->value, t->value) == 0);
        must(s->first == t->first && s->last == t->last && s->decimal == t->decimal && s->set == t->set);
        must(strcmp(s->currency, t->currency) == 0 && s->words == t->words);
    }
}

struct row {
    const char *text;
    uint8_t number;
};

static void ask(void *row, int id, struct filter_value *v)
{
    const struct row *r = row;
    v->text[0] = r->text;
    v->text[1] = id == FILTER_NO ? "INV-000300" : "Köhler GmbH";
    v->number = id == FILTER_DAY || id == FILTER_DUE ? TODAY - 100 + r->number : r->number * INT64_C(1000);
    v->none = r->number == 3;
    v->currency = r->number & 1 ? "EUR" : "JPY";
    v->set = UINT64_C(1) << (r->number % 8);
}

static bool alone(struct arena *a, const struct filter *f, const struct filter_term *t, struct row *row)
{
    struct filter one = {.fields = f->fields, .n = 1, .terms = {*t}};
    return filter_match(a, &one, ask, row);
}

/* A term and its negation say the opposite; all of them together what each says alone. */
static void check_match(struct arena *a, struct filter *f, struct row *row)
{
    bool all = true;
    for (size_t i = 0; i < f->n; i++) {
        struct filter_term other = f->terms[i];
        other.not = !f->terms[i].not ;
        bool holds = alone(a, f, &f->terms[i], row);
        must(alone(a, f, &other, row) != holds);
        all = all && holds;
    }
    must(filter_match(a, f, ask, row) == all);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct filter_fields *(*const lists[])(void) = {filter_of_documents, filter_of_payments,
                                                                 filter_of_customers, filter_of_events};
    struct arena *a = arena_open();
    struct given in = {data, size};
    uint8_t chosen = take_byte(&in), number = take_byte(&in);
    const struct filter_fields *fields = lists[chosen % 4]();
    const char *typed = take_text(a, &in), *text = take_text(a, &in);
    struct refusal why = {0};
    struct filter f, again;
    char *more = filter_complete(a, fields, typed), choices[40];
    must(strlen(filter_choices(choices, sizeof choices, fields, typed)) < sizeof choices);
    must(!more || (strlen(more) > strlen(typed) && strncmp(more, typed, strlen(typed)) == 0));
    if (is_utf8(typed) && is_utf8(text)) {
        enum err e = filter_read(a, fields, typed, TODAY, &f, &why);
        if (e) {
            must_be_said(e, &why);
            must(e == ERR_INVALID && strcmp(why.field, "filter") == 0 && is_clean(why.detail, false));
        } else {
            must(f.n <= FILTER_TERMS);
            const char *same = written(a, &f);
            must(!same || filter_read(a, fields, same, TODAY, &again, &why) == OK);
            if (same)
                must_be_same(&f, &again);
            check_match(a, &f, &(struct row){text, number});
            if (filter_add_search(a, &f, text, &why) == OK)
                check_match(a, &f, &(struct row){text, number});
        }
    }
    must(filter_number_compare(typed, text) == -filter_number_compare(text, typed));
    arena_close(a);
    return 0;
}
