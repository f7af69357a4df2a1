/* Numbers of documents and payments: drawn in the transaction that issues, so that one that is undone gives its number back. */
#include "common/date.h"
#include "common/doc_kind.h"
#include "server/core/call.h"
#include "common/number_format.h"
#include "server/core/numbered.h"

#define YEARS_MOST 200 /* beside the present one, of a series that begins anew in each */

/* A store from before a kind of documents has no record of its series yet. */
enum err call_series(struct call *c, int64_t id, struct series *s)
{
    const char *prefix = series_prefix(id);
    enum err e = record_get(&c->txn, KIND_SERIES, (uint64_t)id, s);
    if (e != ERR_NOT_FOUND || !prefix)
        return e;
    *s = (struct series){.id = id, .prefix = prefix, .next = 1, .digits = 6};
    return OK;
}

int call_year(int32_t day)
{
    int year, month, dom;
    date_split(day, &year, &month, &dom);
    return year;
}

/* Where the counting of another year stands: put away under that, taken out from there. */
void call_series_turn(struct call *c, struct series *s, int year)
{
    if (!s->restarts || s->year == year)
        return;
    struct series_year *v = arena_alloc(c->arena, (s->years.n + 1) * sizeof *v);
    size_t n = 0;
    int64_t next = s->year ? 1 : s->next; /* one that began so just now goes on in its first year */
    for (size_t i = 0; i < s->years.n; i++)
        if (s->years.v[i].year == year)
            next = s->years.v[i].next;
        else if (s->years.v[i].year != s->year)
            v[n++] = s->years.v[i];
    if (s->year)
        v[n++] = (struct series_year){.year = s->year, .next = s->next};
    const size_t most = n < YEARS_MOST ? n : YEARS_MOST; /* the one that was used last stays */
    s->years = (struct series_year_list){most, v + (n - most)};
    s->year = year;
    s->next = next;
}

enum err call_number_taken(struct call *c, const struct series *s, int year, const char **number, bool *taken)
{
    const struct doc_traits *of = doc_kind_of_series(s->id);
    uint64_t other = 0;
    *number = number_format(c->arena, s, year, s->next);
    if (s->id == SERIES_REFUNDS)
        return numbered_refund(c, *number, NULL, taken);
    if (!of)
        return numbered_payment_is(c, *number, taken);
    enum err e = numbered_document(c, of->kind, *number, &other);
    *taken = other != 0;
    return e;
}

enum err call_number(struct call *c, int series, int32_t day, const char **number)
{
    struct series s;
    bool taken = true;
    const int year = call_year(day);
    enum err e = call_series(c, series, &s);
    const char *text = NULL;
    if (!e)
        call_series_turn(c, &s, year);
    for (; !e && taken;
         s.next++) /* an imported document, or one of an earlier series, may have the next one */
        e = call_number_taken(c, &s, year, &text, &taken);
    if (!e)
        e = record_put(&c->txn, KIND_SERIES, &s);
    if (!e)
        *number = text;
    return e;
}
