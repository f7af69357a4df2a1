/* Writing a document in a conversation: a line is its item, how many, the price; all the rest is one word away, and the total is told after
 * each step. Whatever becomes of the server, what was written stays here until it is kept, sent or given up. */
#include "tui/line/flow_write.h"
#include "proto/paper/show.h"
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* --- one field */

struct asked {
    struct writing *w;
    enum written at;
    size_t row;
};

static const char *take(void *ctx, const char *typed)
{
    const struct asked *a = ctx;
    return writing_read(a->w, a->at, a->row, typed);
}

static enum turn ask_choice(struct talk *t, const struct asked *a, const char *label)
{
    static const char *const yes[] = {"no", "yes"};
    bool taxed = writing_field(a->at)->as == WRITE_TAXED;
    const char *const *choices = taxed ? a->w->tax_labels : yes;
    size_t now = writing_chosen(a->w, a->at, a->row), chosen = now;
    enum turn turn =
        talk_choose_from(t, label, choices, taxed ? a->w->tax_count : COUNT_OF(yes), choices[now], &chosen);
    if (turn == TURN_ON)
        writing_choose(a->w, a->at, a->row, chosen);
    return turn;
}

/* fresh: nobody has written it yet; what stands there is only offered where it is worth offering. */
static enum turn ask_field(struct talk *t, struct writing *w, enum written at, size_t row, bool fresh)
{
    struct asked a = {w, at, row};
    const struct writing_field *f = writing_field(at);
    const char *label = writing_label(w, at), *now;
    char typed[8192];
    if (f->as != WRITE_TYPED && f->as != WRITE_OFF && f->as != WRITE_RHYTHM)
        return ask_choice(t, &a, label);
    now = writing_typed(w, at, row);
    bool nothing = fresh && at == WRITE_PRICE && strcmp(now, "0") == 0;
    struct talk_prompt prompt = {
        .label = at == WRITE_PRICE ? arena_printf(talk_scratch(t), "%s, %s", f->help, w->currency) : label,
        .help = f->help,
        .initial = nothing ? NULL : arena_text(talk_scratch(t), now, strlen(now)),
        .optional = !f->must && at != WRITE_QUANTITY && at != WRITE_PRICE,
        .afresh = true,
        .take = take,
        .ctx = &a};
    return writing_shape_field(at)->type == FIELD_LINES ? talk_ask_text(t, &prompt, typed, sizeof typed)
                                                        : talk_ask(t, &prompt, typed, sizeof typed);
}

/* --- telling */

static void say_total(struct talk *t, struct writing *w)
{
    char total[SHOW_TEXT];
    writing_sum(w);
    if (w->wrong.code)
        talk_say(t, "It does not add up: %s",
                 *w->wrong.detail ? w->wrong.detail : err_sentence(w->wrong.code));
    else
        talk_say(t, "Total %s.", show_money(total, w->sums.total));
}

static void say_line(struct talk *t, struct writing *w, size_t row)
{
    char quantity[SHOW_TEXT], price[SHOW_TEXT], net[SHOW_TEXT];
    const struct line *l = &w->doc.lines.v[row];
    int digits = currency_digits(w->currency);
    writing_sum(w);
    const struct line *sum = writing_summed(w, row);
    const char *less = writing_typed(w, WRITE_LESS, row),
               *second = l->tax2_percent ? writing_typed(w, WRITE_TAX2, row) : "";
    talk_say(t, "Line %zu: %s, %s%s%s at %s%s%s, %s%s%s%s%s.", row + 1, show_text(l->name),
             show_decimal(quantity, l->quantity, 0), *show_text(l->unit) ? " " : "", show_text(l->unit),
             show_decimal(price, l->price, digits < 0 ? 2 : digits), *less ? ", discount " : "", less,
             writing_typed(w, WRITE_TAX, row), *second ? " and " : "", second, sum ? ", together " : "",
             sum ? show_amount(net, sum->net) : "");
}

static void say_step(struct talk *t, struct writing *w, size_t row)
{
    say_line(t, w, row);
    say_total(t, w);
}

#define TOLD_LINES 5 /* of a long one, where one only wants to go on */

static void say_plan(struct talk *t, struct writing *w)
{
    struct page *p = page_open(talk_scratch(t));
    writing_plan(p, w);
    talk_page(t, p);
}

static bool show(struct talk *t, void *ctx)
{
    struct writing *w = ctx;
    char day[DATE_TEXT];
    talk_title(t, "%s for %s", writing_name(w, "Change"), w->customer_name);
    if (w->recurs)
        say_plan(t, w);
    if (writing_offered(w, WRITE_DATE))
        talk_fact(t, writing_label(w, WRITE_DATE), "%s", date_short(day, w->doc.date));
    if (writing_offered(w, WRITE_DUE))
        talk_fact(t, writing_label(w, WRITE_DUE), "%s", date_short(day, w->doc.due));
    size_t n = w->doc.lines.n, from = n > TOLD_LINES ? n - TOLD_LINES : 0;
    if (from)
        talk_say(t, "Lines: %zu. tell says all of them; these are the last.", n);
    for (size_t i = from; i < n; i++)
        if (!writing_says_nothing(w, i))
            say_line(t, w, i);
    say_total(t, w);
    return true;
}

/* --- lines */

static void say_item(struct talk *t, const struct writing *w, const struct item *item, const char **to)
{
    char price[SHOW_TEXT];
    int digits = currency_digits(w->base_currency);
    *to = arena_printf(talk_scratch(t), "%s, %s %s", show_text(item->name), w->base_currency,
                       show_decimal(price, item->price, digits < 0 ? 2 : digits));
}

/* Those of the price list that are meant by what was typed. One that is called so is it; else which one, or none of them. */
static enum turn match_item(struct talk *t, struct writing *w, size_t row)
{
    struct item_list_in in = {0};
    const void *out;
    const char *typed = arena_printf(talk_scratch(t), "%s", w->doc.lines.v[row].name),
               *names[WRITE_MATCHES + 1];
    const struct item *items[WRITE_MATCHES];
    size_t n = 0, chosen = 0;
    char search[100];
    snprintf(search, sizeof search, "%.*s", (int)text_cut(typed, 90), typed);
    GIVE(item_list_in, &in, search, search);
    GIVE(item_list_in, &in, limit, 2 * WRITE_MATCHES);
    if (talk_try(t, TAG_STEP, OPNO_item_list, &in, NULL, &out) != OK) /* it is what was typed, then */
        return talk_turn(t, TURN_ON);
    const struct item_list *all = &((const struct item_list_out *)out)->items;
    for (size_t i = 0; i < all->n && n < WRITE_MATCHES; i++) {
        if (!all->v[i].active)
            continue;
        if (strcasecmp(show_text(all->v[i].name), typed) == 0) {
            writing_item(w, row, &all->v[i]);
            return TURN_ON;
        }
        say_item(t, w, &all->v[i], &names[n]);
        items[n++] = &all->v[i];
    }
    if (!n)
        return TURN_ON;
    names[n] = arena_printf(talk_scratch(t), "none of these: %s", typed);
    enum turn turn = talk_choose_from(t, "Which", names, n + 1, n == 1 ? names[0] : NULL, &chosen);
    if (turn == TURN_ON && chosen < n)
        writing_item(w, row, items[chosen]);
    return turn;
}

struct named {
    struct writing *w;
    size_t row;
};

static const char *take_name(void *ctx, const char *typed)
{
    const struct named *n = ctx;
    return *typed ? writing_read(n->w, WRITE_NAME, n->row, typed) : NULL;
}

/* TURN_BACK: that was all. */
static enum turn add_line(struct talk *t, struct writing *w)
{
    static const enum written asked[] = {WRITE_QUANTITY, WRITE_PRICE};
    size_t n = w->doc.lines.n, row = n && writing_says_nothing(w, n - 1) ? n - 1 : writing_add(w, n);
    struct named named = {w, row};
    char typed[801];
    struct talk_prompt prompt = {
        .label = arena_printf(talk_scratch(t), "Line %zu, item or text, empty when that is all", row + 1),
        .help = writing_field(WRITE_NAME)->help,
        .optional = true,
        .afresh = true,
        .take = take_name,
        .ctx = &named};
    enum turn turn = talk_ask(t, &prompt, typed, sizeof typed);
    if (turn == TURN_ON && !*typed)
        return TURN_BACK;
    if (turn == TURN_ON)
        turn = match_item(t, w, row);
    for (size_t i = 0; i < COUNT_OF(asked) && turn == TURN_ON; i++)
        turn = ask_field(t, w, asked[i], row, true);
    if (turn == TURN_ON) {
        say_step(t, w, row);
    } else if (turn == TURN_BACK && *show_text(w->doc.lines.v[row].name)) {
        writing_drop(w, row);
        talk_say(t, "Line %zu is not there.", row + 1);
    }
    return turn;
}

enum turn flow_write_lines(struct talk *t, struct writing *w)
{
    enum turn turn;
    while ((turn = add_line(t, w)) == TURN_ON)
        ;
    return turn;
}

static enum turn run_line(struct talk *t, void *ctx)
{
    return flow_write_lines(t, ctx);
}

/* "2": by its number as it is told; what follows in *rest. */
static enum turn which_line(struct talk *t, const struct writing *w, const char *label, const char *typed,
                            size_t *row, const char **rest)
{
    char asked[40] = "";
    size_t n = w->doc.lines.n - (w->doc.lines.n && writing_says_nothing(w, w->doc.lines.n - 1));
    enum turn turn = TURN_ON;
    if (!*typed)
        turn = talk_ask(t, &(struct talk_prompt){.label = label, .afresh = true}, asked, sizeof asked);
    if (turn != TURN_ON)
        return turn;
    char *end;
    const char *from = *typed ? typed : arena_text(talk_scratch(t), asked, strlen(asked));
    unsigned long number = strtoul(from, &end, 10);
    *rest = end + strspn(end, " ");
    *row = number ? number - 1 : 0;
    if (number >= 1 && number <= n)
        return TURN_ON;
    if (n)
        talk_say(t, "There is no line \"%s\". They are 1 to %zu.", from, n);
    else
        talk_say(t, "There is no line yet.");
    return TURN_BACK;
}

/* Which field of the whole or of a line, each told as it stands. */
static enum turn which_field(struct talk *t, struct writing *w, bool of_line, size_t row, const char *typed,
                             enum written *at)
{
    const char *names[WRITES];
    enum written ats[WRITES];
    size_t n = 0, chosen = 0, found = 0;
    for (enum written i = of_line ? WRITE_WHOLE : 0; i < (of_line ? WRITES : WRITE_WHOLE); i++)
        if (writing_offered(w, i)) {
            const char *now = writing_typed(w, i, row);
            names[n] = arena_printf(talk_scratch(t), "%s: %s", writing_label(w, i), *now ? now : "none");
            ats[n++] = i;
        }
    for (size_t i = 0; *typed && i < n; i++)
        if (strncasecmp(writing_label(w, ats[i]), typed, strlen(typed)) == 0 && !found++)
            chosen = i;
    enum turn turn = found ? TURN_ON : talk_choose(t, "Which", names, n, &chosen);
    *at = ats[chosen];
    return turn;
}

static enum turn run_change(struct talk *t, void *ctx)
{
    struct writing *w = ctx;
    size_t row;
    enum written at = WRITE_NAME;
    const char *rest = "";
    enum turn turn = which_line(t, w, "Which line", talk_argument(t), &row, &rest);
    if (turn == TURN_ON)
        turn = which_field(t, w, true, row, rest, &at);
    if (turn == TURN_ON)
        turn = ask_field(t, w, at, row, false);
    if (turn == TURN_ON)
        say_step(t, w, row);
    return turn == TURN_ON ? TURN_BACK : turn;
}

static enum turn run_remove(struct talk *t, void *ctx)
{
    struct writing *w = ctx;
    size_t row;
    bool yes = false;
    const char *rest;
    enum turn turn = which_line(t, w, "Which line", talk_argument(t), &row, &rest);
    if (turn == TURN_ON)
        turn = talk_confirm(t, &yes, "Remove line %zu, %s?", row + 1, show_text(w->doc.lines.v[row].name));
    if (turn == TURN_ON && yes) {
        writing_drop(w, row);
        talk_say(t, "Line %zu is removed.", row + 1);
        say_total(t, w);
    }
    return turn == TURN_ON ? TURN_BACK : turn;
}

static enum turn run_move(struct talk *t, void *ctx)
{
    struct writing *w = ctx;
    size_t row, to;
    const char *rest;
    enum turn turn = which_line(t, w, "Which line", talk_argument(t), &row, &rest);
    if (turn == TURN_ON)
        turn = which_line(t, w, "To the place of line", rest, &to, &rest);
    if (turn != TURN_ON)
        return turn;
    writing_move(w, row, to);
    say_line(t, w, to);
    return TURN_BACK;
}

static enum turn run_more(struct talk *t, void *ctx)
{
    struct writing *w = ctx;
    enum written at;
    enum turn turn = which_field(t, w, false, 0, talk_argument(t), &at);
    if (turn == TURN_ON)
        turn = ask_field(t, w, at, 0, false);
    if (turn != TURN_ON)
        return turn;
    talk_fact(t, writing_label(w, at), "%s", writing_typed(w, at, 0));
    if (writing_field(at)->recurs)
        say_plan(t, w);
    else if (at >= WRITE_DISCOUNT && at <= WRITE_DEPOSIT)
        say_total(t, w);
    return TURN_BACK;
}

static enum turn run_tell(struct talk *t, void *ctx)
{
    struct page *p = page_open(talk_scratch(t));
    writing_tell(p, ctx);
    talk_page(t, p);
    return TURN_BACK;
}

#define LINE_DEEDS                                                                                     \
    {.name = "line", .help = "Add lines", .always = true, .run = run_line},                            \
        {.name = "change",                                                                             \
         .help = "Change a line: its number, and what of it",                                          \
         .always = true,                                                                               \
         .run = run_change},                                                                           \
        {.name = "remove", .help = "Remove a line", .always = true, .run = run_remove},                \
    {                                                                                                  \
        .name = "move", .help = "Move a line to the place of another", .always = true, .run = run_move \
    }

static const struct deed deeds[] = {
    LINE_DEEDS,
    {.name = "more",
     .help = "Dates, reference, discount, shipping, notes, terms",
     .always = true,
     .run = run_more},
    {.name = "tell", .help = "Tell all of it, as it will be", .always = true, .run = run_tell},
    {.name = "keep", .help = "Keep it as a draft", .always = true, .run = flow_write_keep},
    {.name = "send",
     .help = "Send it to the customer, after a review",
     .always = true,
     .run = flow_write_send},
    {0}};
static const struct deed recur_deeds[] = {
    LINE_DEEDS,
    {.name = "more",
     .help = "How often, first and last day, reference, discount, notes, terms",
     .always = true,
     .run = run_more},
    {.name = "tell", .help = "Tell the next one as it will be", .always = true, .run = run_tell},
    {.name = "save",
     .help = "Save it: from the next one on, after a review",
     .always = true,
     .run = flow_write_recurring},
    {0}};

static size_t count_lines(const void *ctx)
{
    return ((const struct writing *)ctx)->doc.lines.n;
}

/* Going back asks where something would be lost. */
enum turn flow_write_menu(struct talk *t, struct writing *w)
{
    const char *const ways[] = {"go on writing", w->recurs ? "save it" : "keep it as a draft",
                                "give it up: what you wrote is lost"};
    for (;;) {
        size_t chosen = 0;
        enum turn turn = talk_menu(t, &(struct talk_menu){.label = "Writing",
                                                          .deeds = w->recurs ? recur_deeds : deeds,
                                                          .show = show,
                                                          .numbered = "line",
                                                          .count = count_lines,
                                                          .ctx = w});
        if (turn != TURN_BACK || !writing_changed(w))
            return turn;
        talk_say(t, "What you wrote is not saved.");
        turn = talk_choose(t, "Which", ways, COUNT_OF(ways), &chosen);
        if (turn == TURN_ON && chosen == 1)
            turn = w->recurs ? flow_write_recurring(t, w) : flow_write_keep(t, w);
        if (turn == TURN_END || turn == TURN_LEAVE)
            return turn;
        if (turn == TURN_ON && chosen == 2)
            return TURN_BACK;
    }
}
