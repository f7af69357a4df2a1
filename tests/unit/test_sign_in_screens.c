/* The screens of getting in, without a daemon. */
#include "tests/unit/screens_fixture.h"
#include "tui/full/book_screen.h"
#include "tui/portal/books.h"

/* --- getting in */

static void an_invitation_shows_whom_it_is_for_before_a_password_is_chosen(void)
{
    begin();
    CHECK(shows("[ Invitation ]"));
    for (int i = 0; i < 4; i++)
        press(K_TAB);
    press(K_ENTER);
    CHECK(shows("Invitation"));
    type("abcde-12345");
    press(K_ENTER);
    CHECK_TEXT(said(OPNO_invitation_show), "portal=northwind|code=abcde-12345|");
    refused(OPNO_invitation_show, ERR_CODE, "", "no");
    CHECK(shows("That code is not good: mistyped, used, replaced or too old."));
    press(K_ENTER);
    struct arena *a = arena_open();
    answer(OPNO_invitation_show, a,
           &(struct invitation_show_out){.name = text(a, "Maria Ruiz"),
                                         .email = text(a, "maria@bodegasur.example"),
                                         .business = text(a, "Northwind Paper Ltd"),
                                         .customer_name = text(a, "Bodega Sur"),
                                         .expires = INT64_C(1795000000000)});
    rules();
    CHECK(shows("Welcome, Maria Ruiz"));
    CHECK(shows("At least 12 characters"));
    type("short");
    CHECK(shows("5 of at least 12"));
    press(K_TAB);
    type("short");
    press(K_ENTER);
    CHECK(shows("At least 12 characters."));
    type(" but not so short");
    CHECK(shows("long enough"));
    press(K_ENTER);
    press(CTRL('U'));
    type("short but not so short");
    CHECK(shows("the same"));
    press(K_ENTER);
    CHECK_TEXT(said(OPNO_invitation_accept),
               "portal=northwind|code=abcde-12345|password=short but not so short|");
    refused(OPNO_invitation_accept, ERR_INVALID, "password", "Everybody tries that one first.");
    CHECK(shows("Everybody tries that one first."));
    press(K_TAB);
    press(K_ENTER);
    a = arena_open();
    answer(OPNO_invitation_accept, a,
           &(struct invitation_accept_out){.token = text(a, "token"), .me = me_at(a, STAGE_FULL)});
    CHECK(book_on_top(ui, &book_home));
    end();
}

static void a_forgotten_password_says_nothing_about_who_exists(void)
{
    begin_as(&(struct client_options){.portal = "northwind", .from = "192.0.2.7", .bound = true}, 24, 80);
    type("maria@bodegasur.example");
    for (int i = 0; i < 3; i++)
        press(K_TAB);
    press(K_ENTER);
    CHECK(shows("Send me a code"));
    press(K_ENTER);
    CHECK_TEXT(said(OPNO_password_ask_reset),
               "portal=northwind|email=maria@bodegasur.example|from=192.0.2.7|");
    struct arena *a = arena_open();
    answer(OPNO_password_ask_reset, a, &(struct password_ask_reset_out){{0}});
    rules();
    CHECK(shows("may sign in here, a code is on its"));
    type("abcde fghij");
    press(K_ENTER);
    type("a long new password");
    press(K_ENTER);
    type("a long new password");
    press(K_ENTER);
    CHECK_TEXT(said(OPNO_password_reset),
               "portal=northwind|code=abcde fghij|password=a long new password|from=192.0.2.7|bound=1|");
    refused(OPNO_password_reset, ERR_CODE, "", "no");
    CHECK(shows("That code is not good"));
    press(K_F0 + 2);
    a = arena_open();
    answer(OPNO_password_reset, a,
           &(struct password_reset_out){.token = text(a, "token"), .me = me_at(a, STAGE_FULL)});
    CHECK(book_on_top(ui, &book_home));
    end();
}

static void the_second_step_takes_a_code_or_a_backup_code(void)
{
    begin();
    sign_in(STAGE_CODE);
    CHECK(shows("One more step"));
    type("12345");
    press(K_ENTER);
    CHECK(shows("six digits"));
    type("6");
    press(K_ENTER);
    CHECK_TEXT(said(OPNO_mfa_verify), "code=123456|");
    refused(OPNO_mfa_verify, ERR_CREDENTIALS, "", "That is not the code, or it was used before.");
    CHECK(shows("That is not the code"));
    type("k3m9p-x2w7q");
    press(K_ENTER);
    CHECK_TEXT(said(OPNO_mfa_verify), "code=k3m9px2w7q|");
    refused(OPNO_mfa_verify, ERR_SLOW_DOWN, "", "Too many failed tries: wait 60 seconds.");
    CHECK(shows("wait 60 seconds"));
    type("k3m9p-x2w7q");
    press(K_ENTER);
    struct arena *a = arena_open();
    answer(OPNO_mfa_verify, a, &(struct mfa_verify_out){.me = me_at(a, STAGE_FULL), .codes_left = 4});
    CHECK(book_on_top(ui, &book_home));
    CHECK(shows("That backup code is used up; 4 are left."));
    end();
}

static void enrolment_shows_the_code_the_secret_and_the_text_of_the_code(int rows, int columns, bool fits)
{
    static const char secret[] = "JBSW Y3DP EHPK 3PXP JBSW Y3DP EHPK 3PXP";
    static const char *codes[] = {"K3M9P-X2W7Q", "00000-11111", "AAAAA-BBBBB", "CCCCC-DDDDD", "EEEEE-FFFFF"};
    begin_as(&(struct client_options){.portal = "northwind"}, rows, columns);
    sign_in(STAGE_ENROL);
    struct arena *a = arena_open();
    answer(OPNO_mfa_begin, a,
           &(struct mfa_begin_out){
               .secret = text(a, secret),
               .uri = text(a, "otpauth://totp/Northwind%20Paper:maria%40bodegasur.example?secret="
                              "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")});
    CHECK(shows("JBSW Y3DP EHPK 3PXP"));
    CHECK_INT(find("otpauth://totp"), fits);
    CHECK_INT(find("▀"), fits);
    CHECK_INT(find("Scan this"), fits);
    press('y'); /* not text: the field takes digits */
    CHECK(find("Sent to your terminal: the secret"));
    type("123456");
    press(K_ENTER);
    CHECK_TEXT(said(OPNO_mfa_confirm), "code=123456|");
    refused(OPNO_mfa_confirm, ERR_CREDENTIALS, "code", "Not the code.");
    CHECK(shows("Not the code."));
    type("234567");
    press(K_ENTER);
    a = arena_open();
    struct mfa_confirm_out out = {.codes = {.n = 5, .v = arena_alloc(a, sizeof codes)},
                                  .me = me_at(a, STAGE_FULL)};
    for (size_t i = 0; i < 5; i++)
        out.codes.v[i] = text(a, codes[i]);
    answer(OPNO_mfa_confirm, a, &out);
    CHECK(shows("K3M9P-X2W7Q"));
    CHECK(!find("JBSW"));
    press(K_ESC);
    CHECK(shows("Have you kept it?"));
    press(K_ESC);
    press('5');
    CHECK(find("K3M9P-X2W7Q"));
    press(K_ENTER); /* who types fast does not go past them */
    CHECK(shows("Have you kept it?"));
    press(K_ENTER);
    CHECK(find("K3M9P-X2W7Q"));
    press('y');
    CHECK_TEXT(ui_effects(ui).copy, "K3M9P-X2W7Q\n00000-11111\nAAAAA-BBBBB\nCCCCC-DDDDD\nEEEEE-FFFFF\n");
    press(K_ENTER);
    CHECK(book_on_top(ui, &book_home));
    CHECK(!find("K3M9P"));
    end();
}

static void a_key_that_sshd_proved_signs_in_without_a_question(void)
{
    const struct client_options o = {
        .portal = "", .from = "192.0.2.7", .bound = true, .fingerprint = "SHA256:abc"};
    begin_as(&o, 24, 80);
    CHECK_TEXT(said(OPNO_key_portals), "fingerprint=SHA256:abc|");
    struct arena *a = arena_open();
    struct portal_choice one[] = {
        {.portal = "northwind", .name = "Northwind Paper Ltd", .customer = 3, .customer_name = "Bodega Sur"},
        {.portal = "northwind", .name = "Northwind Paper Ltd"},
        {.portal = "acme", .name = "Acme", .customer = 9, .customer_name = "Bodega Sur"}};
    answer(OPNO_key_portals, a,
           &(struct key_portals_out){.portals = {.n = 1, .v = arena_copy(a, one, sizeof one)}});
    CHECK_TEXT(said(OPNO_session_sign_in_key),
               "portal=northwind|fingerprint=SHA256:abc|customer=3|from=192.0.2.7|bound=1|");
    a = arena_open();
    answer(OPNO_session_sign_in_key, a,
           &(struct session_sign_in_key_out){.token = text(a, "token"), .me = me_at(a, STAGE_CODE)});
    CHECK(shows("One more step"));
    end();

    begin_as(&o, 24, 80);
    a = arena_open();
    answer(OPNO_key_portals, a,
           &(struct key_portals_out){.portals = {.n = 3, .v = arena_copy(a, one, sizeof one)}});
    CHECK(shows("Your key opens more than one door here."));
    CHECK(shows("Northwind Paper Ltd, as its staff"));
    press(K_RIGHT);
    press(K_TAB);
    press(K_ENTER);
    CHECK_TEXT(said(OPNO_session_sign_in_key),
               "portal=northwind|fingerprint=SHA256:abc|from=192.0.2.7|bound=1|staff=1|");
    refused(OPNO_session_sign_in_key, ERR_CREDENTIALS, "", "no");
    CHECK(shows("[ Sign in ]"));
    CHECK(shows("does not sign you in here"));
    end();

    begin_as(&o, 24, 80);
    a = arena_open();
    answer(OPNO_key_portals, a, &(struct key_portals_out){.portals = {0, NULL}});
    CHECK(shows("Your SSH key is not registered here."));
    end();
}

int main(void)
{
    an_invitation_shows_whom_it_is_for_before_a_password_is_chosen();
    a_forgotten_password_says_nothing_about_who_exists();
    the_second_step_takes_a_code_or_a_backup_code();
    enrolment_shows_the_code_the_secret_and_the_text_of_the_code(24, 80, true);
    enrolment_shows_the_code_the_secret_and_the_text_of_the_code(24, 120, true);
    enrolment_shows_the_code_the_secret_and_the_text_of_the_code(16, 60, false);
    a_key_that_sshd_proved_signs_in_without_a_question();
    return test_end();
}
