/* Damages the log of business 1 in a store that no daemon runs on, as somebody could who may write its file:
 *     damage FOLDER change N      another text in event N
 *     damage FOLDER relink N      the same with a link that fits; those after it stay
 *     damage FOLDER bytes N       stored otherwise, reads the same
 *     damage FOLDER unlink N      event N without its link
 *     damage FOLDER garbage N     bytes that are no event
 *     damage FOLDER remove N      event N is gone
 *     damage FOLDER shift N       event N is gone and those after it have moved up, with its numbers
 *     damage FOLDER swap N M      their bytes stand in each other's place
 *     damage FOLDER exchange N M  what happened in N and M is exchanged, numbers fit
 *     damage FOLDER cut N         nothing after event N
 *     damage FOLDER cut-well N    the same, and head and numbers say so too
 *     damage FOLDER add           an event after the last one
 *     damage FOLDER head          another link in the head
 *     damage FOLDER rewrite N     another text in event N, and all links from there on and the head made to fit
 *     damage FOLDER forget N      the signed heads from event N on are gone
 *     damage FOLDER drop K        the K-th signed head is gone
 *     damage FOLDER forge N       the signed heads from event N on are made to fit and signed with another key
 *     damage FOLDER unsigned K    another time in the K-th signed head
 *     damage FOLDER schema1       the layout of schema 1: no links, no heads, no index of events by what happened
 *     damage FOLDER schema3       the layout of schema 3: payments are not counted by their gateway
 *     damage FOLDER schema6       the layout of schema 6: nothing is on record as due
 *     damage FOLDER schema10      the layout of schema 10: indexes carry no rows
 *     damage FOLDER schema11      the layout of schema 11: documents are not found by status in every order, events not by who did it
 *     damage FOLDER before12 N    document N is due a day later, and an event says so, as a program of schema 11 writes it
 *     damage FOLDER schema12      the layout of schema 12: who is not active is not found apart; and one entry of who is, as a step left it that was
 *                                 broken off before a program of then wrote
 *     damage FOLDER rows N M      the rows of document N are those of M; 0: of another revision of itself
 *     damage FOLDER due N         something is due that has the number N among the works
 *     damage FOLDER newer DOCUMENT PAYMENT the document is of a kind, the payment of a gateway, that only a newer program knows;
 *                             and 300 payments more of another one
 *     damage FOLDER garbled-due N the record with number N of what is due holds bytes that are none; garbled-mail N: of the outbox
 *     damage FOLDER unsummed N    the layout of schema 5: values bear no sums; N: of every N-th key, as when adding them was broken off
 *     damage FOLDER lose KEY      the value of that key (hexadecimal) is gone, and nothing else
 *     damage FOLDER stump KEY     one byte is left of it, with a sum that fits
 *     damage FOLDER half N        links and head only up to event N, and schema 1: a migration that was broken off
 *     damage FOLDER prefix SERIES that series begins with inv-, as it could when two might have one prefix
 *     damage FOLDER unfrozen      the layout of schema 2: papers without seller, buyer's number and categories, payments without payee
 *     damage FOLDER schema        prints the number of the schema
 *     damage FOLDER count         prints the number of the last event and the number of signed heads */
#include "common/codec.h"
#include "common/seal.h"
#include "data/chain.h"
#include "data/derive.h"
#include "data/engine/kv.h"
#include "data/engine/kv_sum.h"
#include "data/store.h"
#include "server/core/secret.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct damage {
    struct arena *arena;
    const char *how, *key;
    uint64_t n, m;
};

static void fail(const char *what, enum err e)
{
    fprintf(stderr, "damage: %s: %s\n", what, err_name(e));
    exit(1);
}
#define TRY(call)              \
    do {                       \
        enum err try_ = call;  \
        if (try_)              \
            fail(#call, try_); \
    } while (0)

static struct key key_for(struct txn *t, enum kind kind, uint64_t id)
{
    struct key k = record_key(t, kind);
    key_u64(&k, id);
    return k;
}

static void put(struct txn *t, enum kind kind, uint64_t id, const void *record)
{
    struct key k = key_for(t, kind, id);
    struct buf b;
    buf_init(&b, KV_VALUE_MAX);
    codec_pack(&b, record_shape(kind), record, CODEC_STORE);
    TRY(kv_put(t->kv, k.bytes, k.size, b.data, b.size));
    buf_fini(&b);
}

static void put_raw(struct txn *t, uint64_t id, const void *bytes, size_t size)
{
    struct key k = key_for(t, KIND_EVENT, id);
    TRY(kv_put(t->kv, k.bytes, k.size, bytes, size));
}

static void del(struct txn *t, enum kind kind, uint64_t id)
{
    struct key k = key_for(t, kind, id);
    TRY(kv_del(t->kv, k.bytes, k.size));
}

static struct event get(struct txn *t, uint64_t id)
{
    struct event e;
    TRY(record_get(t, KIND_EVENT, id, &e));
    return e;
}

static struct kv_bytes raw(struct txn *t, uint64_t id)
{
    struct key k = key_for(t, KIND_EVENT, id);
    struct kv_bytes value;
    TRY(kv_get(t->kv, k.bytes, k.size, &value));
    value.data = arena_copy(t->arena, value.data, value.size);
    return value;
}

static uint64_t last_of(struct txn *t)
{
    uint64_t last;
    TRY(record_last_id(t, KIND_EVENT, &last));
    return last;
}

static void set_last(struct txn *t, uint64_t last)
{
    struct key k = key_of(t->business, SPACE_SEQUENCE), v = {.size = 0};
    key_u8(&k, KIND_EVENT);
    key_u64(&v, last);
    TRY(kv_put(t->kv, k.bytes, k.size, v.bytes, v.size));
}

static void set_schema(struct txn *t, uint32_t schema)
{
    struct key k = key_of(0, SPACE_META), v = {.size = 0};
    key_u32(&v, schema);
    TRY(kv_put(t->kv, k.bytes, k.size, v.bytes, v.size));
}

static void get_audit(struct txn *t, uint64_t id, struct audit *head)
{
    TRY(record_get(t, KIND_AUDIT, id, head));
}

/* Ids of the signed heads, oldest first. */
static struct id_list heads_of(struct txn *t)
{
    struct key k = record_key(t, KIND_AUDIT);
    struct id_list ids;
    TRY(record_ids(t, &k, 100000, &ids));
    ids.v++; /* the head that is kept */
    ids.n--;
    return ids;
}

static void set_head(struct txn *t, uint64_t event, struct bytes chain)
{
    struct audit head;
    get_audit(t, CHAIN_HEAD, &head);
    head.event = (int64_t)event;
    head.chain = chain;
    put(t, KIND_AUDIT, CHAIN_HEAD, &head);
}

static void relink(struct txn *t, struct event *e, uint64_t number)
{
    static const uint8_t zeros[SEAL_LINK];
    uint8_t *link = arena_alloc(t->arena, SEAL_LINK);
    seal_link(link, number > 1 ? get(t, number - 1).chain.data : zeros, t->business, e);
    e->chain = (struct bytes){link, SEAL_LINK};
    put(t, KIND_EVENT, number, e);
}

static void another_text(struct txn *t, uint64_t n, bool link)
{
    struct event e = get(t, n);
    e.text = "it was quite otherwise";
    if (link)
        relink(t, &e, n);
    else
        put(t, KIND_EVENT, n, &e);
}

static void rewrite(struct txn *t, uint64_t n)
{
    uint64_t last = last_of(t);
    another_text(t, n, true);
    for (uint64_t i = n + 1; i <= last; i++) {
        struct event e = get(t, i);
        relink(t, &e, i);
    }
    set_head(t, last, get(t, last).chain);
}

static void change(struct txn *t, const struct damage *d)
{
    if (strcmp(d->how, "change") == 0 || strcmp(d->how, "relink") == 0) {
        another_text(t, d->n, *d->how == 'r');
    } else if (strcmp(d->how, "bytes") == 0) { /* a map of 16 bits' count reads the same */
        struct kv_bytes v = raw(t, d->n);
        uint8_t *longer = arena_alloc(t->arena, v.size + 2);
        memcpy(longer + 3, (const uint8_t *)v.data + 1, v.size - 1);
        uint8_t first = *(const uint8_t *)v.data;
        longer[0] = 0xde;
        longer[2] = (first & 0xf0) == 0x80 ? first & 0x0f : ((const uint8_t *)v.data)[2];
        if ((first & 0xf0) !=
            0x80) /* it has such a count: a text of 8 bits' length then; not needed so far */
            fail("bytes: a larger map", ERR_STATE);
        put_raw(t, d->n, longer, v.size + 2);
    } else if (strcmp(d->how, "unlink") == 0) {
        struct event e = get(t, d->n);
        e.chain.size = 0;
        put(t, KIND_EVENT, d->n, &e);
    } else {
        put_raw(t, d->n, "garbage", 7);
    }
}

static void move(struct txn *t, const struct damage *d)
{
    uint64_t last = last_of(t);
    if (strcmp(d->how, "remove") == 0) {
        del(t, KIND_EVENT, d->n);
    } else if (strcmp(d->how, "shift") == 0) {
        for (uint64_t i = d->n; i < last; i++) {
            struct event e = get(t, i + 1);
            e.id = i;
            put(t, KIND_EVENT, i, &e);
        }
        del(t, KIND_EVENT, last);
        set_last(t, last - 1);
        set_head(t, last - 1, get(t, last - 1).chain);
    } else if (strcmp(d->how, "swap") == 0) {
        struct kv_bytes one = raw(t, d->n), other = raw(t, d->m);
        put_raw(t, d->n, other.data, other.size);
        put_raw(t, d->m, one.data, one.size);
    } else {
        struct event one = get(t, d->n), other = get(t, d->m);
        struct bytes chain = one.chain;
        one.id = d->m;
        other.id = d->n;
        one.chain = other.chain;
        other.chain = chain;
        put(t, KIND_EVENT, d->n, &other);
        put(t, KIND_EVENT, d->m, &one);
    }
}

static void cut(struct txn *t, const struct damage *d)
{
    for (uint64_t i = last_of(t); i > d->n; i--)
        del(t, KIND_EVENT, i);
    if (strcmp(d->how, "cut") != 0) {
        set_last(t, d->n);
        set_head(t, d->n, get(t, d->n).chain);
    }
}

static void heads(struct txn *t, const struct damage *d)
{
    struct id_list ids = heads_of(t);
    for (size_t i = 0; i < ids.n; i++) {
        struct audit head;
        uint8_t bytes[SEAL_BYTES], signature[SEAL_SIGNATURE], public[SEAL_KEY];
        get_audit(t, ids.v[i], &head);
        bool after = (uint64_t)head.event >= d->n;
        if (strcmp(d->how, "forget") == 0 && after) {
            TRY(record_del(t, KIND_AUDIT, ids.v[i]));
        } else if (strcmp(d->how, "drop") == 0 && i == d->n) {
            TRY(record_del(t, KIND_AUDIT, ids.v[i]));
        } else if (strcmp(d->how, "unsigned") == 0 && i == d->n) {
            head.at += 1000;
            put(t, KIND_AUDIT, ids.v[i], &head);
        } else if (strcmp(d->how, "forge") == 0 && after) {
            head.chain = get(t, (uint64_t)head.event).chain;
            secret_public(public); /* random: secret_start's */
            head.key = (struct bytes){public, sizeof public};
            if (!seal_bytes(bytes, &head))
                fail("forge", ERR_INTERNAL);
            secret_sign(signature, bytes, sizeof bytes);
            head.signature = (struct bytes){signature, sizeof signature};
            put(t, KIND_AUDIT, ids.v[i], &head);
        }
    }
}

/* Who has access was not listed by the portal name they were told. */
static void forget_told(struct txn *t)
{
    uint64_t last;
    TRY(record_last_id(t, KIND_CONTACT, &last));
    for (uint64_t id = 1; id <= last; id++) {
        struct contact p;
        enum err e = record_get(t, KIND_CONTACT, id, &p);
        if (e == ERR_NOT_FOUND)
            continue;
        TRY(e);
        struct key k = index_key(t, INDEX_CONTACT_TOLD);
        key_u32(key_u8(&k, (uint8_t)p.access), (uint32_t)p.told_generation);
        key_u64(&k, id);
        TRY(kv_del(t->kv, k.bytes, k.size));
    }
}

/* As before payments were counted by their gateway. */
static void uncount(struct txn *t)
{
    struct total *totals;
    size_t n;
    TRY(total_list(t, TOTAL_GATEWAY, total_name("sandbox"), NULL, 0, UINT32_MAX, &totals, &n));
    for (size_t i = 0; i < n; i++) {
        struct key k = total_key(t, TOTAL_GATEWAY, total_name("sandbox"), totals[i].currency, totals[i].sub);
        TRY(kv_del(t->kv, k.bytes, k.size));
    }
    set_schema(t, 3);
}

/* Links and index entries of events from `from` on are taken away. */
static void older(struct txn *t, uint64_t from)
{
    uint64_t last = last_of(t);
    struct id_list ids = heads_of(t);
    for (uint64_t i = from; i <= last; i++) {
        struct event e = get(t, i);
        e.chain.size = 0;
        put(t, KIND_EVENT, i, &e);
        struct key k = index_key(t, INDEX_EVENT_WHAT);
        key_u64(key_u8(&k, (uint8_t)e.what), i);
        TRY(kv_del(t->kv, k.bytes, k.size));
    }
    for (size_t i = 0; i < ids.n; i++)
        TRY(record_del(t, KIND_AUDIT, ids.v[i]));
    if (from == 1)
        TRY(record_del(t, KIND_AUDIT, CHAIN_HEAD));
    else
        set_head(t, from - 1, get(t, from - 1).chain);
    forget_told(t);
    uncount(t);
    set_schema(t, 1);
}

/* A document as it was stored when it was not frozen whole: the name and the address that were kept then stay. */
static void unfreeze_document(struct document *d, const struct customer *owner)
{
    d->seller = NULL;
    d->customer_company = d->customer_tax_id = NULL;
    d->frozen = 0;
    d->own_billing = false;
    if (!d->billing) /* drafts had the customer's */
        d->billing = owner->billing;
    for (size_t i = 0; i < d->lines.n; i++)
        d->lines.v[i].category = 0;
    for (size_t i = 0; i < d->taxes.n; i++)
        d->taxes.v[i].category = 0;
}

/* Works of a program as it was before they were on record; and one of a program that is newer. */
static struct id_list ids_of(struct txn *t, enum kind kind);
static void forget_due(struct txn *t)
{
    struct id_list ids = ids_of(t, KIND_DUE);
    for (size_t i = 0; i < ids.n; i++)
        TRY(record_del(t, KIND_DUE, ids.v[i]));
    set_schema(t, 6);
}

/* Each entry of a document that carries a row is given that of another one, or none. */
static void each_row(struct txn *t, uint64_t id, const struct document *of)
{
    struct document d;
    struct derived derived;
    TRY(record_get(t, KIND_DOCUMENT, id, &d));
    derive(t, KIND_DOCUMENT, &d, &derived);
    for (size_t i = 0; i < derived.n_keys; i++) {
        const struct derived_key *k = &derived.keys[i];
        if (k->row && of)
            TRY(derived_put(t, k, KIND_DOCUMENT, of));
        else if (k->row)
            TRY(kv_put(t->kv, k->bytes, k->size, "", 0));
    }
}

static void forget_rows(struct txn *t)
{
    struct id_list ids = ids_of(t, KIND_DOCUMENT);
    for (size_t i = 0; i < ids.n; i++)
        each_row(t, ids.v[i], NULL);
    set_schema(t, 10);
}

static void forget_index(struct txn *t, enum index index)
{
    struct key k = index_key(t, index), found[500];
    size_t n;
    do {
        struct kv_cursor *cursor;
        struct kv_bytes key;
        n = 0;
        TRY(kv_cursor_open(t->kv, &cursor));
        TRY(kv_seek(cursor, k.bytes, k.size, false));
        while (n < 500 && kv_at(cursor, &key, NULL) && key.size > k.size &&
               memcmp(key.data, k.bytes, k.size) == 0) {
            found[n].size = 0;
            key_bytes(&found[n++], key.data, key.size);
            TRY(kv_step(cursor, false));
        }
        kv_cursor_close(cursor);
        for (size_t i = 0; i < n; i++)
            TRY(kv_del(t->kv, found[i].bytes, found[i].size));
    } while (n);
}

static const enum index of_12[] = {INDEX_DOC_STATE_NUMBER, INDEX_DOC_STATE_TOTAL, INDEX_DOC_STATE_DUE,
                                   INDEX_EVENT_WHAT,       INDEX_EVENT_ACTOR,     INDEX_EVENT_SIDE};

static void forget_status(struct txn *t)
{
    for (size_t i = 0; i < sizeof of_12 / sizeof *of_12; i++)
        forget_index(t, of_12[i]);
    set_schema(t, 11);
}

/* What a record is found by since schema 12: taken out, or put in where it was there. */
static void each_of_12(struct txn *t, enum kind kind, const void *record, bool in, bool there[40])
{
    struct derived d;
    struct kv_bytes v;
    derive(t, kind, record, &d);
    for (size_t i = 0; i < d.n_keys; i++)
        for (size_t k = 0; k < sizeof of_12 / sizeof *of_12; k++) {
            const struct derived_key *key = &d.keys[i];
            if (key->bytes[4] - SPACE_INDEX != (int)of_12[k])
                continue;
            if (in && there[i])
                TRY(kv_put(t->kv, key->bytes, key->size, "", 0));
            else if (!in && there)
                there[i] = kv_get(t->kv, key->bytes, key->size, &v) == OK;
            else if (!in)
                TRY(kv_del(t->kv, key->bytes, key->size));
        }
}

static void write_before_12(struct txn *t, uint64_t id)
{
    struct document was, is;
    struct event e = get(t, last_of(t));
    bool there[40] = {false};
    TRY(record_get(t, KIND_DOCUMENT, id, &was));
    each_of_12(t, KIND_DOCUMENT, &was, false, there);
    is = was;
    is.due++;
    TRY(record_put(t, KIND_DOCUMENT, &is));
    each_of_12(t, KIND_DOCUMENT, &is, false, NULL);
    each_of_12(t, KIND_DOCUMENT, &was, true, there);
    e.id = 0;
    TRY(record_put(t, KIND_EVENT, &e));
    each_of_12(t, KIND_EVENT, &e, false, NULL);
}

/* Customer 1 is active. */
static void forget_inactive(struct txn *t)
{
    struct key k = index_key(t, INDEX_CUSTOMER_INACTIVE);
    forget_index(t, INDEX_CUSTOMER_INACTIVE);
    key_u64(key_text(&k, "left behind"), 1);
    TRY(kv_put(t->kv, k.bytes, k.size, "", 0));
    set_schema(t, 12);
}

static void other_rows(struct txn *t, uint64_t id, uint64_t of)
{
    struct document d;
    TRY(record_get(t, KIND_DOCUMENT, of ? of : id, &d));
    d.revision += !of;
    each_row(t, id, &d);
}

static void add_due(struct txn *t, uint64_t work)
{
    struct due w = {.work = (int64_t)work, .about = 1, .at = 1000, .since = 1000};
    TRY(record_put(t, KIND_DUE, &w));
}

static void garble(struct txn *t, enum kind kind, uint64_t id)
{
    struct key k = key_for(t, kind, id);
    TRY(kv_put(t->kv, k.bytes, k.size, "\x81\xa1", 2));
}

static void of_newer(struct txn *t, uint64_t document, uint64_t payment)
{
    struct document d;
    struct payment p;
    TRY(record_get(t, KIND_DOCUMENT, document, &d));
    d.kind = 200;
    TRY(record_put(t, KIND_DOCUMENT, &d));
    TRY(record_get(t, KIND_PAYMENT, payment, &p));
    p.gateway = "ideal";
    TRY(record_put(t, KIND_PAYMENT, &p));
    p.allocations.n = 0;
    p.gateway = "newpayments";
    for (int i = 0; i < 300; i++) { /* more than a list would look at */
        p.id = 0;
        TRY(record_put(t, KIND_PAYMENT, &p));
    }
}

static struct id_list ids_of(struct txn *t, enum kind kind)
{
    struct key k = record_key(t, kind);
    struct id_list ids;
    TRY(record_ids(t, &k, 100000, &ids));
    return ids;
}

static void unfreeze(struct txn *t)
{
    struct id_list ids = ids_of(t, KIND_DOCUMENT);
    struct customer owner;
    for (size_t i = 0; i < ids.n; i++) {
        struct document d;
        TRY(record_get(t, KIND_DOCUMENT, ids.v[i], &d));
        TRY(record_get(t, KIND_CUSTOMER, d.customer, &owner));
        unfreeze_document(&d, &owner);
        put(t, KIND_DOCUMENT, d.id, &d);
    }
    ids = ids_of(t, KIND_VERSION);
    for (size_t i = 0; i < ids.n; i++) {
        struct version v;
        TRY(record_get(t, KIND_VERSION, ids.v[i], &v));
        TRY(record_get(t, KIND_CUSTOMER, v.was->customer, &owner));
        unfreeze_document(v.was, &owner);
        put(t, KIND_VERSION, v.id, &v);
    }
    ids = ids_of(t, KIND_PAYMENT);
    for (size_t i = 0; i < ids.n; i++) {
        struct payment p;
        TRY(record_get(t, KIND_PAYMENT, ids.v[i], &p));
        p.payee = NULL;
        put(t, KIND_PAYMENT, p.id, &p);
    }
    set_schema(t, 2);
}

/* Every n-th value as it was stored when none bore a sum. */
static enum err unsum(struct kv_txn *kv, void *arg)
{
    const struct damage *d = arg;
    struct all {
        struct key key;
        struct kv_bytes value;
    } *all = NULL;
    size_t n = 0, cap = 0;
    struct kv_cursor *cursor;
    struct kv_bytes key, value;
    TRY(kv_cursor_open(kv, &cursor));
    TRY(kv_seek(cursor, "", 0, false));
    while (kv_at(cursor, &key, &value)) {
        if (n == cap)
            all = arena_grow(d->arena, all, &cap, sizeof *all);
        all[n].key.size = 0;
        key_bytes(&all[n].key, key.data, key.size);
        all[n++].value = (struct kv_bytes){arena_copy(d->arena, value.data, value.size), value.size};
        TRY(kv_step(cursor, false));
    }
    kv_cursor_close(cursor);
    for (size_t i = 0; i < n; i += d->n)
        if (kv_sum_has(all[i].key.bytes, all[i].key.size, all[i].value.size))
            TRY(kv_put(kv, all[i].key.bytes, all[i].key.size, all[i].value.data, all[i].value.size - KV_SUM));
    struct txn t = {.kv = kv, .arena = d->arena};
    set_schema(&t, 5);
    return OK;
}

static enum err run(struct kv_txn *kv, void *arg)
{
    static const struct {
        const char *names;
        void (*run)(struct txn *t, const struct damage *d);
    } all[] = {{" change relink bytes unlink garbage ", change},
               {" remove shift swap exchange ", move},
               {" cut cut-well ", cut},
               {" forget drop forge unsigned ", heads}};
    struct damage *d = arg;
    struct txn t = {.kv = kv, .arena = d->arena, .business = 1};
    const char *word = arena_printf(d->arena, " %s ", d->how);
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (strstr(all[i].names, word)) {
            all[i].run(&t, d);
            return OK;
        }
    if (strcmp(d->how, "rewrite") == 0) {
        rewrite(&t, d->n);
    } else if (strcmp(d->how, "schema1") == 0 || strcmp(d->how, "half") == 0) {
        older(&t, d->n + 1);
    } else if (strcmp(d->how, "schema3") == 0) {
        uncount(&t);
    } else if (strcmp(d->how, "schema6") == 0) {
        forget_due(&t);
    } else if (strcmp(d->how, "schema10") == 0) {
        forget_rows(&t);
    } else if (strcmp(d->how, "schema11") == 0) {
        forget_status(&t);
    } else if (strcmp(d->how, "schema12") == 0) {
        forget_inactive(&t);
    } else if (strcmp(d->how, "before12") == 0) {
        write_before_12(&t, d->n);
    } else if (strcmp(d->how, "rows") == 0) {
        other_rows(&t, d->n, d->m);
    } else if (strcmp(d->how, "due") == 0) {
        add_due(&t, d->n);
    } else if (strcmp(d->how, "garbled-due") == 0) {
        garble(&t, KIND_DUE, d->n);
    } else if (strcmp(d->how, "garbled-mail") == 0) {
        garble(&t, KIND_MAIL, d->n);
    } else if (strcmp(d->how, "newer") == 0) {
        of_newer(&t, d->n, d->m);
    } else if (strcmp(d->how, "prefix") == 0) {
        struct series s = {.id = (int64_t)d->n, .prefix = "inv-", .next = 1, .digits = 6};
        TRY(record_put(&t, KIND_SERIES, &s));
    } else if (strcmp(d->how, "unfrozen") == 0) {
        unfreeze(&t);
    } else if (strcmp(d->how, "head") == 0) {
        uint8_t zeros[SEAL_LINK] = {0};
        set_head(&t, last_of(&t), (struct bytes){zeros, sizeof zeros});
    } else if (strcmp(d->how, "add") == 0) {
        struct event e = get(&t, last_of(&t));
        e.id = last_of(&t) + 1;
        relink(&t, &e, e.id);
    } else if (strcmp(d->how, "lose") == 0 || strcmp(d->how, "stump") == 0) {
        uint8_t key[KEY_MAX];
        size_t size = strlen(d->key) / 2;
        for (size_t i = 0; i < size && i < KEY_MAX; i++)
            key[i] = (uint8_t)strtoul((char[]){d->key[2 * i], d->key[2 * i + 1], 0}, NULL, 16);
        TRY(*d->how == 'l' ? kv_del(kv, key, size) : kv_put(kv, key, size, "x", 1));
    } else if (strcmp(d->how, "schema") == 0) {
        struct kv_bytes v;
        TRY(kv_get(kv, KV_PLAIN, KV_PLAIN_SIZE, &v));
        printf("%u\n", key_get_u32(v.data));
    } else if (strcmp(d->how, "count") == 0) {
        printf("%llu %zu\n", (unsigned long long)last_of(&t), heads_of(&t).n);
    } else {
        return ERR_INVALID;
    }
    return OK;
}

int main(int argc, char **argv)
{
    struct damage d = {.arena = arena_open()};
    struct kv *kv;
    if (argc < 3)
        return 2;
    d.how = argv[2];
    d.key = argc > 3 ? argv[3] : "";
    d.n = argc > 3 ? strtoull(argv[3], NULL, 10) : 0;
    d.m = argc > 4 ? strtoull(argv[4], NULL, 10) : 0;
    TRY(secret_start());
    TRY(kv_open(&kv_lmdb, argv[1], false, &kv, NULL));
    bool plain = strcmp(d.how, "unsummed") == 0;
    kv_set_plain(kv, plain);
    TRY(kv_write(kv, plain ? unsum : run, &d));
    kv_close(kv);
    arena_close(d.arena);
    return 0;
}
