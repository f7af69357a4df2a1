/* A queue that many share: sources come in turn, one has its share at most, and those known have room and come first.
 *
 * tsan: yes */
#include "server/limits.h"
#include "server/pool.h"
#include "tests/unit/test.h"
#include <pthread.h>
#include <string.h>

enum { QUEUE = 64, SHARE = QUEUE / LIMIT_SHARE_QUEUE, KEPT = QUEUE / LIMIT_SHARE_KEPT };

static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER; /* held: the one thread waits in its first task */
static char done[QUEUE + 2];
static size_t n_done;

static void wait_at_gate(void *arg)
{
    (void)arg;
    (void)pthread_mutex_lock(&gate);
    (void)pthread_mutex_unlock(&gate);
}

static void note(void *name)
{
    done[n_done++] = *(const char *)name;
}

/* A pool whose thread is at the gate, so that what is added waits. */
static struct pool *pool_at_gate(void)
{
    struct pool *p;
    memset(done, 0, sizeof done);
    n_done = 0;
    (void)pthread_mutex_lock(&gate);
    CHECK_INT(pool_open(&p, 1, QUEUE), OK);
    CHECK_INT(pool_add(p, wait_at_gate, NULL), OK);
    while (pool_queue(p) > 0)
        ;
    return p;
}

static const char *all_done(struct pool *p)
{
    (void)pthread_mutex_unlock(&gate);
    pool_close(p);
    return done;
}

static int add(struct pool *p, const char *name, uint64_t source, bool known, int most)
{
    int n = 0;
    while (n < most && pool_add_from(p, note, (void *)(uintptr_t)name, source, known) == OK)
        n++;
    return n;
}

static void sources_come_in_turn(void)
{
    struct pool *p = pool_at_gate();
    CHECK_INT(add(p, "a", 1, false, 4), 4);
    CHECK_INT(add(p, "b", 2, false, 2), 2);
    CHECK_INT(add(p, "c", 3, false, 1), 1);
    CHECK_TEXT(all_done(p), "abcabaa");
}

static void one_source_has_its_share_and_no_more(void)
{
    struct pool *p = pool_at_gate();
    CHECK_INT(add(p, "a", 1, false, 1000), SHARE);
    CHECK_INT(add(p, "b", 2, false, 1), 1);
    CHECK_INT(strspn(all_done(p) + 2, "a"), SHARE - 1);
}

static void those_known_have_room_and_come_first_but_for_every_fourth(void)
{
    struct pool *p = pool_at_gate();
    int strangers = 0;
    for (uint64_t source = 100; source < 200; source++)
        strangers += add(p, "s", source, false, 1);
    CHECK_INT(strangers, QUEUE - KEPT);
    CHECK_INT(add(p, "k", 1, true, 6), 6);
    CHECK_INT(add(p, "l", 2, true, 1), 1);
    const char *order = all_done(p); /* what stood at the gate was the first of the four */
    CHECK(memcmp(order, "klskkkskk", 9) == 0);
}

static void what_is_nobodys_stands_in_line_as_ever(void)
{
    struct pool *p = pool_at_gate();
    for (int i = 0; i < QUEUE; i++)
        CHECK_INT(pool_add(p, note, (void *)(uintptr_t) & "0123456789"[i % 10]), OK);
    CHECK_INT(pool_add(p, note, NULL), ERR_BUSY);
    CHECK(memcmp(all_done(p), "01234567890123", 14) == 0);
}

int main(void)
{
    sources_come_in_turn();
    one_source_has_its_share_and_no_more();
    those_known_have_room_and_come_first_but_for_every_fourth();
    what_is_nobodys_stands_in_line_as_ever();
    return test_end();
}
