/* Head and parties. Lines and totals: document_lines.c; what stands below them: document_more.c. */
#include "tui/both/document_draw.h"
#include "tui/full/look.h"
#include "common/date.h"
#include "common/doc_kind.h"
#include "common/text.h"
#include "proto/paper/show.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int address_draw(const struct canvas *c, int y, int x, int width, const struct address *a)
{
    char city[320];
    const char *lines[SHOW_ADDRESS_LINES];
    size_t n = show_address_lines(lines, city, sizeof city, a);
    for (size_t i = 0; i < n; i++)
        canvas_fit(c, y + (int)i, x, width, STYLE_PLAIN, lines[i]);
    return (int)n;
}

static void upper(char *to, size_t size, const char *from)
{
    size_t i = 0;
    for (; i + 1 < size && from[i]; i++)
        to[i] = (char)(from[i] >= 'a' && from[i] <= 'z' ? from[i] - 32 : from[i]);
    to[i] = '\0';
}

/* Short statements one after the other, in as many rows as they need. */
struct statements {
    const struct canvas *c;
    int y, x;
};

static void PRINTF(2, 3) state(struct statements *f, const char *format, ...)
{
    char text[300];
    va_list ap;
    va_start(ap, format);
    vsnprintf(text, sizeof text, format, ap);
    va_end(ap);
    if (f->x > 1 && f->x + (int)text_columns(text) >= f->c->columns) {
        f->y++;
        f->x = 1;
    }
    f->x = canvas_text(f->c, f->y, f->x, STYLE_PLAIN, text) + 3;
}

int document_draw_head(const struct document_view *v, const struct canvas *c, int y)
{
    const struct document *d = v->doc;
    char status[SHOW_TEXT], due[SHOW_TEXT], date[DATE_TEXT], right[200], noun[40], title[120];
    const char *also = d->also ? show_status(d->also) : "";
    const bool offer = doc_kind(d->kind)->answered, numbered = d->number && *d->number;
    upper(status, sizeof status, show_status(d->status));
    show_due(due, d->kind, d->status, d->due, v->today);
    if (d->status == STATUS_OVERDUE && *due) /* "OVERDUE · overdue 3 days" says it twice */
        snprintf(right, sizeof right, "OVERDUE%s%s%s", due + strlen("overdue"), *also ? ", " : "", also);
    else if (d->status == STATUS_EXPIRED && *due)
        snprintf(right, sizeof right, "EXPIRED%s", due + strlen("expired"));
    else
        snprintf(right, sizeof right, "%s%s%s", status, *due ? " · " : "", due);
    upper(noun, sizeof noun, doc_noun(d->kind));
    snprintf(title, sizeof title, "%s %s", noun, numbered ? d->number : "(no number yet)");
    canvas_text(c, y, 1, STYLE_BOLD, title);
    bool below = (int)(text_columns(title) + text_columns(right)) + 4 > c->columns;
    canvas_right(c, y + below, c->columns - 1, look_style(show_status_look(d->status)) | STYLE_BOLD, right);
    struct statements f = {.c = c, .y = y + 1 + below, .x = 1};
    if (d->date)
        state(&f, "%s %s", offer ? "Dated" : "Issued", date_short(date, d->date));
    if (d->due)
        state(&f, "%s %s", offer ? "Open until" : "Due", date_short(date, d->due));
    if (d->reference && *d->reference)
        state(&f, "Your ref %s", d->reference);
    if (d->edition > 1)
        state(&f, "Revision %lld", (long long)d->edition);
    return f.y + 1 - y;
}

int document_draw_supply(const struct document *d, const struct canvas *c, int y)
{
    char day[DATE_TEXT], until[DATE_TEXT];
    int x = 1;
    if (d->supply_date)
        x = canvas_print(c, y, x, STYLE_PLAIN, "Supplied %s", date_short(day, d->supply_date)) + 3;
    if (d->period_from)
        x = canvas_print(c, y, x, STYLE_PLAIN, "Service %s to %s", date_short(day, d->period_from),
                         date_short(until, d->period_until));
    return x > 1;
}

#define DOT "·"

static int columns_until(char *row, char *end)
{
    const char kept = *end;
    *end = '\0';
    const int n = (int)text_columns(row);
    *end = kept;
    return n;
}

/* Behind a comma, or before a dot, which is not needed then. */
static char *break_at(char *blank)
{
    *blank = '\n';
    if (strncmp(blank + 1, DOT " ", sizeof DOT) == 0)
        memmove(blank + 1, blank + 1 + sizeof DOT, strlen(blank + 1 + sizeof DOT) + 1);
    return blank + 1;
}

/* In rows of whole parts, where one has no room for all: no street is cut in its middle. */
static void break_between(char *line, int width)
{
    char *row = line, *fits = NULL;
    for (char *at = strchr(line, ' '); at; at = strchr(at + 1, ' ')) {
        if (at == line || (at[-1] != ',' && strncmp(at + 1, DOT, sizeof DOT - 1) != 0))
            continue;
        if (fits && columns_until(row, at) > width) {
            const size_t taken = strlen(line);
            row = break_at(fits);
            at -= taken - strlen(line);
        }
        fits = at;
    }
    if (fits && (int)text_columns(row) > width)
        (void)break_at(fits);
}

#define PARTY_ROWS 6

int document_draw_parties(const struct document_view *v, const struct canvas *c, int y)
{
    char where[900], line[1600];
    const struct document *d = v->doc;
    int from = y, width = c->columns - 7;
    bool company = d->customer_company && *d->customer_company && d->customer_name &&
                   strcmp(d->customer_company, d->customer_name) != 0;
    bool number = d->customer_tax_id && *d->customer_tax_id;
    canvas_text(c, y, 1, STYLE_DIM, "From");
    if (d->seller)
        show_party(line, sizeof line, d->seller);
    else
        snprintf(line, sizeof line, "%s", v->me ? show_text(v->me->business) : "");
    break_between(line, width);
    int rows = canvas_wrap(c, y, 6, width, PARTY_ROWS, STYLE_PLAIN, line);
    y += rows > 1 ? rows : 1;
    show_address_line(where, sizeof where, d->billing);
    snprintf(line, sizeof line, "%s%s%s%s%s%s%s", show_text(d->customer_name), company ? ", " : "",
             company ? d->customer_company : "", *where ? ", " : "", where, number ? " · " : "",
             show_text(d->customer_tax_id));
    break_between(line, width);
    canvas_text(c, y, 1, STYLE_DIM, "To");
    rows = canvas_wrap(c, y, 6, width, PARTY_ROWS, STYLE_PLAIN, line);
    y += rows > 1 ? rows : 1;
    return y - from;
}

int document_draw(const struct document_view *v, const struct canvas *c)
{
    int y = 0;
    y += document_draw_head(v, c, y);
    y += document_draw_supply(v->doc, c, y);
    y += document_draw_parties(v, c, y) + 1;
    y += document_draw_lines(v->doc, c, y);
    y += document_draw_totals(v->doc, c, y);
    y += document_draw_taxes(v->doc, c, y);
    y += document_draw_notes(v, c, y);
    return c->beside ? y : y + document_draw_around(v, c, y);
}
