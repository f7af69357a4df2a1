/* Estimates and invoices in words: every part of what the screen draws, label first. */
#include "common/date.h"
#include "tui/both/document_draw.h"
#include "tui/line/flow.h"
#include <inttypes.h>
#include <string.h>

static void say_seller(struct talk *t, const struct party *p)
{
    if (!p)
        return;
    talk_fact(t, "From", "%s", show_text(p->name));
    say_address(t, "Address of the seller", p->address);
    talk_fact(t, "Tax id of the seller", "%s", show_text(p->tax_id));
    talk_fact(t, "Registration", "%s", show_text(p->registration));
    talk_fact(t, "E-mail", "%s", show_text(p->email));
    talk_fact(t, "Phone", "%s", show_text(p->phone));
    talk_fact(t, "Web site", "%s", show_text(p->website));
    talk_quote(t, "Tax representative", p->representative);
}

static void say_head(struct talk *t, const struct document_view *v)
{
    const struct document *d = v->doc;
    bool invoice = d->kind == DOC_INVOICE;
    char name[120], state[2 * SHOW_TEXT], day[SHOW_TEXT];
    talk_title(t, "%s", document_name(name, sizeof name, d));
    talk_fact(t, "State", "%s%s%s", say_state(state, sizeof state, d->kind, d->status, d->due, v->today),
              d->also ? ", " : "", d->also ? show_status(d->also) : "");
    talk_fact(t, invoice ? "Issued" : "Dated", "%s", date_short(day, d->date));
    talk_fact(t, invoice ? "Due" : "Open until", "%s", date_short(day, d->due));
    if (d->supply_date)
        talk_fact(t, "Supplied", "%s", date_short(day, d->supply_date));
    if (d->period_from) {
        talk_fact(t, "Service from", "%s", date_short(day, d->period_from));
        talk_fact(t, "Service until", "%s", date_short(day, d->period_until));
    }
    say_seller(t, d->seller);
    talk_fact(t, "To", "%s", show_text(d->customer_name));
    if (d->customer_company && strcmp(d->customer_company, show_text(d->customer_name)) != 0)
        talk_fact(t, "Company", "%s", d->customer_company);
    say_address(t, "Address", d->billing);
    talk_fact(t, "Tax id of the customer", "%s", show_text(d->customer_tax_id));
    talk_fact(t, "Reference", "%s", show_text(d->reference));
    if (d->edition > 1 && !invoice)
        talk_fact(t, "Revision", "%" PRId64, d->edition);
}

static void say_line(struct talk *t, const struct document *d, size_t i)
{
    const struct line *x = &d->lines.v[i];
    int digits = currency_digits(show_text(d->currency));
    char label[40], quantity[SHOW_TEXT], price[SHOW_TEXT], net[SHOW_TEXT], more[300] = "", percent[SHOW_TEXT];
    snprintf(label, sizeof label, "Line %zu", i + 1);
    talk_fact(t, label, "%s", show_text(x->name));
    talk_quote(t, "Description", x->description);
    if (x->discount_percent)
        snprintf(more, sizeof more, ", discount %s %%", show_decimal(percent, x->discount_percent, 0));
    else if (x->discount.amount)
        snprintf(more, sizeof more, ", discount %s", show_amount(percent, x->discount));
    if (x->tax_percent) {
        size_t n = strlen(more);
        snprintf(more + n, sizeof more - n, ", %.60s %s %%",
                 x->tax_name && *x->tax_name ? x->tax_name : "tax", show_decimal(percent, x->tax_percent, 0));
    }
    if (x->tax2_percent) {
        size_t n = strlen(more);
        snprintf(more + n, sizeof more - n, ", %.60s %s %%",
                 x->tax2_name && *x->tax2_name ? x->tax2_name : "tax",
                 show_decimal(percent, x->tax2_percent, 0));
    }
    talk_say(t, "Quantity %s%s%s, price %s%s, together %s.", show_decimal(quantity, x->quantity, 0),
             x->unit && *x->unit ? " " : "", show_text(x->unit),
             show_decimal(price, x->price, digits < 0 ? 2 : digits), more, show_amount(net, x->net));
    if (show_price_without_tax(price, d, x))
        talk_say(t, "Each %s without tax.", price);
}

static void say_sum(struct talk *t, const char *label, struct money m)
{
    char amount[SHOW_TEXT];
    if (m.amount)
        talk_fact(t, label, "%s", show_amount(amount, m));
}

static void say_totals(struct talk *t, const struct document *d)
{
    char amount[SHOW_TEXT], base[SHOW_TEXT], percent[SHOW_TEXT], label[700], words[600];
    struct money less = d->discount;
    less.amount = -less.amount;
    if (d->taxes.n || d->discount.amount || d->shipping.amount || d->adjustment.amount)
        say_sum(t, "Subtotal", d->subtotal);
    say_sum(t, "Discount", less);
    say_sum(t, "Shipping", d->shipping);
    for (size_t i = 0; i < d->taxes.n; i++) {
        const struct tax_sum *x = &d->taxes.v[i];
        snprintf(label, sizeof label, "%s%s %s %%", d->tax_inclusive ? "Including " : "",
                 show_tax(words, sizeof words, x), show_decimal(percent, x->percent, 0));
        if (x->category || x->tax.amount)
            talk_fact(t, label, "%s on %s", show_amount(amount, x->tax), show_amount(base, x->base));
    }
    say_sum(t, "Adjustment", d->adjustment);
    talk_fact(t, "Total", "%s", show_money(amount, d->total));
    if (d->kind == DOC_INVOICE && d->state != DOC_DRAFT && d->state != DOC_VOID) {
        say_sum(t, "Paid", d->paid);
        say_sum(t, "Written off", d->written_off);
        if (d->state == DOC_OPEN)
            talk_fact(t, "To pay", "%s", show_money(amount, d->balance));
    }
}

static void say_payments(struct talk *t, const struct document_view *v)
{
    for (size_t i = 0; v->payments && i < v->payments->n; i++) {
        const struct payment_row *p = &v->payments->v[i];
        struct money part = p->amount;
        char amount[SHOW_TEXT], day[SHOW_TEXT], with[SHOW_WITH];
        for (size_t j = 0; j < p->allocations.n; j++)
            if (p->allocations.v[j].invoice == v->doc->id)
                part = p->allocations.v[j].amount;
        talk_say(t, "Payment %s: %s, %s, %s, %s", show_text(p->number), show_money(amount, part),
                 show_pay_state(p->state), show_row_with(with, p), date_short(day, p->date));
    }
}

static void say_answers(struct talk *t, const struct document_view *v)
{
    char at[SHOW_TEXT];
    for (size_t i = v->doc->answers.n; i-- > 0;) {
        const struct answer *a = &v->doc->answers.v[i];
        bool signs = a->accepted && a->signed_by && *a->signed_by;
        talk_say(t, "%s: by %s%s%s, %s", a->accepted ? "Accepted" : "Declined", show_text(a->by),
                 signs ? ", signed " : "", signs ? a->signed_by : "",
                 show_when(at, a->at, v->me->time_zone, v->today));
        talk_quote(t, "Reason", a->reason);
    }
}

void say_conversation(struct talk *t, const struct document_view *v)
{
    char label[300], at[SHOW_TEXT];
    bool customer = v->me->role == ROLE_CUSTOMER;
    for (size_t i = 0; v->comments && i < v->comments->n; i++) {
        const struct comment *c = &v->comments->v[i];
        bool hidden = !customer && c->side == SIDE_STAFF && !c->portal;
        snprintf(label, sizeof label, "Comment %zu, %s%s, %s", i + 1, show_text(c->author),
                 hidden ? ", for staff only" : "", show_when(at, c->at, v->me->time_zone, v->today));
        talk_quote(t, label, c->text);
    }
}

void say_history(struct talk *t, const struct event_list *events)
{
    talk_title(t, "History, newest first.");
    for (size_t i = 0; i < events->n; i++)
        say_event(t, &events->v[i]);
}

/* How it can be paid, or whom to ask where it can not be paid here. */
static void say_paying(struct talk *t, const struct document_view *v)
{
    const struct document *d = v->doc;
    const char *bank = d->seller ? show_text(d->seller->bank) : "";
    if (d->kind != DOC_INVOICE || d->state != DOC_OPEN)
        return;
    bool card = !d->no_card && v->me && v->me->card, transfer = !d->no_transfer && *bank;
    if (card)
        talk_fact(t, "Card", "%s", v->me->card_note && *v->me->card_note ? v->me->card_note : "offered");
    if (transfer)
        talk_fact(t, "Bank transfer", "to %s, quoting %s", bank, show_text(d->number));
    if (!card && !transfer && d->seller)
        talk_fact(t, "How to pay", "please ask %s%s%s%s%s", show_text(d->seller->name),
                  *show_text(d->seller->email) ? ", " : "", show_text(d->seller->email),
                  *show_text(d->seller->phone) ? ", " : "", show_text(d->seller->phone));
}

void say_document(struct talk *t, const struct document_view *v)
{
    const struct document *d = v->doc;
    say_head(t, v);
    talk_fact(t, "Number of lines", "%zu", d->lines.n);
    for (size_t i = 0; i < d->lines.n; i++)
        say_line(t, d, i);
    say_totals(t, d);
    say_paying(t, v);
    talk_quote(t, "Statement", d->statement);
    talk_quote(t, "Note", d->notes);
    talk_quote(t, "Terms", d->terms);
    say_payments(t, v);
    say_answers(t, v);
    say_conversation(t, v);
}
