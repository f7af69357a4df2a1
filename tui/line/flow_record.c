/* Staff record a payment that arrived by hand, on one invoice (E10). What is over its balance becomes credit. */
#include "common/date.h"
#include "common/number.h"
#include "tui/line/flow.h"
#include <string.h>

/* Asks until the answer can be read; the person is told what is wrong with it. */
static enum turn ask_amount(struct talk *t, const char *initial, struct money *amount)
{
    char typed[48];
    struct refusal why;
    for (;;) {
        enum turn turn =
            talk_ask(t, &(struct talk_prompt){.label = "Amount", .initial = initial}, typed, sizeof typed);
        if (turn != TURN_ON)
            return turn;
        if (number_read_money(typed, amount->currency, "", &amount->amount, &why) != OK)
            talk_say(t, "%s", why.detail);
        else if (amount->amount <= 0)
            talk_say(t, "Write an amount of more than nothing, as 100.00.");
        else
            return TURN_ON;
    }
}

static enum turn ask_day(struct talk *t, int32_t *day)
{
    char typed[48], today[DATE_TEXT];
    struct refusal why;
    for (;;) {
        enum turn turn =
            talk_ask(t, &(struct talk_prompt){.label = "Day", .initial = date_plain(today, talk_today(t))},
                     typed, sizeof typed);
        if (turn != TURN_ON || date_read(typed, talk_today(t), "", day, &why) == OK)
            return turn;
        talk_say(t, "%s", why.detail);
    }
}

/* How it was paid, when, how much, under which reference: into the request. */
static enum turn ask_facts(struct talk *t, const struct document *d, struct payment_record_in *in)
{
    const struct enum_table *modes = enum_pay_mode();
    const char *names[16];
    char amount[MONEY_TEXT], reference[401];
    size_t n = 0, chosen = 0;
    struct money paid = d->balance;
    int32_t day = 0;
    for (; n < modes->n && n < COUNT_OF(names); n++)
        names[n] = modes->values[n].help;
    money_plain(amount, d->balance.amount, currency_digits(d->balance.currency));
    enum turn turn = talk_choose(t, "How it was paid", names, n, &chosen);
    if (turn == TURN_ON)
        turn = ask_amount(t, amount, &paid);
    if (turn == TURN_ON)
        turn = ask_day(t, &day);
    if (turn == TURN_ON)
        turn = talk_ask(t, &(struct talk_prompt){.label = "Reference, may be empty", .optional = true},
                        reference, sizeof reference);
    if (turn != TURN_ON)
        return turn;
    GIVE(payment_record_in, in, mode, modes->values[chosen].value);
    GIVE(payment_record_in, in, amount, paid);
    GIVE(payment_record_in, in, date, day);
    if (*reference)
        GIVE(payment_record_in, in, reference, arena_text(talk_scratch(t), reference, strlen(reference)));
    return TURN_ON;
}

static void review(struct talk *t, const struct document *d, const struct payment_record_in *in)
{
    char amount[SHOW_TEXT], day[SHOW_TEXT];
    struct money over = {.amount = in->amount.amount - d->balance.amount};
    memcpy(over.currency, in->amount.currency, sizeof over.currency);
    talk_title(t, "Review. Nothing has been recorded yet.");
    talk_fact(t, "From", "%s", show_text(d->customer_name));
    talk_fact(t, "For", "%s", show_text(d->number));
    talk_fact(t, "Amount", "%s", show_money(amount, in->amount));
    if (over.amount > 0)
        talk_fact(t, "Of it credit, because it is more than is due", "%s", show_money(amount, over));
    talk_fact(t, "How", "%s", show_pay_mode(in->mode));
    talk_fact(t, "Day", "%s", date_short(day, in->date));
    talk_fact(t, "Reference", "%s", show_text(in->reference));
}

static void said(struct talk *t, const struct payment_record_out *out)
{
    char amount[SHOW_TEXT];
    talk_say(t, "Recorded: %s.", show_text(out->payment->number));
    if (out->credit.amount)
        talk_say(t, "If the payment by card succeeds, %s of it becomes credit.",
                 show_money(amount, out->credit));
}

/* Once, whatever the connection does: a try again has the same id. */
static enum turn record(struct talk *t, struct payment_record_in *in)
{
    uint8_t id[16];
    bool again = true;
    const void *out;
    ui_id(talk_ui(t), id);
    while (again) {
        enum err e = talk_try(t, TAG_ACT, OPNO_payment_record, in, id, &out);
        if (e == OK) {
            said(t, out);
            return TURN_AGAIN;
        }
        if (talk_ended(t))
            return TURN_END;
        talk_refused(t);
        if (e == ERR_PENDING) {
            enum turn turn = talk_word(t, "RECORD", "record it all the same");
            if (turn != TURN_ON)
                return turn;
            GIVE(payment_record_in, in, despite_pending, true);
            ui_id(talk_ui(t), id); /* nothing was recorded under the one before */
            continue;
        }
        if (e != ERR_OFFLINE)
            return TURN_BACK;
        enum turn turn = talk_confirm(t, &again, "Ask once more? It is recorded only once.");
        if (turn != TURN_ON)
            return turn;
    }
    return TURN_BACK;
}

enum turn flow_record(struct talk *t, const struct document *d)
{
    struct payment_record_in in = {0};
    struct allocation part = {0};
    enum turn turn = ask_facts(t, d, &in);
    if (turn != TURN_ON)
        return turn;
    struct money amount = in.amount.amount < d->balance.amount ? in.amount : d->balance;
    GIVE(allocation, &part, invoice, d->id);
    GIVE(allocation, &part, amount, amount);
    struct allocation_list parts = {.n = 1, .v = &part};
    GIVE(payment_record_in, &in, customer, d->customer);
    GIVE(payment_record_in, &in, parts, parts);
    review(t, d, &in);
    turn = talk_word(t, "RECORD", "record it");
    return turn == TURN_ON ? record(t, &in) : turn;
}
