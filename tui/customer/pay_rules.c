/* The rules of paying, without a screen: what is due, what is asked for, and what an answer, or none, means. */
#include "tui/customer/pay.h"
#include "common/number.h"
#include <stdio.h>
#include <string.h>

static void keep_choice(const struct owed *before, size_t n, struct owed *d)
{
    for (size_t i = 0; i < n; i++)
        if (before[i].invoice == d->invoice) {
            d->in = before[i].in;
            d->apart = before[i].apart;
            if (before[i].amount.amount < before[i].due.amount && before[i].amount.amount < d->due.amount)
                d->amount = before[i].amount;
        }
}

static const char *kept(struct arena *a, const char *text)
{
    return arena_text(a, text, strlen(text));
}

static struct owed due_of(struct arena *a, const char *number, uint64_t id, struct money balance,
                          const char *why)
{
    bool can = !why || !*why;
    return (struct owed){.invoice = id,
                         .number = kept(a, show_text(number)),
                         .due = balance,
                         .amount = balance,
                         .why = can ? NULL : kept(a, why),
                         .in = can};
}

void pay_take(struct pay *p, struct arena *a, struct owed *due, size_t n)
{
    const char *currency = NULL;
    for (size_t i = 0; i < n; i++) {
        struct owed *d = &due[i];
        keep_choice(p->due, p->n, d);
        if (!d->why && !currency)
            currency = d->due.currency;
        if (!d->why && strcmp(d->due.currency, currency) != 0)
            d->why = arena_printf(a, "is in %s, not in %s: pay it by itself", d->due.currency, currency);
        d->in = d->in && !d->why;
    }
    p->due = due;
    p->n = n;
    pay_sum(p);
}

static void due_all(struct pay *p, struct arena *a, const struct home_get_out *home, bool card)
{
    struct owed *due = arena_alloc(a, (home->due.n + 1) * sizeof *due);
    for (size_t i = 0; i < home->due.n; i++) {
        const struct document_due *d = &home->due.v[i];
        due[i] = due_of(a, d->number, d->id, d->balance, card ? d->not_by_card : NULL);
        due[i].no_card = d->no_card;
        due[i].day = d->due;
        due[i].status = d->status;
    }
    pay_take(p, a, due, home->due.n);
}

void pay_due_all(struct pay *p, struct arena *a, const struct home_get_out *home)
{
    due_all(p, a, home, true);
}

void pay_elsewhere_all(struct pay *p, struct arena *a, const struct home_get_out *home)
{
    due_all(p, a, home, false);
}

void pay_elsewhere_of(struct pay *p, struct arena *a, const struct document *invoice)
{
    struct owed *due = arena_alloc(a, sizeof *due);
    *due = due_of(a, invoice->number, invoice->id, invoice->balance, NULL);
    due->day = invoice->due;
    due->status = invoice->status;
    pay_take(p, a, due, 1);
}

struct owed pay_due_of(struct arena *a, const struct document *invoice)
{
    bool open = invoice->state == DOC_OPEN;
    struct owed d = due_of(a, invoice->number, invoice->id, invoice->balance,
                           open ? invoice->not_by_card : "nothing is due on it");
    d.no_card = open && invoice->no_card;
    d.day = invoice->due;
    d.status = invoice->status;
    return d;
}

void pay_sum(struct pay *p)
{
    const char *currency = p->me->currency;
    for (size_t i = p->n; i-- > 0;) /* of the first that can be paid */
        if (!p->due[i].why)
            currency = p->due[i].due.currency;
    p->total = money_of(0, currency);
    p->count = 0;
    for (size_t i = 0; i < p->n; i++) {
        struct owed *d = &p->due[i];
        if (d->in && money_add(p->total.amount, d->amount.amount, &p->total.amount) == OK)
            p->count++;
        else if (d->in) { /* what is not paid is not shown as paid */
            d->in = false;
            d->apart = true;
        }
    }
    for (size_t i = 0; i < p->n; i++)
        p->due[i].apart =
            p->due[i].apart && !p->due[i].in && !pay_fits(p, &p->due[i], p->due[i].amount.amount, NULL);
}

#define TOO_MUCH "too much for one payment with the others: pay it by itself"

bool pay_fits(const struct pay *p, const struct owed *d, int64_t amount, struct refusal *why)
{
    int64_t others = p->total.amount - (d->in ? d->amount.amount : 0);
    return money_add(others, amount, &others) == OK ||
           refuse(why, ERR_OVERFLOW, "", "%s: " TOO_MUCH ".", d->number) == OK;
}

bool pay_toggle(struct pay *p, struct owed *d, struct refusal *why)
{
    if (!d->in && !pay_fits(p, d, d->amount.amount, why))
        return false;
    d->in = !d->in;
    d->apart = false;
    pay_sum(p);
    return true;
}

const char *pay_why_not(const struct owed *d)
{
    return d->why ? d->why : d->apart ? TOO_MUCH : NULL;
}

bool pay_part(const struct pay *p, struct owed *d, const char *text, struct refusal *why)
{
    int64_t amount;
    char most[SHOW_TEXT];
    if (number_read_money(text, d->due.currency, "", &amount, why) != OK)
        return false;
    if (d->why) {
        (void)refuse(why, ERR_INVALID, "", "%s", d->why);
        return false;
    }
    if (amount <= 0 || amount > d->due.amount) {
        (void)refuse(why, ERR_INVALID, "", "Write an amount up to %s.", show_money(most, d->due));
        return false;
    }
    if (!pay_fits(p, d, amount, why))
        return false;
    d->amount.amount = amount;
    d->in = true;
    return true;
}

static struct allocation_list parts_of(const struct pay *p, struct arena *a)
{
    struct allocation_list parts = {.v = arena_alloc(a, (p->n + 1) * sizeof *parts.v)};
    for (size_t i = 0; i < p->n; i++) {
        struct allocation *part = &parts.v[parts.n];
        if (!p->due[i].in)
            continue;
        GIVE(allocation, part, invoice, p->due[i].invoice);
        GIVE(allocation, part, amount, p->due[i].amount);
        parts.n++;
    }
    return parts;
}

void pay_begin(const struct pay *p, const char *method, struct arena *a, struct payment_begin_in *in)
{
    GIVE(payment_begin_in, in, parts, parts_of(p, a));
    GIVE(payment_begin_in, in, expect, p->total);
    GIVE(payment_begin_in, in, method, method);
}

/* What is said of it, behind its number where that is named. */
static const char *behind_number(const char *detail, const char *number)
{
    size_t size = strlen(number);
    return strncmp(detail, number, size) == 0 && strncmp(detail + size, ": ", 2) == 0 ? detail + size + 2
                                                                                      : detail;
}

bool pay_left_out(struct pay *p, struct arena *a, const struct refusal *why)
{
    size_t blamed, at = 0;
    if (sscanf(why->field, "parts.%zu.", &blamed) != 1)
        return false;
    for (size_t i = 0; i < p->n; i++)
        if (p->due[i].in && at++ == blamed) {
            p->due[i].in = false;
            p->due[i].why = kept(a, behind_number(why->detail, p->due[i].number));
            pay_sum(p);
            return true;
        }
    return false;
}

void pay_request(const struct pay *p, const struct pay_card *card, struct arena *a, struct payment_pay_in *in)
{
    GIVE(payment_pay_in, in, parts, parts_of(p, a));
    GIVE(payment_pay_in, in, expect, p->total);
    GIVE(payment_pay_in, in, card_number, card->number);
    GIVE(payment_pay_in, in, card_expiry, card->expiry);
    GIVE(payment_pay_in, in, card_code, card->code);
    GIVE(payment_pay_in, in, card_name, card->name);
}

/* --- what became of it */

void pay_heard(struct pay_try *t, const struct payment *payment)
{
    t->payment = payment;
    t->id = payment->id;
    t->unknown = false;
    t->over = payment->state != PAY_PENDING;
}

bool pay_not_made(struct pay_try *t, enum err code, const struct refusal *why)
{
    if (code == ERR_CANCELLED || (code == ERR_BUSY && t->unknown))
        return false;
    if (code == ERR_OFFLINE && (t->unknown || strcmp(why->detail, CLIENT_NOT_SENT) != 0)) {
        t->unknown = true;
        return false;
    }
    if (strncmp(why->field, "card_", 5) == 0)
        return true;
    t->over = true;
    snprintf(t->refused, sizeof t->refused, "%s", *why->detail ? why->detail : err_sentence(code));
    return false;
}

bool pay_send_again(const struct pay_try *t, bool online)
{
    return !t->over && !t->id && t->unknown && online;
}
