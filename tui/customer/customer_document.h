/* What the screens of documents offer each other. */
#ifndef TUI_CUSTOMER_DOCUMENT_H
#define TUI_CUSTOMER_DOCUMENT_H
#include "tui/both/document_screen.h"

/* The state of screen_customer_estimate and screen_customer_invoice. */
struct customer_document {
    struct document_screen shown;
    char signed_by[320];
    bool stale;       /* the next answer is compared with what was shown */
    bool deciding;    /* a question about accepting is open: what it shows must not change underneath */
    int64_t revision; /* the one that the question is about */
};
enum { DOCUMENT_ANSWER = DOCUMENT_ACT, DOCUMENT_COMMENT }; /* tags; the first of what answer.c asks */

/* Tells what changed between the estimate as it was read and as it is now. */
void customer_difference(struct ui *ui, const struct document *was, const struct document *is);
/* Rows of its key table. */
const char *document_can_answer(const struct ui *ui, const void *state);
void document_accept(struct ui *ui, void *state);
void document_decline(struct ui *ui, void *state);
#endif
