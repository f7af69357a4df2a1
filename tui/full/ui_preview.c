/* The second pane: what the row under the cursor leads to, or what is being written as it will look. It never takes from the first what a
 * window of 80 columns would show. */
#include "tui/full/ui_inside.h"

#define FIRST_PANE 81 /* the first keeps 80 columns and a gap */
#define LEAST_PREVIEW 36

/* The pane beside the navigation. */
static int pane_columns(const struct ui *ui)
{
    int columns = grid_columns(ui->grid);
    return ui_navigates(ui) ? columns - NAVIGATION - 1 : columns;
}

int ui_preview_from(const struct screen *s)
{
    return s->preview_from ? s->preview_from : WIDE;
}

/* Columns of the first pane; 0: there is no second one now. */
int ui_preview_at(const struct ui *ui)
{
    const struct instance *i = ui_here(ui);
    int columns = pane_columns(ui), first = columns * 11 / 20;
    if (!i || !i->screen->preview || ui->preview_off || grid_columns(ui->grid) < ui_preview_from(i->screen))
        return 0;
    if (i->screen->previews && !i->screen->previews(i->state))
        return 0;
    first = first < FIRST_PANE ? FIRST_PANE : first;
    return columns - first - 2 < LEAST_PREVIEW ? 0 : first;
}

void ui_preview_draw(struct ui *ui, const struct canvas *pane, int first)
{
    struct instance *i = ui_here(ui);
    struct canvas right = canvas_part(pane, 0, first + 2, pane->rows, pane->columns - first - 2);
    canvas_column(pane, 0, first, pane->rows);
    draw_scrolled(&i->preview, &right, i->screen->preview, i->state);
    if (i->in_preview)
        canvas_cursor(&right, 0, 0);
}

/* Another record: its begin is shown. */
void ui_preview_anew(struct instance *i)
{
    i->preview.scroll = 0;
}

/* Tab goes there behind the last widget, and back; there it scrolls. Other keys are the screen's as before. */
bool ui_preview_key(struct ui *ui, const struct key *k)
{
    struct instance *i = ui_here(ui);
    bool last = k->code == K_TAB ? i->focus + 1 >= i->widget_count : i->focus == 0, tab = k->code == K_TAB;
    if (!ui_preview_at(ui)) {
        i->in_preview = false;
        return false;
    }
    if (!i->in_preview && (tab || k->code == K_BACK_TAB) && last) {
        i->in_preview = true;
        return true;
    }
    if (!i->in_preview)
        return false;
    if (tab || k->code == K_BACK_TAB || k->code == K_ESC) {
        i->in_preview = false;
        if (i->widget_count && k->code != K_ESC)
            i->focus = tab ? 0 : i->widget_count - 1;
        return true;
    }
    return ui_scroll(&i->preview, k->code);
}
