/* The portal: every book there is. A noun is one file here. */
#ifndef PORTAL_BOOKS_H
#define PORTAL_BOOKS_H
#include "tui/face/book.h"

extern const struct book book_tokens, book_mail_server, book_series, book_taxes, book_items, book_due,
    book_second_factor, book_business, book_portal, book_documents, book_outbox, book_mail, book_staff,
    book_colleague_sessions, book_portal_name;
extern const struct book book_customer;         /* not described yet */
extern const struct book *const portal_books[]; /* all; ends with NULL */
#endif
