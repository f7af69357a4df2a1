/* Focus and keys of the editor; items that match what is typed as a line's name. */
#include "common/text.h"
#include "tui/staff/editor_inside.h"
#include <stdio.h>
#include <string.h>

static bool same_focus(struct editor_focus a, struct editor_focus b)
{
    return a.at == b.at && (a.at < WRITE_WHOLE || a.row == b.row);
}

/* The stop after; the same at the end. Head, lines, foot. */
static struct editor_focus after(const struct editor *e, struct editor_focus f)
{
    if (f.at == WRITE_REFERENCE)
        return (struct editor_focus){WRITE_WHOLE, 0};
    if (f.at == WRITES - 1)
        return f.row + 1 < e->n ? (struct editor_focus){WRITE_WHOLE, f.row + 1}
                                : (struct editor_focus){WRITE_REFERENCE + 1, 0};
    return f.at == WRITE_WHOLE - 1 ? f : (struct editor_focus){f.at + 1, f.row};
}

static struct editor_focus before(const struct editor *e, struct editor_focus f)
{
    if (f.at == WRITE_REFERENCE + 1)
        return (struct editor_focus){WRITES - 1, e->n - 1};
    if (f.at == WRITE_WHOLE)
        return f.row > 0 ? (struct editor_focus){WRITES - 1, f.row - 1}
                         : (struct editor_focus){WRITE_REFERENCE, 0};
    return f.at == 0 ? f : (struct editor_focus){f.at - 1, f.row};
}

static struct editor_focus beside(const struct editor *e, struct editor_focus f, int by)
{
    struct editor_focus start = f, to;
    for (;; f = to) {
        to = by > 0 ? after(e, f) : before(e, f);
        if (same_focus(to, f))
            return start; /* the end: nothing more is offered there */
        if (writing_offered(e->w, to.at))
            return to;
    }
}

static void go(struct editor *e, struct editor_focus to)
{
    if (same_focus(e->focus, to))
        return;
    if (e->focus.at < WRITE_WHOLE || !editor_row_empty(e->rows[e->focus.row]))
        (void)editor_leave(e, &e->focus);
    if (e->focus.at == WRITE_DATE) /* the usual number of days goes along */
        editor_show(e, &(struct editor_focus){WRITE_DUE, 0});
    e->focus = to;
    e->unread = false;
    e->matches = NULL;
    e->match = -1;
    struct input *in = editor_input(e, &to);
    if (writing_field(to.at)->as == WRITE_OFF) /* a number too, though it may name a currency */
        edit_select(in->edit);
    else
        input_select(in);
    writing_sum(e->w);
}

/* --- items that match */

static void ask_items(struct ui *ui, struct editor *e)
{
    struct item_list_in in = {0};
    const char *typed = input_text(&e->rows[e->focus.row]->cell[OF_LINE(WRITE_NAME)]);
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
    if (!e->matches || e->focus.at != WRITE_NAME)
        return false;
    int n = (int)e->matches->n;
    if (code == K_DOWN && e->match + 1 < n) {
        e->match++;
    } else if (code == K_UP && e->match >= 0) {
        e->match--;
    } else if (code == K_ESC) {
        e->matches = NULL;
    } else if (code == K_ENTER && e->match >= 0) {
        writing_item(e->w, e->focus.row, &e->matches->v[e->match]);
        for (enum written at = WRITE_WHOLE; at < WRITES; at++)
            editor_show(e, &(struct editor_focus){at, e->focus.row});
        e->dirty = true;
        go(e, (struct editor_focus){WRITE_QUANTITY, e->focus.row});
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
    enum editor_area area = editor_area(e->focus.at);
    size_t at = area == AREA_LINES ? e->focus.row + 1 : area == AREA_HEAD ? 0 : e->n;
    if (at > 0 && editor_row_empty(e->rows[at - 1])) /* there is an empty one already */
        go(e, (struct editor_focus){WRITE_NAME, at - 1});
    else
        go(e, (struct editor_focus){WRITE_NAME, editor_add_row(e, at)});
}

/* Is a line in focus? */
static bool on_line(struct ui *ui, const struct editor *e)
{
    bool line = e->ready && editor_area(e->focus.at) == AREA_LINES;
    if (e->ready && !line)
        ui_toast(ui, TONE_BAD, "Go to the line first.");
    return line;
}

void editor_run_drop(struct ui *ui, void *state)
{
    struct editor *e = state;
    if (!on_line(ui, e))
        return;
    editor_drop_row(e, e->focus.row);
    e->unread = false;
    if (e->focus.row >= e->n)
        e->focus.row = e->n - 1;
    e->focus.at = WRITE_NAME;
    e->matches = NULL;
    e->dirty = true;
    writing_sum(e->w);
}

static void move(struct ui *ui, struct editor *e, int by)
{
    if (!on_line(ui, e) || (by < 0 ? e->focus.row == 0 : e->focus.row + 1 == e->n))
        return;
    size_t to = by < 0 ? e->focus.row - 1 : e->focus.row + 1;
    (void)editor_leave(e, &e->focus);
    editor_move_row(e, e->focus.row, to);
    e->focus.row = to;
    e->matches = NULL;
    e->dirty = true;
    writing_sum(e->w);
}

void editor_run_up(struct ui *ui, void *state)
{
    move(ui, state, -1);
}

void editor_run_down(struct ui *ui, void *state)
{
    move(ui, state, 1);
}

static void enter(struct ui *ui, struct editor *e)
{
    bool ends = e->focus.at == WRITE_TAX;
    if (ends && e->focus.row + 1 == e->n)
        editor_run_line(ui, e);
    else if (ends)
        go(e, (struct editor_focus){WRITE_NAME, e->focus.row + 1});
    else
        go(e, beside(e, e->focus, 1));
}

/* The same column of the line above or below; from the ends to what stands there. */
static struct editor_focus above(const struct editor *e, int by)
{
    struct editor_focus f = e->focus;
    enum editor_area area = editor_area(f.at);
    if (area == AREA_HEAD)
        return by > 0 ? (struct editor_focus){WRITE_NAME, 0} : f;
    if (area == AREA_FOOT)
        return by < 0 && f.at == WRITE_REFERENCE + 1 ? (struct editor_focus){WRITE_NAME, e->n - 1}
                                                     : beside(e, f, by);
    if (by < 0 && f.row == 0)
        return (struct editor_focus){e->w->recurs ? WRITE_OFTEN : WRITE_DATE, 0};
    if (by > 0 && f.row + 1 == e->n)
        return (struct editor_focus){WRITE_REFERENCE + 1, 0};
    f.row += by > 0 ? 1 : (size_t)-1;
    if (f.at >= WRITE_TEXT)
        f.at = WRITE_NAME;
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
    e->unread = editor_take(e, &e->focus); /* what is wrong is said when it is left */
    if (e->focus.at == WRITE_NAME)
        ask_items(ui, e);
    writing_sum(e->w);
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
