/* Recording a payment that arrived by hand (E10): how, when, and which open invoices it settles, in full or in part. What is over
 * becomes credit. Nothing is recorded before the review, and once whatever the connection does. */
#include "tui/full/book_screen.h"
#include "tui/portal/books.h"
#include "tui/staff/staff_record.h"
#include "common/date.h"
#include "common/number.h"
#include "common/text.h"
#include "tui/staff/record_inside.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { CUSTOMER, INVOICES, RECORD };

static const int modes[] = {MODE_TRANSFER, MODE_CASH, MODE_CHECK, MODE_CARD, MODE_DEBIT, MODE_OTHER};
static const char *const mode_labels[] = {"bank transfer", "cash",  "cheque", "card",
                                          "direct debit",  "other", NULL};

static const struct input_spec inputs[] = {
    {.name = "date",
     .label = "Date",
     .kind = INPUT_DATE,
     .required = true,
     .hint = "When it arrived: today, -1, 20 nov, 2026-11-20"},
    {.name = "mode", .label = "How", .kind = INPUT_CHOICE, .choices = mode_labels, .hint = "← → another way"},
    {.name = "reference",
     .label = "Reference",
     .kind = INPUT_TEXT,
     .max = 100,
     .hint = "What stands on the bank statement"},
    {.name = "amount",
     .label = "Amount",
     .kind = INPUT_MONEY,
     .hint = "The whole amount; empty: the sum of the invoices below. What is over becomes credit"},
    {.name = "notes",
     .label = "Remarks",
     .kind = INPUT_LINES,
     .max = 1000,
     .rows = 1,
     .hint = "Only staff see them. Tab goes on to the invoices"},
};
static const struct list_column columns[] = {
    {.name = "number", .title = "Invoice", .width = 12},
    {.name = "due", .title = "Due", .width = 18, .grow = 1},
    {.name = "balance", .title = "Open", .width = 14, .right = true},
    {.name = "settles", .title = "This payment", .width = 16, .right = true},
};

static void open(struct ui *ui, void *state, uint64_t subject)
{
    struct record *s = state;
    s->customer = subject;
    s->today = ui_today(ui);
    s->form = ui_form(ui, inputs, COUNT_OF(inputs));
    s->list = ui_list(ui, columns, COUNT_OF(columns));
    list_empty_text(s->list, "No open invoices: the whole amount becomes credit.");
    form_set_date(s->form, "date", s->today);
}

static void load(struct ui *ui, void *state, enum load why)
{
    struct record *s = state;
    struct customer_get_in customer = {0};
    struct document_list_in in = {0};
    (void)why;
    if (s->unknown) /* what is asked again has to be the same */
        return;
    GIVE(customer_get_in, &customer, customer, s->customer);
    ui_ask(ui, CUSTOMER, OPNO_customer_get, &customer);
    GIVE(document_list_in, &in, customer, s->customer);
    GIVE(document_list_in, &in, status, STATUS_UNPAID);
    GIVE(document_list_in, &in, sort, SORT_DUE);
    GIVE(document_list_in, &in, limit, PARTS);
    ui_ask(ui, INVOICES, OPNO_invoice_list, &in);
}

static struct money whole_of(const struct record *s)
{
    struct money typed = money_of(form_amount(s->form, "amount"), s->currency);
    return typed.amount ? typed : recording_sum(s);
}

/* --- answers */

static void ask_despite(struct ui *ui, const struct refusal *why);

static void recorded(struct ui *ui, struct record *s, const struct reply *r)
{
    char credit[SHOW_TEXT];
    if (r->code == ERR_OFFLINE && strcmp(r->why->detail, CLIENT_NOT_SENT) != 0) {
        s->unknown = true;
        ui_status(ui, "Outcome unknown: do not record it anew. F2 asks again, and it is recorded once.");
        return;
    }
    if (r->code == ERR_ID_REUSED) {
        ui_toast(ui, TONE_INFO, "It was recorded the first time.");
        s->touched = false;
        form_kept(s->form);
        ui_pop(ui);
        book_open(ui, &book_payments, 0);
        return;
    }
    if (r->code != OK) { /* an answer: nothing was recorded under that id */
        s->has_id = s->unknown = false;
        ui_status(ui, "%s", "");
        if (r->code == ERR_OVERPAID || r->code == ERR_STATE)
            ui_reload(ui); /* somebody paid meanwhile */
    }
    if (r->code == ERR_PENDING) {
        ask_despite(ui, r->why);
        return;
    }
    if (ui_refused(ui, r))
        return;
    const struct payment_record_out *out = r->out;
    const struct payment *p = out->payment;
    form_kept(s->form);
    s->touched = false;
    if (out->credit.amount)
        ui_toast(ui, TONE_INFO, "%s is recorded. If the payment by card succeeds, %s becomes credit.",
                 show_text(p->number), show_money(credit, out->credit));
    else
        ui_toast(ui, TONE_GOOD, "%s is recorded.", show_text(p->number));
    const uint64_t made = p->id;
    ui_pop(ui);
    book_open(ui, &book_payment, made);
}

static void reply(struct ui *ui, void *state, int tag, const struct reply *r)
{
    struct record *s = state;
    if (tag == RECORD) {
        recorded(ui, s, r);
        return;
    }
    if (ui_refused(ui, r))
        return;
    if (tag == CUSTOMER) {
        const struct customer *c = ((const struct customer_get_out *)r->out)->customer;
        snprintf(s->name, sizeof s->name, "%s", show_text(c->name));
        snprintf(s->currency, sizeof s->currency, "%s", show_text(c->currency));
        form_currency(s->form, "amount", s->currency);
        ui_title(ui, "Payment of %s", s->name);
    } else {
        s->page = r->out;
        recording_took_invoices(s);
    }
}

static void event(struct ui *ui, void *state, const struct event *e)
{
    const struct record *s = state;
    if (e->customer == s->customer && staff_event_moves_money(e) && !ui_waiting(ui, RECORD))
        load(ui, state, LOAD_AGAIN);
}

/* --- drawing */

static void draw_sums(const struct record *s, const struct canvas *c, int y)
{
    struct money sum = recording_sum(s), whole = whole_of(s), over = whole;
    char text[SHOW_TEXT], line[200];
    int right = c->columns - 2;
    over.amount -= sum.amount;
    canvas_rule(c, y, right - 46, 46);
    canvas_text(c, y + 1, right - 46, STYLE_PLAIN, "For these invoices");
    canvas_money(c, y + 1, right, STYLE_PLAIN, sum, true);
    if (over.amount < 0) {
        over.amount = -over.amount;
        snprintf(line, sizeof line, "The invoices are %s more than the amount.", show_money(text, over));
        canvas_text(c, y + 2, 2, STYLE_BAD, line);
        return;
    }
    if (over.amount > 0) {
        canvas_text(c, y + 2, right - 46, STYLE_PLAIN, "Credit for later");
        canvas_money(c, y + 2, right, STYLE_PLAIN, over, false);
    }
    canvas_text(c, y + 3, right - 46, STYLE_BOLD, "Payment");
    canvas_money(c, y + 3, right, STYLE_BOLD, whole, true);
}

static void draw(const void *state, struct canvas *c)
{
    const struct record *s = state;
    int form = form_height(s->form, c->columns), sums = 4;
    struct canvas top = canvas_part(c, 0, 0, form, c->columns);
    form_draw(s->form, &top);
    canvas_rule(c, form, 0, c->columns);
    int want = (int)s->n + 1, room = c->rows - form - 1 - sums;
    want = want < 2 ? 2 : want;
    int rows = want < room ? want : room > 2 ? room : 2;
    struct canvas list = canvas_part(c, form + 1, 0, rows, c->columns);
    list_draw(s->list, &list);
    draw_sums(s, c, form + 1 + rows);
}

/* --- keys */

/* despite: that payments by card are pending on these invoices is known. */
static void send_it(struct ui *ui, struct record *s, bool despite)
{
    struct payment_record_in in = {0};
    struct allocation parts[PARTS] = {0};
    struct allocation_list list = {0, parts};
    int64_t typed = form_amount(s->form, "amount");
    GIVE(payment_record_in, &in, customer, s->customer);
    if (despite)
        GIVE(payment_record_in, &in, despite_pending, true);
    GIVE(payment_record_in, &in, date, form_date(s->form, "date"));
    GIVE(payment_record_in, &in, mode, modes[form_choice(s->form, "mode")]);
    GIVE(payment_record_in, &in, reference, form_text(s->form, "reference"));
    GIVE(payment_record_in, &in, notes, form_text(s->form, "notes"));
    if (typed)
        GIVE(payment_record_in, &in, amount, money_of(typed, s->currency));
    for (size_t i = 0; i < s->n; i++)
        if (s->parts[i].amount.amount) {
            struct allocation *a = &parts[list.n++];
            GIVE(allocation, a, invoice, s->parts[i].invoice);
            GIVE(allocation, a, amount, s->parts[i].amount);
        }
    if (list.n)
        GIVE(payment_record_in, &in, parts, list);
    ui_ask_with(
        ui,
        &(struct ask){
            .tag = RECORD, .op = op_at(OPNO_payment_record), .in = &in, .id = s->id, .busy = "Recording…"});
}

static void record_done(struct ui *ui, void *state, const struct said *said)
{
    struct record *s = state;
    (void)said;
    s->despite = s->unknown && s->despite; /* what is asked again has to be the same */
    send_it(ui, s, s->despite);
}

static void despite_done(struct ui *ui, void *state, const struct said *said)
{
    struct record *s = state;
    (void)said;
    if (!s->has_id)
        ui_id(ui, s->id);
    s->has_id = s->despite = true;
    send_it(ui, s, true);
}

/* The server says what is pending, and what of it would become credit: recorded only if that is meant. */
static void ask_despite(struct ui *ui, const struct refusal *why)
{
    char text[sizeof why->detail + 80];
    snprintf(text, sizeof text, "%s.\n\nNothing has been recorded yet.", why->detail);
    ui_confirm(ui, "A payment by card is pending", text, "Record all the same", despite_done);
}

static void review(struct ui *ui, struct record *s)
{
    char text[800], amount[SHOW_TEXT], day[DATE_TEXT], yes[SHOW_TEXT + 16];
    struct money sum = recording_sum(s), whole = whole_of(s), over = whole;
    over.amount -= sum.amount;
    if (!s->has_id)
        ui_id(ui, s->id);
    s->has_id = true;
    size_t n = (size_t)snprintf(text, sizeof text, "From     %s\nOn       %s, by %s\nAmount   %s\n", s->name,
                                date_short(day, form_date(s->form, "date")), form_text(s->form, "mode"),
                                show_money(amount, whole));
    for (size_t i = 0, shown = 0; i < s->page->rows.n && i < PARTS && n < sizeof text; i++) {
        const struct document_row *d = &s->page->rows.v[i];
        const struct part *p = recording_part(s, d->id);
        if (!p || !p->amount.amount || ++shown > 6)
            continue;
        n += (size_t)snprintf(text + n, sizeof text - n, "\n%-12s %s%s", show_text(d->number),
                              show_money(amount, p->amount),
                              p->amount.amount < p->due.amount ? " (a part)" : "");
    }
    if (over.amount && n < sizeof text)
        snprintf(text + n, sizeof text - n, "\nCredit       %s", show_money(amount, over));
    snprintf(yes, sizeof yes, "Record %s", show_money(amount, whole));
    ui_confirm(ui, "Record this payment?", text, yes, record_done);
}

static void run_record(struct ui *ui, void *state)
{
    struct record *s = state;
    if (!s->page || !*s->currency)
        return;
    if (!form_check(s->form)) {
        ui_focus(ui, s->form);
        return;
    }
    if (form_date(s->form, "date") > s->today)
        form_error(s->form, "date", "That is in the future.");
    else if (whole_of(s).amount <= 0)
        ui_toast(ui, TONE_BAD, "Type an amount, or mark invoices below: Tab goes there, Space marks.");
    else if (whole_of(s).amount < recording_sum(s).amount)
        ui_toast(ui, TONE_BAD, "The invoices are more than the amount.");
    else
        review(ui, s);
}

static void submit(struct ui *ui, void *state, struct form *form)
{
    (void)form;
    run_record(ui, state);
}

static void changed(struct ui *ui, void *state, struct form *form)
{
    struct record *s = state;
    (void)ui;
    (void)form;
    if (!s->unknown)
        s->has_id = false;
}

static bool unsaved(const void *state)
{
    return ((const struct record *)state)->touched;
}

static const struct key_row keys[] = {
    {.key = K_F0 + 2, .action = "record", .help = "Review it, then record it", .run = run_record},
    {.key = K_TAB, .action = "next field", .help = "The next field, then the invoices"},
    {.key = ' ',
     .action = "settle",
     .help = "This invoice in full, or not at all",
     .possible = recording_has_row},
    {.key = K_ENTER,
     .action = "part",
     .help = "How much of it",
     .possible = recording_has_row,
     .run = recording_run_amount},
    {0}};

static const struct screen screen_staff_record = {.name = "staff.record",
                                                  .title = "Payment",
                                                  .state_size = sizeof(struct record),
                                                  .open = open,
                                                  .load = load,
                                                  .reply = reply,
                                                  .event = event,
                                                  .draw = draw,
                                                  .key = recording_key,
                                                  .submit = submit,
                                                  .changed = changed,
                                                  .unsaved = unsaved,
                                                  .keys = keys};

void record_open(struct ui *ui, uint64_t customer, uint64_t invoice)
{
    struct record *s = ui_push(ui, &screen_staff_record, customer);
    s->first = invoice;
}
