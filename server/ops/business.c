#include "server/ops/business.h"
#include "common/text.h"
#include "common/zone.h"
#include "server/due/due.h"
#include "server/core/password_check.h"
#include "server/core/secret.h"
#include <string.h>

enum err business_check(const struct founding *f, struct refusal *why)
{
    if (!call_portal_name(f->portal))
        return refuse(why, ERR_INVALID, "portal",
                      "2 to 40 lower-case letters, digits or hyphens, beginning with a letter");
    if (!*f->name || !text_utf8(f->name, strlen(f->name)) || !text_printable(f->name, strlen(f->name), false))
        return refuse(why, ERR_INVALID, "name", "the name of the organisation, without control characters");
    if (currency_digits(f->currency) < 0 || currency_past(f->currency))
        return refuse(why, ERR_INVALID, "currency", "must be an ISO 4217 code, for example EUR");
    if (!zone_known(f->time_zone))
        return refuse(why, ERR_INVALID, "time_zone", "must be an IANA time zone, for example Europe/Dublin");
    if (!text_email(f->admin_email))
        return refuse(why, ERR_INVALID, "admin_email", "is not an e-mail address");
    return OK;
}

static enum err add_series(struct call *c)
{
    struct series s;
    enum err e = OK;
    for (int64_t id = 1; id <= SERIES_LAST && !e; id++) {
        e = call_series(c, id, &s);
        if (!e)
            e = record_put(&c->txn, KIND_SERIES, &s);
    }
    return e;
}

static enum err add_business(struct call *c, const struct founding *f, struct business *b)
{
    *b = (struct business){.id = 1,
                           .portal = f->portal,
                           .name = f->name,
                           .email = f->admin_email,
                           .currency = f->currency,
                           .time_zone = f->time_zone,
                           .customers_edit = true,
                           .partial_payments = true,
                           .terms_days = 30,
                           .estimate_days = 30,
                           .revision = 1};
    b->id = c->txn.business;
    return record_put(&c->txn, KIND_BUSINESS, b);
}

static enum err add_admin(struct call *c, const struct founding *f)
{
    struct staff s = {.name = f->admin_name,
                      .email = f->admin_email,
                      .role = ROLE_ADMIN,
                      .active = true,
                      .password = f->password_hash};
    enum err e = record_put(&c->txn, KIND_STAFF, &s);
    if (e)
        return e;
    struct event event = {
        .what = WHAT_CREATED, .subject = SUBJECT_STAFF, .about = (int64_t)s.id, .number = s.name};
    return call_event(c, &event);
}

enum err business_found(struct call *c, const struct founding *f, struct business *made)
{
    enum err e = call_found(c, f->portal);
    if (!e)
        e = add_business(c, f, made);
    if (!e)
        e = add_series(c);
    if (!e)
        e = due_set(c, DUE_SWEEP, 0, c->now);
    if (!e)
        e = due_set(c, DUE_SEAL, 0, c->now);
    if (!e)
        e = add_admin(c, f);
    if (e)
        return e;
    struct event event = {
        .what = WHAT_CREATED, .subject = SUBJECT_BUSINESS, .about = (int64_t)made->id, .number = made->name};
    return call_event(c, &event);
}

static struct founding founding_of(const struct business_create_in *in)
{
    return (struct founding){.portal = in->portal,
                             .name = in->name,
                             .currency = in->currency,
                             .time_zone = in->time_zone ? in->time_zone : "UTC",
                             .admin_name = in->admin_name ? in->admin_name : "Administrator",
                             .admin_email = in->admin_email};
}

enum err prep_business_create(struct call *c, const struct business_create_in *in)
{
    struct founding f = founding_of(in);
    const char *hash;
    enum err e = business_check(&f, &c->why);
    const struct password_about about = {{f.admin_name, f.admin_email, f.name, f.portal}};
    if (!e)
        e = password_check(c->arena, in->password, &about, "password", &c->why);
    if (!e)
        e = secret_password_hash(c->arena, in->admin_email, in->password, &hash);
    if (!e)
        c->prepared = arena_text(c->arena, hash, strlen(hash));
    return e;
}

enum err op_business_create(struct call *c, const struct business_create_in *in,
                            struct business_create_out *out)
{
    struct founding f = founding_of(in);
    f.password_hash = c->prepared;
    out->business = arena_alloc(c->arena, sizeof *out->business);
    return business_found(c, &f, out->business);
}
