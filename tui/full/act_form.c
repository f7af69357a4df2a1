/* The fields of an act as a form; what may be marked of many as a list under it. */
#include "proto/paper/show.h"
#include "tui/face/fill_in.h"
#include "tui/full/book_inside.h"
#include "tui/full/form_shape.h"
#include "tui/link/client.h"
#include <ctype.h>
#include <string.h>

#define WIDTH 100 /* of a form, however wide the screen is */
#define MANY_HINT "← → all, or only some. Tab goes on to the list: Space marks, / finds by words"

struct form_state {
    struct act_state act;     /* its run has fields */
    const struct page *above; /* before the fields; NULL: nothing */
    const struct give *many;  /* field of several that can be marked; NULL: there is none */
    struct list *list;        /* what can be marked */
    bool some;                /* only the marked ones are meant */
    size_t chosen;            /* what was chosen elsewhere when the list was filled */
};

/* --- inputs */

static bool is_choice(const struct run *r, const struct give *g)
{
    const struct field *f = run_field(r, g);
    return f->type == FIELD_ENUM || f->type == FIELD_BOOL || f->type == FIELD_ID;
}

static const char *const *names_of(struct ui *ui, const struct run *r, const struct give *g)
{
    struct option o;
    size_t n = 0;
    while (run_choice(r, g, n, &o))
        n++;
    const char **names = arena_alloc(ui_arena(ui), (n + 1) * sizeof *names);
    for (size_t i = 0; i < n && run_choice(r, g, i, &o); i++)
        names[i] = o.name;
    return names;
}

static void spec_of(struct ui *ui, struct form_state *s, const struct give *g, struct input_spec *i)
{
    const struct run *r = s->act.run;
    const struct field *f = run_field(r, g);
    *i = (struct input_spec){.name = g->field, .label = run_label(r, g), .unit = g->unit, .width = g->width};
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
    if (f->type == FIELD_ENUM || f->type == FIELD_ID)
        i->choices = names_of(ui, r, g);
    i->check = g->check;
    if (g->as == AS_SHOWN)
        i->kind = INPUT_TEXT;
    if (g->as == AS_LINES)
        i->kind = INPUT_LINES;
    i->required = false; /* what is needed follows from other fields: run_read knows */
    i->currency = show_text(r->view.me->currency);
    if (g->help || f->type == FIELD_ENUM)
        i->hint = g->help ? g->help : "← → another one";
}

static const char *name_again(const struct form_state *s, const struct give *g)
{
    return arena_printf(s->act.run->view.arena, "%s again", g->field);
}

static void spec_again(const struct form_state *s, const struct give *g, const struct input_spec *first,
                       struct input_spec *i)
{
    *i = *first;
    i->name = name_again(s, g);
    i->label = arena_printf(s->act.run->view.arena, "%s again", run_label(s->act.run, g));
    i->hint = NULL;
}

static void make_form(struct ui *ui, struct form_state *s)
{
    const struct act *a = s->act.run->act;
    size_t n = 0, at = 0;
    while (a->gives[n].field)
        n++;
    struct input_spec *specs = arena_alloc(ui_arena(ui), (2 * n + 3) * sizeof *specs);
    if (a->note)
        specs[at++] = (struct input_spec){.kind = INPUT_NOTE, .label = a->note};
    for (size_t i = 0; i < n; i++) {
        const struct give *g = &a->gives[i];
        if (!run_offered(s->act.run, g))
            continue;
        spec_of(ui, s, g, &specs[at++]);
        if (g->twice)
            spec_again(s, g, &specs[at - 1], &specs[at]), at++;
    }
    const char *yes = a->yes ? a->yes : "Save";
    specs[at++] = (struct input_spec){.name = "submit", .label = yes, .kind = INPUT_BUTTON};
    specs[at++] = (struct input_spec){.name = "cancel", .label = "Cancel", .kind = INPUT_BUTTON};
    s->act.form = ui_form(ui, specs, at);
    form_today(s->act.form, ui_today(ui));
}

/* --- between inputs and run */

void act_form_again(struct act_state *s)
{
    const struct run *r = s->run;
    for (const struct give *g = r->act->gives; s->form && g->field; g++)
        if (!run_offered(r, g))
            continue;
        else if (is_choice(r, g))
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
        if (run_field(r, g)->type == FIELD_TEXTS || !run_offered(r, g))
            continue;
        if (is_choice(r, g)) {
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

/* What is usual, and what can be marked, follow what is chosen. */
static void follow(struct form_state *s)
{
    const struct run *r = s->act.run;
    const char *wrong;
    size_t before = s->chosen;
    bool some = s->many && form_choice(s->act.form, s->many->field) == 1;
    (void)gather(s, &wrong);
    for (const struct give *g = r->act->gives; g->field; g++)
        if (g->usual && run_offered(r, g))
            form_field(s->act.form, g->field)->spec.usual = run_usual(r, g);
    if (s->list && (!list_loaded(s->list) || before != s->chosen || some != s->some)) {
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

static void submit(struct ui *ui, void *state, struct form *form)
{
    struct form_state *s = state;
    const char *wrong = NULL;
    const struct give *bad = gather(s, &wrong);
    (void)form;
    if (bad) {
        complain(ui, s, bad->field, wrong);
    } else if (s->many && !take_marked(s) && s->some) {
        complain(ui, s, s->many->field, s->many->none);
    } else {
        run_given(s->act.run);
        act_step(ui, &s->act);
    }
}

static void make_above(struct form_state *s)
{
    const struct run *r = s->act.run;
    if (!r->act->before)
        return;
    struct page *p = page_open(r->view.arena);
    r->act->before(p, &r->view);
    s->above = p;
}

static void load(struct ui *ui, void *state, enum load why)
{
    static const struct list_column columns[] = {
        {.name = "which", .title = "Which", .width = 22},
        {.name = "help", .title = "What it does", .width = 30, .grow = 1}};
    struct form_state *s = state;
    const char *name = s->act.run->act->name, *noun = show_text(s->act.run->book->noun);
    if (why != LOAD_FIRST)
        return;
    ui_title(ui, "%c%s%s%s", toupper((unsigned char)*name), name + 1, *noun ? " " : "", noun);
    make_above(s);
    make_form(ui, s);
    if (s->many) {
        s->list = ui_list(ui, columns, COUNT_OF(columns));
        list_take_marks(s->list);
        list_empty_text(s->list, "There is nothing to mark.");
    }
    act_form_again(&s->act);
    follow(s);
    if (s->act.run->wants == RUN_FIELD) /* that is why it is asked for */
        form_error(s->act.form, s->act.run->field, s->act.run->sentence);
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
    follow(state);
}

static void button(struct ui *ui, void *state, struct form *form, const char *name)
{
    (void)state;
    (void)name;
    form_kept(form);
    ui_pop(ui);
}

static void reply(struct ui *ui, void *state, int tag, const struct reply *r)
{
    (void)act_reply(ui, state, tag, r);
}

static void draw(const void *state, struct canvas *c)
{
    const struct form_state *s = state;
    int rows = s->list ? form_height(s->act.form, c->columns) : c->rows - 1;
    int y = s->above && s->above->n ? page_draw(s->above, c, 0) + 1 : !s->list;
    rows = rows < c->rows - y ? rows : c->rows - y;
    struct canvas top = canvas_part(c, y, 0, rows, !s->list && c->columns > WIDTH ? WIDTH : c->columns);
    form_draw(s->act.form, &top);
    if (!s->list)
        return;
    canvas_rule(c, rows, 0, c->columns);
    if (s->some)
        canvas_print(c, rows, 2, STYLE_BOLD, " %zu marked ", marked(s));
    struct canvas rest = canvas_part(c, rows + 1, 0, c->rows - rows - 1, c->columns);
    list_draw(s->list, &rest);
}

static bool key(struct ui *ui, void *state, const struct key *k)
{
    const struct form_state *s = state;
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
    run_close(((struct form_state *)state)->act.run);
}

static const struct key_row keys[] = {
    {.key = K_TAB, .action = "next", .help = "The next field, then the list if there is one"},
    {.key = K_F0 + 2, .action = "save", .help = "Do it", .run = run_save},
    {.key = K_ESC, .action = "leave", .help = "Leave; asks when something was typed"},
    {0}};

static const struct screen screen_act_form = {.name = "act.form",
                                              .title = "Change",
                                              .state_size = sizeof(struct form_state),
                                              .load = load,
                                              .reply = reply,
                                              .draw = draw,
                                              .submit = submit,
                                              .button = button,
                                              .changed = changed,
                                              .key = key,
                                              .close = close_state,
                                              .keys = keys};

void act_form_open(struct ui *ui, struct run *run)
{
    struct form_state *s = ui_push(ui, &screen_act_form, 0);
    s->act.run = run;
}
