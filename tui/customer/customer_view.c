/* What a customer sees: sections, keys everywhere, where it starts. */
#include "tui/full/book_screen.h"
#include "tui/portal/books.h"
#include "tui/customer/customer_screens.h"

static void run_bell(struct ui *ui, void *state)
{
    (void)state;
    book_open(ui, &book_bell, 0);
}

static void run_lock(struct ui *ui, void *state)
{
    (void)state;
    client_lock(ui, "");
}

static bool on_home(const struct ui *ui, const void *state)
{
    (void)state;
    return book_on_top(ui, &book_home);
}

static const struct key_row keys[] = {
    {.key = 'b',
     .action = "bell",
     .help = "What happened around your documents",
     .run = run_bell,
     .quiet = true},
    {.key = 'q', .action = "sign out", .help = "Sign out", .run = sign_out_run, .offered = on_home},
    {.action = "sign out", .help = "Sign out", .run = sign_out_run},
    {.action = "lock", .help = "Hide everything until you give your password", .run = run_lock},
    {0}};

static void waits(struct ui *ui, const void *out)
{
    const struct home_get_out *h = out;
    ui_set_waits(ui, "Estimates", h->estimates_open, "to approve");
    ui_set_waits(ui, "Invoices", h->ageing->overdue_count, "overdue");
}

const struct view view_customer = {.ways = ways_customer,
                                   .keys = keys,
                                   .places = &places_own,
                                   .found = subject_open,
                                   .work = OPNO_home_get,
                                   .waits = waits};
