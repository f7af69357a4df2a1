#include "tui/portal/pay_with.h"
#include "proto/paper/show.h"
#include <string.h>

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

/* --- what every invoice offers that is paid (E3) */

/* The first of them that is not offered to be paid so, by its number; NULL: all are. method: NULL: by any that is so. */
static const char *lacks(const struct scene *v, const struct payment_pay_in *pay, const char *method, int how)
{
    for (size_t i = 0; i < pay->parts.n; i++) {
        const char *number = "";
        const struct pay_way_list *offers = pay_with_offers(v, pay->parts.v[i].invoice, &number);
        bool is = !offers || !offers->n;
        for (size_t k = 0; !is && k < offers->n; k++)
            is = method ? strcmp(method, show_text(offers->v[k].method)) == 0 : offers->v[k].how == how;
        if (!is)
            return number;
    }
    return NULL;
}

static const struct {
    const char *name, *word; /* as it is chosen, and in a sentence */
} called[] = {[PAY_HOW_CARD] = {"a card, given here", "card"},
              [PAY_HOW_PAGE] = {"online, at the gateway's page", "the gateway's page"},
              [PAY_HOW_DEBIT] = {"a bank account, by direct debit", "direct debit"}};

static bool is_way(const struct scene *v, int how)
{
    return how == PAY_HOW_CARD   ? pay_with_card_here(v)
           : how == PAY_HOW_PAGE ? v->me->online.n != 0
                                 : pay_with_debits(v);
}

static bool nth_way(const struct scene *v, const void *in, size_t i, struct option *o)
{
    for (int how = PAY_HOW_CARD; how <= PAY_HOW_DEBIT; how++)
        if (is_way(v, how) && !(in && lacks(v, in, NULL, how)) && !i--) {
            *o = (struct option){.value = how, .name = called[how].name};
            return true;
        }
    return false;
}

bool pay_with_several(const struct scene *v)
{
    struct option o;
    return !pay_with_any_saved(v) && nth_way(v, NULL, 1, &o);
}

bool pay_with_way(const struct scene *v, const void *in, size_t i, struct option *o)
{
    return nth_way(v, in, i, o);
}

/* --- what was saved (E6) */

/* The i-th that can be paid with; NULL behind the last. The one that is offered first is the first. */
static const struct saved_method *nth_good(const struct scene *v, const void *in, size_t i)
{
    const struct method_list_out *all = v->also[1];
    for (size_t k = 0; all && k < all->methods.n; k++) {
        const struct saved_method *m = &all->methods.v[k];
        if (m->state == METHOD_GOOD && !*show_text(m->barred) &&
            !(in && lacks(v, in, show_text(m->method), 0)) && !i--)
            return m;
    }
    return NULL;
}

bool pay_with_any_saved(const struct scene *v)
{
    return nth_good(v, NULL, 0) != NULL;
}

#define ANOTHER (INT64_C(1) << 40) /* no saved one: what is given, by that way */

bool pay_with_saved_one(const struct scene *v, const void *in, size_t i, struct option *o)
{
    const struct saved_method *m;
    size_t n = 0;
    for (; (m = nth_good(v, in, n)); n++)
        if (n == i) {
            *o = (struct option){.value = (int64_t)m->id, .name = show_text(m->title)};
            return true;
        }
    if (!nth_way(v, in, i - n, o))
        return false;
    o->name = o->value == PAY_HOW_CARD ? "another card, given here" : o->name;
    o->value += ANOTHER;
    return true;
}

const struct saved_method *pay_with_saved(const struct scene *v, const void *in)
{
    const uint64_t id = ((const struct payment_pay_in *)in)->saved;
    const struct saved_method *m;
    for (size_t i = 0; id < ANOTHER && (m = nth_good(v, in, i)); i++)
        if (!id || m->id == id)
            return m;
    return NULL;
}

/* As it was chosen, where every invoice still offers that; or else the first that they do. */
int pay_with_how(const struct scene *v, const void *in)
{
    const struct payment_pay_in *pay = in;
    const int chosen = pay->saved >= ANOTHER ? (int)(pay->saved - ANOTHER) : pay->how;
    struct option first = {.value = 0};
    if (pay_with_saved(v, in))
        return 0;
    (void)nth_way(v, in, 0, &first);
    return chosen && !lacks(v, in, NULL, chosen) ? chosen : (int)first.value;
}

/* --- and what is said of it */

const char *pay_with_nothing(const struct scene *v, const void *in)
{
    const char *first = NULL, *text = "";
    struct option o;
    if (pay_with_saved(v, in) || nth_way(v, in, 0, &o))
        return NULL;
    for (int how = PAY_HOW_CARD; how <= PAY_HOW_DEBIT; how++) {
        const char *number = is_way(v, how) ? lacks(v, in, NULL, how) : NULL;
        if (!number)
            continue;
        text = scene_text(v, "%s%s%s not by %s", text, first ? ", " : "", number, called[how].word);
        first = number;
    }
    return first ? scene_text(v, "Nothing pays all of them: %s. Pay them one after another.", text) : NULL;
}

void pay_with_left_out(struct page *p, const struct scene *v, const void *in)
{
    for (int how = PAY_HOW_CARD; how <= PAY_HOW_DEBIT; how++) {
        const char *number = is_way(v, how) ? lacks(v, in, NULL, how) : NULL;
        if (number)
            page_note(p, LOOK_PLAIN, "%s is not offered to be paid by %s.", number, called[how].word);
    }
}
