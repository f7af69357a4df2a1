/* Bringing in what another system kept (F12). Each batch is looked at as a whole first: what can not come in is listed, all of
 * it, and then nothing of the batch does. A row whose `source` is here already is left as it is, so a file can be sent again;
 * what it says differently is told. With `update` what may be changed honestly is: details of a customer and of persons that do
 * not sign in, drafts, parts of a payment that its unused rest covers. What was sent, and money, stays. */
#ifndef SERVER_OPS_IMPORT_H
#define SERVER_OPS_IMPORT_H
#include "server/core/call.h"

struct import {
    struct call *c;
    int64_t row; /* under way */
    bool check, update;
    size_t told; /* differences of the row under way */
    struct import_problem_list problems;
    struct import_difference_list differs;
    struct import_known_list already;
    int64_t created, known, changed;
    int32_t today; /* in the business's zone */
};

void import_begin(struct import *im, struct call *c, bool check, bool update);
/* Has a row before the one under way its source? That is blamed then, once: of all that have it the first is fine. */
bool import_twice(struct import *im, const void *rows, size_t size, size_t source);
#define IMPORT_TWICE(im, in, shape) \
    import_twice(im, (in)->rows.v, sizeof(struct shape), offsetof(struct shape, source))
/* What became of a batch, the same of all three: nothing of one with a problem is applied, and unless it was only asked about, none of its
 * rows came in or changed. */
void import_end(struct import *im, bool check);
#define IMPORT_END(im, in, out)                                                                        \
    (import_end(im, (in)->check), (out)->created = (im)->created, (out)->known = (im)->known,          \
     (out)->changed = (im)->changed, (out)->problems = (im)->problems, (out)->differs = (im)->differs, \
     (void)((out)->already = (im)->already))
/* The row under way, with that source, is here already. */
void import_known(struct import *im);
/* A key of another system, that a new row brings, has one spelling: what is not seen in it would make two of one. */
void import_check_source(struct import *im, const char *source);
/* Refuses what the server tells and no writer gives, by its name ("rows.3.payment.state"), at every depth of what the row gives; but takes
 * the fields in `more` (NULL: none), which stand with blanks between them. */
enum err import_refuse_told(struct call *c, size_t row, const char *path, const struct shape *shape,
                            const char *more, const void *given) MUST_USE;
/* Adds a problem of the row under way; past 500 they are only not listed. */
void import_blame(struct import *im, const char *field, const char *format, ...) PRINTF(3, 4);
/* The same of a customer or an invoice that is not here: whoever brings in more knows whether it comes with that. */
void import_blame_absent(struct import *im, const char *field, const char *what, const char *name);
/* The same from a refusal in c->why, its field behind `prefix` ("" for none); faults pass through. */
enum err import_blame_why(struct import *im, const char *prefix, enum err e) MUST_USE;
/* Id of the record with exactly that source; 0 for none. */
enum err import_find(struct call *c, enum kind kind, enum index index, const char *source,
                     uint64_t *id) MUST_USE;
/* Puts "rows.N." before the field of a refusal that came while writing. Returns e. */
enum err import_at_row(struct call *c, size_t row, enum err e) MUST_USE;
/* The customer with that source. Unknown: a problem in field customer_source, and *customer NULL. */
enum err import_customer_of(struct import *im, const char *source, struct customer **customer) MUST_USE;
/* Id of the invoice, or of the retainer invoice, with that number; 0 for none. */
enum err import_invoice(struct call *c, const char *number, uint64_t *id) MUST_USE;
enum err import_retainer(struct call *c, const char *number, uint64_t *id) MUST_USE;

/* --- import_differ.c -------------------------------------------------------------------------------------------------------- */
/* Tells a difference of the row under way; texts are cut. */
void import_differs(struct import *im, const char *field, const char *here, const char *there, bool applied);
const char *import_money_text(struct call *c, const struct money *m); /* "5.00 EUR"; "" for none */
bool import_same_money(const struct money *a, const struct money *b);
void import_differs_money(struct import *im, const char *field, const struct money *here,
                          const struct money *there, bool applied);
/* Is the field one of `names`, which stand with blanks between them? NULL: one that a writer may give, not what the server tells. */
bool import_takes(const struct field *f, const char *names);
/* Copies what was given in `from` of such fields. */
void import_take(const struct shape *shape, const char *names, const void *from, void *to);
/* Compares what was given in `from` with `to` (both of `shape`), inside shapes too and lists aside, for such fields, and tells each
 * difference as path.field; `apply` copies it to `to`. Returns the names of what differs. */
const char *import_compare(struct import *im, const struct shape *shape, const char *path, const char *names,
                           const void *from, void *to, bool apply);

/* --- import_customers.c: a customer that is here already --------------------------------------------------------------------- */
enum err import_customer_again(struct import *im, const struct import_customer *row, uint64_t id) MUST_USE;

/* --- import_draft.c: an invoice that is here already ---------------------------------------------------------------------------- */
/* What an import gives besides what a writer may. */
#define IMPORT_DOCUMENT "number reason tax_per_line"
/* And where it stands and who it was written to, as the file says. */
#define IMPORT_DOCUMENT_TOLD IMPORT_DOCUMENT " kind state customer_name customer_company customer_tax_id"
/* Tells what the row says differently from the invoice that is here. `may`: it is a draft, and *now, a copy of it, is changed by what
 * the row gives; what the row does not give stays. `customer` is the row's, NULL when it is not known. Of what was paid so much `stands` in. */
bool import_invoice_again(struct import *im, const struct import_document *row,
                          const struct customer *customer, const struct document *was, int64_t stands,
                          bool may, struct document *now);

/* --- import_parts.c: what a row of a payment says it settles ----------------------------------------------------------------------- */
/* The parts that settle one invoice: a payment has one part of it. */
struct import_want {
    const char *number;
    bool retainer, or_credit; /* as of the part */
    uint64_t invoice;         /* 0: there is none of that number */
    struct money amount, off;
    const char *why; /* what `off`, written off beside it, was */
    size_t part;     /* the first of them */
};
/* By invoice, into room for as many as the row has parts. */
enum err import_gather(struct call *c, const struct import_payment *row, struct import_want *all,
                       size_t *n) MUST_USE;
/* What is written off beside an amount: in its currency, and not less than nothing. */
bool import_fine_beside(const struct money *off, const struct money *amount);

/* --- import_known.c: a payment that is here already ----------------------------------------------------------------------------- */
/* Id of the payment that the row is: the one with its source, or with its own key under the customer that it was booked for. 0 for none. */
enum err import_find_payment(struct call *c, const struct import_payment *row, uint64_t *id) MUST_USE;
/* Would the row be the payment of the other one, when that is here? */
bool import_same_payment(struct call *c, const struct import_payment *row,
                         const struct import_payment *other);
/* Tells when the row names another customer, or one that is not known. Who paid stays. */
enum err import_compare_payer(struct import *im, const struct import_payment *row,
                              const struct payment *p) MUST_USE;

/* --- import_settled.c: payments that did not come with their invoice ----------------------------------------------------------- */
/* Records what row->settled says as a payment of the invoice, which it settles. */
enum err import_settle(struct call *c, const struct import_document *row, struct document *invoice) MUST_USE;
/* What of an invoice a payment of a file can settle. */
struct import_rest {
    int64_t due;    /* the balance of an open one */
    int64_t stands; /* of a payment that stands in */
    int64_t guess;  /* was written off, though no file named the amount */
    int64_t named;  /* was written off, and called credit: only that takes its place */
    int64_t
        said; /* what the file said was due, where a payment stands in: what is due above that waits for what came with it */
    int32_t day; /* when the one that stands in came; no payment dated later is one that it stands for */
    const char *stand_in; /* its number; NULL: none stood in when it was looked at */
};
enum err import_rest(struct call *c, const struct document *invoice, struct import_rest *rest) MUST_USE;
/* Of what so much of a payment of that day takes the place, or of what is written off beside its `money`: that lowers no balance that the
 * file knew of. It is taken from *rest. */
struct import_split {
    int64_t awaited, stands, guess, named,
        due; /* awaited: of the balance, first; due: of the balance, last */
    int64_t sum;
};
struct import_split import_split(struct import_rest *rest, int64_t amount, int32_t day, bool money);
/* What becomes of a part of a payment, as it was planned: of its money, and of what is written off beside it (`why`). */
struct import_booking {
    struct import_split money, off;
    const char *why;
};
/* Books just that on the invoice: what stood in for it gives way. */
enum err import_book(struct call *c, uint64_t invoice, const struct import_booking *b) MUST_USE;
/* The same of credit that was used on it, on that day: nothing of *rest is taken for it but what it may take the place of. */
struct import_split import_split_credit(struct import_rest *rest, int64_t amount, int32_t day);
/* Books that on the invoice as credit, or as what is left of a payment (`money`); what is used says so itself. *d changes with the record. */
enum err import_book_credit(struct call *c, struct document *d, const struct import_split *s,
                            bool money) MUST_USE;
/* Worth knowing: a payment of the day on which the invoice came took the place of what stood in; less was left than is said. */
const char *import_says_place(struct call *c, const struct document *invoice, const struct import_rest *rest,
                              int64_t stood);
const char *import_says_short(struct call *c, const struct document *invoice, const struct money *said,
                              int64_t left);

/* --- import_shares.c: what the rows of a batch take from invoices together --------------------------------------------------------- */
struct import_share {
    uint64_t invoice;
    const char *number, *currency;
    bool
        room; /* for these, whatever its state: of a payment that stands in, or that was written off by guess */
    struct import_rest rest;    /* that they leave */
    int64_t due, stands, guess; /* that they take */
};
struct import_share_list {
    size_t n, capacity;
    struct import_share *v;
};
/* What is taken from that invoice; good until the next is asked for. */
enum err import_share_of(struct call *c, struct import_share_list *all, const struct document *invoice,
                         struct import_share **share) MUST_USE;
/* Takes so much for a payment of that day, or (no `money`) for what is written off beside it. */
struct import_split import_share_take(struct import_share *share, int64_t amount, int32_t day, bool money);
/* What earlier batches of the run take counts with what this one does: neither is here yet. */
enum err import_shares_before(struct call *c, struct import_share_list *all,
                              const struct import_payments_in *in) MUST_USE;
void import_shares_tell(struct call *c, const struct import_share_list *all, struct import_taken_list *to);
#endif
