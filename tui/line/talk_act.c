/* Runs an act in a conversation: what the run wants, as questions. */
#include "proto/paper/show.h"
#include "tui/face/fill_in.h"
#include "tui/face/run.h"
#include "tui/full/qr.h"
#include "tui/line/talk_book.h"
#include "tui/line/talk_inside.h"
#include <ctype.h>
#include <string.h>

#define LOOK_MS 2000  /* between two looks at what takes a while */
#define NUDGE_EVERY 5 /* looks */
#define PATIENCE 4    /* looks, then it is said that it may take longer */
#define GIVE_UP 150   /* looks: five minutes */

/* --- one field */

struct asked {
    struct run *r;
    const struct give *g;
};

#define DRAW "qr" /* typed where a link can be drawn for a phone */

static const struct page_item *scan_of(struct run *r)
{
    const struct page *p = run_before(r);
    return p ? page_find(p, PAGE_SCAN) : NULL;
}

static bool wants_drawing(struct run *r, const char *typed)
{
    return strcmp(typed, DRAW) == 0 && scan_of(r);
}

/* Another act of a straight book, typed where its first field is asked for. */
static const struct act *other_act(const struct run *r, const struct give *g, const char *typed)
{
    const struct give *first = r->act->gives;
    while (first->field && !run_wanted(r, first))
        first++;
    const struct act *a = r->book->straight && g == first ? r->act + 1 : NULL;
    while (a && a->name && strcmp(a->name, typed) != 0)
        a++;
    return a && a->name ? a : NULL;
}

static const char *take_text(void *ctx, const char *typed)
{
    const struct asked *a = ctx;
    if (other_act(a->r, a->g, typed))
        return NULL;
    return wants_drawing(a->r, typed) ? NULL : run_read(a->r, a->g, typed);
}

static const char *label_of(const struct run *r, const struct give *g)
{
    return scene_text(&r->view, "%s%s%s%s%s%s", run_label(r, g), g->unit ? ", " : "", show_text(g->unit),
                      g->empty || g->all ? ", " : "", show_text(g->empty),
                      g->all ? scene_text(&r->view, "Enter for %s", g->all) : "");
}

/* TURN_AGAIN: it was another one. */
static enum turn ask_again_secret(struct talk *t, const struct run *r, const struct give *g,
                                  const char *first)
{
    char typed[512];
    struct talk_prompt prompt = {.label = scene_text(&r->view, "%s again", run_label(r, g)), .secret = true};
    enum turn turn = talk_ask(t, &prompt, typed, sizeof typed);
    if (turn == TURN_ON && strcmp(typed, first) != 0) {
        talk_say(t, "%s Type it again.", GIVE_DIFFERS);
        turn = TURN_AGAIN;
    }
    explicit_bzero(typed, sizeof typed);
    return turn;
}

static enum turn ask_text(struct talk *t, struct run *r, const struct give *g)
{
    const struct field *f = run_field(r, g);
    const char *now = run_typed(r, g), *usual = run_usual(r, g);
    struct asked asked = {r, g};
    struct talk_prompt prompt = {.label = label_of(r, g),
                                 .help = g->help ? g->help : f->help,
                                 .initial = *now ? now : usual,
                                 .secret = f->type == FIELD_SECRET && g->as != AS_SHOWN,
                                 .optional = !run_must(r, g) && !usual,
                                 .take = take_text,
                                 .ctx = &asked};
    char typed[8192];
    enum turn turn = f->type == FIELD_LINES ? talk_ask_text(t, &prompt, typed, sizeof typed)
                                            : talk_ask(t, &prompt, typed, sizeof typed);
    if (turn == TURN_ON && wants_drawing(r, typed)) {
        talk_qr(t, scan_of(r)->text, QR_LOW);
        turn = TURN_AGAIN;
    }
    if (turn == TURN_ON && other_act(r, g, typed))
        run_instead(r, other_act(r, g, typed));
    else if (turn == TURN_ON && g->twice)
        turn = ask_again_secret(t, r, g, typed);
    explicit_bzero(typed, sizeof typed);
    return turn;
}

static enum turn ask_choice(struct talk *t, struct run *r, const struct give *g)
{
    struct option o;
    size_t n = 0, chosen = 0;
    while (run_choice(r, g, n, &o))
        n++;
    const char **names = arena_alloc(r->view.arena, n * sizeof *names);
    for (size_t i = 0; i < n && run_choice(r, g, i, &o); i++)
        names[i] = o.name;
    const void *at = fill_at(r->shape, r->in, g->field);
    bool stands =
        (r->act->begins || g->first) && at && (run_field(r, g)->type == FIELD_BOOL || *(const int *)at);
    enum turn turn =
        talk_choose_from(t, run_label(r, g), names, n, stands ? names[run_chosen(r, g)] : NULL, &chosen);
    if (turn == TURN_ON)
        run_choose(r, g, chosen);
    return turn;
}

/* --- several of many, by name */

static const char *choice_named(const struct run *r, const struct give *g, const char *word)
{
    struct option o;
    for (size_t i = 0; run_choice(r, g, i, &o); i++)
        if (strcmp(o.name, word) == 0)
            return o.name;
    return NULL;
}

static const char *take_names(void *ctx, const char *typed)
{
    const struct asked *a = ctx;
    size_t most = (size_t)run_field(a->r, a->g)->max, n = 0;
    const char **names = arena_alloc(a->r->view.arena, most * sizeof *names);
    char *rest = arena_text(a->r->view.arena, typed, strlen(typed));
    if (strcmp(typed, "list") == 0)
        return NULL;
    for (char *word; (word = strsep(&rest, " ,")) != NULL;) {
        const char *name = *word ? choice_named(a->r, a->g, word) : NULL;
        if (*word && !name)
            return scene_text(&a->r->view, "\"%s\" %s. list tells what there is.", word, a->g->wrong);
        if (name && n == most)
            return scene_text(&a->r->view, "At most %zu.", most);
        if (name)
            names[n++] = name;
    }
    run_mark(a->r, a->g, names, n);
    return NULL;
}

static enum turn ask_many(struct talk *t, struct run *r, const struct give *g)
{
    char typed[4000];
    struct asked asked = {r, g};
    struct talk_prompt prompt = {
        .label = label_of(r, g),
        .help = scene_text(&r->view, "Names with blanks between them; list tells what there is. %s",
                           show_text(g->help)),
        .optional = true,
        .take = take_names,
        .ctx = &asked};
    struct option o;
    for (;;) {
        enum turn turn = talk_ask(t, &prompt, typed, sizeof typed);
        if (turn != TURN_ON || strcmp(typed, "list") != 0)
            return turn;
        for (size_t i = 0; run_choice(r, g, i, &o); i++)
            talk_say(t, "%s: %s", o.name, show_text(o.help));
    }
}

/* --- what a run wants */

static enum turn ask_give(struct talk *t, struct run *r, const struct give *g)
{
    if (run_chooses(r, g))
        return ask_choice(t, r, g);
    switch (run_field(r, g)->type) {
    case FIELD_TEXTS: return ask_many(t, r, g);
    case FIELD_LIST: return talk_parts(t, r, g);
    default: return ask_text(t, r, g);
    }
}

static void say_before(struct talk *t, struct run *r)
{
    const struct book *b = r->book;
    if (b->straight && !page_find(run_before(r), PAGE_TITLE))
        talk_title(t, "%s", b->name_of ? b->name_of(&r->view) : b->title);
    talk_page(t, run_before(r));
    if (scan_of(r))
        talk_say(t, "Type " DRAW " below for a QR code of the link.");
}

static enum turn ask_one(struct talk *t, struct run *r, const struct give *g)
{
    enum turn turn = TURN_ON;
    while (r->wants != RUN_DONE && (turn = ask_give(t, r, g)) == TURN_AGAIN)
        ;
    return turn;
}

static enum turn ask_refused(struct talk *t, struct run *r)
{
    enum turn turn = TURN_ON;
    talk_say(t, "%s", r->sentence);
    for (const struct give *g = r->act->gives; g && g->field && turn == TURN_ON; g++)
        if (run_wanted(r, g) && strcmp(g->field, r->field) == 0)
            turn = ask_one(t, r, g);
    return turn;
}

/* --- many questions: what has to be said first, then each group for who has more to say */

#define MANY 8 /* that need no answer */

static bool can_wait(const struct run *r, const struct give *g)
{
    return run_wanted(r, g) && !run_must(r, g);
}

static bool is_long(const struct run *r)
{
    size_t must = 0, rest = 0;
    for (const struct give *g = r->act->gives; g && g->field; g++) {
        must += run_wanted(r, g) && run_must(r, g);
        rest += can_wait(r, g);
    }
    return !r->act->begins && must && rest > MANY;
}

static const struct give *group_end(const struct give *g)
{
    do
        g++;
    while (g->field && !g->heading);
    return g;
}

static enum turn ask_group(struct talk *t, struct run *r, const struct give *from)
{
    const struct give *end = group_end(from);
    const char *names = "";
    enum turn turn = TURN_ON;
    bool more = false;
    for (const struct give *g = from; g != end; g++)
        if (can_wait(r, g))
            names = scene_text(&r->view, "%s%s%s", names, *names ? ", " : "", run_label(r, g));
    if (!*names)
        return TURN_ON;
    talk_fact(t, from->heading ? from->heading : "Not needed", "%s", names);
    turn = talk_confirm(t, &more, "Fill %s in?", strchr(names, ',') ? "them" : "it");
    for (const struct give *g = from; g != end && more && turn == TURN_ON; g++)
        if (can_wait(r, g))
            turn = ask_one(t, r, g);
    return turn;
}

static enum turn ask_long(struct talk *t, struct run *r)
{
    enum turn turn = TURN_ON;
    for (const struct give *g = r->act->gives; g && g->field && turn == TURN_ON; g++)
        if (run_wanted(r, g) && run_must(r, g))
            turn = ask_one(t, r, g);
    for (const struct give *g = r->act->gives; g && g->field && turn == TURN_ON; g = group_end(g))
        turn = ask_group(t, r, g);
    return turn;
}

static enum turn ask_all(struct talk *t, struct run *r)
{
    enum turn turn = TURN_ON;
    for (const struct give *g = r->act->gives; g && g->field && turn == TURN_ON; g++) {
        if (g->heading)
            talk_say(t, "%s.", g->heading);
        if (run_wanted(r, g))
            turn = ask_one(t, r, g);
    }
    return turn;
}

static void say_others(struct talk *t, const struct run *r)
{
    for (const struct act *a = r->act + 1; a->name; a++)
        talk_say(t, "Or type %s: %s.", a->name, a->help);
}

static enum turn ask_fields(struct talk *t, struct run *r)
{
    enum turn turn;
    if (r->wants == RUN_FIELD) {
        turn = ask_refused(t, r);
    } else {
        if (r->act->note)
            talk_say(t, "%s", r->act->note);
        if (r->act->before)
            say_before(t, r);
        if (r->book->straight)
            say_others(t, r);
        turn = is_long(r) ? ask_long(t, r) : ask_all(t, r);
    }
    if (turn == TURN_ON && r->wants != RUN_DONE)
        run_given(r);
    return turn;
}

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
        talk_say(t, "%s %s", r->sentence, r->act->follow->nothing);
    else if (r->why.code != OK)
        talk_refused(t);
    else if (*r->sentence)
        talk_say(t, "%s", r->sentence);
    const bool moved = r->why.code == ERR_STATE || r->why.code == ERR_STALE; /* since it was shown */
    return moved ? TURN_AGAIN : TURN_BACK;
}

static enum turn tell(struct talk *t, struct run *r)
{
    bool kept = !page_find(r->page, PAGE_SECRET);
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

static enum turn finish(struct talk *t, const struct run *r)
{
    const struct act *a = r->act;
    enum turn turn = TURN_ON;
    if (a->enters)
        enter(t, r);
    if (!learn(t, r))
        return talk_turn(t, TURN_BACK);
    if (r->sentence)
        talk_say(t, "%s%s", book_words(r->book, r->view.arena, r->sentence, talk_call),
                 a->undo ? " undo takes it back." : "");
    if (a->enters)
        return talk_turn(t, TURN_LEAVE);
    if (a->opens && r->out)
        say_made(t, r);
    if (a->hands) {
        turn = talk_straight(t, a->goes, r);
        return turn == TURN_BACK || turn == TURN_ON ? TURN_AGAIN : turn;
    }
    const uint64_t to = a->goes ? a->goes_to(&r->view, r->out) : 0;
    if (to)
        turn = talk_book(t, a->goes, to);
    const enum op_mode mode = op_at(a->op)->mode;
    const bool read = mode == OP_READ || mode == OP_HEAVY; /* then all stands as it was told */
    return turn == TURN_END ? turn : a->leaves ? TURN_LEAVE : read ? TURN_BACK : TURN_AGAIN;
}

static enum turn step(struct talk *t, struct run *r)
{
    switch (r->wants) {
    case RUN_GIVES:
    case RUN_FIELD: return ask_fields(t, r);
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
    run_close(t->undo);
    t->undo = r->wants == RUN_DONE && a->undo ? r : NULL;
    t->undo_until = loop_now(t->loop) + UNDO_MS;
    if (!t->undo)
        run_close(r);
    return talk_turn(t, turn);
}
