/* Payments by card and by hand, one case after another. */
#include "server/due/due.h"
#include "tests/unit/money_fixture.h"

#define GOOD "4242 4242 4242 4242"
#define DECLINES "4000000000000002"
#define HANGS "4000000000009235"
#define EUR(n) money_of((n), "EUR")

HANDLER(payment_get)
HANDLER(payment_list)
HANDLER(payment_settle)
HANDLER(event_list)

static uint64_t bodega, wojcik; /* customers: EUR, PLN */

/* The texts of all events about a subject, oldest first: "what:side what:side". */
static const char *events_about(int subject, uint64_t about)
{
    struct event_list_in in = {.limit = 100};
    struct event_list_out out;
    struct who was = who;
    char *text = arena_alloc(keep, 400);
    by_staff();
    CHECK_INT(READ(event_list, &in, &out), OK);
    for (size_t i = out.events.n; i-- > 0;) {
        const struct event *e = &out.events.v[i];
        size_t at = strlen(text);
        if (e->subject == subject && e->about == (int64_t)about && e->portal)
            snprintf(text + at, 400 - at, "%s%s:%s", at ? " " : "", enum_name(enum_what(), e->what),
                     enum_name(enum_side(), e->side));
    }
    who = was;
    return text;
}

static void a_card_pays_two_invoices(void)
{
    uint64_t a = invoice_new(bodega, "EUR", 10000, DOC_OPEN), b = invoice_new(bodega, "EUR", 2550, DOC_OPEN);
    struct allocation parts[] = {{.invoice = a}, {.invoice = b}};
    struct payment *p = NULL;
    by_customer(bodega);
    CHECK_INT(pay(parts, 2, GOOD, EUR(12550), &p), OK);
    CHECK_INT(p->state, PAY_PENDING);
    CHECK_TEXT(p->number, "PAY-000001");
    CHECK_TEXT(p->method, "Visa ending 4242");
    CHECK_TEXT(p->customer_name, "Bodega Sur");
    CHECK_TEXT(p->by, "Bea Buyer");
    CHECK_INT(p->date, TODAY);
    CHECK_INT(p->mode, MODE_CARD);
    CHECK_INT(strlen(p->key), 32);
    CHECK_INT(p->allocations.v[1].amount.amount, 2550);
    CHECK_INT(last.n_follows, 2);
    CHECK_INT(last.follows[0].what, FOLLOW_DUE);
    CHECK_INT(last.follows[0].id, DUE_PAYMENT);
    CHECK_INT(invoice(a)->balance.amount, 10000); /* nothing yet */
    money_adds_up();
    CHECK_INT(charge_and_settle(p->id), PAY_SUCCEEDED);
    CHECK_INT(invoice(a)->state, DOC_PAID);
    CHECK_INT(invoice(b)->state, DOC_PAID);
    CHECK_TEXT(events_about(SUBJECT_PAYMENT, p->id), "payment_started:customer paid:customer");
    CHECK_TEXT(events_about(SUBJECT_INVOICE, b), "paid:system");
    CHECK_INT(charge_and_settle(p->id), PAY_SUCCEEDED); /* settled before: no change, no event */
    CHECK_TEXT(events_about(SUBJECT_PAYMENT, p->id), "payment_started:customer paid:customer");
    CHECK_INT(pay(parts, 2, GOOD, EUR(12550), &p), ERR_STATE);
    CHECK_TEXT(refused.field, "parts.0.invoice");
    money_adds_up();
}

/* Two that asked at the same time both write down what they heard; even a contradiction changes nothing that was settled. */
static void settling_twice_changes_nothing(void)
{
    uint64_t a = invoice_new(bodega, "EUR", 321, DOC_OPEN);
    struct allocation part = {.invoice = a};
    struct payment *p = NULL;
    by_customer(bodega);
    CHECK_INT(pay(&part, 1, GOOD, EUR(321), &p), OK);
    static const enum gateway_state said[] = {GATEWAY_UNKNOWN, GATEWAY_PENDING,   GATEWAY_SUCCEEDED,
                                              GATEWAY_FAILED,  GATEWAY_SUCCEEDED, GATEWAY_UNKNOWN};
    by_daemon();
    for (size_t i = 0; i < sizeof said / sizeof *said; i++) {
        struct settling s = {p->id, {.state = said[i], .sentence = "declined"}};
        CHECK_INT(as_write(settle_in, &s), OK);
        CHECK_INT(payment(p->id)->state, i < 2 ? PAY_PENDING : PAY_SUCCEEDED);
        CHECK_INT(invoice(a)->paid.amount, i < 2 ? 0 : 321);
    }
    CHECK_TEXT(events_about(SUBJECT_PAYMENT, p->id),
               "payment_started:customer payment_unknown:customer paid:customer");
    struct settling none = {p->id + 1000, {.state = GATEWAY_SUCCEEDED}};
    CHECK_INT(as_write(settle_in, &none), ERR_NOT_FOUND);
    money_adds_up();
}

static void what_was_typed_of_the_card_is_wiped(void)
{
    char number[] = "4242424242424242", expiry[] = "12/30", code[] = "123";
    uint64_t a = invoice_new(bodega, "EUR", 1, DOC_OPEN);
    struct allocation part = {.invoice = a};
    struct payment_pay_in in = {.parts = {1, &part},
                                .expect = EUR(1),
                                .card_number = number,
                                .card_expiry = expiry,
                                .card_code = code};
    by_customer(bodega);
    CHECK_INT(as_read(prepare_in, &in), OK);
    for (size_t i = 0; i < sizeof number; i++)
        CHECK_INT(number[i], 0);
    CHECK(!*expiry && !*code && !code[2] && !expiry[4]);
}

static void a_refused_card_changes_nothing(void)
{
    uint64_t a = invoice_new(bodega, "EUR", 700, DOC_OPEN);
    struct allocation part = {.invoice = a};
    struct payment *p = NULL;
    by_customer(bodega);
    CHECK_INT(pay(&part, 1, "4242424242424241", EUR(700), &p), ERR_INVALID);
    CHECK_TEXT(refused.field, "card_number");
    CHECK_INT(pay(&part, 1, "4000056655665556", EUR(700), &p), ERR_PAYMENT_FAILED);
    CHECK_INT(pay(&part, 1, DECLINES, EUR(700), &p), OK);
    CHECK_INT(charge_and_settle(p->id), PAY_FAILED);
    CHECK_TEXT(payment(p->id)->failure, "The bank declined the card.");
    CHECK_INT(invoice(a)->balance.amount, 700);
    CHECK_INT(invoice(a)->revision, 1);
    CHECK_TEXT(events_about(SUBJECT_PAYMENT, p->id), "payment_started:customer payment_failed:customer");
    struct payment *again = NULL; /* with another card it goes through */
    CHECK_INT(pay(&part, 1, GOOD, EUR(700), &again), OK);
    CHECK_INT(charge_and_settle(again->id), PAY_SUCCEEDED);
    CHECK_INT(charge_and_settle(p->id), PAY_FAILED);
    struct gateways *was = gateways;
    gateways = NULL;
    CHECK_INT(pay(&part, 1, GOOD, EUR(700), &p), ERR_SWITCHED_OFF);
    gateways = was;
    money_adds_up();
}

static void a_pending_payment_is_not_paid_again(void)
{
    uint64_t a = invoice_new(bodega, "EUR", 900, DOC_OPEN), b = invoice_new(bodega, "EUR", 100, DOC_OPEN);
    struct allocation parts[] = {{.invoice = b}, {.invoice = a}};
    struct payment *p = NULL;
    by_customer(bodega);
    CHECK_INT(pay(&parts[1], 1, HANGS, EUR(900), &p), OK);
    uint64_t id = p->id;
    CHECK_INT(charge_and_settle(id), PAY_PENDING);
    CHECK_INT(pay(parts, 2, GOOD, EUR(1000), &p), ERR_PENDING);
    CHECK_TEXT(refused.field, "parts.1.invoice");
    struct payment_settle_in in = {.payment = id};
    struct payment_settle_out out;
    CHECK_INT(WRITE(payment_settle, &in, &out), OK);
    CHECK_INT(out.payment->state, PAY_PENDING);
    CHECK_INT(last.n_follows, 1);
    CHECK_INT(charge_and_settle(id), PAY_PENDING);
    CHECK_INT(charge_and_settle(id), PAY_SUCCEEDED);
    CHECK_INT(WRITE(payment_settle, &in, &out), OK);
    CHECK_INT(out.payment->state, PAY_SUCCEEDED);
    CHECK(last.n_follows > 0); /* it may be disputed since */
    CHECK_INT(invoice(a)->state, DOC_PAID);
    money_adds_up();
}

static enum err due_of(struct call *c, void *arg)
{
    struct due due;
    return due_find(&c->txn, DUE_PAYMENT, *(uint64_t *)arg, &due);
}

/* The daemon dies after the commit, before or after the gateway was reached: the payment is on record as due. */
static void what_is_pending_is_due(void)
{
    uint64_t a = invoice_new(bodega, "EUR", 11, DOC_OPEN), b = invoice_new(bodega, "EUR", 12, DOC_OPEN);
    struct allocation first = {.invoice = a}, second = {.invoice = b};
    struct payment *p = NULL, *q = NULL;
    struct gateway_outcome o;
    by_customer(bodega);
    CHECK_INT(pay(&first, 1, GOOD, EUR(11), &p), OK);
    CHECK_INT(pay(&second, 1, GOOD, EUR(12), &q), OK);
    CHECK_INT(charge_ask(payment(q->id), &o), OK); /* charged, and never written down */
    gateways_close(gateways);
    CHECK_INT(gateways_open(folder, true, &gateways), OK);
    CHECK_INT(as_read(due_of, &p->id), OK);
    CHECK_INT(as_read(due_of, &q->id), OK);
    CHECK_INT(charge_and_settle(p->id), PAY_SUCCEEDED);
    CHECK_INT(charge_and_settle(q->id), PAY_SUCCEEDED);
    CHECK_INT(follow_charge_ask(NULL, payment(q->id), &o), OK); /* settled: nobody is asked */
    CHECK_INT(o.state, GATEWAY_UNKNOWN);
    money_adds_up();
}

static void what_comes_too_late_becomes_credit(void)
{
    uint64_t a = invoice_new(bodega, "EUR", 500, DOC_OPEN), b = invoice_new(bodega, "EUR", 300, DOC_OPEN);
    struct allocation parts[] = {{.invoice = a}, {.invoice = b}};
    struct allocation some = {.invoice = a, .amount = EUR(450)};
    struct payment *p = NULL;
    struct payment_record_in in = {.customer = bodega, .mode = MODE_CASH, .parts = {1, &some}};
    struct payment_record_out out;
    by_customer(bodega);
    CHECK_INT(pay(parts, 2, GOOD, EUR(800), &p), OK);
    by_staff();
    CHECK_INT(WRITE(payment_record, &in, &out), ERR_PENDING);
    GIVE(payment_record_in, &in, despite_pending, true);
    CHECK_INT(WRITE(payment_record, &in, &out), OK);
    struct document *d = invoice(b);
    d->state = DOC_VOID;
    d->balance.amount = 0;
    put(KIND_DOCUMENT, d);
    CHECK_INT(charge_and_settle(p->id), PAY_SUCCEEDED);
    struct payment *now = payment(p->id);
    CHECK_INT(now->allocations.n, 1);
    CHECK_INT(now->allocations.v[0].amount.amount, 50);
    CHECK_INT(now->unused.amount, 750);
    CHECK_INT(invoice(a)->state, DOC_PAID);
    CHECK_INT(invoice(b)->state, DOC_VOID);
    money_adds_up();
}

static void pay_checks_its_parts(void)
{
    uint64_t a = invoice_new(bodega, "EUR", 1000, DOC_OPEN),
             other = invoice_new(wojcik, "PLN", 1000, DOC_OPEN);
    uint64_t draft = invoice_new(bodega, "EUR", 1000, DOC_DRAFT),
             dollars = invoice_new(bodega, "USD", 1000, DOC_OPEN);
    struct document *d = invoice(invoice_new(bodega, "EUR", 1000, DOC_OPEN));
    d->no_card = true;
    put(KIND_DOCUMENT, d);
    const struct {
        struct allocation first, second;
        size_t n;
        struct money expect;
        enum err want;
        const char *field;
    } cases[] = {
        {{.invoice = a}, {.invoice = a}, 2, EUR(2000), ERR_INVALID, "parts.1.invoice"},
        {{.invoice = a}, {.invoice = other}, 2, EUR(2000), ERR_NOT_FOUND, "parts.1.invoice"},
        {{.invoice = a}, {.invoice = draft}, 2, EUR(2000), ERR_STATE, "parts.1.invoice"},
        {{.invoice = a}, {.invoice = dollars}, 2, EUR(2000), ERR_CURRENCY, "parts.1.invoice"},
        {{.invoice = dollars}, {.invoice = a}, 1, EUR(1000), ERR_CURRENCY, "parts.0.invoice"},
        {{.invoice = a}, {.invoice = d->id}, 2, EUR(2000), ERR_SWITCHED_OFF, "parts.1.invoice"},
        {{.invoice = a, .amount = EUR(1001)}, {.invoice = 0}, 1, EUR(1001), ERR_OVERPAID, "parts.0.amount"},
        {{.invoice = a, .amount = EUR(0)}, {.invoice = 0}, 1, EUR(0), ERR_INVALID, "parts.0.amount"},
        {{.invoice = a, .amount = EUR(-5)}, {.invoice = 0}, 1, EUR(-5), ERR_INVALID, "parts.0.amount"},
        {{.invoice = a, .amount = money_of(5, "USD")},
         {.invoice = 0},
         1,
         EUR(5),
         ERR_CURRENCY,
         "parts.0.amount"},
        {{.invoice = a}, {.invoice = 0}, 0, EUR(0), ERR_INVALID, "parts"},
        {{.invoice = a}, {.invoice = 0}, 1, EUR(999), ERR_STALE, "expect"},
        {{.invoice = a}, {.invoice = 0}, 1, EUR(1001), ERR_STALE, "expect"},
    };
    by_customer(bodega);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct allocation parts[] = {cases[i].first, cases[i].second};
        CHECK_INT(pay(parts, cases[i].n, GOOD, cases[i].expect, NULL), cases[i].want);
        CHECK_TEXT(refused.field, cases[i].field);
    }
    CHECK_INT(invoice(a)->balance.amount, 1000);
    money_adds_up();
}

static enum err partial_in(struct call *c, void *arg)
{
    struct business b;
    enum err e = record_get(&c->txn, KIND_BUSINESS, 1, &b);
    b.partial_payments = *(bool *)arg;
    return e ? e : record_put(&c->txn, KIND_BUSINESS, &b);
}

static void a_part_is_paid_where_that_is_allowed(void)
{
    uint64_t a = invoice_new(bodega, "EUR", 1000, DOC_OPEN);
    struct allocation part = {.invoice = a, .amount = EUR(400)}, rest = {.invoice = a};
    struct payment *p = NULL;
    bool partial = false;
    by_customer(bodega);
    CHECK_INT(as_write(partial_in, &partial), OK);
    CHECK_INT(pay(&part, 1, GOOD, EUR(400), &p), ERR_SWITCHED_OFF);
    CHECK_TEXT(refused.field, "parts.0.amount");
    partial = true;
    CHECK_INT(as_write(partial_in, &partial), OK);
    CHECK_INT(pay(&part, 1, GOOD, EUR(400), &p), OK);
    CHECK_INT(charge_and_settle(p->id), PAY_SUCCEEDED);
    CHECK_INT(invoice(a)->state, DOC_OPEN);
    CHECK_INT(invoice(a)->balance.amount, 600);
    CHECK_INT(pay(&rest, 1, GOOD, EUR(1000), &p), ERR_STALE); /* seen before the part was paid */
    CHECK_INT(pay(&rest, 1, GOOD, EUR(600), &p), OK);
    CHECK_INT(charge_and_settle(p->id), PAY_SUCCEEDED);
    CHECK_INT(invoice(a)->state, DOC_PAID);
    money_adds_up();
}

static void staff_record_what_arrived(void)
{
    uint64_t a = invoice_new(wojcik, "PLN", 1000, DOC_OPEN), b = invoice_new(wojcik, "PLN", 500, DOC_OPEN);
    struct allocation parts[] = {{.invoice = a}, {.invoice = b}};
    struct payment_record_in in = {.customer = wojcik,
                                   .mode = MODE_TRANSFER,
                                   .reference = "RF18",
                                   .notes = "statement 47",
                                   .date = TODAY - 3,
                                   .parts = {2, parts},
                                   .amount = money_of(1200, "PLN")};
    struct payment_record_out out;
    by_staff();
    CHECK_INT(WRITE(payment_record, &in, &out), OK); /* the second gets what is left */
    CHECK_INT(out.payment->state, PAY_SUCCEEDED);
    CHECK_INT(out.payment->date, TODAY - 3);
    CHECK_INT(out.payment->settled, NOW);
    CHECK_INT(out.payment->allocations.v[1].amount.amount, 200);
    CHECK_INT(out.payment->unused.amount, 0);
    CHECK(out.payment->gateway == NULL && out.payment->contact == 0);
    CHECK_TEXT(events_about(SUBJECT_PAYMENT, out.payment->id), "paid:staff");
    CHECK_TEXT(events_about(SUBJECT_INVOICE, b), "paid:system");
    in = (struct payment_record_in){.customer = wojcik, .mode = MODE_CASH, .parts = {1, &parts[1]}};
    CHECK_INT(WRITE(payment_record, &in, &out), OK); /* all that is due */
    CHECK_INT(out.payment->amount.amount, 300);
    CHECK_TEXT(out.payment->amount.currency, "PLN");
    CHECK_INT(out.payment->date, TODAY);
    in = (struct payment_record_in){.customer = wojcik, .mode = MODE_CASH, .amount = money_of(50, "PLN")};
    CHECK_INT(WRITE(payment_record, &in, &out), OK); /* for no invoice: credit */
    CHECK_INT(out.payment->unused.amount, 50);
    CHECK_INT(out.payment->allocations.n, 0);
    money_adds_up();
}

static void recording_checks_its_arguments(void)
{
    uint64_t a = invoice_new(wojcik, "PLN", 1000, DOC_OPEN),
             other = invoice_new(bodega, "EUR", 1000, DOC_OPEN);
    uint64_t paid = invoice_new(wojcik, "PLN", 0, DOC_PAID);
    struct allocation own = {.invoice = a}, foreign = {.invoice = other}, gone = {.invoice = paid};
    struct allocation most = {.invoice = a, .amount = money_of(1001, "PLN")};
    struct allocation twice[] = {{.invoice = a, .amount = money_of(6, "PLN")}, {.invoice = a}};
    const struct {
        struct payment_record_in in;
        enum err want;
        const char *field;
    } cases[] = {
        {{.notes = ""}, ERR_INVALID, "amount"},
        {{.amount = EUR(5)}, ERR_CURRENCY, "amount"},
        {{.amount = money_of(0, "PLN")}, ERR_INVALID, "amount"},
        {{.amount = money_of(-1, "PLN")}, ERR_INVALID, "amount"},
        {{.parts = {1, &own}, .date = TODAY + 1}, ERR_INVALID, "date"},
        {{.parts = {1, &foreign}}, ERR_NOT_FOUND, "parts.0.invoice"},
        {{.parts = {1, &gone}}, ERR_STATE, "parts.0.invoice"},
        {{.parts = {1, &most}}, ERR_OVERPAID, "parts.0.amount"},
        {{.parts = {2, twice}}, ERR_INVALID, "parts.1.invoice"},
        {{.parts = {1, twice}, .amount = money_of(5, "PLN")}, ERR_OVERPAID, "parts.0.amount"},
    };
    by_staff();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct payment_record_in in = cases[i].in;
        struct payment_record_out out;
        in.customer = wojcik;
        in.mode = MODE_CASH;
        CHECK_INT(WRITE(payment_record, &in, &out), cases[i].want);
        CHECK_TEXT(refused.field, cases[i].field);
    }
    CHECK_INT(invoice(a)->balance.amount, 1000);
    money_adds_up();
}

/* All numbers of a list, page by page. */
static const char *listed(struct payment_list_in in)
{
    char *text = arena_alloc(keep, 800);
    struct payment_list_out out;
    do {
        CHECK_INT(READ(payment_list, &in, &out), OK);
        for (size_t i = 0; i < out.payments.n; i++) {
            size_t at = strlen(text);
            snprintf(text + at, 800 - at, "%s%lld", at ? " " : "",
                     (long long)out.payments.v[i].amount.amount);
        }
        in.after = out.next;
    } while (out.next);
    return text;
}

static void payments_are_listed_by_what_one_asks(void)
{
    uint64_t silva = customer_new("Silva", "EUR"), tremblay = customer_new("Tremblay", "EUR");
    uint64_t a = invoice_new(silva, "EUR", 100000, DOC_OPEN);
    struct payment_record_out out;
    struct payment *p = NULL;
    for (int i = 0; i < 7; i++) { /* amounts 100 … 700; the later the smaller the date */
        struct allocation part = {.invoice = a};
        struct payment_record_in in = {.customer = i % 3 == 2 ? tremblay : silva,
                                       .mode = MODE_CASH,
                                       .date = TODAY - i,
                                       .parts = {i % 3 == 0, &part},
                                       .amount = EUR(100 * (i + 1))};
        by_staff();
        CHECK_INT(WRITE(payment_record, &in, &out), OK);
    }
    struct allocation part = {.invoice = a, .amount = EUR(77)};
    by_customer(silva);
    CHECK_INT(pay(&part, 1, DECLINES, EUR(77), &p), OK);
    CHECK_INT(charge_and_settle(p->id), PAY_FAILED);

    CHECK_TEXT(listed((struct payment_list_in){.limit = 2}), "77 100 200 400 500 700");
    CHECK_TEXT(listed((struct payment_list_in){.reverse = true}), "700 500 400 200 100 77");
    CHECK_TEXT(listed((struct payment_list_in){.sort = PAY_SORT_AMOUNT, .limit = 1}),
               "700 500 400 200 100 77");
    CHECK_TEXT(listed((struct payment_list_in){.sort = PAY_SORT_AMOUNT, .reverse = true}),
               "77 100 200 400 500 700");
    CHECK_TEXT(listed((struct payment_list_in){.state = PAY_FAILED}), "77");
    CHECK_TEXT(listed((struct payment_list_in){.state = PAY_SUCCEEDED, .limit = 3}), "100 200 400 500 700");
    CHECK_TEXT(listed((struct payment_list_in){.state = PAY_PENDING}), "");
    CHECK_TEXT(listed((struct payment_list_in){.invoice = a, .limit = 2}), "77 100 400 700");
    CHECK_TEXT(listed((struct payment_list_in){.invoice = a, .sort = PAY_SORT_DATE}), "77 100 400 700");
    CHECK_TEXT(listed((struct payment_list_in){.invoice = a, .sort = PAY_SORT_AMOUNT}), "700 400 100 77");
    CHECK_TEXT(listed((struct payment_list_in){.invoice = a, .state = PAY_FAILED}), "77");
    by_staff();
    CHECK_TEXT(listed((struct payment_list_in){.customer = tremblay}), "300 600");
    CHECK_TEXT(listed((struct payment_list_in){.customer = silva, .state = PAY_FAILED}), "77");
    CHECK(strstr(listed((struct payment_list_in){.state = PAY_FAILED, .limit = 1}), "77") != NULL);
    struct payment_get_in get = {.payment = p->id};
    struct payment_get_out got;
    CHECK_INT(READ(payment_get, &get, &got), OK);
    CHECK_INT(got.payment->state, PAY_FAILED);
    struct payment_list_in bad = {.after = "zz"};
    struct payment_list_out none;
    CHECK_INT(READ(payment_list, &bad, &none), ERR_INVALID);
}

int main(void)
{
    world_open();
    bodega = customer_new("Bodega Sur", "EUR");
    wojcik = customer_new("Wójcik", "PLN");
    a_card_pays_two_invoices();
    settling_twice_changes_nothing();
    what_was_typed_of_the_card_is_wiped();
    a_refused_card_changes_nothing();
    a_pending_payment_is_not_paid_again();
    what_is_pending_is_due();
    what_comes_too_late_becomes_credit();
    pay_checks_its_parts();
    a_part_is_paid_where_that_is_allowed();
    staff_record_what_arrived();
    recording_checks_its_arguments();
    payments_are_listed_by_what_one_asks();
    world_close();
    return test_end();
}
