/* Steps 4 and 5: the request is sent once, with the id that Review made, and again with that id for as long as its answer is
 * missing. The keyboard is locked until the outcome is known, or until it is known that it may take longer. */
#include "tui/customer/pay.h"
#include "tui/both/receipt.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { PAY, LOOK, ASK }; /* tags */
#define TICK_MS 1000
#define LOOK_EVERY 2 /* ticks: is it settled? */
#define ASK_EVERY 10 /* ticks: have the gateway asked */
#define PATIENCE 8   /* ticks until one may leave a payment that is pending */

struct state {
    struct pay *pay;
    struct pay_try try;
    bool online;
    int ticks;
};

static void send_it(struct ui *ui, struct state *s)
{
    struct pay *p = s->pay;
    struct payment_pay_in in = {0};
    struct pay_card card = {form_text(p->card, "card_number"), form_text(p->card, "card_expiry"),
                            form_text(p->card, "card_code"), form_text(p->card, "card_name")};
    pay_request(p, &card, ui_arena(ui), &in);
    ui_ask_with(ui, &(struct ask){.tag = PAY, .op = op_at(OPNO_payment_pay), .in = &in, .id = p->id});
}

static void look(struct ui *ui, struct state *s)
{
    struct payment_get_in in = {0};
    if (!s->try.id || ui_waiting(ui, LOOK))
        return;
    GIVE(payment_get_in, &in, payment, s->try.id);
    ui_ask(ui, LOOK, OPNO_payment_get, &in);
}

static void tick(struct ui *ui, void *state)
{
    struct state *s = state;
    struct payment_settle_in in = {0};
    if (s->try.over)
        return;
    s->ticks++;
    s->online = ui_online(ui);
    if (pay_send_again(&s->try, s->online) && !ui_waiting(ui, PAY))
        send_it(ui, s);
    if (s->try.id && s->ticks % LOOK_EVERY == 0)
        look(ui, s);
    if (s->try.id && s->ticks % ASK_EVERY == 0) {
        GIVE(payment_settle_in, &in, payment, s->try.id);
        ui_ask(ui, ASK, OPNO_payment_settle, &in);
    }
    ui_after(ui, TICK_MS, tick);
}

static void load(struct ui *ui, void *state, enum load why)
{
    struct state *s = state;
    if (why == LOAD_FIRST) {
        s->online = true;
        send_it(ui, s);
        ui_after(ui, TICK_MS, tick);
    } else if (!s->try.over) {
        look(ui, s);
    }
}

/* The card has done its work. */
static void wipe(struct state *s)
{
    form_set(s->pay->card, "card_number", "");
    form_set(s->pay->card, "card_code", "");
    form_focus(s->pay->card, "card_number");
}

static void heard(struct state *s, const struct payment *p)
{
    pay_heard(&s->try, p);
    if (s->try.over)
        wipe(s);
}

/* Under its field on the method's screen, which is two below. */
static void back_to_card(struct ui *ui, struct state *s, const struct reply *r)
{
    struct form *card = s->pay->card;
    struct refusal why = *r->why;
    pay_leave(ui, 2);
    form_refuse(card, &why);
}

static void reply(struct ui *ui, void *state, int tag, const struct reply *r)
{
    struct state *s = state;
    if (s->try.over)
        return;
    if (tag == PAY && r->code == OK)
        heard(s, ((const struct payment_pay_out *)r->out)->payment);
    else if (tag == PAY && pay_not_made(&s->try, r->code, r->why))
        back_to_card(ui, s, r);
    else if (tag == LOOK && r->code == OK)
        heard(s, ((const struct payment_get_out *)r->out)->payment);
}

static void event(struct ui *ui, void *state, const struct event *e)
{
    struct state *s = state;
    if (!s->try.over && s->try.id && e->subject == SUBJECT_PAYMENT && (uint64_t)e->about == s->try.id)
        look(ui, s);
}

/* --- drawing */

static void draw_waiting(const struct state *s, const struct canvas *c)
{
    char total[SHOW_TEXT];
    int width = c->columns - 6;
    canvas_print(c, 2, 3, STYLE_BOLD, "Paying %s to %s", show_money(total, s->pay->total),
                 s->pay->me->business);
    canvas_print(c, 3, 3, STYLE_DIM, "%s · %d s", s->pay->method, s->ticks);
    if (!s->try.id && (s->try.unknown || !s->online)) {
        canvas_text(c, 5, 3, STYLE_BAD, PAY_UNKNOWN);
        canvas_wrap(
            c, 6, 3, width, 4, STYLE_PLAIN,
            "The connection was lost after the payment was sent. As soon as it is back, the same payment is "
            "asked "
            "about; it can not be made twice. You may also leave: if it was made, it stands under Payments.");
    } else if (s->ticks >= PATIENCE) {
        canvas_text(c, 5, 3, STYLE_WARN, "Outcome unknown: do not pay again, we are asking the gateway.");
        canvas_wrap(c, 6, 3, width, 4, STYLE_PLAIN,
                    "It may take a while. You can wait here or leave: the payment stands under Payments as "
                    "pending and "
                    "settles by itself.");
    } else {
        canvas_text(c, 5, 3, STYLE_PLAIN,
                    s->try.id ? "The gateway has it. Waiting for its answer …"
                              : "Please wait. Keys do nothing until it is done.");
    }
    canvas_cursor(c, 5, 3);
}

static void draw_refused(const struct state *s, const struct canvas *c)
{
    canvas_text(c, 2, 3, STYLE_BAD, "Not paid");
    int y = 3 + canvas_wrap(c, 3, 3, c->columns - 6, 5, STYLE_PLAIN, s->try.refused);
    canvas_text(c, y + 1, 3, STYLE_PLAIN, "Nothing was charged.");
    canvas_text(c, y + 3, 3, STYLE_REVERSE, "[ Back to the invoices ]");
    canvas_cursor(c, y + 3, 5);
}

static void draw(const void *state, struct canvas *c)
{
    const struct state *s = state;
    pay_steps(s->pay, c, s->try.over ? PAY_RECEIPT : PAY_PROCESSING);
    if (*s->try.refused) {
        draw_refused(s, c);
    } else if (!s->try.over) {
        draw_waiting(s, c);
    } else {
        bool paid = s->try.payment->state == PAY_SUCCEEDED;
        struct canvas part = canvas_part(c, 2, 0, c->rows - 3, c->columns);
        int y = 3 + receipt_draw_in(s->try.payment, s->pay->me, s->pay->today, &part);
        y = y < c->rows ? y : c->rows - 1;
        canvas_text(c, y, 2, STYLE_REVERSE, paid ? "[ Done ]" : "[ Try another card ]");
        canvas_cursor(c, y, 4);
        if (paid)
            canvas_text(c, y, 14, STYLE_DIM, "Thank you. The receipt stays under Payments.");
    }
}

/* --- keys */

static bool may_leave(const struct state *s)
{
    return s->try.over || (s->try.id && s->ticks >= PATIENCE) || (!s->try.id && s->try.unknown);
}

static bool key(struct ui *ui, void *state, const struct key *k)
{
    struct state *s = state;
    bool enter = k->code == K_ENTER && s->try.over, back = k->code == K_ESC || k->code == 'q';
    if (!may_leave(s))
        return true;
    if (!enter && !back)
        return k->code != '?' && k->code != 'Q';
    if (!s->try.over)
        wipe(s);
    if (*s->try.refused) {
        pay_leave(ui, 3);
        ui_reload(ui);
    } else if (enter && s->try.payment->state == PAY_FAILED) {
        pay_leave(ui, 2);
    } else {
        pay_leave(ui, 4);
    }
    return true;
}

static const char *locked(const struct ui *ui, const void *state)
{
    (void)ui;
    return may_leave(state) ? NULL : "Wait until the outcome is known.";
}

static const struct key_row keys[] = {
    {.key = K_ENTER, .action = "go on", .help = "Done, or try again", .possible = locked},
    {.key = K_ESC, .action = "leave", .help = "Back to where you came from", .possible = locked},
    {0}};

const struct screen screen_pay_processing = {.name = "customer.pay.processing",
                                             .state_size = sizeof(struct state),
                                             .load = load,
                                             .reply = reply,
                                             .event = event,
                                             .draw = draw,
                                             .key = key,
                                             .keys = keys};
