/* An invoice as it is gathered from the rows of Invoice.csv, until the payments are read and it is known what is left of it. */
#ifndef PROTO_CTL_ZOHO_INVOICES_H
#define PROTO_CTL_ZOHO_INVOICES_H
#include "proto/ctl/zoho.h"

/* What a status of the source says. */
enum zoho_stand {
    ZOHO_UNSAID,  /* the cell is empty */
    ZOHO_DRAFT,   /* not sent */
    ZOHO_VOID,    /* withdrawn */
    ZOHO_SENT,    /* sent; the balance says what is due */
    ZOHO_SETTLED, /* nothing is due */
    ZOHO_GIVEN_UP /* nothing is due, because the rest was written off */
};

struct zoho_invoice {
    int kind; /* enum doc_kind */
    struct zoho_row first;
    struct import_document in;
    struct document document;
    enum zoho_stand stand;
    size_t n, capacity, line_capacity;
    size_t *part_lines;
    struct line *lines;
    bool bad;
    bool vague;             /* an amount of it could not be read: what it comes to is not known */
    bool after_tax;         /* discounts are taken off behind the tax */
    struct money off_after; /* what they come to */
    int64_t percent_after;  /* or so much of what there is with tax */
    struct money off;       /* taken off before tax as an amount, where a percentage is given too */
    bool rough;             /* an amount taken off had more places than the currency */
    struct money balance;   /* what the file says is due; no currency: it does not say */
    struct money given_up;  /* of the column WriteOff Amount */
    struct money credited;  /* of the column Credits Applied */
    struct money round_off;
    int64_t withheld, early; /* by payments' rows: withholding tax, early payment discount; minor units */
    int64_t beside;          /* of it, what the balance bears out; minor units */
    int32_t last_payment;
    const char *about; /* of a credit note: number of the invoice; NULL: not said */
    size_t n_used, used_capacity;
    struct import_credit
        *used; /* of a credit note: by its own rows, of which invoices; without amounts, maybe */
    bool unreadable_payment; /* a payment on it has a fault in its amount */
};

/* Of the row at that place among the invoices. */
struct zoho_invoice *zoho_invoice_of(const struct import_row *row);

/* zoho_rest.c: what of the total of an invoice that was sent nothing in the files explains so far; minor units. */
int64_t zoho_unexplained(struct import_row *row);
/* zoho_payments.c: enum pay_mode by the words of a cell. */
int zoho_mode(struct zoho_row *z, int column);

/* zoho_lines.c: adds the line that a row is. */
void zoho_line(struct zoho_invoice *g, struct zoho_row *z, const char *currency);
/* zoho_total.c: what is taken off behind the tax becomes a part of the adjustment; of amounts with more places than the currency, the
 * rounding that gives the stated total is taken. */
void zoho_total(struct zoho_invoice *g);
#endif
