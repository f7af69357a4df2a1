/* The interface as a whole without a terminal: keys, answers and time in, a grid out. */
#include "tests/unit/test.h"
#include "tui/full/ui.h"
#include <stdio.h>
#include <stdlib.h>

enum { READ, PAY };
static struct ui *ui;
static int64_t now;
static unsigned tickets[100], cancelled[100];
static size_t asked, given_up;
static int loads[6], closed, submitted, paid;
static char got[64];

static bool start(void *ctx, unsigned ticket, const struct ask *ask, struct refusal *why)
{
    (void)ctx;
    (void)ask;
    (void)why;
    tickets[asked++] = ticket;
    return true;
}

static void cancel(void *ctx, unsigned ticket)
{
    (void)ctx;
    cancelled[given_up++] = ticket;
}

static void answer(unsigned ticket, enum err code, const char *text)
{
    struct refusal why = {.code = code, .field = "name", .detail = "is taken"};
    struct arena *a = arena_open();
    struct reply r = {.code = code, .why = &why, .arena = a, .out = arena_text(a, text, strlen(text))};
    ui_answer(ui, ticket, &r);
}

static void press(int code)
{
    struct key k = key_of(code);
    ui_key(ui, &k);
    ui_tick(ui, now);
}

static void type(const char *text)
{
    for (; *text; text++)
        press(*text);
}

static const char *line(int y)
{
    static char out[1000];
    return grid_line(ui_draw(ui), y, out, sizeof out);
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

/* --- two screens */
struct state {
    const char *out;
    struct form *form;
};

static void load(struct ui *u, void *state, enum load why)
{
    (void)state;
    loads[why]++;
    ui_ask(u, READ, OPNO_system_health, NULL);
}

static void reply(struct ui *u, void *state, int tag, const struct reply *r)
{
    struct state *s = state;
    if (ui_refused(u, r))
        return;
    s->out = r->out;
    snprintf(got, sizeof got, "%d %s", tag, (const char *)r->out);
}

static void draw(const void *state, struct canvas *c)
{
    const struct state *s = state;
    canvas_print(c, 0, 1, 0, "out: %s", s->out ? s->out : "-");
    if (s->form) {
        struct canvas part = canvas_part(c, 2, 0, c->rows - 2, c->columns);
        form_draw(s->form, &part);
    }
}

static const struct input_spec specs[] = {{.name = "name", .label = "Name", .required = true},
                                          {.name = "save", .label = "Save", .kind = INPUT_BUTTON}};

static void open_form(struct ui *u, void *state, uint64_t subject)
{
    ((struct state *)state)->form = ui_form(u, specs, COUNT_OF(specs));
    ui_title(u, "No. %llu", (unsigned long long)subject);
}

static void submit(struct ui *u, void *state, struct form *f)
{
    (void)state;
    (void)f;
    submitted++;
    ui_ask_with(u, &(struct ask){.tag = PAY, .op = op_at(OPNO_system_health), .busy = "Saving…"});
}

static void close_state(void *state)
{
    (void)state;
    closed++;
}
static const struct screen form_screen = {.name = "t.form",
                                          .title = "Form",
                                          .state_size = sizeof(struct state),
                                          .open = open_form,
                                          .reply = reply,
                                          .draw = draw,
                                          .submit = submit,
                                          .close = close_state};

static void pay_done(struct ui *u, void *state, const struct said *said)
{
    (void)u;
    (void)state;
    (void)said;
    paid++;
}

static void run_pay(struct ui *u, void *state)
{
    (void)state;
    ui_confirm(u, "Pay", "Really?", "Pay", pay_done);
}

static void run_word(struct ui *u, void *state)
{
    (void)state;
    ui_dialog(u,
              &(struct dialog){.kind = DIALOG_WORD, .title = "Accept", .word = "ACCEPT", .done = pay_done});
}

static void run_refused(struct ui *u, void *state)
{
    (void)state;
    ui_dialog(u, &(struct dialog){
                     .kind = DIALOG_LINE,
                     .title = "Password",
                     .label = "Password",
                     .wrong = "That is not the present password. 4 more tries before a pause of 1 minute: "
                              "then it is best to wait, or to ask for a new one by mail.",
                     .done = pay_done});
}

static void run_form(struct ui *u, void *state)
{
    (void)state;
    ui_push(u, &form_screen, 7);
}

static const char *never(const struct ui *u, const void *state)
{
    (void)u;
    (void)state;
    return "It was sent already.";
}
static const struct key_row keys[] = {
    {.key = 'p', .action = "pay", .help = "Pay it", .run = run_pay},
    {.key = 'a', .action = "accept", .help = "Accept it", .run = run_word},
    {.key = 'l', .action = "log in", .help = "Show who it is", .run = run_refused},
    {.key = 'e', .action = "edit", .help = "Edit it", .run = run_form},
    {.key = 'x', .action = "send", .help = "Send it", .possible = never},
    {.key = 'w', .action = "secret", .help = "Staff only", .who = BY_STAFF, .run = run_pay},
    {0}};
static const struct screen home = {.name = "t.home",
                                   .title = "Home",
                                   .state_size = sizeof(struct state),
                                   .load = load,
                                   .reply = reply,
                                   .draw = draw,
                                   .keys = keys,
                                   .close = close_state};
static const struct section sections[] = {{.label = "Home", .screen = &home},
                                          {.label = "Form", .screen = &form_screen},
                                          {.label = "Staff", .screen = &home, .who = BY_STAFF},
                                          {0}};

static void begin(void)
{
    ui_close(ui);
    now = 1000;
    asked = given_up = 0;
    memset(loads, 0, sizeof loads);
    ui = ui_open(24, 80, now);
    ui_set_backend(ui, &(struct ui_backend){.start = start, .cancel = cancel});
    ui_set_who(ui, "Northwind", "Maria", BY_CUSTOMER);
    ui_set_sections(ui, sections);
    ui_begin(ui);
    ui_tick(ui, now);
}

/* A refusal that is longer than the box is broken between words; what stands below it stays. */
static void a_long_refusal_is_wrapped_in_its_dialog(void)
{
    begin();
    press('l');
    CHECK(shows("That is not the present password. 4 more tries before a pause of") && shows("mail."));
    CHECK(shows("[ Cancel ]") && shows("[ OK ]") && shows("Password  "));
}

static void a_newer_ask_supersedes_an_older_one(void)
{
    begin();
    CHECK_INT(loads[LOAD_FIRST], 1);
    press('r');
    CHECK_INT(loads[LOAD_AGAIN], 1);
    CHECK_INT(asked, 2);
    CHECK_INT(given_up, 1);
    CHECK_INT(cancelled[0], tickets[0]);
    answer(tickets[0], OK, "old");
    CHECK_TEXT(got, "");
    answer(tickets[1], OK, "new");
    CHECK_TEXT(got, "0 new");
    CHECK(shows("out: new"));
    answer(tickets[1], OK, "twice");
    CHECK(shows("out: new"));
    press('r'); /* refused: what was there stays valid */
    answer(tickets[2], ERR_BUSY, "");
    CHECK(shows("out: new"));
    CHECK(shows("name: is taken"));
}

static void closing_a_screen_gives_up_its_asks(void)
{
    begin();
    closed = 0;
    press('e');
    type("x");
    press(K_TAB);
    press(K_ENTER);
    CHECK_INT(submitted, 1);
    CHECK_INT(asked, 2);
    press(K_ESC); /* locked: nothing happens */
    press('Q');
    CHECK(shows("Saving…"));
    int code;
    CHECK(!ui_quitting(ui, &code));
    answer(tickets[1], ERR_INVALID, "");
    CHECK(shows("is taken"));
    press(K_ESC);
    CHECK(shows("Leave without saving?"));
    press(K_ENTER); /* Cancel has the focus */
    CHECK(shows("No. 7"));
    press(K_ESC);
    press(K_TAB);
    press(K_ENTER);
    CHECK_INT(closed, 1);
    CHECK_INT(loads[LOAD_AGAIN], 1);
    CHECK(!shows("No. 7"));
}

static void what_commits_starts_on_cancel(void)
{
    begin();
    paid = 0;
    press('p');
    press(K_ENTER);
    CHECK_INT(paid, 0);
    press('p');
    press(K_RIGHT);
    press(K_ENTER);
    press(K_ENTER); /* a double Enter */
    CHECK_INT(paid, 1);
    press('a');
    type("accepted");
    press(K_ENTER);
    CHECK_INT(paid, 1);
    CHECK(shows("Type ACCEPT, or cancel."));
    press(CTRL('U'));
    type("Accept ");
    press(K_ENTER);
    CHECK_INT(paid, 2);
    press('a');
    press(K_ESC);
    CHECK_INT(paid, 2);
    struct key k = {.code = K_PASTE, .paste = "p\n\n", .paste_size = 3};
    ui_key(ui, &k);
    CHECK(!shows("Really?")); /* pasted hot-keys are text */
}

static void what_is_impossible_says_why(void)
{
    begin();
    CHECK(strstr(line(23), "x send"));
    CHECK(!shows("secret"));
    press('x');
    CHECK(shows("It was sent already."));
    press('w');
    CHECK_INT(ui_top(ui) == &home, 1);
    press('?');
    CHECK(shows("Pay it") && shows("now not: It was sent already."));
    press('q');
    press(':');
    type("edit");
    CHECK(shows("Edit it") && !shows("Pay it"));
    press(K_ENTER);
    CHECK(ui_top(ui) == &form_screen);
}

static void the_palette_shows_names_before_explanations(void)
{
    char out[1000];
    begin();
    press(':');
    type("e"); /* "accept" has one too, and stands before in the table */
    const char *first = "";
    const struct grid *g = ui_draw(ui);
    for (int y = 0; y < grid_rows(g) && !*first; y++)
        if (strstr(grid_line(g, y, out, sizeof out), "│>"))
            first = out;
    CHECK(strstr(first, "> edit") != NULL);
    press(K_ESC);
}

static void sections_and_the_way_back(void)
{
    begin();
    press('2');
    CHECK(ui_top(ui) == &form_screen);
    press(K_TAB); /* on the button letters are keys again */
    press('3');   /* staff only: not there */
    CHECK(ui_top(ui) == &form_screen);
    press(K_ESC);
    CHECK(ui_top(ui) == &home);
    press('q');
    CHECK(shows("Q leaves the portal"));
    press('Q');
    int code = 5;
    CHECK(ui_quitting(ui, &code) && code == 0);
}

static void idle_asks_for_no_paint_and_no_time(void)
{
    begin();
    answer(tickets[0], OK, "x");
    ui_tick(ui, now);
    CHECK_INT(ui_wants_paint(ui), PAINT_NOW);
    ui_draw(ui);
    CHECK_INT(ui_wants_paint(ui), PAINT_NO);
    CHECK_INT(ui_tick(ui, now + 1), -1);
    CHECK_INT(ui_wants_paint(ui), PAINT_NO);
}

static void news_paints_at_most_four_times_a_second(void)
{
    begin();
    answer(tickets[0], OK, "x");
    now += 1000;
    ui_tick(ui, now);
    ui_draw(ui);
    int paints = 0;
    for (int ms = 0; ms < 1000; ms += 10) {
        ui_set_bell(ui, ms);
        ui_tick(ui, now + ms);
        if (ui_wants_paint(ui) == PAINT_NOW) {
            ui_draw(ui);
            paints++;
        }
    }
    CHECK(paints >= 3 && paints <= 4);
}

static void the_spinner_waits_and_the_toast_goes(void)
{
    begin();
    ui_draw(ui);
    CHECK_INT(ui_tick(ui, now + 100), 50);
    CHECK(!shows("working"));
    ui_tick(ui, now + 160);
    CHECK(shows("working"));
    answer(tickets[0], OK, "x");
    CHECK(!shows("working"));
    ui_toast(ui, TONE_GOOD, "Done %d.", 7);
    CHECK(shows("Done 7."));
    ui_tick(ui, now + 10000);
    CHECK(!shows("Done 7."));
}

static void offline_says_so_and_reloads_when_back(void)
{
    begin();
    ui_set_online(ui, false);
    CHECK(shows("Not connected yet") && shows("offline"));
    ui_tick(ui, now + 25000);
    CHECK(!shows("s old")); /* nothing was shown before */
    ui_set_online(ui, true);
    ui_tick(ui, now + 26000);
    const int before = loads[LOAD_AGAIN];
    ui_set_online(ui, false);
    CHECK(shows("Not connected, trying") && shows("offline"));
    ui_tick(ui, now + 51000);
    CHECK(shows("is 20 s old"));
    ui_set_online(ui, true);
    ui_tick(ui, now + 52000);
    CHECK_INT(loads[LOAD_AGAIN], before + 1);
    CHECK(!shows("Not connected"));
}

static void a_small_window_says_so(void)
{
    begin();
    ui_resize(ui, 10, 50);
    CHECK(shows("This window is 50×10"));
    press('p');
    ui_resize(ui, 24, 80);
    CHECK(!shows("Really?"));
    ui_resize(ui, 1, 1);
    ui_draw(ui);
    press('Q');
    int code;
    CHECK(ui_quitting(ui, &code));
}

static void any_keys_at_any_size_are_survived(void)
{
    static const int all[] = {'j', 'k',   'p',        'a',      'e',       'x',     '?',         ':',
                              '/', K_TAB, K_BACK_TAB, K_ENTER,  K_ESC,     'r',     '1',         '2',
                              'q', 'v',   K_UP,       K_DOWN,   K_LEFT,    K_RIGHT, K_BACKSPACE, K_DELETE,
                              ' ', 'm',   'z',        K_F0 + 2, CTRL('L'), K_HOME};
    unsigned seed = 7;
    begin();
    for (int i = 0; i < 20000; i++) {
        seed = seed * 1103515245 + 12345;
        asked = given_up = 0;
        int code = all[(seed >> 16) % COUNT_OF(all)];
        press(code);
        if (asked && (seed >> 8 & 3))
            answer(tickets[asked - 1], seed >> 10 & 1 ? OK : ERR_BUSY, "z");
        if ((seed >> 20) % 16 == 0)
            ui_resize(ui, (int)(seed >> 24) % 70 + 1, (int)(seed >> 12) % 220 + 1);
        now += 10;
        ui_tick(ui, now);
        ui_draw(ui);
    }
    CHECK(ui_top(ui) != NULL);
}

int main(void)
{
    a_newer_ask_supersedes_an_older_one();
    a_long_refusal_is_wrapped_in_its_dialog();
    closing_a_screen_gives_up_its_asks();
    what_commits_starts_on_cancel();
    what_is_impossible_says_why();
    the_palette_shows_names_before_explanations();
    sections_and_the_way_back();
    idle_asks_for_no_paint_and_no_time();
    news_paints_at_most_four_times_a_second();
    the_spinner_waits_and_the_toast_goes();
    offline_says_so_and_reloads_when_back();
    a_small_window_says_so();
    any_keys_at_any_size_are_survived();
    ui_close(ui);
    return test_end();
}
