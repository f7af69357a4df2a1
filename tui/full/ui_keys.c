/* Which key does what: one order of precedence for every screen. */
#include "tui/full/places_screen.h"
#include "tui/full/ui_inside.h"
#include <stdio.h>
#include <string.h>

/* --- rows of the interface itself */

static void run_back(struct ui *ui, void *state)
{
    (void)state;
    ui_leave(ui);
}

static void run_quit(struct ui *ui, void *state)
{
    (void)state;
    ui_leave_portal(ui);
}

static void run_again(struct ui *ui, void *state)
{
    (void)state;
    ui_reload(ui);
}

static bool in_list(struct ui *ui, struct list *l, const struct key *k);

static void run_help(struct ui *ui, void *state)
{
    (void)state;
    if (ui->overlay == OVERLAY_DIALOG) /* one that waits under this screen */
        dialog_close(ui);
    ui->overlay = OVERLAY_HELP;
    ui->command_at = 0;
}

static void run_palette(struct ui *ui, void *state)
{
    (void)state;
    palette_open(ui);
}

static void run_mouse(struct ui *ui, void *state)
{
    (void)state;
    ui->effects.mouse_toggle = true;
}

static void run_redraw(struct ui *ui, void *state)
{
    (void)state;
    ui->effects.redraw = true;
}

static void run_preview(struct ui *ui, void *state)
{
    (void)state;
    ui->preview_off = !ui->preview_off;
}

static const char *has_preview(const struct ui *ui, const void *state)
{
    (void)state;
    if (!ui_top(ui) || !ui_top(ui)->preview)
        return "There is no preview here.";
    return grid_columns(ui->grid) < WIDE ? "The preview needs a window of 120 columns." : NULL;
}

static struct list *focused_list(const struct ui *ui)
{
    const struct instance *here = ui_here(ui);
    return here && here->widget_count ? here->widgets[here->focus].list : NULL;
}

/* Not before there is a row: what is pressed while the list is still loading would mark nothing. */
static bool takes_marks(const struct ui *ui, const void *state)
{
    const struct list *l = focused_list(ui);
    (void)state;
    return l && list_takes_marks(l) && list_id(l);
}

static void run_mark(struct ui *ui, void *state)
{
    const struct key space = {.code = ' ', .text = " "};
    (void)state;
    in_list(ui, focused_list(ui), &space);
}

/* As long as there are rows, or something hides them. */
static bool finds(const struct ui *ui, const void *state)
{
    const struct list *l = focused_list(ui);
    (void)state;
    return l && (list_id(l) || *list_filter_text(l));
}

static void run_find(struct ui *ui, void *state)
{
    const struct key slash = {.code = '/', .text = "/"};
    (void)state;
    in_list(ui, focused_list(ui), &slash);
}

static bool sorts(const struct ui *ui, const void *state)
{
    const struct list *l = focused_list(ui);
    (void)state;
    return l && list_id(l) && list_sorts(l);
}

static void run_sort(struct ui *ui, void *state)
{
    const struct key letter = {.code = 's', .text = "s"};
    (void)state;
    in_list(ui, focused_list(ui), &letter);
}

/* Is there a screen to go back to? */
static bool has_back(const struct ui *ui, const void *state)
{
    (void)state;
    return ui->depth > 1 || ui->section > 0;
}

static const char *no_way_back(const struct ui *ui, const void *state)
{
    (void)ui;
    (void)state;
    return "This is the first screen. Q leaves the portal.";
}

static bool is_first(const struct ui *ui, const void *state)
{
    return !has_back(ui, state);
}

static bool types(const struct ui *ui, const void *state)
{
    (void)state;
    return ui_here(ui) && ui_types(ui);
}

static const struct key_row own_rows[] = {
    {.key = ' ',
     .action = "mark",
     .help = "Mark it, or unmark it: acts are about all that are marked",
     .run = run_mark,
     .offered = takes_marks},
    {.key = '/',
     .action = "find",
     .help = "Filter: words, field:value, field>5, ! inverts; Esc clears it",
     .run = run_find,
     .offered = finds},
    {.key = 's',
     .action = "sort",
     .help = "Sort by the next column, then the other way round",
     .run = run_sort,
     .offered = sorts},
    {.key = K_F0 + 1, .action = "help", .help = "All keys of this screen", .run = run_help, .offered = types},
    {.key = ':', .action = "do", .help = "Find an action by its name", .run = run_palette},
    {.key = '?', .action = "help", .help = "All keys of this screen", .run = run_help},
    {.key = 'q', .action = "back", .help = "Back (also Esc)", .run = run_back, .offered = has_back},
    {.key = 'Q', .action = "quit", .help = "Leave the portal", .run = run_quit, .offered = is_first},
    {.key = 'q',
     .action = "back",
     .help = "Back (also Esc)",
     .possible = no_way_back,
     .quiet = true,
     .offered = is_first},
    {.key = 'Q',
     .action = "quit",
     .help = "Leave the portal",
     .run = run_quit,
     .quiet = true,
     .offered = has_back},
    {.key = 'r',
     .action = "refresh",
     .help = "Load again, show what is new",
     .run = run_again,
     .quiet = true},
    {.key = 'v',
     .action = "preview",
     .help = "Preview on and off",
     .possible = has_preview,
     .run = run_preview,
     .quiet = true},
    {.key = 'm', .action = "mouse", .help = "Mouse on and off", .run = run_mouse, .quiet = true},
    {.key = CTRL('L'), .action = "redraw", .help = "Draw the screen anew", .run = run_redraw, .quiet = true},
};

/* A row of the interface that every list has: it comes before its own, and gives way to acts. */
bool ui_of_list(const struct key_row *row)
{
    return row->run == run_mark || row->run == run_find || row->run == run_sort;
}

/* It may ask for the row's arg, also while another row is meant. */
static bool is_offered(const struct ui *ui, const struct key_row *row, const void *state)
{
    struct ui *mine = (struct ui *)(uintptr_t)ui;
    const struct key_row *meant = ui->row;
    mine->row = row;
    const bool yes = !row->offered || row->offered(ui, state);
    mine->row = meant;
    return yes;
}

static const struct key_row *offered_row(const struct ui *ui, size_t index, const void **state)
{
    const struct instance *here = ui_here(ui);
    const struct key_row *tables[] = {!here ? NULL : here->rows ? here->rows : here->screen->keys, ui->keys};
    for (int t = 0; t < 2; t++)
        for (const struct key_row *row = tables[t]; row && row->action; row++) {
            if (row->who && !(row->who & ui->who))
                continue;
            if (!is_offered(ui, row, t == 0 ? here->state : NULL))
                continue;
            if (index-- == 0) {
                *state = t == 0 ? here->state : NULL;
                return row;
            }
        }
    *state = NULL;
    for (size_t i = 0; i < sizeof own_rows / sizeof *own_rows; i++)
        if (is_offered(ui, &own_rows[i], NULL) && index-- == 0)
            return &own_rows[i];
    return NULL;
}

/* Does it do something, or does it only explain a key of a form? */
static bool acts(const struct key_row *row)
{
    return row->run || row->possible;
}

/* What a screen makes of a key takes the place of what the portal makes of it. */
const struct key_row *ui_row(const struct ui *ui, size_t index, const void **state)
{
    const struct key_row *row;
    for (size_t i = 0; (row = offered_row(ui, i, state)); i++) {
        const struct key_row *earlier = NULL;
        const void *its;
        for (size_t k = 0; row->key && k < i && !earlier; k++) {
            const struct key_row *other = offered_row(ui, k, &its);
            earlier = other->key == row->key && acts(other) ? other : NULL;
        }
        if (!earlier && index-- == 0)
            return row;
    }
    return NULL;
}

const char *ui_impossible(const struct ui *ui, const struct key_row *row, const void *state)
{
    ((struct ui *)(uintptr_t)ui)->row = row;
    return row->possible ? row->possible(ui, state) : NULL;
}

void ui_rows(struct ui *ui, const struct key_row *rows)
{
    ui_self(ui)->rows = rows;
}

const void *ui_arg(const struct ui *ui)
{
    return ui->row ? ui->row->arg : NULL;
}

void ui_run_row(struct ui *ui, const struct key_row *row)
{
    const void *state;
    const struct key_row *r;
    for (size_t i = 0; (r = ui_row(ui, i, &state)); i++)
        if (r == row)
            break;
    if (!r)
        return;
    const char *why = ui_impossible(ui, row, state);
    const struct list *l = focused_list(ui);
    if (l && row->lapses && list_expects(l))
        why = ui_loading;
    if (why == ui_loading && row->key) {
        const struct key again = key_of(row->key);
        ahead_hold(ui, &again);
        ui_toast(ui, TONE_INFO, "%s", why);
    } else if (why)
        ui_toast(ui, TONE_BAD, "%s", why);
    else if (row->run)
        row->run(ui, (void *)(uintptr_t)state);
}

/* A key of the screen's own that is offered only for what is still being read, and is none of its others: it waits for the answer. */
static bool waits_to_be_offered(struct ui *ui, const struct key *k)
{
    const struct instance *here = ui_here(ui);
    bool waits = false;
    for (const struct key_row *row = here->rows ? here->rows : here->screen->keys; row && row->action;
         row++) {
        if (!k->code || row->key != k->code || !acts(row) || (row->who && !(row->who & ui->who)))
            continue;
        if (is_offered(ui, row, here->state))
            return false;
        waits = waits || ui_impossible(ui, row, here->state) == ui_loading;
    }
    if (waits) {
        ahead_hold(ui, k);
        ui_toast(ui, TONE_INFO, "%s", ui_loading);
    }
    return waits;
}

static const struct key_row *row_of(const struct ui *ui, int key)
{
    const void *state;
    const struct key_row *row;
    for (size_t i = 0; key && (row = ui_row(ui, i, &state)); i++)
        if (row->key == key && acts(row))
            return row;
    return NULL;
}

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

static bool in_list(struct ui *ui, struct list *l, const struct key *k)
{
    struct instance *here = ui_here(ui);
    const struct key_row *row = row_of(ui, K_ENTER);
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
    return w.form ? in_form(ui, w.form, k) : in_list(ui, w.list, k);
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
    if (!text && waits_to_be_offered(ui, k))
        return;
    const struct key_row *row = row_of(ui, k->code);
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
        run_help(ui, NULL);
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
