/* What the amount of a form is for, as a list under it: Space takes one in or leaves it out, Enter asks how much of it. */
#include "proto/paper/show.h"
#include "tui/full/book_inside.h"
#include "tui/full/look.h"
#include <stdio.h>
#include <string.h>

#define PARTS_MEASURE 100 /* where a row of the list ends at the latest, and the sum below it */

static const struct list_column columns[] = {
    {.name = "name", .title = "For", .width = 12},
    {.name = "state", .title = "Due", .width = 18, .grow = 1},
    {.name = "due", .title = "Open", .width = 14, .right = true},
    {.name = "taken", .title = "This payment", .width = 16, .right = true},
};

static void show(const struct form_state *s, bool begin)
{
    struct run_part p;
    if (begin)
        list_begin(s->list);
    for (size_t i = 0; run_part(s->act.run, s->parts, i, &p); i++) {
        char due[SHOW_TEXT], taken[SHOW_TEXT] = "–";
        if (p.taken.amount)
            show_money(taken, p.taken);
        const char *cells[] = {p.of.name, p.why ? p.why : show_text(p.of.state), show_money(due, p.of.due),
                               taken};
        unsigned styles[] = {0, p.why ? 0 : look_style(p.of.look), 0,
                             p.taken.amount ? STYLE_BOLD : STYLE_DIM};
        struct list_row row = {.id = p.of.id,
                               .cells = cells,
                               .styles = styles,
                               .style = p.of.why ? STYLE_DIM : STYLE_PLAIN,
                               .user = (int64_t)i};
        if (begin)
            list_add(s->list, &row);
        else
            list_update(s->list, &row);
    }
    if (begin)
        list_end(s->list, false, -1);
}

void parts_make(struct ui *ui, struct form_state *s)
{
    struct run_part p;
    s->list = ui_list(ui, columns, COUNT_OF(columns));
    list_empty_text(s->list, s->parts->none);
    show(s, true);
    for (size_t i = 0; run_part(s->act.run, s->parts, i, &p); i++)
        if (p.taken.amount) {
            list_select(s->list, p.of.id);
            return;
        }
}

static size_t current(const struct form_state *s)
{
    return list_id(s->list) ? (size_t)list_user(s->list) : SIZE_MAX;
}

static void changed(struct form_state *s)
{
    show(s, false);
    act_form_follow(s);
}

const char *parts_can(const struct ui *ui, const void *state)
{
    const struct form_state *s = state;
    (void)ui;
    return s->list && list_id(s->list) ? NULL : "There is none.";
}

bool parts_key(struct ui *ui, struct form_state *s, const struct key *k)
{
    if (k->code != ' ' || form_focused(s->act.form) || list_typing(s->list) || !list_id(s->list))
        return false;
    const char *why = run_part_turn(s->act.run, s->parts, current(s));
    if (why)
        ui_toast(ui, TONE_BAD, "%s", why);
    changed(s);
    return true;
}

/* --- how much of it */

static bool amount_fits(void *state, const char *text, struct refusal *why)
{
    struct form_state *s = state;
    const char *wrong = run_part_read(s->act.run, s->parts, current(s), text, false);
    return !wrong || refuse(why, ERR_INVALID, "", "%s", wrong) == OK;
}

static void amount_done(struct ui *ui, void *state, const struct said *said)
{
    struct form_state *s = state;
    (void)ui;
    (void)run_part_read(s->act.run, s->parts, current(s), said->text, true);
    changed(s);
}

void parts_amount(struct ui *ui, void *state)
{
    const struct form_state *s = state;
    struct run_part p;
    char initial[MONEY_TEXT], due[SHOW_TEXT];
    if (!run_part(s->act.run, s->parts, current(s), &p))
        return;
    const int digits = currency_digits(p.of.due.currency);
    money_plain(initial, p.taken.amount ? p.taken.amount : p.of.due.amount, digits < 0 ? 2 : digits);
    ui_dialog(ui, &(struct dialog){.kind = DIALOG_LINE,
                                   .title = "How much of it?",
                                   .text = arena_printf(ui_arena(ui), "%s is open on %s. Empty: none of it.",
                                                        show_money(due, p.of.due), p.of.name),
                                   .label = p.of.due.currency,
                                   .initial = initial,
                                   .replaces = true,
                                   .max = 40,
                                   .optional = true,
                                   .yes = "Take that",
                                   .check = amount_fits,
                                   .done = amount_done});
}

void parts_draw_sum(const struct form_state *s, const struct canvas *c, int y)
{
    struct run_part p;
    char why[600] = "";
    size_t n, of = 0;
    const struct money sum = run_parts_sum(s->act.run, s->parts, &n);
    for (; run_part(s->act.run, s->parts, of, &p); of++)
        if (p.why && of == current(s))
            snprintf(why, sizeof why, "%s: %s", p.of.name, p.why);
    char count[700];
    snprintf(count, sizeof count, "%zu of %zu%s%s", n, of, *why ? " · " : "", why);
    const int end = c->columns < PARTS_MEASURE ? c->columns : PARTS_MEASURE;
    const int left = canvas_money(c, y, end, STYLE_BOLD, sum, true);
    canvas_fit(c, y, 2, left - 3, *why ? STYLE_WARN : STYLE_PLAIN, count);
}
