/* What several flows tell: addresses, what is owed, payments, events. */
#include "common/date.h"
#include "tui/line/flow.h"
#include <inttypes.h>
#include <string.h>

void say_address(struct talk *t, const char *label, const struct address *a)
{
    char city[320], all[1200] = "";
    if (!a)
        return;
    snprintf(city, sizeof city, "%s%s%s", show_text(a->code), a->code && *a->code ? " " : "",
             show_text(a->city));
    const char *parts[] = {a->attention, a->street, a->street2, city, a->state, a->country};
    size_t n = 0;
    for (size_t i = 0; i < COUNT_OF(parts) && n < sizeof all; i++)
        if (parts[i] && *parts[i])
            n += (size_t)snprintf(all + n, sizeof all - n, "%s%s", n ? ", " : "", parts[i]);
    talk_fact(t, label, "%s", all);
}

void say_owed(struct talk *t, const char *label, const struct ageing *a)
{
    char amount[SHOW_TEXT];
    if (!a || !a->count) {
        talk_fact(t, label, "nothing");
        return;
    }
    talk_fact(t, label, "%s", show_money(amount, a->total));
    talk_fact(t, "Open invoices", "%" PRId64, a->count);
    if (a->overdue_count) {
        talk_fact(t, "Of them overdue", "%" PRId64, a->overdue_count);
        talk_fact(t, "Amount overdue", "%s", show_money(amount, a->overdue));
    }
}

char *say_state(char *buffer, size_t size, int kind, int status, int32_t due, int32_t today)
{
    char when[SHOW_TEXT];
    const char *state = show_status(status);
    show_due(when, kind, status, due, today);
    bool twice = strncmp(when, state, strlen(state)) == 0; /* "overdue 3 days" says that it is overdue */
    snprintf(buffer, size, "%s%s%s", twice ? "" : state, *when && !twice ? ", " : "", when);
    return buffer;
}

void say_payment(struct talk *t, const struct payment *p)
{
    char text[SHOW_TEXT], with[SHOW_WITH];
    const char *title = p->state == PAY_SUCCEEDED ? "Receipt"
                        : p->state == PAY_FAILED  ? "Failed payment"
                                                  : "Payment under way";
    talk_title(t, "%s %s", title, show_text(p->number));
    talk_fact(t, "Note", "%s", show_text(p->note));
    talk_fact(t, "State", "%s", show_pay_state(p->state));
    if (p->state == PAY_FAILED) {
        talk_fact(t, "Reason", "%s", show_text(p->failure));
        talk_say(t, "Nothing was taken. The invoices are as they were.");
    } else if (p->state == PAY_PENDING) {
        talk_say(t, "The gateway has not said yet whether the money was taken. Do not pay again.");
    }
    talk_fact(t, "Amount", "%s", show_money(text, p->amount));
    talk_fact(t, "To", "%s", show_text(talk_me(t)->business));
    talk_fact(t, "From", "%s", show_text(p->customer_name));
    talk_fact(t, "Date", "%s", date_short(text, p->date));
    talk_fact(t, "Method", "%s", show_with(with, p));
    talk_fact(t, "Reference", "%s", show_text(p->reference));
    talk_fact(t, "Made by", "%s", show_text(p->by));
    for (size_t i = 0; i < p->allocations.n; i++) {
        const struct allocation *a = &p->allocations.v[i];
        talk_say(t, "For %s: %s", show_text(a->number), show_money(text, a->amount));
    }
    if (p->unused.amount)
        talk_fact(t, "Kept as credit", "%s", show_money(text, p->unused));
}

void say_event(struct talk *t, const struct event *e)
{
    char what[700], at[SHOW_TEXT], amount[SHOW_TEXT];
    const struct me *me = talk_me(t);
    bool customer = me->role == ROLE_CUSTOMER;
    show_event(what, sizeof what, e, customer);
    show_money(amount, e->amount);
    talk_say(t, "%s: %s%s%s%s%s%s%s", show_when(at, e->at, me->time_zone, talk_today(t)),
             show_text(e->number), e->number && *e->number ? " " : "", what, *amount ? ", " : "", amount,
             !customer && e->customer_name && *e->customer_name ? ", " : "",
             customer ? "" : show_text(e->customer_name));
}
