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

bool filter_number_match(struct arena *a, const struct filter_term *t, const char *number)
{
    char want[FILTER_TAIL], have[FILTER_TAIL];
    if (!number || !*number)
        return false;
    const char *folded = text_fold(a, number);
    bool digits = all_digits(t->folded);
    int order = digits ? filter_number_compare(filter_tail(have, folded), filter_tail(want, t->folded))
                       : filter_number_compare(folded, t->folded);
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
    return strncmp(folded, t->folded, size) == 0 && (!digits || !digit(folded[size]));
}

/* --- words ------------------------------------------------------------------------------------------------------------- */
/* One or two digits stand for themselves: "3" is not the beginning of every 300. */
static bool begins(const char *word, size_t size, const struct filter_word *wanted)
{
    if (wanted->size <= 2 && strspn(wanted->text, DIGITS) >= wanted->size && size != wanted->size)
        return false;
    return size >= wanted->size && memcmp(word, wanted->text, wanted->size) == 0;
}

bool filter_words_match(struct arena *a, const struct filter_term *t, const char *const *texts, size_t n)
{
    unsigned found = 0, all = (1u << t->words) - 1;
    if (!t->words)
        return false;
    for (size_t i = 0; i < n && found != all; i++) {
        const char *at = texts[i] && *texts[i] ? text_search(a, texts[i]) : "", *word;
        size_t size;
        while (found != all && (size = text_word(&at, &word)) != 0)
            for (size_t w = 0; w < t->words; w++)
                found |= (unsigned)begins(word, size, &t->word[w]) << w;
    }
    return found == all;
}

static bool text_is(struct arena *a, const struct filter_term *t, const struct filter_value *v)
{
    for (size_t i = 0; i < FILTER_TEXTS; i++)
        if (v->text[i] && strcmp(text_search(a, v->text[i]), t->search) == 0)
            return true;
    return false;
}

/* --- amounts ----------------------------------------------------------------------------------------------------------- */
static bool ordered(enum filter_how how, int order)
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
    return ordered(t->how, (have > want) - (have < want));
}

/* --- terms ------------------------------------------------------------------------------------------------------------- */
static bool has(struct arena *a, const struct filter_term *t, const struct filter_field *f,
                const struct filter_value *v)
{
    switch (f->type) {
    case FILTER_SET: return (v->set & t->set) != 0;
    case FILTER_DATE:
        return v->number && (!t->first || v->number >= t->first) && (!t->last || v->number <= t->last);
    case FILTER_MONEY:
    case FILTER_COUNT:
    case FILTER_DECIMAL:
        return t->field ? amount_match(t, v) : filter_words_match(a, t, v->text, FILTER_TEXTS);
    case FILTER_NUMBER:
        for (size_t i = 0; i < FILTER_TEXTS; i++)
            if (filter_number_match(a, t, v->text[i]))
                return true;
        return false;
    case FILTER_WORDS:
        return t->how == FILTER_IS ? text_is(a, t, v) : filter_words_match(a, t, v->text, FILTER_TEXTS);
    case FILTER_RAW: return false;
    }
    return false;
}

bool filter_term_match(struct arena *a, const struct filter *f, const struct filter_term *t, filter_asks *ask,
                       void *row)
{
    bool found = false;
    for (size_t i = 0; i < f->fields->n && !found; i++) {
        const struct filter_field *field = &f->fields->v[i];
        if (t->field ? field != t->field : !field->plain)
            continue;
        if (!t->field && field->type == FILTER_SET && (!t->set || t->words_only))
            continue;
        struct filter_value v = {.number = 0};
        ask(row, field->id, &v);
        found = has(a, t, field, &v);
    }
    return found != t->not ;
}

bool filter_match(struct arena *a, const struct filter *f, filter_asks *ask, void *row)
{
    for (size_t i = 0; i < f->n; i++)
        if (!filter_term_match(a, f, &f->terms[i], ask, row))
            return false;
    return true;
}
