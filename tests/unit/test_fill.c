/* Fields by their path: found, read from what was typed, told, compared, dropped, copied whole. */
#include "common/date.h"
#include "proto/op.h"
#include "tests/unit/test.h"
#include "tui/face/fill_in.h"

static struct arena *a;

static const char *typed(struct customer *c, const char *path, const char *text)
{
    struct fill_by by = {a, date_of(2026, 11, 22), "EUR"};
    return fill_read(shape_customer(), c, path, text, &by);
}

static void a_path_leads_through_nested_shapes(void)
{
    struct customer c = {0};
    CHECK_TEXT(fill_field(shape_customer(), "billing.city")->name, "city");
    CHECK(!fill_field(shape_customer(), "billing.moon") && !fill_field(shape_customer(), "name.city"));
    CHECK(!fill_at(shape_customer(), &c, "billing.city"));
    CHECK(typed(&c, "billing.city", "Galway") == NULL);
    CHECK_TEXT(c.billing->city, "Galway");
    CHECK(GIVEN(customer, &c, billing) && GIVEN(address, c.billing, city) &&
          !GIVEN(address, c.billing, street));
    CHECK(fill_given(shape_customer(), &c, "billing.city") &&
          !fill_given(shape_customer(), &c, "billing.street"));
    CHECK(!fill_given(shape_customer(), &c, "shipping.city") && !fill_given(shape_customer(), &c, "name"));
    fill_drop(shape_customer(), &c, "billing.city");
    CHECK(!GIVEN(address, c.billing, city) && c.billing->city == NULL);
    fill_drop(shape_customer(), &(struct customer){0}, "billing.city"); /* nothing to drop */
}

static void what_is_typed_is_read_by_type_and_limits(void)
{
    struct customer c = {.terms_days = 30};
    CHECK(typed(&c, "terms_days", "14") == NULL);
    CHECK_INT(c.terms_days, 14);
    CHECK_TEXT(typed(&c, "terms_days", "99999"), "From 0 to 3650.");
    CHECK_INT(c.terms_days, 14); /* as it was */
    CHECK(typed(&c, "terms_days", "soon") != NULL);
    CHECK(typed(&c, "terms_days", "") == NULL && c.terms_days == 0 && GIVEN(customer, &c, terms_days));
    CHECK(typed(&c, "name", "") == NULL && GIVEN(customer, &c, name) && !*c.name);
    struct document d = {0};
    struct fill_by by = {a, date_of(2026, 11, 22), "EUR"};
    CHECK(fill_read(shape_document(), &d, "due", "+14", &by) == NULL);
    CHECK_INT(d.due, date_of(2026, 12, 6));
    CHECK_TEXT(fill_plain(shape_document(), &d, "due", a), "2026-12-06");
    struct item i = {0};
    CHECK(fill_read(shape_item(), &i, "name", "x", &by) == NULL);
    CHECK_TEXT(fill_plain(shape_item(), &i, "name", a), "x");
}

static void numbers_that_can_not_be_nothing_are_not_given_when_nothing_is_typed(void)
{
    struct mail_settings m = {.port = 465};
    struct fill_by by = {a, 0, NULL};
    CHECK_TEXT(fill_plain(shape_mail_settings(), &m, "port", a), "465");
    CHECK(fill_read(shape_mail_settings(), &m, "port", "", &by) == NULL);
    CHECK(!GIVEN(mail_settings, &m, port) && !m.port);
    CHECK_TEXT(fill_plain(shape_mail_settings(), &m, "port", a), ""); /* 0 is no port */
}

static void values_are_told_as_people_read_them(void)
{
    char text[80];
    struct document_row d = {
        .due = date_of(2026, 12, 4), .status = STATUS_PARTLY_PAID, .total = money_of(120000, "EUR")};
    struct mail_settings m = {.port = 42243};
    struct customer c = {.terms_days = 1234, .active = true};
#define TOLD(shape, from, name) \
    fill_told(text, sizeof text, fill_field(shape, name), fill_at(shape, from, name))
    CHECK_TEXT(TOLD(shape_document_row(), &d, "total"), "EUR 1,200.00");
    CHECK_TEXT(TOLD(shape_document_row(), &d, "due"), "4 Dec 2026");
    CHECK_TEXT(TOLD(shape_document_row(), &d, "date"), "");
    CHECK_TEXT(TOLD(shape_document_row(), &d, "status"), "partly paid");
    CHECK_TEXT(TOLD(shape_customer(), &c, "terms_days"), "1,234");
    CHECK_TEXT(TOLD(shape_customer(), &c, "active"), "yes");
    CHECK_TEXT(TOLD(shape_customer(), &c, "name"), "");
    CHECK_TEXT(TOLD(shape_mail_settings(), &m, "port"), "42243"); /* a port counts nothing */
    CHECK_TEXT(field_label(text, sizeof text, fill_field(shape_customer(), "tax_id")), "Tax id");
    CHECK_TEXT(field_label(text, sizeof text, fill_field(shape_customer(), "billing.code")), "Postal code");
    CHECK_TEXT(field_label(text, sizeof text, fill_field(shape_customer_row(), "email")),
               "E-mail"); /* as its record */
}

static void the_same_is_told_from_what_differs(void)
{
    struct address galway = {.city = "Galway"}, bray = {.city = "Bray"};
    struct customer c = {.name = "Sur", .billing = &galway}, other = {.name = "Sur", .billing = &bray},
                    none = {0};
    CHECK(fill_same(shape_customer(), &c, &other, "name") &&
          fill_same(shape_customer(), &c, &none, "terms_days"));
    CHECK(!fill_same(shape_customer(), &c, &other, "billing.city") &&
          !fill_same(shape_customer(), &c, &none, "billing.city"));
    CHECK(fill_same(shape_customer(), &c, &none, "billing.street") &&
          !fill_same(shape_customer(), &c, &none, "name"));
}

/* Everything is taken over: the original is freed before it is looked at. */
static void a_copy_is_deep(void)
{
    struct arena *gone = arena_open();
    struct token_list_out *out = arena_alloc(gone, sizeof *out);
    out->tokens.n = 1;
    out->tokens.v = arena_alloc(gone, sizeof *out->tokens.v);
    struct machine_token *t = out->tokens.v;
    *t = (struct machine_token){.id = 7, .name = arena_text(gone, "export", 6)};
    t->operations = (struct text_list){1, arena_alloc(gone, sizeof *t->operations.v)};
    t->operations.v[0] = arena_text(gone, "invoice.list", 12);
    t->hash = (struct bytes){arena_copy(gone, "0123", 4), 4};
    shape_give(shape_machine_token(), &t->head, "name");
    const struct token_list_out *copy = fill_copy(shape_token_list_out(), out, a);
    struct customer *c = arena_alloc(gone, sizeof *c);
    c->billing = arena_alloc(gone, sizeof *c->billing);
    c->billing->city = arena_text(gone, "Galway", 6);
    const struct customer *customer = fill_copy(shape_customer(), c, a);
    arena_close(gone);
    CHECK_TEXT(copy->tokens.v[0].name, "export");
    CHECK_TEXT(copy->tokens.v[0].operations.v[0], "invoice.list");
    CHECK(copy->tokens.v[0].hash.size == 4 && memcmp(copy->tokens.v[0].hash.data, "0123", 4) == 0);
    CHECK(GIVEN(machine_token, &copy->tokens.v[0], name));
    CHECK_TEXT(customer->billing->city, "Galway");
}

int main(void)
{
    a = arena_open();
    a_path_leads_through_nested_shapes();
    what_is_typed_is_read_by_type_and_limits();
    numbers_that_can_not_be_nothing_are_not_given_when_nothing_is_typed();
    values_are_told_as_people_read_them();
    the_same_is_told_from_what_differs();
    a_copy_is_deep();
    arena_close(a);
    return test_end();
}
