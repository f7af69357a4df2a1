/* The words of a command over SSH: what quotes mean, what is refused, and anything at all. */
#include "tests/unit/test.h"
#include "tui/word/ssh_words.h"
#include <stdlib.h>

/* Words joined with "|", or the refusal's sentence after a byte 1. */
static const char *read_words(struct arena *a, const char *text, size_t size)
{
    struct door_words w;
    struct refusal why = {0};
    char *exact = malloc(size + 1); /* so that a sanitizer sees one byte too far */
    memcpy(exact, text, size);
    enum err e = door_words(a, exact, size, &w, &why);
    free(exact);
    if (e)
        return arena_printf(a, "\001%s", why.detail);
    const char *all = "";
    CHECK(w.v[w.n] == NULL);
    for (int i = 0; i < w.n; i++)
        all = arena_printf(a, "%s%s%s", all, i ? "|" : "", w.v[i]);
    return all;
}

static void words_are_what_people_expect(void)
{
    static const struct {
        const char *text, *words;
    } rows[] = {
        {"", ""},
        {"   \t ", ""},
        {"invoices", "invoices"},
        {"  invoices   --unpaid\t--json ", "invoices|--unpaid|--json"},
        {"estimate accept EST-1 'Maria Ruiz'", "estimate|accept|EST-1|Maria Ruiz"},
        {"comment INV-1 \"it's late\"", "comment|INV-1|it's late"},
        {"comment INV-1 'she said \"no\"'", "comment|INV-1|she said \"no\""},
        {"a 'b'\"c\"d e", "a|bcd|e"},
        {"'' \"\" x", "||x"},
        {"a\\ b \\'c\\\" \\\\", "a b|'c\"|\\"},
        {"\"a\\\"b\\\\c\\$d\\`e\"", "a\"b\\c$d`e"},
        {"\"a\\nb\" 'a\\nb' a\\nb", "a\\nb|a\\nb|anb"},
        {"'a\tb'", "a\tb"},
        {"K\xC3\xB6ln \\\xC3\xA9 '\xE6\x97\xA5'", "K\xC3\xB6ln|\xC3\xA9|\xE6\x97\xA5"},
    };
    struct arena *a = arena_open();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        CHECK_TEXT(read_words(a, rows[i].text, strlen(rows[i].text)), rows[i].words);
    arena_close(a);
}

static void nothing_is_expanded_and_nothing_is_run(void)
{
    static const char *const texts[] = {
        "invoices;reboot", "$(reboot)", "`reboot`", "${HOME}", "$HOME", "~",   "*",  "a|b", "a&&b",
        ">file",           "<file",     "{a,b}",    "#no",     "!1",    "a=b", "(x)"};
    struct arena *a = arena_open();
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        CHECK_TEXT(read_words(a, texts[i], strlen(texts[i])), texts[i]);
        const char *inside = arena_printf(a, "\"%s\"", texts[i]);
        CHECK_TEXT(read_words(a, inside, strlen(inside)), texts[i]);
    }
    arena_close(a);
}

static void what_belongs_to_no_command_is_refused_with_its_place(void)
{
    static const struct {
        const char *text;
        size_t size;
        const char *says;
    } rows[] = {
        {"a 'b", 4, "the quote ' at character 3 is not closed"},
        {"\xC3\xA9 \"b\\\"", 7, "the quote \" at character 3 is not closed"},
        {"ab\\", 3, "it ends with a backslash"},
        {"a\nb", 3, "character 2 is a control character (a line break)"},
        {"'a\nb'", 5, "character 3 is a control character (a line break)"},
        {"a\0b", 3, "character 2 is a control character;"},
        {"\0", 1, "character 1 is a control character;"},
        {"\x1b[2J", 4, "character 1 is a control character;"},
        {"a\x7f", 2, "character 2 is a control character;"},
        {"a\rb", 3, "character 2 is a control character;"},
        {"\xC2\x9B", 2, "a control character"},
        {"\xE2\x80\xAE", 3, "a control character"},
        {"\xFF", 1, "UTF-8"},
        {"\xC3", 1, "UTF-8"},
        {"\xED\xA0\x80", 3, "UTF-8"},
    };
    struct arena *a = arena_open();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *got = read_words(a, rows[i].text, rows[i].size);
        CHECK(*got == 1 && strstr(got, rows[i].says));
    }
    arena_close(a);
}

static void sizes_are_bounded(void)
{
    struct arena *a = arena_open();
    char *text = malloc(DOOR_COMMAND_MOST + 1);
    memset(text, 'x', DOOR_COMMAND_MOST + 1);
    CHECK_INT(strlen(read_words(a, text, DOOR_COMMAND_MOST)), DOOR_COMMAND_MOST);
    CHECK(strstr(read_words(a, text, DOOR_COMMAND_MOST + 1), "at most 65536 bytes"));
    for (size_t i = 1; i < DOOR_COMMAND_MOST; i += 2)
        text[i] = ' ';
    CHECK(strstr(read_words(a, text, DOOR_COMMAND_MOST), "at most 500 words"));
    CHECK_INT(strlen(read_words(a, text, 2 * DOOR_WORDS_MOST)), 2 * DOOR_WORDS_MOST - 1);
    free(text);
    arena_close(a);
}

/* What a person would write to mean exactly these bytes. */
static size_t quote(const char *word, char *out, int how)
{
    size_t n = 0;
    out[n++] = how == 0 ? '\'' : '"';
    for (; *word; word++) {
        if (how == 0 && *word == '\'') {
            memcpy(out + n, "'\\''", 4);
            n += 4;
            continue;
        }
        if (how == 1 && strchr("\"\\$`", *word))
            out[n++] = '\\';
        out[n++] = *word;
    }
    out[n++] = how == 0 ? '\'' : '"';
    return n;
}

static void what_was_quoted_comes_back(void)
{
    static const char letters[] = "ab '\"\\$`;|&<>()*?~#!\t\xC3\xA9";
    struct arena *a = arena_open();
    unsigned seed = 12345;
    for (int round = 0; round < 3000; round++) {
        char words[3][40], text[400];
        size_t n = 0;
        for (int w = 0; w < 3; w++) {
            size_t at = 0;
            for (unsigned left = (seed = seed * 1103515245u + 12345u) >> 16 & 15; left; left--) {
                seed = seed * 1103515245u + 12345u;
                unsigned pick = (seed >> 16) % (sizeof letters - 2);
                words[w][at++] = letters[pick];
                if (letters[pick] == '\xC3')
                    words[w][at++] = '\xA9';
            }
            words[w][at] = '\0';
            n += quote(words[w], text + n, (int)(seed >> 20 & 1));
            text[n++] = ' ';
        }
        CHECK_TEXT(read_words(a, text, n), arena_printf(a, "%s|%s|%s", words[0], words[1], words[2]));
        arena_reset(a);
    }
    arena_close(a);
}

/* Any bytes: words come out no longer than what went in, or a refusal with a sentence. */
static void any_bytes_end_well(void)
{
    static const char common[] = "'\"\\ \t ab;$`-=\0\n\xC3\xA9\x1b";
    struct arena *a = arena_open();
    unsigned seed = 99;
    for (int round = 0; round < 20000; round++) {
        char text[64];
        size_t size = (seed = seed * 1103515245u + 12345u) >> 16 & 63;
        for (size_t i = 0; i < size; i++) {
            seed = seed * 1103515245u + 12345u;
            text[i] = seed & 0x8000000u ? common[(seed >> 16) % (sizeof common - 1)] : (char)(seed >> 16);
        }
        const char *got = read_words(a, text, size);
        CHECK(*got == 1 ? strlen(got) > 10 : strlen(got) <= size);
        arena_reset(a);
    }
    arena_close(a);
}

int main(void)
{
    words_are_what_people_expect();
    nothing_is_expanded_and_nothing_is_run();
    what_belongs_to_no_command_is_refused_with_its_place();
    sizes_are_bounded();
    what_was_quoted_comes_back();
    any_bytes_end_well();
    return test_end();
}
