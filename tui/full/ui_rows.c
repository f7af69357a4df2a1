/* The rows of keys: the interface's own, and which of all are there for whoever looks, under what. */
#include "tui/full/ui_inside.h"
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

void ui_help(struct ui *ui)
{
    if (ui->overlay == OVERLAY_DIALOG) /* one that waits under this screen */
        dialog_close(ui);
    ui->overlay = OVERLAY_HELP;
    ui->command_at = 0;
}

static void run_help(struct ui *ui, void *state)
{
    (void)state;
    ui_help(ui);
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
    const int from = ui_preview_from(ui_top(ui));
    return grid_columns(ui->grid) >= from ? NULL
           : from == WIDE                 ? "The preview needs a window of 120 columns."
                                          : "The second pane needs a window of 160 columns.";
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
    ui_list_key(ui, focused_list(ui), &space);
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
    ui_list_key(ui, focused_list(ui), &slash);
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
    ui_list_key(ui, focused_list(ui), &letter);
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
/* --- which of all there are */

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
bool ui_row_waits(struct ui *ui, const struct key *k)
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

const struct key_row *ui_row_of(const struct ui *ui, int key)
{
    const void *state;
    const struct key_row *row;
    for (size_t i = 0; key && (row = ui_row(ui, i, &state)); i++)
        if (row->key == key && acts(row))
            return row;
    return NULL;
}
