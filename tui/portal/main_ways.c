/* What staff, and what a customer's contact person, begin with. */
#include "tui/portal/books.h"

const struct way ways_staff[] = {
    {.word = "today", .section = "Today", .help = "What waits for somebody", .book = &book_today},
    {.word = "customers",
     .section = "Customers",
     .help = "Customers and the access of their persons",
     .book = &book_customers},
    {.word = "estimates", .section = "Estimates", .help = "Estimates", .book = &book_estimates},
    {.word = "invoices", .section = "Invoices", .help = "Invoices", .book = &book_invoices},
    {.word = "payments", .section = "Payments", .help = "Payments", .book = &book_payments},
    {.word = "bank",
     .help = "Statements of the bank: what came in, and what waits to be matched",
     .book = &book_bank_statements},
    {.word = "reconcile",
     .help = "Books, gateways and bank side by side: where they differ",
     .book = &book_reconcile},
    {.word = "write",
     .help = "Write an invoice, an estimate or another document; go on with a draft",
     .book = &book_new,
     .op = OPNO_invoice_create},
    {.word = "settings",
     .section = "Settings",
     .help = "The settings of the business",
     .places = &places_settings},
    {.word = "bell", .help = "What customers did", .book = &book_bell},
    {.word = "account", .help = "You: password, keys, sessions", .places = &places_own},
    {0}};

static bool elsewhere(const struct me *me)
{
    return me->ways.n > 0;
}

const struct way ways_customer[] = {
    {.word = "home", .section = "Home", .help = "What you owe and what waits for you", .book = &book_home},
    {.word = "estimates",
     .section = "Estimates",
     .help = "Estimates: read, accept, decline",
     .book = &book_estimates},
    {.word = "invoices",
     .section = "Invoices",
     .help = "Invoices: what is due, what was paid",
     .book = &book_invoices},
    {.word = "pay", .help = "Pay what is due", .book = &book_pay, .offered = paying_offered},
    {.word = "how",
     .help = "How to pay what is due elsewhere, such as at your bank",
     .book = &book_how,
     .offered = elsewhere},
    {.word = "payments", .section = "Payments", .help = "Payments and receipts", .book = &book_payments},
    {.word = "account",
     .section = "Account",
     .help = "You and your company, password, keys, sessions",
     .book = &book_account},
    {.word = "bell", .help = "What happened", .book = &book_bell},
    {0}};
