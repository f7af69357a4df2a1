/* Payments made (D9), and one of them as a receipt. */
#include "tui/customer/customer_screens.h"
#include "common/filter_table.h"
#include "tui/both/payments_screen.h"
#include <string.h>

/* --- the list */

static const struct list_column columns[] = {
    {.name = "date", .title = "Date", .width = 11, .sortable = true},
    {.name = "number", .title = "Number", .width = 11},
    {.name = "state", .title = "State", .width = 7},
    {.name = "for", .title = "For", .width = 10, .grow = 2},
    {.name = "method", .title = "With", .width = 13, .grow = 1, .drop = 1},
    {.name = "amount", .title = "Amount", .width = 14, .right = true, .sortable = true},
};

static void list_opened(struct ui *ui, void *state, uint64_t subject)
{
    struct payments_list *s = state;
    (void)subject;
    s->self = &screen_customer_payments;
    s->list = ui_list(ui, columns, COUNT_OF(columns));
    list_remote(s->list, true, true);
    list_language(s->list, filter_of_payments());
    list_empty_text(s->list, "No payments yet. What you pay appears here, with its receipt.");
}

static void list_load(struct ui *ui, void *state, enum load why)
{
    payments_list_ask(ui, state, 0, why);
}

static void run_open(struct ui *ui, void *state)
{
    ui_push(ui, &screen_customer_payment, list_id(((struct payments_list *)state)->list));
}

static const struct key_row list_keys[] = {{.key = K_ENTER,
                                            .action = "receipt",
                                            .help = "Open the receipt",
                                            .possible = payments_list_can_open,
                                            .run = run_open},
                                           {0}};

const struct screen screen_customer_payments = {.name = "customer.payments",
                                                .title = "Payments",
                                                .state_size = sizeof(struct payments_list),
                                                .open = list_opened,
                                                .load = list_load,
                                                .reply = payments_list_reply,
                                                .event = payments_list_event,
                                                .draw = payments_list_draw,
                                                .keys = list_keys};

/* --- one of them */

static void open(struct ui *ui, void *state, uint64_t subject)
{
    payments_view_open(ui, state, subject, &screen_customer_payment, &screen_customer_invoice);
}

static void draw(const void *state, struct canvas *c)
{
    payments_view_draw(state, c);
}

static const struct key_row keys[] = {
    {.key = 'i',
     .action = "invoice",
     .help = "The invoice it paid",
     .possible = payments_view_has_invoice,
     .run = payments_view_run_invoice},
    {.key = 'y', .action = "copy number", .help = "Copy its number", .run = payments_view_run_copy},
    {.key = 'a',
     .action = "ask gateway",
     .help = "Ask the gateway what became of it",
     .run = payments_view_run_settle,
     .offered = payments_view_asks},
    {0}};

const struct screen screen_customer_payment = {.name = "customer.payment",
                                               .title = "Payment",
                                               .state_size = sizeof(struct payments_view),
                                               .open = open,
                                               .load = payments_view_load,
                                               .reply = payments_view_reply,
                                               .event = payments_view_event,
                                               .draw = draw,
                                               .keys = keys,
                                               .scrolls = true};
