#include "common/totals.h"
#include "common/money.h"
#include "tests/unit/test.h"

#define D(x) ((int64_t)((x)*DECIMAL_ONE)) /* whole numbers and exact halves only */
#define LINES(...)                                \
    .lines = (struct totals_line[]){__VA_ARGS__}, \
    .n = sizeof((struct totals_line[]){__VA_ARGS__}) / sizeof(struct totals_line)
#define LINE(q, p, tax)                                             \
    {                                                               \
        .quantity = D(q), .price = (p)*10000, .tax_percent = D(tax) \
    } /* p in cents */

static struct totals computed(struct totals_in in)
{
    struct totals t = {.total = -1};
    struct refusal why = {.code = OK};
    enum err e = totals_compute(&in, &t, &why);
    if (e)
        fprintf(stderr, "refused: %s %s: %s\n", err_name(e), why.field, why.detail);
    CHECK_INT(e, OK);
    return t;
}

#define IS(t, want_subtotal, want_discount, want_tax, want_total) \
    do {                                                          \
        CHECK_INT((t).subtotal, want_subtotal);                   \
        CHECK_INT((t).discount, want_discount);                   \
        CHECK_INT((t).tax, want_tax);                             \
        CHECK_INT((t).total, want_total);                         \
    } while (0)
#define RATE(t, i, want_percent, want_base, want_tax)    \
    do {                                                 \
        CHECK_INT((t).rate[i].percent, D(want_percent)); \
        CHECK_INT((t).rate[i].base, want_base);          \
        CHECK_INT((t).rate[i].tax, want_tax);            \
    } while (0)

static void tax_is_rounded_on_the_sum_of_each_rate_unless_frozen_per_line(void)
{
    /* 3 × 0.03 at 20 %: 0.09 → 0.02 on the sum, 3 × 0.01 on the lines. */
    struct totals_in in = {.currency = "GBP", LINES(LINE(1, 3, 20), LINE(1, 3, 20), LINE(1, 3, 20))};
    struct totals t = computed(in);
    IS(t, 9, 0, 2, 11);
    CHECK_INT(t.rates, 1);
    RATE(t, 0, 20, 9, 2);
    in.tax_per_line = true;
    t = computed(in);
    IS(t, 9, 0, 3, 12);
    RATE(t, 0, 20, 9, 3);
}

static void rates_are_in_ascending_order_and_empty_ones_are_left_out(void)
{
    struct totals t = computed((struct totals_in){
        .currency = "EUR", LINES(LINE(2, 5000, 19), LINE(1, 0, 0), LINE(1, 1000, 7), LINE(0, 1000, 5))});
    IS(t, 11000, 0, 1970, 12970);
    CHECK_INT(t.rates, 3);
    RATE(t, 0, 0, 0, 0);
    RATE(t, 1, 7, 1000, 70);
    RATE(t, 2, 19, 10000, 1900);
    t = computed((struct totals_in){.currency = "EUR"});
    IS(t, 0, 0, 0, 0);
    CHECK_INT(t.rates, 0);
}

static void inclusive_prices_contain_their_tax(void)
{
    struct totals_in in = {
        .currency = "EUR", .tax_inclusive = true, LINES(LINE(1, 11900, 19), LINE(1, 1070, 7))};
    struct totals t = computed(in);
    IS(t, 12970, 0, 1970, 12970);
    RATE(t, 0, 7, 1000, 70);
    RATE(t, 1, 19, 10000, 1900);
    /* A cent that is all tax keeps its row, so that the rows still add up. */
    t = computed((struct totals_in){.currency = "EUR", .tax_inclusive = true, LINES(LINE(1, 1, 100))});
    IS(t, 1, 0, 1, 1);
    CHECK_INT(t.rates, 1);
    RATE(t, 0, 100, 0, 1);
}

static void a_discount_is_shared_over_the_rates_to_the_last_cent(void)
{
    /* 10.00 over 33.33 + 66.67 + 0.00: 3.333 and 6.667 → 3.33 and 6.67. */
    struct totals_in in = {
        .currency = "EUR", .discount_amount = 1000, LINES(LINE(1, 6667, 19), LINE(1, 3333, 7))};
    struct totals t = computed(in);
    RATE(t, 0, 7, 3000, 210);
    RATE(t, 1, 19, 6000, 1140);
    IS(t, 10000, 1000, 1350, 10350);
    /* 0.01 over two equal halves: the lower rate takes it. */
    in =
        (struct totals_in){.currency = "EUR", .discount_amount = 1, LINES(LINE(1, 100, 19), LINE(1, 100, 7))};
    t = computed(in);
    RATE(t, 0, 7, 99, 7);
    RATE(t, 1, 19, 100, 19);
    /* The whole subtotal, with a deduction among it. */
    in = (struct totals_in){.currency = "EUR",
                            .discount_percent = D(100),
                            LINES(LINE(1, 10000, 19), LINE(1, -9900, 7), LINE(1, 0, 0))};
    for (int per_line = 0; per_line < 2; per_line++) {
        in.tax_per_line = per_line;
        t = computed(in);
        IS(t, 100, 100, 0, 0);
        CHECK_INT(t.rates, 1);
    }
    /* 10 % of 99.99 is 10.00. */
    in = (struct totals_in){.currency = "EUR", .discount_percent = D(10), LINES(LINE(1, 9999, 20))};
    t = computed(in);
    IS(t, 9999, 1000, 1800, 10799);
}

static void lines_have_discounts_shipping_has_its_own_rate_and_the_adjustment_none(void)
{
    struct totals_line lines[] = {
        {.quantity = D(1.5),
         .price = 10010000,
         .discount_percent = D(10),
         .tax_percent = D(20)}, /* 15.02 − 1.50 */
        {.quantity = D(2), .price = D(5), .discount_amount = 250, .tax_percent = D(20)},
        {.quantity = D(1), .price = D(-1), .tax_percent = D(20)},
    };
    struct totals t = computed((struct totals_in){.currency = "EUR",
                                                  .shipping = 495,
                                                  .shipping_tax_percent = D(7),
                                                  .adjustment = -2,
                                                  .lines = lines,
                                                  .n = 3});
    CHECK_INT(lines[0].net, 1352);
    CHECK_INT(lines[1].net, 750);
    CHECK_INT(lines[2].net, -100);
    CHECK_INT(t.shipping, 495);
    CHECK_INT(t.adjustment, -2);
    RATE(t, 0, 7, 495, 35);
    RATE(t, 1, 20, 2002, 400);
    IS(t, 2002, 0, 435, 2930);
}

static void currencies_round_to_their_own_digits(void)
{
    struct totals_in in = {.currency = "JPY",
                           LINES({.quantity = D(3), .price = D(0.5), .tax_percent = D(10)})};
    struct totals t = computed(in);
    IS(t, 2, 0, 0, 2);
    in.currency = "KWD";
    t = computed(in);
    IS(t, 1500, 0, 150, 1650);
}

static void refused(const struct totals_in *in, enum err code, const char *field)
{
    struct totals_in copy = *in;
    struct totals t = {.total = 77};
    struct refusal why = {.code = OK};
    CHECK_INT(totals_compute(&copy, &t, &why), code);
    CHECK_INT(why.code, code);
    CHECK_TEXT(why.field, field);
    CHECK(why.detail[0]);
    CHECK_INT(t.total, 77);
    CHECK_INT(totals_compute(&copy, &t, NULL), code);
    for (size_t i = 0; i < in->n; i++)
        CHECK_INT(in->lines[i].net, 0);
}

static void what_cannot_be_is_refused_by_name(void)
{
    struct totals_line lines[20] = {LINE(1, 100, 20), LINE(1, 100, 20)};
    const struct totals_line fine = LINE(1, 100, 20);
    const struct totals_in good = {.currency = "EUR", .lines = lines, .n = 2};
#define LINE_REFUSED(code, path, ...) \
    lines[1] = fine, lines[1].__VA_ARGS__, refused(&good, code, "lines.1." path), lines[1] = fine
#define REFUSED(code, path, ...)     \
    do {                             \
        struct totals_in bad = good; \
        bad.__VA_ARGS__;             \
        refused(&bad, code, path);   \
    } while (0)
    LINE_REFUSED(ERR_INVALID, "quantity", quantity = -1);
    LINE_REFUSED(ERR_INVALID, "discount_percent", discount_percent = -1);
    LINE_REFUSED(ERR_INVALID, "discount_percent", discount_percent = D(100) + 1);
    LINE_REFUSED(ERR_INVALID, "discount_amount", discount_amount = -1);
    LINE_REFUSED(ERR_INVALID, "discount_amount", discount_amount = 101);
    LINE_REFUSED(ERR_INVALID, "tax_percent", tax_percent = -1);
    LINE_REFUSED(ERR_INVALID, "tax_percent", tax_percent = D(100) + 1);
    LINE_REFUSED(ERR_OVERFLOW, "price", price = INT64_MAX / 2, lines[1].quantity = D(4000));
    LINE_REFUSED(ERR_INVALID, "discount_amount", discount_amount = 1, lines[1].discount_percent = 1);
    LINE_REFUSED(ERR_INVALID, "discount_amount", discount_amount = 1, lines[1].price = D(-1));
    REFUSED(ERR_CURRENCY, "currency", currency = "XXX");
    REFUSED(ERR_CURRENCY, "currency", currency = NULL);
    REFUSED(ERR_INVALID, "discount_percent", discount_percent = D(101));
    REFUSED(ERR_INVALID, "discount_amount", discount_amount = 201);
    REFUSED(ERR_INVALID, "discount_amount", discount_amount = -1);
    REFUSED(ERR_INVALID, "discount_amount", discount_amount = 1, bad.discount_percent = 1);
    REFUSED(ERR_INVALID, "shipping", shipping = -1);
    REFUSED(ERR_OVERFLOW, "shipping", shipping = MONEY_MAX + 1);
    REFUSED(ERR_INVALID, "shipping_tax_percent", shipping_tax_percent = -1);
    REFUSED(ERR_INVALID, "total", adjustment = -241);
    REFUSED(ERR_OVERFLOW, "adjustment", adjustment = INT64_MIN);
    REFUSED(ERR_OVERFLOW, "total", adjustment = MONEY_MAX);
    lines[0].price = lines[1].price = D(600) * 10000;
    lines[0].quantity = lines[1].quantity = D(1000000);
    REFUSED(ERR_OVERFLOW, "subtotal", currency = "EUR");
    for (size_t i = 0; i < 20; i++)
        lines[i] = (struct totals_line)LINE(1, 100, (int)i);
    REFUSED(ERR_INVALID, "lines.16.tax_percent", n = 20);
    REFUSED(ERR_INVALID, "shipping_tax_percent", n = 16, bad.shipping = 1, bad.shipping_tax_percent = D(50));
}

int main(void)
{
    tax_is_rounded_on_the_sum_of_each_rate_unless_frozen_per_line();
    rates_are_in_ascending_order_and_empty_ones_are_left_out();
    inclusive_prices_contain_their_tax();
    a_discount_is_shared_over_the_rates_to_the_last_cent();
    lines_have_discounts_shipping_has_its_own_rate_and_the_adjustment_none();
    currencies_round_to_their_own_digits();
    what_cannot_be_is_refused_by_name();
    return test_end();
}
