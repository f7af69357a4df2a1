/* What a reminder says, and to whom. */
#include "common/buf.h"
#include "common/date.h"
#include "common/text.h"
#include "server/mail/outbox.h"
#include "server/ops/contact.h"
#include "server/ops/payment.h"
#include "server/ops/person.h"
#include "server/ops/reminder.h"
#include <stdlib.h>
#include <string.h>

#define TEXT_MOST 8000
#define LISTED_MOST 30     /* invoices in the text; the rest are counted */
#define REFERENCES_MOST 10 /* to quote with a transfer */

enum place { CUSTOMER, INVOICES, TOTAL, OLDEST, HOW, BUSINESS, PLACES };
static const struct {
    const char *name;
    bool lines;
} places[PLACES] = {
    [CUSTOMER] = {"customer", false},  [INVOICES] = {"invoices", true}, [TOTAL] = {"total", false},
    [OLDEST] = {"oldest_days", false}, [HOW] = {"how_to_pay", true},    [BUSINESS] = {"business", false}};

/* The name in "{name}…": its length; 0 when the text does not begin with one. */
static size_t name_at(const char *text)
{
    size_t size = *text == '{' ? strspn(text + 1, "abcdefghijklmnopqrstuvwxyz_") : 0;
    return size && text[size + 1] == '}' ? size : 0;
}

/* PLACES: none of that name. */
static enum place place_of(const char *name, size_t size)
{
    int i = 0;
    while (i < PLACES && (strlen(places[i].name) != size || memcmp(places[i].name, name, size) != 0))
        i++;
    return (enum place)i;
}

const char *reminder_text_wrong(struct call *c, const char *text, bool one_line)
{
    bool seen[PLACES] = {false};
    for (const char *p = text; *p; p++) {
        const size_t size = name_at(p);
        const enum place place = size ? place_of(p + 1, size) : PLACES;
        if (!size)
            continue;
        if (place == PLACES)
            return arena_printf(c->arena,
                                "{%.*s} stands for nothing: there are {customer}, {invoices}, {total}, "
                                "{oldest_days}, {how_to_pay} and {business}",
                                (int)size, p + 1);
        if (one_line && places[place].lines)
            return arena_printf(c->arena, "{%.*s} takes several lines: it has room in the text alone",
                                (int)size, p + 1);
        if (seen[place] && places[place].lines)
            return arena_printf(c->arena, "{%.*s} stands there twice", (int)size, p + 1);
        seen[place] = true;
    }
    return NULL;
}

/* --- what stands for them ---------------------------------------------------------------------------------------------------- */
static const char *amount(struct call *c, struct money m)
{
    char text[64];
    return arena_printf(c->arena, "%s %s", money_grouped(text, m.amount, currency_digits(m.currency)),
                        m.currency);
}

static const char *lateness(struct call *c, int32_t days)
{
    return days > 0   ? arena_printf(c->arena, "%d day%s late", days, days == 1 ? "" : "s")
           : days < 0 ? arena_printf(c->arena, "in %d day%s", -days, days == -1 ? "" : "s")
                      : "today";
}

static void add_text(struct buf *b, const char *text)
{
    buf_add(b, text, strlen(text));
}

static enum err list(struct call *c, const struct reminder_plan *plan, struct buf *b)
{
    int32_t today;
    enum err e = call_today(c, &today);
    for (size_t i = 0; !e && i < plan->parts.n && i < LISTED_MOST; i++) {
        const struct reminded_part *part = &plan->parts.v[i];
        char day[DATE_TEXT];
        if (i)
            add_text(b, "\n");
        if (part->balance.amount)
            add_text(b,
                     arena_printf(c->arena, "  %s, due %s, %s: %s", part->number, date_short(day, part->due),
                                  lateness(c, today - part->due), amount(c, part->balance)));
        if (part->fee.amount)
            add_text(b, arena_printf(c->arena, "%s  late fee on %s, %s: %s", part->balance.amount ? "\n" : "",
                                     part->number,
                                     part->fee_number && *part->fee_number
                                         ? arena_printf(c->arena, "invoice %s", part->fee_number)
                                         : "an invoice of its own",
                                     amount(c, part->fee)));
    }
    if (!e && plan->parts.n > LISTED_MOST)
        add_text(b, arena_printf(c->arena, "\n  and %zu more", plan->parts.n - LISTED_MOST));
    return e;
}

/* What is the same for all of them, once; what is quoted, for each. */
static void tell_one(struct call *c, struct buf *b, const struct pay_told *told, bool first)
{
    if (first)
        add_text(b, arena_printf(c->arena, "%s:\n", told->title));
    for (size_t i = 0; first && i < told->facts.n; i++)
        if (strcmp(told->facts.v[i].label, "Amount") != 0 && strcmp(told->facts.v[i].label, "Reference") != 0)
            add_text(b, arena_printf(c->arena, "  %s: %s\n", told->facts.v[i].label, told->facts.v[i].value));
    add_text(b, arena_printf(c->arena, "  quote for %s: %s\n", told->number, told->reference));
}

static enum err how_to_pay(struct call *c, const struct reminder_plan *plan, struct buf *b)
{
    const char *ssh = mail_ssh_command(c), *method = NULL;
    enum err e = OK;
    if (*ssh)
        add_text(b, arena_printf(c->arena, "In the portal:\n  %s\n", ssh));
    for (size_t i = 0; i < plan->parts.n && i < REFERENCES_MOST && !e; i++) {
        struct document d;
        struct pay_told_list told = {0};
        e = record_needed(&c->txn, KIND_DOCUMENT, plan->parts.v[i].invoice, &d);
        if (!e)
            e = payment_told(c, &d, &told, NULL);
        if (e || !told.n || (method && strcmp(method, told.v[0].method) != 0))
            continue;
        if (!method && *ssh)
            add_text(b, "\n");
        tell_one(c, b, &told.v[0], !method);
        method = told.v[0].method;
    }
    if (b->size && b->data[b->size - 1] == '\n')
        b->size--;
    return e;
}

/* A fresh text of what a place stands for, in the arena. */
static enum err value_of(struct call *c, const struct reminder_plan *plan, enum place place, const char **out)
{
    struct buf b;
    const struct business *business;
    const int32_t days = plan->oldest < 0 ? -plan->oldest : plan->oldest;
    enum err e = call_business(c, &business);
    buf_init(&b, TEXT_MOST);
    switch (place) {
    case CUSTOMER: add_text(&b, plan->of.name); break;
    case INVOICES: e = e ? e : list(c, plan, &b); break;
    case TOTAL: add_text(&b, amount(c, plan->total)); break;
    case OLDEST: add_text(&b, arena_printf(c->arena, "%d day%s", days, days == 1 ? "" : "s")); break;
    case HOW: e = e ? e : how_to_pay(c, plan, &b); break;
    default: add_text(&b, e ? "" : business->name); break;
    }
    if (!e)
        *out = text_shown(c->arena, arena_text(c->arena, (const char *)b.data, b.size), true);
    buf_fini(&b);
    return e;
}

/* What says nothing leaves no gap: of three line ends in a row two stay. */
static void put(struct buf *b, const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        const bool gap =
            text[i] == '\n' && b->size > 1 && b->data[b->size - 1] == '\n' && b->data[b->size - 2] == '\n';
        if (!gap)
            buf_add(b, text + i, 1);
    }
}

static enum err render(struct call *c, const struct reminder_plan *plan, const char *text, const char **out)
{
    struct buf b;
    enum err e = OK;
    buf_init(&b, TEXT_MOST);
    while (*text && !e) {
        const size_t size = name_at(text);
        const enum place place = size ? place_of(text + 1, size) : PLACES;
        const char *value = "";
        if (place != PLACES)
            e = value_of(c, plan, place, &value);
        if (place != PLACES)
            put(&b, value, strlen(value));
        else
            put(&b, text, 1);
        text += place != PLACES ? size + 2 : 1;
    }
    if (!e)
        *out = text_shown(c->arena, arena_text(c->arena, (const char *)b.data, b.size), true);
    buf_fini(&b);
    return e;
}

enum err reminder_write(struct call *c, const struct reminder_plan *plan, const char **subject,
                        const char **text)
{
    size_t used;
    enum err e = render(c, plan, plan->rule->subject, subject);
    if (!e && text_fit(*subject, 200, &used) < strlen(*subject))
        *subject = arena_text(c->arena, *subject, text_fit(*subject, 200, &used));
    return e ? e : render(c, plan, plan->rule->text, text);
}
