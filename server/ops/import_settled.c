/* An invoice that its source says is paid, when the payments did not come with it: one payment stands in for them, and says so.
 * When they come, they take its place, so that nothing is counted twice. It is known by a mark that no file can give. */
#include "common/text.h"
#include "common/zone.h"
#include "server/ops/document.h"
#include "server/ops/import.h"
#include "server/ops/paper.h"
#include "server/ops/payment.h"
#include <string.h>

#define NUMBERS 9   /* that are tried for it */
#define REASON 1000 /* that an invoice keeps */

static enum err tell(struct call *c, const struct document *invoice, const struct payment *p, enum what what)
{
    struct event event = {.what = (int)what,
                          .subject = SUBJECT_PAYMENT,
                          .about = (int64_t)p->id,
                          .number = p->number,
                          .customer = p->customer,
                          .customer_name = p->customer_name,
                          .amount = p->amount,
                          .text = invoice->source};
    return call_event(c, &event);
}

static enum err taken(struct call *c, const char *number, bool *is)
{
    struct key k = index_key(&c->txn, INDEX_PAYMENT_NUMBER);
    uint64_t other;
    enum err e = record_find(&c->txn, key_text(&k, text_fold(c->arena, number)), &other);
    *is = e == OK;
    return e == ERR_NOT_FOUND ? OK : e;
}

/* "INV-7 (paid)", or "INV-7 (paid 2)" where that is taken: by a payment of a file, or because the numbers of two invoices begin alike
 * and are long. At last one of the series. */
static enum err number_of(struct call *c, const struct document *invoice, const char **number)
{
    int begin = (int)text_cut(invoice->number, 30);
    bool is = true;
    enum err e = OK;
    for (int n = 1; n <= NUMBERS && !e && is; n++) {
        const char *place = n == 1 ? "" : arena_printf(c->arena, " %d", n);
        *number = arena_printf(c->arena, "%.*s (paid%s)", begin, invoice->number, place);
        e = taken(c, *number, &is);
    }
    return e || !is ? e : call_number(c, SERIES_PAYMENTS, number);
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
    e = number_of(c, invoice, &p.number);
    if (!e)
        e = paper_payee(c, &p.payee);
    if (!e)
        e = payment_move(c, &p, PAY_SUCCEEDED);
    if (!e)
        e = document_apply_payment(c, invoice, row->settled);
    if (!e)
        e = record_put(&c->txn, KIND_PAYMENT, &p);
    return e ? e : tell(c, invoice, &p, WHAT_IMPORTED);
}

static bool stands_in(void *context, void *row)
{
    (void)context;
    return ((const struct payment *)row)->stands_in;
}

/* Earlier imports took for a credit what no payment of their file explained, and said so in the reason, at its end. It is as good a
 * guess as those that are marked now. */
static int64_t guess_of(const struct document *d)
{
    static const char says[] = "credited, or settled without a payment in the files ";
    int64_t amount;
    char text[MONEY_TEXT];
    const char *at = d->reason ? strstr(d->reason, says) : NULL;
    if (d->guessed.currency[0] || !at)
        return d->guessed.amount;
    at += sizeof says - 1;
    size_t n = strcspn(at, " ");
    if (n >= sizeof text)
        return 0;
    memcpy(text, at, n);
    text[n] = '\0';
    bool is = money_parse(text, currency_digits(d->currency), &amount) == OK && amount > 0;
    return is && amount <= d->written_off.amount ? amount : 0;
}

enum err import_rest(struct call *c, const struct document *invoice, struct import_rest *rest)
{
    struct payment *p = NULL;
    const struct business *b;
    enum err e = payment_on(c, invoice->id, stands_in, &p);
    *rest = (struct import_rest){.due = invoice->state == DOC_OPEN ? invoice->balance.amount : 0,
                                 .guess = guess_of(invoice)};
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
    struct import_split s;
    bool known = rest->stand_in && day <= rest->day; /* else the file can not have meant it */
    s.awaited = take(&amount, &rest->due, known ? rest->due - rest->said : rest->due);
    s.stands = take(&amount, &rest->stands, rest->stands);
    s.guess = take(&amount, &rest->guess, rest->guess);
    s.due = money || !known ? take(&amount, &rest->due, rest->due) : 0;
    s.sum = s.awaited + s.stands + s.guess + s.due;
    return s;
}

/* Takes so much back of what stands in; the invoice is the caller's. */
static enum err step_in(struct call *c, const struct document *invoice, int64_t amount)
{
    struct payment *found = NULL, p;
    enum err e = payment_on(c, invoice->id, stands_in, &found);
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

static void add_reason(struct call *c, struct document *d, const char *why, int64_t amount)
{
    char text[MONEY_TEXT];
    const char *was = d->reason && *d->reason ? d->reason : "As the imported file says:";
    const char *now = arena_printf(c->arena, "%s%s %s %s %s", was, d->reason && *d->reason ? "," : "", why,
                                   money_plain(text, amount, currency_digits(d->currency)), d->currency);
    if (strlen(now) <= REASON)
        d->reason = now;
}

/* Money takes the place of what was written off by guess. */
static enum err unwrite(struct call *c, struct document *d, int64_t amount)
{
    int64_t off = d->written_off.amount - amount;
    d->guessed.amount -= amount;
    d->written_off = off ? money_of(off, d->currency) : (struct money){0, ""};
    d->paid = money_of(d->paid.amount + amount, d->currency);
    if (d->state == DOC_WRITTEN_OFF)
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
        e = document_apply_payment(c, d, due);
    return e || !s->guess ? e : unwrite(c, d, s->guess);
}

/* What is no money takes the place of money that only stood in, and of the balance. */
static enum err book_off(struct call *c, struct document *d, const struct import_split *s, const char *why)
{
    int64_t due = s->awaited + s->due, off = s->sum;
    enum err e = s->stands ? step_in(c, d, s->stands) : OK;
    if (e || !off)
        return e;
    d->paid = money_of(d->paid.amount - s->stands, d->currency);
    d->guessed.amount -= s->guess;
    d->balance = money_of(d->balance.amount - due, d->currency);
    d->written_off = money_of(d->written_off.amount + due + s->stands, d->currency);
    if (d->state == DOC_OPEN && !d->balance.amount)
        d->state = d->paid.amount ? DOC_PAID : DOC_WRITTEN_OFF;
    add_reason(c, d, why && *why ? why : "settled without a payment", off);
    e = document_put(c, d);
    return e ? e : document_event(c, d, WHAT_CHANGED, false, "written_off");
}

enum err import_book(struct call *c, const struct allocation *part, const char *why, int32_t day)
{
    struct document d;
    struct import_rest rest;
    enum err e = record_get(&c->txn, KIND_INVOICE, part->invoice, &d);
    if (!e)
        e = import_rest(c, &d, &rest);
    if (e)
        return e;
    d.guessed = rest.guess ? money_of(rest.guess, d.currency) : d.guessed;
    struct import_split money = import_split(&rest, part->amount.amount, day, true);
    struct import_split off = import_split(&rest, part->written_off.amount, day, false);
    e = book_money(c, &d, &money);
    return e || !part->written_off.amount ? e : book_off(c, &d, &off, why);
}

static const char *amount_text(struct call *c, int64_t amount, const char *currency)
{
    char text[MONEY_TEXT];
    return arena_printf(c->arena, "%s %s", currency, money_plain(text, amount, currency_digits(currency)));
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
