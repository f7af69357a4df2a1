/* The filter language: what each kind of value means on a given day, and what is refused. */
#include "common/filter.h"
#include "common/date.h"
#include "common/filter_table.h"
#include "tests/unit/test.h"
#include <string.h>

static struct arena *arena;
static int32_t today; /* 2026-11-22 */

static struct filter_term read_one(const char *typed)
{
    struct filter f = {0};
    struct refusal why = {0};
    CHECK_INT(filter_read(arena, filter_of_documents(), typed, today, &f, &why), OK);
    CHECK_INT(f.n, 1);
    return f.terms[0];
}

static void days(const char *typed, const char *first, const char *last)
{
    char a[DATE_TEXT], b[DATE_TEXT];
    struct filter_term t = read_one(typed);
    CHECK_TEXT(date_plain(a, t.first), first);
    CHECK_TEXT(date_plain(b, t.last), last);
}

static void dates_are_read_from_today(void)
{
    days("date:2026-11-22", "2026-11-22", "2026-11-22");
    days("date:2026-02", "2026-02-01", "2026-02-28");
    days("date:2026", "2026-01-01", "2026-12-31");
    days("date:nov", "2026-11-01", "2026-11-30"); /* the latest that has begun */
    days("date:December", "2025-12-01", "2025-12-31");
    days("date:today", "2026-11-22", "2026-11-22");
    days("due:tomorrow", "2026-11-23", "2026-11-23");
    days("due<30d", "2026-11-22", "2026-12-22");
    days("due>30d", "2026-12-23", "");
    days("due>=30d", "2026-12-22", "");
    days("date<30d", "2026-10-23", "2026-11-22");
    days("date>30d", "", "2026-10-22");
    days("date>2w", "", "2026-11-07");
    days("due<-30d", "", "2026-10-22");
    days("due>+7d", "2026-11-30", "");
    days("due:>today", "2026-11-23", "");
    days("date<2026-11", "", "2026-10-31");
    days("date<=2026-11", "", "2026-11-30");
    days("date>2026", "2027-01-01", "");
}

static void states_are_read_as_rows_show_them(void)
{
    static const char *const partly[] = {"status:partly",
                                         "status:partly_paid",
                                         "state:\"partly paid\"",
                                         "\"status:Partly Paid\"",
                                         "status=partly-paid",
                                         "partly paid",
                                         "partly",
                                         "status:part"};
    for (size_t i = 0; i < sizeof partly / sizeof *partly; i++)
        CHECK_INT(read_one(partly[i]).set, UINT64_C(1) << STATUS_PARTLY_PAID);
    CHECK_INT(read_one("status:late").set, UINT64_C(1) << STATUS_OVERDUE);
    CHECK(read_one("!overdue").not );
    CHECK(!read_one("!!overdue").not );
    CHECK(read_one("!\"amount>5 EUR\"").field &&
          read_one("!\"amount>5 EUR\"").not ); /* the contrary of the same term in quotes */
    CHECK_INT(read_one("bodega").set, 0);
}

static void amounts_are_read_with_and_without_a_currency(void)
{
    struct filter_term t = read_one("amount>1000EUR");
    CHECK_TEXT(t.currency, "EUR");
    CHECK_INT(t.decimal, 1000 * DECIMAL_ONE);
    CHECK_TEXT(read_one("amount>\"eur 1.234,50\"").currency, "EUR");
    CHECK_INT(read_one("amount>\"eur 1.234,50\"").decimal, 1234500000);
    CHECK_TEXT(read_one("amount>1000 EUR").currency, "EUR");
    CHECK_TEXT(read_one("!balance=5 eur").currency, "EUR");
    CHECK_TEXT(read_one("total<=5").currency, "");
    CHECK_INT(read_one("total<=5").how, FILTER_MOST);
}

static void what_is_not_understood_is_refused_by_term(void)
{
    static const char *const bad[] = {"foo:bar",     "status:x",    "amount>1,000", "\"amount>9 EUR EUR\"",
                                      "due:soon",    "status>open", "status:",      "date:13",
                                      "<5",          "amount>5QQQ", "--",           "due<",
                                      "date:2026-13"};
    struct filter f = {.n = 7};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct refusal why = {0};
        char first[40];
        snprintf(first, sizeof first, "%s", bad[i]);
        CHECK_INT(filter_read(arena, filter_of_documents(), bad[i], today, &f, &why), ERR_INVALID);
        CHECK_TEXT(why.field, "filter");
        CHECK(strstr(why.detail, ": ") && strncmp(why.detail + (*why.detail == '"' && *first != '"'), first,
                                                  2) == 0); /* as it was typed */
        CHECK_INT(f.n, 7);                                  /* untouched */
    }
}

static void ask_number(void *row, int id, struct filter_value *v)
{
    if (id == FILTER_NO)
        v->text[0] = row;
}

static bool passes_number(const struct filter_term *t, const char *number)
{
    char row[40];
    struct filter f = {.fields = filter_of_documents(), .n = 1, .terms = {*t}};
    snprintf(row, sizeof row, "%s", number);
    return filter_match(arena, &f, ask_number, row);
}

static void numbers_match_by_end_whole_and_beginning(void)
{
    struct filter_term t = read_one("number:3");
    CHECK(passes_number(&t, "INV-000003"));
    CHECK(passes_number(&t, "3"));
    CHECK(!passes_number(&t, "INV-000030"));
    CHECK(!passes_number(&t, "INV-13"));
    t = read_one("INV-3");
    CHECK(passes_number(&t, "inv-000003"));
    CHECK(!passes_number(&t, "INV-000013"));
    CHECK(!passes_number(&t, ""));
    t = read_one("number:2027");
    CHECK(passes_number(&t, "2027/0001"));
    CHECK(!passes_number(&t, "20271"));
    CHECK(filter_number_compare("2", "10") < 0);
    CHECK(filter_number_compare("a-2", "a-10") < 0);
    CHECK(filter_number_compare("inv-9", "inv-00010") < 0);
    CHECK_INT(filter_number_compare("inv-9", "inv-0009"), 0);
}

static const char *tabbed(const char *typed)
{
    const char *more = filter_complete(arena, filter_of_documents(), typed);
    return more ? more : "";
}

static void tab_completes_fields_and_states(void)
{
    CHECK_TEXT(tabbed("stat"), "status:");
    CHECK_TEXT(tabbed("x !ref"), "x !reference:");
    CHECK_TEXT(tabbed("status:over"), "status:overdue");
    CHECK_TEXT(tabbed("status:o"), ""); /* open or overdue */
    CHECK_TEXT(tabbed("state:wri"), "state:written_off");
    CHECK_TEXT(tabbed("zzz"), "");
    CHECK_TEXT(tabbed("due:x"), "");
    char all[300];
    CHECK_TEXT(filter_choices(all, sizeof all, filter_of_documents(), "x status:o"), "open, overdue");
    CHECK_TEXT(filter_choices(all, sizeof all, filter_of_documents(), "due:x"), "");
    CHECK(strstr(filter_choices(all, sizeof all, filter_of_documents(), ""), "status, number"));
}

int main(void)
{
    arena = arena_open();
    today = date_of(2026, 11, 22);
    dates_are_read_from_today();
    states_are_read_as_rows_show_them();
    amounts_are_read_with_and_without_a_currency();
    what_is_not_understood_is_refused_by_term();
    numbers_match_by_end_whole_and_beginning();
    tab_completes_fields_and_states();
    arena_close(arena);
    return test_end();
}
