/* Taking in a statement (E15): see bank.h. */
#include "common/date.h"
#include "common/text.h"
#include "server/ops/bank.h"
#include "server/ops/payment.h"
#include "server/pay/transfer.h"
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#define LINES_MOST 100000 /* of a statement: all of it counts in one transaction */

struct taking {
    struct call *c;
    const struct bank_import_in *in;
    struct bank_import_out *out;
    struct statement *s;
    int32_t today;
    bool check;
    bool apart; /* it has no line of an earlier one, though some may be equal: its balances say so */
    struct id_list taken; /* invoices that lines before this one would pay: only where nothing is written */
};

static const char *money_text(struct call *c, struct money m)
{
    char text[MONEY_TEXT];
    return arena_printf(c->arena, "%s %s", m.currency,
                        money_plain(text, m.amount, currency_digits(m.currency)));
}

/* --- what came */

/* An IBAN, or what a bank writes instead: capitals, no blanks. */
static enum err read_account(struct call *c, const char *typed, const char **account)
{
    char iban[IBAN_TEXT];
    const char *plain = bank_squeezed(c->arena, typed);
    *account = plain;
    if (!*plain)
        return REFUSE(c, ERR_INVALID, "statement.account", "has no letter or digit");
    if (!isalpha((unsigned char)plain[0]) || !isalpha((unsigned char)plain[1]))
        return OK;
    const char *wrong = iban_read(typed, iban);
    if (wrong)
        return REFUSE(c, ERR_INVALID, "statement.account", "%s", wrong);
    *account = arena_text(c->arena, iban, strlen(iban));
    return OK;
}

static enum err check_balance(struct taking *t, const char *field, const struct money *m)
{
    if (*m->currency && strcmp(m->currency, t->s->currency) != 0)
        return REFUSE(t->c, ERR_CURRENCY, arena_printf(t->c->arena, "statement.%s", field),
                      "is in %s, the account in %s", m->currency, t->s->currency);
    return OK;
}

static enum err check_statement(struct taking *t)
{
    struct call *c = t->c;
    struct statement *s = t->s;
    enum err e = read_account(c, s->account, &s->account);
    if (!e && currency_digits(s->currency) < 0)
        e = REFUSE(c, ERR_INVALID, "statement.currency", "is no currency of ISO 4217");
    if (!e)
        e = check_balance(t, "opening", &s->opening);
    if (!e)
        e = check_balance(t, "closing", &s->closing);
    if (e)
        return e;
    if (!*s->opening.currency != !*s->closing.currency)
        return REFUSE(c, ERR_INVALID, *s->opening.currency ? "statement.closing" : "statement.opening",
                      "has to be given, for the other one is");
    if (s->from && s->until && s->from > s->until)
        return REFUSE(c, ERR_INVALID, "statement.until", "is before its first day");
    return OK;
}

/* The last one of that account, or the one that still arrives; ERR_NOT_FOUND. */
static enum err last_of(struct call *c, const char *account, bool coming, struct statement *s)
{
    struct key k = index_key(&c->txn, INDEX_STATEMENT_ACCOUNT);
    struct id_list ids = {0};
    key_u8(key_text(&k, text_fold(c->arena, account)), coming);
    enum err e = record_ids(&c->txn, &k, SIZE_MAX, &ids);
    if (!e && !ids.n)
        return ERR_NOT_FOUND;
    return e ? e : record_needed(&c->txn, KIND_STATEMENT, ids.v[ids.n - 1], s);
}

static enum err lines_of(struct call *c, uint64_t statement, struct id_list *ids)
{
    struct key k = index_key(&c->txn, INDEX_LINE_STATEMENT);
    *ids = (struct id_list){0};
    return record_ids(&c->txn, key_u64(&k, statement), SIZE_MAX, ids);
}

static enum err drop(struct call *c, uint64_t statement)
{
    struct id_list ids;
    enum err e = lines_of(c, statement, &ids);
    for (size_t i = 0; i < ids.n && !e; i++)
        e = record_del(&c->txn, KIND_STATEMENT_LINE, ids.v[i]);
    return e ? e : record_del(&c->txn, KIND_STATEMENT, statement);
}

/* The record that lines are added to: a new one, or the one that still arrives. */
static enum err begin(struct taking *t)
{
    struct call *c = t->c;
    struct statement coming;
    enum err e = last_of(c, t->s->account, true, &coming);
    if (e && e != ERR_NOT_FOUND)
        return e;
    if (t->in->place == 0) {
        if (!e) /* what was begun before, and never came to its end */
            e = drop(c, coming.id);
        if (e && e != ERR_NOT_FOUND)
            return e;
        t->s->coming = true;
        t->s->sum = t->s->fresh = money_of(0, t->s->currency);
        return record_put(&c->txn, KIND_STATEMENT, t->s);
    }
    if (e || coming.lines != t->in->place)
        return REFUSE(c, ERR_STATE, "place", "the line that comes next is %lld: begin again with 0",
                      e ? 0LL : (long long)coming.lines);
    if (strcmp(coming.currency, t->s->currency) != 0)
        return REFUSE(c, ERR_STATE, "statement.currency", "is not the one that it began with");
    *t->s = coming;
    return OK;
}

static enum err blame_line(struct taking *t, size_t i, enum err e)
{
    char inner[sizeof t->c->why.field];
    memcpy(inner, t->c->why.field, sizeof inner);
    snprintf(t->c->why.field, sizeof t->c->why.field, "lines.%zu%s%.60s", i, *inner ? "." : "", inner);
    return e;
}

static enum err add_line(struct taking *t, struct statement_line *l)
{
    struct call *c = t->c;
    struct statement *s = t->s;
    if (strcmp(l->amount.currency, s->currency) != 0)
        return REFUSE(c, ERR_CURRENCY, "amount", "is in %s, the account in %s", l->amount.currency,
                      s->currency);
    l->id = 0;
    l->statement = s->id;
    l->state = LINE_COMING;
    bank_line_take(c, s->account, l);
    enum err e = bank_line_place(c, l);
    if (e)
        return e;
    e = money_add(s->sum.amount, l->amount.amount, &s->sum.amount);
    if (!e && !l->known)
        e = money_add(s->fresh.amount, l->amount.amount, &s->fresh.amount);
    if (e)
        return REFUSE(c, e, "amount", "the sum of the lines is too large");
    s->lines++;
    s->known += l->known;
    return record_put(&c->txn, KIND_STATEMENT_LINE, l);
}

static enum err add_lines(struct taking *t)
{
    enum err e = OK;
    if (t->s->lines + (int64_t)t->in->lines.n > LINES_MOST)
        return REFUSE(t->c, ERR_TOO_LARGE, "lines", "a statement has at most %d lines", LINES_MOST);
    for (size_t i = 0; i < t->in->lines.n && !e; i++) {
        struct arena_mark before = arena_mark(t->c->arena);
        struct statement_line l = t->in->lines.v[i];
        e = add_line(t, &l);
        if (e > 0)
            return blame_line(t, i, e);
        arena_release(t->c->arena, before);
    }
    return e;
}

/* --- does it add up, and go on where the last one ended? */

static enum err reckon(struct taking *t, const struct statement *last)
{
    struct statement *s = t->s;
    const int64_t at = last ? last->closing.amount : 0;
    s->unproved = true;
    s->opening = money_of(at - (s->sum.amount - s->fresh.amount), s->currency);
    s->closing = money_of(at + s->fresh.amount, s->currency);
    return OK;
}

static enum err adds_up(struct taking *t)
{
    const struct statement *s = t->s;
    int64_t sum;
    enum err e = money_add(s->opening.amount, s->sum.amount, &sum);
    if (e)
        return REFUSE(t->c, e, "statement.closing", "the sum of the lines is too large");
    if (sum == s->closing.amount)
        return OK;
    return REFUSE(t->c, ERR_INVALID, "statement.closing",
                  "the file says %s, but its opening balance and its %lld line%s come to %s",
                  money_text(t->c, s->closing), (long long)s->lines, s->lines == 1 ? "" : "s",
                  money_text(t->c, money_of(sum, s->currency)));
}

static enum err goes_on(struct taking *t, const struct statement *last)
{
    const struct statement *s = t->s;
    if (strcmp(last->currency, s->currency) != 0)
        return REFUSE(t->c, ERR_CURRENCY, "statement.currency", "this account is in %s", last->currency);
    if (t->apart || last->closing.amount + s->fresh.amount == s->closing.amount)
        return OK;
    char day[DATE_TEXT];
    const char *which = last->until ? arena_printf(t->c->arena, " of %s", date_plain(day, last->until)) : "";
    if (s->known)
        return REFUSE(t->c, ERR_INVALID, "statement.closing",
                      "%lld of its lines are here, but the others do not lead from %s, where the last one%s "
                      "ended, to %s",
                      (long long)s->known, money_text(t->c, last->closing), which,
                      money_text(t->c, s->closing));
    return REFUSE(
        t->c, ERR_INVALID, "statement.opening",
        "is %s, but the last one%s ended with %s: one is missing between them, or this is an older one",
        money_text(t->c, s->opening), which, money_text(t->c, last->closing));
}

/* --- what becomes of its lines */

static bool would_be_paid(struct taking *t, uint64_t invoice)
{
    for (size_t i = 0; i < t->taken.n; i++)
        if (t->taken.v[i] == invoice)
            return true;
    return false;
}

static enum err book(struct taking *t, struct statement_line *l, const struct document *invoice)
{
    struct call *c = t->c;
    struct allocation *part = arena_alloc(c->arena, sizeof *part);
    *part = (struct allocation){.invoice = invoice->id, .number = invoice->number, .amount = l->amount};
    struct payment p = {.customer = invoice->customer,
                        .customer_name = invoice->customer_name,
                        .amount = l->amount,
                        .allocations = {1, part},
                        .date = l->date < t->today ? l->date : t->today,
                        .mode = MODE_TRANSFER,
                        .reference = bank_line_says(c, l),
                        .created = c->now,
                        .by = "the bank statement",
                        .bank_line = l->id};
    enum err e = payment_succeed(c, &p);
    l->state = LINE_BOOKED;
    l->credit = p.unused;
    l->payment = p.id;
    l->payment_number = p.number;
    l->customer = p.customer;
    l->customer_name = p.customer_name;
    l->why = MATCH_REFERENCE;
    l->settled = c->now;
    return e;
}

/* It takes a payment back that is here and can be no other one. In a run that only asks, one that comes with the same file is not found. */
static enum err try_take_back(struct taking *t, struct statement_line *l)
{
    struct payment *p = arena_alloc(t->c->arena, sizeof *p);
    bool exact = false;
    enum err e = bank_takes_back(t->c, l, p, &exact);
    if (e || !exact)
        return e;
    l->state = LINE_TOOK_BACK;
    return t->check ? OK : bank_take_back(t->c, l, p);
}

static enum err settle_line(struct taking *t, uint64_t id)
{
    struct call *c = t->c;
    struct statement_line l;
    struct document invoice;
    bool exact = false;
    enum err e = record_needed(&c->txn, KIND_STATEMENT_LINE, id, &l);
    l.known = l.known && !t->apart;
    if (e || l.known)
        return e || t->check ? e : record_del(&c->txn, KIND_STATEMENT_LINE, id);
    t->out->fresh++;
    l.state = l.amount.amount > 0 || l.returned ? LINE_WAITING : LINE_OUTGOING;
    if (l.state == LINE_WAITING)
        e = bank_exact(c, &l, &invoice, &exact);
    if (!e && l.state == LINE_WAITING && l.returned)
        e = try_take_back(t, &l);
    exact = exact && !would_be_paid(t, invoice.id);
    if (!e && exact && t->check)
        t->taken.v[t->taken.n++] = invoice.id;
    if (!e && exact && !t->check)
        e = book(t, &l, &invoice);
    t->out->booked += exact;
    t->out->waiting += !exact && l.state == LINE_WAITING;
    t->out->took_back += l.state == LINE_TOOK_BACK;
    t->out->outgoing += l.state == LINE_OUTGOING;
    return e || t->check ? e : record_put(&c->txn, KIND_STATEMENT_LINE, &l);
}

static enum err settle_lines(struct taking *t)
{
    struct call *c = t->c;
    struct id_list ids;
    enum err e = lines_of(c, t->s->id, &ids);
    if (t->check)
        t->taken.v = arena_alloc(c->arena, (ids.n + 1) * sizeof *t->taken.v);
    for (size_t i = 0; i < ids.n && !e; i++) {
        struct arena_mark before = arena_mark(c->arena);
        const void *kept[] = {c->follows, c->business, c->offers};
        e = settle_line(t, ids.v[i]);
        if (!e && kept[0] == c->follows && kept[1] == c->business && kept[2] == c->offers)
            arena_release(c->arena, before); /* a statement may have very many */
    }
    return e;
}

static enum err tell(struct taking *t)
{
    struct statement *s = t->s;
    struct event event = {
        .what = WHAT_IMPORTED,
        .subject = SUBJECT_BUSINESS,
        .about = (int64_t)t->c->txn.business,
        .number = arena_printf(t->c->arena, "statement %s of …%s", s->number ? s->number : "",
                               s->account + (strlen(s->account) > 4 ? strlen(s->account) - 4 : 0)),
        .amount = s->closing,
        .text = arena_printf(t->c->arena, "%lld new lines, %lld booked, %lld took back, %lld wait",
                             (long long)t->out->fresh, (long long)t->out->booked,
                             (long long)t->out->took_back, (long long)t->out->waiting)};
    return call_event(t->c, &event);
}

/* Two payments of a day may be equal, and stand in two statements. */
static bool stands_apart(const struct statement *s, const struct statement *last)
{
    return last && s->known && !s->unproved && s->opening.amount == last->closing.amount &&
           last->closing.amount + s->fresh.amount != s->closing.amount;
}

/* Is all of it here? One without lines is, when the last one ended where it does, on that day. */
static bool all_known(const struct statement *s, const struct statement *last)
{
    return s->lines ? s->known == s->lines
                    : last && s->until == last->until && s->closing.amount == last->closing.amount;
}

static enum err finish(struct taking *t)
{
    struct call *c = t->c;
    struct statement *s = t->s, last;
    enum err e = last_of(c, s->account, false, &last);
    const struct statement *before = e ? NULL : &last;
    if (e && e != ERR_NOT_FOUND)
        return e;
    e = *s->opening.currency ? adds_up(t) : reckon(t, before);
    t->apart = stands_apart(s, before);
    if (t->apart)
        s->known = 0;
    t->out->known = s->known;
    if (e || all_known(s, before))
        return e ? e : drop(c, s->id);
    if (before)
        e = goes_on(t, before);
    if (!e)
        e = settle_lines(t);
    if (e || t->check)
        return e ? e : drop(c, s->id);
    s->coming = false;
    s->created = c->now;
    s->by = c->who.name;
    e = record_put(&c->txn, KIND_STATEMENT, s);
    t->out->statement = s;
    return e ? e : tell(t);
}

enum err op_bank_import(struct call *c, const struct bank_import_in *in, struct bank_import_out *out)
{
    const struct business *business;
    struct taking t = {.c = c, .in = in, .out = out, .check = in->check};
    t.s = arena_copy(c->arena, in->statement, sizeof *in->statement);
    t.s->id = 0;
    enum err e = call_business(c, &business); /* read before the arena is given back */
    if (!e)
        e = call_today(c, &t.today);
    if (!e)
        e = check_statement(&t);
    if (!e)
        e = begin(&t);
    if (!e)
        e = add_lines(&t);
    if (!e && in->more)
        return record_put(&c->txn, KIND_STATEMENT, t.s);
    return e ? e : finish(&t);
}
