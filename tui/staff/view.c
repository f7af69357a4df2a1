/* What staff see: sections, keys everywhere, where they start. */
#include "tui/staff/screens.h"

static void run_bell(struct ui *ui, void *state)
{
    (void)state;
    ui_push(ui, &screen_bell, 0);
}

static void run_sign_out(struct ui *ui, void *state)
{
    (void)state;
    client_sign_out(ui, "You are signed out.");
}

static const struct key_row keys[] = {
    {.key = 'b', .action = "bell", .help = "What customers did", .run = run_bell, .quiet = true},
    {.action = "sign out", .help = "Sign out", .run = run_sign_out},
    {0}};

static const struct section sections[] = {{"Bell", &screen_bell, 0}, {0}};

const struct view view_staff = {.sections = sections, .keys = keys, .first = &screen_bell};

bool staff_open_subject(struct ui *ui, int subject, uint64_t about)
{
    (void)ui;
    (void)subject;
    (void)about;
    return false;
}
