/* An estimate or an invoice as the document it is: accept and decline (D3), pay, comment (D7), earlier versions (D4). */
#include "tui/customer/customer_document.h"
#include "tui/customer/customer_screens.h"
#include <stdio.h>
#include <string.h>

static void open_estimate(struct ui *ui, void *state, uint64_t subject)
{
    document_screen_open(ui, state, subject, DOC_ESTIMATE);
}

static void open_invoice(struct ui *ui, void *state, uint64_t subject)
{
    document_screen_open(ui, state, subject, DOC_INVOICE);
}

/* --- answers */

static void took(struct ui *ui, struct customer_document *s, const struct document *was)
{
    const struct document_view *v = &s->shown.v;
    if (s->stale && was && was->revision != v->doc->revision)
        customer_difference(ui, was, v->doc);
    s->stale = false;
    char at[SHOW_TEXT];
    bool me = strcmp(show_text(v->doc->viewed_by), v->me->name) == 0;
    if (v->doc->viewed)
        ui_status(ui, "Viewed by %s %s", me ? "you" : show_text(v->doc->viewed_by),
                  show_when(at, v->doc->viewed, v->me->time_zone, v->today));
}

static void answered(struct ui *ui, struct customer_document *s, const struct reply *r)
{
    s->deciding = false;
    if (r->code == ERR_STALE) {
        s->stale = true;
        ui_reload(ui);
        return;
    }
    if (r->code == ERR_OFFLINE)
        ui_reload(ui);
    if (ui_refused(ui, r))
        return;
    ui_toast(ui, TONE_GOOD, "Your answer was sent. Thank you.");
    ui_reload(ui);
}

static void reply(struct ui *ui, void *state, int tag, const struct reply *r)
{
    struct customer_document *s = state;
    const struct document *was = s->shown.v.doc;
    if (tag == DOCUMENT_ANSWER) {
        answered(ui, s, r);
    } else if (tag != DOCUMENT_COMMENT) {
        if (document_screen_took(ui, &s->shown, tag, r))
            took(ui, s, was);
    } else if (!ui_refused(ui, r)) {
        ui_toast(ui, TONE_GOOD, "Your comment was sent.");
        ui_reload(ui);
    }
}

static void event(struct ui *ui, void *state, const struct event *e)
{
    const struct customer_document *s = state;
    bool top = ui_top(ui) == &screen_customer_estimate || ui_top(ui) == &screen_customer_invoice;
    if (!top || s->deciding) /* the server refuses a stale answer, and then the difference is shown */
        return;
    if (document_screen_concerns(&s->shown, e))
        ui_reload(ui);
}

/* --- commenting */

static void comment_done(struct ui *ui, void *state, const struct said *said)
{
    struct customer_document *s = state;
    struct comment_add_in in = {0};
    GIVE(comment_add_in, &in, document, s->shown.id);
    GIVE(comment_add_in, &in, text, said->text);
    ui_ask_with(
        ui,
        &(struct ask){.tag = DOCUMENT_COMMENT, .op = op_at(OPNO_comment_add), .in = &in, .busy = "Sending…"});
}

static void run_comment(struct ui *ui, void *state)
{
    struct customer_document *s = state;
    char text[300], name[120];
    snprintf(text, sizeof text, "On %s. %s sees it at once.", paper_name(name, sizeof name, s->shown.v.doc),
             show_text(s->shown.v.me->business));
    ui_dialog(
        ui, &(struct dialog){
                .kind = DIALOG_LINES, .title = "Comment", .text = text, .yes = "Send", .done = comment_done});
}

/* --- paying; the invoice made of it */

/* Of this invoice: one that no card is taken for has another way, and is not offered for a card. */
static bool by_card(const struct ui *ui, const void *state)
{
    const struct document *d = ((const struct customer_document *)state)->shown.v.doc;
    bool never = d && d->state == DOC_OPEN && d->no_card;
    return pay_by_card(ui, state) && !never;
}

static bool otherwise(const struct ui *ui, const void *state)
{
    return !by_card(ui, state);
}

static const char *can_pay(const struct ui *ui, const void *state)
{
    const struct customer_document *s = state;
    if (document_screen_loaded(ui, state))
        return "Not loaded yet.";
    const struct document *d = s->shown.v.doc;
    if (d->state != DOC_OPEN)
        return "Nothing is due on it.";
    return by_card(ui, state) && d->not_by_card && *d->not_by_card ? d->not_by_card : NULL;
}

static void run_pay(struct ui *ui, void *state)
{
    ui_push(ui, &screen_customer_pay, ((struct customer_document *)state)->shown.id);
}

static void run_transfer(struct ui *ui, void *state)
{
    ui_push(ui, &screen_customer_transfer, ((struct customer_document *)state)->shown.id);
}

static const char *has_other(const struct ui *ui, const void *state)
{
    const struct customer_document *s = state;
    if (document_screen_loaded(ui, state))
        return "Not loaded yet.";
    if (s->shown.kind == DOC_ESTIMATE)
        return s->shown.v.doc->invoice ? NULL : "It has not become an invoice.";
    return s->shown.v.doc->estimate ? NULL : "It does not come from an estimate.";
}

static void run_other(struct ui *ui, void *state)
{
    struct customer_document *s = state;
    if (s->shown.kind == DOC_ESTIMATE)
        ui_push(ui, &screen_customer_invoice, s->shown.v.doc->invoice);
    else
        ui_push(ui, &screen_customer_estimate, s->shown.v.doc->estimate);
}

#define COMMENT_ROW                                                                                    \
    {                                                                                                  \
        .key = 'c', .action = "comment", .help = "Write about it", .possible = document_screen_loaded, \
        .run = run_comment                                                                             \
    }
#define COPY_ROW                                                                                            \
    {                                                                                                       \
        .key = 'y', .action = "copy number", .help = "Copy its number", .possible = document_screen_loaded, \
        .run = document_screen_run_copy                                                                     \
    }
#define VERSIONS_ROW                                                                  \
    {                                                                                 \
        .key = 'V', .action = "earlier", .help = "The version before",                \
        .possible = document_screen_has_versions, .run = document_screen_run_versions \
    }
static const struct key_row estimate_keys[] = {{.key = 'a',
                                                .action = "accept",
                                                .help = "Accept it",
                                                .possible = document_can_answer,
                                                .run = document_accept},
                                               {.key = 'x',
                                                .action = "decline",
                                                .help = "Decline it, with the reason",
                                                .possible = document_can_answer,
                                                .run = document_decline},
                                               COMMENT_ROW,
                                               COPY_ROW,
                                               VERSIONS_ROW,
                                               DOCUMENT_BEFORE_ROW,
                                               DOCUMENT_AFTER_ROW,
                                               DOCUMENT_HISTORY_ROW,
                                               {.key = 'i',
                                                .action = "invoice",
                                                .help = "The invoice it became",
                                                .possible = has_other,
                                                .run = run_other,
                                                .quiet = true},
                                               {0}};
static const struct key_row invoice_keys[] = {
    {.key = 'p', .action = "pay", .help = "Pay it", .possible = can_pay, .run = run_pay, .offered = by_card},
    {.key = 'p',
     .action = "how to pay",
     .help = "The bank account, the amount, and what to quote",
     .possible = can_pay,
     .run = run_transfer,
     .offered = otherwise},
    COMMENT_ROW,
    COPY_ROW,
    DOCUMENT_BEFORE_ROW,
    DOCUMENT_AFTER_ROW,
    DOCUMENT_HISTORY_ROW,
    {.key = 'i',
     .action = "estimate",
     .help = "The estimate it comes from",
     .possible = has_other,
     .run = run_other,
     .quiet = true},
    {0}};

const struct screen screen_customer_estimate = {.name = "customer.estimate",
                                                .title = "Estimate",
                                                .state_size = sizeof(struct customer_document),
                                                .open = open_estimate,
                                                .load = document_screen_load,
                                                .reply = reply,
                                                .event = event,
                                                .draw = document_screen_draw,
                                                .keys = estimate_keys,
                                                .scrolls = true};
const struct screen screen_customer_invoice = {.name = "customer.invoice",
                                               .title = "Invoice",
                                               .state_size = sizeof(struct customer_document),
                                               .open = open_invoice,
                                               .load = document_screen_load,
                                               .reply = reply,
                                               .event = event,
                                               .draw = document_screen_draw,
                                               .keys = invoice_keys,
                                               .scrolls = true};
