/* Forms made from shapes: what the tables say arrives in inputs and back in structs. */
#include "tests/unit/test.h"
#include "tui/full/form_shape.h"
#include "tui/full/ui.h"

static struct ui *ui;
static struct form *form;
static const struct shape_row rows[] = {{.field = "name"},
                                        {.field = "email"},
                                        {.field = "terms_days", .unit = "days"},
                                        {.field = "", .label = "Billing"},
                                        {.field = "billing.city"},
                                        {.field = "billing.country"},
                                        {.field = "active"},
                                        {.field = "notes"},
                                        {0}};

static void open(struct ui *u, void *state, uint64_t subject)
{
    (void)state;
    (void)subject;
    form = form_of_shape(u, shape_customer(), rows, "Save");
}
static const struct screen screen = {.name = "t", .title = "T", .open = open};

static void press(const char *name, int code)
{
    struct key k = key_of(code);
    if (name)
        form_focus(form, name);
    form_key(form, &k);
}

static void inputs_come_from_the_table(void)
{
    const struct input *name = form_field(form, "name"), *city = form_field(form, "billing.city");
    CHECK_TEXT(name->spec.label, "Name");
    CHECK_TEXT(name->spec.hint, "name it is shown under");
    CHECK_INT(name->spec.max, 200);
    CHECK_TEXT(city->spec.label, "City");
    CHECK_INT(form_field(form, "notes")->spec.kind, INPUT_LINES);
    CHECK_INT(form_field(form, "active")->spec.kind, INPUT_CHECK);
    CHECK_TEXT(form_field(form, "terms_days")->spec.label, "Terms");
    form_set(form, "terms_days", "99999");
    CHECK(!form_check(form));
    CHECK_TEXT(form_field(form, "terms_days")->error, "From 0 to 3650.");
    form_set(form, "terms_days", "1.5");
    CHECK(!form_check(form));
    CHECK_TEXT(form_field(form, "terms_days")->error, "A whole number, without decimal places.");
    form_set(form, "terms_days", "");
}

static void a_record_goes_in_and_only_changes_come_out(void)
{
    struct arena *a = arena_open();
    struct address billing = {.city = "Galway"};
    struct customer before = {.name = "Bodega Sur", .terms_days = 14, .billing = &billing, .active = true},
                    after = {0};
    form_from(form, shape_customer(), &before);
    CHECK_TEXT(form_text(form, "name"), "Bodega Sur");
    CHECK_TEXT(form_text(form, "terms_days"), "14");
    CHECK_TEXT(form_text(form, "billing.city"), "Galway");
    CHECK_TEXT(form_text(form, "billing.country"), "");
    CHECK_INT(form_choice(form, "active"), 1);
    CHECK(!form_changed(form));
    form_into(form, shape_customer(), &after, a, true);
    CHECK_INT(after.head.has, 0);
    press("billing.country", 'X');
    press("active", ' ');
    press("name", CTRL('U'));
    form_into(form, shape_customer(), &after, a, true);
    CHECK_TEXT(after.billing->country, "X");
    CHECK(after.billing->city == NULL);
    CHECK(!after.active && GIVEN(customer, &after, active));
    CHECK(GIVEN(customer, &after, name) && !*after.name); /* emptied by the user: said */
    CHECK(!GIVEN(customer, &after, terms_days));
    struct customer all = {0};
    form_into(form, shape_customer(), &all, a, false);
    CHECK_INT(all.terms_days, 14);
    CHECK(GIVEN(customer, &all, terms_days) && !GIVEN(customer, &all, email));
    CHECK_TEXT(all.billing->city, "Galway");
    arena_close(a);
}

static void refusals_find_nested_inputs(void)
{
    struct refusal why = {.code = ERR_INVALID, .field = "customer.billing.city", .detail = "too long"};
    CHECK(form_refuse(form, &why));
    CHECK_TEXT(form_field(form, "billing.city")->error, "too long");
    strcpy(why.field, "customer.email");
    CHECK(form_refuse(form, &why));
    CHECK_TEXT(form_field(form, "email")->error, "too long");
    strcpy(why.field, "customer.revision");
    CHECK(!form_refuse(form, &why));
    why.field[0] = '\0';
    CHECK(!form_refuse(form, &why));
}

static void every_operation_makes_a_form(void)
{
    for (enum op_number n = 0; n < OP_COUNT; n++) {
        struct ui *u = ui_open(24, 80, 0);
        static struct screen empty = {.name = "e", .title = "E"};
        ui_start(u, &empty, 0);
        struct form *f = form_of_shape(u, op_at(n)->in(), NULL, "Go");
        struct arena *a = arena_open();
        void *in = arena_alloc(a, op_at(n)->in()->size);
        form_into(f, op_at(n)->in(), in, a, true);
        CHECK_INT(((struct shape_head *)in)->has, 0);
        form_from(f, op_at(n)->in(), in);
        CHECK(!form_changed(f));
        arena_close(a);
        ui_close(u);
    }
}

int main(void)
{
    ui = ui_open(24, 80, 0);
    ui_start(ui, &screen, 0);
    inputs_come_from_the_table();
    a_record_goes_in_and_only_changes_come_out();
    refusals_find_nested_inputs();
    every_operation_makes_a_form();
    ui_close(ui);
    return test_end();
}
