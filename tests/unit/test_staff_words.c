/* How access, accounts and mails stand, in words; and who is the last administrator. */
#include "tests/unit/test.h"
#include "tui/portal/portal_access.h"
#include "tui/full/screen.h"
#include <time.h>

#define MINUTE INT64_C(60000)
#define DAY (1440 * MINUTE)
#define IN_2026 INT64_C(1795336440000) /* 2026-11-22T08:34:00Z */
#define TODAY INT32_C(739942)          /* 2026-11-22 */
static char text[400];

static int64_t now_is(void)
{
    return (int64_t)time(NULL) * 1000;
}

static const char *access_of(struct contact p)
{
    static const struct me me;
    struct arena *a = arena_open();
    snprintf(text, sizeof text, "%s",
             access_words(&(struct scene){.arena = a, .me = &me, .today = TODAY, .now = now_is()}, &p));
    arena_close(a);
    return text;
}

static void access_stands_in_words(void)
{
    int64_t now = now_is();
    CHECK_TEXT(access_of((struct contact){.access = ACCESS_NONE}), "none");
    CHECK_TEXT(access_of((struct contact){0}), "none");
    CHECK_TEXT(access_of((struct contact){.access = ACCESS_INVITED}), "password set, not used");
    CHECK_TEXT(access_of((struct contact){
                   .access = ACCESS_INVITED, .invited = now - 8 * DAY, .invite_expires = now - MINUTE}),
               "invitation expired");
    CHECK(strncmp(access_of((struct contact){
                      .access = ACCESS_INVITED, .invited = now, .invite_expires = now + DAY}),
                  "invited, expires ", 17) == 0);
    CHECK_TEXT(access_of((struct contact){.access = ACCESS_ACTIVE}), "active");
    CHECK_TEXT(access_of((struct contact){.access = ACCESS_ACTIVE, .last_sign_in = IN_2026}),
               "active, last 22 Nov 08:34");
    CHECK_TEXT(access_of((struct contact){.access = ACCESS_DISABLED, .last_sign_in = IN_2026}),
               "switched off");
}

static struct scene scene_on(struct arena *a, const void *row)
{
    static const struct me me;
    return (struct scene){.arena = a, .me = &me, .today = TODAY, .now = now_is(), .row = row};
}

/* As a column of the book tells it. */
static const char *cell(const struct book *b, const char *field, const void *row)
{
    struct arena *a = arena_open();
    const struct scene v = scene_on(a, row);
    const struct column *c = b->columns;
    while (strcmp(c->field, field) != 0)
        c++;
    snprintf(text, sizeof text, "%s", c->text(&v));
    arena_close(a);
    return text;
}

static const char *account_of(struct staff p)
{
    return cell(&book_staff, "active", &p);
}

static void accounts_stand_in_words(void)
{
    int64_t now = now_is();
    CHECK_TEXT(account_of((struct staff){.active = false, .last_sign_in = IN_2026}), "deactivated");
    CHECK_TEXT(account_of((struct staff){.active = true}), "not signed in yet");
    CHECK_TEXT(account_of((struct staff){.active = true, .must_change = true}), "one-time password");
    CHECK_TEXT(account_of((struct staff){.active = true, .last_sign_in = IN_2026}), "active");
    CHECK_TEXT(
        account_of((struct staff){.active = true, .access = ACCESS_INVITED, .invite_expires = now - 1}),
        "invitation expired");
}

static const char *mail_of(struct mail_row m)
{
    return cell(&book_outbox, "state", &m);
}

static void mails_stand_in_words(void)
{
    int64_t now = now_is();
    CHECK_TEXT(mail_of((struct mail_row){.state = MAIL_HELD}), "held: no mail server");
    CHECK_TEXT(mail_of((struct mail_row){.state = MAIL_WAITING, .next_try = now}), "waiting, being sent");
    CHECK_TEXT(mail_of((struct mail_row){.state = MAIL_WAITING, .next_try = now - MINUTE}),
               "waiting for its turn");
    CHECK_TEXT(
        mail_of((struct mail_row){.state = MAIL_WAITING, .tries = 1, .next_try = now + 4 * MINUTE + 30000}),
        "waiting, next try in 4 min");
    CHECK_TEXT(mail_of((struct mail_row){.state = MAIL_WAITING, .tries = 1, .next_try = now + MINUTE / 2}),
               "waiting, next try shortly");
    CHECK_TEXT(mail_of((struct mail_row){.state = MAIL_WAITING, .tries = 1, .next_try = now - 1}),
               "being tried again");
    CHECK_TEXT(mail_of((struct mail_row){.state = MAIL_FAILED, .tries = 1, .said = "550 no such user"}),
               "failed: 550 no such user");
    CHECK_TEXT(
        mail_of((struct mail_row){.state = MAIL_WAITING, .tries = 1, .said = "451 later", .next_try = now}),
        "waiting: 451 later");
    CHECK_TEXT(mail_of((struct mail_row){.state = MAIL_FAILED, .tries = 9}), "failed");
    CHECK_TEXT(mail_of((struct mail_row){.state = MAIL_WITHDRAWN,
                                         .said = "not sent: its code was used or replaced"}),
               "withdrawn: not sent: its code was used or replaced");
    CHECK_TEXT(mail_of((struct mail_row){.state = MAIL_SENT, .sent = IN_2026}), "sent 22 Nov 08:34");
}

static bool can_be_deactivated(const struct staff_list_out *all, uint64_t id)
{
    struct arena *a = arena_open();
    struct scene v = scene_on(a, NULL);
    const struct act *act = book_staff.acts;
    while (strcmp(act->name, "deactivate") != 0)
        act++;
    v.out = all;
    (void)book_find(&book_staff, &v, id);
    const bool can = act->possible(&v) == NULL;
    arena_close(a);
    return can;
}

/* Who was only invited, or is deactivated, can not sign in: such an administrator is nobody to rely on. */
static void the_last_administrator_is_found(void)
{
    struct staff all[] = {{.id = 1, .role = ROLE_ADMIN, .active = true, .access = ACCESS_ACTIVE},
                          {.id = 2, .role = ROLE_STAFF, .active = true},
                          {.id = 3, .role = ROLE_ADMIN, .active = false},
                          {.id = 4, .role = ROLE_ADMIN, .active = true, .access = ACCESS_INVITED}};
    struct staff_list_out out = {.staff = {COUNT_OF(all), all}};
    CHECK(!can_be_deactivated(&out, 1));
    CHECK(can_be_deactivated(&out, 2));
    CHECK(can_be_deactivated(&out, 4));
    all[3].access = ACCESS_ACTIVE;
    CHECK(can_be_deactivated(&out, 1));
}

int main(void)
{
    access_stands_in_words();
    accounts_stand_in_words();
    mails_stand_in_words();
    the_last_administrator_is_found();
    return test_end();
}
