#include "common/err.h"
#include <stdio.h>
#include <string.h>

struct row {
    enum err code;
    const char *name;
    int exit_code, http_class;
    const char *sentence;
};
static const struct row rows[] = {
    {OK, "ok", 0, 200, "Done."},
#define ERR(symbol, number, name, exit_code, http_class, sentence) \
    {symbol, name, exit_code, http_class, sentence},
#include "common/err.def"
#undef ERR
};

static const struct row *find(enum err e)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (rows[i].code == e)
            return &rows[i];
    return find(ERR_INTERNAL);
}

const char *err_name(enum err e)
{
    return find(e)->name;
}
const char *err_sentence(enum err e)
{
    return find(e)->sentence;
}
int err_exit_code(enum err e)
{
    return find(e)->exit_code;
}
int err_class(enum err e)
{
    return find(e)->http_class;
}

enum err err_by_name(const char *name)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (strcmp(rows[i].name, name) == 0)
            return rows[i].code;
    return ERR_INTERNAL;
}

/* Length that a UTF-8 lead byte announces; 0 for what is none. */
static size_t announced(unsigned char lead)
{
    if (lead < 0x80)
        return 1;
    return lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;
}

void err_mend(char *text)
{
    size_t at = 0, to = 0;
    while (text[at]) {
        size_t n = announced((unsigned char)text[at]), i = 1;
        while (i < n && ((unsigned char)text[at + i] & 0xc0) == 0x80)
            i++;
        if (i == n || n == 1) {
            memmove(text + to, text + at, n);
            to += n;
        }
        at += i;
    }
    text[to] = '\0';
}

enum err refuse(struct refusal *r, enum err code, const char *field, const char *detail, ...)
{
    if (r) {
        r->code = code;
        r->retry_ms = 0;
        snprintf(r->field, sizeof r->field, "%s", field ? field : "");
        va_list ap;
        va_start(ap, detail);
        vsnprintf(r->detail, sizeof r->detail, detail, ap);
        va_end(ap);
        err_mend(r->field);
        err_mend(r->detail);
    }
    return code;
}
