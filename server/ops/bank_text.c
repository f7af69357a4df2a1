/* What payers write, and what banks make of it: blanks where a line was broken, marks left out. */
#include "common/text.h"
#include "server/ops/bank.h"
#include <ctype.h>
#include <string.h>

#define TAILS 16
#define TAIL_DIGITS 15
#define NUMBER_LEAST 3 /* letters and digits of a number that is looked for in a text */

static bool digit(char ch)
{
    return ch >= '0' && ch <= '9';
}

char *bank_squeezed(struct arena *a, const char *text)
{
    size_t n = 0, size = text ? strlen(text) : 0;
    char *to = arena_alloc(a, size + 1);
    for (size_t i = 0; i < size; i++)
        if (isalnum((unsigned char)text[i]))
            to[n++] = (char)toupper((unsigned char)text[i]);
    return to;
}

static void add_tails(struct arena *a, const char *text, struct text_list *to)
{
    for (const char *p = text; *p && to->n < TAILS;) {
        if (!digit(*p)) {
            p++;
            continue;
        }
        size_t size = strspn(p, "0123456789");
        const char *from = p;
        p += size;
        while (size && *from == '0')
            from++, size--;
        if (!size || size > TAIL_DIGITS)
            continue;
        const char *tail = arena_text(a, from, size);
        bool there = false;
        for (size_t i = 0; i < to->n; i++)
            there |= strcmp(to->v[i], tail) == 0;
        if (!there)
            to->v[to->n++] = tail;
    }
}

/* As it stands there, and again without what stands between: a broken line cuts numbers. */
struct text_list bank_tails(struct arena *a, const char *text)
{
    struct text_list tails = {.v = (const char **)arena_alloc(a, TAILS * sizeof(char *))};
    if (text) {
        add_tails(a, text, &tails);
        add_tails(a, bank_squeezed(a, text), &tails);
    }
    return tails;
}

/* Digits alone have to stand by themselves: 1023 is not in 71023. */
static bool stands_alone(const char *text, const char *digits)
{
    const size_t size = strlen(digits);
    for (const char *p = text; (p = strstr(p, digits)); p++)
        if ((p == text || !isalnum((unsigned char)p[-1])) && !isalnum((unsigned char)p[size]))
            return true;
    return false;
}

bool bank_bears(struct arena *a, const char *text, const char *number)
{
    const char *wanted = bank_squeezed(a, number);
    const size_t size = strlen(wanted);
    if (!text || size < NUMBER_LEAST)
        return false;
    if (strspn(wanted, "0123456789") == size)
        return stands_alone(text, number);
    return strstr(bank_squeezed(a, text), wanted) != NULL;
}

static bool among(const char *names, const char *word, size_t size)
{
    const char *at = names, *other;
    for (size_t n; (n = text_word(&at, &other)) != 0;)
        if (n == size && memcmp(other, word, size) == 0)
            return true;
    return false;
}

static bool all_among(const char *these, const char *those)
{
    const char *at = these, *word;
    size_t long_ones = 0;
    for (size_t n; (n = text_word(&at, &word)) != 0;) {
        if (n >= 3 && !among(those, word, n))
            return false;
        long_ones += n >= 3;
    }
    return long_ones != 0;
}

bool bank_same_name(struct arena *a, const char *one, const char *other)
{
    const char *x = text_search(a, one ? one : ""), *y = text_search(a, other ? other : "");
    return all_among(x, y) || all_among(y, x);
}
