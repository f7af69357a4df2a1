/* Lines of bank statements (E15): those of one, or all that stand so. */
#include "proto/paper/show.h"
#include "tui/portal/bank_lines.h"
#include <string.h>

const char *line_state_words(int state)
{
    switch (state) {
    case LINE_WAITING: return "waits";
    case LINE_BOOKED: return "booked";
    case LINE_IGNORED: return "set aside";
    case LINE_TOOK_BACK: return "took back";
    default: return "went out";
    }
}

enum look line_state_look(int state)
{
    return state == LINE_WAITING     ? LOOK_WARN
           : state == LINE_BOOKED    ? LOOK_GOOD
           : state == LINE_TOOK_BACK ? LOOK_BAD
                                     : LOOK_DIM;
}

static const struct statement_line *row(const struct scene *v)
{
    return v->row;
}

static const char *state(const struct scene *v)
{
    return line_state_words(row(v)->state);
}

static enum look state_look(const struct scene *v)
{
    return line_state_look(row(v)->state);
}

/* What became of it, or seems to be; else what the payer wrote. */
static const char *what(const struct scene *v)
{
    const struct statement_line *l = row(v);
    if (l->payment)
        return scene_text(v, "%s of %s", show_text(l->payment_number), show_text(l->customer_name));
    if (*show_text(l->note))
        return l->note;
    return *show_text(l->guess) ? l->guess : show_text(l->text);
}

static const struct column columns[] = {
    {.field = "date", .width = 11},
    {.field = "state", .width = 9, .text = state, .look = state_look},
    {.field = "name", .title = "From or to", .width = 14, .grow = 2},
    {.field = "text", .title = "Whose it seems", .width = 16, .grow = 4, .text = what},
    {.field = "amount", .width = 14},
    {0}};

static const struct act list_acts[] = {
    {LEADS_TO(ENTER, "open", "The line, and whose it may be", OPNO_bank_line, book_bank_line),
     .about = ABOUT_ROW, .goes_by = scene_id},
    {0}};

const struct book book_bank_lines = {.name = "lines",
                                     .title = "Lines of bank statements",
                                     .noun = "line",
                                     .empty = "No lines.",
                                     .op = OPNO_bank_lines,
                                     .rows = "lines",
                                     .one = "line",
                                     .of = "statement",
                                     .only = "state",
                                     .columns = columns,
                                     .acts = list_acts,
                                     .live = SUBJECT_BIT(SUBJECT_STATEMENT) | SUBJECT_BIT(SUBJECT_PAYMENT)};
