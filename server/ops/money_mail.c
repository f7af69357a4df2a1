/* Mails about money that went the other way: who paid hears of it from whom they paid, not from their bank's statement. */
#include "server/ops/money_mail.h"
#include "server/ops/customer_mail.h"
#include "server/ops/method.h"
#include <string.h>

static const char *shown(const char *text)
{
    return text ? text : "";
}

/* "bank transfer", of what is given back by hand */
static const char *mode_words(struct call *c, int mode)
{
    const char *name = enum_name(enum_pay_mode(), mode);
    char *words = arena_text(c->arena, name, strlen(name));
    for (char *at = words; *at; at++)
        *at = (char)(*at == '_' ? ' ' : *at);
    return words;
}

static enum err send(struct call *c, uint64_t customer, uint64_t person, enum mail_template template,
                     const struct mail_value *values, size_t n)
{
    struct customer_addressee to;
    enum err e = customer_addressee(c, customer, person, &to);
    return e || !to.email ? e : customer_mail(c, customer, template, &to, values, n);
}

enum err money_mail_refund(struct call *c, const struct refund *r)
{
    const bool failed = r->state == REFUND_FAILED, there = r->gateway && *r->gateway;
    const char *amount = method_money(c, r->amount);
    const struct mail_value values[] = {
        {"number", r->number},
        {"source", shown(r->source_number)},
        {"sent", failed ? "" : amount},
        {"lost", failed ? amount : ""},
        {"why", failed ? *shown(r->failure) ? r->failure : "its bank gave no reason" : ""},
        {"back", !failed && there ? "back" : ""},
        {"hand", failed || there ? "" : mode_words(c, r->mode)}};
    return send(c, r->customer, 0, TEMPLATE_REFUND, values, sizeof values / sizeof *values);
}

enum err money_mail_taken(struct call *c, const struct payment *p, const char *due)
{
    const bool disputed = p->state == PAY_DISPUTED;
    const char *amount = method_money(c, p->amount),
               *why = *shown(p->failure) ? p->failure : "no reason was given";
    const struct mail_value values[] = {{"number", p->number},
                                        {"disputed", disputed ? amount : ""},
                                        {"taken", disputed ? "" : amount},
                                        {"why", why},
                                        {"due", due}};
    return send(c, p->customer, p->contact, TEMPLATE_TAKEN_BACK, values, sizeof values / sizeof *values);
}
