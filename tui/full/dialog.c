/* Questions before the pane: one at a time; they hold every key until answered. */
#include "tui/full/ui_inside.h"
#include "common/text.h"
#include "tui/face/typed.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { AT_FIELD, AT_CANCEL, AT_YES }; /* dialog.focus */

static const char *copy(struct arena *a, const char *text)
{
    return text ? arena_text(a, text, strlen(text)) : NULL;
}

static bool has_edit(const struct open_dialog *o)
{
    return o->d.kind == DIALOG_WORD || o->d.kind == DIALOG_LINE || o->d.kind == DIALOG_LINES;
}

void ui_dialog(struct ui *ui, const struct dialog *d)
{
    struct open_dialog *o = &ui->dialog;
    while (ui->overlay == OVERLAY_DIALOG)
        dialog_close(ui);
    memset(o, 0, sizeof *o);
    o->d = *d;
    o->texts = arena_open();
    o->d.title = copy(o->texts, d->title);
    o->d.text = copy(o->texts, d->text);
    o->d.yes = d->yes ? copy(o->texts, d->yes) : "OK";
    o->d.word = copy(o->texts, d->word);
    o->d.label = copy(o->texts, d->label);
    o->d.initial = copy(o->texts, d->initial);
    if (d->wrong)
        snprintf(o->error, sizeof o->error, "%s", d->wrong);
    o->serial = d->step ? ui_here(ui)->serial : ui_self(ui)->serial;
    if (has_edit(o)) {
        o->edit = edit_open((size_t)(d->max > 0                ? d->max
                                     : d->kind == DIALOG_LINES ? 4000
                                                               : 200),
                            d->kind == DIALOG_LINES);
        edit_set(o->edit, d->initial);
        if (d->replaces)
            edit_select(o->edit);
    }
    /* What commits starts on Cancel; what only asks for text starts there. */
    o->focus = d->kind == DIALOG_CONFIRM || d->kind == DIALOG_WORD ? AT_CANCEL : AT_FIELD;
    ui->overlay = OVERLAY_DIALOG;
    ui_focus_widgets(ui);
    ui_dirty(ui, PAINT_NOW);
}

void ui_confirm(struct ui *ui, const char *title, const char *text, const char *yes,
                void (*done)(struct ui *ui, void *state, const struct said *said))
{
    struct dialog d = {.kind = DIALOG_CONFIRM, .title = title, .text = text, .yes = yes, .done = done};
    ui_dialog(ui, &d);
}

static void leave_done(struct ui *ui, void *state, const struct said *said)
{
    (void)state;
    (void)said;
    ui_pop(ui);
}

void dialog_ask_leave(struct ui *ui)
{
    const struct instance *here = ui_here(ui);
    const char *instead = here->screen->leaving ? here->screen->leaving(here->state) : NULL;
    ui_confirm(ui, instead ? "Leave?" : "Leave without saving?",
               instead ? instead : "What you changed here is not saved.", "Leave", leave_done);
}

void dialog_close(struct ui *ui)
{
    struct open_dialog o = ui->dialog;
    memset(&ui->dialog, 0, sizeof ui->dialog);
    ui->overlay = OVERLAY_NONE;
    if (o.d.step)
        o.d.cancelled(ui, NULL);
    edit_close(o.edit);
    arena_close(o.texts);
}

void ui_step_over(struct ui *ui)
{
    if (ui->overlay == OVERLAY_DIALOG && ui->dialog.d.step)
        dialog_close(ui);
}

/* Takes the dialog away first: the callback may open the next one. */
static void finish(struct ui *ui, bool yes)
{
    struct open_dialog o = ui->dialog;
    struct instance *i = ui_by_serial(ui, o.serial);
    memset(&ui->dialog, 0, sizeof ui->dialog);
    ui->overlay = OVERLAY_NONE;
    if (i || o.d.step) {
        struct instance *before = ui_enter(ui, i ? i : ui_here(ui));
        void *state = i && !o.d.step ? i->state : NULL;
        struct said said = {.text = o.edit ? edit_text(o.edit) : "", .choice = o.choice};
        if (yes && o.d.done)
            o.d.done(ui, state, &said);
        else if (!yes && o.d.cancelled)
            o.d.cancelled(ui, state);
        ui->calling = before;
    }
    edit_close(o.edit);
    arena_close(o.texts);
}

/* Was something typed that has to be typed again? A word that proves that it is meant, or a secret, is no such thing. */
bool dialog_changed(const struct ui *ui)
{
    const struct open_dialog *o = &ui->dialog;
    return o->edit && !o->d.secret && !o->d.word &&
           strcmp(edit_text(o->edit), o->d.initial ? o->d.initial : "") != 0;
}

#define AGAIN "Esc again throws away what you typed."

/* What was typed is not lost to one key: it is said, and the second one means it. */
static void cancel(struct ui *ui)
{
    struct open_dialog *o = &ui->dialog;
    if (!dialog_changed(ui) || strcmp(o->error, AGAIN) == 0)
        finish(ui, false);
    else
        snprintf(o->error, sizeof o->error, AGAIN);
}

static void check_text(struct ui *ui, struct open_dialog *o)
{
    struct refusal why;
    struct instance *i = ui_by_serial(ui, o->serial);
    if (i && !o->d.check(i->state, edit_text(o->edit), &why))
        snprintf(o->error, sizeof o->error, "%s", why.detail);
}

static void try_yes(struct ui *ui)
{
    struct open_dialog *o = &ui->dialog;
    const char *text = o->edit ? edit_text(o->edit) : "";
    o->error[0] = '\0';
    if (o->d.kind == DIALOG_WORD && !typed_is(text, o->d.word))
        snprintf(o->error, sizeof o->error, "Type %s, or cancel.", o->d.word);
    else if ((o->d.kind == DIALOG_LINE || o->d.kind == DIALOG_LINES) && !o->d.optional &&
             text_blank(text, strlen(text)))
        snprintf(o->error, sizeof o->error, "This is needed.");
    if (!o->error[0] && o->edit && o->d.check)
        check_text(ui, o);
    if (!o->error[0])
        finish(ui, true);
    else
        o->focus = AT_FIELD;
}

static int choices(const struct open_dialog *o)
{
    int n = 0;
    while (o->d.kind == DIALOG_CHOOSE && o->d.choices[n])
        n++;
    return n;
}

static bool field_key(struct ui *ui, const struct key *k)
{
    struct open_dialog *o = &ui->dialog;
    if (o->edit)
        return edit_key(o->edit, k);
    if (k->code == K_DOWN || k->code == 'j')
        o->choice += o->choice + 1 < choices(o);
    else if (k->code == K_UP || k->code == 'k')
        o->choice -= o->choice > 0;
    else if (k->code >= '1' && k->code <= '9' && k->code - '1' < choices(o))
        o->choice = k->code - '1';
    else if (k->code == K_ENTER)
        finish(ui, true);
    else
        return false;
    return true;
}

void dialog_key(struct ui *ui, const struct key *k)
{
    struct open_dialog *o = &ui->dialog;
    bool field = has_edit(o) || o->d.kind == DIALOG_CHOOSE;
    if (k->code == K_ESC) {
        cancel(ui);
        return;
    }
    if (k->code == K_F0 + 2 &&
        field) { /* what only asks is not answered by the key that led to it, nor is a draft thrown away by "save" */
        try_yes(ui);
        return;
    }
    if (strcmp(o->error, AGAIN) == 0) /* it was not meant */
        o->error[0] = '\0';
    if (field && o->focus == AT_FIELD && field_key(ui, k))
        return;
    int first = field ? AT_FIELD : AT_CANCEL, stops = AT_YES - first + 1;
    bool button = o->focus != AT_FIELD;
    switch (k->code) {
    case K_TAB: o->focus = first + (o->focus - first + 1) % stops; break;
    case K_BACK_TAB: o->focus = first + (o->focus - first + stops - 1) % stops; break;
    case K_LEFT:
    case K_RIGHT:
        if (button)
            o->focus = o->focus == AT_CANCEL ? AT_YES : AT_CANCEL;
        break;
    case K_UP:
        if (button && field)
            o->focus = AT_FIELD;
        break;
    case K_DOWN:
        if (!button)
            o->focus = AT_CANCEL;
        break;
    case K_ENTER:
        if (o->focus == AT_CANCEL)
            finish(ui, false);
        else
            try_yes(ui);
        break;
    default: /* a word to type: letters go there wherever the focus is */
        if (o->d.kind == DIALOG_WORD && k->text[0]) {
            o->focus = AT_FIELD;
            edit_key(o->edit, k);
        }
    }
}

static void draw_choices(const struct open_dialog *o, const struct canvas *c, int y, int rows)
{
    int first = o->choice >= rows ? o->choice - rows + 1 : 0;
    for (int i = 0; i < rows && first + i < choices(o); i++) {
        bool current = first + i == o->choice;
        canvas_print(c, y + i, 3, STYLE_PLAIN, "%s %s", current ? ">" : " ", o->d.choices[first + i]);
        if (current && o->focus == AT_FIELD) {
            canvas_style(c, y + i, 3, c->columns - 6, STYLE_REVERSE);
            canvas_cursor(c, y + i, 3);
        }
    }
}

static int draw_field(const struct open_dialog *o, const struct canvas *c, int y, int rows)
{
    bool focused = o->focus == AT_FIELD;
    int x = 3;
    if (o->d.kind == DIALOG_CHOOSE) {
        draw_choices(o, c, y, rows);
        return rows;
    }
    if (o->d.kind == DIALOG_LINES) {
        struct canvas part = canvas_part(c, y, x, rows, c->columns - 6);
        edit_draw_lines(o->edit, &part, focused);
        return rows;
    }
    if (o->d.kind == DIALOG_WORD)
        x = canvas_print(c, y, x, STYLE_PLAIN, "Type %s: ", o->d.word);
    else if (o->d.label)
        x = canvas_print(c, y, x, STYLE_PLAIN, "%s  ", o->d.label);
    edit_draw_line(o->edit, c, y, x, c->columns - x - 3, o->d.secret ? EDIT_SECRET : EDIT_PLAIN, focused);
    return 1;
}

static int button(const struct canvas *c, int y, int x, const char *label, bool focused)
{
    if (focused)
        canvas_cursor(c, y, x + 2);
    return canvas_print(c, y, x, focused ? STYLE_REVERSE : STYLE_PLAIN, "[ %s ]", label);
}

void dialog_draw(struct ui *ui, const struct canvas *c)
{
    const struct open_dialog *o = &ui->dialog;
    struct grid *measure = grid_open(1, 1);
    struct canvas nowhere = canvas_of(measure);
    int width = c->columns - 4 < 72 ? c->columns - 4 : 72, y = 2;
    int text = o->d.text ? canvas_wrap(&nowhere, 1, 0, width - 6, c->rows, STYLE_PLAIN, o->d.text) : 0;
    int field = o->d.kind == DIALOG_CONFIRM ? 0 : o->d.kind == DIALOG_LINES ? 6 : 1;
    int error = o->error[0] ? canvas_wrap(&nowhere, 1, 0, width - 6, 3, STYLE_BAD, o->error) : 0;
    grid_close(measure);
    if (o->d.kind == DIALOG_CHOOSE)
        field = choices(o) < 8 ? choices(o) : 8;
    int fixed = 5 + (text ? 1 : 0) + (field ? 1 : 0) + error;
    if (text + field + fixed > c->rows)
        text = c->rows - field - fixed > 1 ? c->rows - field - fixed : 1;
    int height = text + field + fixed;
    struct canvas box = canvas_part(c, (c->rows - height) / 2, (c->columns - width) / 2, height, width);
    canvas_box(&box, 0, 0, height, width);
    canvas_print(&box, 0, 2, STYLE_BOLD, " %s ", o->d.title ? o->d.title : "");
    if (text) {
        canvas_wrap(&box, y, 3, width - 6, text, STYLE_PLAIN, o->d.text);
        y += text + 1;
    }
    if (field)
        y += draw_field(o, &box, y, field);
    if (error)
        y += canvas_wrap(&box, y, 3, width - 6, error, STYLE_BAD, o->error);
    y += field ? 1 : 0;
    int x = button(&box, y, 3, "Cancel", o->focus == AT_CANCEL);
    button(&box, y, x + 3, o->d.yes, o->focus == AT_YES);
}
