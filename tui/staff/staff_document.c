/* An estimate or an invoice as the document it is, with what staff need to know about it. */
#include "tui/staff/staff_document.h"

static void open_estimate(struct ui *ui, void *state, uint64_t subject)
{
    document_screen_open(ui, state, subject, DOC_ESTIMATE);
}

static void open_invoice(struct ui *ui, void *state, uint64_t subject)
{
    document_screen_open(ui, state, subject, DOC_INVOICE);
}

/* The status row: has the customer seen it? */
static void tell_seen(struct ui *ui, const struct document_view *v)
{
    const struct document *d = v->doc;
    char at[SHOW_TEXT];
    if (d->rework)
        ui_status(ui, "Reworked, not sent: the customer still sees the revision before.");
    else if (d->state == DOC_DRAFT)
        ui_status(ui, "A draft: the customer does not see it.");
    else if (d->viewed)
        ui_status(ui, "Opened by %s %s", show_text(d->viewed_by),
                  show_when(at, d->viewed, v->me->time_zone, v->today));
    else if (d->sent)
        ui_status(ui, "Not opened by the customer yet");
    else
        ui_status(ui, "%s", "");
}

static void reply(struct ui *ui, void *state, int tag, const struct reply *r)
{
    struct staff_document *s = state;
    if (tag == DOCUMENT_ACT)
        staff_document_done(ui, s, r);
    else if (document_screen_took(ui, &s->shown, tag, r))
        tell_seen(ui, &s->shown.v);
}

static void event(struct ui *ui, void *state, const struct event *e)
{
    const struct staff_document *s = state;
    bool top = ui_top(ui) == &screen_staff_estimate || ui_top(ui) == &screen_staff_invoice;
    if (top && document_screen_concerns(&s->shown, e) && e->what != WHAT_DELETED)
        ui_reload(ui);
}

const struct screen screen_staff_estimate = {.name = "staff.estimate",
                                             .title = "Estimate",
                                             .state_size = sizeof(struct staff_document),
                                             .open = open_estimate,
                                             .load = document_screen_load,
                                             .reply = reply,
                                             .event = event,
                                             .draw = document_screen_draw,
                                             .keys = staff_estimate_keys,
                                             .scrolls = true};
const struct screen screen_staff_invoice = {.name = "staff.invoice",
                                            .title = "Invoice",
                                            .state_size = sizeof(struct staff_document),
                                            .open = open_invoice,
                                            .load = document_screen_load,
                                            .reply = reply,
                                            .event = event,
                                            .draw = document_screen_draw,
                                            .keys = staff_invoice_keys,
                                            .scrolls = true};
