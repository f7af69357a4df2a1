#include "tui/full/act_above.h"
#include "proto/paper/show.h"
#include "tui/full/alone.h"
#include "tui/full/book_inside.h"
#include "tui/link/client.h"
#include <string.h>

#define WORDS 64 /* columns of sentences beside a picture or alone */
#define LEAST 34 /* that they need there */

static const struct page_item *item(const struct act_above *a, enum page_kind kind)
{
    return a->page ? page_find(a->page, kind) : NULL;
}

void act_above_make(struct ui *ui, struct act_above *a, struct run *r)
{
    a->page = run_before(r);
    a->look = ui_ascii(ui) ? QR_LETTERS : QR_BLOCKS;
    a->whose = *show_text(client_me(ui)->business) ? arena_printf(ui_arena(ui), "%s", client_me(ui)->business)
                                                   : "customer portal";
    a->title = r->book->straight && r->book->name_of ? r->book->name_of(&r->view) : r->book->title;
    const struct page_item *scan = item(a, PAGE_SCAN);
    if (scan && qr_make(r->view.arena, scan->text, QR_LOW, &a->code) != OK)
        a->code.side = 0;
    if (item(a, PAGE_SECRET))
        ui_status(ui, "y  send %s to your terminal's clipboard", item(a, PAGE_SECRET)->label);
}

static bool fits(const struct act_above *a, const struct canvas *c)
{
    return a->code.side && qr_rows(&a->code, a->look) <= c->rows &&
           qr_columns(&a->code, a->look) + LEAST + 4 <= c->columns;
}

struct canvas act_above_part(const struct act_above *a, const struct canvas *c, bool alone)
{
    int x = 3;
    if (!item(a, PAGE_SCAN))
        return alone ? alone_head(c, a->title, a->whose) : *c;
    if (fits(a, c)) {
        qr_draw(c, 0, 1, &a->code, a->look);
        x = qr_columns(&a->code, a->look) + 2;
    }
    return canvas_part(c, 0, x, c->rows, c->columns - x < WORDS ? c->columns - x : WORDS);
}

static const char *scan_said(const struct act_above *a, const struct canvas *part)
{
    return a->code.side && part->left > a->code.side
               ? "Scan this with your app for codes, or type the secret:"
               : "There is no room here for the picture that phones read: make the window larger, or type "
                 "the secret into your app for codes:";
}

int act_above_draw(const struct act_above *a, const struct canvas *part, int rows)
{
    const struct page_item *scan = item(a, PAGE_SCAN);
    if (!a->page)
        return 1;
    const struct canvas under = canvas_part(part, 0, 1, part->rows, part->columns - 1); /* as fields begin */
    if (!scan)
        return page_draw_in(a->page, &under, 0, rows, NULL) + 1;
    const int link = canvas_wrap_rows(part, part->columns - 2, 9, scan->text);
    const char *said = scan_said(a, part);
    const bool all = page_rows(a->page, part, 0, said) + link <= rows; /* the link is needed least */
    int y = page_draw_in(a->page, part, 0, all ? rows - link : rows, said);
    if (all)
        y += canvas_wrap(part, y, 1, part->columns - 2, 9, STYLE_DIM, scan->text);
    return y + (y < rows);
}

/* The fields under a secret that is to be typed elsewhere take digits: the letter is free. */
bool act_above_key(struct ui *ui, const struct act_above *a, const struct key *k)
{
    const struct page_item *secret = item(a, PAGE_SECRET);
    if (k->code != 'y' || !secret)
        return false;
    ui_copy_secret(ui, secret->text, secret->label);
    return true;
}
