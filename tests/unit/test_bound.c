/* Sessions that end with their connection: found by either, forgotten with the session, a share for one source, and ended at last also
 * when the writer is busy or the store takes no write. The writer and the timer are this test's own. */
#include "server/door/bound.h"
#include "server/core/follow.h"
#include "server/core/limits.h"
#include "server/ops/session_open.h"
#include "server/core/waits.h"
#include "tests/unit/test.h"
#include <stdlib.h>

static enum err writer_says, store_says; /* of the next write */
static int writes, timers;
static uint64_t ended;
static void (*later_fn)(void *arg);
static void *later_arg;
static int64_t later_ms;

enum err session_end_bound(struct call *c, uint64_t id, void *unused)
{
    (void)c, (void)id, (void)unused;
    return OK;
}

enum err follow_write(struct daemon *d, uint32_t business,
                      enum err (*fn)(struct call *c, uint64_t id, void *argument), uint64_t id,
                      void (*done)(void *argument, enum err result), void *argument)
{
    (void)d, (void)business;
    CHECK(fn == session_end_bound);
    writes++;
    if (writer_says)
        return writer_says;
    ended = store_says ? 0 : id;
    done(argument, store_says);
    return OK;
}

enum err waits_later(struct waits *w, int64_t delay_ms, void (*fn)(void *arg), void *arg)
{
    (void)w;
    timers++;
    later_fn = fn;
    later_arg = arg;
    later_ms = delay_ms;
    return OK;
}

static struct daemon d;

static struct bound *fresh(void)
{
    struct bound *b;
    writer_says = store_says = OK;
    writes = timers = 0;
    ended = 0;
    CHECK_INT(bound_open(&d, &b), OK);
    return b;
}

static void one_source_has_its_share_of_them_and_leaves_the_rest(void)
{
    struct bound *b = fresh();
    const uint64_t share = LIMIT_BOUND / LIMIT_SHARE_BOUND;
    for (uint64_t n = 0; n < share; n++)
        bound_add(b, 1000 + n, 77, 1, 1 + n);
    CHECK_INT(writes, 0);
    bound_add(b, 1, 77, 1, 900001);
    CHECK(writes == 1 && ended == 900001);
    bound_add(b, 2, 99, 1, 900002);
    CHECK(writes == 1 && bound_count(b) == share + 1);
    bound_close(b);
}

static void what_is_over_is_forgotten(void)
{
    struct bound *b = fresh();
    for (uint64_t n = 1; n <= 3 * LIMIT_BOUND; n++) { /* one person signs in and out */
        bound_add(b, 7, 77, 1, n);
        bound_drop(b, 1, n);
    }
    CHECK(writes == 0 && bound_count(b) == 0);
    bound_drop(b, 1, 5);
    bound_add(b, 7, 77, 1, 5);
    bound_drop(b, 2, 5); /* of another business */
    CHECK_INT(bound_count(b), 1);
    bound_gone(b, 7);
    CHECK(writes == 1 && ended == 5 && bound_count(b) == 0);
    bound_close(b);
}

static void what_a_session_becomes_is_bound_as_it_was(void)
{
    struct bound *b = fresh();
    bound_add(b, 7, 77, 1, 5);
    bound_goes_on(b, 1, 5, 6);
    bound_drop(b, 1, 5);
    CHECK(writes == 0 && bound_count(b) == 1);
    bound_gone(b, 7);
    CHECK_INT(ended, 6);
    bound_goes_on(b, 1, 6, 8); /* too late */
    CHECK_INT(ended, 8);
    bound_close(b);
}

static void it_is_tried_until_the_session_is_ended(void)
{
    struct bound *b = fresh();
    bound_add(b, 7, 77, 1, 5);
    writer_says = ERR_BUSY;
    bound_gone(b, 7);
    CHECK_INT(timers, 1);
    const int64_t first = later_ms;
    writer_says = OK;
    store_says = ERR_DISK_FULL;
    later_fn(later_arg);
    CHECK(timers == 2 && later_ms > first);
    for (int i = 0; i < 20; i++)
        later_fn(later_arg);
    CHECK(timers == 22 && later_ms <= 60000);
    store_says = OK;
    later_fn(later_arg);
    CHECK(timers == 22 && ended == 5);
    bound_close(b);
}

int main(void)
{
    one_source_has_its_share_of_them_and_leaves_the_rest();
    what_is_over_is_forgotten();
    what_a_session_becomes_is_bound_as_it_was();
    it_is_tried_until_the_session_is_ended();
    return test_end();
}
