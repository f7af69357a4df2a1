/* Prompts, choices and menus. */
#include "common/pan.h"
#include "common/text.h"
#include "tui/face/typed.h"
#include "tui/line/talk_inside.h"
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum word { WORD_NONE, WORD_BACK, WORD_QUIT, WORD_HELP };

static enum word word_of(const char *text)
{
    if (strcasecmp(text, "back") == 0)
        return WORD_BACK;
    if (strcasecmp(text, "quit") == 0 || strcasecmp(text, "exit") == 0)
        return WORD_QUIT;
    return strcasecmp(text, "help") == 0 || strcmp(text, "?") == 0 ? WORD_HELP : WORD_NONE;
}

static void trim(char *text)
{
    size_t from = strspn(text, " \t"), n = strlen(text + from);
    memmove(text, text + from, n + 1);
    while (n && (text[n - 1] == ' ' || text[n - 1] == '\t'))
        text[--n] = '\0';
}

void talk_make_prompt(struct talk *t, char *prompt, size_t size, const char *label, const char *initial,
                      bool optional)
{
    bool has = initial && *initial;
    char text[600];
    snprintf(text, sizeof text, "%s%s%.200s%s%s", label, has ? " [" : "", has ? initial : "", has ? "]" : "",
             has && optional ? ", - for none" : "");
    arena_reset(t->shown);
    const char *shown = text_shown(t->shown, text, false);
    size_t n = talk_letters(t, shown, strlen(shown), prompt, size - 2);
    memcpy(prompt + n, ": ", 3);
}

static void tell_news(struct talk *t)
{
    if (t->news)
        talk_say(t, "News: %d. The word bell in the main menu tells them.", t->news);
    t->news = 0;
}

static void tell_help(struct talk *t, const char *help)
{
    char text[600];
    if (help)
        talk_say(t, "%s", typed_sentence(text, sizeof text, help));
    talk_say(t, "back goes back without doing anything. quit signs out and leaves.");
}

enum turn talk_answer(struct talk *t, const char *prompt, const char *help, bool secret, char *buffer,
                      size_t size)
{
    enum turn turn = talk_read_one(t, prompt, secret, buffer, size);
    if (turn != TURN_ON)
        return turn;
    if (!secret)
        trim(buffer);
    if (!secret && buffer[0] != '.' && pan_within(buffer)) {
        explicit_bzero(buffer, size);
        talk_say(t, "That looks like the number of a card, and is not taken here. What is no card begins "
                    "with a full stop.");
        return TURN_AGAIN;
    }
    enum word word = word_of(buffer);
    if (word == WORD_NONE && buffer[0] == '.' && (word_of(buffer + 1) != WORD_NONE || pan_within(buffer + 1)))
        memmove(buffer, buffer + 1, strlen(buffer));
    switch (word) {
    case WORD_BACK: return TURN_BACK;
    case WORD_QUIT:
        talk_say(t, "You are signed out.");
        talk_end(t, 0);
        return TURN_END;
    case WORD_HELP: tell_help(t, help); return TURN_AGAIN;
    default: return TURN_ON;
    }
}

static const char *wrong_with(const struct talk_prompt *p, const char *text)
{
    if (!text_utf8(text, strlen(text)) || !text_printable(text, strlen(text), false))
        return "There are characters in it that can not be used.";
    const char *wrong = *text && p->check ? p->check(text) : NULL;
    return !wrong && p->take && (*text || p->optional) ? p->take(p->ctx, text) : wrong;
}

enum turn talk_ask(struct talk *t, const struct talk_prompt *p, char *buffer, size_t size)
{
    char prompt[800], typed[TALK_LONGEST];
    enum turn turn;
    const bool keeps = !p->secret && !p->afresh;
    const char *offer = keeps ? talk_kept_offer(t, p->label) : NULL;
    char *initial = arena_printf(t->scratch, "%s", offer ? offer : p->initial ? p->initial : "");
    talk_make_prompt(t, prompt, sizeof prompt, p->label, p->secret ? NULL : initial, p->optional);
    for (;;) {
        turn = talk_answer(t, prompt, p->help, p->secret, typed, sizeof typed);
        if (turn == TURN_AGAIN)
            continue;
        if (turn != TURN_ON)
            break;
        if (!*typed)
            snprintf(typed, sizeof typed, "%s", initial);
        else if (p->optional && strcmp(typed, "-") == 0)
            *typed = '\0';
        const char *wrong = wrong_with(p, typed);
        if (!*typed && !p->optional)
            wrong = "Something has to be typed here; back leaves.";
        if (strlen(typed) >= size)
            wrong = "That is too long.";
        if (!wrong) {
            snprintf(buffer, size, "%s", typed);
            if (keeps)
                talk_kept_take(t, p->label, typed);
            break;
        }
        talk_say(t, "%s", wrong);
    }
    explicit_bzero(typed, sizeof typed);
    return turn;
}

/* What a full stop alone takes: what was typed before, or what stands there. */
static const char *text_offered(struct talk *t, const struct talk_prompt *p)
{
    const char *typed = talk_kept_offer(t, p->label), *now = p->initial ? p->initial : "";
    if (typed && *typed)
        talk_quote(t, "Typed before; a full stop alone takes it", typed);
    else if (*now)
        talk_quote(t,
                   p->optional ? "As it is; a full stop alone leaves it, - alone empties it"
                               : "As it is; a full stop alone leaves it",
                   now);
    return arena_printf(t->scratch, "%s", typed && *typed ? typed : now);
}

static const char *text_wrong(const struct talk_prompt *p, const char *text)
{
    if (!*text && !p->optional)
        return "Something has to be written; back leaves.";
    return p->take ? p->take(p->ctx, text) : NULL;
}

enum turn talk_ask_text(struct talk *t, const struct talk_prompt *p, char *buffer, size_t size)
{
    char prompt[800], row[TALK_LONGEST];
    size_t n = 0;
    talk_make_prompt(t, prompt, sizeof prompt, p->label, NULL, false);
    talk_say(t, "%s. End with a line that is only a full stop.", p->label);
    const char *offer = text_offered(t, p);
    for (;;) {
        enum turn turn = talk_answer(t, n ? "" : prompt, p->help, false, row, sizeof row);
        if (turn == TURN_AGAIN)
            continue;
        if (turn != TURN_ON)
            return turn;
        const char *wrong = wrong_with(&(struct talk_prompt){0}, row);
        if (strcmp(row, ".") == 0) {
            buffer[n] = '\0';
            if (!n && strlen(offer) < size)
                memcpy(buffer, offer, strlen(offer) + 1);
            else if (p->optional && strcmp(buffer, "-") == 0)
                *buffer = '\0';
            wrong = text_wrong(p, buffer);
            if (!wrong)
                break;
            n = 0;
        }
        size_t more = strlen(row);
        if (n + more + 2 > size)
            wrong = "That is too long. What stands above it was kept.";
        if (wrong) {
            talk_say(t, "%s", wrong);
            continue;
        }
        if (n)
            buffer[n++] = '\n';
        memcpy(buffer + n, row, more);
        n += more;
    }
    talk_kept_take(t, p->label, buffer);
    return TURN_ON;
}

enum turn talk_confirm(struct talk *t, bool *yes, const char *format, ...)
{
    char question[500], typed[16];
    va_list ap;
    va_start(ap, format);
    vsnprintf(question, sizeof question - 20, format, ap);
    va_end(ap);
    strcat(question, " yes or no");
    for (;;) {
        enum turn turn =
            talk_ask(t, &(struct talk_prompt){.label = question, .afresh = true}, typed, sizeof typed);
        if (turn != TURN_ON)
            return turn;
        *yes = strcasecmp(typed, "yes") == 0 || strcasecmp(typed, "y") == 0;
        if (*yes || strcasecmp(typed, "no") == 0 || strcasecmp(typed, "n") == 0)
            return TURN_ON;
        talk_say(t, "Type yes or no.");
    }
}

enum turn talk_word(struct talk *t, const char *word, const char *does)
{
    char label[200], typed[64];
    snprintf(label, sizeof label, "Type %s to %s; anything else leaves", word, does);
    enum turn turn = talk_ask(t, &(struct talk_prompt){.label = label, .optional = true, .afresh = true},
                              typed, sizeof typed);
    if (turn != TURN_ON)
        return turn;
    if (typed_is(typed, word))
        return TURN_ON;
    talk_say(t, "Nothing was done.");
    return TURN_BACK;
}

/* 1 … n of a number, 0 for none. */
static size_t number_of(const char *text, size_t n)
{
    size_t digits = strspn(text, "0123456789");
    if (digits && text[digits] == '.' && !text[digits + 1])
        digits++;
    if (!digits || text[digits] || digits > 6)
        return 0;
    size_t i = (size_t)strtoul(text, NULL, 10);
    return i <= n ? i : 0;
}

static bool begins(const char *text, const char *beginning)
{
    return strncasecmp(text, beginning, strlen(beginning)) == 0;
}

enum turn talk_choose(struct talk *t, const char *label, const char *const *choices, size_t n, size_t *chosen)
{
    return talk_choose_from(t, label, choices, n, NULL, chosen);
}

enum turn talk_choose_from(struct talk *t, const char *label, const char *const *choices, size_t n,
                           const char *now, size_t *chosen)
{
    char typed[200];
    for (size_t i = 0; i < n; i++)
        if (choices[i])
            talk_say(t, "%zu. %s", i + 1, choices[i]);
    for (;;) {
        enum turn turn = talk_ask(
            t, &(struct talk_prompt){.label = label, .help = "Type a number of the list.", .initial = now},
            typed, sizeof typed);
        if (turn != TURN_ON)
            return turn;
        size_t at = number_of(typed, n), matches = 0;
        if (at && !choices[at - 1])
            at = 0;
        for (size_t i = 0; i < n && !at; i++)
            if (choices[i] && strcasecmp(choices[i], typed) == 0)
                at = i + 1;
        for (size_t i = 0; i < n && !at; i++)
            if (choices[i] && begins(choices[i], typed)) {
                *chosen = i;
                matches++;
            }
        if (at)
            *chosen = at - 1;
        if (at || matches == 1)
            return TURN_ON;
        talk_say(t, "There is no \"%s\" here. Type a number of the list.", typed);
    }
}

/* --- menus */

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
        if (d->unlisted == unlisted && offered(t, d) && begins(d->name, typed)) {
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
    size_t number = m->numbered ? 0 : number_of(typed, 1000);
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
    const size_t n = m->numbered ? m->count(m->ctx) : 0, number = number_of(typed, 1000000);
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
    }
}

const char *talk_argument(const struct talk *t)
{
    return t->argument ? t->argument : "";
}
