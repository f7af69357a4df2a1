/* `events`: what happened (rows.c); with --follow what goes on happening, by a long poll. */
#include "common/codec.h"
#include "common/date.h"
#include "common/text.h"
#include "proto/ctl/ctl.h"
#include "proto/ctl/json.h"
#include "proto/ctl/ctl_show.h"
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
    for (int i = 1; i < c->n_words; i++)
        c->words[i] = whole_day(c, c->words[i]);
    c->lines = c->json;
    return verb_op(c, op_at(OPNO_event_list));
}

int verb_events(struct ctl *c)
{
    if (!c->follow)
        return list(c);
    struct session_me_out me;
    int64_t since = -1;
    if (rows_wanted(c))
        return ctl_usage(c,
                         "events --follow prints lines of text, or JSON with --json; no CSV, TSV or --all");
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
