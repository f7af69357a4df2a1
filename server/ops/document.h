/* What estimates, invoices, comments and payments share of documents.
 *
 * A document's record is what its customer sees, or a draft that only staff see. An estimate that was sent may be reworked: the
 * rework is kept apart, as a KIND_VERSION record with no time of sending, until it is sent in its turn. So the customer goes on
 * seeing (and may accept) exactly what was sent last. document.rework holds the revision of the rework.
 * Every sending of an estimate leaves a KIND_VERSION record of the whole document under the revision that was sent.
 * Revisions of a document and of its rework come from one counter: no two states of them have the same one. */
#ifndef SERVER_OPS_DOCUMENT_H
#define SERVER_OPS_DOCUMENT_H
#include "server/core/call.h"

/* A document is dated at most so many days from today, and due at most so many after its date: ten years, like any term. Days before
 * 1900 come in no request (DATE_LEAST). */
#define DOCUMENT_DAYS_AHEAD 3653
/* What is wrong with its days, all of it, by field: at most so many. An import takes a due day before its date all the same. */
#define DOCUMENT_DAY_FAULTS 5
struct document_fault {
    const char *field, *reason;
};
size_t document_day_faults(const struct document *d, int32_t today,
                           struct document_fault faults[DOCUMENT_DAY_FAULTS]);

/* --- where it stands (document_state.c) -------------------------------------------------------------------------------- */
/* Is the act allowed in the document's state? *state: the state it leads to (may be NULL). ERR_STATE, with a sentence. */
enum err document_may(struct call *c, const struct document *d, enum document_act act, int *state) MUST_USE;
/* enum doc_status on that day. Balance and total in the same currency; an open invoice with balance < total is partly paid. */
int document_status(int kind, int state, int32_t due, int64_t total, int64_t balance, int32_t today);
/* The same status, or of a credit note that was sent and of which nothing is left: used. */
int document_used_up(int status, int kind, int64_t total, int64_t left);
/* All it is on that day, as bits of enum doc_status: an invoice that is late and paid in part is overdue, partly paid, open and unpaid.
 * An estimate past its last day is expired and no longer open. */
uint64_t document_statuses(int kind, int state, int32_t due, int64_t total, int64_t balance, int32_t today);
/* Sets what is computed when read: status and also; on a draft also seller and buyer as they are today. */
enum err document_finish(struct call *c, struct document *d) MUST_USE;
enum err document_row_finish(struct call *c, struct document_row *row) MUST_USE;
void document_row_stand(struct document_row *row, int32_t today);

/* --- days, records and money (document.c) ------------------------------------------------------------------------------------ */
/* A copy in the arena, to be given out. */
struct document *document_give(struct call *c, const struct document *d);
/* The document of an argument of an operation on one kind. ERR_NOT_FOUND. */
enum err document_of_kind(struct call *c, uint64_t id, struct document *d) MUST_USE;
/* record_put of a document, a draft without what is only put on record when it is sent; too much of it is ERR_TOO_LARGE with a sentence. */
enum err document_put(struct call *c, struct document *d) MUST_USE;
/* Writes an event about a document; the amount is its total. */
enum err document_event(struct call *c, const struct document *d, int what, bool portal,
                        const char *text) MUST_USE;
/* The first 120 characters of a text, for an event; what is shorter is given back as it is. */
const char *document_excerpt(struct call *c, const char *text);
/* The last comment that the customer sees; NULL: there is none. What staff say among themselves is no answer. */
enum err comment_last(struct call *c, uint64_t document, const struct comment **last) MUST_USE;
/* Puts `prefix` and a dot before the field of a refusal. Returns e. */
enum err document_blame(struct call *c, const char *prefix, enum err e) MUST_USE;
/* --- what settles it (document_settle.c) -------------------------------------------------------------------------------- */
/* Books money that arrived on an open invoice, or other credit that was used on it: adds to paid (or credited), lowers the balance, makes it
 * paid at a balance of zero, stores it. `invoice` is as record_get gave it and changes with the record. ERR_STATE unless it is open, ERR_CURRENCY,
 * ERR_OVERPAID for more than the balance, ERR_INVALID for nothing or less. The caller writes payment and event. */
enum err document_apply(struct call *c, struct document *invoice, struct money amount, bool credit) MUST_USE;
/* Takes so much of that off again: it is due, and the invoice open, again. ERR_STATE, ERR_INVALID. The caller writes payment and event. */
enum err document_take_off(struct call *c, struct document *invoice, struct money amount,
                           bool credit) MUST_USE;
/* What it gives credit for is there now: sets `left`. Nothing of a kind that gives none. Does not store d. */
enum err document_credit_begins(struct call *c, struct document *d) MUST_USE;

/* --- what it adds up to (document_compute.c) --------------------------------------------------------------------------- */
/* Computes nets, subtotal, discount, taxes, total and balance from lines, discounts, shipping and the frozen rounding mode.
 * Refuses with a field's path inside the document ("lines.2.quantity"); see common/totals.h. */
enum err document_compute(struct call *c, struct document *d) MUST_USE;
/* Completes lines as they came in a request from their items and taxes. Paths as above. */
enum err document_resolve_lines(struct call *c, struct document *d) MUST_USE;
/* The same for the tax on shipping, of which `given` said something. */
enum err document_resolve_shipping(struct call *c, struct document *d, const struct document *given) MUST_USE;

/* --- parts that are due on days of their own (instalment.c) --------------------------------------------------------------- */
/* Checks them and sets their amounts, of a document that was computed; its due date becomes that of the first. Paths as above. */
enum err instalments_take(struct call *c, struct document *d) MUST_USE;
/* Its due date is that of the first that is not paid: before it is stored. */
void instalments_follow(struct document *d);
/* Says what of each is still to be paid. */
void instalments_tell(struct call *c, struct document *d);

/* --- deposits on estimates (deposit.c; docs/decisions/deposits.md) ------------------------------------------------------------ */
/* Issues the deposit invoice that an estimate asks for, which was accepted just now and is stored by the caller; sets its deposit_invoice. */
enum err deposit_issue(struct call *c, struct document *estimate, struct document *invoice) MUST_USE;
/* What the invoice of an estimate deducts now: its deposit, less credit notes about it; nothing where there is none or it was withdrawn. Before it is
 * computed. */
enum err deposit_deduct(struct call *c, struct document *invoice) MUST_USE;
/* A document is withdrawn, or a credit note sent: ERR_STATE where a deposit would not be what was deducted any more, or what was accepted
 * would be without its deposit. */
enum err deposit_may_change(struct call *c, const struct document *d, enum document_act act) MUST_USE;
/* It was: the draft that deducts the deposit follows, an invoice that was withdrawn leaves its estimate to be made into another one. */
enum err deposit_changed(struct call *c, const struct document *d) MUST_USE;

/* --- writing (document_edit.c) ------------------------------------------------------------------------------------------ */
/* ERR_STATE with that field when the customer is deactivated: nothing new is written for it, and nothing sent. ERR_NOT_FOUND. */
enum err document_for_active(struct call *c, uint64_t customer, const char *field) MUST_USE;
/* A new draft for a customer from what was given, complete and computed; not stored. Paths begin with "document.". */
enum err document_build(struct call *c, int kind, uint64_t customer, const struct document *given,
                        struct document *d) MUST_USE;
/* Changes a draft by what was given and computes it; *changed: names of the fields. */
enum err document_change(struct call *c, struct document *d, const struct document *given,
                         const char **changed) MUST_USE;
/* A new draft with the same content, dated today; not stored. exact: as it was agreed, with reference and rounding mode; or
 * else written anew with the customer and the settings of today. */
enum err document_like(struct call *c, const struct document *from, int kind, bool exact,
                       struct document *d) MUST_USE;
/* Numbers it when it has no number, freezes seller and buyer, opens it, stores it, keeps the version of an estimate and writes the event. An invoice of
 * nothing is paid at once. The act has been allowed. */
enum err document_send(struct call *c, struct document *d) MUST_USE;
/* The same of a new one that is not stored yet, with an event of its own. */
enum err document_issue(struct call *c, struct document *d, int what, const char *text) MUST_USE;
/* Stores a new draft with its event, then sends it when asked to. */
enum err document_create(struct call *c, struct document *d, bool send) MUST_USE;
/* The methods of payment that it offers, changed from `was`: checks them, and keeps no_card in step (document_methods.c). */
enum err document_methods(struct call *c, const struct document *was, struct document *d) MUST_USE;

/* --- taking back (document_void.c) ------------------------------------------------------------------------------------------ */
enum err document_void(struct call *c, struct document *d, const char *reason) MUST_USE;
/* The draft invoice of an estimate goes, or one that deducted its deposit was withdrawn: the estimate waits again to become an invoice. */
enum err document_undo_convert(struct call *c, const struct document *invoice) MUST_USE;
/* Deletes a draft with its comments. */
enum err document_delete(struct call *c, struct document *d, int64_t revision) MUST_USE;
/* ERR_PENDING while the gateway has not settled a payment on it. */
enum err document_no_pending(struct call *c, const struct document *d) MUST_USE;

/* --- versions and rework of estimates (document_version.c) -------------------------------------------------------------- */
/* The estimate as staff work on it: with its rework, when there is one (as a draft), or else as it is. */
enum err document_working(struct call *c, const struct document *d, struct document *working) MUST_USE;
/* Keeps `working` as the rework of d, under the next revision; stores both. */
enum err document_keep_rework(struct call *c, struct document *d, struct document *working) MUST_USE;
/* Sets how many times it was sent (`edition`) and which of these each answer was to. */
enum err document_editions(struct call *c, struct document *d) MUST_USE;
/* Lets go of the rework because it can not be sent any more, and tells staff, with the reason. Does not store d. */
enum err document_moot_rework(struct call *c, struct document *d, const char *why) MUST_USE;
/* Lets go of the rework. Does not store d. */
enum err document_drop_rework(struct call *c, struct document *d) MUST_USE;
/* Keeps the estimate as it was just sent. */
enum err document_keep_version(struct call *c, const struct document *d) MUST_USE;
/* The version that was sent under a revision. ERR_NOT_FOUND. */
enum err document_version(struct call *c, uint64_t document, int64_t revision, struct version *v) MUST_USE;
/* The one that was sent as the n-th, from 1. ERR_NOT_FOUND. */
enum err document_version_sent(struct call *c, const struct document *d, int64_t edition,
                               struct version *v) MUST_USE;
/* Those that were sent before what the customer sees now, newest first, at most 20, without lines; for staff with a rework
 * also what the customer sees now. */
enum err document_versions(struct call *c, const struct document *d, struct version_list *versions) MUST_USE;
/* The next revision: above those of the document and its rework. */
int64_t document_next_revision(const struct document *d);

/* --- reading (document_get.c, document_list.c) -------------------------------------------------------------------------- */
struct document_about {
    struct comment_list comments;
    struct event_list events;
    struct payment_row_list payments;
    struct version_list versions;
};
/* What a document screen shows beside the document. */
enum err document_about(struct call *c, const struct document *d, struct document_about *about) MUST_USE;
/* Asks for the viewed mark when this reading is a customer's first. */
void document_look(struct call *c, const struct document *d, bool peek);

struct document_query {
    int kind;
    uint64_t customer;
    int status, sort;
    bool reverse;
    const char *search, *filter, *after;
    int64_t limit;
    int32_t from, until;
    struct money least, most; /* no currency: none */
};
struct document_page {
    struct document_row_list rows;
    const char *next;
    int64_t total, matched;
    bool counted, matched_more; /* these and the sums say nothing where it was not counted */
    struct list_sum_list sums;
};
enum err document_list(struct call *c, const struct document_query *q, struct document_page *page) MUST_USE;
#endif
