#include "common/date.h"
#include "common/text.h"
#include "common/zone.h"
#include "proto/paper/show.h"
#include "tui/staff/staff_audit.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void add_text(char *to, size_t size, const char *format, const char *a, const char *b)
{
    size_t n = strlen(to);
    if (n < size)
        snprintf(to + n, size - n, format, a, b);
}

static void take_word(struct audit_query *q, const char *word)
{
    add_text(q->words, sizeof q->words, *q->words ? "\n%s%s" : "%s%s", word, "");
}

static void option(struct audit_query *q, const char *name, const char *value)
{
    add_text(q->command, sizeof q->command, " --%s %s", name, value);
}

/* The value of an enum by its name ("sign_in_refused", "sign in refused") or by the words the screen has for it. */
static int named(const struct enum_table *t, const char *(*words)(int value), const char *typed)
{
    char name[64];
    size_t n = 0;
    for (; typed[n] && n + 1 < sizeof name; n++)
        name[n] = typed[n] == ' ' || typed[n] == '-' ? '_' : typed[n];
    name[n] = '\0';
    const struct enum_value *v = enum_by_name(t, name, n);
    int found = v ? v->value : 0;
    struct arena *a = arena_open();
    for (size_t i = 0; i < t->n && !found; i++)
        if (words && strcmp(text_fold(a, words(t->values[i].value)), typed) == 0)
            found = t->values[i].value;
    arena_close(a);
    return found;
}

static bool take_what(struct audit_query *q, const char *value, struct event_list_in *in)
{
    int what = named(enum_what(), show_what, value);
    if (!what)
        return false;
    GIVE(event_list_in, in, what, what);
    option(q, "what", enum_name(enum_what(), what));
    return true;
}

/* "customer", "customer/17"; any other is a name. */
static bool take_who(struct audit_query *q, char *value, struct event_list_in *in)
{
    char *slash = strchr(value, '/'), *end = NULL;
    if (slash)
        *slash = '\0';
    int side = named(enum_side(), NULL, value);
    long long actor = slash ? strtoll(slash + 1, &end, 10) : 0;
    if (slash)
        *slash = '/';
    if (!side) {
        take_word(q, value);
        return true;
    }
    if (slash && (actor <= 0 || *end))
        return false;
    GIVE(event_list_in, in, side, side);
    option(q, "side", enum_name(enum_side(), side));
    if (actor) {
        GIVE(event_list_in, in, actor, actor);
        option(q, "actor", slash + 1);
    }
    return true;
}

/* "invoice", "invoice/17"; any other is a word. */
static bool take_about(struct audit_query *q, char *value, struct event_list_in *in)
{
    char *slash = strchr(value, '/'), *end = NULL;
    if (slash)
        *slash = '\0';
    int subject = named(enum_subject(), show_subject, value);
    long long about = slash ? strtoll(slash + 1, &end, 10) : 0;
    if (slash)
        *slash = '/';
    if (!subject) {
        take_word(q, value);
        return true;
    }
    if (slash && (about <= 0 || *end))
        return false;
    GIVE(event_list_in, in, subject, subject);
    option(q, "subject", enum_name(enum_subject(), subject));
    if (about) {
        GIVE(event_list_in, in, about, about);
        option(q, "about", slash + 1);
    }
    return true;
}

/* "2026-11-22", "today", "7d" (so many days ago). */
static bool day_of(const char *value, int32_t today, int32_t *day)
{
    char *end;
    if (strcmp(value, "today") == 0) {
        *day = today;
        return true;
    }
    long back = strtol(value, &end, 10);
    if (end != value && strcmp(end, "d") == 0 && back >= 0 && back < 40000) {
        *day = today - (int32_t)back;
        return true;
    }
    return date_parse(value, day) == OK;
}

static bool take_day(struct audit_query *q, const char *value, bool until, const char *zone, int32_t today,
                     struct event_list_in *in)
{
    int32_t day;
    char text[INSTANT_TEXT];
    if (!day_of(value, today, &day))
        return false;
    int64_t at = zone_midnight(zone, day + until) - until;
    if (at <= 0)
        return false;
    instant_plain(text, at);
    if (until)
        GIVE(event_list_in, in, until, at);
    else
        GIVE(event_list_in, in, from, at);
    option(q, until ? "until" : "from", text);
    return true;
}

enum { WHAT, WHO, ABOUT, FROM, UNTIL };

const struct filter_fields *audit_fields(void)
{
    static const struct filter_field fields[] = {{.names = "what", .type = FILTER_RAW, .id = WHAT},
                                                 {.names = "who", .type = FILTER_RAW, .id = WHO},
                                                 {.names = "about", .type = FILTER_RAW, .id = ABOUT},
                                                 {.names = "from since", .type = FILTER_RAW, .id = FROM},
                                                 {.names = "until", .type = FILTER_RAW, .id = UNTIL}};
    static const struct filter_fields table = {fields, sizeof fields / sizeof *fields};
    return &table;
}

static bool take_term(struct audit_query *q, const struct filter_term *t, const char *zone, int32_t today,
                      struct event_list_in *in)
{
    char value[128];
    snprintf(value, sizeof value, "%s", t->folded);
    if (t->not || (t->how != FILTER_HAS && t->how != FILTER_IS))
        return false;
    if (!t->field) {
        take_word(q, value);
        return true;
    }
    switch (t->field->id) {
    case WHAT: return take_what(q, value, in);
    case WHO: return take_who(q, value, in);
    case ABOUT: return take_about(q, value, in);
    default: return take_day(q, value, t->field->id == UNTIL, zone, today, in);
    }
}

bool audit_query(struct audit_query *q, const struct filter *f, const char *zone, int32_t today,
                 struct event_list_in *in, char *why)
{
    q->words[0] = '\0';
    *why = '\0';
    snprintf(q->command, sizeof q->command, "events");
    for (size_t i = 0; i < f->n; i++)
        if (!take_term(q, &f->terms[i], zone, today, in)) {
            const struct filter_term *t = &f->terms[i];
            snprintf(why, AUDIT_WHY, "%s%s%s%.80s: not understood; there are " AUDIT_KNOWN, t->not ? "!" : "",
                     t->field ? t->field->names : "", t->field ? ":" : "", t->value);
            return false;
        }
    return true;
}

/* "created" alone does not say what: "contact created". */
char *audit_what(char *buffer, size_t size, const struct event *e)
{
    bool plain = e->what == WHAT_CREATED || e->what == WHAT_CHANGED || e->what == WHAT_DELETED;
    bool text = e->text && *e->text;
    snprintf(buffer, size, "%s%s%s%s%s", plain ? show_subject(e->subject) : "", plain ? " " : "",
             show_what(e->what), text ? ": " : "", text ? e->text : "");
    return buffer;
}

bool audit_has_words(const struct audit_query *q, const struct event *e)
{
    char what[400];
    const char *about = e->number && *e->number ? e->number : show_subject(e->subject);
    const char *texts[] = {show_who(e), audit_what(what, sizeof what, e), about, show_place(e->place),
                           show_text(e->customer_name)};
    bool all = true;
    struct arena *a = arena_open();
    char *rest = arena_text(a, q->words, strlen(q->words)), *word;
    while (all && (word = strsep(&rest, "\n")) != NULL) {
        bool found = !*word;
        for (size_t i = 0; i < COUNT_OF(texts) && !found; i++)
            found = strstr(text_fold(a, texts[i]), word) != NULL;
        all = found;
    }
    arena_close(a);
    return all;
}
