/* Runs an act on the screen: what the run wants, as forms, dialogs and asks. */
#include "proto/paper/show.h"
#include "tui/face/fill_in.h"
#include "tui/full/book_inside.h"
#include "tui/full/keep.h"
#include "tui/link/client.h"
#include <string.h>

static void drop(struct act_state *s)
{
    run_close(s->run);
    s->run = NULL;
}

/* Nothing came of it. Where there are fields, they stay as they are. */
static void give_up(struct ui *ui, void *state)
{
    struct act_state *s = state;
    if (s->form)
        return;
    const bool straight = s->run->book->straight; /* there is nothing else here */
    drop(s);
    if (straight)
        ui_pop(ui);
}

/* --- questions */

static void agreed(struct ui *ui, void *state, const struct said *said)
{
    struct act_state *s = state;
    (void)said;
    run_agreed(s->run);
    act_step(ui, s);
}

static void again(struct ui *ui, void *state, const struct said *said)
{
    struct act_state *s = state;
    (void)said;
    run_again(s->run);
    act_step(ui, s);
}

static void ask_agreed(struct ui *ui, const struct act_state *s)
{
    const struct act *a = s->run->act;
    const bool typed = a->agree == AGREE_WORD;
    ui_dialog(ui, &(struct dialog){.kind = typed ? DIALOG_WORD : DIALOG_CONFIRM,
                                   .word = typed ? a->word(&s->run->view, s->run->in) : NULL,
                                   .title = s->run->question,
                                   .text = page_lines(s->run->view.arena, s->run->page),
                                   .yes = s->run->yes,
                                   .done = agreed,
                                   .cancelled = give_up});
}

static void ask_again(struct ui *ui, const struct act_state *s)
{
    ui_dialog(ui, &(struct dialog){.title = "Not known whether it was done",
                                   .text = s->run->sentence,
                                   .yes = "Ask once more",
                                   .done = again,
                                   .cancelled = give_up});
}

static void ask_anew(struct ui *ui, const struct act_state *s)
{
    const struct run *r = s->run;
    ui_ask(ui, TAG_FRESH, r->book->op, book_asks(r->book, &r->view, -1));
}

static void on_top_of_it(struct ui *ui, void *state, const struct said *said)
{
    struct act_state *s = state;
    if (said->choice == 1)
        ask_anew(ui, s);
    else if (said->choice == 2) {
        form_kept(s->form);
        ui_pop(ui); /* its close ends the run */
    }
}

static void ask_stale(struct ui *ui, const struct act_state *s)
{
    static const char *const choices[] = {"Keep writing", "Save my changes on top of it",
                                          "Take what is there now, drop mine", NULL};
    ui_dialog(ui, &(struct dialog){.kind = DIALOG_CHOOSE,
                                   .title = "It was changed meanwhile",
                                   .text = s->run->sentence,
                                   .choices = choices,
                                   .done = on_top_of_it,
                                   .cancelled = give_up});
}

/* --- the end of it */

/* Was it said for which customer, or that it is as staff? */
static bool chose(const struct run *r)
{
    static const char *const which[] = {"customer", "staff"};
    bool said = false;
    for (size_t i = 0; i < COUNT_OF(which); i++)
        said = said || (fill_field(r->shape, which[i]) && fill_given(r->shape, r->send, which[i]));
    return said;
}

/* As another person or for another customer: everything begins anew, this screen's state is gone then. */
static void enter(struct ui *ui, struct act_state *s)
{
    struct run *r = s->run;
    const struct shape *out = op_at(r->act->op)->out();
    s->run = NULL;
    if (!r->out)
        client_enter(ui);
    else
        client_welcome(ui, *(const char *const *)fill_at(out, r->out, "token"),
                       *(const struct me *const *)fill_at(out, r->out, "me"),
                       fill_field(out, "choices") ? fill_at(out, r->out, "choices") : NULL, chose(r));
    if (r->sentence)
        ui_toast(ui, TONE_GOOD, "%s", r->sentence);
    run_close(r);
}

/* The one who did it is another now. False: that is asked for, and this goes on with the answer. */
static bool learn(struct ui *ui, const struct act_state *s)
{
    const struct run *r = s->run;
    struct me me = *client_me(ui);
    if (r->act->learns) {
        r->act->learns(&me, r->out);
        client_know(ui, &me);
    } else if (r->book->first && !s->known) {
        const struct session_me_in none = {0};
        ui_ask(ui, TAG_ME, OPNO_session_me, &none);
        return false;
    }
    return true;
}

static void hand_on(struct ui *ui, struct act_state *s)
{
    struct run *r = s->run;
    s->run = NULL;
    if (s->form)
        form_kept(s->form);
    if (r->send && fill_field(r->shape, "portal")) /* it is gone there from now on */
        client_go_to(ui, *(const char *const *)fill_at(r->shape, r->send, "portal"));
    act_hand_on(ui, r,
                s->form && !r->book->first &&
                    !r->act->goes->acts->enters); /* one may come back from what signs in */
}

/* What had to be done before anything else is done. */
static void go_on(struct ui *ui, struct act_state *s)
{
    struct run *r = s->run;
    s->run = NULL;
    client_go_on(ui);
    if (r->sentence)
        ui_toast(ui, TONE_GOOD, "%s", r->sentence);
    run_close(r);
}

/* --- what is a file */

static void kept_file(struct ui *ui, void *state, const struct said *said)
{
    struct act_state *s = state;
    const struct shape *out = op_at(s->run->act->op)->out();
    (void)keep_save(ui, *(const struct bytes *)fill_at(out, s->run->out, s->run->act->keeps->bytes),
                    said->text);
    give_up(ui, s);
}

/* What it is called is the server's word: whatever it says, it is a name and no path. */
static void keep_file(struct ui *ui, const struct act_state *s)
{
    const struct run *r = s->run;
    const char *name = *(const char *const *)fill_at(op_at(r->act->op)->out(), r->out, r->act->keeps->name);
    keep_ask(ui, name && *name != '.' && !strchr(name, '/') ? name : "", kept_file, NULL, give_up);
}

/* A form, or what was told, has done its work; else one stands where one stood. */
static void finish(struct ui *ui, struct act_state *s)
{
    struct run *r = s->run;
    if (r->act->keeps) {
        keep_file(ui, s);
        return;
    }
    if (r->act->enters) {
        enter(ui, s);
        return;
    }
    if (r->act->hands) {
        hand_on(ui, s);
        return;
    }
    if (r->book->first && !learn(ui, s))
        return;
    bool stands = s->form || r->book->straight || act_told_on_top(ui);
    const struct book *b = r->book, *goes = r->act->goes;
    const struct shape *out = op_at(r->act->op)->out();
    const void *record = r->act->makes && r->out ? fill_at(out, r->out, r->act->makes) : NULL;
    uint64_t made =
        record ? book_row_id(b, fill_field(out, r->act->makes)->shape(), *(void *const *)record) : 0;
    uint64_t id = r->act->goes_to ? r->act->goes_to(&r->view, r->out) : 0;
    if (!r->book->first)
        (void)learn(ui, s);
    const bool opens = r->act->opens, leaves = r->act->leaves;
    if (r->book->first) {
        go_on(ui, s);
        return;
    }
    if (r->sentence)
        ui_toast(ui, TONE_GOOD, "%s%s", book_words(r->book, r->view.arena, r->sentence, act_key),
                 r->act->undo ? " u takes it back." : "");
    s->run = NULL;
    if (s->form)
        form_kept(s->form);
    if (stands || leaves)
        ui_pop(ui);
    else
        ui_reload(ui);
    book_done(ui, b, made, opens);
    book_can_undo(ui, r);
    if (goes && id && !book_picks(ui))
        book_open(ui, goes, id);
}

/* What did not match is typed again; a long code of a mail is corrected, and so is what was typed twice. */
static bool stays(const struct run *r)
{
    const struct give *g = r->act->gives;
    while (strcmp(g->field, r->field) != 0)
        g++;
    return g->twice || (g->proof && g->wrong);
}

static void refused(struct ui *ui, struct act_state *s)
{
    struct run *r = s->run;
    if (r->wants == RUN_FIELD && !s->form && r->later) { /* it was not asked for before */
        s->run = NULL;
        act_form_open(ui, r);
        return;
    }
    if (r->wants == RUN_FIELD && s->form) {
        if (fill_field(r->shape, r->field)->type == FIELD_SECRET && !stays(r))
            form_set(s->form, r->field, "");
        form_refuse_at(s->form, r->field, &r->why);
        ui_focus(ui, s->form);
        return;
    }
    if (r->act->follow && s->form) /* it says so itself */
        return;
    if (r->book->instead) {
        act_instead(ui, r->book, r->sentence);
        return;
    }
    const bool gone = r->why.code == ERR_CODE && s->form; /* what led here is not good any more */
    if (gone)
        form_kept(s->form);
    if (gone)
        ui_pop(ui);
    if (*r->sentence)
        ui_toast(ui, TONE_BAD, "%s", r->sentence);
    if (!s->form && (r->why.code == ERR_STATE || r->why.code == ERR_STALE))
        ui_reload(ui); /* it does not stand as it was shown */
    give_up(ui, s);
}

void act_ask(struct ui *ui, const struct run *r)
{
    ui_ask_with(ui, &(struct ask){.tag = TAG_ACT,
                                  .op = op_at(r->act->op),
                                  .in = r->send,
                                  .id = r->request,
                                  .busy = r->act->follow ? NULL
                                          : r->going     ? r->going
                                          : r->act->busy ? r->act->busy
                                                         : "One moment…"});
}

void act_step(struct ui *ui, struct act_state *s)
{
    struct run *r = s->run;
    if (r->act->follow && s->form)
        follow_step(ui, (struct form_state *)s);
    switch (r->wants) {
    case RUN_GIVES:
        s->run = NULL; /* the form's from now on */
        act_form_open(ui, r);
        break;
    case RUN_AGREES: ask_agreed(ui, s); break;
    case RUN_ASKS: act_ask(ui, r); break;
    case RUN_STALE:
        if (r->act->differs)
            ask_anew(ui, s);
        else
            ask_stale(ui, s);
        break;
    case RUN_UNKNOWN:
        if (!r->act->follow)
            ask_again(ui, s);
        break;
    case RUN_FOLLOWS:
    case RUN_FAILED: break; /* the form says so */
    case RUN_FIELD:
    case RUN_REFUSED: refused(ui, s); break;
    case RUN_TELLS: act_tell(ui, s); break;
    case RUN_DONE: finish(ui, s); break;
    }
}

static void make_id(void *ctx, uint8_t id[16])
{
    ui_id(ctx, id);
}

struct run *act_run(struct ui *ui, const struct book *b, const struct act *a, const struct scene *v)
{
    return run_open(b, a, v, &(struct run_ids){make_id, ui});
}

static void go_among(struct ui *ui, void *state, const struct said *said)
{
    const struct act_state *s = state;
    book_open(ui, s->leads->goes, s->among[said->choice]);
}

/* With the one there is, or which one. */
static void go(struct ui *ui, struct act_state *s, const struct act *a, const struct scene *v)
{
    struct option o;
    size_t n = 0;
    while (a->goes_among && a->goes_among(v, n, &o))
        n++;
    if (!n) {
        const uint64_t id = a->goes_by ? a->goes_by(v) : 0;
        if (a->many) /* those that are marked, or the one */
            book_open_marked(ui, a->goes, v->marked_n ? v->marked : &v->id, v->marked_n ? v->marked_n : 1);
        else if (!a->goes->foreign || !full_foreign(ui, a->goes->name, id, v))
            book_open(ui, a->goes, id);
        return;
    }
    const char **names = arena_alloc(ui_arena(ui), (n + 1) * sizeof *names);
    s->leads = a;
    s->among = arena_alloc(ui_arena(ui), n * sizeof *s->among);
    for (size_t i = 0; i < n && a->goes_among(v, i, &o); i++) {
        names[i] = o.name;
        s->among[i] = (uint64_t)o.value;
    }
    if (n == 1)
        book_open(ui, a->goes, *s->among);
    else
        ui_dialog(ui, &(struct dialog){.kind = DIALOG_CHOOSE,
                                       .title = arena_printf(ui_arena(ui), "Which %s?", a->name),
                                       .choices = names,
                                       .yes = "Open",
                                       .done = go_among});
}

void act_begin(struct ui *ui, struct act_state *s, const struct book *b, const struct act *a,
               const struct scene *v)
{
    if (a->copies) {
        const char *text = a->copies(v);
        if (strchr(text, '\n'))
            ui_copy_secret(ui, text, "the text");
        else
            ui_copy(ui, text);
        return;
    }
    if (a->goes && !act_asks(a)) {
        go(ui, s, a, v);
        return;
    }
    drop(s);
    s->run = act_run(ui, b, a, v);
    act_step(ui, s);
}

bool act_reply(struct ui *ui, struct act_state *s, int tag, const struct reply *r)
{
    if (tag != TAG_ACT && tag != TAG_FRESH && tag != TAG_ME)
        return false;
    if (r->arena)
        arena_secret(r->arena); /* it may say what is told only once */
    if (!s->run)
        return true;
    if (tag == TAG_ME) {
        s->known = r->code == OK;
        if (s->known)
            client_know(ui, ((const struct session_me_out *)r->out)->me);
        else if (!ui_refused(ui, r))
            return true;
        if (s->known)
            act_step(ui, s);
        return true;
    }
    if (tag == TAG_ACT) {
        run_answer(s->run, r->code, r->why, strcmp(r->why->detail, CLIENT_NOT_SENT) == 0, r->out);
    } else if (ui_refused(ui, r)) {
        return true;
    } else {
        run_fresh(s->run, r->out);
        act_form_again(s);
    }
    act_step(ui, s);
    return true;
}
