/* The screens of staff. */
#ifndef TUI_STAFF_SCREENS_H
#define TUI_STAFF_SCREENS_H
#include "tui/client.h"
#include "tui/show.h"
#include "tui/view.h"

extern const struct screen screen_staff_today;
extern const struct screen screen_staff_customers;
extern const struct screen screen_staff_pick; /* a customer to write a document for; subject: enum doc_kind */
extern const struct screen screen_staff_customer; /* subject: the customer */
extern const struct screen screen_staff_customer_new;
extern const struct screen screen_staff_customer_edit; /* subject: the customer */
extern const struct screen screen_staff_contact_new;   /* subject: the customer */
extern const struct screen screen_staff_contact_edit;  /* subject: the contact person */
extern const struct screen screen_staff_access;        /* pushed by staff_access_open */
extern const struct screen screen_staff_estimates, screen_staff_invoices;
extern const struct screen screen_staff_estimate, screen_staff_invoice; /* subject: the document */
extern const struct screen screen_staff_editor; /* pushed by the functions of editor.h */
extern const struct screen screen_staff_payments;
extern const struct screen screen_staff_payment; /* subject: the payment */
extern const struct screen screen_staff_record;  /* subject: the customer who paid */
extern const struct screen screen_staff_settings;

/* For key_row.possible of everything that changes something: NULL, or why a reader can not. */
const char *staff_may_write(const struct ui *ui);
const char *staff_may_set(const struct ui *ui); /* the same for settings, which are an administrator's */
/* UTC milliseconds now, for "2 h". */
int64_t staff_clock(void);
/* Rows that any screen may have in its table. */
void staff_run_new(struct ui *ui, void *state); /* asks what to write: invoice, estimate, customer, payment */
/* The lists of one customer. */
void staff_documents_of(struct ui *ui, int kind, uint64_t customer, const char *name);
void staff_payments_of(struct ui *ui, uint64_t customer, const char *name);
/* An estimate as it was when it was sent before. */
void staff_version_open(struct ui *ui, uint64_t estimate, int64_t revision);
/* Is this about documents or payments, so that figures may have changed? */
static inline bool staff_event_moves_money(const struct event *e)
{
    return e->subject == SUBJECT_ESTIMATE || e->subject == SUBJECT_INVOICE || e->subject == SUBJECT_PAYMENT;
}
#endif
