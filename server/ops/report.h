/* What is compared with gateways and bank, as report_reconcile.c gathers it and report_compare.c sets it against what they say. */
#ifndef SERVER_OPS_REPORT_H
#define SERVER_OPS_REPORT_H
#include "server/ops/payment.h"
#include "server/ops/payment_gateway.h"

#define REPORT_MOST 100000 /* payments, refunds, or lines */
#define REPORT_GATEWAYS 8
#define REPORT_CURRENCIES 40

struct report_gateway {
    struct gateway gateway;
    struct gateway_asking asking;
    struct gateway_list list;
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
    const struct refund *refund;
    const struct gateway_payout *payout;
    const struct gateway_charge *charge;
    const struct statement_line *l;
    int32_t date;
    int64_t here, there;
    bool on_line; /* the bank has a line of it in these days */
};
struct report_items {
    struct report_item *v;
    size_t n;
};
struct report {
    struct call *c;
    const char *currency;
    int32_t from, until;
    const struct payment_came *payments;
    size_t n_payments;
    const struct payment_came *earlier; /* of days before, which may be paid out in these */
    size_t n_earlier;
    int32_t today;
    const struct refund *refunds; /* through a gateway: of the days, and around them, newest first */
    size_t n_refunds;
    struct report_asked *asked;
    struct reconcile_source_list sources;
    struct reconcile_row_list rows;
    size_t room;
    struct reconcile_payout_list payouts;
    struct text_list currencies; /* others in which something came; room for REPORT_CURRENCIES */
    struct id_list
        explained; /* lines of the bank that are payouts, in order: nothing that the bank's part has to account for */
};

/* Adds the sources and all the rows in which they differ. Payouts come before the bank: which of its lines they explain. */
enum err report_gateways(struct report *r) MUST_USE;
enum err report_refunds(struct report *r) MUST_USE;
enum err report_payouts(struct report *r) MUST_USE;
enum err report_bank(struct report *r) MUST_USE;
enum err report_by_hand(struct report *r) MUST_USE;

/* Refunds that went through gateways and were begun in those days, or so much before or after that they may be theirs. */
enum err report_read_refunds(struct report *r) MUST_USE;

/* --- for all of these */
#define REPORT_PAYOUT_BEFORE 7 /* days: what arrived then may stand on a line of the first days */
#define REPORT_BACK_LATE \
    40 /* days: so late what is given back here may reach its gateway, or be heard of from it */
struct money report_money(const struct report *r, int64_t amount);
struct money report_arrived(const struct payment_came *p); /* what of it arrived: gateways take what is due */
bool report_of(const struct report *r, int32_t day);       /* is it of these days? */
void report_row(struct report *r, const char *source, int kind, const struct report_item *i);
/* Is it in the currency of the report? One that is not is noted: a copy of it. */
bool report_in(struct report *r, const char *currency);
/* Fills in what is said of a row: what differs, what that means and what is done about it. */
void report_words(struct report *r, struct reconcile_row *row);
/* Fills in what the items come to, here and there. A sum that is too large is refused, never wrong. */
enum err report_total(struct report *r, const struct report_items *items,
                      struct reconcile_source *s) MUST_USE;
/* The source of that name, with why it was not told. */
struct reconcile_source *report_source(struct report *r, const struct report_gateway *g, const char *name);
/* Lines of statements of those days in a state. */
enum err report_lines(struct report *r, int state, int32_t from, int32_t until, struct id_list *ids) MUST_USE;
#endif
