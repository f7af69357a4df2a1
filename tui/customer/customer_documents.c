/* The lists of estimates (D2) and invoices (D5). */
#include "common/date.h"
#include "tui/customer/customer_document.h"
#include "tui/customer/customer_screens.h"
#include "tui/both/documents_screen.h"
#include "tui/full/look.h"
#include <stdio.h>

#define PAY_MOST 200 /* parts of payment.pay */

static const struct list_column estimate_columns[] = {
    {.name = "number", .title = "Number", .width = 12, .sortable = true},
    {.name = "date", .title = "Date", .width = 11, .drop = 1, .sortable = true},
    {.name = "status", .title = "State", .width = 9},
    {.name = "due", .title = "Open until", .width = 18, .grow = 1, .sortable = true},
    {.name = "ref", .title = "Your ref", .width = 10, .drop = 2, .grow = 1},
    {.name = "total", .title = "Total", .width = 16, .right = true, .sortable = true},
};
static const struct list_column invoice_columns[] = {
    {.name = "number", .title = "Number", .width = 11, .sortable = true},
    {.name = "date", .title = "Date", .width = 11, .drop = 2, .sortable = true},
    {.name = "status", .title = "State", .width = 11},
    {.name = "due", .title = "Due", .width = 14, .grow = 1, .sortable = true},
    {.name = "ref", .title = "Your ref", .width = 10, .drop = 4, .grow = 1},
    {.name = "total", .title = "Total", .width = 11, .right = true, .sortable = true, .drop = 3},
    {.name = "balance", .title = "To pay", .width = 11, .right = true},
};

static void add(struct ui *ui, struct documents *s, const struct document_row *d)
{
    char date[DATE_TEXT], due[SHOW_TEXT], day[DATE_TEXT], total[SHOW_TEXT], balance[SHOW_TEXT],
        whole[SHOW_TEXT];
    bool open = d->state == DOC_OPEN;
    show_due(due, d->kind, d->status, d->due, ui_today(ui));
    if (!*due && d->due)
        snprintf(due, sizeof due, "%s", date_short(day, d->due));
    struct money rest = open ? d->balance : money_of(0, d->total.currency);
    /* Of one that is late and paid in part the due day says the first. */
    const char *status = show_status(d->also ? d->also : d->status), *ref = show_text(d->reference);
    const char *estimate[] = {show_text(d->number),       date_short(date, d->date), status, due, ref,
                              show_money(whole, d->total)};
    const char *invoice[] = {show_text(d->number),
                             date_short(date, d->date),
                             status,
                             due,
                             ref,
                             show_amount(total, d->total),
                             open ? show_amount(balance, rest) : "–"};
    unsigned styles[7] = {0, 0, look_style(show_status_look(d->status)), 0, 0, 0, 0};
    if (d->status == STATUS_OVERDUE)
        styles[3] = STYLE_BAD;
    bool unread = !d->viewed && open;
    list_add(s->list, &(struct list_row){.id = d->id,
                                         .cells = s->kind == DOC_ESTIMATE ? estimate : invoice,
                                         .style = unread ? STYLE_BOLD : STYLE_PLAIN,
                                         .styles = styles,
                                         .user = d->status});
}

static bool fresh(const struct documents *s, const struct event *e)
{
    (void)s;
    return e->what == WHAT_SENT;
}

static const struct documents_side side = {.estimates = &screen_customer_estimates,
                                           .invoices = &screen_customer_invoices,
                                           .add = add,
                                           .fresh = fresh};

static void open_estimates(struct ui *ui, void *state, uint64_t subject)
{
    (void)subject;
    documents_open(ui, state, DOC_ESTIMATE, &side, estimate_columns, COUNT_OF(estimate_columns),
                   "No estimates yet. They appear here as soon as they are sent to you.");
}

static void open_invoices(struct ui *ui, void *state, uint64_t subject)
{
    (void)subject;
    documents_open(ui, state, DOC_INVOICE, &side, invoice_columns, COUNT_OF(invoice_columns),
                   "No invoices yet. They appear here as soon as they are sent to you.");
    if (pay_by_card(ui, state)) /* one payment may be for several; a transfer is told for one */
        list_take_marks(((struct documents *)state)->list);
}

/* --- keys */

static void run_open(struct ui *ui, void *state)
{
    struct documents *s = state;
    bool estimate = s->kind == DOC_ESTIMATE;
    struct customer_document *opened =
        ui_push(ui, estimate ? &screen_customer_estimate : &screen_customer_invoice, list_id(s->list));
    opened->shown.from = s->list;
}

static const char *can_transfer(const struct ui *ui, const void *state)
{
    const struct documents *s = state;
    int64_t status = list_user(s->list);
    (void)ui;
    return status == STATUS_OPEN || status == STATUS_OVERDUE || status == STATUS_PARTLY_PAID
               ? NULL
               : "Nothing is due on this one.";
}

static const char *can_pay(const struct ui *ui, const void *state)
{
    const struct documents *s = state;
    if (list_marked(s->list, PAY_MOST))
        return "At most 200 invoices fit one payment.";
    return list_marked(s->list, 0) ? NULL : can_transfer(ui, state);
}

/* Those that are marked, else the one under the cursor. */
static void run_pay(struct ui *ui, void *state)
{
    const struct documents *s = state;
    size_t n = 0;
    while (list_marked(s->list, n))
        n++;
    if (n == 0) {
        ui_push(ui, &screen_customer_pay, list_id(s->list));
        return;
    }
    uint64_t *ids = arena_alloc(ui_arena(ui), n * sizeof *ids);
    for (size_t i = 0; i < n; i++)
        ids[i] = list_marked(s->list, i);
    pay_chosen(ui, ids, n);
}

static void run_transfer(struct ui *ui, void *state)
{
    ui_push(ui, &screen_customer_transfer, list_id(((struct documents *)state)->list));
}

#define OPEN_ROW                                                                                       \
    {                                                                                                  \
        .key = K_ENTER, .action = "open", .help = "Open the document", .possible = documents_can_open, \
        .run = run_open                                                                                \
    }
#define SHOW_ROW                                                                      \
    {                                                                                 \
        .key = 'f', .action = "show", .help = "Show only those that stand somewhere", \
        .run = documents_run_show                                                     \
    }
static const struct key_row estimate_keys[] = {OPEN_ROW, SHOW_ROW, {0}};
static const struct key_row invoice_keys[] = {OPEN_ROW,
                                              {.key = 'p',
                                               .action = "pay",
                                               .help = "Pay this invoice, or those that are marked",
                                               .possible = can_pay,
                                               .run = run_pay,
                                               .offered = pay_by_card},
                                              {.key = 'p',
                                               .action = "how to pay",
                                               .help = "The bank account, the amount, and what to quote",
                                               .possible = can_transfer,
                                               .run = run_transfer,
                                               .offered = pay_otherwise},
                                              SHOW_ROW,
                                              {0}};

const struct screen screen_customer_estimates = {.name = "customer.estimates",
                                                 .title = "Estimates",
                                                 .state_size = sizeof(struct documents),
                                                 .open = open_estimates,
                                                 .load = documents_load,
                                                 .reply = documents_reply,
                                                 .event = documents_event,
                                                 .draw = documents_draw,
                                                 .preview = documents_preview,
                                                 .previews = documents_previews,
                                                 .keys = estimate_keys};
const struct screen screen_customer_invoices = {.name = "customer.invoices",
                                                .title = "Invoices",
                                                .state_size = sizeof(struct documents),
                                                .open = open_invoices,
                                                .load = documents_load,
                                                .reply = documents_reply,
                                                .event = documents_event,
                                                .draw = documents_draw,
                                                .preview = documents_preview,
                                                .previews = documents_previews,
                                                .keys = invoice_keys};
