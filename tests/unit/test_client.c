/* What stands between the interface and the daemon, where no daemon is: locking by a clock of the test's own, and asks that can not
 * be sent. With a daemon it is tested in tests/screens. */
#include "tests/unit/test.h"
#include "tui/full/book_screen.h"
#include "tui/portal/books.h"
#include "tui/link/client_inside.h"
#include "tui/full/view.h"

#define MINUTE INT64_C(60000)

static int64_t clock_ms = 1000;
static struct loop *loop;
static struct ui *ui;
static struct client *client;

static int64_t now(void)
{
    return clock_ms;
}

static void stop(void *ctx)
{
    (void)ctx;
    ui_tick(ui, clock_ms);
    loop_stop(loop, 0);
}

/* Lets time pass at once; every timer that is due runs. */
static void pass(int64_t ms)
{
    clock_ms += ms;
    loop_run(loop);
}

static bool shows(const char *text)
{
    char out[1000];
    const struct grid *g = ui_draw(ui);
    for (int y = 0; y < grid_rows(g); y++)
        if (strstr(grid_line(g, y, out, sizeof out), text))
            return true;
    return false;
}

static void press(int code)
{
    struct key k = key_of(code);
    ui_tick(ui, clock_ms);
    ui_key(ui, &k);
    ui_tick(ui, clock_ms);
}

static const struct me maria = {.role = ROLE_CUSTOMER,
                                .person = 7,
                                .name = "Maria Ruiz",
                                .email = "maria@bodegasur.example",
                                .customer = 3,
                                .customer_name = "Bodega Sur",
                                .business = "Northwind Paper Ltd",
                                .today = 739942};

static void begin(void)
{
    struct client_options o = {.url = "ipc:///nonexistent/postern-test", .portal = "northwind"};
    struct refusal why;
    CHECK_INT(loop_open(now, &loop), OK);
    ui = ui_open(24, 80, clock_ms);
    CHECK_INT(client_open(loop, ui, &o, &client, &why), OK);
    loop_each(loop, stop, NULL);
    book_start(ui, &book_entrance);
    client_signed_in(ui, "token", &maria, NULL);
    client_enter(ui);
}

static void end(void)
{
    client_close(client);
    ui_close(ui);
    loop_close(loop);
}

static void nobody_there_is_warned_then_locked_then_signed_out(void)
{
    begin();
    CHECK(shows("Maria Ruiz · Bodega Sur"));
    press('j');
    pass(9 * MINUTE - 1000);
    CHECK(!shows("locks in"));
    pass(2000);
    CHECK(shows("locks in 59 s"));
    pass(5000);
    CHECK(shows("locks in 54 s"));
    press('j'); /* somebody is there after all */
    pass(MINUTE);
    CHECK(!client_locked(ui));
    pass(8 * MINUTE + 1000);
    CHECK(shows("locks in"));
    pass(MINUTE);
    CHECK(client_locked(ui));
    CHECK(shows("Your place and what you were writing are kept."));
    CHECK(!shows("Recent"));
    press(K_ESC);
    press(CTRL('C'));
    CHECK(shows("Your place and what you were writing are kept."));
    pass(20 * MINUTE);
    CHECK(shows(
        "Your place and what you were writing are kept.")); /* half an hour since the last key, not since the lock */
    pass(10 * MINUTE);
    CHECK(shows("[ Sign in ]"));
    CHECK(!shows("Maria"));
    CHECK_TEXT(client_me(ui)->email, "");
    end();
}

static void without_a_connection_it_says_so_and_nothing_is_sent(void)
{
    begin();
    CHECK(ui_online(ui));
    pass(600); /* the grace is over */
    CHECK(!ui_online(ui));
    CHECK(shows("Not connected yet, trying again: "));
    book_do(ui, &book_you, "change");
    for (const char *p = "Una"; *p; p++)
        press(*p);
    press(K_F0 + 2);
    CHECK(shows(CLIENT_NOT_SENT));
    end();
}

/* What the first screen asked for is held, as if the answer had been that the password is wanted once more. */
static void hold(void)
{
    begin();
    ui_tick(ui, clock_ms);
    CHECK(client->job_count > 0 && client->jobs[0].ticket);
    CHECK(client_confirm(client, ERR_CONFIRM));
    CHECK(shows("Is it you?") && client->held.op);
}

static void what_waits_for_the_password_is_gone_with_esc_and_with_the_lock(void)
{
    hold();
    press(K_ESC);
    CHECK(!shows("Is it you?") && !client->held.op);
    end();
    hold();
    press('x');
    pass(9 * MINUTE);
    pass(MINUTE);
    CHECK(client_locked(ui) && !shows("Is it you?"));
    CHECK(!client->held.op); /* it is not sent behind the back of who unlocks */
    end();
    hold();
    client_sign_out(ui, "");
    ui_tick(ui, clock_ms);
    CHECK(shows("[ Sign in ]") && !shows("Is it you?") && !client->held.op);
    end();
    hold();
    end(); /* nothing is left behind */
}

static void only_the_first_of_several_is_held_and_only_for_that_refusal(void)
{
    begin();
    ui_tick(ui, clock_ms);
    CHECK(!client_confirm(client, ERR_FORBIDDEN));
    CHECK(client_confirm(client, ERR_CONFIRM));
    CHECK(!client->job_count || !client_confirm(client, ERR_CONFIRM));
    end();
}

static void an_address_that_is_none_is_refused(void)
{
    struct client_options o = {.url = "http://example.org"};
    struct refusal why = {0};
    CHECK_INT(loop_open(now, &loop), OK);
    ui = ui_open(24, 80, clock_ms);
    CHECK_INT(client_open(loop, ui, &o, &client, &why), ERR_INVALID);
    CHECK_TEXT(why.field, "--url");
    ui_close(ui);
    loop_close(loop);
}

int main(void)
{
    nobody_there_is_warned_then_locked_then_signed_out();
    without_a_connection_it_says_so_and_nothing_is_sent();
    what_waits_for_the_password_is_gone_with_esc_and_with_the_lock();
    only_the_first_of_several_is_held_and_only_for_that_refusal();
    an_address_that_is_none_is_refused();
    return test_end();
}
