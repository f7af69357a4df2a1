/* What an amount is for; what may have been done already; what is meant despite a refusal. */
#include "tests/unit/run_fixture.h"
#include "tui/face/fill_in.h"

static const struct {
    uint64_t id;
    const char *name, *currency;
    int64_t due;
    bool in;
    const char *why;
} open[] = {{11, "INV-1", "EUR", 10000, true, NULL},
            {12, "INV-2", "EUR", 5000, true, "can not be paid by card"},
            {13, "INV-3", "USD", 700, true, NULL},
            {14, "INV-4", "EUR", INT64_MAX - 100, true, NULL},
            {15, "INV-5", "EUR", 300, false, NULL}};

static bool part(const struct scene *v, size_t i, struct part *p)
{
    (void)v;
    if (i < sizeof open / sizeof *open)
        *p = (struct part){.id = open[i].id,
                           .name = open[i].name,
                           .due = money_of(open[i].due, open[i].currency),
                           .in = open[i].in,
                           .why = open[i].why};
    return i < sizeof open / sizeof *open;
}

static const char *usual_sum(const struct scene *v, const void *in)
{
    const struct payment_record_in *r = in;
    int64_t sum = 0;
    for (size_t i = 0; i < r->parts.n; i++)
        sum += r->parts.v[i].amount.amount;
    return scene_text(v, "%d.%02d", (int)(sum / 100), (int)(sum % 100));
}

static const char *wrong(const struct scene *v, const void *in, const char **field)
{
    (void)v;
    *field = "reference";
    const char *reference = ((const struct payment_record_in *)in)->reference;
    return reference && strcmp(reference, "no") == 0 ? "Not that one." : NULL;
}

static const struct give gives[] = {{.field = "parts", .label = "Invoices", .none = "None.", .part = part},
                                    {.field = "reference", .label = "Reference"},
                                    {.field = "amount", .label = "Amount", .usual = usual_sum},
                                    {0}};
static void review_nothing(struct page *p, const struct scene *v, const void *in)
{
    (void)v, (void)in;
    page_note(p, LOOK_PLAIN, "As it is.");
}

static const struct despite pending = {ERR_PENDING, "despite_pending", "It is pending", "All the same"};
static const struct act acts[] = {{.key = '+',
                                   .name = "record",
                                   .op = OPNO_payment_record,
                                   .about = ABOUT_ALL,
                                   .gives = gives,
                                   .wrong = wrong,
                                   .agree = AGREE_YES,
                                   .question = "Record it?",
                                   .yes = "Record it",
                                   .review = review_nothing,
                                   .despite = &pending,
                                   .done = "Recorded."},
                                  {0}};
static const struct book payments = {
    .name = "payments", .title = "Payments", .op = OPNO_customer_get, .one = "customer", .acts = acts};

static struct run *begin_record(void)
{
    struct arena *a = arena_open();
    const struct scene v = {.arena = a, .me = &me, .id = 5};
    struct run *r = run_open(&payments, acts, &v, &(struct run_ids){make_id, NULL});
    arena_close(a);
    return r;
}

static int64_t sum(const struct run *r)
{
    return run_parts_sum(r, gives, NULL).amount;
}

static const struct payment_record_in *recorded(const struct run *r)
{
    return r->send;
}

static void what_goes_together_is_taken_at_first(void)
{
    struct run *r = begin_record();
    struct run_part p;
    CHECK_INT(sum(r), 10000);
    CHECK(run_part(r, gives, 0, &p) && p.taken.amount == 10000 && !p.why);
    CHECK(run_part(r, gives, 1, &p) && !p.taken.amount);
    CHECK_TEXT(p.why, "can not be paid by card");
    CHECK(run_part(r, gives, 2, &p) && strstr(p.why, "is in USD, not in EUR"));
    CHECK(run_part(r, gives, 3, &p) && strstr(p.why, "too much for one payment"));
    CHECK(run_part(r, gives, 4, &p) && !p.why && !p.taken.amount);
    CHECK(!run_part(r, gives, 5, &p));
    run_close(r);
}

static void one_is_taken_in_left_out_or_a_part_of_it(void)
{
    struct run *r = begin_record();
    CHECK(run_part_turn(r, gives, 4) == NULL);
    CHECK_INT(sum(r), 10300);
    CHECK_TEXT(run_part_turn(r, gives, 1), "INV-2: can not be paid by card.");
    CHECK(strstr(run_part_turn(r, gives, 3), "too much"));
    CHECK(strstr(run_part_read(r, gives, 0, "100.01", true), "up to EUR 100.00"));
    CHECK(run_part_read(r, gives, 0, "40.50", false) == NULL);
    CHECK_INT(sum(r), 10300); /* it was only asked */
    CHECK(run_part_read(r, gives, 0, "40.50", true) == NULL);
    CHECK_INT(sum(r), 4350);
    CHECK(run_part_read(r, gives, 0, "", true) == NULL && run_part_turn(r, gives, 4) == NULL);
    CHECK_INT(sum(r), 0);
    CHECK(run_part_turn(r, gives, 2) == NULL); /* the other currency, by itself */
    CHECK_TEXT(run_parts_sum(r, gives, NULL).currency, "USD");
    run_close(r);
}

static void parts_and_their_usual_sum_are_sent(void)
{
    struct run *r = begin_record();
    run_given(r);
    CHECK_INT(r->wants, RUN_AGREES);
    CHECK_INT((int)recorded(r)->parts.n, 1);
    CHECK_INT(recorded(r)->parts.v[0].invoice, 11);
    CHECK_INT(recorded(r)->amount.amount, 10000);
    CHECK(run_part_turn(r, gives, 0) == NULL);
    run_given(r);
    CHECK(!GIVEN(payment_record_in, recorded(r), parts));
    run_close(r);
}

static void what_is_wrong_with_all_of_it_is_said_under_a_field(void)
{
    struct run *r = begin_record();
    CHECK(run_read(r, &gives[1], "no") == NULL);
    run_given(r);
    CHECK_INT(r->wants, RUN_FIELD);
    CHECK_TEXT(r->field, "reference");
    CHECK_TEXT(r->sentence, "Not that one.");
    run_close(r);
}

static void while_nobody_knows_nothing_else_is_asked(void)
{
    struct run *r = begin_record();
    uint8_t first[16];
    run_given(r);
    run_agreed(r);
    memcpy(first, r->request, sizeof first);
    answer(r, ERR_OFFLINE, "", "", false);
    CHECK_INT(r->wants, RUN_UNKNOWN);
    CHECK(run_read(r, &gives[1], "another") == NULL && run_part_turn(r, gives, 4) == NULL);
    run_given(r); /* somebody went back, changed it and tries again */
    CHECK_INT(r->wants, RUN_UNKNOWN);
    run_again(r);
    CHECK(memcmp(first, r->request, sizeof first) == 0);
    CHECK_INT(recorded(r)->amount.amount, 10000);
    CHECK(!GIVEN(payment_record_in, recorded(r), reference));
    answer(r, ERR_OFFLINE, "", "",
           true); /* that one did not leave; the first may have been done all the same */
    CHECK_INT(r->wants, RUN_UNKNOWN);
    run_again(r);
    answer(r, ERR_OVERPAID, "", "more than is due", false); /* an answer: nothing was done */
    CHECK_INT(r->wants, RUN_REFUSED);
    run_given(r);
    CHECK_INT(r->wants, RUN_AGREES);
    CHECK(memcmp(first, r->request, sizeof first) != 0);
    CHECK_TEXT(recorded(r)->reference, "another");
    run_close(r);
}

static void what_is_meant_all_the_same_is_another_request(void)
{
    struct run *r = begin_record();
    uint8_t first[16];
    run_given(r);
    CHECK_TEXT(r->question, "Record it?");
    run_agreed(r);
    memcpy(first, r->request, sizeof first);
    answer(r, ERR_PENDING, "", "PAY-7 is pending", false);
    CHECK_INT(r->wants, RUN_AGREES);
    CHECK_TEXT(r->question, "It is pending");
    CHECK(strstr(page_find(r->page, PAGE_NOTE)->text, "PAY-7 is pending."));
    CHECK(!GIVEN(payment_record_in, recorded(r), despite_pending));
    run_agreed(r);
    CHECK(GIVEN(payment_record_in, recorded(r), despite_pending) && recorded(r)->despite_pending);
    CHECK(memcmp(first, r->request, sizeof first) != 0);
    run_given(r); /* begun anew, it is asked again */
    CHECK(!GIVEN(payment_record_in, recorded(r), despite_pending));
    CHECK_TEXT(r->question, "Record it?");
    run_close(r);
}

int main(void)
{
    answers = arena_open();
    what_goes_together_is_taken_at_first();
    one_is_taken_in_left_out_or_a_part_of_it();
    parts_and_their_usual_sum_are_sent();
    what_is_wrong_with_all_of_it_is_said_under_a_field();
    while_nobody_knows_nothing_else_is_asked();
    what_is_meant_all_the_same_is_another_request();
    arena_close(answers);
    return test_end();
}
