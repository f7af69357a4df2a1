/* Where everything stands: header, rule, pane, rule, status, keys. */
#include "tui/full/ui_inside.h"
#include "common/text.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Shortened to that width: at a word with "…" where one ends late enough, else within it. */
static void shorten_name(char *to, size_t size, const char *text, int width)
{
    size_t used;
    snprintf(to, size, "%s", text);
    if ((int)text_columns(to) <= width)
        return;
    size_t end = text_fit(to, (size_t)(width > 1 ? width - 1 : 0), &used), word = end;
    while (word > 0 && to[word] != ' ')
        word--;
    end = word < end / 2 ? end : word;
    while (end > 0 && to[end - 1] == ' ')
        end--;
    snprintf(to + end, size - end, "…");
}

#define LEAST_NAME 12 /* of the business, before crumbs go */

/* "Northwind › Account › My sign-in"; where that is too long, the name of the business is shortened, then what is left out is in the
 * middle: the last says where one is. */
static void crumbs(const struct ui *ui, char *out, size_t size, int room)
{
    char name[sizeof ui->business + 4], rest[600];
    for (int from = 0; from == 0 || from < ui->depth; from++) {
        size_t n = (size_t)snprintf(rest, sizeof rest, "%s", from ? " › …" : "");
        for (int i = from; i < ui->depth && n < sizeof rest; i++)
            if (*ui->stack[i]->title)
                n += (size_t)snprintf(rest + n, sizeof rest - n, " › %s", ui->stack[i]->title);
        int left = room - 1 - (int)text_columns(rest), whole = (int)text_columns(ui->business);
        if (left < whole && left < LEAST_NAME && from + 1 < ui->depth)
            continue;
        shorten_name(name, sizeof name, ui->business, left > LEAST_NAME ? left : LEAST_NAME);
        snprintf(out, size, " %s%s", name, rest);
        return;
    }
}

static void draw_header(const struct ui *ui, const struct canvas *c)
{
    char right[400], person[sizeof ui->person + 4], bell[16] = "", path[800];
    if (ui->bell > 0)
        snprintf(bell, sizeof bell, " %d", ui->bell);
    shorten_name(person, sizeof person, ui->person, c->columns / 2 - 6);
    snprintf(right, sizeof right, "%s  %s%s", person, ui->online ? "●" : "offline ○", bell);
    int end = canvas_right(c, 0, c->columns - 1, ui->online ? STYLE_PLAIN : STYLE_BAD, right);
    crumbs(ui, path, sizeof path, end - 2);
    canvas_fit(c, 0, 0, end - 2, STYLE_BOLD, path);
    canvas_rule(c, 1, 0, c->columns);
}

/* "1 Home 2 Estimates …" with the present one in bold. */
static void draw_sections(const struct ui *ui, const struct canvas *c, int y)
{
    const struct section *s;
    int x = 1;
    for (int i = 0; (s = ui_section_at(ui, i)); i++) {
        char label[64];
        snprintf(label, sizeof label, "%d %s", i + 1, s->label);
        x = canvas_text(c, y, x, i == ui->section ? STYLE_BOLD : STYLE_PLAIN, label) + 1;
    }
}

bool ui_navigates(const struct ui *ui)
{
    return ui->depth && !ui_here(ui)->screen->alone && grid_columns(ui->grid) >= VERY_WIDE &&
           ui_section_count(ui);
}

static void draw_navigation(const struct ui *ui, const struct canvas *c)
{
    const struct section *s;
    for (int i = 0, y = 1; (s = ui_section_at(ui, i)); i++) {
        canvas_print(c, y++, 1, i == ui->section ? STYLE_BOLD : STYLE_PLAIN, "%s%d %s",
                     i == ui->section ? ">" : " ", i + 1, s->label);
        if (*ui->waits[i])
            canvas_fit(c, y++, 4, c->columns - 6, STYLE_DIM, ui->waits[i]);
    }
    canvas_column(c, 0, c->columns - 1, c->rows);
}

static const struct list *focused_list(const struct instance *i)
{
    return i->widget_count ? i->widgets[i->focus].list : NULL;
}

/* "rows 1–19 of 28 ↓"; nothing where all of it is seen. */
static void rows_of(const struct scrolled *s, char *out, size_t size)
{
    if (s->depth > s->height)
        snprintf(out, size, "rows %d–%d of %d%s", s->scroll + 1, s->scroll + s->height, s->depth,
                 s->scroll + s->height < s->depth ? " ↓" : "");
}

/* What was asked for waits for a step before it, not for the server: nothing is being done meanwhile. */
static bool asks_who(const struct ui *ui)
{
    return ui_overlay(ui) == OVERLAY_DIALOG && ui->dialog.d.step;
}

static void status_right(const struct ui *ui, char *out, size_t size)
{
    static const char spinner[] = "|/-\\";
    const struct instance *here = ui_here(ui);
    int64_t since = ui_waiting_since(ui);
    const struct list *l = focused_list(here);
    *out = '\0';
    if (since && ui->now - since >= SPINNER_MS && !asks_who(ui))
        snprintf(out, size, "working %c", spinner[ui->now / PAINT_MS % 4]);
    else if (here->in_preview && ui_preview_at(ui))
        rows_of(&here->preview, out, size);
    else if (l && list_loaded(l))
        list_status(l, out, size);
    else if (here->screen->scrolls)
        rows_of(&here->document, out, size);
}

#define TROUBLE_ROWS 5

/* Why there is no connection, above the status row and in it: over whatever is there, which is old. */
static void draw_trouble(const struct ui *ui, const struct canvas *c, int bottom)
{
    char text[sizeof ui->trouble + 2];
    snprintf(text, sizeof text, "%c%s",
             ui->trouble[0] >= 'a' && ui->trouble[0] <= 'z' ? ui->trouble[0] - 32 : ui->trouble[0],
             ui->trouble + 1);
    int rows = canvas_wrap_rows(c, c->columns - 2, TROUBLE_ROWS, text), top = bottom - rows + 1;
    canvas_fill(c, top, 0, rows, c->columns, STYLE_BAD);
    canvas_wrap(c, top, 1, c->columns - 2, TROUBLE_ROWS, STYLE_BAD, text);
    canvas_rule(c, top - 1, 0, c->columns);
}

/* What the status row says, and how; "" when there is nothing to say. */
static unsigned status_left(const struct ui *ui, char *out, size_t size)
{
    static const unsigned tones[] = {
        [TONE_INFO] = STYLE_BOLD, [TONE_GOOD] = STYLE_GOOD | STYLE_BOLD, [TONE_BAD] = STYLE_BAD};
    const struct instance *here = ui_here(ui);
    const char *busy;
    *out = '\0';
    if (ui_locked(ui, &busy) && !ui_insists(ui) && !asks_who(ui)) {
        snprintf(out, size, " %s", busy);
        return STYLE_BOLD;
    }
    if (ui->toast_until) {
        snprintf(out, size, " %s", ui->toast);
        return tones[ui->tone];
    }
    if (!ui->online && !ui->met)
        snprintf(out, size, " Not connected yet, trying again%s%s", *ui_unmet(ui) ? ": " : ".", ui_unmet(ui));
    else if (!ui->online)
        snprintf(out, size,
                 " Not connected, trying again. What you see is %" PRId64 " s old; nothing can be changed.",
                 (ui->now - ui->offline_since) / 10000 * 10);
    else if (here)
        snprintf(out, size, *here->status ? " %s" : "%s", here->status);
    return ui->online ? STYLE_PLAIN : STYLE_BAD;
}

/* What stands on the right gives way to a sentence that needs the whole row. */
static void draw_status(const struct ui *ui, const struct canvas *c, int y)
{
    const struct instance *here = ui_here(ui);
    char right[160] = "", left[320];
    unsigned style = status_left(ui, left, sizeof left);
    if (here)
        status_right(ui, right, sizeof right);
    int end = c->columns - 1, room = end - (int)text_columns(right) - 2;
    if (*right && (int)text_columns(left) <= room)
        end = canvas_right(c, y, end, STYLE_DIM, right) - 1;
    struct canvas part = canvas_part(c, y, 0, 1, end);
    if (*left)
        canvas_fit(&part, 0, 0, part.columns, style, left);
    else if (ui->depth == 1 && !here->screen->alone && c->columns < VERY_WIDE)
        draw_sections(ui, &part, 0);
}

static bool quiet(const struct ui *ui, const struct key_row *row)
{
    return row->quiet || !row->key || (ui_here(ui)->screen->alone && row->key == 'q');
}

static bool is_text(const struct key_row *row)
{
    return row->key > ' ' && row->key < K_BACKSPACE;
}

/* Has the form in focus something to say about keys that work while typing? */
static bool says_keys(const struct ui *ui)
{
    const void *state;
    const struct key_row *row;
    for (size_t i = 0; (row = ui_row(ui, i, &state)); i++)
        if (state && !quiet(ui, row) && !is_text(row))
            return true;
    return false;
}

#define OWN_KEYS 22     /* room for the interface's own: ": do  ? help  q back" */
#define OWN_KEYS_TEXT 9 /* … while typing: "F1 help" */

/* Returns where the next one begins; the same where there is no room. */
static int draw_key(const struct ui *ui, const struct canvas *c, int y, int x, const struct key_row *row,
                    const void *state, bool text)
{
    char key[KEY_LABEL], item[80];
    bool own = !state && !row->who && !ui_of_list(row);
    int left = own ? 0 : text ? OWN_KEYS_TEXT : OWN_KEYS;
    snprintf(item, sizeof item, "%s %s", key_label(key, row->key), row->action);
    if (x + (int)text_columns(item) + left > c->columns)
        return x;
    return canvas_text(c, y, x, ui_impossible(ui, row, state) ? STYLE_DIM : STYLE_PLAIN, item) + 2;
}

static void draw_keys(const struct ui *ui, const struct canvas *c, int y)
{
    const struct key_row *row;
    const void *state;
    int x = 1;
    if (ui_overlay(ui) == OVERLAY_DIALOG) {
        bool lines = ui->dialog.d.kind == DIALOG_LINES;
        canvas_text(c, y, x, STYLE_PLAIN,
                    lines ? "Tab move  F2 done  Esc cancel" : "Tab move  Enter choose  Esc cancel");
        return;
    }
    if (ui_overlay(ui) != OVERLAY_NONE)
        return;
    bool text = ui_types(ui); /* then letters are text and no commands */
    if (text && ui_typing_filter(ui)) {
        canvas_text(c, y, x, STYLE_PLAIN, "Tab complete  Enter keep this filter  Esc show all");
        return;
    }
    if (text && !says_keys(ui))
        x = canvas_text(c, y, x, STYLE_PLAIN, "Tab next field  F2 done  Esc back") + 2;
    const struct key_row *mark = NULL;
    for (size_t i = 0; !mark && (row = ui_row(ui, i, &state)); i++)
        mark = row->key == ' ' && !state && !quiet(ui, row) ? row : NULL;
    for (size_t i = 0; (row = ui_row(ui, i, &state)); i++) {
        if (i == 1 && mark) /* what it is about comes before the acts */
            x = draw_key(ui, c, y, x, mark, NULL, text);
        if (row != mark && !quiet(ui, row) && !(text && is_text(row)) &&
            !(row->lapses && ui_impossible(ui, row, state)))
            x = draw_key(ui, c, y, x, row, state, text);
    }
}

/* What is as long as it is, is drawn into a view of its whole height, of which the pane shows a part. */
void draw_scrolled(struct scrolled *s, const struct canvas *pane,
                   void (*draw)(const void *state, struct canvas *c), const void *state)
{
    s->height = pane->rows;
    for (int pass = 0; pass < 2; pass++) {
        int depth = -1, place = -1;
        struct canvas c = canvas_part(pane, -s->scroll, 0, CANVAS_TALL, pane->columns);
        c.depth = &depth;
        c.depth_top = c.top;
        c.place = &place;
        canvas_fill(pane, 0, 0, pane->rows, pane->columns, STYLE_PLAIN);
        draw(state, &c);
        s->depth = depth + 1;
        int last = s->depth - s->height, before = s->scroll;
        if (s->jump && place >= 0) {
            s->jump = false;
            s->scroll = place;
        }
        if (s->scroll == before && s->scroll <= (last > 0 ? last : 0))
            break;
        if (s->scroll > last)
            s->scroll = last > 0 ? last : 0; /* it became shorter */
    }
}

/* Lists use what room there is; what is read or filled in keeps a measure. */
static bool measured(const struct instance *i)
{
    for (int w = 0; w < i->widget_count; w++)
        if (i->widgets[w].list)
            return false;
    return !i->screen->alone;
}

static void draw_pane(struct ui *ui, struct canvas pane)
{
    struct instance *here = ui_here(ui);
    const struct screen *s = here->screen;
    int first = ui_preview_at(ui);
    const struct canvas all = pane;
    if (first)
        pane = canvas_part(&pane, 0, 0, pane.rows, first - 1);
    pane.beside = first > 0;
    if (measured(here) && pane.columns > MEASURE)
        pane = canvas_part(&pane, 0, 0, pane.rows, MEASURE);
    if (s->scrolls && s->draw) {
        draw_scrolled(&here->document, &pane, s->draw, here->state);
        if (!here->widget_count)
            canvas_cursor(&pane, 0, 0);
    } else if (s->draw) {
        s->draw(here->state, &pane);
    }
    if (first)
        ui_preview_draw(ui, &all, first);
}

static void draw_overlay(struct ui *ui, const struct canvas *pane)
{
    if (ui_overlay(ui) == OVERLAY_DIALOG)
        dialog_draw(ui, pane);
    else if (ui->overlay == OVERLAY_PALETTE)
        palette_draw(ui, pane);
    else if (ui->overlay == OVERLAY_HELP)
        help_draw(ui, pane);
}

const struct grid *ui_draw(struct ui *ui)
{
    struct canvas c = canvas_of(ui->grid);
    c.offline = !ui->online;
    grid_clear(ui->grid);
    ui->paint = PAINT_NO;
    ui->painted = ui->now;
    if (ui_too_small(ui)) {
        char text[500];
        snprintf(text, sizeof text,
                 "This window is %d×%d; the portal needs 60×16. Make it larger, or press Q to leave.%s%s",
                 c.columns, c.rows, ui_insists(ui) ? " " : "", ui_insists(ui) ? ui->toast : "");
        canvas_wrap(&c, 0, 0, c.columns, c.rows, STYLE_PLAIN, text);
        canvas_cursor(&c, 0, 0);
        return ui->grid;
    }
    if (!ui->depth)
        return ui->grid;
    bool alone = ui_here(ui)->screen->alone;
    int top = alone ? 0 : 2, bottom = c.rows - 3;
    struct canvas pane = canvas_part(&c, top, 0, bottom - top, c.columns);
    if (!alone)
        draw_header(ui, &c);
    if (ui_navigates(ui)) {
        struct canvas nav = canvas_part(&pane, 0, 0, pane.rows, NAVIGATION);
        draw_navigation(ui, &nav);
        pane = canvas_part(&pane, 0, NAVIGATION + 1, pane.rows, c.columns - NAVIGATION - 1);
    }
    canvas_cursor(&pane, 0, 0);
    draw_pane(ui, pane);
    canvas_rule(&c, bottom, 0, c.columns);
    draw_status(ui, &c, c.rows - 2);
    if (*ui_trouble(ui))
        draw_trouble(ui, &c, c.rows - 2);
    draw_keys(ui, &c, c.rows - 1);
    draw_overlay(ui, &pane);
    struct instance *here = ui_here(ui);
    if (here->widget_count && here->widgets[here->focus].list &&
        list_wants_more(here->widgets[here->focus].list))
        here->loads |= 1u << LOAD_MORE;
    return ui->grid;
}

void ui_resize(struct ui *ui, int rows, int columns)
{
    grid_resize(ui->grid, rows, columns);
    ui_dirty(ui, PAINT_NOW);
}
