/* A queue that many share: sources come in turn, one has its share at most, and those known have room and come first.
 *
 * tsan: yes */
#include "server/core/limits.h"
#include "server/core/pool.h"
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

static int add_of(struct pool *p, const char *name, struct pool_whose whose, int most)
{
    int n = 0;
    while (n < most && pool_add_from(p, note, (void *)(uintptr_t)name, whose) == OK)
        n++;
    return n;
}

static int add(struct pool *p, const char *name, uint64_t source, bool known, int most)
{
    return add_of(p, name, (struct pool_whose){.source = source, .known = known}, most);
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

/* Many sources of one network or business: together they have more than one has, and not all. */
static void what_many_sources_are_of_has_its_share_and_those_beside_it_theirs(void)
{
    struct pool *p = pool_at_gate();
    int one = 0, other = 0;
    for (uint64_t source = 100; source < 200; source++)
        one += add_of(p, "w", (struct pool_whose){.source = source, .wide = 7}, 1);
    CHECK_INT(one, QUEUE / LIMIT_SHARE_QUEUE_WIDE);
    for (uint64_t source = 200; source < 300; source++)
        other += add_of(p, "o", (struct pool_whose){.source = source, .wide = 8}, 1);
    CHECK_INT(other, QUEUE - KEPT - one);
    CHECK_INT(add_of(p, "k", (struct pool_whose){.source = 100, .known = true}, 1), 1);
    (void)all_done(p);
}

/* The lines of the daemon, as it makes them: one person's, its business's, the operator's; one customer's, its business's, others'. */
static void fill(size_t queue)
{
    struct pool *p;
    size_t own = 0, business = 0, others = 0, first = 0;
    (void)pthread_mutex_lock(&gate);
    CHECK_INT(pool_open(&p, 1, queue), OK);
    CHECK_INT(pool_add(p, wait_at_gate, NULL), OK);
    while (pool_queue(p) > 0)
        ;
    for (size_t n = 0; n < 2 * queue; n++)
        own += pool_add_from(p, wait_at_gate, NULL, (struct pool_whose){.source = 1, .wide = 1}) == OK;
    for (size_t n = 0; n < 2 * queue; n++)
        business +=
            pool_add_from(p, wait_at_gate, NULL, (struct pool_whose){.source = 2 + n, .wide = 1}) == OK;
    for (size_t n = 0; n < 2 * queue; n++)
        others +=
            pool_add_from(p, wait_at_gate, NULL, (struct pool_whose){.source = 2 + n, .wide = 2 + n}) == OK;
    for (size_t n = 0; n < 2 * queue; n++)
        first += pool_add_from(p, wait_at_gate, NULL,
                               (struct pool_whose){.source = 2 + 3 * queue + n, .known = true}) == OK;
    CHECK_INT(own, queue / LIMIT_SHARE_QUEUE);
    CHECK_INT(own + business, queue / LIMIT_SHARE_QUEUE_WIDE);
    CHECK_INT(own + business + others, queue - queue / LIMIT_SHARE_KEPT);
    CHECK_INT(first, queue / LIMIT_SHARE_KEPT);
    CHECK_INT(pool_add(p, wait_at_gate, NULL), ERR_BUSY);
    (void)all_done(p);
}

static void the_line_of_heavy_work_is_full_when_it_says(void)
{
    fill(LIMIT_HEAVY_QUEUE);
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
    what_many_sources_are_of_has_its_share_and_those_beside_it_theirs();
    the_line_of_heavy_work_is_full_when_it_says();
    what_is_nobodys_stands_in_line_as_ever();
    return test_end();
}
