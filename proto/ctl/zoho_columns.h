/* The columns of Invoice.csv and of the files of other documents, for those who map their rows: zoho_papers.c what they are called, zoho_invoices.c what belongs to the whole, zoho_lines.c the line that
 * each is, zoho_rest.c what is left of it. */
#ifndef PROTO_CTL_ZOHO_COLUMNS_H
#define PROTO_CTL_ZOHO_COLUMNS_H
#include "proto/ctl/zoho_invoices.h"

enum {
    ID,
    NUMBER,
    STATUS,
    DATE,
    DUE,
    CUSTOMER,
    CUSTOMER_NAME,
    COMPANY,
    REFERENCE,
    CURRENCY,
    INCLUSIVE,
    TOTAL,
    BALANCE,
    SHIPPING,
    SHIPPING_TAX_PERCENT,
    SHIPPING_TAX,
    ADJUSTMENT,
    ROUND_OFF,
    GIVEN_UP,
    CREDITED,
    LAST_PAYMENT,
    NOTES,
    TERMS,
    DISCOUNT_TYPE,
    WHOLE_PERCENT,
    WHOLE_AMOUNT,
    BEFORE_TAX,
    ITEM,
    DESCRIPTION,
    QUANTITY,
    UNIT,
    PRICE,
    DISCOUNT,
    DISCOUNT_AMOUNT,
    TAX,
    TAX_PERCENT,
    TAX2,
    TAX2_PERCENT,
    CGST,
    SGST,
    IGST,
    CESS,
    LINE_TOTAL,
    ZOHO_ADDRESS_PLACES(B),
    ABOUT, /* from here on: of a credit note only */
    USED_ON,
    USED,
    COLUMNS,
};

/* Those of the file of that kind of document (enum doc_kind), and what a refused field is called there. How many there are. */
size_t zoho_paper_columns(struct arena *a, int kind, const struct table_column **columns,
                          const struct import_path **paths);
/* What stands before the keys of those that are no invoices. */
const char *zoho_paper_key(int kind);
#endif
