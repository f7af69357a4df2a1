/* Guessing is slowed for one source at one account, mildly for all, and nobody is kept out for good (docs/decisions/guessing.md). */
#include "server/core/limits.h"
#include "server/ops/tries.h"
#include "server/core/secret.h"
#include "tests/unit/test.h"

static int64_t now = 1800000000000;
static int account_number; /* each test has accounts of its own */
static char account[40];

static struct tries from(const char *source)
{
    return (struct tries){.portal = "acme", .account = account, .source = source, .now = now};
}
static void another_account(void)
{
    snprintf(account, sizeof account, "person%d@test", ++account_number);
}
/* Each of a network of its own, … */
static const char *source_number(int n)
{
    static char text[60];
    snprintf(text, sizeof text, "2001:%x:%x:1::/64", account_number & 0xffff, n);
    return text;
}
/* … or many of one. */
static const char *neighbour_number(int n)
{
    static char text[60];
    snprintf(text, sizeof text, "2001:%x:0:%x::/64", account_number & 0xffff, n);
    return text;
}
static bool slowed(struct tries t)
{
    struct refusal why = {0};
    enum err e = tries_check(&t, &why);
    CHECK(e == OK || e == ERR_SLOW_DOWN);
    return e == ERR_SLOW_DOWN;
}
/* Fails as often as it is let, up to `most`. */
static int guess(struct tries t, int most)
{
    int n = 0;
    while (n < most && !slowed(t)) {
        tries_failed(&t);
        n++;
    }
    return n;
}

static void one_source_has_five_and_then_longer_and_longer_pauses(void)
{
    another_account();
    CHECK_INT(guess(from("a"), 100), LIMIT_TRIES_FREE);
    int64_t pause = LIMIT_TRIES_PAUSE_MS;
    for (int i = 0; i < 8; i++) {
        now += pause - 1;
        CHECK(slowed(from("a")));
        now += 1;
        CHECK_INT(guess(from("a"), 100), 1);
        pause = pause * 2 < LIMIT_TRIES_PAUSE_MAX_MS ? pause * 2 : LIMIT_TRIES_PAUSE_MAX_MS;
    }
    CHECK(!slowed(from("b")));
    now += LIMIT_TRIES_FORGET_MS + 1;
    CHECK_INT(guess(from("a"), 100), LIMIT_TRIES_FREE);
}

static void everywhere_together_are_slowed_to_a_turn_for_each_network(void)
{
    int n = 0;
    another_account();
    for (int i = 0; i < 100; i++)
        n += guess(from(neighbour_number(i)), 100);
    CHECK_INT(n, LIMIT_TRIES_ACCOUNT_FREE);
    n = 0;
    for (int i = 100; i < 120; i++)
        n += guess(from(source_number(i)), 100);
    CHECK_INT(n, 20);
    for (int i = 200; i < 220; i++) {
        CHECK(slowed(from(neighbour_number(i))));
        now += LIMIT_TRIES_PAUSE_MAX_MS;
        CHECK_INT(guess(from(neighbour_number(i)), 100), 1);
    }
}

/* For a day, whenever they are let. */
static void whoever_guesses_for_a_day_never_refuses_the_owner_at_a_new_place(void)
{
    int refused = 0, guesses = 0;
    another_account();
    for (int minute = 0; minute < 24 * 60; minute++, now += 60000) {
        for (int i = 0; i < 60; i++) {
            guesses += guess(from(neighbour_number(i)), 1);
            guesses += guess(from(source_number(100 + i)), 1);
        }
        refused += slowed(from(source_number(10000 + minute)));
    }
    CHECK_INT(refused, 0);
    CHECK(guesses < 61 * 150); /* a network has not much more than the pauses of fifteen minutes */
}

static void a_source_that_got_in_is_not_held_up_by_others_nor_counts_for_them(void)
{
    another_account();
    struct tries home = from(source_number(1));
    tries_know(&home);
    CHECK(tries_known(&home) && tries_came_in(source_number(1), now) &&
          !tries_came_in(source_number(2), now));
    for (int i = 0; i < 100; i++)
        (void)guess(from(neighbour_number(i)), 100);
    CHECK_INT(guess(from(source_number(2)), 100), 1);
    CHECK_INT(guess(from(source_number(1)), 100), LIMIT_TRIES_FREE);
    another_account();
    home = from("home");
    tries_know(&home);
    for (int i = 0; i < 20; i++) {
        (void)guess(from("home"), 1);
        now += LIMIT_TRIES_PAUSE_MAX_MS;
    }
    CHECK(!slowed(from("elsewhere")));
    now += LIMIT_TRIES_KNOWN_MS + 1;
    for (int i = 0; i < 100; i++)
        (void)guess(from(neighbour_number(i)), 100);
    CHECK_INT(guess(from("home"), 100), 1); /* after a month it is a stranger */
    home = from("home");
    CHECK(!tries_known(&home));
}

static void a_right_password_alone_makes_nobody_known(void)
{
    another_account();
    struct tries half = from(source_number(7));
    CHECK_INT(guess(half, 3), 3);
    tries_fine(&half);
    CHECK(!tries_known(&half) && !tries_came_in(source_number(7), now));
    CHECK_INT(tries_count(&half), 0);
}

/* Whatever fails, from wherever, by the ten thousand: it takes the place of other failures only. */
static void failures_of_strangers_make_nobody_forgotten_who_got_in(void)
{
    enum { PEOPLE = 200, FAILURES = 60000 };
    int gone = 0, first = account_number + 1;
    for (int i = 0; i < PEOPLE; i++, now++) {
        another_account();
        struct tries t = from("home");
        tries_know(&t);
    }
    for (int i = 0; i < FAILURES; i++) {
        another_account();
        struct tries t = from(source_number(i));
        tries_failed(&t);
    }
    for (int i = 0; i < PEOPLE; i++) {
        account_number = first + i - 1;
        another_account();
        struct tries t = from("home");
        gone += !tries_known(&t);
    }
    CHECK_INT(gone, 0);
    account_number += FAILURES + PEOPLE;
}

/* Whoever has a whole /48 signs in from each /64 of it: what is forgotten for that are other places there, of the same account. */
static void who_gets_in_from_all_of_a_network_makes_nobody_forgotten(void)
{
    enum { PEOPLE = 200, PLACES = 60000 };
    int gone = 0, kept = 0, sources = 0, first = account_number + 1;
    for (int i = 0; i < PEOPLE; i++, now++) {
        another_account();
        struct tries t = from(source_number(i));
        tries_know(&t);
    }
    another_account();
    for (int i = 0; i < PLACES; i++, now++) {
        struct tries t = from(neighbour_number(i));
        tries_know(&t);
    }
    for (int i = 0; i < PLACES; i++) {
        struct tries t = from(neighbour_number(i));
        kept += tries_known(&t);
        sources += tries_came_in(t.source, now);
    }
    CHECK_INT(kept, LIMIT_TRIES_PLACES);
    CHECK_INT(sources, LIMIT_TRIES_SOURCES);
    for (int i = 0; i < PEOPLE; i++) {
        account_number = first + i - 1;
        another_account();
        struct tries t = from(source_number(i));
        gone += !tries_known(&t) || !tries_came_in(t.source, now);
    }
    CHECK(gone < PEOPLE / 10); /* whose rows those were: by chance, with a new secret in each run */
    account_number += 2;
}

/* Somebody signs in from there now and then: no reason to remember its failures for longer. */
static void who_gets_in_does_not_keep_the_failures_of_their_neighbours_alive(void)
{
    for (int i = 0; i < LIMIT_TRIES_SOURCE_FREE + 20; i++) {
        another_account();
        CHECK_INT(guess(from("office"), 1), 1);
        now += LIMIT_TRIES_FORGET_MS / 2 + 1;
        another_account();
        struct tries fine = from("office");
        tries_know(&fine);
        now += LIMIT_TRIES_FORGET_MS / 2 + 1;
    }
}

static void one_source_at_many_accounts_is_slowed_too(void)
{
    int n = 0;
    const char *source = "busy";
    for (int i = 0; i < 150; i++) {
        another_account();
        n += guess(from(source), 1);
    }
    CHECK_INT(n, LIMIT_TRIES_SOURCE_FREE);
    another_account();
    CHECK(slowed(from(source)));
    CHECK(!slowed(from("another source")));
}

static void of_wrong_codes_few_are_free_and_a_key_is_slowed_only_for_its_own(void)
{
    int n = 0;
    another_account();
    for (int i = 0; i < 100; i++) {
        struct tries t = from(source_number(i));
        t.code = true;
        n += guess(t, 100);
    }
    CHECK_INT(n, LIMIT_TRIES_CODE_FREE);
    struct tries t = from("with a key");
    t.code = true;
    CHECK(slowed(t));
    t.proven = true;
    CHECK_INT(guess(t, 100), LIMIT_TRIES_FREE);
}

/* A table that overflows gives up who failed least, not the one who guesses. */
static void many_others_do_not_reset_a_count(void)
{
    another_account();
    char guessed[sizeof account];
    memcpy(guessed, account, sizeof account);
    CHECK_INT(guess(from("guesser"), 100), LIMIT_TRIES_FREE);
    for (int i = 0; i < 60000; i++) {
        another_account();
        struct tries t = from(source_number(i));
        tries_failed(&t);
    }
    memcpy(account, guessed, sizeof account);
    CHECK(slowed(from("guesser")));
}

static void a_pause_says_how_long_it_lasts(void)
{
    struct call c = {.arena = arena_open()};
    another_account();
    for (int i = 1; i < LIMIT_TRIES_FREE; i++) {
        struct tries t = from("a");
        CHECK_INT(tries_refuse(&c, &t, "code", "No."), ERR_CREDENTIALS);
        CHECK_INT(c.why.retry_ms, 0);
    }
    CHECK_TEXT(c.why.detail, "No. One more try before a pause of 1 minute.");
    struct tries t = from("a");
    CHECK_INT(tries_refuse(&c, &t, "code", "No."), ERR_CREDENTIALS);
    CHECK_TEXT(c.why.detail, "No. Now comes a pause of 1 minute.");
    CHECK_INT(c.why.retry_ms, LIMIT_TRIES_PAUSE_MS);
    arena_close(c.arena);
    struct refusal why = {0};
    now += 1500;
    t.now = now;
    CHECK_INT(tries_check(&t, &why), ERR_SLOW_DOWN);
    CHECK_INT(why.retry_ms, LIMIT_TRIES_PAUSE_MS - 1500);
    CHECK_INT(refuse(&why, ERR_CREDENTIALS, "", "Another."), ERR_CREDENTIALS);
    CHECK_INT(why.retry_ms, 0);
}

int main(void)
{
    CHECK_INT(secret_start(), OK);
    one_source_has_five_and_then_longer_and_longer_pauses();
    everywhere_together_are_slowed_to_a_turn_for_each_network();
    whoever_guesses_for_a_day_never_refuses_the_owner_at_a_new_place();
    who_gets_in_does_not_keep_the_failures_of_their_neighbours_alive();
    a_source_that_got_in_is_not_held_up_by_others_nor_counts_for_them();
    one_source_at_many_accounts_is_slowed_too();
    of_wrong_codes_few_are_free_and_a_key_is_slowed_only_for_its_own();
    many_others_do_not_reset_a_count();
    a_right_password_alone_makes_nobody_known();
    failures_of_strangers_make_nobody_forgotten_who_got_in();
    who_gets_in_from_all_of_a_network_makes_nobody_forgotten();
    a_pause_says_how_long_it_lasts();
    return test_end();
}
