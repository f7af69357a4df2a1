/* The event log, read by each side: lists, what is new, the bell. */
#include "tests/unit/money_fixture.h"

HANDLER(event_list)
HANDLER(event_wait)
HANDLER(event_seen)

static uint64_t bodega, silva, doc, other_doc;
static int64_t start; /* newest event before the test's own */

static enum err event_in(struct call *c, void *arg)
{
    struct event e = *(struct event *)arg;
    enum err err = call_event(c, &e);
    ((struct event *)arg)->id = err ? 0 : e.id;
    return err;
}
static uint64_t happens(int what, int subject, uint64_t about, uint64_t customer, bool portal)
{
    struct event e = {
        .what = what, .subject = subject, .about = (int64_t)about, .customer = customer, .portal = portal};
    struct event asked = e;
    CHECK_INT(as_write(event_in, &asked), OK);
    return asked.id;
}

/* The events of a list, page by page, as numbers after `start`. */
static const char *listed(struct event_list_in in)
{
    char *text = arena_alloc(keep, 400);
    struct event_list_out out;
    do {
        CHECK_INT(READ(event_list, &in, &out), OK);
        for (size_t i = 0; i < out.events.n; i++) {
            int64_t n = (int64_t)out.events.v[i].id - start;
            size_t at = strlen(text);
            if (n > 0)
                snprintf(text + at, 400 - at, "%s%lld", at ? " " : "", (long long)n);
        }
        in.after = out.next;
    } while (out.next);
    return text;
}
static int64_t unread(void)
{
    struct event_list_in in = {.limit = 1};
    struct event_list_out out;
    CHECK_INT(READ(event_list, &in, &out), OK);
    return out.unread;
}
static const char *news(int64_t since, int64_t *upto)
{
    char *text = arena_alloc(keep, 2000);
    struct event_wait_in in = {.since = start + since};
    struct event_wait_out out;
    CHECK_INT(READ(event_wait, &in, &out), OK);
    for (size_t i = 0; i < out.events.n; i++) {
        size_t at = strlen(text);
        snprintf(text + at, 2000 - at, "%s%lld", at ? " " : "", (long long)out.events.v[i].id - start);
    }
    *upto = out.last - start;
    return text;
}

static void fill(void)
{
    struct event_list_in in = {.limit = 1};
    struct event_list_out out;
    by_staff();
    CHECK_INT(READ(event_list, &in, &out), OK);
    start = out.last;
    happens(WHAT_SENT, SUBJECT_INVOICE, doc, bodega, true);       /* 1 */
    happens(WHAT_COMMENTED, SUBJECT_INVOICE, doc, bodega, false); /* 2: among staff */
    happens(WHAT_SENT, SUBJECT_INVOICE, other_doc, silva, true);  /* 3 */
    by_customer(bodega);
    happens(WHAT_SIGNED_IN, SUBJECT_SESSION, 9, bodega, false); /* 4: rings nothing */
    happens(WHAT_VIEWED, SUBJECT_INVOICE, doc, bodega, true);   /* 5 */
    by_customer(silva);
    happens(WHAT_COMMENTED, SUBJECT_INVOICE, other_doc, silva, true); /* 6 */
    by_staff();
    happens(WHAT_CHANGED, SUBJECT_BUSINESS, 1, 0, false); /* 7 */
    by_daemon();
    happens(WHAT_PAID, SUBJECT_INVOICE, doc, bodega, true); /* 8 */
}

static void each_side_sees_its_own(void)
{
    by_staff();
    CHECK_TEXT(listed((struct event_list_in){.limit = 3}), "8 7 6 5 4 3 2 1");
    CHECK_TEXT(listed((struct event_list_in){.customer = bodega, .limit = 2}), "8 5 4 2 1");
    CHECK_TEXT(listed((struct event_list_in){.document = doc, .limit = 1}), "8 5 2 1");
    CHECK_TEXT(listed((struct event_list_in){.bell = true}), "6 5");
    CHECK_TEXT(listed((struct event_list_in){.bell = true, .customer = bodega}), "5");
    by_customer(bodega);
    CHECK_TEXT(listed((struct event_list_in){.limit = 1}), "8 5 1");
    CHECK_TEXT(listed((struct event_list_in){.customer = bodega}), "8 5 1");
    CHECK_TEXT(listed((struct event_list_in){.document = doc}), "8 5 1");
    CHECK_TEXT(listed((struct event_list_in){.bell = true}), "1");
    by_customer(silva);
    CHECK_TEXT(listed((struct event_list_in){.limit = 100}), "6 3");
    CHECK_TEXT(listed((struct event_list_in){.document = doc}), ""); /* even if the door had let it through */
}

/* The numbers of `listed`, with arguments that have to be given to count. */
static const char *filtered(struct event_list_in in)
{
    in.limit = 2;
    return listed(in);
}

static void staff_filter_the_log(void)
{
    by_staff();
    CHECK_TEXT(filtered((struct event_list_in){.what = WHAT_SENT}), "3 1");
    CHECK_TEXT(filtered((struct event_list_in){.what = WHAT_SIGNED_IN}), "4"); /* by its index */
    CHECK_TEXT(filtered((struct event_list_in){.what = WHAT_SENT, .customer = bodega}), "1");
    CHECK_TEXT(filtered((struct event_list_in){.side = SIDE_CUSTOMER}), "6 5 4");
    CHECK_TEXT(filtered((struct event_list_in){.side = SIDE_CUSTOMER, .actor = (int64_t)silva + 100}), "6");
    CHECK_TEXT(filtered((struct event_list_in){.side = SIDE_SYSTEM}), "8");
    CHECK_TEXT(filtered((struct event_list_in){.subject = SUBJECT_SESSION}), "4");
    CHECK_TEXT(filtered((struct event_list_in){.subject = SUBJECT_INVOICE, .about = (int64_t)doc}),
               "8 5 2 1");
    CHECK_TEXT(filtered((struct event_list_in){.subject = SUBJECT_ESTIMATE, .about = (int64_t)doc}), "");
    CHECK_TEXT(filtered((struct event_list_in){.event = (uint64_t)start + 4}), "4");
    CHECK_TEXT(filtered((struct event_list_in){.event = (uint64_t)start + 4, .what = WHAT_SENT}), "");
    struct event_list_out out;
    struct event_list_in lone = {.actor = 1};
    CHECK_INT(READ(event_list, &lone, &out), ERR_INVALID);
    CHECK_TEXT(refused.field, "actor");
    lone = (struct event_list_in){.about = 1};
    CHECK_INT(READ(event_list, &lone, &out), ERR_INVALID);
    CHECK_TEXT(refused.field, "about");
    by_customer(bodega);
    lone = (struct event_list_in){.limit = 1};
    GIVE(event_list_in, &lone, until, NOW);
    CHECK_INT(READ(event_list, &lone, &out), ERR_FORBIDDEN);
    CHECK_TEXT(refused.field, "until");
    lone = (struct event_list_in){.limit = 1};
    GIVE(event_list_in, &lone, what, WHAT_SENT);
    CHECK_INT(READ(event_list, &lone, &out), ERR_FORBIDDEN);
    CHECK_TEXT(refused.field, "what");
}

/* 3,000 events a minute apart, each a little out of order: any span of time gives exactly those within. */
static enum err dated_in(struct call *c, void *arg)
{
    enum err e = OK;
    (void)arg;
    for (int64_t i = 0; i < 3000 && !e; i++) {
        struct event event = {.what = WHAT_CHANGED, .subject = SUBJECT_ITEM, .about = i + 1};
        c->now = NOW + INT64_C(86400000) + (i + i % 3) * 60000;
        e = call_event(c, &event);
    }
    c->now = NOW;
    return e;
}
static int64_t dated(int64_t from, int64_t until)
{
    struct event_list_in in = {.subject = SUBJECT_ITEM, .from = from, .until = until, .limit = 100};
    struct event_list_out out;
    int64_t n = 0;
    do {
        CHECK_INT(READ(event_list, &in, &out), OK);
        for (size_t i = 0; i < out.events.n; i++)
            CHECK(out.events.v[i].at >= from && (!until || out.events.v[i].at <= until));
        n += (int64_t)out.events.n;
        in.after = out.next;
    } while (out.next);
    return n;
}
static void a_span_of_time_is_found(void)
{
    by_staff();
    CHECK_INT(as_write(dated_in, NULL), OK);
    const int64_t begin = NOW + INT64_C(86400000), minute = 60000;
    CHECK_INT(dated(begin, begin + 5000 * minute), 3000);
    CHECK_INT(dated(begin, 0), 3000);
    CHECK_INT(dated(begin + 5000 * minute, 0), 0);
    CHECK_INT(dated(0, begin - 1), 0);
    for (int64_t i = 0; i < 3000; i += 371) {
        int64_t want = 0;
        for (int64_t k = 0; k < 3000; k++)
            want += k + k % 3 >= i && k + k % 3 <= i + 40;
        CHECK_INT(dated(begin + i * minute, begin + (i + 40) * minute), want);
    }
}

static void what_is_new_comes_in_order(void)
{
    int64_t upto;
    by_staff();
    CHECK_TEXT(news(0, &upto), "1 2 3 4 5 6 7 8");
    CHECK_INT(upto, 8);
    CHECK_TEXT(news(6, &upto), "7 8");
    CHECK_TEXT(news(8, &upto), "");
    CHECK_INT(upto, 8);
    by_customer(bodega);
    CHECK_TEXT(news(0, &upto), "1 5 8");
    CHECK_INT(upto, 8);
    CHECK_TEXT(news(5, &upto), "8");
    by_customer(silva);
    CHECK_TEXT(news(6, &upto), "");
    CHECK_INT(upto, 8);
    struct event_wait_in in = {.since = start + 9};
    struct event_wait_out out;
    CHECK_INT(READ(event_wait, &in, &out), ERR_INVALID);
    CHECK_TEXT(refused.field, "since");
}

static void the_bell_is_read(void)
{
    struct event_seen_in in = {.event = start + 5};
    struct event_seen_out out;
    by_staff();
    CHECK_INT(unread(), 2);
    CHECK_INT(WRITE(event_seen, &in, &out), OK);
    CHECK_INT(unread(), 1);
    in.event = start; /* never backward */
    CHECK_INT(WRITE(event_seen, &in, &out), OK);
    CHECK_INT(unread(), 1);
    in.event = start + 1000000; /* nor beyond what there is */
    CHECK_INT(WRITE(event_seen, &in, &out), OK);
    CHECK_INT(unread(), 0);
    by_customer(silva);
    CHECK_INT(unread(), 1); /* each has a bell of its own */
    happens(WHAT_COMMENTED, SUBJECT_INVOICE, other_doc, silva, true);
    CHECK_INT(unread(), 1);
    by_staff();
    CHECK_INT(unread(), 1);
    happens(WHAT_COMMENTED, SUBJECT_INVOICE, other_doc, silva, true);
    by_customer(silva);
    CHECK_INT(unread(), 2);
    in.event = start + 1000000;
    CHECK_INT(WRITE(event_seen, &in, &out), OK);
    CHECK_INT(unread(), 0);
}

static enum err many_in(struct call *c, void *arg)
{
    enum err e = OK;
    for (int i = 0; i < *(int *)arg && !e; i++) {
        struct event event = {
            .what = WHAT_CHANGED, .subject = SUBJECT_CUSTOMER, .about = (int64_t)bodega, .customer = bodega};
        e = call_event(c, &event);
    }
    return e;
}

/* 150 that are seen come in two answers; 5,000 that are not are passed over. */
static void a_long_absence_is_caught_up(void)
{
    int many = 5000;
    int64_t upto, first;
    by_staff();
    CHECK_INT(as_write(many_in, &many), OK);
    uint64_t seen = happens(WHAT_SENT, SUBJECT_INVOICE, doc, bodega, true);
    by_customer(bodega);
    const char *text = news(8, &upto);
    CHECK_INT(atoll(text), (int64_t)seen - start);
    CHECK_INT(upto, (int64_t)seen - start);
    by_staff();
    first = upto;
    many = 149;
    CHECK_INT(as_write(many_in, &many), OK);
    CHECK_INT(atoll(news(first, &upto)), first + 1);
    CHECK_INT(upto, first + 100);
    CHECK_INT(atoll(news(upto, &upto)), first + 101);
    CHECK_INT(upto, first + 149);
}

int main(void)
{
    world_open();
    bodega = customer_new("Bodega Sur", "EUR");
    silva = customer_new("Silva", "EUR");
    doc = invoice_new(bodega, "EUR", 100, DOC_OPEN);
    other_doc = invoice_new(silva, "EUR", 100, DOC_OPEN);
    fill();
    each_side_sees_its_own();
    staff_filter_the_log();
    what_is_new_comes_in_order();
    the_bell_is_read();
    a_long_absence_is_caught_up();
    a_span_of_time_is_found();
    world_close();
    return test_end();
}
