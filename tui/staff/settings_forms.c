/* Forms of the settings: the business (A1–A10). */
#include "tui/staff/staff_screens.h"
#include "tui/staff/staff_settings.h"
#include "tui/staff/task.h"
#include <string.h>

/* --- the business */

static void business_ask(struct ui *ui, const struct task_form *t)
{
    struct settings_get_in in = {0};
    (void)t;
    ui_ask(ui, TASK_GET, OPNO_settings_get, &in);
}

static bool business_begin(struct ui *ui, struct task_form *t, const void *out, void *in, struct arena *a)
{
    struct business *b = ((const struct settings_get_out *)out)->business;
    (void)a;
    ui_title(ui, "%s", t->task->title);
    t->revision = b->revision;
    ((struct settings_update_in *)in)->business = b;
    return true;
}

static void business_finish(const struct task_form *t, void *in, struct arena *a)
{
    struct settings_update_in *update = in;
    if (!update->business)
        update->business = arena_alloc(a, sizeof *update->business);
    GIVE(business, update->business, revision, t->revision);
    GIVE(settings_update_in, update, business, update->business);
}

static const struct shape_row business_rows[] = {
    {.field = "business.name", .width = 40},
    {.field = "business.email", .label = "E-mail", .width = 40},
    {.field = "business.phone", .width = 24},
    {.field = "business.website", .label = "Web site", .width = 40},
    {.field = "business.tax_id", .label = "Tax id", .width = 24},
    {.field = "business.registration", .width = 40},
    {.field = "business.bank", .label = "Bank account", .width = 44},
    {.field = "business.address.street", .width = 40},
    {.field = "business.address.street2", .label = "2nd line", .width = 40},
    {.field = "business.address.code", .label = "Postal code", .width = 12},
    {.field = "business.address.city", .width = 30},
    {.field = "business.address.state", .label = "Region", .width = 30},
    {.field = "business.address.country", .width = 30},
    {.field = "business.currency", .label = "Base currency", .width = 5},
    {.field = "business.time_zone", .width = 30},
    {.field = "business.country", .label = "Tax rules of", .width = 3},
    {.field = "business.representative", .label = "Tax repres."},
    {0}};
static const struct shape_row portal_rows[] = {
    {.field = "business.banner"},
    {.field = "business.customers_edit", .label = "May edit details"},
    {.field = "business.partial_payments", .label = "Part payments"},
    {.field = "business.customers_forward", .label = "May forward"},
    {.field = "business.reviews", .label = "Reviews"},
    {.field = "business.projects", .label = "Projects"},
    {.field = "business.notify_business", .label = "Mail to us"},
    {.field = "business.notify_customer", .label = "Mail to customers"},
    {0}};
static const struct shape_row document_rows[] = {
    {.field = "business.terms_days", .label = "Invoices due in", .unit = "days", .width = 6},
    {.field = "business.estimate_days", .label = "Estimates open", .unit = "days", .width = 6},
    {.field = "business.tax_per_line", .label = "Tax on each line"},
    {.field = "business.statement"},
    {.field = "business.notes"},
    {.field = "business.terms"},
    {0}};

static const struct task business_task = {.title = "Business",
                                          .button = "Save",
                                          .done = "Saved.",
                                          .op = OPNO_settings_update,
                                          .rows = business_rows,
                                          .ask = business_ask,
                                          .begin = business_begin,
                                          .finish = business_finish};
static const struct task portal_task = {.title = "Portal",
                                        .button = "Save",
                                        .done = "Saved. Customers see it at once.",
                                        .op = OPNO_settings_update,
                                        .rows = portal_rows,
                                        .ask = business_ask,
                                        .begin = business_begin,
                                        .finish = business_finish};
static const struct task documents_task = {.title = "Documents",
                                           .button = "Save",
                                           .done = "Saved. New documents begin so.",
                                           .op = OPNO_settings_update,
                                           .rows = document_rows,
                                           .ask = business_ask,
                                           .begin = business_begin,
                                           .finish = business_finish};

void settings_business(struct ui *ui)
{
    task_open(ui, &business_task, 0, 0);
}

void settings_portal(struct ui *ui)
{
    task_open(ui, &portal_task, 0, 0);
}

void settings_documents(struct ui *ui)
{
    task_open(ui, &documents_task, 0, 0);
}
