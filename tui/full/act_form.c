/* The fields of an act as a form; what may be marked of many as a list under it. */
#include "proto/paper/show.h"
#include "tui/face/fill_in.h"
#include "tui/full/book_inside.h"
#include "tui/full/form_shape.h"
#include "tui/link/client.h"
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#define PARTS_LEAST 6 /* rows that a list of parts has at least, with its rule and its sum */
#define OTHERS 3      /* acts of a straight book besides its first */
#define DOES (K_F0 + 2)
#define WIDTH 100 /* of a form, however wide the screen is */
#define MANY_HINT "← → all, or only some. Tab goes on to the list: Space marks, / finds by words"

/* --- inputs */

/* A form that one comes back to has another run by then: what it says is the screen's. */
static const char *outlives(struct ui *ui, const char *text)
{
    return arena_text(ui_arena(ui), text, strlen(text));
}

static const char *const *names_of(struct ui *ui, const struct run *r, const struct give *g)
{
    struct option o;
    size_t n = 0;
    while (run_choice(r, g, n, &o))
        n++;
    const char **names = arena_alloc(ui_arena(ui), (n + 1) * sizeof *names);
    for (size_t i = 0; i < n && run_choice(r, g, i, &o); i++)
        names[i] = outlives(ui, o.name);
    return names;
}

static void spec_of(struct ui *ui, struct form_state *s, const struct give *g, struct input_spec *i)
{
    const struct run *r = s->act.run;
    const struct field *f = run_field(r, g);
    const char *label = outlives(ui, run_label(r, g));
    *i = (struct input_spec){.name = g->field, .label = label, .unit = g->unit, .width = g->width};
    if (f->type == FIELD_TEXTS) {
        const char **two = arena_alloc(ui_arena(ui), 3 * sizeof *two);
        two[0] = g->all;
        two[1] = g->some;
        i->kind = INPUT_CHOICE;
        i->choices = two;
        i->hint = MANY_HINT;
        s->many = g;
        return;
    }
    form_spec(ui_arena(ui), f, i);
    if (g->choice && run_chooses(r, g))
        i->kind = INPUT_CHOICE;
    if (i->kind == INPUT_CHOICE)
        i->choices = names_of(ui, r, g);
    i->check = g->check;
    if (g->as == AS_SHOWN)
        i->kind = INPUT_TEXT;
    if (g->as == AS_LINES)
        i->kind = INPUT_LINES;
    i->required = false; /* what is needed follows from other fields: run_read knows */
    i->currency = show_text(g->currency ? g->currency(&r->view) : r->view.me->currency);
    if (g->help || f->type == FIELD_ENUM)
        i->hint = g->help ? g->help : "← → another one";
}

static const char *name_again(const struct form_state *s, const struct give *g)
{
    return arena_printf(s->act.run->view.arena, "%s again", g->field);
}

static void spec_again(struct ui *ui, const struct form_state *s, const struct give *g,
                       const struct input_spec *first, struct input_spec *i)
{
    *i = *first;
    i->name = outlives(ui, name_again(s, g));
    i->label = arena_printf(ui_arena(ui), "%s again", first->label);
    i->hint = NULL;
}

static const char *leave_word(const struct book *straight)
{
    return !straight || !straight->alone ? "Cancel" : straight->first ? "Sign out" : "Back";
}

static void make_form(struct ui *ui, struct form_state *s)
{
    const struct act *a = s->act.run->act;
    size_t n = 0, at = 0;
    while (a->gives[n].field)
        n++;
    struct input_spec *specs = arena_alloc(ui_arena(ui), (3 * n + 3 + OTHERS) * sizeof *specs);
    if (a->note)
        specs[at++] = (struct input_spec){.kind = INPUT_NOTE, .label = a->note};
    for (size_t i = 0; i < n; i++) {
        const struct give *g = &a->gives[i];
        if (g->part)
            s->parts = g;
        if (g->part || !run_offered(s->act.run, g))
            continue;
        if (g->heading)
            specs[at++] = (struct input_spec){.kind = INPUT_NOTE, .label = g->heading};
        spec_of(ui, s, g, &specs[at++]);
        if (g->twice)
            spec_again(ui, s, g, &specs[at - 1], &specs[at]), at++;
    }
    const char *yes = a->yes ? a->yes : "Save";
    specs[at++] = (struct input_spec){.name = "submit", .label = yes, .kind = INPUT_BUTTON};
    for (const struct act *o = s->straight ? a + 1 : NULL; o && o->name && o - a <= OTHERS; o++)
        specs[at++] = (struct input_spec){.name = o->name, .label = o->yes, .kind = INPUT_BUTTON};
    specs[at++] =
        (struct input_spec){.name = "cancel", .label = leave_word(s->straight), .kind = INPUT_BUTTON};
    s->act.form = ui_form(ui, specs, at);
    form_today(s->act.form, ui_today(ui));
}

/* --- between inputs and run */

void act_form_again(struct act_state *s)
{
    const struct run *r = s->run;
    for (const struct give *g = r->act->gives; s->form && g->field; g++)
        if (g->part || !run_offered(r, g))
            continue;
        else if (run_chooses(r, g))
            form_set_choice(s->form, g->field, (int)run_chosen(r, g));
        else if (run_field(r, g)->type != FIELD_TEXTS && run_field(r, g)->type != FIELD_SECRET)
            form_set(s->form, g->field, run_typed(r, g));
}

/* Returns the first that is wrong; wrong: why. */
static const struct give *gather(struct form_state *s, const char **wrong)
{
    struct run *r = s->act.run;
    const struct give *first = NULL;
    size_t chosen = 0;
    for (const struct give *g = r->act->gives; g->field; g++) {
        if (run_field(r, g)->type == FIELD_TEXTS || g->part || !run_offered(r, g))
            continue;
        if (run_chooses(r, g)) {
            size_t i = (size_t)form_choice(s->act.form, g->field);
            run_choose(r, g, i);
            chosen = chosen * 31 + i;
            continue;
        }
        const char *typed = form_text(s->act.form, g->field), *why = run_read(r, g, typed);
        if (!why && g->twice && strcmp(typed, form_text(s->act.form, name_again(s, g))) != 0)
            why = GIVE_DIFFERS;
        if (why && !first && run_wanted(r, g)) {
            first = g;
            *wrong = why;
        }
    }
    s->chosen = chosen;
    return first;
}

static void fill_list(const struct form_state *s)
{
    struct option o;
    list_begin(s->list);
    for (size_t i = 0; run_choice(s->act.run, s->many, i, &o); i++) {
        const char *cells[] = {o.name, o.help};
        unsigned styles[] = {STYLE_PLAIN, STYLE_DIM};
        if (s->some || !o.named)
            list_add(s->list, &(struct list_row){.id = (uint64_t)o.value,
                                                 .cells = cells,
                                                 .style = s->some ? STYLE_PLAIN : STYLE_DIM,
                                                 .styles = styles});
    }
    list_end(s->list, false, -1);
}

/* What stands beside a field while it is typed; what can not be sent so is said under it when it was left. */
static void say_beside(const struct form_state *s, const struct give *g)
{
    struct form *f = s->act.form;
    const char *typed = form_text(f, g->field), *wrong = NULL;
    form_field(f, g->field)->spec.unit = *typed ? run_beside(s->act.run, g, typed, &wrong) : "";
    if (*typed && wrong && strcmp(form_focus_name(f), g->field) != 0)
        form_error(f, g->field, wrong);
    if (!g->twice)
        return;
    const char *again = form_text(f, name_again(s, g));
    form_field(f, name_again(s, g))->spec.unit = !*again                     ? ""
                                                 : strcmp(again, typed) == 0 ? "the same"
                                                                             : "not yet the same";
}

/* What is usual, and what can be marked, follow what is chosen. */
void act_form_follow(struct form_state *s)
{
    const struct run *r = s->act.run;
    const char *wrong;
    size_t before = s->chosen;
    bool some = s->many && form_choice(s->act.form, s->many->field) == 1;
    (void)gather(s, &wrong);
    for (const struct give *g = r->act->gives; g->field; g++) {
        if (g->usual && run_offered(r, g))
            form_field(s->act.form, g->field)->spec.usual = run_usual(r, g);
        if ((g->beside || g->twice) && run_offered(r, g))
            say_beside(s, g);
    }
    if (s->many && s->list && (!list_loaded(s->list) || before != s->chosen || some != s->some)) {
        s->some = some;
        fill_list(s);
    }
}

static size_t marked(const struct form_state *s)
{
    size_t n = 0;
    while (s->list && list_marked(s->list, n))
        n++;
    return n;
}

/* Those that are marked and can be chosen still: another role may have other ones. */
static size_t take_marked(struct form_state *s)
{
    struct run *r = s->act.run;
    struct option o;
    size_t most = marked(s), n = 0;
    const char **names = arena_alloc(r->view.arena, (most + 1) * sizeof *names);
    for (size_t i = 0; s->some && run_choice(r, s->many, i, &o); i++)
        for (size_t k = 0; k < most; k++)
            if (list_marked(s->list, k) == (uint64_t)o.value && n < most)
                names[n++] = o.name;
    run_mark(r, s->many, names, n);
    return n;
}

/* --- the screen */

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
    const struct give *bad = gather(s, &wrong);
    (void)form;
    if (bad) {
        complain(ui, s, strcmp(wrong, GIVE_DIFFERS) == 0 ? name_again(s, bad) : bad->field, wrong);
    } else if (s->many && !take_marked(s) && s->some) {
        complain(ui, s, s->many->field, s->many->none);
    } else if (s->parts && s->parts->must && nothing_taken(s)) {
        ui_toast(ui, TONE_BAD, "Nothing is chosen: Tab goes to the list, Space takes one in.");
    } else {
        run_given(s->act.run);
        act_step(ui, &s->act);
    }
}

static void make_keys(struct ui *ui, const struct form_state *s);

static void begin(struct ui *ui, struct form_state *s)
{
    static const struct list_column columns[] = {
        {.name = "which", .title = "Which", .width = 22},
        {.name = "help", .title = "What it does", .width = 30, .grow = 1}};
    const struct act *a = s->act.run->act;
    const char *noun = show_text(s->act.run->book->noun);
    if (!s->straight && a->title)
        ui_title(ui, "%s", a->title);
    else if (!s->straight)
        ui_title(ui, "%c%s%s%s", toupper((unsigned char)*a->name), a->name + 1, *noun ? " " : "", noun);
    make_keys(ui, s);
    act_above_make(ui, &s->above, s->act.run);
    if (s->act.form) { /* one came back to it: what was typed stands there */
        act_form_follow(s);
        return;
    }
    make_form(ui, s);
    if (s->many) {
        s->list = ui_list(ui, columns, COUNT_OF(columns));
        list_take_marks(s->list);
        list_empty_text(s->list, "There is nothing to mark.");
    }
    if (s->parts)
        parts_make(ui, s);
    act_form_again(&s->act);
    if (s->typed_in)
        form_set(s->act.form, s->typed_in, s->typed);
    act_form_follow(s);
    if (s->act.run->wants == RUN_FIELD) /* that is why it is asked for */
        form_error(s->act.form, s->act.run->field, s->act.run->sentence);
}

/* --- a book whose first act is what it is opened for */

static void begin_straight(struct ui *ui, struct form_state *s)
{
    if (s->led) {
        s->view.out = s->led->out;
        s->view.sent = s->led->send;
    }
    s->act.run = act_run(ui, s->straight, s->straight->acts, &s->view);
    run_close(s->led);
    s->led = NULL;
    begin(ui, s);
}

static void ask_straight(struct ui *ui, struct form_state *s)
{
    const struct book *b = s->straight;
    struct arena *a = arena_open();
    s->view = (struct scene){.arena = a, .me = client_me(ui), .today = ui_today(ui), .way = client_way(ui)};
    ui_title(ui, "%s", b->title);
    s->awaited = 0;
    if (!s->led && b->op != OP_COUNT) {
        ui_ask(ui, TAG_ROWS, b->op, book_asks(b, &s->view, -1));
        s->awaited++;
    }
    for (int i = 0; b->also && b->also[i].op != OP_COUNT; i++, s->awaited++)
        ui_ask(ui, TAG_ALSO + i, b->also[i].op, book_asks(b, &s->view, i));
    if (!s->awaited)
        begin_straight(ui, s);
    arena_close(a);
}

/* What is only told is not waited for twice; without what it stands on it does not begin. */
static void take_straight(struct ui *ui, struct form_state *s, int tag, const struct reply *r)
{
    if (r->arena)
        arena_secret(r->arena);
    if (tag == TAG_ROWS && ui_refused(ui, r))
        return;
    *(tag == TAG_ROWS ? &s->view.out : &s->view.also[tag - TAG_ALSO]) = r->code == OK ? r->out : NULL;
    if (--s->awaited == 0) {
        s->view.arena = arena_open();
        begin_straight(ui, s);
        arena_close(s->view.arena);
    }
}

static void load(struct ui *ui, void *state, enum load why)
{
    struct form_state *s = state;
    if (s->straight && !s->act.run)
        ask_straight(ui, s);
    else if (why == LOAD_FIRST)
        begin(ui, s);
}

static void leave(struct ui *ui, const struct form_state *s)
{
    const bool first = s->straight && s->straight->first;
    if (s->act.form)
        form_kept(s->act.form);
    if (first)
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
    if (s->straight) /* what is typed there is known by heart, or stands in a mail */
        form_kept(form);
}

/* Another act of a straight book goes on with what was typed; only the portal it can not do without. */
static bool go_instead(struct ui *ui, struct form_state *s, const char *name)
{
    const struct run *r = s->act.run;
    const char *wrong;
    const struct act *a = s->straight ? s->straight->acts : NULL;
    while (a && a->name && strcmp(a->name, name) != 0)
        a++;
    if (!a || !a->name)
        return false;
    (void)gather(s, &wrong);
    const struct give *first = r->act->gives;
    if (run_offered(r, first) && strcmp(first->field, "portal") == 0 &&
        !*form_text(s->act.form, first->field))
        complain(ui, s, first->field, "This is needed.");
    else {
        run_instead(s->act.run, a);
        act_step(ui, &s->act);
    }
    return true;
}

static void button(struct ui *ui, void *state, struct form *form, const char *name)
{
    (void)form;
    if (!go_instead(ui, state, name))
        leave(ui, state);
}

static void reply(struct ui *ui, void *state, int tag, const struct reply *r)
{
    struct form_state *s = state;
    if (s->straight && !s->act.run)
        take_straight(ui, s, tag, r);
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
        canvas_print(c, rows, 2, STYLE_BOLD, " %zu marked ", marked(s));
    const int below = s->parts != NULL;
    struct canvas rest = canvas_part(c, rows + 1, 0, c->rows - rows - 1 - below, c->columns);
    list_draw(s->list, &rest);
    if (below)
        parts_draw_sum(s, c, c->rows - 1);
}

static void draw(const void *state, struct canvas *c)
{
    const struct form_state *s = state;
    if (!s->act.run)
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
}

static bool has_parts(const struct ui *ui, const void *state)
{
    const struct form_state *s = state;
    (void)ui;
    return s->parts && !s->follows;
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

static bool otherwise(const struct ui *ui, const void *state)
{
    const struct form_state *s = state;
    return has_parts(ui, s) && s->parts->otherwise && !form_focused(s->act.form);
}

static bool not_on_parts(const struct ui *ui, const void *state)
{
    const struct form_state *s = state;
    return !has_parts(ui, s) || form_focused(s->act.form);
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
    {.key = ' ',
     .action = "in/out",
     .help = "Take this one in, or leave it out",
     .possible = parts_can,
     .offered = has_parts},
    {.key = K_ENTER,
     .action = "part",
     .help = "How much of it",
     .possible = parts_can,
     .run = parts_amount,
     .offered = has_parts},
    {.key = 'p',
     .action = "otherwise",
     .help = "What else can be done about this one",
     .possible = parts_can,
     .run = run_otherwise,
     .offered = otherwise},
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

#define FORM(its_name)                                                                                \
    .name = its_name, .title = "Change", .state_size = sizeof(struct form_state), .load = load,       \
    .reply = reply, .draw = draw, .submit = submit, .button = button, .changed = changed, .key = key, \
    .event = event, .close = close_state, .keys = keys
static const struct screen screen_act_form = {FORM("act.form")};
static const struct screen screen_act_alone = {FORM("act.alone"), .alone = true};

/* Of a book that is nothing to look at, in its place. */
void act_form_open(struct ui *ui, struct run *run)
{
    struct form_state *s =
        run->book->at_once ? ui_replace(ui, &screen_act_form, 0) : ui_push(ui, &screen_act_form, 0);
    s->act.run = run;
}

static const struct screen *form_of(const struct book *b)
{
    return b->alone ? &screen_act_alone : &screen_act_form;
}

void act_straight(struct ui *ui, const struct book *b, bool start)
{
    struct form_state *s = start ? ui_start(ui, form_of(b), 0) : ui_push(ui, form_of(b), 0);
    s->straight = b;
}

void book_open_typed(struct ui *ui, const struct book *b, const char *field, const char *text)
{
    struct form_state *s = ui_push(ui, form_of(b), 0);
    s->straight = b;
    s->typed_in = field;
    snprintf(s->typed, sizeof s->typed, "%s", text);
}

void act_hand_on(struct ui *ui, struct run *led, bool instead)
{
    const struct book *b = led->act->goes;
    struct form_state *s = instead ? ui_replace(ui, form_of(b), 0) : ui_push(ui, form_of(b), 0);
    s->straight = b;
    s->led = led;
}
