/* Inside of the document screen: document.c shows it, document_keys.c has its keys, document_acts.c what staff do with it. */
#ifndef TUI_STAFF_DOCUMENT_H
#define TUI_STAFF_DOCUMENT_H
#include "tui/both/document_screen.h"
#include "tui/staff/staff_screens.h"

enum document_did { DID_SEND, DID_DUPLICATE, DID_VOID, DID_WRITE_OFF, DID_DELETE, DID_CONVERT };

struct staff_document {
    struct document_screen shown;
    enum document_did doing; /* what DOCUMENT_ACT is about */
};
extern const struct key_row staff_estimate_keys[], staff_invoice_keys[];
/* What keys run. */
void staff_document_send(struct ui *ui, void *state);
void staff_document_convert(struct ui *ui, void *state);
void staff_document_estimate(struct ui *ui, void *state);
void staff_document_void(struct ui *ui, void *state);
void staff_document_write_off(struct ui *ui, void *state);
void staff_document_delete(struct ui *ui, void *state);
void staff_document_duplicate(struct ui *ui, void *state);
/* The answer to DOCUMENT_ACT. */
void staff_document_done(struct ui *ui, struct staff_document *s, const struct reply *r);
/* A form for a comment, with the conversation so far (F6, D7). */
void staff_comment_open(struct ui *ui, const struct document *doc);
void staff_reply_open(struct ui *ui, int kind,
                      uint64_t document); /* … that the customer sees, unless that is unticked */
#endif
