/* The lists of estimates and invoices (F3, F4), of everybody or of one customer. */
#include "common/date.h"
#include "tui/both/documents_screen.h"
#include "tui/staff/staff_document.h"
#include "tui/staff/editor.h"
#include "tui/staff/staff_screens.h"
#include "tui/full/look.h"
#include <stdio.h>

static const struct list_column estimate_columns[] = {
    {.name = "number", .title = "Number", .width = 11, .sortable = true},
    {.name = "date", .title = "Date", .width = 11, .drop = 2, .sortable = true},
    {.name = "customer", .title = "Customer", .width = 14, .grow = 1},
    {.name = "status", .title = "State", .width = 9},
    {.name = "due", .title = "Open until", .width = 17, .drop = 1, .sortable = true},
    {.name = "total", .title = "Total", .width = 15, .right = true, .sortable = true},
};
static const struct list_column invoice_columns[] = {
    {.name = "number", .title = "Number", .width = 11, .sortable = true},
    {.name = "date", .title = "Date", .width = 11, .drop = 2, .sortable = true},
    {.name = "customer", .title = "Customer", .width = 12, .grow = 1},
    {.name = "status", .title = "State", .width = 11},
    {.name = "due", .title = "Due", .width = 15, .drop = 1, .sortable = true},
    {.name = "total", .title = "Total", .width = 11, .right = true, .sortable = true, .drop = 3},
    {.name = "balance", .title = "Open", .width = 15, .right = true},
};

static void add(struct ui *ui, struct documents *s, const struct document_row *d)
{
    char date[DATE_TEXT], due[SHOW_TEXT], day[DATE_TEXT], total[SHOW_TEXT], bare[SHOW_TEXT],
        balance[SHOW_TEXT];
    bool open = d->state == DOC_OPEN, numbered = d->number && *d->number;
    show_due(due, d->kind, d->status, d->due, ui_today(ui));
    if (!*due && d->due)
        snprintf(due, sizeof due, "%s", date_short(day, d->due));
    const char *number = numbered ? d->number : "(draft)",
               *status = show_status(d->also ? d->also : d->status); /* that it is late stands beside it */
    const char *who = show_text(d->customer_name);
    const char *estimate[] = {number, date_short(date, d->date),  who, status,
                              due,    show_money(total, d->total)};
    const char *invoice[] = {number,
                             date_short(date, d->date),
                             who,
                             status,
                             due,
                             show_amount(bare, d->total),
                             open ? show_money(balance, d->balance)
                             : d->state == DOC_DRAFT && show_money(balance, d->total) ? balance
                                                                                      : "–"};
    unsigned styles[7] = {0, 0, 0, look_style(show_status_look(d->status)), 0, 0, 0};
    if (d->status == STATUS_OVERDUE)
        styles[4] = STYLE_BAD;
    if (d->state == DOC_DRAFT)
        styles[6] = STYLE_DIM;
    list_add(s->list, &(struct list_row){.id = d->id,
                                         .cells = s->kind == DOC_ESTIMATE ? estimate : invoice,
                                         .styles = styles,
                                         .user = d->status});
}

/* Somebody else wrote one; one knows what one wrote. */
static bool fresh(const struct documents *s, const struct event *e)
{
    bool own = e->side == SIDE_STAFF && e->actor == s->me->person;
    return e->what == WHAT_CREATED && !own && (!s->customer || e->customer == s->customer);
}

static const struct documents_side side = {
    .estimates = &screen_staff_estimates, .invoices = &screen_staff_invoices, .add = add, .fresh = fresh};

static void open_estimates(struct ui *ui, void *state, uint64_t subject)
{
    (void)subject;
    documents_open(ui, state, DOC_ESTIMATE, &side, estimate_columns, COUNT_OF(estimate_columns),
                   "No estimates yet. + writes one.");
}

static void open_invoices(struct ui *ui, void *state, uint64_t subject)
{
    (void)subject;
    documents_open(ui, state, DOC_INVOICE, &side, invoice_columns, COUNT_OF(invoice_columns),
                   "No invoices yet. + writes one.");
}

void staff_documents_of(struct ui *ui, int kind, uint64_t customer)
{
    bool estimates = kind == DOC_ESTIMATE;
    struct documents *s = ui_push(ui, estimates ? &screen_staff_estimates : &screen_staff_invoices, 0);
    s->customer = customer;
    list_empty_text(s->list,
                    estimates ? "No estimates for this customer." : "No invoices for this customer.");
}

/* --- keys */

static void run_open(struct ui *ui, void *state)
{
    struct documents *s = state;
    struct staff_document *opened = ui_push(
        ui, s->kind == DOC_ESTIMATE ? &screen_staff_estimate : &screen_staff_invoice, list_id(s->list));
    opened->shown.from =
        s->customer ? NULL : s->list; /* a section's list is the first screen, and outlives what it opens */
}

static const char *can_write(const struct ui *ui, const void *state)
{
    (void)state;
    return staff_may_write(ui);
}

static void run_new(struct ui *ui, void *state)
{
    struct documents *s = state;
    if (s->customer)
        editor_new(ui, s->kind, s->customer);
    else
        staff_pick(ui, s->kind);
}

static const struct key_row keys[] = {
    {.key = K_ENTER,
     .action = "open",
     .help = "Open the document",
     .possible = documents_can_open,
     .run = run_open},
    {.key = '+', .action = "new", .help = "Write a new one", .possible = can_write, .run = run_new},
    {.key = 'f', .action = "show", .help = "Show only those that stand somewhere", .run = documents_run_show},
    {0}};

const struct screen screen_staff_estimates = {.name = "staff.estimates",
                                              .holds = SUBJECT_ESTIMATE,
                                              .title = "Estimates",
                                              .state_size = sizeof(struct documents),
                                              .open = open_estimates,
                                              .load = documents_load,
                                              .reply = documents_reply,
                                              .event = documents_event,
                                              .draw = documents_draw,
                                              .preview = documents_preview,
                                              .previews = documents_previews,
                                              .keys = keys};
const struct screen screen_staff_invoices = {.name = "staff.invoices",
                                             .holds = SUBJECT_INVOICE,
                                             .title = "Invoices",
                                             .state_size = sizeof(struct documents),
                                             .open = open_invoices,
                                             .load = documents_load,
                                             .reply = documents_reply,
                                             .event = documents_event,
                                             .draw = documents_draw,
                                             .preview = documents_preview,
                                             .previews = documents_previews,
                                             .keys = keys};
