/* What is asked about when it is told how what is due is paid elsewhere. */
#include "tui/customer/pay.h"
#include <stdio.h>
#include <string.h>

static const char *kept(struct arena *a, const char *text)
{
    return arena_text(a, text, strlen(text));
}

static void count(struct pay *p)
{
    p->count = 0;
    for (size_t i = 0; i < p->n; i++) {
        const struct owed *d = &p->due[i];
        if (d->why)
            continue;
        if (!p->count++)
            p->total = money_of(0, d->due.currency);
        p->total.amount += d->due.amount; /* take saw to it */
    }
}

static void take(struct pay *p, struct arena *a, uint64_t invoice, const char *number, struct money due)
{
    struct owed *d = &p->due[p->n++];
    int64_t sum;
    *d = (struct owed){.invoice = invoice, .number = kept(a, show_text(number)), .due = due};
    if (p->count && strcmp(due.currency, p->total.currency) != 0)
        d->why = arena_printf(a, "is in %s, not in %s: pay it by itself", due.currency, p->total.currency);
    else if (p->count && money_add(p->total.amount, due.amount, &sum) != OK)
        d->why = "too much for one payment with the others: pay it by itself";
    count(p);
}

void pay_elsewhere_all(struct pay *p, struct arena *a, const struct home_get_out *home)
{
    *p = (struct pay){.due = arena_alloc(a, (home->due.n + 1) * sizeof *p->due)};
    for (size_t i = 0; i < home->due.n; i++)
        take(p, a, home->due.v[i].id, home->due.v[i].number, home->due.v[i].balance);
}

void pay_elsewhere_of(struct pay *p, struct arena *a, const struct document *invoice)
{
    *p = (struct pay){.due = arena_alloc(a, sizeof *p->due)};
    take(p, a, invoice->id, invoice->number, invoice->balance);
}

void pay_begin(const struct pay *p, const char *method, struct arena *a, struct payment_begin_in *in)
{
    struct allocation_list parts = {.v = arena_alloc(a, (p->n + 1) * sizeof *parts.v)};
    for (size_t i = 0; i < p->n; i++) {
        struct allocation *part = &parts.v[parts.n];
        if (p->due[i].why)
            continue;
        GIVE(allocation, part, invoice, p->due[i].invoice);
        GIVE(allocation, part, amount, p->due[i].due);
        parts.n++;
    }
    GIVE(payment_begin_in, in, parts, parts);
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
        if (!p->due[i].why && at++ == blamed) {
            p->due[i].why = kept(a, behind_number(why->detail, p->due[i].number));
            count(p);
            return true;
        }
    return false;
}
