/* A document under the hand, without a terminal: what stands there by itself, how what is typed is read, what is sent, and what comes of it. */
#include "common/date.h"
#include "tests/unit/test.h"
#include "tui/portal/writing.h"
#include <string.h>

static const struct me me = {.card = true};
static unsigned char ids;

static void make_id(void *ctx, uint8_t id[16])
{
    (void)ctx;
    memset(id, ++ids, 16);
}

/* Ready to write: two taxes, 14 days, in EUR. d: NULL: a new one. */
static struct writing *ready(int kind, struct document *d)
{
    static struct tax taxes[] = {
        {.id = 1, .name = "VAT", .percent = 23 * DECIMAL_ONE, .active = true, .category = TAX_STANDARD},
        {.id = 2, .name = "Old", .percent = 19 * DECIMAL_ONE},
        {.id = 3, .name = "Reduced", .percent = 5 * DECIMAL_ONE, .active = true, .category = TAX_STANDARD}};
    static struct customer customer = {.id = 7, .name = "Ada", .terms_days = 14, .active = true};
    static struct business business = {
        .currency = "EUR", .terms_days = 30, .estimate_days = 30, .notes = "Thanks", .terms = "Pay"};
    struct writing *w = writing_open(&me, date_of(2026, 11, 22), make_id, NULL);
    w->kind = kind;
    w->customer = 7;
    w->id = d ? 5 : 0;
    if (d)
        writing_take(w, NEED_DOCUMENT, &(struct document_get_out){.document = d});
    writing_take(w, NEED_CUSTOMER, &(struct customer_get_out){.customer = &customer});
    writing_take(w, NEED_TAXES, &(struct tax_list_out){.taxes = {3, taxes}});
    CHECK(!w->ready);
    writing_take(w, NEED_BUSINESS, &(struct settings_get_out){.business = &business});
    CHECK(w->ready);
    return w;
}

static void put(struct writing *w, enum written at, size_t row, const char *typed)
{
    CHECK(!writing_read(w, at, row, typed));
}

static void a_new_one_begins_as_the_server_would_begin_it(void)
{
    struct writing *w = ready(DOC_INVOICE, NULL);
    CHECK_INT(w->doc.due, date_of(2026, 12, 6));
    CHECK_TEXT(writing_typed(w, WRITE_NOTES, 0), "Thanks");
    CHECK_TEXT(writing_typed(w, WRITE_TAX, 0), "VAT 23 %");
    CHECK_INT(w->tax_count, 3); /* none, and those that are offered */
    CHECK(!writing_changed(w) && writing_says_nothing(w, 0));
    put(w, WRITE_DATE, 0, "+10");
    CHECK_INT(w->doc.due, date_of(2026, 12, 16)); /* it goes along … */
    put(w, WRITE_DUE, 0, "2026-12-24");
    put(w, WRITE_DATE, 0, "2026-11-22");
    CHECK_INT(w->doc.due, date_of(2026, 12, 24)); /* … until it is given */
    writing_close(w);
    w = ready(DOC_CREDIT_NOTE, NULL);
    CHECK(!writing_offered(w, WRITE_DUE) && !writing_offered(w, WRITE_TERMS) &&
          !writing_offered(w, WRITE_CARD));
    CHECK(!w->doc.due && !*writing_typed(w, WRITE_TERMS, 0));
    writing_close(w);
}

static void what_is_typed_is_read_or_leaves_it_as_it_was(void)
{
    struct writing *w = ready(DOC_INVOICE, NULL);
    put(w, WRITE_NAME, 0, "Paper");
    put(w, WRITE_QUANTITY, 0, "2,5");
    put(w, WRITE_PRICE, 0, "1.234,50");
    CHECK(writing_read(w, WRITE_PRICE, 0, "dear") != NULL);
    CHECK_TEXT(writing_typed(w, WRITE_PRICE, 0), "1234.5");
    put(w, WRITE_LESS, 0, "10");
    CHECK_TEXT(writing_typed(w, WRITE_LESS, 0), "10 %");
    put(w, WRITE_LESS, 0, "25 eur");
    CHECK_TEXT(writing_typed(w, WRITE_LESS, 0), "25.00 EUR");
    CHECK_TEXT(writing_read(w, WRITE_LESS, 0, "150"),
               "Per cent from 0 to 100, or an amount as in 25.00 EUR.");
    CHECK(writing_read(w, WRITE_LESS, 0, "25 USD") != NULL);
    CHECK_TEXT(writing_read(w, WRITE_NAME, 0, " "), "Say what it is.");
    writing_sum(w);
    CHECK_INT(w->sums.total.amount, 376534); /* (3086.25 − 25) × 1.23 */
    CHECK_INT(writing_summed(w, 0)->net.amount, 306125);
    writing_close(w);
}

static void lines_come_go_and_change_places(void)
{
    struct writing *w = ready(DOC_ESTIMATE, NULL);
    put(w, WRITE_NAME, 0, "One");
    writing_choose(w, WRITE_TAX, 0, 2);
    CHECK_INT(writing_add(w, 1), 1);
    CHECK_TEXT(writing_typed(w, WRITE_TAX, 1), "Reduced 5 %"); /* as the one above it */
    writing_item(w, 1,
                 &(struct item){.id = 9, .name = "Two", .price = 3 * DECIMAL_ONE, .tax = 1, .active = true});
    CHECK_TEXT(writing_typed(w, WRITE_TAX, 1), "VAT 23 %");
    CHECK_TEXT(writing_typed(w, WRITE_PRICE, 1), "3");
    writing_move(w, 1, 0);
    CHECK_TEXT(w->doc.lines.v[0].name, "Two");
    writing_drop(w, 0);
    CHECK_TEXT(w->doc.lines.v[0].name, "One");
    CHECK_INT(w->doc.lines.n, 1);
    writing_close(w);
}

/* Monthly from 31 January on, the second is next; as a schedule.get tells it. */
static struct writing *recurring(void)
{
    static struct line lines[] = {{.name = "Hosting", .quantity = DECIMAL_ONE, .price = 100 * DECIMAL_ONE}};
    static struct document says = {.kind = DOC_INVOICE, .currency = "EUR", .lines = {1, lines}};
    static struct tax tax = {.id = 1, .name = "VAT", .percent = 23 * DECIMAL_ONE, .active = true};
    static struct customer customer = {.id = 7, .name = "Ada", .terms_days = 14, .active = true};
    static struct business business = {.currency = "EUR", .terms_days = 30};
    struct schedule s = {.id = 4,
                         .customer = 7,
                         .name = "Hosting",
                         .state = SCHEDULE_RUNNING,
                         .revision = 3,
                         .period = PERIOD_MONTH,
                         .every = 1,
                         .first = 1,
                         .next = 2,
                         .anchor = date_of(2027, 1, 31),
                         .next_date = date_of(2027, 2, 28),
                         .last_date = date_of(2027, 1, 31),
                         .document = &says};
    struct writing *w = writing_open(&me, date_of(2027, 2, 1), make_id, NULL);
    w->kind = DOC_INVOICE;
    w->recurs = true;
    w->id = 4;
    enum op_number op = OP_COUNT;
    struct arena *a = arena_open();
    CHECK(writing_needs(w, NEED_DOCUMENT, &op, a) && op == OPNO_schedule_get);
    writing_take(w, NEED_DOCUMENT, &(struct schedule_get_out){.schedule = &s});
    CHECK(writing_needs(w, NEED_CUSTOMER, &op, a) != NULL); /* whose it is was said there */
    arena_close(a);
    writing_take(w, NEED_CUSTOMER, &(struct customer_get_out){.customer = &customer});
    writing_take(w, NEED_TAXES, &(struct tax_list_out){.taxes = {1, &tax}});
    writing_take(w, NEED_BUSINESS, &(struct settings_get_out){.business = &business});
    CHECK(w->ready);
    return w;
}

static void a_recurring_one_is_written_with_its_rhythm(void)
{
    struct writing *w = recurring();
    CHECK(!writing_offered(w, WRITE_DATE) && !writing_offered(w, WRITE_SUPPLY) &&
          writing_offered(w, WRITE_TERMS));
    CHECK_TEXT(writing_typed(w, WRITE_OFTEN, 0), "month");
    CHECK_TEXT(writing_typed(w, WRITE_COUNT, 0), "");
    CHECK_INT(w->sums.date, date_of(2027, 2, 28));
    CHECK_INT(w->sums.due, date_of(2027, 3, 14)); /* by the customer's terms */
    put(w, WRITE_DUE_DAYS, 0, "30");
    put(w, WRITE_OFTEN, 0, "every 2 weeks"); /* counted anew from the first day */
    put(w, WRITE_PRICE, 0, "80");
    CHECK(writing_read(w, WRITE_OFTEN, 0, "fortnight") && writing_read(w, WRITE_OFTEN, 0, "0 days"));
    writing_sum(w);
    CHECK_INT(w->next.next, 2);
    CHECK_INT(w->sums.date, date_of(2027, 2, 14));
    CHECK_INT(w->sums.due, date_of(2027, 3, 16));
    CHECK_INT(w->sums.total.amount, 8000);
    CHECK_INT(writing_save(w, true), WRITING_ASKS); /* nothing is sent by that */
    CHECK_INT(w->op, OPNO_schedule_update);
    const struct schedule_update_in *in = w->in;
    CHECK(in->id == 4 && in->schedule->revision == 3 && in->schedule->period == PERIOD_WEEK &&
          in->schedule->every == 2);
    CHECK(GIVEN(schedule, in->schedule, due_days) && !GIVEN(schedule, in->schedule, anchor) &&
          !GIVEN(schedule, in->schedule, name));
    CHECK_INT(in->schedule->document->lines.v[0].price, 80 * DECIMAL_ONE);
    enum written at;
    size_t row;
    CHECK(writing_place(w, "schedule.document.lines.0.price", &at, &row) && at == WRITE_PRICE);
    CHECK(writing_place(w, "schedule.every", &at, &row) && at == WRITE_OFTEN);
    CHECK(writing_place(w, "schedule.until", &at, &row) && at == WRITE_UNTIL);
    writing_close(w);
    w = recurring();
    put(w, WRITE_UNTIL, 0, "2027-12-31");
    CHECK_INT(writing_save(w, false), WRITING_ASKS);
    in = w->in;
    CHECK(!GIVEN(schedule, in->schedule, document) && GIVEN(schedule, in->schedule, until));
    writing_close(w);
}

static void what_somebody_else_changed_of_a_rhythm_stays(void)
{
    struct writing *w = recurring();
    put(w, WRITE_OFTEN, 0, "quarter");
    struct schedule other = *w->plan_was;
    other.revision = 4;
    other.count = 12;
    other.send = true;
    writing_refresh(w);
    writing_newer(w, &(struct schedule_get_out){.schedule = &other}, true);
    CHECK_TEXT(writing_typed(w, WRITE_OFTEN, 0), "quarter");
    CHECK_TEXT(writing_typed(w, WRITE_COUNT, 0), "12");
    CHECK(w->revision == 4 && w->plan.send && writing_changed(w));
    writing_newer(w, &(struct schedule_get_out){.schedule = &other}, false);
    CHECK_TEXT(writing_typed(w, WRITE_OFTEN, 0), "month");
    writing_close(w);
}

static const struct refusal silent = {.code = ERR_OFFLINE};

static void what_nobody_knows_is_asked_under_the_same_id_first(void)
{
    struct writing *w = ready(DOC_INVOICE, NULL);
    uint8_t first[16];
    put(w, WRITE_NAME, 0, "Paper");
    CHECK_INT(writing_save(w, false), WRITING_ASKS);
    CHECK_INT(w->op, OPNO_invoice_create);
    memcpy(first, w->request, 16);
    CHECK_INT(writing_answer(w, ERR_OFFLINE, &silent, false, NULL), WRITING_UNKNOWN);
    put(w, WRITE_NAME, 0, "Other paper");
    CHECK_INT(writing_save(w, false), WRITING_ASKS);
    CHECK(memcmp(first, w->request, 16) == 0 && w->op == OPNO_invoice_create);
    CHECK_TEXT(((const struct document_create_in *)w->in)->document->lines.v[0].name, "Paper");
    CHECK_INT(writing_answer(w, ERR_OFFLINE, &silent, true, NULL),
              WRITING_REFUSED); /* not asked: it still is not known */
    CHECK_INT(writing_save(w, false), WRITING_ASKS);
    CHECK(memcmp(first, w->request, 16) == 0);
    struct document made = {.id = 5, .revision = 1, .state = DOC_DRAFT, .customer = 7};
    CHECK_INT(
        writing_answer(w, OK, &(struct refusal){0}, false, &(struct document_create_out){.document = &made}),
        WRITING_ASKS);
    CHECK(w->op == OPNO_invoice_update && memcmp(first, w->request, 16) != 0); /* what was changed since */
    made.revision = 2;
    CHECK_INT(
        writing_answer(w, OK, &(struct refusal){0}, false, &(struct document_update_out){.document = &made}),
        WRITING_KEPT);
    CHECK(!writing_changed(w));
    CHECK_INT(writing_save(w, true), WRITING_ASKS);
    CHECK_INT(w->op, OPNO_invoice_send);
    CHECK_INT(((const struct document_send_in *)w->in)->revision, 2);
    writing_close(w);
}

static struct line paper = {.name = "Paper", .quantity = DECIMAL_ONE, .price = 10 * DECIMAL_ONE};
static struct document kept = {.id = 5,
                               .revision = 3,
                               .kind = DOC_INVOICE,
                               .state = DOC_DRAFT,
                               .customer = 7,
                               .currency = "EUR",
                               .date = 20000,
                               .due = 20010,
                               .notes = "Old",
                               .lines = {1, &paper}};

static void only_what_differs_is_sent(void)
{
    struct writing *w = ready(DOC_INVOICE, &kept);
    CHECK_INT(writing_save(w, false), WRITING_KEPT);
    put(w, WRITE_NOTES, 0, "");
    put(w, WRITE_DISCOUNT, 0, "5");
    CHECK_INT(writing_save(w, false), WRITING_ASKS);
    const struct document_update_in *in = w->in;
    CHECK_INT(in->revision, 3);
    CHECK(GIVEN(document, in->document, notes) && !*in->document->notes &&
          GIVEN(document, in->document, discount_percent));
    CHECK(!GIVEN(document, in->document, date) && !in->document->date && !in->document->lines.n &&
          !in->document->id);
    writing_close(w);
}

static void mine_stands_on_what_somebody_else_saved(void)
{
    struct writing *w = ready(DOC_INVOICE, &kept);
    struct line dearer = paper;
    struct document newer = kept;
    put(w, WRITE_REFERENCE, 0, "PO-1");
    CHECK_INT(writing_save(w, false), WRITING_ASKS);
    CHECK_INT(writing_answer(w, ERR_STALE, &(struct refusal){.code = ERR_STALE}, false, NULL), WRITING_STALE);
    dearer.price = 12 * DECIMAL_ONE;
    newer.lines = (struct line_list){1, &dearer};
    newer.revision = 4;
    newer.notes = "New";
    writing_newer(w, &(struct document_get_out){.document = &newer}, true);
    CHECK_TEXT(writing_typed(w, WRITE_REFERENCE, 0), "PO-1");
    CHECK_TEXT(writing_typed(w, WRITE_NOTES, 0), "New");
    CHECK_TEXT(writing_typed(w, WRITE_PRICE, 0), "12");
    CHECK_INT(writing_save(w, false), WRITING_ASKS);
    CHECK_INT(((const struct document_update_in *)w->in)->revision, 4);
    newer.lines.v[0].price = 13 * DECIMAL_ONE;
    writing_newer(w, &(struct document_get_out){.document = &newer}, false);
    CHECK_INT(w->sums.total.amount, 1300);
    CHECK(!*writing_typed(w, WRITE_REFERENCE, 0) && !writing_changed(w));
    writing_close(w);
}

static void a_refusal_finds_its_field(void)
{
    struct writing *w = ready(DOC_INVOICE, NULL);
    enum written at;
    size_t row;
    put(w, WRITE_NAME, 0, "One");
    writing_add(w, 1); /* says nothing: it is not sent */
    put(w, WRITE_NAME, writing_add(w, 2), "Three");
    CHECK(writing_place(w, "document.lines.1.quantity", &at, &row) && at == WRITE_QUANTITY && row == 2);
    CHECK(writing_place(w, "lines.0.tax_percent", &at, &row) && at == WRITE_TAX && row == 0);
    CHECK(writing_place(w, "document.shipping_category", &at, &row) && at == WRITE_SHIPPING_TAX);
    CHECK(writing_place(w, "document.discount_amount", &at, &row) && at == WRITE_DISCOUNT);
    CHECK(!writing_place(w, "customer", &at, &row) && !writing_place(w, "lines.9.name", &at, &row));
    writing_drop(w, 2);
    writing_drop(w, 0);
    CHECK(!writing_lacks(w, false, &at, &row));
    CHECK_TEXT(writing_lacks(w, true, &at, &row), "There is nothing on it yet.");
    writing_close(w);
}

int main(void)
{
    a_new_one_begins_as_the_server_would_begin_it();
    what_is_typed_is_read_or_leaves_it_as_it_was();
    lines_come_go_and_change_places();
    a_recurring_one_is_written_with_its_rhythm();
    what_somebody_else_changed_of_a_rhythm_stays();
    what_nobody_knows_is_asked_under_the_same_id_first();
    only_what_differs_is_sent();
    mine_stands_on_what_somebody_else_saved();
    a_refusal_finds_its_field();
    return test_end();
}
