/* What staff can do: the main menu, oneself. */
#include "tui/line/flow.h"
#include "tui/line/talk_book.h"
#include "tui/line/talk_places.h"
#include "tui/portal/books.h"

static const struct deed deeds_staff[] = {
    {.name = "today",
     .help = "What waits for somebody",
     .op = OPNO_queue_get,
     .run = talk_book_deed,
     .arg = &book_today},
    {.name = "customers",
     .help = "Customers and the access of their persons",
     .op = OPNO_customer_list,
     .run = talk_book_deed,
     .arg = &book_customers},
    {.name = "estimates",
     .help = "Estimates",
     .op = OPNO_estimate_list,
     .run = talk_book_deed,
     .arg = &book_estimates},
    {.name = "invoices",
     .help = "Invoices",
     .op = OPNO_invoice_list,
     .run = talk_book_deed,
     .arg = &book_invoices},
    {.name = "payments",
     .help = "Payments",
     .op = OPNO_payment_list,
     .run = talk_book_deed,
     .arg = &book_payments},
    {.name = "write",
     .help = "Write an invoice, an estimate or another document; go on with a draft",
     .op = OPNO_invoice_create,
     .run = flow_write},
    {.name = "settings",
     .help = "The settings of the business",
     .op = OPNO_settings_get,
     .run = talk_places,
     .arg = &places_settings},
    {.name = "bell",
     .help = "What customers did",
     .op = OPNO_event_list,
     .run = talk_book_deed,
     .arg = &book_bell},
    {.name = "account",
     .help = "You: password, keys, sessions",
     .op = OPNO_session_me,
     .run = talk_places,
     .arg = &places_own},
    {0}};

const struct deed *deeds_of_staff(struct arena *a)
{
    return talk_with_places(a, deeds_staff, &places_settings);
}
