/* Estimates and invoices through their handlers: written, sent, paid, given up. */
#include "tests/unit/document_fixture.h"

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
    struct document_create_in in = {.customer = ADA, .document = d};
    struct document_create_out out;
    CHECK_INT(CALL_DOC(&f, invoice, create, &in, &out), ERR_INVALID);
    CHECK_TEXT(f.why.field, "document.tax_per_line");
    fixture_close(&f);
}

static enum err refused(struct fixture *f, struct document *d, uint64_t customer, const char *field)
{
    struct document_create_in in = {.customer = customer, .document = d, .send = true};
    struct document_create_out out;
    enum err e = CALL_DOC(f, invoice, create, &in, &out);
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
    struct document_update_in in = {.id = d->id, .revision = 1, .document = &echo};
    struct document_update_out out;
    CHECK_INT(CALL_DOC(&f, invoice, update, &in, &out),
              ERR_INVALID); /* what is computed comes back only as it is */
    CHECK_TEXT(f.why.field, "document.total");
    echo.total = d->total;
    struct line changed = echo.lines.v[0];
    GIVE(line, &changed, net, money_of(1, "EUR"));
    echo.lines = (struct line_list){1, &changed};
    CHECK_INT(CALL_DOC(&f, invoice, update, &in, &out), ERR_INVALID);
    CHECK_TEXT(f.why.field, "document.lines.0.net");
    GIVE(line, &changed, net, d->lines.v[0].net);
    CHECK_INT(CALL_DOC(&f, invoice, update, &in, &out), OK);
    CHECK_TEXT(out.document->reference, "PO 12");
    CHECK_INT(out.document->total.amount, 1200);
    CHECK_INT(out.document->revision, 2);
    CHECK_INT(CALL_DOC(&f, invoice, update, &in, &out), ERR_STALE);
    CHECK_TEXT(f.why.field, "revision");
    echo.customer = BOB;
    echo.revision = in.revision = 2;
    CHECK_INT(CALL_DOC(&f, invoice, update, &in, &out), ERR_INVALID);
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
    struct document_send_in in = {.id = first->id};
    struct document_send_out out;
    GIVE(document_send_in, &in, revision, 7);
    CHECK_INT(CALL_DOC(&f, invoice, send, &in, &out), ERR_STALE);
    GIVE(document_send_in, &in, revision, 1);
    CHECK_INT(CALL_DOC(&f, invoice, send, &in, &out), OK);
    CHECK_TEXT(out.document->number, "INV-0002");
    CHECK_INT(out.document->revision, 1); /* sending changes nothing of what it says */
    CHECK_INT(out.document->edition, 1);
    CHECK_INT(out.document->status, STATUS_OPEN);
    CHECK_INT(CALL_DOC(&f, invoice, send, &in, &out), ERR_STATE);
    struct document_update_in change = {.id = first->id, .revision = 2, .document = given(&f, "11")};
    struct document_update_out changed;
    CHECK_INT(CALL_DOC(&f, invoice, update, &change, &changed), ERR_STATE);
    CHECK_TEXT(f.why.field, "invoice");
    struct document_delete_in del = {.id = first->id, .revision = 2};
    struct document_delete_out gone;
    CHECK_INT(CALL_DOC(&f, invoice, delete, &del, &gone), ERR_STATE);
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
    CHECK_INT(read_invoice(&f, d->id).document->status, STATUS_PARTLY_PAID);
    CHECK_INT(read_invoice(&f, d->id).document->balance.amount, 700);
    struct document_void_in in = {.id = d->id, .reason = "No"};
    struct document_void_out out;
    CHECK_INT(CALL_DOC(&f, invoice, void, &in, &out), ERR_STATE);
    fixture_day(&f, d->due + 1);
    CHECK_INT(read_invoice(&f, d->id).document->status, STATUS_OVERDUE);
    CHECK_INT(pay(&f, d->id, 700, "EUR"), OK);
    CHECK_INT(read_invoice(&f, d->id).document->status, STATUS_PAID);
    CHECK_INT(read_invoice(&f, d->id).document->paid.amount, 1200);
    CHECK_INT(pay(&f, d->id, 1, "EUR"), ERR_STATE);
    fixture_close(&f);
}

static void what_is_given_up_is_no_balance_and_stays_on_record(void)
{
    struct fixture f;
    fixture_open(&f);
    struct document *d = sent_invoice(&f, "10");
    CHECK_INT(pay(&f, d->id, 200, "EUR"), OK);
    struct document_write_off_in in = {.id = d->id, .reason = "Bankrupt"};
    struct document_write_off_out out;
    CHECK_INT(CALL_DOC(&f, invoice, write_off, &in, &out), OK);
    CHECK_INT(out.document->status, STATUS_WRITTEN_OFF);
    CHECK_INT(out.document->balance.amount, 0);
    CHECK_INT(out.document->written_off.amount, 1000);
    CHECK_TEXT(out.document->reason, "Bankrupt");
    CHECK_INT(CALL_DOC(&f, invoice, write_off, &in, &out), ERR_STATE);
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
    struct document_void_in in = {.id = d->id, .reason = "No"};
    struct document_void_out out;
    struct document_write_off_in off = {.id = d->id, .reason = "No"};
    struct document_write_off_out off_out;
    CHECK_INT(CALL_DOC(&f, invoice, void, &in, &out), ERR_PENDING);
    CHECK_INT(CALL_DOC(&f, invoice, write_off, &off, &off_out), ERR_PENDING);
    CHECK_INT(read_invoice(&f, d->id).payments.n, 1);
    p.state = PAY_FAILED;
    CHECK_INT(fixture_write(&f, put_payment, &p), OK);
    CHECK_INT(CALL_DOC(&f, invoice, void, &in, &out), OK);
    CHECK_INT(out.document->status, STATUS_VOID);
    CHECK_TEXT(out.document->number, d->number);
    CHECK_INT(CALL_DOC(&f, invoice, void, &in, &out), ERR_STATE);
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
    struct document_delete_in in = {.id = d->id, .revision = 9};
    struct document_delete_out out;
    CHECK_INT(CALL_DOC(&f, invoice, delete, &in, &out), ERR_STALE);
    in.revision = 1;
    CHECK_INT(CALL_DOC(&f, invoice, delete, &in, &out), OK);
    CHECK_INT(CALL_DOC(&f, invoice, delete, &in, &out), ERR_NOT_FOUND);
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
    struct document_duplicate_in in = {.id = d->id};
    struct document_duplicate_out out;
    CHECK_INT(CALL_DOC(&f, invoice, duplicate, &in, &out), OK);
    CHECK(out.document->id != d->id);
    CHECK(!out.document->number);
    CHECK(!out.document->reference);
    CHECK_INT(out.document->state, DOC_DRAFT);
    CHECK_INT(out.document->date, FIXTURE_DAY);
    CHECK_INT(out.document->paid.amount, 0);
    CHECK_INT(out.document->balance.amount, 1200);
    CHECK_INT(out.document->sent, 0);
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
    struct document_list_in all = {.limit = 10};
    struct document_list_out rows;
    CHECK_INT(CALL_DOC(&f, invoice, list, &all, &rows), OK);
    CHECK_INT(rows.rows.n, 0);
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
    what_is_given_up_is_no_balance_and_stays_on_record();
    nothing_is_withdrawn_while_a_payment_is_pending();
    only_the_transitions_of_the_table_exist();
    a_deleted_draft_leaves_no_trace_but_the_log();
    a_duplicate_starts_afresh();
    a_preview_keeps_nothing();
    return test_end();
}
