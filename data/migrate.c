#include "data/migrate.h"
#include "data/chain.h"
#include "data/derive.h"
#include "data/freeze.h"
#include "data/engine/kv.h"
#include "data/migrate_clear.h"
#include "data/migrate_credit.h"
#include "data/migrate_due.h"
#include "data/migrate_lists.h"
#include "data/migrate_rows.h"
#include "data/migrate_status.h"
#include "data/store.h"
#include <assert.h>
#include <stdio.h>
#include <string.h>

#define KEY_SLOT 5 /* of a total's key: behind business and space */
#define BATCH 1000 /* events of one transaction */

struct linking {
    struct arena *arena;
    uint32_t business, businesses;
    bool done;
};

static enum err count(struct kv_txn *kv, void *arg)
{
    return store_businesses(kv, &((struct linking *)arg)->businesses);
}

static enum err link_some(struct kv_txn *kv, void *arg)
{
    struct linking *l = arg;
    struct txn t = {.kv = kv, .arena = l->arena, .business = l->business};
    arena_reset(l->arena);
    return chain_catch_up(&t, BATCH, &l->done);
}

struct listing {
    struct arena *arena;
    enum kind kind;
    const struct shape *view;
    uint32_t business;
    char after[400], next[400]; /* cursors of this page and of the next; "" at the beginning and the end */
};

/* Writing an index entry that is there changes nothing, so a step that was broken off is simply taken again. */
static enum err list_some(struct kv_txn *kv, void *arg)
{
    struct listing *l = arg;
    struct txn t = {.kv = kv, .arena = l->arena, .business = l->business};
    struct key k = record_key(&t, l->kind);
    struct list_range range = list_range(&k);
    struct record_list page = {.kind = l->kind,
                               .view = l->view,
                               .ranges = &range,
                               .n = 1,
                               .after = *l->after ? l->after : NULL,
                               .limit = BATCH};
    struct refusal why;
    arena_reset(l->arena);
    enum err e = record_list(&t, &page, &why);
    for (size_t i = 0; i < page.count && !e; i++) {
        struct derived d;
        derive(&t, l->kind, (const char *)page.rows + i * l->view->size, &d);
        for (size_t n = 0; n < d.n_keys && !e; n++)
            e = derived_put(&t, &d.keys[n], l->kind, (const char *)page.rows + i * l->view->size);
    }
    snprintf(l->next, sizeof l->next, "%s", !e && page.next ? page.next : "");
    return e;
}

/* What is of that kind is listed by all that it is listed by today. */
static enum err list_all(struct kv *kv, uint32_t businesses, enum kind kind, const struct shape *view)
{
    struct listing l = {.arena = arena_open(), .kind = kind, .view = view};
    enum err e = OK;
    for (l.business = 1; !e && l.business <= businesses; l.business++)
        do {
            e = kv_write(kv, list_some, &l);
            memcpy(l.after, l.next, sizeof l.after);
        } while (!e && *l.after);
    arena_close(l.arena);
    return e;
}

/* 1 → 2: events are linked. How far it has come is in the head of each log. */
static enum err link_logs(struct kv *kv)
{
    struct linking l = {.arena = arena_open()};
    enum err e = kv_read(kv, count, &l);
    for (l.business = 1; !e && l.business <= l.businesses; l.business++)
        for (l.done = false; !e && !l.done;)
            e = kv_write(kv, link_some, &l);
    arena_close(l.arena);
    return e ? e : list_all(kv, l.businesses, KIND_CONTACT, shape_contact());
}

/* 2 → 3: what was sent is frozen whole. */
static enum err freeze(struct kv *kv)
{
    struct linking l = {.businesses = 0};
    enum err e = kv_read(kv, count, &l);
    return e ? e : freeze_papers(kv, l.businesses);
}

/* --- 3 → 4: payments are counted by their gateway */

struct tally {
    struct key key;
    int64_t amount, count;
};
struct counting {
    struct arena *arena, *page; /* of the whole; of a page */
    uint32_t business, businesses;
    char after[400];
    struct tally *tallies;
    size_t n, cap;
};

static enum err count_businesses(struct kv_txn *kv, void *arg)
{
    return store_businesses(kv, &((struct counting *)arg)->businesses);
}

static void tally_one(struct counting *c, const struct derived_total *t)
{
    struct key like = total_key(&(struct txn){.business = c->business}, TOTAL_GATEWAY, 0, "", 0);
    size_t i = 0;
    if (t->key.bytes[KEY_SLOT] != like.bytes[KEY_SLOT])
        return;
    while (i < c->n && memcmp(c->tallies[i].key.bytes, t->key.bytes, t->key.size) != 0)
        i++;
    if (i == c->n) {
        if (c->n == c->cap)
            c->tallies = arena_grow(c->arena, c->tallies, &c->cap, sizeof *c->tallies);
        c->tallies[c->n++] = (struct tally){.key = t->key};
    }
    c->tallies[i].amount += t->amount;
    c->tallies[i].count += t->count;
}

static enum err tally_page(struct kv_txn *kv, void *arg)
{
    struct counting *c = arg;
    arena_reset(c->page);
    struct txn t = {.kv = kv, .arena = c->page, .business = c->business};
    struct key k = record_key(&t, KIND_PAYMENT);
    struct list_range range = list_range(&k);
    struct record_list page = {.kind = KIND_PAYMENT,
                               .view = shape_payment(),
                               .ranges = &range,
                               .n = 1,
                               .after = *c->after ? c->after : NULL,
                               .limit = BATCH};
    struct refusal why;
    enum err e = record_list(&t, &page, &why);
    const struct payment *payments = page.rows;
    for (size_t i = 0; i < page.count && !e; i++) {
        struct derived d;
        derive(&t, KIND_PAYMENT, &payments[i], &d);
        for (size_t n = 0; n < d.n_totals; n++)
            tally_one(c, &d.totals[n]);
    }
    snprintf(c->after, sizeof c->after, "%s", !e && page.next ? page.next : "");
    return e;
}

/* Sums, not additions: a step that was broken off is simply taken again. */
static enum err put_tallies(struct kv_txn *kv, void *arg)
{
    const struct counting *c = arg;
    enum err e = OK;
    for (size_t i = 0; i < c->n && !e; i++) {
        struct key value = {.size = 0};
        key_u64(key_u64(&value, (uint64_t)c->tallies[i].amount), (uint64_t)c->tallies[i].count);
        e = kv_put(kv, c->tallies[i].key.bytes, c->tallies[i].key.size, value.bytes, value.size);
    }
    return e;
}

static enum err count_gateways(struct kv *kv)
{
    struct counting c = {.arena = arena_open(), .page = arena_open()};
    enum err e = kv_read(kv, count_businesses, &c);
    for (c.business = 1; !e && c.business <= c.businesses; c.business++)
        do
            e = kv_read(kv, tally_page, &c);
        while (!e && *c.after);
    if (!e && c.n)
        e = kv_write(kv, put_tallies, &c);
    arena_close(c.page);
    arena_close(c.arena);
    return e;
}

/* 5 → 6: values bear sums, which is done before any other step, by data/store.c; and SSH keys wait to be proved. Those that are there count
 * as proved and stay as they are; but an earlier program would take for proved what waits. */
static enum err sums_and_proofs(struct kv *kv)
{
    (void)kv;
    return OK;
}

/* 7 → 8: persons are found by words. */
static enum err person_words(struct kv *kv)
{
    struct linking l = {.businesses = 0};
    enum err e = kv_read(kv, count, &l);
    return e ? e : list_all(kv, l.businesses, KIND_CONTACT, shape_contact());
}

/* 8 → 9: comments that the customer sees are found among notes of staff, however many. */
static enum err comments_shown(struct kv *kv)
{
    struct linking l = {.businesses = 0};
    enum err e = kv_read(kv, count, &l);
    return e ? e : list_all(kv, l.businesses, KIND_COMMENT, shape_comment());
}

/* 9 → 10: there is credit, of which what is left is found by customer. */
static enum err credit(struct kv *kv)
{
    struct linking l = {.businesses = 0};
    enum err e = kv_read(kv, count, &l);
    if (!e)
        e = migrate_credit(kv, l.businesses);
    return e ? e : list_all(kv, l.businesses, KIND_PAYMENT, shape_payment());
}

/* 12 → 13: customers that are not active are found among the others. Emptied first: an earlier program may have written since it was broken off. */
static enum err inactive(struct kv *kv)
{
    struct linking l = {.businesses = 0};
    enum err e = kv_read(kv, count, &l);
    for (uint32_t b = 1; !e && b <= l.businesses; b++)
        e = migrate_clear(kv, b, INDEX_CUSTOMER_INACTIVE);
    return e ? e : list_all(kv, l.businesses, KIND_CUSTOMER, shape_customer());
}

enum err migrate_step(struct kv *kv, uint32_t from)
{
    static enum err (*const steps[])(struct kv * kv) = {
        link_logs,    freeze,         count_gateways, migrate_lists, sums_and_proofs, migrate_due,
        person_words, comments_shown, credit,         migrate_rows,  migrate_status,  inactive};
    assert(from >= 1 && from <= sizeof steps / sizeof *steps);
    return steps[from - 1](kv);
}
