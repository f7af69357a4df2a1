/* The grid of cells: clipping, wide and combining characters, hostile text, money, wrapping. */
#include "tests/unit/test.h"
#include "tui/full/canvas.h"

static char line_[4096];
static struct grid *g;
static struct canvas c;

static void fresh(int rows, int columns)
{
    grid_close(g);
    g = grid_open(rows, columns);
    c = canvas_of(g);
}

static const char *line(int y)
{
    return grid_line(g, y, line_, sizeof line_);
}

static void text_is_clipped_at_every_edge(void)
{
    fresh(3, 10);
    CHECK_INT(canvas_text(&c, 0, 0, 0, "abcdefghijklmn"), 10);
    CHECK_TEXT(line(0), "abcdefghij");
    canvas_text(&c, 1, -3, 0, "abcdef");
    CHECK_TEXT(line(1), "def");
    canvas_text(&c, -1, 0, 0, "nothing");
    canvas_text(&c, 3, 0, 0, "nothing");
    CHECK_TEXT(line(2), "");
    struct canvas part = canvas_part(&c, 2, 2, 1, 4);
    canvas_text(&part, 0, 0, 0, "opqrstuvw");
    canvas_text(&part, 1, 0, 0, "outside");
    canvas_text(&part, 0, -1, 0, "0");
    CHECK_TEXT(line(2), "  opqr");
    struct canvas inner = canvas_part(&part, 0, 2, 5, 50);
    canvas_text(&inner, 0, 0, 0, "XYZW");
    CHECK_TEXT(line(2), "  opXY");
}

static void a_number_is_whole_or_not_there(void)
{
    struct money big = money_of(INT64_C(999999999999999), "EUR");
    fresh(4, 30);
    CHECK_INT(canvas_money_width(big, true), 24);
    CHECK_INT(canvas_money(&c, 0, 24, 0, big, true), 0);
    CHECK_TEXT(line(0), "EUR 9,999,999,999,999.99");
    CHECK_INT(grid_faults(g), 0);
    canvas_money(&c, 1, 23, 0, big, true); /* one column short */
    CHECK_TEXT(line(1), "                    ###");
    CHECK_INT(grid_faults(g), 1);
    canvas_text(&c, 0, 22, 0, "x"); /* text upon it */
    CHECK_TEXT(line(0), "######################x#");
    CHECK_INT(grid_faults(g), 2);
    canvas_text(&c, 2, 0, 0, "3 h");
    canvas_number(&c, 2, 11, 0, "1,099.99"); /* beside something, without a gap */
    CHECK_INT(grid_faults(g), 3);
    fresh(4, 30);
    CHECK_INT(grid_faults(g), 0);
    canvas_money(&c, 1, 30, 0, big, true);
    canvas_box(&c, 0, 10, 4, 12); /* what a box stands on is covered, and nothing is left of it */
    CHECK_TEXT(line(1), "          │          │");
    CHECK_INT(grid_faults(g), 0);
}

static void a_text_is_not_cut_within_a_number(void)
{
    fresh(5, 20);
    canvas_fit(&c, 0, 0, 20, 0, "Recorded, EUR 1,387,499.98 of it");
    CHECK_TEXT(line(0), "Recorded, EUR …");
    canvas_text(&c, 1, 0, 0, "Recorded, EUR 1,387,499.98");
    CHECK_TEXT(line(1), "Recorded, EUR …");
    canvas_text(&c, 2, 0, 0, "Recorded, EUR 1,387");
    CHECK_TEXT(line(2), "Recorded, EUR 1,387");
    canvas_fit(&c, 3, 0, 8, 0, "INV-000318"); /* a name, not a number */
    CHECK_TEXT(line(3), "INV-000…");
}

static void wide_characters_are_never_halved(void)
{
    fresh(4, 5);
    canvas_text(&c, 0, 0, 0, "東京都");
    CHECK_TEXT(line(0), "東京");
    CHECK_INT(grid_cell(g, 0, 0)->columns, 2);
    CHECK_INT(grid_cell(g, 0, 1)->columns, 0);
    canvas_text(&c, 0, 1, 0, "x"); /* into the right half: the left one goes too */
    CHECK_TEXT(line(0), " x京");
    canvas_text(&c, 0, 2, 0, "y");
    CHECK_TEXT(line(0), " xy");
    canvas_text(&c, 1, -1, 0, "東a");
    CHECK_TEXT(line(1), " a");
    canvas_fit(&c, 2, 0, 4, 0, "東京都");
    CHECK_TEXT(line(2), "東 …");
    CHECK_INT(canvas_right(&c, 3, 5, 0, "東"), 3);
    CHECK_TEXT(line(3), "   東");
}

static void marks_share_the_cell_of_their_character(void)
{
    char many[200] = "a";
    fresh(2, 10);
    canvas_text(&c, 0, 0, 0, "e\xcc\x81x");
    CHECK_TEXT(grid_cell(g, 0, 0)->text, "e\xcc\x81");
    CHECK_TEXT(grid_cell(g, 0, 1)->text, "x");
    for (int i = 0; i < 40; i++)
        strcat(many, "\xcc\x81");
    strcat(many, "b");
    canvas_text(&c, 1, 0, 0, many);
    CHECK(strlen(grid_cell(g, 1, 0)->text) < CELL_BYTES);
    CHECK_INT(strlen(grid_cell(g, 1, 0)->text) % 2, 1); /* never half a mark */
    CHECK_TEXT(grid_cell(g, 1, 1)->text, "b");
}

static void escape_sequences_never_reach_a_cell(void)
{
    fresh(2, 40);
    canvas_text(&c, 0, 0, 0,
                "a\033[2J\033]0;x\ab\xc2\x9b"
                "31m\r\n\t\x01\x7f\xff\xe2\x80\xaez");
    for (int x = 0; x < 40; x++)
        for (const char *s = grid_cell(g, 0, x)->text; *s; s++)
            CHECK((unsigned char)*s >= 32 && *s != 127);
    CHECK(!strstr(line(0), "\xc2\x9b") && !strstr(line(0), "\xe2\x80\xae"));
    CHECK_TEXT(line(1), "");
}

static void money_ends_where_it_should(void)
{
    fresh(4, 20);
    CHECK_INT(canvas_money(&c, 0, 20, 0, money_of(123450, "EUR"), true), 8);
    CHECK_TEXT(line(0), "        EUR 1,234.50");
    canvas_money(&c, 1, 20, 0, money_of(-5, "EUR"), false);
    CHECK_TEXT(line(1), "               -0.05");
    canvas_money(&c, 2, 20, 0, money_of(1500, "JPY"), true);
    CHECK_TEXT(line(2), "           JPY 1,500");
}

static void wrapping_keeps_words_and_newlines(void)
{
    fresh(6, 12);
    CHECK_INT(canvas_wrap(&c, 0, 0, 12, 6, 0, "one two three\n\nfour"), 4);
    CHECK_TEXT(line(0), "one two");
    CHECK_TEXT(line(1), "three");
    CHECK_TEXT(line(2), "");
    CHECK_TEXT(line(3), "four");
    fresh(6, 12);
    CHECK_INT(canvas_wrap(&c, 0, 0, 5, 6, 0, "abcdefghijk"), 3);
    CHECK_TEXT(line(2), "k");
    fresh(2, 12);
    CHECK_INT(canvas_wrap(&c, 0, 0, 12, 2, 0, "aaaa bbbb cccc dddd eeee ffff"), 2);
    CHECK(strstr(line(1), "…"));
    CHECK_INT(canvas_wrap(&c, 0, 0, 1, 2, 0, "東"), 1); /* wider than the room: goes on, does not hang */
}

static void boxes_bars_and_the_cursor(void)
{
    int y, x;
    fresh(4, 12);
    canvas_box(&c, 0, 0, 3, 6);
    CHECK_TEXT(line(0), "┌────┐");
    CHECK_TEXT(line(1), "│    │");
    CHECK_TEXT(line(2), "└────┘");
    canvas_bar(&c, 3, 0, 10, 0, 1, 1000000);
    CHECK_TEXT(line(3), "█");
    canvas_bar(&c, 3, 0, 10, 0, INT64_MAX / 2, INT64_MAX);
    CHECK_INT(strlen(line(3)) / strlen("█"), 5);
    CHECK(!grid_cursor(g, &y, &x));
    canvas_cursor(&c, 9, 9);
    CHECK(!grid_cursor(g, &y, &x));
    struct canvas part = canvas_part(&c, 1, 2, 2, 2);
    canvas_cursor(&part, 1, 1);
    CHECK(grid_cursor(g, &y, &x) && y == 2 && x == 3);
}

static void a_scrolled_view_knows_its_depth(void)
{
    int depth = -1;
    fresh(3, 10);
    struct canvas tall = canvas_part(&c, -4, 0, 100, 10);
    tall.depth = &depth;
    tall.depth_top = tall.top;
    for (int i = 0; i < 9; i++)
        canvas_print(&tall, i, 0, 0, "row %d", i);
    CHECK_INT(depth, 8);
    CHECK_TEXT(line(0), "row 4");
    CHECK_TEXT(line(2), "row 6");
}

static void styles_add_up(void)
{
    fresh(1, 10);
    canvas_text(&c, 0, 0, STYLE_BAD, "bad");
    canvas_style(&c, 0, 0, 10, STYLE_REVERSE);
    CHECK_INT(grid_cell(g, 0, 0)->style, STYLE_BAD | STYLE_REVERSE);
    CHECK_INT(grid_cell(g, 0, 5)->style, STYLE_REVERSE);
    canvas_style(&c, 0, 8, 100, STYLE_COLOUR(2));
    CHECK_INT(grid_cell(g, 0, 9)->style, STYLE_REVERSE | STYLE_COLOUR(2));
}

int main(void)
{
    text_is_clipped_at_every_edge();
    a_number_is_whole_or_not_there();
    a_text_is_not_cut_within_a_number();
    wide_characters_are_never_halved();
    marks_share_the_cell_of_their_character();
    escape_sequences_never_reach_a_cell();
    money_ends_where_it_should();
    wrapping_keeps_words_and_newlines();
    boxes_bars_and_the_cursor();
    a_scrolled_view_knows_its_depth();
    styles_add_up();
    grid_close(g);
    return test_end();
}
