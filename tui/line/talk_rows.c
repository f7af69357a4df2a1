/* Lists: pages of numbered rows, opened by number or by name, searched and narrowed. */
#include "tui/line/talk_inside.h"
#include "proto/paper/show.h"
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define ROUNDS 40 /* pages without a row that are read before a person has to ask for more */

void talk_row(struct talk *t, struct talk_rows *r, uint64_t id, int64_t user, const char *word,
              const char *format, ...)
{
    char *text = NULL;
    va_list ap;
    if (r->n >= TALK_PAGE)
        return;
    va_start(ap, format);
    if (vasprintf(&text, format, ap) < 0)
        abort();
    va_end(ap);
    r->ids[r->n] = id;
    r->users[r->n] = user;
    snprintf(r->words[r->n], sizeof r->words[r->n], "%s", show_text(word));
    r->n++;
    talk_say(t, "%zu. %s", r->n, text);
    free(text);
}

void talk_next(struct talk_rows *r, const char *next)
{
    snprintf(r->next, sizeof r->next, "%s", show_text(next));
}

char *talk_filter(const struct talk_rows *r, char buffer[TALK_FILTER])
{
    show_state_filter(buffer, TALK_FILTER, r->shows, r->show);
    size_t n = strlen(buffer);
    snprintf(buffer + n, TALK_FILTER - n, "%s%s", n && *r->find ? " " : "", r->find);
    return buffer;
}

static const struct enum_value *sort_value(const struct talk_rows *r, int value)
{
    for (size_t i = 0; r->sorts && i < r->sorts->n; i++)
        if (r->sorts->values[i].value == value)
            return &r->sorts->values[i];
    return NULL;
}

/* "Partly paid" in the middle of a sentence. */
static const char *spoken(struct talk *t, const char *show)
{
    char *low = arena_text(talk_scratch(t), show, strlen(show));
    if (*low >= 'A' && *low <= 'Z')
        *low = (char)(*low + ('a' - 'A'));
    return low;
}

/* A few rows among very many are found a stretch at a time: an empty one is no page, and what follows is looked at without being asked
 * for, as long as a person would wait. The page stays the one that was wanted: it is read again from there. */
static void load_page(struct talk *t, struct talk_rows *r)
{
    char wanted[sizeof r->after];
    snprintf(wanted, sizeof wanted, "%s", r->after);
    for (int round = 0; round < ROUNDS; round++) {
        *r->next = '\0';
        r->load(t, r);
        if (r->failed || talk_ended(t) || r->n || !*r->next)
            break;
        snprintf(r->after, sizeof r->after, "%s", r->next);
    }
    snprintf(r->after, sizeof r->after, "%s", wanted);
}

static void load(struct talk *t, struct talk_rows *r)
{
    const struct enum_value *sort = sort_value(r, r->sort);
    bool narrowed = *r->find || r->show;
    r->n = 0;
    r->failed = false;
    talk_title(t, "%s%s%s%s%s%s%s%s%s", r->title, r->show ? ", " : "",
               r->show ? spoken(t, r->shows[r->show]) : "", *r->find ? ", with \"" : "", r->find,
               *r->find ? "\"" : "", sort ? ", by " : "", sort ? sort->help : "",
               *r->after ? ", continued" : "");
    load_page(t, r);
    if (r->failed || talk_ended(t))
        return;
    if (!r->n && !*r->next)
        talk_say(t, "%s", *r->after ? "No more." : narrowed ? r->none : r->empty);
    else if (*r->next)
        talk_say(t, r->n ? "There are more: type next." : "Nothing so far. To look further: type next.");
}

static void tell_commands(struct talk *t, const struct talk_rows *r)
{
    if (r->open)
        talk_say(t, "A number opens that one; so does its own number, as it stands there.");
    for (const struct talk_row_act *a = r->acts; a && a->name; a++)
        if (talk_may(t, a->op))
            talk_say(t, "%s%s: %s", a->name, a->bare ? "" : " and a number", a->help);
    talk_say(t, "next: the next page. first: from the beginning.");
    if (r->find_help)
        talk_say(t, "find: search, followed by the words. %s find alone: everything again.", r->find_help);
    if (r->shows) {
        char all[400] = "";
        for (size_t i = 0; r->shows[i]; i++)
            snprintf(all + strlen(all), sizeof all - strlen(all), "%s%s", i ? ", " : "",
                     spoken(t, r->shows[i]));
        talk_say(t, "show: only some, followed by one of: %s.", all);
    }
    for (size_t i = 0; r->sorts && i < r->sorts->n; i++)
        talk_say(t, "sort %s: by %s.", r->sorts->values[i].name, r->sorts->values[i].help);
}

static bool set_show(struct talk *t, struct talk_rows *r, const char *word)
{
    for (size_t i = 0; r->shows[i]; i++)
        if (*word && strncasecmp(r->shows[i], word, strlen(word)) == 0) {
            r->show = i;
            return true;
        }
    talk_say(t, "There is no \"%s\" to show.", word);
    tell_commands(t, r);
    return false;
}

static bool set_sort(struct talk *t, struct talk_rows *r, const char *word)
{
    for (size_t i = 0; i < r->sorts->n; i++)
        if (*word && strncasecmp(r->sorts->values[i].name, word, strlen(word)) == 0) {
            r->sort = r->sorts->values[i].value;
            return true;
        }
    talk_say(t, "It can not be sorted by \"%s\".", word);
    tell_commands(t, r);
    return false;
}

/* The row that is meant by its place in the list or its own number; r->n after saying that there is none. */
static size_t row_typed(struct talk *t, const struct talk_rows *r, const char *typed)
{
    size_t digits = strspn(typed, "0123456789"), at = r->n;
    if (digits && !typed[digits] && digits < 7)
        at = (size_t)strtoul(typed, NULL, 10) - 1;
    for (size_t i = 0; i < r->n && at >= r->n; i++)
        if (*r->words[i] && strcasecmp(r->words[i], typed) == 0)
            at = i;
    if (at < r->n && r->ids[at])
        return at;
    talk_say(t, "There is no \"%s\" here. help says what can be typed.", typed);
    return r->n;
}

static enum turn open_typed(struct talk *t, struct talk_rows *r, const char *typed)
{
    size_t at = row_typed(t, r, typed);
    if (at >= r->n || !r->open)
        return TURN_BACK;
    enum turn turn = talk_turn(t, r->open(t, r, r->ids[at], r->users[at]));
    return turn == TURN_END ? turn : TURN_AGAIN;
}

static const struct talk_row_act *act_typed(struct talk *t, const struct talk_rows *r, const char *typed,
                                            size_t word)
{
    for (const struct talk_row_act *a = r->acts; a && a->name; a++)
        if (word == strlen(a->name) && strncasecmp(typed, a->name, word) == 0 && talk_may(t, a->op))
            return a;
    return NULL;
}

static enum turn act_on(struct talk *t, struct talk_rows *r, const struct talk_row_act *a, const char *row)
{
    if (a->bare)
        return a->run(t, r, 0, 0);
    if (!*row) {
        talk_say(t, "Which one? Type %s and the number of its row.", a->name);
        return TURN_BACK;
    }
    size_t at = row_typed(t, r, row);
    return at < r->n ? a->run(t, r, r->ids[at], r->users[at]) : TURN_BACK;
}

/* TURN_AGAIN: load. */
static enum turn obey(struct talk *t, struct talk_rows *r, const char *typed)
{
    size_t word = strcspn(typed, " ");
    const char *rest = typed + word + strspn(typed + word, " ");
#define IS(name) (word == strlen(name) && strncasecmp(typed, name, word) == 0)
    if (IS("next") || IS("more")) {
        if (!*r->next) {
            talk_say(t, "There are no more.");
            return TURN_BACK;
        }
        snprintf(r->after, sizeof r->after, "%s", r->next);
        return TURN_AGAIN;
    }
    if (IS("first") || (IS("find") && r->find_help) || (IS("show") && r->shows) || (IS("sort") && r->sorts)) {
        if (IS("find"))
            snprintf(r->find, sizeof r->find, "%s", rest);
        if (IS("show") && !set_show(t, r, rest))
            return TURN_BACK;
        if (IS("sort") && !set_sort(t, r, rest))
            return TURN_BACK;
        *r->after = '\0';
        return TURN_AGAIN;
    }
#undef IS
    const struct talk_row_act *act = act_typed(t, r, typed, word);
    if (act)
        return act_on(t, r, act, rest);
    return open_typed(t, r, typed);
}

enum turn talk_rows(struct talk *t, struct talk_rows *r)
{
    char label[120], prompt[200], typed[TALK_LONGEST], good[sizeof r->find] = "";
    bool again = true;
    char acts[60] = "";
    for (const struct talk_row_act *a = r->acts; a && a->name; a++)
        if (!a->bare && talk_may(t, a->op))
            snprintf(acts + strlen(acts), sizeof acts - strlen(acts), "%s, ", a->name);
    snprintf(label, sizeof label, "%s%s%s%s%snext, back", r->open ? "Number, " : "", acts,
             r->find_help ? "find, " : "", r->shows ? "show, " : "", r->sorts ? "sort, " : "");
    talk_make_prompt(t, prompt, sizeof prompt, label, NULL, false);
    for (;;) {
        if (again)
            load(t, r);
        if (talk_ended(t))
            return TURN_END;
        if (r->failed && again && strcmp(r->find, good) != 0) {
            snprintf(r->find, sizeof r->find, "%s", good); /* what was not understood changes nothing */
            r->failed = false;
        }
        if (r->failed)
            return TURN_BACK;
        snprintf(good, sizeof good, "%s", r->find);
        enum turn turn = talk_answer(t, prompt, NULL, false, typed, sizeof typed);
        if (turn != TURN_ON && turn != TURN_AGAIN)
            return turn;
        again = false;
        if (!*typed || turn == TURN_AGAIN) {
            tell_commands(t, r);
            continue;
        }
        turn = obey(t, r, typed);
        if (turn == TURN_END)
            return turn;
        again = turn == TURN_AGAIN;
    }
}
