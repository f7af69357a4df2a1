/* Text that is no UTF-8: never stored, found by the check where a store from before holds it, and told so that it can be read. */
#include "common/codec.h"
#include "common/mp.h"
#include "common/text.h"
#include "tests/unit/call_fixture.h"

#define HALF "R\xC3\xA9my\xC3" /* ends within a letter */

static struct customer *halved(struct fixture *f)
{
    struct customer *c = arena_alloc(f->arena, sizeof *c);
    *c = (struct customer){.name = HALF, .currency = "EUR", .active = true, .revision = 1};
    return c;
}

static enum err put(struct call *c, void *record)
{
    struct customer copy = *(struct customer *)record; /* run twice: a new one gets its id each time */
    return record_put(&c->txn, KIND_CUSTOMER, &copy);
}

static enum err put_event(struct call *c, void *text)
{
    struct event e = {.what = WHAT_CHANGED, .subject = SUBJECT_CUSTOMER, .about = ADA, .text = text};
    return call_event(c, &e);
}

/* Inside shapes and lists too. */
static enum err put_document(struct call *c, void *text)
{
    struct line line = {.name = text, .quantity = DECIMAL_ONE};
    struct document d = {
        .kind = DOC_INVOICE, .state = DOC_DRAFT, .customer = ADA, .currency = "EUR", .lines = {1, &line}};
    return record_put(&c->txn, KIND_DOCUMENT, &d);
}

static void it_is_never_stored(struct fixture *f)
{
    char whole[] = "R\xC3\xA9my", half[] = HALF;
    struct customer *c = halved(f);
    CHECK_INT(fixture_write(f, put, c), ERR_INTERNAL);
    CHECK_INT(fixture_write(f, put_event, half), ERR_INTERNAL);
    CHECK_INT(fixture_write(f, put_document, half), ERR_INTERNAL);
    c->id = ADA; /* over one that is there */
    CHECK_INT(fixture_write(f, put, c), ERR_INTERNAL);
    struct customer_get_in in = {.customer = ADA};
    struct customer_get_out out;
    CHECK_INT(CALL(f, customer_get, &in, &out), OK);
    CHECK_TEXT(out.customer->name, "Ada Works");
    CHECK_INT(fixture_write(f, put_event, whole), OK);
    CHECK_INT(fixture_write(f, put_document, whole), OK);
}

/* As a store from before holds it: the record and its index entries, past record_put. */
static enum err put_anyway(struct call *c, void *record)
{
    struct customer *customer = record;
    customer->id = ADA;
    struct key k = record_key(&c->txn, KIND_CUSTOMER);
    struct buf packed;
    key_u64(&k, customer->id);
    buf_init(&packed, KV_VALUE_MAX);
    codec_pack(&packed, shape_customer(), customer, CODEC_STORE);
    enum err e = kv_put(c->txn.kv, k.bytes, k.size, packed.data, packed.size);
    buf_fini(&packed);
    return e;
}

static bool names(const struct check *check, const char *words)
{
    for (size_t i = 0; i < check->n_problems; i++)
        if (strstr(check->problems[i], words))
            return true;
    return false;
}

static enum err look(struct kv_txn *kv, void *arg)
{
    struct fixture *f = arg;
    struct check *check = arena_alloc(f->arena, sizeof *check);
    enum err e = check_store(kv, f->arena, check);
    CHECK(names(check, "a text is no UTF-8: 00000001030000000000000001"));
    return e;
}

static void a_reader_gets_what_can_be_read(const struct customer *c, enum codec_for reader)
{
    struct arena *a = arena_open();
    struct buf packed;
    struct customer got;
    buf_init(&packed, 1 << 16);
    codec_pack(&packed, shape_customer(), c, reader);
    CHECK_INT(mp_scan(packed.data, packed.size, NULL), OK);
    CHECK_INT(codec_read(a, shape_customer(), packed.data, packed.size, &got), OK);
    CHECK_TEXT(got.name, "R\xC3\xA9my\xEF\xBF\xBD");
    buf_fini(&packed);
    arena_close(a);
}

static void what_is_there_from_before_is_found_and_told(struct fixture *f)
{
    struct customer was, *c = halved(f);
    CHECK_INT(fixture_write(f, put_anyway, c), OK);
    CHECK_INT(kv_read(f->kv, look, f), OK);
    a_reader_gets_what_can_be_read(c, CODEC_TO_STAFF);
    a_reader_gets_what_can_be_read(c, CODEC_TO_CUSTOMER);
    was = *c; /* and it can be mended */
    was.name = "Ada Works";
    was.email = "ada@ada.test";
    struct customer *mended = arena_copy(f->arena, &was, sizeof was);
    CHECK_INT(fixture_write(f, put, mended), OK);
}

int main(void)
{
    struct fixture f;
    fixture_open(&f);
    it_is_never_stored(&f);
    fixture_close(&f);
    fixture_open(&f);
    what_is_there_from_before_is_found_and_told(&f);
    kv_close(f.kv); /* not all of its index entries are what put_anyway left */
    arena_close(f.arena);
    return test_end();
}
