/* Estimates, invoices and comments through their handlers. */
#include "server/ops/document.h"
#include "tests/unit/call_fixture.h"

/* --- short ways ------------------------------------------------------------------------------------------------------ */
static struct line line_of(const char *name, int64_t quantity, const char *price, int64_t percent)
{
    struct line l = {.head = {0}};
    int64_t decimal = 0;
    CHECK_INT(decimal_parse(price, &decimal), OK);
    GIVE(line, &l, name, name);
    GIVE(line, &l, quantity, quantity * DECIMAL_ONE);
    GIVE(line, &l, price, decimal);
    GIVE(line, &l, tax_percent, percent * DECIMAL_ONE);
    return l;
}

/* A document to be given, with one line of that price and 20 % tax. */
static struct document *given(struct fixture *f, const char *price)
{
    struct document *d = arena_alloc(f->arena, sizeof *d);
    struct line *l = arena_alloc(f->arena, sizeof *l);
    *l = line_of("Work", 1, price, 20);
    GIVE(document, d, lines, ((struct line_list){1, l}));
    return d;
}

static struct document *create(struct fixture *f, int kind, uint64_t customer, struct document *d, bool send)
{
    struct estimate_create_in e = {.customer = customer, .document = d, .send = send};
    struct invoice_create_in i = {.customer = customer, .document = d, .send = send};
    struct estimate_create_out eo;
    struct invoice_create_out io;
    enum err err =
        kind == DOC_ESTIMATE ? CALL(f, estimate_create, &e, &eo) : CALL(f, invoice_create, &i, &io);
    if (err)
        fprintf(stderr, "create: %s: %s\n", f->why.field, f->why.detail);
    CHECK_INT(err, OK);
    return kind == DOC_ESTIMATE ? eo.estimate : io.invoice;
}

static struct document *sent_estimate(struct fixture *f, const char *price)
{
    as_staff(f);
    return create(f, DOC_ESTIMATE, ADA, given(f, price), true);
}
static struct document *sent_invoice(struct fixture *f, const char *price)
{
    as_staff(f);
    return create(f, DOC_INVOICE, ADA, given(f, price), true);
}

static enum err update_estimate(struct fixture *f, uint64_t id, int64_t revision, struct document *d,
                                struct document **now)
{
    struct estimate_update_in in = {.estimate = id, .revision = revision, .document = d};
    struct estimate_update_out out;
    enum err e = CALL(f, estimate_update, &in, &out);
    *now = out.estimate;
    return e;
}

static enum err send_estimate(struct fixture *f, uint64_t id, int64_t revision, struct document **now)
{
    struct estimate_send_in in = {.estimate = id};
    struct estimate_send_out out;
    if (revision)
        GIVE(estimate_send_in, &in, revision, revision);
    enum err e = CALL(f, estimate_send, &in, &out);
    *now = out.estimate;
    return e;
}

static enum err accept_estimate(struct fixture *f, uint64_t id, int64_t revision)
{
    struct estimate_accept_in in = {.estimate = id, .revision = revision, .signed_by = "Ada L."};
    struct estimate_accept_out out;
    return CALL(f, estimate_accept, &in, &out);
}

static enum err decline_estimate(struct fixture *f, uint64_t id, int64_t revision)
{
    struct estimate_decline_in in = {.estimate = id, .revision = revision, .reason = "Too much"};
    struct estimate_decline_out out;
    return CALL(f, estimate_decline, &in, &out);
}

static struct estimate_get_out read_estimate(struct fixture *f, uint64_t id)
{
    struct estimate_get_in in = {.estimate = id};
    struct estimate_get_out out;
    CHECK_INT(CALL(f, estimate_get, &in, &out), OK);
    return out;
}
static struct invoice_get_out read_invoice(struct fixture *f, uint64_t id)
{
    struct invoice_get_in in = {.invoice = id};
    struct invoice_get_out out;
    CHECK_INT(CALL(f, invoice_get, &in, &out), OK);
    return out;
}

struct booking {
    uint64_t invoice;
    struct money amount;
};
static enum err book(struct call *c, void *argument)
{
    struct booking *b = argument;
    struct document d;
    enum err e = record_get(&c->txn, KIND_INVOICE, b->invoice, &d);
    return e ? e : document_apply_payment(c, &d, b->amount);
}
static enum err pay(struct fixture *f, uint64_t invoice, int64_t amount, const char *currency)
{
    struct booking b = {invoice, money_of(amount, currency)};
    return fixture_write(f, book, &b);
}

/* --- money ----------------------------------------------------------------------------------------------------------- */
static void a_new_document_is_complete_and_computed(void)
{
    struct fixture f;
    fixture_open(&f);
    struct document *d = arena_alloc(f.arena, sizeof *d);
    struct line lines[3] = {
        line_of("Paper", 3, "1.115", 20), {.quantity = 2 * DECIMAL_ONE}, line_of("Book", 1, "10", 0)};
    lines[1].item = HOUR;
    GIVE(line, &lines[2], tax, REDUCED);
    GIVE(document, d, lines, ((struct line_list){3, lines}));
    GIVE(document, d, discount_percent, 10 * DECIMAL_ONE);
    struct document *made = create(&f, DOC_INVOICE, ADA, d, false);
    CHECK_INT(made->state, DOC_DRAFT);
    CHECK_INT(made->status, STATUS_DRAFT);
    CHECK_INT(made->revision, 1);
    CHECK(!made->number);
    CHECK_TEXT(made->currency, "EUR");
    CHECK_TEXT(made->customer_name, "Ada Works");
    CHECK_TEXT(made->notes, "Thank you.");
    CHECK_TEXT(made->billing->city, "London");
    CHECK_INT(made->date, FIXTURE_DAY);
    CHECK_INT(made->due, FIXTURE_DAY + 30);
    CHECK_TEXT(made->lines.v[1].name, "Consulting");
    CHECK_TEXT(made->lines.v[1].unit, "h");
    CHECK_TEXT(made->lines.v[1].tax_name, "VAT");
    CHECK_INT(made->lines.v[1].tax_percent, 20 * DECIMAL_ONE);
    CHECK_TEXT(made->lines.v[2].tax_name, "Reduced");
    CHECK_INT(made->lines.v[0].net.amount, 335); /* 3 × 1.115 = 3.345 */
    CHECK_INT(made->lines.v[1].net.amount, 16100);
    CHECK_INT(made->subtotal.amount, 17435);
    CHECK_INT(made->discount.amount, 1744); /* 10 % of 174.35 = 17.435 */
    CHECK_INT(made->taxes.n, 2);
    /* The 20 % share of the discount: 16.4379… → 16.44; 164.35 − 16.44 = 147.91; of it 29.582. At 5.5 %: 10 − 1.00 = 9.00, 0.495. */
    CHECK_INT(made->taxes.v[0].tax.amount, 50);
    CHECK_INT(made->taxes.v[1].tax.amount, 2958);
    CHECK_TEXT(made->taxes.v[0].name, "Reduced");
    CHECK_INT(made->tax.amount, 3008);
    CHECK_INT(made->total.amount, 17435 - 1744 + 3008);
    CHECK_INT(made->balance.amount, made->total.amount);
    CHECK(lines[1].name == NULL); /* the request is left as it was */
    fixture_close(&f);
}

static void the_rounding_mode_is_frozen_when_written(void)
{
    struct fixture f;
    fixture_open(&f);
    struct document *d = arena_alloc(f.arena, sizeof *d);
    struct line lines[2] = {line_of("A", 1, "0.13", 20), line_of("B", 1, "0.13", 20)};
    GIVE(document, d, lines, ((struct line_list){2, lines}));
    struct document *made = create(&f, DOC_INVOICE, ADA, d, false);
    CHECK_INT(made->tax.amount, 5); /* 20 % of 0.26; on each line it would be 0.03 + 0.03 */
    CHECK(!made->tax_per_line);
    GIVE(document, d, tax_per_line, true);
    struct invoice_create_in in = {.customer = ADA, .document = d};
    struct invoice_create_out out;
    CHECK_INT(CALL(&f, invoice_create, &in, &out), ERR_INVALID);
    CHECK_TEXT(f.why.field, "document.tax_per_line");
    fixture_close(&f);
}

static enum err refused(struct fixture *f, struct document *d, uint64_t customer, const char *field)
{
    struct invoice_create_in in = {.customer = customer, .document = d, .send = true};
    struct invoice_create_out out;
    enum err e = CALL(f, invoice_create, &in, &out);
    CHECK_TEXT(f->why.field, field);
    return e;
}

static void a_refusal_names_the_field(void)
{
    struct fixture f;
    fixture_open(&f);
    struct document *d = given(&f, "10");
    GIVE(document, d, number, "INV-7");
    CHECK_INT(refused(&f, d, ADA, "document.number"), ERR_INVALID);
    d = given(&f, "10");
    GIVE(document, d, currency, "USD");
    CHECK_INT(refused(&f, d, ADA, "document.currency"), ERR_CURRENCY);
    d = given(&f, "10");
    GIVE(line, &d->lines.v[0], discount, money_of(100, "USD"));
    CHECK_INT(refused(&f, d, ADA, "document.lines.0.discount"), ERR_CURRENCY);
    d = given(&f, "10");
    GIVE(line, &d->lines.v[0], discount, money_of(1001, "EUR"));
    CHECK_INT(refused(&f, d, ADA, "document.lines.0.discount"), ERR_INVALID);
    d = given(&f, "999999999");
    d->lines.v[0].quantity = 999999999 * DECIMAL_ONE;
    CHECK_INT(refused(&f, d, ADA, "document.lines.0.price"), ERR_OVERFLOW);
    d = given(&f, "10");
    GIVE(document, d, due, FIXTURE_DAY - 1);
    CHECK_INT(refused(&f, d, ADA, "document.due"), ERR_INVALID);
    d = given(&f, "10");
    d->lines.v[0].name = NULL;
    CHECK_INT(refused(&f, d, ADA, "document.lines.0.name"), ERR_INVALID);
    d = given(&f, "-10");
    CHECK_INT(refused(&f, d, ADA, "document.total"), ERR_INVALID);
    d = arena_alloc(f.arena, sizeof *d);
    CHECK_INT(refused(&f, d, ADA, "document.lines"), ERR_INVALID); /* nothing to send */
    /* An item's price is in the base currency: for others it has to be given. */
    struct line l = {.quantity = DECIMAL_ONE, .item = HOUR};
    GIVE(document, d, lines, ((struct line_list){1, &l}));
    CHECK_INT(refused(&f, d, BOB, "document.lines.0.price"), ERR_INVALID);
    GIVE(line, &l, price, 90 * DECIMAL_ONE);
    struct document *made = create(&f, DOC_INVOICE, BOB, d, true);
    CHECK_TEXT(made->total.currency, "USD");
    CHECK_INT(made->total.amount, 10800);
    CHECK_INT(made->due, FIXTURE_DAY + 10); /* terms of the customer */
    CHECK_TEXT(made->number, "INV-0001");   /* what was refused has used no number */
    fixture_close(&f);
}

static void what_was_read_can_be_sent_back(void)
{
    struct fixture f;
    fixture_open(&f);
    struct document *d = create(&f, DOC_INVOICE, ADA, given(&f, "10"), false);
    struct document echo = *d;
    for (size_t i = 0; i < shape_document()->n; i++)
        if (!(shape_document()->fields[i].flags & FIELD_CALC))
            shape_give(shape_document(), &echo.head, shape_document()->fields[i].name);
    echo.reference = "PO 12";
    echo.total = money_of(1, "EUR");
    struct invoice_update_in in = {.invoice = d->id, .revision = 1, .document = &echo};
    struct invoice_update_out out;
    CHECK_INT(CALL(&f, invoice_update, &in, &out), OK);
    CHECK_TEXT(out.invoice->reference, "PO 12");
    CHECK_INT(out.invoice->total.amount, 1200); /* computed, whatever was said */
    CHECK_INT(out.invoice->revision, 2);
    CHECK_INT(CALL(&f, invoice_update, &in, &out), ERR_STALE);
    CHECK_TEXT(f.why.field, "revision");
    echo.customer = BOB;
    echo.revision = in.revision = 2;
    CHECK_INT(CALL(&f, invoice_update, &in, &out), ERR_INVALID);
    CHECK_TEXT(f.why.field, "document.customer");
    fixture_close(&f);
}

static void one_kind_of_discount_replaces_the_other(void)
{
    struct fixture f;
    fixture_open(&f);
    struct document *d = given(&f, "10");
    GIVE(document, d, discount_percent, 10 * DECIMAL_ONE);
    d = create(&f, DOC_ESTIMATE, ADA, d, false);
    struct document change = {.head = {0}}, *now;
    GIVE(document, &change, discount_amount, money_of(250, "EUR"));
    CHECK_INT(update_estimate(&f, d->id, 1, &change, &now), OK);
    CHECK_INT(now->discount.amount, 250);
    CHECK_INT(now->discount_percent, 0);
    fixture_close(&f);
}

/* --- numbers and states ---------------------------------------------------------------------------------------------- */
static void an_invoice_is_numbered_when_it_is_sent(void)
{
    struct fixture f;
    fixture_open(&f);
    struct document *first = create(&f, DOC_INVOICE, ADA, given(&f, "10"), false);
    struct document *second = sent_invoice(&f, "20");
    CHECK(!first->number);
    CHECK_TEXT(second->number, "INV-0001");
    struct invoice_send_in in = {.invoice = first->id};
    struct invoice_send_out out;
    GIVE(invoice_send_in, &in, revision, 7);
    CHECK_INT(CALL(&f, invoice_send, &in, &out), ERR_STALE);
    GIVE(invoice_send_in, &in, revision, 1);
    CHECK_INT(CALL(&f, invoice_send, &in, &out), OK);
    CHECK_TEXT(out.invoice->number, "INV-0002");
    CHECK_INT(out.invoice->revision, 2);
    CHECK_INT(out.invoice->status, STATUS_OPEN);
    CHECK_INT(CALL(&f, invoice_send, &in, &out), ERR_STATE);
    struct invoice_update_in change = {.invoice = first->id, .revision = 2, .document = given(&f, "11")};
    struct invoice_update_out changed;
    CHECK_INT(CALL(&f, invoice_update, &change, &changed), ERR_STATE);
    CHECK_TEXT(f.why.field, "invoice");
    struct invoice_delete_in del = {.invoice = first->id, .revision = 2};
    struct invoice_delete_out gone;
    CHECK_INT(CALL(&f, invoice_delete, &del, &gone), ERR_STATE);
    fixture_close(&f);
}

static void an_invoice_of_nothing_is_paid_at_once(void)
{
    struct fixture f;
    fixture_open(&f);
    struct document *d = sent_invoice(&f, "0");
    CHECK_INT(d->state, DOC_PAID);
    CHECK_INT(d->status, STATUS_PAID);
    fixture_close(&f);
}

static void payments_move_an_invoice_to_paid_and_never_beyond(void)
{
    struct fixture f;
    fixture_open(&f);
    struct document *d = sent_invoice(&f, "10");
    CHECK_INT(d->total.amount, 1200);
    CHECK_INT(pay(&f, d->id, 1201, "EUR"), ERR_OVERPAID);
    CHECK_INT(pay(&f, d->id, 100, "USD"), ERR_CURRENCY);
    CHECK_INT(pay(&f, d->id, 0, "EUR"), ERR_INVALID);
    CHECK_INT(pay(&f, d->id, -5, "EUR"), ERR_INVALID);
    CHECK_INT(pay(&f, d->id, 500, "EUR"), OK);
    CHECK_INT(read_invoice(&f, d->id).invoice->status, STATUS_PARTLY_PAID);
    CHECK_INT(read_invoice(&f, d->id).invoice->balance.amount, 700);
    struct invoice_void_in in = {.invoice = d->id, .reason = "No"};
    struct invoice_void_out out;
    CHECK_INT(CALL(&f, invoice_void, &in, &out), ERR_STATE);
    fixture_day(&f, d->due + 1);
    CHECK_INT(read_invoice(&f, d->id).invoice->status, STATUS_OVERDUE);
    CHECK_INT(pay(&f, d->id, 700, "EUR"), OK);
    CHECK_INT(read_invoice(&f, d->id).invoice->status, STATUS_PAID);
    CHECK_INT(read_invoice(&f, d->id).invoice->paid.amount, 1200);
    CHECK_INT(pay(&f, d->id, 1, "EUR"), ERR_STATE);
    fixture_close(&f);
}

static void what_is_given_up_keeps_its_balance(void)
{
    struct fixture f;
    fixture_open(&f);
    struct document *d = sent_invoice(&f, "10");
    CHECK_INT(pay(&f, d->id, 200, "EUR"), OK);
    struct invoice_write_off_in in = {.invoice = d->id, .reason = "Bankrupt"};
    struct invoice_write_off_out out;
    CHECK_INT(CALL(&f, invoice_write_off, &in, &out), OK);
    CHECK_INT(out.invoice->status, STATUS_WRITTEN_OFF);
    CHECK_INT(out.invoice->balance.amount, 1000);
    CHECK_TEXT(out.invoice->reason, "Bankrupt");
    CHECK_INT(CALL(&f, invoice_write_off, &in, &out), ERR_STATE);
    CHECK_INT(pay(&f, d->id, 1000, "EUR"), ERR_STATE);
    fixture_close(&f);
}

static enum err put_payment(struct call *c, void *argument)
{
    return record_put(&c->txn, KIND_PAYMENT, argument);
}

static void nothing_is_withdrawn_while_a_payment_is_pending(void)
{
    struct fixture f;
    fixture_open(&f);
    struct document *d = sent_invoice(&f, "10");
    struct allocation part = {.invoice = d->id, .amount = d->total};
    struct payment p = {.id = 1,
                        .state = PAY_PENDING,
                        .customer = ADA,
                        .date = FIXTURE_DAY,
                        .amount = d->total,
                        .allocations = {1, &part}};
    CHECK_INT(fixture_write(&f, put_payment, &p), OK);
    struct invoice_void_in in = {.invoice = d->id, .reason = "No"};
    struct invoice_void_out out;
    struct invoice_write_off_in off = {.invoice = d->id, .reason = "No"};
    struct invoice_write_off_out off_out;
    CHECK_INT(CALL(&f, invoice_void, &in, &out), ERR_PENDING);
    CHECK_INT(CALL(&f, invoice_write_off, &off, &off_out), ERR_PENDING);
    CHECK_INT(read_invoice(&f, d->id).payments.n, 1);
    p.state = PAY_FAILED;
    CHECK_INT(fixture_write(&f, put_payment, &p), OK);
    CHECK_INT(CALL(&f, invoice_void, &in, &out), OK);
    CHECK_INT(out.invoice->status, STATUS_VOID);
    CHECK_TEXT(out.invoice->number, d->number);
    CHECK_INT(CALL(&f, invoice_void, &in, &out), ERR_STATE);
    fixture_close(&f);
}

/* Every act in every state: exactly these are allowed. */
static enum err try_act(struct call *c, void *argument)
{
    const struct {
        struct document d;
        enum document_act act;
    } *t = argument;
    return document_may(c, &t->d, t->act, NULL);
}
static void only_the_transitions_of_the_table_exist(void)
{
    static const char *const estimate[] = {
        /* update send delete void accept decline convert undo write-off part all */
        [DOC_DRAFT] = "11100000000",    [DOC_OPEN] = "11011100000",       [DOC_ACCEPTED] = "00010010000",
        [DOC_DECLINED] = "11010000000", [DOC_INVOICED] = "00000001000",   [DOC_PAID] = "00000000000",
        [DOC_VOID] = "00000000000",     [DOC_WRITTEN_OFF] = "00000000000"};
    static const char *const invoice[] = {
        [DOC_DRAFT] = "11100000000",    [DOC_OPEN] = "00010000111",       [DOC_ACCEPTED] = "00000000000",
        [DOC_DECLINED] = "00000000000", [DOC_INVOICED] = "00000000000",   [DOC_PAID] = "00000000000",
        [DOC_VOID] = "00000000000",     [DOC_WRITTEN_OFF] = "00000000000"};
    struct fixture f;
    fixture_open(&f);
    for (int kind = DOC_ESTIMATE; kind <= DOC_INVOICE; kind++)
        for (int state = DOC_DRAFT; state <= DOC_WRITTEN_OFF; state++)
            for (enum document_act act = ACT_UPDATE; act <= ACT_PAY_ALL; act++) {
                struct {
                    struct document d;
                    enum document_act act;
                } t = {{.kind = kind, .state = state}, act};
                bool may = (kind == DOC_ESTIMATE ? estimate : invoice)[state][act] == '1';
                CHECK_INT(fixture_write(&f, try_act, &t), may ? OK : ERR_STATE);
            }
    fixture_close(&f);
}

static void a_deleted_draft_leaves_no_trace_but_the_log(void)
{
    struct fixture f;
    fixture_open(&f);
    struct document *d = create(&f, DOC_INVOICE, ADA, given(&f, "10"), false);
    struct comment_add_in say = {.document = d->id, .text = "Check the price"};
    struct comment_add_out said;
    CHECK_INT(CALL(&f, comment_add, &say, &said), OK);
    struct invoice_delete_in in = {.invoice = d->id, .revision = 9};
    struct invoice_delete_out out;
    CHECK_INT(CALL(&f, invoice_delete, &in, &out), ERR_STALE);
    in.revision = 1;
    CHECK_INT(CALL(&f, invoice_delete, &in, &out), OK);
    CHECK_INT(CALL(&f, invoice_delete, &in, &out), ERR_NOT_FOUND);
    fixture_close(&f);
}

/* --- estimates: answers, rework, versions ------------------------------------------------------------------------------ */
static void acceptance_counts_for_what_was_read(void)
{
    struct fixture f;
    fixture_open(&f);
    struct document *d = sent_estimate(&f, "10");
    CHECK_TEXT(d->number, "EST-0001");
    CHECK_INT(d->due, FIXTURE_DAY + 14);
    as_customer(&f, BOB);
    CHECK_INT(accept_estimate(&f, d->id, d->revision), ERR_NOT_FOUND);
    as_customer(&f, ADA);
    CHECK_INT(accept_estimate(&f, d->id, d->revision + 1), ERR_STALE);
    fixture_day(&f, d->due + 1);
    CHECK_INT(read_estimate(&f, d->id).estimate->status, STATUS_EXPIRED);
    CHECK_INT(accept_estimate(&f, d->id, d->revision), ERR_EXPIRED);
    CHECK_INT(decline_estimate(&f, d->id, d->revision), ERR_EXPIRED);
    fixture_day(&f, d->due);
    CHECK_INT(accept_estimate(&f, d->id, d->revision), OK);
    CHECK_INT(accept_estimate(&f, d->id, d->revision), ERR_STATE);
    struct document *now = read_estimate(&f, d->id).estimate;
    CHECK_INT(now->status, STATUS_ACCEPTED);
    CHECK_INT(now->answers.n, 1);
    CHECK(now->answers.v[0].accepted);
    CHECK_INT(now->answers.v[0].revision, d->revision);
    CHECK_INT(now->answers.v[0].at, f.now);
    CHECK_INT(now->answers.v[0].contact, ADA);
    CHECK_TEXT(now->answers.v[0].by, "Ada");
    CHECK_TEXT(now->answers.v[0].signed_by, "Ada L.");
    CHECK_TEXT(now->answers.v[0].place, "there");
    as_staff(&f);
    CHECK_INT(update_estimate(&f, d->id, now->revision, given(&f, "11"), &now), ERR_STATE);
    fixture_close(&f);
}

static void a_customer_never_sees_a_rework_that_was_not_sent(void)
{
    struct fixture f;
    fixture_open(&f);
    struct document *d = sent_estimate(&f, "10"), *work;
    as_customer(&f, ADA);
    CHECK_INT(decline_estimate(&f, d->id, d->revision), OK);
    as_staff(&f);
    struct document *seen = read_estimate(&f, d->id).estimate;
    CHECK_INT(update_estimate(&f, d->id, d->revision, given(&f, "8"), &work), ERR_STALE); /* declined since */
    CHECK_INT(update_estimate(&f, d->id, seen->revision, given(&f, "8"), &work), OK);
    CHECK_INT(work->status, STATUS_DRAFT);
    CHECK_TEXT(work->number, "EST-0001");
    CHECK(work->revision > seen->revision);
    /* Staff go on from the rework, and the customer from what was sent. */
    struct estimate_get_out staff = read_estimate(&f, d->id);
    CHECK_INT(staff.estimate->total.amount, 960);
    CHECK_INT(staff.estimate->revision, work->revision);
    CHECK_INT(staff.estimate->rework, work->revision);
    CHECK_INT(staff.estimate->answers.n, 1);
    CHECK_INT(staff.versions.n, 1);
    as_customer(&f, ADA);
    struct estimate_get_out customer = read_estimate(&f, d->id);
    CHECK_INT(customer.estimate->total.amount, 1200);
    CHECK_INT(customer.estimate->status, STATUS_DECLINED);
    CHECK_INT(customer.versions.n, 0);
    struct estimate_version_in vin = {.estimate = d->id, .revision = work->revision};
    struct estimate_version_out vout;
    CHECK_INT(CALL(&f, estimate_version, &vin, &vout), ERR_NOT_FOUND);
    as_staff(&f);
    CHECK_INT(update_estimate(&f, d->id, seen->revision, given(&f, "7"), &work), ERR_STALE);
    CHECK_INT(update_estimate(&f, d->id, staff.estimate->revision, given(&f, "7"), &work), OK);
    CHECK_INT(send_estimate(&f, d->id, staff.estimate->revision, &work), ERR_STALE);
    CHECK_INT(send_estimate(&f, d->id, staff.estimate->revision + 1, &work), OK);
    CHECK_INT(work->status, STATUS_OPEN);
    CHECK_INT(work->rework, 0);
    CHECK_INT(work->total.amount, 840);
    CHECK_TEXT(work->number, "EST-0001");
    CHECK_INT(work->answers.n, 1);
    /* What was sent before stays readable, and its answer. */
    as_customer(&f, ADA);
    customer = read_estimate(&f, d->id);
    CHECK_INT(customer.estimate->total.amount, 840);
    CHECK_INT(customer.versions.n, 1);
    CHECK_INT(customer.versions.v[0].revision, d->revision);
    CHECK_INT(customer.versions.v[0].was->lines.n, 0);
    vin.revision = d->revision;
    CHECK_INT(CALL(&f, estimate_version, &vin, &vout), OK);
    CHECK_INT(vout.version->was->total.amount, 1200);
    CHECK_INT(vout.version->was->lines.n, 1);
    CHECK_INT(vout.version->was->state, DOC_OPEN);
    CHECK_TEXT(vout.version->by, "Sam");
    CHECK_INT(accept_estimate(&f, d->id, d->revision), ERR_STALE);
    CHECK_INT(accept_estimate(&f, d->id, customer.estimate->revision), OK);
    CHECK_INT(read_estimate(&f, d->id).estimate->answers.n, 2);
    fixture_close(&f);
}

static void what_was_sent_can_be_accepted_while_staff_rework_it(void)
{
    struct fixture f;
    fixture_open(&f);
    struct document *d = sent_estimate(&f, "10"), *work;
    CHECK_INT(send_estimate(&f, d->id, 0, &work), ERR_STATE);
    CHECK_INT(update_estimate(&f, d->id, d->revision, given(&f, "99"), &work), OK);
    as_customer(&f, ADA);
    CHECK_INT(accept_estimate(&f, d->id, d->revision), OK);
    as_staff(&f);
    struct document *now = read_estimate(&f, d->id).estimate;
    CHECK_INT(now->total.amount, 1200);
    CHECK_INT(now->rework, 0);
    CHECK_INT(now->status, STATUS_ACCEPTED);
    CHECK_INT(send_estimate(&f, d->id, 0, &work), ERR_STATE);
    fixture_close(&f);
}

static void revisions_are_never_used_twice(void)
{
    struct fixture f;
    fixture_open(&f);
    struct document *d = sent_estimate(&f, "10"), *work;
    CHECK_INT(update_estimate(&f, d->id, d->revision, given(&f, "9"), &work), OK);
    as_customer(&f, ADA);
    CHECK_INT(decline_estimate(&f, d->id, d->revision), OK);
    int64_t declined = read_estimate(&f, d->id).estimate->revision;
    CHECK(declined > work->revision);
    as_staff(&f);
    CHECK_INT(send_estimate(&f, d->id, work->revision, &work), OK);
    CHECK(work->revision > declined);
    CHECK_INT(work->total.amount, 1080);
    /* A declined one can also be sent again as it was. */
    as_customer(&f, ADA);
    CHECK_INT(decline_estimate(&f, d->id, work->revision), OK);
    as_staff(&f);
    CHECK_INT(send_estimate(&f, d->id, 0, &work), OK);
    CHECK_INT(work->status, STATUS_OPEN);
    CHECK_INT(read_estimate(&f, d->id).versions.n, 2);
    fixture_close(&f);
}

static void an_accepted_estimate_becomes_the_same_invoice(void)
{
    struct fixture f;
    fixture_open(&f);
    struct document *d = given(&f, "33.333");
    GIVE(document, d, shipping, money_of(500, "EUR"));
    GIVE(document, d, reference, "PO 9");
    d = create(&f, DOC_ESTIMATE, ADA, d, true);
    struct estimate_convert_in in = {.estimate = d->id};
    struct estimate_convert_out out;
    CHECK_INT(CALL(&f, estimate_convert, &in, &out), ERR_STATE);
    as_customer(&f, ADA);
    CHECK_INT(CALL(&f, estimate_convert, &in, &out), ERR_FORBIDDEN);
    CHECK_INT(accept_estimate(&f, d->id, d->revision), OK);
    as_staff(&f);
    CHECK_INT(CALL(&f, estimate_convert, &in, &out), OK);
    CHECK_INT(out.invoice->total.amount, d->total.amount);
    CHECK_INT(out.invoice->balance.amount, d->total.amount);
    CHECK_INT(out.invoice->kind, DOC_INVOICE);
    CHECK_INT(out.invoice->state, DOC_DRAFT);
    CHECK_INT(out.invoice->estimate, d->id);
    CHECK_INT(out.estimate->invoice, out.invoice->id);
    CHECK_INT(out.estimate->status, STATUS_INVOICED);
    CHECK_TEXT(out.invoice->reference, "PO 9");
    CHECK_INT(CALL(&f, estimate_convert, &in, &out), ERR_STATE);
    /* Deleting the draft puts it back. */
    struct estimate_get_out got = read_estimate(&f, d->id);
    struct invoice_delete_in del = {.invoice = got.estimate->invoice, .revision = 1};
    struct invoice_delete_out gone;
    CHECK_INT(CALL(&f, invoice_delete, &del, &gone), OK);
    CHECK_INT(read_estimate(&f, d->id).estimate->status, STATUS_ACCEPTED);
    in.send = true;
    CHECK_INT(CALL(&f, estimate_convert, &in, &out), OK);
    CHECK_TEXT(out.invoice->number, "INV-0001");
    CHECK_INT(out.invoice->due, FIXTURE_DAY + 30);
    struct estimate_void_in no = {.estimate = d->id, .reason = "No"};
    struct estimate_void_out never;
    CHECK_INT(CALL(&f, estimate_void, &no, &never), ERR_STATE);
    fixture_close(&f);
}

static void a_duplicate_starts_afresh(void)
{
    struct fixture f;
    fixture_open(&f);
    struct document *d = given(&f, "10");
    GIVE(document, d, reference, "PO 1");
    GIVE(document, d, date, FIXTURE_DAY - 100);
    d = create(&f, DOC_INVOICE, ADA, d, true);
    CHECK_INT(d->due, FIXTURE_DAY - 70);
    CHECK_INT(d->status, STATUS_OVERDUE);
    CHECK_INT(pay(&f, d->id, 100, "EUR"), OK);
    struct invoice_duplicate_in in = {.invoice = d->id};
    struct invoice_duplicate_out out;
    CHECK_INT(CALL(&f, invoice_duplicate, &in, &out), OK);
    CHECK(out.invoice->id != d->id);
    CHECK(!out.invoice->number);
    CHECK(!out.invoice->reference);
    CHECK_INT(out.invoice->state, DOC_DRAFT);
    CHECK_INT(out.invoice->date, FIXTURE_DAY);
    CHECK_INT(out.invoice->paid.amount, 0);
    CHECK_INT(out.invoice->balance.amount, 1200);
    CHECK_INT(out.invoice->sent, 0);
    fixture_close(&f);
}

static void a_preview_keeps_nothing(void)
{
    struct fixture f;
    fixture_open(&f);
    struct document_preview_in in = {.customer = ADA, .document = given(&f, "10")};
    struct document_preview_out out;
    as_reader(&f);
    CHECK_INT(CALL(&f, document_preview, &in, &out), OK);
    CHECK_INT(out.document->total.amount, 1200);
    CHECK_INT(out.document->id, 0);
    struct invoice_list_in all = {.limit = 10};
    struct invoice_list_out rows;
    CHECK_INT(CALL(&f, invoice_list, &all, &rows), OK);
    CHECK_INT(rows.invoices.n, 0);
    fixture_close(&f);
}

/* --- looking, commenting ----------------------------------------------------------------------------------------------- */
static void the_first_look_of_a_customer_leaves_one_mark(void)
{
    struct fixture f;
    fixture_open(&f);
    struct document *d = sent_invoice(&f, "10");
    CHECK_INT(read_invoice(&f, d->id).invoice->viewed, 0);
    as_customer(&f, ADA);
    struct invoice_get_in in = {.invoice = d->id, .peek = true};
    struct invoice_get_out out;
    CHECK_INT(CALL(&f, invoice_get, &in, &out), OK);
    CHECK_INT(read_invoice(&f, d->id).invoice->viewed, 0); /* peeked at only; this reading leaves the mark */
    int64_t first = f.now;
    fixture_day(&f, FIXTURE_DAY + 1);
    struct invoice_get_out seen = read_invoice(&f, d->id);
    CHECK_INT(seen.invoice->viewed, first);
    CHECK_TEXT(seen.invoice->viewed_by, "Ada");
    CHECK_INT(seen.invoice->revision, d->revision);
    CHECK_INT(seen.events.n, 2); /* sent, viewed; that it was written is no business of the customer's */
    CHECK_INT(seen.events.v[0].what, WHAT_VIEWED);
    CHECK_INT(seen.events.v[1].what, WHAT_SENT);
    as_staff(&f);
    CHECK_INT(read_invoice(&f, d->id).events.n, 3);
    fixture_close(&f);
}

static enum err comment(struct fixture *f, uint64_t document, const char *text, bool portal)
{
    struct comment_add_in in = {.document = document, .text = text, .portal = portal};
    struct comment_add_out out;
    return CALL(f, comment_add, &in, &out);
}

static void staff_choose_what_the_customer_reads(void)
{
    struct fixture f;
    fixture_open(&f);
    struct document *d = sent_invoice(&f, "10");
    CHECK_INT(comment(&f, d->id, "between us", false), OK);
    CHECK_INT(comment(&f, d->id, "for you", true), OK);
    as_customer(&f, BOB);
    CHECK_INT(comment(&f, d->id, "hello?", false), ERR_NOT_FOUND);
    as_customer(&f, ADA);
    CHECK_INT(comment(&f, d->id, "thanks", false), OK);
    struct invoice_get_out seen = read_invoice(&f, d->id);
    CHECK_INT(seen.comments.n, 2);
    CHECK_TEXT(seen.comments.v[0].text, "for you");
    CHECK_TEXT(seen.comments.v[1].text, "thanks");
    for (size_t i = 0; i < seen.events.n; i++)
        CHECK(!seen.events.v[i].text || strcmp(seen.events.v[i].text, "between us") != 0);
    struct comment_list_in in = {.document = d->id, .limit = 1};
    struct comment_list_out page;
    CHECK_INT(CALL(&f, comment_list, &in, &page), OK);
    CHECK_TEXT(page.comments.v[0].text, "for you");
    in.after = page.next;
    CHECK_INT(CALL(&f, comment_list, &in, &page), OK);
    CHECK_TEXT(page.comments.v[0].text, "thanks");
    as_staff(&f);
    CHECK(read_invoice(&f, d->id).invoice->waiting);
    CHECK_INT(comment(&f, d->id, "who answers?", false), OK);
    CHECK(read_invoice(&f, d->id).invoice->waiting); /* a note among staff is no answer */
    CHECK_INT(comment(&f, d->id, "seen", true), OK);
    seen = read_invoice(&f, d->id);
    CHECK(!seen.invoice->waiting);
    CHECK_INT(seen.invoice->revision, d->revision);
    CHECK_INT(seen.comments.n, 5);
    as_reader(&f);
    CHECK_INT(comment(&f, d->id, "may I?", false), ERR_FORBIDDEN);
    fixture_close(&f);
}

static void a_long_comment_is_told_by_its_beginning(void)
{
    struct fixture f;
    char text[3 * 200 + 1] = "";
    fixture_open(&f);
    struct document *d = sent_invoice(&f, "10");
    for (int i = 0; i < 200; i++)
        strcat(text, "€");
    CHECK_INT(comment(&f, d->id, text, true), OK);
    const char *told = read_invoice(&f, d->id).events.v[0].text;
    CHECK_INT(strlen(told), 3 * 120 + strlen("…"));
    fixture_close(&f);
}

/* --- lists --------------------------------------------------------------------------------------------------------------- */
static struct invoice_list_out list(struct fixture *f, struct invoice_list_in in)
{
    struct invoice_list_out out;
    CHECK_INT(CALL(f, invoice_list, &in, &out), OK);
    return out;
}
static size_t rows(struct fixture *f, struct invoice_list_in in)
{
    return list(f, in).invoices.n;
}

/* INV-0001 … 0006 dated day −50 … 0, of 10 … 60 EUR; 0002 paid, 0005 paid in part; then a draft; then one of Bob's. */
static void fill_lists(struct fixture *f)
{
    char price[8];
    fixture_open(f);
    for (int i = 1; i <= 6; i++) {
        snprintf(price, sizeof price, "%d", i * 10);
        struct document *d = given(f, price);
        GIVE(document, d, date, FIXTURE_DAY - 60 + i * 10);
        d = create(f, DOC_INVOICE, ADA, d, true);
        if (i == 2 || i == 5)
            CHECK_INT(pay(f, d->id, i == 2 ? 2400 : 100, "EUR"), OK);
    }
    create(f, DOC_INVOICE, ADA, given(f, "70"), false);
    create(f, DOC_INVOICE, BOB, given(f, "80"), true);
    create(f, DOC_ESTIMATE, ADA, given(f, "90"), true);
}

static void lists_show_what_is_asked_for_in_order(void)
{
    struct fixture f;
    fill_lists(&f);
    struct invoice_list_out all = list(&f, (struct invoice_list_in){.limit = 100});
    CHECK_INT(all.invoices.n, 8);
    CHECK_INT(all.total, 8);
    CHECK_INT(rows(&f, (struct invoice_list_in){.customer = BOB}), 1);
    CHECK_INT(rows(&f, (struct invoice_list_in){.status = STATUS_DRAFT}), 1);
    CHECK_INT(rows(&f, (struct invoice_list_in){.status = STATUS_PAID}), 1);
    CHECK_INT(rows(&f, (struct invoice_list_in){.status = STATUS_PARTLY_PAID}), 1);
    CHECK_INT(rows(&f, (struct invoice_list_in){.status = STATUS_OPEN}), 4);   /* 3, 4, 6 and Bob's */
    CHECK_INT(rows(&f, (struct invoice_list_in){.status = STATUS_UNPAID}), 6); /* 1 3 4 5 6 and Bob's */
    CHECK_INT(rows(&f, (struct invoice_list_in){.status = STATUS_ACCEPTED}), 0);
    struct invoice_list_out late = list(&f, (struct invoice_list_in){.status = STATUS_OVERDUE});
    CHECK_INT(late.invoices.n, 1); /* 1 was due 20 days ago; 3 is due today */
    CHECK_TEXT(late.invoices.v[0].number, "INV-0001");
    CHECK_INT(late.invoices.v[0].status, STATUS_OVERDUE);
    CHECK_INT(rows(&f, (struct invoice_list_in){.status = STATUS_OVERDUE, .sort = SORT_DATE}), 1);
    struct invoice_list_out due = list(&f, (struct invoice_list_in){.sort = SORT_DUE, .customer = ADA});
    CHECK_INT(due.invoices.n, 5);
    CHECK_TEXT(due.invoices.v[0].number, "INV-0001");
    struct invoice_list_out big =
        list(&f, (struct invoice_list_in){.sort = SORT_TOTAL, .customer = ADA, .limit = 2});
    CHECK_INT(big.invoices.v[0].total.amount, 8400);
    CHECK_INT(big.invoices.v[1].total.amount, 7200);
    CHECK_INT(rows(&f, (struct invoice_list_in){.sort = SORT_TOTAL,
                                                .least = money_of(2400, "EUR"),
                                                .most = money_of(6000, "EUR")}),
              4);
    CHECK_INT(rows(&f, (struct invoice_list_in){.least = money_of(9600, "USD")}), 1);
    CHECK_INT(rows(&f, (struct invoice_list_in){.from = FIXTURE_DAY - 30, .until = FIXTURE_DAY - 10}), 3);
    struct invoice_list_out byno = list(&f, (struct invoice_list_in){.sort = SORT_NUMBER, .customer = ADA});
    CHECK_INT(byno.invoices.n, 6);
    CHECK_TEXT(byno.invoices.v[0].number, "INV-0001");
    byno = list(&f, (struct invoice_list_in){.sort = SORT_NUMBER, .reverse = true});
    CHECK_TEXT(byno.invoices.v[0].number, "INV-0007");
    struct invoice_list_in mixed = {.least = money_of(1, "EUR"), .most = money_of(1, "USD")};
    CHECK_INT(CALL(&f, invoice_list, &mixed, &all), ERR_CURRENCY);
    fixture_close(&f);
}

static void lists_find_by_number_and_by_customer(void)
{
    struct fixture f;
    fill_lists(&f);
    struct invoice_list_out found = list(&f, (struct invoice_list_in){.search = "inv-000"});
    CHECK_INT(found.invoices.n, 7);
    CHECK_TEXT(found.invoices.v[0].number, "INV-0007"); /* newest number first */
    CHECK_INT(rows(&f, (struct invoice_list_in){.search = "INV-0003"}), 1);
    CHECK_INT(rows(&f, (struct invoice_list_in){.search = "inv", .status = STATUS_PAID}), 1);
    CHECK_INT(rows(&f, (struct invoice_list_in){.search = "wor"}), 7); /* Ada Works, with the draft */
    CHECK_INT(rows(&f, (struct invoice_list_in){.search = "works ada"}), 7);
    CHECK_INT(rows(&f, (struct invoice_list_in){.search = "works bob"}), 0);
    CHECK_INT(rows(&f, (struct invoice_list_in){.search = "SONS"}), 1);
    CHECK_INT(rows(&f, (struct invoice_list_in){.search = "nobody"}), 0);
    CHECK_INT(rows(&f, (struct invoice_list_in){.search = "inv-0007", .customer = ADA}), 0);
    fixture_close(&f);
}

static void a_customer_lists_only_its_own_and_no_drafts(void)
{
    struct fixture f;
    fill_lists(&f);
    as_customer(&f, ADA);
    for (int sort = 0; sort <= SORT_NUMBER; sort++) {
        struct invoice_list_out mine = list(&f, (struct invoice_list_in){.sort = sort});
        CHECK_INT(mine.invoices.n, sort == SORT_DUE ? 5 : 6);
        CHECK_INT(mine.total, 6);
        for (size_t i = 0; i < mine.invoices.n; i++)
            CHECK(mine.invoices.v[i].customer == ADA && mine.invoices.v[i].state != DOC_DRAFT);
    }
    CHECK_INT(rows(&f, (struct invoice_list_in){.status = STATUS_DRAFT}), 0);
    CHECK_INT(rows(&f, (struct invoice_list_in){.search = "INV"}), 6);
    CHECK_INT(rows(&f, (struct invoice_list_in){.search = "INV-0007"}), 0);
    CHECK_INT(rows(&f, (struct invoice_list_in){.search = "bob"}), 0);
    struct invoice_list_in others = {.customer = BOB};
    struct invoice_list_out out;
    CHECK_INT(CALL(&f, invoice_list, &others, &out), ERR_NOT_FOUND);
    fixture_close(&f);
}

static void pages_join_without_gap_or_repetition(void)
{
    struct fixture f;
    fill_lists(&f);
    for (int sort = SORT_DATE; sort <= SORT_NUMBER; sort++) {
        struct invoice_list_in in = {.sort = sort, .customer = ADA, .limit = 2};
        size_t n = 0, whole = rows(&f, (struct invoice_list_in){.sort = sort, .customer = ADA});
        uint64_t seen = 0;
        do {
            struct invoice_list_out page = list(&f, in);
            for (size_t i = 0; i < page.invoices.n; i++, n++) {
                CHECK(!(seen >> page.invoices.v[i].id & 1));
                seen |= UINT64_C(1) << page.invoices.v[i].id;
            }
            in.after = page.next;
        } while (in.after);
        CHECK_INT(n, whole);
    }
    fixture_close(&f);
}

int main(void)
{
    a_new_document_is_complete_and_computed();
    the_rounding_mode_is_frozen_when_written();
    a_refusal_names_the_field();
    what_was_read_can_be_sent_back();
    one_kind_of_discount_replaces_the_other();
    an_invoice_is_numbered_when_it_is_sent();
    an_invoice_of_nothing_is_paid_at_once();
    payments_move_an_invoice_to_paid_and_never_beyond();
    what_is_given_up_keeps_its_balance();
    nothing_is_withdrawn_while_a_payment_is_pending();
    only_the_transitions_of_the_table_exist();
    a_deleted_draft_leaves_no_trace_but_the_log();
    acceptance_counts_for_what_was_read();
    a_customer_never_sees_a_rework_that_was_not_sent();
    what_was_sent_can_be_accepted_while_staff_rework_it();
    revisions_are_never_used_twice();
    an_accepted_estimate_becomes_the_same_invoice();
    a_duplicate_starts_afresh();
    a_preview_keeps_nothing();
    the_first_look_of_a_customer_leaves_one_mark();
    staff_choose_what_the_customer_reads();
    a_long_comment_is_told_by_its_beginning();
    lists_show_what_is_asked_for_in_order();
    lists_find_by_number_and_by_customer();
    a_customer_lists_only_its_own_and_no_drafts();
    pages_join_without_gap_or_repetition();
    return test_end();
}
