/* The line before the writer: a source has a share of it, and a part of it is kept for sources that somebody got in from. And a group: what
 * is refused in it leaves nothing and harms no other.
 *
 * tsan: yes */
#include "server/core/limits.h"
#include "server/core/waits.h"
#include "server/core/writer.h"
#include "tests/unit/call_fixture.h"
#include "data/engine/kv.h"
#include <pthread.h>

static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER; /* held: the writer waits in its first job */
static struct daemon d;
static struct writer *writer;

static enum err wait_at_gate(struct call *c, uint64_t id, void *argument)
{
    (void)c, (void)id, (void)argument;
    (void)pthread_mutex_lock(&gate);
    (void)pthread_mutex_unlock(&gate);
    return ERR_STATE;
}

static enum err add(uint64_t source, bool known)
{
    struct job *j = job_open(&d);
    j->internal = wait_at_gate;
    j->whose.source = source;
    j->whose.known = known;
    const enum err e = writer_add(writer, j);
    if (e)
        job_close(j);
    return e;
}

static void begin(void)
{
    (void)pthread_mutex_lock(&gate);
    CHECK_INT(writer_open(&d, &writer), OK);
    CHECK_INT(add(0, false), OK);
    while (writer_queue(writer) > 0)
        ;
}

static void finish(void)
{
    (void)pthread_mutex_unlock(&gate);
    writer_close(writer);
}

static void strangers_leave_room_for_sources_that_somebody_got_in_from(void)
{
    enum { KEPT = LIMIT_WRITE_QUEUE / LIMIT_SHARE_KEPT };
    int strangers = 0, known = 0;
    begin();
    for (uint64_t n = 0; n < 2 * LIMIT_WRITE_QUEUE; n++)
        strangers += add(2 * n + 1, false) == OK;
    for (uint64_t n = 0; n < 2 * LIMIT_WRITE_QUEUE; n++)
        known += add(2 * n + 1, true) == OK;
    CHECK_INT(strangers, LIMIT_WRITE_QUEUE - KEPT);
    CHECK_INT(known, KEPT);
    finish();
}

/* A source is an odd number. */
static void one_source_has_its_share_and_those_beside_it_theirs(void)
{
    enum { SHARE = LIMIT_WRITE_QUEUE / LIMIT_SHARE_QUEUE };
    int one = 0, others = 0;
    begin();
    for (int n = 0; n < LIMIT_WRITE_QUEUE; n++)
        one += add(1, true) == OK;
    for (uint64_t n = 1; n <= 600; n++)
        others += add(2 * n + 1, true) == OK;
    CHECK_INT(one, SHARE);
    CHECK_INT(others, 600);
    finish();
}

/* ---- what a group of jobs leaves */
struct one {
    uint8_t key[8];
    size_t written; /* bytes of the key that it puts */
    enum err end, told;
    int runs;
};

static enum err write_one(struct call *c, uint64_t id, void *argument)
{
    struct one *o = argument;
    (void)id;
    o->runs++;
    enum err e = o->written ? kv_put(c->txn.kv, o->key, o->written, "it", 2) : OK;
    return e ? e : o->end;
}

static void told(void *argument, enum err e)
{
    ((struct one *)argument)->told = e;
}

struct look {
    const struct one *o;
    enum err found;
};

static enum err look(struct kv_txn *txn, void *arg)
{
    struct look *l = arg;
    struct kv_bytes value;
    l->found = kv_get(txn, l->o->key, sizeof l->o->key, &value);
    return OK;
}

/* Runs them as one group; each that ended well is there, no other is, and each was told how it ended. How often they ran. */
static int group_of(struct one *all, size_t n)
{
    static uint8_t another;
    int runs = 0;
    begin();
    for (size_t i = 0; i < n; i++) {
        struct job *j = job_open(&d);
        memset(all[i].key, 0xfe, sizeof all[i].key);
        all[i].key[6] = ++another;
        all[i].key[7] = (uint8_t)i;
        all[i].told = ERR_BUSY;
        j->internal = write_one;
        j->argument = &all[i];
        j->done = told;
        j->done_argument = &all[i];
        CHECK_INT(writer_add(writer, j), OK);
    }
    finish();
    for (size_t i = 0; i < n; i++) {
        struct look l = {&all[i], OK};
        CHECK_INT(all[i].told, all[i].end);
        CHECK_INT(kv_read(d.kv, look, &l), OK);
        CHECK_INT(l.found, all[i].end == OK && all[i].written ? OK : ERR_NOT_FOUND);
        runs += all[i].runs;
    }
    return runs;
}

static void what_is_refused_in_a_group_leaves_nothing_and_harms_no_other(void)
{
    const struct one fine = {.written = 8}, refused = {.end = ERR_STATE},
                     late = {.written = 8, .end = ERR_STATE}, fault = {.written = 8, .end = ERR_INTERNAL},
                     lost = {.end = ERR_INTERNAL};
    const int once = group_of((struct one[]){fine, fine, fine, fine}, 4);
    CHECK(once > 0);
    /* Nothing was written by those: each is run as often as where none is refused. */
    CHECK_INT(group_of((struct one[]){fine, refused, refused, fine}, 4), once);
    CHECK_INT(group_of((struct one[]){refused, fine, fine, refused}, 4), once);
    const struct one *const bad[] = {&late, &fault, &lost};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        (void)group_of((struct one[]){*bad[i], fine, refused, fine}, 4);
        (void)group_of((struct one[]){fine, fine, *bad[i]}, 3);
        (void)group_of((struct one[]){fine, *bad[i], *bad[i], fine, late}, 5);
        (void)group_of((struct one[]){*bad[i]}, 1);
    }
}

int main(void)
{
    struct fixture f;
    CHECK_INT(secret_start(), OK);
    fixture_open(&f);
    d.kv = f.kv;
    CHECK_INT(waits_open(&d, &d.waits), OK);
    strangers_leave_room_for_sources_that_somebody_got_in_from();
    one_source_has_its_share_and_those_beside_it_theirs();
    what_is_refused_in_a_group_leaves_nothing_and_harms_no_other();
    waits_close(d.waits);
    fixture_close(&f);
    return test_end();
}
