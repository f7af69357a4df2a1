/* What a customer's contact person can do: the main menu, home, account. */
#include "common/date.h"
#include "tui/line/flow.h"
#include "tui/line/talk_book.h"
#include "tui/portal/books.h"
#include <inttypes.h>
#include <string.h>

enum turn flow_home(struct talk *t, void *ctx)
{
    const void *out;
    char amount[SHOW_TEXT], day[SHOW_TEXT];
    (void)ctx;
    if (!talk_get(t, TAG_HOME, OPNO_home_get, NULL, &out))
        return talk_turn(t, TURN_BACK);
    const struct home_get_out *h = out;
    talk_title(t, "Home, %s", show_text(talk_me(t)->customer_name));
    talk_quote(t, "Message", h->banner);
    say_owed(t, "You owe", h->ageing);
    if (h->credit.amount)
        talk_fact(t, "Credit", "%s, not set against any invoice", show_money(amount, h->credit));
    if (h->last_payment)
        talk_fact(t, "Last payment", "%s, %s", show_money(amount, h->last_payment->amount),
                  date_short(day, h->last_payment->date));
    if (h->due.n && talk_me(t)->card)
        talk_fact(t, "Paying by card", "%s", show_text(talk_me(t)->card_note));
    if (h->due.n && talk_me(t)->ways.n)
        talk_fact(t, "How to pay elsewhere", "type how in the main menu");
    else if (h->due.n && !talk_me(t)->card && talk_me(t)->transfer)
        talk_fact(t, "Pay by bank transfer", "to %s, quoting the number of the invoice",
                  show_text(h->business->bank));
    else if (h->due.n && !talk_me(t)->card)
        talk_fact(t, "How to pay", "please ask %s%s%s%s%s", show_text(h->business->name),
                  *show_text(h->business->email) ? ", " : "", show_text(h->business->email),
                  *show_text(h->business->phone) ? ", " : "", show_text(h->business->phone));
    talk_fact(t, "Estimates to approve", "%" PRId64, h->estimates_open);
    for (size_t i = 0; i < h->estimates.n; i++) {
        const struct document_row *d = &h->estimates.v[i];
        talk_say(t, "To approve: %s, %s, %s", show_text(d->number), show_money(amount, d->total),
                 show_due(day, d->kind, d->status, d->due, talk_today(t)));
    }
    for (size_t i = 0; i < h->due.n && i < 10; i++) {
        const struct document_due *d = &h->due.v[i];
        talk_say(t, "To pay: %s, %s, %s", show_text(d->number), show_money(amount, d->balance),
                 show_due(day, d->kind, d->status, d->due, talk_today(t)));
    }
    if (h->unread)
        talk_fact(t, "Unread on the bell", "%" PRId64, h->unread);
    talk_fact(t, "Contact of the business", "%s%s%s", show_text(h->business->email),
              h->business->phone && *h->business->phone ? ", " : "", show_text(h->business->phone));
    return TURN_BACK;
}

/* --- account */

struct account {
    struct customer *company; /* copied for editing: lives in TAG_LIST's answer */
};

static bool show_account(struct talk *t, void *ctx)
{
    struct account *a = ctx;
    const struct me *me = talk_me(t);
    const void *out;
    if (!talk_get(t, TAG_LIST, OPNO_customer_get, NULL, &out))
        return false;
    const struct customer_get_out *c = out;
    a->company = c->customer;
    talk_title(t, "Account");
    talk_fact(t, "You", "%s", me->name);
    talk_fact(t, "Your e-mail", "%s", me->email);
    talk_fact(t, "Your phone", "%s", me->phone);
    talk_fact(t, "Customer", "%s", show_text(c->customer->name));
    talk_fact(t, "Company", "%s", show_text(c->customer->company));
    talk_fact(t, "E-mail of the company", "%s", show_text(c->customer->email));
    talk_fact(t, "Phone of the company", "%s", show_text(c->customer->phone));
    talk_fact(t, "Web site", "%s", show_text(c->customer->website));
    talk_fact(t, "Tax id", "%s", show_text(c->customer->tax_id));
    say_address(t, "Billing address", c->customer->billing);
    say_address(t, "Shipping address", c->customer->shipping);
    for (size_t i = 0; i < c->contacts.n; i++) {
        const struct contact *p = &c->contacts.v[i];
        talk_say(t, "Contact person: %s%s%s%s%s", show_text(p->name), p->position && *p->position ? ", " : "",
                 show_text(p->position), p->email && *p->email ? ", " : "", show_text(p->email));
    }
    return true;
}

static enum turn ask_field(struct talk *t, const char *label, const char **value, size_t most, bool must)
{
    char buffer[1000];
    enum turn turn = talk_ask(t,
                              &(struct talk_prompt){.label = label,
                                                    .initial = show_text(*value),
                                                    .optional = !must,
                                                    .help = "Enter keeps what stands in brackets."},
                              buffer, most < sizeof buffer ? most : sizeof buffer);
    if (turn == TURN_ON)
        *value = arena_text(talk_scratch(t), buffer, strlen(buffer));
    return turn;
}

static enum turn ask_address(struct talk *t, const char *which, struct address **address)
{
    struct address *a = arena_alloc(talk_scratch(t), sizeof *a), *was = *address;
    struct {
        const char *name, *label;
        const char **value, *old;
        size_t most;
    } parts[] = {{"attention", "attention", &a->attention, was ? was->attention : "", 481},
                 {"street", "street", &a->street, was ? was->street : "", 801},
                 {"street2", "second line", &a->street2, was ? was->street2 : "", 801},
                 {"code", "postal code", &a->code, was ? was->code : "", 121},
                 {"city", "city", &a->city, was ? was->city : "", 401},
                 {"state", "region", &a->state, was ? was->state : "", 401},
                 {"country", "country", &a->country, was ? was->country : "", 401},
                 {"phone", "phone", &a->phone, was ? was->phone : "", 241}};
    for (size_t i = 0; i < COUNT_OF(parts); i++) {
        char label[80];
        snprintf(label, sizeof label, "%s %s", which, parts[i].label);
        *parts[i].value = show_text(parts[i].old);
        enum turn turn = ask_field(t, label, parts[i].value, parts[i].most, false);
        if (turn != TURN_ON)
            return turn;
        shape_give(shape_address(), &a->head, parts[i].name);
    }
    *address = a;
    return TURN_ON;
}

static const char *may_edit(struct talk *t, const void *ctx)
{
    (void)ctx;
    return talk_me(t)->customers_edit ? NULL : "The business does not allow it.";
}

static enum turn run_company(struct talk *t, void *ctx)
{
    const struct customer *c = ((struct account *)ctx)->company;
    struct customer_edit_own_in in = {0};
    struct address *billing = c->billing, *shipping = c->shipping;
    const char *phone = show_text(c->phone), *website = show_text(c->website);
    enum turn turn = ask_field(t, "Phone", &phone, 241, false);
    if (turn == TURN_ON)
        turn = ask_field(t, "Web site", &website, 801, false);
    if (turn == TURN_ON)
        turn = ask_address(t, "Billing", &billing);
    if (turn == TURN_ON)
        turn = ask_address(t, "Shipping", &shipping);
    if (turn != TURN_ON)
        return turn;
    GIVE(customer_edit_own_in, &in, revision, c->revision);
    GIVE(customer_edit_own_in, &in, phone, phone);
    GIVE(customer_edit_own_in, &in, website, website);
    GIVE(customer_edit_own_in, &in, billing, billing);
    GIVE(customer_edit_own_in, &in, shipping, shipping);
    enum err e = talk_try(t, TAG_ACT, OPNO_customer_edit_own, &in, NULL, NULL);
    if (e == OK)
        talk_say(t, "Saved. %s sees the change.", talk_me(t)->business);
    else if (e == ERR_STALE)
        talk_say(t,
                 "Somebody changed these details meanwhile. Nothing was saved; look and change them again.");
    else
        talk_refused(t);
    return talk_turn(t, e == OK || e == ERR_STALE ? TURN_AGAIN : TURN_BACK);
}

enum turn flow_you(struct talk *t, void *ctx)
{
    struct account_update_in in = {0};
    const char *name = talk_me(t)->name, *phone = talk_me(t)->phone;
    const void *out;
    (void)ctx;
    enum turn turn = ask_field(t, "Your name", &name, 481, true);
    if (turn == TURN_ON)
        turn = ask_field(t, "Your phone", &phone, 241, false);
    if (turn != TURN_ON)
        return turn;
    GIVE(account_update_in, &in, name, name);
    GIVE(account_update_in, &in, phone, phone);
    if (!talk_get(t, TAG_ACT, OPNO_account_update, &in, &out))
        return talk_turn(t, TURN_BACK);
    client_know(talk_ui(t), ((const struct account_update_out *)out)->me);
    talk_say(t, "Saved.");
    return TURN_AGAIN;
}

static const char *may_switch(struct talk *t, const void *ctx)
{
    (void)ctx;
    return client_choices(talk_ui(t))->n > 1 ? NULL : "You are a contact person of one customer only.";
}

static const struct deed account_deeds[] = {
    {.name = "you", .help = "Change your name and phone", .op = OPNO_account_update, .run = flow_you},
    {.name = "company",
     .help = "Change the company's phone, web site and addresses",
     .op = OPNO_customer_edit_own,
     .possible = may_edit,
     .run = run_company},
    {.name = "password",
     .help = "Change your password",
     .op = OPNO_password_change,
     .run = flow_change_password},
    {.name = "factor",
     .help = "Your sign-in at a glance: second factor, backup codes",
     .op = OPNO_mfa_show,
     .run = talk_book_deed,
     .arg = &book_sign_in},
    {.name = "keys",
     .help = "SSH keys that sign you in",
     .op = OPNO_key_list,
     .run = talk_book_deed,
     .arg = &book_keys},
    {.name = "sessions",
     .help = "Where you are signed in",
     .op = OPNO_session_list,
     .run = talk_book_deed,
     .arg = &book_sessions},
    {.name = "switch",
     .help = "Go on for another customer",
     .op = OPNO_session_switch,
     .possible = may_switch,
     .run = flow_switch},
    {0}};

enum turn flow_account(struct talk *t, void *ctx)
{
    struct account a = {0};
    (void)ctx;
    return talk_menu(t, "Account", account_deeds, show_account, &a);
}

bool flow_by_card(struct talk *t)
{
    return talk_me(t)->card;
}

bool flow_elsewhere(struct talk *t)
{
    return talk_me(t)->ways.n > 0;
}

static enum turn pay_all(struct talk *t, void *ctx)
{
    (void)ctx;
    return flow_pay(t, NULL);
}

const struct deed deeds_customer[] = {
    {.name = "home", .help = "What you owe and what waits for you", .op = OPNO_home_get, .run = flow_home},
    {.name = "estimates",
     .help = "Estimates: read, accept, decline",
     .op = OPNO_estimate_list,
     .run = flow_estimates},
    {.name = "invoices",
     .help = "Invoices: what is due, what was paid",
     .op = OPNO_invoice_list,
     .run = flow_invoices},
    {.name = "pay",
     .help = "Pay what is due",
     .op = OPNO_payment_pay,
     .run = pay_all,
     .offered = flow_by_card},
    {.name = "how",
     .help = "How to pay what is due elsewhere, such as at your bank",
     .op = OPNO_payment_begin,
     .run = flow_how,
     .offered = flow_elsewhere},
    {.name = "payments", .help = "Payments and receipts", .op = OPNO_payment_list, .run = flow_payments},
    {.name = "account",
     .help = "You and your company, password, keys, sessions",
     .op = OPNO_customer_get,
     .run = flow_account},
    {.name = "bell", .help = "What happened", .op = OPNO_event_list, .run = flow_bell},
    {0}};
