/* What staff do with a document: send, make an invoice of it, withdraw, write off, delete, duplicate. */
#include "common/date.h"
#include "tui/staff/staff_document.h"
#include <stdio.h>

static const struct document *doc_of(const void *state)
{
    return ((const struct staff_document *)state)->shown.v.doc;
}

static void act(struct ui *ui, struct staff_document *s, enum document_did doing, enum any_document what,
                const void *in, const char *busy)
{
    s->doing = doing;
    ui_ask_with(
        ui,
        &(struct ask){.tag = DOCUMENT_ACT, .op = op_at(op_for(s->shown.kind, what)), .in = in, .busy = busy});
}

static void show_other(struct ui *ui, int kind, uint64_t id)
{
    ui_push(ui, kind == DOC_ESTIMATE ? &screen_staff_estimate : &screen_staff_invoice, id);
}

static void duplicated(struct ui *ui, const struct staff_document *s, const struct reply *r)
{
    const struct document *d = ((const struct document_duplicate_out *)r->out)->document;
    ui_toast(ui, TONE_GOOD, "A new draft with the same lines, dated today.");
    show_other(ui, s->shown.kind, d->id);
}

void staff_document_done(struct ui *ui, struct staff_document *s, const struct reply *r)
{
    if (r->code != OK)
        ui_reload(ui); /* it may stand elsewhere than was shown */
    if (ui_refused(ui, r))
        return;
    switch (s->doing) {
    case DID_SEND: ui_toast(ui, TONE_GOOD, DOCUMENT_SENT); break;
    case DID_VOID: ui_toast(ui, TONE_GOOD, "Withdrawn."); break;
    case DID_WRITE_OFF: ui_toast(ui, TONE_GOOD, "Written off."); break;
    case DID_DUPLICATE: duplicated(ui, s, r); return;
    case DID_DELETE:
        ui_toast(ui, TONE_GOOD, "The draft is deleted.");
        ui_pop(ui);
        return;
    case DID_CONVERT: {
        const struct document *invoice = ((const struct document_convert_out *)r->out)->invoice;
        const char *number = show_text(invoice->number);
        ui_toast(ui, TONE_GOOD,
                 *number ? "Invoice %s is sent." : "The invoice is a draft%s: check and send it.", number);
        show_other(ui, DOC_INVOICE, invoice->id);
        return;
    }
    }
    ui_reload(ui);
}

/* --- sending, making an invoice */

static void send_done(struct ui *ui, void *state, const struct said *said)
{
    struct staff_document *s = state;
    struct document_send_in in = {0};
    (void)said;
    GIVE(document_send_in, &in, id, s->shown.id);
    GIVE(document_send_in, &in, revision, s->shown.v.doc->revision);
    act(ui, s, DID_SEND, ANY_document_send, &in, "Sending…");
}

void staff_document_send(struct ui *ui, void *state)
{
    const struct document *d = doc_of(state);
    char text[600], total[SHOW_TEXT], day[DATE_TEXT], yes[80];
    bool numbered = d->number && *d->number;
    snprintf(text, sizeof text, "To        %s\nTotal     %s\n%s %s\n\n%s", show_text(d->customer_name),
             show_money(total, d->total), d->kind == DOC_INVOICE ? "Due      " : "Open until",
             date_short(day, d->due),
             numbered ? "As it stands here. " DOCUMENT_SEEN : "It gets the next number. " DOCUMENT_SEEN);
    snprintf(yes, sizeof yes, "Send %s", numbered ? d->number : enum_name(enum_doc_kind(), d->kind));
    ui_confirm(ui, d->kind == DOC_INVOICE ? "Send this invoice?" : "Send this estimate?", text, yes,
               send_done);
}

static const char *const convert_choices[] = {"As a draft, to check and send it", "Send it at once", NULL};

static void convert_done(struct ui *ui, void *state, const struct said *said)
{
    struct staff_document *s = state;
    struct document_convert_in in = {0};
    GIVE(document_convert_in, &in, id, s->shown.id);
    if (said->choice == 1)
        GIVE(document_convert_in, &in, send, true);
    act(ui, s, DID_CONVERT, ANY_document_convert, &in, "Making the invoice…");
}

void staff_document_convert(struct ui *ui, void *state)
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

void staff_document_estimate(struct ui *ui, void *state)
{
    show_other(ui, DOC_ESTIMATE, doc_of(state)->estimate);
}

/* --- withdrawing, writing off, deleting, duplicating */

static void void_done(struct ui *ui, void *state, const struct said *said)
{
    struct staff_document *s = state;
    struct document_void_in in = {0};
    GIVE(document_void_in, &in, id, s->shown.id);
    GIVE(document_void_in, &in, reason, said->text);
    act(ui, s, DID_VOID, ANY_document_void, &in, "Withdrawing…");
}

static void ask_reason(struct ui *ui, const char *title, const char *text, const char *yes,
                       void (*done)(struct ui *, void *, const struct said *))
{
    ui_dialog(ui,
              &(struct dialog){
                  .kind = DIALOG_LINES, .title = title, .text = text, .max = 1000, .yes = yes, .done = done});
}

void staff_document_void(struct ui *ui, void *state)
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
    struct document_write_off_in in = {0};
    GIVE(document_write_off_in, &in, id, s->shown.id);
    GIVE(document_write_off_in, &in, reason, said->text);
    act(ui, s, DID_WRITE_OFF, ANY_document_write_off, &in, "Writing off…");
}

void staff_document_write_off(struct ui *ui, void *state)
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
    struct document_delete_in in = {0};
    (void)said;
    GIVE(document_delete_in, &in, id, s->shown.id);
    GIVE(document_delete_in, &in, revision, s->shown.v.doc->revision);
    act(ui, s, DID_DELETE, ANY_document_delete, &in, "Deleting…");
}

void staff_document_delete(struct ui *ui, void *state)
{
    const struct document *d = doc_of(state);
    char text[300], total[SHOW_TEXT];
    snprintf(text, sizeof text, "The draft %s for %s, %s, will be gone.", enum_name(enum_doc_kind(), d->kind),
             show_text(d->customer_name), show_money(total, d->total));
    ui_confirm(ui, "Delete this draft?", text, "Delete", delete_done);
}

void staff_document_duplicate(struct ui *ui, void *state)
{
    struct staff_document *s = state;
    struct document_duplicate_in in = {0};
    GIVE(document_duplicate_in, &in, id, s->shown.id);
    act(ui, s, DID_DUPLICATE, ANY_document_duplicate, &in, "Copying…");
}
