/* The screens of one's own sign-in, of a locked portal and of a pause, without a daemon. */
#include "tests/unit/screens_fixture.h"
#include "tui/link/client_inside.h"

/* --- locked */

static void with_a_second_factor_a_code_unlocks_and_the_place_is_kept(void)
{
    begin();
    sign_in(STAGE_CODE);
    type("123456");
    press(K_ENTER);
    struct arena *a = arena_open();
    struct me *me = me_at(a, STAGE_FULL);
    me->mfa = true;
    answer(OPNO_mfa_verify, a, &(struct mfa_verify_out){.me = me});
    book_open(ui, &book_sign_in, 0);
    ui_tick(ui, clock_ms);
    client_lock(ui, "");
    ui_tick(ui, clock_ms);
    CHECK(shows("Locked"));
    CHECK(!find("My sign-in"));
    type("654321");
    press(K_ENTER);
    CHECK_TEXT(said(OPNO_mfa_verify), "code=654321|");
    a = arena_open();
    me = me_at(a, STAGE_FULL);
    me->mfa = true;
    answer(OPNO_mfa_verify, a, &(struct mfa_verify_out){.me = me});
    CHECK(shows("My sign-in"));
    client_lock(ui, "");
    ui_tick(ui, clock_ms);
    type("654321");
    press(K_ENTER);
    refused(OPNO_mfa_verify, ERR_SIGN_IN, "", "");
    client_session_over(client);
    ui_tick(ui, clock_ms);
    CHECK(shows("Your place and what you were writing are kept."));
    CHECK(shows("Password"));
    type("correct horse battery");
    press(K_ENTER);
    type("777777");
    press(K_ENTER);
    CHECK_TEXT(said(OPNO_session_sign_in),
               "portal=northwind|email=maria@bodegasur.example|password=correct horse "
               "battery|customer=3|code=777777|");
    a = arena_open();
    me = me_at(a, STAGE_FULL);
    me->mfa = true;
    answer(OPNO_session_sign_in, a, &(struct session_sign_in_out){.token = text(a, "token"), .me = me});
    CHECK(shows("My sign-in"));
    end();
}

/* --- one's own sign-in */

static void security(void)
{
    struct arena *a = arena_open();
    begin();
    sign_in(STAGE_FULL);
    book_open(ui, &book_sign_in, 0);
    ui_tick(ui, clock_ms);
    answer(OPNO_mfa_show, a,
           &(struct mfa_show_out){.enrolled = true, .since = INT64_C(1795000000000), .codes_left = 1});
    a = arena_open();
    struct ssh_key keys[] = {{.id = 4,
                              .label = "work laptop",
                              .type = "ssh-ed25519",
                              .fingerprint = "SHA256:nThbg6kXUpJWGl7E1IGOCspRomTxdCARLviKw6E5SY8",
                              .created = INT64_C(1795000000000),
                              .used = INT64_C(1795001000000),
                              .place = "192.0.2.7"},
                             {.id = 5,
                              .label = "phone",
                              .type = "ssh-rsa",
                              .fingerprint = "SHA256:uNiVztksCsDhcc0u9e8BrJpO1TmgyKZeTr1wEw4oCMc",
                              .created = INT64_C(1795000000000)}};
    answer(OPNO_key_list, a, &(struct key_list_out){.keys = {.n = 2, .v = arena_copy(a, keys, sizeof keys)}});
    a = arena_open();
    struct session sessions[] = {{.id = 40,
                                  .created = INT64_C(1795000000000),
                                  .seen = INT64_C(1795001000000),
                                  .place = "local",
                                  .current = true,
                                  .means = MEANS_PASSWORD},
                                 {.id = 41,
                                  .created = INT64_C(1794900000000),
                                  .seen = INT64_C(1794990000000),
                                  .place = "192.0.2.7",
                                  .means = MEANS_KEY}};
    answer(OPNO_session_list, a,
           &(struct session_list_out){.sessions = {.n = 2, .v = arena_copy(a, sessions, sizeof sessions)}});
    CHECK(shows("work laptop, phone"));
    CHECK(find("1 is left"));
    CHECK(find("2; one besides this"));
    /* keys */
    press('K');
    a = arena_open();
    answer(OPNO_key_list, a, &(struct key_list_out){.keys = {.n = 2, .v = arena_copy(a, keys, sizeof keys)}});
    CHECK(shows("from 192.0.2.7"));
    CHECK(find("never"));
    press(K_ENTER);
    a = arena_open();
    answer(OPNO_key_list, a, &(struct key_list_out){.keys = {.n = 2, .v = arena_copy(a, keys, sizeof keys)}});
    CHECK(shows("SHA256:nThbg6kXUpJWGl7E1IGOCspRomTxdCARLviKw6E5SY8"));
    press(K_ESC);
    a = arena_open();
    answer(OPNO_key_list, a, &(struct key_list_out){.keys = {.n = 2, .v = arena_copy(a, keys, sizeof keys)}});
    press('x');
    CHECK(shows("Remove this key?"));
    press(K_ENTER); /* on Cancel */
    press('x');
    press(K_TAB);
    press(K_ENTER);
    CHECK_TEXT(said(OPNO_key_remove), "key=4|");
    a = arena_open();
    answer(OPNO_key_remove, a, &(struct key_remove_out){{0}});
    a = arena_open();
    answer(OPNO_key_list, a, &(struct key_list_out){.keys = {.n = 2, .v = arena_copy(a, keys, sizeof keys)}});
    press('+');
    paste("-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEA\n");
    CHECK(shows("That is the private key"));
    CHECK(!find("b3Blbn"));
    paste("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAbcdefghijklmnopqrstuvwxyz0123\n456789ABCDEF maria@laptop\n");
    press(K_TAB);
    press(K_TAB);
    type("correct horse battery");
    CHECK(shows("maria@laptop"));
    press(K_ENTER);
    CHECK_TEXT(said(OPNO_key_add), "key=ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAbcdefghijklmnopqrstuvwxyz0123"
                                   "456789ABCDEF maria@laptop|password=correct horse battery|");
    refused(OPNO_key_add, ERR_CREDENTIALS, "password", "That is not your password.");
    CHECK(shows("That is not your password."));
    press(K_ESC);
    press(K_TAB);
    press(K_ENTER);
    press(K_ESC);
    /* sessions */
    press('S');
    a = arena_open();
    answer(OPNO_session_list, a,
           &(struct session_list_out){.sessions = {.n = 2, .v = arena_copy(a, sessions, sizeof sessions)}});
    CHECK(shows("this one"));
    press('x');
    CHECK(shows("This is where you are"));
    press('j');
    press('x');
    CHECK(shows("End this session?"));
    press(K_TAB);
    press(K_ENTER);
    CHECK_TEXT(said(OPNO_session_revoke), "session=41|");
    a = arena_open();
    answer(OPNO_session_revoke, a, &(struct session_revoke_out){.ended = 1});
    a = arena_open();
    answer(OPNO_session_list, a,
           &(struct session_list_out){.sessions = {.n = 2, .v = arena_copy(a, sessions, sizeof sessions)}});
    press('X');
    press(K_TAB);
    press(K_ENTER);
    CHECK_TEXT(said(OPNO_session_revoke), "others=1|");
    end();
}

static void a_pause_counts_down_by_itself_and_then_is_over(void)
{
    begin();
    sign_in(STAGE_CODE);
    type("123456");
    press(K_ENTER);
    retry_ms = 2500;
    refused(OPNO_mfa_verify, ERR_SLOW_DOWN, "", "Too many failed tries: wait 3 seconds.");
    retry_ms = 0;
    CHECK(shows("Too many failed tries. Wait 3 seconds."));
    CHECK_INT(ui_wants_paint(ui), PAINT_NO);
    static const struct {
        int ms;
        const char *text;
    } steps[] = {{500, "Wait 2 seconds."}, {1000, "Wait 1 second."}, {1000, "Now you can try again."}};
    for (size_t i = 0; i < COUNT_OF(steps); i++) {
        int sleeps = ui_tick(ui, clock_ms);
        CHECK_INT(sleeps, steps[i].ms); /* nothing is painted in between */
        clock_ms += sleeps;
        ui_tick(ui, clock_ms);
        CHECK(ui_wants_paint(ui) != PAINT_NO);
        CHECK(shows(steps[i].text));
    }
    CHECK_INT(ui_tick(ui, clock_ms), -1);
    type("1"); /* typing is done with what was said before */
    CHECK(!find("Now you can try again."));

    press(K_BACKSPACE);
    type("123456");
    press(K_ENTER);
    retry_ms = 60000;
    refused(OPNO_mfa_verify, ERR_CREDENTIALS, "code", "That is not the code. Wait 60 seconds.");
    retry_ms = 0;
    CHECK(shows("That is not the code. Wait 60 seconds."));
    type("1");
    clock_ms += 1000;
    ui_tick(ui, clock_ms);
    CHECK(!find("Wait"));
    end();
}

int main(void)
{
    with_a_second_factor_a_code_unlocks_and_the_place_is_kept();
    a_pause_counts_down_by_itself_and_then_is_over();
    security();
    return test_end();
}
