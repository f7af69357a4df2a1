/* An estimate or an invoice as the document it is: accept and decline (D3), pay, comment (D7), earlier versions (D4). */
#include "tui/document.h"
#include "common/date.h"
#include "tui/customer/screens.h"
#include "tui/customer/document.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { GET, BUSINESS, COMMENT, ANSWER = DOCUMENT_ANSWER }; /* tags */

static void open_kind(struct ui *ui, struct document_screen *s, uint64_t subject, int kind)
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
    struct document_screen *s = state;
    struct settings_get_in none = {0};
    if (s->kind == DOC_ESTIMATE) {
        struct estimate_get_in in = {0};
        GIVE(estimate_get_in, &in, estimate, s->id);
        ui_ask(ui, GET, OPNO_estimate_get, &in);
    } else {
        struct invoice_get_in in = {0};
        GIVE(invoice_get_in, &in, invoice, s->id);
        ui_ask(ui, GET, OPNO_invoice_get, &in);
    }
    if (why == LOAD_FIRST || !s->v.business)
        ui_ask(ui, BUSINESS, OPNO_settings_get, &none);
}

/* --- answers */

static void took(struct ui *ui, struct document_screen *s, const struct document *doc)
{
    const struct document *was = s->v.doc;
    s->v.doc = doc;
    s->v.today = ui_today(ui);
    ui_title(ui, "%s", show_text(doc->number));
    if (s->stale && was && was->revision != doc->revision)
        customer_difference(ui, was, doc);
    s->stale = false;
    char at[SHOW_TEXT];
    bool me = strcmp(show_text(doc->viewed_by), s->v.me->name) == 0;
    if (doc->viewed)
        ui_status(ui, "Viewed by %s %s", me ? "you" : show_text(doc->viewed_by),
                  show_when(at, doc->viewed, s->v.me->utc_offset, s->v.today));
}

static void answered(struct ui *ui, struct document_screen *s, const struct reply *r)
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
    struct document_screen *s = state;
    if (tag == ANSWER) {
        answered(ui, s, r);
        return;
    }
    if (tag == GET && r->code == ERR_NOT_FOUND) {
        ui_toast(ui, TONE_BAD, "This document is not there any more.");
        ui_pop(ui);
        return;
    }
    if (ui_refused(ui, r))
        return;
    if (tag == BUSINESS) {
        s->v.business = ((const struct settings_get_out *)r->out)->business;
    } else if (tag == COMMENT) {
        ui_toast(ui, TONE_GOOD, "Your comment was sent.");
        ui_reload(ui);
    } else if (s->kind == DOC_ESTIMATE) {
        const struct estimate_get_out *out = r->out;
        s->v.comments = &out->comments;
        s->v.events = &out->events;
        s->v.payments = &out->payments;
        s->v.versions = &out->versions;
        took(ui, s, out->estimate);
    } else {
        const struct invoice_get_out *out = r->out;
        s->v.comments = &out->comments;
        s->v.events = &out->events;
        s->v.payments = &out->payments;
        s->v.versions = &out->versions;
        took(ui, s, out->invoice);
    }
}

static void event(struct ui *ui, void *state, const struct event *e)
{
    struct document_screen *s = state;
    bool top = ui_top(ui) == &screen_customer_estimate || ui_top(ui) == &screen_customer_invoice;
    if (!top || s->deciding) /* the server refuses a stale answer, and then the difference is shown */
        return;
    if ((uint64_t)e->about == s->id || (s->kind == DOC_INVOICE && e->subject == SUBJECT_PAYMENT))
        ui_reload(ui);
}

static void draw(const void *state, struct canvas *c)
{
    const struct document_screen *s = state;
    if (!s->v.doc) {
        canvas_text(c, 1, 2, STYLE_DIM, "Loading …");
        return;
    }
    document_draw(&s->v, c);
}

/* --- commenting, copying */

static const char *loaded(const struct ui *ui, const void *state)
{
    (void)ui;
    return ((const struct document_screen *)state)->v.doc ? NULL : "Not loaded yet.";
}

static void comment_done(struct ui *ui, void *state, const struct said *said)
{
    struct document_screen *s = state;
    struct comment_add_in in = {0};
    GIVE(comment_add_in, &in, document, s->id);
    GIVE(comment_add_in, &in, text, said->text);
    ui_ask_with(ui,
                &(struct ask){.tag = COMMENT, .op = op_at(OPNO_comment_add), .in = &in, .busy = "Sending…"});
}

static void run_comment(struct ui *ui, void *state)
{
    struct document_screen *s = state;
    char text[300], name[120];
    snprintf(text, sizeof text, "On %s. %s sees it at once.", document_name(name, sizeof name, s->v.doc),
             show_text(s->v.me->business));
    ui_dialog(
        ui, &(struct dialog){
                .kind = DIALOG_LINES, .title = "Comment", .text = text, .yes = "Send", .done = comment_done});
}

static void run_copy(struct ui *ui, void *state)
{
    ui_copy(ui, show_text(((struct document_screen *)state)->v.doc->number));
}

/* --- earlier versions; the invoice made of it; paying */

static const char *has_versions(const struct ui *ui, const void *state)
{
    const struct document_screen *s = state;
    if (loaded(ui, state))
        return "Not loaded yet.";
    return s->v.versions && s->v.versions->n ? NULL : "There are no earlier versions.";
}

static void version_done(struct ui *ui, void *state, const struct said *said)
{
    struct document_screen *s = state;
    if (s->v.versions && (size_t)said->choice < s->v.versions->n)
        document_version_open(ui, s->id, s->v.versions->v[said->choice].revision);
}

static void run_versions(struct ui *ui, void *state)
{
    struct document_screen *s = state;
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
        document_version_open(ui, s->id, s->v.versions->v[0].revision);
    else
        ui_dialog(ui, &(struct dialog){.kind = DIALOG_CHOOSE,
                                       .title = "Earlier versions",
                                       .choices = names,
                                       .yes = "Open",
                                       .done = version_done});
}

static const char *can_pay(const struct ui *ui, const void *state)
{
    const struct document_screen *s = state;
    if (loaded(ui, state))
        return "Not loaded yet.";
    return s->v.doc->state == DOC_OPEN ? NULL : "Nothing is due on it.";
}

static void run_pay(struct ui *ui, void *state)
{
    ui_push(ui, &screen_customer_pay, ((struct document_screen *)state)->id);
}

static const char *has_other(const struct ui *ui, const void *state)
{
    const struct document_screen *s = state;
    if (loaded(ui, state))
        return "Not loaded yet.";
    if (s->kind == DOC_ESTIMATE)
        return s->v.doc->invoice ? NULL : "It has not become an invoice.";
    return s->v.doc->estimate ? NULL : "It does not come from an estimate.";
}

static void run_other(struct ui *ui, void *state)
{
    struct document_screen *s = state;
    if (s->kind == DOC_ESTIMATE)
        ui_push(ui, &screen_customer_invoice, s->v.doc->invoice);
    else
        ui_push(ui, &screen_customer_estimate, s->v.doc->estimate);
}

void customer_document_open(struct ui *ui, const struct screen *screen, uint64_t id, struct list *from)
{
    struct document_screen *s = ui_push(ui, screen, id);
    s->from = from;
}

static void go(struct ui *ui, struct document_screen *s, int by)
{
    uint64_t id = s->from ? list_step(s->from, by) : 0;
    if (!id) {
        ui_toast(ui, TONE_INFO,
                 s->from ? "There is no other in the list." : "Open it from its list to go on to others.");
        return;
    }
    struct list *from = s->from;
    struct document_screen *other = ui_replace(ui, ui_top(ui), id);
    other->from = from;
}

static void run_before(struct ui *ui, void *state)
{
    go(ui, state, -1);
}

static void run_after(struct ui *ui, void *state)
{
    go(ui, state, 1);
}

#define OTHERS_ROWS                                                                                       \
    {.key = '[',                                                                                          \
     .action = "previous",                                                                                \
     .help = "The one before in the list",                                                                \
     .run = run_before,                                                                                   \
     .quiet = true},                                                                                      \
    {                                                                                                     \
        .key = ']', .action = "next", .help = "The next one in the list", .run = run_after, .quiet = true \
    }
#define COMMENT_ROW                                                                                       \
    {                                                                                                     \
        .key = 'c', .action = "comment", .help = "Write about it", .possible = loaded, .run = run_comment \
    }
#define COPY_ROW                                                                                            \
    {                                                                                                       \
        .key = 'y', .action = "copy number", .help = "Copy its number", .possible = loaded, .run = run_copy \
    }
#define VERSIONS_ROW                                                                             \
    {                                                                                            \
        .key = 'V', .action = "earlier", .help = "The version before", .possible = has_versions, \
        .run = run_versions                                                                      \
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
                                               OTHERS_ROWS,
                                               {.key = 'i',
                                                .action = "invoice",
                                                .help = "The invoice it became",
                                                .possible = has_other,
                                                .run = run_other,
                                                .quiet = true},
                                               {0}};
static const struct key_row invoice_keys[] = {
    {.key = 'p', .action = "pay", .help = "Pay it", .possible = can_pay, .run = run_pay},
    COMMENT_ROW,
    COPY_ROW,
    OTHERS_ROWS,
    {.key = 'i',
     .action = "estimate",
     .help = "The estimate it comes from",
     .possible = has_other,
     .run = run_other,
     .quiet = true},
    {0}};

const struct screen screen_customer_estimate = {.name = "customer.estimate",
                                                .title = "Estimate",
                                                .state_size = sizeof(struct document_screen),
                                                .open = open_estimate,
                                                .load = load,
                                                .reply = reply,
                                                .event = event,
                                                .draw = draw,
                                                .keys = estimate_keys,
                                                .scrolls = true};
const struct screen screen_customer_invoice = {.name = "customer.invoice",
                                               .title = "Invoice",
                                               .state_size = sizeof(struct document_screen),
                                               .open = open_invoice,
                                               .load = load,
                                               .reply = reply,
                                               .event = event,
                                               .draw = draw,
                                               .keys = invoice_keys,
                                               .scrolls = true};
