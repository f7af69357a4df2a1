#include "tui/portal/books.h"

/* Places that are not described yet. */
const struct book book_customer = {.name = "customer", .foreign = true};
const struct book book_password = {.name = "password", .foreign = true};
const struct book book_enrol = {.name = "enrol", .foreign = true};
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
                                           &book_customer,
                                           &book_subject,
                                           &book_audit,
                                           &book_sign_in,
                                           &book_password,
                                           &book_enrol,
                                           &book_sessions,
                                           &book_contact_sessions,
                                           &book_colleague_sessions,
                                           &book_keys,
                                           &book_contact_keys,
                                           NULL};
