#include "common/number_format.h"
#include "common/text.h"
#include <string.h>

#define DIGITS_MOST 13 /* of a number: series.next */
#define ATOMS (NUMBER_MOST * 4)

enum part { PART_TEXT, PART_NUMBER, PART_YEAR, PART_YY, PART_WRONG };

static bool takes(const char **at, const char *word)
{
    const size_t n = strlen(word);
    const bool is = strncmp(*at, word, n) == 0;
    *at += is ? n : 0;
    return is;
}

/* What stands next; a PART_TEXT is one byte. */
static enum part next_part(const char **at)
{
    if (takes(at, "{number}"))
        return PART_NUMBER;
    if (takes(at, "{year}"))
        return PART_YEAR;
    if (takes(at, "{yy}"))
        return PART_YY;
    const char c = *(*at)++;
    return c == '{' || c == '}' ? PART_WRONG : PART_TEXT;
}

const char *number_format_wrong(const char *format)
{
    int numbers = 0, years = 0;
    size_t text = 0;
    for (const char *at = format; *at;) {
        switch (next_part(&at)) {
        case PART_TEXT: text++; break;
        case PART_NUMBER: numbers++; break;
        case PART_YEAR:
        case PART_YY: years++; break;
        case PART_WRONG: return "braces stand around number, year or yy, and nothing else";
        }
    }
    if (numbers != 1)
        return "{number} stands in it once, as in INV-{year}-{number}";
    if (years > 1)
        return "the year stands in it once: {year} or {yy}";
    if (text + DIGITS_MOST + 4 > NUMBER_MOST)
        return "is too long: 23 characters beside number and year";
    return NULL;
}

bool number_format_dated(const char *format)
{
    return strstr(format, "{year}") || strstr(format, "{yy}");
}

const char *number_format_of(struct arena *a, const struct series *s)
{
    if (s->format && *s->format)
        return s->format;
    return arena_printf(a, "%s{number}", s->prefix ? s->prefix : "");
}

const char *number_format(struct arena *a, const struct series *s, int year, int64_t n)
{
    const char *format = s->format && *s->format ? s->format : NULL, *out = "";
    if (!format) /* a prefix is taken as it is, whatever stands in it */
        return arena_printf(a, "%s%0*lld", s->prefix ? s->prefix : "", (int)s->digits, (long long)n);
    while (*format) {
        const char *from = format;
        switch (next_part(&format)) {
        case PART_NUMBER: out = arena_printf(a, "%s%0*lld", out, (int)s->digits, (long long)n); break;
        case PART_YEAR: out = arena_printf(a, "%s%04d", out, year); break;
        case PART_YY: out = arena_printf(a, "%s%02d", out, year % 100); break;
        default: out = arena_printf(a, "%s%c", out, *from); break;
        }
    }
    return out;
}

/* --- do two meet? --------------------------------------------------------------------------------------------------------- */
#define DIGIT '\1' /* any digit; no text has it */
struct pattern {
    size_t n;
    char atom[ATOMS];
    bool more[ATOMS]; /* that one, and as many again as one likes */
};

static void add(struct pattern *p, char atom, bool more)
{
    if (p->n < ATOMS) {
        p->atom[p->n] = atom;
        p->more[p->n++] = more;
    }
}

/* A prefix or text as people compare numbers. */
static struct pattern pattern_of(struct arena *a, const char *format)
{
    struct pattern p = {.n = 0};
    for (const char *at = text_fold(a, format); *at;) {
        const char c = *at;
        switch (next_part(&at)) {
        case PART_NUMBER: add(&p, DIGIT, true); break;
        case PART_YEAR: add(&p, DIGIT, false), add(&p, DIGIT, false); /* fall through */
        case PART_YY: add(&p, DIGIT, false), add(&p, DIGIT, false); break;
        default:
            if (c != ' ')
                add(&p, c, false);
        }
    }
    return p;
}

static bool alike(char x, char y)
{
    const bool digit_x = x >= '0' && x <= '9', digit_y = y >= '0' && y <= '9';
    return x == y || (x == DIGIT && digit_y) || (y == DIGIT && digit_x);
}

/* May the atom before i come once more? */
static bool loops(const struct pattern *p, size_t i)
{
    return i && p->more[i - 1];
}

/* Both are read letter by letter at once; which pairs of places are reached, the earlier ones first. */
bool number_formats_meet(struct arena *a, const char *x, const char *y)
{
    static const size_t side = ATOMS + 1;
    const struct pattern p = pattern_of(a, x), q = pattern_of(a, y);
    bool *reached = arena_alloc(a, side * side * sizeof *reached);
    reached[0] = true;
    for (size_t i = 0; i <= p.n; i++)
        for (size_t j = 0; j <= q.n; j++) {
            if (!reached[i * side + j])
                continue;
            if (i < p.n && j < q.n && alike(p.atom[i], q.atom[j]))
                reached[(i + 1) * side + j + 1] = true;
            if (i < p.n && loops(&q, j) && alike(p.atom[i], q.atom[j - 1]))
                reached[(i + 1) * side + j] = true;
            if (j < q.n && loops(&p, i) && alike(p.atom[i - 1], q.atom[j]))
                reached[i * side + j + 1] = true;
        }
    return reached[p.n * side + q.n];
}
