/* Amounts of every size in lists, documents and receipts of every size: each is whole, and nothing stands upon it. Random, from a fixed
 * seed, so that a failure happens again. */
#include "common/date.h"
#include "common/text.h"
#include "tests/unit/test.h"
#include "tui/both/document_draw.h"
#include "tui/full/list.h"
#include "tui/both/receipt.h"
#include "tui/full/screen.h"
#include "proto/paper/show.h"
#include <stdio.h>
#include <stdlib.h>

#define MOST_LINES 4
static const int sizes[][2] = {{16, 46},  {16, 60},  {18, 64},  {24, 80},  {30, 100},
                               {24, 119}, {40, 120}, {50, 160}, {60, 200}, {100, 300}};
static const char *const currencies[] = {"EUR", "VND", "IDR", "JPY", "BHD"};
static struct me me = {
    .role = ROLE_STAFF, .name = "Ana", .business = "Northwind Paper Ltd", .currency = "EUR"};
static uint64_t seed = 20261129;
static struct grid *grid;

static int64_t below(int64_t limit)
{
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (int64_t)((seed >> 11) % (uint64_t)limit);
}

/* From one digit to fifteen, each as likely. */
static int64_t any_amount(void)
{
    int64_t limit = 10;
    for (int64_t digits = below(15); digits > 0; digits--)
        limit *= 10;
    return below(limit);
}

static bool is_shown(const char *amount)
{
    char line[2000];
    size_t n = strlen(amount);
    for (int y = 0; y < grid_rows(grid); y++) {
        const char *at = grid_line(grid, y, line, sizeof line);
        for (; (at = strstr(at, amount)); at++)
            if ((at == line || !strchr("0123456789.,", at[-1])) &&
                !strchr("0123456789.,%", at[n] ? at[n] : ' '))
                return true;
    }
    return false;
}

static void expect(const char *amount, int rows, int columns)
{
    if (!is_shown(amount)) {
        char line[2000];
        for (int y = 0; y < grid_rows(grid) && y < 40; y++)
            fprintf(stderr, "|%s\n", grid_line(grid, y, line, sizeof line));
        fprintf(stderr, "at %d×%d not whole: %s\n", columns, rows, amount);
    }
    CHECK(is_shown(amount));
}

static void expect_money(struct money m, int rows, int columns)
{
    char text[SHOW_TEXT];
    expect(show_amount(text, m), rows, columns);
}

static void lists_show_every_amount(void)
{
    static const struct list_column shown[] = {
        {.name = "number", .title = "Number", .width = 11, .sortable = true},
        {.name = "date", .title = "Date", .width = 11, .drop = 2},
        {.name = "customer", .title = "Customer", .width = 12, .grow = 1},
        {.name = "status", .title = "State", .width = 11},
        {.name = "due", .title = "Due", .width = 15, .drop = 1},
        {.name = "total", .title = "Total", .width = 11, .right = true, .sortable = true},
        {.name = "balance", .title = "Open", .width = 15, .right = true},
    };
    for (int turn = 0; turn < 200; turn++) {
        const int *size = sizes[turn % COUNT_OF(sizes)];
        struct list *l = list_open(shown, COUNT_OF(shown));
        struct money money[5][2];
        grid_resize(grid, size[0], size[1]);
        struct canvas c = canvas_of(grid);
        list_begin(l);
        for (uint64_t i = 0; i < 3; i++) {
            char total[SHOW_TEXT], open[SHOW_TEXT];
            const char *currency = currencies[below(COUNT_OF(currencies))];
            money[i][0] = money_of(any_amount(), currency);
            money[i][1] = money_of(any_amount(), currency);
            const char *cells[] = {"INV-000318",
                                   "20 Nov 2026",
                                   "An unusually long name of a customer, sixty characters of it",
                                   "partly paid",
                                   "overdue 300 days",
                                   show_money(total, money[i][0]),
                                   show_money(open, money[i][1])};
            list_add(l, &(struct list_row){.id = i + 1, .cells = cells});
        }
        list_end(l, false, -1);
        list_draw(l, &c);
        CHECK_INT(grid_faults(grid), 0);
        for (int i = 0; i < 3; i++) {
            expect_money(money[i][0], size[0], size[1]);
            expect_money(money[i][1], size[0], size[1]);
        }
        list_close(l);
    }
}

static struct line any_line(const char *currency)
{
    struct line l = {.name = "Kraft paper 80 g, pallet",
                     .quantity = 1 + below(INT64_C(1000000000)),
                     .price = any_amount(),
                     .unit = below(2) ? "pallet" : NULL,
                     .net = money_of(any_amount(), currency),
                     .tax_name = below(2) ? "VAT" : "Tax on paper",
                     .tax_percent = below(100 * DECIMAL_ONE)};
    if (below(3) == 0)
        l.discount = money_of(any_amount(), currency);
    else if (below(2))
        l.discount_percent = 33333333;
    return l;
}

static void expect_line(const struct line *l, int rows, int columns)
{
    char text[SHOW_TEXT];
    int digits = currency_digits(l->net.currency);
    expect_money(l->net, rows, columns);
    expect(show_decimal(text, l->price, digits), rows, columns);
    expect(show_decimal(text, l->quantity, 0), rows, columns);
    expect(show_decimal(text, l->tax_percent, 0), rows, columns);
    if (l->discount_percent)
        expect(show_decimal(text, l->discount_percent, 0), rows, columns);
    if (l->discount.amount)
        expect_money(l->discount, rows, columns);
}

static void documents_show_every_amount(void)
{
    for (int turn = 0; turn < 300; turn++) {
        const int *size = sizes[turn % COUNT_OF(sizes)];
        const char *currency = currencies[below(COUNT_OF(currencies))];
        struct line lines[MOST_LINES];
        struct tax_sum tax = {
            .name = "Tax on paper", .percent = 33333333, .tax = money_of(any_amount(), currency)};
        struct payment_row row = {.number = "PAY-000318",
                                  .state = PAY_SUCCEEDED,
                                  .date = 739000,
                                  .amount = money_of(any_amount(), currency)};
        struct payment_row_list payments = {1, &row};
        size_t n = 1 + (size_t)below(MOST_LINES);
        for (size_t i = 0; i < n; i++)
            lines[i] = any_line(currency);
        struct document d = {.kind = DOC_INVOICE,
                             .state = DOC_OPEN,
                             .status = STATUS_PARTLY_PAID,
                             .number = "INV-000318",
                             .currency = currency,
                             .customer_name = "An unusually long name of a customer, sixty characters of it",
                             .lines = {n, lines},
                             .taxes = {1, &tax},
                             .subtotal = money_of(any_amount(), currency),
                             .discount = money_of(any_amount(), currency),
                             .shipping = money_of(any_amount(), currency),
                             .total = money_of(any_amount(), currency),
                             .paid = money_of(any_amount(), currency),
                             .balance = money_of(any_amount(), currency)};
        struct document_view v = {.doc = &d, .me = &me, .today = 739000, .payments = &payments};
        grid_resize(grid, 120, size[1]);
        struct canvas c = canvas_of(grid);
        document_draw(&v, &c);
        CHECK_INT(grid_faults(grid), 0);
        for (size_t i = 0; i < n; i++)
            expect_line(&lines[i], size[0], size[1]);
        expect_money(tax.tax, size[0], size[1]);
        expect_money(d.subtotal, size[0], size[1]);
        expect_money(d.total, size[0], size[1]);
        expect_money(d.paid, size[0], size[1]);
        expect_money(d.balance, size[0], size[1]);
        expect_money(row.amount, size[0], size[1]);
    }
}

static void receipts_show_every_amount(void)
{
    for (int turn = 0; turn < 100; turn++) {
        const int *size = sizes[turn % COUNT_OF(sizes)];
        const char *currency = currencies[below(COUNT_OF(currencies))];
        struct allocation parts[] = {
            {.number = "INV-000311-2026/11", .amount = money_of(any_amount(), currency)},
            {.number = "INV-000318-2026/11", .amount = money_of(any_amount(), currency)}};
        struct payment p = {.number = "PAY-000221",
                            .state = PAY_SUCCEEDED,
                            .date = 739000,
                            .amount = money_of(any_amount(), currency),
                            .unused = money_of(any_amount(), currency),
                            .allocations = {2, parts}};
        grid_resize(grid, 60, size[1]);
        struct canvas c = canvas_of(grid);
        receipt_draw(&p, &me, 739000, &c, 0);
        CHECK_INT(grid_faults(grid), 0);
        expect_money(p.amount, size[0], size[1]);
        expect_money(parts[0].amount, size[0], size[1]);
        expect_money(parts[1].amount, size[0], size[1]);
    }
}

/* As they were seen cut. */
static void the_cases_that_were_seen(void)
{
    struct line l = {.name = "Paper",
                     .quantity = 3 * DECIMAL_ONE,
                     .price = 1099990000,
                     .discount_percent = 33333333,
                     .net = money_of(219998, "EUR"),
                     .tax_percent = 19 * DECIMAL_ONE};
    struct document d = {.kind = DOC_INVOICE, .currency = "EUR", .lines = {1, &l}};
    for (int columns = 60; columns <= 300; columns += 4) {
        grid_resize(grid, 20, columns);
        struct canvas c = canvas_of(grid);
        l.price = 1099990000;
        document_draw_lines(&d, &c, 0);
        expect("1,099.99", 20, columns);
        expect("33.333333 %", 20, columns);
        grid_clear(grid);
        l.price = 10005000;
        document_draw_lines(&d, &c, 0);
        expect("10.005", 20, columns);
        CHECK_INT(grid_faults(grid), 0);
    }
}

int main(void)
{
    grid = grid_open(60, 80);
    the_cases_that_were_seen();
    lists_show_every_amount();
    documents_show_every_amount();
    receipts_show_every_amount();
    grid_close(grid);
    return test_end();
}
