/* Paying, with the rules of tui/customer/pay_rules.c: choose, card, review, one payment, its receipt. */
#include "proto/paper/paper.h"
#include "tui/customer/pay.h"
#include "tui/line/flow.h"
#include <string.h>

#define LOOK_MS 2000
#define ASK_EVERY 5 /* looks, then the gateway is asked */
#define PATIENCE 4  /* looks, then it is said that it may take a while */
#define GIVE_UP 150 /* looks: five minutes */

struct card {
    char number[24], expiry[8], code[5], name[101];
};

/* --- what is to be paid */

/* NULL after saying why not; until the next one is read. */
static const struct document_get_out *read_invoice(struct talk *t, uint64_t id)
{
    struct document_get_in in = {0};
    const void *out;
    GIVE(document_get_in, &in, id, id);
    GIVE(document_get_in, &in, peek, true);
    return talk_get(t, TAG_MORE, OPNO_invoice_get, &in, &out) ? out : NULL;
}

static bool load(struct talk *t, struct pay *p, const uint64_t *ids, size_t n)
{
    const void *out;
    if (!n) {
        if (!talk_get(t, TAG_MORE, OPNO_home_get, NULL, &out))
            return false;
        const struct home_get_out *home = out;
        pay_due_all(p, talk_scratch(t), home);
        if (home->ageing->count > (int64_t)p->n)
            talk_say(t, "More is due than fits one payment. The others come in a second one.");
        return true;
    }
    struct owed *due = arena_alloc(talk_scratch(t), n * sizeof *due);
    for (size_t i = 0; i < n; i++) {
        const struct document_get_out *invoice = read_invoice(t, ids[i]);
        if (!invoice)
            return false;
        due[i] = pay_due_of(talk_scratch(t), invoice->document);
    }
    pay_take(p, talk_scratch(t), due, n);
    return true;
}

static void say_due(struct talk *t, const struct pay *p)
{
    char due[SHOW_TEXT], amount[SHOW_TEXT], now[SHOW_TEXT];
    for (size_t i = 0; i < p->n; i++) {
        const struct owed *d = &p->due[i];
        show_due(due, DOC_INVOICE, d->status, d->day, p->today);
        bool part = d->in && d->amount.amount != d->due.amount;
        const char *why = pay_why_not(d);
        talk_say(t, "%zu. %s, %s%s%s%s%s%s%s%s", i + 1, d->number, show_money(amount, d->due),
                 *due ? ", " : "", due, d->in ? "" : ", not now", why ? ": " : "", why ? why : "",
                 part ? ", of it now " : "", part ? show_money(now, d->amount) : "");
    }
    talk_fact(t, "You pay", "%s for %zu of %zu invoices", show_money(amount, p->total), p->count, p->n);
}

static struct owed *due_named(struct pay *p, const char *name, size_t size)
{
    for (size_t i = 0; i < p->n; i++) {
        char number[24];
        snprintf(number, sizeof number, "%zu", i + 1);
        if ((strlen(number) == size && strncmp(number, name, size) == 0) ||
            (strlen(p->due[i].number) == size && strncmp(p->due[i].number, name, size) == 0))
            return &p->due[i];
    }
    return NULL;
}

/* "2": in or out; "2 100.00": a part of it. */
static void choose(struct talk *t, struct pay *p, const char *typed)
{
    size_t word = strcspn(typed, " ");
    const char *rest = typed + word + strspn(typed + word, " ");
    struct owed *d = due_named(p, typed, word);
    struct refusal why;
    if (!d)
        talk_say(t, "There is no such invoice. Type a number of the list.");
    else if (d->why)
        talk_say(t, "%s: %s.", d->number, d->why);
    else if (!*rest && !pay_toggle(p, d, &why))
        talk_say(t, "%s", why.detail);
    else if (!*rest)
        return;
    else if (!p->me->partial_payments)
        talk_say(t, "Invoices have to be paid in full here.");
    else if (!pay_part(p, d, rest, &why))
        talk_say(t, "%s", why.detail);
    pay_sum(p);
}

static enum turn select_due(struct talk *t, struct pay *p)
{
    char typed[100];
    for (;;) {
        say_due(t, p);
        enum turn turn = talk_ask(
            t,
            &(struct talk_prompt){.label = "Enter goes on; a number leaves one out or takes it in",
                                  .optional = true,
                                  .help = p->me->partial_payments
                                              ? "A number and an amount, as 2 100.00, pays a part of it."
                                              : NULL},
            typed, sizeof typed);
        if (turn != TURN_ON)
            return turn;
        if (*typed)
            choose(t, p, typed);
        else if (p->count)
            return TURN_ON;
        else
            talk_say(t, "Nothing is chosen.");
    }
}

/* What has to be said wherever a card is asked for. */
static void say_note(struct talk *t)
{
    const char *note = talk_me(t)->card_note;
    if (note && *note)
        talk_say(t, "%s", note);
}

static enum turn ask_card(struct talk *t, struct card *c)
{
    enum turn turn = talk_ask(t,
                              &(struct talk_prompt){.label = "Card number",
                                                    .check = pay_check_number,
                                                    .help = "As on the card. It is not kept."},
                              c->number, sizeof c->number);
    if (turn == TURN_ON)
        turn = talk_ask(t, &(struct talk_prompt){.label = "Expires, MM/YY", .check = pay_check_expiry},
                        c->expiry, sizeof c->expiry);
    if (turn == TURN_ON)
        turn = talk_ask(
            t,
            &(struct talk_prompt){.label = "Security code",
                                  .secret = true,
                                  .check = pay_check_code,
                                  .help = "Three digits on the back, or four on the front. It is not kept."},
            c->code, sizeof c->code);
    if (turn == TURN_ON)
        turn = talk_ask(t, &(struct talk_prompt){.label = "Name on card, may be empty", .optional = true},
                        c->name, sizeof c->name);
    return turn;
}

/* --- the review, and the one payment it may make */

static enum turn review(struct talk *t, struct pay *p)
{
    char amount[SHOW_TEXT], does[120];
    ui_id(talk_ui(t), p->id);
    talk_title(t, "Review. Nothing has been charged yet.");
    say_note(t);
    talk_fact(t, "To", "%s", p->me->business);
    talk_fact(t, "With", "%s", p->method);
    for (size_t i = 0; i < p->n; i++)
        if (p->due[i].in)
            talk_say(t, "Invoice %s: %s%s", p->due[i].number, show_money(amount, p->due[i].amount),
                     p->due[i].amount.amount != p->due[i].due.amount ? ", a part of it" : "");
    talk_fact(t, "You pay", "%s today, once", show_money(amount, p->total));
    snprintf(does, sizeof does, "pay %s", amount);
    return talk_word(t, "PAY", does);
}

static void look(struct talk *t, struct pay_try *try)
{
    struct payment_get_in in = {0};
    const void *out;
    GIVE(payment_get_in, &in, payment, try->id);
    if (talk_try(t, TAG_ACT, OPNO_payment_get, &in, NULL, &out) == OK)
        pay_heard(try, ((const struct payment_get_out *)out)->payment);
}

/* Until the outcome is known, or the person does not want to wait for it. */
static enum turn follow(struct talk *t, struct pay_try *try)
{
    struct payment_settle_in in = {0};
    for (int looks = 1; !try->over; looks++) {
        if (looks == PATIENCE)
            talk_say(t,
                     PAY_UNKNOWN " We are asking the gateway. back leaves: the payment settles by itself.");
        enum turn turn = talk_pause(t, LOOK_MS);
        if (turn == TURN_BACK || looks == GIVE_UP)
            talk_say(t, "It stands under payments as pending.");
        if (turn != TURN_ON || looks == GIVE_UP)
            return turn == TURN_END ? turn : TURN_BACK;
        if (looks % ASK_EVERY == 0) {
            GIVE(payment_settle_in, &in, payment, try->id);
            if (talk_try(t, TAG_ACT, OPNO_payment_settle, &in, NULL, NULL) != OK) {
                /* it is looked at again anyway */
            }
        }
        look(t, try);
    }
    return TURN_ON;
}

/* TURN_AGAIN: the card is what was wrong. */
static enum turn send_it(struct talk *t, struct pay *p, const struct card *c, struct pay_try *try)
{
    struct payment_pay_in in = {0};
    struct pay_card card = {c->number, c->expiry, c->code, c->name};
    const void *out;
    pay_request(p, &card, talk_scratch(t), &in);
    talk_say(t, "Paying. Please wait.");
    do {
        enum err e = talk_try(t, TAG_ACT, OPNO_payment_pay, &in, p->id, &out);
        if (e == OK)
            pay_heard(try, ((const struct payment_pay_out *)out)->payment);
        else if (pay_not_made(try, e, talk_why(t))) {
            talk_refused(t);
            return TURN_AGAIN;
        }
        if (try->unknown) {
            talk_say(t, PAY_UNKNOWN
                     " The connection was lost. The same payment is asked about when it is back; it can "
                     "not be made twice. If it was made, it stands under payments.");
            enum turn turn = talk_wait_online(t);
            if (turn != TURN_ON)
                return turn;
        }
    } while (pay_send_again(try, true));
    return talk_turn(t, TURN_ON);
}

static enum turn outcome(struct talk *t, const struct pay_try *try)
{
    if (*try->refused) {
        talk_say(t, "Not paid: %s", try->refused);
        talk_say(t, "Nothing was charged.");
        return TURN_BACK;
    }
    if (!try->payment)
        return TURN_BACK;
    say_payment(t, try->payment);
    if (try->payment->state == PAY_SUCCEEDED)
        talk_say(t, "Thank you. The receipt stays under payments.");
    return TURN_ON;
}

static enum turn pay_once(struct talk *t, struct pay *p)
{
    struct card card = {0};
    struct pay_try try = {0};
    enum turn turn = ask_card(t, &card);
    if (turn == TURN_ON) {
        pay_name_card(p->method, sizeof p->method, card.number, card.expiry);
        turn = review(t, p);
    }
    if (turn == TURN_ON)
        turn = send_it(t, p, &card, &try);
    explicit_bzero(&card, sizeof card);
    if (turn == TURN_ON && try.id && !try.over)
        turn = follow(t, &try);
    return turn == TURN_ON ? talk_turn(t, outcome(t, &try)) : turn;
}

/* All that can be paid that way; what can not be is named with the reason. */
static bool say_way(struct talk *t, const struct pay_way *way, struct pay *p)
{
    const void *out;
    enum err e = ERR_INVALID;
    while (e && p->count) {
        struct payment_begin_in in = {0};
        pay_begin(p, way->method, talk_scratch(t), &in);
        e = talk_try(t, TAG_MORE, OPNO_payment_begin, &in, NULL, &out);
        if (e && !pay_left_out(p, talk_scratch(t), talk_why(t))) {
            talk_refused(t);
            return false;
        }
    }
    const struct payment_begin_out *begun = e ? NULL : out;
    bool code = false;
    for (size_t i = 0; begun && i < begun->told.n; i++) {
        say_told(t, &begun->told.v[i]);
        code |= *show_text(begun->told.v[i].qr) != '\0';
    }
    for (size_t i = 0; i < p->n; i++)
        if (p->due[i].why)
            talk_say(t, "%s: %s.", p->due[i].number, p->due[i].why);
    if (code)
        talk_say(t, "For a QR code open the invoice and type qr.");
    return true;
}

enum turn flow_how_one(struct talk *t, uint64_t invoice)
{
    const struct document_get_out *out = read_invoice(t, invoice);
    struct page *p = page_open(talk_scratch(t));
    if (out)
        paper_paying(p, &(struct document_view){.doc = out->document, .me = talk_me(t), .told = &out->told});
    talk_page(t, p);
    return talk_turn(t, TURN_BACK);
}

enum turn flow_how(struct talk *t, void *ctx)
{
    const void *out;
    const struct pay_way_list *ways = &talk_me(t)->ways;
    (void)ctx;
    if (!talk_get(t, TAG_HOME, OPNO_home_get, NULL, &out))
        return talk_turn(t, TURN_BACK);
    const struct home_get_out *home = out;
    if (!home->due.n)
        talk_say(t, "Nothing is due. Thank you.");
    for (size_t i = 0; i < ways->n && home->due.n; i++) {
        struct pay p = {.me = talk_me(t), .today = talk_today(t)};
        pay_elsewhere_all(&p, talk_scratch(t), home);
        if (!say_way(t, &ways->v[i], &p))
            break;
    }
    return talk_turn(t, TURN_BACK);
}

enum turn flow_pay(struct talk *t, const uint64_t *ids, size_t n)
{
    struct pay p = {.me = talk_me(t), .today = talk_today(t)};
    enum turn turn;
    if (!load(t, &p, ids, n))
        return talk_turn(t, TURN_BACK);
    if (!p.n) {
        talk_say(t, "Nothing is due. Thank you.");
        return TURN_BACK;
    }
    talk_title(t, "Pay. Nothing is charged before you have heard the review.");
    say_note(t);
    turn = select_due(t, &p);
    if (turn != TURN_ON)
        return turn;
    do
        turn = pay_once(t, &p);
    while (turn == TURN_AGAIN);
    return turn;
}
