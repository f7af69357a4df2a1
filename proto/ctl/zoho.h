/* Zoho's exports: what the three files of zoho_*.c share. */
#ifndef PROTO_CTL_ZOHO_H
#define PROTO_CTL_ZOHO_H
#include "proto/ctl/import.h"

/* One row being mapped: reading a cell blames its column. */
struct zoho_row {
    struct import_set *set;
    struct import_file *file;
    const struct table_row *row;
    const struct table_column *columns;
    const struct table_place *places;
    bool bad; /* something was wrong with it and has been said */
};
const char *zoho_text(struct zoho_row *z, int column);  /* one line: newlines become blanks */
const char *zoho_lines(struct zoho_row *z, int column); /* newlines stay */
void zoho_day(struct zoho_row *z, int column, int32_t *to);
void zoho_amount(struct zoho_row *z, int column, const char *currency, struct money *to); /* empty: stays */
void zoho_decimal(struct zoho_row *z, int column, int64_t *to);                           /* empty: stays */
void zoho_wrong(struct zoho_row *z, int column, const char *format, ...) PRINTF(3, 4);
/* "zoho:" and the key; what has no key is wrong. */
const char *zoho_source(struct zoho_row *z, int column);
/* "zoho:", the customer's key and the document's: two organisations number their documents alike. */
const char *zoho_source_of(struct zoho_row *z, int customer, int column);
bool zoho_is(struct zoho_row *z, int column, const char *word); /* whatever its case */
/* A currency that is one; else complains. */
const char *zoho_currency(struct zoho_row *z, int column);

enum err zoho_contacts(struct import_set *set) MUST_USE;
enum err zoho_invoices(struct import_set *set) MUST_USE;
enum err zoho_payments(struct import_set *set) MUST_USE;
#endif
