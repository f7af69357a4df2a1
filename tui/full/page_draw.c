/* A page in cells. */
#include "common/text.h"
#include "proto/paper/show.h"
#include "tui/full/book_inside.h"
#include "tui/full/look.h"
#include <stdio.h>
#include <string.h>

#define LINE 88   /* of sentences, however wide the screen is */
#define LABEL 20  /* of labels at most */
#define BESIDE 30 /* columns of values that a picture beside them leaves */

static int line_width(const struct canvas *c)
{
    return c->columns > LINE + 2 ? LINE : c->columns - 2;
}

/* Does its label stand before it? */
static bool labelled(const struct page_item *i)
{
    return i->kind != PAGE_SECRET && i->kind != PAGE_QUOTE && i->kind != PAGE_COPY && i->kind != PAGE_SCAN;
}

/* Where values begin: behind the widest label. */
static int value_column(const struct page *p)
{
    int most = 9;
    for (size_t i = 0; i < p->n; i++) {
        const struct page_item *at = &p->items[i];
        int n = at->label && labelled(at) ? (int)text_columns(at->label) : 0;
        most = n > most ? n : most;
    }
    return (most > LABEL ? LABEL : most) + 4;
}

static bool is_amount(const struct page_item *i)
{
    return i->kind == PAGE_MONEY || i->kind == PAGE_AMOUNT;
}

/* Amounts stand below each other. */
static int amount_width(const struct page *p)
{
    int most = 0;
    for (size_t i = 0; i < p->n; i++) {
        const struct page_item *at = &p->items[i];
        int n = is_amount(at) ? canvas_money_width(at->money, at->kind == PAGE_MONEY) : 0;
        most = n > most ? n : most;
    }
    return most;
}

static int draw_amount(const struct page *p, const struct page_item *i, const struct canvas *c, int y, int x)
{
    int end = x + amount_width(p);
    canvas_money(c, y, end, look_style(i->look), i->money, i->kind == PAGE_MONEY);
    const int rows = i->text ? canvas_wrap(c, y, end + 2, c->columns - end - 3, 3, STYLE_DIM, i->text) : 1;
    return rows > 1 ? rows : 1;
}

static bool said_before(const struct page *p, size_t at)
{
    const char *label = p->items[at].label;
    return at && label && p->items[at - 1].label && strcmp(p->items[at - 1].label, label) == 0;
}

/* From the first column, and broken as a shell takes it: what is marked over several rows and pasted is the command. */
static int draw_raw(const struct canvas *c, int y, const char *text)
{
    size_t n = strlen(text), room = c->columns > 20 ? (size_t)c->columns - 3 : 17;
    int from = y;
    while (n) {
        size_t row = n <= room + 1 ? n : room;
        while (row < n && row > room / 2 && text[row - 1] != ' ')
            row--;
        if (row < n && text[row - 1] != ' ')
            row = room;
        canvas_print(c, y++, 0, STYLE_BOLD, "%.*s%s", (int)row, text, row < n ? "\\" : "");
        text += row;
        n -= row;
    }
    return y - from + 1;
}

/* Where it does not fit in a row: in rows that are about as long, broken between its groups. */
static int draw_secret(const struct canvas *c, int y, const char *text)
{
    const size_t n = strlen(text), room = c->columns > 12 ? (size_t)c->columns - 2 : 10;
    const size_t rows = (n + room - 1) / room, each = rows ? n / rows + 1 : 0;
    int from = y;
    if (rows < 2 || strchr(text, '\n') || !strchr(text, ' '))
        return canvas_wrap(c, y, 1, c->columns - 2, 12, STYLE_BOLD, text);
    while (*text) {
        size_t row = strlen(text);
        if (row > each)
            for (row = each; row && text[row] != ' ';)
                row--;
        canvas_print(c, y++, 1, STYLE_BOLD, "%.*s", (int)(row ? row : each), text);
        text += row ? row : each;
        text += *text == ' ';
    }
    return y - from;
}

/* A strong sentence is the heading of the facts below it. */
static bool heads(const struct page *p, size_t at)
{
    return p->items[at].kind == PAGE_NOTE && p->items[at].look == LOOK_STRONG && at + 1 < p->n &&
           p->items[at + 1].label && labelled(&p->items[at + 1]);
}

/* blank: rows after what stands by itself; scan: said where a picture for phones is meant, NULL: nothing. */
static int draw_item(const struct page *p, size_t at, const struct canvas *c, int y, int blank,
                     const char *scan)
{
    const struct page_item *i = &p->items[at];
    unsigned style = look_style(i->look);
    int x = value_column(p), room = c->columns - x - 1;
    if (heads(p, at))
        blank = 0;
    if (i->label && labelled(i) && !said_before(p, at))
        canvas_fit(c, y, 1, x - 2, STYLE_DIM, i->label);
    switch (i->kind) {
    case PAGE_TITLE: return canvas_wrap(c, y, 1, line_width(c), 2, STYLE_BOLD, i->text) + blank;
    case PAGE_NOTE: return canvas_wrap(c, y, 1, line_width(c), 8, style, i->text) + blank;
    case PAGE_FACT: return canvas_wrap(c, y, x, room, 3, style, i->text);
    case PAGE_LIST: return canvas_wrap(c, y, x, room, 3, style, i->text);
    case PAGE_QUOTE:
        canvas_text(c, y, 1, STYLE_DIM, i->label);
        return 1 + canvas_wrap(c, y + 1, 3, line_width(c) - 2, 40, style, i->text);
    case PAGE_MONEY:
    case PAGE_AMOUNT: return draw_amount(p, i, c, y, x);
    case PAGE_SCAN: return scan ? canvas_wrap(c, y, 1, line_width(c), 4, STYLE_PLAIN, scan) + blank : 0;
    case PAGE_COPY: return 0;
    case PAGE_RAW: return draw_raw(c, y, i->text);
    case PAGE_SECRET: /* the whole width: what is marked with the mouse should stand in one row where it can */
        return draw_secret(c, y, i->text) + blank;
    }
    return 0;
}

/* A heading or a sentence behind facts. */
static bool stands_apart(const struct page_item *before, const struct page_item *i)
{
    const bool facts = before->kind == PAGE_FACT || before->kind == PAGE_LIST || is_amount(before);
    return facts && (i->kind == PAGE_NOTE || i->kind == PAGE_TITLE);
}

static int draw_items(const struct page *p, const struct canvas *c, int y)
{
    int from = y;
    for (size_t i = 0; i < p->n; i++) {
        y += i && stands_apart(&p->items[i - 1], &p->items[i]);
        y += draw_item(p, i, c, y, 1, NULL);
    }
    return y - from;
}

/* In UTF-8 only: in letters it is twice as wide. Some of it may be unreadable, as banks want it. */
int page_draw(const struct page *p, const struct canvas *c, int y)
{
    const struct page_item *scan = page_find(p, PAGE_SCAN);
    struct arena *a = arena_open();
    struct canvas part = *c;
    struct qr qr;
    if (!scan || qr_make(a, scan->text, QR_MEDIUM, &qr) != OK)
        qr.side = 0;
    const int wide = qr.side ? qr_columns(&qr, QR_BLOCKS) : 0;
    const bool beside = wide && wide + value_column(p) + BESIDE <= c->columns;
    int below = 0;
    if (beside) {
        part = canvas_part(c, 0, 0, c->rows, c->columns - wide - 1);
        below = qr_draw(c, y, part.columns, &qr, QR_BLOCKS);
    }
    int rows = draw_items(p, &part, y);
    if (wide && !beside)
        rows += 1 + qr_draw(c, y + rows + 1, 3, &qr, QR_BLOCKS);
    arena_close(a);
    return rows > below ? rows : below;
}

void page_draw_scan(const struct page *p, const struct canvas *c, enum qr_look look)
{
    const struct page_item *scan = page_find(p, PAGE_SCAN), *title = page_find(p, PAGE_TITLE);
    struct arena *a = arena_open();
    struct qr qr;
    if (qr_make(a, scan->text, QR_MEDIUM, &qr) != OK)
        qr.side = 0;
    const int drawn = qr.side ? qr_draw(c, 0, 1, &qr, look) : 0;
    const int x = drawn ? qr_columns(&qr, look) + 3 : 2, width = c->columns - x - 1;
    if (!drawn || width >= 20) { /* the code is what it is about */
        const int y = title ? canvas_wrap(c, 0, x, width, 4, STYLE_BOLD, title->text) + 1 : 0;
        if (drawn)
            canvas_wrap(c, y, x, width, 8, STYLE_PLAIN, scan->label);
        else if (qr.side)
            canvas_print(c, y, x, STYLE_PLAIN, "It needs a window of %d columns and %d rows.",
                         qr_columns(&qr, look) + 2, qr_rows(&qr, look) + 2);
        else
            canvas_text(c, y, x, STYLE_PLAIN, "It does not fit a QR code.");
    }
    arena_close(a);
}

static int height(const struct page *p, size_t i, const struct canvas *c, int blank, const char *scan)
{
    const struct canvas nowhere = canvas_part(c, 0, 0, 0, c->columns);
    return draw_item(p, i, &nowhere, 0, blank, scan);
}

static int secrets(const struct page *p, size_t from, const struct canvas *c)
{
    int rows = 0;
    for (size_t i = from; i < p->n; i++)
        rows += p->items[i].kind == PAGE_SECRET ? height(p, i, c, 0, NULL) : 0;
    return rows;
}

int page_rows(const struct page *p, const struct canvas *c, int blank, const char *scan)
{
    int rows = 0;
    for (size_t i = 0; i < p->n; i++)
        rows += height(p, i, c, blank && i + 1 < p->n, scan);
    return rows;
}

/* What there is room for in so many rows, first things first, each whole or not at all; a secret always. */
int page_draw_in(const struct page *p, const struct canvas *c, int y, int rows, const char *scan)
{
    const int loose = page_rows(p, c, 1, scan) <= rows, from = y;
    for (size_t i = 0; i < p->n; i++) {
        const int blank = loose && i + 1 < p->n;
        const int room = rows - (y - from) - secrets(p, i + 1, c), needs = height(p, i, c, blank, scan);
        const enum page_kind kind = p->items[i].kind;
        if (kind == PAGE_QUOTE && needs > room && room > 1) { /* its first lines say the most */
            struct canvas part = canvas_part(c, y, 0, room, c->columns);
            draw_item(p, i, &part, 0, blank, scan);
            y += room;
        } else if (kind == PAGE_SECRET || needs <= room) {
            y += draw_item(p, i, c, y, blank, scan);
        }
    }
    return y - from;
}

const char *page_lines(struct arena *a, const struct page *p)
{
    const char *lines = "";
    for (size_t i = 0; i < p->n; i++) {
        const struct page_item *at = &p->items[i];
        if (at->kind == PAGE_COPY || at->kind == PAGE_SCAN)
            continue;
        char amount[SHOW_TEXT] = "";
        if (is_amount(at))
            at->kind == PAGE_MONEY ? show_money(amount, at->money) : show_amount(amount, at->money);
        lines =
            arena_printf(a, "%s%s%s%s%s%s%s", lines, *lines ? "\n" : "", show_text(at->label),
                         at->label ? ": " : "", amount, *amount && at->text ? " " : "", show_text(at->text));
    }
    return lines;
}
