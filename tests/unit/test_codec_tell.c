/* Rows told from the store's bytes are the rows that are read and packed. (tsan: yes) */
#include "common/codec.h"
#include "common/date.h"
#include "proto/op.h"
#include "test.h"

static struct arena *a;

/* What is told of a row, as a reader packs it who took it in. */
static void told_as(struct buf *out, const struct document_row *row, enum codec_for purpose)
{
    struct buf wire;
    struct document_row *taken = arena_alloc(a, sizeof *taken);
    buf_init(&wire, 10000);
    codec_pack(&wire, shape_document_row(), row, purpose);
    CHECK(codec_read(a, shape_document_row(), wire.data, wire.size, taken) == OK);
    buf_clear(out);
    codec_pack(out, shape_document_row(), taken, CODEC_TO_STAFF);
    buf_fini(&wire);
}

/* Whether a row is told from the store's bytes or read and packed, a reader takes in the same; what can not be told so is said to be. */
static void a_row_told_from_the_store_is_the_row(void)
{
    char name[201];
    struct buf stored, one, other;
    buf_init(&stored, 10000);
    buf_init(&one, 10000);
    buf_init(&other, 10000);
    for (size_t i = 0; i < 4096; i++) {
        const size_t length = i % 64 * 3 + 1;
        memset(name, 'n', length);
        name[length] = '\0';
        struct document_row row = {.id = 1 + i * i * 4099,
                                   .kind = DOC_INVOICE,
                                   .state = i & 1 ? DOC_OPEN : DOC_DRAFT,
                                   .number = i & 2 ? NULL : "INV-000001",
                                   .revision = i & 4 ? 0 : (int64_t)i,
                                   .customer = i,
                                   .customer_name = i & 8 ? name : "Bodega Jos\xc3\xa9",
                                   .date = (int32_t)(740000 + i),
                                   .due = i & 16 ? 0 : DATE_MAX,
                                   .reference = i & 32 ? "" : "PO 1",
                                   .total = money_of((int64_t)(i * i * i), "EUR"),
                                   .balance =
                                       money_of(i & 128 ? 0 : INT64_MAX, (i & 384) == 384 ? "" : "JPY"),
                                   .viewed = i & 512 ? 1790000000123 : 0},
                            told, seen;
        buf_clear(&stored);
        codec_pack(&stored, shape_document_row(), &row, CODEC_STORE);
        CHECK(codec_view(a, shape_document_row(), stored.data, stored.size, &seen) == OK);
        CHECK(codec_numbers(shape_document_row(), stored.data, stored.size, &told));
        CHECK(!told.head.extra_count && !told.number && told.id == seen.id && told.due == seen.due &&
              told.total.amount == seen.total.amount &&
              strcmp(told.balance.currency, seen.balance.currency) == 0 && told.viewed == seen.viewed);
        CHECK(codec_tell(a, shape_document_row(), stored.data, stored.size, &told));
        CHECK(told.id == seen.id && told.state == seen.state && told.due == seen.due &&
              told.balance.amount == seen.balance.amount);
        told.status = seen.status = i & 1024 ? STATUS_OVERDUE : 0;
        told.also = seen.also = i & 2048 ? STATUS_PARTLY_PAID : 0;
        told_as(&one, &told, i & 1 ? CODEC_TO_STAFF : CODEC_TO_CUSTOMER);
        told_as(&other, &seen, i & 1 ? CODEC_TO_STAFF : CODEC_TO_CUSTOMER);
        CHECK(one.size == other.size && memcmp(one.data, other.data, one.size) == 0);
        for (size_t cut = 0; cut < stored.size && i < 64; cut++)
            CHECK(!codec_tell(a, shape_document_row(), stored.data, cut, &told) &&
                  !codec_numbers(shape_document_row(), stored.data, cut, &told));
        arena_reset(a);
    }
    struct document_row odd = {.id = 1, .total = money_of(-5, "EUR")};
    buf_clear(&stored);
    codec_pack(&stored, shape_document_row(), &odd, CODEC_STORE);
    CHECK(!codec_tell(a, shape_document_row(), stored.data, stored.size, &odd));
    buf_fini(&stored);
    buf_fini(&one);
    buf_fini(&other);
}

/* Whatever byte of a row is another one: what is still told is what is read, and nothing is looked at that is not the row's. */
static void a_row_with_another_byte_is_told_as_it_is_read_or_not_at_all(void)
{
    const struct document_row row = {.id = 70000,
                                     .kind = DOC_INVOICE,
                                     .number = "INV-1",
                                     .customer_name = "a name of more than thirty-one bytes",
                                     .due = 740000,
                                     .total = money_of(123456, "EUR"),
                                     .viewed = 1790000000123};
    struct document_row told, seen, numbers;
    struct buf stored;
    buf_init(&stored, 10000);
    codec_pack(&stored, shape_document_row(), &row, CODEC_STORE);
    for (size_t i = 0; i < stored.size * 256; i++) {
        uint8_t *other = arena_copy(a, stored.data, stored.size);
        other[i / 256] = (uint8_t)i;
        if (codec_tell(a, shape_document_row(), other, stored.size, &told)) {
            CHECK(codec_view(a, shape_document_row(), other, stored.size, &seen) == OK);
            CHECK(codec_numbers(shape_document_row(), other, stored.size, &numbers));
            CHECK(told.id == seen.id && told.due == seen.due && told.total.amount == seen.total.amount &&
                  told.viewed == seen.viewed && numbers.viewed == seen.viewed && numbers.kind == seen.kind);
        }
        arena_reset(a);
    }
    buf_fini(&stored);
}

/* What an open invoice is not paid by stands in it; a list of methods is read as ever. */
static void an_invoice_that_is_due_is_told(void)
{
    struct buf stored, one, other;
    buf_init(&stored, 10000);
    buf_init(&one, 10000);
    buf_init(&other, 10000);
    struct document_due due = {.id = 1, .no_transfer = true}, told;
    const char *methods[] = {"stripe/card"};
    codec_pack(&stored, shape_document_due(), &due, CODEC_STORE);
    CHECK(codec_tell(a, shape_document_due(), stored.data, stored.size, &told));
    CHECK(told.no_transfer && !told.no_card && !told.methods.n);
    told.not_by_card = due.not_by_card = "no";
    codec_pack(&one, shape_document_due(), &told, CODEC_TO_CUSTOMER);
    codec_pack(&other, shape_document_due(), &due, CODEC_TO_CUSTOMER);
    CHECK(one.size == other.size);
    CHECK(codec_read(a, shape_document_due(), one.data, one.size, &told) == OK);
    CHECK(told.no_transfer && !told.no_card && strcmp(told.not_by_card, "no") == 0);
    due.methods = (struct text_list){1, methods};
    buf_clear(&stored);
    codec_pack(&stored, shape_document_due(), &due, CODEC_STORE);
    CHECK(!codec_tell(a, shape_document_due(), stored.data, stored.size, &told));
    buf_fini(&stored);
    buf_fini(&one);
    buf_fini(&other);
}

static void pack_offers(struct buf *out, struct pay_way *first, struct pay_way *second, size_t n)
{
    struct document_due rows[] = {
        {.id = 1, .offers = {1, first}}, {.id = 2, .offers = {n, second}}, {.id = 3, .offers = {1, first}}};
    const struct home_get_out home = {.due = {3, rows}};
    codec_pack(out, shape_home_get_out(), &home, CODEC_TO_CUSTOMER);
}

/* Rows that share a list are told as those are that have the same each for itself; the same place with something else in it is not the same list. */
static void rows_that_share_a_list_tell_it_each(void)
{
    struct buf shared, apart;
    struct pay_way one = {.method = "stripe/card", .title = "Card", .how = PAY_HOW_CARD}, two[2] = {one, one};
    buf_init(&shared, 10000);
    for (int i = 0; i < 3; i++) {
        struct pay_way same = one;
        const size_t at = shared.size;
        buf_init(&apart, 10000);
        pack_offers(&shared, &one, &one, 1);
        pack_offers(&apart, &one, &same, 1);
        CHECK(shared.size - at == apart.size && memcmp(shared.data + at, apart.data, apart.size) == 0);
        buf_fini(&apart);
        one.title = i ? "A card" : "Card or phone"; /* into the same buffer, behind what stands there */
    }
    buf_init(&apart, 10000);
    buf_clear(&shared);
    pack_offers(&shared, two, two, 2);
    pack_offers(&apart, &(struct pay_way){.method = "stripe/card", .title = "Card", .how = PAY_HOW_CARD}, two,
                2);
    CHECK(shared.size == apart.size && memcmp(shared.data, apart.data, apart.size) == 0);
    buf_fini(&shared);
    buf_fini(&apart);
}

int main(void)
{
    a = arena_open();
    a_row_told_from_the_store_is_the_row();
    a_row_with_another_byte_is_told_as_it_is_read_or_not_at_all();
    an_invoice_that_is_due_is_told();
    rows_that_share_a_list_tell_it_each();
    arena_close(a);
    return test_end();
}
