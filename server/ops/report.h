/* What is compared with gateways and bank, as report_reconcile.c gathers it and report_compare.c sets it against what they say. */
#ifndef SERVER_OPS_REPORT_H
#define SERVER_OPS_REPORT_H
#include "server/ops/payment_gateway.h"

#define REPORT_MOST 100000 /* payments, or lines */
#define REPORT_GATEWAYS 8

struct report_gateway {
    struct gateway gateway;
    struct gateway_asking asking;
    struct gateway_charges charges;
    bool told;
    struct refusal why; /* it could not be asked */
};
/* Lives on while gateways are asked: all of it is in the call's lasting arena. */
struct report_asked {
    struct report_gateway v[REPORT_GATEWAYS];
    size_t n;
};
/* Something that is here, there, or both: of a gateway, or of the bank. */
struct report_item {
    uint64_t payment, line; /* 0: none */
    const struct payment_came *p;
    const struct gateway_charge *charge;
    const struct statement_line *l;
    int32_t date;
    int64_t here, there;
    bool on_line; /* the bank has a line of it in these days */
};
struct report {
    struct call *c;
    const char *currency;
    int32_t from, until;
    const struct payment_came *payments;
    size_t n_payments;
    const struct report_asked *asked;
    struct reconcile_source_list sources;
    struct reconcile_row_list rows;
    size_t room;
};

/* Adds the sources and all the rows in which they differ. */
enum err report_gateways(struct report *r) MUST_USE;
enum err report_bank(struct report *r) MUST_USE;
enum err report_by_hand(struct report *r) MUST_USE;
#endif
