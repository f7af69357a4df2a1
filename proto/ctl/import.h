/* What an import brings in, whatever it came from: rows packed for import.customers, import.invoices, import.payments, each
 * with where it came from and what the totals need. A source (zoho.c) fills it; import_send.c sends it. */
#ifndef PROTO_CTL_IMPORT_H
#define PROTO_CTL_IMPORT_H
#include "proto/ctl/ctl.h"
#include "proto/ctl/table.h"
#include <jansson.h>

#define IMPORT_BATCH_BYTES ((size_t)48 * 1024) /* a batch ends here; one larger row is a batch of its own */
#define IMPORT_BATCH_ROWS 100
#define IMPORT_SAID 20 /* problems that are printed; the rest is counted */

struct import_row {
    size_t line;          /* where it starts in the file */
    const uint8_t *bytes; /* packed and valid */
    size_t size;
    const char *source; /* its key */
    const char *name;   /* of a customer; number of an invoice or payment */
    size_t
        customer; /* of an invoice or payment: place among the customers, SIZE_MAX when it is not in the files */
    char currency[4];
    int state; /* of an invoice: enum doc_state */
    int64_t lines, amount,
        applied; /* invoice: total, and what the payments in the files settle; payment: whole, settled */
    size_t parts;
    const size_t *part_lines; /* where each line of an invoice, each part of a payment stands in the file */
    const char *const *part_names; /* of a payment: the invoices' numbers */
};
/* Which column to blame for a refused field. */
struct import_path {
    const char *path, *column; /* path: without places in lists; the last row is NULL */
};
struct import_file {
    const char *what; /* "contacts", "invoices", "payments" */
    enum op_number op;
    struct table table;
    size_t n;
    struct import_row *rows;
    json_t *by_source, *by_name; /* source, number → place; of customers only the first */
    const struct import_path *paths;
    int64_t skipped; /* rows that are none of ours: vendors, failed payments */
};
struct import_set {
    struct ctl *c;
    struct import_file files[3]; /* in the order in which they have to be sent */
    int problems;
};
enum { IMPORT_CUSTOMERS, IMPORT_INVOICES, IMPORT_PAYMENTS };

/* Says on standard error what is wrong with a row, and counts it. column may be "". */
void import_problem(struct import_set *set, const struct import_file *file, size_t line, const char *column,
                    const char *format, ...) PRINTF(5, 6);
/* Packs a row of the operation's `rows` shape and checks it by the server's own rules (types, limits, characters). Then
 * appends it. */
void import_pack(struct import_set *set, struct import_file *file, const struct shape *shape, const void *in,
                 struct import_row *row);
/* The same for a refusal by its field's path, such as "document.lines.2.name". */
void import_refused(struct import_set *set, const struct import_file *file, const struct import_row *row,
                    const char *path, const char *reason);
/* Finds a place by key in by_source or by_name; SIZE_MAX when there is none. */
size_t import_find(const json_t *map, const char *key);

/* Reads what the options name and checks all of it. Problems are counted in the set; a refusal is for what ends it at once. */
enum err zoho_read(struct import_set *set) MUST_USE;
/* Sends a file in batches; `check`: only asks. Adds what is new and what was known. */
enum err import_send(struct import_set *set, struct import_file *file, bool check, int64_t *created,
                     int64_t *known) MUST_USE;
/* {"totals":…} of the files. */
json_t *import_totals(const struct import_set *set);
/* What the server holds of the files' invoices and customers: {number: {subtotal, tax…, total, paid}}, {name: {…}}. */
enum err import_read_invoices(struct import_set *set, json_t **out) MUST_USE;
enum err import_read_customers(struct import_set *set, json_t **out) MUST_USE;
#endif
