/* What came of a run: done, followed, refused, changed meanwhile, or not known. */
#include "tui/face/run_inside.h"
#include <stdio.h>
#include <string.h>

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
        run_finish(r);
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
        run_finish(r);
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
    if (r->book->instead && (code == ERR_CREDENTIALS || code == ERR_FORBIDDEN))
        sentence = r->book->instead->refused;
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
        run_lost(r);
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
    run_begin(r);
    for (const struct give *g = r->act->gives; g && g->field; g++)
        if (!fill_same(r->shape, before.in, before.began, g->field))
            memcpy(fill_place(r->shape, r->in, g->field, r->view.arena, true),
                   fill_at(r->shape, before.in, g->field), field_size(run_field(r, g)));
    run_given(r);
}

void run_told(struct run *r)
{
    run_finish(r);
}
