#include "tui/both/told_draw.h"
#include "proto/paper/show.h"
#include "tui/full/qr.h"
#include <string.h>

#define BESIDE 30 /* columns of values that a code beside them leaves */

int told_draw_fact(const struct canvas *c, int y, int width, const struct pay_fact *f)
{
    canvas_fit(c, y, TOLD_LABEL, TOLD_VALUE - TOLD_LABEL - 1, STYLE_DIM, show_text(f->label));
    return canvas_wrap(c, y, TOLD_VALUE, width - TOLD_VALUE - 1, 3, STYLE_BOLD, show_text(f->value));
}

bool told_by_all(const struct pay_told_list *told, const struct pay_fact *f)
{
    size_t n = 0;
    for (size_t i = 0; i < told->n; i++)
        for (size_t k = 0; k < told->v[i].facts.n; k++) {
            const struct pay_fact *other = &told->v[i].facts.v[k];
            if (strcmp(show_text(other->label), show_text(f->label)) == 0 &&
                strcmp(show_text(other->value), show_text(f->value)) == 0) {
                n++;
                break;
            }
        }
    return n == told->n;
}

int told_draw(const struct canvas *c, int y, const struct pay_told *t, bool code)
{
    int from = y, width = c->columns, below = 0;
    struct arena *a = arena_open();
    struct qr qr = {.side = 0};
    if (code && *show_text(t->qr) && qr_make(a, t->qr, QR_MEDIUM, &qr) != OK)
        qr.side = 0;
    const int columns = qr.side ? qr_columns(&qr, QR_BLOCKS) : 0;
    bool beside = columns && columns + TOLD_VALUE + BESIDE <= c->columns;
    if (beside) {
        width = c->columns - columns - 1;
        below = y + qr_draw(c, y, width, &qr, QR_BLOCKS);
    }
    canvas_fit(c, y++, 1, width - 2, STYLE_BOLD, show_text(t->title));
    for (size_t i = 0; i < t->facts.n; i++)
        y += told_draw_fact(c, y, width, &t->facts.v[i]);
    if (*show_text(t->no_code))
        y += canvas_wrap(c, y, TOLD_LABEL, width - TOLD_LABEL - 1, 3, STYLE_WARN, t->no_code);
    if (columns && !beside)
        y += 1 + qr_draw(c, y + 1, TOLD_LABEL, &qr, QR_BLOCKS);
    arena_close(a);
    return (y > below ? y : below) - from;
}
