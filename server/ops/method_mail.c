/* Mails about saved methods of payment. */
#include "common/date.h"
#include "common/money.h"
#include "server/mail/outbox.h"
#include "server/ops/customer_mail.h"
#include "server/ops/method.h"
#include "server/ops/method_mail.h"
#include "server/ops/person.h"

const char *method_money(struct call *c, struct money amount)
{
    char text[MONEY_TEXT];
    return arena_printf(c->arena, "%s %s", amount.currency,
                        money_plain(text, amount.amount, currency_digits(amount.currency)));
}

static enum err tell(struct call *c, const struct saved_method *m, const struct payment *p,
                     const char *failed, const char *again, const char *over, const char *waits)
{
    struct customer_addressee to;
    const char *number = "";
    for (size_t i = 0; i < p->allocations.n; i++)
        number = arena_printf(c->arena, "%s%s%s", number, i ? ", " : "", p->allocations.v[i].number);
    const struct mail_value values[] = {{"number", number},    {"amount", method_money(c, p->amount)},
                                        {"method", p->method}, {"failed", failed},
                                        {"again", again},      {"over", over},
                                        {"waits", waits}};
    if (!*waits)
        return customer_tell(c, m->customer, TEMPLATE_CHARGE, values, sizeof values / sizeof *values);
    enum err e = customer_addressee(c, m->customer, m->contact, &to); /* whose bank asks for them */
    if (!e && to.email)
        e = customer_mail(c, m->customer, TEMPLATE_CHARGE, &to, values, sizeof values / sizeof *values);
    return e;
}

enum err method_mail_failed(struct call *c, const struct saved_method *m, const struct payment *p)
{
    char text[DATE_TEXT];
    int32_t day = 0;
    const struct consent *on = consent_of(m);
    enum err e = on && m->state == METHOD_GOOD ? charge_next(c, p, &day) : OK;
    return e ? e
             : tell(c, m, p, p->failure && *p->failure ? p->failure : "The charge failed.",
                    day ? date_short(text, day) : "", day ? "" : "not", "");
}

enum err method_mail_waits(struct call *c, const struct saved_method *m, const struct payment *p)
{
    return tell(c, m, p, "", "", "", "wants");
}

enum err op_method_ask(struct call *c, const struct method_ask_in *in, struct method_ask_out *out)
{
    struct customer_addressee to;
    struct customer customer;
    struct contact person;
    enum err e = record_get(&c->txn, KIND_CUSTOMER, in->customer, &customer);
    if (!e && in->contact)
        e = record_get(&c->txn, KIND_CONTACT, in->contact, &person);
    if (!e && in->contact && person.customer != in->customer)
        e = REFUSE(c, ERR_NOT_FOUND, "contact", "there is no such person at %s", customer.name);
    if (!e && in->contact && !person_has_access(&person))
        e = REFUSE(c, ERR_STATE, "contact", "%s can not sign in", person.name);
    if (!e)
        e = customer_addressee(c, in->customer, in->contact, &to);
    if (!e && (!to.email || (in->contact && !customer_reached(person.email))))
        e = REFUSE(c, ERR_NO_EMAIL, in->contact ? "contact" : "customer",
                   "nobody who can sign in there has an address that mail reaches");
    if (!e)
        e = customer_mail(c, in->customer, TEMPLATE_ASK_METHOD, &to, NULL, 0);
    if (e)
        return e;
    out->to = to.email;
    struct event event = {.what = WHAT_METHOD_ASKED,
                          .subject = SUBJECT_CUSTOMER,
                          .about = (int64_t)in->customer,
                          .number = customer.name,
                          .customer = in->customer,
                          .text = arena_printf(c->arena, "mailed to %s", to.email)};
    e = call_event(c, &event);
    return e ? e : mail_held(c, &out->held);
}
