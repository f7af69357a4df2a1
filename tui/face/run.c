#include "tui/face/run.h"
#include "tui/face/fill_in.h"
#include <stdio.h>
#include <string.h>

/* --- beginning */

static bool about_me(const struct run *r)
{
    return strcmp(r->act->begins, BEGINS_ME) == 0;
}

/* The record that is changed, as it was shown. */
static const void *shown(const struct run *r)
{
    const struct shape *out = op_at(r->book->op)->out();
    if (about_me(r))
        return r->view.me;
    return r->book->rows ? r->view.row : *(void *const *)fill_at(out, r->view.out, r->act->begins);
}

static const struct shape *shown_shape(const struct run *r)
{
    const char *field = r->book->rows ? r->book->rows : r->act->begins;
    return about_me(r) ? shape_me() : fill_field(op_at(r->book->op)->out(), field)->shape();
}

static const struct shape *record_shape(const struct run *r)
{
    return fill_field(r->shape, r->act->begins)->shape();
}

static void *record_in(const struct run *r, void *in)
{
    return *(void **)fill_place(r->shape, in, r->act->begins, NULL, true);
}

static bool has_revision(const struct shape *s)
{
    return shape_field(s, "revision", 8) != NULL;
}

/* Is it not an argument, but what the arguments are fields of? */
static bool alike(const struct run *r)
{
    return !fill_field(r->shape, r->act->begins);
}

/* Arguments that are called as the fields of the record are. */
static void *begun_alike(const struct run *r, const void *record)
{
    const struct shape *of = shown_shape(r);
    void *in = arena_alloc(r->view.arena, r->shape->size);
    for (const struct give *g = r->act->gives; g->field; g++) {
        const void *at = fill_at(of, record, g->field);
        void *to = fill_place(r->shape, in, g->field, r->view.arena, true);
        if (at)
            memcpy(to, at, field_size(fill_field(r->shape, g->field)));
    }
    if (has_revision(r->shape))
        memcpy(fill_place(r->shape, in, "revision", NULL, true), fill_at(of, record, "revision"),
               sizeof(int64_t));
    return in;
}

/* A copy of the record in arguments of its own; nothing of it counts as given but the revision that was read. */
static void *begun(const struct run *r, const void *record)
{
    if (alike(r))
        return begun_alike(r, record);
    const struct shape *s = record_shape(r);
    void *in = arena_alloc(r->view.arena, r->shape->size), *mine = fill_copy(s, record, r->view.arena);
    ((struct shape_head *)mine)->has = 0;
    if (has_revision(s))
        shape_give(s, mine, "revision");
    *(void **)fill_place(r->shape, in, r->act->begins, NULL, true) = mine;
    return in;
}

static void copy_view(struct run *r, const struct scene *v, struct arena *a)
{
    const struct book *b = r->book;
    r->view = *v;
    r->view.arena = a;
    r->view.me = fill_copy(shape_me(), v->me, a);
    r->view.out = v->out ? fill_copy(op_at(b->op)->out(), v->out, a) : NULL;
    for (size_t i = 0; b->also && b->also[i].op != OP_COUNT; i++)
        r->view.also[i] = v->also[i] ? fill_copy(op_at(b->also[i].op)->out(), v->also[i], a) : NULL;
    r->view.sent = v->sent ? fill_copy(op_at(b->op)->in(), v->sent, a) : NULL;
    r->view.find = v->find ? arena_text(a, v->find, strlen(v->find)) : NULL;
    r->view.after = v->after ? arena_text(a, v->after, strlen(v->after)) : NULL;
    if (v->row)
        (void)book_find(b, &r->view, v->id);
    uint64_t *marked = arena_alloc(a, (v->marked_n + 1) * sizeof *marked);
    if (v->marked_n)
        memcpy(marked, v->marked, v->marked_n * sizeof *marked);
    r->view.marked = marked;
}

/* Those that are marked, or the one that is meant. */
static void give_many(struct run *r)
{
    uint64_t *one = arena_alloc(r->view.arena, sizeof *one);
    *one = r->view.id;
    struct id_list *ids = fill_place(r->shape, r->in, r->act->many, NULL, true);
    ids->n = r->view.marked_n ? r->view.marked_n : 1;
    ids->v = r->view.marked_n ? r->view.marked : one;
}

/* A number that is the usual one goes on following the other fields. */
static void follow_usual(const struct run *r)
{
    for (const struct give *g = r->act->gives; g && g->field; g++) {
        const char *usual = run_usual(r, g);
        if (usual && strcmp(fill_plain(r->shape, r->in, g->field, r->view.arena), usual) == 0)
            fill_drop(r->shape, r->in, g->field);
    }
}

/* What stands there at first; nobody typed it, so it is right. */
static void first_of(struct run *r)
{
    struct fill_by by = {r->view.arena, r->view.today, r->view.me->currency};
    struct option o;
    for (const struct give *g = r->act->gives; g && g->field; g++) {
        const char *first = g->first ? g->first(&r->view) : NULL;
        if (first && !run_chooses(r, g))
            (void)fill_read(r->shape, r->in, g->field, first, &by);
        for (size_t i = 0; first && run_chooses(r, g) && run_choice(r, g, i, &o); i++)
            if (strcmp(o.name, first) == 0)
                run_choose(r, g, i);
    }
}

/* The fields, from what is shown. */
static void begin(struct run *r)
{
    r->in = r->act->begins ? begun(r, shown(r)) : arena_alloc(r->view.arena, r->shape->size);
    r->was = r->act->begins ? begun(r, shown(r)) : NULL;
    const char *one = r->act->about == ABOUT_ALL ? NULL : act_one(r->book, r->act);
    if (one)
        *(uint64_t *)fill_place(r->shape, r->in, one, NULL, true) = r->view.id;
    if (r->act->many)
        give_many(r);
    for (const struct give *g = r->act->gives; g && g->field; g++)
        if (g->part)
            run_parts_begin(r, g);
    first_of(r);
    follow_usual(r);
    r->began = fill_copy(r->shape, r->in, r->view.arena);
}

static void finish(struct run *r)
{
    const bool nothing = !r->out && (r->act->tells || r->act->differs); /* was done */
    r->wants = RUN_DONE;
    r->view.sent = r->send;
    r->sentence = nothing ? NULL : r->act->told ? r->act->told(&r->view, r->out) : r->act->done;
}

static void tell_page(struct run *r)
{
    r->page = page_open(r->view.arena);
    r->act->tells(r->page, &r->view);
    r->wants = RUN_TELLS;
}

/* There are no fields, or only such as nobody asks for at first, or that can be one thing. */
static bool asks_nothing(struct run *r)
{
    struct option o;
    for (const struct give *g = r->act->gives; g && g->field; g++) {
        if (g->later)
            continue;
        if (!g->choice || !run_chooses(r, g) || run_choice(r, g, 1, &o))
            return false;
        run_choose(r, g, 0);
    }
    return true;
}

struct run *run_open(const struct book *b, const struct act *act, const struct scene *v,
                     const struct run_ids *ids)
{
    struct arena *a = arena_open();
    arena_secret(a);
    struct run *r = arena_alloc(a, sizeof *r);
    *r = (struct run){.book = b, .act = act, .shape = op_at(act->op)->in(), .ids = *ids};
    copy_view(r, v, a);
    begin(r);
    r->wants = RUN_GIVES;
    if (act->already && act->already(&r->view))
        finish(r);
    else if (act->tells)
        tell_page(r);
    else if (asks_nothing(r))
        run_given(r);
    return r;
}

void run_close(struct run *r)
{
    if (r)
        arena_close(r->view.arena);
}

/* --- fields */

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

const char *run_typed(const struct run *r, const struct give *g)
{
    if (!r->act->begins && !fill_given(r->shape, r->in, g->field)) /* a 0 that nobody typed */
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

static struct fill_by by_of(const struct run *r, const struct give *g)
{
    return (struct fill_by){r->view.arena, r->view.today,
                            g->currency ? g->currency(&r->view) : r->view.me->currency};
}

/* What was left empty and never stood there is not given: the server decides. */
const char *run_read(struct run *r, const struct give *g, const char *typed)
{
    const struct fill_by by = by_of(r, g);
    const char *wrong = *typed && g->never ? g->never(typed) : NULL;
    if (*typed && !wrong && g->check)
        wrong = g->check(typed);
    if (*typed && !wrong)
        (void)run_beside(r, g, typed, &wrong);
    if (wrong)
        return wrong;
    if (g->tidy)
        typed = g->tidy(r->view.arena, typed);
    if (*typed || r->act->begins)
        wrong = fill_read(r->shape, r->in, g->field, typed, &by);
    else
        fill_drop(r->shape, r->in, g->field);
    return wrong ? wrong : !*typed && run_must(r, g) && run_wanted(r, g) ? "This is needed." : NULL;
}

/* --- what is sent */

/* A nested shape is packed by what stands in it, not by what is marked: what was not given has to be blank. */
static void blank(const struct run *r)
{
    const struct shape *s = record_shape(r);
    char *record = record_in(r, r->send);
    const shape_bits given = ((const struct shape_head *)(const void *)record)->has;
    for (size_t i = 0; i < s->n; i++)
        if (!(given >> i & 1))
            memset(record + s->fields[i].offset, 0, field_size(&s->fields[i]));
}

static void make_send(struct run *r)
{
    r->send = fill_copy(r->shape, r->in, r->view.arena);
    for (const struct give *g = r->act->gives; g && g->field; g++) {
        const struct fill_by by = by_of(r, g);
        const char *usual = run_usual(r, g);
        bool wanted = run_wanted(r, g) && (!g->part || run_parts_sum(r, g, NULL).amount);
        if (wanted && usual && !*run_typed(r, g))
            (void)fill_read(r->shape, r->send, g->field, usual, &by);
        if (!wanted || (r->act->begins && fill_same(r->shape, r->send, r->was, g->field)))
            fill_drop(r->shape, r->send, g->field);
    }
    if (r->act->complete)
        r->act->complete(&r->view, r->in, r->send);
    if (r->act->begins && !alike(r))
        blank(r);
}

/* From here on it is the same request, however often it is asked. */
static void ask_the_same(struct run *r)
{
    r->sentence = r->act->follow ? r->act->follow->lost
                                 : "The server does not answer, and nobody knows whether it was done. Asked "
                                   "once more, it is done only once.";
    r->wants = RUN_UNKNOWN;
}

/* With all that was given; true: something is, and said under its field. */
static bool wrong_in_all(struct run *r)
{
    const char *field = "", *wrong = r->act->wrong ? r->act->wrong(&r->view, r->in, &field) : NULL;
    if (!wrong)
        return false;
    (void)refuse(&r->why, ERR_INVALID, field, "%s", wrong);
    r->field = field;
    r->sentence = wrong;
    r->wants = RUN_FIELD;
    return true;
}

void run_given(struct run *r)
{
    if (r->unsure) { /* what is typed now may not be asked beside what may have been done */
        ask_the_same(r);
        return;
    }
    if (wrong_in_all(r))
        return;
    make_send(r);
    r->despite = false;
    r->question = r->act->question;
    r->yes = r->act->yes;
    r->ids.make(r->ids.ctx, r->request);
    r->wants = RUN_ASKS;
    if (r->act->agree == AGREE_NONE)
        return;
    r->page = page_open(r->view.arena);
    if (r->act->review)
        r->act->review(r->page, &r->view, r->in);
    r->wants = RUN_AGREES;
}

void run_agreed(struct run *r)
{
    if (r->despite) { /* another request: nothing was done under the one before */
        *(bool *)fill_place(r->shape, r->send, r->act->despite->field, NULL, true) = true;
        r->ids.make(r->ids.ctx, r->request);
    }
    r->wants = RUN_ASKS;
}

void run_instead(struct run *r, const struct act *a)
{
    r->act = a;
    r->send = r->in;
    r->wants = RUN_DONE;
    r->sentence = NULL;
}

/* --- what came of it */

/* A refusal names its field as the server sees it, from the arguments on or from the record on. */
static const struct give *give_of(const struct act *act, const char *field)
{
    size_t n = strlen(field);
    for (const struct give *g = act->gives; g && g->field && n; g++) {
        size_t m = strlen(g->field);
        if (strcmp(g->field, field) == 0 ||
            (m > n && g->field[m - n - 1] == '.' && strcmp(g->field + m - n, field) == 0))
            return g;
    }
    return NULL;
}

static bool no_code(enum err code)
{
    return code == ERR_CODE || code == ERR_NOT_FOUND;
}

/* That did not match, and the server does not say what: the last that shows who asks. */
static const struct give *proof_of(const struct run *r, enum err code)
{
    const struct give *last = NULL;
    if (code != ERR_CREDENTIALS && code != ERR_SLOW_DOWN && !no_code(code))
        return NULL;
    for (const struct give *g = r->act->gives; g && g->field; g++)
        if (g->proof && run_offered(r, g) && (!no_code(code) || g->wrong))
            last = g;
    return last;
}

/* Both operations answer alike. */
static void heard(struct run *r, enum op_number op, const void *out)
{
    const struct follow *f = r->act->follow;
    r->out = fill_copy(op_at(op)->out(), out, r->view.arena);
    if (!f->over(r->out)) {
        r->wants = RUN_FOLLOWS;
    } else if (f->failed(r->out)) {
        r->page = page_open(r->view.arena);
        f->tell(r->page, &r->view, r->out);
        r->wants = RUN_FAILED;
    } else {
        finish(r);
    }
}

void run_looked(struct run *r, const void *out)
{
    heard(r, r->act->follow->look, out);
}

void *run_about(struct run *r, enum op_number op)
{
    void *in = arena_alloc(r->view.arena, op_at(op)->in()->size);
    r->act->follow->about(&r->view, r->out, in);
    return in;
}

void run_retry(struct run *r)
{
    for (const struct give *g = r->act->gives; g && g->field; g++)
        if (run_field(r, g)->type == FIELD_SECRET)
            fill_drop(r->shape, r->in, g->field);
    r->wants = RUN_GIVES;
}

static void done(struct run *r, const void *out)
{
    if (r->act->follow) {
        heard(r, r->act->op, out);
        return;
    }
    r->out = out ? fill_copy(op_at(r->act->op)->out(), out, r->view.arena) : NULL;
    r->going = r->act->going ? r->act->going(&r->view, r->out) : NULL;
    if (r->going) { /* another request: what was done is done */
        r->ids.make(r->ids.ctx, r->request);
        r->wants = RUN_ASKS;
        return;
    }
    if (!r->act->after) {
        finish(r);
        return;
    }
    r->page = page_open(r->view.arena);
    r->act->after(r->page, &r->view, r->out);
    r->wants = RUN_TELLS;
}

static void refused(struct run *r, enum err code, const struct refusal *why)
{
    const struct give *named = give_of(r->act, why->field), *g = named ? named : proof_of(r, code);
    const char *sentence = g && g->proof && g->wrong && no_code(code) ? g->wrong
                           : *why->detail                             ? why->detail
                                                                      : err_sentence(code);
    r->why = *why;
    snprintf(r->why.detail, sizeof r->why.detail, "%s", sentence);
    r->field = g ? g->field : NULL;
    if (g && g->later)
        r->later = g;
    r->wants = g ? RUN_FIELD : RUN_REFUSED;
    const char *many = r->act->many;
    bool one_of_many = many && strncmp(why->field, many, strlen(many)) == 0; /* a number says nothing */
    for (const struct give *part = r->act->gives; part && part->field; part++)
        one_of_many |= part->part && strncmp(why->field, part->field, strlen(part->field)) == 0;
    r->sentence = code == ERR_CANCELLED ? ""
                  : *why->field && !g && !one_of_many
                      ? arena_printf(r->view.arena, "%s: %s", why->field, sentence)
                      : arena_printf(r->view.arena, "%s", sentence);
}

static void ask_despite(struct run *r, const struct refusal *why)
{
    const size_t n = strlen(why->detail);
    r->page = page_open(r->view.arena);
    page_note(r->page, LOOK_WARN, "%s%s", why->detail, n && why->detail[n - 1] == '.' ? "" : ".");
    page_note(r->page, LOOK_PLAIN, "Nothing has been done yet.");
    r->question = r->act->despite->question;
    r->yes = r->act->despite->yes;
    r->despite = true;
    r->wants = RUN_AGREES;
}

/* It was sent and nobody answered: now, or before. What the next answer does not clear up stays so. */
static bool still_unsure(const struct run *r, enum err code, bool not_sent)
{
    return (code == ERR_OFFLINE && !not_sent) ||
           (r->unsure && (code == ERR_OFFLINE || code == ERR_BUSY || code == ERR_CANCELLED));
}

void run_answer(struct run *r, enum err code, const struct refusal *why, bool not_sent, const void *out)
{
    const bool unsure = still_unsure(r, code, not_sent);
    const enum op_mode mode = op_at(r->act->op)->mode;
    r->field = NULL;
    r->why = (struct refusal){0};
    r->unsure = unsure && !r->act->unknown && mode != OP_READ && mode != OP_HEAVY;
    if (code == OK || (r->act->as_done && code == r->act->as_done)) {
        done(r, out);
    } else if (code == ERR_STALE && (r->act->begins || r->act->differs)) {
        r->sentence = "Somebody changed it meanwhile.";
        r->wants = RUN_STALE;
    } else if (unsure && r->act->unknown) {
        r->sentence = r->act->unknown;
        r->wants = RUN_REFUSED;
    } else if (unsure) {
        ask_the_same(r);
    } else if (r->act->despite && code == r->act->despite->code && !r->despite) {
        ask_despite(r, why);
    } else {
        refused(r, code, why);
    }
}

void run_again(struct run *r)
{
    r->wants = RUN_ASKS;
}

/* What the person changed stands on what is there now; everything else is as it is there now. */
void run_fresh(struct run *r, const void *out)
{
    if (r->act->differs) {
        r->page = page_open(r->view.arena);
        r->act->differs(r->page, &r->view, fill_copy(op_at(r->book->op)->out(), out, r->view.arena));
        r->wants = RUN_TELLS;
        return;
    }
    struct run before = *r;
    r->view.out = fill_copy(op_at(r->book->op)->out(), out, r->view.arena);
    if (r->book->rows && !book_find(r->book, &r->view, before.view.id)) {
        r->view = before.view;
        r->wants = RUN_REFUSED;
        r->sentence = "It is not there any more.";
        return;
    }
    begin(r);
    for (const struct give *g = r->act->gives; g && g->field; g++)
        if (!fill_same(r->shape, before.in, before.began, g->field))
            memcpy(fill_place(r->shape, r->in, g->field, r->view.arena, true),
                   fill_at(r->shape, before.in, g->field), field_size(run_field(r, g)));
    run_given(r);
}

void run_told(struct run *r)
{
    finish(r);
}
