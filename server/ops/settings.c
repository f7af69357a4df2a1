/* The business and its portal. */
#include "common/country.h"
#include "common/text.h"
#include "server/due/due.h"
#include "server/ops/patch.h"
#include "server/ops/series.h"
#include "server/ops/reminder.h"
#include "server/ops/staff.h"
#include "common/zone.h"
#include <string.h>

static const char EDITABLE[] =
    "portal name address email phone website tax_id currency time_zone banner "
    "notify_business notify_customer "
    "customers_edit customers_forward reviews projects mfa staff_mfa partial_payments "
    "tax_per_line terms_days estimate_days "
    "notes terms bank registration country statement representative no_codes code_days no_receipts "
    "reminders reminder_quiet reminder_cap "
    "closed_until charges_most";

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

enum err op_settings_get(struct call *c, const struct settings_get_in *in, struct settings_get_out *out)
{
    (void)in;
    out->business = arena_alloc(c->arena, sizeof *out->business);
    enum err e = record_needed(&c->txn, KIND_BUSINESS, c->txn.business, out->business);
    if (e || call_by_customer(c))
        return e;
    return series_all(c, &out->series);
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
    const char *wrong = e ? NULL : reminder_quiet_wrong(c, b->reminder_quiet);
    if (wrong)
        return REFUSE(c, ERR_INVALID, "business.reminder_quiet", "%s", wrong);
    const struct money *most = &b->charges_most;
    if (!e && *most->currency && (currency_digits(most->currency) < 0 || most->amount < 0))
        return REFUSE(c, ERR_INVALID, "business.charges_most", "is an amount, such as EUR 5.00");
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
    if (!e && strstr(changed, "reminder"))
        e = reminder_anew(c, b);
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
