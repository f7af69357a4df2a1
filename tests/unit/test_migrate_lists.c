/* A store of schema 4: other keys in the indexes of lists, and a balance on what was void or written off. Those of schema 7 and 8: what an
 * index of today leads to is not in it. */
#include "common/codec.h"
#include "common/text.h"
#include "data/derive.h"
#include "data/migrate.h"
#include "tests/unit/document_fixture.h"

static void put_raw(struct txn *t, struct document *d)
{
    struct buf b;
    struct key k = record_key(t, KIND_DOCUMENT);
    key_u64(&k, d->id);
    buf_init(&b, KV_VALUE_MAX);
    codec_pack(&b, shape_document(), d, CODEC_STORE);
    CHECK_INT(kv_put(t->kv, k.bytes, k.size, b.data, b.size), OK);
    buf_fini(&b);
}

static void entry(struct txn *t, struct key *k, uint64_t id)
{
    key_u64(k, id);
    CHECK_INT(kv_put(t->kv, k->bytes, k->size, "", 0), OK);
}

/* As schema 4 had it: the number as a text, the total without its currency, nothing of those that are closed. */
static void older_entries(struct txn *t, const struct document *d)
{
    struct derived derived;
    derive(t, KIND_DOCUMENT, d, &derived);
    for (size_t i = 0; i < derived.n_keys; i++) {
        int index = derived.keys[i].bytes[4] - SPACE_INDEX;
        bool other = index == INDEX_DOC_NUMBER || index == INDEX_DOC_CUSTOMER_NUMBER ||
                     index == INDEX_DOC_TOTAL || index == INDEX_DOC_CUSTOMER_TOTAL ||
                     index == INDEX_DOC_WORD || index == INDEX_DOC_CLOSED ||
                     index == INDEX_DOC_CUSTOMER_CLOSED;
        if (other)
            CHECK_INT(kv_del(t->kv, derived.keys[i].bytes, derived.keys[i].size), OK);
    }
    struct key k = index_key(t, INDEX_DOC_TOTAL);
    entry(t, key_i64(key_u8(&k, (uint8_t)d->kind), d->total.amount), d->id);
    if (!d->number || !*d->number)
        return;
    k = index_key(t, INDEX_DOC_NUMBER);
    entry(t, key_text(key_u8(&k, (uint8_t)d->kind), text_fold(t->arena, d->number)), d->id);
}

static enum err make_older(struct kv_txn *kv, void *arg)
{
    struct fixture *f = arg;
    struct txn t = {.kv = kv, .arena = f->arena, .business = 1};
    for (uint64_t id = 1; id <= 4; id++) {
        struct document d;
        CHECK_INT(record_get(&t, KIND_DOCUMENT, id, &d), OK);
        older_entries(&t, &d);
        if (d.state == DOC_VOID || d.state == DOC_WRITTEN_OFF) {
            d.balance = d.total;
            d.written_off = (struct money){0};
            put_raw(&t, &d);
        }
    }
    return OK;
}

static void a_store_of_schema_4_has_its_lists_made_anew(void)
{
    struct fixture f;
    fixture_open(&f);
    struct document *gone = sent_invoice(&f, "10"), *void_one = sent_invoice(&f, "20");
    sent_invoice(&f, "30");
    create(&f, DOC_INVOICE, ADA, given(&f, "70"), false);
    struct document_write_off_in off = {.id = gone->id, .reason = "x"};
    struct document_write_off_out off_out;
    CHECK_INT(CALL_DOC(&f, invoice, write_off, &off, &off_out), OK);
    struct document_void_in in = {.id = void_one->id, .reason = "x"};
    struct document_void_out out;
    CHECK_INT(CALL_DOC(&f, invoice, void, &in, &out), OK);
    CHECK_INT(kv_write(f.kv, make_older, &f), OK);
    for (int times = 0; times < 2; times++) /* taken again after a kill, it changes nothing */
        CHECK_INT(migrate_step(f.kv, 4), OK);
    CHECK_INT(read_invoice(&f, gone->id).document->balance.amount, 0);
    CHECK_INT(read_invoice(&f, gone->id).document->written_off.amount, gone->total.amount);
    CHECK_INT(read_invoice(&f, void_one->id).document->balance.amount, 0);
    CHECK_INT(read_invoice(&f, void_one->id).document->written_off.amount, 0);
    for (int sort = SORT_DATE; sort <= SORT_NUMBER; sort++) {
        struct document_list_in list = {.sort = sort};
        struct document_list_out page;
        CHECK_INT(CALL_DOC(&f, invoice, list, &list, &page), OK);
        CHECK_INT(page.rows.n, 4);
    }
    fixture_close(&f); /* checks every index and total */
}

/* An index that a schema began with. */
struct listed {
    struct fixture *f;
    uint32_t from;
    enum kind kind;
    enum index index;
    union {
        struct contact contact;
        struct comment comment;
    } record;
};

static size_t entries(const struct listed *l, struct kv_txn *kv)
{
    struct txn t = {.kv = kv, .arena = l->f->arena, .business = 1};
    struct key k = index_key(&t, l->index);
    struct id_list ids = {0};
    CHECK_INT(record_ids(&t, &k, 100, &ids), OK);
    return ids.n;
}

static enum err forget(struct kv_txn *kv, void *arg)
{
    struct listed *l = arg;
    struct txn t = {.kv = kv, .arena = l->f->arena, .business = 1};
    struct derived d;
    CHECK(entries(l, kv) > 0);
    for (uint64_t id = 1; record_get(&t, l->kind, id, &l->record) == OK; id++) {
        derive(&t, l->kind, &l->record, &d);
        for (size_t i = 0; i < d.n_keys; i++)
            if (d.keys[i].bytes[4] == (uint8_t)(SPACE_INDEX + l->index))
                CHECK_INT(kv_del(kv, d.keys[i].bytes, d.keys[i].size), OK);
    }
    CHECK_INT(entries(l, kv), 0);
    return OK;
}

static enum err has(struct kv_txn *kv, void *arg)
{
    CHECK(entries(arg, kv) > 0);
    return OK;
}

static void what_is_listed_since_is_listed_of_before(struct listed l)
{
    struct fixture f;
    fixture_open(&f);
    l.f = &f;
    struct comment_add_in in = {.document = sent_invoice(&f, "10")->id, .text = "x", .portal = true};
    struct comment_add_out out;
    CHECK_INT(CALL(&f, comment_add, &in, &out), OK);
    CHECK_INT(kv_write(f.kv, forget, &l), OK);
    for (int times = 0; times < 2; times++)
        CHECK_INT(migrate_step(f.kv, l.from), OK);
    CHECK_INT(kv_read(f.kv, has, &l), OK);
    fixture_close(&f);
}

/* As schema 9 had them: nothing due on a retainer, nothing left of a credit note or a payment that one finds. */
static enum err make_bare(struct kv_txn *kv, void *arg)
{
    struct fixture *f = arg;
    struct txn t = {.kv = kv, .arena = f->arena, .business = 1};
    for (uint64_t id = 1; id <= 5; id++) {
        struct document d;
        struct derived was;
        CHECK_INT(record_get(&t, KIND_DOCUMENT, id, &d), OK);
        derive(&t, KIND_DOCUMENT, &d, &was);
        for (size_t i = 0; i < was.n_keys; i++)
            if (was.keys[i].bytes[4] == SPACE_INDEX + INDEX_CREDIT)
                CHECK_INT(kv_del(kv, was.keys[i].bytes, was.keys[i].size), OK);
        for (size_t i = 0; i < was.n_totals; i++)
            if (was.totals[i].key.bytes[5] == TOTAL_CREDIT || was.totals[i].key.bytes[5] == TOTAL_OUTSTANDING)
                CHECK_INT(total_add(&t, &was.totals[i].key, -was.totals[i].amount, -was.totals[i].count), OK);
        d.balance = d.left = d.paid = (struct money){0};
        put_raw(&t, &d);
    }
    return OK;
}

static const struct document *look(struct fixture *f, int kind, uint64_t id)
{
    struct document_get_in in = {.id = id};
    struct document_get_out out;
    CHECK_INT(fixture_op(f, op_for(kind, ANY_document_get), &in, &out), OK);
    return out.document;
}

static void what_was_bare_in_schema_9_counts(void)
{
    struct fixture f;
    fixture_open(&f);
    const uint64_t open = create(&f, DOC_RETAINER, ADA, given(&f, "70"), true)->id,
                   draft = create(&f, DOC_RETAINER, ADA, given(&f, "8"), false)->id,
                   note = create(&f, DOC_CREDIT_NOTE, ADA, given(&f, "30"), true)->id;
    create(&f, DOC_CREDIT_NOTE, ADA, given(&f, "5"), false);
    create(&f, DOC_RETAINER, ADA, given(&f, "9"), true);
    const int64_t total = look(&f, DOC_RETAINER, open)->total.amount;
    CHECK_INT(kv_write(f.kv, make_bare, &f), OK);
    for (int times = 0; times < 2; times++)
        CHECK_INT(migrate_step(f.kv, 9), OK);
    CHECK_INT(look(&f, DOC_RETAINER, open)->balance.amount, total);
    CHECK(look(&f, DOC_RETAINER, draft)->balance.amount > 0 &&
          look(&f, DOC_CREDIT_NOTE, note)->left.amount > 0);
    fixture_close(&f); /* checks every index and total */
}

int main(void)
{
    what_was_bare_in_schema_9_counts();
    what_is_listed_since_is_listed_of_before(
        (struct listed){.from = 7, .kind = KIND_CONTACT, .index = INDEX_CONTACT_WORD});
    what_is_listed_since_is_listed_of_before(
        (struct listed){.from = 8, .kind = KIND_COMMENT, .index = INDEX_COMMENT_SHOWN});
    a_store_of_schema_4_has_its_lists_made_anew();
    return test_end();
}
