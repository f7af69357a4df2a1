/* The chain of the log under handlers that run twice and requests that are undone, and which signed heads are kept. What damage to
 * a store on disk is found is tests/faults/test_audit.py's. */
#include "common/seal.h"
#include "data/chain.h"
#include "server/core/limits.h"
#include "server/ops/audit.h"
#include "tests/unit/office.h"

static struct office o;

static enum err two_events(struct call *c, void *arg)
{
    enum err e = OK;
    for (int i = 0; i < 2 && !e; i++) {
        struct event event = {.what = WHAT_CHANGED, .subject = SUBJECT_BUSINESS, .about = 1};
        e = call_event(c, &event);
        CHECK_INT(event.chain.size, SEAL_LINK);
    }
    return e ? e : *(enum err *)arg;
}
static enum err happens(enum err end)
{
    return office_write(&o, two_events, &end);
}

struct nested {
    struct call *c;
    enum err end;
};
static enum err in_nested(struct kv_txn *kv, void *arg)
{
    struct nested *n = arg;
    struct call c = *n->c;
    c.txn.kv = kv;
    return two_events(&c, &n->end);
}
/* A group as the writer makes it: some of its requests are refused. */
static enum err group(struct call *c, void *arg)
{
    (void)arg;
    for (int i = 0; i < 5; i++) {
        struct nested n = {c, i % 2 ? ERR_STATE : OK};
        CHECK_INT(kv_nested(c->txn.kv, in_nested, &n), n.end);
    }
    return OK;
}

static struct audit_verify_out verify(void)
{
    struct audit_verify_out out;
    CHECK_INT(RUN(&o, audit_verify, &out, .head = {0}), OK);
    for (size_t i = 0; i < out.problems.n; i++)
        fprintf(stderr, "%lld %s\n", (long long)out.problems.v[i].event, out.problems.v[i].problem);
    CHECK_INT(out.problems.n, 0);
    return out;
}

static void undone_requests_leave_no_link(void)
{
    int64_t before = verify().events;
    CHECK_INT(happens(OK), OK);
    CHECK_INT(happens(ERR_STALE), ERR_STALE);
    CHECK_INT(office_write(&o, group, NULL), OK);
    CHECK_INT(verify().events, before + 2 + 6);
}

/* One more each time; the oldest are let go of by the rule, and verify misses none. */
static void few_signed_heads_are_kept(void)
{
    struct audit_head_out head;
    CHECK_INT(verify().heads, 0);
    for (int i = 0; i < 700; i++) {
        CHECK_INT(RUN(&o, audit_head, &head, .head = {0}), OK);
        CHECK(seal_signed(head.seal));
        CHECK_INT(head.seal->id, i + 1 + CHAIN_HEAD);
        if (i % 100 == 99) {
            struct audit_verify_out out = verify();
            CHECK(out.heads <= 64 + 32 * 5 && out.heads >= 64);
            CHECK_INT(out.seal->id, head.seal->id);
        }
    }
    for (uint64_t newest = 1; newest < 3000; newest++) /* who is let go of once is not missed later */
        for (uint64_t n = newest > 300 ? newest - 300 : 1; n < newest; n++)
            CHECK(audit_kept(n, newest) || !audit_kept(n, newest + 1));
}

static void a_seal_is_bound_to_all_it_says(void)
{
    struct audit_head_out out;
    CHECK_INT(RUN(&o, audit_head, &out, .head = {0}), OK);
    struct audit seal = *out.seal;
    CHECK(seal_signed(&seal));
    seal.event++;
    CHECK(!seal_signed(&seal));
    seal = *out.seal;
    seal.at++;
    CHECK(!seal_signed(&seal));
    seal = *out.seal;
    seal.business++;
    CHECK(!seal_signed(&seal));
    seal = *out.seal;
    uint8_t other[SEAL_LINK] = {1};
    seal.chain = (struct bytes){other, sizeof other};
    CHECK(!seal_signed(&seal));
    seal.chain.size = 31;
    CHECK(!seal_signed(&seal));
    seal = *out.seal;
    seal.signature.size = 0;
    CHECK(!seal_signed(&seal));
}

int main(void)
{
    CHECK_INT(office_open(&o), OK);
    undone_requests_leave_no_link();
    few_signed_heads_are_kept();
    a_seal_is_bound_to_all_it_says();
    office_close(&o);
    return test_end();
}
