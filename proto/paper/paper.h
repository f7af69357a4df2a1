/* Documents, receipts and what happened, told as pages (common/page.h): every part of what a screen draws, in the order in which it is read,
 * label first. One telling for line mode, previews, mails and paper; it knows none of them. */
#ifndef PROTO_PAPER_H
#define PROTO_PAPER_H
#include "common/page.h"
#include "proto/op.h"

/* What is told of an estimate or an invoice, by whom it is read. Only doc and me are needed; NULL leaves a part out. Nothing is owned: pointers
 * live as long as the answers they come from. document_get_out has lists of these types. */
struct document_view {
    const struct document *doc;
    const struct me *me; /* who reads: side, time zone, name of the business */
    int32_t today;       /* of the business */
    const struct comment_list *comments;
    const struct event_list *events;
    const struct payment_row_list *payments;
    const struct version_list *versions;
    const struct pay_told_list *told; /* how it is paid elsewhere */
    bool codes;                       /* the face draws what a phone reads */
    bool whole;                       /* all of a long history; else the newest of it */
};
/* All but versions and history, which a reader asks for by themselves. */
void paper_document(struct page *p, const struct document_view *v);
/* How an open one can be paid, or whom to ask; nothing of another. */
void paper_paying(struct page *p, const struct document_view *v);
/* What an estimate asks for when it is accepted; nothing where it does not. */
void paper_deposit(struct page *p, const struct document *d);
/* How an invoice is paid elsewhere; code: with what a phone reads, where there is such. And that alone. */
void paper_told(struct page *p, const struct pay_told *t, bool code);
void paper_code(struct page *p, const struct pay_told *t);
void paper_conversation(struct page *p,
                        const struct document_view *v); /* comments; hidden ones are said to be */
/* A receipt, or the account of a payment that failed or is still under way. */
void paper_payment(struct page *p, const struct payment *pay, const struct me *me, int32_t today);
/* A page as text of at most so many columns, each thing in lines of its own: for mails. At most so many bytes; what is left out is said. */
const char *paper_text(struct arena *a, const struct page *p, int columns, size_t most);
/* One line of the log as `me` may read it: when, about what, what, and for staff whose. */
void paper_event(struct page *p, const struct event *e, const struct me *me, int32_t today);
void paper_history(struct page *p, const struct event_list *events, const struct me *me, int32_t today);
void paper_address(struct page *p, const char *label, const struct address *a); /* nothing for NULL */
void paper_owed(struct page *p, const char *label, const struct ageing *a); /* "nothing" where nothing is */

/* "Estimate EST-0041", "Invoice (draft)". Returns buffer. */
char *paper_name(char *buffer, size_t size, const struct document *doc);
/* "open, due in 3 days", "overdue 2 days", "paid". Returns buffer. */
char *paper_state(char *buffer, size_t size, int kind, int status, int32_t due, int32_t today);
#endif
