/* By what an invoice is paid from its page, or why not; and the payment that is under way instead, where there is one (E1, E7, E8). */
#include "proto/paper/show.h"
#include "tui/portal/papers.h"

/* Who pays while a payment is under way is shown that one. */
uint64_t paying_under_way(const struct scene *v)
{
    return v->me->role == ROLE_CUSTOMER ? (uint64_t)paper_of(v)->paying : 0;
}

bool paying_is_under_way(const struct scene *v)
{
    return paying_under_way(v) != 0;
}

const char *paying_can_look(const struct scene *v)
{
    return paying_under_way(v) ? NULL : "No payment of it is under way.";
}

bool paying_offered(const struct me *me)
{
    return me->card || *show_text(me->debit);
}

static bool paid_here(const struct scene *v)
{
    const struct document *d = paper_of(v);
    return d->offers.n || (v->me->card && !(d->state == DOC_OPEN && d->no_card));
}

bool paying_is_here(const struct scene *v)
{
    return paid_here(v) && !paying_under_way(v);
}

bool paying_both_ways(const struct scene *v)
{
    return paying_is_here(v) && paying_is_open(v) && ((const struct document_get_out *)v->out)->told.n;
}

bool paying_otherwise(const struct scene *v)
{
    return !paid_here(v) && !paying_under_way(v);
}

const char *paying_can_hear(const struct scene *v)
{
    return paper_of(v)->state == DOC_OPEN ? NULL : "Nothing is due on it.";
}

bool paying_is_open(const struct scene *v)
{
    return !paying_can_hear(v);
}

const char *paying_can_pay(const struct scene *v)
{
    const char *why = paying_can_hear(v), *card = show_text(paper_of(v)->not_by_card);
    return why ? why : *card && !paper_of(v)->offers.n ? card : NULL;
}

/* The first way that has one. */
static const struct pay_told *coded(const struct scene *v)
{
    const struct pay_told_list *told = &((const struct document_get_out *)v->out)->told;
    size_t i = 0;
    while (i < told->n && !*show_text(told->v[i].qr))
        i++;
    return i < told->n ? &told->v[i] : NULL;
}

bool paying_has_code(const struct scene *v)
{
    return coded(v);
}

const char *paying_can_draw(const struct scene *v)
{
    return paying_has_code(v) ? NULL : "There is no code for it.";
}

void paying_tells_code(struct page *p, const struct scene *v)
{
    paper_code(p, coded(v));
}
