/* What a customer's contact person can do: the main menu, account. */
#include "tui/line/flow.h"
#include "tui/line/talk_book.h"
#include "tui/line/talk_places.h"
#include "tui/portal/books.h"

static bool by_card(struct talk *t)
{
    return talk_me(t)->card;
}

static bool elsewhere(struct talk *t)
{
    return talk_me(t)->ways.n > 0;
}

static const struct deed deeds[] = {{.name = "home",
                                     .help = "What you owe and what waits for you",
                                     .op = OPNO_home_get,
                                     .run = talk_book_deed,
                                     .arg = &book_home},
                                    {.name = "estimates",
                                     .help = "Estimates: read, accept, decline",
                                     .op = OPNO_estimate_list,
                                     .run = talk_book_deed,
                                     .arg = &book_estimates},
                                    {.name = "invoices",
                                     .help = "Invoices: what is due, what was paid",
                                     .op = OPNO_invoice_list,
                                     .run = talk_book_deed,
                                     .arg = &book_invoices},
                                    {.name = "pay",
                                     .help = "Pay what is due",
                                     .op = OPNO_payment_pay,
                                     .run = talk_book_deed,
                                     .offered = by_card,
                                     .arg = &book_pay},
                                    {.name = "how",
                                     .help = "How to pay what is due elsewhere, such as at your bank",
                                     .op = OPNO_payment_how,
                                     .run = talk_book_deed,
                                     .offered = elsewhere,
                                     .arg = &book_how},
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
                                    {.name = "bell",
                                     .help = "What happened",
                                     .op = OPNO_event_list,
                                     .run = talk_book_deed,
                                     .arg = &book_bell},
                                    {0}};

const struct deed *deeds_of_customer(struct arena *a)
{
    return talk_with_places(a, deeds, &places_own);
}
