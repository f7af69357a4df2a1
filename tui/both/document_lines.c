/* The lines of a document in columns, and its totals on their decimal point. */
#include "tui/both/document_draw.h"
#include "common/date.h"
#include "common/doc_kind.h"
#include "common/text.h"
#include "proto/paper/show.h"
#include <stdio.h>
#include <string.h>

/* --- lines in columns */

#define LEAST_ITEM 16

/* How a line is laid out: in one row; with its numbers in a row below the item, in the same columns; or, where not even they fit,
 * with its numbers one after the other in as many rows as they need. */
enum layout { IN_A_ROW, STACKED, FLOWING };

/* Where each column ends (exclusive), and how many places stand right of the decimal point in those that have one. */
struct columns {
    int item, item_end, quantity, price, discount, tax, total;
    int quantity_places, price_places;
    bool any_discount, any_tax;
    enum layout layout;
    int unit; /* columns of the widest unit, at most 8; 0: no line has one */
    const char *tax_title;
    bool tax_named; /* the lines have taxes of several names: a rate alone does not say which */
    bool tax_below; /* … that are too long for a column: in a row of their own under the item */
};

static int places_of(int64_t decimal)
{
    char text[SHOW_TEXT];
    const char *point = strchr(show_decimal(text, decimal, 0), '.');
    return point ? (int)strlen(point + 1) : 0;
}

/* Right-aligned on the decimal point: what has fewer places than the column leaves their room empty. */
static void put_decimal(const struct canvas *c, int y, int right, int places, int least, int64_t decimal)
{
    char text[SHOW_TEXT];
    const char *point = strchr(show_decimal(text, decimal, least), '.');
    int have = point ? (int)strlen(point) : 0, room = places ? places + 1 : 0;
    canvas_number(c, y, right - (room - have), STYLE_PLAIN, text);
}

static int most(int a, int b)
{
    return a > b ? a : b;
}

static char *percent_text(char buffer[SHOW_TEXT], int64_t percent)
{
    show_decimal(buffer, percent, 0);
    size_t n = strlen(buffer);
    snprintf(buffer + n, SHOW_TEXT - n, " %%");
    return buffer;
}

static char *discount_text(char buffer[SHOW_TEXT], const struct line *l)
{
    buffer[0] = '\0';
    if (l->discount_percent)
        return percent_text(buffer, l->discount_percent);
    return l->discount.amount ? show_amount(buffer, l->discount) : buffer;
}

/* Columns of the widest of each kind of number. */
struct widest {
    int quantity, price, discount, tax, total;
};

#define TAXES_TEXT 300  /* two names and their rates */
#define WIDEST_TAXES 22 /* of a column; what is longer stands below the item */

static struct widest widest_of(const struct document *d, const struct columns *k)
{
    struct widest w = {0};
    char text[SHOW_TEXT], taxes[TAXES_TEXT];
    for (size_t i = 0; i < d->lines.n; i++) {
        const struct line *l = &d->lines.v[i];
        w.quantity = most(w.quantity, (int)strlen(show_decimal(text, l->quantity, k->quantity_places)));
        w.price = most(w.price, (int)strlen(show_decimal(text, l->price, k->price_places)));
        w.discount = most(w.discount, (int)strlen(discount_text(text, l)));
        w.tax =
            most(w.tax, (int)text_columns(show_taxes(taxes, sizeof taxes, l, k->tax_named && !k->tax_below)));
        w.total = most(w.total, canvas_money_width(l->net, false));
    }
    return w;
}

/* Several names, so that the column's heading can not say which tax it is. */
static void look_at_taxes(struct columns *k, const struct document *d)
{
    const char *name = NULL;
    char text[TAXES_TEXT];
    for (size_t i = 0; i < d->lines.n; i++) {
        const struct line *l = &d->lines.v[i];
        const char *names[] = {l->tax_percent || !l->tax2_percent ? l->tax_name : NULL,
                               l->tax2_percent ? l->tax2_name : NULL};
        for (size_t t = 0; t < sizeof names / sizeof *names; t++) {
            k->tax_named = k->tax_named || (name && names[t] && *names[t] && strcmp(name, names[t]) != 0);
            name = name || !names[t] || !*names[t] ? name : names[t];
        }
    }
    for (size_t i = 0; i < d->lines.n && k->tax_named; i++)
        k->tax_below =
            k->tax_below || text_columns(show_taxes(text, sizeof text, &d->lines.v[i], true)) > WIDEST_TAXES;
}

static void look_at_lines(struct columns *k, const struct document *d)
{
    for (size_t i = 0; i < d->lines.n; i++) {
        const struct line *l = &d->lines.v[i];
        const char *name = l->tax_name && *l->tax_name ? l->tax_name : NULL;
        k->quantity_places = most(k->quantity_places, places_of(l->quantity));
        k->price_places = most(k->price_places, places_of(l->price));
        k->any_discount = k->any_discount || l->discount_percent || l->discount.amount;
        k->any_tax = k->any_tax || l->tax_percent || l->tax2_percent || name;
        k->unit = most(k->unit, l->unit ? (int)text_columns(l->unit) : 0);
        if (name && text_columns(name) <= 6 && (!k->tax_title || strcmp(k->tax_title, name) == 0))
            k->tax_title = name;
        else if (name)
            k->tax_title = "Tax";
        if (l->tax2_percent)
            k->tax_title = "Tax";
    }
    if (!k->tax_title)
        k->tax_title = "Tax";
    k->unit = k->unit < 8 ? k->unit : 8;
}

/* Every column is at least as wide as its widest number and two blanks. */
static struct columns columns_of(const struct document *d, int width)
{
    struct columns k = {.total = width - 1, .tax_title = NULL};
    int digits = currency_digits(d->currency ? d->currency : "");
    k.price_places = digits < 0 ? 2 : digits;
    look_at_lines(&k, d);
    look_at_taxes(&k, d);
    struct widest w = widest_of(d, &k);
    k.tax = k.total - (most(w.total, 10) + 3);
    k.discount = k.tax - (k.any_tax ? most(w.tax + 2, 8) : 0);
    k.price = k.discount - (k.any_discount ? most(w.discount + 2, 10) : 0);
    k.quantity = k.price - most(w.price + 2, 9);
    int at = k.quantity - most(w.quantity, 4) - (k.unit ? k.unit + 1 : 0);
    k.item = d->lines.n > 99 ? 6 : 4;
    k.layout = at - 2 - k.item >= LEAST_ITEM ? IN_A_ROW : at >= 1 ? STACKED : FLOWING;
    k.item_end = k.layout == IN_A_ROW ? at - 2 : k.total;
    return k;
}

static void draw_titles(const struct columns *k, const struct canvas *c, int y)
{
    canvas_right(c, y, k->item - 2, STYLE_DIM, "#");
    if (k->layout != STACKED || k->quantity > k->item + 8)
        canvas_text(c, y, k->item, STYLE_DIM, "Item");
    canvas_right(c, y, k->total, STYLE_DIM, "Total");
    if (k->layout == FLOWING)
        return;
    canvas_right(c, y, k->quantity, STYLE_DIM, "Qty");
    canvas_right(c, y, k->price, STYLE_DIM, "Price");
    if (k->any_discount)
        canvas_right(c, y, k->discount, STYLE_DIM, "Disc");
    if (k->any_tax)
        canvas_right(c, y, k->tax, STYLE_DIM, k->tax_title);
}

static void draw_numbers(const struct columns *k, const struct document *d, const struct line *l,
                         const struct canvas *c, int y)
{
    int digits = currency_digits(d->currency ? d->currency : ""), right = k->quantity;
    char text[SHOW_TEXT], taxes[TAXES_TEXT];
    if (k->unit) {
        canvas_fit(c, y, right - k->unit, k->unit, STYLE_DIM, show_text(l->unit));
        right -= k->unit + 1;
    }
    put_decimal(c, y, right, k->quantity_places, 0, l->quantity);
    put_decimal(c, y, k->price, k->price_places, digits < 0 ? 2 : digits, l->price);
    if (*discount_text(text, l))
        canvas_number(c, y, k->discount, STYLE_PLAIN, text);
    if (k->any_tax)
        canvas_number(c, y, k->tax, STYLE_PLAIN,
                      show_taxes(taxes, sizeof taxes, l, k->tax_named && !k->tax_below));
    canvas_money(c, y, k->total, STYLE_PLAIN, l->net, false);
}

/* Where the next of the flowing numbers stands. */
struct flow {
    const struct canvas *c;
    int y, x, from, end;
};

static void flow(struct flow *f, const char *before, const char *number, const char *after)
{
    int words = (int)text_columns(before),
        width = words + (int)text_columns(number) + (int)text_columns(after);
    if (f->x > f->from && f->x + width > f->end) {
        f->x = f->from;
        f->y++;
    }
    canvas_text(f->c, f->y, f->x, STYLE_DIM, before);
    f->x += words + (int)text_columns(number);
    canvas_number(f->c, f->y, f->x, STYLE_PLAIN, number);
    f->x = canvas_text(f->c, f->y, f->x, STYLE_DIM, after) + 2;
}

/* "3 h  × 1,099.99  less 33.333333 %  VAT 19 %", and the total at the right edge. Returns the rows used. */
static int draw_flowing(const struct columns *k, const struct document *d, const struct line *l,
                        const struct canvas *c, int y)
{
    int digits = currency_digits(d->currency ? d->currency : "");
    struct flow f = {.c = c, .y = y, .x = k->item, .from = k->item, .end = k->total};
    char text[SHOW_TEXT], words[SHOW_TEXT], taxes[TAXES_TEXT];
    snprintf(words, sizeof words, "%s%.40s", l->unit && *l->unit ? " " : "", show_text(l->unit));
    flow(&f, "", show_decimal(text, l->quantity, 0), words);
    flow(&f, "× ", show_decimal(text, l->price, digits < 0 ? 2 : digits), "");
    if (*discount_text(text, l))
        flow(&f, "less ", text, "");
    snprintf(words, sizeof words, "%s ", k->tax_title);
    bool named = k->tax_named && !k->tax_below;
    if (k->any_tax)
        flow(&f, named ? "" : words, show_taxes(taxes, sizeof taxes, l, named), "");
    if (f.x + canvas_money_width(l->net, false) > k->total)
        f.y++;
    canvas_money(c, f.y, k->total, STYLE_PLAIN, l->net, false);
    return f.y + 1 - y;
}

static int draw_line(const struct columns *k, const struct document *d, size_t i, const struct canvas *c,
                     int y)
{
    const struct line *l = &d->lines.v[i];
    char text[SHOW_TEXT], taxes[TAXES_TEXT];
    snprintf(text, sizeof text, "%zu", i + 1);
    canvas_right(c, y, k->item - 2, STYLE_PLAIN, text);
    int width = k->item_end - k->item, rows = 0;
    if (k->layout == IN_A_ROW)
        draw_numbers(k, d, l, c, y);
    rows += canvas_wrap(c, y, k->item, width, 4, STYLE_PLAIN, show_text(l->name));
    if (rows < 1)
        rows = 1;
    if (l->description && *l->description)
        rows += canvas_wrap(c, y + rows, k->item, width, 40, STYLE_DIM, l->description);
    if (k->layout == STACKED)
        draw_numbers(k, d, l, c, y + rows++);
    else if (k->layout == FLOWING)
        rows += draw_flowing(k, d, l, c, y + rows);
    if (k->tax_below)
        rows +=
            canvas_wrap(c, y + rows, k->item, width, 4, STYLE_DIM, show_taxes(taxes, sizeof taxes, l, true));
    if (show_price_without_tax(text, d, l))
        canvas_print(c, y + rows++, k->item, STYLE_DIM, "%s each without tax", text);
    return rows;
}

int document_draw_lines(const struct document *doc, const struct canvas *c, int y)
{
    struct columns k = columns_of(doc, c->columns);
    int from = y;
    draw_titles(&k, c, y++);
    for (size_t i = 0; i < doc->lines.n; i++)
        y += draw_line(&k, doc, i, c, y);
    if (!doc->lines.n)
        canvas_text(c, y++, k.item, STYLE_DIM, "No lines yet.");
    return y - from;
}

/* --- totals */

#define LEAST_TOTALS 28

/* Drawn twice: first without a canvas, to see how wide labels and amounts are. */
struct totals_at {
    const struct canvas *c;
    int y, label, right;
    int widest_label, widest_amount;
};

static void total_row(struct totals_at *at, unsigned style, const char *label, struct money m, bool currency)
{
    if (!at->c) {
        at->widest_label = most(at->widest_label, (int)text_columns(label));
        at->widest_amount = most(at->widest_amount, canvas_money_width(m, currency));
        return;
    }
    int left = canvas_money(at->c, at->y, at->right, style, m, currency);
    canvas_fit(at->c, at->y++, at->label, left - 1 - at->label, style, label);
}

static void draw_taxes(struct totals_at *at, const struct document *d)
{
    for (size_t i = 0; i < d->taxes.n; i++) {
        const struct tax_sum *t = &d->taxes.v[i];
        char label[100], percent[SHOW_TEXT];
        const char *name = t->name && *t->name ? t->name : "Tax";
        if (!t->percent && !t->tax.amount)
            continue;
        snprintf(label, sizeof label, "%s%.40s %s %%", d->tax_inclusive ? "incl. " : "", name,
                 show_decimal(percent, t->percent, 0));
        total_row(at, STYLE_PLAIN, label, t->tax, false);
    }
}

static void total_rows(struct totals_at *at, const struct document *doc)
{
    struct money none = money_of(0, doc->currency ? doc->currency : "");
    bool plain = !doc->discount.amount && !doc->shipping.amount && !doc->adjustment.amount &&
                 !doc->tax_inclusive && !doc->deductions.n;
    char label[SHOW_TEXT + 16], percent[SHOW_TEXT];
    if (doc->taxes.n || !plain)
        total_row(at, STYLE_PLAIN, plain ? "Net" : "Subtotal", doc->subtotal, false);
    if (doc->discount.amount) {
        struct money less = doc->discount;
        less.amount = -less.amount;
        if (doc->discount_percent)
            snprintf(label, sizeof label, "Discount %s", percent_text(percent, doc->discount_percent));
        else
            snprintf(label, sizeof label, "Discount");
        total_row(at, STYLE_PLAIN, label, less, false);
    }
    if (doc->shipping.amount)
        total_row(at, STYLE_PLAIN, "Shipping", doc->shipping, false);
    for (size_t i = 0; i < doc->deductions.n; i++)
        total_row(at, STYLE_PLAIN, show_deduction(label, sizeof label, &doc->deductions.v[i]),
                  show_deducted(doc, &doc->deductions.v[i]), false);
    if (!doc->tax_inclusive)
        draw_taxes(at, doc);
    if (doc->adjustment.amount)
        total_row(at, STYLE_PLAIN, "Adjustment", doc->adjustment, false);
    total_row(at, STYLE_BOLD, "Total", doc->total.currency[0] ? doc->total : none, true);
    if (doc->tax_inclusive)
        draw_taxes(at, doc);
    if (doc->deposit.amount)
        total_row(at, STYLE_PLAIN, "Deposit", doc->deposit, false);
    if (doc_kind(doc->kind)->owes > 0 && doc->state != DOC_DRAFT && doc->state != DOC_VOID) {
        total_row(at, STYLE_PLAIN, "Paid", doc->paid.currency[0] ? doc->paid : none, false);
        if (doc->written_off.amount)
            total_row(at, STYLE_PLAIN, "Written off", doc->written_off, true);
        if (doc->state == DOC_OPEN)
            total_row(at, doc->status == STATUS_OVERDUE ? STYLE_BAD : STYLE_BOLD, "Due", doc->balance, true);
    }
}

int document_totals_width(const struct document *doc)
{
    struct totals_at at = {.c = NULL};
    total_rows(&at, doc);
    return most(at.widest_label + 1 + at.widest_amount + 1, LEAST_TOTALS);
}

int document_draw_totals(const struct document *doc, const struct canvas *c, int y)
{
    struct totals_at at = {.c = c, .y = y, .right = c->columns - 1};
    at.label = most(c->columns - document_totals_width(doc), 1);
    canvas_rule(c, at.y++, at.label - 4, at.right - at.label + 4);
    total_rows(&at, doc);
    return at.y - y;
}
