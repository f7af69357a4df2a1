/* Rows of a book in a conversation: which one is meant, what is looked for, the order, the next page. */
#include "proto/paper/show.h"
#include "tui/face/fill_in.h"
#include "tui/line/talk_reading.h"
#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* --- which row */

const char *reading_row(const struct reading *r, size_t i, const struct shape **of)
{
    const char *first;
    return i < book_rows(r->b, r->v.out, of, &first) ? first + i * (*of)->size : NULL;
}

size_t reading_count(const void *ctx)
{
    const struct reading *r = ctx;
    const struct shape *of;
    const char *first;
    return book_rows(r->b, r->v.out, &of, &first);
}

const char *reading_numbered(const struct reading *r, const char *typed)
{
    const struct shape *of;
    size_t digits = strspn(typed, "0123456789");
    bool number = digits && !typed[digits] && digits < 7;
    return number ? reading_row(r, strtoul(typed, NULL, 10) - 1, &of) : NULL;
}

/* The only one whose first cell begins so; NULL: none, or several. */
static const char *row_beginning(const struct reading *r, const char *typed, struct scene *v)
{
    const struct shape *of;
    const char *only = NULL;
    for (size_t i = 0; *typed && (v->row = reading_row(r, i, &of)); i++) {
        if (strncasecmp(book_cell(r->b->columns, v, of), typed, strlen(typed)) != 0)
            continue;
        if (only)
            return NULL;
        only = v->row;
    }
    return only;
}

/* Whatever its case, and without the zeros before a number: "inv-3" is INV-000003. */
static bool called(const char *cell, const char *typed)
{
    for (bool inside = false; *cell || *typed; inside = isdigit((unsigned char)*cell++), typed++) {
        for (; !inside && *cell == '0' && isdigit((unsigned char)cell[1]); cell++)
            ;
        for (; !inside && *typed == '0' && isdigit((unsigned char)typed[1]); typed++)
            ;
        if (tolower((unsigned char)*cell) != tolower((unsigned char)*typed))
            return false;
    }
    return true;
}

bool reading_called(const struct reading *r, const char *typed, struct scene *v)
{
    const struct shape *of;
    for (size_t i = 0; (v->row = reading_row(r, i, &of)); i++)
        if (called(book_cell(r->b->columns, v, of), typed))
            return book_find(r->b, v, book_row_id(r->b, of, v->row));
    return false;
}

/* By its number, or what stands first in it, or the beginning of that. */
bool reading_named(const struct reading *r, const char *typed, struct scene *v)
{
    const struct shape *of;
    const char *row = reading_numbered(r, typed);
    const bool number = *typed && strspn(typed, "0123456789") == strlen(typed);
    if (!row && reading_called(r, typed, v))
        return true;
    if (!row && !number)
        row = row_beginning(r, typed, v);
    if (!row || !reading_row(r, 0, &of))
        return false;
    return book_find(r->b, v, book_row_id(r->b, of, row));
}

enum turn reading_which(struct talk *t, const struct reading *r, struct scene *v)
{
    char typed[200];
    const char *label = scene_text(v, "Which %s", r->b->noun);
    struct talk_prompt prompt = {.label = label, .help = "Its number, as it stands above."};
    snprintf(typed, sizeof typed, "%s", talk_argument(t));
    enum turn turn = *typed ? TURN_ON : talk_ask(t, &prompt, typed, sizeof typed);
    if (turn != TURN_ON || reading_named(r, typed, v))
        return turn;
    talk_say(t, "There is no %s \"%s\".", r->b->noun, typed);
    return TURN_BACK;
}

/* NULL, or why it is not one more of them. */
static const char *mark_row(const struct reading *r, const char *word, int64_t most, struct scene *v,
                            size_t *room)
{
    if (!reading_named(r, word, v))
        return scene_text(v, "There is no %s \"%s\".", r->b->noun, word);
    if (v->marked_n == (size_t)most)
        return scene_text(v, "At most %" PRId64 ".", most);
    if (v->marked_n == *room)
        v->marked = arena_grow(v->arena, v->marked, room, sizeof *v->marked);
    v->marked[v->marked_n++] = v->id;
    return NULL;
}

/* Several of the rows, by their numbers. */
enum turn reading_which_several(struct talk *t, const struct reading *r, const struct act *a, struct scene *v)
{
    char typed[400];
    const struct field *f = fill_field(op_at(a->op)->in(), a->many);
    struct talk_prompt prompt = {.label = scene_text(v, "Which %ss", r->b->noun),
                                 .help = "One number or more, with blanks between them."};
    size_t room = 0;
    snprintf(typed, sizeof typed, "%s", talk_argument(t));
    enum turn turn = *typed ? TURN_ON : talk_ask(t, &prompt, typed, sizeof typed);
    char *rest = typed;
    for (char *word; turn == TURN_ON && (word = strsep(&rest, " ,")) != NULL;) {
        if (!*word)
            continue;
        const char *why = mark_row(r, word, f->max, v, &room);
        if (why) {
            talk_say(t, "%s", why);
            return TURN_BACK;
        }
    }
    return turn == TURN_ON && !v->marked_n ? TURN_BACK : turn;
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

static enum turn run_first(struct talk *t, void *ctx);

enum turn reading_finds(struct talk *t, struct reading *r, const char *what)
{
    snprintf(r->find, sizeof r->find, "%s", what);
    return run_first(t, r);
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
    return reading_finds(t, r, typed);
}

/* --- only some, and in which order */

static const char *const *names_only(const struct reading *r, size_t *n)
{
    struct option o;
    for (*n = 0; book_only(r->b, r->v.me, *n, &o);)
        (*n)++;
    const char **names = arena_alloc(r->v.arena, (*n + 1) * sizeof *names);
    for (size_t i = 0; i < *n && book_only(r->b, r->v.me, i, &o); i++)
        names[i] = o.name;
    return names;
}

/* What was typed behind the deed's name, or else asked for: the index of one of them. */
static enum turn which(struct talk *t, const char *label, const char *const *names, size_t n, size_t *chosen)
{
    const char *typed = talk_argument(t);
    for (size_t i = 0; *typed && i < n; i++)
        if (strncasecmp(typed, names[i], strlen(typed)) == 0) {
            *chosen = i;
            return TURN_ON;
        }
    return talk_choose(t, label, names, n, chosen);
}

static enum turn run_only(struct talk *t, void *ctx)
{
    struct reading *r = ctx;
    struct option o;
    size_t n, chosen = 0;
    const char *const *names = names_only(r, &n);
    enum turn turn = which(t, "Show", names, n, &chosen);
    if (turn != TURN_ON || !book_only(r->b, r->v.me, chosen, &o))
        return turn;
    r->v.only = (int)o.value;
    return run_first(t, r);
}

static bool sorts(const struct book *b)
{
    for (const struct column *c = b->columns; c && c->field; c++)
        if (c->sort)
            return true;
    return false;
}

/* By a column in its natural direction; chosen once more, the other way round. */
static enum turn run_sort(struct talk *t, void *ctx)
{
    struct reading *r = ctx;
    const char *names[16];
    const struct column *by[16];
    size_t n = 0, chosen = 0;
    for (const struct column *c = r->b->columns; c->field && n < COUNT_OF(by); c++)
        if (c->sort) {
            by[n] = c;
            names[n++] = c->field;
        }
    enum turn turn = which(t, "Sort by", names, n, &chosen);
    if (turn != TURN_ON)
        return turn;
    r->v.reverse = r->v.sort == by[chosen]->sort && !r->v.reverse;
    r->v.sort = by[chosen]->sort;
    return run_first(t, r);
}

void reading_turns(struct reading *r)
{
    if (!r->turns)
        return;
    r->turns[0].unlisted = !*r->next;
    r->turns[1].unlisted = !*r->after;
}

const struct deed *reading_ways(struct reading *r, struct deed *deeds, size_t n)
{
    const struct book *b = r->b;
    if (book_narrows(b))
        deeds[n++] =
            (struct deed){.name = "show", .help = "Only some of them, or all", .op = b->op, .run = run_only};
    if (sorts(b))
        deeds[n++] = (struct deed){.name = "sort", .help = "In another order", .op = b->op, .run = run_sort};
    if (book_finds(b))
        deeds[n++] = (struct deed){.name = "find", .help = "Only some", .op = b->op, .run = run_find};
    if (book_pages(b)) {
        r->turns = deeds + n;
        deeds[n++] = (struct deed){
            .name = "next", .help = "The next page", .op = b->op, .possible = can_next, .run = run_next};
        deeds[n++] =
            (struct deed){.name = "first", .help = "From the beginning", .op = b->op, .run = run_first};
    }
    return deeds;
}
