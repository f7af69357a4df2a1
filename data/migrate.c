#include "data/migrate.h"
#include "data/chain.h"
#include "data/derive.h"
#include "data/freeze.h"
#include "data/kv.h"
#include "data/store.h"
#include <assert.h>
#include <stdio.h>
#include <string.h>

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
    uint32_t business;
    char after[400], next[400]; /* cursors of this page and of the next; "" at the beginning and the end */
};

/* Writing an index entry that is there changes nothing, so a step that was broken off is simply taken again. */
static enum err list_contacts(struct kv_txn *kv, void *arg)
{
    struct listing *l = arg;
    struct txn t = {.kv = kv, .arena = l->arena, .business = l->business};
    struct key k = record_key(&t, KIND_CONTACT);
    struct list_range range = list_range(&k);
    struct record_list page = {.kind = KIND_CONTACT,
                               .view = shape_contact(),
                               .ranges = &range,
                               .n = 1,
                               .after = *l->after ? l->after : NULL,
                               .limit = BATCH};
    struct refusal why;
    arena_reset(l->arena);
    enum err e = record_list(&t, &page, &why);
    const struct contact *contacts = page.rows;
    for (size_t i = 0; i < page.count && !e; i++) {
        struct derived d;
        derive(&t, KIND_CONTACT, &contacts[i], &d);
        for (size_t n = 0; n < d.n_keys && !e; n++)
            e = kv_put(kv, d.keys[n].bytes, d.keys[n].size, "", 0);
    }
    snprintf(l->next, sizeof l->next, "%s", !e && page.next ? page.next : "");
    return e;
}

/* Who has access is listed by the name of the portal that they were told. */
static enum err list_told(struct kv *kv, uint32_t businesses)
{
    struct listing l = {.arena = arena_open()};
    enum err e = OK;
    for (l.business = 1; !e && l.business <= businesses; l.business++)
        do {
            e = kv_write(kv, list_contacts, &l);
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
    return e ? e : list_told(kv, l.businesses);
}

/* 2 → 3: what was sent is frozen whole. */
static enum err freeze(struct kv *kv)
{
    struct linking l = {.businesses = 0};
    enum err e = kv_read(kv, count, &l);
    return e ? e : freeze_papers(kv, l.businesses);
}

enum err migrate_step(struct kv *kv, uint32_t from)
{
    static enum err (*const steps[])(struct kv * kv) = {link_logs, freeze};
    assert(from >= 1 && from <= sizeof steps / sizeof *steps);
    return steps[from - 1](kv);
}
