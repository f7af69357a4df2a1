/* What takes a while and must not be done twice: followed until its outcome is known, asked again with the same id while nobody answers. */
#include "tests/unit/run_fixture.h"
#include "tui/face/fill_in.h"

static const struct payment *made(const void *out)
{
    return ((const struct payment_pay_out *)out)->payment;
}

static void about(const struct scene *v, const void *out, void *in)
{
    (void)v;
    GIVE(payment_get_in, (struct payment_get_in *)in, payment, made(out)->id);
}

static bool over(const void *out)
{
    return made(out)->state != PAY_PENDING;
}

static bool failed(const void *out)
{
    return made(out)->state == PAY_FAILED;
}

static void tell(struct page *p, const struct scene *v, const void *out)
{
    (void)v;
    page_note(p, LOOK_BAD, "%s", made(out)->failure);
}

static const struct follow follow = {.look = OPNO_payment_get,
                                     .nudge = OPNO_payment_settle,
                                     .about = about,
                                     .over = over,
                                     .failed = failed,
                                     .tell = tell,
                                     .lost = "Do not pay again.",
                                     .waits = "Wait.",
                                     .slow = "It takes long.",
                                     .nothing = "Nothing was charged.",
                                     .again = "Another card"};
static const struct give gives[] = {
    {.field = "card_number", .label = "Card", .as = AS_SHOWN}, {.field = "card_name", .label = "Name"}, {0}};
static const struct act acts[] = {{.key = 'p',
                                   .name = "pay",
                                   .op = OPNO_payment_pay,
                                   .about = ABOUT_ALL,
                                   .gives = gives,
                                   .follow = &follow,
                                   .done = "Paid."},
                                  {0}};
static const struct book book = {.name = "pay", .title = "Pay", .op = OPNO_home_get, .acts = acts};

static struct run *begin_paying(void)
{
    struct arena *a = arena_open();
    const struct scene v = {.arena = a, .me = &me};
    struct run *r = run_open(&book, acts, &v, &(struct run_ids){make_id, NULL});
    arena_close(a);
    CHECK(run_read(r, &gives[0], "4242") == NULL && run_read(r, &gives[1], "Ana") == NULL);
    run_given(r);
    return r;
}

static const void *as_it_stands(int state)
{
    struct payment *p = arena_alloc(answers, sizeof *p);
    struct payment_pay_out *out = arena_alloc(answers, sizeof *out);
    *p = (struct payment){.id = 77, .state = state, .failure = told("declined")};
    out->payment = p;
    return out;
}

static void heard(struct run *r, int state)
{
    static const struct refusal none;
    run_answer(r, OK, &none, false, as_it_stands(state));
    arena_reset(answers);
}

static void looked(struct run *r, int state)
{
    run_looked(r, as_it_stands(state));
    arena_reset(answers);
}

static void it_is_looked_at_until_it_is_over(void)
{
    struct run *r = begin_paying();
    heard(r, PAY_PENDING);
    CHECK_INT(r->wants, RUN_FOLLOWS);
    CHECK_INT(((const struct payment_get_in *)run_about(r, OPNO_payment_get))->payment, 77);
    looked(r, PAY_PENDING);
    CHECK_INT(r->wants, RUN_FOLLOWS);
    looked(r, PAY_SUCCEEDED);
    CHECK_INT(r->wants, RUN_DONE);
    CHECK_TEXT(r->sentence, "Paid.");
    CHECK_INT(made(r->out)->id, 77);
    run_close(r);
}

static void one_that_failed_leads_back_to_the_fields_without_what_is_secret(void)
{
    struct run *r = begin_paying();
    uint8_t first[16];
    memcpy(first, r->request, sizeof first);
    heard(r, PAY_FAILED);
    CHECK_INT(r->wants, RUN_FAILED);
    CHECK_TEXT(page_find(r->page, PAGE_NOTE)->text, "declined");
    run_retry(r);
    CHECK_INT(r->wants, RUN_GIVES);
    const struct payment_pay_in *in = r->in;
    CHECK(!GIVEN(payment_pay_in, in, card_number));
    CHECK_TEXT(run_typed(r, &gives[1]), "Ana");
    run_given(r);
    CHECK(memcmp(first, r->request, sizeof first) != 0); /* another payment */
    run_close(r);
}

static void while_nobody_answers_it_is_the_same_payment(void)
{
    struct run *r = begin_paying();
    uint8_t first[16];
    memcpy(first, r->request, sizeof first);
    answer(r, ERR_OFFLINE, "", "", false);
    CHECK_INT(r->wants, RUN_UNKNOWN);
    CHECK_TEXT(r->sentence, "Do not pay again.");
    run_again(r);
    answer(r, ERR_BUSY, "", "", false); /* says nothing about the first time */
    CHECK_INT(r->wants, RUN_UNKNOWN);
    run_given(r);
    CHECK_INT(r->wants, RUN_UNKNOWN);
    run_again(r);
    CHECK(memcmp(first, r->request, sizeof first) == 0);
    heard(r, PAY_SUCCEEDED);
    CHECK_INT(r->wants, RUN_DONE);
    run_close(r);
}

static void what_was_not_sent_was_not_done(void)
{
    struct run *r = begin_paying();
    answer(r, ERR_OFFLINE, "", "not sent", true);
    CHECK_INT(r->wants, RUN_REFUSED);
    answer(r, ERR_PAYMENT_FAILED, "card_number", "not taken", false);
    CHECK_INT(r->wants, RUN_FIELD);
    CHECK_TEXT(r->field, "card_number");
    run_close(r);
}

int main(void)
{
    answers = arena_open();
    it_is_looked_at_until_it_is_over();
    one_that_failed_leads_back_to_the_fields_without_what_is_secret();
    while_nobody_answers_it_is_the_same_payment();
    what_was_not_sent_was_not_done();
    arena_close(answers);
    return test_end();
}
