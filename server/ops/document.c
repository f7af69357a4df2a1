#include "server/ops/document.h"
#include "common/party.h"
#include <stdio.h>
#include <string.h>

struct document *document_give(struct call *c, const struct document *d)
{
    return arena_copy(c->arena, d, sizeof *d);
}

enum err document_of_kind(struct call *c, uint64_t id, struct document *d)
{
    return record_get(&c->txn, call_doc(c)->record, id, d);
}

size_t document_day_faults(const struct document *d, int32_t today,
                           struct document_fault faults[DOCUMENT_DAY_FAULTS])
{
    int32_t last = today + DOCUMENT_DAYS_AHEAD;
    size_t n = 0;
    if (!d->date)
        faults[n++] = (struct document_fault){"date", "may not be empty"};
    else if (d->date > last)
        faults[n++] = (struct document_fault){"date", "is more than ten years from today"};
    if (!d->due && !doc_kind(d->kind)->ends)
        ; /* it has none */
    else if (d->date && d->due < d->date)
        faults[n++] = (struct document_fault){"due", "lies before the document's date"};
    else if (d->date && d->due > d->date + DOCUMENT_DAYS_AHEAD)
        faults[n++] = (struct document_fault){"due", "is more than ten years after the document's date"};
    if (d->supply_date > last)
        faults[n++] = (struct document_fault){"supply_date", "is more than ten years from today"};
    if (d->period_until && !d->period_from)
        faults[n++] =
            (struct document_fault){"period_from", "has to be given with the last day of the service"};
    if (d->period_until > last)
        faults[n++] = (struct document_fault){"period_until", "is more than ten years from today"};
    else if (d->period_from && !d->period_until)
        faults[n++] =
            (struct document_fault){"period_until", "has to be given with the first day of the service"};
    else if (d->period_until < d->period_from)
        faults[n++] = (struct document_fault){"period_until", "lies before the first day of the service"};
    return n;
}

enum err document_put(struct call *c, struct document *d)
{
    struct document stored = *d;
    if (d->state == DOC_DRAFT)
        party_strip(&stored);
    instalments_follow(&stored);
    d->due = stored.due;
    enum err e = record_put(&c->txn, KIND_DOCUMENT, &stored);
    d->id = stored.id;
    if (e == ERR_TOO_LARGE)
        return REFUSE(c, e, "lines", "that is more text than one document can hold: divide it");
    return e;
}

enum err document_event(struct call *c, const struct document *d, int what, bool portal, const char *text)
{
    struct event e = {
        .what = what,
        .subject = doc_kind(d->kind)->subject,
        .about = (int64_t)d->id,
        .number = d->number,
        .customer = d->customer,
        .customer_name = d->customer_name,
        .portal = portal,
        .amount = d->total,
        .text = text,
    };
    return call_event(c, &e);
}

#define EXCERPT 120

const char *document_excerpt(struct call *c, const char *text)
{
    const char *at = text;
    for (size_t n = 0; *at; at++)
        if (((unsigned char)*at & 0xc0) != 0x80 && n++ == EXCERPT)
            return arena_printf(c->arena, "%.*s…", (int)(at - text), text);
    return text;
}

enum err document_blame(struct call *c, const char *prefix, enum err e)
{
    if (e <= 0)
        return e;
    char inner[sizeof c->why.field];
    memcpy(inner, c->why.field, sizeof inner);
    inner[sizeof inner - 1] = '\0';
    snprintf(c->why.field, sizeof c->why.field, "%.20s%s%.70s", prefix, *inner ? "." : "", inner);
    return e;
}
