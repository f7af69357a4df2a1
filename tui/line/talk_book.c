/* A book in a conversation: its rows or its page, then its acts as a menu. */
#include "proto/paper/show.h"
#include "tui/face/run.h"
#include "tui/line/talk_reading.h"
#include <ctype.h>
#include <inttypes.h>
#include <string.h>
#include <time.h>

#define ROUNDS 40 /* pages without a row that are read before a person has to ask for more */

/* --- asking and saying */

/* A few rows among very many are found a stretch at a time: an empty one is no page, and what follows is looked at. The page stays the one
 * that was wanted: it is read again from there. */
static bool ask_page(struct talk *t, struct reading *r)
{
    const struct book *b = r->b;
    const struct shape *of;
    const char *first;
    snprintf(r->next, sizeof r->next, "%s", r->after);
    for (int round = 0; round < ROUNDS; round++) {
        r->v.after = r->next;
        if (!talk_get(t, b->rows ? TAG_LIST : TAG_DOC, b->op, book_asks(b, &r->v, -1), &r->v.out))
            return false;
        snprintf(r->next, sizeof r->next, "%s", show_text(book_next(b, r->v.out)));
        if (!*r->next || book_rows(b, r->v.out, &of, &first))
            break;
    }
    r->v.after = r->after;
    struct peek p;
    if (b->seen && !*r->after && b->seen(&r->v, &p) && talk_try(t, TAG_MORE, p.op, p.in, NULL, NULL) != OK) {
        /* it is told as new once more */
    }
    return true;
}

static void scene_begin(struct talk *t, struct reading *r)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    arena_reset(r->told);
    r->v = (struct scene){.arena = r->told,
                          .me = talk_me(t),
                          .today = talk_today(t),
                          .now = (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000,
                          .id = r->v.id,
                          .of = r->v.of,
                          .only = r->v.only,
                          .sort = r->v.sort,
                          .reverse = r->v.reverse,
                          .find = r->find,
                          .most = TALK_PAGE,
                          .way = client_way(talk_ui(t))};
}

static bool ask_more(struct talk *t, struct reading *r)
{
    const struct book *b = r->b;
    for (int i = 0; b->also && b->also[i].op != OP_COUNT; i++)
        if (talk_may(t, b->also[i].op) && book_may_also(b, (size_t)i, talk_me(t)) &&
            !talk_get(t, (enum talk_tag)(TAG_MORE + i), b->also[i].op, book_asks(b, &r->v, i), &r->v.also[i]))
            return false;
    return true;
}

static bool ask(struct talk *t, struct reading *r)
{
    scene_begin(t, r);
    return ask_page(t, r) && ask_more(t, r);
}

/* "Token 1: nightly export, may look, …" */
static void say_row(struct talk *t, const struct reading *r, const struct scene *v, const struct shape *of,
                    size_t number)
{
    const char *text = "";
    for (const struct column *c = r->b->columns; c->field; c++) {
        const char *cell = !column_offered(c, v) ? "" : c->spoken ? c->spoken(v) : book_cell(c, v, of);
        if (*cell)
            text = scene_text(v, "%s%s%s%s%s", text, *text ? ", " : "", show_text(c->says),
                              c->says ? " " : "", cell);
    }
    talk_say(t, "%c%s %zu: %s", toupper((unsigned char)*r->b->noun), r->b->noun + 1, number, text);
}

/* "12 of 348, total EUR 1,234.50": where something is looked for, on its first page. */
static void say_count(struct talk *t, const struct reading *r, const struct scene *v)
{
    bool more;
    const char *sums;
    const int64_t matched = book_matched(r->b, v, &more, &sums), total = book_total(r->b, v->out);
    if (*r->after || !*r->find || matched < 0)
        return;
    const char *of = total < 0 ? "" : scene_text(v, " of %" PRId64, total);
    talk_say(t, "%s%" PRId64 "%s%s%s.", more ? "At least " : "", matched, of, *sums ? ", " : "", sums);
}

static void say_above(struct talk *t, const struct reading *r)
{
    struct page *p = page_open(r->v.arena);
    r->b->above(p, &r->v);
    talk_page(t, p);
}

static void say_rows(struct talk *t, const struct reading *r)
{
    const struct shape *of;
    const char *first;
    struct scene v = r->v;
    size_t n = book_rows(r->b, v.out, &of, &first);
    struct option only = {0};
    for (size_t i = 0; v.only && book_only(r->b, v.me, i, &only) && only.value != v.only; i++)
        ;
    const struct column *by = r->b->columns;
    while (v.sort && by->field && by->sort != v.sort)
        by++;
    talk_title(t, "%s%s%s%s%s%s%s%s%s%s", r->b->title, v.sort ? ", by " : "", v.sort ? by->field : "",
               v.reverse ? ", the other way round" : "", v.only ? ", only " : "", v.only ? only.name : "",
               *r->find ? ", with \"" : "", r->find, *r->find ? "\"" : "", *r->after ? ", continued" : "");
    if (r->b->above && !*r->after)
        say_above(t, r);
    say_count(t, r, &v);
    if (!n && !*r->next)
        talk_say(t, "%s",
                 *r->after  ? "No more."
                 : *r->find ? "Nothing matches."
                            : book_empty(&v, book_nothing(r->b, &v, talk_call)));
    for (size_t i = 0; i < n; i++) {
        v.row = first + i * of->size;
        v.id = book_row_id(r->b, of, v.row);
        say_row(t, r, &v, of, i + 1);
    }
    if (r->b->note && n)
        talk_say(t, "%s", r->b->note);
    if (*r->next)
        talk_say(t, n ? "There are more: type next." : "Nothing so far. To look further: type next.");
}

static void say_page(struct talk *t, const struct reading *r, const struct scene *v)
{
    struct page *p = page_open(v->arena);
    r->b->tell(p, v);
    if (!page_find(p, PAGE_TITLE))
        talk_title(t, "%s", r->b->title);
    talk_page(t, p);
    const char *says = r->b->says ? r->b->says(v) : NULL;
    if (says)
        talk_say(t, "%s", says);
}

/* --- taking back what was done last here */

static void drop_undo(struct talk *t)
{
    run_close(t->undo);
    t->undo = NULL;
}

static const char *can_undo(struct talk *t, const void *ctx)
{
    const struct reading *r = ctx;
    return t->undo && t->undo->book == r->b && loop_now(t->loop) < t->undo_until
               ? NULL
               : "There is nothing to take back.";
}

static enum turn run_undo(struct talk *t, void *ctx)
{
    const struct reading *r = ctx;
    struct run *done = t->undo;
    t->undo = NULL;
    enum turn turn = talk_act(t, r->b, done->act->undo, &done->view);
    run_close(done);
    return turn;
}

static bool can_be_undone(const struct book *b)
{
    for (const struct act *a = b->acts; a && a->name; a++)
        if (a->undo)
            return true;
    return false;
}

static bool show(struct talk *t, void *ctx)
{
    struct reading *r = ctx;
    if (!ask(t, r))
        return false;
    reading_turns(r);
    for (struct deed *d = r->deeds; d->name; d++) {
        const struct act *a = d->arg;
        if (d->run == run_undo)
            d->unlisted = can_undo(t, r) != NULL;
        if (a && a->offered)
            d->unlisted = !book_about_row(r->b, a) && !a->offered(&r->v);
    }
    if (r->b->rows)
        say_rows(t, r);
    else
        say_page(t, r, &r->v);
    return true;
}

/* --- acts as deeds */

void talk_call(const struct act *a, char *buffer, size_t size)
{
    snprintf(buffer, size, "%s", a->name);
}

static const char *impossible(const struct reading *r, const struct act *a, const struct scene *v)
{
    arena_reset(r->asked);
    struct scene at = *v;
    at.arena = r->asked;
    return act_impossible(r->b, a, &at, talk_call);
}

/* An act on one row can be done when it can be done on some row; else why not, where that is the same for all. */
static const char *possible(struct talk *t, const void *ctx)
{
    const struct reading *r = ctx;
    const struct act *a = talk_arg(t);
    const struct shape *of;
    struct scene v = r->v;
    if (!book_about_row(r->b, a))
        return impossible(r, a, &v);
    const char *reason = NULL;
    for (size_t i = 0; (v.row = reading_row(r, i, &of)); i++) {
        v.id = book_row_id(r->b, of, v.row);
        const char *why = impossible(r, a, &v);
        if (!why)
            return NULL;
        if (!reason)
            reason = scene_text(&r->v, "%s", why);
        else if (strcmp(reason, why) != 0)
            reason = "Not for any of these.";
    }
    return reason ? reason : "There is none.";
}

static enum turn run_act(struct talk *t, void *ctx)
{
    const struct reading *r = ctx;
    const struct act *a = talk_arg(t);
    struct scene v = r->v;
    enum turn turn = a->many && r->b->rows     ? reading_which_several(t, r, a, &v)
                     : book_about_row(r->b, a) ? reading_which(t, r, &v)
                                               : TURN_ON;
    if (turn != TURN_ON)
        return turn;
    const char *why = impossible(r, a, &v);
    if (!why && a->finds)
        return reading_finds(t, ctx, a->finds(&v));
    if (!why)
        return talk_act(t, r->b, a, &v);
    talk_say(t, "%s", why);
    return TURN_BACK;
}

static const char *can_open(struct talk *t, const void *ctx)
{
    const struct shape *of;
    (void)t;
    return reading_row(ctx, 0, &of) ? NULL : "There is none.";
}

/* A row is opened by its number, and by what stands first in it: INV-000003. */
static bool names_row(struct talk *t, const void *ctx, const char *typed)
{
    struct scene v = ((const struct reading *)ctx)->v;
    (void)t;
    return reading_numbered(ctx, typed) || reading_called(ctx, typed, &v);
}

static enum turn tell_row(struct talk *t, void *ctx)
{
    const struct reading *r = ctx;
    struct scene v = r->v;
    enum turn turn = reading_which(t, r, &v);
    if (turn == TURN_ON && r->b->opens) {
        turn = talk_book(t, r->b->opens, v.id);
        return turn == TURN_END ? turn : TURN_AGAIN;
    }
    if (turn == TURN_ON)
        say_page(t, r, &v);
    return turn == TURN_ON ? TURN_BACK : turn;
}

/* Has it an act for Enter? */
static bool enters(const struct book *b)
{
    const struct act *a = b->acts ? book_enters(b) : NULL;
    return a && a->key == ENTER;
}

/* They live as long as the menu, and what was typed for one of them is not kept beyond it. */
static const struct deed *deeds_of(struct reading *r, struct arena *a)
{
    const struct book *b = r->b;
    size_t n = 0;
    while (b->acts && b->acts[n].name)
        n++;
    struct deed *deeds = r->deeds = arena_alloc(a, (n + 3 + READING_WAYS) * sizeof *deeds);
    for (size_t i = 0; i < n; i++)
        deeds[i] = (struct deed){.name = b->acts[i].name,
                                 .help = b->acts[i].help,
                                 .op = b->acts[i].op,
                                 .possible = possible,
                                 .run = run_act,
                                 .takes = b->rows && b->acts[i].key == ENTER ? names_row : NULL,
                                 .arg = &b->acts[i]};
    if (can_be_undone(b))
        deeds[n++] = (struct deed){.name = "undo",
                                   .help = "Take back what was just done",
                                   .op = b->op,
                                   .possible = can_undo,
                                   .run = run_undo};
    r->deeds = deeds;
    if (b->rows && (b->tell || b->opens) && !enters(b))
        deeds[n++] = (struct deed){.name = "open",
                                   .help = "Tell all of one",
                                   .op = b->op,
                                   .possible = can_open,
                                   .run = tell_row,
                                   .takes = names_row};
    return reading_ways(r, deeds, n);
}

/* What stands alone only tells what else is asked for, and may be without it. */
static void ask_around(struct talk *t, struct reading *r)
{
    const struct book *b = r->b;
    for (int i = 0; b->also && b->also[i].op != OP_COUNT && (!b->asks_also || b->asks_also(&r->v)); i++) {
        const enum err e = talk_try(t, (enum talk_tag)(TAG_MORE + i), b->also[i].op, book_asks(b, &r->v, i),
                                    NULL, &r->v.also[i]);
        if (e != OK)
            r->v.also[i] = NULL;
        if (e == ERR_NOT_FOUND)
            r->v.absent |= 1u << i;
    }
}

static bool ask_straight(struct talk *t, struct reading *r, const struct run *led)
{
    if (led) {
        r->v.out = led->out;
        r->v.sent = led->send;
    } else if (r->b->op != OP_COUNT && !ask_page(t, r)) {
        return false;
    }
    if (!r->b->alone)
        return ask_more(t, r);
    ask_around(t, r);
    return true;
}

enum turn talk_straight(struct talk *t, const struct book *b, const struct scene *with, const struct run *led)
{
    struct reading r = {
        .b = b, .told = arena_open(), .asked = arena_open(), .v = {.id = with ? with->id : 0}};
    arena_secret(r.told);
    scene_begin(t, &r);
    if (with) {
        r.v.marked = with->marked;
        r.v.marked_n = with->marked_n;
    }
    const bool read = ask_straight(t, &r, led);
    const char *why = NULL;
    const uint64_t rather = read && b->rather ? b->rather_this(&r.v, &why) : 0;
    if (read && !rather)
        why = book_not_begun(b, &r.v, talk_call);
    enum turn turn = read && !why ? talk_act(t, b, b->acts, &r.v) : talk_turn(t, TURN_BACK);
    if (why)
        talk_not(t, "%s", why);
    arena_close(r.told);
    arena_close(r.asked);
    return rather ? talk_book(t, b->rather, rather) : turn;
}

/* What it is opened with, from the list that holds it: its page is told until one is named. */
static enum turn pick(struct talk *t, const struct book *b)
{
    struct reading r = {
        .b = b->picks, .told = arena_open(), .asked = arena_open(), .v = {.only = b->picks_only}};
    char typed[200];
    enum turn turn = TURN_BACK;
    struct talk_prompt prompt = {.label = b->picks_title,
                                 .help = "Its number or the beginning of its name; other words look for it."};
    while (ask(t, &r)) {
        say_rows(t, &r);
        turn = talk_ask(t, &prompt, typed, sizeof typed);
        if (turn != TURN_ON || reading_named(&r, typed, &r.v))
            break;
        snprintf(r.find, sizeof r.find, "%s", typed);
    }
    const uint64_t id = turn == TURN_ON ? r.v.id : 0;
    arena_close(r.told);
    arena_close(r.asked);
    return id ? talk_book(t, b, id) : talk_turn(t, turn);
}

enum turn talk_book_only(struct talk *t, const struct book *b, uint64_t id, int only)
{
    if (b->foreign)
        return line_foreign(t, b->name, id, NULL);
    const char *closed = book_closed(b, talk_me(t));
    if (closed) {
        talk_not(t, "%s", closed);
        return TURN_BACK;
    }
    if (b->picks && !id)
        return pick(t, b);
    if (b->straight)
        return talk_straight(t, b, &(struct scene){.id = id}, NULL);
    struct arena *deeds = arena_open();
    struct reading r = {.b = b, .told = arena_open(), .asked = arena_open(), .v = {.only = only}};
    *(b->of ? &r.v.of : &r.v.id) = id;
    char label[80];
    snprintf(label, sizeof label, "%c%s", toupper((unsigned char)*b->name), b->name + 1);
    enum turn turn = talk_menu(t, &(struct talk_menu){.label = label,
                                                      .deeds = deeds_of(&r, deeds),
                                                      .show = show,
                                                      .numbered = b->rows ? b->noun : NULL,
                                                      .count = reading_count,
                                                      .ctx = &r});
    talk_kept_drop(t);
    drop_undo(t);
    arena_close(r.told);
    arena_close(r.asked);
    arena_close(deeds);
    return turn;
}

enum turn talk_book_marked(struct talk *t, const struct book *b, const struct scene *v)
{
    uint64_t one = v->id;
    const struct scene meant = {.marked = v->marked_n ? v->marked : &one,
                                .marked_n = v->marked_n ? v->marked_n : 1};
    return talk_straight(t, b, &meant, NULL);
}

enum turn talk_book(struct talk *t, const struct book *b, uint64_t id)
{
    return talk_book_only(t, b, id, 0);
}

enum turn talk_book_deed(struct talk *t, void *ctx)
{
    (void)ctx;
    return talk_book(t, talk_arg(t), 0);
}
