/* The outbox as records: what is queued, what becomes of it, who sees the code. Sending is tests/mail. */
#include "server/core/limits.h"
#include "server/mail/outbox.h"
#include "server/mail/smtp.h"
#include "server/core/secret.h"
#include "server/ops/leftover.h"
#include "tests/unit/call_fixture.h"

static struct fixture f;
#define CODE_TEXT "ABCDE-FGHJK-MNPQR-STVWX-YZ012"

struct ask {
    struct mail_new mail;
    struct mail_outcome outcome;
    uint64_t id;
    size_t n;
    enum err result;
    struct refusal why;
    bool woken;
    struct mail found;
    const char *code;
    enum mail_worth worth;
};

static enum err do_queue(struct call *c, void *argument)
{
    struct ask *a = argument;
    a->result = mail_queue(c, &a->mail, &a->id);
    a->why = c->why;
    a->woken = c->n_follows == 1 && c->follows[0].what == FOLLOW_DUE;
    return a->result;
}
static enum err do_queue_many(struct call *c, void *argument)
{
    struct ask *a = argument;
    enum err e = OK;
    for (size_t i = 0; i < a->n && !e; i++)
        e = mail_queue(c, &a->mail, &a->id);
    a->woken = c->n_follows == 1;
    return e;
}
static enum err do_settle(struct call *c, void *argument)
{
    struct ask *a = argument;
    return mail_settle(c, a->id, &a->outcome);
}
static enum err do_forget(struct call *c, void *argument)
{
    return mail_forget(c, ((struct ask *)argument)->id);
}
static enum err do_shift(struct call *c, void *argument)
{
    return mail_shift(c, &((struct ask *)argument)->n);
}
static enum err do_find(struct call *c, void *argument)
{
    struct ask *a = argument;
    enum err e = record_get(&c->txn, KIND_MAIL, a->id, &a->found);
    if (!e)
        e = mail_code(&c->txn, &a->found, &a->code);
    return e ? e : mail_worth_of(&c->txn, &a->found, c->now, &a->worth);
}
static enum err do_server(struct call *c, void *argument)
{
    struct mail_settings s = {.id = 1, .host = argument, .from = "portal@acme.test"};
    return record_put(&c->txn, KIND_MAIL_SETTINGS, &s);
}
static enum err do_ticket(struct call *c, void *argument)
{
    struct ticket t = {.id = 1,
                       .kind = TICKET_INVITATION,
                       .expires = c->now + 1000,
                       .hash = {(const uint8_t *)argument, 32}};
    return record_put(&c->txn, KIND_TICKET, &t);
}

static void server(const char *host)
{
    CHECK_INT(fixture_write(&f, do_server, (void *)(uintptr_t)host), OK);
}

static const struct mail_value until = {"expires", "29 Nov 2026"};
static struct mail_new invitation(void)
{
    return (struct mail_new){.template = TEMPLATE_INVITATION,
                             .to = "ada@ada.test",
                             .to_name = "Ada",
                             .customer = ADA,
                             .ticket = 1,
                             .code = CODE_TEXT,
                             .values = &until,
                             .n = 1};
}

static struct ask queue(struct mail_new mail)
{
    struct ask a = {.mail = mail};
    (void)!fixture_write(&f, do_queue, &a);
    return a;
}

static const struct mail *find(uint64_t id)
{
    static struct ask a;
    a = (struct ask){.id = id};
    CHECK_INT(fixture_write(&f, do_find, &a), OK);
    return &a.found;
}
static struct ask find_all(uint64_t id)
{
    struct ask a = {.id = id};
    CHECK_INT(fixture_write(&f, do_find, &a), OK);
    return a;
}

static void settle(uint64_t id, int64_t tries, int result, const char *said)
{
    struct ask a = {
        .id = id,
        .outcome = {.tries = tries, .next_try = find(id)->next_try, .result = result, .said = said}};
    CHECK_INT(fixture_write(&f, do_settle, &a), OK);
}

static void begin(const char *host)
{
    fixture_open(&f);
    server(host);
    CHECK_INT(fixture_write(&f, do_ticket, (void *)(uintptr_t) "0123456789abcdef0123456789abcdef"), OK);
}

static void a_mail_is_held_without_a_server_and_its_code_is_sealed(void)
{
    begin("");
    struct ask a = queue(invitation());
    CHECK_INT(a.result, OK);
    CHECK(!a.woken);
    a = find_all(a.id);
    CHECK_INT(a.found.state, MAIL_HELD);
    CHECK_INT(a.found.next_try, 0);
    CHECK_TEXT(a.code, CODE_TEXT);
    CHECK_INT(a.worth, MAIL_WANTED);
    CHECK(strstr(a.found.text, "\n    {code}\n") != NULL && strstr(a.found.text, "ABCDE") == NULL);
    CHECK(strstr(a.found.text, "Hello Ada,") != NULL && strstr(a.found.text, "29 Nov 2026") != NULL);
    CHECK(strstr(a.found.text, "fingerprint") == NULL); /* nobody has said what it is */
    CHECK(a.found.code.size > sizeof CODE_TEXT && !memmem(a.found.code.data, a.found.code.size, "ABCDE", 5));
    CHECK_TEXT(strchr(a.found.message_id, '@'), "@acme.test");
    CHECK_TEXT(a.found.subject, "Your invitation to the customer portal of Acme");
    fixture_close(&f);
}

static void mails_of_one_call_differ_and_wake_once(void)
{
    begin("mail.acme.test");
    struct ask a = {.mail = invitation(), .n = 20};
    CHECK_INT(fixture_write(&f, do_queue_many, &a), OK);
    CHECK(a.woken);
    for (uint64_t i = 1; i < 20; i++) {
        const char *one = find(i)->message_id;
        CHECK(strcmp(one, find(i + 1)->message_id) != 0);
    }
    CHECK_INT(find(1)->state, MAIL_WAITING);
    CHECK_INT(find(1)->next_try, f.now);
    fixture_close(&f);
}

static void what_no_mail_can_carry_is_refused(void)
{
    static const char *const bad[] = {"nobody", "a@b.test\r\nBcc: c@d.test", "ä@b.test", "", "<a@b.test>"};
    begin("mail.acme.test");
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct mail_new m = invitation();
        m.to = bad[i];
        struct ask a = queue(m);
        CHECK_INT(a.result, ERR_INVALID);
        CHECK_TEXT(a.why.field, "to");
    }
    struct mail_new m = invitation();
    m.to_name = "Ada\nBcc: c@d.test";
    CHECK_TEXT(queue(m).why.field, "to_name");
    m = invitation();
    m.values = &(const struct mail_value){"expires", "x\r\ny"};
    CHECK_TEXT(queue(m).why.field, "expires");
    m = invitation();
    m.values = &(const struct mail_value){"expire", "x"};
    CHECK_INT(queue(m).result, ERR_INTERNAL);
    m = invitation();
    m.code = NULL;
    CHECK_INT(queue(m).result, ERR_INTERNAL);
    fixture_close(&f);
}

static void a_mail_that_was_sent_forgets_its_code(void)
{
    begin("mail.acme.test");
    uint64_t id = queue(invitation()).id;
    settle(id, 0, SMTP_SENT, "250 ok");
    struct ask a = find_all(id);
    CHECK_INT(a.found.state, MAIL_SENT);
    CHECK_INT(a.found.sent, f.now);
    CHECK(a.code == NULL && a.found.code.size == 0);
    settle(id, 1, SMTP_DEAD, "late"); /* changes nothing */
    CHECK_INT(find(id)->state, MAIL_SENT);
    CHECK_INT(find(id)->tries, 1);
    fixture_close(&f);
}

static void an_outcome_counts_once(void)
{
    begin("mail.acme.test");
    uint64_t id = queue(invitation()).id;
    settle(id, 0, SMTP_AGAIN, "450 busy");
    settle(id, 0, SMTP_DEAD, "450 busy");
    CHECK_INT(find(id)->tries, 1);
    CHECK_INT(find(id)->state, MAIL_WAITING);
    CHECK(find(id)->next_try >= f.now + LIMIT_MAIL_PAUSE_MS * 4 / 5);
    CHECK_TEXT(find(id)->said, "450 busy");
    f.now += LIMIT_MAIL_GIVE_UP_MS;
    for (int tries = 1; tries < LIMIT_MAIL_TRIES; tries++) {
        CHECK_INT(find(id)->state, MAIL_WAITING); /* its days are over, but it was hardly tried */
        settle(id, tries, SMTP_AGAIN, "450 still busy");
    }
    CHECK_INT(find(id)->state, MAIL_FAILED);
    CHECK_TEXT(find_all(id).code, CODE_TEXT); /* staff can still hand it over */
    fixture_close(&f);
}

static void a_dead_letter_is_an_event(void)
{
    begin("mail.acme.test");
    uint64_t id = queue(invitation()).id;
    f.who = (struct who){.role = 0};
    settle(id, 0, SMTP_DEAD, "550 no such user");
    as_staff(&f);
    struct event_list_in in = {.limit = 5};
    struct event_list_out out;
    CHECK_INT(CALL(&f, event_list, &in, &out), OK);
    CHECK_INT(out.events.n, 1);
    CHECK_INT(out.events.v[0].what, WHAT_MAIL_FAILED);
    CHECK_INT(out.events.v[0].side, SIDE_SYSTEM);
    CHECK_INT(out.events.v[0].customer, ADA);
    CHECK_TEXT(out.events.v[0].text, "550 no such user");
    in.bell = true; /* it is on the staff's bell, besides what customers did */
    CHECK_INT(CALL(&f, event_list, &in, &out), OK);
    CHECK_INT(out.events.n, 1);
    CHECK_INT(out.unread, 1);
    as_customer(&f, ADA);
    CHECK_INT(CALL(&f, event_list, &in, &out), OK);
    CHECK_INT(out.events.n, 0);
    fixture_close(&f);
}

static void a_ticket_that_ended_takes_its_mail_along(void)
{
    begin("mail.acme.test");
    struct ask a = queue(invitation()), gone = {.id = 99}, none = {.id = 0};
    CHECK_INT(fixture_write(&f, do_forget, &a), OK);
    CHECK_INT(find(a.id)->state, MAIL_WITHDRAWN);
    CHECK(find_all(a.id).code == NULL);
    CHECK_INT(find_all(a.id).worth, MAIL_ENDED);
    settle(a.id, 0, SMTP_AGAIN, "x");
    CHECK_INT(find(a.id)->tries, 0);
    settle(a.id, 0, SMTP_SENT, "250"); /* it was on its way: said as it is */
    CHECK_INT(find(a.id)->state, MAIL_SENT);
    CHECK_INT(fixture_write(&f, do_forget, &gone), OK);
    CHECK_INT(fixture_write(&f, do_forget, &none), OK);
    a = queue(invitation());
    f.now += 1000; /* the ticket's time is over */
    CHECK_INT(find_all(a.id).worth, MAIL_LATE);
    struct mail_retry_in in = {.mail = a.id};
    struct mail_retry_out out;
    CHECK_INT(CALL(&f, mail_retry, &in, &out), ERR_STATE);
    fixture_close(&f);
}

static void a_dead_letter_is_withdrawn_with_its_code_and_keeps_what_was_said(void)
{
    begin("mail.acme.test");
    struct ask a = queue(invitation());
    settle(a.id, 0, SMTP_DEAD, "550 no such user");
    CHECK_INT(fixture_write(&f, do_forget, &a), OK);
    CHECK_INT(find(a.id)->state, MAIL_WITHDRAWN);
    CHECK_TEXT(find(a.id)->said, "550 no such user");
    fixture_close(&f);
}

static enum err do_sweep(struct call *c, void *argument)
{
    return leftover_step(c, argument);
}
static bool kept(uint64_t id)
{
    struct ask a = {.id = id};
    enum err e = fixture_write(&f, do_find, &a);
    CHECK(e == OK || e == ERR_NOT_FOUND);
    return e == OK;
}

static void what_was_sent_is_kept_for_a_time_and_what_waits_for_somebody_for_good(void)
{
    begin("mail.acme.test");
    struct mail_new notice = invitation();
    notice.code = NULL;
    notice.ticket = 0;
    notice.template = TEMPLATE_PASSWORD_SET;
    notice.n = 0;
    uint64_t sent = queue(notice).id, late = queue(notice).id, dead = queue(notice).id,
             waits = queue(notice).id;
    struct ask ended = queue(invitation());
    server("");
    uint64_t held = queue(notice).id;
    server("mail.acme.test");
    settle(sent, 0, SMTP_SENT, "250");
    settle(dead, 0, SMTP_DEAD, "550");
    CHECK_INT(fixture_write(&f, do_forget, &ended), OK);
    f.now += 1000;
    settle(late, 0, SMTP_SENT, "250");
    bool more;
    CHECK_INT(fixture_write(&f, do_sweep, &more), OK);
    CHECK(kept(sent) && kept(ended.id));
    f.now += LIMIT_MAIL_KEEP_MS - 1000;
    CHECK_INT(fixture_write(&f, do_sweep, &more), OK);
    CHECK(!kept(sent) && !kept(ended.id) && !more);
    CHECK(kept(late) && kept(dead) && kept(waits) && kept(held));
    f.now += 100 * LIMIT_MAIL_KEEP_MS;
    CHECK_INT(fixture_write(&f, do_sweep, &more), OK);
    CHECK(!kept(late) && kept(dead) && kept(waits) && kept(held));
    fixture_close(&f);
}

static void held_mails_are_released_in_stretches(void)
{
    begin("");
    struct ask many = {.mail = invitation(), .n = 130}, a = {.n = 0};
    CHECK_INT(fixture_write(&f, do_queue_many, &many), OK);
    CHECK_INT(fixture_write(&f, do_shift, &a), OK);
    CHECK_INT(a.n, 0); /* none waits */
    server("mail.acme.test");
    CHECK_INT(fixture_write(&f, do_shift, &a), OK);
    CHECK_INT(a.n, 100);
    CHECK_INT(fixture_write(&f, do_shift, &a), OK);
    CHECK_INT(a.n, 30);
    CHECK_INT(find(130)->state, MAIL_WAITING);
    CHECK_INT(find(130)->give_up, f.now + LIMIT_MAIL_GIVE_UP_MS);
    fixture_close(&f);
}

static bool shows_code(uint64_t id)
{
    struct mail_get_in in = {.mail = id, .code = true};
    struct mail_get_out out;
    CHECK_INT(CALL(&f, mail_get, &in, &out), OK);
    return strstr(out.mail->text, CODE_TEXT) != NULL;
}

static void codes_are_for_those_who_may_hand_them_over(void)
{
    begin("mail.acme.test");
    struct mail_new colleague = invitation();
    colleague.template = TEMPLATE_RESET;
    colleague.customer = 0;
    uint64_t customers = queue(invitation()).id, colleagues = queue(colleague).id;
    CHECK(shows_code(customers));
    CHECK(!shows_code(colleagues));
    f.who.machine = 1;
    CHECK(!shows_code(customers));
    as_staff(&f);
    f.who.role = ROLE_ADMIN;
    CHECK(shows_code(customers) && shows_code(colleagues));
    struct mail_get_in in = {.mail = customers};
    struct mail_get_out out;
    as_reader(&f);
    CHECK_INT(CALL(&f, mail_get, &in, &out), ERR_FORBIDDEN);
    as_customer(&f, ADA);
    CHECK_INT(CALL(&f, mail_get, &in, &out), ERR_FORBIDDEN);
    fixture_close(&f);
}

int main(void)
{
    if (secret_start() != OK)
        return 1;
    a_mail_is_held_without_a_server_and_its_code_is_sealed();
    mails_of_one_call_differ_and_wake_once();
    what_no_mail_can_carry_is_refused();
    a_mail_that_was_sent_forgets_its_code();
    an_outcome_counts_once();
    a_dead_letter_is_an_event();
    a_ticket_that_ended_takes_its_mail_along();
    a_dead_letter_is_withdrawn_with_its_code_and_keeps_what_was_said();
    what_was_sent_is_kept_for_a_time_and_what_waits_for_somebody_for_good();
    held_mails_are_released_in_stretches();
    codes_are_for_those_who_may_hand_them_over();
    return test_end();
}
