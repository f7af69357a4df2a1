/* An estimate or an invoice as the document it is, with what staff need to know about it. */
#include "tui/staff/document.h"
#include <stdio.h>

static void open_kind(struct ui *ui, struct staff_document *s, uint64_t subject, int kind)
{
    s->id = subject;
    s->kind = kind;
    s->v.me = client_me(ui);
    s->v.today = ui_today(ui);
}

static void open_estimate(struct ui *ui, void *state, uint64_t subject)
{
    open_kind(ui, state, subject, DOC_ESTIMATE);
}

static void open_invoice(struct ui *ui, void *state, uint64_t subject)
{
    open_kind(ui, state, subject, DOC_INVOICE);
}

static void load(struct ui *ui, void *state, enum load why)
{
    struct staff_document *s = state;
    struct settings_get_in none = {0};
    struct estimate_get_in e = {0};
    struct invoice_get_in i = {0};
    if (s->kind == DOC_ESTIMATE) {
        GIVE(estimate_get_in, &e, estimate, s->id);
        ui_ask(ui, DOCUMENT_GET, OPNO_estimate_get, &e);
    } else {
        GIVE(invoice_get_in, &i, invoice, s->id);
        ui_ask(ui, DOCUMENT_GET, OPNO_invoice_get, &i);
    }
    if (why == LOAD_FIRST || !s->v.business)
        ui_ask(ui, DOCUMENT_BUSINESS, OPNO_settings_get, &none);
}

/* The status row: has the customer seen it? */
static void tell_seen(struct ui *ui, const struct staff_document *s)
{
    const struct document *d = s->v.doc;
    char at[SHOW_TEXT];
    if (d->rework)
        ui_status(ui, "Reworked, not sent: the customer still sees the revision before.");
    else if (d->state == DOC_DRAFT)
        ui_status(ui, "A draft: the customer does not see it.");
    else if (d->viewed)
        ui_status(ui, "Opened by %s %s", show_text(d->viewed_by),
                  show_when(at, d->viewed, s->v.me->utc_offset, s->v.today));
    else if (d->sent)
        ui_status(ui, "Not opened by the customer yet");
    else
        ui_status(ui, "%s", "");
}

static void took(struct ui *ui, struct staff_document *s, const struct reply *r)
{
    const struct estimate_get_out *e = r->out;
    const struct invoice_get_out *i = r->out;
    bool estimate = s->kind == DOC_ESTIMATE;
    s->v.doc = estimate ? e->estimate : i->invoice;
    s->v.comments = estimate ? &e->comments : &i->comments;
    s->v.events = estimate ? &e->events : &i->events;
    s->v.payments = estimate ? &e->payments : &i->payments;
    s->v.versions = estimate ? &e->versions : &i->versions;
    s->v.today = ui_today(ui);
    const char *number = show_text(s->v.doc->number);
    ui_title(ui, "%s", *number ? number : "Draft");
    tell_seen(ui, s);
}

static void reply(struct ui *ui, void *state, int tag, const struct reply *r)
{
    struct staff_document *s = state;
    if (tag == DOCUMENT_ACT) {
        staff_document_done(ui, s, r);
        return;
    }
    if (tag == DOCUMENT_GET && r->code == ERR_NOT_FOUND) {
        ui_toast(ui, TONE_BAD, "This document is not there any more.");
        ui_pop(ui);
        return;
    }
    if (ui_refused(ui, r))
        return;
    if (tag == DOCUMENT_BUSINESS)
        s->v.business = ((const struct settings_get_out *)r->out)->business;
    else
        took(ui, s, r);
}

static void event(struct ui *ui, void *state, const struct event *e)
{
    const struct staff_document *s = state;
    bool top = ui_top(ui) == &screen_staff_estimate || ui_top(ui) == &screen_staff_invoice;
    bool payment = s->kind == DOC_INVOICE && e->subject == SUBJECT_PAYMENT;
    if (top && ((uint64_t)e->about == s->id || payment) && e->what != WHAT_DELETED)
        ui_reload(ui);
}

static void draw(const void *state, struct canvas *c)
{
    const struct staff_document *s = state;
    if (s->v.doc)
        document_draw(&s->v, c);
    else
        canvas_text(c, 1, 2, STYLE_DIM, "Loading …");
}

const struct screen screen_staff_estimate = {.name = "staff.estimate",
                                             .title = "Estimate",
                                             .state_size = sizeof(struct staff_document),
                                             .open = open_estimate,
                                             .load = load,
                                             .reply = reply,
                                             .event = event,
                                             .draw = draw,
                                             .keys = staff_estimate_keys,
                                             .scrolls = true};
const struct screen screen_staff_invoice = {.name = "staff.invoice",
                                            .title = "Invoice",
                                            .state_size = sizeof(struct staff_document),
                                            .open = open_invoice,
                                            .load = load,
                                            .reply = reply,
                                            .event = event,
                                            .draw = draw,
                                            .keys = staff_invoice_keys,
                                            .scrolls = true};
