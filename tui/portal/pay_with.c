#include "tui/portal/pay_with.h"
#include "proto/paper/show.h"

/* --- what is given now: a card here, a page of the gateway's, an account that is debited (E5) */

bool pay_with_card_here(const struct scene *v)
{
    return v->me->card_here;
}

bool pay_with_debits(const struct scene *v)
{
    return *show_text(v->me->debit);
}

bool pay_with_may_save(const struct scene *v)
{
    return v->me->card_here && !v->me->document;
}

static bool nth_way(const struct scene *v, size_t i, struct option *o)
{
    const struct option ways[] = {{.value = PAY_HOW_CARD, .name = "a card, given here"},
                                  {.value = PAY_HOW_PAGE, .name = "online, at the gateway's page"},
                                  {.value = PAY_HOW_DEBIT, .name = "a bank account, by direct debit"}};
    const bool is[] = {pay_with_card_here(v), v->me->online.n != 0, pay_with_debits(v)};
    for (size_t k = 0; k < sizeof is / sizeof *is; k++)
        if (is[k] && !i--) {
            *o = ways[k];
            return true;
        }
    return false;
}

bool pay_with_several(const struct scene *v)
{
    struct option o;
    return !pay_with_any_saved(v) && nth_way(v, 1, &o);
}

bool pay_with_way(const struct scene *v, const void *in, size_t i, struct option *o)
{
    (void)in;
    return nth_way(v, i, o);
}

/* --- what was saved (E6) */

/* The i-th that can be paid with; NULL behind the last. The one that is offered first is the first. */
static const struct saved_method *nth_good(const struct scene *v, size_t i)
{
    const struct method_list_out *all = v->also[1];
    for (size_t k = 0; all && k < all->methods.n; k++) {
        const struct saved_method *m = &all->methods.v[k];
        if (m->state == METHOD_GOOD && !*show_text(m->barred) && !i--)
            return m;
    }
    return NULL;
}

bool pay_with_any_saved(const struct scene *v)
{
    return nth_good(v, 0) != NULL;
}

#define ANOTHER (INT64_C(1) << 40) /* no saved one: what is given, by that way */

bool pay_with_saved_one(const struct scene *v, const void *in, size_t i, struct option *o)
{
    const struct saved_method *m;
    size_t n = 0;
    (void)in;
    for (; (m = nth_good(v, n)); n++)
        if (n == i) {
            *o = (struct option){.value = (int64_t)m->id, .name = show_text(m->title)};
            return true;
        }
    if (!nth_way(v, i - n, o))
        return false;
    o->name = o->value == PAY_HOW_CARD ? "another card, given here" : o->name;
    o->value += ANOTHER;
    return true;
}

const struct saved_method *pay_with_saved(const struct scene *v, const void *in)
{
    const uint64_t id = ((const struct payment_pay_in *)in)->saved;
    const struct saved_method *m;
    for (size_t i = 0; id < ANOTHER && (m = nth_good(v, i)); i++)
        if (!id || m->id == id)
            return m;
    return NULL;
}

int pay_with_how(const struct scene *v, const void *in)
{
    const struct payment_pay_in *pay = in;
    struct option first = {.value = PAY_HOW_CARD};
    if (pay_with_saved(v, in))
        return 0;
    (void)nth_way(v, 0, &first);
    return pay->saved >= ANOTHER ? (int)(pay->saved - ANOTHER) : pay->how ? pay->how : (int)first.value;
}
