/* One act from the keystroke to its result, without a terminal: what is wanted next, what is sent, what is told. Under AddressSanitizer every
 * object of an arena is an allocation of its own: what a run would keep of an answer that is gone is seen. */
#include "tests/unit/run_fixture.h"

/* --- fields */

static void only_what_differs_is_sent_and_the_revision_that_was_read(void)
{
    struct run *r = begin_server();
    CHECK_INT(r->wants, RUN_GIVES);
    CHECK_TEXT(run_typed(r, &server_gives[0]), "smtp.example.com");
    CHECK(run_read(r, &server_gives[0], "smtp.example.com") == NULL);
    CHECK(run_read(r, &server_gives[3], "b@n.example") == NULL);
    run_given(r);
    CHECK_INT(r->wants, RUN_ASKS);
    CHECK(GIVEN(mail_settings_set_in, (struct mail_settings_set_in *)r->send, settings));
    CHECK(GIVEN(mail_settings, sent(r), revision) && GIVEN(mail_settings, sent(r), from));
    CHECK(!GIVEN(mail_settings, sent(r), host) && !GIVEN(mail_settings, sent(r), port));
    CHECK_INT(sent(r)->revision, 3);
    CHECK(sent(r)->host == NULL && sent(r)->user == NULL &&
          sent(r)->port == 0); /* blank: it is packed by what stands there */
    CHECK_TEXT(sent(r)->from, "b@n.example");
    run_close(r);
}

static void what_is_usual_follows_the_other_fields(void)
{
    struct run *r = begin_server();
    CHECK_TEXT(run_typed(r, &server_gives[2]), ""); /* 465 is the usual one */
    CHECK_TEXT(run_usual(r, &server_gives[2]), "465");
    struct option o;
    for (size_t i = 0; run_choice(r, &server_gives[1], i, &o); i++)
        if (o.value == MAIL_STARTTLS)
            run_choose(r, &server_gives[1], i);
    CHECK_TEXT(run_usual(r, &server_gives[2]), "587");
    run_given(r);
    CHECK_INT(sent(r)->port, 587);
    CHECK_INT(sent(r)->security, MAIL_STARTTLS);
    run_close(r);
}

static void what_is_not_wanted_is_not_sent(void)
{
    struct run *r = begin_server();
    CHECK(run_read(r, &server_gives[4], "hush") == NULL);
    CHECK(run_read(r, &server_gives[0], "") == NULL);
    CHECK(!run_wanted(r, &server_gives[4]));
    run_given(r);
    CHECK(GIVEN(mail_settings, sent(r), host) && !*sent(r)->host);
    CHECK(!GIVEN(mail_settings_set_in, (struct mail_settings_set_in *)r->send, password));
    CHECK(((struct mail_settings_set_in *)r->send)->password == NULL);
    run_close(r);
}

static void what_was_typed_is_held_against_the_table(void)
{
    struct run *r = begin_server(), *n = begin_token(NEW, 0);
    CHECK_TEXT(run_read(r, &server_gives[2], "70000"), "From 1 to 65535.");
    CHECK_TEXT(run_read(r, &server_gives[3], ""), "This is needed.");
    CHECK_TEXT(run_read(n, &token_gives[0], ""), "This is needed.");
    CHECK_TEXT(run_typed(n, &token_gives[2]), "");
    CHECK_TEXT(run_read(n, &token_gives[2], "1.5"), "A whole number, without decimal places.");
    CHECK(run_read(n, &token_gives[2], "") == NULL);
    run_mark(n, &token_gives[3], (const char *const[]){"invoice.list"}, 1);
    run_given(n);
    const struct token_create_in *in = n->send;
    CHECK(!GIVEN(token_create_in, in, days) && in->operations.n == 1);
    CHECK_TEXT(in->operations.v[0], "invoice.list");
    run_close(r);
    run_close(n);
}

static void what_nobody_typed_does_not_stand_there_and_none_is_a_choice(void)
{
    struct run *r = begin(&taxes, &tax_acts[0], NULL, 0);
    struct option o;
    CHECK_TEXT(run_typed(r, &tax_gives[0]), "");
    CHECK_TEXT(run_read(r, &tax_gives[0], ""), "This is needed.");
    CHECK(run_read(r, &tax_gives[0], "0") == NULL);
    CHECK_TEXT(run_typed(r, &tax_gives[0]), "0");
    CHECK(run_choice(r, &tax_gives[1], 0, &o) && strcmp(o.name, "as the rate says") == 0);
    run_choose(r, &tax_gives[1], 2);
    CHECK_INT(run_chosen(r, &tax_gives[1]), 2);
    run_choose(r, &tax_gives[1], 0);
    run_given(r);
    const struct tax *sent_tax = ((const struct tax_create_in *)r->send)->tax;
    CHECK(GIVEN(tax, sent_tax, percent) && !GIVEN(tax, sent_tax, category));
    run_close(r);
}

/* --- from agreeing to what came of it */

static void a_review_shows_what_was_chosen_also_when_the_answer_is_gone(void)
{
    struct run *r = begin_token(REVOKE, 7);
    arena_reset(answers); /* a live reload, under the open question */
    CHECK_INT(r->wants, RUN_AGREES);
    CHECK_TEXT(r->page->items[0].text, "nightly export");
    CHECK_TEXT(row(&r->view)->name, "nightly export");
    CHECK_INT(((const struct token_revoke_in *)r->send)->token, 7);
    run_agreed(r);
    CHECK_INT(r->wants, RUN_ASKS);
    run_answer(r, OK, &(struct refusal){0}, false, NULL);
    CHECK_INT(r->wants, RUN_DONE);
    CHECK_TEXT(r->sentence, "Taken back.");
    run_close(r);
}

static void a_secret_is_told_once_and_is_the_run_s_own(void)
{
    struct run *r = begin_token(NEW, 0);
    struct token_create_out *out = arena_alloc(answers, sizeof *out);
    run_given(r);
    out->token = told("pt-abc");
    run_answer(r, OK, &(struct refusal){0}, false, out);
    arena_reset(answers);
    CHECK_INT(r->wants, RUN_TELLS);
    CHECK_TEXT(page_find(r->page, PAGE_SECRET)->text, "pt-abc");
    run_told(r);
    CHECK_INT(r->wants, RUN_DONE);
    CHECK_TEXT(r->sentence, "Good from now on.");
    run_close(r);
}

struct outcome {
    enum err code;
    const char *field, *detail;
    bool not_sent;
    enum run_wants server, token; /* what the run that changes, and the one that makes, want then */
    const char *sentence;         /* of the former; NULL: any */
};

static void every_outcome_has_its_way_on(void)
{
    static const struct outcome outcomes[] = {
        {ERR_INVALID, "settings.host", "too long", false, RUN_FIELD, RUN_REFUSED, "too long"},
        {ERR_INVALID, "from", "no address", false, RUN_FIELD, RUN_REFUSED, "no address"},
        {ERR_INVALID, "other", "is wrong", false, RUN_REFUSED, RUN_REFUSED, "other: is wrong"},
        {ERR_FORBIDDEN, "", "", false, RUN_REFUSED, RUN_REFUSED, NULL},
        {ERR_STALE, "", "", false, RUN_STALE, RUN_REFUSED, "Somebody changed it meanwhile."},
        {ERR_OFFLINE, "", "Not connected: nothing was sent.", true, RUN_REFUSED, RUN_REFUSED,
         "Not connected: nothing was sent."},
        {ERR_OFFLINE, "", "", false, RUN_UNKNOWN, RUN_REFUSED, NULL},
        {ERR_CANCELLED, "", "", false, RUN_REFUSED, RUN_REFUSED, ""},
    };
    for (size_t i = 0; i < sizeof outcomes / sizeof *outcomes; i++) {
        const struct outcome *o = &outcomes[i];
        struct run *r = begin_server(), *n = begin_token(NEW, 0);
        run_given(r);
        run_given(n);
        answer(r, o->code, o->field, o->detail, o->not_sent);
        answer(n, o->code, o->field, o->detail, o->not_sent);
        CHECK_INT(r->wants, o->server);
        CHECK_INT(n->wants, o->token);
        CHECK(r->sentence && n->sentence);
        if (o->sentence)
            CHECK_TEXT(r->sentence, o->sentence);
        CHECK((r->wants == RUN_FIELD) == (r->field != NULL));
        if (o->code == ERR_OFFLINE && !o->not_sent) /* what is shown once is not asked for again */
            CHECK_TEXT(n->sentence, "Look at the list.");
        run_close(r);
        run_close(n);
    }
}

static void asked_once_more_it_is_the_same_request_and_corrected_another(void)
{
    struct run *r = begin_server();
    uint8_t first[16];
    CHECK(run_read(r, &server_gives[0], "other.example.com") == NULL);
    run_given(r);
    memcpy(first, r->request, sizeof first);
    answer(r, ERR_OFFLINE, "", "", false);
    run_again(r);
    CHECK_INT(r->wants, RUN_ASKS);
    CHECK(memcmp(first, r->request, sizeof first) == 0);
    answer(r, ERR_INVALID, "settings.host", "no such host", false);
    CHECK_TEXT(r->field, "settings.host");
    CHECK_TEXT(run_typed(r, &server_gives[0]), "other.example.com"); /* it is all there still */
    CHECK(run_read(r, &server_gives[0], "third.example.com") == NULL);
    run_given(r);
    CHECK(memcmp(first, r->request, sizeof first) != 0);
    CHECK_TEXT(sent(r)->host, "third.example.com");
    run_close(r);
}

static void on_top_of_what_changed_stands_only_what_the_person_changed(void)
{
    struct run *r = begin_server();
    CHECK(run_read(r, &server_gives[3], "mine@n.example") == NULL);
    run_given(r);
    answer(r, ERR_STALE, "", "", false);
    arena_reset(answers);
    run_fresh(r, settings("theirs.example.com", MAIL_TLS, 2525, 4));
    arena_reset(answers);
    CHECK_INT(r->wants, RUN_ASKS);
    CHECK_INT(sent(r)->revision, 4);
    CHECK_TEXT(sent(r)->from, "mine@n.example");
    CHECK(!GIVEN(mail_settings, sent(r), host) && !GIVEN(mail_settings, sent(r), port));
    CHECK_TEXT(run_typed(r, &server_gives[0]), "theirs.example.com");
    run_close(r);
}

int main(void)
{
    answers = arena_open();
    only_what_differs_is_sent_and_the_revision_that_was_read();
    what_is_usual_follows_the_other_fields();
    what_is_not_wanted_is_not_sent();
    what_was_typed_is_held_against_the_table();
    what_nobody_typed_does_not_stand_there_and_none_is_a_choice();
    a_review_shows_what_was_chosen_also_when_the_answer_is_gone();
    a_secret_is_told_once_and_is_the_run_s_own();
    every_outcome_has_its_way_on();
    asked_once_more_it_is_the_same_request_and_corrected_another();
    on_top_of_what_changed_stands_only_what_the_person_changed();
    arena_close(answers);
    return test_end();
}
