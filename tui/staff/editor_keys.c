/* Focus and keys of the editor; items that match what is typed as a line's name. */
#include "common/date.h"
#include "common/text.h"
#include "tui/staff/editor_inside.h"
#include <stdio.h>
#include <string.h>

static bool same_focus(struct editor_focus a, struct editor_focus b)
{
    return a.area == b.area && a.at == b.at && (a.area != AREA_LINES || a.row == b.row);
}

static bool foot_offered(const struct editor *e, int at)
{
    if (at == FOOT_CARD)
        return e->kind == DOC_INVOICE && e->card;
    return e->kind == DOC_INVOICE || at != FOOT_TRANSFER;
}

/* The stop after, or before; the same at the ends. */
static struct editor_focus beside(const struct editor *e, struct editor_focus f, int by)
{
    struct editor_focus start = f;
    do {
        f.at += by;
        if (f.area == AREA_HEAD && f.at >= HEADS)
            f = (struct editor_focus){AREA_LINES, 0, 0};
        else if (f.area == AREA_LINES && f.at >= CELLS)
            f = f.row + 1 < e->n ? (struct editor_focus){AREA_LINES, f.row + 1, 0}
                                 : (struct editor_focus){AREA_FOOT, 0, 0};
        else if (f.area == AREA_FOOT && f.at < 0)
            f = (struct editor_focus){AREA_LINES, e->n - 1, CELLS - 1};
        else if (f.area == AREA_LINES && f.at < 0)
            f = f.row > 0 ? (struct editor_focus){AREA_LINES, f.row - 1, CELLS - 1}
                          : (struct editor_focus){AREA_HEAD, 0, HEADS - 1};
        if (f.at < 0 || (f.area == AREA_FOOT && f.at >= FEET))
            return start;
    } while (f.area == AREA_FOOT && !foot_offered(e, f.at));
    return f;
}

static void go(struct editor *e, struct editor_focus to)
{
    struct input *from = editor_input(e, &e->focus);
    if (same_focus(e->focus, to))
        return;
    bool blank = e->focus.area == AREA_LINES && editor_row_empty(e->rows[e->focus.row]);
    if (!blank) {
        input_check(from, e->today);
        editor_tidy(e, from);
    }
    if (e->focus.area == AREA_HEAD && e->focus.at == HEAD_DATE && from->changed && !from->error[0] &&
        !e->head[HEAD_DUE].changed && e->days >= 0) { /* the usual number of days goes along */
        char text[16];
        input_set(&e->head[HEAD_DUE], date_plain(text, input_date(from) + e->days));
    }
    e->focus = to;
    e->matches = NULL;
    e->match = -1;
    input_select(editor_input(e, &to));
    editor_compute(e);
}

/* --- items that match */

static void ask_items(struct ui *ui, struct editor *e)
{
    struct item_list_in in = {0};
    const char *typed = input_text(&e->rows[e->focus.row]->cell[CELL_NAME]);
    e->match = -1;
    if (strlen(typed) < 2) {
        e->matches = NULL;
        return;
    }
    char search[100];
    snprintf(search, sizeof search, "%.*s", (int)text_cut(typed, 90), typed);
    GIVE(item_list_in, &in, search, search);
    GIVE(item_list_in, &in, limit, EDITOR_MATCHES);
    ui_ask(ui, EDITOR_ITEMS, OPNO_item_list, &in);
}

static bool match_key(struct editor *e, int code)
{
    if (!e->matches || e->focus.area != AREA_LINES || e->focus.at != CELL_NAME)
        return false;
    int n = (int)e->matches->n;
    if (code == K_DOWN && e->match + 1 < n) {
        e->match++;
    } else if (code == K_UP && e->match >= 0) {
        e->match--;
    } else if (code == K_ESC) {
        e->matches = NULL;
    } else if (code == K_ENTER && e->match >= 0) {
        editor_take_item(e, e->focus.row, &e->matches->v[e->match]);
        e->dirty = true;
        go(e, (struct editor_focus){AREA_LINES, e->focus.row, CELL_QUANTITY});
    } else {
        return code == K_DOWN;
    }
    return true;
}

/* --- lines */

void editor_run_line(struct ui *ui, void *state)
{
    struct editor *e = state;
    (void)ui;
    if (!e->ready)
        return;
    size_t at = e->focus.area == AREA_LINES ? e->focus.row + 1 : e->focus.area == AREA_HEAD ? 0 : e->n;
    if (at > 0 && editor_row_empty(e->rows[at - 1])) /* there is an empty one already */
        go(e, (struct editor_focus){AREA_LINES, at - 1, CELL_NAME});
    else
        go(e, (struct editor_focus){AREA_LINES, editor_add_row(e, at), CELL_NAME});
}

void editor_run_drop(struct ui *ui, void *state)
{
    struct editor *e = state;
    if (!e->ready)
        return;
    if (e->focus.area != AREA_LINES) {
        ui_toast(ui, TONE_BAD, "Go to the line first.");
        return;
    }
    editor_drop_row(e, e->focus.row);
    if (e->focus.row >= e->n)
        e->focus.row = e->n - 1;
    e->focus.at = CELL_NAME;
    e->matches = NULL;
    e->dirty = true;
    editor_compute(e);
}

static void enter(struct ui *ui, struct editor *e)
{
    bool ends = e->focus.area == AREA_LINES && e->focus.at == CELL_TAX;
    if (ends && e->focus.row + 1 == e->n)
        editor_run_line(ui, e);
    else if (ends)
        go(e, (struct editor_focus){AREA_LINES, e->focus.row + 1, CELL_NAME});
    else
        go(e, beside(e, e->focus, 1));
}

/* The same column of the line above or below; from the ends to what stands there. */
static struct editor_focus above(const struct editor *e, int by)
{
    struct editor_focus f = e->focus;
    if (f.area == AREA_HEAD)
        return by > 0 ? (struct editor_focus){AREA_LINES, 0, CELL_NAME} : f;
    if (f.area == AREA_FOOT)
        return by < 0 && f.at == 0 ? (struct editor_focus){AREA_LINES, e->n - 1, CELL_NAME}
                                   : beside(e, f, by);
    if (by < 0 && f.row == 0)
        return (struct editor_focus){AREA_HEAD, 0, HEAD_DATE};
    if (by > 0 && f.row + 1 == e->n)
        return (struct editor_focus){AREA_FOOT, 0, 0};
    f.row += by > 0 ? 1 : (size_t)-1;
    if (f.at == CELL_TEXT || f.at == CELL_UNIT || f.at == CELL_TAX2)
        f.at = CELL_NAME;
    return f;
}

/* ":" and "?" are text only where text is being written. */
static bool is_command(const struct input *in, const struct key *k)
{
    if (k->code != ':' && k->code != '?')
        return false;
    bool text = in->spec.kind == INPUT_TEXT || in->spec.kind == INPUT_LINES;
    return !text || !*input_text(in);
}

static void typed(struct ui *ui, struct editor *e)
{
    e->dirty = true;
    if (e->focus.area == AREA_LINES && e->focus.at == CELL_NAME)
        ask_items(ui, e);
    editor_compute(e);
}

bool editor_key(struct ui *ui, void *state, const struct key *k)
{
    struct editor *e = state;
    if (!e->ready)
        return k->code != K_ESC && k->text[0];
    struct input *in = editor_input(e, &e->focus);
    if (k->code == CTRL('N') || k->code == CTRL('D') || (k->code > K_F0 && k->code <= K_LAST))
        return false;
    if (match_key(e, k->code))
        return true;
    if (is_command(in, k))
        return false;
    bool lines = in->spec.kind == INPUT_LINES, was = in->changed;
    int choice = in->choice;
    in->changed = false;
    bool used = input_key(in, k), changed = in->changed || in->choice != choice;
    in->changed = was || changed;
    if (changed)
        typed(ui, e);
    if (used)
        return true;
    switch (k->code) {
    case K_TAB: go(e, beside(e, e->focus, 1)); return true;
    case K_BACK_TAB: go(e, beside(e, e->focus, -1)); return true;
    case K_ENTER:
        if (!lines)
            enter(ui, e);
        return true;
    case K_UP: go(e, above(e, -1)); return true;
    case K_DOWN: go(e, above(e, 1)); return true;
    case K_PASTE: return true;
    default: return k->text[0] || k->code == ' '; /* never a section or a command */
    }
}
