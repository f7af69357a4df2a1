/* The fields of an act as a form on a screen; what may be marked of many as a list under it. */
#include "proto/paper/show.h"
#include "tui/face/fill_in.h"
#include "tui/full/book_inside.h"
#include "tui/link/client.h"
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PARTS_LEAST 6 /* rows that a list of parts has at least, with its rule and its sum */
#define DOES (K_F0 + 2)
#define WIDTH 100 /* of a form, however wide the screen is */

static void complain(struct ui *ui, const struct form_state *s, const char *field, const char *why)
{
    form_error(s->act.form, field, why);
    form_focus(s->act.form, field);
    ui_focus(ui, s->act.form);
}

static bool nothing_taken(const struct form_state *s)
{
    size_t n;
    (void)run_parts_sum(s->act.run, s->parts, &n);
    return !n;
}

static void submit(struct ui *ui, void *state, struct form *form)
{
    struct form_state *s = state;
    const char *wrong = NULL;
    const struct give *bad = inputs_read(s, &wrong);
    (void)form;
    if (bad) {
        complain(ui, s, strcmp(wrong, GIVE_DIFFERS) == 0 ? inputs_again(s, bad) : bad->field, wrong);
    } else if (s->many && !inputs_mark(s) && s->some) {
        complain(ui, s, s->many->field, s->many->none);
    } else if (s->parts && s->parts->must && nothing_taken(s)) {
        ui_toast(ui, TONE_BAD, "Nothing is chosen: Tab goes to the list, Space takes one in.");
    } else {
        run_given(s->act.run);
        act_step(ui, &s->act);
    }
}

static void make_keys(struct ui *ui, const struct form_state *s);

void act_form_begin(struct ui *ui, struct form_state *s)
{
    static const struct list_column columns[] = {
        {.name = "which", .title = "Which", .width = 22},
        {.name = "help", .title = "What it does", .width = 30, .grow = 1}};
    const struct act *a = s->act.run->act;
    const char *noun = show_text(s->act.run->book->noun);
    const bool alone = s->straight && s->straight->alone; /* that has its title above it */
    if (!alone && a->title)
        ui_title(ui, "%s", a->title);
    else if (!alone)
        ui_title(ui, "%c%s%s%s", toupper((unsigned char)*a->name), a->name + 1, *noun ? " " : "", noun);
    make_keys(ui, s);
    act_above_make(ui, &s->above, s->act.run);
    if (s->act.form) { /* one came back to it: what was typed stands there */
        act_form_follow(s);
        return;
    }
    inputs_make(ui, s);
    if (s->many) {
        s->list = ui_list(ui, columns, COUNT_OF(columns));
        list_take_marks(s->list);
        list_empty_text(s->list, "There is nothing to mark.");
    }
    if (s->parts)
        parts_make(ui, s);
    act_form_again(&s->act);
    act_form_follow(s);
    if (s->act.run->wants == RUN_FIELD) /* that is why it is asked for */
        form_error(s->act.form, s->act.run->field, s->act.run->sentence);
}

static void load(struct ui *ui, void *state, enum load why)
{
    struct form_state *s = state;
    if (s->straight)
        straight_ask(ui, s);
    else if (why == LOAD_FIRST)
        act_form_begin(ui, s);
}

static void quit(struct ui *ui, void *state, const struct said *said)
{
    (void)state;
    (void)said;
    ui_quit(ui, 0);
}

/* The first screen of all asks, because a slow line can make an Esc of an arrow key; Esc again stays. */
static void leave(struct ui *ui, const struct form_state *s)
{
    const bool first = s->straight && s->straight->first;
    if (s->act.form)
        form_kept(s->act.form);
    if (first && !*show_text(client_me(ui)->email))
        ui_confirm(ui, "Leave?", "Nobody is signed in here.", "Leave", quit);
    else if (first)
        client_sign_out(ui, "");
    else
        ui_pop(ui);
}

/* What must not stand there, such as a private key that went into the wrong window, goes before anybody looks. */
static void changed(struct ui *ui, void *state, struct form *form)
{
    const struct form_state *s = state;
    (void)ui;
    for (const struct give *g = s->act.run->act->gives; g->field; g++) {
        const char *wrong =
            g->never && run_offered(s->act.run, g) ? g->never(form_text(form, g->field)) : NULL;
        if (!wrong)
            continue;
        form_set(form, g->field, "");
        form_error(form, g->field, wrong);
    }
    act_form_follow(state);
    if (s->straight &&
        (s->straight->alone || s->act.run->act->gives->proof)) /* known by heart, or in a mail */
        form_kept(form);
}

/* Another act of a straight book goes on with what was typed. */
static bool go_instead(struct ui *ui, struct form_state *s, const char *name)
{
    const struct run *r = s->act.run;
    const char *wrong;
    const struct act *a = s->straight ? s->straight->acts : NULL;
    while (a && a->name && strcmp(a->name, name) != 0)
        a++;
    if (!a || !a->name)
        return false;
    (void)inputs_read(s, &wrong);
    const struct give *first = r->act->gives; /* only which portal it can not do without */
    if (run_offered(r, first) && strcmp(first->field, "portal") == 0 &&
        !*form_text(s->act.form, first->field)) {
        complain(ui, s, first->field, "This is needed.");
    } else {
        run_instead(s->act.run, a);
        act_step(ui, &s->act);
    }
    return true;
}

static void button(struct ui *ui, void *state, struct form *form, const char *name)
{
    const struct form_state *s = state;
    (void)form;
    if (strcmp(name, "instead") == 0)
        act_instead(ui, s->straight, "");
    else if (!go_instead(ui, state, name))
        leave(ui, state);
}

static void reply(struct ui *ui, void *state, int tag, const struct reply *r)
{
    struct form_state *s = state;
    if (s->straight && tag < TAG_ACT)
        straight_take(ui, s, tag, r);
    else if (tag == TAG_LOOK || tag == TAG_NUDGE)
        follow_reply(ui, s, tag, r);
    else
        (void)act_reply(ui, &s->act, tag, r);
}

static void event(struct ui *ui, void *state, const struct event *e)
{
    struct form_state *s = state;
    if (s->follows && s->act.run->book->live & SUBJECT_BIT(e->subject))
        follow_event(ui, s);
}

/* The fields always; above them what there is room for. */
static void draw_form(const struct form_state *s, const struct canvas *c)
{
    struct canvas part = act_above_part(&s->above, c, s->straight && s->straight->alone);
    if (part.columns > WIDTH)
        part = canvas_part(&part, 0, 0, part.rows, WIDTH);
    const int rows = form_height(s->act.form, part.columns);
    const int y = act_above_draw(&s->above, &part, part.rows - rows - 1);
    struct canvas rest = canvas_part(&part, y, 0, part.rows - y < rows ? part.rows - y : rows, part.columns);
    form_draw(s->act.form, &rest);
}

static void draw_with_list(const struct form_state *s, const struct canvas *c)
{
    const int least = s->parts ? PARTS_LEAST : 0;
    int rows = form_height(s->act.form, c->columns);
    const int y = s->above.page ? act_above_draw(&s->above, c, c->rows - rows - 1 - least) : 0;
    rows = rows < c->rows - y - least ? rows : c->rows - y - least;
    struct canvas top = canvas_part(c, y, 0, rows, c->columns);
    form_draw(s->act.form, &top);
    rows += y;
    canvas_rule(c, rows, 0, c->columns);
    if (s->some)
        canvas_print(c, rows, 2, STYLE_BOLD, " %zu marked ", inputs_marked(s));
    const int below = s->parts != NULL;
    struct canvas rest = canvas_part(c, rows + 1, 0, c->rows - rows - 1 - below, c->columns);
    list_draw(s->list, &rest);
    if (below)
        parts_draw_sum(s, c, c->rows - 1);
}

static void draw(const void *state, struct canvas *c)
{
    const struct form_state *s = state;
    if (!s->act.form)
        canvas_loading(c, 1, 2);
    else if (s->follows)
        follow_draw(s, c);
    else if (s->list)
        draw_with_list(s, c);
    else
        draw_form(s, c);
}

static bool key(struct ui *ui, void *state, const struct key *k)
{
    struct form_state *s = state;
    if (s->follows)
        return follow_key(ui, s, k);
    if (s->straight && s->straight->first && k->code == K_ESC) {
        if (!s->straight->hides)
            leave(ui, s);
        return true;
    }
    if (act_above_key(ui, &s->above, k))
        return true;
    if (s->parts)
        return parts_key(ui, s, k);
    if (k->code != ' ' || !s->list || form_focused(s->act.form) || list_typing(s->list) || s->some)
        return false;
    ui_toast(ui, TONE_INFO, "All of them are meant: choose “%s” above first.", s->many->some);
    return true;
}

/* From the list; in the form, the form does it. */
static void run_save(struct ui *ui, void *state)
{
    struct form_state *s = state;
    if (form_check(s->act.form))
        submit(ui, state, s->act.form);
    else
        ui_focus(ui, s->act.form);
}

static void close_state(void *state)
{
    struct form_state *s = state;
    run_close(s->act.run);
    run_close(s->led);
    free(s->marked.v);
}

static bool fills_in(const struct ui *ui, const void *state)
{
    (void)ui;
    return !((const struct form_state *)state)->follows;
}

static bool follows(const struct ui *ui, const void *state)
{
    return !fills_in(ui, state);
}

static bool on_parts(const struct ui *ui, const void *state)
{
    const struct form_state *s = state;
    (void)ui;
    return s->parts && !s->follows && !form_focused(s->act.form);
}

static bool not_on_parts(const struct ui *ui, const void *state)
{
    return !on_parts(ui, state);
}

static bool otherwise(const struct ui *ui, const void *state)
{
    const struct form_state *s = state;
    return on_parts(ui, s) && s->parts->otherwise;
}

static void run_otherwise(struct ui *ui, void *state)
{
    const struct form_state *s = state;
    book_open(ui, s->parts->otherwise, list_id(s->list));
}

static const struct key_row keys[] = {
    {.key = K_TAB,
     .action = "next",
     .help = "The next field, then the list if there is one",
     .offered = fills_in},
    {.key = DOES, .action = "save", .help = "Do it", .run = run_save, .offered = fills_in},
    {.key = 'p',
     .action = "otherwise",
     .help = "What else can be done about this one",
     .possible = parts_can,
     .run = run_otherwise,
     .offered = otherwise},
    {.key = ' ',
     .action = "in/out",
     .help = "Take this one in, or leave it out",
     .possible = parts_can,
     .offered = on_parts},
    {.key = K_ENTER,
     .action = "part",
     .help = "How much of it",
     .possible = parts_can,
     .run = parts_amount,
     .offered = on_parts},
    {.key = K_ENTER, .action = "go on", .help = "When its outcome is known", .offered = follows},
    {.key = K_ESC,
     .action = "leave",
     .help = "Leave; asks when something was typed",
     .offered = not_on_parts},
    {0}};

/* "F2 take it back": what the button says. */
static void make_keys(struct ui *ui, const struct form_state *s)
{
    const char *yes = s->act.run->act->yes;
    struct key_row *rows = arena_alloc(ui_arena(ui), sizeof keys);
    memcpy(rows, keys, sizeof keys);
    for (struct key_row *at = rows; yes && at->action; at++)
        if (at->key == DOES)
            at->action = arena_printf(ui_arena(ui), "%c%s", tolower((unsigned char)*yes), yes + 1);
    ui_rows(ui, rows);
}

/* A form that does something, and keeps nothing of what was typed: its act says what was not done. */
static const char *leaving(const void *state)
{
    const struct form_state *s = state;
    const struct follow *follow = s->act.run ? s->act.run->act->follow : NULL;
    return follow ? follow->nothing : NULL;
}

#define FORM(its_name)                                                                                \
    .name = its_name, .title = "Change", .state_size = sizeof(struct form_state), .load = load,       \
    .reply = reply, .draw = draw, .submit = submit, .button = button, .changed = changed, .key = key, \
    .event = event, .close = close_state, .keys = keys, .leaving = leaving
static const struct screen screen_act_form = {FORM("act.form")};
static const struct screen screen_act_alone = {FORM("act.alone"), .alone = true};

void act_form_open(struct ui *ui, struct run *run)
{
    struct form_state *s = ui_push(ui, &screen_act_form, 0);
    s->act.run = run;
}

struct form_state *act_straight(struct ui *ui, const struct book *b, uint64_t id, screen_opens *open)
{
    struct form_state *s = open(ui, b->alone ? &screen_act_alone : &screen_act_form, 0);
    s->straight = b;
    s->id = id;
    return s;
}
