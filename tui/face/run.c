/* A run from its beginning to what is sent. */
#include "tui/face/run_inside.h"
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

void run_begin(struct run *r)
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

void run_finish(struct run *r)
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
    run_begin(r);
    r->wants = RUN_GIVES;
    if (act->already && act->already(&r->view))
        run_finish(r);
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
        const struct fill_by by = run_by(r, g);
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

void run_lost(struct run *r)
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
        run_lost(r);
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

void run_also(struct run *r, size_t i, const void *out, bool absent)
{
    r->view.also[i] = out ? fill_copy(op_at(r->book->also[i].op)->out(), out, r->view.arena) : NULL;
    r->view.absent = (r->view.absent & ~(1u << i)) | (unsigned)absent << i;
    r->before = NULL;
}
