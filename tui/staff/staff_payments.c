/* Payments (F5): the list, of everybody or of one customer, and one of them as a receipt. */
#include "tui/both/payments_screen.h"
#include "common/filter_table.h"
#include "proto/paper/show.h"
#include "tui/full/book_screen.h"
#include "tui/portal/books.h"
#include "tui/staff/staff_record.h"
#include "tui/staff/staff_screens.h"
#include <string.h>

/* --- the list */

struct list_state {
    struct payments_list common;
    uint64_t customer; /* 0: of everybody */
};

static const struct list_column columns[] = {
    {.name = "date", .title = "Date", .width = 11, .sortable = true},
    {.name = "number", .title = "Number", .width = 10},
    {.name = "state", .title = "State", .width = 7},
    {.name = "customer", .title = "Customer", .width = 14, .grow = 2},
    {.name = "for", .title = "For", .width = 10, .grow = 2},
    {.name = "method", .title = "With", .width = 14, .grow = 1, .drop = 1},
    {.name = "amount", .title = "Amount", .width = 14, .right = true, .sortable = true},
};

static void list_opened(struct ui *ui, void *state, uint64_t subject)
{
    struct list_state *s = state;
    (void)subject;
    s->common.self = &screen_staff_payments;
    s->common.names = true;
    s->common.list = ui_list(ui, columns, COUNT_OF(columns));
    list_remote(s->common.list, true, true);
    list_language(s->common.list, filter_of_payments());
    list_empty_text(
        s->common.list,
        "No payments yet. What customers pay appears here; + records one that arrived otherwise.");
}

void staff_payments_of(struct ui *ui, uint64_t customer)
{
    struct list_state *s = ui_push(ui, &screen_staff_payments, 0);
    s->customer = customer;
    list_empty_text(s->common.list, "No payments of this customer.");
}

static void list_load(struct ui *ui, void *state, enum load why)
{
    struct list_state *s = state;
    payments_list_ask(ui, &s->common, s->customer, why);
}

static void run_open(struct ui *ui, void *state)
{
    ui_push(ui, &screen_staff_payment, list_id(((struct list_state *)state)->common.list));
}

static const char *can_write(const struct ui *ui, const void *state)
{
    (void)state;
    return staff_may_write(ui);
}

static void run_new(struct ui *ui, void *state)
{
    const struct list_state *s = state;
    if (s->customer)
        record_open(ui, s->customer, 0);
    else
        staff_pick(ui, 0);
}

static void show_done(struct ui *ui, void *state, const struct said *said)
{
    char filter[60];
    list_set_filter(((struct list_state *)state)->common.list,
                    show_state_filter(filter, sizeof filter, show_pay_states(), (size_t)said->choice));
    ui_reload(ui);
}

static void run_show(struct ui *ui, void *state)
{
    (void)state;
    ui_dialog(ui, &(struct dialog){.kind = DIALOG_CHOOSE,
                                   .title = "Show",
                                   .choices = show_pay_states(),
                                   .yes = "Show",
                                   .done = show_done});
}

static const struct key_row list_keys[] = {
    {.key = K_ENTER,
     .action = "open",
     .help = "Open the payment",
     .possible = payments_list_can_open,
     .run = run_open},
    {.key = '+',
     .action = "record",
     .help = "Record a payment that arrived",
     .possible = can_write,
     .run = run_new},
    {.key = 'f', .action = "show", .help = "Show only paid, pending or failed ones", .run = run_show},
    {0}};

const struct screen screen_staff_payments = {.name = "staff.payments",
                                             .holds = SUBJECT_PAYMENT,
                                             .title = "Payments",
                                             .state_size = sizeof(struct list_state),
                                             .open = list_opened,
                                             .load = list_load,
                                             .reply = payments_list_reply,
                                             .event = payments_list_event,
                                             .draw = payments_list_draw,
                                             .keys = list_keys};

/* --- one of them */

static void open(struct ui *ui, void *state, uint64_t subject)
{
    payments_view_open(ui, state, subject, &screen_staff_payment, &screen_staff_invoice);
}

static void draw(const void *state, struct canvas *c)
{
    const struct payments_view *v = state;
    int y = payments_view_draw(v, c);
    if (v->payment && v->payment->notes && *v->payment->notes) {
        canvas_text(c, y + 1, 2, STYLE_BOLD, "Remarks (staff only)");
        canvas_wrap(c, y + 2, 2, c->columns - 4, 20, STYLE_PLAIN, v->payment->notes);
    }
}

static const char *can_settle(const struct ui *ui, const void *state)
{
    (void)state;
    return staff_may_write(ui);
}

static void run_customer(struct ui *ui, void *state)
{
    book_open(ui, &book_customer, ((struct payments_view *)state)->payment->customer);
}

static const struct key_row keys[] = {{.key = 'i',
                                       .action = "invoice",
                                       .help = "Open an invoice it settles",
                                       .possible = payments_view_has_invoice,
                                       .run = payments_view_run_invoice},
                                      {.key = 'o',
                                       .action = "customer",
                                       .help = "Open the customer",
                                       .possible = payments_view_loaded,
                                       .run = run_customer},
                                      {.key = 'g',
                                       .action = "ask again",
                                       .help = "Ask the gateway about it again",
                                       .possible = can_settle,
                                       .run = payments_view_run_settle,
                                       .offered = payments_view_asks},
                                      {.key = 'y',
                                       .action = "copy number",
                                       .help = "Copy its number",
                                       .possible = payments_view_loaded,
                                       .run = payments_view_run_copy,
                                       .quiet = true},
                                      {0}};

const struct screen screen_staff_payment = {.name = "staff.payment",
                                            .title = "Payment",
                                            .state_size = sizeof(struct payments_view),
                                            .open = open,
                                            .load = payments_view_load,
                                            .reply = payments_view_reply,
                                            .event = payments_view_event,
                                            .draw = draw,
                                            .keys = keys,
                                            .scrolls = true};
