/* Who is known again after a start: distinct persons and places, so that nobody who signs in again and again pushes others out. */
#include "server/ops/tries.h"
#include "common/address.h"
#include "server/core/limits.h"
#include "server/core/secret.h"
#include "server/door/source.h"
#include "tests/unit/call_fixture.h"

struct came {
    int64_t at;
    uint64_t person; /* of ADA, BOB: the contact */
    int place, times;
};

static const char *place_number(struct arena *a, int n)
{
    return arena_printf(a, "ssh 2001:db8:%x:1::7", (unsigned)n);
}

/* So many sign-ins, one after another; each from a place of its own where `times` is below 0. */
static enum err put_signed_in(struct call *c, void *arg)
{
    const struct came *came = arg;
    enum err e = OK;
    for (int i = 0; i < abs(came->times) && !e; i++)
        e = record_put(
            &c->txn, KIND_EVENT,
            &(struct event){.at = came->at + i,
                            .what = WHAT_SIGNED_IN,
                            .side = SIDE_CUSTOMER,
                            .actor = (int64_t)came->person,
                            .place = place_number(c->arena, came->place + (came->times < 0 ? i : 0))});
    return e;
}

static void sign_in(struct fixture *f, uint64_t person, int place, int times)
{
    struct came came = {.at = f->now, .person = person, .place = place, .times = times};
    CHECK_INT(fixture_write(f, put_signed_in, &came), OK);
    f->now += 60000;
}

static enum err recall(struct kv_txn *kv, void *arg)
{
    const struct fixture *f = arg;
    return tries_recall(kv, f->now, f->now);
}

static bool known(const struct fixture *f, const char *email, int place)
{
    char source[SOURCE_ROOM];
    source_of_place(source, place_number(f->arena, place));
    struct tries t = {
        .portal = "acme", .account = address_key(f->arena, email), .source = source, .now = f->now};
    return tries_known(&t);
}

static void who_signs_in_again_and_again_is_recalled_once(void)
{
    struct fixture f;
    fixture_open(&f);
    sign_in(&f, ADA, 1, 1);
    sign_in(&f, BOB, 2, 1);
    sign_in(&f, BOB, 3, 1);
    sign_in(&f, BOB, 1, LIMIT_TRIES_RECALL + 200); /* a program's, at Ada's place */
    CHECK(!known(&f, "ada@ada.test", 1));
    CHECK_INT(kv_read(f.kv, recall, &f), OK);
    CHECK(known(&f, "ada@ada.test", 1)); /* the place is the same, the person another */
    CHECK(known(&f, "bob@bob.test", 1) && known(&f, "bob@bob.test", 2) && known(&f, "bob@bob.test", 3));
    CHECK(!known(&f, "ada@ada.test", 2) && !known(&f, "bob@bob.test", 4));
    kv_close(f.kv);
    arena_close(f.arena);
}

/* Of those who are distinct, the newest: more would not be known anyway. */
static void of_many_places_the_newest_are_recalled(void)
{
    struct fixture f;
    fixture_open(&f);
    sign_in(&f, ADA, 100, 1);
    sign_in(&f, BOB, 1000, -(LIMIT_TRIES_RECALL + 200));
    CHECK_INT(kv_read(f.kv, recall, &f), OK);
    CHECK(known(&f, "bob@bob.test", 1000 + LIMIT_TRIES_RECALL + 199));
    CHECK(!known(&f, "ada@ada.test", 100));
    kv_close(f.kv);
    arena_close(f.arena);
}

static void what_is_longer_ago_than_somebody_is_known_is_not_recalled(void)
{
    struct fixture f;
    fixture_open(&f);
    sign_in(&f, ADA, 200, 1);
    f.now += LIMIT_TRIES_KNOWN_MS;
    sign_in(&f, BOB, 201, 1);
    CHECK_INT(kv_read(f.kv, recall, &f), OK);
    CHECK(!known(&f, "ada@ada.test", 200) && known(&f, "bob@bob.test", 201));
    kv_close(f.kv);
    arena_close(f.arena);
}

int main(void)
{
    CHECK_INT(secret_start(), OK);
    who_signs_in_again_and_again_is_recalled_once();
    of_many_places_the_newest_are_recalled();
    what_is_longer_ago_than_somebody_is_known_is_not_recalled();
    return test_end();
}
