/* Documents as they are drawn: columns, the decimal point, states in words. */
#include "common/date.h"
#include "tests/unit/test.h"
#include "tui/both/document_draw.h"
#include "tui/both/receipt.h"
#include "proto/paper/show.h"
#include <stdlib.h>

static struct me me = {
    .role = ROLE_CUSTOMER, .name = "Maria", .business = "Northwind Paper Ltd", .currency = "EUR"};
static struct grid *grid;

static struct money eur(int64_t amount)
{
    return money_of(amount, "EUR");
}

static struct line kraft[3] = {
    {.name = "Kraft paper 80 g, pallet",
     .description = "brown, 700 × 1000 mm",
     .quantity = 3 * DECIMAL_ONE,
     .price = 320 * DECIMAL_ONE,
     .tax_name = "VAT",
     .tax_percent = 23 * DECIMAL_ONE},
    {.name = "Delivery to Cádiz",
     .quantity = 1 * DECIMAL_ONE,
     .price = 15610000,
     .tax_name = "VAT",
     .tax_percent = 23 * DECIMAL_ONE},
    {.name = "Consulting",
     .quantity = 2250000,
     .unit = "h",
     .price = 80 * DECIMAL_ONE,
     .discount_percent = 10 * DECIMAL_ONE,
     .tax_name = "VAT",
     .tax_percent = 23 * DECIMAL_ONE},
};
static struct tax_sum vat = {.percent = 23 * DECIMAL_ONE, .name = "VAT"};

static struct document invoice(size_t lines)
{
    kraft[0].net = eur(96000);
    kraft[1].net = eur(1561);
    kraft[2].net = eur(16200);
    vat.tax = eur(22439);
    return (struct document){.kind = DOC_INVOICE,
                             .state = DOC_OPEN,
                             .status = STATUS_OPEN,
                             .number = "INV-000318",
                             .revision = 1,
                             .customer_name = "Bodega Sur",
                             .date = date_of(2026, 11, 20),
                             .due = date_of(2026, 12, 4),
                             .reference = "PO-771",
                             .currency = "EUR",
                             .lines = {lines, kraft},
                             .subtotal = eur(97561),
                             .tax = eur(22439),
                             .taxes = {1, &vat},
                             .total = eur(120000),
                             .paid = eur(0),
                             .balance = eur(120000)};
}

static void drawn(const struct document *d, int columns)
{
    grid_resize(grid, 60, columns);
    grid_clear(grid);
    struct canvas c = canvas_of(grid);
    struct document_view v = {.doc = d, .me = &me, .today = date_of(2026, 11, 22)};
    document_draw(&v, &c);
}

static const char *line(int y)
{
    static char out[1000];
    return grid_line(grid, y, out, sizeof out);
}

static bool shows(const char *text)
{
    for (int y = 0; y < grid_rows(grid); y++)
        if (strstr(line(y), text))
            return true;
    fprintf(stderr, "nowhere: %s\n", text);
    return false;
}

static void an_invoice_looks_like_one(void)
{
    struct document d = invoice(2);
    drawn(&d, 80);
    CHECK_TEXT(line(0), " INVOICE INV-000318                                       OPEN · due in 12 days");
    CHECK_TEXT(line(1), " Issued 20 Nov 2026   Due 4 Dec 2026   Your ref PO-771");
    CHECK_TEXT(line(2), " From Northwind Paper Ltd");
    CHECK_TEXT(line(3), " To   Bodega Sur");
    CHECK_TEXT(line(5), " #  Item                                      Qty    Price     VAT        Total");
    CHECK_TEXT(line(6), " 1  Kraft paper 80 g, pallet                    3   320.00    23 %       960.00");
    CHECK_TEXT(line(7), "    brown, 700 × 1000 mm");
    CHECK_TEXT(line(8), " 2  Delivery to Cádiz                           1    15.61    23 %        15.61");
    CHECK_TEXT(line(10), "                                                    Net                  975.61");
    CHECK_TEXT(line(11), "                                                    VAT 23 %             224.39");
    CHECK_TEXT(line(12), "                                                    Total          EUR 1,200.00");
    CHECK_TEXT(line(13), "                                                    Paid                   0.00");
    CHECK_TEXT(line(14), "                                                    Due            EUR 1,200.00");
}

static void quantities_stand_on_the_decimal_point(void)
{
    struct document d = invoice(3);
    drawn(&d, 90);
    const char *three = strdup(line(6)), *half = strdup(line(9));
    long whole = strstr(three, " 3 ") - three + 2, point = strstr(half, "2.25 h") - half + 1;
    CHECK_INT(whole, point); /* where the point would be */
    CHECK(strstr(half, "10 %") != NULL);
    free((void *)(uintptr_t)three);
    free((void *)(uintptr_t)half);
}

static void where_it_is_narrow_the_numbers_stand_under_the_item(void)
{
    struct document d = invoice(3);
    drawn(&d, 60);
    CHECK(shows(" 1  Kraft paper 80 g, pallet"));
    CHECK_TEXT(line(6), " 1  Kraft paper 80 g, pallet");
    CHECK(strstr(line(8), "320.00") && strstr(line(8), "960.00"));
    CHECK(shows("Due            EUR 1,200.00"));
}

static void how_to_pay_is_told_whole_where_it_is_narrow(void)
{
    struct party seller = {.name = "Northwind Paper Ltd", .bank = "IE29 AIBK 9311 5212 3456 78"};
    struct document d = invoice(1);
    d.seller = &seller;
    me.card = true;
    me.card_note = "sandbox: no money moves";
    drawn(&d, 38);
    CHECK(shows(" AIBK 9311 5212 3456 78, quoting"));
    int y = 0;
    while (y < grid_rows(grid) - 1 && !strstr(line(y), "quoting"))
        y++;
    CHECK_TEXT(line(y + 1), " INV-000318");
    me.card = false;
    me.card_note = NULL;
}

static void states_are_words(void)
{
    struct document d = invoice(1);
    d.due = date_of(2026, 11, 19);
    d.status = STATUS_OVERDUE;
    drawn(&d, 80);
    CHECK(shows("OVERDUE 3 days"));
    d.due = date_of(2026, 11, 22);
    d.status = STATUS_OPEN;
    drawn(&d, 80);
    CHECK(shows("OPEN · due today"));
    d.kind = DOC_ESTIMATE;
    d.due = date_of(2026, 11, 23);
    drawn(&d, 80);
    CHECK(shows("ESTIMATE INV-000318"));
    CHECK(shows("OPEN · until tomorrow"));
    d.due = date_of(2026, 11, 21);
    d.status = STATUS_EXPIRED;
    drawn(&d, 80);
    CHECK(shows("EXPIRED 1 day ago"));
    d.status = STATUS_WRITTEN_OFF;
    drawn(&d, 80);
    CHECK(shows("WRITTEN OFF"));
}

static void what_the_other_side_wrote_can_not_steer_the_terminal(void)
{
    struct document d = invoice(1);
    kraft[0].name = "evil\x1b[2J\u202Eline";
    drawn(&d, 80);
    CHECK(shows("evil"));
    for (int y = 0; y < grid_rows(grid); y++) {
        CHECK(!strchr(line(y), 27));
        CHECK(!strstr(line(y), "\u202E"));
    }
    kraft[0].name = "Kraft paper 80 g, pallet";
}

static void totals_say_what_was_taken_off_and_put_on(void)
{
    struct document d = invoice(1);
    d.discount = eur(9600);
    d.discount_percent = 10 * DECIMAL_ONE;
    d.shipping = eur(1500);
    d.adjustment = eur(-1);
    drawn(&d, 80);
    CHECK(shows("Subtotal             975.61"));
    CHECK(shows("Discount 10 %        -96.00"));
    CHECK(shows("Shipping              15.00"));
    CHECK(shows("Adjustment            -0.01"));
    d.tax_inclusive = true;
    drawn(&d, 80);
    CHECK(shows("incl. VAT 23 %       224.39"));
}

static void staff_see_which_comments_stay_inside(void)
{
    struct document d = invoice(1);
    struct comment comments[] = {
        {.author = "Ana Kelly", .side = SIDE_STAFF, .text = "Margin is thin.", .at = INT64_C(1795400000000)},
        {.author = "Maria Ruiz", .side = SIDE_CUSTOMER, .text = "Thanks.", .at = INT64_C(1795400000000)}};
    struct comment_list list = {2, comments};
    struct me ana = me;
    struct document_view v = {.doc = &d, .me = &ana, .today = date_of(2026, 11, 22), .comments = &list};
    struct canvas c = canvas_of(grid);
    ana.role = ROLE_STAFF;
    grid_clear(grid);
    document_draw(&v, &c);
    CHECK(shows("staff only"));
    CHECK(shows("Maria Ruiz, Bodega"));
    ana.role = ROLE_CUSTOMER;
    grid_clear(grid);
    document_draw(&v, &c);
    CHECK(shows("Ana Kelly, Northwind"));
}

static void a_receipt_adds_up(void)
{
    struct allocation parts[] = {{.number = "INV-000311", .amount = eur(101860)},
                                 {.number = "INV-000318", .amount = eur(120000)}};
    struct payment p = {.number = "PAY-000221",
                        .state = PAY_SUCCEEDED,
                        .date = date_of(2026, 11, 12),
                        .mode = MODE_CARD,
                        .method = "Visa ending 4242",
                        .amount = eur(221860),
                        .allocations = {2, parts}};
    struct canvas c = canvas_of(grid);
    grid_clear(grid);
    receipt_draw(&p, &me, date_of(2026, 11, 22), &c, 0);
    CHECK(shows("RECEIPT PAY-000221"));
    CHECK(shows("INV-000311                        1,018.60"));
    CHECK(shows("Paid                          EUR 2,218.60"));
    p.state = PAY_FAILED;
    p.failure = "The bank declined the card.";
    grid_clear(grid);
    receipt_draw(&p, &me, date_of(2026, 11, 22), &c, 0);
    CHECK(shows("The bank declined the card. Nothing was taken"));
}

static void amounts_and_days_are_said_alike_everywhere(void)
{
    char b[SHOW_TEXT];
    CHECK_TEXT(show_money(b, eur(-12000)), "−EUR 120.00");
    CHECK_TEXT(show_money(b, money_of(1234567, "JPY")), "JPY 1,234,567");
    CHECK_TEXT(show_decimal(b, 2250000, 0), "2.25");
    CHECK_TEXT(show_decimal(b, 320 * DECIMAL_ONE, 2), "320.00");
    CHECK_TEXT(show_decimal(b, 1, 2), "0.000001");
    CHECK_TEXT(show_day(b, date_of(2026, 11, 20), date_of(2026, 11, 22)), "20 Nov");
    CHECK_TEXT(show_day(b, date_of(2025, 11, 20), date_of(2026, 11, 22)), "20 Nov 2025");
    int64_t at = (int64_t)(date_of(2026, 11, 20) - DATE_UNIX_EPOCH) * 86400000 + (23 * 60 + 30) * 60000;
    CHECK_TEXT(show_when(b, at, "UTC", date_of(2026, 11, 22)), "20 Nov 23:30");
    CHECK_TEXT(show_when(b, at, "Europe/Madrid", date_of(2026, 11, 22)), "21 Nov 00:30");
    CHECK_TEXT(show_when(b, at, "America/New_York", date_of(2026, 11, 22)), "20 Nov 18:30");
    int64_t july = (int64_t)(date_of(2026, 7, 15) - DATE_UNIX_EPOCH) * 86400000 + (22 * 60 + 45) * 60000;
    CHECK_TEXT(show_when(b, july, "Europe/Dublin", date_of(2026, 11, 20)), "15 Jul 23:45"); /* not 22:45 */
    CHECK_TEXT(show_when(b, july, "Europe/Madrid", date_of(2026, 11, 20)), "16 Jul 00:45"); /* another day */
    CHECK_TEXT(show_due(b, DOC_INVOICE, STATUS_PAID, date_of(2026, 1, 1), date_of(2026, 11, 22)), "");
}

int main(void)
{
    grid = grid_open(60, 80);
    an_invoice_looks_like_one();
    quantities_stand_on_the_decimal_point();
    where_it_is_narrow_the_numbers_stand_under_the_item();
    how_to_pay_is_told_whole_where_it_is_narrow();
    states_are_words();
    what_the_other_side_wrote_can_not_steer_the_terminal();
    totals_say_what_was_taken_off_and_put_on();
    staff_see_which_comments_stay_inside();
    a_receipt_adds_up();
    amounts_and_days_are_said_alike_everywhere();
    grid_close(grid);
    return test_end();
}
