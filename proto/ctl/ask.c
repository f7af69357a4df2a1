/* One operation from the words of a command: what is typed, what is asked for, and a list's page that is not empty. */
#include "common/codec.h"
#include "common/text.h"
#include "proto/ctl/args.h"
#include "proto/ctl/ctl_session.h"
#include "common/nearest.h"
#include <string.h>
#include <unistd.h>

static enum err ask_once(struct ctl *c, const struct op *op, json_t *object, struct bytes *result)
{
    struct buf args;
    buf_init(&args, CALL_REQUEST_MAX);
    enum err e = args_pack(c, op->in(), object, &args);
    if (!e)
        e = ctl_call_raw(c, op, args.data, args.size, result);
    if (args.data)
        explicit_bzero(args.data, args.size); /* may hold a password */
    buf_fini(&args);
    return e;
}

/* Where the list goes on of which this page is empty: a few rows among very many are found a stretch at a time (docs/rules.md, How
 * much is read). NULL: it is no such page. */
static const char *goes_on(struct ctl *c, const struct op *op, const struct bytes *result)
{
    const struct field *next = shape_field(op->out(), "next", 4);
    if (!next || next->type != FIELD_TEXT || !shape_field(op->in(), "after", 5) ||
        op->out()->fields[0].type != FIELD_LIST)
        return NULL;
    char *out = arena_alloc(c->a, op->out()->size);
    if (codec_read(c->a, op->out(), result->data, result->size, out) != OK)
        return NULL; /* told where it is printed */
    const struct any_list *rows = (const void *)(out + op->out()->fields[0].offset);
    const char *at = *(const char *const *)(const void *)(out + next->offset);
    return rows->n == 0 && at && *at ? at : NULL;
}

/* The secret of the row that the refusal names and nobody gave: of an operation that takes the password or a code itself (SHOWS). NULL:
 * it is another refusal. */
static const struct field *secret_wanted(const struct ctl *c, const struct op *op, json_t *object, enum err e)
{
    if (!(op->who & SHOWS) || (e != ERR_CREDENTIALS && e != ERR_INVALID))
        return NULL;
    const struct field *f = shape_field(op->in(), c->why.field, strlen(c->why.field));
    return f && f->type == FIELD_SECRET && !json_object_get(object, f->name) ? f : NULL;
}

/* Asked for on a terminal, as login asks; else it is said how to give it. */
static enum err ask_secret(struct ctl *c, const struct field *f, json_t *object)
{
    const char *typed;
    const enum err was = c->why.code;
    const char *said = arena_printf(c->a, "%s", c->why.detail);
    if (!isatty(STDIN_FILENO) || !isatty(STDERR_FILENO))
        return refuse(&c->why, was, f->name, "%s%s %s=- reads it from standard input, %s", said,
                      was == ERR_INVALID ? ":" : "", f->name,
                      c->no_files ? "ssh -t asks for it" : "@FILE from a file");
    if (was == ERR_CREDENTIALS)
        fprintf(stderr, "%s\n", text_shown(c->a, said, false));
    c->why = (struct refusal){.code = OK};
    enum err e = secret_line(c, f->name, &typed);
    if (e)
        return e;
    if (json_object_set_new(object, f->name, json_string(typed)) != 0)
        e = refuse(&c->why, ERR_INVALID, f->name, "is not UTF-8");
    explicit_bzero((char *)(uintptr_t)typed, strlen(typed));
    return e;
}

/* What was refused for want of it goes out again, as often as the operation takes secrets. */
static enum err ask_with_secrets(struct ctl *c, const struct op *op, json_t *object, struct bytes *result)
{
    enum err e = ask_once(c, op, object, result);
    for (const struct field *f; (f = secret_wanted(c, op, object, e)) != NULL;) {
        e = ask_secret(c, f, object);
        if (e)
            return e;
        e = ask_once(c, op, object, result);
    }
    return e;
}

/* A value that there is not: which one was meant? Of a field at the top, where all of them stand. */
static void say_meant(struct ctl *c, const struct op *op, const json_t *object)
{
    const struct field *f = shape_field(op->in(), c->why.field, strlen(c->why.field));
    const char *typed = f ? json_string_value(json_object_get(object, f->name)) : NULL;
    if (!typed || f->type != FIELD_ENUM || c->why.code != ERR_INVALID)
        return;
    struct nearest n = {.typed = typed};
    for (size_t i = 0; i < f->values()->n; i++)
        nearest_try(&n, f->values()->values[i].name);
    if (n.best)
        (void)refuse(&c->why, ERR_INVALID, f->name, "there is no %.40s%s", typed,
                     nearest_words(c->a, &n, ""));
}

enum err ctl_ask(struct ctl *c, const struct op *op, const char *const *words, int n, struct bytes *result)
{
    json_t *object = NULL;
    const char *after = NULL;
    enum err e = args_parse(c, op->in(), words, n, &object);
    if (!e)
        e = ask_with_secrets(c, op, object, result);
    while (!e && (after = goes_on(c, op, result)) != NULL) {
        json_object_set_new(object, "after", json_string(after));
        e = ask_once(c, op, object, result);
    }
    if (e)
        say_meant(c, op, object);
    json_decref(object);
    return e;
}

enum err ctl_ask_for(struct ctl *c, enum op_number number, const char *const *words, int n, void *out)
{
    const struct op *op = op_at(number);
    struct bytes result;
    enum err e = ctl_ask(c, op, words, n, &result);
    if (!e && codec_read(c->a, op->out(), result.data, result.size, out) != OK)
        e = refuse(&c->why, ERR_IO, "", "the answer is not what %s gives", op->name);
    return e;
}
