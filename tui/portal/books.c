#include "tui/portal/books.h"
#include "common/doc_kind.h"

/* Places that are not described yet. */
const struct book book_new = {.name = "new", .foreign = true};
const struct book book_edit = {.name = "edit", .foreign = true};
const struct book book_recur = {.name = "recur", .foreign = true};
const struct book book_recur_for = {.name = "recur for", .foreign = true};
const struct book book_writing = {.name = "writing", .foreign = true};
const struct book book_subject = {.name = "subject", .foreign = true};

const struct book *const portal_books[] = {&book_tokens,
                                           &book_mail_server,
                                           &book_series,
                                           &book_taxes,
                                           &book_items,
                                           &book_second_factor,
                                           &book_business,
                                           &book_portal,
                                           &book_documents,
                                           &book_gateways,
                                           &book_due,
                                           &book_outbox,
                                           &book_mail,
                                           &book_staff,
                                           &book_portal_name,
                                           &book_today,
                                           &book_home,
                                           &book_bell,
                                           &book_pay,
                                           &book_how,
                                           &book_customers,
                                           &book_customer,
                                           &book_persons,
                                           &book_person,
                                           &book_estimates,
                                           &book_invoices,
                                           &book_retainers,
                                           &book_credit_notes,
                                           &book_estimate,
                                           &book_invoice,
                                           &book_retainer,
                                           &book_credit_note,
                                           &book_new,
                                           &book_edit,
                                           &book_recur,
                                           &book_recur_for,
                                           &book_bank_statements,
                                           &book_bank_lines,
                                           &book_bank_line,
                                           &book_bank_mappings,
                                           &book_reconcile,
                                           &book_payments,
                                           &book_payment,
                                           &book_credits,
                                           &book_use_credit,
                                           &book_methods,
                                           &book_refunds,
                                           &book_refund,
                                           &book_pay_for,
                                           &book_pay_for_retainer,
                                           &book_record,
                                           &book_record_exchange,
                                           &book_record_for,
                                           &book_record_for_retainer,
                                           &book_writing,
                                           &book_subject,
                                           &book_audit,
                                           &book_schedules,
                                           &book_schedule,
                                           &book_reminders,
                                           &book_reminder_rules,
                                           &book_reminder_next,
                                           &book_remind,
                                           &book_remind_of,
                                           &book_reminded,
                                           &book_sign_in,
                                           &book_you,
                                           &book_account,
                                           &book_for_whom,
                                           &book_password,
                                           &book_enrol,
                                           &book_password_first,
                                           &book_code,
                                           &book_entrance,
                                           &book_key_entrance,
                                           &book_lock,
                                           &book_lock_kept,
                                           &book_invitation_code,
                                           &book_invitation,
                                           &book_document_code,
                                           &book_codes,
                                           &book_forgotten,
                                           &book_reset,
                                           &book_enrol_first,
                                           &book_sessions,
                                           &book_contact_sessions,
                                           &book_colleague_sessions,
                                           &book_keys,
                                           &book_contact_keys,
                                           &book_colleague_keys,
                                           NULL};

const struct book *book_about(const struct me *me, int subject, uint64_t *id)
{
    const bool customer = me->role == ROLE_CUSTOMER;
    switch (subject) {
    case SUBJECT_PAYMENT: return &book_payment;
    case SUBJECT_REFUND: return &book_refund;
    case SUBJECT_CUSTOMER:
    case SUBJECT_CONTACT:
        if (!customer)
            return subject == SUBJECT_CUSTOMER ? &book_customer : &book_person;
        *id = 0;
        return &book_account;
    case SUBJECT_KEY:
    case SUBJECT_SESSION: *id = 0; return customer ? &book_sign_in : NULL;
    case SUBJECT_STAFF: return customer ? NULL : &book_staff;
    case SUBJECT_SCHEDULE: return customer ? NULL : &book_schedule;
    case SUBJECT_TOKEN: return customer ? NULL : &book_tokens;
    case SUBJECT_REMINDER: *id = 0; return customer ? NULL : &book_reminder_rules;
    case SUBJECT_STATEMENT: return customer ? NULL : &book_bank_line;
    case SUBJECT_METHOD: *id = 0; return customer ? &book_methods : NULL;
    case SUBJECT_DUE: *id = 0; return customer ? NULL : &book_due;
    case SUBJECT_MAIL:
        if (customer || !book_closed(&book_mail, me))
            return customer ? NULL : &book_mail;
        *id = 0; /* a mail may hold a code: readers see the list */
        return &book_outbox;
    default: return doc_kind_of_subject(subject) ? paper_book(doc_kind_of_subject(subject)->kind) : NULL;
    }
}
