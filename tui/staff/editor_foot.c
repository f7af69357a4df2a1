/* The foot of the editor: what is about the whole document, and its totals. */
#include "tui/both/document_draw.h"
#include "tui/staff/editor_inside.h"
#include <stdio.h>

static int draw_block(const struct editor *e, const struct canvas *c, int y, enum written at, int width)
{
    bool here = editor_focused(e, 0, at);
    canvas_text(c, y, 1, STYLE_DIM, writing_label(e->w, at));
    struct canvas part = canvas_part(c, y, 11, here ? 3 : 1, width);
    if (here)
        edit_draw_lines(e->whole[at].edit, &part, true);
    else if (*input_text(&e->whole[at]))
        canvas_wrap(&part, 0, 0, width, 1, STYLE_PLAIN, input_text(&e->whole[at]));
    else
        canvas_text(&part, 0, 0, STYLE_DIM, "·");
    return here ? 3 : 1;
}

static int draw_supply(const struct editor *e, const struct canvas *c, int y)
{
    canvas_text(c, y, 1, STYLE_DIM, "Supplied");
    editor_input_draw(&e->whole[WRITE_SUPPLY], c, y, 11, 12, editor_focused(e, 0, WRITE_SUPPLY));
    canvas_text(c, ++y, 1, STYLE_DIM, "Service");
    editor_input_draw(&e->whole[WRITE_PERIOD_FROM], c, y, 11, 12, editor_focused(e, 0, WRITE_PERIOD_FROM));
    canvas_text(c, y, 25, STYLE_DIM, "to");
    editor_input_draw(&e->whole[WRITE_PERIOD_UNTIL], c, y, 28, 12, editor_focused(e, 0, WRITE_PERIOD_UNTIL));
    return 2;
}

/* Of each that a recurring invoice makes. */
static int draw_each(const struct editor *e, const struct canvas *c, int y)
{
    canvas_text(c, y, 1, STYLE_DIM, "Due in");
    editor_input_draw(&e->whole[WRITE_DUE_DAYS], c, y, 11, 6, editor_focused(e, 0, WRITE_DUE_DAYS));
    canvas_text(c, y, 18, STYLE_PLAIN, "days");
    editor_input_draw(&e->whole[WRITE_DUE_BY_DATE], c, y, 25, 3, editor_focused(e, 0, WRITE_DUE_BY_DATE));
    canvas_text(c, y++, 29, STYLE_PLAIN, "from its date");
    canvas_text(c, y, 1, STYLE_DIM, "Each");
    editor_input_draw(&e->whole[WRITE_SENT], c, y, 11, 3, editor_focused(e, 0, WRITE_SENT));
    canvas_text(c, y, 15, STYLE_PLAIN, "sent");
    editor_input_draw(&e->whole[WRITE_SERVICE], c, y, 25, 3, editor_focused(e, 0, WRITE_SERVICE));
    canvas_text(c, y++, 29, STYLE_PLAIN, "service dates");
    canvas_text(c, y, 1, STYLE_DIM, "Called");
    editor_input_draw(&e->whole[WRITE_CALLED], c, y, 11, 30, editor_focused(e, 0, WRITE_CALLED));
    return 3;
}

static int draw_fields(const struct editor *e, const struct canvas *c, int y, int width)
{
    int from = y;
    canvas_text(c, y, 1, STYLE_DIM, "Discount");
    editor_input_draw(&e->whole[WRITE_DISCOUNT], c, y++, 11, 12, editor_focused(e, 0, WRITE_DISCOUNT));
    canvas_text(c, y, 1, STYLE_DIM, "Shipping");
    editor_input_draw(&e->whole[WRITE_SHIPPING], c, y, 11, 12, editor_focused(e, 0, WRITE_SHIPPING));
    canvas_text(c, y, 25, STYLE_DIM, "at");
    editor_input_draw(&e->whole[WRITE_SHIPPING_TAX], c, y++, 28, 16,
                      editor_focused(e, 0, WRITE_SHIPPING_TAX));
    canvas_text(c, y, 1, STYLE_DIM, "Adjust");
    editor_input_draw(&e->whole[WRITE_ADJUSTMENT], c, y, 11, 12, editor_focused(e, 0, WRITE_ADJUSTMENT));
    editor_input_draw(&e->whole[WRITE_INCLUSIVE], c, y, 25, 3, editor_focused(e, 0, WRITE_INCLUSIVE));
    canvas_text(c, y++, 29, STYLE_PLAIN, "prices with tax");
    if (writing_offered(e->w, WRITE_DEPOSIT)) {
        canvas_text(c, y, 1, STYLE_DIM, "Deposit");
        editor_input_draw(&e->whole[WRITE_DEPOSIT], c, y, 11, 12, editor_focused(e, 0, WRITE_DEPOSIT));
        editor_input_draw(&e->whole[WRITE_DEPOSIT_TERMS], c, y, 25, 3,
                          editor_focused(e, 0, WRITE_DEPOSIT_TERMS));
        canvas_text(c, y++, 29, STYLE_PLAIN, "due on terms");
    }
    if (writing_offered(e->w, WRITE_TRANSFER)) {
        bool card = writing_offered(e->w, WRITE_CARD);
        canvas_text(c, y, 1, STYLE_DIM, "Offer");
        int x = card ? 25 : 11;
        if (card) {
            editor_input_draw(&e->whole[WRITE_CARD], c, y, 11, 3, editor_focused(e, 0, WRITE_CARD));
            canvas_text(c, y, 15, STYLE_PLAIN, "card");
        }
        editor_input_draw(&e->whole[WRITE_TRANSFER], c, y, x, 3, editor_focused(e, 0, WRITE_TRANSFER));
        canvas_text(c, y++, x + 4, STYLE_PLAIN, "bank transfer");
    }
    if (e->w->recurs)
        y += draw_each(e, c, y);
    y += draw_block(e, c, y, WRITE_NOTES, width - 11);
    if (writing_offered(e->w, WRITE_TERMS))
        y += draw_block(e, c, y, WRITE_TERMS, width - 11);
    if (!e->w->recurs)
        y += draw_supply(e, c, y);
    y += draw_block(e, c, y, WRITE_STATEMENT, width - 11);
    return y - from;
}

#define FIELDS_WIDTH 45 /* what draw_fields needs */

struct foot editor_foot_of(const struct editor *e, const struct canvas *c)
{
    struct grid *g = grid_open(1, c->columns);
    struct canvas nowhere = canvas_of(g);
    struct foot f = {.fields = true, .totals = true};
    f.fields_height = draw_fields(e, &nowhere, 1, 40) + 1;
    f.totals_height = document_draw_totals(&e->w->sums, &nowhere, 1);
    grid_close(g);
    f.left = c->columns - document_totals_width(&e->w->sums) - 6;
    f.beside = f.left >= FIELDS_WIDTH;
    f.height = !f.beside                           ? f.fields_height + f.totals_height
               : f.fields_height > f.totals_height ? f.fields_height
                                                   : f.totals_height;
    if (!f.beside && c->rows - 5 - f.height < LEAST_LINES + 2) {
        f.fields = editor_area(e->focus.at) == AREA_FOOT;
        f.totals = !f.fields;
        f.height = f.fields ? f.fields_height : f.totals_height;
    }
    return f;
}

static void draw_waits(const struct canvas *c, int y, const char *what)
{
    char text[120];
    snprintf(text, sizeof text, "Total: waits for %s", what);
    canvas_right(c, y < c->rows ? y : c->rows - 1, c->columns - 1, STYLE_WARN, text);
}

/* Where there is not room for all of the totals, the last of them: the total. */
void editor_foot_draw(const struct editor *e, const struct foot *f, const struct canvas *c)
{
    int width = f->beside ? f->left : c->columns, below = f->fields && !f->beside ? f->fields_height : 0;
    struct canvas fields = canvas_part(c, 0, 0, c->rows, width);
    int hidden = f->fields_height - c->rows; /* the end of the fields shows when one of them is written */
    bool low = editor_area(e->focus.at) == AREA_FOOT && e->focus.at >= WRITE_NOTES;
    if (f->fields)
        draw_fields(e, &fields, low && hidden > 0 ? 1 - hidden : 1, width < 80 ? width : 80);
    int over = below + f->totals_height - c->rows;
    char what[80];
    if (f->totals && editor_waits(e, what, sizeof what))
        draw_waits(c, below - (over > 0 ? over : 0) + 1, what);
    else if (f->totals && !e->w->wrong.code)
        document_draw_totals(&e->w->sums, c, below - (over > 0 ? over : 0));
}
