/* Mails about money that went the other way: they hear of it from whom they paid, not from their bank's statement. */
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
    return customer_tell(c, r->customer, TEMPLATE_REFUND, values, sizeof values / sizeof *values);
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
    return customer_tell(c, p->customer, TEMPLATE_TAKEN_BACK, values, sizeof values / sizeof *values);
}
