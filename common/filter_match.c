/* Does a row pass a filter? */
#include "common/filter.h"
#include "common/text.h"
#include <stdio.h>
#include <string.h>

/* --- numbers of documents ---------------------------------------------------------------------------------------------- */
static const char DIGITS[] = "0123456789";

static bool digit(char c)
{
    return c >= '0' && c <= '9';
}

char *filter_tail(char *buffer, const char *number)
{
    size_t size = strlen(number), n = 0;
    while (n < size && digit(number[size - 1 - n]))
        n++;
    const char *at = number + size - n;
    if (n && strspn(at, "0") == n)
        at = number + size - 1; /* of nothing but zeros the last stays */
    else
        at += strspn(at, "0");
    snprintf(buffer, FILTER_TAIL, "%s", at);
    return buffer;
}

int filter_number_compare(const char *a, const char *b)
{
    while (*a && *b) {
        if (!digit(*a) || !digit(*b)) {
            if (*a != *b)
                return (unsigned char)*a < (unsigned char)*b ? -1 : 1;
            a++;
            b++;
            continue;
        }
        a += strspn(a, "0");
        b += strspn(b, "0");
        size_t m = strspn(a, DIGITS), n = strspn(b, DIGITS);
        int c = m == n ? memcmp(a, b, n) : m < n ? -1 : 1;
        if (c)
            return c < 0 ? -1 : 1;
        a += m;
        b += n;
    }
    return (*a != 0) - (*b != 0);
}

static bool all_digits(const char *s)
{
    return *s && !s[strspn(s, DIGITS)];
}

struct number {
    const char *folded, *stored; /* an index holds the end of what is stored */
};

static bool number_match(const struct filter_term *t, const struct number *n)
{
    char want[FILTER_TAIL], have[FILTER_TAIL];
    const char *number = n->folded;
    if (!*number)
        return false;
    bool digits = all_digits(t->folded);
    int order = digits ? filter_number_compare(filter_tail(have, n->stored), filter_tail(want, t->folded))
                       : filter_number_compare(number, t->folded);
    if (digits && !*have && t->how != FILTER_HAS)
        return false;
    switch (t->how) {
    case FILTER_LESS: return order < 0;
    case FILTER_MOST: return order <= 0;
    case FILTER_MORE: return order > 0;
    case FILTER_LEAST: return order >= 0;
    case FILTER_IS: return order == 0;
    case FILTER_HAS: break;
    }
    if (order == 0)
        return true;
    size_t size = strlen(t->folded);
    return strncmp(number, t->folded, size) == 0 && (!digits || !digit(number[size]));
}

/* --- words ------------------------------------------------------------------------------------------------------------- */
bool filter_word_whole(const struct filter_word *word)
{
    return word->size <= 2 && strspn(word->text, DIGITS) >= word->size;
}

static bool begins(const char *word, size_t size, const struct filter_word *wanted)
{
    if (size != wanted->size && filter_word_whole(wanted))
        return false;
    return size >= wanted->size && memcmp(word, wanted->text, wanted->size) == 0;
}

void filter_spell(struct arena *a, const char *const texts[FILTER_TEXTS], struct filter_spelled *s)
{
    *s = (struct filter_spelled){.n = 0};
    for (size_t i = 0; i < FILTER_TEXTS; i++)
        if (texts[i] && *texts[i])
            s->search[i] = text_search(a, texts[i]);
    struct filter_word *v = NULL, one;
    size_t room = 0;
    for (size_t i = 0; i < FILTER_TEXTS; i++) {
        const char *at = s->search[i] ? s->search[i] : "";
        while ((one.size = text_word(&at, &one.text)) != 0) {
            if (s->n == room)
                v = arena_grow(a, v, &room, sizeof *v);
            v[s->n++] = one;
        }
    }
    s->v = v;
}

bool filter_words_match(const struct filter_term *t, const struct filter_spelled *texts)
{
    uint64_t found = 0, all = (UINT64_C(1) << t->words) - 1;
    for (size_t i = 0; i < texts->n && found != all; i++)
        for (size_t w = 0; w < t->words; w++)
            found |= (uint64_t)begins(texts->v[i].text, texts->v[i].size, &t->word[w]) << w;
    return all && found == all;
}

static bool text_is(const struct filter_term *t, const struct filter_spelled *texts)
{
    for (size_t i = 0; i < FILTER_TEXTS; i++)
        if (texts->search[i] && strcmp(texts->search[i], t->search) == 0)
            return true;
    return false;
}

/* --- amounts ----------------------------------------------------------------------------------------------------------- */
bool filter_ordered(enum filter_how how, int order)
{
    switch (how) {
    case FILTER_LESS: return order < 0;
    case FILTER_MOST: return order <= 0;
    case FILTER_MORE: return order > 0;
    case FILTER_LEAST: return order >= 0;
    default: return order == 0;
    }
}

__extension__ typedef __int128 wide;

/* 10.005 EUR is more than 10.00 and less than 10.01: nothing is rounded. */
static bool amount_match(const struct filter_term *t, const struct filter_value *v)
{
    int places = t->field->type == FILTER_DECIMAL ? DECIMAL_PLACES : 0;
    if (v->none)
        return false;
    if (t->field->type == FILTER_MONEY) {
        if (!v->currency || !*v->currency || (*t->currency && strcmp(t->currency, v->currency) != 0))
            return false;
        places = currency_digits(v->currency);
    }
    wide have = v->number, want = t->decimal;
    for (int i = places < 0 ? 0 : places; i < DECIMAL_PLACES; i++)
        have *= 10;
    return filter_ordered(t->how, (have > want) - (have < want));
}

/* --- terms ------------------------------------------------------------------------------------------------------------- */
/* What a row said of a field: asked for, folded and taken apart when the first term wants it. */
struct seen {
    bool asked;
    struct filter_value v;
    struct filter_spelled spelled; /* v.spelled, if the list did not bring it */
    struct number *numbers;        /* of FILTER_NUMBER: text, then more */
    size_t n_numbers;
};

static const struct filter_spelled *spelled(struct arena *a, struct seen *s)
{
    if (!s->v.spelled) {
        filter_spell(a, s->v.text, &s->spelled);
        s->v.spelled = &s->spelled;
    }
    return s->v.spelled;
}

static void fold_numbers(struct arena *a, struct seen *s)
{
    s->numbers = arena_alloc(a, (FILTER_TEXTS + s->v.n_more) * sizeof *s->numbers);
    for (size_t i = 0; i < FILTER_TEXTS + s->v.n_more; i++) {
        const char *text = i < FILTER_TEXTS ? s->v.text[i] : s->v.more[i - FILTER_TEXTS];
        if (text && *text)
            s->numbers[s->n_numbers++] = (struct number){text_fold(a, text), text};
    }
}

static bool numbered(struct arena *a, const struct filter_term *t, struct seen *s)
{
    if (!s->numbers)
        fold_numbers(a, s);
    for (size_t i = 0; i < s->n_numbers; i++)
        if (number_match(t, &s->numbers[i]))
            return true;
    return false;
}

static bool has(struct arena *a, const struct filter_term *t, const struct filter_field *f, struct seen *s)
{
    const struct filter_value *v = &s->v;
    switch (f->type) {
    case FILTER_SET: return (v->set & t->set) != 0;
    case FILTER_DATE:
        return v->number && (!t->first || v->number >= t->first) && (!t->last || v->number <= t->last);
    case FILTER_MONEY:
    case FILTER_COUNT:
    case FILTER_DECIMAL: return t->field ? amount_match(t, v) : filter_words_match(t, spelled(a, s));
    case FILTER_CODE: return v->text[0] && strcmp(v->text[0], t->currency) == 0;
    case FILTER_NUMBER: return numbered(a, t, s);
    case FILTER_WORDS:
        return t->how == FILTER_IS ? text_is(t, spelled(a, s)) : filter_words_match(t, spelled(a, s));
    case FILTER_RAW: return false;
    }
    return false;
}

struct looking {
    struct arena *a;
    const struct filter *f;
    filter_asks *ask;
    void *row;
    struct seen *seen; /* one a field */
};

static bool passes(const struct looking *l, const struct filter_term *t)
{
    bool found = false;
    for (size_t i = 0; i < l->f->fields->n && !found; i++) {
        const struct filter_field *field = &l->f->fields->v[i];
        struct seen *s = &l->seen[i];
        if (t->field ? field != t->field : !field->plain)
            continue;
        if (!t->field && field->type == FILTER_SET && (!t->set || t->words_only))
            continue;
        if (!s->asked)
            l->ask(l->row, field->id, &s->v);
        s->asked = true;
        found = has(l->a, t, field, s);
    }
    return found != t->not ;
}

static bool reads_text(const struct filter_term *t)
{
    return !t->field || t->field->type == FILTER_WORDS || t->field->type == FILTER_NUMBER;
}

bool filter_match(struct arena *a, const struct filter *f, filter_asks *ask, void *row)
{
    if (f->n == 0)
        return true;
    struct looking l = {a, f, ask, row, arena_alloc(a, f->fields->n * sizeof *l.seen)};
    for (int text = 0; text < 2; text++) /* a number says no sooner than a text is taken apart */
        for (size_t i = 0; i < f->n; i++)
            if (reads_text(&f->terms[i]) == text && !passes(&l, &f->terms[i]))
                return false;
    return true;
}
