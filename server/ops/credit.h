/* Credit: what is left of a payment, of a credit note that was sent, of a retainer invoice that was paid. Each is a source, whose list says which
 * invoices it settles. Always: of a payment that succeeded amount = what it settles + unused + refunded; of a credit note total = what it settles +
 * left + refunds of it; of a retainer that was paid the same with what was paid on it. */
#ifndef SERVER_OPS_CREDIT_H
#define SERVER_OPS_CREDIT_H
#include "server/core/call.h"

/* One of the two. They live in the call's arena, and change with the source; credit_put stores them. */
struct credit_source {
    struct payment *payment;
    struct document *document;
};
/* Fills *out by enum subject and number in the store. ERR_NOT_FOUND, also for what gives no credit. */
enum err credit_source(struct call *c, int what, uint64_t id, struct credit_source *out) MUST_USE;
/* As arguments name one: a payment, or a document. ERR_INVALID for neither, or both; ERR_NOT_FOUND with the field. */
enum err credit_named(struct call *c, uint64_t payment, uint64_t document,
                      struct credit_source *out) MUST_USE;
int credit_what(const struct credit_source *s); /* enum subject */
uint64_t credit_id(const struct credit_source *s);
uint64_t credit_customer(const struct credit_source *s);
const char *credit_number(const struct credit_source *s);
const char *credit_customer_name(const struct credit_source *s);
struct money *credit_left(const struct credit_source *s);
struct allocation_list *credit_settles(const struct credit_source *s);
const char *credit_field(const struct credit_source *s); /* the argument that names it */

/* Can what is left of it be used? ERR_STATE, with a sentence. */
enum err credit_usable(struct call *c, const struct credit_source *s) MUST_USE;
/* Settles so much of the invoice with it, and stores the invoice; ERR_OVERPAID for more than is left. The caller stores the source. */
enum err credit_use(struct call *c, const struct credit_source *s, struct document *invoice,
                    int64_t amount) MUST_USE;
/* So much of it settles that invoice, which whoever asks books: its list and what is left. ERR_CURRENCY, ERR_OVERPAID, ERR_STATE. */
enum err credit_spend(struct call *c, const struct credit_source *s, const struct document *invoice,
                      int64_t amount) MUST_USE;
/* Takes so much of its at-th part off that invoice again, and stores the invoice; what was taken off is left again. */
enum err credit_take_off(struct call *c, const struct credit_source *s, size_t at, int64_t amount) MUST_USE;
enum err credit_put(struct call *c, const struct credit_source *s) MUST_USE;
/* One line in the history of the invoice, one in that of the source. */
enum err credit_tell(struct call *c, const struct credit_source *s, const struct document *invoice, int what,
                     int64_t amount) MUST_USE;

/* What a customer (0: any) can use, in the order in which it is used: oldest first; of one day payments, then retainers, then credit notes, each as they
 * were made. At most CREDIT_SOURCES. currency NULL: of all. */
#define CREDIT_SOURCES 500
enum err credit_all(struct call *c, uint64_t customer, const char *currency, struct credit_list *out,
                    bool *more) MUST_USE;

/* What was given back out of a document, or is on its way. */
enum err credit_refunded(struct call *c, const struct document *d, int64_t *amount) MUST_USE;
#endif
