/* Numbers of a file. Each is read by common/number.h; what is left to decide here is a single mark before exactly three digits,
 * "1,250" or "1.250": one thousand or one. The column says (another value of it that can be read in one way only), else the other
 * columns of the file, else --decimal; else "1,250" is refused with both readings. "1.250" is what our own screens mean by it, but
 * not as an amount of a currency with fewer places than three: they never show one so. */
#include "common/number.h"
#include "common/text.h"
#include "proto/ctl/zoho.h"
#include <string.h>
#include <strings.h>

/* Which decimal marks were seen where there is no doubt. */
struct zoho_marks {
    bool point, comma;
};

/* The single mark of "1,250" ('.' or ','), or 0 when it is in no doubt. `sure`: the decimal mark of what is in no doubt. */
static char doubtful(const char *text, char *sure)
{
    const char *last = strpbrk(text, ".,");
    *sure = 0;
    if (!last)
        return 0;
    size_t points = 0, commas = 0, digits = 0;
    const char *start = text + strcspn(text, "0123456789"), *end;
    for (const char *p = text; *p; p++) {
        points += *p == '.';
        commas += *p == ',';
        if (*p == '.' || *p == ',')
            last = p;
    }
    for (end = last + 1; *end >= '0' && *end <= '9'; end++)
        digits++;
    if (points && commas)
        *sure = *last; /* the last one; what it is not a number for is said when it is read */
    else if (points + commas > 1)
        *sure = points ? ',' : '.'; /* the mark that comes more than once groups */
    else if (digits != 3 || *start == '0' || last - start > 3 || last <= start)
        *sure = *last;
    return *sure ? 0 : *last;
}

static void look(struct zoho_marks *marks, const char *text)
{
    char sure;
    (void)doubtful(text, &sure);
    marks->point |= sure == '.';
    marks->comma |= sure == ',';
}

void zoho_marks(struct zoho_file *from, size_t n)
{
    const struct table *t = &from->file->table;
    from->marks =
        arena_alloc(from->set->c->a, (n + 1) * sizeof *from->marks); /* the last: of the whole file */
    for (size_t c = 0; c < n; c++) {
        if (!from->columns[c].number)
            continue;
        for (size_t i = 0; i < t->n_rows; i++)
            look(&from->marks[c], table_cell(&t->rows[i], &from->places[c]));
        from->marks[n].point |= from->marks[c].point;
        from->marks[n].comma |= from->marks[c].comma;
    }
    if (t->delimiter != ',' && !from->marks[n].point) /* who writes 1,5 can not put commas between values */
        from->marks[n].comma |= t->delimiter == ';';
    for (size_t c = 0; c < n; c++)
        if (!from->marks[c].point && !from->marks[c].comma)
            from->marks[c] = from->marks[n];
}

/* The decimal mark of a doubtful number, as the file or the caller says: '.', ',' or 0. */
static char decimal_mark(struct zoho_row *z, int column)
{
    const char *said = z->set->c->decimal;
    const struct zoho_marks *m = &z->from->marks[column];
    if (said)
        return strcasecmp(said, "comma") == 0 ? ',' : '.';
    if (m->comma != m->point)
        return m->comma ? ',' : '.';
    return 0;
}

/* The cell as number_read takes it without doubt; `places` as there. */
static const char *plain(struct zoho_row *z, int column, int places)
{
    const char *text = zoho_cell(z, column);
    char sure, mark = doubtful(text, &sure), decimal = mark ? decimal_mark(z, column) : 0;
    if (!decimal) {
        bool ours = !z->from->marks[column].comma && (places < 1 || places > 2);
        if (mark == '.' && !ours) { /* a comma is said by the reader itself */
            z->vague = true;
            zoho_wrong(
                z, column,
                "\"%.40s\" can be read in two ways, with the point between thousands or before decimals: "
                "say --decimal comma or --decimal point",
                text_shown(z->set->c->a, text, false));
            return NULL;
        }
        return text;
    }
    char *copy = arena_text(z->set->c->a, text, strlen(text)), *at = strchr(copy, mark);
    if (mark == decimal) /* a fourth digit behind it, and it can not group */
        return arena_printf(z->set->c->a, "%.*s.%.3s0%s", (int)(at - copy), copy, at + 1, at + 4);
    memmove(at, at + 1, strlen(at));
    return copy;
}

static void complain(struct zoho_row *z, int column, const struct refusal *why)
{
    const char *text = zoho_cell(z, column);
    char sure;
    z->vague = true;
    zoho_wrong(z, column, "\"%.40s\": %.160s%s", text_shown(z->set->c->a, text, false), why->detail,
               strncmp(why->detail, "Can be", 6) == 0 && doubtful(text, &sure)
                   ? " Or say --decimal comma or --decimal point."
                   : "");
}

/* Without a currency it is not known how many places there may be; that it is a number can be seen. */
static bool no_currency(struct zoho_row *z, int column, const char *currency)
{
    int64_t some;
    if (*currency)
        return false;
    zoho_decimal(z, column, &some);
    z->vague = true;
    return true;
}

void zoho_amount(struct zoho_row *z, int column, const char *currency, struct money *to)
{
    struct refusal why = {.code = OK};
    int64_t amount;
    if (!*zoho_cell(z, column) || no_currency(z, column, currency))
        return;
    const char *text = plain(z, column, currency_digits(currency));
    if (!text)
        return;
    if (number_read_money(text, currency, "", &amount, &why) != OK)
        complain(z, column, &why);
    else
        *to = money_of(amount, currency);
}

void zoho_amount_fine(struct zoho_row *z, int column, const char *currency, struct money *to, bool *rest)
{
    struct refusal why = {.code = OK};
    int64_t decimal, amount;
    if (!*zoho_cell(z, column) || no_currency(z, column, currency))
        return;
    const char *text = plain(z, column, currency_digits(currency));
    if (!text)
        return;
    if (number_read_money(text, currency, "", &amount, NULL) == OK) {
        *to = money_of(amount, currency);
    } else if (number_read(text, DECIMAL_PLACES, "", &decimal, &why) != OK) {
        complain(z, column, &why);
    } else if (money_extend(DECIMAL_ONE, decimal, currency_digits(currency), &amount) != OK) {
        z->vague = true;
        zoho_wrong(z, column, "\"%.40s\" is larger than can be kept exactly", text);
    } else {
        *to = money_of(amount, currency);
        *rest = true;
    }
}

void zoho_decimal(struct zoho_row *z, int column, int64_t *to)
{
    struct refusal why = {.code = OK};
    const char *text = *zoho_cell(z, column) ? plain(z, column, DECIMAL_PLACES) : NULL;
    if (text && number_read(text, DECIMAL_PLACES, "", to, &why) != OK)
        complain(z, column, &why);
}

void zoho_percent(struct zoho_row *z, int column, int64_t *to)
{
    struct refusal why = {.code = OK};
    const char *text = *zoho_cell(z, column) ? plain(z, column, DECIMAL_PLACES) : NULL;
    if (text && number_read_percent(text, "", to, &why) != OK)
        complain(z, column, &why);
}
