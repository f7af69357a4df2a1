/* Estimates through their handlers: answered, reworked, becoming invoices. */
#include "tests/unit/document_fixture.h"

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
    CHECK_INT(read_estimate(&f, d->id).document->status, STATUS_EXPIRED);
    CHECK_INT(accept_estimate(&f, d->id, d->revision), ERR_EXPIRED);
    CHECK_INT(decline_estimate(&f, d->id, d->revision), ERR_EXPIRED);
    fixture_day(&f, d->due);
    CHECK_INT(accept_estimate(&f, d->id, d->revision), OK);
    CHECK_INT(accept_estimate(&f, d->id, d->revision), ERR_STATE);
    struct document *now = read_estimate(&f, d->id).document;
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
    struct document *seen = read_estimate(&f, d->id).document;
    CHECK_INT(update_estimate(&f, d->id, d->revision, given(&f, "8"), &work), ERR_STALE); /* declined since */
    CHECK_INT(update_estimate(&f, d->id, seen->revision, given(&f, "8"), &work), OK);
    CHECK_INT(work->status, STATUS_DRAFT);
    CHECK_TEXT(work->number, "EST-0001");
    CHECK(work->revision > seen->revision);
    /* Staff go on from the rework, and the customer from what was sent. */
    struct document_get_out staff = read_estimate(&f, d->id);
    CHECK_INT(staff.document->total.amount, 960);
    CHECK_INT(staff.document->revision, work->revision);
    CHECK_INT(staff.document->rework, work->revision);
    CHECK_INT(staff.document->answers.n, 1);
    CHECK_INT(staff.versions.n, 1);
    as_customer(&f, ADA);
    struct document_get_out customer = read_estimate(&f, d->id);
    CHECK_INT(customer.document->total.amount, 1200);
    CHECK_INT(customer.document->status, STATUS_DECLINED);
    CHECK_INT(customer.versions.n, 0);
    struct document_version_in vin = {.id = d->id};
    GIVE(document_version_in, &vin, revision, work->revision);
    struct document_version_out vout;
    CHECK_INT(CALL_DOC(&f, estimate, version, &vin, &vout), ERR_NOT_FOUND);
    as_staff(&f);
    CHECK_INT(update_estimate(&f, d->id, seen->revision, given(&f, "7"), &work), ERR_STALE);
    CHECK_INT(update_estimate(&f, d->id, staff.document->revision, given(&f, "7"), &work), OK);
    CHECK_INT(send_estimate(&f, d->id, staff.document->revision, &work), ERR_STALE);
    CHECK_INT(send_estimate(&f, d->id, staff.document->revision + 1, &work), OK);
    CHECK_INT(work->status, STATUS_OPEN);
    CHECK_INT(work->rework, 0);
    CHECK_INT(work->total.amount, 840);
    CHECK_TEXT(work->number, "EST-0001");
    CHECK_INT(work->answers.n, 1);
    /* What was sent before stays readable, and its answer. */
    as_customer(&f, ADA);
    customer = read_estimate(&f, d->id);
    CHECK_INT(customer.document->total.amount, 840);
    CHECK_INT(customer.versions.n, 1);
    CHECK_INT(customer.versions.v[0].revision, d->revision);
    CHECK_INT(customer.versions.v[0].was->lines.n, 0);
    vin.revision = d->revision;
    CHECK_INT(CALL_DOC(&f, estimate, version, &vin, &vout), OK);
    CHECK_INT(vout.version->was->total.amount, 1200);
    CHECK_INT(vout.version->was->lines.n, 1);
    CHECK_INT(vout.version->was->state, DOC_OPEN);
    CHECK_TEXT(vout.version->by, "Sam");
    CHECK_INT(accept_estimate(&f, d->id, d->revision), ERR_STALE);
    CHECK_INT(accept_estimate(&f, d->id, customer.document->revision), OK);
    CHECK_INT(read_estimate(&f, d->id).document->answers.n, 2);
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
    struct document *now = read_estimate(&f, d->id).document;
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
    int64_t declined = read_estimate(&f, d->id).document->revision;
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
    struct document_convert_in in = {.id = d->id};
    struct document_convert_out out;
    CHECK_INT(CALL_DOC(&f, estimate, convert, &in, &out), ERR_STATE);
    as_customer(&f, ADA);
    CHECK_INT(CALL_DOC(&f, estimate, convert, &in, &out), ERR_FORBIDDEN);
    CHECK_INT(accept_estimate(&f, d->id, d->revision), OK);
    as_staff(&f);
    CHECK_INT(CALL_DOC(&f, estimate, convert, &in, &out), OK);
    CHECK_INT(out.invoice->total.amount, d->total.amount);
    CHECK_INT(out.invoice->balance.amount, d->total.amount);
    CHECK_INT(out.invoice->kind, DOC_INVOICE);
    CHECK_INT(out.invoice->state, DOC_DRAFT);
    CHECK_INT(out.invoice->estimate, d->id);
    CHECK_INT(out.document->invoice, out.invoice->id);
    CHECK_INT(out.document->status, STATUS_INVOICED);
    CHECK_TEXT(out.invoice->reference, "PO 9");
    CHECK_INT(CALL_DOC(&f, estimate, convert, &in, &out), ERR_STATE);
    /* Deleting the draft puts it back. */
    struct document_get_out got = read_estimate(&f, d->id);
    struct document_delete_in del = {.id = got.document->invoice, .revision = 1};
    struct document_delete_out gone;
    CHECK_INT(CALL_DOC(&f, invoice, delete, &del, &gone), OK);
    CHECK_INT(read_estimate(&f, d->id).document->status, STATUS_ACCEPTED);
    in.send = true;
    CHECK_INT(CALL_DOC(&f, estimate, convert, &in, &out), OK);
    CHECK_TEXT(out.invoice->number, "INV-0001");
    CHECK_INT(out.invoice->due, FIXTURE_DAY + 30);
    struct document_void_in no = {.id = d->id, .reason = "No"};
    struct document_void_out never;
    CHECK_INT(CALL_DOC(&f, estimate, void, &no, &never), ERR_STATE);
    fixture_close(&f);
}

int main(void)
{
    acceptance_counts_for_what_was_read();
    a_customer_never_sees_a_rework_that_was_not_sent();
    what_was_sent_can_be_accepted_while_staff_rework_it();
    revisions_are_never_used_twice();
    an_accepted_estimate_becomes_the_same_invoice();
    return test_end();
}
