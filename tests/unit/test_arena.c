/* What was allocated since a mark is given back; what stood before it stays. */
#include "common/arena.h"
#include "tests/unit/test.h"
#include <string.h>

static void what_stood_before_a_mark_stays_and_marks_nest(void)
{
    struct arena *a = arena_open();
    struct arena_mark begin = arena_mark(a); /* of an empty one */
    char *kept = arena_text(a, "kept", 4);
    struct arena_mark outer = arena_mark(a);
    char *inner = arena_text(a, "inner", 5);
    struct arena_mark nested = arena_mark(a);
    arena_alloc(a, 100000); /* a block of its own */
    arena_release(a, nested);
    CHECK_TEXT(inner, "inner");
    arena_release(a, outer);
    CHECK_TEXT(kept, "kept");
    char *again = arena_alloc(a, 64);
    for (size_t i = 0; i < 64; i++)
        CHECK_INT(again[i], 0); /* zeroed, whatever stood there */
    arena_release(a, begin);
    arena_close(a);
}

static void what_is_given_back_each_time_does_not_add_up(void)
{
    struct arena *a = arena_open();
    size_t once = 0;
    arena_text(a, "before", 6);
    for (int i = 0; i < 1000; i++) {
        struct arena_mark mark = arena_mark(a);
        memset(arena_alloc(a, 3000), 'x', 3000);
        memset(arena_alloc(a, 5000), 'x', 5000);
        arena_release(a, mark);
        once = i ? once : arena_peak(a);
    }
    CHECK_INT(arena_peak(a), once);
    CHECK(once >= 8000 && once < 64000);
    arena_close(a);
}

static void an_array_that_grows_keeps_its_items_and_the_rest_is_zero(void)
{
    struct arena *a = arena_open();
    size_t room = 0;
    int *items = NULL;
    for (int i = 0; i < 100; i++) {
        if ((size_t)i == room)
            items = arena_grow(a, items, &room, sizeof *items);
        CHECK_INT(items[i], 0);
        items[i] = i + 1;
    }
    for (int i = 0; i < 100; i++)
        CHECK_INT(items[i], i + 1);
    arena_close(a);
}

int main(void)
{
    what_stood_before_a_mark_stays_and_marks_nest();
    what_is_given_back_each_time_does_not_add_up();
    an_array_that_grows_keeps_its_items_and_the_rest_is_zero();
    return test_end();
}
