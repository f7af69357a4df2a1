#include "data/migrate_due.h"
#include "data/engine/kv.h"
#include "data/store.h"
#include <stdio.h>

#define BATCH 1000 /* records of one transaction */

/* Numbers of the works as they were then (server/due/works.def): they are permanent. */
enum { WORK_MAIL = 1, WORK_OUTBOX = 2, WORK_PAYMENT = 3, WORK_SWEEP = 4, WORK_SEAL = 5 };

struct moving {
    struct arena *arena;
    uint32_t business, businesses;
    int state;                  /* of the mails */
    char after[400], next[400]; /* cursors of this page and of the next; "" at the beginning and the end */
};

/* Once: a step that was broken off is simply taken again. */
static enum err add(struct txn *t, const struct due *work)
{
    struct key k = index_key(t, INDEX_DUE_ABOUT);
    struct due w = *work;
    uint64_t id;
    key_u64(key_u8(&k, (uint8_t)w.work), (uint64_t)w.about);
    enum err e = record_find(t, &k, &id);
    return e == ERR_NOT_FOUND ? record_put(t, KIND_DUE, &w) : e;
}

static enum err read_page(struct moving *m, struct kv_txn *kv, struct record_list *page, enum index index,
                          int state)
{
    struct txn t = {.kv = kv, .arena = m->arena, .business = m->business};
    struct key k = index_key(&t, index);
    struct list_range range = list_range(key_u8(&k, (uint8_t)state));
    struct refusal why;
    arena_reset(m->arena);
    page->ranges = &range;
    page->n = 1;
    page->after = *m->after ? m->after : NULL;
    page->limit = BATCH;
    enum err e = record_list(&t, page, &why);
    snprintf(m->next, sizeof m->next, "%s", !e && page->next ? page->next : "");
    return e;
}

static enum err mails(struct kv_txn *kv, void *arg)
{
    struct moving *m = arg;
    struct record_list page = {.kind = KIND_MAIL, .view = shape_mail_row()};
    enum err e = read_page(m, kv, &page, INDEX_MAIL_STATE, m->state);
    struct txn t = {.kv = kv, .arena = m->arena, .business = m->business};
    const struct mail_row *rows = page.rows;
    for (size_t i = 0; i < page.count && !e; i++) {
        struct due w = {.work = WORK_MAIL,
                        .about = (int64_t)rows[i].id,
                        .at = rows[i].next_try,
                        .tries = rows[i].tries,
                        .said = rows[i].said,
                        .gave_up = m->state == MAIL_FAILED ? rows[i].created : 0,
                        .since = rows[i].created};
        e = add(&t, &w);
    }
    return e;
}

static enum err payments(struct kv_txn *kv, void *arg)
{
    struct moving *m = arg;
    struct record_list page = {.kind = KIND_PAYMENT, .view = shape_payment()};
    enum err e = read_page(m, kv, &page, INDEX_PAYMENT_STATE, PAY_PENDING);
    struct txn t = {.kv = kv, .arena = m->arena, .business = m->business};
    const struct payment *rows = page.rows;
    for (size_t i = 0; i < page.count && !e; i++) {
        struct due w = {.work = WORK_PAYMENT,
                        .about = (int64_t)rows[i].id,
                        .at = rows[i].created,
                        .since = rows[i].created,
                        .whose = (int64_t)rows[i].customer};
        e = add(&t, &w);
    }
    return e;
}

static enum err standing(struct kv_txn *kv, void *arg)
{
    static const int works[] = {WORK_OUTBOX, WORK_SWEEP, WORK_SEAL};
    const struct moving *m = arg;
    struct txn t = {.kv = kv, .arena = m->arena, .business = m->business};
    enum err e = OK;
    for (size_t i = 0; i < sizeof works / sizeof *works && !e; i++)
        e = add(&t, &(struct due){.work = works[i]});
    return e;
}

static enum err every_page(struct kv *kv, struct moving *m, enum err (*page)(struct kv_txn *kv, void *arg))
{
    enum err e;
    m->after[0] = '\0';
    do {
        e = kv_write(kv, page, m);
        snprintf(m->after, sizeof m->after, "%s", m->next);
    } while (!e && *m->after);
    return e;
}

static enum err count(struct kv_txn *kv, void *arg)
{
    return store_businesses(kv, &((struct moving *)arg)->businesses);
}

enum err migrate_due(struct kv *kv)
{
    struct moving m = {.arena = arena_open()};
    enum err e = kv_read(kv, count, &m);
    for (m.business = 1; !e && m.business <= m.businesses; m.business++) {
        m.state = MAIL_WAITING;
        e = every_page(kv, &m, mails);
        m.state = MAIL_FAILED;
        if (!e)
            e = every_page(kv, &m, mails);
        if (!e)
            e = every_page(kv, &m, payments);
        if (!e)
            e = kv_write(kv, standing, &m);
    }
    arena_close(m.arena);
    return e;
}
