#include "common/text.h"
#include "tests/unit/test.h"

#define U8(s) s, sizeof(s) - 1

static void only_shortest_form_utf8_is_well_formed(void)
{
    CHECK(text_utf8(U8("")));
    CHECK(text_utf8(U8("K\xC3\xB6hler \xE6\x97\xA5 \xF0\x9F\x98\x80")));
    CHECK(!text_utf8(U8("\xC0\xAF"))); /* overlong */
    CHECK(!text_utf8(U8("\xE0\x80\xAF")));
    CHECK(!text_utf8(U8("\xED\xA0\x80")));     /* surrogate */
    CHECK(!text_utf8(U8("\xF4\x90\x80\x80"))); /* beyond U+10FFFF */
    CHECK(!text_utf8(U8("\xFF")));
    CHECK(!text_utf8(U8("a\xE2\x82")));
    CHECK(!text_utf8(U8("\x80")));
    CHECK_INT(text_length(U8("K\xC3\xB6\xF0\x9F\x98\x80")), 3);
    CHECK_INT(text_length(U8("")), 0);
}

static void control_and_bidi_characters_are_not_printable(void)
{
    CHECK(text_printable(U8("K\xC3\xB6hler, O'Reilly"), false));
    CHECK(text_printable(U8("a\n\tb"), true));
    CHECK(!text_printable(U8("a\nb"), false));
    CHECK(!text_printable(U8("a\tb"), false));
    for (int c = 0; c < 0x20; c++)
        CHECK_INT(text_printable(&(char){(char)c}, 1, true), c == '\n' || c == '\t');
    CHECK(!text_printable(U8("\x7f"), true));
    CHECK(!text_printable(U8("\xC2\x9B"
                             "31m"),
                          true)); /* C1: CSI */
    CHECK(text_printable(U8("\xC2\xA0"), false));
    CHECK(!text_printable(U8("\xE2\x80\xAE"), true)); /* RLO */
    CHECK(!text_printable(U8("\xE2\x81\xA9"), true)); /* PDI */
    CHECK(text_printable(U8("\xE2\x80\x8F"), true));  /* RLM is a mark, not an override */
    CHECK(!text_printable(U8("\xEF\xBF\xBE"), true)); /* U+FFFE */
    CHECK(!text_printable(U8("\xEF\xB7\x90"), true)); /* U+FDD0 */
    CHECK(!text_printable(U8("\xF4\x8F\xBF\xBF"), true));
}

static void nothing_shown_can_drive_a_terminal(struct arena *a)
{
    CHECK_TEXT(text_shown(a, "plain", false), "plain");
    CHECK_TEXT(text_shown(a, NULL, false), "");
    CHECK_TEXT(text_shown(a, "\033[2J\007", false), "\xEF\xBF\xBD[2J\xEF\xBF\xBD");
    CHECK_TEXT(text_shown(a, "a\nb\tc", false), "a b c");
    CHECK_TEXT(text_shown(a, "a\nb\tc", true), "a\nb\tc");
    CHECK_TEXT(text_shown(a,
                          "\xC2\x9B"
                          "5n",
                          false),
               "\xEF\xBF\xBD"
               "5n");
    CHECK_TEXT(text_shown(a, "x\xE2\x80\xAEy", false), "x\xEF\xBF\xBDy");
    CHECK_TEXT(text_shown(a, "x\xE2\x80\x8By\xEF\xBB\xBFz", false), "xyz");
    CHECK_TEXT(text_shown(a, "a\xFF\xE2\x82", false), "a\xEF\xBF\xBD\xEF\xBF\xBD");
    CHECK_TEXT(text_shown(a, "e\xCC\x81", false), "e\xCC\x81");
    CHECK_TEXT(text_shown(a, "\xCC\x81x", false), " \xCC\x81x"); /* a mark with nothing to stand on */
    CHECK_TEXT(text_shown(a, "a\n\xCC\x81", true), "a\n \xCC\x81");
    CHECK_TEXT(text_shown(a, "e\xCC\x81\xCC\x81\xCC\x81\xCC\x81\xCC\x81\xCC\x81z", false),
               "e\xCC\x81\xCC\x81\xCC\x81\xCC\x81z");
    CHECK_TEXT(text_shown(a, "a\xE2\x80\xA8z", true), "a z");
    CHECK_TEXT(text_shown(a, "\xE2\x9D\xA4\xEF\xB8\x8F", false), "\xE2\x9D\xA4");
    unsigned seed = 1;
    for (int round = 0; round < 20000;
         round++) { /* any bytes: well-formed, printable, and stable when shown again */
        char bytes[24];
        for (size_t i = 0; i < sizeof bytes - 1; i++) {
            seed = seed * 1103515245u + 12345u;
            unsigned r = seed >> 16;
            bytes[i] = (char)(round % 2 ? 0xC0 | (r & 0x3f) : r | 1);
            if (r % 3 == 0)
                bytes[i] = (char)(0x80 | (r >> 4 & 0x3f));
        }
        bytes[sizeof bytes - 1] = '\0';
        char *shown = text_shown(a, bytes, false);
        if (!text_utf8(shown, strlen(shown)) || !text_printable(shown, strlen(shown), false) ||
            strcmp(shown, text_shown(a, shown, false)) != 0)
            CHECK(!"shown text must be well-formed, printable and stable");
        if (round % 100 == 0)
            arena_reset(a);
    }
}

static void widths_are_those_of_a_terminal(void)
{
    CHECK_INT(text_columns(""), 0);
    CHECK_INT(text_columns("abc"), 3);
    CHECK_INT(text_columns("K\xC3\xB6hler"), 6);
    CHECK_INT(text_columns("Ko\xCC\x88hler"), 6);
    CHECK_INT(text_columns("\xE6\x97\xA5\xE6\x9C\xAC"), 4);
    CHECK_INT(text_columns("\xF0\x9F\x98\x80"), 2);
    size_t used = 99;
    CHECK_INT(text_fit("abc", 2, &used), 2);
    CHECK_INT(used, 2);
    CHECK_INT(text_fit("\xE6\x97\xA5\xE6\x9C\xAC", 3, &used), 3);
    CHECK_INT(used, 2);
    CHECK_INT(text_fit("e\xCC\x81x", 1, &used), 3);
    CHECK_INT(used, 1);
    CHECK_INT(text_fit("abc", 0, &used), 0);
    CHECK_INT(used, 0);
    CHECK_INT(text_fit("abc", 80, &used), 3);
    CHECK_INT(used, 3);
}

static void folding_makes_alike_what_people_take_for_the_same(struct arena *a)
{
    static const char *const pairs[][2] = {
        {"", ""},
        {"Hugh O'Reilly", "hugh o'reilly"},
        {"Leonie K\xC3\xB6hler", "leonie kohler"},
        {"Leonie Ko\xCC\x88hler", "leonie kohler"},
        {"Bj\xC3\xB8rn", "bjorn"},
        {"STRA\xC3\x9F"
         "E",
         "strasse"},
        {"\xC5\x81\xC3\xB3"
         "d\xC5\xBA",
         "lodz"},
        {"\xCE\x91\xCE\x98\xCE\x97\xCE\x9D\xCE\x91", "\xCE\xB1\xCE\xB8\xCE\xB7\xCE\xBD\xCE\xB1"},
        {"\xEF\xBC\xA1\xEF\xBC\x91", "a1"}, /* full width */
        {"\xE3\x8E\x92", "mhz"},            /* U+3392 */
        {"\xC4\xB0stanbul", "istanbul"},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        CHECK_TEXT(text_fold(a, pairs[i][0]), pairs[i][1]);
    CHECK_TEXT(text_fold(a, "A\xFFZ"), "a\xEF\xBF\xBDz");
    int changed = 0;
    for (unsigned c = 0x80; c < 0x30000; c++) {
        if (c >= 0xd800 && c < 0xe000)
            continue;
        char one[5] = "";
        if (c < 0x800)
            one[0] = (char)(0xC0 | c >> 6), one[1] = (char)(0x80 | (c & 0x3f));
        else if (c < 0x10000)
            one[0] = (char)(0xE0 | c >> 12), one[1] = (char)(0x80 | (c >> 6 & 0x3f)),
            one[2] = (char)(0x80 | (c & 0x3f));
        else
            one[0] = (char)(0xF0 | c >> 18), one[1] = (char)(0x80 | (c >> 12 & 0x3f)),
            one[2] = (char)(0x80 | (c >> 6 & 0x3f)), one[3] = (char)(0x80 | (c & 0x3f));
        const char *once = text_fold(a, one);
        changed += strcmp(once, text_fold(a, once)) != 0;
        if (c % 1024 == 0)
            arena_reset(a);
    }
    CHECK_INT(changed, 0);
}

static void words_are_runs_of_letters_and_digits(void)
{
    const char *at = "  inv-0042, o'reilly \xE6\x97\xA5\xE6\x9C\xAC!", *word;
    static const char *const want[] = {"inv", "0042", "o", "reilly", "\xE6\x97\xA5", "\xE6\x9C\xAC"};
    for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
        size_t n = text_word(&at, &word);
        CHECK_INT(n, strlen(want[i]));
        CHECK(memcmp(word, want[i], n) == 0);
    }
    CHECK_INT(text_word(&at, &word), 0);
    CHECK_INT(text_word(&at, &word), 0);
}

static void addresses_are_plausible_or_not(void)
{
    static const char *const good[] = {
        "ada@acme.test", "a.b+c@x-y.example.com",     "o'neil@a.co",
        "x@1and1.de",    "k\xC3\xB6hler@example.org", "a_b@xn--nxasmq6b.example"};
    static const char *const bad[] = {"",
                                      "ada",
                                      "@acme.test",
                                      "ada@",
                                      "ada@acme",
                                      "a@b@c.de",
                                      ".a@b.de",
                                      "a.@b.de",
                                      "a..b@c.de",
                                      "a b@c.de",
                                      "a@-b.de",
                                      "a@b-.de",
                                      "a@b..de",
                                      "a@.de",
                                      "a@b.de.",
                                      "a@127.0.0.1",
                                      "a@b_c.de",
                                      "<a@b.de>",
                                      "a@b.de\n",
                                      "a\n@b.de",
                                      "a\xFF@b.de",
                                      "a\xE2\x80\xAE@b.de",
                                      "\"a\"@b.de",
                                      "a@b.de,c@d.de",
                                      "a\xC2\xA0@b.de"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        if (!text_email(good[i]))
            CHECK_TEXT(good[i], "an address");
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (text_email(bad[i]))
            CHECK_TEXT(bad[i], "no address");
    char longest[300], local[80];
    memset(local, 'a', 65);
    strcpy(local + 65, "@b.de");
    CHECK(!text_email(local));
    CHECK(text_email(local + 1));
    size_t n = (size_t)sprintf(longest, "a@");
    while (n < 250)
        n += (size_t)sprintf(longest + n, "abc.");
    strcpy(longest + n, "de"); /* 2 + 62 × 4 + 2 = 252 */
    CHECK(text_email(longest));
    strcpy(longest + n, "defgh");
    CHECK(!text_email(longest));
    CHECK(!text_email(NULL));
}

static void words_are_found_however_they_are_spelled(void)
{
    struct arena *a = arena_open();
    static const char *const same[][3] = {{"M\xC3\xBCller", "Mueller", "MULLER"},
                                          {"S\xC3\xB6hne", "Soehne", "sohne"},
                                          {"\xC3\x85rhus", "Aarhus", "arhus"},
                                          {"S\xC3\xB8nner", "Soenner", "sonner"},
                                          {"Stra\xC3\x9F"
                                           "e",
                                           "STRASSE", "strasse"},
                                          {"Post\xC2\xAD"
                                           "box",
                                           "Post\xE2\x80\x8D"
                                           "box",
                                           "post\xE2\x81\xA0"
                                           "box"}};
    for (size_t i = 0; i < sizeof same / sizeof *same; i++)
        for (size_t k = 1; k < 3; k++)
            CHECK_TEXT(text_search(a, same[i][k]), text_search(a, same[i][0]));
    const char *at = "\xE6\x97\xA5\xE6\x9C\xAC"
                     "x1 y",
               *word; /* two Han characters, then "x1" */
    CHECK_INT(text_word(&at, &word), 3);
    CHECK_INT(text_word(&at, &word), 3);
    CHECK_INT(text_word(&at, &word), 2);
    CHECK_INT(text_word(&at, &word), 1);
    CHECK_INT(text_word(&at, &word), 0);
    arena_close(a);
}

static void blank_text_is_nothing(void)
{
    static const char *const blank[] = {"",
                                        " ",
                                        "\t\n ",
                                        "\xC2\xA0" /* no-break space */,
                                        "\xE2\x80\x8B" /* zero width space */,
                                        "\xE3\x80\x80" /* ideographic space */,
                                        "\xE2\x81\xA0" /* word joiner */,
                                        "\xC2\xAD" /* soft hyphen */,
                                        "\xE2\x80\x8F" /* right-to-left mark */,
                                        "\xEF\xB8\x8F" /* variation selector */,
                                        "\xE1\x85\x9F" /* Hangul filler */,
                                        "\xF3\xA0\x80\xA0" /* tag space */,
                                        " \xC2\xA0\xE2\x80\x8B "};
    for (size_t i = 0; i < sizeof blank / sizeof *blank; i++)
        CHECK(text_blank(blank[i], strlen(blank[i])));
    static const char *const text[] = {".",
                                       " x",
                                       "\xCC\x81",
                                       ("\xE2\x80\x8B"
                                        "a"),
                                       "\xFF",
                                       "\xE6\x97\xA5"};
    for (size_t i = 0; i < sizeof text / sizeof *text; i++)
        CHECK(!text_blank(text[i], strlen(text[i])));
    static const char around[] = "\xE2\x80\x8B a\xC2\xA0"
                                 "b \xEF\xBB\xBF";
    size_t size = sizeof around - 1;
    const char *inner = text_trimmed(around, &size);
    CHECK_INT(size, 4);
    CHECK(memcmp(inner,
                 "a\xC2\xA0"
                 "b",
                 4) == 0);
}

static void a_text_is_cut_between_characters(void)
{
    static const struct {
        const char *text;
        size_t bytes, left;
    } cases[] = {
        {"", 0, 0},
        {"", 5, 0},
        {"abc", 0, 0},
        {"abc", 2, 2},
        {"abc", 3, 3},
        {"abc", 9, 3},
        {"a\xC3\xA9z", 1, 1},
        {"a\xC3\xA9z", 2, 1},
        {"a\xC3\xA9z", 3, 3},
        {"a\xC3\xA9z", 4, 4},
        {"\xE7\xB4\x99", 1, 0},
        {"\xE7\xB4\x99", 2, 0},
        {"\xE7\xB4\x99", 3, 3},
        {"\xF0\x9F\x98\x80\xF0\x9F\x98\x80", 7, 4},
        {"\xF0\x9F\x98\x80\xF0\x9F\x98\x80", 8, 8},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t n = text_cut(cases[i].text, cases[i].bytes);
        CHECK_INT(n, cases[i].left);
        CHECK(text_utf8(cases[i].text, n));
    }
}

/* Eight bytes are looked at together: a bad one is found wherever among them it stands. */
static void a_bad_byte_is_found_at_every_place(void)
{
    char text[40];
    for (size_t size = 1; size < sizeof text; size++)
        for (size_t at = 0; at < size; at++) {
            memset(text, 'a', size);
            CHECK(text_utf8(text, size));
            text[at] = (char)0xC3;
            CHECK(!text_utf8(text, size));
            if (at + 1 < size) {
                text[at + 1] = (char)0xA9;
                CHECK(text_utf8(text, size));
            }
        }
}

static void a_line_of_a_file_loses_the_blanks_around_it(void)
{
    char texts[][16] = {" \t a  b\r\n", "a", " \r\n\t", ""};
    static const char *const left[] = {"a  b", "a", "", ""};
    for (size_t i = 0; i < sizeof left / sizeof *left; i++)
        CHECK_TEXT(text_trim(texts[i]), left[i]);
}

int main(void)
{
    a_line_of_a_file_loses_the_blanks_around_it();
    a_text_is_cut_between_characters();
    a_bad_byte_is_found_at_every_place();
    words_are_found_however_they_are_spelled();
    blank_text_is_nothing();
    struct arena *a = arena_open();
    only_shortest_form_utf8_is_well_formed();
    control_and_bidi_characters_are_not_printable();
    nothing_shown_can_drive_a_terminal(a);
    widths_are_those_of_a_terminal();
    folding_makes_alike_what_people_take_for_the_same(a);
    words_are_runs_of_letters_and_digits();
    addresses_are_plausible_or_not();
    arena_close(a);
    return test_end();
}
