/* `events`: what happened, a page for people or all of it as JSON lines or CSV; with --follow what goes on happening, by a long
 * poll. */
#include "common/codec.h"
#include "common/date.h"
#include "common/text.h"
#include "proto/ctl/args.h"
#include "proto/ctl/json.h"
#include "proto/ctl/ctl_show.h"
#include <csv.h>
#include <stdlib.h>
#include <string.h>

static const char *help_of(const struct enum_table *t, int value)
{
    for (size_t i = 0; i < t->n; i++)
        if (t->values[i].value == value)
            return t->values[i].help;
    return "";
}

static const char *value_of(struct arena *a, const struct event *e, const char *name)
{
    const struct field *f = shape_field(shape_event(), name, strlen(name));
    const char *text = show_value(a, f, (const char *)e + f->offset);
    return text ? text_shown(a, text, false) : "";
}

static void print_event(struct ctl *c, struct arena *a, const struct event *e)
{
    if (c->json) {
        struct buf packed;
        buf_init(&packed, CALL_ANSWER_MAX);
        codec_pack(&packed, shape_event(), e, CODEC_TO_STAFF);
        json_t *value = json_of(packed.data, packed.size);
        json_print(value, true);
        json_decref(value);
        buf_fini(&packed);
        return;
    }
    const char *who = value_of(a, e, "name"), *of = value_of(a, e, "customer_name");
    const char *amount = value_of(a, e, "amount"), *text = value_of(a, e, "text");
    printf("%s  %s %s %s%s%s", value_of(a, e, "at"), value_of(a, e, "subject"), value_of(a, e, "number"),
           help_of(enum_what(), e->what), *who ? ", by " : "", who);
    if (*of && strcmp(of, who) != 0)
        printf(" (%s)", of);
    printf("%s%s%s%s\n", *amount ? ": " : "", amount, *text ? ": " : "", text);
    fflush(stdout);
}

/* Goes on until it is stopped or refused; a server that went away is waited for. */
static enum err follow(struct ctl *c, int64_t since)
{
    struct arena *a = arena_open();
    enum err e = OK;
    bool away = false;
    while (!e || e == ERR_OFFLINE || e == ERR_BUSY) {
        struct event_wait_in in = {.since = since, .timeout = 30000};
        struct event_wait_out out;
        arena_reset(a);
        in.head.has = 1; /* since, also when it is 0 */
        e = ctl_call(c, a, OPNO_event_wait, &in, &out);
        if ((e == ERR_OFFLINE || e == ERR_BUSY) && !away)
            (void)ctl_fail(c, e);
        away = e != OK;
        for (size_t i = 0; !e && i < out.events.n; i++)
            print_event(c, a, &out.events.v[i]);
        if (!e && ferror(stdout))
            e = refuse(&c->why, ERR_IO, "", "standard output can not be written");
        if (!e && out.last > since)
            since = out.last;
    }
    arena_close(a);
    return e;
}

/* --- all of it ------------------------------------------------------------------------------------------------------------ */
static void csv_cell(const char *text, char after)
{
    csv_fwrite(stdout, text, strlen(text));
    fputc(after, stdout);
}

/* A value as the wire says it; texts made safe for a terminal, and for a spreadsheet that takes what begins like this for a
 * formula. */
static const char *csv_value(struct arena *a, const struct field *f, const void *at)
{
    if (f->type == FIELD_TEXT || f->type == FIELD_LINES) {
        const char *text = *(const char *const *)at;
        text = text ? text_shown(a, text, true) : "";
        return *text && strchr("=+-@\t", *text) ? arena_printf(a, "'%s", text) : text;
    }
    if (f->type == FIELD_INSTANT) {
        char text[INSTANT_TEXT];
        return *(const int64_t *)at ? arena_printf(a, "%s", instant_plain(text, *(const int64_t *)at)) : "";
    }
    if (f->type == FIELD_MONEY) {
        const struct money *m = at;
        char text[MONEY_TEXT];
        int digits = currency_digits(m->currency);
        return m->currency[0] && digits >= 0 ? arena_printf(a, "%s", money_plain(text, m->amount, digits))
                                             : "";
    }
    if (f->type == FIELD_BYTES) {
        const struct bytes *b = at;
        char *hex = arena_alloc(a, b->size * 2 + 1);
        for (size_t i = 0; i < b->size; i++)
            snprintf(hex + 2 * i, 3, "%02x", b->data[i]);
        return hex;
    }
    const char *text = show_value(a, f, at);
    return text ? text : "";
}

static void csv_head(void)
{
    const struct shape *shape = shape_event();
    for (size_t i = 0; i < shape->n; i++) {
        bool money = shape->fields[i].type == FIELD_MONEY, last = i + 1 == shape->n;
        csv_cell(shape->fields[i].name, last && !money ? '\n' : ',');
        if (money)
            csv_cell("currency", last ? '\n' : ',');
    }
}

static void csv_event(struct arena *a, const struct event *e)
{
    const struct shape *shape = shape_event();
    for (size_t i = 0; i < shape->n; i++) {
        const struct field *f = &shape->fields[i];
        const void *at = (const char *)e + f->offset;
        csv_cell(csv_value(a, f, at), i + 1 < shape->n || f->type == FIELD_MONEY ? ',' : '\n');
        if (f->type == FIELD_MONEY)
            csv_cell(((const struct money *)at)->currency, i + 1 < shape->n ? ',' : '\n');
    }
}

static enum err print_page(struct ctl *c, struct arena *a, const struct op *op, const struct bytes *result,
                           const char **next)
{
    struct event_list_out out;
    if (codec_read(a, op->out(), result->data, result->size, &out) != OK)
        return refuse(&c->why, ERR_IO, "", "the answer is not what %s gives", op->name);
    if (c->csv) {
        for (size_t i = 0; i < out.events.n; i++)
            csv_event(a, &out.events.v[i]);
    } else {
        json_t *page = json_of(result->data, result->size), *row;
        size_t i;
        json_array_foreach(json_object_get(page, "events"), i, row)
        {
            json_print(row, true);
        }
        json_decref(page);
    }
    *next = out.next && *out.next ? out.next : NULL;
    return ferror(stdout) ? refuse(&c->why, ERR_IO, "", "standard output can not be written") : OK;
}

static enum err ask_page(struct ctl *c, const struct op *op, json_t *args, struct bytes *result)
{
    struct buf packed;
    buf_init(&packed, CALL_REQUEST_MAX);
    enum err e = args_pack(c, op->in(), args, &packed);
    if (!e)
        e = ctl_call_raw(c, op, packed.data, packed.size, result);
    buf_fini(&packed);
    return e;
}

/* All pages; only one when a limit was given. What a page takes is given back. */
static enum err give_all(struct ctl *c, const struct op *op, const char *const *words, int n)
{
    struct arena *a = arena_open();
    json_t *args = NULL;
    const char *next = NULL;
    enum err e = args_parse(c, op->in(), words, n, &args);
    bool limited = !e && json_object_get(args, "limit");
    if (!e && !limited)
        json_object_set_new(args, "limit", json_integer(100));
    if (!e && c->csv)
        csv_head();
    do {
        struct bytes result;
        if (next)
            json_object_set_new(args, "after", json_text(next));
        arena_reset(a);
        if (!e)
            e = ask_page(c, op, args, &result);
        if (!e)
            e = print_page(c, a, op, &result, &next);
    } while (!e && next && !limited);
    json_decref(args);
    arena_close(a);
    return e;
}

/* A day alone: from its begin, until its end, in UTC. */
static const char *whole_day(struct ctl *c, const char *word)
{
    int32_t day;
    const char *value = strchr(word, '=');
    if (!value || date_parse(value + 1, &day) != OK)
        return word;
    return strncmp(word, "from=", 5) == 0    ? arena_printf(c->a, "%sT00:00:00Z", word)
           : strncmp(word, "until=", 6) == 0 ? arena_printf(c->a, "%sT23:59:59.999Z", word)
                                             : word;
}

static int list(struct ctl *c)
{
    const struct op *op = op_at(OPNO_event_list);
    for (int i = 1; i < c->n_words; i++)
        c->words[i] = whole_day(c, c->words[i]);
    if (!c->json && !c->csv)
        return verb_op(c, op);
    enum err e = give_all(c, op, c->words + 1, c->n_words - 1);
    return e ? ctl_fail(c, e) : 0;
}

int verb_events(struct ctl *c)
{
    if (!c->follow)
        return list(c);
    struct session_me_out me;
    int64_t since = -1;
    if (c->csv)
        return ctl_usage(c, "events --follow prints lines of text, or JSON with --json; no CSV");
    for (int i = 1; i < c->n_words; i++) {
        char *end;
        if (strncmp(c->words[i], "since=", 6) != 0 || since >= 0)
            return ctl_usage(c, "events --follow takes since=NUMBER, the newest event already known");
        since = strtoll(c->words[i] + 6, &end, 10);
        if (since < 0 || *end || end == c->words[i] + 6)
            return ctl_usage(c, "since must be the number of an event");
    }
    enum err e = ctl_call(c, c->a, OPNO_session_me, NULL, &me);
    if (!e && since < 0)
        since = me.me ? me.me->last_event : 0;
    if (!e)
        e = follow(c, since);
    return ctl_fail(c, e);
}
