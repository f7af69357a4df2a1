/* Runs an act in a conversation: what the run wants, as questions. */
#include "common/own_file.h"
#include "proto/paper/show.h"
#include "tui/face/fill_in.h"
#include "tui/face/run.h"
#include "tui/line/talk_book.h"
#include "tui/line/talk_inside.h"
#include <ctype.h>
#include <errno.h>
#include <string.h>

#define LOOK_MS 2000  /* between two looks at what takes a while */
#define NUDGE_EVERY 5 /* looks */
#define PATIENCE 4    /* looks, then it is said that it may take longer */
#define GIVE_UP 150   /* looks: five minutes */

static enum turn yes_or_no(enum turn turn, bool yes)
{
    return turn == TURN_ON && !yes ? TURN_BACK : turn;
}

static enum turn ask_agreed(struct talk *t, struct run *r)
{
    bool yes = false;
    talk_page(t, r->page);
    if (r->act->agree == AGREE_WORD) {
        const char *yes_to = r->yes;
        talk_say(t, "%s", r->question);
        enum turn typed =
            talk_word(t, r->act->word(&r->view, r->in),
                      scene_text(&r->view, "%c%s", tolower((unsigned char)*yes_to), yes_to + 1));
        if (typed == TURN_ON)
            run_agreed(r);
        return typed;
    }
    enum turn turn = talk_confirm(t, &yes, "%s", r->question);
    if (turn == TURN_ON && yes)
        run_agreed(r);
    return yes_or_no(turn, yes);
}

static void ask_server(struct talk *t, struct run *r)
{
    static const struct refusal none;
    const void *out = NULL;
    if (r->going || (r->act->follow && !r->unsure))
        talk_say(t, "%s", r->going ? r->going : r->act->follow->waits);
    enum err e = talk_try(t, TAG_ACT, r->act->op, r->send, r->request, &out);
    const struct refusal *why = e == OK ? &none : talk_why(t);
    run_answer(r, e, why, strcmp(why->detail, CLIENT_NOT_SENT) == 0, out);
}

static enum turn ask_stale(struct talk *t, struct run *r)
{
    bool yes = r->act->differs; /* then it is only told how it stands now */
    const void *out;
    enum turn turn = yes ? TURN_ON : talk_confirm(t, &yes, "%s Save your changes on top of it?", r->sentence);
    if (turn != TURN_ON || !yes)
        return turn == TURN_ON ? TURN_AGAIN : turn;
    if (!talk_get(t, TAG_ACT, r->book->op, book_asks(r->book, &r->view, -1), &out))
        return talk_turn(t, TURN_BACK);
    run_fresh(r, out);
    return TURN_ON;
}

static enum turn ask_again(struct talk *t, struct run *r)
{
    bool yes = false;
    talk_say(t, "%s", r->sentence);
    enum turn turn = talk_confirm(t, &yes, "Ask once more?");
    if (turn == TURN_ON && yes)
        run_again(r);
    return yes_or_no(turn, yes);
}

/* The connection was lost: the same is asked again when it is back. */
static enum turn ask_when_back(struct talk *t, struct run *r)
{
    talk_say(t, "%s", r->sentence);
    enum turn turn = talk_wait_online(t);
    if (turn == TURN_ON)
        run_again(r);
    return turn;
}

/* Until the outcome is known, or the person does not want to wait for it. */
static enum turn follow(struct talk *t, struct run *r)
{
    const struct follow *f = r->act->follow;
    const void *out;
    for (int looks = 1; r->wants == RUN_FOLLOWS; looks++) {
        if (looks == PATIENCE)
            talk_say(t, "%s", f->slow);
        enum turn turn = looks == GIVE_UP ? TURN_BACK : talk_pause(t, LOOK_MS);
        if (turn != TURN_ON)
            return turn;
        if (looks % NUDGE_EVERY == 0 &&
            talk_try(t, TAG_ACT, f->nudge, run_about(r, f->nudge), NULL, NULL) != OK) {
            /* it is looked at again anyway */
        }
        if (talk_try(t, TAG_ACT, f->look, run_about(r, f->look), NULL, &out) == OK)
            run_looked(r, out);
    }
    return talk_turn(t, TURN_ON);
}

static enum turn failed(struct talk *t, struct run *r)
{
    bool yes = false;
    talk_page(t, r->page);
    enum turn turn = talk_confirm(t, &yes, "%s?", r->act->follow->again);
    if (turn == TURN_ON && yes)
        run_retry(r);
    return turn == TURN_ON && !yes ? TURN_AGAIN : turn;
}

static enum turn refused(struct talk *t, const struct run *r)
{
    if (r->act->follow)
        talk_not(t, "%s %s", r->sentence, r->act->follow->nothing);
    else if (r->why.code != OK && !r->book->instead)
        talk_refused(t);
    else if (*r->sentence)
        talk_not(t, "%s", r->sentence);
    const bool moved = r->why.code == ERR_STATE || r->why.code == ERR_STALE; /* since it was shown */
    return moved ? TURN_AGAIN : TURN_BACK;
}

static enum turn tell(struct talk *t, struct run *r)
{
    bool kept = !page_find(r->page, PAGE_SECRET);
    const struct page_item *scan = r->act->tells ? page_find(r->page, PAGE_SCAN) : NULL;
    if (scan)
        talk_qr(t, scan->text, QR_MEDIUM);
    else
        talk_page(t, r->page);
    while (!kept) {
        enum turn turn = talk_confirm(t, &kept, "Have you kept it?");
        if (turn == TURN_END)
            return turn;
        if (!kept)
            talk_say(t, "Keep it first. It is not told again.");
    }
    run_told(r);
    return TURN_ON;
}

/* What was made, as the book tells it. */
static void say_made(struct talk *t, const struct run *r)
{
    struct scene v = r->view;
    struct page *p = page_open(v.arena);
    v.row = *(void *const *)fill_at(op_at(r->act->op)->out(), r->out, r->act->makes);
    r->book->tell(p, &v);
    talk_page(t, p);
}

/* As another person or for another customer. */
static void enter(struct talk *t, const struct run *r)
{
    const struct shape *out = op_at(r->act->op)->out();
    if (r->out)
        client_signed_in(talk_ui(t), *(const char *const *)fill_at(out, r->out, "token"),
                         *(const struct me *const *)fill_at(out, r->out, "me"),
                         fill_field(out, "choices") ? fill_at(out, r->out, "choices") : NULL);
    if (client_stage(talk_ui(t)) == STAGE_FULL)
        client_enter(talk_ui(t));
}

/* The one who did it is another now; what was done before anything else may have changed more than it says. */
static bool learn(struct talk *t, const struct run *r)
{
    struct me me = *talk_me(t);
    const void *out;
    if (r->act->learns) {
        r->act->learns(&me, r->out);
        client_know(talk_ui(t), &me);
    } else if (r->book->first) {
        if (!talk_get(t, TAG_ACT, OPNO_session_me, NULL, &out))
            return false;
        client_know(talk_ui(t), ((const struct session_me_out *)out)->me);
    }
    return true;
}

static const char *no_path(const char *typed)
{
    return *typed ? NULL : "Give the name of a new file.";
}

/* The answer is a file: kept in a new one of one's own. */
static enum turn keep_file(struct talk *t, const struct run *r)
{
    const struct shape *out = op_at(r->act->op)->out();
    const struct bytes *bytes = fill_at(out, r->out, r->act->keeps->bytes);
    const char *name = *(const char *const *)fill_at(out, r->out, r->act->keeps->name);
    const struct talk_prompt prompt = {.label = "File",
                                       .help = "A new file on this machine, readable for you alone.",
                                       .initial = name && *name != '.' && !strchr(name, '/') ? name : NULL,
                                       .check = no_path};
    char path[1000];
    enum turn turn = talk_ask(t, &prompt, path, sizeof path);
    if (turn != TURN_ON)
        return turn;
    switch (own_file_write(path, bytes->data, bytes->size)) {
    case OK: talk_say(t, "Saved in %s, readable for you alone.", path); break;
    case ERR_EXISTS: talk_say(t, "%s is there already. Nothing was written.", path); break;
    default: talk_say(t, "%s: %s", path, strerror(errno));
    }
    return TURN_BACK;
}

static enum turn finish(struct talk *t, const struct run *r)
{
    const struct act *a = r->act;
    if (a->keeps)
        return keep_file(t, r);
    enum turn turn = TURN_ON;
    if (a->enters)
        enter(t, r);
    if (!a->enters && !a->hands && !learn(t, r))
        return talk_turn(t, TURN_BACK);
    if (r->sentence)
        talk_say(t, "%s%s", book_words(r->book, r->view.arena, r->sentence, talk_call),
                 a->undo ? " undo takes it back." : "");
    if (a->enters)
        return talk_turn(t, TURN_LEAVE);
    if (a->opens && r->out)
        say_made(t, r);
    if (a->hands && r->send && fill_field(r->shape, "portal")) /* it is gone there from now on */
        client_go_to(talk_ui(t), *(const char *const *)fill_at(r->shape, r->send, "portal"));
    if (a->hands) {
        turn = talk_straight(t, a->goes, NULL, r);
        return turn == TURN_BACK || turn == TURN_ON ? TURN_AGAIN : turn;
    }
    t->on_to = a->goes ? a->goes_to(&r->view, r->out) : 0;
    const enum op_mode mode = op_at(a->op)->mode;
    const bool read = mode == OP_READ || mode == OP_HEAVY; /* then all stands as it was told */
    return a->leaves ? TURN_LEAVE : read ? TURN_BACK : TURN_AGAIN;
}

static enum turn step(struct talk *t, struct run *r)
{
    switch (r->wants) {
    case RUN_GIVES:
    case RUN_FIELD: return talk_fields(t, r);
    case RUN_AGREES: return ask_agreed(t, r);
    case RUN_ASKS: ask_server(t, r); return talk_turn(t, TURN_ON);
    case RUN_STALE: return ask_stale(t, r);
    case RUN_UNKNOWN: return r->act->follow ? ask_when_back(t, r) : ask_again(t, r);
    case RUN_FOLLOWS: return follow(t, r);
    case RUN_FAILED: return failed(t, r);
    case RUN_REFUSED: return refused(t, r);
    case RUN_TELLS: return tell(t, r);
    case RUN_DONE: return finish(t, r);
    }
    return TURN_BACK;
}

static void make_id(void *ctx, uint8_t id[16])
{
    ui_id(talk_ui(ctx), id);
}

/* To the one there is, or which one. What was read here may be gone when one comes back. */
static enum turn go(struct talk *t, const struct act *a, const struct scene *v)
{
    struct option o;
    size_t n = 0, chosen = 0;
    uint64_t id = a->goes_by ? a->goes_by(v) : 0;
    enum turn turn = TURN_ON;
    while (a->goes_among && a->goes_among(v, n, &o))
        n++;
    const char **names = arena_alloc(v->arena, (n + 1) * sizeof *names);
    for (size_t i = 0; i < n && a->goes_among(v, i, &o); i++)
        names[i] = o.name;
    if (n > 1)
        turn = talk_choose(t, scene_text(v, "Which %s", a->name), names, n, &chosen);
    if (n && a->goes_among(v, chosen, &o))
        id = (uint64_t)o.value;
    if (turn == TURN_ON)
        turn = a->many            ? talk_book_marked(t, a->goes, v)
               : a->goes->foreign ? line_foreign(t, a->goes->name, id, v)
                                  : talk_book(t, a->goes, id);
    return turn == TURN_END ? turn : TURN_AGAIN;
}

enum turn talk_act(struct talk *t, const struct book *b, const struct act *a, const struct scene *v)
{
    if (a->copies) {
        talk_raw(t, scene_text(v, "%s\n", a->copies(v)));
        return TURN_BACK;
    }
    if (a->goes && !act_asks(a))
        return go(t, a, v);
    struct run *r = run_open(b, a, v, &(struct run_ids){make_id, t});
    enum turn turn = TURN_ON;
    while (turn == TURN_ON)
        turn = step(t, r);
    const uint64_t to = t->on_to;
    const bool undoes = r->wants == RUN_DONE && a->undo;
    t->on_to = 0;
    if (!undoes)
        run_close(r); /* what was typed is not kept while what it led to is read */
    if (to && talk_book(t, a->goes, to) == TURN_END)
        turn = TURN_END;
    run_close(t->undo);
    t->undo = undoes ? r : NULL;
    t->undo_until = loop_now(t->loop) + UNDO_MS;
    return talk_turn(t, turn);
}
