/* Writing and changing customers (F1), their contact persons, and persons' access (B1, B2, B5). */
#include "tui/staff/staff_screens.h"
#include "tui/staff/task.h"
#include <stdio.h>
#include <string.h>

/* The crumb of a task is set from here: a screen's title is constant. */
#define DETAILS                                                                          \
    {.field = "customer.name", .width = 40}, {.field = "customer.company", .width = 40}, \
        {.field = "customer.email", .label = "E-mail", .width = 40},                     \
        {.field = "customer.phone", .width = 24},                                        \
        {.field = "customer.website", .label = "Web site", .width = 40},                 \
        {.field = "customer.currency", .width = 5},                                      \
        {.field = "customer.terms_days", .label = "Terms", .unit = "days", .width = 6},  \
    {                                                                                    \
        .field = "customer.tax_id", .label = "Tax id", .width = 24                       \
    }
#define ADDRESS(which, label_)                                                              \
    {.field = "", .label = label_}, {.field = "customer." which ".attention", .width = 40}, \
        {.field = "customer." which ".street", .width = 40},                                \
        {.field = "customer." which ".street2", .label = "2nd line", .width = 40},          \
        {.field = "customer." which ".code", .label = "Postal code", .width = 12},          \
        {.field = "customer." which ".city", .width = 30},                                  \
        {.field = "customer." which ".state", .label = "Region", .width = 30},              \
    {                                                                                       \
        .field = "customer." which ".country", .width = 30                                  \
    }

static const struct shape_row new_rows[] = {DETAILS,
                                            {.field = "", .label = "First contact person"},
                                            {.field = "contact.name", .label = "Person", .width = 40},
                                            {.field = "contact.email", .label = "Their e-mail", .width = 40},
                                            {.field = "contact.phone", .label = "Their phone", .width = 24},
                                            ADDRESS("billing", "Billing address"),
                                            {.field = "customer.notes", .label = "Remarks"},
                                            {0}};
static const struct shape_row edit_rows[] = {DETAILS,
                                             {.field = "customer.active", .label = "Active"},
                                             ADDRESS("billing", "Billing address"),
                                             ADDRESS("shipping", "Shipping address"),
                                             {.field = "customer.notes", .label = "Remarks"},
                                             {0}};

/* --- a new customer */

static bool new_begin(struct ui *ui, struct task_form *t, const void *out, void *in, struct arena *a)
{
    struct customer_create_in *create = in;
    struct customer *c = arena_alloc(a, sizeof *c);
    (void)out;
    (void)t;
    ui_title(ui, "New customer");
    c->currency = client_me(ui)->currency;
    create->customer = c;
    return true;
}

/* A person nobody named is none. */
static void new_finish(const struct task_form *t, void *in, struct arena *a)
{
    struct customer_create_in *create = in;
    (void)t;
    (void)a;
    if (create->contact && (!create->contact->name || !*create->contact->name) &&
        (!create->contact->email || !*create->contact->email)) {
        create->contact = NULL;
        create->head.has &= ~UINT64_C(2); /* its second field */
    }
}

static void new_then(struct ui *ui, const void *out)
{
    uint64_t id = ((const struct customer_create_out *)out)->customer->id;
    ui_made(ui, SUBJECT_CUSTOMER, id);
    ui_replace(ui, &screen_staff_customer, id);
}

static const struct task new_task = {.title = "New customer",
                                     .button = "Add the customer",
                                     .done = "The customer is there.",
                                     .op = OPNO_customer_create,
                                     .rows = new_rows,
                                     .whole = true,
                                     .begin = new_begin,
                                     .finish = new_finish,
                                     .then = new_then};

void staff_customer_new(struct ui *ui)
{
    task_open(ui, &new_task, 0, 0);
}

/* --- changing one */

static void get_customer(struct ui *ui, uint64_t id)
{
    struct customer_get_in in = {0};
    GIVE(customer_get_in, &in, customer, id);
    ui_ask(ui, TASK_GET, OPNO_customer_get, &in);
}

static void edit_ask(struct ui *ui, const struct task_form *t)
{
    get_customer(ui, t->id);
}

static bool edit_begin(struct ui *ui, struct task_form *t, const void *out, void *in, struct arena *a)
{
    struct customer *c = ((const struct customer_get_out *)out)->customer;
    (void)a;
    ui_title(ui, "Details");
    t->revision = c->revision;
    ((struct customer_update_in *)in)->customer = c;
    return true;
}

static void edit_finish(const struct task_form *t, void *in, struct arena *a)
{
    struct customer_update_in *update = in;
    if (!update->customer)
        update->customer = arena_alloc(a, sizeof *update->customer);
    GIVE(customer, update->customer, revision, t->revision);
    GIVE(customer_update_in, update, customer, update->customer);
    GIVE(customer_update_in, update, id, t->id);
}

static const struct task edit_task = {.title = "Details",
                                      .button = "Save",
                                      .done = "Saved.",
                                      .op = OPNO_customer_update,
                                      .rows = edit_rows,
                                      .ask = edit_ask,
                                      .begin = edit_begin,
                                      .finish = edit_finish};

void staff_customer_edit(struct ui *ui, uint64_t customer)
{
    task_open(ui, &edit_task, customer, 0);
}

/* --- contact persons */

#define CONTACT_ROWS                                                                                    \
    {.field = "contact.name", .width = 40}, {.field = "contact.email", .label = "E-mail", .width = 40}, \
        {.field = "contact.phone", .width = 24}, {.field = "contact.position", .width = 30},            \
    {                                                                                                   \
        .field = "contact.primary", .label = "Primary"                                                  \
    }
static const struct shape_row contact_rows[] = {CONTACT_ROWS, {0}};
static const struct shape_row contact_edit_rows[] = {
    {.field = "",
     .label = "Another e-mail address ends the access of this person until they are invited at the new one."},
    CONTACT_ROWS,
    {0}};

static bool person_begin(struct ui *ui, struct task_form *t, const void *out, void *in, struct arena *a)
{
    (void)t;
    (void)out;
    (void)in;
    (void)a;
    ui_title(ui, "New person");
    return true;
}

static void person_finish(const struct task_form *t, void *in, struct arena *a)
{
    (void)a;
    GIVE(contact_create_in, (struct contact_create_in *)in, customer, t->of);
}

static void person_then(struct ui *ui, const void *out)
{
    ui_made(ui, SUBJECT_CONTACT, ((const struct contact_create_out *)out)->contact->id);
    ui_pop(ui);
}

static const struct task person_new_task = {.title = "New person",
                                            .button = "Add the person",
                                            .done = "The person is there. a invites them to the portal.",
                                            .op = OPNO_contact_create,
                                            .rows = contact_rows,
                                            .whole = true,
                                            .begin = person_begin,
                                            .finish = person_finish,
                                            .then = person_then};

void staff_contact_new(struct ui *ui, uint64_t customer)
{
    task_open(ui, &person_new_task, 0, customer);
}

static void person_ask(struct ui *ui, const struct task_form *t)
{
    get_customer(ui, t->of);
}

static bool person_edit_begin(struct ui *ui, struct task_form *t, const void *out, void *in, struct arena *a)
{
    const struct customer_get_out *got = out;
    (void)a;
    for (size_t i = 0; i < got->contacts.n; i++)
        if (got->contacts.v[i].id == t->id) {
            ((struct contact_update_in *)in)->contact = &got->contacts.v[i];
            ui_title(ui, "%s", show_text(got->contacts.v[i].name));
            return true;
        }
    return false;
}

static void person_edit_finish(const struct task_form *t, void *in, struct arena *a)
{
    (void)a;
    GIVE(contact_update_in, (struct contact_update_in *)in, id, t->id);
}

static const struct task person_edit_task = {.title = "Person",
                                             .button = "Save",
                                             .done = "Saved.",
                                             .op = OPNO_contact_update,
                                             .rows = contact_edit_rows,
                                             .ask = person_ask,
                                             .begin = person_edit_begin,
                                             .finish = person_edit_finish};

void staff_contact_edit(struct ui *ui, uint64_t customer, uint64_t contact)
{
    task_open(ui, &person_edit_task, contact, customer);
}
