/* What is taxed how: a row for each tax of a document, with its rate, what it is taken from, and why none is charged. */
#include "common/text.h"
#include "tui/both/document_draw.h"
#include "proto/paper/show.h"
#include <stdio.h>
#include <string.h>

#define LEAST_NAME 16
#define LEAST_RATE 13 /* "33.333333 %", and the edge */

/* One tax above zero on all there is: net and tax stand in the totals already. */
static bool said_already(const struct document *d)
{
    for (size_t i = 0; i < d->taxes.n; i++)
        if (!d->taxes.v[i].percent && d->taxes.v[i].category)
            return false;
    return d->taxes.n < 2 && !(d->tax_inclusive && d->taxes.n);
}

static int widest(const struct document *d, bool base)
{
    char text[SHOW_TEXT];
    int width = 6;
    for (size_t i = 0; i < d->taxes.n; i++) {
        int n = (int)text_columns(show_amount(text, base ? d->taxes.v[i].base : d->taxes.v[i].tax));
        width = n > width ? n : width;
    }
    return width;
}

/* One below the other, where they do not fit side by side. */
static int pile(const struct canvas *c, int y, const char *rate, const struct tax_sum *t)
{
    const int right = c->columns - 1;
    canvas_text(c, y, 4, STYLE_DIM, "Rate");
    canvas_right(c, y++, right, STYLE_PLAIN, rate);
    canvas_text(c, y, 4, STYLE_DIM, "On");
    canvas_money(c, y++, right, STYLE_PLAIN, t->base, false);
    canvas_text(c, y, 4, STYLE_DIM, "Tax");
    canvas_money(c, y++, right, STYLE_PLAIN, t->tax, false);
    return 3;
}

static void head(const struct canvas *c, int y, int rate, int base, int right)
{
    canvas_text(c, y, 1, STYLE_BOLD, "Tax");
    if (rate < LEAST_RATE)
        return;
    canvas_right(c, y, rate, STYLE_DIM, "Rate");
    canvas_right(c, y, base, STYLE_DIM, "On");
    canvas_right(c, y, right, STYLE_DIM, "Tax");
}

int document_draw_taxes(const struct document *d, const struct canvas *c, int y)
{
    int from = y, right = c->columns - 1, base = right - widest(d, false) - 2,
        rate = base - widest(d, true) - 2;
    int name = rate - 12;
    bool stacked = name < LEAST_NAME; /* too narrow for one row: the numbers stand under the name */
    char text[600], percent[SHOW_TEXT];
    if (said_already(d))
        return 0;
    head(c, ++y, rate, base, right);
    y++;
    for (size_t i = 0; i < d->taxes.n; i++) {
        const struct tax_sum *t = &d->taxes.v[i];
        int rows = canvas_wrap(c, y, 2, stacked ? c->columns - 3 : name - 2, 6, STYLE_PLAIN,
                               show_tax(text, sizeof text, t));
        int at = stacked ? y + rows : y;
        snprintf(text, sizeof text, "%s %%", show_decimal(percent, t->percent, 0));
        if (rate < LEAST_RATE) {
            y += rows + pile(c, y + rows, text, t);
            continue;
        }
        canvas_right(c, at, rate, STYLE_PLAIN, text);
        canvas_money(c, at, base, STYLE_PLAIN, t->base, false);
        canvas_money(c, at, right, STYLE_PLAIN, t->tax, false);
        y += rows + stacked;
    }
    return y - from;
}
