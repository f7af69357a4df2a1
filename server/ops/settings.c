/* The business, its portal and its number series. */
#include "common/country.h"
#include "common/text.h"
#include "server/due/due.h"
#include "server/ops/patch.h"
#include "server/ops/staff.h"
#include "common/zone.h"
#include <string.h>

static const char EDITABLE[] =
    "portal name address email phone website tax_id currency time_zone banner "
    "notify_business notify_customer "
    "customers_edit customers_forward reviews projects mfa staff_mfa partial_payments "
    "tax_per_line terms_days estimate_days "
    "notes terms bank registration country statement representative no_codes code_days";

enum err op_portal_show(struct call *c, const struct portal_show_in *in, struct portal_show_out *out)
{
    const struct business *business;
    enum err e = call_portal(c, in->portal);
    if (e == ERR_NOT_FOUND)
        return REFUSE(c, e, "portal", "there is no portal of that name here");
    if (!e)
        e = call_business(c, &business);
    if (!e)
        out->name = business->name;
    return e;
}

/* --- number series */

#define SERIES_MOST 16 /* one a kind of document, and that of payments */
struct all_series {
    struct series v[SERIES_MOST];
    size_t n;
};

/* Ids are without a gap. */
static enum err read_series(struct call *c, struct all_series *all)
{
    size_t kinds;
    enum err e = OK;
    (void)doc_kinds(&kinds);
    for (all->n = 0; all->n < kinds + 1 && all->n < SERIES_MOST && !e; all->n++)
        e = call_series(c, (int64_t)all->n + 1, &all->v[all->n]);
    return e;
}

/* A prefix as people compare numbers: without case, marks and blanks. */
static const char *bare(struct call *c, const char *prefix)
{
    char *text = text_fold(c->arena, prefix ? prefix : ""), *to = text;
    for (const char *p = text; *p; p++)
        if (*p != ' ')
            *to++ = *p;
    *to = '\0';
    return text;
}

/* Whether a number of the one may be a number of the other: they begin with the same, and what one goes on with are digits. */
static bool meet(struct call *c, const struct series *a, const struct series *b)
{
    const char *x = bare(c, a->prefix), *y = bare(c, b->prefix);
    while (*x && *x == *y) {
        x++;
        y++;
    }
    const char *rest = *x ? x : y;
    return (!*x || !*y) && rest[strspn(rest, "0123456789")] == '\0';
}

/* The first other series that gives such numbers, in words; NULL: none does. */
static const char *shares(struct call *c, const struct all_series *all, const struct series *s)
{
    for (size_t i = 0; i < all->n; i++) {
        const struct doc_traits *of = doc_kind_of_series(all->v[i].id);
        if (all->v[i].id != s->id && meet(c, &all->v[i], s))
            return of ? of->words : "payments";
    }
    return NULL;
}

enum err op_settings_get(struct call *c, const struct settings_get_in *in, struct settings_get_out *out)
{
    (void)in;
    out->business = arena_alloc(c->arena, sizeof *out->business);
    enum err e = record_needed(&c->txn, KIND_BUSINESS, c->txn.business, out->business);
    if (e || call_by_customer(c))
        return e;
    struct all_series *all = arena_alloc(c->arena, sizeof *all);
    e = read_series(c, all);
    for (size_t i = 0; i < all->n && !e; i++)
        all->v[i].shares = shares(c, all, &all->v[i]);
    out->series = (struct series_list){all->n, all->v};
    return e;
}

static enum err check(struct call *c, const struct business *b)
{
    enum err e = patch_check_name(c, "business.name", b->name);
    if (!e)
        e = patch_check_email(c, "business.email", b->email);
    if (!e)
        e = patch_check_currency(c, "business.currency", b->currency);
    if (!e && !zone_known(b->time_zone))
        e = REFUSE(c, ERR_INVALID, "business.time_zone",
                   "is no time zone of the IANA list, such as Europe/Dublin");
    if (!e && b->country && *b->country && !country_code(b->country))
        e = REFUSE(c, ERR_INVALID, "business.country", "is no country code of ISO 3166-1, such as DE");
    return e;
}

static enum err check_currency_free(struct call *c)
{
    struct total documents;
    enum err e = total_sum(&c->txn, TOTAL_RECORDS, 0, "", KIND_DOCUMENT, KIND_DOCUMENT, &documents);
    if (!e && documents.count)
        e = REFUSE(c, ERR_IN_USE, "business.currency", "it can not change once there are documents");
    return e;
}

/* Customers sign in under the portal's name: a new name ends what was begun under the old one (A3). Nothing of that is touched
 * here; it is of an earlier generation from now on (docs/decisions/tickets.md). */
static enum err rename_portal(struct call *c, const char *old, struct business *b)
{
    enum err e = call_rename_portal(c, old, b->portal ? b->portal : "");
    b->generation++;
    due_now(c, DUE_SWEEP);
    return e;
}

enum err op_settings_update(struct call *c, const struct settings_update_in *in,
                            struct settings_update_out *out)
{
    struct business *b = arena_alloc(c->arena, sizeof *b);
    const char *changed;
    enum err e = record_needed(&c->txn, KIND_BUSINESS, c->txn.business, b);
    if (!e)
        e = patch_revision(c, "business.revision", GIVEN(business, in->business, revision),
                           in->business->revision, b->revision);
    if (e)
        return e;
    const struct business was = *b;
    e = patch_apply(c, shape_business(), "business", EDITABLE, in->business, b, &changed);
    if (!e)
        e = check(c, b);
    if (!e && strcmp(was.currency ? was.currency : "", b->currency) != 0)
        e = patch_check_new_currency(c, "business.currency", b->currency);
    if (!e && strcmp(was.currency ? was.currency : "", b->currency) != 0)
        e = check_currency_free(c);
    const bool renamed = strcmp(was.portal ? was.portal : "", b->portal ? b->portal : "") != 0;
    if (!e && renamed)
        e = rename_portal(c, was.portal, b);
    if (!e && *changed) {
        struct event event = {.what = WHAT_CHANGED,
                              .subject = SUBJECT_BUSINESS,
                              .about = (int64_t)b->id,
                              .number = b->name,
                              .text = changed};
        b->revision++;
        e = record_put(&c->txn, KIND_BUSINESS, b);
        if (!e)
            e = call_event(c, &event);
        c->business = b; /* what mails say from here on */
    }
    if (!e && renamed)
        e = staff_invite_again(c);
    if (!e)
        out->business = b;
    return e;
}

/* Numbers only go up under one prefix; under another they may begin anew, where nothing stands already. */
static enum err may_begin_at(struct call *c, const struct series *was, const struct series *s)
{
    bool taken;
    const char *number;
    bool same = strcmp(was->prefix ? was->prefix : "", s->prefix ? s->prefix : "") == 0;
    if (same && s->next >= was->next)
        return OK;
    if (same)
        return REFUSE(
            c, ERR_INVALID, "series.next",
            "can only go up under one prefix; it is %lld now. With another prefix it may begin anew",
            (long long)was->next);
    enum err e = call_number_taken(c, s, &number, &taken);
    return e || !taken ? e : REFUSE(c, ERR_INVALID, "series.next", "%s is there already", number);
}

/* "1 estimates, 2 invoices, 3 payments" */
static const char *series_there_are(struct call *c)
{
    size_t kinds;
    const struct doc_traits *of = doc_kinds(&kinds);
    const char *all = arena_printf(c->arena, "%d payments", SERIES_PAYMENTS);
    for (size_t i = kinds; i-- > 0;)
        all = arena_printf(c->arena, "%d %s, %s", of[i].series, of[i].words, all);
    return all;
}

enum err op_series_update(struct call *c, const struct series_update_in *in, struct series_update_out *out)
{
    struct series *s = arena_alloc(c->arena, sizeof *s);
    const char *changed;
    enum err e = call_series(c, in->series->id, s);
    if (e == ERR_NOT_FOUND)
        return REFUSE(c, ERR_INVALID, "series.id", "is one of %s", series_there_are(c));
    if (e)
        return e;
    const struct series was = *s;
    struct all_series *all = arena_alloc(c->arena, sizeof *all);
    e = read_series(c, all);
    if (e)
        return e;
    e = patch_apply(c, shape_series(), "series", "prefix next digits", in->series, s, &changed);
    const char *other = e ? NULL : shares(c, all, s);
    if (other &&
        strcmp(was.prefix ? was.prefix : "", s->prefix ? s->prefix : "") != 0) /* what stands so may */
        return REFUSE(c, ERR_INVALID, "series.prefix",
                      "one number could be of two: %s have numbers like these", other);
    if (!e && GIVEN(series, in->series, next))
        e = may_begin_at(c, &was, s);
    if (!e && *changed) {
        struct event event = {.what = WHAT_CHANGED,
                              .subject = SUBJECT_BUSINESS,
                              .about = (int64_t)c->txn.business,
                              .number = arena_printf(c->arena, "series %lld", (long long)s->id),
                              .text = changed};
        e = record_put(&c->txn, KIND_SERIES, s);
        if (!e)
            e = call_event(c, &event);
    }
    s->shares = other;
    if (!e)
        out->series = s;
    return e;
}
