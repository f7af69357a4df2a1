/* Bytes → keys: whole, split at every byte, hostile. */
#include "tests/unit/test.h"
#include "tui/full/keystroke.h"

static struct keys *k;
static struct key key;

/* All keys of some bytes, fed at once at time 0 and asked again at `then`; as a text of names. */
static const char *names(const char *bytes, size_t size, int64_t then)
{
    static char out[512];
    char name[KEY_LABEL];
    out[0] = '\0';
    k = keys_open(25);
    keys_feed(k, bytes, size, 0);
    for (int64_t now = 0; now <= then; now += then ? then : 1)
        while (keys_next(k, &key, now)) {
            strcat(out, *out ? " " : "");
            if (key.code == K_PASTE)
                strcat(strcat(strcat(out, "<"), key.paste), ">");
            else
                strcat(out, key_label(name, key.code));
        }
    keys_close(k);
    return out;
}
#define NAMES(text, then) names(text, sizeof(text) - 1, then)

static void ordinary_keys(void)
{
    CHECK_TEXT(NAMES("aé東\r\n\t\x7f\x08\x0e", 0), "a é 東 Enter Enter Tab Backspace Backspace Ctrl-N");
    CHECK_TEXT(NAMES("\033[A\033[B\033OC\033OD\033[H\033OF\033[5~\033[6~\033[3~\033[Z", 0),
               "↑ ↓ → ← Home End PgUp PgDn Delete S-Tab");
    CHECK_TEXT(NAMES("\033[1;5D\033[1;5C\033[1;3D\033b\033f", 0), "Ctrl-← Ctrl-→ Ctrl-← Ctrl-← Ctrl-→");
    CHECK_TEXT(NAMES("\033OP\033[12~\033[[C\033[24~\033[7~\033[8~", 0), "F1 F2 F3 F12 Home End");
}

static void escape_alone_waits_and_then_is_a_key(void)
{
    k = keys_open(25);
    keys_feed(k, "\033", 1, 100);
    CHECK(!keys_next(k, &key, 100));
    CHECK_INT(keys_wait(k, 110), 15);
    CHECK(!keys_next(k, &key, 124));
    CHECK(keys_next(k, &key, 125) && key.code == K_ESC);
    CHECK_INT(keys_wait(k, 125), -1);
    keys_close(k);
    CHECK_TEXT(NAMES("\033q", 0), "Esc q"); /* two keys, not one command */
    CHECK_TEXT(NAMES("\033\033", 25), "Esc Esc");
}

static void sequences_split_at_every_byte_are_the_same_key(void)
{
    static const char *const whole[] = {"\033[A", "\033[1;5C", "\033OH", "\033[24~", "é", "東", "😀"};
    for (size_t i = 0; i < sizeof whole / sizeof *whole; i++)
        for (size_t cut = 1; cut < strlen(whole[i]); cut++) {
            struct key one, other;
            k = keys_open(25);
            keys_feed(k, whole[i], strlen(whole[i]), 0);
            CHECK(keys_next(k, &one, 0));
            keys_close(k);
            k = keys_open(25);
            keys_feed(k, whole[i], cut, 0);
            CHECK(!keys_next(k, &other, 10));
            keys_feed(k, whole[i] + cut, strlen(whole[i]) - cut, 10);
            CHECK(keys_next(k, &other, 10));
            CHECK_INT(other.code, one.code);
            CHECK(!keys_next(k, &other, 1000));
            keys_close(k);
        }
}

/* A slow line: Esc was taken for a key, then the rest of the arrow comes. */
static void the_rest_of_a_split_key_is_no_text(void)
{
    static const char *const rests[] = {"[A", "OB", "[1;5C", "[24~"};
    for (size_t i = 0; i < sizeof rests / sizeof *rests; i++) {
        k = keys_open(25);
        keys_feed(k, "\033", 1, 0);
        CHECK(keys_next(k, &key, 25) && key.code == K_ESC);
        keys_feed(k, rests[i], strlen(rests[i]), 75);
        CHECK(!keys_next(k, &key, 75));
        keys_feed(k, "x", 1, 80);
        CHECK(keys_next(k, &key, 80) && key.code == 'x');
        keys_close(k);
    }
    k = keys_open(25); /* what comes later, or is nobody's key, was typed */
    keys_feed(k, "\033", 1, 0);
    CHECK(keys_next(k, &key, 25) && key.code == K_ESC);
    keys_feed(k, "[A", 2, 600);
    CHECK(keys_next(k, &key, 600) && key.code == '[');
    CHECK(keys_next(k, &key, 600) && key.code == 'A');
    keys_feed(k, "\033", 1, 700);
    CHECK(keys_next(k, &key, 725) && key.code == K_ESC);
    keys_feed(k, "Ox", 2, 750);
    CHECK(keys_next(k, &key, 750) && key.code == 'O');
    CHECK(keys_next(k, &key, 750) && key.code == 'x');
    keys_feed(k, "\033", 1, 800);
    CHECK(keys_next(k, &key, 825) && key.code == K_ESC);
    keys_feed(k, "O", 1, 850);
    CHECK(!keys_next(k, &key, 850));
    CHECK_INT(keys_wait(k, 850), 25);
    CHECK(keys_next(k, &key, 875) && key.code == 'O');
    CHECK_INT(keys_wait(k, 875), -1);
    keys_close(k);
}

static void hostile_bytes_are_no_keys(void)
{
    CHECK_TEXT(NAMES("\033[99;99;99;99;99;99Xa", 0), "a");
    CHECK_TEXT(NAMES("\033]52;c;QQ==\ax", 0), "x");
    CHECK_TEXT(NAMES("\033P1$r0m\033\\x", 0), "x");
    CHECK_TEXT(NAMES("\033[?64;1;2cx", 0), "x"); /* a late answer of a terminal */
    CHECK_TEXT(NAMES("\033[12;40Rx", 0), "F3 x");
    CHECK_TEXT(NAMES("\xff\xc0\x80\xed\xa0\x80y", 0), "y");
    CHECK_TEXT(NAMES("\033[\033[A", 0), "↑");
    CHECK_TEXT(NAMES("\033[1;", 600), "");
    CHECK_TEXT(NAMES("\xe6\x9d", 600), "");
    CHECK_TEXT(
        NAMES("\033[111111111111111111111111111111111111111111111111111111111111111111111111111111", 0),
        "1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1");
}

static void paste_is_one_event(void)
{
    CHECK_TEXT(NAMES("a\033[200~two\nlines\033[A q\033[201~b", 0), "a <two\nlines\033[A q> b");
    CHECK_TEXT(NAMES("\033[200~\033[201~b", 0), "b");
    CHECK_TEXT(NAMES("\033[200~one\033[201~\033[200~two\033[201~\033[200~\033[201~b", 0), "<one> <two> b");
    CHECK_TEXT(NAMES("\033[200~no end", 4000), "<no end>");
    k = keys_open(25);
    static const char split[] = "\033[200~abc\033[201~";
    int pastes = 0;
    for (size_t i = 0; i < sizeof split - 1; i++) {
        keys_feed(k, &split[i], 1, (int64_t)i);
        while (keys_next(k, &key, (int64_t)i)) {
            CHECK_INT(key.code, K_PASTE);
            CHECK_TEXT(key.paste, "abc");
            pastes++;
        }
    }
    CHECK_INT(pastes, 1);
    keys_close(k);
}

static void the_mouse_speaks_only_sgr(void)
{
    k = keys_open(25);
    keys_feed(k, "\033[<0;5;7M\033[<0;5;7m\033[<64;1;1M\033[<65;1;1M", 38, 0);
    CHECK(keys_next(k, &key, 0) && key.code == K_CLICK && key.column == 4 && key.row == 6);
    CHECK(keys_next(k, &key, 0) && key.code == K_WHEEL_UP);
    CHECK(keys_next(k, &key, 0) && key.code == K_WHEEL_DOWN);
    CHECK(!keys_next(k, &key, 0));
    keys_close(k);
}

static void an_answer_without_an_end_is_given_up(void)
{
    k = keys_open(25);
    keys_feed(k, "\033P", 2, 0); /* Alt-P, too, begins one */
    CHECK(!keys_next(k, &key, 0));
    CHECK_INT(keys_wait(k, 100), 400);
    CHECK(!keys_next(k, &key, 500));
    CHECK_INT(keys_wait(k, 500), -1); /* or else the loop would never sleep again */
    keys_feed(k, "a", 1, 600);
    CHECK(keys_next(k, &key, 600) && key.code == 'a');
    keys_close(k);
}

int main(void)
{
    ordinary_keys();
    escape_alone_waits_and_then_is_a_key();
    sequences_split_at_every_byte_are_the_same_key();
    the_rest_of_a_split_key_is_no_text();
    hostile_bytes_are_no_keys();
    paste_is_one_event();
    an_answer_without_an_end_is_given_up();
    the_mouse_speaks_only_sgr();
    return test_end();
}
