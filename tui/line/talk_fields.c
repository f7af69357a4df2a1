/* The fields of an act in a conversation: a question each. */
#include "proto/paper/show.h"
#include "tui/face/fill_in.h"
#include "tui/face/run.h"
#include "tui/full/qr.h"
#include "tui/line/talk_book.h"
#include "tui/line/talk_inside.h"
#include <string.h>

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

/* Another act of a straight book, typed where its first field is asked for; which portal it is about is known before. */
static const struct act *other_act(const struct run *r, const struct give *g, const char *typed)
{
    const struct give *first = r->act->gives;
    while (first->field && (!run_wanted(r, first) || strcmp(first->field, "portal") == 0))
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
    const bool money = run_field(r, g)->type == FIELD_MONEY;
    const char *unit = show_text(money ? run_currency(r, g) : g->unit);
    return scene_text(&r->view, "%s%s%s%s%s%s", run_label(r, g), *unit ? ", " : "", unit,
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
    if ((b->alone || b->first) && !page_find(run_before(r), PAGE_TITLE))
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

enum turn talk_fields(struct talk *t, struct run *r)
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
