/* A book in a conversation: its rows or its page, then its acts as a menu. */
#include "proto/paper/show.h"
#include "tui/face/fill_in.h"
#include "tui/line/talk_book.h"
#include "tui/line/talk_inside.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#define ROUNDS 40 /* pages without a row that are read before a person has to ask for more */

struct reading {
    const struct book *b;
    struct arena *told, *asked; /* asked: why an act is not possible */
    struct scene v;
    char find[401], after[401], next[401]; /* what is looked for; where this page begins, and the next one */
};

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
    return true;
}

static bool ask(struct talk *t, struct reading *r)
{
    const struct book *b = r->b;
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    arena_reset(r->told);
    r->v = (struct scene){.arena = r->told,
                          .me = talk_me(t),
                          .today = talk_today(t),
                          .now = (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000,
                          .id = r->v.id,
                          .find = r->find,
                          .most = TALK_PAGE};
    if (!ask_page(t, r))
        return false;
    for (int i = 0; b->also && b->also[i].op != OP_COUNT; i++)
        if (talk_may(t, b->also[i].op) &&
            !talk_get(t, (enum talk_tag)(TAG_MORE + i), b->also[i].op, book_asks(b, &r->v, i), &r->v.also[i]))
            return false;
    return true;
}

/* "Token 1: nightly export, may look, …" */
static void say_row(struct talk *t, const struct reading *r, const struct scene *v, const struct shape *of,
                    size_t number)
{
    const char *text = "";
    for (const struct column *c = r->b->columns; c->field; c++) {
        const char *cell = c->spoken ? c->spoken(v) : book_cell(c, v, of);
        if (*cell)
            text = scene_text(v, "%s%s%s%s%s", text, *text ? ", " : "", show_text(c->says),
                              c->says ? " " : "", cell);
    }
    talk_say(t, "%c%s %zu: %s", toupper((unsigned char)*r->b->noun), r->b->noun + 1, number, text);
}

static void say_rows(struct talk *t, const struct reading *r)
{
    const struct shape *of;
    const char *first;
    struct scene v = r->v;
    size_t n = book_rows(r->b, v.out, &of, &first);
    talk_title(t, "%s%s%s%s%s", r->b->title, *r->find ? ", with \"" : "", r->find, *r->find ? "\"" : "",
               *r->after ? ", continued" : "");
    if (!n && !*r->next)
        talk_say(t, "%s", *r->after ? "No more." : *r->find ? "Nothing matches." : r->b->empty);
    for (size_t i = 0; i < n; i++) {
        v.row = first + i * of->size;
        v.id = book_row_id(of, v.row);
        say_row(t, r, &v, of, i + 1);
    }
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
}

static bool show(struct talk *t, void *ctx)
{
    struct reading *r = ctx;
    if (!ask(t, r))
        return false;
    if (r->b->rows)
        say_rows(t, r);
    else
        say_page(t, r, &r->v);
    return true;
}

/* --- which row */

static const char *row_at(const struct reading *r, size_t i, const struct shape **of)
{
    const char *first;
    return i < book_rows(r->b, r->v.out, of, &first) ? first + i * (*of)->size : NULL;
}

/* By its number, or what stands first in it. */
static bool find_row(const struct reading *r, const char *typed, struct scene *v)
{
    const struct shape *of;
    size_t digits = strspn(typed, "0123456789");
    bool number = digits && !typed[digits] && digits < 7;
    const char *row = number ? row_at(r, strtoul(typed, NULL, 10) - 1, &of) : NULL;
    for (size_t i = 0; !row && (v->row = row_at(r, i, &of)); i++)
        if (strcasecmp(book_cell(r->b->columns, v, of), typed) == 0)
            row = v->row;
    return row && book_find(r->b, v, book_row_id(of, row));
}

static enum turn which_row(struct talk *t, const struct reading *r, struct scene *v)
{
    char typed[200];
    const char *label = scene_text(v, "Which %s", r->b->noun);
    struct talk_prompt prompt = {.label = label, .help = "Its number, as it stands above."};
    snprintf(typed, sizeof typed, "%s", talk_argument(t));
    enum turn turn = *typed ? TURN_ON : talk_ask(t, &prompt, typed, sizeof typed);
    if (turn != TURN_ON || find_row(r, typed, v))
        return turn;
    talk_say(t, "There is no %s \"%s\".", r->b->noun, typed);
    return TURN_BACK;
}

/* --- pages */

static const char *can_next(struct talk *t, const void *ctx)
{
    (void)t;
    return *((const struct reading *)ctx)->next ? NULL : "There are no more.";
}

static enum turn run_next(struct talk *t, void *ctx)
{
    struct reading *r = ctx;
    (void)t;
    snprintf(r->after, sizeof r->after, "%s", r->next);
    return TURN_AGAIN;
}

static enum turn run_first(struct talk *t, void *ctx)
{
    (void)t;
    *((struct reading *)ctx)->after = '\0';
    return TURN_AGAIN;
}

/* Why that can not be looked for; NULL: it can. What day it is only the server knows: here any will do. */
static const char *not_found_by(void *ctx, const char *typed)
{
    const struct reading *r = ctx;
    struct refusal why = {0};
    struct filter f;
    if (!r->b->filter || filter_read(r->asked, r->b->filter(), typed, r->v.today, &f, &why) == OK)
        return NULL;
    return scene_text(&r->v, "%s", why.detail);
}

static enum turn run_find(struct talk *t, void *ctx)
{
    struct reading *r = ctx;
    size_t most = (size_t)fill_field(op_at(r->b->op)->in(), book_finds(r->b))->max + 1;
    char typed[sizeof r->find];
    struct talk_prompt prompt = {.label = "Find, empty for everything",
                                 .help = "Words, or their beginnings.",
                                 .optional = true,
                                 .take = not_found_by,
                                 .ctx = r};
    snprintf(typed, sizeof typed, "%s", talk_argument(t));
    const char *why = not_found_by(r, typed);
    enum turn turn = TURN_ON;
    if (!*typed)
        turn = talk_ask(t, &prompt, typed, most < sizeof typed ? most : sizeof typed);
    else if (why)
        talk_say(t, "%s", why);
    if (turn != TURN_ON || why)
        return turn == TURN_ON ? TURN_BACK : turn;
    snprintf(r->find, sizeof r->find, "%s", typed);
    return run_first(t, r);
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

/* An act on one row can be done when it can be done on some row. */
static const char *possible(struct talk *t, const void *ctx)
{
    const struct reading *r = ctx;
    const struct act *a = talk_arg(t);
    const struct shape *of;
    struct scene v = r->v;
    if (!book_about_row(r->b, a))
        return impossible(r, a, &v);
    for (size_t i = 0; (v.row = row_at(r, i, &of)); i++) {
        v.id = book_row_id(of, v.row);
        if (!impossible(r, a, &v))
            return NULL;
    }
    return "There is none.";
}

static enum turn run_act(struct talk *t, void *ctx)
{
    const struct reading *r = ctx;
    const struct act *a = talk_arg(t);
    struct scene v = r->v;
    enum turn turn = book_about_row(r->b, a) ? which_row(t, r, &v) : TURN_ON;
    if (turn != TURN_ON)
        return turn;
    const char *why = impossible(r, a, &v);
    if (!why)
        return talk_act(t, r->b, a, &v);
    talk_say(t, "%s", why);
    return TURN_BACK;
}

static const char *can_open(struct talk *t, const void *ctx)
{
    const struct shape *of;
    (void)t;
    return row_at(ctx, 0, &of) ? NULL : "There is none.";
}

static enum turn tell_row(struct talk *t, void *ctx)
{
    const struct reading *r = ctx;
    struct scene v = r->v;
    enum turn turn = which_row(t, r, &v);
    if (turn == TURN_ON)
        say_page(t, r, &v);
    return turn == TURN_ON ? TURN_BACK : turn;
}

/* They live as long as the menu, and what was typed for one of them is not kept beyond it. */
static const struct deed *deeds_of(const struct book *b, struct arena *a)
{
    size_t n = 0;
    while (b->acts && b->acts[n].name)
        n++;
    struct deed *deeds = arena_alloc(a, (n + 5) * sizeof *deeds);
    for (size_t i = 0; i < n; i++)
        deeds[i] = (struct deed){.name = b->acts[i].name,
                                 .help = b->acts[i].help,
                                 .op = b->acts[i].op,
                                 .possible = possible,
                                 .run = run_act,
                                 .arg = &b->acts[i]};
    if (b->rows && b->tell)
        deeds[n++] = (struct deed){
            .name = "open", .help = "Tell all of one", .op = b->op, .possible = can_open, .run = tell_row};
    if (book_finds(b))
        deeds[n++] = (struct deed){.name = "find", .help = "Only some", .op = b->op, .run = run_find};
    if (book_pages(b)) {
        deeds[n++] = (struct deed){
            .name = "next", .help = "The next page", .op = b->op, .possible = can_next, .run = run_next};
        deeds[n++] =
            (struct deed){.name = "first", .help = "From the beginning", .op = b->op, .run = run_first};
    }
    return deeds;
}

enum turn talk_book(struct talk *t, const struct book *b, uint64_t id)
{
    if (b->foreign)
        return line_foreign(t, b->name, id);
    struct arena *deeds = arena_open();
    struct reading r = {.b = b, .told = arena_open(), .asked = arena_open(), .v = {.id = id}};
    char label[80];
    snprintf(label, sizeof label, "%c%s", toupper((unsigned char)*b->name), b->name + 1);
    enum turn turn = talk_menu(t, label, deeds_of(b, deeds), show, &r);
    talk_kept_drop(t);
    arena_close(r.told);
    arena_close(r.asked);
    arena_close(deeds);
    return turn;
}

enum turn talk_book_deed(struct talk *t, void *ctx)
{
    (void)ctx;
    return talk_book(t, talk_arg(t), 0);
}
