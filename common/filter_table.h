/* The fields of the lists that the server filters: one table a list, read by the server, and by faces for help and completion. */
#ifndef COMMON_FILTER_TABLE_H
#define COMMON_FILTER_TABLE_H
#include "common/filter.h"

enum filter_id {
    FILTER_STATUS = 1,
    FILTER_NO,
    FILTER_CUSTOMER,
    FILTER_REFERENCE,
    FILTER_DAY,
    FILTER_DUE,
    FILTER_AMOUNT,
    FILTER_BALANCE,
    FILTER_CURRENCY,
    FILTER_MODE,
    FILTER_INVOICE,
    FILTER_COMPANY,
    FILTER_EMAIL,
    FILTER_ACCESS,
    FILTER_OPEN,
    FILTER_WRITTEN_OFF,
    FILTER_WHAT,
    FILTER_SIDE,
    FILTER_WHO,
    FILTER_ABOUT,
    FILTER_TEXT,
    FILTER_PLACE,
    FILTER_EVENT,
};
const struct filter_fields *filter_of_documents(void);
const struct filter_fields *filter_of_payments(void);
const struct filter_fields *filter_of_customers(void);
const struct filter_fields *filter_of_events(void);
/* enum of a customer's status: 1 active, 2 inactive. */
enum { CUSTOMER_ACTIVE = 1, CUSTOMER_INACTIVE };
#endif
