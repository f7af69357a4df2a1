/* Menus: what there is to do, told and found by number, word or its beginning. */
#include "tui/line/talk_inside.h"
#include <string.h>
#include <strings.h>

static void tell_news(struct talk *t)
{
    if (t->news)
        talk_say(t, "News: %d. The word bell in the main menu tells them.", t->news);
    t->news = 0;
}

static bool offered(struct talk *t, const struct deed *d)
{
    t->asked = d;
    const bool is = (d->always || talk_may(t, d->op)) && (!d->offered || d->offered(t));
    t->asked = NULL;
    return is;
}

static const char *why_not(struct talk *t, const struct deed *d, const void *ctx)
{
    t->asked = d;
    const char *why = d->possible ? d->possible(t, ctx) : NULL;
    t->asked = NULL;
    return why;
}

const void *talk_arg(const struct talk *t)
{
    const struct deed *d = t->asked ? t->asked : t->running;
    return d ? d->arg : NULL;
}

/* The deed that a number alone is for; NULL: none. */
static const struct deed *opener(struct talk *t, const struct talk_menu *m)
{
    for (const struct deed *d = m->deeds; d->name; d++)
        if (d->takes && offered(t, d))
            return d;
    return NULL;
}

static void tell_numbers(struct talk *t, const struct talk_menu *m)
{
    if (!m->numbered || !m->count(m->ctx))
        return;
    if (opener(t, m))
        talk_say(t, "A number alone opens that %s; everything else is a word.", m->numbered);
    else
        talk_say(t, "Type a word, then the number of the %s.", m->numbered);
}

static void tell_menu(struct talk *t, const struct talk_menu *m)
{
    char number[32] = "";
    size_t n = 0;
    for (const struct deed *d = m->deeds; d->name; d++) {
        if (d->unlisted || !offered(t, d))
            continue;
        const char *why = why_not(t, d, m->ctx);
        if (!m->numbered)
            snprintf(number, sizeof number, "%zu. ", ++n);
        talk_say(t, "%s%s: %s%s", number, d->name, why ? "not now. " : "", why ? why : d->help);
    }
    tell_numbers(t, m);
    talk_say(t, "Others: %sback, quit, help.", m->show ? "refresh, " : "");
}

/* The one whose name begins so, of those that are told, or of the others; NULL: none, or several. */
static const struct deed *beginning(struct talk *t, const struct deed *deeds, const char *typed,
                                    bool unlisted)
{
    const struct deed *found = NULL;
    size_t matches = 0;
    for (const struct deed *d = deeds; d->name; d++)
        if (d->unlisted == unlisted && offered(t, d) && talk_begins(d->name, typed)) {
            found = d;
            matches++;
        }
    return matches == 1 ? found : matches || unlisted ? NULL : beginning(t, deeds, typed, true);
}

/* By number, name, or the beginning of exactly one name. What is told comes before what is not. Cuts the line after its first word. */
static const struct deed *find(struct talk *t, const struct talk_menu *m, char *typed)
{
    const struct deed *d, *untold = NULL;
    size_t word = strcspn(typed, " "), n = 0;
    t->argument = typed + word + strspn(typed + word, " ");
    typed[word] = '\0';
    size_t number = m->numbered ? 0 : talk_number(typed, 1000);
    for (d = m->deeds; d->name; d++) {
        if (!offered(t, d))
            continue;
        n += !d->unlisted;
        const bool named = strcasecmp(d->name, typed) == 0;
        if (!d->unlisted && ((number && n == number) || named))
            return d;
        if (named && !untold)
            untold = d;
    }
    d = beginning(t, m->deeds, typed, false);
    return untold && (!d || d->unlisted) ? untold : d;
}

/* Such as the name of a row. */
static const struct deed *taking(struct talk *t, const struct talk_menu *m, const char *typed)
{
    t->argument = typed;
    for (const struct deed *d = m->deeds; d->name; d++)
        if (d->takes && offered(t, d) && d->takes(t, m->ctx, typed))
            return d;
    return NULL;
}

static void say_unknown(struct talk *t, const struct talk_menu *m, const char *typed)
{
    const size_t n = m->numbered ? m->count(m->ctx) : 0, number = talk_number(typed, 1000000);
    if (!n || !number)
        talk_say(t, "There is no \"%s\" here. help lists what there is.", typed);
    else if (number > n)
        talk_say(t, "There is no %s %zu here. %s%zu.", m->numbered, number,
                 n == 1 ? "There is only " : "They are 1 to ", n);
    else
        talk_say(t, "Type what to do with %s %zu: a word, and %zu behind it.", m->numbered, number, number);
}

static enum turn run_typed(struct talk *t, const struct talk_menu *m, char *typed)
{
    void *ctx = m->ctx;
    const char *whole = arena_text(t->scratch, typed, strlen(typed));
    const struct deed *d = find(t, m, typed);
    if (!d)
        d = taking(t, m, whole);
    if (!d) {
        say_unknown(t, m, typed);
        return TURN_BACK;
    }
    const char *why = why_not(t, d, ctx);
    if (why) {
        talk_say(t, "%s", why);
        return TURN_BACK;
    }
    const struct deed *outer = t->running;
    talk_kept_begin(t, d);
    enum turn turn = d->run(t, ctx);
    talk_kept_end(t, d);
    t->running = outer;
    t->argument = "";
    return talk_turn(t, turn);
}

/* What the menu stands on is read anew without a word: whoever was just refused hears that last, not a dozen rows above the prompt. */
static bool reread(struct talk *t, const struct talk_menu *m)
{
    t->muted = true;
    const bool shown = !m->show || m->show(t, m->ctx);
    talk_fresh_rows(t);
    t->refused = false;
    return shown;
}

enum turn talk_menu(struct talk *t, const struct talk_menu *m)
{
    enum turn turn = TURN_AGAIN;
    char prompt[200], typed[TALK_LONGEST];
    talk_make_prompt(t, prompt, sizeof prompt, m->label, NULL, false);
    for (;;) {
        if (turn == TURN_AGAIN && m->show && !m->show(t, m->ctx))
            return talk_turn(t, TURN_BACK);
        if (turn == TURN_AGAIN || turn == TURN_ON)
            tell_menu(t, m);
        if (talk_ended(t))
            return TURN_END;
        arena_reset(t->scratch);
        tell_news(t);
        turn = talk_answer(t, prompt, NULL, false, typed, sizeof typed);
        if (turn == TURN_AGAIN || (turn == TURN_ON && !*typed)) {
            turn = TURN_ON; /* help, or just Enter: the menu */
            continue;
        }
        if (turn != TURN_ON)
            return turn;
        if (m->show && strcasecmp(typed, "refresh") == 0) {
            turn = TURN_AGAIN;
            continue;
        }
        turn = run_typed(t, m, typed);
        if (turn == TURN_END || turn == TURN_LEAVE)
            return turn == TURN_END ? turn : TURN_AGAIN;
        if (turn == TURN_AGAIN && t->refused) {
            turn = TURN_BACK;
            if (!reread(t, m))
                return talk_turn(t, turn);
        }
    }
}

const char *talk_argument(const struct talk *t)
{
    return t->argument ? t->argument : "";
}
