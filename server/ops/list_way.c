/* Which way a list goes: gathered, merged or walked (list_filter.h). */
#include "server/ops/list_filter.h"

#define CUSTOMERS 512 /* whose documents are read by themselves */
#define FEW 50        /* entries that are read, whatever customers there are */

/* The terms that customers' words may satisfy. A row that passes is of a customer who satisfies all of them, or in the other ranges of one of them:
 * so the ranges of all together, and what is of customers who have all words. */
struct named {
    const struct filter_term *terms[FILTER_TERMS + FILTER_ARGUMENTS];
    size_t n;
    struct driver d;
    struct id_list customers;
    bool exact, /* who have the words, and no others */
        alone;  /* nothing is in the other ranges */
};

static enum err is_few(struct listing *l, const struct driver *d, bool *few, bool *nothing)
{
    size_t all = 0;
    for (size_t i = 0; i < d->n && all <= FEW; i++) {
        size_t n;
        enum err e = record_count(&l->c->txn, &d->v[i], FEW + 1 - all, &n);
        if (e)
            return e;
        all += n;
    }
    *few = all <= FEW;
    *nothing = all == 0;
    return OK;
}

static enum err find_customers(struct listing *l, adds *of_customer, struct named *named)
{
    enum err e = words_having(l, named->terms, named->n, INDEX_CUSTOMER_WORD, FOUND_MOST, &named->customers,
                              &named->exact);
    named->d.none = named->customers.n > CUSTOMERS;
    size_t n = 0;
    for (size_t i = 0; i < named->customers.n && !named->d.none && !e; i++) {
        const uint64_t id = named->customers.v[i];
        bool passes = true;
        for (size_t k = 0; k < named->n && passes && !named->exact; k++) {
            struct filter_value v = {.number = 0};
            listing_customer(l, id, &v);
            passes = !l->failed && filter_words_match(named->terms[k], v.spelled);
        }
        if (passes)
            of_customer(l, &named->d, named->customers.v[n++] = id);
    }
    if (!named->d.none)
        named->customers.n = n;
    return e;
}

/* Takes the terms out that hold anyway. */
static void settled(struct listing *l, const struct named *named)
{
    size_t n = 0;
    for (size_t i = 0, k = 0; i < l->filter.n; i++)
        if (k < named->n && named->terms[k] == &l->filter.terms[i])
            k++;
        else
            l->filter.terms[n++] = l->filter.terms[i];
    l->filter.n = n;
}

/* What a walk reads of each of the customers; false: that is too much at once. */
static bool merge(struct listing *l, walks *walk, const struct named *named, struct driver *ranges)
{
    if (l->customer || !named->n || named->d.none || !named->alone)
        return false;
    for (size_t i = 0; i < named->customers.n && ranges->n <= LIST_RANGES; i++) {
        l->customer = named->customers.v[i];
        walk(l, ranges);
    }
    l->customer = 0;
    return ranges->n <= LIST_RANGES;
}

static enum err add_term(struct listing *l, drives *of_term, adds *of_customer, const struct filter_term *t,
                         struct named *named, struct driver *d)
{
    bool few = false, nothing = false;
    enum err e = of_term(l, t, d);
    if (e || d->none || !d->customers)
        return e;
    e = is_few(l, d, &few, &nothing);
    if (!e && !few) { /* by itself */
        struct named one = {.terms = {t}, .n = 1, .d = *d};
        e = find_customers(l, of_customer, &one);
        *d = one.d;
        return e;
    }
    for (size_t i = 0; i < d->n; i++)
        driver_add(l, &named->d, d->v[i]);
    named->terms[named->n++] = t;
    named->alone &= nothing;
    d->none = true;
    return e;
}

/* Those that there are, raced: the one whose ids are read first is gathered; of `named` it is the last. */
static enum err race(struct listing *l, const struct driver *v, size_t n, struct way *way, bool *last)
{
    struct id_union *unions = arena_alloc(l->c->arena, n * sizeof *unions);
    size_t running = 0, which;
    for (size_t i = 0; i < n; i++)
        if (!v[i].none)
            unions[running++] = (struct id_union){.ranges = v[i].v, .n = v[i].n};
    enum err e = record_fewest(&l->c->txn, unions, running, LIST_EXAMINE, &which);
    way->gather = !e && which < running;
    *last = way->gather && which + 1 == running && !v[n - 1].none;
    if (way->gather)
        way->ids = unions[which].ids;
    return e;
}

enum err listing_choose(struct listing *l, drives *of_term, adds *of_customer, walks *walk,
                        const struct driver *scope, struct way *way)
{
    struct driver *v = arena_alloc(l->c->arena, (l->filter.n + 2) * sizeof *v);
    struct named named = {.alone = true};
    size_t n = 0;
    bool last = false;
    enum err e = OK;
    *way = (struct way){0};
    if (scope)
        v[n++] = *scope;
    for (size_t i = 0; i < l->filter.n && !e; i++)
        if (!l->filter.terms[i].not )
            e = add_term(l, of_term, of_customer, &l->filter.terms[i], &named, &v[n++]);
    if (!e && named.n)
        e = find_customers(l, of_customer, &named);
    named.d.none |= !named.n;
    v[n++] = named.d;
    if (!e)
        e = race(l, v, n, way, &last);
    if (e)
        return e;
    const bool merged = !way->gather && merge(l, walk, &named, &way->ranges);
    if (!way->gather && !merged) {
        way->ranges = (struct driver){0};
        walk(l, &way->ranges);
    }
    if (named.n && named.exact && named.alone && named.customers.n <= FOUND_MOST) {
        if (!merged && !last)
            l->among = arena_copy(l->c->arena, &named.customers, sizeof named.customers);
        settled(l, &named);
    }
    way->all = merged && l->filter.n == 0; /* the race was about as many */
    return OK;
}
