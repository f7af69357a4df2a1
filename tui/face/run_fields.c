/* The fields of a run: what is asked for, chosen, typed, and what is wrong with it. */
#include "tui/face/run_inside.h"
#include <string.h>

const struct field *run_field(const struct run *r, const struct give *g)
{
    return fill_field(r->shape, g->field);
}

const char *run_label(const struct run *r, const struct give *g)
{
    char label[64];
    return g->label ? g->label
                    : scene_text(&r->view, "%s", field_label(label, sizeof label, run_field(r, g)));
}

bool run_offered(const struct run *r, const struct give *g)
{
    return (!g->later || r->later == g) && (!g->offered || g->offered(&r->view));
}

bool run_wanted(const struct run *r, const struct give *g)
{
    return run_offered(r, g) && (!g->wanted || g->wanted(&r->view, r->in));
}

const char *run_usual(const struct run *r, const struct give *g)
{
    return g->usual ? g->usual(&r->view, r->in) : NULL;
}

/* What is there and has no value that means nothing can not be emptied either. */
bool run_must(const struct run *r, const struct give *g)
{
    const struct field *f = run_field(r, g);
    bool must = g->must || f->flags & FIELD_MUST;
    if (r->act->begins && !fill_clears(f))
        must = must || *fill_plain(r->shape, r->began, g->field, r->view.arena);
    return must && !g->usual;
}

/* A number of which 0 is what nothing typed means. */
static bool is_nothing(const struct run *r, const struct give *g)
{
    const int64_t *number = run_field(r, g)->type == FIELD_COUNT ? fill_at(r->shape, r->in, g->field) : NULL;
    return g->empty && number && *number == 0;
}

const char *run_typed(const struct run *r, const struct give *g)
{
    if (!r->act->begins && !fill_given(r->shape, r->in, g->field)) /* a 0 that nobody typed */
        return "";
    if (is_nothing(r, g))
        return "";
    return fill_plain(r->shape, r->in, g->field, r->view.arena);
}

/* A switch is a choice between two words. */
static bool of_two(size_t i, struct option *o)
{
    *o = (struct option){.value = (int64_t)i, .name = i ? "yes" : "no"};
    return i < 2;
}

/* Of an enum that need not be given, none is the first. */
static bool of_enum(const struct run *r, const struct give *g, size_t i, struct option *o)
{
    const struct field *f = run_field(r, g);
    const struct enum_table *t = f->values();
    size_t none = !(f->flags & FIELD_MUST);
    char name[80];
    *o = (struct option){.name = g->empty ? g->empty : "–"};
    if (i < none)
        return true;
    if ((i -= none) >= t->n)
        return false;
    fill_told(name, sizeof name, f, &t->values[i].value);
    *o = (struct option){.value = t->values[i].value,
                         .name = arena_text(r->view.arena, name, strlen(name)),
                         .help = t->values[i].help};
    return true;
}

bool run_chooses(const struct run *r, const struct give *g)
{
    const int type = run_field(r, g)->type;
    return type == FIELD_BOOL || type == FIELD_ENUM || type == FIELD_ID || (type == FIELD_COUNT && g->choice);
}

bool run_choice(const struct run *r, const struct give *g, size_t i, struct option *o)
{
    if (g->choice)
        return g->choice(&r->view, r->in, i, o);
    switch (run_field(r, g)->type) {
    case FIELD_BOOL: return of_two(i, o);
    case FIELD_ENUM: return of_enum(r, g, i, o);
    default: return false;
    }
}

size_t run_chosen(const struct run *r, const struct give *g)
{
    const struct field *f = run_field(r, g);
    const void *at = fill_at(r->shape, r->in, g->field);
    int64_t value = !at                      ? 0
                    : f->type == FIELD_BOOL  ? *(const bool *)at
                    : f->type == FIELD_ID    ? (int64_t) * (const uint64_t *)at
                    : f->type == FIELD_COUNT ? *(const int64_t *)at
                                             : *(const int *)at;
    struct option o;
    if (f->type == FIELD_ID && !r->act->begins && !fill_given(r->shape, r->in, g->field))
        return 0; /* nobody chose yet: none of them is meant by 0 */
    for (size_t i = 0; run_choice(r, g, i, &o); i++)
        if (o.value == value)
            return i;
    return 0;
}

void run_choose(struct run *r, const struct give *g, size_t i)
{
    struct option o;
    if (!run_choice(r, g, i, &o))
        return;
    const int type = run_field(r, g)->type;
    if (!o.value && (type == FIELD_ENUM || (type == FIELD_ID && !r->act->begins))) {
        fill_drop(r->shape, r->in, g->field);
        return;
    }
    void *at = fill_place(r->shape, r->in, g->field, r->view.arena, true);
    if (type == FIELD_BOOL)
        *(bool *)at = o.value != 0;
    else if (type == FIELD_ID) /* 0: none any more */
        *(uint64_t *)at = (uint64_t)o.value;
    else if (type == FIELD_COUNT)
        *(int64_t *)at = o.value;
    else
        *(int *)at = (int)o.value;
}

void run_mark(struct run *r, const struct give *g, const char *const *names, size_t n)
{
    struct arena *a = r->view.arena;
    if (!n) {
        fill_drop(r->shape, r->in, g->field);
        return;
    }
    struct text_list *l = fill_place(r->shape, r->in, g->field, a, true);
    *l = (struct text_list){n, arena_alloc(a, n * sizeof *l->v)};
    for (size_t i = 0; i < n; i++)
        l->v[i] = arena_text(a, names[i], strlen(names[i]));
}

const struct page *run_before(struct run *r)
{
    struct page *p = r->before || !r->act->before ? NULL : page_open(r->view.arena);
    if (p) {
        r->act->before(p, &r->view);
        r->before = p;
    }
    return r->before;
}

const char *run_beside(const struct run *r, const struct give *g, const char *typed, const char **wrong)
{
    return g->beside ? g->beside(&r->view, typed, wrong) : "";
}

const char *run_currency(const struct run *r, const struct give *g)
{
    return g->currency ? g->currency(&r->view) : r->view.me->currency;
}

struct fill_by run_by(const struct run *r, const struct give *g)
{
    return (struct fill_by){r->view.arena, r->view.today, run_currency(r, g)};
}

/* What was left empty and never stood there is not given: the server decides. */
const char *run_read(struct run *r, const struct give *g, const char *typed)
{
    const struct fill_by by = run_by(r, g);
    const char *wrong = *typed && g->never ? g->never(typed) : NULL;
    if (*typed && !wrong && g->check)
        wrong = g->check(typed);
    if (*typed && !wrong)
        (void)run_beside(r, g, typed, &wrong);
    if (wrong) {
        if (!r->act->begins) /* nothing is reckoned with what stood there before */
            fill_drop(r->shape, r->in, g->field);
        return wrong;
    }
    if (g->tidy)
        typed = g->tidy(r->view.arena, typed);
    if (*typed || r->act->begins)
        wrong = fill_read(r->shape, r->in, g->field, typed, &by);
    else
        fill_drop(r->shape, r->in, g->field);
    if (wrong && !r->act->begins)
        fill_drop(r->shape, r->in, g->field);
    return wrong ? wrong : !*typed && run_must(r, g) && run_wanted(r, g) ? "This is needed." : NULL;
}
