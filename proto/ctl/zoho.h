/* Zoho's exports: what the three files of zoho_*.c share. */
#ifndef PROTO_CTL_ZOHO_H
#define PROTO_CTL_ZOHO_H
#include "proto/ctl/ctl_import.h"

/* A file's columns, and what its numbers look like. */
struct zoho_file {
    struct import_set *set;
    struct import_file *file;
    const struct table_column *columns;
    struct table_place *places;
    struct zoho_marks *marks; /* for each column; zoho_number.c */
};
/* One row being mapped: reading a cell blames its column. */
struct zoho_row {
    struct import_set *set;
    struct import_file *file;
    const struct table_row *row;
    const struct table_column *columns;
    const struct table_place *places;
    const struct zoho_file *from;
    bool bad;   /* something was wrong with it and has been said */
    bool vague; /* an amount, a quantity or a rate of it could not be read */
};
/* Reads the file of an option and looks at its numbers. */
enum err zoho_open(struct import_set *set, struct import_file *file, const char *path,
                   const struct table_column *columns, size_t n, struct zoho_file *out) MUST_USE;
struct zoho_row zoho_row(const struct zoho_file *from, size_t i);

const char *zoho_cell(struct zoho_row *z, int column);  /* as it stands there, blanks around it aside */
const char *zoho_text(struct zoho_row *z, int column);  /* one line: newlines and U+00A0 become blanks */
const char *zoho_lines(struct zoho_row *z, int column); /* newlines stay */
/* Letters and digits in lower case: "Partially Paid", "PartiallyPaid" → "partiallypaid". */
const char *zoho_word(struct zoho_row *z, int column);
void zoho_day(struct zoho_row *z, int column, int32_t *to);
void zoho_wrong(struct zoho_row *z, int column, const char *format, ...) PRINTF(3, 4);
/* Complains of an empty cell. */
bool zoho_needs(struct zoho_row *z, int column);
/* "zoho:" and the key; what has no key is wrong. */
const char *zoho_source(struct zoho_row *z, int column);
/* "zoho:", the customer's key and the document's: two organisations number their documents alike. */
const char *zoho_source_of(struct zoho_row *z, int customer, int column);
bool zoho_is(struct zoho_row *z, int column, const char *word); /* whatever its case */
/* true, yes, 1; false, no, 0 or nothing; anything else is wrong. */
bool zoho_yes(struct zoho_row *z, int column);
/* A currency that is one; else complains. */
const char *zoho_currency(struct zoho_row *z, int column);
/* The columns of an address of the letter p, such as B, in the order that zoho_address reads: their places, names, and what fills them. */
#define ZOHO_ADDRESS_PLACES(p) \
    p##_ATTENTION, p##_STREET, p##_STREET2, p##_CITY, p##_STATE, p##_COUNTRY, p##_CODE, p##_PHONE, p##_FAX
#define ZOHO_ADDRESS_COLUMNS(p, Name, name)                                                \
    [p##_ATTENTION] = {Name " Attention", name "attention", false, false},                 \
    [p##_STREET] = {Name " Address", name "address|" name "street", false, false},         \
    [p##_STREET2] = {Name " Street2", name "street2|" name "address2", false, false},      \
    [p##_CITY] = {Name " City", name "city", false, false},                                \
    [p##_STATE] = {Name " State", name "state", false, false},                             \
    [p##_COUNTRY] = {Name " Country", name "country", false, false},                       \
    [p##_CODE] = {Name " Code", name "code|" name "zip|" name "postalcode", false, false}, \
    [p##_PHONE] = {Name " Phone", name "phone|" name "phonenumber", false, false},         \
    [p##_FAX] = {Name " Fax", name "fax", false, false}
#define ZOHO_ADDRESS_PATHS(path, Name)                                                                    \
    {path ".attention", Name " Attention"}, {path ".street", Name " Address"},                            \
        {path ".street2", Name " Street2"}, {path ".city", Name " City"}, {path ".state", Name " State"}, \
        {path ".country", Name " Country"}, {path ".code", Name " Code"}, {path ".phone", Name " Phone"}, \
    {                                                                                                     \
        path ".fax", Name " Fax"                                                                          \
    }
/* Nine columns in the order attention, street, street2, city, state, country, code, phone, fax; NULL when all are empty. */
struct address *zoho_address(struct zoho_row *z, int first);
/* Columns that every row of one record has to repeat; `of`: "invoice". */
void zoho_agree(struct zoho_row *z, const struct table_row *first, const int *same, size_t n, const char *of);

/* --- zoho_number.c: numbers through common/number.h. An empty cell leaves *to as it is. ---------------------------------- */
void zoho_marks(struct zoho_file *from, size_t n);
void zoho_amount(struct zoho_row *z, int column, const char *currency, struct money *to);
/* The same where the file may have more places than the currency: *rest says that the amount was rounded (half up). */
void zoho_amount_fine(struct zoho_row *z, int column, const char *currency, struct money *to, bool *rest);
void zoho_decimal(struct zoho_row *z, int column, int64_t *to);
void zoho_percent(struct zoho_row *z, int column, int64_t *to);

enum err zoho_contacts(struct import_set *set) MUST_USE;
/* The file at that path as documents of that kind (enum doc_kind), among the rows of that place. */
enum err zoho_documents(struct import_set *set, int place, int kind, const char *path) MUST_USE;
enum err zoho_payments(struct import_set *set) MUST_USE;
/* zoho_credits.c: what credit was used for, and what was given back: after what it comes out of. */
enum err zoho_credits(struct import_set *set) MUST_USE;
enum err zoho_refunds(struct import_set *set) MUST_USE;
/* What credit notes say themselves; after the files of both. */
void zoho_credits_implied(struct import_set *set);
/* zoho_rest.c: what the invoices' file says is still owed, against what the payments settle. After the payments were read. */
void zoho_rest(struct import_set *set);
#endif
