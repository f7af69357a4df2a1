/* Accepting an estimate, and declining it with the reason (D3). */
#include "common/date.h"
#include "tui/customer/customer_document.h"
#include "tui/customer/customer_screens.h"
#include <stdio.h>

const char *document_can_answer(const struct ui *ui, const void *state)
{
    const struct customer_document *s = state;
    (void)ui;
    if (!s->shown.v.doc)
        return "Not loaded yet.";
    switch (s->shown.v.doc->status) {
    case STATUS_OPEN: return NULL;
    case STATUS_EXPIRED: return "Its last day has passed. Comment to ask for a new one.";
    case STATUS_ACCEPTED:
    case STATUS_INVOICED: return "It is accepted already.";
    case STATUS_DECLINED: return "It is declined already. Comment if you changed your mind.";
    default: return "It was withdrawn.";
    }
}

static void undecided(struct ui *ui, void *state)
{
    ((struct customer_document *)state)->deciding = false;
    ui_reload(ui);
}

static void accept_done(struct ui *ui, void *state, const struct said *said)
{
    struct customer_document *s = state;
    struct document_accept_in in = {0};
    (void)said;
    GIVE(document_accept_in, &in, id, s->shown.id);
    GIVE(document_accept_in, &in, revision, s->revision);
    GIVE(document_accept_in, &in, signed_by, s->signed_by);
    ui_ask_with(
        ui, &(struct ask){
                .tag = DOCUMENT_ANSWER, .op = op_at(OPNO_estimate_accept), .in = &in, .busy = "Accepting…"});
}

static void signed_done(struct ui *ui, void *state, const struct said *said)
{
    struct customer_document *s = state;
    const struct document *d = s->shown.v.doc;
    char text[2400], total[SHOW_TEXT], day[DATE_TEXT], left[SHOW_TEXT];
    snprintf(s->signed_by, sizeof s->signed_by, "%s", said->text);
    size_t n = (size_t)snprintf(text, sizeof text, "%s from %s\nTotal   %s", show_text(d->number),
                                show_text(s->shown.v.me->business), show_money(total, d->total));
    if (d->due)
        n += (size_t)snprintf(text + n, sizeof text - n, "\nOpen until %s (%s)", date_short(day, d->due),
                              show_due(left, d->kind, d->status, d->due, s->shown.v.today));
    n += (size_t)snprintf(text + n, sizeof text - n, "\nSigned  %s", s->signed_by);
    snprintf(text + n, sizeof text - n, "\n\n%s%.1200s",
             d->terms && *d->terms ? "Terms: " : "No terms are stated.", show_text(d->terms));
    ui_dialog(ui, &(struct dialog){.kind = DIALOG_WORD,
                                   .title = "Accept this estimate?",
                                   .text = text,
                                   .word = "ACCEPT",
                                   .yes = "Accept",
                                   .done = accept_done,
                                   .cancelled = undecided});
}

void document_accept(struct ui *ui, void *state)
{
    struct customer_document *s = state;
    s->deciding = true;
    s->revision = s->shown.v.doc->revision;
    ui_dialog(ui,
              &(struct dialog){.kind = DIALOG_LINE,
                               .title = "Accept: your signature",
                               .text = "Your name is kept with the estimate as your signature. The next step "
                                       "shows what you accept.",
                               .label = "Name",
                               .initial = s->shown.v.me->name,
                               .max = 80,
                               .yes = "Go on",
                               .done = signed_done,
                               .cancelled = undecided});
}

static void decline_done(struct ui *ui, void *state, const struct said *said)
{
    struct customer_document *s = state;
    struct document_decline_in in = {0};
    GIVE(document_decline_in, &in, id, s->shown.id);
    GIVE(document_decline_in, &in, revision, s->revision);
    GIVE(document_decline_in, &in, reason, said->text);
    ui_ask_with(
        ui, &(struct ask){
                .tag = DOCUMENT_ANSWER, .op = op_at(OPNO_estimate_decline), .in = &in, .busy = "Sending…"});
}

void document_decline(struct ui *ui, void *state)
{
    struct customer_document *s = state;
    char text[300], total[SHOW_TEXT];
    s->deciding = true;
    s->revision = s->shown.v.doc->revision;
    snprintf(text, sizeof text, "%s, %s. %s reads your reason and can send a better one.",
             show_text(s->shown.v.doc->number), show_money(total, s->shown.v.doc->total),
             show_text(s->shown.v.me->business));
    ui_dialog(ui, &(struct dialog){.kind = DIALOG_LINES,
                                   .title = "Decline: why?",
                                   .text = text,
                                   .max = 1000,
                                   .yes = "Decline",
                                   .done = decline_done,
                                   .cancelled = undecided});
}
