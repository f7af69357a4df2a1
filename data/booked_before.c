/* Entries of what was put on record before they were kept: the log says on which day it was withdrawn or given up, the record when it was taken
 * back. What it settled meanwhile is not known any more: that stands on its own day, as it settles it now. */
#include "common/zone.h"
#include "common/doc_kind.h"
#include "data/booked_inside.h"

static enum err zone_of(struct txn *t, const char **zone)
{
    struct business *b = arena_alloc(t->arena, sizeof *b);
    enum err e = record_needed(t, KIND_BUSINESS, t->business, b);
    if (!e)
        *zone = b->time_zone;
    return e;
}

/* The day of the newest such event; `day` stays as it is where there is none. */
static enum err day_of_event(struct txn *t, const struct document *d, int what, int32_t *day)
{
    struct key k = index_key(t, INDEX_EVENT_SUBJECT);
    key_u64(key_u8(&k, (uint8_t)doc_kind(d->kind)->subject), d->id);
    struct list_range range = list_range(&k);
    struct refusal why = {0};
    struct record_list l = {
        .kind = KIND_EVENT, .view = shape_event(), .ranges = &range, .n = 1, .backward = true, .limit = 100};
    const char *zone = NULL;
    enum err e = record_list(t, &l, &why);
    const struct event *v = l.rows;
    for (size_t i = 0; !e && i < l.count; i++)
        if (v[i].what == what) {
            e = zone_of(t, &zone);
            if (!e)
                *day = zone_day(zone, v[i].at);
            break;
        }
    return e;
}

static enum err day_at(struct txn *t, int64_t at, int32_t *day)
{
    const char *zone = NULL;
    enum err e = at ? zone_of(t, &zone) : OK;
    if (!e && at)
        *day = zone_day(zone, at);
    return e;
}

/* As it was when nothing had ended it yet. */
struct alive {
    union {
        struct document document;
        struct payment payment;
        struct refund refund;
    } was;
    int32_t ended, given_up;
};

static enum err document_alive(struct txn *t, const struct document *d, struct alive *out)
{
    enum err e = OK;
    out->was.document = *d;
    if (d->state == DOC_VOID) {
        out->was.document.state =
            d->number && *d->number ? DOC_OPEN : DOC_DRAFT; /* withdrawn before it was sent */
        e = day_of_event(t, d, WHAT_VOIDED, &out->ended);
    }
    if (!e && d->written_off.amount)
        e = day_of_event(t, d, WHAT_WRITTEN_OFF, &out->given_up);
    return e;
}

static enum err alive(struct txn *t, enum kind kind, const void *record, struct alive *out)
{
    const struct payment *p = record;
    const struct refund *r = record;
    out->ended = out->given_up = books_head(kind, record).date;
    if (kind == KIND_DOCUMENT)
        return document_alive(t, record, out);
    if (kind == KIND_PAYMENT) {
        out->was.payment = *p;
        if (p->state == PAY_REVERSED)
            out->was.payment.state = PAY_SUCCEEDED;
        return p->state == PAY_REVERSED ? day_at(t, p->settled, &out->ended) : OK;
    }
    out->was.refund = *r;
    if (r->state == REFUND_FAILED)
        out->was.refund.state = REFUND_PENDING;
    return r->state == REFUND_FAILED ? day_at(t, r->settled, &out->ended) : OK;
}

static void enter(struct txn *t, const struct books_head *head, enum books_side side,
                  const struct posting_list *change, int32_t date, bool first,
                  struct book_entry_list *entries)
{
    if (!change->n)
        return;
    struct book_entry *b = books_add(t->arena, entries);
    *b = (struct book_entry){.date = date > head->date ? date : head->date,
                             .what = books_what(head, side, change, first),
                             .customer_name = head->customer_name,
                             .postings = *change};
    b->due = b->what == BOOKED_FIRST ? head->due : 0;
}

enum err books_before(struct txn *t, enum kind kind, const void *record, struct book_entry_list *entries)
{
    const struct posting_list nothing = {0};
    const struct books_head head = books_head(kind, record);
    struct alive *was = arena_alloc(t->arena, sizeof *was);
    *entries = (struct book_entry_list){0};
    enum err e = alive(t, kind, record, was);
    if (e)
        return e;
    const struct books_stand first = books_stand(t->arena, kind, &was->was),
                             now = books_stand(t->arena, kind, record);
    const struct posting_list *up = &now.side[BOOKS_GIVEN_UP];
    struct posting_list change = books_between(t->arena, &nothing, &first.side[BOOKS_ALL_ELSE]);
    enter(t, &head, BOOKS_ALL_ELSE, &change, head.date, true, entries);
    change = books_between(t->arena, &nothing, up);
    enter(t, &head, BOOKS_GIVEN_UP, &change, was->given_up, true, entries);
    change = books_between(t->arena, &first.side[BOOKS_ALL_ELSE], &now.side[BOOKS_ALL_ELSE]);
    enter(t, &head, BOOKS_ALL_ELSE, &change, was->ended, false, entries);
    return OK;
}
