/* Who got in from where is read from the log at a start, a month of it, and nothing else is. */
#include "server/core/limits.h"
#include "server/ops/tries.h"
#include "server/core/secret.h"
#include "tests/unit/call_fixture.h"

#define TICK 5000 /* of a machine that was started just now: what is recalled lies before */

static enum err sign_in(struct call *c, void *text)
{
    struct event event = {.what = WHAT_SIGNED_IN, .subject = SUBJECT_SESSION, .about = 1, .text = text};
    return call_event(c, &event);
}

static enum err recall(struct kv_txn *kv, void *fixture)
{
    const struct fixture *f = fixture;
    return tries_recall(kv, f->now, TICK);
}

static bool known(const char *portal, const char *account, const char *source, int64_t later)
{
    const struct tries t = {.portal = portal, .account = account, .source = source, .now = TICK + later};
    return tries_known(&t);
}

static void signs_in_from(struct fixture *f, const char *place, const char *text)
{
    as_customer(f, ADA);
    f->who.person = 1;
    f->who.place = place;
    CHECK_INT(fixture_write(f, sign_in, (void *)(uintptr_t)text), OK);
}

/* Of that first byte; each in a network of its own. */
static const char *place_number(struct arena *a, int first, int n)
{
    return arena_printf(a, "%d.%d.%d.7", first, n / 250, n % 250);
}

struct crowd {
    int first, n;
};
static enum err sign_in_from_everywhere(struct call *c, void *crowd)
{
    const struct crowd *these = crowd;
    enum err e = OK;
    for (int n = 0; !e && n < these->n; n++) {
        c->who.place = place_number(c->arena, these->first, n);
        e = sign_in(c, (void *)(uintptr_t) "password");
    }
    return e;
}

/* More sign-ins than are read again: of the newest nearly all are known then (the table is not made for that many at once), of the others
 * none. */
static void so_many_are_recalled_and_they_are_the_newest(struct fixture *f, int first, int most)
{
    enum { MORE = 100 };
    int newest = 0, others = 0;
    as_customer(f, ADA);
    CHECK_INT(fixture_write(f, sign_in_from_everywhere, &(struct crowd){first, most + MORE}), OK);
    CHECK_INT(kv_read(f->kv, recall, f), OK);
    for (int n = 0; n < most + MORE; n++)
        *(n < MORE ? &others : &newest) += known("acme", "ada@ada.test", place_number(f->arena, first, n), 0);
    CHECK_INT(others, 0);
    CHECK(newest > most * 9 / 10);
}

static void of_one_business(void)
{
    struct fixture f;
    fixture_open(&f);
    so_many_are_recalled_and_they_are_the_newest(&f, 10, LIMIT_TRIES_RECALL);
    fixture_close(&f);
}

/* Their sign-ins are as many as are recalled, and newer: from one address by all its ports, from each /64 of a /48. */
static enum err sign_in_from_one_network(struct call *c, void *unused)
{
    enum err e = OK;
    (void)unused;
    for (int n = 0; !e && n < LIMIT_TRIES_RECALL; n++) {
        c->who.place = n % 2 ? arena_printf(c->arena, "192.0.2.7:%d", n)
                             : arena_printf(c->arena, "[2001:db8:bad:%x::1]:4242", n);
        e = sign_in(c, (void *)(uintptr_t) "password");
    }
    return e;
}

static void who_signs_in_from_all_of_a_network_pushes_nobody_out(void)
{
    struct fixture f;
    int kept = 0;
    fixture_open(&f);
    signs_in_from(&f, "203.0.113.9:4242", "password");
    as_customer(&f, BOB);
    CHECK_INT(fixture_write(&f, sign_in_from_one_network, NULL), OK);
    CHECK_INT(kv_read(f.kv, recall, &f), OK);
    CHECK(known("acme", "ada@ada.test", "203.0.113.9", 0) && known("acme", "bob@bob.test", "192.0.2.7", 0));
    for (int n = 0; n < LIMIT_TRIES_RECALL; n += 2)
        kept += known("acme", "bob@bob.test", arena_printf(f.arena, "2001:db8:bad:%x::/64", n), 0);
    CHECK(kept > 0 && kept <= LIMIT_TRIES_PLACES);
    fixture_close(&f);
}

enum { MANY = 32 };
static enum err found_others(struct call *c, void *unused)
{
    enum err e = OK;
    (void)unused;
    for (int n = 2; !e && n <= MANY; n++) {
        const char *portal = arena_printf(c->arena, "business%d", n);
        e = store_next_business(c->txn.kv, &c->txn.business);
        if (!e)
            e = store_portal_set(c->txn.kv, NULL, portal, c->txn.business);
        struct business b = {.id = c->txn.business,
                             .portal = portal,
                             .name = portal,
                             .currency = "EUR",
                             .time_zone = "UTC",
                             .revision = 1};
        if (!e)
            e = record_put(&c->txn, KIND_BUSINESS, &b);
    }
    return e;
}

static void of_many_businesses_each_has_its_part(void)
{
    struct fixture f;
    fixture_open(&f);
    CHECK_INT(fixture_write(&f, found_others, NULL), OK);
    so_many_are_recalled_and_they_are_the_newest(&f, 11, LIMIT_TRIES_RECALL_ALL / MANY + 1);
    fixture_close(&f);
}

static void a_month_of_them_is_read_and_nothing_else(void)
{
    static const int64_t day = 86400000;
    struct fixture f;
    const char *ada = "ada@ada.test";
    fixture_open(&f);
    const int64_t now = f.now;
    f.now = now - LIMIT_TRIES_KNOWN_MS - 1;
    signs_in_from(&f, "192.0.2.7:4242", "password");
    f.now = now - 29 * day;
    signs_in_from(&f, "ssh 2001:db8::7", "password, code");
    f.now = now;
    signs_in_from(&f, "198.51.100.7:4242", "key");
    CHECK_INT(kv_read(f.kv, recall, &f), OK);
    CHECK(known("acme", ada, "198.51.100.7", 0));
    CHECK(known("acme", ada, "198.51.100.7", 29 * day));
    CHECK(known("acme", ada, "2001:db8::/64", 0));
    CHECK(!known("acme", ada, "2001:db8::/64", 2 * day));
    CHECK(!known("acme", ada, "192.0.2.7", 0));
    CHECK(!known("acme", "bob@bob.test", "198.51.100.7", 0));
    CHECK(!known("other", ada, "198.51.100.7", 0));
    CHECK(known("#1", "#code.1.1", "2001:db8::/64", 0));
    CHECK(!known("#1", "#code.1.1", "198.51.100.7", 0));
    CHECK(tries_came_in("198.51.100.7", TICK) && !tries_came_in("192.0.2.7", TICK));
    fixture_close(&f);
}

int main(void)
{
    CHECK_INT(secret_start(), OK);
    a_month_of_them_is_read_and_nothing_else(); /* first: what the others leave is as new as can be, and fills the table */
    who_signs_in_from_all_of_a_network_pushes_nobody_out();
    of_one_business();
    of_many_businesses_each_has_its_part();
    return test_end();
}
