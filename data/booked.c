#include "common/doc_kind.h"
#include "data/booked.h"
#include "data/booked_inside.h"
#include <string.h>

static bool same_text(const char *a, const char *b)
{
    return strcmp(a ? a : "", b ? b : "") == 0;
}

static bool same_account(const struct posting *a, const struct posting *b)
{
    return a->account == b->account && a->percent == b->percent && same_text(a->part, b->part) &&
           strcmp(a->amount.currency, b->amount.currency) == 0 &&
           strcmp(a->received.currency, b->received.currency) == 0;
}

static void add(struct posting_list *l, const struct posting *p, int sign)
{
    size_t i = 0;
    while (i < l->n && !same_account(&l->v[i], p))
        i++;
    if (i == l->n) {
        l->v[l->n++] = *p;
        l->v[i].amount.amount = l->v[i].received.amount = 0;
    }
    l->v[i].amount.amount += sign * p->amount.amount;
    l->v[i].received.amount += sign * p->received.amount;
}

static struct posting_list without_nothing(const struct posting_list *all)
{
    struct posting_list l = {.v = all->v};
    for (size_t i = 0; i < all->n; i++)
        if (all->v[i].amount.amount || all->v[i].received.amount)
            l.v[l.n++] = all->v[i];
    return l;
}

struct posting_list books_between(struct arena *a, const struct posting_list *was,
                                  const struct posting_list *now)
{
    struct posting_list l = {.v = arena_alloc(a, (was->n + now->n + 1) * sizeof *l.v)};
    for (size_t i = 0; i < now->n; i++)
        add(&l, &now->v[i], 1);
    for (size_t i = 0; i < was->n; i++)
        add(&l, &was->v[i], -1);
    return without_nothing(&l);
}

static enum books_side side_of(const struct book_entry *b)
{
    return b->what == BOOKED_WRITTEN_OFF || b->what == BOOKED_RECOVERED ? BOOKS_GIVEN_UP : BOOKS_ALL_ELSE;
}

struct posting_list books_sum(struct arena *a, const struct book_entry_list *entries, enum books_side side)
{
    size_t most = 1;
    for (size_t i = 0; i < entries->n; i++)
        most += entries->v[i].postings.n;
    struct posting_list l = {.v = arena_alloc(a, most * sizeof *l.v)};
    for (size_t i = 0; i < entries->n; i++)
        for (size_t k = 0; side_of(&entries->v[i]) == side && k < entries->v[i].postings.n; k++)
            add(&l, &entries->v[i].postings.v[k], 1);
    return without_nothing(&l);
}

bool books_agree(struct arena *a, enum kind kind, const void *record)
{
    if (!books_kind(kind) || !books_head(kind, record).booked->n)
        return true;
    if (kind == KIND_DOCUMENT && !doc_kind(((const struct document *)record)->kind)->kind)
        return true; /* a newer program's: where it stands is not known here */
    const struct books_stand stand = books_stand(a, kind, record);
    for (int side = BOOKS_ALL_ELSE; side <= BOOKS_GIVEN_UP; side++) {
        const struct posting_list sum = books_sum(a, books_head(kind, record).booked, side);
        if (books_between(a, &sum, &stand.side[side]).n)
            return false;
    }
    return true;
}

struct book_entry *books_add(struct arena *a, struct book_entry_list *entries)
{
    struct book_entry *v = arena_alloc(a, (entries->n + 1) * sizeof *v);
    if (entries->n)
        memcpy(v, entries->v, entries->n * sizeof *v);
    entries->v = v;
    v[entries->n] = (struct book_entry){0};
    return &v[entries->n++];
}

static int64_t on(const struct posting_list *l, enum account account)
{
    int64_t sum = 0;
    for (size_t i = 0; i < l->n; i++)
        sum += l->v[i].account == (int)account ? l->v[i].amount.amount : 0;
    return sum;
}

/* Nothing but what the customer owes and what is held for it. */
static bool settles_alone(const struct posting_list *l)
{
    for (size_t i = 0; i < l->n; i++)
        if (l->v[i].account != ACCOUNT_RECEIVABLE && l->v[i].account != ACCOUNT_CREDIT)
            return false;
    return true;
}

enum booked books_what(const struct books_head *head, enum books_side side, const struct posting_list *change,
                       bool first)
{
    if (side == BOOKS_GIVEN_UP)
        return on(change, ACCOUNT_RECEIVABLE) < 0 ? BOOKED_WRITTEN_OFF : BOOKED_RECOVERED;
    if (first)
        return BOOKED_FIRST;
    if (on(change, ACCOUNT_DISPUTED) < 0 && head->ended == BOOKED_CHANGED)
        return BOOKED_WON;
    if (head->ended != BOOKED_CHANGED && !(head->ended == BOOKED_DISPUTED && settles_alone(change)))
        return head->ended;
    if (settles_alone(change))
        return on(change, ACCOUNT_RECEIVABLE) < 0 ? BOOKED_CREDIT_USED : BOOKED_TAKEN_OFF;
    return BOOKED_CHANGED;
}

/* Its first entry stands on its own day, later ones on that of the change; none on a day that is closed, or before one that is there. A payment
 * that was begun before it was paid is paid today. */
static int32_t day_of(const struct books_head *head, const struct book_entry_list *entries,
                      const struct books_day *day, bool begun)
{
    int32_t on = entries->n || begun ? day->today : head->date;
    if (day->brought || on < head->date)
        on = head->date;
    for (size_t i = 0; i < entries->n; i++)
        if (entries->v[i].date > on)
            on = entries->v[i].date;
    if (on <= day->closed)
        on = day->today > day->closed ? day->today : day->closed + 1;
    return on;
}

/* The last entry of that side, where this very act made it: it is made anew. */
static struct book_entry *of_this_act(const struct book_entry_list *entries, const struct books_day *day,
                                      enum books_side side)
{
    for (size_t i = entries->n; i-- > 0 && entries->v[i].at == day->at;)
        if (side_of(&entries->v[i]) == side)
            return &entries->v[i];
    return NULL;
}

static void drop(struct book_entry_list *entries, const struct book_entry *b)
{
    const size_t i = (size_t)(b - entries->v);
    memmove(&entries->v[i], &entries->v[i + 1], (entries->n - i - 1) * sizeof *b);
    entries->n--;
}

static bool any_of(const struct book_entry_list *entries, enum books_side side)
{
    for (size_t i = 0; i < entries->n; i++)
        if (side_of(&entries->v[i]) == side)
            return true;
    return false;
}

static void join(struct txn *t, struct book_entry *b, const struct posting_list *change)
{
    struct posting_list nothing = {0};
    struct posting_list less = books_between(t->arena, change, &nothing); /* −change */
    b->postings = books_between(t->arena, &less, &b->postings);
}

static enum err enter(struct txn *t, const struct books_head *head, enum books_side side,
                      const struct posting_list *stand, bool begun)
{
    struct book_entry_list *entries = head->booked;
    struct posting_list sum = books_sum(t->arena, entries, side);
    struct posting_list change = books_between(t->arena, &sum, stand);
    struct books_day day;
    if (!change.n)
        return OK;
    enum err e = t->books->day(t->books->context, &day);
    if (e)
        return e;
    struct book_entry *b = of_this_act(entries, &day, side);
    if (!b && entries->n >= BOOKS_ENTRIES)
        b = &entries->v[entries->n - 1];
    if (b) {
        join(t, b, &change);
        if (!b->postings.n)
            drop(entries, b);
        else
            b->what = books_what(head, side, &b->postings, b->what == BOOKED_FIRST);
        return OK;
    }
    const int32_t on = day_of(head, entries, &day, begun);
    const bool first = !any_of(entries, side);
    b = books_add(t->arena, entries);
    *b = (struct book_entry){.at = day.at,
                             .date = on,
                             .what = books_what(head, side, &change, first),
                             .customer_name = head->customer_name,
                             .postings = change};
    b->due = b->what == BOOKED_FIRST ? head->due : 0;
    return OK;
}

enum err books_follow(struct txn *t, enum kind kind, const void *old, void *record)
{
    struct book_entry_list kept = {0};
    if (!books_kind(kind))
        return OK;
    const struct books_head head = books_head(kind, record);
    if (old)
        kept = *books_head(kind, old).booked;
    *head.booked = (struct book_entry_list){0};
    if (kept.n) /* a copy: what this act entered may be changed in it */
        *head.booked =
            (struct book_entry_list){.v = arena_copy(t->arena, kept.v, kept.n * sizeof *kept.v), .n = kept.n};
    enum err e = OK;
    if (!t->books)
        return OK;
    if (old && !kept.n)
        e = books_before(t, kind, old, head.booked);
    const struct books_stand stand = books_stand(t->arena, kind, record);
    for (int side = BOOKS_ALL_ELSE; !e && side <= BOOKS_GIVEN_UP; side++)
        e = enter(t, &head, side, &stand.side[side], kind == KIND_PAYMENT && old != NULL);
    return e;
}

enum err books_entries(struct txn *t, enum kind kind, const void *record, struct book_entry_list *entries)
{
    *entries = *books_head(kind, record).booked;
    return entries->n ? OK : books_before(t, kind, record, entries);
}
