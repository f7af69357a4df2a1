/* The event log, read: a list backward, a look at what is new (the dispatcher parks the one who waits), the bell. */
#include "common/zone.h"
#include "proto/paper/show.h"
#include "server/core/owner.h"
#include "server/ops/list_filter.h"
#include <inttypes.h>
#include <stdlib.h>

#define ROUNDS 10 /* times the examine budget that one look at what is new may cost */

#define SLACK_MS \
    600000 /* events are numbered as they are written, and dated as they were asked for: by how far these may differ */

struct looking {
    struct call *
        only; /* a session that is good for one document asks: its events, and those of what was paid on it; NULL: another one */
    uint64_t customer; /* 0: any */
    int subject;       /* 0: any */
    int64_t about;     /* 0: any */
    bool portal, bell;
    bool
        customers; /* the bell rings for what customers did and mails that failed, else for what the business did */
    int what, side;      /* 0: any */
    int64_t actor;       /* 0: any */
    int64_t from, until; /* instants; 0: open */
    struct listing l;    /* what was typed */
    const char *zone;    /* of the business */
};

static bool rings(const struct looking *f, const struct event *e)
{
    if (e->what == WHAT_REVERSED && e->side == SIDE_SYSTEM) /* the bank's doing: news to both */
        return true;
    if (f->customers && derive_rings(e))
        return true;
    bool other = f->customers ? e->side == SIDE_CUSTOMER : e->side == SIDE_STAFF || e->side == SIDE_MACHINE;
    return other && e->subject != SUBJECT_SESSION && e->what != WHAT_CODE_OPENED; /* viewing it rings */
}

/* --- what was typed */

struct told {
    struct arena *arena;
    const struct looking *f;
    const struct event *e;
};

static void tell(void *row, int id, struct filter_value *v)
{
    const struct told *t = row;
    const struct event *e = t->e;
    const char *side = enum_name(enum_side(), e->side), *kind = enum_name(enum_subject(), e->subject);
    switch (id) {
    case FILTER_WHAT: v->set = FILTER_VALUE(e->what); break;
    case FILTER_SIDE: v->set = UINT64_C(1) << e->side; break;
    case FILTER_WHO: /* "customer/17" is one person, whatever they are called */
        v->text[0] = show_who(e);
        v->text[1] = e->actor ? arena_printf(t->arena, "%s/%" PRId64, side, e->actor) : side;
        break;
    case FILTER_ABOUT:
        v->text[0] = e->number;
        v->text[1] = arena_printf(t->arena, "%s/%" PRId64, kind, e->about);
        v->text[2] = show_subject(e->subject);
        break;
    case FILTER_CUSTOMER: v->text[0] = e->customer_name; break;
    case FILTER_TEXT:
        v->text[0] = show_what(e->what);
        v->text[1] = e->text;
        break;
    case FILTER_PLACE: v->text[0] = show_place(e->place); break;
    case FILTER_DAY: v->number = zone_day(t->f->zone, e->at); break;
    case FILTER_EVENT: v->number = (int64_t)e->id; break;
    default: break;
    }
}

static bool passes(struct looking *f, const struct event *e)
{
    struct told t = {f->l.c->arena, f, e};
    return listing_match(&f->l, tell, &t);
}

/* What the indexes can be asked for: the one kind of thing that happened, and the days. */
static void narrow(struct looking *f)
{
    int32_t first = 0, last = 0;
    for (size_t i = 0; i < f->l.filter.n; i++) {
        const struct filter_term *t = &f->l.filter.terms[i];
        if (t->field && t->field->id == FILTER_WHAT && !t->not &&t->set && !(t->set & (t->set - 1)) &&
            !f->what)
            while (!(t->set >> f->what & 1))
                f->what++;
        if (t->field && t->field->id == FILTER_SIDE && !t->not &&t->set && !(t->set & (t->set - 1)) &&
            !f->side)
            while (!(t->set >> f->side & 1))
                f->side++;
    }
    listing_days(&f->l, FILTER_DAY, &first, &last);
    if (first && !f->from)
        f->from = zone_midnight(f->zone, first);
    if (last && !f->until)
        f->until = zone_midnight(f->zone, last + 1) - 1;
}

static enum err take_filter(struct call *c, const char *typed, struct looking *f)
{
    const struct business *business;
    int32_t today;
    if (!typed || !*typed)
        return OK;
    f->l = (struct listing){.c = c};
    enum err e = call_today(c, &today);
    if (!e)
        e = call_business(c, &business);
    if (!e)
        e = filter_read(c->arena, filter_of_events(), typed, today, &f->l.filter, &c->why);
    if (e)
        return e;
    f->zone = business->time_zone;
    narrow(f);
    return OK;
}

/* --- what is wanted */

static bool of_document(struct call *c, const struct event *e)
{
    const uint64_t about = (uint64_t)e->about;
    if (doc_kind_of_subject(e->subject))
        return about == c->who.document;
    return e->subject == SUBJECT_PAYMENT && owner_sees(c, KIND_PAYMENT, about);
}

static bool wanted(void *context, void *row)
{
    struct looking *f = context;
    const struct event *e = row;
    if (f->customer && e->customer != f->customer)
        return false;
    if (f->portal && !e->portal)
        return false;
    if ((f->subject && e->subject != f->subject) || (f->about && e->about != f->about))
        return false;
    if ((f->what && e->what != f->what) || (f->side && e->side != f->side) ||
        (f->actor && e->actor != f->actor))
        return false;
    if (e->at < f->from || (f->until && e->at > f->until))
        return false;
    if (f->only && !of_document(f->only, e))
        return false;
    return (!f->bell || rings(f, e)) && (!f->l.filter.n || passes(f, e));
}

/* What the caller may see at all. */
static struct looking visible(const struct call *c)
{
    struct looking f = {.customers = !call_by_customer(c)};
    if (call_by_customer(c)) {
        f.customer = c->who.customer;
        f.portal = true;
    }
    return f;
}

static enum err about_document(struct call *c, uint64_t id, struct looking *f)
{
    struct document_row d;
    enum err e = record_view(&c->txn, KIND_DOCUMENT, id, shape_document_row(), &d);
    if (e)
        return e;
    f->subject = doc_kind(d.kind)->subject;
    f->about = (int64_t)id;
    return OK;
}

/* Stretches in each of which all of them stand, by their ids. */
#define STRETCHES 5
struct stretches {
    struct key v[STRETCHES];
    size_t n;
};

static struct key *stretch(struct stretches *all, const struct call *c, enum index index)
{
    all->v[all->n] = index_key(&c->txn, index);
    return &all->v[all->n++];
}

static struct stretches stretches(struct call *c, const struct looking *f)
{
    struct stretches all = {.n = 0};
    const bool rung = f->customer && f->bell && f->portal;
    if (f->subject && f->about)
        key_u64(key_u8(stretch(&all, c, INDEX_EVENT_SUBJECT), (uint8_t)f->subject), (uint64_t)f->about);
    if (f->customer)
        key_u64(stretch(&all, c, rung ? INDEX_EVENT_RING : INDEX_EVENT_CUSTOMER), f->customer);
    else if (f->bell)
        stretch(&all, c, INDEX_EVENT_BELL);
    if (f->what)
        key_u8(stretch(&all, c, INDEX_EVENT_WHAT), (uint8_t)f->what);
    if (f->side && f->actor)
        key_u64(key_u8(stretch(&all, c, INDEX_EVENT_ACTOR), (uint8_t)f->side), (uint64_t)f->actor);
    if (derive_side(f->side) && f->side)
        key_u8(stretch(&all, c, INDEX_EVENT_SIDE), (uint8_t)f->side);
    if (all.n == 0)
        all.v[all.n++] = record_key(&c->txn, KIND_EVENT);
    return all;
}

/* The first event that is not before an instant, found by halving: times follow numbers, but for the slack. */
static enum err event_at(struct call *c, int64_t instant, uint64_t *id)
{
    uint64_t low = 1, high;
    enum err e = record_last_id(&c->txn, KIND_EVENT, &high);
    high++;
    while (!e && low < high) {
        uint64_t middle = low + (high - low) / 2;
        struct event event;
        e = record_get(&c->txn, KIND_EVENT, middle, &event);
        if (e == ERR_NOT_FOUND) /* somebody removed it: audit.verify's to tell */
            e = OK;
        else if (!e && event.at >= instant) {
            high = middle;
            continue;
        }
        low = middle + 1;
    }
    if (!e)
        *id = low;
    return e;
}

static enum err within_times(struct call *c, const struct looking *f, struct list_range *range)
{
    uint64_t id;
    enum err e = OK;
    if (f->from) {
        e = event_at(c, f->from - SLACK_MS, &id);
        range->first = range->prefix;
        key_u64(&range->first, e ? 0 : id);
    }
    if (!e && f->until) {
        e = event_at(c, f->until + SLACK_MS, &id);
        range->last = range->prefix;
        key_u64(&range->last, e ? 0 : id);
    }
    return e;
}

/* Which questions a customer may not ask at all; the name of the argument. */
static const char *for_staff_only(const struct event_list_in *in)
{
    static const char *const names[] = {"what",  "side",  "actor",   "from",
                                        "until", "about", "subject", "filter"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (shape_given(shape_event_list_in(), &in->head, names[i]))
            return names[i];
    return NULL;
}

static enum err take_filters(struct call *c, const struct event_list_in *in, struct looking *f)
{
    const char *staff = for_staff_only(in);
    if (staff && call_by_customer(c))
        return REFUSE(c, ERR_FORBIDDEN, staff, "is for staff");
    if (in->actor && !in->side)
        return REFUSE(c, ERR_INVALID, "actor",
                      "goes with `side`: persons of each side have numbers of their own");
    if (in->about && !in->subject)
        return REFUSE(c, ERR_INVALID, "about",
                      "goes with `subject`: things of each kind have numbers of their own");
    if (in->document && in->subject)
        return REFUSE(c, ERR_INVALID, "subject", "`document` says already what it is about");
    if (in->customer)
        f->customer = in->customer; /* a customer can name itself only */
    f->bell = in->bell;
    f->what = in->what;
    f->side = in->side;
    f->actor = in->actor;
    f->from = in->from;
    f->until = in->until;
    f->subject = in->subject;
    f->about = in->about;
    enum err e = take_filter(c, in->filter, f);
    return e || !in->document ? e : about_document(c, in->document, f);
}

enum err op_event_list(struct call *c, const struct event_list_in *in, struct event_list_out *out)
{
    struct looking f = visible(c);
    enum err e = take_filters(c, in, &f);
    if (e)
        return e;
    struct stretches all = stretches(c, &f);
    struct list_range range = list_range(&all.v[0]);
    e = within_times(c, &f, &range);
    if (e)
        return e;
    if (in->event) {
        all.n = 1;
        all.v[0] = record_key(&c->txn, KIND_EVENT);
        range = list_range(&all.v[0]);
        range.first = range.last = *key_u64(&all.v[0], in->event);
    }
    struct record_list l = {.kind = KIND_EVENT,
                            .view = shape_event(),
                            .ranges = &range,
                            .n = 1,
                            .also = all.v + 1,
                            .n_also = all.n - 1,
                            .backward = true,
                            .after = in->after,
                            .limit = call_limit(in->limit),
                            .outside = f.portal,
                            .keep = wanted,
                            .context = &f};
    e = record_list(&c->txn, &l, &c->why);
    if (!e)
        e = call_unread(c, &out->unread, &out->last);
    if (e)
        return e;
    out->events.n = l.count;
    out->events.v = l.rows;
    out->next = l.next;
    return OK;
}

enum err op_event_wait(struct call *c, const struct event_wait_in *in, struct event_wait_out *out)
{
    struct looking f = visible(c);
    int64_t newest;
    enum err e = call_unread(c, &out->unread, &newest);
    f.only = c->who.document ? c : NULL;
    if (!e && in->since > newest) /* the store is another than it was: a restored backup */
        e = REFUSE(c, ERR_INVALID, "since", "is newer than any event: start again from event.list");
    if (e)
        return e;
    const struct stretches all = stretches(c, &f);
    struct list_range range = list_range(&all.v[0]);
    range.first = all.v[0];
    key_u64(&range.first, (uint64_t)in->since + 1);
    struct record_list l = {.kind = KIND_EVENT,
                            .view = shape_event(),
                            .ranges = &range,
                            .n = 1,
                            .also = all.v + 1,
                            .n_also = all.n - 1,
                            .limit = 100,
                            .outside = f.portal,
                            .keep = wanted,
                            .context = &f};
    int round = 0;
    do {
        l.after = l.next;
        e = record_list(&c->txn, &l, &c->why);
    } while (!e && l.count == 0 && l.next && ++round < ROUNDS);
    if (e)
        return e;
    out->events.n = l.count;
    out->events.v = l.rows;
    out->last = l.next ? (int64_t)strtoull(l.next, NULL, 16) : newest; /* a cursor is the last id looked at */
    return OK;
}

enum err op_event_seen(struct call *c, const struct event_seen_in *in, struct event_seen_out *out)
{
    (void)out;
    struct bell bell = {.seen = 0};
    uint64_t newest;
    enum err e = record_last_id(&c->txn, KIND_EVENT, &newest);
    if (!e)
        e = record_get(&c->txn, KIND_BELL, call_bell(c), &bell);
    if (e && e != ERR_NOT_FOUND)
        return e;
    int64_t seen = in->event < (int64_t)newest ? in->event : (int64_t)newest;
    if (seen <= bell.seen)
        return OK;
    bell.id = (int64_t)call_bell(c);
    bell.seen = seen;
    return record_put(&c->txn, KIND_BELL, &bell);
}
