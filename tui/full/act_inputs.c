/* Between a run and the form of its fields: the inputs, what is read of them, and what follows what was typed. */
#include "proto/paper/show.h"
#include "tui/face/fill_in.h"
#include "tui/full/book_inside.h"
#include "tui/link/client.h"
#include <string.h>
#include <strings.h>

#define OTHERS 3 /* acts of a straight book besides its first */
#define MANY_HINT "← → all, or only some. Tab goes on to the list: Space marks, / finds by words"

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

/* --- of a field, as the table has it */

#define NO_CHOICE "–" /* an enum that need not be given */

static const char *const *choices_of(struct arena *a, const struct field *f)
{
    const struct enum_table *t = f->values();
    const char **names = arena_alloc(a, (t->n + 2) * sizeof *names);
    size_t n = 0;
    if (!(f->flags & FIELD_MUST))
        names[n++] = NO_CHOICE;
    for (size_t i = 0; i < t->n; i++) {
        char *name = arena_text(a, t->values[i].name, strlen(t->values[i].name));
        for (char *s = name; *s; s++)
            if (*s == '_')
                *s = ' ';
        names[n++] = name;
    }
    return names;
}

static void form_spec(struct arena *a, const struct field *f, struct input_spec *s)
{
    static const enum input_kind kinds[] = {
        [FIELD_BOOL] = INPUT_CHECK,  [FIELD_COUNT] = INPUT_COUNT,     [FIELD_DECIMAL] = INPUT_DECIMAL,
        [FIELD_ENUM] = INPUT_CHOICE, [FIELD_ID] = INPUT_CHOICE,       [FIELD_TEXT] = INPUT_TEXT,
        [FIELD_LINES] = INPUT_LINES, [FIELD_SECRET] = INPUT_PASSWORD, [FIELD_DATE] = INPUT_DATE,
        [FIELD_MONEY] = INPUT_MONEY};
    s->kind = kinds[f->type];
    s->hint = f->help;
    s->required = f->flags & FIELD_MUST;
    if (f->type == FIELD_TEXT || f->type == FIELD_LINES || f->type == FIELD_SECRET) {
        s->max = f->max > 0 && f->max < 100000 ? (int)f->max : 0;
        if (f->type != FIELD_LINES && s->max && s->max < 40 && !s->width)
            s->width = s->max + 1;
    } else if (f->type == FIELD_COUNT || f->type == FIELD_DECIMAL) {
        s->least = f->min;
        s->most = f->max;
    } else if (f->type == FIELD_ENUM) {
        s->choices = choices_of(a, f);
    }
}

/* "Name" says nothing below "Your name". */
static bool only_label(const char *hint, const char *label)
{
    const size_t n = strlen(hint), all = strlen(label);
    return n <= all && strcasecmp(label + all - n, hint) == 0;
}

void inputs_spec(struct arena *a, const struct give *g, const struct field *f, const char *label,
                 struct input_spec *i)
{
    *i = (struct input_spec){.name = g->field, .label = label, .unit = g->unit, .width = g->width};
    form_spec(a, f, i);
    i->check = g->check;
    if (g->as == AS_SHOWN || g->as == AS_TAIL)
        i->kind = INPUT_TEXT;
    i->tail = g->as == AS_TAIL;
    if (g->as == AS_LINES)
        i->kind = INPUT_LINES;
    i->required = false; /* what is needed follows from other fields: run_read knows */
    if (g->help || f->type == FIELD_ENUM)
        i->hint = g->help ? g->help : "← → another one";
    if (i->hint && only_label(i->hint, label))
        i->hint = NULL;
}

static void spec_of(struct ui *ui, struct form_state *s, const struct give *g, struct input_spec *i)
{
    const struct run *r = s->act.run;
    const struct field *f = run_field(r, g);
    const char *label = outlives(ui, run_label(r, g));
    if (f->type == FIELD_TEXTS) {
        const char **two = arena_alloc(ui_arena(ui), 3 * sizeof *two);
        two[0] = g->all;
        two[1] = g->some;
        *i = (struct input_spec){
            .name = g->field, .label = label, .kind = INPUT_CHOICE, .choices = two, .hint = MANY_HINT};
        s->many = g;
        return;
    }
    inputs_spec(ui_arena(ui), g, f, label, i);
    if (g->choice && run_chooses(r, g))
        i->kind = INPUT_CHOICE;
    if (i->kind == INPUT_CHOICE)
        i->choices = names_of(ui, r, g);
    i->currency = show_text(run_currency(r, g));
}

const char *inputs_again(const struct form_state *s, const struct give *g)
{
    return arena_printf(s->act.run->view.arena, "%s again", g->field);
}

static void spec_again(struct ui *ui, const struct form_state *s, const struct give *g,
                       const struct input_spec *first, struct input_spec *i)
{
    *i = *first;
    i->name = outlives(ui, inputs_again(s, g));
    i->label = arena_printf(ui_arena(ui), "%s again", first->label);
    i->hint = NULL;
}

static const char *leave_word(const struct book *straight, bool in)
{
    return !straight || !straight->alone ? "Cancel" : !straight->first ? "Back" : in ? "Sign out" : "Leave";
}

/* Where nothing else is asked, what there is to choose from is read before one of it stands in the field. */
static const char *all_of(struct ui *ui, const struct run *r, const struct give *g)
{
    struct option o;
    const char *all = "";
    for (size_t i = 0; run_choice(r, g, i, &o); i++)
        all = arena_printf(ui_arena(ui), "%s%s%s", all, i ? "\n" : "", o.name);
    return all;
}

void inputs_make(struct ui *ui, struct form_state *s)
{
    const struct act *a = s->act.run->act;
    size_t n = 0, at = 0;
    while (a->gives[n].field)
        n++;
    struct input_spec *specs = arena_alloc(ui_arena(ui), (3 * n + 4 + OTHERS) * sizeof *specs);
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
        if (s->straight && n == 1 && g->choice && run_chooses(s->act.run, g))
            specs[at++] = (struct input_spec){.kind = INPUT_NOTE, .label = all_of(ui, s->act.run, g)};
        spec_of(ui, s, g, &specs[at++]);
        if (g->twice)
            spec_again(ui, s, g, &specs[at - 1], &specs[at]), at++;
    }
    const char *yes = a->yes ? a->yes : "Save";
    specs[at++] = (struct input_spec){.name = "submit", .label = yes, .kind = INPUT_BUTTON};
    for (const struct act *o = s->straight ? a + 1 : NULL; o && o->name && o - a <= OTHERS; o++)
        specs[at++] = (struct input_spec){.name = o->name, .label = o->yes, .kind = INPUT_BUTTON};
    if (s->straight && s->straight->instead)
        specs[at++] =
            (struct input_spec){.name = "instead", .label = s->straight->instead->yes, .kind = INPUT_BUTTON};
    specs[at++] = (struct input_spec){.name = "cancel",
                                      .label = leave_word(s->straight, *show_text(client_me(ui)->email)),
                                      .kind = INPUT_BUTTON};
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

const struct give *inputs_read(struct form_state *s, const char **wrong)
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
        if (!why && g->twice && strcmp(typed, form_text(s->act.form, inputs_again(s, g))) != 0)
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
    const char *again = form_text(f, inputs_again(s, g));
    form_field(f, inputs_again(s, g))->spec.unit = !*again                     ? ""
                                                   : strcmp(again, typed) == 0 ? "the same"
                                                                               : "not yet the same";
}

void act_form_follow(struct form_state *s)
{
    const struct run *r = s->act.run;
    const char *wrong;
    size_t before = s->chosen;
    bool some = s->many && form_choice(s->act.form, s->many->field) == 1;
    (void)inputs_read(s, &wrong);
    for (const struct give *g = r->act->gives; g->field; g++) {
        if (g->wanted && !g->part && run_offered(r, g))
            form_field(s->act.form, g->field)->gone = !run_wanted(r, g);
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

size_t inputs_marked(const struct form_state *s)
{
    size_t n = 0;
    while (s->list && list_marked(s->list, n))
        n++;
    return n;
}

size_t inputs_mark(struct form_state *s)
{
    struct run *r = s->act.run;
    struct option o;
    size_t most = inputs_marked(s), n = 0;
    const char **names = arena_alloc(r->view.arena, (most + 1) * sizeof *names);
    for (size_t i = 0; s->some && run_choice(r, s->many, i, &o); i++)
        for (size_t k = 0; k < most; k++)
            if (list_marked(s->list, k) == (uint64_t)o.value && n < most)
                names[n++] = o.name;
    run_mark(r, s->many, names, n);
    return n;
}
