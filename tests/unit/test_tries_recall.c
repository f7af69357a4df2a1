/* Who got in from where is read from the log at a start, a month of it, and nothing else is. */
#include "server/limits.h"
#include "server/ops/tries.h"
#include "server/secret.h"
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

int main(void)
{
    static const int64_t day = 86400000;
    struct fixture f;
    const char *ada = "ada@ada.test";
    CHECK_INT(secret_start(), OK);
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
    return test_end();
}
