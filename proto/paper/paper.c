/* What several pages tell: addresses, what is owed, payments, events. */
#include "proto/paper/paper.h"
#include "common/date.h"
#include "proto/paper/show.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

void paper_address(struct page *p, const char *label, const struct address *a)
{
    char line[1200], all[1500];
    if (!a)
        return;
    show_address_line(line, sizeof line, a);
    const char *attention = show_text(a->attention);
    snprintf(all, sizeof all, "%s%s%s", attention, *attention && *line ? ", " : "", line);
    page_fact_as(p, LOOK_PLAIN, label, all);
}

void paper_owed(struct page *p, const char *label, const struct ageing *a)
{
    if (!a || !a->count) {
        page_fact(p, label, "nothing");
        return;
    }
    page_money(p, label, a->overdue_count ? LOOK_BAD : LOOK_PLAIN, a->total, NULL);
    page_fact(p, "Open invoices", "%" PRId64, a->count);
    if (a->overdue_count) {
        page_fact(p, "Of them overdue", "%" PRId64, a->overdue_count);
        page_money(p, "Amount overdue", LOOK_BAD, a->overdue, NULL);
    }
}

/* What it settles; and, once it has, what stayed open of that. */
static void tell_settled(struct page *p, const struct payment *pay)
{
    char label[200], rest[SHOW_TEXT], still[SHOW_TEXT + 40];
    for (size_t i = 0; i < pay->allocations.n; i++) {
        const struct allocation *a = &pay->allocations.v[i];
        const struct money *open = NULL;
        for (size_t k = 0; k < pay->open.n && !open; k++)
            open = pay->open.v[k].invoice == a->invoice ? &pay->open.v[k].amount : NULL;
        snprintf(label, sizeof label, "For %s", show_text(a->number));
        snprintf(still, sizeof still, "then still open: %s", open ? show_money(rest, *open) : "");
        page_money(p, label, LOOK_PLAIN, a->amount, open ? still : NULL);
    }
}

void paper_payment(struct page *p, const struct payment *pay, const struct me *me, int32_t today)
{
    char text[SHOW_TEXT], with[SHOW_WITH], pending[400], exchange[SHOW_EXCHANGE];
    const char *title = pay->state == PAY_SUCCEEDED  ? "Receipt"
                        : pay->state == PAY_FAILED   ? "Failed payment"
                        : pay->state == PAY_DISPUTED ? "Disputed payment"
                        : pay->state == PAY_REVERSED ? "Payment taken back"
                                                     : "Payment under way";
    page_title(p, "%s %s", title, show_text(pay->number));
    page_fact(p, "Note", "%s", show_text(pay->note));
    page_fact_as(p, show_pay_state_look(pay->status), "State", show_pay_state(pay->status));
    if (pay->state == PAY_FAILED) {
        page_fact_as(p, LOOK_BAD, "Reason", pay->failure);
        page_note(p, LOOK_PLAIN, "Nothing was taken. The invoices are as they were.");
    } else if (pay->state == PAY_DISPUTED || pay->state == PAY_REVERSED) {
        page_fact_as(p, LOOK_BAD, "Reason", pay->failure);
        page_note(p, LOOK_PLAIN,
                  pay->state == PAY_REVERSED
                      ? "What it settled is due again."
                      : "The bank has not decided yet. What it settled stays settled.");
    } else if (pay->state == PAY_PENDING && *show_text(pay->url)) {
        page_note(p, LOOK_WARN, SHOW_AT_PAGE);
        page_scan(p, "The page", pay->url);
    } else if (pay->state == PAY_PENDING) {
        page_note(p, LOOK_WARN, "%s", show_pending(pending, sizeof pending, pay));
    }
    if (*show_ending(pending, sizeof pending, pay, me->time_zone, today))
        page_note(p, LOOK_PLAIN, "%s", pending);
    page_money(p, "Amount", LOOK_STRONG, pay->amount, NULL);
    page_fact(p, "Credit", "%s", show_credit_used(with, pay));
    if (pay->charges.amount) /* told to staff alone */
        page_money(p, "Bank charges", LOOK_PLAIN, pay->charges, NULL);
    page_fact(p, "Received", "%s", show_exchange(exchange, pay));
    page_fact(p, "To", "%s", show_text(me->business));
    page_fact(p, "From", "%s", show_text(pay->customer_name));
    page_fact(p, "Date", "%s", date_short(text, pay->date));
    page_fact(p, "Method", "%s", show_with(with, pay));
    page_fact(p, "Reference", "%s", show_text(pay->reference));
    page_fact(p, "Made by", "%s", show_text(pay->by));
    tell_settled(p, pay);
    if (pay->refunded.amount)
        page_money(p, "Given back", LOOK_PLAIN, pay->refunded, NULL);
    if (pay->unused.amount)
        page_money(p, "Kept as credit", LOOK_PLAIN, pay->unused, NULL);
}

void paper_event(struct page *p, const struct event *e, const struct me *me, int32_t today)
{
    char what[700], at[SHOW_TEXT], amount[SHOW_TEXT];
    bool customer = me->role == ROLE_CUSTOMER;
    show_event(what, sizeof what, e, customer);
    show_money(amount, e->amount);
    page_note(p, show_event_look(e), "%s: %s%s%s%s%s%s%s", show_when(at, e->at, me->time_zone, today),
              show_text(e->number), e->number && *e->number ? " " : "", what, *amount ? ", " : "", amount,
              !customer && e->customer_name && *e->customer_name ? ", " : "",
              customer ? "" : show_text(e->customer_name));
}

void paper_history(struct page *p, const struct event_list *events, const struct me *me, int32_t today)
{
    page_title(p, "History, newest first.");
    for (size_t i = 0; i < events->n; i++)
        paper_event(p, &events->v[i], me, today);
}
