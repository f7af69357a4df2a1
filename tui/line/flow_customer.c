/* What a customer's contact person can do: the main menu, home. */
#include "common/date.h"
#include "tui/line/flow.h"
#include "tui/line/talk_book.h"
#include "tui/line/talk_places.h"
#include "tui/portal/books.h"
#include <inttypes.h>
#include <string.h>

enum turn flow_home(struct talk *t, void *ctx)
{
    const void *out;
    char amount[SHOW_TEXT], day[SHOW_TEXT];
    (void)ctx;
    if (!talk_get(t, TAG_HOME, OPNO_home_get, NULL, &out))
        return talk_turn(t, TURN_BACK);
    const struct home_get_out *h = out;
    talk_title(t, "Home, %s", show_text(talk_me(t)->customer_name));
    talk_quote(t, "Message", h->banner);
    say_owed(t, "You owe", h->ageing);
    if (h->credit.amount)
        talk_fact(t, "Credit", "%s, not set against any invoice", show_money(amount, h->credit));
    if (h->last_payment)
        talk_fact(t, "Last payment", "%s, %s", show_money(amount, h->last_payment->amount),
                  date_short(day, h->last_payment->date));
    if (h->due.n && talk_me(t)->card)
        talk_fact(t, "Paying by card", "%s", show_text(talk_me(t)->card_note));
    if (h->due.n && talk_me(t)->ways.n)
        talk_fact(t, "How to pay elsewhere", "type how in the main menu");
    else if (h->due.n && !talk_me(t)->card && talk_me(t)->transfer)
        talk_fact(t, "Pay by bank transfer", "to %s, quoting the number of the invoice",
                  show_text(h->business->bank));
    else if (h->due.n && !talk_me(t)->card)
        talk_fact(t, "How to pay", "please ask %s%s%s%s%s", show_text(h->business->name),
                  *show_text(h->business->email) ? ", " : "", show_text(h->business->email),
                  *show_text(h->business->phone) ? ", " : "", show_text(h->business->phone));
    talk_fact(t, "Estimates to approve", "%" PRId64, h->estimates_open);
    for (size_t i = 0; i < h->estimates.n; i++) {
        const struct document_row *d = &h->estimates.v[i];
        talk_say(t, "To approve: %s, %s, %s", show_text(d->number), show_money(amount, d->total),
                 show_due(day, d->kind, d->status, d->due, talk_today(t)));
    }
    for (size_t i = 0; i < h->due.n && i < 10; i++) {
        const struct document_due *d = &h->due.v[i];
        talk_say(t, "To pay: %s, %s, %s", show_text(d->number), show_money(amount, d->balance),
                 show_due(day, d->kind, d->status, d->due, talk_today(t)));
    }
    if (h->unread)
        talk_fact(t, "Unread on the bell", "%" PRId64, h->unread);
    talk_fact(t, "Contact of the business", "%s%s%s", show_text(h->business->email),
              h->business->phone && *h->business->phone ? ", " : "", show_text(h->business->phone));
    return TURN_BACK;
}

enum turn flow_account(struct talk *t)
{
    return talk_book(t, &book_account, 0);
}

bool flow_by_card(struct talk *t)
{
    return talk_me(t)->card;
}

bool flow_elsewhere(struct talk *t)
{
    return talk_me(t)->ways.n > 0;
}

static enum turn pay_all(struct talk *t, void *ctx)
{
    (void)ctx;
    return flow_pay(t, NULL);
}

static const struct deed deeds[] = {
    {.name = "home", .help = "What you owe and what waits for you", .op = OPNO_home_get, .run = flow_home},
    {.name = "estimates",
     .help = "Estimates: read, accept, decline",
     .op = OPNO_estimate_list,
     .run = flow_estimates},
    {.name = "invoices",
     .help = "Invoices: what is due, what was paid",
     .op = OPNO_invoice_list,
     .run = flow_invoices},
    {.name = "pay",
     .help = "Pay what is due",
     .op = OPNO_payment_pay,
     .run = pay_all,
     .offered = flow_by_card},
    {.name = "how",
     .help = "How to pay what is due elsewhere, such as at your bank",
     .op = OPNO_payment_begin,
     .run = flow_how,
     .offered = flow_elsewhere},
    {.name = "payments",
     .help = "Payments and receipts",
     .op = OPNO_payment_list,
     .run = talk_book_deed,
     .arg = &book_payments},
    {.name = "account",
     .help = "You and your company, password, keys, sessions",
     .op = OPNO_customer_get,
     .run = talk_book_deed,
     .arg = &book_account},
    {.name = "bell", .help = "What happened", .op = OPNO_event_list, .run = flow_bell},
    {0}};

const struct deed *deeds_of_customer(struct arena *a)
{
    return talk_with_places(a, deeds, &places_own);
}
