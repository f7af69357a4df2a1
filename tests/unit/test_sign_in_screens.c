/* The screens of signing in and of one's own sign-in, without a daemon: what is asked is looked at, answers are fed in. With a
 * daemon they are tested in tests/screens/test_screen_security.py. */
#include "tests/unit/test.h"
#include "tui/full/book_screen.h"
#include "tui/portal/books.h"
#include "tui/link/client.h"
#include "tui/full/view.h"
#include <stdlib.h>

#define DUMP getenv("POSTERN_DUMP") /* shows every screen that is looked at */

static int64_t clock_ms = 1000;
static struct loop *loop;
static struct ui *ui;
static struct client *client;

static int64_t now(void)
{
    return clock_ms;
}

/* --- what the screens ask for */

struct asked {
    unsigned ticket;
    const struct op *op;
    char said[1000]; /* "portal=northwind email=…": what was given */
};
static struct asked asks[200];
static size_t ask_count;

static void describe(struct asked *a, const struct ask *ask)
{
    const struct shape *shape = ask->op->in();
    size_t n = 0;
    for (size_t i = 0; ask->in && i < shape->n && n < sizeof a->said; i++) {
        const struct field *f = &shape->fields[i];
        const char *at = (const char *)ask->in + f->offset;
        if (!(((const struct shape_head *)ask->in)->has >> i & 1))
            continue;
        if (f->type == FIELD_TEXT || f->type == FIELD_SECRET)
            n += (size_t)snprintf(a->said + n, sizeof a->said - n, "%s=%s|", f->name,
                                  *(const char *const *)at);
        else if (f->type == FIELD_BOOL)
            n += (size_t)snprintf(a->said + n, sizeof a->said - n, "%s=%d|", f->name, *(const bool *)at);
        else
            n += (size_t)snprintf(a->said + n, sizeof a->said - n, "%s=%llu|", f->name,
                                  (unsigned long long)*(const uint64_t *)at);
    }
}

static bool start(void *ctx, unsigned ticket, const struct ask *ask, struct refusal *why)
{
    (void)ctx;
    (void)why;
    if (ask_count == sizeof asks / sizeof *asks)
        abort();
    asks[ask_count] = (struct asked){.ticket = ticket, .op = ask->op};
    describe(&asks[ask_count++], ask);
    return true;
}

static void cancel(void *ctx, unsigned ticket)
{
    (void)ctx;
    (void)ticket;
}

/* The newest open ask for an operation; fails the test when there is none. */
static struct asked *asked(enum op_number op)
{
    static struct asked none;
    for (size_t i = ask_count; i-- > 0;)
        if (asks[i].op == op_at(op) && asks[i].ticket)
            return &asks[i];
    fprintf(stderr, "nobody asked for %s\n", op_at(op)->name);
    CHECK(!"asked");
    return &none;
}

static const char *said(enum op_number op)
{
    return asked(op)->said;
}

static void answer(enum op_number op, struct arena *a, const void *out)
{
    struct asked *at = asked(op);
    struct reply r = {.code = OK, .arena = a, .out = arena_copy(a, out, at->op->out()->size)};
    unsigned ticket = at->ticket;
    at->ticket = 0;
    ui_answer(ui, ticket, &r);
    ui_tick(ui, clock_ms);
}

static int64_t retry_ms; /* what a refusal says besides */
static void refused(enum op_number op, enum err code, const char *field, const char *detail)
{
    struct asked *at = asked(op);
    struct refusal why = {.code = code, .retry_ms = retry_ms};
    snprintf(why.field, sizeof why.field, "%s", field);
    snprintf(why.detail, sizeof why.detail, "%s", detail);
    struct reply r = {.code = code, .why = &why};
    unsigned ticket = at->ticket;
    at->ticket = 0;
    ui_answer(ui, ticket, &r);
    ui_tick(ui, clock_ms);
}

static const char *text(struct arena *a, const char *s)
{
    return arena_text(a, s, strlen(s));
}

/* --- keys and what is seen */

static void press(int code)
{
    struct key k = key_of(code);
    ui_tick(ui, clock_ms);
    ui_key(ui, &k);
    ui_tick(ui, clock_ms);
}

static void type(const char *s)
{
    for (; *s; s++)
        press(*s);
}

static void paste(const char *s)
{
    struct key k = {.code = K_PASTE, .paste = (char *)(uintptr_t)s, .paste_size = strlen(s)};
    ui_tick(ui, clock_ms);
    ui_key(ui, &k);
    ui_tick(ui, clock_ms);
}

static bool find(const char *wanted)
{
    char out[1000];
    const struct grid *g = ui_draw(ui);
    for (int y = 0; y < grid_rows(g); y++)
        if (strstr(grid_line(g, y, out, sizeof out), wanted))
            return true;
    return false;
}

static void dump(const char *why)
{
    char out[1000];
    const struct grid *g = ui_draw(ui);
    fprintf(stderr, "--- %s\n", why);
    for (int y = 0; y < grid_rows(g); y++)
        fprintf(stderr, "%s\n", grid_line(g, y, out, sizeof out));
}

static bool shows(const char *wanted)
{
    bool found = find(wanted);
    if (!found || DUMP)
        dump(wanted);
    return found;
}

/* --- people */

static const struct me maria = {.role = ROLE_CUSTOMER,
                                .person = 7,
                                .name = "Maria Ruiz",
                                .email = "maria@bodegasur.example",
                                .phone = "",
                                .customer = 3,
                                .customer_name = "Bodega Sur",
                                .business = "Northwind Paper Ltd",
                                .portal = "northwind",
                                .today = 739942,
                                .stage = STAGE_FULL};

static struct me *me_at(struct arena *a, int stage)
{
    struct me *me = arena_copy(a, &maria, sizeof maria);
    me->stage = stage;
    me->mfa = stage == STAGE_CODE;
    return me;
}

static void begin_as(const struct client_options *more, int rows, int columns)
{
    struct client_options o = *more;
    struct refusal why;
    o.url = "ipc:///nonexistent/postern-test";
    ask_count = 0;
    clock_ms = 1000;
    CHECK_INT(loop_open(now, &loop), OK);
    ui = ui_open(rows, columns, clock_ms);
    CHECK_INT(client_open(loop, ui, &o, &client, &why), OK);
    ui_set_backend(ui, &(struct ui_backend){.start = start, .cancel = cancel});
    client_begin(ui);
    ui_tick(ui, clock_ms);
}

static void begin(void)
{
    begin_as(&(struct client_options){.portal = "northwind"}, 24, 80);
}

static void end(void)
{
    client_close(client);
    ui_close(ui);
    loop_close(loop);
}

static void sign_in(int stage)
{
    struct arena *a = arena_open();
    type("maria@bodegasur.example");
    press(K_ENTER);
    type("correct horse battery");
    press(K_ENTER);
    struct session_sign_in_out out = {.token = text(a, "token"), .me = me_at(a, stage)};
    answer(OPNO_session_sign_in, a, &out);
}

static void rules(void)
{
    struct arena *a = arena_open();
    struct password_rules_out out = {
        .rules = text(a, "At least 12 characters; a few words that you alone would put together are best.\n"
                         "Not one of the passwords that everybody tries first.\n"
                         "Not your name, your e-mail address or the name of the business."),
        .least = 12,
        .most = 200};
    answer(OPNO_password_rules, a, &out);
}

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
    CHECK(ui_top(ui) == view_customer.first);
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
    CHECK(ui_top(ui) == view_customer.first);
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
    CHECK(ui_top(ui) == view_customer.first);
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
    press('5');
    press('q');
    CHECK(find("K3M9P-X2W7Q"));
    press(K_TAB);
    press(K_ENTER);
    CHECK(shows("Keep them first"));
    press('y');
    CHECK_TEXT(ui_effects(ui).copy, "K3M9P-X2W7Q\n00000-11111\nAAAAA-BBBBB\nCCCCC-DDDDD\nEEEEE-FFFFF\n");
    press(' ');
    press(K_ENTER);
    CHECK(ui_top(ui) == view_customer.first);
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
    CHECK(ui_top(ui) == &screen_code);
    end();

    begin_as(&o, 24, 80);
    a = arena_open();
    answer(OPNO_key_portals, a,
           &(struct key_portals_out){.portals = {.n = 3, .v = arena_copy(a, one, sizeof one)}});
    CHECK(shows("Northwind Paper Ltd, as its staff"));
    press('j');
    press(K_ENTER);
    CHECK_TEXT(said(OPNO_session_sign_in_key),
               "portal=northwind|fingerprint=SHA256:abc|from=192.0.2.7|bound=1|staff=1|");
    refused(OPNO_session_sign_in_key, ERR_CREDENTIALS, "", "no");
    CHECK(ui_top(ui) == &screen_sign_in);
    CHECK(shows("does not sign you in here"));
    end();

    begin_as(&o, 24, 80);
    a = arena_open();
    answer(OPNO_key_portals, a, &(struct key_portals_out){.portals = {0, NULL}});
    CHECK(shows("Your SSH key is not registered here."));
    end();
}

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
    type("654321");
    press(K_ENTER);
    refused(OPNO_mfa_verify, ERR_SIGN_IN, "", "");
    CHECK(ui_top(ui) == &screen_lock);
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
    an_invitation_shows_whom_it_is_for_before_a_password_is_chosen();
    a_forgotten_password_says_nothing_about_who_exists();
    the_second_step_takes_a_code_or_a_backup_code();
    enrolment_shows_the_code_the_secret_and_the_text_of_the_code(24, 80, true);
    enrolment_shows_the_code_the_secret_and_the_text_of_the_code(24, 120, true);
    enrolment_shows_the_code_the_secret_and_the_text_of_the_code(16, 60, false);
    a_key_that_sshd_proved_signs_in_without_a_question();
    with_a_second_factor_a_code_unlocks_and_the_place_is_kept();
    a_pause_counts_down_by_itself_and_then_is_over();
    security();
    return test_end();
}
