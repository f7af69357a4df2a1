/* What went wrong: for people a sentence, with --json one object on a line, both on standard error. */
#include "common/text.h"
#include "proto/ctl/json.h"
#include "common/nearest.h"
#include "proto/ctl/options.h"
#include "proto/ctl/word.h"
#include <stdio.h>
#include <string.h>

static void as_json(const struct ctl *c, enum err e, const char *detail)
{
    json_t *value = json_object();
    json_object_set_new(value, "code", json_text(err_name(e)));
    json_object_set_new(value, "message", json_text(detail));
    json_object_set_new(value, "field", json_text(c->why.field));
    json_object_set_new(value, "retry_ms", json_integer(c->why.retry_ms));
    json_object_set_new(value, "exit", json_integer(err_exit_code(e)));
    json_print_to(stderr, value, true);
    json_decref(value);
}

int ctl_fail(struct ctl *c, enum err e)
{
    const char *detail = c->why.detail[0] ? c->why.detail : err_sentence(e);
    if (c->json) {
        as_json(c, e, detail);
        return err_exit_code(e);
    }
    fprintf(stderr, "%s: %s: %s", c->program, err_name(e), text_shown(c->a, detail, false));
    if (c->why.field[0])
        fprintf(stderr, " (field: %s)", text_shown(c->a, c->why.field, false));
    fputc('\n', stderr);
    if (e == ERR_SIGN_IN && !c->no_files)
        fputs("Sign in with: posternctl login portal=NAME email=ADDRESS\n", stderr);
    return err_exit_code(e);
}

int ctl_lost(struct ctl *c)
{
    return ctl_fail(c, refuse(&c->why, ERR_IO, "", "standard output can not be written"));
}

/* "invoice list", "invoices list": as an operation is called. */
static const char *joined(struct ctl *c)
{
    if (c->n_words < 2)
        return NULL;
    const char *name = arena_printf(c->a, "%s.%s", c->words[0], c->words[1]);
    const struct op *op = op_find(name, strlen(name));
    return op ? op->name : NULL;
}

static void one_more(void *to, const char *name)
{
    nearest_try(to, name);
}

int ctl_unknown(struct ctl *c)
{
    struct nearest n = {.typed = c->words[0], .best = joined(c)};
    for (const struct ctl_verb *v = ctl_verbs; v->name && !c->no_files; v++)
        nearest_try(&n, v->name);
    if (c->helping)
        help_topics_complete(one_more, &n);
    for (const struct word *w = NULL; (w = word_next(w)) != NULL;) {
        nearest_try(&n, w->name);
        for (const char *also = NULL; (also = word_also_next(w, also)) != NULL;)
            nearest_try(&n, also);
    }
    for (int i = 0; i < OP_COUNT; i++)
        nearest_try(&n, op_at((enum op_number)i)->name);
    const char *why = c->elsewhere ? c->elsewhere(c->words[0]) : NULL;
    if (why)
        (void)refuse(&c->why, ERR_UNKNOWN_OP, "", "%.60s is not here: %s", c->words[0], why);
    else
        (void)refuse(&c->why, ERR_UNKNOWN_OP, "", "there is no command %.60s%s %s %s help", c->words[0],
                     nearest_words(c->a, &n, ";"), n.best ? "See" : "see", c->call);
    return ctl_fail(c, ERR_UNKNOWN_OP);
}

int ctl_usage(struct ctl *c, const char *sentence)
{
    (void)refuse(&c->why, ERR_INVALID, "", "%s", sentence);
    return ctl_fail(c, ERR_INVALID);
}
