/* The codec: what goes in comes out, views, unknown fields, refusals by path, and hostile bytes. (tsan: yes) */
#include "common/codec.h"
#include "common/mp.h"
#include "proto/op.h"
#include "test.h"
#include <stdlib.h>

static struct arena *a;

/* A search by number in a record relies on it (common/codec_unpack.c). */
static void numbers_of_every_shape_ascend(void)
{
    static const struct shape *(*const shapes[])(void) = {
#define SHAPE(name, help) shape_##name,
#define F(number, name, type, flags, help)
#define END(name)
#define VIEW(name, of, help) shape_##name,
#define OF(of, name)
#define END_VIEW(name)
#include "common/model.def"
#undef SHAPE
#undef F
#undef END
#undef VIEW
#undef OF
#undef END_VIEW
    };
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        const struct shape *s = shapes[i]();
        for (size_t k = 1; k < s->n; k++)
            if (s->fields[k].number <= s->fields[k - 1].number) {
                fprintf(stderr, "%s.%s\n", s->name, s->fields[k].name);
                CHECK(false);
            }
    }
    CHECK(true);
}

static struct document *sample(void)
{
    static struct line lines[2];
    static struct document d;
    lines[0] = (struct line){
        .name = "Kraft paper", .quantity = 2250000, .price = 320000000, .net = money_of(72000, "EUR")};
    lines[1] = (struct line){.name = "紙", .quantity = 1000000, .price = -1, .tax_percent = 23000000};
    d = (struct document){.id = 7,
                          .kind = DOC_INVOICE,
                          .state = DOC_OPEN,
                          .number = "INV-1",
                          .customer = 3,
                          .date = 740000,
                          .currency = "EUR",
                          .total = money_of(-5, "EUR"),
                          .lines = {2, lines},
                          .no_card = true,
                          .reason = "for staff only",
                          .status = STATUS_OVERDUE};
    return &d;
}

static struct buf packed(enum codec_for purpose, const struct shape *shape, const void *value)
{
    struct buf b;
    buf_init(&b, 1 << 20);
    codec_pack(&b, shape, value, purpose);
    return b;
}

static void a_record_comes_back_as_it_was(void)
{
    struct document got;
    struct buf b = packed(CODEC_STORE, shape_document(), sample());
    CHECK_INT(codec_load(a, shape_document(), b.data, b.size, &got), OK);
    CHECK_INT(got.id, 7);
    CHECK_TEXT(got.number, "INV-1");
    CHECK_INT(got.lines.n, 2);
    CHECK_TEXT(got.lines.v[1].name, "紙");
    CHECK_INT(got.lines.v[1].price, -1);
    CHECK_INT(got.total.amount, -5);
    CHECK_INT(got.status, 0); /* computed, so never stored */
    struct document_row row;
    CHECK_INT(codec_view(a, shape_document_row(), b.data, b.size, &row), OK);
    CHECK_TEXT(row.number, "INV-1");
    CHECK_INT(row.total.amount, -5);
    CHECK_INT(row.head.extra_count, 0);
    buf_fini(&b);
}

/* A record written by a newer program keeps what this one does not know. */
static void unknown_stored_fields_are_kept(void)
{
    struct item got;
    struct buf b, again;
    buf_init(&b, 4096);
    codec_map(&b, 4);
    codec_int(&b, 1), codec_int(&b, 5);
    codec_int(&b, 900), codec_text(&b, "from the future");
    codec_int(&b, 2), codec_text(&b, "Paper");
    codec_int(&b, 901), codec_array(&b, 2), codec_int(&b, 1), codec_int(&b, 2);
    CHECK_INT(codec_load(a, shape_item(), b.data, b.size, &got), OK);
    CHECK_TEXT(got.name, "Paper");
    CHECK_INT(got.head.extra_count, 2);
    got.name = "Other paper";
    again = packed(CODEC_STORE, shape_item(), &got);
    CHECK_INT(codec_load(a, shape_item(), again.data, again.size, &got), OK);
    CHECK_INT(got.head.extra_count, 2);
    CHECK(memmem(again.data, again.size, "from the future", 15) != NULL);
    buf_fini(&b);
    buf_fini(&again);
}

/* A view of few fields does not read on to the lists: whatever a newer program added that is no list stands before them. */
static void a_view_sees_all_that_is_no_list(void)
{
    struct document_row row;
    struct document got, *d = sample();
    struct buf b = packed(CODEC_STORE, shape_document(), d), again;
    CHECK_INT(codec_load(a, shape_document(), b.data, b.size, &got), OK);
    uint8_t *extra = arena_alloc(a, 64); /* as a newer program's: a number, then a list */
    struct buf more;
    buf_init(&more, 64);
    codec_int(&more, 900), codec_int(&more, 3);
    codec_int(&more, 901), codec_array(&more, 1), codec_int(&more, 1);
    memcpy(extra, more.data, more.size);
    got.head.extra = extra;
    got.head.extra_size = (uint32_t)more.size;
    got.head.extra_count = 2;
    again = packed(CODEC_STORE, shape_document(), &got);
    CHECK_INT(codec_view(a, shape_document_row(), again.data, again.size, &row), OK);
    CHECK_INT(row.total.amount, d->total.amount);
    CHECK_INT(row.balance.amount, d->balance.amount);
    CHECK_INT(row.due, d->due);
    CHECK_INT(codec_load(a, shape_document(), again.data, again.size, &got), OK);
    CHECK_INT(got.head.extra_count, 2);
    CHECK_INT(got.lines.n, 2);
    CHECK_TEXT(got.lines.v[1].name, "紙");
    size_t whole = again.size; /* what stands behind the lists' begin is not looked at */
    CHECK(whole > 100 && codec_view(a, shape_document_row(), again.data, whole - 40, &row) == OK);
    buf_fini(&b);
    buf_fini(&again);
    buf_fini(&more);
}

static void a_customer_never_gets_what_is_for_staff(void)
{
    struct buf staff = packed(CODEC_TO_STAFF, shape_document(), sample());
    struct buf customer = packed(CODEC_TO_CUSTOMER, shape_document(), sample());
    CHECK(memmem(staff.data, staff.size, "for staff only", 14) != NULL);
    CHECK(memmem(customer.data, customer.size, "for staff only", 14) == NULL);
    struct contact p = {.name = "Maria", .password = "$argon2id$secret"};
    struct buf wire = packed(CODEC_TO_STAFF, shape_contact(), &p);
    CHECK(memmem(wire.data, wire.size, "argon2id", 8) == NULL);
    buf_fini(&staff);
    buf_fini(&customer);
    buf_fini(&wire);
}

static struct refusal refused(const struct shape *shape, const struct buf *b)
{
    struct refusal why = {0};
    void *to = arena_alloc(a, shape->size);
    struct codec_names names = {.n = 0};
    CHECK_INT(mp_scan(b->data, b->size, &why), OK);
    CHECK_INT(codec_unpack(a, shape, b->data, b->size, to, &names, &why), ERR_INVALID);
    return why;
}

static void refusals_name_the_path(void)
{
    struct buf b;
    buf_init(&b, 4096);
    codec_map(&b, 2);
    codec_text(&b, "customer"), codec_int(&b, 1);
    codec_text(&b, "document"), codec_map(&b, 1);
    codec_text(&b, "lines"), codec_array(&b, 2);
    codec_map(&b, 2), codec_text(&b, "name"), codec_text(&b, "ok"), codec_text(&b, "quantity"),
        codec_text(&b, "1");
    codec_map(&b, 2), codec_text(&b, "name"), codec_text(&b, "esc\033[2J"), codec_text(&b, "quantity"),
        codec_text(&b, "1");
    CHECK_TEXT(refused(shape_invoice_create_in(), &b).field, "document.lines.1.name");
    buf_clear(&b);
    codec_map(&b, 1), codec_text(&b, "nonsense"), codec_int(&b, 1);
    CHECK_TEXT(refused(shape_invoice_get_in(), &b).field, "nonsense");
    buf_clear(&b);
    codec_map(&b, 0);
    CHECK_TEXT(refused(shape_invoice_get_in(), &b).field, "invoice");
    buf_fini(&b);
}

static void a_number_stands_for_an_id_where_documents_are_meant(void)
{
    struct document_get_in in;
    struct codec_names names = {.n = 0};
    struct refusal why;
    struct buf b;
    buf_init(&b, 4096);
    codec_map(&b, 1), codec_text(&b, "invoice"), codec_text(&b, "INV-7");
    CHECK_INT(codec_unpack(a, shape_invoice_get_in(), b.data, b.size, &in, &names, &why), OK);
    CHECK_INT(names.n, 1);
    CHECK_TEXT(names.v[0].name, "INV-7");
    CHECK(names.v[0].where == &in.id);
    buf_fini(&b);
}

static void the_scan_finds_what_is_wrong(void)
{
    static const struct {
        const char *bytes;
        size_t size;
    } bad[] = {
        {"", 0}, /* nothing */
        {"\x82\xa1"
         "a\x01\xa1"
         "a\x02",
         7}, /* a key twice */
        {"\x82\xa1"
         "a\x01\xd9\x01"
         "a\x02",
         8},                             /* and said in two ways */
        {"\x81\xa1\xff\x01", 4},         /* a key that is not UTF-8 */
        {"\xdd\xff\xff\xff\xff", 5},     /* four milliard items in no bytes */
        {"\xdf\xff\xff\xff\xff\xa1", 6}, /* and pairs */
        {"\xdb\xff\xff\xff\xff", 5},     /* a text of four gigabytes */
        {"\x01\x01", 2},                 /* something follows */
        {"\xc1", 1},                     /* never used */
        {"\xd4\x01\x01", 3},             /* an extension */
        {"\x81\xc0\x01", 3},             /* nil as a key */
    };
    char deep[64];
    struct refusal why;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        CHECK_INT(mp_scan((const uint8_t *)bad[i].bytes, bad[i].size, &why), ERR_MALFORMED);
    memset(deep, 0x91, sizeof deep);
    deep[sizeof deep - 1] = 1;
    CHECK_INT(mp_scan((const uint8_t *)deep, sizeof deep, &why), ERR_MALFORMED);
    CHECK_INT(mp_scan((const uint8_t *)deep + sizeof deep - MP_DEPTH, MP_DEPTH, &why), OK);
}

/* Random damage to a good record and to a good request: an error or a value, never a crash (the sanitizers watch). */
static void damage_is_survived(void)
{
    unsigned seed = 20261122;
    struct buf stored = packed(CODEC_STORE, shape_document(), sample());
    struct buf wire = packed(CODEC_TO_STAFF, shape_document(), sample());
    for (int round = 0; round < 20000; round++) {
        struct buf *from = round % 2 ? &stored : &wire;
        uint8_t bytes[4096];
        struct document d;
        struct refusal why;
        size_t size = from->size;
        memcpy(bytes, from->data, size);
        for (int k = rand_r(&seed) % 4; k >= 0; k--)
            bytes[(size_t)rand_r(&seed) % size] = (uint8_t)rand_r(&seed);
        size -= (size_t)rand_r(&seed) % 8;
        arena_reset(a);
        if (round % 2)
            (void)!codec_load(a, shape_document(), bytes, size, &d);
        else if (mp_scan(bytes, size, &why) == OK) {
            (void)!codec_unpack(a, shape_document(), bytes, size, &d, NULL, &why);
            (void)!codec_read(a, shape_document(), bytes, size, &d);
        }
    }
    CHECK(true);
    buf_fini(&stored);
    buf_fini(&wire);
}

/* A reader that meets a number behind the one it looks for takes the field for unknown. */
static void numbers_of_stored_fields_ascend(void)
{
    const struct shape *const shapes[] = {
        shape_business(),    shape_staff(),    shape_customer(),     shape_contact(), shape_item(),
        shape_tax(),         shape_document(), shape_document_row(), shape_version(), shape_payment(),
        shape_payment_row(), shape_comment(),  shape_event(),        shape_session(), shape_mail()};
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
        for (size_t k = 1; k < shapes[i]->n; k++)
            CHECK(shapes[i]->fields[k - 1].number < shapes[i]->fields[k].number);
}

/* Whatever would not come back whole when it is stored again. */
static void a_record_that_would_lose_something_is_damaged(void)
{
    static const struct {
        const char *what, *bytes;
        size_t size;
    } all[] = {
        {"a map as a key", "\x82\x01\x05\x81\x01\x02\x03", 7},
        {"an array as a key", "\x82\x01\x05\x92\x01\x02\x03", 7},
        {"a text as a key", "\x82\x01\x05\xa1x\x03", 6},
        {"a negative key", "\x82\x01\x05\xff\x03", 5},
        {"a field twice", "\x82\x01\x05\x01\x06", 5},
        {"bytes behind it", "\x81\x01\x05\x02", 4},
        {"cut short",
         "\x82\x01\x05\x02\xa3"
         "ab",
         7},
        {"an unknown field cut short", "\x82\x01\x05\x7f\x92\x01", 6},
        {"nothing", "", 0},
    };
    struct item got;
    CHECK_INT(codec_load(a, shape_item(), (const uint8_t *)"\x82\x01\x05\x7f\x81\x92\x01\x02\x03", 9, &got),
              OK);
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        enum err e = codec_load(a, shape_item(), (const uint8_t *)all[i].bytes, all[i].size, &got);
        CHECK_TEXT(e == ERR_DAMAGED ? all[i].what : err_name(e), all[i].what);
    }
}

/* The short ways (common/codec_quick.h) say and read what msgpack says, for each length of a number, and to the last byte of a record. */
static void numbers_of_each_length_are_packed_as_msgpack_does(void)
{
    static const int64_t numbers[] = {
        1,         127, 128, 255, 256,    65535,    65536, UINT32_MAX, UINT32_MAX + INT64_C(1),
        INT64_MAX, -1,  -32, -33, -32769, INT64_MIN};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        struct list_sum sum = {.count = numbers[i], .total = {numbers[i], "EUR"}}, got;
        struct buf b, plain;
        buf_init(&b, 1000);
        buf_init(&plain, 1000);
        codec_int(&plain, numbers[i]);
        codec_pack(&b, shape_list_sum(), &sum, CODEC_STORE);
        CHECK(b.size > plain.size && memcmp(b.data + b.size - plain.size, plain.data, plain.size) == 0);
        CHECK_INT(codec_load(a, shape_list_sum(), b.data, b.size, &got), OK);
        CHECK(got.count == numbers[i] && got.total.amount == numbers[i] &&
              strcmp(got.total.currency, "EUR") == 0);
        for (size_t cut = 0; cut < b.size; cut++)
            CHECK_INT(codec_load(a, shape_list_sum(), b.data, cut, &got), ERR_DAMAGED);
        buf_clear(&b);
        codec_pack(&b, shape_list_sum(), &sum, CODEC_TO_STAFF);
        CHECK_INT(codec_read(a, shape_list_sum(), b.data, b.size, &got), OK);
        CHECK(got.count == numbers[i] && got.total.amount == numbers[i]);
        buf_fini(&b);
        buf_fini(&plain);
    }
}

/* However little room there is left, what is packed is the same: the short way needs some, the long one makes it. */
static void what_is_packed_does_not_depend_on_the_room(void)
{
    struct buf whole;
    buf_init(&whole, 100000);
    codec_pack(&whole, shape_document(), sample(), CODEC_TO_STAFF);
    for (size_t before = 0; before < 1024; before++) {
        struct buf b;
        buf_init(&b, 100000);
        for (size_t i = 0; i < before; i++)
            buf_add(&b, "x", 1);
        codec_pack(&b, shape_document(), sample(), CODEC_TO_STAFF);
        CHECK(b.size == before + whole.size && memcmp(b.data + before, whole.data, whole.size) == 0);
        buf_fini(&b);
    }
    buf_fini(&whole);
}

int main(void)
{
    numbers_of_stored_fields_ascend();
    a = arena_open();
    numbers_of_every_shape_ascend();
    a_record_comes_back_as_it_was();
    numbers_of_each_length_are_packed_as_msgpack_does();
    what_is_packed_does_not_depend_on_the_room();
    unknown_stored_fields_are_kept();
    a_view_sees_all_that_is_no_list();
    a_customer_never_gets_what_is_for_staff();
    refusals_name_the_path();
    a_number_stands_for_an_id_where_documents_are_meant();
    the_scan_finds_what_is_wrong();
    damage_is_survived();
    a_record_that_would_lose_something_is_damaged();
    arena_close(a);
    return test_end();
}
