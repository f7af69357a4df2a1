/* Receipts of payments: the page that a mail and a PDF are made of (E12). */
#ifndef SERVER_OPS_RECEIPT_PAGE_H
#define SERVER_OPS_RECEIPT_PAGE_H
#include "server/core/call.h"
#include "server/paper/page_pdf.h"

/* The receipt as who paid is told it, whoever asks for it; and what its PDF says of itself. All of it lives in the page's arena. */
enum err receipt_page(struct call *c, const struct payment *p, struct page *page,
                      struct page_pdf *about) MUST_USE;
/* ERR_STATE, with what is to be said, of a payment that has none. */
enum err receipt_there(struct call *c, const struct payment *p) MUST_USE;
#endif
