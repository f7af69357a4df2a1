/* Bringing in what another system kept (F12). Each batch is looked at as a whole first: what can not come in is listed, all of
 * it, and then nothing of the batch does. A row whose `source` is here already is left as it is, so a file can be sent again. */
#ifndef SERVER_OPS_IMPORT_H
#define SERVER_OPS_IMPORT_H
#include "server/call.h"

struct import {
    struct call *c;
    int64_t row; /* under way */
    struct import_problem_list problems;
    int64_t created, known;
    int32_t today; /* in the business's zone */
};

void import_begin(struct import *im, struct call *c);
/* Adds a problem of the row under way; past 500 they are only not listed. */
void import_blame(struct import *im, const char *field, const char *format, ...) PRINTF(3, 4);
/* The same from a refusal in c->why, its field behind `prefix` ("" for none); faults pass through. */
enum err import_blame_why(struct import *im, const char *prefix, enum err e) MUST_USE;
/* Id of the record with exactly that source; 0 for none. */
enum err import_find(struct call *c, enum kind kind, enum index index, const char *source,
                     uint64_t *id) MUST_USE;
/* Puts "rows.N." before the field of a refusal that came while writing. Returns e. */
enum err import_at_row(struct call *c, size_t row, enum err e) MUST_USE;
/* The customer with that source. Unknown: a problem in field customer_source, and *customer NULL. */
enum err import_customer_of(struct import *im, const char *source, struct customer **customer) MUST_USE;
/* Id of the invoice with that number; 0 for none. */
enum err import_invoice(struct call *c, const char *number, uint64_t *id) MUST_USE;
#endif
