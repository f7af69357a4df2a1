#include "proto/ctl/args.h"
#include "proto/ctl/ctl_session.h"
#include "common/nearest.h"
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool is_index(const char *token)
{
    size_t n = strlen(token);
    return n > 0 && n < 5 && strspn(token, "0123456789") == n;
}

static void known_fields(struct ctl *c, const struct shape *shape, const char *path, const char *typed)
{
    char *list = c->why.detail;
    size_t room = sizeof c->why.detail;
    struct nearest n = {.typed = typed};
    nearest_field(&n, shape);
    (void)refuse(&c->why, ERR_INVALID, path,
                 "there is no such field%s there are:", nearest_words(c->a, &n, ";"));
    for (size_t i = 0; i < shape->n; i++) {
        size_t at = strlen(list);
        snprintf(list + at, room - at, "%s %s", i ? "," : "", shape->fields[i].name);
    }
}

/* The field at the end of a dotted path; NULL (and a refusal) when there is none. */
static const struct field *find(struct ctl *c, const struct shape *shape, const char *path)
{
    const struct field *f = NULL;
    const char *at = path;
    while (*at) {
        size_t n = strcspn(at, ".");
        bool inside_list = f && (f->type == FIELD_LIST || f->type == FIELD_IDS || f->type == FIELD_TEXTS);
        if (inside_list && strspn(at, "0123456789") == n && n) {
            if (f->type == FIELD_LIST)
                shape = f->shape();
            if (!at[n])
                return f;
            at += n + 1;
            n = strcspn(at, ".");
        }
        if (f && (f->type == FIELD_SHAPE || f->type == FIELD_LIST))
            shape = f->shape();
        else if (f && f->type == FIELD_MONEY)
            return f; /* amount, currency */
        else if (f)
            break;
        f = at == path ? shape_argument(shape, at, n) : shape_field(shape, at, n);
        if (!f) {
            known_fields(c, shape, path, arena_printf(c->a, "%.*s", (int)n, at));
            return NULL;
        }
        at += n + (at[n] == '.');
    }
    if (!f || *at)
        (void)refuse(&c->why, ERR_INVALID, path, "there is no such field");
    return *at ? NULL : f;
}

/* The container in which the last token of the path goes; made where absent. */
static enum err descend(struct ctl *c, const char *path, json_t **at, const char *token, const char *next)
{
    json_t *old, *fresh = NULL;
    if (json_is_array(*at)) {
        size_t i = (size_t)strtoul(token, NULL, 10);
        if (!is_index(token) || i > json_array_size(*at))
            return refuse(&c->why, ERR_INVALID, path, "places of a list are numbers from 0, in order");
        old = json_array_get(*at, i);
        if (!old) {
            fresh = next && is_index(next) ? json_array() : json_object();
            json_array_append_new(*at, fresh);
        }
    } else {
        old = json_object_get(*at, token);
        if (!old) {
            fresh = next && is_index(next) ? json_array() : json_object();
            json_object_set_new(*at, token, fresh);
        }
    }
    *at = old ? old : fresh;
    if (!json_is_object(*at) && !json_is_array(*at))
        return refuse(&c->why, ERR_INVALID, path, "is given twice");
    return OK;
}

/* What is typed for a document or payment is its number, digits or not; id:17 is the id. What has no number of its own (a
 * customer, an item) is typed by its id, a customer also by its name. In quotes it is text whatever it looks like. */
static json_t *typed_id(const struct field *f, const char *text)
{
    size_t n = strlen(text);
    int64_t id;
    if (strncmp(text, "id:", 3) == 0 && args_whole(text + 3, &id))
        return json_integer(id);
    if (n >= 2 && text[0] == '"' && text[n - 1] == '"')
        return json_stringn(text + 1, n - 2);
    return !kind_numbered(f->kind) && args_whole(text, &id) ? json_integer(id) : json_string(text);
}

/* "1,2,3"; what begins as JSON is JSON, in which an id is an integer already. */
static json_t *typed_ids(const struct field *f, const char *text)
{
    json_t *whole = json_string(text);
    if (!whole || *text == '[')
        return whole;
    json_decref(whole);
    json_t *list = args_split(text);
    for (size_t i = 0; i < json_array_size(list); i++)
        json_array_set_new(list, i, typed_id(f, json_string_value(json_array_get(list, i))));
    return list;
}

/* What a word says; NULL when it is not UTF-8. */
static json_t *typed(const struct field *f, const char *path, const char *text)
{
    const char *last = strrchr(path, '.');
    if (f->type == FIELD_ID || (f->type == FIELD_IDS && last && is_index(last + 1)))
        return typed_id(f, text);
    return f->type == FIELD_IDS ? typed_ids(f, text) : json_string(text);
}

/* The last step of a path. */
static enum err put(struct ctl *c, const char *path, json_t *at, const char *token, json_t *value)
{
    if (json_is_array(at)) {
        size_t i = (size_t)strtoul(token, NULL, 10);
        if (is_index(token) && i == json_array_size(at))
            return json_array_append(at, value) == 0 ? OK : ERR_NO_MEMORY;
        return refuse(&c->why, ERR_INVALID, path, "places of a list are numbers from 0, in order");
    }
    if (json_object_get(at, token))
        return refuse(&c->why, ERR_INVALID, path, "is given twice");
    return json_object_set(at, token, value) == 0 ? OK : ERR_NO_MEMORY;
}

static enum err set(struct ctl *c, json_t *root, const char *path, json_t *value)
{
    char *tokens[ARGS_DEPTH + 1];
    size_t n = 0;
    char *rest = arena_text(c->a, path, strlen(path)), *token;
    while ((token = strsep(&rest, ".")) != NULL) {
        if (!*token || n == ARGS_DEPTH)
            return refuse(&c->why, ERR_INVALID, path, "is no path to a field");
        tokens[n++] = token;
    }
    json_t *at = root;
    for (size_t i = 0; i + 1 < n; i++) {
        enum err e = descend(c, path, &at, tokens[i], tokens[i + 1]);
        if (e)
            return e;
    }
    return put(c, path, at, tokens[n - 1], value);
}

static enum err secret_value(struct ctl *c, const char *path, const char **value)
{
    if (strcmp(*value, "-") == 0)
        return secret_line(c, path, value);
    if ((*value)[0] == '@' && !c->no_files)
        return secret_file(c, path, *value + 1, value);
    if (c->no_files)
        return refuse(&c->why, ERR_INVALID, path,
                      "a secret is no word of a command: give %.60s=-, and a line on standard input", path);
    return refuse(&c->why, ERR_INVALID, path,
                  "other users can see command lines: give %.60s=- (standard input) or %.60s=@FILE", path,
                  path);
}

/* "@FILE" is what stands in there, "@@" an @. At the door there are no files of who asks: "@FILE" is those letters. */
static enum err text_value(struct ctl *c, const char *path, const char **value)
{
    if ((*value)[0] != '@')
        return OK;
    if ((*value)[1] == '@')
        ++*value;
    else if (!c->no_files)
        return plain_file(c, path, *value + 1, value);
    return OK;
}

/* Beside the words before it; what one of them says is not replaced unseen. */
static enum err join(struct ctl *c, json_t *root, json_t *got)
{
    const char *key;
    json_t *value;
    json_object_foreach(got, key, value)
    {
        if (json_object_get(root, key))
            return refuse(&c->why, ERR_INVALID, key, "is given twice");
        json_object_set(root, key, value);
    }
    return OK;
}

static enum err read_stdin(struct ctl *c, json_t *root)
{
    struct buf in;
    json_error_t error;
    buf_init(&in, ARGS_STDIN_MAX);
    for (;;) {
        char part[16384];
        ssize_t n = read(STDIN_FILENO, part, sizeof part);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            break;
        buf_add(&in, part, (size_t)n);
    }
    enum err e = OK;
    json_t *got = in.full ? NULL : json_loadb((char *)in.data, in.size, JSON_REJECT_DUPLICATES, &error);
    if (in.full)
        e = refuse(&c->why, ERR_TOO_LARGE, "-", "at most %zu bytes on standard input", ARGS_STDIN_MAX);
    else if (!got)
        e = refuse(&c->why, ERR_INVALID, "-", "line %d, column %d: %.150s", error.line, error.column,
                   error.text);
    else if (!json_is_object(got))
        e = refuse(&c->why, ERR_INVALID, "-", "must be a JSON object");
    else
        e = join(c, root, got);
    json_decref(got);
    buf_fini(&in);
    return e;
}

static enum err word(struct ctl *c, const struct shape *shape, const char *text, json_t **root)
{
    const char *equals = strchr(text, '=');
    if (strcmp(text, "-") == 0)
        return read_stdin(c, *root);
    if (!equals)
        return refuse(&c->why, ERR_INVALID, text, "arguments are key=value, or - for JSON on standard input");
    const char *path = arena_text(c->a, text, (size_t)(equals - text)), *value = equals + 1;
    const struct field *f = find(c, shape, path);
    if (!f)
        return c->why.code ? c->why.code : refuse(&c->why, ERR_INVALID, path, "there is no such field");
    enum err e = f->type == FIELD_SECRET                           ? secret_value(c, path, &value)
                 : f->type == FIELD_TEXT || f->type == FIELD_LINES ? text_value(c, path, &value)
                                                                   : OK;
    if (e)
        return e;
    json_t *said = typed(f, path, value);
    e = said ? set(c, *root, path, said) : refuse(&c->why, ERR_INVALID, path, "is not UTF-8");
    json_decref(said);
    return e;
}

enum err args_parse(struct ctl *c, const struct shape *shape, const char *const *words, int n, json_t **out)
{
    json_t *root = json_object();
    enum err e = OK;
    for (int i = 0; i < n && !e; i++)
        e = word(c, shape, words[i], &root);
    if (e)
        json_decref(root);
    else
        *out = root;
    return e;
}
