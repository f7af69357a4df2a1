/* The lists of estimates and of invoices. Inside of documents*.c. */
#ifndef TUI_CUSTOMER_DOCUMENTS_H
#define TUI_CUSTOMER_DOCUMENTS_H
#include "tui/customer/screens.h"
#include "tui/document.h"

enum { DOCUMENTS_LIST, DOCUMENTS_PEEK }; /* tags */

/* Both operations take the same arguments under the same numbers; only the structs' names differ. */
struct documents_page {
    const struct document_row_list *rows;
    const char *next;
    int64_t total;
};
struct documents {
    int kind;
    struct list *list;
    struct estimate_list_in estimates;
    struct invoice_list_in invoices;
    bool more; /* what is asked for is a further page */
    int pages, fresh;
    struct documents_page page;
    const struct me *me;
    struct document_view peek;
};

void documents_ask_page(struct ui *ui, struct documents *s); /* s->more: a further one */
void documents_ask_peek(struct ui *ui,
                        struct documents *s); /* of the record under the cursor, for the preview */
#endif
