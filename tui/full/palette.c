/* "?" and ":": both read the same key tables as the footer. */
#include "tui/face/place.h"
#include "tui/full/book_screen.h"
#include "tui/full/ui_inside.h"
#include "common/text.h"
#include <stdio.h>
#include <string.h>

struct entry { /* one line of the palette */
    const struct key_row *row;
    const struct section *section;
    const struct place *place;
    const struct hit *hit;
    int section_index;
    const void *state;
};

/* How well it answers to what was typed: its name begins so, its name has it, the server found it by that, its help has it. */
enum rank { BEGINS, NAMED, FOUND, EXPLAINED, NOT_MEANT };

/* In whatever order: "transfer pay" is "Pay by bank transfer". */
static bool every_word(const char *want, const char *text)
{
    char word[80];
    for (; *want; want += strspn(want, " ")) {
        const size_t n = strcspn(want, " ");
        snprintf(word, sizeof word, "%.*s", (int)n, want);
        if (!strstr(text, word))
            return false;
        want += n;
    }
    return true;
}

static enum rank rank(struct arena *a, const char *want, const char *name, const char *help)
{
    const char *title = text_fold(a, name);
    if (strstr(title, want))
        return strncmp(title, want, strlen(want)) == 0 ? BEGINS : NAMED;
    return help && every_word(want, text_fold(a, arena_printf(a, "%s %s", name, help))) ? EXPLAINED
                                                                                        : NOT_MEANT;
}

static bool place_at(struct arena *a, const char *want, const struct place *of, enum rank wanted, int *index,
                     struct entry *e)
{
    for (e->place = of; e->place->book; e->place++)
        if (rank(a, want, e->place->title, e->place->help) == wanted && (*index)-- == 0)
            return true;
    e->place = NULL;
    return false;
}

/* The index-th entry of that rank; index counts down by those passed over. */
static bool ranked_at(const struct ui *ui, struct arena *a, enum rank wanted, int *index, struct entry *e)
{
    const char *want = text_fold(a, edit_text(ui->command));
    memset(e, 0, sizeof *e);
    if (wanted == FOUND) {
        for (size_t i = 0; (e->hit = finder_hit(ui, i)); i++)
            if ((*index)-- == 0)
                return true;
        return false;
    }
    for (size_t i = 0; (e->row = ui_row(ui, i, &e->state)); i++)
        if (e->row->key != ':' && rank(a, want, e->row->action, e->row->help) == wanted && (*index)-- == 0)
            return true;
    for (int i = 0; (e->section = ui_section_at(ui, i)); i++) {
        e->section_index = i;
        if (rank(a, want, e->section->label, NULL) == wanted && (*index)-- == 0)
            return true;
    }
    return ui->places &&
           (place_at(a, want, ui->places->of, wanted, index, e) ||
            (ui->places->unlisted && place_at(a, want, ui->places->unlisted, wanted, index, e)));
}

/* The index-th entry whose words match what was typed, the best first. */
static enum rank entry_at(const struct ui *ui, int index, struct entry *e)
{
    struct arena *a = arena_open();
    int r = BEGINS;
    while (r < NOT_MEANT && !ranked_at(ui, a, (enum rank)r, &index, e))
        r++;
    arena_close(a);
    return (enum rank)r;
}

static bool is_entry(const struct ui *ui, int index, struct entry *e)
{
    return entry_at(ui, index, e) != NOT_MEANT;
}

bool palette_choose(struct ui *ui)
{
    struct entry e;
    enum rank rank = entry_at(ui, ui->command_at, &e);
    if (rank > FOUND && ui->command_at == 0 && finder_await(ui))
        return true;
    if (rank == NOT_MEANT)
        return false;
    if (e.hit) {
        finder_go(ui, e.hit);
        return true;
    }
    ui->overlay = OVERLAY_NONE;
    finder_close(ui);
    if (e.row)
        ui_run_row(ui, e.row);
    else if (e.place)
        book_open(ui, e.place->book, 0);
    else
        ui_jump(ui, e.section_index);
    return true;
}

void palette_open(struct ui *ui)
{
    edit_set(ui->command, "");
    finder_close(ui);
    ui->command_at = 0;
    if (ui->overlay == OVERLAY_DIALOG) /* one that waits under this screen */
        dialog_close(ui);
    ui->overlay = OVERLAY_PALETTE;
}

static void type(struct ui *ui, const struct key *k)
{
    struct arena *a = arena_open();
    const char *before = arena_text(a, edit_text(ui->command), strlen(edit_text(ui->command)));
    if (edit_key(ui->command, k) && strcmp(before, edit_text(ui->command)) != 0) {
        ui->command_at = 0;
        finder_typed(ui);
    }
    arena_close(a);
}

void palette_key(struct ui *ui, const struct key *k)
{
    struct entry e;
    switch (k->code) {
    case K_ESC:
        ui->overlay = OVERLAY_NONE;
        finder_close(ui);
        return;
    case K_UP: ui->command_at -= ui->command_at > 0; return;
    case K_DOWN: ui->command_at += is_entry(ui, ui->command_at + 1, &e); return;
    case K_ENTER: (void)palette_choose(ui); return;
    default: type(ui, k);
    }
}

static void draw_entry(const struct ui *ui, const struct canvas *c, int y, const struct entry *e,
                       bool current)
{
    char key[KEY_LABEL] = "";
    if (e->hit) {
        canvas_fit(c, y, 1, 2, STYLE_BOLD, current ? ">" : "");
        canvas_fit(c, y, 3, 23, STYLE_PLAIN, e->hit->title);
        canvas_print(c, y, 27, STYLE_PLAIN, "%s: %s", enum_name(enum_subject(), e->hit->what),
                     e->hit->note ? e->hit->note : "");
        if (current)
            canvas_style(c, y, 1, c->columns - 2, STYLE_REVERSE);
        return;
    }
    const char *name = e->row ? e->row->action : e->place ? e->place->title : e->section->label;
    const char *help = e->row ? e->row->help : e->place ? e->place->help : "Go there";
    const char *why = e->row ? ui_impossible(ui, e->row, e->state) : NULL;
    unsigned style = why ? STYLE_DIM : STYLE_PLAIN;
    if (e->row && e->row->key)
        key_label(key, e->row->key);
    else if (!e->row && !e->place)
        snprintf(key, sizeof key, "%d", e->section_index + 1);
    canvas_fit(c, y, 1, 2, STYLE_BOLD, current ? ">" : "");
    canvas_fit(c, y, 3, *key ? 14 : 23, style, name);
    canvas_fit(c, y, 18, *key ? 8 : 0, style, key);
    canvas_fit(c, y, 27, c->columns - 28, style, why ? why : help);
    if (current)
        canvas_style(c, y, 1, c->columns - 2, STYLE_REVERSE);
}

void palette_draw(struct ui *ui, const struct canvas *c)
{
    int rows = c->rows < 14 ? c->rows : 14, shown = rows - 3;
    int first = ui->command_at >= shown ? ui->command_at - shown + 1 : 0;
    struct canvas box = canvas_part(c, c->rows - rows, 0, rows, c->columns);
    struct entry e;
    canvas_box(&box, 0, 0, rows, box.columns);
    canvas_text(&box, 1, 2, STYLE_BOLD, ":");
    for (int i = 0; i < shown && is_entry(ui, first + i, &e); i++)
        draw_entry(ui, &box, 2 + i, &e, first + i == ui->command_at);
    if (!is_entry(ui, 0, &e))
        canvas_text(&box, 2, 3, STYLE_DIM,
                    ui->finder.due || (ui->finder.asked && !ui->finder.found) ? "Looking…"
                    : ui->finder.found ? "Nothing has that name or number."
                                       : "No action of that name here.");
    edit_draw_line(ui->command, &box, 1, 3, box.columns - 5, EDIT_PLAIN, true);
}

void help_key(struct ui *ui, const struct key *k)
{
    switch (k->code) {
    case 'j':
    case K_DOWN:
    case K_PAGE_DOWN: ui->command_at += k->code == K_PAGE_DOWN ? 10 : 1; break;
    case 'k':
    case K_UP:
    case K_PAGE_UP: ui->command_at -= k->code == K_PAGE_UP ? 10 : 1; break;
    case K_PASTE: break;
    default: ui->overlay = OVERLAY_NONE;
    }
    if (ui->command_at < 0)
        ui->command_at = 0;
}

/* What widgets do by themselves. */
static const char *const moving[][2] = {
    {"↑ ↓ j k", "Up and down; PgUp PgDn by pages; g G first and last"},
    {"Tab S-Tab", "Next and previous part or field"},
    {"1 … 9", "Sections"},
};

#define HELP_AT 11 /* where what a key does begins */

/* One key in as many rows as its words need; returns them. */
static int help_row(const struct canvas *c, int y, const char *key, const char *help, const char *why)
{
    char text[600];
    snprintf(text, sizeof text, "%s%s%s%s", help, why ? " (now not: " : "", why ? why : "", why ? ")" : "");
    canvas_text(c, y, 0, STYLE_BOLD, key);
    int rows = canvas_wrap(c, y, HELP_AT, c->columns - HELP_AT, 6, why ? STYLE_DIM : STYLE_PLAIN, text);
    return rows > 1 ? rows : 1;
}

static int help_keys(const struct ui *ui, const struct canvas *c, int y, bool here)
{
    const struct key_row *row;
    const void *state;
    for (size_t i = 0; (row = ui_row(ui, i, &state)); i++) {
        char key[KEY_LABEL] = ":";
        if ((state || ui_of_list(row)) != here)
            continue;
        y += help_row(c, y, row->key ? key_label(key, row->key) : key, row->help ? row->help : row->action,
                      ui_impossible(ui, row, state));
    }
    return y;
}

/* What the filter of the list in focus knows. */
static int help_fields(const struct ui *ui, const struct canvas *c, int y)
{
    const struct instance *i = ui_here(ui);
    const struct list *l = i->widget_count ? i->widgets[i->focus].list : NULL;
    char names[400], text[440];
    if (!l || !*list_fields(l, names, sizeof names))
        return y;
    snprintf(text, sizeof text, "Fields: %s", names);
    return y + help_row(c, y, "", text, NULL);
}

/* All of it, from row y; returns its rows: what this place has, its filter's fields, then what is the same everywhere. */
static int help_rows(const struct ui *ui, const struct canvas *c, int y)
{
    int from = y;
    y = help_keys(ui, c, y, true);
    y = help_fields(ui, c, y) + 1;
    y = help_keys(ui, c, y, false) + 1;
    for (size_t i = 0; i < sizeof moving / sizeof *moving; i++)
        y += help_row(c, y, moving[i][0], moving[i][1], NULL);
    return y - from;
}

void help_draw(struct ui *ui, const struct canvas *c)
{
    struct canvas in = canvas_part(c, 1, 2, c->rows - 2, c->columns - 4);
    canvas_box(c, 0, 0, c->rows, c->columns);
    canvas_print(c, 0, 2, STYLE_BOLD, " Keys: %s ", ui_here(ui)->title);
    const struct canvas counting = canvas_part(&in, 0, 0, 0, in.columns);
    int total = help_rows(ui, &counting, 0);
    if (ui->command_at > total - in.rows)
        ui->command_at = total > in.rows ? total - in.rows : 0;
    help_rows(ui, &in, -ui->command_at);
    canvas_right(c, c->rows - 1, c->columns - 2, STYLE_DIM,
                 total > in.rows ? " ↑ ↓ more · any key closes " : " any key closes ");
    canvas_cursor(c, 0, 2);
}
