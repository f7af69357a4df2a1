/* The editor as the document it will be. */
#include "common/date.h"
#include "common/number.h"
#include "common/text.h"
#include "tui/both/document_draw.h"
#include "tui/face/typed.h"
#include "tui/staff/editor_inside.h"
#include <stdio.h>
#include <string.h>

#define HINT 600
#define HINT_ROWS 3

/* Where the columns of the lines end (exclusive), every number whole. below: rows of numbers under the item, where one row has no
 * room for both: 1, or 2 with quantity and price in the first of them. */
struct columns {
    int item, name, quantity, price, discount, tax, total, below;
    int quantity_width, price_width, discount_width;
};
#define LEAST_NAME 16
#define GAP 9 /* between the name and the end of quantities, with quantities of the usual width */

static int most(int a, int b)
{
    return a > b ? a : b;
}

/* Columns of a number as it is typed, with one for the cursor, or as it is shown. */
static int number_width(const struct input *in, int places)
{
    char text[SHOW_TEXT];
    int64_t value, width = (int)text_columns(input_text(in)) + 1;
    if (number_read(input_text(in), DECIMAL_PLACES, "", &value, NULL) == OK)
        width = most((int)width, (int)strlen(show_decimal(text, value, places)));
    return (int)width;
}

static int percent_width(int64_t percent)
{
    char text[SHOW_TEXT];
    return (int)strlen(show_decimal(text, percent, 0)) + 2;
}

static struct columns columns_of(const struct editor *e, int width)
{
    int spare = width > 80 ? (width - 80) / 6 : 0, total = 10, tax = 5,
        digits = currency_digits(e->w->currency);
    struct columns k = {
        .item = 4, .total = width - 1, .quantity_width = 8, .price_width = 10, .discount_width = 8};
    for (size_t i = 0; i < e->n; i++) {
        const struct editor_row *r = e->rows[i];
        k.quantity_width = most(k.quantity_width, number_width(&r->cell[OF_LINE(WRITE_QUANTITY)], 0));
        k.price_width =
            most(k.price_width, number_width(&r->cell[OF_LINE(WRITE_PRICE)], digits < 0 ? 2 : digits));
        k.discount_width =
            most(k.discount_width, (int)text_columns(input_text(&r->cell[OF_LINE(WRITE_LESS)])) + 1);
    }
    for (size_t i = 0; i < e->w->sums.lines.n; i++) {
        total = most(total, canvas_money_width(e->w->sums.lines.v[i].net, false));
        tax = most(tax, percent_width(e->w->sums.lines.v[i].tax_percent));
    }
    for (;; spare = 0) {
        k.tax = k.total - (total + 2) - spare;
        k.discount = k.tax - (tax + 2);
        k.price = k.discount - (k.discount_width + 1) - spare / 2;
        k.quantity = k.price - (k.price_width + 1) - spare / 2;
        k.name = k.quantity - (k.quantity_width + 1);
        if (k.name - k.item >= LEAST_NAME)
            return k;
        if (!spare)
            break;
    }
    k.below = k.quantity - k.quantity_width >= 1 ? 1 : 2;
    k.name = k.total;
    if (k.below == 2) {
        k.price = k.total;
        k.quantity = k.price - k.price_width - 2;
    }
    return k;
}

bool editor_focused(const struct editor *e, size_t row, enum written at)
{
    return e->focus.at == at && (editor_area(at) != AREA_LINES || e->focus.row == row);
}

void editor_input_draw(const struct input *in, const struct canvas *c, int y, int x, int width, bool here)
{
    if (here) {
        input_draw(in, c, y, x, width, true);
        return;
    }
    unsigned style = in->error[0] ? STYLE_BAD : STYLE_PLAIN;
    if (in->spec.kind == INPUT_CHECK)
        canvas_text(c, y, x, style, in->choice ? "[x]" : "[ ]");
    else if (*input_text(in))
        canvas_fit(c, y, x, width, style, input_text(in));
    else
        canvas_fit(c, y, x, width, STYLE_DIM, in->error[0] ? "?" : "·");
}

/* --- head */

static void draw_date(const struct editor *e, const struct canvas *c, int y, int x, enum written at)
{
    char day[DATE_TEXT];
    const struct input *in = &e->whole[at];
    if (!editor_focused(e, 0, at) && input_date(in))
        canvas_text(c, y, x, in->error[0] ? STYLE_BAD : STYLE_PLAIN, date_short(day, input_date(in)));
    else
        editor_input_draw(in, c, y, x, 12, editor_focused(e, 0, at));
}

static void draw_field(const struct editor *e, const struct canvas *c, int y, int x, int width,
                       enum written at)
{
    editor_input_draw(&e->whole[at], c, y, x, width, editor_focused(e, 0, at));
}

/* How often, from when, until when; and the day of the next. */
static void draw_rhythm(const struct editor *e, const struct canvas *c)
{
    char day[DATE_TEXT];
    const int32_t next = e->w->next.next_date;
    canvas_text(c, 0, 59, STYLE_DIM, "Next");
    canvas_text(c, 0, 66, next ? STYLE_PLAIN : STYLE_BAD, next ? date_short(day, next) : "none");
    canvas_text(c, 1, 1, STYLE_DIM, "Every");
    draw_field(e, c, 1, 11, 13, WRITE_OFTEN);
    canvas_text(c, 1, 25, STYLE_DIM, "from");
    draw_date(e, c, 1, 31, WRITE_ANCHOR);
    draw_field(e, c, 1, 45, 3, WRITE_LAST_DAY);
    canvas_text(c, 1, 49, STYLE_PLAIN, "month's end");
    canvas_text(c, 2, 1, STYLE_DIM, "Until");
    draw_date(e, c, 2, 11, WRITE_UNTIL);
    canvas_text(c, 2, 25, STYLE_DIM, "or");
    draw_field(e, c, 2, 31, 7, WRITE_COUNT);
    canvas_text(c, 2, 39, STYLE_DIM, "in all");
    canvas_text(c, 2, 49, STYLE_DIM, "Ref");
    draw_field(e, c, 2, 53, c->columns - 54 < 30 ? c->columns - 54 : 30, WRITE_REFERENCE);
}

static void draw_head(const struct editor *e, const struct canvas *c)
{
    const struct writing *w = e->w;
    bool numbered = *show_text(w->number), owed = doc_kind(w->kind)->ends && !doc_kind(w->kind)->answered;
    canvas_text(c, 0, 1, STYLE_DIM, "Customer");
    canvas_fit(c, 0, 11, 32, STYLE_BOLD, w->customer_name);
    canvas_text(c, 0, 44, STYLE_DIM, "Currency");
    canvas_text(c, 0, 53, STYLE_PLAIN, w->currency);
    if (w->recurs) {
        draw_rhythm(e, c);
        return;
    }
    canvas_text(c, 0, 59, STYLE_DIM, numbered ? "Number" : "Next");
    canvas_text(c, 0, 66, numbered ? STYLE_PLAIN : STYLE_DIM,
                show_text(numbered ? w->number : w->next_number));
    canvas_text(c, 1, 1, STYLE_DIM, writing_label(w, WRITE_DATE));
    draw_date(e, c, 1, 11, WRITE_DATE);
    if (writing_offered(w, WRITE_DUE)) {
        canvas_text(c, 1, 25, STYLE_DIM, writing_label(w, WRITE_DUE));
        draw_date(e, c, 1, owed ? 29 : 36, WRITE_DUE);
    }
    if (owed && w->doc.due >= w->doc.date && w->doc.due - w->doc.date < 1000)
        canvas_print(c, 1, 42, STYLE_DIM, "net %d", (int)(w->doc.due - w->doc.date));
    bool narrow = c->columns < 80;
    int y = narrow ? 2 : 1, x = narrow ? 11 : 59, room = c->columns - x - 1;
    canvas_text(c, y, narrow ? 1 : 50, STYLE_DIM, "Your ref");
    draw_field(e, c, y, x, room < 30 ? room : 30, WRITE_REFERENCE);
}

/* --- lines */

static bool second_row(const struct editor *e, size_t i)
{
    const struct editor_row *r = e->rows[i];
    return (editor_area(e->focus.at) == AREA_LINES && e->focus.row == i) ||
           *input_text(&r->cell[OF_LINE(WRITE_TEXT)]) || *input_text(&r->cell[OF_LINE(WRITE_UNIT)]) ||
           r->cell[OF_LINE(WRITE_TAX2)].choice > 0;
}

#define ERROR_ROWS 3

static int error_height(const struct editor *e, size_t i, const struct columns *k)
{
    char text[600];
    size_t skip;
    int rows = 0;
    for (const char *s = editor_row_error(e, i, text, sizeof text); *s && rows < ERROR_ROWS;
         s += skip, rows++)
        (void)text_row(s, (size_t)(k->total - k->item), &skip);
    return rows;
}

static int row_height(const struct editor *e, size_t i, const struct columns *k)
{
    return 1 + k->below + second_row(e, i) + (editor_focused(e, i, WRITE_TEXT) ? 2 : 0) +
           error_height(e, i, k);
}

static void draw_number(const struct input *in, const struct canvas *c, int y, int right, int width,
                        int places, bool here)
{
    char text[SHOW_TEXT];
    int64_t value;
    if (here)
        input_draw(in, c, y, right - width, width, true);
    else if (!*input_text(in))
        canvas_right(c, y, right, STYLE_DIM, "·");
    else if (in->error[0] || number_read(input_text(in), DECIMAL_PLACES, "", &value, NULL) != OK)
        canvas_right(c, y, right, STYLE_BAD, input_text(in));
    else
        canvas_number(c, y, right, STYLE_PLAIN, show_decimal(text, value, places));
}

static void draw_tax(const struct editor *e, const struct input *in, const struct canvas *c, int y, int right,
                     bool here)
{
    char text[SHOW_TEXT], percent[SHOW_TEXT];
    const struct tax *t = &e->w->taxes[(size_t)in->choice < e->w->tax_count ? in->choice : 0].tax;
    snprintf(text, sizeof text, "%s %%", show_decimal(percent, t->percent, 0));
    int x = canvas_number(c, y, right, here ? STYLE_REVERSE : in->error[0] ? STYLE_BAD : STYLE_PLAIN, text);
    if (here)
        canvas_cursor(c, y, x);
}

static void draw_text(const struct editor *e, size_t i, const struct canvas *c, int y,
                      const struct columns *k)
{
    const struct editor_row *r = e->rows[i];
    const struct input *in = &r->cell[OF_LINE(WRITE_TEXT)];
    int width = (k->below ? k->quantity - GAP : k->name) - k->item;
    bool here = editor_focused(e, i, WRITE_TEXT);
    if (here) {
        struct canvas part = canvas_part(c, y, k->item, 3, width);
        edit_draw_lines(in->edit, &part, true);
    } else {
        char first[256];
        snprintf(first, sizeof first, "%.*s", (int)(strcspn(input_text(in), "\n") & 0xFF), input_text(in));
        canvas_fit(c, y, k->item, width, in->error[0] ? STYLE_BAD : STYLE_DIM,
                   *first ? first : "· description");
    }
    if (editor_focused(e, i, WRITE_UNIT))
        input_draw(&r->cell[OF_LINE(WRITE_UNIT)], c, y, k->quantity - 8, 8, true);
    else
        canvas_right(c, y, k->quantity, STYLE_DIM,
                     *input_text(&r->cell[OF_LINE(WRITE_UNIT)]) ? input_text(&r->cell[OF_LINE(WRITE_UNIT)])
                                                                : "· unit");
}

static void draw_row(const struct editor *e, size_t i, const struct line *l, const struct canvas *c, int y,
                     const struct columns *k)
{
    const struct editor_row *r = e->rows[i];
    int digits = currency_digits(e->w->currency);
    char number[24];
    snprintf(number, sizeof number, "%zu", i + 1);
    canvas_right(c, y, k->item - 1, STYLE_DIM, number);
    editor_input_draw(&r->cell[OF_LINE(WRITE_NAME)], c, y, k->item, k->name - k->item,
                      editor_focused(e, i, WRITE_NAME));
    int first = y + (k->below > 0), second = y + k->below;
    if (k->below == 2)
        canvas_text(c, first, k->item, STYLE_DIM, "Qty, price");
    draw_number(&r->cell[OF_LINE(WRITE_QUANTITY)], c, first, k->quantity, k->quantity_width, 0,
                editor_focused(e, i, WRITE_QUANTITY));
    draw_number(&r->cell[OF_LINE(WRITE_PRICE)], c, first, k->price, k->price_width, digits < 0 ? 2 : digits,
                editor_focused(e, i, WRITE_PRICE));
    const struct input *less = &r->cell[OF_LINE(WRITE_LESS)];
    if (editor_focused(e, i, WRITE_LESS))
        input_draw(less, c, second, k->discount - k->discount_width, k->discount_width, true);
    else if (*input_text(less))
        canvas_number(c, second, k->discount, less->error[0] ? STYLE_BAD : STYLE_PLAIN, input_text(less));
    draw_tax(e, &r->cell[OF_LINE(WRITE_TAX)], c, second, k->tax, editor_focused(e, i, WRITE_TAX));
    if (editor_row_waits(e, i)) /* an amount of what stood there before would be a wrong one */
        canvas_right(c, second, k->total, STYLE_DIM, "–");
    else if (l && !e->w->wrong.code)
        canvas_money(c, second, k->total, STYLE_PLAIN, l->net, false);
    if (second_row(e, i))
        draw_text(e, i, c, second + 1, k);
    if (r->cell[OF_LINE(WRITE_TAX2)].choice > 0 || editor_focused(e, i, WRITE_TAX2))
        draw_tax(e, &r->cell[OF_LINE(WRITE_TAX2)], c, second + 1, k->tax, editor_focused(e, i, WRITE_TAX2));
    char wrong[600];
    int last = y + row_height(e, i, k) - error_height(e, i, k);
    canvas_wrap(c, last, k->item, k->total - k->item, ERROR_ROWS, STYLE_BAD,
                editor_row_error(e, i, wrong, sizeof wrong));
}

static void draw_titles(const struct canvas *c, int y, const struct columns *k)
{
    canvas_right(c, y, k->item - 1, STYLE_DIM, "#");
    canvas_text(c, y, k->item, STYLE_DIM, "Item");
    if (k->below < 2) {
        canvas_right(c, y, k->quantity, STYLE_DIM, "Qty");
        canvas_right(c, y, k->price, STYLE_DIM, "Price");
    }
    canvas_right(c, y, k->discount, STYLE_DIM, "Disc");
    canvas_right(c, y, k->tax, STYLE_DIM, "Tax");
    canvas_right(c, y, k->total, STYLE_DIM, "Total");
}

/* The first row of a line to draw so that the line in focus shows. */
static int scrolled(const struct editor *e, int room, const struct columns *k)
{
    int y = 0, end = 0;
    for (size_t i = 0; i <= e->focus.row && i < e->n && editor_area(e->focus.at) == AREA_LINES; i++) {
        end = y + row_height(e, i, k);
        y = end;
    }
    if (editor_area(e->focus.at) == AREA_FOOT) { /* the end of the lines stands above it */
        for (size_t i = 0; i < e->n; i++)
            end += row_height(e, i, k);
    }
    return end > room ? end - room : 0;
}

/* Draws the lines in the whole view; *at: the row of the one in focus. */
static void draw_lines(const struct editor *e, const struct canvas *c, const struct columns *k, int *at)
{
    int y = -scrolled(e, c->rows, k);
    size_t line = 0;
    for (size_t i = 0; i < e->n; i++) {
        bool empty = writing_says_nothing(e->w, i);
        const struct line *l = !empty && line < e->w->sums.lines.n ? &e->w->sums.lines.v[line] : NULL;
        if (y >= 0 && y < c->rows) /* a line that is half above is not shown */
            draw_row(e, i, l, c, y, k);
        if (i == e->focus.row)
            *at = y;
        y += row_height(e, i, k);
        line += !empty;
    }
}

static void draw_matches(const struct editor *e, const struct canvas *c, int y, const struct columns *k)
{
    int digits = currency_digits(e->w->base_currency), end = k->below ? k->total - 3 : k->price;
    for (size_t i = 0; i < e->matches->n; i++, y++) {
        const struct item *item = &e->matches->v[i];
        char price[SHOW_TEXT];
        bool chosen = (int)i == e->match;
        canvas_fill(c, y, 0, 1, end + 3, STYLE_PLAIN);
        int left = canvas_number(c, y, end, chosen ? STYLE_REVERSE : STYLE_INFO,
                                 show_decimal(price, item->price, digits < 0 ? 2 : digits));
        left = left - 1 < end - 13 ? left - 1 : end - 13;
        canvas_fit(c, y, k->item, left - k->item, chosen ? STYLE_REVERSE : STYLE_INFO, show_text(item->name));
        canvas_text(c, y, end + 1, STYLE_DIM, i == 0 ? "┐" : i + 1 == e->matches->n ? "┘" : "│");
    }
}

/* What the keys do in a field of its kind; beside what the field is for. */
static const char *keys_of(enum written at, const struct input *in)
{
    if (at == WRITE_NAME)
        return "items that match appear below: ↓ and Enter take one";
    if (at == WRITE_TAX)
        return "← → another; Tab: text, unit, second tax; Enter: next line";
    switch (in->spec.kind) {
    case INPUT_LINES: return "Enter makes a new line, Tab goes on";
    case INPUT_CHOICE: return "← → another";
    case INPUT_CHECK: return "Space: yes or no";
    default: return NULL;
    }
}

/* What is wrong with the field in focus, or what it is for; true: wrong. */
static bool hint(const struct editor *e, char *text, size_t size)
{
    const enum written at = e->focus.at;
    const struct input *in = editor_input((struct editor *)(uintptr_t)e, &e->focus);
    const char *keys = keys_of(at, in);
    char sentence[HINT];
    if (in->error[0] && editor_area(at) != AREA_LINES) { /* of a line it stands under it */
        snprintf(text, size, "%s", in->error);
        return true;
    }
    if (editor_first_wrong(e, text, size))
        return true;
    if (in->spec.kind == INPUT_CHOICE) {
        snprintf(text, size, "%s    %s", input_text(in), keys);
    } else if (e->w->wrong.code) {
        snprintf(text, size, "It does not add up: %s",
                 *e->w->wrong.detail ? e->w->wrong.detail : err_sentence(e->w->wrong.code));
        return true;
    } else {
        snprintf(text, size, "%s%s%s", typed_sentence(sentence, sizeof sentence, writing_field(at)->help),
                 keys ? "; " : "", show_text(keys));
    }
    return false;
}

/* At the foot, in as many rows as its words need; returns what is left above. */
static struct canvas draw_hint(const struct editor *e, const struct canvas *c)
{
    char text[2 * HINT];
    const bool bad = hint(e, text, sizeof text);
    const int need = canvas_wrap_rows(c, c->columns - 2, HINT_ROWS, text), rows = need > 1 ? need : 1;
    canvas_wrap(c, c->rows - rows, 1, c->columns - 2, HINT_ROWS, bad ? STYLE_BAD : STYLE_DIM, text);
    return canvas_part(c, 0, 0, c->rows - rows + 1, c->columns); /* its last row stays free */
}

void editor_draw(const void *state, struct canvas *all)
{
    const struct editor *e = state;
    int at = 0, height = 0;
    if (!e->ready) {
        canvas_loading(all, 1, 2);
        return;
    }
    const struct canvas body = draw_hint(e, all), *c = &body;
    draw_head(e, c);
    const struct columns k = columns_of(e, c->columns);
    const struct foot f = editor_foot_of(e, c);
    draw_titles(c, 3, &k);
    for (size_t i = 0; i < e->n && height < c->rows; i++)
        height += row_height(e, i, &k);
    int room = c->rows - 5 - f.height, least = LEAST_LINES;
    if (editor_area(e->focus.at) == AREA_LINES &&
        e->focus.row < e->n) /* the line being written stands there whole */
        least = most(least, row_height(e, e->focus.row, &k));
    else if (!f.totals)
        least = 0;
    least = least < c->rows - 6 ? least : c->rows - 6;
    room = most(room, least);
    height = height < room ? height : room;
    struct canvas lines = canvas_part(c, 4, 0, height, c->columns);
    draw_lines(e, &lines, &k, &at);
    struct canvas foot = canvas_part(c, 4 + height, 0, c->rows - 5 - height, c->columns);
    editor_foot_draw(e, &f, &foot);
    if (e->matches && e->matches->n && editor_area(e->focus.at) == AREA_LINES && e->focus.at == WRITE_NAME)
        draw_matches(e, c, 4 + at + 1, &k);
}
