/* What staff do with a document: send, edit, duplicate, withdraw, write off, delete, make an invoice of it, comment. */
#include "common/date.h"
#include "tui/staff/document.h"
#include "tui/staff/editor.h"
#include "tui/staff/record.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const struct document *doc_of(const void *state)
{
    return ((const struct staff_document *)state)->v.doc;
}

static void act(struct ui *ui, struct staff_document *s, enum document_did doing, enum op_number op,
                const void *in, const char *busy)
{
    s->doing = doing;
    ui_ask_with(ui, &(struct ask){.tag = DOCUMENT_ACT, .op = op_at(op), .in = in, .busy = busy});
}

static void show_other(struct ui *ui, int kind, uint64_t id)
{
    ui_push(ui, kind == DOC_ESTIMATE ? &screen_staff_estimate : &screen_staff_invoice, id);
}

static void duplicated(struct ui *ui, const struct staff_document *s, const struct reply *r)
{
    const struct document *d = s->kind == DOC_ESTIMATE
                                   ? ((const struct estimate_duplicate_out *)r->out)->estimate
                                   : ((const struct invoice_duplicate_out *)r->out)->invoice;
    ui_toast(ui, TONE_GOOD, "A new draft with the same lines, dated today.");
    show_other(ui, s->kind, d->id);
}

void staff_document_done(struct ui *ui, struct staff_document *s, const struct reply *r)
{
    if (r->code != OK)
        ui_reload(ui); /* it may stand elsewhere than was shown */
    if (ui_refused(ui, r))
        return;
    switch (s->doing) {
    case DID_SEND: ui_toast(ui, TONE_GOOD, "Sent. The customer sees it now."); break;
    case DID_VOID: ui_toast(ui, TONE_GOOD, "Withdrawn."); break;
    case DID_WRITE_OFF: ui_toast(ui, TONE_GOOD, "Written off."); break;
    case DID_DUPLICATE: duplicated(ui, s, r); return;
    case DID_DELETE:
        ui_toast(ui, TONE_GOOD, "The draft is deleted.");
        ui_pop(ui);
        return;
    case DID_CONVERT: {
        const struct document *invoice = ((const struct estimate_convert_out *)r->out)->invoice;
        const char *number = show_text(invoice->number);
        ui_toast(ui, TONE_GOOD,
                 *number ? "Invoice %s is sent." : "The invoice is a draft%s: check and send it.", number);
        show_other(ui, DOC_INVOICE, invoice->id);
        return;
    }
    }
    ui_reload(ui);
}

/* --- what is possible */

static const char *loaded(const struct ui *ui, const void *state)
{
    (void)ui;
    return doc_of(state) ? NULL : "Not loaded yet.";
}

static const char *may(const struct ui *ui, const void *state)
{
    const char *why = staff_may_write(ui);
    return why ? why : loaded(ui, state);
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
    const char *why = loaded(ui, state);
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
    const char *why = loaded(ui, state);
    return why ? why : doc_of(state)->estimate ? NULL : "It does not come from an estimate.";
}

static const char *has_versions(const struct ui *ui, const void *state)
{
    const struct staff_document *s = state;
    const char *why = loaded(ui, state);
    return why ? why : s->v.versions && s->v.versions->n ? NULL : "It was not sent in another form before.";
}

/* --- sending, making an invoice */

static void send_done(struct ui *ui, void *state, const struct said *said)
{
    struct staff_document *s = state;
    struct estimate_send_in e = {0};
    struct invoice_send_in i = {0};
    (void)said;
    if (s->kind == DOC_ESTIMATE) {
        GIVE(estimate_send_in, &e, estimate, s->id);
        GIVE(estimate_send_in, &e, revision, s->v.doc->revision);
        act(ui, s, DID_SEND, OPNO_estimate_send, &e, "Sending…");
    } else {
        GIVE(invoice_send_in, &i, invoice, s->id);
        GIVE(invoice_send_in, &i, revision, s->v.doc->revision);
        act(ui, s, DID_SEND, OPNO_invoice_send, &i, "Sending…");
    }
}

static void run_send(struct ui *ui, void *state)
{
    const struct document *d = doc_of(state);
    char text[600], total[SHOW_TEXT], day[DATE_TEXT], yes[80];
    bool numbered = d->number && *d->number;
    snprintf(text, sizeof text, "To        %s\nTotal     %s\n%s %s\n\n%s", show_text(d->customer_name),
             show_money(total, d->total), d->kind == DOC_INVOICE ? "Due      " : "Open until",
             date_short(day, d->due),
             numbered ? "The customer sees it as it stands here, at once."
                      : "It gets the next number, and the customer sees it at once.");
    snprintf(yes, sizeof yes, "Send %s", numbered ? d->number : enum_name(enum_doc_kind(), d->kind));
    ui_confirm(ui, d->kind == DOC_INVOICE ? "Send this invoice?" : "Send this estimate?", text, yes,
               send_done);
}

static const char *const convert_choices[] = {"As a draft, to check and send it", "Send it at once", NULL};

static void convert_done(struct ui *ui, void *state, const struct said *said)
{
    struct staff_document *s = state;
    struct estimate_convert_in in = {0};
    GIVE(estimate_convert_in, &in, estimate, s->id);
    if (said->choice == 1)
        GIVE(estimate_convert_in, &in, send, true);
    act(ui, s, DID_CONVERT, OPNO_estimate_convert, &in, "Making the invoice…");
}

static void run_convert(struct ui *ui, void *state)
{
    const struct document *d = doc_of(state);
    char title[120];
    if (d->invoice) {
        show_other(ui, DOC_INVOICE, d->invoice);
        return;
    }
    snprintf(title, sizeof title, "Make an invoice of %s", show_text(d->number));
    ui_dialog(ui, &(struct dialog){.kind = DIALOG_CHOOSE,
                                   .title = title,
                                   .choices = convert_choices,
                                   .yes = "Make the invoice",
                                   .done = convert_done});
}

static void run_estimate(struct ui *ui, void *state)
{
    show_other(ui, DOC_ESTIMATE, doc_of(state)->estimate);
}

/* --- withdrawing, writing off, deleting, duplicating */

static void void_done(struct ui *ui, void *state, const struct said *said)
{
    struct staff_document *s = state;
    struct estimate_void_in e = {0};
    struct invoice_void_in i = {0};
    if (s->kind == DOC_ESTIMATE) {
        GIVE(estimate_void_in, &e, estimate, s->id);
        GIVE(estimate_void_in, &e, reason, said->text);
        act(ui, s, DID_VOID, OPNO_estimate_void, &e, "Withdrawing…");
    } else {
        GIVE(invoice_void_in, &i, invoice, s->id);
        GIVE(invoice_void_in, &i, reason, said->text);
        act(ui, s, DID_VOID, OPNO_invoice_void, &i, "Withdrawing…");
    }
}

static void ask_reason(struct ui *ui, const char *title, const char *text, const char *yes,
                       void (*done)(struct ui *, void *, const struct said *))
{
    ui_dialog(ui,
              &(struct dialog){
                  .kind = DIALOG_LINES, .title = title, .text = text, .max = 1000, .yes = yes, .done = done});
}

static void run_void(struct ui *ui, void *state)
{
    const struct document *d = doc_of(state);
    char title[120], text[300], total[SHOW_TEXT];
    snprintf(title, sizeof title, "Withdraw %s: why?", show_text(d->number));
    snprintf(text, sizeof text,
             "%s for %s keeps its number and counts for nothing. This can not be undone. Only staff see the "
             "reason.",
             show_money(total, d->total), show_text(d->customer_name));
    ask_reason(ui, title, text, "Withdraw", void_done);
}

static void write_off_done(struct ui *ui, void *state, const struct said *said)
{
    struct staff_document *s = state;
    struct invoice_write_off_in in = {0};
    GIVE(invoice_write_off_in, &in, invoice, s->id);
    GIVE(invoice_write_off_in, &in, reason, said->text);
    act(ui, s, DID_WRITE_OFF, OPNO_invoice_write_off, &in, "Writing off…");
}

static void run_write_off(struct ui *ui, void *state)
{
    const struct document *d = doc_of(state);
    char title[120], text[300], due[SHOW_TEXT];
    snprintf(title, sizeof title, "Write off %s: why?", show_text(d->number));
    snprintf(text, sizeof text, "%s that %s owes on it is given up. This can not be undone.",
             show_money(due, d->balance), show_text(d->customer_name));
    ask_reason(ui, title, text, "Write off", write_off_done);
}

static void delete_done(struct ui *ui, void *state, const struct said *said)
{
    struct staff_document *s = state;
    struct estimate_delete_in e = {0};
    struct invoice_delete_in i = {0};
    (void)said;
    if (s->kind == DOC_ESTIMATE) {
        GIVE(estimate_delete_in, &e, estimate, s->id);
        GIVE(estimate_delete_in, &e, revision, s->v.doc->revision);
        act(ui, s, DID_DELETE, OPNO_estimate_delete, &e, "Deleting…");
    } else {
        GIVE(invoice_delete_in, &i, invoice, s->id);
        GIVE(invoice_delete_in, &i, revision, s->v.doc->revision);
        act(ui, s, DID_DELETE, OPNO_invoice_delete, &i, "Deleting…");
    }
}

static void run_delete(struct ui *ui, void *state)
{
    const struct document *d = doc_of(state);
    char text[300], total[SHOW_TEXT];
    snprintf(text, sizeof text, "The draft %s for %s, %s, will be gone.", enum_name(enum_doc_kind(), d->kind),
             show_text(d->customer_name), show_money(total, d->total));
    ui_confirm(ui, "Delete this draft?", text, "Delete", delete_done);
}

static void run_duplicate(struct ui *ui, void *state)
{
    struct staff_document *s = state;
    struct estimate_duplicate_in e = {0};
    struct invoice_duplicate_in i = {0};
    if (s->kind == DOC_ESTIMATE) {
        GIVE(estimate_duplicate_in, &e, estimate, s->id);
        act(ui, s, DID_DUPLICATE, OPNO_estimate_duplicate, &e, "Copying…");
    } else {
        GIVE(invoice_duplicate_in, &i, invoice, s->id);
        act(ui, s, DID_DUPLICATE, OPNO_invoice_duplicate, &i, "Copying…");
    }
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
    record_open(ui, doc_of(state)->customer, doc_of(state)->id);
}

static void run_customer(struct ui *ui, void *state)
{
    ui_push(ui, &screen_staff_customer, doc_of(state)->customer);
}

static void run_copy(struct ui *ui, void *state)
{
    ui_copy(ui, show_text(doc_of(state)->number));
}

static void version_done(struct ui *ui, void *state, const struct said *said)
{
    struct staff_document *s = state;
    if (s->v.versions && (size_t)said->choice < s->v.versions->n)
        staff_version_open(ui, s->id, s->v.versions->v[said->choice].revision);
}

static void run_versions(struct ui *ui, void *state)
{
    struct staff_document *s = state;
    size_t n = s->v.versions->n;
    const char **names = arena_alloc(ui_arena(ui), (n + 1) * sizeof *names);
    for (size_t i = 0; i < n; i++) {
        const struct version *e = &s->v.versions->v[i];
        char at[SHOW_TEXT], total[SHOW_TEXT] = "";
        names[i] = arena_printf(ui_arena(ui), "Revision %" PRId64 ", sent %s  %s", e->revision,
                                show_when(at, e->at, s->v.me->utc_offset, s->v.today),
                                e->was ? show_money(total, e->was->total) : "");
    }
    if (n == 1)
        staff_version_open(ui, s->id, s->v.versions->v[0].revision);
    else
        ui_dialog(ui, &(struct dialog){.kind = DIALOG_CHOOSE,
                                       .title = "Earlier versions",
                                       .choices = names,
                                       .yes = "Open",
                                       .done = version_done});
}

#define EDIT_ROW                                                                                 \
    {                                                                                            \
        .key = 'e', .action = "edit", .help = "Change it", .possible = can_edit, .run = run_edit \
    }
#define SEND_ROW                                                                               \
    {                                                                                          \
        .key = 's', .action = "send", .help = "Send it to the customer", .possible = can_send, \
        .run = run_send                                                                        \
    }
#define COMMENT_ROW                                                                                         \
    {                                                                                                       \
        .key = 'c', .action = "comment", .help = "Comment, for staff or for the customer", .possible = may, \
        .run = run_comment                                                                                  \
    }
#define VOID_ROW                                                                                        \
    {                                                                                                   \
        .key = 'x', .action = "withdraw", .help = "Withdraw it, with the reason", .possible = can_void, \
        .run = run_void                                                                                 \
    }
#define DUPLICATE_ROW                                                                                  \
    {                                                                                                  \
        .key = 'D', .action = "duplicate", .help = "A new draft with the same lines", .possible = may, \
        .run = run_duplicate, .quiet = true                                                            \
    }
#define DELETE_ROW                                                                               \
    {                                                                                            \
        .key = K_DELETE, .action = "delete", .help = "Delete the draft", .possible = can_delete, \
        .run = run_delete, .quiet = true                                                         \
    }
#define CUSTOMER_ROW                                                                       \
    {                                                                                      \
        .key = 'o', .action = "customer", .help = "Open the customer", .possible = loaded, \
        .run = run_customer, .quiet = true                                                 \
    }
#define COPY_ROW                                                                                             \
    {                                                                                                        \
        .key = 'y', .action = "copy number", .help = "Copy its number", .possible = loaded, .run = run_copy, \
        .quiet = true                                                                                        \
    }

const struct key_row staff_estimate_keys[] = {EDIT_ROW,
                                              SEND_ROW,
                                              COMMENT_ROW,
                                              {.key = 'i',
                                               .action = "invoice",
                                               .help = "Make an invoice of it, or open that",
                                               .possible = can_convert,
                                               .run = run_convert},
                                              VOID_ROW,
                                              {.key = 'V',
                                               .action = "earlier",
                                               .help = "As it was sent before",
                                               .possible = has_versions,
                                               .run = run_versions,
                                               .quiet = true},
                                              DUPLICATE_ROW,
                                              DELETE_ROW,
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
                                              .run = run_write_off,
                                              .quiet = true},
                                             {.key = 'i',
                                              .action = "estimate",
                                              .help = "Open the estimate it comes from",
                                              .possible = has_estimate,
                                              .run = run_estimate,
                                              .quiet = true},
                                             DUPLICATE_ROW,
                                             DELETE_ROW,
                                             CUSTOMER_ROW,
                                             COPY_ROW,
                                             {0}};
