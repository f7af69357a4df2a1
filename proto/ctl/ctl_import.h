/* What an import brings in, whatever it came from: rows for import.customers, import.invoices and the others of that kind, each with where
 * it came from and what the totals need. A source (zoho.c) fills it; import_send.c sends it; import_report.c says what became of it.
 *
 * Everything is looked at before anything is written: the files, then all of it by the server (check), then it is sent. A row
 * with a fault stays out, and so does what can not be without it: a customer's invoices and payments, an invoice's part of a
 * payment. With any fault nothing is sent, unless --skip-bad says that the rest should be. */
#ifndef PROTO_CTL_IMPORT_H
#define PROTO_CTL_IMPORT_H
#include "proto/ctl/ctl.h"
#include "proto/ctl/table.h"
#include <jansson.h>

#define IMPORT_BATCH_BYTES ((size_t)48 * 1024) /* a batch ends here; one larger row is a batch of its own */
#define IMPORT_BATCH_ROWS 100

enum {
    IMPORT_CUSTOMERS,
    IMPORT_INVOICES,
    IMPORT_RETAINERS,
    IMPORT_PAYMENTS,
    IMPORT_CREDIT_NOTES,
    IMPORT_CREDITS, /* what credit was used for */
    IMPORT_REFUNDS,
    IMPORT_FILES
};

struct import_row {
    size_t line;          /* where it starts in the file */
    void *in;             /* of the operation's `rows` shape; packed by import_pack */
    const uint8_t *bytes; /* packed and valid */
    size_t size;
    bool bad;   /* stays out; that has been said. What can be packed of it is only looked at by the server */
    bool vague; /* bad, and what it comes to is not known */
    const char *source; /* its key */
    const char *name;   /* of a customer; number of an invoice or payment */
    size_t
        customer; /* of an invoice or payment: place among the customers, SIZE_MAX when it is not in the files */
    char currency[4];
    bool known; /* the server had it already */
    int state;  /* of an invoice: enum doc_state as it comes in */
    /* minor units; invoice: total, what payments in the files settle, what is settled otherwise; payment: whole, settled */
    int64_t amount, applied, other;
    int64_t spent;      /* of a payment or a retainer invoice: of what is left of it */
    int64_t in_advance; /* of a payment: what it pays on retainer invoices, which is not in `applied` */
    int64_t dropped;    /* of a payment: what it was to settle of invoices that stay out */
    size_t parts, lines;
    const struct import_file
        *from; /* of which file it is, where that is not its own: an invoice that is a credit note */
    const size_t *part_lines; /* where each line of an invoice, each part of a payment stands in the file */
};
/* Which column to blame for a refused field. */
struct import_path {
    const char *path, *column; /* path: without places in lists; the last row is NULL */
};
struct import_file {
    const char *what; /* "contacts", "invoices", "payments" … */
    bool always;      /* is told of whether it was given or not */
    enum op_number op;
    const struct shape *(*shape)(void);
    struct table table;
    size_t n, capacity;
    struct import_row *rows;
    json_t *by_source, *by_name; /* source; number (folded) → place; of customers only the first */
    const struct import_path *paths;
    void (*leave_out)(void *in); /* of a row that is vague: what can not be judged then. NULL: nothing */
    int64_t skipped;             /* rows that are none of ours: vendors, failed payments */
    int64_t created, known, changed;
    size_t sent, to_send; /* rows that the server has answered for, when it is for real; all of them */
};
struct import_set {
    struct ctl *c;
    struct import_file files[IMPORT_FILES]; /* in the order in which they have to be sent */
    int problems;
    json_t *faults; /* [{file, line, column, reason}]: what was said */
    json_t *
        booked; /* [{invoice, as, amount, currency}]: what was settled otherwise than by payments of the files */
    json_t *notes;   /* {sentence: [number, …]}: what was taken otherwise than it stands there */
    json_t *differs; /* [{file, line, name, column, here, there, applied}] */
    json_t *said;    /* {"invoices 12 Total": true}: no cell is blamed twice */
    json_t *
        taken; /* {number, folded: {number, amount, currency}}: what payments that were asked about take from invoices that are here */
    bool writing; /* it is for real */
    int checked;  /* problems before that */
};
/* An empty one, and its end; what it says outlives neither. */
void import_open(struct import_set *set, struct ctl *c);
void import_close(struct import_set *set);

#define IMPORT_SOME_OUT 8 /* exit code: the rest is in */

/* Says on standard error what is wrong with a row, and counts it. column may be "". */
void import_problem(struct import_set *set, const struct import_file *file, size_t line, const char *column,
                    const char *format, ...) PRINTF(5, 6);
/* The same for a refusal by its field's path, such as "document.lines.2.name". */
void import_refused(struct import_set *set, const struct import_file *file, struct import_row *row,
                    const char *path, const char *reason);
/* The column that a path belongs to, and the line of the part that it names. */
const char *import_column(struct import_set *set, const struct import_file *file,
                          const struct import_row *row, const char *path, size_t *line);
/* Appends a row under its source and its name (a number folded). What it returns is good until
 * the next is added. */
struct import_row *import_add(struct import_set *set, struct import_file *file, const struct import_row *row);
/* That cell has been blamed. */
void import_said(struct import_set *set, const struct import_file *file, size_t line, const char *column);
/* Packs row->in and checks it by the server's own rules (types, limits, characters); each fault is said. */
void import_pack(struct import_set *set, struct import_file *file, struct import_row *row);
/* Finds a place by key in by_source or by_name; SIZE_MAX when there is none. */
size_t import_find(const json_t *map, const char *key);
size_t import_find_number(const struct import_file *file, const char *number);
/* The row of the files that a part of a payment settles, or that a use or a refund is out of; NULL when it is not in them. */
struct import_row *import_settled_row(const struct import_set *set, const struct import_part *part);
struct import_row *import_credit_row(const struct import_set *set, int of, const char *number);
struct import_row *import_invoice_row(const struct import_set *set, const char *number);
/* {"sentence": [number, …]}: adds one. */
void import_note(struct import_set *set, const char *sentence, const char *number);
/* What can not come in without what stays out stays out too: customers' invoices and payments, invoices' parts of payments.
 * Said when `said`. */
void import_cascade(struct import_set *set, struct import_file *file, bool said);

/* The other way: invoices that would be open because a payment on them stays out; then parts of other payments on those. */
void import_cascade_back(struct import_set *set, bool said);
/* Invoices that are in when a payment on them is refused after all: told. */
void import_left_open(struct import_set *set);

/* Reads what the options name and checks all of it. Faults are said and counted; a refusal is for what ends it at once. */
enum err zoho_read(struct import_set *set) MUST_USE;
/* Sends what is good of a file in batches; `check`: only asks, and of what is bad, what else is wrong with it. Fills created, known, changed and
 * the differences. */
enum err import_send(struct import_set *set, struct import_file *file, bool check) MUST_USE;

/* import_report.c */
enum err import_result(struct import_set *set,
                       json_t *out) MUST_USE; /* fills the object that --json prints */
void import_say(const struct import_set *set, const json_t *out);

/* What the server holds of the files' invoices and customers: {number: {subtotal, tax…, total, paid}}, {name: {…}}. */
enum err import_read_invoices(struct import_set *set, json_t **out) MUST_USE;
enum err import_read_customers(struct import_set *set, json_t **out) MUST_USE;
#endif
