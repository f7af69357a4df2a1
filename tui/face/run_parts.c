/* What an amount is for: which invoices, and how much of each. The same rules whatever the face: what one payment can not hold together is
 * not taken together. */
#include "common/number.h"
#include "common/text.h"
#include "proto/paper/show.h"
#include "tui/face/fill_in.h"
#include "tui/face/run.h"
#include <string.h>

#define TOO_MUCH "too much for one payment with the others: it takes one by itself"

static struct allocation_list *taken(const struct run *r, const struct give *g)
{
    return (struct allocation_list *)(uintptr_t)fill_at(r->shape, r->in, g->field);
}

static struct allocation *taken_of(const struct run *r, const struct give *g, uint64_t id)
{
    struct allocation_list *all = taken(r, g);
    for (size_t i = 0; i < all->n; i++)
        if (all->v[i].invoice == id)
            return &all->v[i];
    return NULL;
}

struct money run_parts_sum(const struct run *r, const struct give *g, size_t *n)
{
    const struct allocation_list *all = taken(r, g);
    struct part first;
    const char *currency = all->n                         ? all->v[0].amount.currency
                           : g->part(&r->view, 0, &first) ? first.due.currency
                                                          : r->view.me->currency;
    struct money sum = money_of(0, currency);
    for (size_t i = 0; i < all->n; i++)
        sum.amount += all->v[i].amount.amount; /* why_not saw to it */
    if (n)
        *n = all->n;
    return sum;
}

/* Why that much of it can not be together with what else is taken; NULL: it can. */
static const char *why_not(const struct run *r, const struct give *g, const struct part *p, int64_t amount)
{
    const struct allocation_list *all = taken(r, g);
    const struct allocation *now = taken_of(r, g, p->id);
    int64_t sum = run_parts_sum(r, g, NULL).amount - (now ? now->amount.amount : 0);
    if (p->why)
        return p->why;
    if (all->n > (now ? 1 : 0) && strcmp(all->v[0].amount.currency, p->due.currency) != 0)
        return scene_text(&r->view, "is in %s, not in %s: it takes a payment by itself", p->due.currency,
                          all->v[0].amount.currency);
    if (!now && (int64_t)all->n >= fill_field(r->shape, g->field)->max)
        return "more than one payment can be for";
    return money_add(sum, amount, &sum) == OK ? NULL : TOO_MUCH;
}

static void take(const struct run *r, const struct give *g, const struct part *p, int64_t amount)
{
    struct allocation_list *all = taken(r, g);
    struct allocation *a = taken_of(r, g, p->id);
    if (!amount && a) {
        *a = all->v[--all->n];
        return;
    }
    if (!a && amount) {
        a = &all->v[all->n++];
        *a = (struct allocation){0};
        GIVE(allocation, a, invoice, p->id);
    }
    if (a)
        GIVE(allocation, a, amount, money_of(amount, p->due.currency));
}

void run_parts_begin(struct run *r, const struct give *g)
{
    struct part p;
    struct allocation_list *all = fill_place(r->shape, r->in, g->field, r->view.arena, true);
    *all = (struct allocation_list){
        .v = arena_alloc(r->view.arena, (size_t)fill_field(r->shape, g->field)->max * sizeof *all->v)};
    for (size_t i = 0; g->part(&r->view, i, &p); i++)
        if (p.in && !why_not(r, g, &p, p.due.amount))
            take(r, g, &p, p.due.amount);
}

bool run_part(const struct run *r, const struct give *g, size_t i, struct run_part *p)
{
    *p = (struct run_part){0};
    if (!g->part(&r->view, i, &p->of))
        return false;
    const struct allocation *a = taken_of(r, g, p->of.id);
    p->taken = a ? a->amount : money_of(0, p->of.due.currency);
    p->why = a ? NULL : why_not(r, g, &p->of, p->of.due.amount);
    return true;
}

static const char *said_of(const struct run *r, const struct part *p, const char *why)
{
    return why ? scene_text(&r->view, "%s: %s.", p->name, why) : NULL;
}

const char *run_part_turn(struct run *r, const struct give *g, size_t i)
{
    struct run_part p;
    if (!run_part(r, g, i, &p))
        return "There is none.";
    if (!p.taken.amount && p.why)
        return said_of(r, &p.of, p.why);
    take(r, g, &p.of, p.taken.amount ? 0 : p.of.due.amount);
    return NULL;
}

const char *run_part_read(struct run *r, const struct give *g, size_t i, const char *typed, bool take_it)
{
    struct run_part p;
    struct refusal why;
    char due[SHOW_TEXT];
    int64_t amount = 0;
    if (!run_part(r, g, i, &p))
        return "There is none.";
    if (p.of.why)
        return said_of(r, &p.of, p.of.why);
    if (g->whole && g->whole(&r->view))
        return "Each has to be paid in full here.";
    if (!text_blank(typed, strlen(typed)) &&
        number_read_money(typed, p.of.due.currency, "", &amount, &why) != OK)
        return scene_text(&r->view, "%s", why.detail);
    if (amount < 0 || amount > p.of.due.amount)
        return scene_text(&r->view, "Write an amount up to %s.", show_money(due, p.of.due));
    const char *not = amount ? why_not(r, g, &p.of, amount) : NULL;
    if (!not &&take_it)
        take(r, g, &p.of, amount);
    return said_of(r, &p.of, not );
}
