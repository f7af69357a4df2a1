/* Settings: what there is, and the lists behind it: number series, taxes, items, staff accounts. */
#include "common/date.h"
#include "tui/staff/settings.h"
#include "tui/staff/screens.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* --- the first page */

enum page {
    PAGE_BUSINESS,
    PAGE_PORTAL,
    PAGE_DOCUMENTS,
    PAGE_SERIES,
    PAGE_TAXES,
    PAGE_ITEMS,
    PAGE_STAFF,
    PAGE_PASSWORD,
    PAGES
};
struct menu_state {
    struct list *list;
    const struct business *business;
};
static const struct list_column menu_columns[] = {
    {.name = "what", .title = "Setting", .width = 20},
    {.name = "now", .title = "As it is", .width = 40, .grow = 1},
};

static void menu_open(struct ui *ui, void *state, uint64_t subject)
{
    struct menu_state *s = state;
    (void)subject;
    s->list = ui_list(ui, menu_columns, COUNT_OF(menu_columns));
}

static void menu_load(struct ui *ui, void *state, enum load why)
{
    struct settings_get_in in = {0};
    (void)state;
    (void)why;
    ui_ask(ui, 0, OPNO_settings_get, &in);
}

static void menu_row(struct list *list, enum page page, const char *what, const char *now)
{
    const char *cells[] = {what, now};
    unsigned styles[] = {0, STYLE_DIM};
    list_add(list, &(struct list_row){.id = (uint64_t)page + 1, .cells = cells, .styles = styles});
}

static void menu_reply(struct ui *ui, void *state, int tag, const struct reply *r)
{
    struct menu_state *s = state;
    char text[400], where[300];
    (void)tag;
    if (ui_refused(ui, r))
        return;
    const struct settings_get_out *out = r->out;
    const struct business *b = s->business = out->business;
    list_begin(s->list);
    show_address_line(where, sizeof where, b->address);
    snprintf(text, sizeof text, "%s%s%s", show_text(b->name), *where ? ", " : "", where);
    menu_row(s->list, PAGE_BUSINESS, "Business", text);
    snprintf(text, sizeof text, "name %s; customers may%s edit their details; part payments %s",
             show_text(b->portal), b->customers_edit ? "" : " not", b->partial_payments ? "on" : "off");
    menu_row(s->list, PAGE_PORTAL, "Portal", text);
    snprintf(text, sizeof text, "invoices due in %" PRId64 " days, estimates open %" PRId64 " days",
             b->terms_days, b->estimate_days);
    menu_row(s->list, PAGE_DOCUMENTS, "Documents", text);
    size_t n = 0;
    text[0] = '\0';
    for (size_t i = 0; i < out->series.n && n < sizeof text; i++) {
        char number[SHOW_TEXT];
        n += (size_t)snprintf(text + n, sizeof text - n, "%s%s", n ? ", " : "next ",
                              series_number(number, &out->series.v[i]));
    }
    menu_row(s->list, PAGE_SERIES, "Number series", text);
    menu_row(s->list, PAGE_TAXES, "Taxes", "rates that lines offer");
    menu_row(s->list, PAGE_ITEMS, "Items", "what is sold, with its price");
    menu_row(s->list, PAGE_STAFF, "Staff accounts", "who signs in here, and what they may do");
    menu_row(s->list, PAGE_PASSWORD, "Your password", "");
    list_end(s->list, false, -1);
}

static void menu_event(struct ui *ui, void *state, const struct event *e)
{
    (void)state;
    if (ui_top(ui) == &screen_staff_settings && e->subject == SUBJECT_BUSINESS)
        ui_reload(ui);
}

static void menu_draw(const void *state, struct canvas *c)
{
    list_draw(((const struct menu_state *)state)->list, c);
}

static void menu_run(struct ui *ui, void *state)
{
    const struct menu_state *s = state;
    enum page page = (enum page)(list_id(s->list) - 1);
    const char *why = page <= PAGE_DOCUMENTS ? staff_may_set(ui) : NULL;
    if (!list_id(s->list))
        return;
    if (why) {
        ui_toast(ui, TONE_BAD, "%s", why);
        return;
    }
    switch (page) {
    case PAGE_BUSINESS: settings_business(ui); break;
    case PAGE_PORTAL: settings_portal(ui); break;
    case PAGE_DOCUMENTS: settings_documents(ui); break;
    case PAGE_SERIES: settings_list(ui, SETTINGS_SERIES); break;
    case PAGE_TAXES: settings_list(ui, SETTINGS_TAXES); break;
    case PAGE_ITEMS: settings_list(ui, SETTINGS_ITEMS); break;
    case PAGE_STAFF: settings_list(ui, SETTINGS_STAFF); break;
    default: ui_push(ui, &screen_password, 0); break;
    }
}

static const struct key_row menu_keys[] = {
    {.key = K_ENTER, .action = "open", .help = "Look at it and change it", .run = menu_run}, {0}};

const struct screen screen_staff_settings = {.name = "staff.settings",
                                             .title = "Settings",
                                             .state_size = sizeof(struct menu_state),
                                             .open = menu_open,
                                             .load = menu_load,
                                             .reply = menu_reply,
                                             .event = menu_event,
                                             .draw = menu_draw,
                                             .keys = menu_keys};
