/* The keys of a document: what is possible now, and where else they lead. */
#include "tui/full/book_screen.h"
#include "tui/portal/books.h"
#include "tui/staff/staff_document.h"
#include "tui/staff/editor.h"

static const struct document *doc_of(const void *state)
{
    return ((const struct document_screen *)state)->v.doc;
}

/* --- what is possible */

static const char *may(const struct ui *ui, const void *state)
{
    const char *why = staff_may_write(ui);
    return why ? why : document_screen_loaded(ui, state);
}

static const char *can_edit(const struct ui *ui, const void *state)
{
    const char *why = may(ui, state);
    if (why)
        return why;
    const struct document *d = doc_of(state);
    if (d->state == DOC_DRAFT)
        return NULL;
    if (d->kind == DOC_INVOICE)
        return "A sent invoice stays as it is: withdraw it and duplicate it instead.";
    return d->state == DOC_OPEN || d->state == DOC_DECLINED
               ? NULL
               : "It was accepted or withdrawn: duplicate it instead.";
}

static const char *can_send(const struct ui *ui, const void *state)
{
    const char *why = may(ui, state);
    if (why)
        return why;
    const struct document *d = doc_of(state);
    if (!d->lines.n)
        return "There is nothing on it yet.";
    if (d->state == DOC_DRAFT || d->rework || (d->kind == DOC_ESTIMATE && d->state == DOC_DECLINED))
        return NULL;
    return d->state == DOC_OPEN ? "It is sent and was not changed since." : "It is settled.";
}

static const char *can_void(const struct ui *ui, const void *state)
{
    const char *why = may(ui, state);
    if (why)
        return why;
    const struct document *d = doc_of(state);
    if (d->state == DOC_DRAFT)
        return "A draft is deleted, not withdrawn.";
    if (d->kind == DOC_INVOICE)
        return d->state != DOC_OPEN ? "Only an open invoice can be withdrawn."
               : d->paid.amount     ? "Something was paid on it: write off the rest instead."
                                    : NULL;
    return d->state == DOC_OPEN || d->state == DOC_DECLINED || d->state == DOC_ACCEPTED
               ? NULL
               : "It became an invoice, or is withdrawn already.";
}

static const char *can_delete(const struct ui *ui, const void *state)
{
    const char *why = may(ui, state);
    if (why)
        return why;
    return doc_of(state)->state == DOC_DRAFT ? NULL : "Only a draft that was never sent can be deleted.";
}

static const char *can_write_off(const struct ui *ui, const void *state)
{
    const char *why = may(ui, state);
    if (why)
        return why;
    return doc_of(state)->state == DOC_OPEN ? NULL : "Nothing is due on it.";
}

static const char *can_convert(const struct ui *ui, const void *state)
{
    const char *why = document_screen_loaded(ui, state);
    if (why)
        return why;
    const struct document *d = doc_of(state);
    if (d->invoice)
        return NULL; /* shows it */
    why = staff_may_write(ui);
    if (why)
        return why;
    return d->state == DOC_ACCEPTED ? NULL : "Only an accepted estimate becomes an invoice.";
}

static const char *has_estimate(const struct ui *ui, const void *state)
{
    const char *why = document_screen_loaded(ui, state);
    return why ? why : doc_of(state)->estimate ? NULL : "It does not come from an estimate.";
}

/* --- going elsewhere */

static void run_edit(struct ui *ui, void *state)
{
    editor_edit(ui, doc_of(state));
}

static void run_comment(struct ui *ui, void *state)
{
    staff_comment_open(ui, doc_of(state));
}

static void run_record(struct ui *ui, void *state)
{
    book_open(ui, &book_record_for, doc_of(state)->id);
}

static void run_customer(struct ui *ui, void *state)
{
    book_open(ui, &book_customer, doc_of(state)->customer);
}

#define EDIT_ROW                                                                                 \
    {                                                                                            \
        .key = 'e', .action = "edit", .help = "Change it", .possible = can_edit, .run = run_edit \
    }
#define SEND_ROW                                                                               \
    {                                                                                          \
        .key = 's', .action = "send", .help = "Send it to the customer", .possible = can_send, \
        .run = staff_document_send                                                             \
    }
#define COMMENT_ROW                                                                                         \
    {                                                                                                       \
        .key = 'c', .action = "comment", .help = "Comment, for staff or for the customer", .possible = may, \
        .run = run_comment                                                                                  \
    }
#define VOID_ROW                                                                                        \
    {                                                                                                   \
        .key = 'x', .action = "withdraw", .help = "Withdraw it, with the reason", .possible = can_void, \
        .run = staff_document_void                                                                      \
    }
#define DUPLICATE_ROW                                                                                  \
    {                                                                                                  \
        .key = 'D', .action = "duplicate", .help = "A new draft with the same lines", .possible = may, \
        .run = staff_document_duplicate, .quiet = true                                                 \
    }
#define DELETE_ROW                                                                               \
    {                                                                                            \
        .key = K_DELETE, .action = "delete", .help = "Delete the draft", .possible = can_delete, \
        .run = staff_document_delete, .quiet = true                                              \
    }
#define CUSTOMER_ROW                                                                                       \
    {                                                                                                      \
        .key = 'o', .action = "customer", .help = "Open the customer", .possible = document_screen_loaded, \
        .run = run_customer, .quiet = true                                                                 \
    }
#define COPY_ROW                                                                                            \
    {                                                                                                       \
        .key = 'y', .action = "copy number", .help = "Copy its number", .possible = document_screen_loaded, \
        .run = document_screen_run_copy, .quiet = true                                                      \
    }

const struct key_row staff_estimate_keys[] = {EDIT_ROW,
                                              SEND_ROW,
                                              COMMENT_ROW,
                                              {.key = 'i',
                                               .action = "invoice",
                                               .help = "Make an invoice of it, or open that",
                                               .possible = can_convert,
                                               .run = staff_document_convert},
                                              VOID_ROW,
                                              {.key = 'V',
                                               .action = "earlier",
                                               .help = "As it was sent before",
                                               .possible = document_screen_has_versions,
                                               .run = document_screen_run_versions,
                                               .quiet = true},
                                              DUPLICATE_ROW,
                                              DELETE_ROW,
                                              DOCUMENT_BEFORE_ROW,
                                              DOCUMENT_AFTER_ROW,
                                              DOCUMENT_HISTORY_ROW,
                                              CUSTOMER_ROW,
                                              COPY_ROW,
                                              {0}};
const struct key_row staff_invoice_keys[] = {EDIT_ROW,
                                             SEND_ROW,
                                             COMMENT_ROW,
                                             {.key = 'p',
                                              .action = "payment",
                                              .help = "Record a payment that arrived",
                                              .possible = can_write_off,
                                              .run = run_record},
                                             VOID_ROW,
                                             {.key = 'w',
                                              .action = "write off",
                                              .help = "Give up what is still due",
                                              .possible = can_write_off,
                                              .run = staff_document_write_off,
                                              .quiet = true},
                                             {.key = 'i',
                                              .action = "estimate",
                                              .help = "Open the estimate it comes from",
                                              .possible = has_estimate,
                                              .run = staff_document_estimate,
                                              .quiet = true},
                                             DUPLICATE_ROW,
                                             DELETE_ROW,
                                             DOCUMENT_BEFORE_ROW,
                                             DOCUMENT_AFTER_ROW,
                                             DOCUMENT_HISTORY_ROW,
                                             CUSTOMER_ROW,
                                             COPY_ROW,
                                             {0}};
