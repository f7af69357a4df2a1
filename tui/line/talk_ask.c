/* Prompts and choices. */
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

bool talk_begins(const char *text, const char *beginning)
{
    return strncasecmp(text, beginning, strlen(beginning)) == 0;
}

size_t talk_number(const char *text, size_t n)
{
    size_t digits = strspn(text, "0123456789");
    if (digits && text[digits] == '.' && !text[digits + 1])
        digits++;
    if (!digits || text[digits] || digits > 6)
        return 0;
    size_t i = (size_t)strtoul(text, NULL, 10);
    return i <= n ? i : 0;
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
        size_t at = talk_number(typed, n), matches = 0;
        if (at && !choices[at - 1])
            at = 0;
        for (size_t i = 0; i < n && !at; i++)
            if (choices[i] && strcasecmp(choices[i], typed) == 0)
                at = i + 1;
        for (size_t i = 0; i < n && !at; i++)
            if (choices[i] && talk_begins(choices[i], typed)) {
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
