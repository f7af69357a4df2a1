/* Mails about saved methods of payment. */
#include "common/date.h"
#include "common/money.h"
#include "server/mail/outbox.h"
#include "server/ops/contact.h"
#include "server/ops/method.h"
#include "server/ops/method_mail.h"
#include "server/ops/person.h"

struct addressee {
    const char *email, *name;
};

const char *method_money(struct call *c, struct money amount)
{
    char text[MONEY_TEXT];
    return arena_printf(c->arena, "%s %s", amount.currency,
                        money_plain(text, amount.amount, currency_digits(amount.currency)));
}

static bool reached(const char *email)
{
    return email && *email && mail_reaches(email);
}

/* The person, or else the one to turn to of those who can sign in; "": nobody. */
static enum err find(struct call *c, uint64_t customer, uint64_t person, struct addressee *to)
{
    struct contact_list all = {0};
    bool primary = false;
    enum err e = contact_all(c, customer, CONTACTS_MAX, &all);
    *to = (struct addressee){0};
    for (size_t i = 0; i < all.n && !e; i++) {
        const struct contact *p = &all.v[i];
        if (!person_has_access(p) || !reached(p->email))
            continue;
        const bool it = p->id == person;
        if (it || !to->email || (p->primary && !primary))
            *to = (struct addressee){p->email, p->name};
        primary = primary || p->primary || it;
        if (it)
            break;
    }
    return e;
}

static enum err send(struct call *c, uint64_t customer, enum mail_template template,
                     const struct addressee *to, const struct mail_value *values, size_t n)
{
    const struct mail_new mail = {.template = template,
                                  .to = to->email,
                                  .to_name = to->name,
                                  .customer = customer,
                                  .values = values,
                                  .n = n};
    return mail_queue(c, &mail, NULL);
}

static enum err tell(struct call *c, const struct saved_method *m, const struct payment *p,
                     const char *failed, const char *again, const char *over, const char *waits)
{
    struct addressee to;
    const char *number = "";
    for (size_t i = 0; i < p->allocations.n; i++)
        number = arena_printf(c->arena, "%s%s%s", number, i ? ", " : "", p->allocations.v[i].number);
    const struct mail_value values[] = {{"number", number},    {"amount", method_money(c, p->amount)},
                                        {"method", p->method}, {"failed", failed},
                                        {"again", again},      {"over", over},
                                        {"waits", waits}};
    enum err e = find(c, m->customer, m->contact, &to);
    if (!e && to.email)
        e = send(c, m->customer, TEMPLATE_CHARGE, &to, values, sizeof values / sizeof *values);
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
    struct addressee to;
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
        e = find(c, in->customer, in->contact, &to);
    if (!e && (!to.email || (in->contact && !reached(person.email))))
        e = REFUSE(c, ERR_NO_EMAIL, in->contact ? "contact" : "customer",
                   "nobody who can sign in there has an address that mail reaches");
    if (!e)
        e = send(c, in->customer, TEMPLATE_ASK_METHOD, &to, NULL, 0);
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
