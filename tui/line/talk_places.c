#include "tui/line/talk_places.h"
#include "tui/line/talk_book.h"
#include <string.h>

struct telling {
    const struct places *places;
    struct arena *arena;
    struct scene v;
    struct deed *deeds;
};

static size_t count(const struct place *of)
{
    size_t n = 0;
    while (of && of[n].book)
        n++;
    return n;
}

static void deeds_of(const struct place *of, struct deed *deeds, bool unlisted)
{
    for (size_t i = 0; of && of[i].book; i++) {
        const struct place *at = &of[i];
        deeds[i] = (struct deed){.name = at->word,
                                 .help = at->help,
                                 .op = at->book->op,
                                 .always = at->book->foreign,
                                 .unlisted = unlisted,
                                 .run = talk_book_deed,
                                 .arg = at->book};
    }
}

static bool ask(struct talk *t, struct telling *s)
{
    const struct places *p = s->places;
    const enum op_number op[] = {p->op, p->also};
    const void **out[] = {&s->v.out, &s->v.also[0]};
    for (size_t i = 0; i < COUNT_OF(op); i++)
        if (op[i] != OP_COUNT && talk_may(t, op[i]) &&
            !talk_get(t, (enum talk_tag)(TAG_LIST + i), op[i],
                      arena_alloc(s->arena, op_at(op[i])->in()->size), out[i]))
            return false;
    return true;
}

static bool show(struct talk *t, void *ctx)
{
    struct telling *s = ctx;
    arena_reset(s->arena);
    s->v = (struct scene){.arena = s->arena, .me = talk_me(t), .today = talk_today(t)};
    if (!ask(t, s))
        return false;
    for (size_t i = 0; s->places->of[i].book; i++) { /* a place that is visited asks under the same tags */
        const char *now = place_now(&s->places->of[i], &s->v);
        s->deeds[i].help = now ? arena_text(s->arena, now, strlen(now)) : NULL;
    }
    return true;
}

static enum turn tell_places(struct talk *t, const struct places *places)
{
    struct telling s = {.places = places, .arena = arena_open()};
    struct arena *deeds = arena_open();
    s.deeds = arena_alloc(deeds, (count(s.places->of) + 1) * sizeof *s.deeds);
    deeds_of(s.places->of, s.deeds, false);
    enum turn turn = talk_menu(
        t, &(struct talk_menu){.label = s.places->title, .deeds = s.deeds, .show = show, .ctx = &s});
    arena_close(deeds);
    arena_close(s.arena);
    return turn;
}

/* --- the main menu */

static enum turn go(struct talk *t, void *ctx)
{
    const struct way *w = talk_arg(t);
    (void)ctx;
    return w->places ? tell_places(t, w->places) : talk_book(t, w->book, 0);
}

static bool offered(struct talk *t)
{
    const struct way *w = talk_arg(t);
    return !w->offered || w->offered(talk_me(t));
}

const struct deed *talk_ways(struct arena *a, const struct way *ways, const struct places *p)
{
    size_t n = 0;
    while (ways[n].word)
        n++;
    struct deed *all = arena_alloc(a, (n + count(p->of) + count(p->unlisted) + 1) * sizeof *all);
    for (size_t i = 0; i < n; i++) {
        const struct way *w = &ways[i];
        all[i] = (struct deed){.name = w->word,
                               .help = w->help,
                               .op = w->places          ? w->places->op
                                     : w->book->foreign ? w->op
                                                        : w->book->op,
                               .offered = offered,
                               .run = go,
                               .arg = w};
    }
    deeds_of(p->of, all + n, true);
    deeds_of(p->unlisted, all + n + count(p->of), true);
    return all;
}
