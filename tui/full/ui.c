#include "tui/full/ui_inside.h"
#include "common/date.h"
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct ui *ui_open(int rows, int columns, int64_t now)
{
    struct ui *ui = calloc(1, sizeof *ui);
    if (!ui)
        abort();
    ui->grid = grid_open(rows, columns);
    ui->now = ui->last_key = now;
    ui->who = BY_PUBLIC;
    ui->online = true;
    ui->section = -1;
    ui->command = edit_open(80, false);
    ui->today = DATE_UNIX_EPOCH;
    ui->paint = PAINT_NOW;
    return ui;
}

static void instance_close(struct ui *ui, struct instance *i)
{
    for (int p = 0; p < UI_PENDING; p++)
        if (ui->pending[p].ticket && ui->pending[p].serial == i->serial) {
            if (ui->backend.cancel)
                ui->backend.cancel(ui->backend.ctx, ui->pending[p].ticket);
            ui->pending[p].ticket = 0;
        }
    if (ui->overlay == OVERLAY_DIALOG && ui->dialog.serial == i->serial)
        dialog_close(ui);
    if (i->screen->close)
        i->screen->close(i->state);
    for (int w = 0; w < i->widget_count; w++) {
        list_close(i->widgets[w].list);
        form_close(i->widgets[w].form);
    }
    for (int t = 0; t < UI_TAGS; t++)
        arena_close(i->replies[t]);
    arena_close(i->arena);
    free(i->state);
    free(i);
}

struct instance *ui_here(const struct ui *ui)
{
    return ui->depth ? ui->stack[ui->depth - 1] : NULL;
}

enum overlay ui_overlay(const struct ui *ui)
{
    bool waits = ui->overlay == OVERLAY_DIALOG && ui->depth && ui->dialog.serial != ui_here(ui)->serial;
    return waits ? OVERLAY_NONE : ui->overlay;
}

struct instance *ui_self(const struct ui *ui)
{
    return ui->calling ? ui->calling : ui_here(ui);
}

struct instance *ui_enter(struct ui *ui, struct instance *i)
{
    struct instance *before = ui->calling;
    ui->calling = i;
    return before;
}

struct instance *ui_by_serial(const struct ui *ui, unsigned serial)
{
    for (int i = 0; i < ui->depth; i++)
        if (ui->stack[i]->serial == serial)
            return ui->stack[i];
    return NULL;
}

const struct screen *ui_top(const struct ui *ui)
{
    return ui->depth ? ui_here(ui)->screen : NULL;
}

bool ui_on_top(const struct ui *ui)
{
    return ui_self(ui) == ui_here(ui);
}

const void *ui_top_state(const struct ui *ui)
{
    return ui->depth ? ui_here(ui)->state : NULL;
}

void ui_dirty(struct ui *ui, enum ui_paint paint)
{
    if (paint > ui->paint)
        ui->paint = paint;
}

/* --- the stack. Callbacks of the top instance may push, pop and start; what was popped inside its own callback is buried
 * at the end of the round, so the state stays valid until then. */

static void bury(struct ui *ui, struct instance *i)
{
    if (ui->grave_count < UI_GRAVE)
        ui->grave[ui->grave_count++] = i;
}

static void dig(struct ui *ui)
{
    while (ui->grave_count)
        instance_close(ui, ui->grave[--ui->grave_count]);
}

void ui_close(struct ui *ui)
{
    if (!ui)
        return;
    dig(ui);
    while (ui->depth)
        instance_close(ui, ui->stack[--ui->depth]);
    if (ui->overlay == OVERLAY_DIALOG)
        dialog_close(ui);
    edit_close(ui->command);
    ahead_drop(ui);
    finder_close(ui);
    grid_close(ui->grid);
    free(ui->copy);
    free(ui);
}

static void push(struct ui *ui, const struct screen *s, uint64_t subject, struct instance *i)
{
    if (ui->overlay == OVERLAY_HELP || ui->overlay == OVERLAY_PALETTE)
        ui->overlay = OVERLAY_NONE;
    i->screen = s;
    i->state = calloc(1, s->state_size ? s->state_size : 1);
    i->arena = arena_open();
    if (!i->state)
        abort();
    i->serial = ++ui->serial;
    i->loads = 1u << LOAD_FIRST;
    i->holds = s->holds;
    snprintf(i->title, sizeof i->title, "%s", s->title ? s->title : "");
    ui->stack[ui->depth++] = i;
    struct instance *before = ui_enter(ui, i);
    if (s->open)
        s->open(ui, i->state, subject);
    ui->calling = before;
    ui_focus_widgets(ui);
    ui_dirty(ui, PAINT_NOW);
}

void *ui_push(struct ui *ui, const struct screen *s, uint64_t subject)
{
    if (ui->depth == UI_DEPTH) { /* nobody goes back that far: forget the oldest but the first */
        bury(ui, ui->stack[1]);
        memmove(&ui->stack[1], &ui->stack[2], (UI_DEPTH - 2) * sizeof *ui->stack);
        ui->depth--;
    }
    struct instance *i = calloc(1, sizeof *i);
    if (!i)
        abort();
    push(ui, s, subject, i);
    return i->state;
}

/* Takes the screen whose callback runs (else the top one) off the stack; true when it was the top one. */
static bool take_self(struct ui *ui)
{
    int at = ui->depth - 1;
    for (int i = 0; i < ui->depth; i++)
        if (ui->stack[i] == ui->calling)
            at = i;
    bury(ui, ui->stack[at]);
    memmove(&ui->stack[at], &ui->stack[at + 1], (size_t)(ui->depth - at - 1) * sizeof *ui->stack);
    return at == --ui->depth;
}

void *ui_replace(struct ui *ui, const struct screen *s, uint64_t subject)
{
    if (ui->depth)
        take_self(ui);
    return ui_push(ui, s, subject);
}

void *ui_start(struct ui *ui, const struct screen *s, uint64_t subject)
{
    while (ui->depth)
        bury(ui, ui->stack[--ui->depth]);
    ui->section = -1;
    return ui_push(ui, s, subject);
}

void ui_made(struct ui *ui, int subject, uint64_t id)
{
    for (int i = 0; i < ui->depth; i++)
        for (int w = 0; w < ui->stack[i]->widget_count && ui->stack[i]->holds == subject; w++)
            if (ui->stack[i]->widgets[w].list)
                list_select(ui->stack[i]->widgets[w].list, id);
}

void ui_holds(struct ui *ui, int subject)
{
    ui_self(ui)->holds = subject;
}

void ui_pop(struct ui *ui)
{
    if (ui->depth < 2)
        return;
    if (take_self(ui))
        ui_here(ui)->loads |= 1u << LOAD_AGAIN;
    ui_focus_widgets(ui);
    ui_dirty(ui, PAINT_NOW);
}

void ui_reload(struct ui *ui)
{
    if (ui->depth)
        ui_here(ui)->loads |= 1u << LOAD_AGAIN;
}

/* However the record under the cursor came to be another one: a key, a filter, new rows. */
static void watch_selection(struct ui *ui)
{
    struct instance *i = ui_here(ui);
    if (!i || !i->screen->preview || ui->preview_off || grid_columns(ui->grid) < WIDE || !i->widget_count ||
        !i->widgets[i->focus].list)
        return;
    uint64_t id = list_id(i->widgets[i->focus].list);
    if (id && id != i->selected) {
        i->selected = id;
        ui_preview_anew(i);
        i->selected_due = ui->now + SELECTED_MS;
    }
}

void ui_expect_nothing(struct instance *i)
{
    for (int w = 0; w < i->widget_count; w++)
        if (i->widgets[w].list)
            list_expect(i->widgets[w].list, false);
}

void ui_run_loads(struct ui *ui)
{
    for (int round = 0; round < 8; round++) { /* a load that pushes is served too; one that loops is not */
        struct instance *i = ui_here(ui);
        if (!i || !i->loads)
            break;
        unsigned loads = i->loads;
        i->loads = 0;
        ui_dirty(ui, PAINT_NOW); /* a load may change what is shown before any answer */
        if (loads & 1u << LOAD_FIRST)
            loads = 1u << LOAD_FIRST;
        for (int w = 0; w < i->widget_count && loads & 1u << LOAD_AGAIN; w++)
            if (i->widgets[w].list)
                list_renew(i->widgets[w].list);
        for (int why = 0; i->screen->load && why <= LOAD_SELECTED; why++)
            if (loads & 1u << why && ui_here(ui) == i) {
                struct instance *before = ui_enter(ui, i);
                i->screen->load(ui, i->state, (enum load)why);
                ui->calling = before;
            }
        if (ui_here(ui) == i && !ui_asks(ui, i->serial))
            ui_expect_nothing(i);
    }
    dig(ui);
    watch_selection(ui);
}

/* --- widgets */

static struct widget *add_widget(struct ui *ui)
{
    struct instance *i = ui_self(ui);
    if (i->widget_count == UI_WIDGETS)
        abort(); /* a screen with so many is a mistake of ours */
    return &i->widgets[i->widget_count++];
}

struct list *ui_list(struct ui *ui, const struct list_column *columns, size_t count)
{
    return add_widget(ui)->list = list_open(columns, count);
}

struct form *ui_form(struct ui *ui, const struct input_spec *inputs, size_t count)
{
    struct form *f = form_open(inputs, count);
    form_today(f, ui->today);
    return add_widget(ui)->form = f;
}

void ui_focus(struct ui *ui, const void *widget)
{
    struct instance *i = ui_self(ui);
    for (int w = 0; w < i->widget_count; w++)
        if (i->widgets[w].list == widget || i->widgets[w].form == widget)
            i->focus = w;
    ui_focus_widgets(ui);
}

void ui_focus_widgets(struct ui *ui)
{
    struct instance *i = ui_here(ui);
    for (int w = 0; i && w < i->widget_count; w++) {
        bool focused = w == i->focus && !i->in_preview && ui_overlay(ui) == OVERLAY_NONE;
        if (i->widgets[w].list)
            list_set_focused(i->widgets[w].list, focused);
        else
            form_set_focused(i->widgets[w].form, focused);
    }
}

struct arena *ui_arena(struct ui *ui)
{
    return ui_self(ui)->arena;
}

/* --- words */

void ui_title(struct ui *ui, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    vsnprintf(ui_self(ui)->title, sizeof ui_self(ui)->title, format, ap);
    va_end(ap);
}

void ui_status(struct ui *ui, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    vsnprintf(ui_self(ui)->status, sizeof ui_self(ui)->status, format, ap);
    va_end(ap);
}

void ui_toast(struct ui *ui, enum tone tone, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    vsnprintf(ui->toast, sizeof ui->toast, format, ap);
    va_end(ap);
    ui->tone = tone;
    ui->toast_until = ui->now + TOAST_MS;
    ui_dirty(ui, PAINT_NOW);
}

void ui_quit(struct ui *ui, int exit_code)
{
    ui->quitting = true;
    ui->exit_code = exit_code;
}

bool ui_quitting(const struct ui *ui, int *exit_code)
{
    *exit_code = ui->exit_code;
    return ui->quitting;
}

void ui_to_place(struct ui *ui)
{
    ui_here(ui)->document.jump = true;
}

void ui_after(struct ui *ui, int ms, void (*fn)(struct ui *ui, void *state))
{
    ui_self(ui)->timer = fn;
    ui_self(ui)->timer_due = ui->now + ms;
}

void ui_copy(struct ui *ui, const char *text)
{
    ui_copy_secret(ui, text, text);
}

void ui_copy_secret(struct ui *ui, const char *text, const char *what)
{
    if (ui->copy)
        explicit_bzero(ui->copy, strlen(ui->copy));
    free(ui->copy);
    ui->copy = strdup(text);
    ui->effects.copy = ui->copy;
    ui_toast(ui, TONE_INFO, "Sent to your terminal: %s", what);
}
