/* Help about words: the topics on one screen, the words of each, and how one is typed. What is to be typed as it stands is in small letters, what is
 * to be given in capitals. */
#include "common/text.h"
#include "proto/ctl/ctl_show.h"
#include "proto/ctl/word.h"
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#define USAGE 200
#define COLUMN 34

static bool is_must(const struct op *op, const char *place, size_t size)
{
    const struct field *f = shape_field(op->in(), place, strcspn(place, " ."));
    return f && f->flags & (FIELD_MUST | FIELD_USUAL) && !(size == 6 && memcmp(place, "filter", 6) == 0);
}

/* "parts.0.invoice" is INVOICE, "signed_by" SIGNED-BY. */
static int in_capitals(char *to, size_t room, const char *place, size_t size)
{
    size_t from = size;
    while (from && place[from - 1] != '.')
        from--;
    size_t n = 0;
    for (size_t i = from; i < size && n + 1 < room; i++, n++)
        to[n] = (char)(place[i] == '_' ? '-' : toupper((unsigned char)place[i]));
    to[n] = '\0';
    return (int)n;
}

/* "bank undo LINE [REASON]" */
static const char *usage(const struct word *w, const char *name, char text[USAGE])
{
    size_t n = (size_t)snprintf(text, USAGE, "%s", name);
    for (const char *place = w->places; *place && n < USAGE;) {
        char capitals[40];
        const size_t size = strcspn(place, " ");
        const bool more = strcmp(place + size, " …") == 0, must = is_must(word_op(w), place, size);
        in_capitals(capitals, sizeof capitals, place, size);
        n += (size_t)snprintf(text + n, USAGE - n, " %s%s%s%s", must ? "" : "[", capitals, more ? " …" : "",
                              must ? "" : "]");
        place += more ? strlen(place) : size + (place[size] == ' ');
    }
    return text;
}

static void print_word(const struct word *w)
{
    char text[USAGE];
    usage(w, w->name, text);
    printf("  ");
    show_padded(stdout, text, COLUMN - 4);
    const bool wide = text_columns(text) > COLUMN - 4;
    printf("%s%*s", wide ? "\n" : "", wide ? COLUMN : 2, "");
    size_t at = show_wrapped(stdout, w->help, COLUMN, COLUMN);
    for (const char *also = NULL; (also = word_also_next(w, also)) != NULL;)
        at = show_wrapped(stdout, also, COLUMN, show_wrapped(stdout, "; also: ", COLUMN, at));
    putchar('\n');
}

/* For whom: customers, staff, or both of them. */
static unsigned sides(const struct op *op)
{
    const unsigned staff = op->who & (BY_READER | BY_STAFF | BY_ADMIN), customer = op->who & BY_CUSTOMER;
    return staff && customer ? 0 : customer ? BY_CUSTOMER : BY_STAFF;
}

static bool told(const struct word *w, unsigned who)
{
    return word_op(w)->who & who;
}

static bool print_side(const char *topic, unsigned who, unsigned side, const char *head)
{
    bool any = false;
    for (const struct word *w = NULL; (w = word_next(w)) != NULL;) {
        if (strcmp(word_topic(w), topic) != 0 || sides(word_op(w)) != side || !told(w, who))
            continue;
        if (!any && *head)
            puts(head);
        any = true;
        print_word(w);
    }
    return any;
}

bool word_topic_help(const char *topic, unsigned who)
{
    const bool both = print_side(topic, who, 0, "");
    const bool customers = print_side(topic, who, BY_CUSTOMER, "For customers:");
    return print_side(topic, who, BY_STAFF, both || customers ? "For the staff:" : "") || both || customers;
}

/* Is the first word of that one told of in its topic before it? */
static bool told_before(const struct word *until, size_t size, unsigned who)
{
    for (const struct word *w = NULL; (w = word_next(w)) != until;)
        if (told(w, who) && strcmp(word_topic(w), word_topic(until)) == 0 && strcspn(w->name, " ") == size &&
            strncmp(w->name, until->name, size) == 0)
            return true;
    return false;
}

/* A line each: what its words begin with, as many as there is room for. */
void word_topics(unsigned who)
{
    for (const char *topic = NULL; (topic = word_topic_next(topic)) != NULL;) {
        char line[120] = "";
        size_t n = 0;
        for (const struct word *w = NULL; (w = word_next(w)) != NULL;) {
            const size_t size = strcspn(w->name, " ");
            if (strcmp(word_topic(w), topic) == 0 && told(w, who) && !told_before(w, size, who) &&
                n + size < 60)
                n += (size_t)snprintf(line + n, sizeof line - n, "%s%.*s", n ? ", " : "", (int)size, w->name);
        }
        if (n)
            printf("  %-14s%s\n", topic, line);
    }
}

void word_usages(const struct ctl *c, const struct op *op)
{
    char text[USAGE];
    for (const struct word *w = NULL; (w = word_next(w)) != NULL;) {
        if (word_op(w) != op)
            continue;
        printf("  %s %s\n", c->call, usage(w, w->name, text));
        for (const char *also = NULL; (also = word_also_next(w, also)) != NULL;)
            printf("  %s %s\n", c->call, usage(w, also, text));
    }
}
