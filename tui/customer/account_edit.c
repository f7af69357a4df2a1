/* Changing one's own name and phone, and (where the business allows it, A7) the company's details. */
#include "tui/customer/customer_screens.h"
#include <stdio.h>
#include <string.h>

enum { GET, SAVE };

/* --- oneself */

struct person_state {
    struct form *form;
};

static const struct input_spec person_inputs[] = {
    {.name = "name", .label = "Name", .kind = INPUT_TEXT, .required = true, .max = 120, .width = 40},
    {.name = "phone", .label = "Phone", .kind = INPUT_TEXT, .max = 60, .width = 24},
    {.name = "save", .label = "Save", .kind = INPUT_BUTTON},
    {.name = "leave", .label = "Cancel", .kind = INPUT_BUTTON},
};

static void person_open(struct ui *ui, void *state, uint64_t subject)
{
    struct person_state *s = state;
    (void)subject;
    s->form = ui_form(ui, person_inputs, COUNT_OF(person_inputs));
    form_set(s->form, "name", client_me(ui)->name);
    form_set(s->form, "phone", client_me(ui)->phone);
}

static void person_submit(struct ui *ui, void *state, struct form *form)
{
    struct account_update_in in = {0};
    (void)state;
    GIVE(account_update_in, &in, name, form_text(form, "name"));
    GIVE(account_update_in, &in, phone, form_text(form, "phone"));
    ui_ask_with(ui,
                &(struct ask){.tag = SAVE, .op = op_at(OPNO_account_update), .in = &in, .busy = "Saving…"});
}

static void person_reply(struct ui *ui, void *state, int tag, const struct reply *r)
{
    struct person_state *s = state;
    (void)tag;
    if (ui_refused(ui, r))
        return;
    client_know(ui, ((const struct account_update_out *)r->out)->me);
    form_kept(s->form);
    ui_toast(ui, TONE_GOOD, "Saved.");
    ui_pop(ui);
}

static void person_draw(const void *state, struct canvas *c)
{
    const struct person_state *s = state;
    struct canvas part = canvas_part(c, 1, 0, c->rows - 1, c->columns > 90 ? 90 : c->columns);
    form_draw(s->form, &part);
}

static void leave(struct ui *ui, void *state, struct form *form, const char *name)
{
    (void)state;
    (void)name;
    form_kept(form);
    ui_pop(ui);
}

static const struct key_row form_keys[] = {
    {.key = K_TAB, .action = "next field", .help = "The next field"},
    {.key = K_F0 + 2, .action = "save", .help = "Save"},
    {.key = K_ESC, .action = "leave", .help = "Leave; asks when something was changed"},
    {0}};

const struct screen screen_customer_person = {.name = "customer.person",
                                              .title = "You",
                                              .state_size = sizeof(struct person_state),
                                              .open = person_open,
                                              .reply = person_reply,
                                              .draw = person_draw,
                                              .submit = person_submit,
                                              .button = leave,
                                              .keys = form_keys};

/* --- the company */

struct company_state {
    struct form *form;
    int64_t revision;
};

#define ADDRESS_INPUTS(prefix, of)                                                                        \
    {.name = prefix "attention", .label = of " attention", .kind = INPUT_TEXT, .max = 120, .width = 40},  \
        {.name = prefix "street", .label = of " street", .kind = INPUT_TEXT, .max = 200, .width = 40},    \
        {.name = prefix "street2", .label = of " 2nd line", .kind = INPUT_TEXT, .max = 200, .width = 40}, \
        {.name = prefix "code", .label = of " postal code", .kind = INPUT_TEXT, .max = 30, .width = 12},  \
        {.name = prefix "city", .label = of " city", .kind = INPUT_TEXT, .max = 100, .width = 30},        \
        {.name = prefix "state", .label = of " region", .kind = INPUT_TEXT, .max = 100, .width = 30},     \
        {.name = prefix "country", .label = of " country", .kind = INPUT_TEXT, .max = 100, .width = 30},  \
    {                                                                                                     \
        .name = prefix "phone", .label = of " phone", .kind = INPUT_TEXT, .max = 60, .width = 24          \
    }

static const struct input_spec company_inputs[] = {
    {.name = "phone", .label = "Phone", .kind = INPUT_TEXT, .max = 60, .width = 24},
    {.name = "website", .label = "Web site", .kind = INPUT_TEXT, .max = 200, .width = 40},
    ADDRESS_INPUTS("billing.", "Billing"),
    ADDRESS_INPUTS("shipping.", "Shipping"),
    {.name = "save", .label = "Save", .kind = INPUT_BUTTON},
    {.name = "leave", .label = "Cancel", .kind = INPUT_BUTTON},
};

/* An address and the form's inputs, member by member. */
static const struct {
    const char *name;
    size_t at;
} parts[] = {{"attention", offsetof(struct address, attention)}, {"street", offsetof(struct address, street)},
             {"street2", offsetof(struct address, street2)},     {"code", offsetof(struct address, code)},
             {"city", offsetof(struct address, city)},           {"state", offsetof(struct address, state)},
             {"country", offsetof(struct address, country)},     {"phone", offsetof(struct address, phone)}};

static void fill(struct form *f, const char *prefix, const struct address *a)
{
    for (size_t i = 0; a && i < COUNT_OF(parts); i++) {
        char name[40];
        snprintf(name, sizeof name, "%s%s", prefix, parts[i].name);
        form_set(f, name, *(const char *const *)((const char *)a + parts[i].at));
    }
}

static struct address *gather(struct ui *ui, struct form *f, const char *prefix)
{
    struct address *a = arena_alloc(ui_arena(ui), sizeof *a);
    for (size_t i = 0; i < COUNT_OF(parts); i++) {
        char name[40];
        snprintf(name, sizeof name, "%s%s", prefix, parts[i].name);
        *(const char **)((char *)a + parts[i].at) = form_text(f, name);
        shape_give(shape_address(), &a->head, parts[i].name);
    }
    return a;
}

static void company_open(struct ui *ui, void *state, uint64_t subject)
{
    struct company_state *s = state;
    (void)subject;
    s->form = ui_form(ui, company_inputs, COUNT_OF(company_inputs));
}

static void company_load(struct ui *ui, void *state, enum load why)
{
    struct company_state *s = state;
    struct customer_get_in none = {0};
    (void)why;
    if (!form_changed(s->form)) /* what is being written stays */
        ui_ask(ui, GET, OPNO_customer_get, &none);
}

static void company_submit(struct ui *ui, void *state, struct form *form)
{
    struct company_state *s = state;
    struct customer_edit_own_in in = {0};
    GIVE(customer_edit_own_in, &in, revision, s->revision);
    GIVE(customer_edit_own_in, &in, phone, form_text(form, "phone"));
    GIVE(customer_edit_own_in, &in, website, form_text(form, "website"));
    GIVE(customer_edit_own_in, &in, billing, gather(ui, form, "billing."));
    GIVE(customer_edit_own_in, &in, shipping, gather(ui, form, "shipping."));
    ui_ask_with(
        ui, &(struct ask){.tag = SAVE, .op = op_at(OPNO_customer_edit_own), .in = &in, .busy = "Saving…"});
}

static void company_reply(struct ui *ui, void *state, int tag, const struct reply *r)
{
    struct company_state *s = state;
    if (r->code && *r->why->field && form_field(s->form, r->why->field)) {
        form_error(s->form, r->why->field, *r->why->detail ? r->why->detail : err_sentence(r->code));
        form_focus(s->form, r->why->field);
        return;
    }
    if (r->code == ERR_STALE) {
        ui_toast(ui, TONE_BAD,
                 "Somebody changed these details meanwhile. Leave, look, and change them again.");
        return;
    }
    if (ui_refused(ui, r))
        return;
    if (tag == GET) {
        const struct customer *k = ((const struct customer_get_out *)r->out)->customer;
        if (form_changed(s->form))
            return;
        s->revision = k->revision;
        form_set(s->form, "phone", k->phone);
        form_set(s->form, "website", k->website);
        fill(s->form, "billing.", k->billing);
        fill(s->form, "shipping.", k->shipping);
        return;
    }
    form_kept(s->form);
    ui_toast(ui, TONE_GOOD, "Saved. %s sees the change.", client_me(ui)->business);
    ui_pop(ui);
}

static void company_draw(const void *state, struct canvas *c)
{
    const struct company_state *s = state;
    struct canvas part = canvas_part(c, 0, 0, c->rows, c->columns > 90 ? 90 : c->columns);
    form_draw(s->form, &part);
}

const struct screen screen_customer_company = {.name = "customer.company",
                                               .title = "Company",
                                               .state_size = sizeof(struct company_state),
                                               .open = company_open,
                                               .load = company_load,
                                               .reply = company_reply,
                                               .draw = company_draw,
                                               .submit = company_submit,
                                               .button = leave,
                                               .keys = form_keys};
