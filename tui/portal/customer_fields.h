/* What is asked for of a customer, new or changed. Of customers.c and customer_record.c only. */
#ifndef PORTAL_CUSTOMER_FIELDS_H
#define PORTAL_CUSTOMER_FIELDS_H
#include "tui/portal/books.h"

#define CUSTOMER_WHO                                                                                    \
    {.field = "customer.name", .must = true, .width = 40}, {.field = "customer.company", .width = 40},  \
        {.field = "customer.email", .width = 40}, {.field = "customer.phone", .width = 24},             \
        {.field = "customer.website", .width = 40},                                                     \
        {.field = "customer.currency", .help = "EUR, USD, …; empty: that of the business", .width = 5}, \
        {.field = "customer.terms_days", .unit = "days", .width = 6},                                   \
    {                                                                                                   \
        .field = "customer.tax_id", .width = 24                                                         \
    }
#define CUSTOMER_ADDRESS(which, title)                                        \
    {.field = "customer." which ".attention", .heading = title, .width = 40}, \
        {.field = "customer." which ".street", .width = 40},                  \
        {.field = "customer." which ".street2", .width = 40},                 \
        {.field = "customer." which ".code", .width = 12},                    \
        {.field = "customer." which ".city", .width = 30},                    \
        {.field = "customer." which ".state", .width = 30},                   \
    {                                                                         \
        .field = "customer." which ".country", .width = 30                    \
    }
#define CUSTOMER_LIVE                                                                                      \
    .live = SUBJECT_BIT(SUBJECT_CUSTOMER) | SUBJECT_BIT(SUBJECT_CONTACT) | SUBJECT_BIT(SUBJECT_ESTIMATE) | \
            SUBJECT_BIT(SUBJECT_INVOICE) | SUBJECT_BIT(SUBJECT_PAYMENT)
#endif
