/* Exercises the toolkit with invented data: a list of 348 rows that come in pages, a document, a form, every dialog.
 * kit_demo [--hostile]. Answers come from a timer, as they would from a server. */
#include "common/date.h"
#include "tui/full/app.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LIST, MORE, PAY, SAVE };
#define ROWS 348
#define PAGE 50

static bool hostile;
static struct loop *loop;
static struct ui *ui_one;

/* --- the server of the demo: every ask is answered after a moment */
struct owed {
    unsigned ticket;
    int tag;
};
static struct owed owed[64];

static void give_answer(void *ctx)
{
    struct owed *o = ctx;
    struct refusal why = {.code = ERR_INVALID, .field = "customer.email", .detail = "That address is taken."};
    struct reply r = {.code = o->tag == SAVE ? ERR_INVALID : OK, .why = &why, .arena = arena_open()};
    unsigned ticket = o->ticket;
    o->ticket = 0;
    ui_answer(ui_one, ticket, &r);
}

static bool start(void *ctx, unsigned ticket, const struct ask *ask, struct refusal *why)
{
    (void)ctx;
    (void)why;
    for (size_t i = 0; i < COUNT_OF(owed); i++)
        if (!owed[i].ticket) {
            owed[i] = (struct owed){ticket, ask->tag};
            return loop_after(loop, ask->tag == PAY ? 400 : 5, give_answer, &owed[i]) > 0;
        }
    return false;
}

/* --- a document */
struct paper {
    uint64_t id;
};

static void document_open(struct ui *ui, void *state, uint64_t subject)
{
    ((struct paper *)state)->id = subject;
    ui_title(ui, "INV-%06" PRIu64, subject);
}

static void document_draw(const void *state, struct canvas *c)
{
    const struct paper *d = state;
    int y = 0, right = c->columns - 4;
    canvas_print(c, y, 1, STYLE_TITLE, "INVOICE INV-%06" PRIu64, d->id);
    canvas_right(c, y++, right, STYLE_WARN, "OPEN · due in 12 days");
    y++;
    for (int i = 1; i <= 24; i++, y++) {
        canvas_print(c, y, 1, STYLE_PLAIN, "%2d Kraft paper 80 g, pallet", i);
        canvas_money(c, y, right, STYLE_PLAIN, money_of(1000 * i * i, "EUR"), false);
    }
    canvas_rule(c, y++, right - 24, 24);
    canvas_text(c, y, right - 24, STYLE_PLAIN, "Total");
    canvas_money(c, y, right, STYLE_BOLD, money_of(4900000, "EUR"), true);
}

static void paid(struct ui *ui, void *state, int tag, const struct reply *r)
{
    (void)state;
    if (!ui_refused(ui, r) && tag == PAY)
        ui_toast(ui, TONE_GOOD, "Paid EUR 49,000.00. Thank you.");
}

static void accepted(struct ui *ui, void *state, const struct said *said)
{
    (void)state;
    ui_toast(ui, TONE_GOOD, "Accepted with %s.", said->text);
}

static void run_accept(struct ui *ui, void *state)
{
    (void)state;
    ui_dialog(ui, &(struct dialog){.kind = DIALOG_WORD,
                                   .title = "Accept EST-0044",
                                   .text = "EUR 1,950.00, until 4 Dec 2026.",
                                   .word = "ACCEPT",
                                   .yes = "Accept",
                                   .done = accepted});
}

static void pay_done(struct ui *ui, void *state, const struct said *said)
{
    (void)state;
    (void)said;
    ui_ask_with(ui, &(struct ask){.tag = PAY, .op = op_at(OPNO_system_health), .busy = "Paying…"});
}

static void run_pay(struct ui *ui, void *state)
{
    (void)state;
    ui_confirm(ui, "Pay", "You pay EUR 49,000.00 today, once.", "Pay EUR 49,000.00", pay_done);
}

static void commented(struct ui *ui, void *state, const struct said *said)
{
    (void)state;
    ui_toast(ui, TONE_GOOD, "Sent: %s", said->text);
}

static void run_comment(struct ui *ui, void *state)
{
    (void)state;
    ui_dialog(ui, &(struct dialog){.kind = DIALOG_LINES,
                                   .title = "Comment",
                                   .text = "Northwind sees this.",
                                   .yes = "Send",
                                   .done = commented});
}

static void chosen(struct ui *ui, void *state, const struct said *said)
{
    (void)state;
    ui_toast(ui, TONE_INFO, "Chosen %d.", said->choice + 1);
}

static void run_choose(struct ui *ui, void *state)
{
    static const char *const ways[] = {"Card", "Bank transfer", "Direct debit", NULL};
    (void)state;
    ui_dialog(ui,
              &(struct dialog){.kind = DIALOG_CHOOSE, .title = "Method", .choices = ways, .done = chosen});
}

static const char *never(const struct ui *ui, const void *state)
{
    (void)ui;
    (void)state;
    return "It was sent already.";
}

static void run_copy(struct ui *ui, void *state)
{
    (void)state;
    ui_copy(ui, "RF18 5390 0754 7034");
}

static const struct key_row document_keys[] = {
    {.key = 'a', .action = "accept", .help = "Accept the estimate", .run = run_accept},
    {.key = 'p', .action = "pay", .help = "Pay it", .run = run_pay},
    {.key = 'c', .action = "comment", .help = "Write a comment", .run = run_comment},
    {.key = 'o', .action = "method", .help = "Choose a method", .run = run_choose},
    {.key = 'y', .action = "copy", .help = "Copy the reference", .run = run_copy},
    {.key = 'x', .action = "send", .help = "Send it", .possible = never},
    {0}};
static const struct screen document_screen = {.name = "demo.document",
                                              .title = "Document",
                                              .state_size = sizeof(struct paper),
                                              .open = document_open,
                                              .reply = paid,
                                              .draw = document_draw,
                                              .keys = document_keys,
                                              .scrolls = true};

/* --- a form */
static const char *const terms[] = {"Net 14", "Net 30", "Due on receipt", NULL};
static const struct input_spec inputs[] = {
    {.kind = INPUT_NOTE, .label = "Everything a form can hold."},
    {.name = "name", .label = "Name", .required = true, .hint = "As it stands on documents"},
    {.name = "email", .label = "E-mail", .width = 30},
    {.name = "password", .label = "Password", .kind = INPUT_PASSWORD, .width = 20},
    {.name = "rate", .label = "Rate", .kind = INPUT_DECIMAL, .unit = "%"},
    {.name = "amount", .label = "Amount", .kind = INPUT_MONEY, .currency = "EUR"},
    {.name = "due", .label = "Due", .kind = INPUT_DATE, .hint = "2026-12-04, 4 dec, +14"},
    {.name = "terms", .label = "Terms", .kind = INPUT_CHOICE, .choices = terms},
    {.name = "active", .label = "Active", .kind = INPUT_CHECK},
    {.name = "notes", .label = "Notes", .kind = INPUT_LINES, .rows = 3, .width = 40},
    {.name = "save", .label = "Save", .kind = INPUT_BUTTON},
    {.name = "reset", .label = "Reset", .kind = INPUT_BUTTON},
};
struct form_state {
    struct form *form;
};

static void form_open_screen(struct ui *ui, void *state, uint64_t subject)
{
    struct form_state *s = state;
    (void)subject;
    s->form = ui_form(ui, inputs, COUNT_OF(inputs));
}

static void form_draw_screen(const void *state, struct canvas *c)
{
    form_draw(((const struct form_state *)state)->form, c);
}

static void form_submit(struct ui *ui, void *state, struct form *form)
{
    (void)state;
    if (strcmp(form_text(form, "email"), "taken@example.test") == 0) {
        ui_ask(ui, SAVE, OPNO_system_health, NULL);
        return;
    }
    ui_toast(ui, TONE_GOOD, "Saved %s, %s, %s, %s.", form_text(form, "name"), form_text(form, "amount"),
             form_text(form, "due"), form_text(form, "terms"));
    form_kept(form);
}

static void form_reply(struct ui *ui, void *state, int tag, const struct reply *r)
{
    (void)state;
    (void)tag;
    (void)ui_refused(ui, r);
}

static void form_button_screen(struct ui *ui, void *state, struct form *form, const char *button)
{
    (void)state;
    (void)form;
    ui_toast(ui, TONE_INFO, "Pressed %s.", button);
}

static const struct screen form_screen = {.name = "demo.form",
                                          .title = "Form",
                                          .state_size = sizeof(struct form_state),
                                          .open = form_open_screen,
                                          .draw = form_draw_screen,
                                          .submit = form_submit,
                                          .button = form_button_screen,
                                          .reply = form_reply};

/* --- a list */
static const struct list_column columns[] = {
    {.name = "number", .title = "Number", .width = 11, .sortable = true},
    {.name = "customer", .title = "Customer", .width = 20, .grow = 1},
    {.name = "due", .title = "Due", .width = 11, .drop = 1},
    {.name = "state", .title = "State", .width = 8},
    {.name = "amount", .title = "Amount", .width = 16, .right = true, .sortable = true},
};
struct list_state {
    struct list *list;
    size_t loaded;
    uint64_t previewed;
};

static void list_open_screen(struct ui *ui, void *state, uint64_t subject)
{
    struct list_state *s = state;
    (void)subject;
    s->list = ui_list(ui, columns, COUNT_OF(columns));
    list_take_marks(s->list);
}

static void list_load(struct ui *ui, void *state, enum load why)
{
    struct list_state *s = state;
    if (why == LOAD_SELECTED)
        s->previewed = list_id(s->list);
    else if (why != LOAD_FILTER && why != LOAD_SORT)
        ui_ask(ui, why == LOAD_MORE ? MORE : LIST, OPNO_invoice_list, NULL);
}

static void add_rows(struct list_state *s, size_t from, size_t count)
{
    static const char *const names[] = {
        "Bodega Sur",    "Köhler & Sohn", "東京紙業株式会社",        "Tremblay Inc.",
        "Hämäläinen Oy", "Wójcik Sp.",    "e\xcc\x81te\xcc\x81 SARL"};
    static const char *const states[] = {"open", "overdue", "paid"};
    static const unsigned styles[] = {STYLE_PLAIN, STYLE_BAD, STYLE_GOOD};
    for (size_t i = from; i < from + count; i++) {
        char number[32], due[DATE_TEXT], amount[MONEY_TEXT];
        unsigned cell_styles[COUNT_OF(columns)] = {[3] = styles[i % 3]};
        snprintf(number, sizeof number, "INV-%06zu", i + 1);
        money_grouped(amount, (int64_t)(i * i * 7 + 100), 2);
        const char *cells[] = {number, names[i % COUNT_OF(names)],
                               date_short(due, date_of(2026, 11, 22) + (int)(i % 30)), states[i % 3], amount};
        if (hostile && i % 2 == 0)
            cells[1] = "\033[2J\033]0;owned\a\xc2\x9b"
                       "31mred\xe2\x80\xaetxt\r\n\x01\xff";
        list_add(s->list, &(struct list_row){
                              .id = i + 1, .cells = cells, .styles = cell_styles, .user = (int64_t)(i % 3)});
    }
}

static void list_reply(struct ui *ui, void *state, int tag, const struct reply *r)
{
    struct list_state *s = state;
    if (ui_refused(ui, r))
        return;
    if (tag == LIST) {
        list_begin(s->list);
        s->loaded = 0;
    }
    size_t count = ROWS - s->loaded < PAGE ? ROWS - s->loaded : PAGE;
    add_rows(s, s->loaded, count);
    s->loaded += count;
    list_end(s->list, s->loaded < ROWS, ROWS);
    if (!s->previewed)
        s->previewed = list_id(s->list);
}

static void list_draw_screen(const void *state, struct canvas *c)
{
    list_draw(((const struct list_state *)state)->list, c);
}

static void list_preview(const void *state, struct canvas *c)
{
    const struct paper d = {((const struct list_state *)state)->previewed};
    if (d.id)
        document_draw(&d, c);
}

static void run_open(struct ui *ui, void *state)
{
    ui_push(ui, &document_screen, list_id(((struct list_state *)state)->list));
}

static void run_new(struct ui *ui, void *state)
{
    (void)state;
    ui_push(ui, &form_screen, 0);
}

static void run_fresh(struct ui *ui, void *state)
{
    (void)ui;
    list_fresh(((struct list_state *)state)->list, 3);
}

static void run_offline(struct ui *ui, void *state)
{
    (void)state;
    ui_set_online(ui, !ui_online(ui));
}

static const struct key_row list_keys[] = {
    {.key = K_ENTER, .action = "open", .help = "Open the invoice", .run = run_open},
    {.key = '+', .action = "new", .help = "Write a new one", .run = run_new},
    {.key = 'f', .action = "fresh", .help = "Pretend there is news", .run = run_fresh},
    {.key = 'o',
     .action = "offline",
     .help = "Pretend to lose the server",
     .run = run_offline,
     .quiet = true},
    {.key = 'x', .action = "send", .help = "Send it", .possible = never},
    {0}};
static const struct screen list_screen = {.name = "demo.list",
                                          .title = "Invoices",
                                          .state_size = sizeof(struct list_state),
                                          .open = list_open_screen,
                                          .load = list_load,
                                          .reply = list_reply,
                                          .draw = list_draw_screen,
                                          .preview = list_preview,
                                          .keys = list_keys};
static const struct section sections[] = {
    {.label = "Invoices", .screen = &list_screen}, {.label = "Form", .screen = &form_screen}, {0}};

int main(int argc, char **argv)
{
    struct profile p = profile_read(0, 1, NULL);
    struct app *app = NULL;
    hostile = argc > 1 && strcmp(argv[1], "--hostile") == 0;
    if (p.line_mode) {
        puts("line mode");
        return 0;
    }
    if (loop_open(NULL, &loop) != OK)
        return 1;
    ui_one = ui_open(24, 80, loop_now(loop));
    ui_set_backend(ui_one, &(struct ui_backend){.start = start});
    ui_set_who(ui_one, "Northwind Paper Ltd", "Maria Ruiz · Bodega Sur", BY_CUSTOMER);
    ui_set_today(ui_one, date_of(2026, 11, 22));
    ui_set_sections(ui_one, sections);
    ui_set_bell(ui_one, 2);
    ui_begin(ui_one);
    enum err e = app_open(&p, 0, 1, ui_one, loop, &app);
    int code = e == ERR_INVALID ? (puts("line mode"), 0) : e != OK ? 1 : app_run(app);
    app_close(app);
    ui_close(ui_one);
    loop_close(loop);
    return code;
}
