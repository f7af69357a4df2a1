#include "server/ops/frozen.h"
#include "common/country.h"
#include "common/party.h"
#include <string.h>

static bool blank(const char *s)
{
    return !s || s[strspn(s, " ")] == '\0';
}

enum err paper_fill(struct call *c, struct document *d)
{
    const struct business *b;
    struct customer customer;
    enum err e = call_business(c, &b);
    if (!e)
        e = record_needed(&c->txn, KIND_CUSTOMER, d->customer, &customer);
    if (e)
        return e;
    d->seller = party_seller(c->arena, b);
    party_buyer(d, &customer);
    return OK;
}

enum err paper_payee(struct call *c, struct party **payee)
{
    const struct business *b;
    enum err e = call_business(c, &b);
    if (!e)
        *payee = party_seller(c->arena, b);
    return e;
}

/* --- how it is taxed ------------------------------------------------------------------------------------------------- */
/* What article 226 (11, 11a) asks for, where there is a usual wording. */
static const char *usual_reason(int category)
{
    switch (category) {
    case TAX_REVERSE: return "Reverse charge";
    case TAX_INTRA: return "Exempt intra-Community supply, Article 138 of Directive 2006/112/EC";
    case TAX_EXPORT: return "Exempt export";
    case TAX_OUTSIDE: return "Outside the scope of tax";
    default: return NULL;
    }
}

enum err paper_tax(struct call *c, struct paper_tax *t)
{
    if (t->percent > 0) {
        if (t->category && t->category != TAX_STANDARD)
            return REFUSE(c, ERR_INVALID, t->category_field,
                          "%s goes with a rate of 0 %%: a tax above that is standard",
                          enum_name(enum_tax_category(), t->category));
        if (!blank(t->reason))
            return REFUSE(c, ERR_INVALID, t->reason_field,
                          "says why no tax is charged: the rate is above 0 %%");
        t->category = TAX_STANDARD;
        return OK;
    }
    if (t->category == TAX_STANDARD)
        return REFUSE(c, ERR_INVALID, t->category_field,
                      "standard goes with a rate above 0 %%: at 0 %% it is zero_rated, exempt or another");
    if (blank(t->reason))
        t->reason = usual_reason(t->category);
    if (t->category == TAX_EXEMPT && blank(t->reason))
        return REFUSE(c, ERR_INVALID, t->reason_field,
                      "has to be given: why it is exempt, as it is printed on the document");
    return OK;
}

/* --- what the law asks for ------------------------------------------------------------------------------------------- */
static bool addressed(const struct address *a)
{
    return a && !blank(a->city) && (!blank(a->street) || !blank(a->street2));
}

/* Without any VAT number may sell who is exempt, or where the tax does not apply. */
static bool needs_number(const struct document *d)
{
    for (size_t i = 0; i < d->taxes.n; i++)
        if (d->taxes.v[i].category != TAX_EXEMPT && d->taxes.v[i].category != TAX_OUTSIDE)
            return true;
    return false;
}

static enum err lawful_seller(struct call *c, const struct document *d)
{
    const struct party *s = d->seller;
    if (blank(s->name))
        return REFUSE(c, ERR_INVALID, "seller.name", "is missing: give it under Settings, Business");
    if (!addressed(s->address))
        return REFUSE(c, ERR_INVALID, "seller.address",
                      "an invoice has to state your address: give street and city under Settings, Business");
    if (needs_number(d) && blank(s->tax_id))
        return REFUSE(c, ERR_INVALID, "seller.tax_id",
                      "an invoice has to state your VAT number: give it under Settings, Business");
    return OK;
}

static enum err lawful_taxes(struct call *c, const struct document *d)
{
    for (size_t i = 0; i < d->taxes.n; i++) {
        const struct tax_sum *t = &d->taxes.v[i];
        bool reverse = t->category == TAX_REVERSE;
        if (t->category == TAX_EXEMPT && blank(t->reason))
            return REFUSE(c, ERR_INVALID, "taxes", "an exemption has to say why: give the tax its reason");
        if ((reverse || t->category == TAX_INTRA) && blank(d->customer_tax_id))
            return REFUSE(c, ERR_INVALID, "customer_tax_id",
                          "%s needs the customer's VAT number: give it on the customer's page",
                          reverse ? "reverse charge" : "an intra-Community supply");
    }
    return OK;
}

enum err paper_lawful(struct call *c, const struct document *d)
{
    const bool bills =
        doc_kind(d->kind)->lawful || d->deposit.amount; /* whoever accepts it gets an invoice at once */
    if (!bills || !d->seller->country || !country_eu(d->seller->country))
        return OK;
    enum err e = lawful_seller(c, d);
    if (!e && blank(d->customer_name))
        e = REFUSE(c, ERR_INVALID, "customer_name", "is missing: give it on the customer's page");
    if (!e && !addressed(d->billing))
        e = REFUSE(
            c, ERR_INVALID, "billing",
            "an invoice has to state the customer's address: give street and city on the customer's page");
    return e ? e : lawful_taxes(c, d);
}
