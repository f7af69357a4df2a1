#include "tui/word/ssh_words.h"
#include "common/text.h"
#include <string.h>

struct reading {
    const char *text;
    size_t size, at;
    char *word; /* room for the rest of the text: a word is never longer than what it was written as */
    size_t n;
    struct refusal *why;
};

static enum err check(const char *text, size_t size, struct refusal *why)
{
    if (size > DOOR_COMMAND_MOST)
        return refuse(why, ERR_TOO_LARGE, "", "a command has at most %zu bytes", DOOR_COMMAND_MOST);
    if (!text_utf8(text, size))
        return refuse(why, ERR_INVALID, "", "a command is UTF-8 text");
    for (size_t i = 0; i < size; i++) {
        unsigned char c = (unsigned char)text[i];
        if ((c < 0x20 && c != '\t') || c == 0x7f)
            return refuse(
                why, ERR_INVALID, "",
                "character %zu is a control character%s; texts of several lines go to standard input",
                text_length(text, i) + 1, c == '\n' ? " (a line break)" : "");
    }
    if (!text_printable(text, size, true))
        return refuse(why, ERR_INVALID, "", "it has a control character in it");
    return OK;
}

static bool blank(char c)
{
    return c == ' ' || c == '\t';
}

/* After the opening quote; leaves `at` behind the closing one. */
static enum err quoted(struct reading *r, char quote)
{
    size_t opened = r->at;
    while (r->at < r->size && r->text[r->at] != quote) {
        char c = r->text[r->at++];
        if (c == '\\' && quote == '"' && r->at < r->size && strchr("\"\\$`", r->text[r->at]))
            c = r->text[r->at++];
        r->word[r->n++] = c;
    }
    if (r->at == r->size)
        return refuse(r->why, ERR_INVALID, "", "the quote %c at character %zu is not closed", quote,
                      text_length(r->text, opened));
    r->at++;
    return OK;
}

/* One word from `at`, where no blank stands; NUL-terminated in r->word. */
static enum err one_word(struct reading *r)
{
    r->n = 0;
    while (r->at < r->size && !blank(r->text[r->at])) {
        char c = r->text[r->at++];
        enum err e = OK;
        if (c == '\'' || c == '"')
            e = quoted(r, c);
        else if (c != '\\')
            r->word[r->n++] = c;
        else if (r->at < r->size)
            r->word[r->n++] = r->text[r->at++];
        else
            e = refuse(r->why, ERR_INVALID, "", "it ends with a backslash that stands before nothing");
        if (e)
            return e;
    }
    r->word[r->n] = '\0';
    return OK;
}

enum err door_words(struct arena *a, const char *text, size_t size, struct door_words *out,
                    struct refusal *why)
{
    struct door_words w = {.v = arena_alloc(a, (DOOR_WORDS_MOST + 1) * sizeof *w.v)};
    struct reading r = {.text = text, .size = size, .why = why};
    enum err e = check(text, size, why);
    if (e)
        return e;
    r.word = arena_alloc(a, size + 1);
    for (;;) {
        while (r.at < size && blank(text[r.at]))
            r.at++;
        if (r.at == size)
            break;
        if (w.n == DOOR_WORDS_MOST)
            return refuse(why, ERR_TOO_LARGE, "", "a command has at most %d words", DOOR_WORDS_MOST);
        e = one_word(&r);
        if (e)
            return e;
        w.v[w.n++] = arena_text(a, r.word, r.n);
    }
    *out = w;
    return OK;
}
