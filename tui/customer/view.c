/* What a customer sees: sections, keys everywhere, where it starts. */
#include "tui/customer/screens.h"

static void run_bell(struct ui *ui, void *state)
{
    (void)state;
    if (ui_top(ui) != &screen_bell)
        ui_push(ui, &screen_bell, 0);
}

static void run_sign_out(struct ui *ui, void *state)
{
    (void)state;
    client_sign_out(ui, "You are signed out.");
}

static const struct key_row keys[] = {{.key = 'b',
                                       .action = "bell",
                                       .help = "What happened around your documents",
                                       .run = run_bell,
                                       .quiet = true},
                                      {.action = "sign out", .help = "Sign out", .run = run_sign_out},
                                      {0}};

static const struct section sections[] = {{"Home", &screen_customer_home, 0}, {0}};

const struct view view_customer = {.sections = sections, .keys = keys, .first = &screen_customer_home};

bool customer_open_subject(struct ui *ui, int subject, uint64_t about)
{
    (void)ui;
    (void)subject;
    (void)about;
    return false;
}
