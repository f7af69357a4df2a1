/* An invoice that its source says is paid, when the payments did not come with it: one payment stands in for them, and says so.
 * When they come, they take its place, so that nothing is counted twice. It is known by a mark that no file can give. */
#include "common/text.h"
#include "common/zone.h"
#include "server/core/numbered.h"
#include "server/ops/document.h"
#include "server/ops/import.h"
#include "server/ops/frozen.h"
#include "server/ops/payment.h"
#include <string.h>

#define NUMBERS 9   /* that are tried for it */
#define REASON 1000 /* characters that an invoice keeps */

static enum err tell(struct call *c, const struct document *invoice, const struct payment *p, enum what what)
{
    struct event event = payment_tells(p, what, invoice->source);
    event.portal = false;
    return call_event(c, &event);
}

/* "INV-7 (paid)", or "INV-7 (paid 2)" where that is taken: by a payment of a file, or because the numbers of two invoices begin alike
 * and are long. At last one of the series. */
static enum err number_of(struct call *c, const struct document *invoice, int32_t day, const char **number)
{
    int begin = (int)text_cut(invoice->number, 30);
    bool is = true;
    enum err e = OK;
    for (int n = 1; n <= NUMBERS && !e && is; n++) {
        const char *place = n == 1 ? "" : arena_printf(c->arena, " %d", n);
        *number = arena_printf(c->arena, "%.*s (paid%s)", begin, invoice->number, place);
        e = numbered_payment_is(c, *number, &is);
    }
    return e || !is ? e : call_number(c, SERIES_PAYMENTS, day, number);
}

enum err import_settle(struct call *c, const struct import_document *row, struct document *invoice)
{
    struct allocation part = {.invoice = invoice->id, .amount = row->settled, .number = invoice->number};
    struct payment p = {
        .customer = invoice->customer,
        .customer_name = invoice->customer_name,
        .mode = MODE_OTHER,
        .amount = row->settled,
        .unused = money_of(0, invoice->currency),
        .allocations = {1, &part},
        .method = "not known: from the import",
        .notes = "The imported file says that this was settled, and no payment came with it.",
        .created = c->now,
        .settled = c->now,
        .by = c->who.name,
        .stands_in = true,
    };
    int32_t today;
    enum err e = call_today(c, &today);
    if (e)
        return e;
    int64_t due = invoice->balance.amount - row->settled.amount - row->applied.amount;
    p.due_beside = row->balance.currency[0] ? row->balance : money_of(due > 0 ? due : 0, invoice->currency);
    p.date = row->settled_on ? row->settled_on : invoice->date < today ? invoice->date : today;
    e = number_of(c, invoice, p.date, &p.number);
    if (!e)
        e = paper_payee(c, &p.payee);
    if (!e)
        e = payment_move(c, &p, PAY_SUCCEEDED);
    if (!e)
        e = document_apply(c, invoice, row->settled, false);
    if (!e)
        e = record_put(&c->txn, KIND_PAYMENT, &p);
    return e ? e : tell(c, invoice, &p, WHAT_IMPORTED);
}

static bool stands_in(void *context, void *row)
{
    (void)context;
    return ((const struct payment *)row)->stands_in;
}

enum err import_rest(struct call *c, const struct document *invoice, struct import_rest *rest)
{
    struct payment *p = NULL;
    const struct business *b;
    enum err e = payment_on(c, invoice->id, stands_in, NULL, &p);
    *rest = (struct import_rest){.due = invoice->state == DOC_OPEN ? invoice->balance.amount : 0,
                                 .guess = invoice->guessed.amount,
                                 .named = invoice->credit_named.amount};
    if (!e && p)
        e = call_business(c, &b);
    if (e || !p)
        return e;
    rest->stands = p->amount.amount;
    rest->said = p->due_beside.currency[0] ? p->due_beside.amount : INT64_MAX; /* none came with it */
    rest->day = zone_day(b->time_zone, p->created);
    rest->stand_in = p->number;
    return OK;
}

static int64_t take(int64_t *left, int64_t *from, int64_t most)
{
    int64_t n = *from < most ? *from : most;
    if (n > *left)
        n = *left;
    if (n < 0)
        n = 0;
    *left -= n;
    *from -= n;
    return n;
}

struct import_split import_split(struct import_rest *rest, int64_t amount, int32_t day, bool money)
{
    struct import_split s = {.named = 0};
    bool known = rest->stand_in && day <= rest->day; /* else the file can not have meant it */
    s.awaited = take(&amount, &rest->due, known ? rest->due - rest->said : rest->due);
    s.stands = take(&amount, &rest->stands, rest->stands);
    s.guess = take(&amount, &rest->guess, rest->guess);
    s.due = money || !known ? take(&amount, &rest->due, rest->due) : 0;
    s.sum = s.awaited + s.stands + s.guess + s.due;
    return s;
}

/* What the file called credit gives way first: that is what this is. */
struct import_split import_split_credit(struct import_rest *rest, int64_t amount, int32_t day)
{
    struct import_split s;
    int64_t named = take(&amount, &rest->named, rest->named);
    s = import_split(rest, amount, day, true);
    s.named = named;
    s.sum += named;
    return s;
}

/* Takes so much back of what stands in; the invoice is the caller's. */
static enum err step_in(struct call *c, const struct document *invoice, int64_t amount)
{
    struct payment *found = NULL, p;
    enum err e = payment_on(c, invoice->id, stands_in, NULL, &found);
    if (!e && !found)
        e = ERR_NOT_FOUND;
    if (!e)
        e = record_get(&c->txn, KIND_PAYMENT, found->id, &p);
    if (e)
        return e == ERR_NOT_FOUND ? ERR_INTERNAL : e; /* whoever asks has asked how much there is */
    if (p.amount.amount < amount || p.allocations.n != 1)
        return ERR_INTERNAL;
    p.amount.amount -= amount;
    p.allocations.v[0].amount = p.amount;
    e = p.amount.amount ? record_put(&c->txn, KIND_PAYMENT, &p) : record_del(&c->txn, KIND_PAYMENT, p.id);
    return e ? e : tell(c, invoice, &p, p.amount.amount ? WHAT_CHANGED : WHAT_DELETED);
}

/* The first `most` characters, the last of which says that there was more. */
static const char *shortened(struct call *c, const char *text, size_t most)
{
    size_t size = 0;
    if (text_length(text, strlen(text)) <= most)
        return text;
    for (size_t n = 0; n < most; size++)
        n += ((unsigned char)text[size] & 0xc0) != 0x80;
    return arena_printf(c->arena, "%.*s…", (int)size - 1, text); /* size is behind the lead of the last one */
}

/* Behind what the reason says already, which gives way where both have no room. */
static void add_reason(struct call *c, struct document *d, const char *why, int64_t amount)
{
    struct money m = money_of(amount, d->currency);
    bool first = !d->reason || !*d->reason;
    const char *now = arena_printf(c->arena, "%s %s %s", first ? "" : ",", shortened(c, why, REASON / 2),
                                   import_money_text(c, &m));
    const char *was = first ? "As the imported file says:" : d->reason;
    d->reason =
        arena_printf(c->arena, "%s%s", shortened(c, was, REASON - text_length(now, strlen(now))), now);
}

/* Money takes the place of what was written off by guess. */
static enum err unwrite(struct call *c, struct document *d, int64_t amount)
{
    int64_t off = d->written_off.amount - amount;
    if (amount > d->guessed.amount || off < 0)
        return ERR_INTERNAL;                       /* whoever asks has asked how much there is */
    bool given_up = d->given_up || d->paid.amount; /* an import leaves it so only when nothing was paid */
    d->guessed.amount -= amount;
    d->written_off = off ? money_of(off, d->currency) : (struct money){0, ""};
    d->paid = money_of(d->paid.amount + amount, d->currency);
    if (d->state == DOC_WRITTEN_OFF && !given_up)
        d->state = DOC_PAID;
    if (off)
        add_reason(c, d, "without what payments of a file paid after all:", amount);
    else
        d->reason = NULL;
    enum err e = document_put(c, d);
    return e ? e : document_event(c, d, WHAT_CHANGED, false, "written_off");
}

static enum err book_money(struct call *c, struct document *d, const struct import_split *s)
{
    struct money due = money_of(s->awaited + s->due, d->currency);
    enum err e = s->stands ? step_in(c, d, s->stands) : OK; /* it is paid as it was */
    if (!e && due.amount)
        e = document_apply(c, d, due, false);
    return e || !s->guess ? e : unwrite(c, d, s->guess);
}

enum err import_book_credit(struct call *c, struct document *d, const struct import_split *s, bool money)
{
    const int64_t due = s->awaited + s->due, off = s->guess + s->named;
    if (due > d->balance.amount || off > d->written_off.amount || s->stands > d->paid.amount)
        return ERR_INTERNAL; /* whoever asks has asked how much there is */
    enum err e = s->stands ? step_in(c, d, s->stands) : OK;
    if (e)
        return e;
    struct money *by = money ? &d->paid : &d->credited;
    d->paid = money_of(d->paid.amount - s->stands, d->currency);
    d->guessed.amount -= s->guess;
    d->credit_named.amount -= s->named;
    d->balance = money_of(d->balance.amount - due, d->currency);
    d->written_off = d->written_off.amount == off ? (struct money){0, ""}
                                                  : money_of(d->written_off.amount - off, d->currency);
    *by = money_of(by->amount + s->sum, d->currency);
    if (!d->balance.amount && !d->given_up)
        d->state = DOC_PAID;
    if (off && !d->written_off.amount && !d->given_up)
        d->reason = NULL;
    else if (off)
        add_reason(c, d, "without what credit settled after all:", off);
    e = document_put(c, d);
    return e ? e : document_event(c, d, WHAT_CHANGED, false, money ? "paid" : "credited");
}

/* What is no money takes the place of money that only stood in, and of the balance. */
static enum err book_off(struct call *c, struct document *d, const struct import_split *s, const char *why)
{
    int64_t due = s->awaited + s->due;
    if (due > d->balance.amount || s->guess > d->guessed.amount || s->stands > d->paid.amount)
        return ERR_INTERNAL; /* as above */
    enum err e = s->stands ? step_in(c, d, s->stands) : OK;
    if (e)
        return e;
    d->paid = money_of(d->paid.amount - s->stands, d->currency);
    d->guessed.amount -= s->guess;
    d->balance = money_of(d->balance.amount - due, d->currency);
    d->written_off = money_of(d->written_off.amount + due + s->stands, d->currency);
    if (d->state == DOC_OPEN && !d->balance.amount)
        d->state = d->paid.amount ? DOC_PAID : DOC_WRITTEN_OFF;
    add_reason(c, d, why && *why ? why : "settled without a payment", s->sum);
    e = document_put(c, d);
    return e ? e : document_event(c, d, WHAT_CHANGED, false, "written_off");
}

enum err import_book(struct call *c, uint64_t invoice, const struct import_booking *b)
{
    struct document d;
    if (!b->money.sum && !b->off.sum)
        return OK;
    enum err e = record_get(&c->txn, KIND_DOCUMENT, invoice, &d);
    if (!e && b->money.sum)
        e = book_money(c, &d, &b->money);
    return e || !b->off.sum ? e : book_off(c, &d, &b->off, b->why);
}

static const char *amount_text(struct call *c, int64_t amount, const char *currency)
{
    struct money m = money_of(amount, currency);
    return import_money_text(c, &m);
}

const char *import_says_place(struct call *c, const struct document *invoice, const struct import_rest *rest,
                              int64_t stood)
{
    return arena_printf(c->arena,
                        "is of the day on which %s came in and took the place of %s of what stood in there "
                        "(%s); %s stays due",
                        invoice->number, amount_text(c, stood, invoice->currency), rest->stand_in,
                        amount_text(c, rest->due, invoice->currency));
}

const char *import_says_short(struct call *c, const struct document *invoice, const struct money *said,
                              int64_t left)
{
    return arena_printf(c->arena, "of %s that is no money only %s was left on %s",
                        amount_text(c, said->amount, invoice->currency),
                        amount_text(c, left, invoice->currency), invoice->number);
}
