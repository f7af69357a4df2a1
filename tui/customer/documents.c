/* The lists of estimates (D2) and invoices (D5). Filter and order are the server's work: a list may be long. */
#include "common/date.h"
#include "tui/customer/screens.h"
#include "tui/customer/document.h"
#include "tui/customer/documents.h"
#include "tui/document.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct list_column estimate_columns[] = {
    {.name = "number", .title = "Number", .width = 12, .sortable = true},
    {.name = "date", .title = "Date", .width = 11, .drop = 1, .sortable = true},
    {.name = "status", .title = "State", .width = 9},
    {.name = "due", .title = "Open until", .width = 18, .grow = 1, .sortable = true},
    {.name = "ref", .title = "Your ref", .width = 10, .drop = 2, .grow = 1},
    {.name = "total", .title = "Total", .width = 16, .right = true, .sortable = true},
};
static const struct list_column invoice_columns[] = {
    {.name = "number", .title = "Number", .width = 10, .sortable = true},
    {.name = "date", .title = "Date", .width = 11, .drop = 2, .sortable = true},
    {.name = "status", .title = "State", .width = 11},
    {.name = "due", .title = "Due", .width = 14, .grow = 1, .sortable = true},
    {.name = "ref", .title = "Your ref", .width = 10, .drop = 4, .grow = 1},
    {.name = "total", .title = "Total", .width = 11, .right = true, .sortable = true, .drop = 3},
    {.name = "balance", .title = "To pay", .width = 11, .right = true},
};

static void open_kind(struct ui *ui, struct documents *s, int kind)
{
    bool estimates = kind == DOC_ESTIMATE;
    s->kind = kind;
    s->me = client_me(ui);
    s->list = estimates ? ui_list(ui, estimate_columns, COUNT_OF(estimate_columns))
                        : ui_list(ui, invoice_columns, COUNT_OF(invoice_columns));
    list_remote(s->list, true, true);
    list_empty_text(s->list, estimates
                                 ? "No estimates yet. They appear here as soon as they are sent to you."
                                 : "No invoices yet. They appear here as soon as they are sent to you.");
}

static void open_estimates(struct ui *ui, void *state, uint64_t subject)
{
    (void)subject;
    open_kind(ui, state, DOC_ESTIMATE);
}

static void open_invoices(struct ui *ui, void *state, uint64_t subject)
{
    (void)subject;
    open_kind(ui, state, DOC_INVOICE);
}

static void load(struct ui *ui, void *state, enum load why)
{
    struct documents *s = state;
    if (why == LOAD_SELECTED) {
        documents_ask_peek(ui, s);
        return;
    }
    s->more = why == LOAD_MORE;
    documents_ask_page(ui, s);
}

/* --- answers */

static void add(struct ui *ui, struct documents *s, const struct document_row *d)
{
    char date[DATE_TEXT], due[SHOW_TEXT], day[DATE_TEXT], total[SHOW_TEXT], balance[SHOW_TEXT],
        whole[SHOW_TEXT];
    bool open = d->state == DOC_OPEN;
    show_due(due, d->kind, d->status, d->due, ui_today(ui));
    if (!*due && d->due)
        snprintf(due, sizeof due, "%s", date_short(day, d->due));
    struct money rest = open ? d->balance : money_of(0, d->total.currency);
    const char *status = show_status(d->status), *ref = show_text(d->reference);
    const char *estimate[] = {show_text(d->number),       date_short(date, d->date), status, due, ref,
                              show_money(whole, d->total)};
    const char *invoice[] = {show_text(d->number),
                             date_short(date, d->date),
                             status,
                             due,
                             ref,
                             show_amount(total, d->total),
                             open ? show_amount(balance, rest) : "–"};
    unsigned styles[7] = {0, 0, show_status_style(d->status), 0, 0, 0, 0};
    if (d->status == STATUS_OVERDUE)
        styles[3] = STYLE_BAD;
    bool unread = !d->viewed && open;
    list_add(s->list, &(struct list_row){.id = d->id,
                                         .cells = s->kind == DOC_ESTIMATE ? estimate : invoice,
                                         .style = unread ? STYLE_BOLD : STYLE_PLAIN,
                                         .styles = styles,
                                         .user = d->status});
}

static void took_page(struct ui *ui, struct documents *s)
{
    if (!s->more) {
        list_begin(s->list);
        s->pages = s->fresh = 0;
    }
    s->pages++;
    for (size_t i = 0; i < s->page.rows->n; i++)
        add(ui, s, &s->page.rows->v[i]);
    bool more = s->page.next && *s->page.next;
    list_end(s->list, more, s->page.total);
    if (more && !s->page.rows->n) { /* nothing on this page passed the filter: go on */
        s->more = true;
        documents_ask_page(ui, s);
    } else if (!s->more) {
        documents_ask_peek(ui, s);
    }
}

static void reply(struct ui *ui, void *state, int tag, const struct reply *r)
{
    struct documents *s = state;
    if (ui_refused(ui, r))
        return;
    if (tag == DOCUMENTS_PEEK && s->kind == DOC_ESTIMATE) {
        const struct estimate_get_out *out = r->out;
        s->peek = (struct document_view){.doc = out->estimate, .comments = &out->comments};
    } else if (tag == DOCUMENTS_PEEK) {
        const struct invoice_get_out *out = r->out;
        s->peek = (struct document_view){
            .doc = out->invoice, .comments = &out->comments, .payments = &out->payments};
    } else if (s->kind == DOC_ESTIMATE) {
        const struct estimate_list_out *out = r->out;
        s->page = (struct documents_page){&out->estimates, out->next, out->total};
        took_page(ui, s);
    } else {
        const struct invoice_list_out *out = r->out;
        s->page = (struct documents_page){&out->invoices, out->next, out->total};
        took_page(ui, s);
    }
    s->peek.me = s->me;
    s->peek.today = ui_today(ui);
}

/* What is on the screen follows at once; what is new waits until it is asked for. */
static void event(struct ui *ui, void *state, const struct event *e)
{
    struct documents *s = state;
    bool mine = e->subject == (s->kind == DOC_ESTIMATE ? SUBJECT_ESTIMATE : SUBJECT_INVOICE);
    bool top =
        ui_top(ui) == (s->kind == DOC_ESTIMATE ? &screen_customer_estimates : &screen_customer_invoices);
    if (!top || !(mine || (s->kind == DOC_INVOICE && e->subject == SUBJECT_PAYMENT)))
        return;
    if (mine && e->what == WHAT_SENT)
        list_fresh(s->list, ++s->fresh);
    else if (s->pages <= 1 && !s->fresh)
        ui_reload(ui);
}

/* --- drawing and keys */

static void draw(const void *state, struct canvas *c)
{
    const struct documents *s = state;
    list_draw(s->list, c);
}

static void preview(const void *state, struct canvas *c)
{
    const struct documents *s = state;
    if (!s->peek.doc || s->peek.doc->id != list_id(s->list)) {
        canvas_text(c, 0, 1, STYLE_DIM, list_id(s->list) ? "…" : "");
        return;
    }
    document_draw(&s->peek, c);
}

static const char *can_open(const struct ui *ui, const void *state)
{
    const struct documents *s = state;
    (void)ui;
    if (!list_loaded(s->list))
        return "Still loading.";
    return list_id(s->list) ? NULL : "There is nothing to open.";
}

static void run_open(struct ui *ui, void *state)
{
    struct documents *s = state;
    customer_document_open(ui, s->kind == DOC_ESTIMATE ? &screen_customer_estimate : &screen_customer_invoice,
                           list_id(s->list), s->list);
}

static const char *can_pay(const struct ui *ui, const void *state)
{
    const struct documents *s = state;
    int64_t status = list_user(s->list);
    (void)ui;
    return status == STATUS_OPEN || status == STATUS_OVERDUE || status == STATUS_PARTLY_PAID
               ? NULL
               : "Nothing is due on this one.";
}

static void run_pay(struct ui *ui, void *state)
{
    ui_push(ui, &screen_customer_pay, list_id(((struct documents *)state)->list));
}

/* The Show filter: the same as typing status:… after the slash. */
static const char *const estimate_shows[] = {"All",      "Open",    "Accepted", "Declined",
                                             "Invoiced", "Expired", NULL};
static const char *const invoice_shows[] = {"All",  "Unpaid", "Overdue",     "Open", "Partly paid",
                                            "Paid", "Void",   "Written off", NULL};

static void show_done(struct ui *ui, void *state, const struct said *said)
{
    struct documents *s = state;
    const char *label = (s->kind == DOC_ESTIMATE ? estimate_shows : invoice_shows)[said->choice];
    char filter[60] = "";
    if (said->choice > 0) {
        size_t n = (size_t)snprintf(filter, sizeof filter, "status:%s", label);
        for (size_t i = 0; i < n; i++)
            filter[i] = (char)(filter[i] == ' '                       ? '_'
                               : filter[i] >= 'A' && filter[i] <= 'Z' ? filter[i] + 32
                                                                      : filter[i]);
    }
    list_set_filter(s->list, filter);
    ui_reload(ui);
}

static void run_show(struct ui *ui, void *state)
{
    struct documents *s = state;
    ui_dialog(ui, &(struct dialog){.kind = DIALOG_CHOOSE,
                                   .title = "Show",
                                   .choices = s->kind == DOC_ESTIMATE ? estimate_shows : invoice_shows,
                                   .yes = "Show",
                                   .done = show_done});
}

#define OPEN_ROW                                                                                             \
    {                                                                                                        \
        .key = K_ENTER, .action = "open", .help = "Open the document", .possible = can_open, .run = run_open \
    }
#define SHOW_ROW                                                                                      \
    {                                                                                                 \
        .key = 'f', .action = "show", .help = "Show only those that stand somewhere", .run = run_show \
    }
static const struct key_row estimate_keys[] = {OPEN_ROW, SHOW_ROW, {0}};
static const struct key_row invoice_keys[] = {
    OPEN_ROW,
    {.key = 'p', .action = "pay", .help = "Pay this invoice", .possible = can_pay, .run = run_pay},
    SHOW_ROW,
    {0}};

const struct screen screen_customer_estimates = {.name = "customer.estimates",
                                                 .title = "Estimates",
                                                 .state_size = sizeof(struct documents),
                                                 .open = open_estimates,
                                                 .load = load,
                                                 .reply = reply,
                                                 .event = event,
                                                 .draw = draw,
                                                 .preview = preview,
                                                 .keys = estimate_keys};
const struct screen screen_customer_invoices = {.name = "customer.invoices",
                                                .title = "Invoices",
                                                .state_size = sizeof(struct documents),
                                                .open = open_invoices,
                                                .load = load,
                                                .reply = reply,
                                                .event = event,
                                                .draw = draw,
                                                .preview = preview,
                                                .keys = invoice_keys};
