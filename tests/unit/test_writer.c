/* The line before the writer: a source has a share of it, and a part of it is kept for sources that somebody got in from.
 *
 * tsan: yes */
#include "server/core/limits.h"
#include "server/core/writer.h"
#include "tests/unit/call_fixture.h"
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

int main(void)
{
    struct fixture f;
    CHECK_INT(secret_start(), OK);
    fixture_open(&f);
    d.kv = f.kv;
    strangers_leave_room_for_sources_that_somebody_got_in_from();
    one_source_has_its_share_and_those_beside_it_theirs();
    fixture_close(&f);
    return test_end();
}
