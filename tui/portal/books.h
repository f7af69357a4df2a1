/* The portal: every book there is. A noun is one file here. */
#ifndef PORTAL_BOOKS_H
#define PORTAL_BOOKS_H
#include "tui/face/place.h"

extern const struct book book_tokens, book_mail_server, book_series, book_taxes, book_items, book_due,
    book_second_factor, book_business, book_portal, book_documents, book_outbox, book_mail, book_staff,
    book_portal_name;
extern const struct book book_schedules, book_schedule;
extern const struct book book_audit;
/* Reminders: switched on or off, the rules, whom they remind next; a customer, or of one invoice, by hand; what was sent. */
extern const struct book book_reminders, book_reminder_rules, book_reminder_next, book_remind, book_remind_of,
    book_reminded;
extern const struct book book_sessions, book_contact_sessions, book_colleague_sessions;
extern const struct book book_keys, book_contact_keys, book_colleague_keys;
extern const struct book book_sign_in;
extern const struct book book_estimates, book_invoices, book_retainers, book_credit_notes;
extern const struct book book_estimate, book_invoice, book_retainer, book_credit_note;
const struct book *paper_book(int kind); /* enum doc_kind: of one document */
extern const struct book book_today, book_home, book_bell;
bool paying_offered(
    const struct me *me); /* is anything paid here: with a card, at a page, out of an account */
size_t home_being_paid(const struct scene *v); /* of home: how many of what is due are being paid */
bool home_pays_here(const struct scene *v);    /* of home: can any of what is due be paid here? */
extern const struct book book_you, book_account, book_for_whom;
extern const struct book book_customers, book_customer, book_persons, book_person;
extern const struct book book_payments, book_payment;
struct method_known_out;
void methods_tell(struct page *p,
                  const struct method_known_out *k); /* of a customer, for staff; NULL: nothing */
extern const struct book book_methods;
extern const struct book book_credits, book_use_credit, book_refunds, book_refund;
extern const struct book book_bank_statements, book_bank_lines, book_bank_line, book_bank_mappings,
    book_reconcile;
extern const struct book book_gateways;             /* … of payments: on, off, what they have to be told */
extern const struct book book_password, book_enrol; /* … and before anything else: */
extern const struct book book_password_first, book_enrol_first, book_code;
/* Before anybody is signed in: e-mail and password; … */
extern const struct book book_entrance, book_key_entrance;
extern const struct book book_lock,
    book_lock_kept; /* everything is hidden; the session is over, or lives on */
extern const struct book book_invitation_code, book_invitation, book_forgotten, book_reset;
extern const struct book book_document_code; /* … with the code of a document */
extern const struct book book_codes;         /* those of a document that were mailed */
/* Recording a payment that arrived: of that customer (0: it is asked of whom), or for that invoice. */
extern const struct book book_record, book_record_exchange, book_record_for, book_record_for_retainer;
/* What became of a payment that somebody just made, or answered for, as a sentence. */
const char *payment_came_to(const struct scene *v, const struct payment *p);
/* Paying by card: all that is due, or that invoice. */
extern const struct book book_pay, book_pay_for, book_pay_for_retainer;
extern const struct book book_how; /* how that invoice (0: all that is due) is paid elsewhere */
/* Not described yet: writing a document, as new_id says, of whatever kind for the customer that is said, and changing it; what things of the business are opened by, about_id. */
extern const struct book book_new, book_edit, book_recur, book_recur_for, book_subject, book_writing;
#define ABOUT_SAID (UINT64_C(1) << 62) /* with it: from what was said last on */
/* What a thing of the business (enum subject) is opened as, by who looks; NULL: there is no place for it. *id: 0 from then on where that
 * is a list, or one's own. */
const struct book *book_about(const struct me *me, int subject, uint64_t *id);
static inline uint64_t about_id(int subject, uint64_t id)
{
    return (uint64_t)subject << 48 | id;
}
static inline uint64_t about_what(uint64_t about, int *subject)
{
    *subject = (int)((about & ~ABOUT_SAID) >> 48);
    return about & ((UINT64_C(1) << 48) - 1);
}
/* A new document of that kind, for that customer (0: it is asked for whom). */
static inline uint64_t new_id(int kind, uint64_t customer)
{
    return (uint64_t)kind << 48 | customer;
}
static inline uint64_t new_for(uint64_t id, int *kind)
{
    *kind = (int)(id >> 48);
    return id & ((UINT64_C(1) << 48) - 1);
}
extern const struct places places_settings, places_own;
extern const struct way ways_staff[], ways_customer[]; /* what one begins with; end with {0} */
extern const struct book *const portal_books[];        /* all; ends with NULL */
#endif
