/* Which passwords are taken. */
#include "server/core/password_check.h"
#include "server/core/secret.h"
#include "tests/unit/test.h"
#include <string.h>
#include <time.h>

static struct arena *arena;
static const struct password_about maria = {
    {"Maria Ruiz", "m.ruiz@bodega-sur.test", "Northwind Paper Ltd", "northwind", "Bodega Sur S.L."}};

static bool taken(const char *password)
{
    struct refusal why;
    return password_check(arena, password, &maria, "password", &why) == OK;
}

static void good_ones_of_any_kind_are_taken(void)
{
    static const char *const good[] = {"correct horse battery staple",
                                       "lantern gravel",
                                       "two words here",
                                       "ein kleiner Text",
                                       "\xc3\xbc"
                                       "berm\xc3\xbctige K\xc3\xa4tzchen",
                                       "xkqzjvbwpa",
                                       "8302947561",
                                       "Tr0ub4dor&3x",
                                       "my cat Tom hates rain",
                                       "\xe6\xad\xa3\xe3\x81\x97\xe3\x81\x84\xe9\xa6\xac\xe9\x9b\xbb\xe6\xb1"
                                       "\xa0\xe3\x83\x9b\xe3\x83\x81\xe3\x82\xad\xe3\x82\xb9"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        if (!taken(good[i]))
            CHECK_TEXT(good[i], "taken");
}

static void common_ones_and_patterns_are_not(void)
{
    static const char *const bad[] = {
        "password123",          "Password123!",  "p@ssw0rd123",        "PASSWORDPASSWORD", "password 1985",
        "tangerine1",           "administrator", "iloveyou12",         "welcome2024",      "baseball2020",
        "superman99!",          "monkey monkey", "swordfishswordfish", "1234567890",       "0987654321",
        "12345678901234567890", "qwertyuiop",    "qwertzuiop",         "1q2w3e4r5t6y",     "zaq12wsxcde3",
        "aaaaaaaaaaaaaaaaaaaa", "abcabcabcabc",  "abcdefghij",         "          ",       "..........",
        "2024202420242024"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (taken(bad[i]))
            CHECK_TEXT(bad[i], "not taken");
}

static void what_is_known_about_the_person_does_not_count(void)
{
    static const char *const bad[] = {"mariaruiz1234",          "MariaRuiz1985",  "M4r1a.Ru1z.99",
                                      "bodega-sur.test",        "northwindpaper", "Northwind2024!",
                                      "m.ruiz@bodega-sur.test", "María Ruíz 1"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (taken(bad[i]))
            CHECK_TEXT(bad[i], "not taken");
    struct refusal why;
    CHECK_INT(password_check(arena, "Northwind lantern", NULL, "password", &why), OK);
}

static void length_is_counted_in_characters_and_bounded(void)
{
    struct refusal why;
    char most[PASSWORD_MOST + 2];
    for (size_t i = 0; i < sizeof most; i++)
        most[i] = "the quick brown fox jumps over a lazy dog "[i % 42];
    most[PASSWORD_MOST + 1] = '\0';
    CHECK_INT(password_check(arena, most, NULL, "new", &why), ERR_INVALID);
    CHECK_TEXT(why.field, "new");
    most[PASSWORD_MOST] = '\0';
    CHECK_INT(password_check(arena, most, NULL, "new", &why), OK);
    CHECK(!taken("kx#8vQz!p")); /* nine */
    CHECK(!taken("\xc3\xa4\xc3\xb6\xc3\xbc\xc3\x9f\xc3\xa9"));
}

static void the_same_text_in_another_normal_form_is_the_same_password(void)
{
    const char *hash;
    CHECK_INT(secret_password_hash(arena, "a@b.test", "Caf\xc3\xa9 Zo\xc3\xab lantern", &hash), OK);
    CHECK(secret_password_verify(hash, "Cafe\xcc\x81 Zoe\xcc\x88 lantern"));
    CHECK(!secret_password_verify(hash, "Cafe Zoe lantern"));
}

static const char *hashed(const char *address, const char *password)
{
    const char *hash = NULL;
    CHECK_INT(secret_password_hash(arena, address, password, &hash), OK);
    return hash;
}

static void each_of_an_address_is_compared_for_itself(void)
{
    const char *of[] = {hashed("ann@b.test", "first lantern"),
                        NULL,
                        hashed("Ann@B.test", "second lantern"),
                        "",
                        hashed("ann@b.test", "first lantern"),
                        hashed("ben@b.test", "second lantern"), /* of another address: another salt */
                        "$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHRzYWx0c2FsdA$bm9uc2Vuc2U",
                        "no hash at all"};
    bool same[8];
    secret_password_try(of, 8, "second lantern", same);
    for (size_t i = 0; i < 8; i++)
        CHECK_INT(same[i], i == 2 || i == 5);
    secret_password_try(of, 8, "first lantern", same);
    for (size_t i = 0; i < 8; i++)
        CHECK_INT(same[i], i == 0 || i == 4);
    secret_password_try(of, 0, "first lantern", same);
    CHECK(strncmp(of[0], of[2], 53) == 0 && strcmp(of[0], of[2]) != 0);
    CHECK(strncmp(of[0], of[5], 53) != 0);
}

/* ns of processor; the least of three. */
static int64_t time_of(const char *const hashes[], size_t n)
{
    int64_t least = INT64_MAX;
    bool same[10];
    for (int i = 0; i < 3; i++) {
        struct timespec from, to;
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &from);
        secret_password_try(hashes, n, "wrong lantern", same);
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &to);
        int64_t took = (to.tv_sec - from.tv_sec) * INT64_C(1000000000) + to.tv_nsec - from.tv_nsec;
        least = took < least ? took : least;
    }
    return least;
}

static void ten_of_an_address_take_as_long_as_none(void)
{
    const char *of[10];
    for (size_t i = 0; i < 10; i++)
        of[i] = hashed("ann@b.test", i % 2 ? "first lantern" : "second lantern");
    int64_t none = time_of(NULL, 0), ten = time_of(of, 10);
    CHECK(ten < 3 * none && none < 3 * ten); /* ten times as long otherwise */
}

/* Who writes the domain in letters signs in as who writes it in the spelling of the network does, so both have one salt. */
static void every_spelling_of_an_address_has_one_salt(void)
{
    static const char *const spelled[][2] = {
        {"Ann@B.test ", "ann@b.test"},
        {"zo\xc3\xab@b.test", "ZO\xc3\x8b@b.test"},
        {"zo\xc3\xab@b.test", "zoe\xcc\x88@b.test"},
        {"ann@m\xc3\xbcnchen.example", "ann@xn--mnchen-3ya.example"},
        {"ann@M\xc3\x9cNCHEN.example", "Ann@XN--Mnchen-3ya.Example"},
    };
    for (size_t i = 0; i < sizeof spelled / sizeof *spelled; i++)
        CHECK_TEXT(hashed(spelled[i][0], "first lantern"), hashed(spelled[i][1], "first lantern"));
    CHECK(strcmp(hashed("zo\xc3\xab@b.test", "first lantern"), hashed("zoe@b.test", "first lantern")) != 0);
}

static void a_hash_of_another_key_or_other_parameters_is_outdated_and_still_good(void)
{
    static const uint8_t before[32] = {1}, now[32] = {2};
    CHECK_INT(secret_use(before), OK);
    const char *hash = hashed("ann@b.test", "first lantern");
    CHECK(!secret_password_outdated(hash, " ANN@b.test"));
    CHECK(secret_password_outdated(hash, "ben@b.test"));
    CHECK_INT(secret_use(now), OK);
    CHECK(secret_password_outdated(hash, "ann@b.test"));
    CHECK(secret_password_verify(hash, "first lantern"));
    CHECK(secret_password_outdated("$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHRzYWx0c2FsdA$bm9uc2Vuc2U",
                                   "ann@b.test"));
    CHECK(!secret_password_outdated(hashed("ann@b.test", "first lantern"), "ann@b.test"));
}

int main(void)
{
    CHECK_INT(secret_start(), OK);
    arena = arena_open();
    good_ones_of_any_kind_are_taken();
    common_ones_and_patterns_are_not();
    what_is_known_about_the_person_does_not_count();
    length_is_counted_in_characters_and_bounded();
    the_same_text_in_another_normal_form_is_the_same_password();
    each_of_an_address_is_compared_for_itself();
    ten_of_an_address_take_as_long_as_none();
    every_spelling_of_an_address_has_one_salt();
    a_hash_of_another_key_or_other_parameters_is_outdated_and_still_good();
    arena_close(arena);
    return test_end();
}
