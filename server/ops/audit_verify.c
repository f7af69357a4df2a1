/* audit.verify: the log against itself (data/chain.h), against the heads that were signed, and against a seal that was kept
 * elsewhere. Its memory does not grow with the log. */
#include "common/date.h"
#include "common/seal.h"
#include "data/chain.h"
#include "server/core/limits.h"
#include "server/ops/audit.h"
#include "server/ops/audit_inside.h"
#include "server/core/secret.h"
#include <stdio.h>
#include <string.h>

#define PROBLEMS 100
#define PAGE 100

struct verifying {
    struct call *c;
    struct audit_verify_out *out;
    struct txn txn; /* with an arena of its own, emptied again and again */
    uint64_t last;  /* number of the last event */
    uint8_t key[SEAL_KEY];
    uint64_t id, newest; /* of the signed head looked at, of the newest */
    int64_t signed_to;   /* the newest event that one of them covers */
    int64_t rewritten;   /* heads after the first that the log does not hold */
    bool changed, cut;   /* one of them was told */
    int64_t strange;     /* heads that bear another key; of the first one: */
    int64_t strange_event;
    char strange_at[INSTANT_TEXT + 24];
};

static void add(void *context, uint64_t event, const char *text)
{
    struct verifying *v = context;
    struct audit_problem_list *p = &v->out->problems;
    if (p->n < PROBLEMS)
        p->v[p->n++] = (struct audit_problem){.event = (int64_t)event,
                                              .problem = arena_text(v->c->arena, text, strlen(text))};
}

#define SAY(v, event, ...)                          \
    do {                                            \
        char text_[200];                            \
        snprintf(text_, sizeof text_, __VA_ARGS__); \
        add((v), (uint64_t)(event), text_);         \
    } while (0)

/* "signed on 2026-11-22 at 10:00:00 UTC" */
static const char *when(char buffer[INSTANT_TEXT + 24], const struct audit *seal)
{
    char text[INSTANT_TEXT];
    instant_plain(text, seal->at);
    if (seal->at) /* a seal that was given may lack anything */
        snprintf(buffer, INSTANT_TEXT + 24, "signed on %.10s at %.8s UTC", text, text + 11);
    else
        snprintf(buffer, INSTANT_TEXT + 24, "without a time");
    return buffer;
}

/* Told as one: a server.key that was replaced leaves many. */
static void strange(struct verifying *v, const struct audit *seal, const char *at)
{
    if (v->strange++ == 0) {
        v->strange_event = seal->event;
        snprintf(v->strange_at, sizeof v->strange_at, "%s", at);
    }
}

static void say_strange(struct verifying *v, const char *what)
{
    if (v->strange == 1)
        SAY(v, v->strange_event,
            "forged head: the %s %s bears another key than this server's (or server.key was replaced)", what,
            v->strange_at);
    else if (v->strange)
        SAY(v, v->strange_event,
            "forged head: %lld heads, the first %s, bear another key than this server's (or server.key was "
            "replaced)",
            (long long)v->strange, v->strange_at);
    v->strange = 0;
}

/* Is it this server's signature on this business's log? `what`: "head", "seal". */
static bool genuine(struct verifying *v, const struct audit *seal, const char *what)
{
    char at[INSTANT_TEXT + 24];
    when(at, seal);
    if (!seal_signed(seal))
        SAY(v, seal->event, "forged head: the %s %s does not bear that signature", what, at);
    else if (memcmp(seal->key.data, v->key, SEAL_KEY) != 0)
        strange(v, seal, at);
    else if (seal->business != v->c->txn.business)
        SAY(v, seal->event, "forged head: the %s %s is of another business, number %lld", what, at,
            (long long)seal->business);
    else
        return true;
    return false;
}

/* Does the log hold what was signed? */
static enum err compare(struct verifying *v, const struct audit *seal, const char *what)
{
    char at[INSTANT_TEXT + 24];
    struct event event;
    when(at, seal);
    if ((uint64_t)seal->event > v->last) {
        if (!v->cut)
            SAY(v, v->last, "cut off: the %s %s knows an event %lld", what, at, (long long)seal->event);
        v->cut = true;
        return OK;
    }
    enum err e = record_get(&v->txn, KIND_EVENT, (uint64_t)seal->event, &event);
    if (e == ERR_NOT_FOUND || e == ERR_DAMAGED)
        return OK; /* that was said already */
    if (e)
        return e;
    bool same = event.chain.size == SEAL_LINK && memcmp(event.chain.data, seal->chain.data, SEAL_LINK) == 0;
    if (!same && !v->changed)
        SAY(v, seal->event, "changed: the log up to here is not what the %s %s stands for", what, at);
    v->rewritten += !same && v->changed;
    v->changed |= !same;
    return OK;
}

/* Which heads were signed follows from the number of the newest: those between two that are there, and should be, are missing. */
static void missing_heads(struct verifying *v, uint64_t from, uint64_t until)
{
    uint64_t n = 0;
    for (unsigned step = 0; step <= 40; step++) {
        uint64_t reach = (uint64_t)LIMIT_SEALS << step, width = UINT64_C(1) << step;
        uint64_t at = v->newest > reach && v->newest - reach + 1 > from ? v->newest - reach + 1 : from;
        for (at = (at + width - 1) / width * width; at < until; at += width)
            n += (at / width) % 2 && audit_kept(at, v->newest);
    }
    if (n)
        SAY(v, v->signed_to, "missing: %llu signed head%s after this event %s removed", (unsigned long long)n,
            n == 1 ? "" : "s", n == 1 ? "was" : "were");
}

static enum err look_at_head(struct verifying *v, const struct audit *head)
{
    uint64_t number = head->id - CHAIN_HEAD;
    missing_heads(v, v->id + 1, number);
    v->id = number;
    v->out->heads++;
    if (!genuine(v, head, "head"))
        return OK;
    if (head->event < v->signed_to)
        SAY(v, head->event, "forged head: a later one was signed for an earlier event");
    if (head->event > v->signed_to)
        v->signed_to = head->event;
    return compare(v, head, "head");
}

static enum err look_at_heads(struct verifying *v)
{
    char after[64] = "";
    struct key k = record_key(&v->txn, KIND_AUDIT);
    struct list_range range = list_range(&k);
    key_u64(&k, CHAIN_HEAD + 1);
    range.first = k;
    enum err e = OK;
    for (bool more = true; more && !e;) {
        struct record_list l = {.kind = KIND_AUDIT,
                                .view = shape_audit(),
                                .ranges = &range,
                                .n = 1,
                                .after = after,
                                .limit = PAGE};
        arena_reset(v->txn.arena);
        e = record_list(&v->txn, &l, &v->c->why);
        for (size_t i = 0; i < l.count && !e; i++)
            e = look_at_head(v, (struct audit *)l.rows + i);
        more = !e && l.next;
        snprintf(after, sizeof after, "%s", more ? l.next : "");
    }
    say_strange(v, "head");
    if (!e && v->rewritten)
        SAY(v, v->signed_to, "changed: nor is it what %lld later signed head%s for", (long long)v->rewritten,
            v->rewritten == 1 ? " stands" : "s stand");
    return e;
}

/* A log that runs is signed every minute: what is not has lost its heads. How old an event is can only be said when the clock has not
 * been set meanwhile; what is signed after that shows the loss as well (missing_heads), and the chain proves the events themselves.
 * Times are information: the order of the log is that of its numbers, and stamps go back when a clock does. */
static enum err signed_in_time(struct verifying *v)
{
    struct event first;
    if ((uint64_t)v->signed_to >= v->last || call_steady(v->c) < LIMIT_UNSEALED_MS)
        return OK;
    enum err e = record_get(&v->txn, KIND_EVENT, (uint64_t)v->signed_to + 1, &first);
    if (e == ERR_NOT_FOUND || e == ERR_DAMAGED)
        return OK;
    if (!e && first.at < v->c->now - LIMIT_UNSEALED_MS)
        SAY(v, first.id, "not signed: no signed head covers this event and those after it");
    return e;
}

static enum err look_at_seal(struct verifying *v, const struct audit *seal)
{
    v->changed = v->cut = false;
    enum err e = genuine(v, seal, "seal") ? compare(v, seal, "seal") : OK;
    say_strange(v, "seal");
    return e;
}

static enum err verify(struct verifying *v, const struct audit *seal)
{
    struct chain_walk walk = {.problem = add, .context = v};
    struct audit *newest = arena_alloc(v->c->arena, sizeof *newest);
    enum err e = chain_walk(&v->txn, &walk);
    v->out->events = (int64_t)walk.events;
    v->last = walk.last;
    if (!e) {
        e = audit_newest(&v->c->txn, newest);
        if (!e) {
            v->out->seal = newest;
            v->newest = newest->id - CHAIN_HEAD;
        }
        if (e == ERR_NOT_FOUND)
            e = OK;
    }
    if (!e)
        e = look_at_heads(v);
    if (!e)
        e = signed_in_time(v);
    return e || !seal ? e : look_at_seal(v, seal);
}

enum err op_audit_verify(struct call *c, const struct audit_verify_in *in, struct audit_verify_out *out)
{
    struct verifying v = {.c = c, .out = out};
    enum err e = audit_enter(c, in->portal);
    if (e)
        return e;
    v.txn = c->txn;
    v.txn.arena = arena_open();
    out->problems.v = arena_alloc(c->arena, PROBLEMS * sizeof *out->problems.v);
    secret_public(v.key);
    e = verify(&v, in->seal);
    arena_close(v.txn.arena);
    return e;
}
