/* What is owed and paid, above the work of today: a row a currency, or a block of them where they do not fit beside each other. */
#include "tui/face/book.h"
#include "tui/staff/staff_screens.h"
#include <stdio.h>
#include <string.h>

#define CURRENCIES 4 /* rows of figures; the rest is counted */

static struct money paid_in(const struct queue_get_out *out, const char *currency)
{
    for (size_t i = 0; i < out->paid_month.n; i++)
        if (strcmp(out->paid_month.v[i].amount.currency, currency) == 0)
            return out->paid_month.v[i].amount;
    return money_of(0, currency);
}

static bool owed_in(const struct queue_get_out *out, const char *currency)
{
    for (size_t i = 0; i < out->ageing.n; i++)
        if (strcmp(out->ageing.v[i].total.currency, currency) == 0)
            return true;
    return false;
}

struct figures {
    struct money owed, late, paid;
};

/* Every currency that is owed or came in this month; into an array with room for all of them. */
static size_t figures_of(const struct scene *v, struct figures *to)
{
    const struct queue_get_out *out = v->out;
    size_t n = 0;
    for (size_t i = 0; i < out->ageing.n; i++) {
        const struct ageing *a = &out->ageing.v[i];
        to[n++] = (struct figures){a->total, a->overdue, paid_in(out, a->total.currency)};
    }
    for (size_t i = 0; i < out->paid_month.n; i++) {
        struct money paid = out->paid_month.v[i].amount, none = money_of(0, paid.currency);
        if (!owed_in(out, paid.currency))
            to[n++] = (struct figures){none, none, paid};
    }
    struct money none = money_of(0, v->me->currency ? v->me->currency : "");
    if (!n)
        to[n++] = (struct figures){none, none, none};
    return n;
}

#define OWED "Outstanding"
#define LATE "Overdue"
#define PAID "Paid this month"

/* Where the columns of figures end, the widest amount whole; false: there is no room for them beside each other. */
struct figure_columns {
    int owed, late, paid;
};

static int wider(int width, struct money m)
{
    int n = canvas_money_width(m, false);
    return n > width ? n : width;
}

static bool figure_columns(const struct figures *f, size_t n, int width, struct figure_columns *k)
{
    int owed = 15, late = 13, paid = 16;
    for (size_t i = 0; i < n; i++) {
        owed = wider(owed, f[i].owed);
        late = wider(late, f[i].late);
        paid = wider(paid, f[i].paid);
    }
    k->owed = 5 + owed;
    k->late = k->owed + 3 + late;
    k->paid = k->late + 3 + paid;
    return k->paid < width;
}

static void figure_row(const struct canvas *c, int y, const struct figure_columns *k, const struct figures *f)
{
    int x = k->paid + 4, bar = c->columns - x - 1;
    canvas_text(c, y, 1, STYLE_PLAIN, f->owed.currency);
    canvas_money(c, y, k->owed, STYLE_BOLD, f->owed, false);
    canvas_money(c, y, k->late, f->late.amount ? STYLE_BAD : STYLE_PLAIN, f->late, false);
    canvas_money(c, y, k->paid, STYLE_GOOD, f->paid, false);
    if (f->owed.amount > 0 && bar >= 10)
        canvas_bar(c, y, x, bar > 20 ? 20 : bar, STYLE_BAD, f->late.amount, f->owed.amount);
}

/* One below the other: three rows a currency. */
static void figure_block(const struct canvas *c, int y, const struct figures *f)
{
    int widest = wider(wider(wider(0, f->owed), f->late), f->paid), end = 5 + (int)sizeof PAID + 1 + widest;
    canvas_text(c, y, 1, STYLE_PLAIN, f->owed.currency);
    canvas_text(c, y, 5, STYLE_DIM, OWED);
    canvas_money(c, y, end, STYLE_BOLD, f->owed, false);
    canvas_text(c, y + 1, 5, STYLE_DIM, LATE);
    canvas_money(c, y + 1, end, f->late.amount ? STYLE_BAD : STYLE_PLAIN, f->late, false);
    canvas_text(c, y + 2, 5, STYLE_DIM, PAID);
    canvas_money(c, y + 2, end, STYLE_GOOD, f->paid, false);
}

static int draw_figures(const struct scene *v, const struct canvas *c)
{
    const struct queue_get_out *out = v->out;
    struct figures *f = arena_alloc(v->arena, (out->ageing.n + out->paid_month.n + 1) * sizeof *f);
    size_t n = figures_of(v, f);
    struct figure_columns k;
    bool beside = figure_columns(f, n, c->columns, &k);
    size_t most = beside ? CURRENCIES : c->rows > 20 ? 2 : 1, shown = n < most ? n : most;
    int y = beside;
    if (beside) {
        canvas_right(c, 0, k.owed, STYLE_DIM, OWED);
        canvas_right(c, 0, k.late, STYLE_DIM, LATE);
        canvas_right(c, 0, k.paid, STYLE_DIM, PAID);
        if (c->columns - k.paid - 5 >= 11)
            canvas_text(c, 0, k.paid + 4, STYLE_DIM, "late of all");
    }
    for (size_t i = 0; i < shown; i++) {
        if (beside)
            figure_row(c, y, &k, &f[i]);
        else
            figure_block(c, y, &f[i]);
        y += beside ? 1 : 3;
    }
    if (n > shown)
        canvas_print(c, y++, 1, STYLE_DIM, "and %zu more %s", n - shown,
                     n - shown == 1 ? "currency" : "currencies");
    return y;
}

void today_around(const struct scene *v, struct canvas *c)
{
    const struct queue_get_out *out = v->out;
    const int notices = (int)out->notices.n;
    for (int i = 0; i < notices; i++)
        canvas_fit(c, i, 1, c->columns - 2, STYLE_WARN | STYLE_BOLD, out->notices.v[i]);
    struct canvas figures = canvas_part(c, notices, 0, c->rows - notices, c->columns);
    const int y = notices + draw_figures(v, &figures);
    canvas_rule(c, y, 0, c->columns);
    *c = canvas_part(c, y + 1, 0, c->rows - y - 1, c->columns);
}
