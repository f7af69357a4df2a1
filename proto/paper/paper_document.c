/* Estimates and invoices as pages. */
#include "common/date.h"
#include "common/doc_kind.h"
#include "proto/paper/paper.h"
#include "proto/paper/show.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

char *paper_name(char *buffer, size_t size, const struct document *doc)
{
    bool numbered = doc->number && *doc->number;
    snprintf(buffer, size, "%s %s", doc_noun(doc->kind), numbered ? doc->number : "(draft)");
    buffer[0] = (char)(buffer[0] >= 'a' && buffer[0] <= 'z' ? buffer[0] - 32 : buffer[0]);
    return buffer;
}

char *paper_state(char *buffer, size_t size, int kind, int status, int32_t due, int32_t today)
{
    char when[SHOW_TEXT];
    const char *state = show_status(status);
    show_due(when, kind, status, due, today);
    bool twice = strncmp(when, state, strlen(state)) == 0; /* "overdue 3 days" says that it is overdue */
    snprintf(buffer, size, "%s%s%s", twice ? "" : state, *when && !twice ? ", " : "", when);
    return buffer;
}

static void seller(struct page *p, const struct party *from)
{
    if (!from)
        return;
    page_fact(p, "From", "%s", show_text(from->name));
    paper_address(p, "Address of the seller", from->address);
    page_fact(p, "Tax id of the seller", "%s", show_text(from->tax_id));
    page_fact(p, "Registration", "%s", show_text(from->registration));
    page_fact(p, "E-mail", "%s", show_text(from->email));
    page_fact(p, "Phone", "%s", show_text(from->phone));
    page_fact(p, "Web site", "%s", show_text(from->website));
    page_quote(p, "Tax representative", from->representative);
}

/* Each with what became of it. */
static void instalments(struct page *p, const struct document_view *v)
{
    const struct document *d = v->doc;
    for (size_t i = 0; i < d->instalments.n; i++) {
        const struct instalment *part = &d->instalments.v[i];
        char day[SHOW_TEXT], amount[SHOW_TEXT], open[SHOW_TEXT];
        const char *stands = d->state == DOC_DRAFT || part->open.amount == part->amount.amount ? ""
                             : !part->open.amount
                                 ? ", settled"
                                 : arena_printf(p->arena, ", %s still to pay", show_amount(open, part->open));
        const bool late = d->state == DOC_OPEN && part->open.amount && part->due < v->today;
        page_list(p, "Instalment",
                  arena_printf(p->arena, "%s, %s%s%s", date_short(day, part->due),
                               show_money(amount, part->amount), stands, late ? ", overdue" : ""));
    }
}

static void head(struct page *p, const struct document_view *v)
{
    const struct document *d = v->doc;
    const struct doc_traits *of = doc_kind(d->kind);
    char name[120], state[2 * SHOW_TEXT], day[SHOW_TEXT];
    page_title(p, "%s", paper_name(name, sizeof name, d));
    page_fact(p, "State", "%s%s%s%s", paper_state(state, sizeof state, d->kind, d->status, d->due, v->today),
              d->also ? ", " : "", d->also ? show_status(d->also) : "",
              d->paying ? ", " SHOW_BEING_PAID : "");
    page_fact(p, of->answered ? "Dated" : "Issued", "%s", date_short(day, d->date));
    if (of->ends)
        page_fact(p, of->answered ? "Open until" : "Due", "%s", date_short(day, d->due));
    instalments(p, v);
    if (d->supply_date)
        page_fact(p, "Supplied", "%s", date_short(day, d->supply_date));
    if (d->period_from) {
        page_fact(p, "Service from", "%s", date_short(day, d->period_from));
        page_fact(p, "Service until", "%s", date_short(day, d->period_until));
    }
    seller(p, d->seller);
    page_fact(p, "To", "%s", show_text(d->customer_name));
    if (d->customer_company && strcmp(d->customer_company, show_text(d->customer_name)) != 0)
        page_fact(p, "Company", "%s", d->customer_company);
    paper_address(p, "Address", d->billing);
    page_fact(p, "Tax id of the customer", "%s", show_text(d->customer_tax_id));
    page_fact(p, "Reference", "%s", show_text(d->reference));
    if (d->edition > 1 && of->versions)
        page_fact(p, "Revision", "%" PRId64, d->edition);
}

static void line(struct page *p, const struct document *d, size_t i)
{
    const struct line *x = &d->lines.v[i];
    int digits = currency_digits(show_text(d->currency));
    char label[40], quantity[SHOW_TEXT], price[SHOW_TEXT], net[SHOW_TEXT], more[300] = "", percent[SHOW_TEXT];
    snprintf(label, sizeof label, "Line %zu", i + 1);
    page_fact(p, label, "%s", show_text(x->name));
    page_quote(p, "Description", x->description);
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
    page_note(p, LOOK_PLAIN, "Quantity %s%s%s, price %s%s, together %s.",
              show_decimal(quantity, x->quantity, 0), x->unit && *x->unit ? " " : "", show_text(x->unit),
              show_decimal(price, x->price, digits < 0 ? 2 : digits), more, show_amount(net, x->net));
    if (show_price_without_tax(price, d, x))
        page_note(p, LOOK_PLAIN, "Each %s without tax.", price);
}

static void sum(struct page *p, const char *label, struct money m)
{
    if (m.amount)
        page_amount(p, label, LOOK_PLAIN, m, NULL);
}

/* With the tax in it: whoever deducts that has to see it. */
static void deduction(struct page *p, const struct document *d, const struct deduction *x)
{
    char label[80], all[SHOW_TEXT], percent[SHOW_TEXT], words[600], tax[SHOW_TEXT];
    const char *with = "";
    for (size_t i = 0; i < x->taxes.n; i++)
        if (x->taxes.v[i].tax.amount)
            with = arena_printf(
                p->arena, "%s, %s %s %% %s", with, show_tax(words, sizeof words, &x->taxes.v[i]),
                show_decimal(percent, x->taxes.v[i].percent, 0), show_amount(tax, x->taxes.v[i].tax));
    page_amount(p, show_deduction(label, sizeof label, x), LOOK_PLAIN, show_deducted(d, x),
                arena_printf(p->arena, "of %s%s", show_money(all, x->amount), with));
}

void paper_deposit(struct page *p, const struct document *d)
{
    char when[SHOW_DEPOSIT];
    if (d->deposit.amount)
        page_money(p, "Deposit", LOOK_STRONG, d->deposit,
                   arena_printf(p->arena, "(%s)", show_deposit(when, d)));
}

static void totals(struct page *p, const struct document *d)
{
    char base[SHOW_TEXT], percent[SHOW_TEXT], label[700], words[600];
    struct money less = d->discount;
    less.amount = -less.amount;
    if (d->taxes.n || d->discount.amount || d->shipping.amount || d->adjustment.amount || d->deductions.n)
        sum(p, "Subtotal", d->subtotal);
    sum(p, "Discount", less);
    sum(p, "Shipping", d->shipping);
    for (size_t i = 0; i < d->deductions.n; i++)
        deduction(p, d, &d->deductions.v[i]);
    for (size_t i = 0; i < d->taxes.n; i++) {
        const struct tax_sum *x = &d->taxes.v[i];
        snprintf(label, sizeof label, "%s%s %s %%", d->tax_inclusive ? "Including " : "",
                 show_tax(words, sizeof words, x), show_decimal(percent, x->percent, 0));
        if (x->category || x->tax.amount)
            page_amount(p, label, LOOK_PLAIN, x->tax,
                        arena_printf(p->arena, "on %s", show_amount(base, x->base)));
    }
    sum(p, "Adjustment", d->adjustment);
    page_money(p, "Total", LOOK_STRONG, d->total, NULL);
    paper_deposit(p, d);
    for (size_t i = 0; i < d->settles.n; i++)
        page_amount(p, "Used", LOOK_PLAIN, d->settles.v[i].amount,
                    arena_printf(p->arena, "on %s", show_text(d->settles.v[i].number)));
    if (doc_kind(d->kind)->credit && d->left.currency[0] && d->state != DOC_VOID)
        page_money(p, "Credit left", LOOK_PLAIN, d->left, NULL);
    if (doc_kind(d->kind)->owes > 0 && d->state != DOC_DRAFT && d->state != DOC_VOID) {
        sum(p, "Paid", d->paid);
        sum(p, "Credited", d->credited);
        sum(p, "Written off", d->written_off);
        if (d->state == DOC_OPEN)
            page_money(p, "To pay", show_status_look(d->status), d->balance, NULL);
    }
}

static void payments(struct page *p, const struct document_view *v)
{
    for (size_t i = 0; v->payments && i < v->payments->n; i++) {
        const struct payment_row *x = &v->payments->v[i];
        struct money part = x->amount;
        char amount[SHOW_TEXT], day[SHOW_TEXT], with[SHOW_WITH];
        for (size_t j = 0; j < x->allocations.n; j++)
            if (x->allocations.v[j].invoice == v->doc->id)
                part = x->allocations.v[j].amount;
        page_note(p, LOOK_PLAIN, "Payment %s: %s, %s, %s, %s", show_text(x->number), show_money(amount, part),
                  show_pay_state(x->status), show_row_with(with, x), date_short(day, x->date));
    }
}

static void answers(struct page *p, const struct document_view *v)
{
    char at[SHOW_TEXT];
    for (size_t i = v->doc->answers.n; i-- > 0;) {
        const struct answer *a = &v->doc->answers.v[i];
        bool signs = a->accepted && a->signed_by && *a->signed_by;
        page_note(p, LOOK_PLAIN, "%s: by %s%s%s, %s", a->accepted ? "Accepted" : "Declined", show_text(a->by),
                  signs ? ", signed " : "", signs ? a->signed_by : "",
                  show_when(at, a->at, v->me->time_zone, v->today));
        page_quote(p, "Reason", a->reason);
    }
}

void paper_conversation(struct page *p, const struct document_view *v)
{
    char label[300], at[SHOW_TEXT];
    bool customer = v->me->role == ROLE_CUSTOMER;
    for (size_t i = 0; v->comments && i < v->comments->n; i++) {
        const struct comment *c = &v->comments->v[i];
        bool hidden = !customer && c->side == SIDE_STAFF && !c->portal;
        snprintf(label, sizeof label, "Comment %zu, %s%s, %s", i + 1, show_text(c->author),
                 hidden ? ", for staff only" : "", show_when(at, c->at, v->me->time_zone, v->today));
        page_quote(p, label, c->text);
    }
}

static void code_of(struct page *p, const struct pay_told *t)
{
    page_scan(p, "Scan this with your bank's app.", t->qr);
}

void paper_code(struct page *p, const struct pay_told *t)
{
    page_title(p, "%s for %s", show_text(t->title), show_text(t->number));
    code_of(p, t);
}

void paper_told(struct page *p, const struct pay_told *t, bool code)
{
    page_note(p, LOOK_STRONG, "%s, for %s:", show_text(t->title), show_text(t->number));
    for (size_t i = 0; i < t->facts.n; i++)
        page_fact_as(p, LOOK_STRONG, t->facts.v[i].label, t->facts.v[i].value);
    if (*show_text(t->no_qr))
        page_note(p, LOOK_WARN, "%s", t->no_qr);
    if (code)
        code_of(p, t);
}

/* How it can be paid, or whom to ask where it can not be paid here. The account that was printed on it stands back behind what is told today. */
void paper_paying(struct page *p, const struct document_view *v)
{
    const struct document *d = v->doc;
    const char *bank = d->seller ? show_text(d->seller->bank) : "";
    if (doc_kind(d->kind)->owes <= 0 || d->state != DOC_OPEN)
        return;
    size_t told = v->told ? v->told->n : 0;
    bool card = !d->no_card && v->me && v->me->card, transfer = !told && !d->no_transfer && *bank;
    if (card)
        page_fact(p, "Card", "%s", v->me->card_note && *v->me->card_note ? v->me->card_note : "offered");
    if (transfer)
        page_fact(p, "Bank transfer", "to %s, quoting %s", bank, show_text(d->number));
    for (size_t i = 0; i < told; i++)
        paper_told(p, &v->told->v[i], false);
    if (!card && !transfer && !told && d->seller)
        page_fact(p, "How to pay", "please ask %s%s%s%s%s", show_text(d->seller->name),
                  *show_text(d->seller->email) ? ", " : "", show_text(d->seller->email),
                  *show_text(d->seller->phone) ? ", " : "", show_text(d->seller->phone));
}

void paper_document(struct page *p, const struct document_view *v)
{
    const struct document *d = v->doc;
    head(p, v);
    page_fact(p, "Number of lines", "%zu", d->lines.n);
    for (size_t i = 0; i < d->lines.n; i++)
        line(p, d, i);
    totals(p, d);
    paper_paying(p, v);
    page_quote(p, "Statement", d->statement);
    page_quote(p, "Note", d->notes);
    page_quote(p, "Terms", d->terms);
    payments(p, v);
    answers(p, v);
    paper_conversation(p, v);
}
