/* Home and the work queue, over documents and payments put there as they would stand. */
#include "tests/unit/office.h"

static struct office office, *const o = &office;
static uint64_t bodega, tremblay;
#define TODAY date_of(2026, 11, 22)

static uint64_t new_customer(const char *name, const char *currency)
{
    struct customer c = {.id = 0};
    struct contact person = {.id = 0};
    struct customer_create_out out;
    GIVE(customer, &c, name, name);
    GIVE(customer, &c, currency, currency);
    GIVE(contact, &person, name, "Maria Ruiz");
    CHECK_INT(RUN(o, customer_create, &out, .customer = &c, .contact = &person), OK);
    return out.customer->id;
}

static uint64_t put_document(uint64_t customer, int kind, int state, int32_t due, int64_t balance)
{
    const char *currency = customer == tremblay ? "USD" : "EUR";
    struct document d = {.kind = kind,
                         .state = state,
                         .customer = customer,
                         .customer_name = customer == tremblay ? "Tremblay Inc." : "Bodega Sur",
                         .currency = currency,
                         .date = TODAY - 40,
                         .due = due,
                         .revision = 1,
                         .total = money_of(balance + 100, currency),
                         .written_off = money_of(100, currency),
                         .balance = money_of(kind == DOC_INVOICE ? balance : 0, currency)};
    struct answer a = {.revision = 1,
                       .accepted = state == DOC_ACCEPTED,
                       .at = o->now - 60000,
                       .by = "Maria Ruiz",
                       .reason = state == DOC_DECLINED ? "3 pallets?\nplease" : NULL};
    if (state == DOC_ACCEPTED || state == DOC_DECLINED)
        d.answers = (struct answer_list){1, &a};
    CHECK_INT(office_put(o, KIND_DOCUMENT, &d), OK);
    return d.id;
}

static uint64_t put_payment(uint64_t customer, int state, int32_t date, int64_t amount, uint64_t invoice)
{
    const char *currency = customer == tremblay ? "USD" : "EUR";
    struct allocation part = {.invoice = invoice, .amount = money_of(amount, currency)};
    struct payment p = {.number = "PAY-1",
                        .state = state,
                        .customer = customer,
                        .customer_name = "Bodega Sur",
                        .date = date,
                        .mode = MODE_CARD,
                        .amount = money_of(amount, currency),
                        .unused = money_of(invoice ? 0 : amount, currency),
                        .failure = state == PAY_FAILED ? "card expired" : NULL,
                        .created = o->now};
    if (invoice)
        p.allocations = (struct allocation_list){1, &part};
    CHECK_INT(office_put(o, KIND_PAYMENT, &p), OK);
    return p.id;
}

static void put_event(uint64_t customer, int side, bool portal)
{
    struct event e = {.at = o->now,
                      .what = WHAT_SENT,
                      .side = side,
                      .subject = SUBJECT_INVOICE,
                      .about = 1,
                      .customer = customer,
                      .portal = portal};
    CHECK_INT(office_put(o, KIND_EVENT, &e), OK);
}

static void an_empty_home_says_zero(void)
{
    struct home_get_out out;
    office_as(o, ROLE_CUSTOMER, 1, tremblay);
    CHECK_INT(RUN(o, home_get, &out, .head = {0}), OK);
    CHECK_TEXT(out.ageing->total.currency, "USD");
    CHECK_INT(out.ageing->total.amount, 0);
    CHECK_INT(out.credit.amount, 0);
    CHECK_TEXT(out.credit.currency, "USD");
    CHECK(!out.last_payment && out.estimates.n == 0 && out.estimates_open == 0 && out.due.n == 0);
    CHECK_INT(out.recent.n, 0); /* that it was created is the staff's business */
    CHECK_TEXT(out.customer->name, "Tremblay Inc.");
    CHECK_INT(out.contacts.n, 1);
    CHECK_TEXT(out.business->name, "Northwind Paper Ltd");
    office_as(o, ROLE_ADMIN, 1, 0);
}

static void home_shows_what_is_owed_and_what_to_do(void)
{
    static const int late[] = {-10, 0, 1, 30, 31, 60, 61, 90, 91, 400};
    for (size_t i = 0; i < sizeof late / sizeof *late; i++)
        put_document(bodega, DOC_INVOICE, DOC_OPEN, TODAY - late[i], 1 << i);
    put_document(bodega, DOC_INVOICE, DOC_DRAFT, TODAY, 1000000);
    put_document(bodega, DOC_INVOICE, DOC_PAID, TODAY, 0);
    put_document(bodega, DOC_ESTIMATE, DOC_OPEN, TODAY - 1, 5); /* expired */
    for (int i = 6; i >= 0; i--)
        put_document(bodega, DOC_ESTIMATE, DOC_OPEN, TODAY + i, i);
    put_payment(bodega, PAY_SUCCEEDED, TODAY - 10, 96000, 0);
    put_payment(bodega, PAY_SUCCEEDED, TODAY - 20, 500, 0);
    put_payment(bodega, PAY_FAILED, TODAY - 1, 500, 1);
    put_event(bodega, SIDE_STAFF, true);
    put_event(bodega, SIDE_STAFF, false);
    put_event(bodega, SIDE_CUSTOMER, true);
    put_event(tremblay, SIDE_STAFF, true);

    struct home_get_out out;
    office_as(o, ROLE_CUSTOMER, 1, bodega);
    CHECK_INT(RUN(o, home_get, &out, .head = {0}), OK);
    CHECK_INT(out.ageing->not_due.amount, 1 + 2);
    CHECK_INT(out.ageing->days_30.amount, 4 + 8);
    CHECK_INT(out.ageing->days_60.amount, 16 + 32);
    CHECK_INT(out.ageing->days_90.amount, 64 + 128);
    CHECK_INT(out.ageing->older.amount, 256 + 512);
    CHECK_INT(out.ageing->total.amount, 1023);
    CHECK_INT(out.ageing->overdue.amount, 1020);
    CHECK_INT(out.ageing->count, 10);
    CHECK_INT(out.ageing->overdue_count, 8);
    CHECK_INT(out.credit.amount, 96500);
    CHECK_INT(out.last_payment->amount.amount, 96000);
    CHECK_INT(out.estimates.n, 5);
    CHECK_INT(out.estimates.v[0].due, TODAY);
    CHECK_INT(out.estimates.v[0].status, STATUS_OPEN);
    CHECK_INT(out.estimates_open, 7);
    CHECK_INT(out.due.n, 10);
    CHECK_INT(out.due.v[0].due, TODAY - 400);
    CHECK_INT(out.due.v[0].status, STATUS_OVERDUE);
    CHECK_INT(out.due.v[9].status, STATUS_PARTLY_PAID);
    CHECK_INT(out.recent.n, 2);
    CHECK_INT(out.recent.v[0].side, SIDE_CUSTOMER);
    CHECK_INT(out.unread, 1);
    office_as(o, ROLE_ADMIN, 1, 0);
}

static void the_overview_says_the_same_to_staff(void)
{
    struct customer_overview_out out;
    CHECK_INT(RUN(o, customer_overview, &out, .customer = bodega), OK);
    CHECK_INT(out.ageing->total.amount, 1023);
    CHECK_INT(out.paid->amount.amount, 96500);
    CHECK_INT(out.paid->count, 2);
    CHECK_INT(out.last_payment->amount.amount, 96000);
    CHECK_INT(out.contacts.n, 1);
    CHECK(out.events.n >= 4);
    int64_t drafts = -1;
    for (size_t i = 0; i < out.counts.n; i++)
        if (out.counts.v[i].kind == DOC_INVOICE && out.counts.v[i].state == DOC_DRAFT)
            drafts = out.counts.v[i].count;
    CHECK_INT(drafts, 1);
}

static size_t rows_of(const struct work_list *work, int job)
{
    size_t n = 0;
    for (size_t i = 0; i < work->n; i++)
        n += work->v[i].job == job;
    return n;
}

static void the_queue_has_every_job_and_no_lane_hides_another(void)
{
    uint64_t asked = put_document(tremblay, DOC_INVOICE, DOC_OPEN, TODAY + 5, 700), paid;
    struct document d = {.id = asked,
                         .kind = DOC_INVOICE,
                         .state = DOC_OPEN,
                         .number = "INV-9",
                         .customer = tremblay,
                         .customer_name = "Tremblay Inc.",
                         .currency = "USD",
                         .due = TODAY + 5,
                         .waiting = true,
                         .total = money_of(700, "USD"),
                         .balance = money_of(700, "USD")};
    CHECK_INT(office_put(o, KIND_DOCUMENT, &d), OK);
    struct comment said = {.document = asked,
                           .customer = tremblay,
                           .at = 1000,
                           .side = SIDE_CUSTOMER,
                           .portal = true,
                           .text = "Where\nis it?"};
    struct comment note = {
        .document = asked, .customer = tremblay, .at = 2000, .side = SIDE_STAFF, .text = "x"};
    CHECK_INT(office_put(o, KIND_COMMENT, &said), OK);
    CHECK_INT(office_put(o, KIND_COMMENT, &note), OK);
    put_document(bodega, DOC_ESTIMATE, DOC_DECLINED, TODAY + 9, 0);
    put_document(bodega, DOC_ESTIMATE, DOC_ACCEPTED, TODAY + 9, 0);
    put_payment(bodega, PAY_PENDING, TODAY, 42, 1);
    put_payment(bodega, PAY_FAILED, TODAY - 15, 43, 2); /* too long ago */
    put_payment(bodega, PAY_FAILED, TODAY, 44, 1);      /* a later try of the same invoice */
    paid = put_document(bodega, DOC_INVOICE, DOC_PAID, TODAY, 0);
    put_payment(bodega, PAY_FAILED, TODAY, 45, paid); /* settled since */
    put_payment(tremblay, PAY_SUCCEEDED, TODAY, 4600, 0);

    struct queue_get_out out;
    CHECK_INT(RUN(o, queue_get, &out, .head = {0}), OK);
    CHECK_INT(out.ageing.n, 2);
    CHECK_TEXT(out.ageing.v[0].total.currency, "EUR");
    CHECK_INT(out.ageing.v[0].total.amount, 1023);
    CHECK_INT(out.ageing.v[1].total.amount, 700);
    CHECK_INT(out.paid_month.n, 2);
    CHECK_INT(out.paid_month.v[0].amount.amount, 96500);
    CHECK_INT(out.paid_month.v[1].count, 1);
    CHECK_INT(rows_of(&out.work, JOB_OVERDUE), 8);
    CHECK_INT(rows_of(&out.work, JOB_PAYMENT_FAILED), 1);
    CHECK_INT(rows_of(&out.work, JOB_PAYMENT_PENDING), 1);
    CHECK_INT(out.work.n, 13);
    CHECK(out.work.v[0].job == JOB_PAYMENT_FAILED && out.work.v[0].amount.amount == 44);
    CHECK_TEXT(out.work.v[0].text, "card expired");
    CHECK(out.work.v[1].job == JOB_COMMENT && out.work.v[1].since == 1000);
    CHECK_TEXT(out.work.v[1].text, "Where is it?");
    CHECK_INT(out.work.v[1].subject, SUBJECT_INVOICE);
    CHECK(out.work.v[2].job == JOB_DECLINED && out.work.v[2].since);
    CHECK_TEXT(out.work.v[2].text, "3 pallets? please");
    CHECK(out.work.v[3].job == JOB_ACCEPTED);
    CHECK_TEXT(out.work.v[3].text, "Maria Ruiz");
    CHECK(out.work.v[5].job == JOB_OVERDUE && out.work.v[5].days == 400);

    for (int i = 0; i < 30; i++)
        put_document(bodega, DOC_ESTIMATE, DOC_DECLINED, TODAY + 9, 0);
    CHECK_INT(RUN(o, queue_get, &out, .limit = 12), OK);
    CHECK_INT(out.work.n, 12);
    CHECK_INT(rows_of(&out.work, JOB_DECLINED), 6);
    CHECK_INT(rows_of(&out.work, JOB_OVERDUE), 2);
    CHECK_INT(RUN(o, queue_get, &out, .limit = 1), OK);
    CHECK_INT(out.work.n, 1);
}

/* More than any list looks at for what may be none of its own. */
static enum err put_notes(struct call *c, void *document)
{
    enum err e = OK;
    for (int i = 0; !e && i <= LIST_EXAMINE_EMPTY; i++) {
        struct comment note = {.document = *(const uint64_t *)document,
                               .customer = tremblay,
                               .at = 3000,
                               .side = SIDE_STAFF,
                               .text = "x"};
        e = record_put(&c->txn, KIND_COMMENT, &note);
    }
    return e;
}

static void notes_among_staff_hide_no_comment(void)
{
    struct queue_get_out queue;
    struct comment_list_out list;
    struct comment_done_out done;
    CHECK_INT(RUN(o, queue_get, &queue, .head = {0}), OK);
    uint64_t document = (uint64_t)queue.work.v[1].id;
    CHECK_INT(office_write(o, put_notes, &document), OK);
    CHECK_INT(RUN(o, queue_get, &queue, .head = {0}), OK);
    CHECK_TEXT(queue.work.v[1].text, "Where is it?");
    CHECK_INT(RUN(o, comment_done, &done, .document = document), OK);
    office_as(o, ROLE_CUSTOMER, 1, tremblay);
    CHECK_INT(RUN(o, comment_list, &list, .document = document), OK);
    CHECK(list.comments.n == 1 && !list.next);
}

static void put_mail(int template, int state, int64_t created, const char *said)
{
    struct mail m = {.template = template,
                     .state = state,
                     .to = "maria@bodegasur.example",
                     .to_name = "Maria Ruiz",
                     .customer = bodega,
                     .subject = "Welcome",
                     .created = created,
                     .said = said};
    CHECK_INT(office_put(o, KIND_MAIL, &m), OK);
}

/* Somebody waits for it; a test is its sender's own business, and what failed long ago nobody minds any more. */
static void a_mail_that_failed_is_work(void)
{
    struct queue_get_out out;
    put_mail(TEMPLATE_INVITATION, MAIL_FAILED, o->now - 1000, "550 no such user");
    put_mail(TEMPLATE_RESET, MAIL_FAILED, o->now, NULL);
    put_mail(TEMPLATE_TEST, MAIL_FAILED, o->now, "no");
    put_mail(TEMPLATE_INVITATION, MAIL_FAILED, o->now - INT64_C(15) * 86400000, "long ago");
    put_mail(TEMPLATE_INVITATION, MAIL_SENT, o->now, NULL);
    CHECK_INT(RUN(o, queue_get, &out, .head = {0}), OK);
    CHECK_INT(rows_of(&out.work, JOB_MAIL), 2);
    const struct work *w = &out.work.v[0];
    CHECK(w->job == JOB_MAIL && w->subject == SUBJECT_MAIL && w->id && w->since >= w[1].since);
    CHECK_TEXT(w->text, "forgotten password");
    CHECK_TEXT(w[1].text, "550 no such user");
    CHECK_TEXT(w[1].customer_name, "Maria Ruiz");
    CHECK_INT((int64_t)w[1].customer, (int64_t)bodega);
}

/* Puts back the index entry of the newest event as it was before entries said whose they are (plain), and spoils its record or mends it. */
static struct spoiled {
    struct key key, entry;
    uint8_t record[4096];
    size_t size;
    bool plain, mend;
} spoiled;
static enum err spoil(struct call *c, void *argument)
{
    struct spoiled *s = argument;
    struct kv_bytes value;
    uint64_t id;
    enum err e = record_last_id(&c->txn, KIND_EVENT, &id);
    if (e)
        return e;
    s->key = record_key(&c->txn, KIND_EVENT);
    key_u64(&s->key, id);
    s->entry = index_key(&c->txn, INDEX_EVENT_CUSTOMER);
    key_u64(key_u64(&s->entry, bodega), id);
    if (s->mend)
        return kv_put(c->txn.kv, s->key.bytes, s->key.size, s->record, s->size);
    e = kv_get(c->txn.kv, s->key.bytes, s->key.size, &value);
    if (!e && value.size <= sizeof s->record && value.data != s->record)
        memcpy(s->record, value.data, s->size = value.size);
    if (!e)
        e = kv_put(c->txn.kv, s->key.bytes, s->key.size, "?", 1);
    if (!e && s->plain)
        e = kv_put(c->txn.kv, s->entry.bytes, s->entry.size, "", 0);
    return e;
}

/* Its entry says so; one from before does not, and its record is looked at. */
static void what_is_staffs_alone_is_not_read_for_a_home(void)
{
    struct home_get_out out;
    struct spoiled *s = &spoiled;
    put_event(bodega, SIDE_STAFF, false);
    for (int plain = 0; plain < 2; plain++) {
        *s = (struct spoiled){.plain = plain};
        CHECK_INT(office_write(o, spoil, s), OK);
        office_as(o, ROLE_CUSTOMER, 1, bodega);
        CHECK_INT(RUN(o, home_get, &out, .head = {0}), plain ? ERR_DAMAGED : OK);
        office_as(o, ROLE_ADMIN, 1, 0);
        s->mend = true;
        CHECK_INT(office_write(o, spoil, s), OK);
    }
    office_as(o, ROLE_CUSTOMER, 1, bodega);
    CHECK_INT(RUN(o, home_get, &out, .head = {0}), OK);
    office_as(o, ROLE_ADMIN, 1, 0);
}

int main(void)
{
    if (office_open(o) != OK)
        return 1;
    bodega = new_customer("Bodega Sur", "EUR");
    tremblay = new_customer("Tremblay Inc.", "USD");
    an_empty_home_says_zero();
    home_shows_what_is_owed_and_what_to_do();
    the_overview_says_the_same_to_staff();
    the_queue_has_every_job_and_no_lane_hides_another();
    notes_among_staff_hide_no_comment();
    a_mail_that_failed_is_work();
    what_is_staffs_alone_is_not_read_for_a_home();
    office_close(o);
    return test_end();
}
