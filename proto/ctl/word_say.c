/* What words that look before they act share: what was given with them, what is said before and after, and whether somebody agreed. */
#include "common/number.h"
#include "common/text.h"
#include "proto/ctl/ctl_session.h"
#include "proto/ctl/word_inside.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

const char *word_given(const struct ctl *c, const char *field)
{
    size_t n = strlen(field);
    for (int i = 1; i < c->n_words; i++)
        if (strncmp(c->words[i], field, n) == 0 && c->words[i][n] == '=')
            return c->words[i] + n + 1;
    return NULL;
}

void word_also(struct ctl *c, const char *word)
{
    c->words[c->n_words++] = word;
}

int word_fail(struct ctl *c, enum err e, const char *field, const char *detail)
{
    (void)refuse(&c->why, e, field, "%s", detail);
    return ctl_fail(c, e);
}

bool word_agreed(struct ctl *c, const char *word)
{
    const char *typed = "";
    if (c->yes)
        return true;
    if (c->json || !isatty(STDIN_FILENO) || !isatty(STDERR_FILENO))
        return false;
    fprintf(stderr, "Type %s to go on. ", word);
    return plain_line(c, word, &typed) == OK && strcmp(typed, word) == 0;
}

void word_tell(const struct ctl *c, const char *format, ...)
{
    va_list more;
    if (c->json)
        return;
    va_start(more, format);
    (void)vfprintf(stderr, format, more);
    va_end(more);
}

const char *word_amount(struct arena *a, struct money m)
{
    char text[MONEY_TEXT];
    int digits = currency_digits(m.currency);
    return digits < 0 ? "?" : arena_printf(a, "%s %s", money_plain(text, m.amount, digits), m.currency);
}

const char *word_shown(struct ctl *c, const char *text)
{
    return text && *text ? text_shown(c->a, text, false) : "\xE2\x80\x93";
}

int word_not_done(struct ctl *c, const char *how)
{
    if (c->json)
        return word_fail(c, ERR_INVALID, "--yes", how);
    fprintf(stderr, "%s\n", how);
    return err_exit_code(ERR_INVALID);
}
