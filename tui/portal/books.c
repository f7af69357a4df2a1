#include "tui/portal/books.h"

/* Places that are not described yet. */
const struct book book_new_estimate = {.name = "new estimate", .foreign = true};
const struct book book_new_invoice = {.name = "new invoice", .foreign = true};
const struct book book_edit = {.name = "edit", .foreign = true};
const struct book book_pay = {.name = "pay", .foreign = true};
const struct book book_how_to_pay = {.name = "how to pay", .foreign = true};
const struct book book_pay_code = {.name = "code", .foreign = true};
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
                                           &book_due,
                                           &book_outbox,
                                           &book_mail,
                                           &book_staff,
                                           &book_portal_name,
                                           &book_today,
                                           &book_home,
                                           &book_pay,
                                           &book_how_to_pay,
                                           &book_customers,
                                           &book_customer,
                                           &book_persons,
                                           &book_person,
                                           &book_estimates,
                                           &book_invoices,
                                           &book_estimate,
                                           &book_invoice,
                                           &book_new_estimate,
                                           &book_new_invoice,
                                           &book_edit,
                                           &book_pay_code,
                                           &book_payments,
                                           &book_payment,
                                           &book_record,
                                           &book_record_for,
                                           &book_subject,
                                           &book_audit,
                                           &book_sign_in,
                                           &book_you,
                                           &book_account,
                                           &book_for_whom,
                                           &book_password,
                                           &book_enrol,
                                           &book_password_first,
                                           &book_enrol_first,
                                           &book_sessions,
                                           &book_contact_sessions,
                                           &book_colleague_sessions,
                                           &book_keys,
                                           &book_contact_keys,
                                           NULL};
