/* Work that is due, as records: one for each thing, when it is tried next, how check counts it. Doing it is tests/faults/test_due.py. */
#include "server/due/due.h"
#include "server/core/daemon.h"
#include "server/due/desk.h"
#include "tests/unit/call_fixture.h"
#include <string.h>

static void names_and_numbers_are_used_once(void)
{
    size_t n;
    const struct due_kind *kinds = due_kinds(&n);
    for (size_t i = 0; i < n; i++) {
        CHECK(due_kind(kinds[i].work) == &kinds[i] && kinds[i].doing && *kinds[i].help);
        CHECK(kinds[i].each > 0 && kinds[i].each <= LIMIT_DUE_EACH && kinds[i].each <= kinds[i].most);
        CHECK(kinds[i].pause > 0 && kinds[i].pause <= kinds[i].pause_most);
        CHECK(i == 0 || kinds[i - 1].work < kinds[i].work); /* what lies between is nobody's */
        for (size_t k = 0; k < i; k++)
            CHECK(strcmp(kinds[i].name, kinds[k].name) != 0);
    }
    CHECK(due_kind(0) == NULL && due_kind(255) == NULL);
}

/* What may hang for minutes never has all the threads. */
static void no_work_has_all_threads(void)
{
    size_t n, hang = 0;
    const struct due_kind *kinds = due_kinds(&n);
    for (size_t i = 0; i < n; i++)
        hang += kinds[i].doing->work ? kinds[i].most : 0;
    CHECK(hang < LIMIT_DUE_THREADS);
}

static void pauses_double_up_to_a_limit_and_differ(void)
{
    size_t n;
    const struct due_kind *kinds = due_kinds(&n);
    for (size_t i = 0; i < n; i++) {
        const struct due_kind *k = &kinds[i];
        for (int64_t tries = 1; tries < 1000; tries++) {
            int64_t most = due_pause(k, tries, UINT32_MAX), least = due_pause(k, tries, 0);
            CHECK(least > 0 && least <= most && most <= k->pause_most * 6 / 5);
            CHECK(due_pause(k, tries, 0) <= due_pause(k, tries + 1, 0));
            CHECK(due_pause(k, tries, 1) != due_pause(k, tries, 300));
        }
        CHECK_INT(due_pause(k, 1, 0), k->pause - k->pause / 5);
        CHECK_INT(due_pause(k, 0, 0), k->pause - k->pause / 5);
    }
}

static void a_try_put_off_by_a_wrong_clock_is_due(void)
{
    const struct due_kind *mail = due_kind(DUE_MAIL);
    const int64_t now = INT64_C(1795400000000), hour = 3600000;
    CHECK(due_is(mail, now, now));
    CHECK(due_is(mail, now - 1, now));
    CHECK(!due_is(mail, now + 1, now));
    CHECK(!due_is(mail, now + due_pause(mail, 30, UINT32_MAX), now)); /* no pause is longer */
    CHECK(!due_is(mail, now + hour + hour / 5, now));
    CHECK(due_is(mail, now + hour + hour / 5 + 1, now));
    CHECK(due_is(mail, now + 11 * hour, now)); /* written down when the clock was 11 hours ahead */
}

/* What nothing can be written down in is left aside; where there is more of it than is kept in mind, the desk goes on slowly. */
static void damaged_records_are_passed_over_up_to_a_bound(void)
{
    struct desk d = {.is = true};
    struct works_try v = {.row = due_kind(DUE_MAIL), .lost = true};
    for (uint64_t id = 1; id <= LIMIT_DUE_PASSED; id++) {
        v.id = d.under_way[0] = id;
        desk_land(&d, &v, false);
        CHECK(d.pause <= daemon_tick());
    }
    CHECK_INT(d.n_passed, LIMIT_DUE_PASSED);
    v.id = d.under_way[0] = 7; /* one of them again */
    desk_land(&d, &v, false);
    CHECK_INT(d.n_passed, LIMIT_DUE_PASSED);
    CHECK(d.pause <= daemon_tick());
    v.id = d.under_way[0] = LIMIT_DUE_PASSED + 1;
    desk_land(&d, &v, false);
    CHECK(d.pause > daemon_tick());
    desk_close(&d);
}

int main(void)
{
    names_and_numbers_are_used_once();
    no_work_has_all_threads();
    pauses_double_up_to_a_limit_and_differ();
    a_try_put_off_by_a_wrong_clock_is_due();
    damaged_records_are_passed_over_up_to_a_bound();
    return test_end();
}
