/* The form of an item. */
#include "tui/staff/staff_screens.h"
#include "tui/staff/staff_settings.h"
#include <string.h>

/* Not made from a shape, for the tax is chosen by its name. */

enum { TAXES, SAVE };
#define TAX_CHOICES 101
struct item_state {
    uint64_t id, tax;
    struct form *form;
    uint64_t ids[TAX_CHOICES];
    const char *labels[TAX_CHOICES + 1];
};
static const char *const no_taxes[] = {"no tax", NULL};
static const struct input_spec item_inputs[] = {
    {.name = "name", .label = "Name", .kind = INPUT_TEXT, .max = 200, .required = true, .width = 44},
    {.name = "description", .label = "Description", .kind = INPUT_LINES, .max = 2000, .rows = 3},
    {.name = "price",
     .label = "Price of one",
     .kind = INPUT_DECIMAL,
     .required = true,
     .hint = "In the base currency, up to six decimals"},
    {.name = "unit", .label = "Unit", .kind = INPUT_TEXT, .max = 30, .width = 16, .hint = "pcs, h, pallet"},
    {.name = "tax", .label = "Tax", .kind = INPUT_CHOICE, .choices = no_taxes, .hint = "← → another tax"},
    {.name = "submit", .label = "Save", .kind = INPUT_BUTTON}};

static void item_open(struct ui *ui, void *state, uint64_t subject)
{
    struct item_state *s = state;
    s->id = subject;
    s->form = ui_form(ui, item_inputs, COUNT_OF(item_inputs));
}

static void item_load(struct ui *ui, void *state, enum load why)
{
    struct tax_list_in in = {0};
    const struct item_state *s = state;
    if (s->id)
        ui_title(ui, "%s", form_text(s->form, "name"));
    if (why == LOAD_FIRST)
        ui_ask(ui, TAXES, OPNO_tax_list, &in);
}

static void took_taxes(struct ui *ui, struct item_state *s, const struct tax_list_out *out)
{
    size_t n = 1;
    int chosen = 0;
    s->labels[0] = no_taxes[0];
    for (size_t i = 0; i < out->taxes.n && n < TAX_CHOICES; i++) {
        const struct tax *t = &out->taxes.v[i];
        char percent[SHOW_TEXT];
        if (!t->active && t->id != s->tax)
            continue;
        if (t->id == s->tax)
            chosen = (int)n;
        s->ids[n] = t->id;
        s->labels[n++] =
            arena_printf(ui_arena(ui), "%s %s %%", show_text(t->name), show_decimal(percent, t->percent, 0));
    }
    s->labels[n] = NULL;
    form_choices(s->form, "tax", s->labels);
    form_set_choice(s->form, "tax", chosen);
}

static void item_reply(struct ui *ui, void *state, int tag, const struct reply *r)
{
    struct item_state *s = state;
    if (ui_refused(ui, r))
        return;
    if (tag == TAXES) {
        took_taxes(ui, s, r->out);
        return;
    }
    if (!s->id)
        ui_made(ui, SUBJECT_ITEM, ((const struct item_create_out *)r->out)->item->id);
    form_kept(s->form);
    ui_toast(ui, TONE_GOOD, s->id ? "Saved." : "The item is there.");
    ui_pop(ui);
}

static void item_submit(struct ui *ui, void *state, struct form *form)
{
    const struct item_state *s = state;
    struct item item = {0};
    struct item_create_in create = {0};
    struct item_update_in update = {0};
    struct ask ask = {.tag = SAVE, .busy = "Saving…"};
    GIVE(item, &item, name, form_text(form, "name"));
    GIVE(item, &item, description, form_text(form, "description"));
    GIVE(item, &item, price, form_decimal(form, "price"));
    GIVE(item, &item, unit, form_text(form, "unit"));
    GIVE(item, &item, tax, s->ids[form_choice(form, "tax")]);
    if (s->id) {
        GIVE(item_update_in, &update, id, s->id);
        GIVE(item_update_in, &update, item, &item);
        ask.op = op_at(OPNO_item_update);
        ask.in = &update;
    } else {
        if (!item.tax)
            item.head.has &= ~(UINT64_C(1) << (shape_field(shape_item(), "tax", 3) - shape_item()->fields));
        GIVE(item_create_in, &create, item, &item);
        ask.op = op_at(OPNO_item_create);
        ask.in = &create;
    }
    ui_ask_with(ui, &ask);
}

static void item_draw(const void *state, struct canvas *c)
{
    struct canvas part = canvas_part(c, 1, 0, c->rows - 1, c->columns > 100 ? 100 : c->columns);
    form_draw(((const struct item_state *)state)->form, &part);
}

static const struct screen screen_staff_item = {.name = "staff.item",
                                                .title = "New item",
                                                .state_size = sizeof(struct item_state),
                                                .open = item_open,
                                                .load = item_load,
                                                .reply = item_reply,
                                                .draw = item_draw,
                                                .submit = item_submit};

void settings_item_edit(struct ui *ui, const struct item *item)
{
    struct item_state *s = ui_push(ui, &screen_staff_item, item ? item->id : 0);
    if (!item)
        return;
    s->tax = item->tax;
    form_set(s->form, "name", item->name);
    form_set(s->form, "description", item->description);
    form_set_decimal(s->form, "price", item->price);
    form_set(s->form, "unit", item->unit);
}
