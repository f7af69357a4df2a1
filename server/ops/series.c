/* Number series: how documents and payments are called (F2). Drawing a number is server/core/call_number.c. */
#include "server/ops/series.h"
#include "common/number_format.h"
#include "server/ops/patch.h"
#include <string.h>

struct all_series {
    struct series v[SERIES_LAST];
    size_t n;
};

/* Ids are without a gap. */
static enum err read_series(struct call *c, struct all_series *all)
{
    enum err e = OK;
    for (all->n = 0; all->n < SERIES_LAST && !e; all->n++)
        e = call_series(c, (int64_t)all->n + 1, &all->v[all->n]);
    return e;
}

/* The first other series that gives such numbers, in words; NULL: none does. */
static const char *shares(struct call *c, const struct all_series *all, const struct series *s)
{
    const char *format = number_format_of(c->arena, s);
    for (size_t i = 0; i < all->n; i++) {
        const struct series *other = &all->v[i];
        if (other->id != s->id && number_formats_meet(c->arena, number_format_of(c->arena, other), format))
            return series_words(other->id);
    }
    return NULL;
}

/* As it stands today: `next` is of this year where it begins anew in each. */
static enum err stand(struct call *c, struct series *s)
{
    int32_t today;
    enum err e = call_today(c, &today);
    if (e)
        return e;
    call_series_turn(c, s, call_year(today));
    s->example = number_format(c->arena, s, call_year(today), s->next);
    return OK;
}

enum err series_all(struct call *c, struct series_list *out)
{
    struct all_series *all = arena_alloc(c->arena, sizeof *all);
    enum err e = read_series(c, all);
    for (size_t i = 0; i < all->n && !e; i++) {
        all->v[i].shares = shares(c, all, &all->v[i]);
        e = stand(c, &all->v[i]);
    }
    *out = (struct series_list){all->n, all->v};
    return e;
}

/* --- changing one ----------------------------------------------------------------------------------------------------------- */
static bool same_format(struct call *c, const struct series *a, const struct series *b)
{
    return strcmp(number_format_of(c->arena, a), number_format_of(c->arena, b)) == 0;
}

static bool has_format(const struct series *s)
{
    return s->format && *s->format;
}

/* What it says by itself. */
static enum err check_format(struct call *c, const struct series *s)
{
    const char *wrong = has_format(s) ? number_format_wrong(s->format) : NULL;
    if (wrong)
        return REFUSE(c, ERR_INVALID, "series.format", "%s", wrong);
    if (!has_format(s) && s->prefix && strpbrk(s->prefix, "{}"))
        return REFUSE(c, ERR_INVALID, "series.prefix", "has no braces: they are for `format`");
    if (s->restarts && !(has_format(s) && number_format_dated(s->format)))
        return REFUSE(c, ERR_INVALID, "series.restarts",
                      "each number would come again every year: put {year} into the format first");
    return OK;
}

/* Numbers only go up under one format; under another they may begin anew, where nothing stands already. */
static enum err may_begin_at(struct call *c, const struct series *was, const struct series *s)
{
    bool taken;
    const char *number;
    int32_t today;
    const bool same = same_format(c, was, s);
    if (same && s->next >= was->next)
        return OK;
    if (same)
        return REFUSE(
            c, ERR_INVALID, "series.next",
            "can only go up under one prefix; it is %lld now. With another prefix it may begin anew",
            (long long)was->next);
    enum err e = call_today(c, &today);
    if (!e)
        e = call_number_taken(c, s, call_year(today), &number, &taken);
    return e || !taken ? e : REFUSE(c, ERR_INVALID, "series.next", "%s is there already", number);
}

/* Under another format, or without beginning anew, no year has begun. */
static enum err begin(struct call *c, const struct series *was, struct series *s)
{
    if (!same_format(c, was, s) || !s->restarts) {
        s->year = 0;
        s->years = (struct series_year_list){0};
    }
    return stand(c, s);
}

/* "1 estimates, 2 invoices, 3 payments, …" */
static const char *series_there_are(struct call *c)
{
    const char *all = "";
    for (int64_t id = 1; id <= SERIES_LAST; id++)
        all = arena_printf(c->arena, "%s%s%lld %s", all, *all ? ", " : "", (long long)id, series_words(id));
    return all;
}

static enum err keep(struct call *c, struct series *s, const char *changed)
{
    struct event event = {.what = WHAT_CHANGED,
                          .subject = SUBJECT_BUSINESS,
                          .about = (int64_t)c->txn.business,
                          .number = arena_printf(c->arena, "series %lld", (long long)s->id),
                          .text = changed};
    enum err e = record_put(&c->txn, KIND_SERIES, s);
    return e ? e : call_event(c, &event);
}

enum err op_series_update(struct call *c, const struct series_update_in *in, struct series_update_out *out)
{
    struct series *s = arena_alloc(c->arena, sizeof *s);
    struct all_series *all = arena_alloc(c->arena, sizeof *all);
    const char *changed;
    enum err e = call_series(c, in->series->id, s);
    if (e == ERR_NOT_FOUND)
        return REFUSE(c, ERR_INVALID, "series.id", "is one of %s", series_there_are(c));
    if (!e)
        e = stand(c, s);
    if (!e)
        e = read_series(c, all);
    if (e)
        return e;
    const struct series was = *s;
    e = patch_apply(c, shape_series(), "series", "prefix next digits format restarts", in->series, s,
                    &changed);
    if (!e && *changed)
        e = check_format(c, s);
    const char *other = e ? NULL : shares(c, all, s);
    if (other && !same_format(c, &was, s)) /* what stands so may */
        return REFUSE(c, ERR_INVALID, has_format(s) ? "series.format" : "series.prefix",
                      "one number could be of two: %s have numbers like these", other);
    if (!e && GIVEN(series, in->series, next))
        e = may_begin_at(c, &was, s);
    if (!e)
        e = begin(c, &was, s);
    if (!e && *changed)
        e = keep(c, s, changed);
    s->shares = other;
    if (!e)
        out->series = s;
    return e;
}
