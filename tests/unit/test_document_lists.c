/* Who looks at documents: marks, comments and lists, through their handlers. */
#include "tests/unit/document_fixture.h"

/* --- looking, commenting ----------------------------------------------------------------------------------------------- */
static void the_first_look_of_a_customer_leaves_one_mark(void)
{
    struct fixture f;
    fixture_open(&f);
    struct document *d = sent_invoice(&f, "10");
    CHECK_INT(read_invoice(&f, d->id).document->viewed, 0);
    as_customer(&f, ADA);
    struct document_get_in in = {.id = d->id, .peek = true};
    struct document_get_out out;
    CHECK_INT(CALL_DOC(&f, invoice, get, &in, &out), OK);
    CHECK_INT(read_invoice(&f, d->id).document->viewed, 0); /* peeked at only; this reading leaves the mark */
    int64_t first = f.now;
    fixture_day(&f, FIXTURE_DAY + 1);
    struct document_get_out seen = read_invoice(&f, d->id);
    CHECK_INT(seen.document->viewed, first);
    CHECK_TEXT(seen.document->viewed_by, "Ada");
    CHECK_INT(seen.document->revision, d->revision);
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
    struct document_get_out seen = read_invoice(&f, d->id);
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
    CHECK(read_invoice(&f, d->id).document->waiting);
    CHECK_INT(comment(&f, d->id, "who answers?", false), OK);
    CHECK(read_invoice(&f, d->id).document->waiting); /* a note among staff is no answer */
    CHECK_INT(comment(&f, d->id, "seen", true), OK);
    seen = read_invoice(&f, d->id);
    CHECK(!seen.document->waiting);
    CHECK_INT(seen.document->revision, d->revision);
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
static struct document_list_out list(struct fixture *f, struct document_list_in in)
{
    struct document_list_out out;
    CHECK_INT(CALL_DOC(f, invoice, list, &in, &out), OK);
    return out;
}
static size_t rows(struct fixture *f, struct document_list_in in)
{
    return list(f, in).rows.n;
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
    struct document_list_out all = list(&f, (struct document_list_in){.limit = 100});
    CHECK_INT(all.rows.n, 8);
    CHECK_INT(all.total, 8);
    CHECK_INT(rows(&f, (struct document_list_in){.customer = BOB}), 1);
    CHECK_INT(rows(&f, (struct document_list_in){.status = STATUS_DRAFT}), 1);
    CHECK_INT(rows(&f, (struct document_list_in){.status = STATUS_PAID}), 1);
    CHECK_INT(rows(&f, (struct document_list_in){.status = STATUS_PARTLY_PAID}), 1);
    CHECK_INT(rows(&f, (struct document_list_in){.status = STATUS_OPEN}),
              6); /* the late and the partly paid one, too */
    CHECK_INT(rows(&f, (struct document_list_in){.status = STATUS_UNPAID}), 6); /* 1 3 4 5 6 and Bob's */
    CHECK_INT(rows(&f, (struct document_list_in){.status = STATUS_ACCEPTED}), 0);
    struct document_list_out late = list(&f, (struct document_list_in){.status = STATUS_OVERDUE});
    CHECK_INT(late.rows.n, 1); /* 1 was due 20 days ago; 3 is due today */
    CHECK_TEXT(late.rows.v[0].number, "INV-0001");
    CHECK_INT(late.rows.v[0].status, STATUS_OVERDUE);
    CHECK_INT(rows(&f, (struct document_list_in){.status = STATUS_OVERDUE, .sort = SORT_DATE}), 1);
    struct document_list_out due = list(&f, (struct document_list_in){.sort = SORT_DUE, .customer = ADA});
    CHECK_INT(due.rows.n, 7);
    CHECK_TEXT(due.rows.v[0].number, "INV-0001");
    struct document_list_out big =
        list(&f, (struct document_list_in){.sort = SORT_TOTAL, .customer = ADA, .limit = 2});
    CHECK_INT(big.rows.v[0].total.amount, 8400);
    CHECK_INT(big.rows.v[1].total.amount, 7200);
    CHECK_INT(rows(&f, (struct document_list_in){.sort = SORT_TOTAL,
                                                 .least = money_of(2400, "EUR"),
                                                 .most = money_of(6000, "EUR")}),
              4);
    CHECK_INT(rows(&f, (struct document_list_in){.least = money_of(9600, "USD")}), 1);
    CHECK_INT(rows(&f, (struct document_list_in){.from = FIXTURE_DAY - 30, .until = FIXTURE_DAY - 10}), 3);
    struct document_list_out byno = list(&f, (struct document_list_in){.sort = SORT_NUMBER, .customer = ADA});
    CHECK_INT(byno.rows.n, 7);
    CHECK_TEXT(byno.rows.v[0].number, "INV-0001");
    CHECK_INT(byno.rows.v[6].state, DOC_DRAFT); /* it has no number yet */
    byno = list(&f, (struct document_list_in){.sort = SORT_NUMBER, .reverse = true});
    CHECK_TEXT(byno.rows.v[1].number, "INV-0007");
    struct document_list_in mixed = {.least = money_of(1, "EUR"), .most = money_of(1, "USD")};
    CHECK_INT(CALL_DOC(&f, invoice, list, &mixed, &all), ERR_CURRENCY);
    fixture_close(&f);
}

static void lists_find_by_number_and_by_customer(void)
{
    struct fixture f;
    fill_lists(&f);
    struct document_list_out found = list(&f, (struct document_list_in){.search = "inv-000"});
    CHECK_INT(found.rows.n, 7);
    CHECK_TEXT(found.rows.v[0].number, "INV-0007"); /* newest number first */
    CHECK_INT(rows(&f, (struct document_list_in){.search = "INV-0003"}), 1);
    CHECK_INT(rows(&f, (struct document_list_in){.search = "inv", .status = STATUS_PAID}), 1);
    CHECK_INT(rows(&f, (struct document_list_in){.search = "wor"}), 7); /* Ada Works, with the draft */
    CHECK_INT(rows(&f, (struct document_list_in){.search = "works ada"}), 7);
    CHECK_INT(rows(&f, (struct document_list_in){.search = "works bob"}), 0);
    CHECK_INT(rows(&f, (struct document_list_in){.search = "SONS"}), 1);
    CHECK_INT(rows(&f, (struct document_list_in){.search = "nobody"}), 0);
    CHECK_INT(rows(&f, (struct document_list_in){.search = "inv-0007", .customer = ADA}), 0);
    fixture_close(&f);
}

static void a_customer_lists_only_its_own_and_no_drafts(void)
{
    struct fixture f;
    fill_lists(&f);
    as_customer(&f, ADA);
    for (int sort = 0; sort <= SORT_NUMBER; sort++) {
        struct document_list_out mine = list(&f, (struct document_list_in){.sort = sort});
        CHECK_INT(mine.rows.n, 6);
        CHECK_INT(mine.total, 6);
        for (size_t i = 0; i < mine.rows.n; i++)
            CHECK(mine.rows.v[i].customer == ADA && mine.rows.v[i].state != DOC_DRAFT);
    }
    CHECK_INT(rows(&f, (struct document_list_in){.status = STATUS_DRAFT}), 0);
    CHECK_INT(rows(&f, (struct document_list_in){.search = "INV"}), 6);
    CHECK_INT(rows(&f, (struct document_list_in){.search = "INV-0007"}), 0);
    CHECK_INT(rows(&f, (struct document_list_in){.search = "bob"}), 0);
    struct document_list_in others = {.customer = BOB};
    struct document_list_out out;
    CHECK_INT(CALL_DOC(&f, invoice, list, &others, &out), ERR_NOT_FOUND);
    fixture_close(&f);
}

static void pages_join_without_gap_or_repetition(void)
{
    struct fixture f;
    fill_lists(&f);
    for (int sort = SORT_DATE; sort <= SORT_NUMBER; sort++) {
        struct document_list_in in = {.sort = sort, .customer = ADA, .limit = 2};
        size_t n = 0, whole = rows(&f, (struct document_list_in){.sort = sort, .customer = ADA});
        uint64_t seen = 0;
        do {
            struct document_list_out page = list(&f, in);
            for (size_t i = 0; i < page.rows.n; i++, n++) {
                CHECK(!(seen >> page.rows.v[i].id & 1));
                seen |= UINT64_C(1) << page.rows.v[i].id;
            }
            in.after = page.next;
        } while (in.after);
        CHECK_INT(n, whole);
    }
    fixture_close(&f);
}

int main(void)
{
    the_first_look_of_a_customer_leaves_one_mark();
    staff_choose_what_the_customer_reads();
    a_long_comment_is_told_by_its_beginning();
    lists_show_what_is_asked_for_in_order();
    lists_find_by_number_and_by_customer();
    a_customer_lists_only_its_own_and_no_drafts();
    pages_join_without_gap_or_repetition();
    return test_end();
}
