/* Which key does what: one order of precedence for every screen. */
#include "tui/full/places_screen.h"
#include "tui/full/ui_inside.h"
#include <string.h>

/* --- sections */

int ui_section_count(const struct ui *ui)
{
    int n = 0;
    while (ui_section_at(ui, n))
        n++;
    return n;
}

const struct section *ui_section_at(const struct ui *ui, int index)
{
    for (const struct section *s = ui->sections; s && s->label; s++)
        if ((!s->who || (s->who & ui->who)) && index-- == 0)
            return s;
    return NULL;
}

static void open_section(struct ui *ui, int section)
{
    const struct section *s = ui_section_at(ui, section);
    if (!s)
        return;
    if (s->way)
        way_start(ui, s->way);
    else
        ui_start(ui, s->screen, 0);
    ui->section = section;
}

void ui_begin(struct ui *ui)
{
    open_section(ui, 0);
}

void ui_jump(struct ui *ui, int section)
{
    if (ui_section_at(ui, section) && ui_changed(ui))
        ui_toast(ui, TONE_BAD, "There are changes that are not saved. Esc leaves them.");
    else
        open_section(ui, section);
}

/* --- a key */

static void focus_next(struct ui *ui, int by)
{
    struct instance *here = ui_here(ui);
    if (here->widget_count)
        here->focus = (here->focus + by + here->widget_count) % here->widget_count;
}

bool ui_list_key(struct ui *ui, struct list *l, const struct key *k)
{
    struct instance *here = ui_here(ui);
    const struct key_row *row = ui_row_of(ui, K_ENTER);
    if (list_expects(l) && !list_typing(l) && ahead_may_wait(k)) {
        ahead_hold(ui, k);
        return true;
    }
    const enum list_event event = list_key(l, k);
    switch (event) {
    case LIST_IGNORED: return false;
    case LIST_USED:
    case LIST_MOVED: return true;
    case LIST_MORE: here->loads |= 1u << LOAD_MORE; return true;
    case LIST_FILTER:
    case LIST_SORT:
        list_expect(l, true);
        here->loads |= 1u << (event == LIST_SORT ? LOAD_SORT : LOAD_FILTER);
        return true;
    case LIST_OPEN:
        if (row)
            ui_run_row(ui, row);
        return true;
    }
    return false;
}

static bool in_form(struct ui *ui, struct form *f, const struct key *k)
{
    struct instance *here = ui_here(ui);
    enum form_event event = form_key(f, k);
    if (event == FORM_IGNORED)
        return false;
    if (here->screen->changed)
        here->screen->changed(ui, here->state, f);
    if (event == FORM_SUBMIT && here->screen->submit)
        here->screen->submit(ui, here->state, f);
    if (event == FORM_BUTTON && here->screen->button)
        here->screen->button(ui, here->state, f, form_button(f));
    return true;
}

bool ui_scroll(struct scrolled *s, int code)
{
    int to = s->scroll, page = s->height > 2 ? s->height - 1 : 1;
    s->jump = false; /* who goes elsewhere is not taken there any more */
    switch (code) {
    case 'j':
    case K_DOWN: to += 1; break;
    case 'k':
    case K_UP: to -= 1; break;
    case K_WHEEL_DOWN: to += 3; break;
    case K_WHEEL_UP: to -= 3; break;
    case ' ':
    case K_PAGE_DOWN: to += page; break;
    case K_PAGE_UP: to -= page; break;
    case 'g':
    case K_HOME: to = 0; break;
    case 'G':
    case K_END: to = s->depth; break;
    default: return false;
    }
    int last = s->depth - s->height;
    to = to > last ? last : to;
    s->scroll = to > 0 ? to : 0;
    return true;
}

static bool to_widget(struct ui *ui, const struct key *k)
{
    struct instance *here = ui_here(ui);
    if (!here->widget_count)
        return false;
    struct widget w = here->widgets[here->focus];
    return w.form ? in_form(ui, w.form, k) : ui_list_key(ui, w.list, k);
}

bool ui_typing(const struct ui *ui)
{
    const struct instance *here = ui_here(ui);
    if (!here->widget_count)
        return false;
    struct widget w = here->widgets[here->focus];
    return w.form || list_typing(w.list);
}

bool ui_types(const struct ui *ui)
{
    return ui_typing(ui) || ui_here(ui)->screen->types;
}

bool ui_typing_filter(const struct ui *ui)
{
    const struct instance *here = ui_here(ui);
    return here->widget_count && here->widgets[here->focus].list &&
           list_typing(here->widgets[here->focus].list);
}

static void to_screen(struct ui *ui, const struct key *k)
{
    struct instance *here = ui_here(ui);
    if (here->screen->key && here->screen->key(ui, here->state, k))
        return;
    bool text = ui_typing(ui);
    if (!text && ui_preview_key(ui, k))
        return;
    if (text && to_widget(ui, k))
        return;
    if (k->code == K_PASTE) /* pasted letters are never commands */
        return;
    if (!text && ui_row_waits(ui, k))
        return;
    const struct key_row *row = ui_row_of(ui, k->code);
    bool printable = k->code >= 32 && k->code < 0x110000 && k->code != K_BACKSPACE;
    if (row && k->code != K_ENTER && !(text && printable)) {
        ui_run_row(ui, row);
        return;
    }
    if (text && printable)
        return;
    if (!text && to_widget(ui, k))
        return;
    if (here->screen->scrolls && ui_scroll(&here->document, k->code))
        return;
    if (k->code >= '1' && k->code <= '9')
        ui_jump(ui, k->code - '1');
    else if (k->code == K_TAB || k->code == K_BACK_TAB)
        focus_next(ui, k->code == K_TAB ? 1 : -1);
    else if (k->code == K_ESC)
        ui_leave(ui);
    else if (row)
        ui_run_row(ui, row);
    else if (k->code == K_F0 + 1) /* where "?" is no text it needs no row */
        ui_help(ui);
}

bool ui_too_small(const struct ui *ui)
{
    return grid_rows(ui->grid) < LEAST_ROWS || grid_columns(ui->grid) < LEAST_COLUMNS;
}

/* Nobody sees what it would do to what is behind. */
static void in_small(struct ui *ui, const struct key *k)
{
    if (k->code != 'Q')
        ui->insists = 0;
    else if (ui_insists(ui))
        ui_quit(ui, 0);
    else
        ui_leave_portal(ui);
}

static bool takes_keys(const struct ui *ui)
{
    const char *busy;
    return ui->depth && (!ui_locked(ui, &busy) || (ui_overlay(ui) == OVERLAY_DIALOG && ui->dialog.d.step));
}

static void to_overlay(struct ui *ui, const struct key *k)
{
    struct instance *before = ui_enter(ui, ui_here(ui));
    ui->toast_until = 0;
    switch (ui_overlay(ui)) {
    case OVERLAY_DIALOG: dialog_key(ui, k); break;
    case OVERLAY_PALETTE: palette_key(ui, k); break;
    case OVERLAY_HELP: help_key(ui, k); break;
    case OVERLAY_NONE: to_screen(ui, k); break;
    }
    ui->calling = before;
    ui_run_loads(ui);
    ui_focus_widgets(ui);
}

void ui_key(struct ui *ui, const struct key *k)
{
    ui->last_key = ui->now;
    ui_dirty(ui, PAINT_NOW);
    if (k->code == CTRL('C')) {
        ui_interrupt(ui);
        return;
    }
    if (ui_too_small(ui)) {
        in_small(ui, k);
        return;
    }
    if (ui->insists) /* something else: it was not meant */
        ui->insists = ui->toast_until = 0;
    if (k->code == CTRL('L'))
        ui->effects.redraw = true;
    else if (takes_keys(ui) && !ahead_takes(ui, k))
        to_overlay(ui, k);
}
