/* Step 3: everything that counts on one page, and the only button that charges. */
#include "tui/customer/pay.h"
#include <stdio.h>
#include <string.h>

struct state {
    struct pay *pay;
    bool on_pay; /* the focus; it begins on Cancel */
};

void pay_push(struct ui *ui, const struct screen *step, struct pay *pay)
{
    struct pay **state = ui_push(ui, step, 0);
    *state = pay;
}

void pay_leave(struct ui *ui, int screens)
{
    while (screens-- > 0)
        ui_pop(ui);
}

static void open(struct ui *ui, void *state, uint64_t subject)
{
    (void)ui;
    (void)state;
    (void)subject;
}

/* The id is made here and not later: whatever is sent from this review is one and the same payment. */
static void load(struct ui *ui, void *state, enum load why)
{
    struct state *s = state;
    if (why == LOAD_FIRST)
        ui_id(ui, s->pay->id);
}

#define NUMBER 15      /* where the invoices' numbers begin */
#define LEAST_NUMBER 8 /* columns of them */
#define AMOUNT 48      /* where the amounts end, unless they are wider */

/* The whole payment is its widest amount: part payments are not negative. */
static int amounts_end(const struct pay *p)
{
    int end = NUMBER + LEAST_NUMBER + 2 + canvas_money_width(p->total, true);
    return end > AMOUNT ? end : AMOUNT;
}

int pay_rows(const struct pay *p, const struct canvas *c, int y, int most)
{
    int from = y, end = amounts_end(p);
    size_t left = p->count;
    canvas_text(c, y, 3, STYLE_PLAIN, p->count == 1 ? "Invoice" : "Invoices");
    for (size_t i = 0; i < p->n; i++) {
        const struct owed *d = &p->due[i];
        char due[SHOW_TEXT], amount[SHOW_TEXT];
        if (!d->in)
            continue;
        if (y - from == most - 1 && left > 1) {
            canvas_print(c, y++, NUMBER, STYLE_DIM, "… and %zu more", left);
            break;
        }
        int before = canvas_number(c, y, end, STYLE_PLAIN, show_money(amount, d->amount));
        canvas_fit(c, y, NUMBER, before - 1 - NUMBER, STYLE_PLAIN, d->number);
        bool part = d->amount.amount != d->due.amount;
        canvas_text(c, y++, end + 3, d->status == STATUS_OVERDUE ? STYLE_BAD : STYLE_DIM,
                    part ? "a part of it" : show_due(due, DOC_INVOICE, d->status, d->day, p->today));
        left--;
    }
    return y - from;
}

static void draw(const void *state, struct canvas *c)
{
    const struct state *s = state;
    const struct pay *p = s->pay;
    char total[SHOW_TEXT];
    pay_steps(p, c, PAY_REVIEW);
    canvas_text(c, 2, 3, STYLE_PLAIN, "To");
    canvas_fit(c, 2, 15, c->columns - 16, STYLE_PLAIN, p->me->business);
    canvas_text(c, 3, 3, STYLE_PLAIN, "With");
    canvas_fit(c, 3, 15, c->columns - 16, STYLE_PLAIN, p->method);
    int y = 4 + pay_rows(p, c, 4, c->rows - 10) + 1;
    show_money(total, p->total);
    canvas_text(c, y, 3, STYLE_BOLD, "You pay");
    canvas_number(c, y, amounts_end(p), STYLE_BOLD, total);
    canvas_text(c, y, amounts_end(p) + 3, STYLE_PLAIN, "today, once");
    y += 2;
    int buttons = 10 + 4 + 10 + canvas_money_width(p->total, true),
        from = NUMBER + buttons < c->columns ? NUMBER : 3;
    int x = canvas_text(c, y, from, s->on_pay ? STYLE_PLAIN : STYLE_REVERSE, "[ Cancel ]") + 4, pay = x;
    canvas_print(c, y, x, s->on_pay ? STYLE_REVERSE : STYLE_PLAIN, "[ Pay %s ]", total);
    canvas_cursor(c, y, s->on_pay ? pay + 2 : from + 2);
    canvas_text(c, c->rows - 1, 3, STYLE_DIM, "Nothing has been charged yet.");
}

static bool key(struct ui *ui, void *state, const struct key *k)
{
    struct state *s = state;
    switch (k->code) {
    case K_TAB:
    case K_BACK_TAB: s->on_pay = !s->on_pay; return true;
    case K_LEFT: s->on_pay = false; return true;
    case K_RIGHT: s->on_pay = true; return true;
    case K_ENTER: break;
    default: return false;
    }
    if (s->on_pay)
        pay_push(ui, &screen_pay_processing, s->pay);
    else
        pay_leave(ui, 1);
    return true;
}

static const struct key_row keys[] = {{.key = K_TAB, .action = "move", .help = "Between Cancel and Pay"},
                                      {.key = K_ENTER, .action = "choose", .help = "Do what is marked"},
                                      {.key = K_ESC, .action = "back to method", .help = "Back to the card"},
                                      {0}};

const struct screen screen_pay_review = {.name = "customer.pay.review",
                                         .state_size = sizeof(struct state),
                                         .open = open,
                                         .load = load,
                                         .draw = draw,
                                         .key = key,
                                         .keys = keys};
