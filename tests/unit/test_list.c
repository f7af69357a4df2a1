/* Lists and filters: the model, and what it draws, without a terminal. */
#include "tests/unit/test.h"
#include "tui/full/list.h"
#include <stdio.h>

static const struct list_column columns[] = {
    {.name = "number", .title = "Number", .width = 6, .sortable = true},
    {.name = "customer", .title = "Customer", .width = 10, .grow = 1},
    {.name = "state", .title = "State", .width = 8, .drop = 1},
    {.name = "amount", .title = "Amount", .width = 10, .right = true, .sortable = true},
};
static struct list *l;
static char line_[400];

static enum list_event press(int code)
{
    struct key k = key_of(code);
    return list_key(l, &k);
}

static void type(const char *text)
{
    for (; *text; text++)
        press(*text);
}

static void row(uint64_t id, const char *customer, const char *state, const char *amount)
{
    char number[32];
    snprintf(number, sizeof number, "N%llu", (unsigned long long)id);
    const char *cells[] = {number, customer, state, amount};
    list_add(l, &(struct list_row){.id = id, .cells = cells, .user = (int64_t)id * 2});
}

static void some(void)
{
    list_begin(l);
    row(1, "Bodega Sur", "open", "EUR 1,200.00");
    row(2, "Köhler & Sohn", "overdue", "EUR 80.00");
    row(3, "東京紙業", "paid", "EUR 9.50");
    row(4, "Tremblay", "open", "EUR 500.00");
    list_end(l, false, -1);
}

static const char *line(struct grid *g, int y)
{
    return grid_line(g, y, line_, sizeof line_);
}

static const char *status(void)
{
    static char out[100];
    return list_status(l, out, sizeof out);
}

/* What is empty in every row takes no room; one row is enough. */
static void a_sparse_column_is_there_when_a_row_has_it(void)
{
    static const struct list_column two[] = {{.name = "a", .title = "First", .width = 6},
                                             {.name = "b", .title = "Second", .width = 8, .sparse = true}};
    struct grid *g = grid_open(6, 40);
    const struct canvas c = canvas_of(g);
    struct list *sparse = list_open(two, 2);
    for (int filled = 0; filled < 3; filled++) {
        const char *cells[] = {"one", filled == 1 ? "x" : ""};
        list_begin(sparse);
        list_add(sparse, &(struct list_row){.id = 1, .cells = cells});
        list_end(sparse, false, -1);
        grid_clear(g);
        list_draw(sparse, &c);
        CHECK((strstr(line(g, 0), "Second") != NULL) == (filled == 1));
    }
    list_close(sparse);
    grid_close(g);
}

/* A column is looked for by what stands above it, and by the name of its field. */
static void a_filter_speaks_of_columns_as_they_are_called(void)
{
    static const struct list_column two[] = {{.name = "customer_name", .title = "Sold to", .width = 6},
                                             {.name = "b", .title = "Second", .width = 8}};
    const char *one[] = {"Bodega", "x"}, *other[] = {"Wójcik", "x"},
               *typed[] = {"/sold_to:bod", "/customer_name:bod"};
    for (size_t i = 0; i < 2; i++) {
        struct list *texts = list_open(two, 2);
        list_begin(texts);
        list_add(texts, &(struct list_row){.id = 1, .cells = one});
        list_add(texts, &(struct list_row){.id = 2, .cells = other});
        list_end(texts, false, -1);
        for (const char *at = typed[i]; *at; at++) {
            const struct key k = key_of(*at);
            list_key(texts, &k);
        }
        CHECK_INT(list_shown(texts), 1);
        list_close(texts);
    }
}

/* What is left over goes first to the texts that are cut without it; then a row keeps a measure, however wide the screen is. */
static void columns_are_as_wide_as_what_stands_in_them(void)
{
    static const struct list_column two[] = {{.title = "Name", .width = 6, .grow = 3},
                                             {.title = "E-mail", .width = 6, .grow = 1},
                                             {.title = "Amount", .width = 6, .right = true}};
    const char *cells[] = {"Bodega", "somebody@elsewhere.example", "12.00"};
    struct list *texts = list_open(two, 3);
    list_begin(texts);
    list_add(texts, &(struct list_row){.id = 1, .cells = cells});
    list_end(texts, false, -1);
    for (int width = 50; width <= 200; width += 150) {
        struct grid *g = grid_open(6, width);
        const struct canvas c = canvas_of(g);
        list_draw(texts, &c);
        CHECK(strstr(line(g, 1), "somebody@elsewhere.example") != NULL);
        CHECK(strlen(line(g, 1)) <= 100);
        grid_close(g);
    }
    list_close(texts);
}

static void the_cursor_follows_its_record(void)
{
    some();
    press('j');
    press('j');
    CHECK_INT(list_id(l), 3);
    CHECK_INT(list_user(l), 6);
    CHECK_TEXT(list_cell(l, "state"), "paid");
    list_begin(l);
    row(9, "New", "open", "1");
    row(1, "Bodega Sur", "open", "2");
    row(8, "New too", "open", "3");
    row(3, "東京紙業", "paid", "4");
    CHECK_INT(list_id(l), 3); /* until the end nothing changes */
    list_end(l, false, -1);
    CHECK_INT(list_id(l), 3);
    press('k');
    CHECK_INT(list_id(l), 8);
    list_begin(l); /* its record is gone: the place stays */
    row(9, "New", "open", "1");
    row(1, "Bodega Sur", "open", "2");
    row(3, "東京紙業", "paid", "4");
    list_end(l, false, -1);
    CHECK_INT(list_id(l), 3);
    list_select(l, 77);
    CHECK_INT(list_id(l), 3);
    list_begin(l);
    row(5, "a", "b", "1");
    row(77, "a", "b", "1");
    list_end(l, false, -1);
    CHECK_INT(list_id(l), 77); /* it was asked for before it came */
    list_begin(l);
    list_end(l, false, -1);
    CHECK_INT(list_id(l), 0);
    CHECK_TEXT(list_cell(l, "state"), "");
    CHECK_INT(press(K_ENTER), LIST_IGNORED);
}

static void moving_stays_inside(void)
{
    some();
    press('g');
    CHECK_INT(press('k'), LIST_USED);
    CHECK_INT(list_id(l), 1);
    press('G');
    CHECK_INT(list_id(l), 4);
    CHECK_INT(press('j'), LIST_USED);
    CHECK_INT(press(K_PAGE_UP), LIST_MOVED);
    CHECK_INT(list_id(l), 1);
    CHECK_INT(press(K_ENTER), LIST_OPEN);
    CHECK_INT(press('p'), LIST_IGNORED);
}

static void a_filter_narrows_as_it_is_typed(void)
{
    some();
    list_select(l, 4);
    press('/');
    CHECK(list_typing(l));
    type("kohl");
    CHECK_INT(list_shown(l), 1);
    CHECK_INT(list_id(l), 2);
    CHECK_TEXT(status(), "1 of 4");
    press(K_ENTER);
    CHECK(!list_typing(l));
    CHECK_INT(press(K_ESC), LIST_MOVED);
    CHECK_INT(list_shown(l), 4);
    CHECK_INT(press(K_ESC), LIST_IGNORED);
    list_set_filter(l, "state:open amount>600");
    CHECK_INT(list_shown(l), 1);
    CHECK_INT(list_id(l), 1);
    list_set_filter(l, "!state:open");
    CHECK_INT(list_shown(l), 2);
    list_set_filter(l, "amount<100 !paid");
    CHECK_INT(list_id(l), 2);
    list_set_filter(l, "\"bodega sur\"");
    CHECK_INT(list_id(l), 1);
    list_set_filter(
        l, "\"bodega sur\" state:"); /* still being typed: the rows are those of what stands before it */
    CHECK_INT(list_shown(l), 1);
    CHECK_TEXT(list_query(l), "\"bodega sur\"");
    list_set_filter(l, "state:");
    CHECK_INT(list_shown(l), 4);
    CHECK_TEXT(list_query(l), "");
    list_set_filter(l, "nothing has this");
    CHECK_INT(list_shown(l), 0);
    CHECK_INT(list_id(l), 0);
    list_set_filter(l, "");
}

static void what_is_not_understood_is_said_and_changes_nothing(void)
{
    struct grid *g = grid_open(6, 60);
    struct canvas c = canvas_of(g);
    bool told = false;
    some();
    list_set_focused(l, true);
    press('/');
    list_set_filter(l, "kohl");
    list_set_filter(l, "kohl foo:bar");
    CHECK_INT(list_shown(l), 1); /* of "kohl" */
    list_draw(l, &c);
    for (int y = 0; y < 6 && !told; y++)
        told = strstr(line(g, y), "foo:bar: there is no field foo here") != NULL;
    CHECK(told);
    CHECK(strstr(line(g, 5), "/kohl foo:bar"));
    press(K_ENTER);
    CHECK(list_typing(l)); /* it stays, to be mended */
    press(K_ESC);
    CHECK_INT(list_shown(l), 4);
    press('/');
    type("sta");
    CHECK_INT(press(K_TAB), LIST_MOVED); /* "state:" has no value yet */
    CHECK_TEXT(list_filter_text(l), "state:");
    press(K_ESC);
    press('/');
    press(K_TAB); /* what it could be is said, and what is typed next is still the filter's */
    CHECK(list_typing(l));
    list_draw(l, &c);
    CHECK(strstr(line(g, 5), "number, customer"));
    type("ko");
    CHECK_TEXT(list_filter_text(l), "ko");
    press(K_ESC);
    list_set_focused(l, false);
    grid_close(g);
}

static void a_paged_list_leaves_filter_and_order_to_the_server(void)
{
    bool down;
    some();
    list_remote(l, true, true);
    press('/');
    CHECK_INT(press('x'), LIST_FILTER);
    CHECK_INT(list_shown(l), 4);
    CHECK_TEXT(list_filter_text(l), "x");
    press(K_ESC);
    CHECK_INT(press('s'), LIST_SORT);
    CHECK_TEXT(list_sort(l, &down), "number");
    CHECK(!down);
    press('s');
    CHECK_TEXT(list_sort(l, &down), "number");
    CHECK(down);
    press('s');
    press('s');
    CHECK_TEXT(list_sort(l, &down), "amount");
    CHECK_INT(press('s'), LIST_SORT);
    CHECK(list_sort(l, &down) == NULL);
    list_remote(l, false, false);
}

static void pages_are_asked_for_once_and_do_not_repeat_rows(void)
{
    list_begin(l);
    for (uint64_t i = 1; i <= 30; i++)
        row(i, "c", "s", "1");
    list_end(l, true, 60);
    press('g');
    CHECK_INT(press('j'), LIST_MOVED);
    CHECK_INT(press('G'), LIST_MORE);
    CHECK_INT(press('k'), LIST_MOVED); /* asked already */
    for (uint64_t i = 29; i <= 60; i++)
        row(i, "c", "s", "1");
    list_end(l, false, 60);
    CHECK_INT(list_count(l), 60);
    CHECK_INT(list_id(l), 29);
    CHECK_INT(press('G'), LIST_MOVED);
    CHECK_TEXT(status(), "60");
}

static void sorting_knows_amounts(void)
{
    some();
    press('s');
    press('s');
    press('s'); /* amount, upwards */
    press('g');
    CHECK_INT(list_id(l), 3);
    press('G');
    CHECK_INT(list_id(l), 1);
    press('s');
    press('g');
    CHECK_INT(list_id(l), 1);
    press('s');
}

static void marks_stay_with_their_records(void)
{
    some();
    press('g');
    press(' ');
    press(' ');
    CHECK_INT(list_id(l), 3);
    some();
    CHECK_INT(list_marked(l, 0), 1);
    CHECK_INT(list_marked(l, 1), 2);
    CHECK_INT(list_marked(l, 2), 0);
    CHECK_TEXT(status(), "4 · 2 marked");
    list_fresh(l, 3);
    CHECK_TEXT(status(), "4 · 2 marked · 3 new: r");
    list_unmark(l);
    some();
    CHECK_TEXT(status(), "4");
}

/* The page that is loaded again may be shorter than what was paged through, or filtered by the server. */
static void marks_outlive_a_list_that_is_loaded_again_in_part(void)
{
    static const char *const cells[] = {"a", "b", "c", "d", "e", "f"};
    some();
    press('g');
    press(' ');
    press('G');
    press(' ');
    uint64_t first = list_marked(l, 0), last = list_marked(l, 1);
    CHECK(first && last && first != last);
    list_begin(l);
    list_add(l, &(struct list_row){.id = first, .cells = cells});
    list_end(l, true, 4);
    CHECK_INT(list_marked(l, 0), first);
    CHECK_INT(list_marked(l, 1), last);
    CHECK_INT(list_marked(l, 2), 0);
    list_begin(l); /* and again, without the other one */
    list_end(l, true, 4);
    CHECK_INT(list_marked(l, 1) ? 2 : 0, 2);
    some();
    CHECK_INT(list_marked(l, 0), first);
    CHECK_INT(list_marked(l, 1), last);
    CHECK_INT(list_marked(l, 2), 0);
    list_begin(l); /* all there is: what is gone is marked no more */
    list_add(l, &(struct list_row){.id = first, .cells = cells});
    list_end(l, false, 1);
    CHECK_INT(list_marked(l, 0), first);
    CHECK_INT(list_marked(l, 1), 0);
    list_unmark(l);
    some();
    CHECK_INT(list_marked(l, 0), 0);
}

static void it_draws_columns_that_fit(void)
{
    struct grid *g = grid_open(6, 50);
    struct canvas c = canvas_of(g);
    int y, x;
    some();
    press('g');
    press('j');
    list_set_focused(l, true);
    list_draw(l, &c);
    CHECK_TEXT(line(g, 0), "  Number  Customer          State           Amount");
    CHECK_TEXT(line(g, 2), "> N2      Köhler & Sohn     overdue      EUR 80.00");
    CHECK_TEXT(line(g, 3), "  N3      東京紙業          paid          EUR 9.50");
    CHECK_INT(grid_cell(g, 2, 3)->style & STYLE_REVERSE, STYLE_REVERSE);
    CHECK_INT(grid_cell(g, 2, 20)->style & STYLE_REVERSE, 0); /* a short bar: few bytes for a step */
    CHECK(grid_cursor(g, &y, &x) && y == 2);
    grid_resize(g, 3, 34);
    c = canvas_of(g);
    list_draw(l, &c);
    CHECK_TEXT(line(g, 0), "  Number  Customer          Amount");
    CHECK(strstr(line(g, 2), "N2")); /* scrolled to the cursor */
    grid_resize(g, 6, 60);
    c = canvas_of(g);
    list_set_filter(l, "zzz");
    list_draw(l, &c);
    CHECK(strstr(line(g, 1), "Nothing matches the filter. Esc clears it."));
    CHECK(strstr(line(g, 5), "/zzz") && strstr(line(g, 5), "0 of 4"));
    list_set_filter(l, "");
    list_begin(l);
    list_end(l, false, 0);
    list_empty_text(l, "No invoices yet.");
    grid_clear(g);
    list_draw(l, &c);
    CHECK(strstr(line(g, 1), "No invoices yet."));
    CHECK(grid_cursor(g, &y, &x));
    grid_close(g);
}

int main(void)
{
    l = list_open(columns, sizeof columns / sizeof *columns);
    list_take_marks(l);
    CHECK_TEXT(status(), "loading");
    a_sparse_column_is_there_when_a_row_has_it();
    a_filter_speaks_of_columns_as_they_are_called();
    columns_are_as_wide_as_what_stands_in_them();
    the_cursor_follows_its_record();
    moving_stays_inside();
    a_filter_narrows_as_it_is_typed();
    what_is_not_understood_is_said_and_changes_nothing();
    a_paged_list_leaves_filter_and_order_to_the_server();
    pages_are_asked_for_once_and_do_not_repeat_rows();
    sorting_knows_amounts();
    marks_stay_with_their_records();
    marks_outlive_a_list_that_is_loaded_again_in_part();
    it_draws_columns_that_fit();
    list_close(l);
    return test_end();
}
