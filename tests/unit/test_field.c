/* Editing text, typed inputs, forms: models without a terminal. */
#include "common/date.h"
#include "tests/unit/test.h"
#include "tui/full/form.h"
#include "proto/paper/show.h"

static struct edit *e;

static void press(int code)
{
    struct key k = key_of(code);
    edit_key(e, &k);
}

static void type(const char *text)
{
    while (*text) {
        struct key k = {.code = 'x'};
        size_t n = 1;
        while (((unsigned char)text[n] & 0xc0) == 0x80)
            n++;
        memcpy(k.text, text, n);
        edit_key(e, &k);
        text += n;
    }
}

static void paste(const char *text)
{
    struct key k = {.code = K_PASTE, .paste = text, .paste_size = strlen(text)};
    edit_key(e, &k);
}

static void characters_with_marks_move_and_go_as_one(void)
{
    e = edit_open(40, false);
    type("ae\xcc\x81\xcc\xa8東😀b");
    press(K_LEFT);
    press(K_BACKSPACE);
    CHECK_TEXT(edit_text(e), "ae\xcc\x81\xcc\xa8東b");
    press(K_BACKSPACE);
    CHECK_TEXT(edit_text(e), "ae\xcc\x81\xcc\xa8"
                             "b");
    press(K_LEFT);
    CHECK_INT(edit_at(e), 1);
    press(K_DELETE);
    CHECK_TEXT(edit_text(e), "ab");
    press(K_END);
    press(K_HOME);
    CHECK_INT(edit_at(e), 0);
    press(K_BACKSPACE);
    press(K_LEFT);
    CHECK_TEXT(edit_text(e), "ab");
    edit_close(e);
}

static void the_length_is_bounded_in_characters(void)
{
    e = edit_open(3, false);
    type("東京都庁");
    CHECK_TEXT(edit_text(e), "東京都");
    press(K_HOME);
    paste("xyz");
    CHECK_TEXT(edit_text(e), "東京都");
    edit_set(e, "ab");
    paste("cdef");
    CHECK_TEXT(edit_text(e), "abc");
    edit_close(e);
}

static void a_pasted_newline_is_a_blank_and_controls_vanish(void)
{
    e = edit_open(100, false);
    paste("one\r\ntwo\tthree\033[31m\x01");
    CHECK_TEXT(edit_text(e), "one two three[31m");
    paste("\xff");
    CHECK(!strchr(edit_text(e), '\xff'));
    edit_close(e);
    e = edit_open(100, true);
    paste("one\r\ntwo\rthree");
    CHECK_TEXT(edit_text(e), "one\ntwo\nthree");
    edit_close(e);
}

static void words_lines_and_undo(void)
{
    e = edit_open(100, false);
    type("alpha beta gamma");
    press(K_WORD_LEFT);
    CHECK_INT(edit_at(e), 11);
    press(CTRL('W'));
    CHECK_TEXT(edit_text(e), "alpha gamma");
    press(CTRL('_'));
    CHECK_TEXT(edit_text(e), "alpha beta gamma");
    press(CTRL('_'));
    CHECK_TEXT(edit_text(e), "alpha gamma");
    press(CTRL('U'));
    CHECK_TEXT(edit_text(e), "gamma");
    press(K_WORD_RIGHT);
    CHECK_INT(edit_at(e), 5);
    type("s and");
    press(CTRL('_')); /* what was typed in one go */
    CHECK_TEXT(edit_text(e), "gamma");
    struct key enter = key_of(K_ENTER), up = key_of(K_UP);
    CHECK(!edit_key(e, &enter));
    CHECK(!edit_key(e, &up));
    edit_close(e);
}

static void up_and_down_follow_the_rows_that_are_seen(void)
{
    struct grid *g = grid_open(5, 11);
    struct canvas c = canvas_of(g);
    char line[100];
    int y, x;
    e = edit_open(200, true);
    paste("one two three four\n\nlast");
    edit_draw_lines(e, &c, true);
    CHECK_TEXT(grid_line(g, 0, line, sizeof line), "one two");
    CHECK_TEXT(grid_line(g, 1, line, sizeof line), "three four");
    CHECK_TEXT(grid_line(g, 2, line, sizeof line), "");
    CHECK_TEXT(grid_line(g, 3, line, sizeof line), "last");
    CHECK(grid_cursor(g, &y, &x) && y == 3 && x == 4);
    press(K_UP);
    edit_draw_lines(e, &c, true);
    CHECK(grid_cursor(g, &y, &x) && y == 2 && x == 0);
    press(K_UP);
    edit_draw_lines(e, &c, true);
    CHECK(grid_cursor(g, &y, &x) && y == 1 && x == 4);
    press(K_UP);
    press(K_UP);
    edit_draw_lines(e, &c, true);
    CHECK(grid_cursor(g, &y, &x) && y == 0 && x == 4);
    for (int i = 0; i < 5; i++)
        press(K_DOWN);
    CHECK_INT(edit_at(e), 24);
    press(K_ENTER);
    edit_draw_lines(e, &c, true);
    CHECK(grid_cursor(g, &y, &x) && y == 4 && x == 0);
    press(K_ENTER); /* scrolls */
    grid_clear(g);
    edit_draw_lines(e, &c, true);
    CHECK(grid_cursor(g, &y, &x) && y == 4 && x == 0);
    CHECK_TEXT(grid_line(g, 2, line, sizeof line), "last");
    edit_close(e);
    grid_close(g);
}

static void a_long_line_scrolls_to_its_cursor(void)
{
    struct grid *g = grid_open(1, 8);
    struct canvas c = canvas_of(g);
    char line[100];
    int y, x;
    e = edit_open(200, false);
    type("abcdefghijkl");
    edit_draw_line(e, &c, 0, 0, 8, EDIT_PLAIN, true);
    CHECK_TEXT(grid_line(g, 0, line, sizeof line), "fghijkl");
    CHECK(grid_cursor(g, &y, &x) && x == 7);
    press(K_HOME);
    edit_draw_line(e, &c, 0, 0, 8, EDIT_PLAIN, true);
    CHECK_TEXT(grid_line(g, 0, line, sizeof line), "abcdefgh");
    edit_set(e, "geheim東");
    edit_draw_line(e, &c, 0, 0, 8, EDIT_SECRET, true);
    CHECK_TEXT(grid_line(g, 0, line, sizeof line), "•••••••");
    edit_close(e);
    grid_close(g);
}

/* What an input of a kind makes of a text: its text afterwards, or what is wrong with it. */
static const char *checked(enum input_kind kind, const char *currency, const char *text)
{
    static char out[300];
    struct input in;
    const struct input_spec spec = {.name = "x", .kind = kind, .currency = currency, .required = true};
    input_init(&in, &spec);
    input_set(&in, text);
    bool fine = input_check(&in, date_of(2026, 11, 22));
    snprintf(out, sizeof out, "%s", fine ? input_text(&in) : in.error);
    input_fini(&in);
    return out;
}

static void numbers_are_read_by_the_one_reader(void)
{
    CHECK_TEXT(checked(INPUT_DECIMAL, NULL, "0,125"), "0.125");
    CHECK_TEXT(checked(INPUT_DECIMAL, NULL, "1.234,50"), "1234.5");
    CHECK_TEXT(checked(INPUT_MONEY, "EUR", "0,500"), "0.50");
    CHECK_TEXT(checked(INPUT_MONEY, "EUR", "EUR 1,234.50"), "1234.50");
    CHECK_TEXT(checked(INPUT_MONEY, "JPY", "1,250"), "1250");
    CHECK_TEXT(checked(INPUT_COUNT, NULL, "1,250"), "1250");
    CHECK(strstr(checked(INPUT_DECIMAL, NULL, "1,250"), "1250 or 1.25"));
    CHECK(strstr(checked(INPUT_MONEY, "EUR", "1,250"), "1250 or 1.25"));
    CHECK(strstr(checked(INPUT_DECIMAL, NULL, "1,5,0"), "grouping"));
    CHECK(strstr(checked(INPUT_MONEY, "EUR", "12.3456"), "At most 2"));
    CHECK(strstr(checked(INPUT_MONEY, "EUR", "5 USD"), "not in USD"));
    CHECK_TEXT(checked(INPUT_TEXT, NULL, "\xC2\xA0"), "This is needed.");
    CHECK_TEXT(checked(INPUT_DATE, NULL, "22 Nov 2026"), "2026-11-22");
    CHECK(strstr(checked(INPUT_DATE, NULL, "3/4/2026"), "2026-04-03 or 2026-03-04"));
}

/* What one screen shows, every field for such a thing accepts, as the same. */
static void what_is_shown_is_accepted_by_every_field(void)
{
    static const char *const currencies[] = {"EUR", "JPY", "KWD", "VND"};
    const int32_t today = date_of(2026, 11, 22);
    uint64_t random = 88172645463325252U;
    char shown[SHOW_TEXT], plain[MONEY_TEXT];
    for (int i = 0; i < 4000; i++) {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        const char *currency = currencies[i % 4];
        int digits = currency_digits(currency);
        int64_t amount = (int64_t)(random >> (14 + random % 49)) % MONEY_MAX;
        struct money m = money_of(i % 5 ? amount : -amount, currency);
        CHECK_TEXT(checked(INPUT_MONEY, currency, show_money(shown, m)),
                   money_plain(plain, m.amount, digits));
        CHECK_TEXT(checked(INPUT_MONEY, currency, show_amount(shown, m)),
                   money_plain(plain, m.amount, digits));
        for (int places = 0; places <= 3; places++)
            CHECK_TEXT(checked(INPUT_DECIMAL, NULL, show_decimal(shown, amount, places)),
                       decimal_plain(plain, amount));
        int32_t day = date_of(1990, 1, 1) + (int32_t)(random % 20000);
        CHECK_TEXT(checked(INPUT_DATE, NULL, show_day(shown, day, today)), date_plain(plain, day));
    }
    for (int32_t day = today - 400; day < today + 400; day++)
        CHECK_TEXT(checked(INPUT_DATE, NULL, show_day(shown, day, today)), date_plain(plain, day));
    for (int64_t whole = 0; whole < 3000000; whole += 250) {
        CHECK_TEXT(checked(INPUT_DECIMAL, NULL, show_decimal(shown, whole * DECIMAL_ONE, 0)),
                   decimal_plain(plain, whole * DECIMAL_ONE));
    }
}

static void what_is_selected_is_replaced_by_typing_and_kept_by_a_move(void)
{
    e = edit_open(40, false);
    edit_set(e, "1");
    edit_select(e);
    type("0,125");
    CHECK_TEXT(edit_text(e), "0,125");
    press(CTRL('_'));
    CHECK_TEXT(edit_text(e), "1");
    edit_select(e);
    press(K_LEFT);
    type("2");
    CHECK_TEXT(edit_text(e), "21");
    edit_select(e);
    press(K_BACKSPACE);
    CHECK_TEXT(edit_text(e), "");
    edit_set(e, "12");
    edit_select(e);
    paste("7");
    CHECK_TEXT(edit_text(e), "7");
    edit_close(e);
}

static const char *const terms[] = {"Net 14", "Net 30", "Due on receipt", NULL};
static const struct input_spec specs[] = {
    {.kind = INPUT_NOTE, .label = "A note."},
    {.name = "name", .label = "Name", .required = true},
    {.name = "amount", .label = "Amount", .kind = INPUT_MONEY, .currency = "EUR"},
    {.name = "due", .label = "Due", .kind = INPUT_DATE},
    {.name = "terms", .label = "Terms", .kind = INPUT_CHOICE, .choices = terms},
    {.name = "active", .label = "Active", .kind = INPUT_CHECK},
    {.name = "save", .label = "Save", .kind = INPUT_BUTTON},
    {.name = "more", .label = "More", .kind = INPUT_BUTTON},
};

static enum form_event form_press(struct form *f, int code)
{
    struct key k = key_of(code);
    return form_key(f, &k);
}

static void a_form_checks_on_leaving_and_on_submitting(void)
{
    struct form *f = form_open(specs, sizeof specs / sizeof *specs);
    form_today(f, date_of(2026, 11, 22));
    CHECK(!form_changed(f));
    CHECK_INT(form_press(f, K_TAB), FORM_LEFT_FIELD);
    CHECK_TEXT(form_field(f, "name")->error, "This is needed.");
    for (const char *s = "1,5x"; *s; s++)
        form_press(f, *s);
    form_press(f, K_TAB);
    CHECK(*form_field(f, "amount")->error);
    form_press(f, '+');
    form_press(f, '7');
    form_press(f, K_ENTER);
    CHECK_TEXT(form_text(f, "due"), "2026-11-29");
    form_press(f, 'd');
    CHECK_TEXT(form_text(f, "terms"), "Due on receipt");
    form_press(f, K_RIGHT);
    CHECK_INT(form_choice(f, "terms"), 0);
    form_press(f, K_TAB);
    form_press(f, ' ');
    CHECK_INT(form_choice(f, "active"), 1);
    CHECK_INT(form_press(f, K_ENTER), FORM_USED); /* submits, but name is missing: goes there */
    form_press(f, 'A');
    CHECK_TEXT(form_text(f, "name"), "A");
    form_focus(f, "amount");
    form_press(f, K_BACKSPACE);
    CHECK_INT(form_press(f, K_F0 + 2), FORM_SUBMIT);
    CHECK_TEXT(form_text(f, "amount"), "1.50");
    CHECK(form_changed(f));
    form_kept(f);
    CHECK(!form_changed(f));
    form_close(f);
}

static void buttons_and_refusals(void)
{
    struct form *f = form_open(specs, sizeof specs / sizeof *specs);
    struct refusal why = {.code = ERR_INVALID, .field = "customer.name", .detail = "is taken"};
    form_set(f, "name", "x");
    form_focus(f, "save");
    CHECK_INT(form_press(f, K_ENTER), FORM_SUBMIT);
    CHECK_INT(form_press(f, K_RIGHT), FORM_LEFT_FIELD);
    CHECK_INT(form_press(f, K_ENTER), FORM_BUTTON);
    CHECK_TEXT(form_button(f), "more");
    CHECK_INT(form_press(f, K_TAB), FORM_IGNORED);
    CHECK(form_refuse(f, &why));
    CHECK_TEXT(form_field(f, "name")->error, "is taken");
    form_press(f, 'y');
    CHECK_TEXT(form_text(f, "name"), "xy"); /* the focus went there */
    CHECK_TEXT(form_field(f, "name")->error, "");
    strcpy(why.field, "lines[3].price");
    CHECK(!form_refuse(f, &why));
    struct key k = {.code = K_PASTE, .paste = "\n\n", .paste_size = 2};
    form_focus(f, "save");
    CHECK_INT(form_key(f, &k), FORM_USED); /* never presses the button */
    form_close(f);
}

static void a_form_taller_than_its_view_scrolls(void)
{
    struct form *f = form_open(specs, sizeof specs / sizeof *specs);
    struct grid *g = grid_open(4, 60);
    struct canvas c = canvas_of(g);
    char line[300];
    int y, x;
    form_set_focused(f, true);
    for (int i = 0; i < 6; i++) {
        grid_clear(g);
        form_draw(f, &c);
        CHECK(grid_cursor(g, &y, &x) && y < 3);
        form_press(f, K_TAB);
    }
    grid_clear(g);
    form_draw(f, &c);
    CHECK(strstr(grid_line(g, 2, line, sizeof line), "[ Save ]   [ More ]"));
    form_close(f);
    grid_close(g);
}

int main(void)
{
    characters_with_marks_move_and_go_as_one();
    the_length_is_bounded_in_characters();
    a_pasted_newline_is_a_blank_and_controls_vanish();
    words_lines_and_undo();
    up_and_down_follow_the_rows_that_are_seen();
    a_long_line_scrolls_to_its_cursor();
    numbers_are_read_by_the_one_reader();
    what_is_shown_is_accepted_by_every_field();
    what_is_selected_is_replaced_by_typing_and_kept_by_a_move();
    a_form_checks_on_leaving_and_on_submitting();
    buttons_and_refusals();
    a_form_taller_than_its_view_scrolls();
    return test_end();
}
