#include "common/address.h"
#include "common/text.h"
#include "tests/unit/test.h"

static struct arena *a;

static void check_same(const char *one, const char *other)
{
    if (!address_same(one, other))
        fprintf(stderr, "\"%s\" is not \"%s\"\n", one, other);
    CHECK(address_same(one, other));
    CHECK_TEXT(address_canonical(a, one), address_canonical(a, other));
    CHECK_TEXT(address_key(a, one), address_key(a, other));
}

static void spellings_of_one_address_are_one(void)
{
    check_same("zoe@x.example", " Zoe@X.example ");
    check_same("zoe@x.example", "\xC2\xA0zoe@x.example\xE2\x80\x8B\n");
    check_same("zoe@münchen.example", "zoe@xn--mnchen-3ya.example");
    check_same("ZOE@MÜNCHEN.example", "zoe@XN--MNCHEN-3YA.EXAMPLE");
    check_same("zoe@mu\xCC\x88nchen.example", "zoe@münchen.example");
    check_same("ÜNAL@x.example", "ünal@x.example");
    check_same("a@例え.テスト", "a@xn--r8jz45g.xn--zckzah");
}

static void different_addresses_stay_different(void)
{
    static const char *const pairs[][2] = {{"jose@x.example", "josé@x.example"},
                                           {"zoe@munchen.example", "zoe@münchen.example"},
                                           {"zoe@x.example", "zoe@y.example"},
                                           {"zoe@x.example", "z.oe@x.example"},
                                           {"strauß@x.example", "strauss@x.example"},
                                           {"zoe@faß.example", "zoe@fass.example"},
                                           {"zoe", "zoe@x.example"}};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        CHECK(!address_same(pairs[i][0], pairs[i][1]));
    CHECK(!address_same(NULL, "a@x.example"));
    CHECK(!address_same("a@x.example", NULL));
}

static void the_key_of_an_address_in_ascii_is_what_it_always_was(void)
{
    static const char *const kept[] = {"Zoe@X.example", "josé@x.example",   "a.b+c@sub.domain-x.example",
                                       "no address",    "x@ab--cd.example", "x@xn--zzzzzz.example"};
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
        CHECK_TEXT(address_key(a, kept[i]), text_fold(a, kept[i]));
}

static void check_wrong(const char *address, const char *says)
{
    const char *why = address_wrong(address);
    if (!why || !strstr(why, says))
        fprintf(stderr, "\"%s\": %s\n", address, why ? why : "(fine)");
    CHECK(why && strstr(why, says));
    CHECK(!text_email(address));
}

static void what_is_wrong_is_said(void)
{
    char label[128] = "a@", whole[400] = "a@";
    memset(label + 2, 'x', 64);
    strcpy(label + 66, ".example");
    check_wrong(label, "longer than 63");
    for (int i = 0; i < 70; i++)
        strcat(whole, "abc.");
    strcat(whole, "example");
    check_wrong(whole, "longer than 254");
    strcpy(whole, "a@");
    for (int i = 0; i < 64; i++)
        strcat(whole, "ü");
    strcat(whole, ".example");
    check_wrong(whole, "longer than 63");
    CHECK(address_wrong("a@bücher.example") == NULL);
    check_wrong("a@xn--zzzzzz.example", "xn--");
    check_wrong("a@xn--.example", "");
    check_wrong("a@\xD7\x90"
                "a.example",
                "directions");
    check_wrong("a@exa mple.example", "character");
    check_wrong("a@ex\xC3\xA4_x.example", "character");
    check_wrong("a@example", "one part");
    check_wrong("a@x..example", "empty part");
    check_wrong("a@-x.example", "hyphen");
    check_wrong("a@10.0.0.1", "number");
    check_wrong("zoe", "no @");
    check_wrong("@x.example", "before the @");
    check_wrong("a..b@x.example", "before the @");
    check_wrong("a b@x.example", "before the @");
    check_wrong("a@\xFF.example", "UTF-8");
}

static void envelopes_are_ascii(void)
{
    CHECK_TEXT(address_envelope(a, "Zoe@münchen.example"), "Zoe@xn--mnchen-3ya.example");
    CHECK_TEXT(address_envelope(a, " Zoe@X.example"), "Zoe@X.example");
    CHECK(!address_envelope(a, "zoë@x.example"));
    CHECK(!address_envelope(a, "zoe"));
    CHECK(!address_envelope(a, NULL));
}

static void hostile_bytes_do_no_harm(void)
{
    char long_one[2000];
    memset(long_one, 'a', sizeof long_one - 1);
    long_one[sizeof long_one - 1] = '\0';
    long_one[5] = '@';
    static const char *const hostile[] = {
        "", "@", "@@@", "\xFF@\xFF", "a@\xF4\x90\x80\x80.example", "a@.", "a@xn--\xFF.x"};
    for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++) {
        CHECK(address_wrong(hostile[i]));
        CHECK(address_canonical(a, hostile[i]));
        CHECK(address_key(a, hostile[i]));
        CHECK(!address_envelope(a, hostile[i]));
    }
    CHECK(address_wrong(long_one));
    CHECK(address_key(a, long_one));
}

int main(void)
{
    a = arena_open();
    spellings_of_one_address_are_one();
    different_addresses_stay_different();
    the_key_of_an_address_in_ascii_is_what_it_always_was();
    what_is_wrong_is_said();
    envelopes_are_ascii();
    hostile_bytes_do_no_harm();
    arena_close(a);
    return test_end();
}
