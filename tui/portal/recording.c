/* Recording a payment that arrived by hand (E10): when, how, and which open invoices it settles, in full or in part. What is over becomes
 * credit. Begun with a customer, or with an invoice. */
#include "common/date.h"
#include "common/rate.h"
#include "proto/paper/show.h"
#include "tui/portal/books.h"
#include <string.h>

#define MOST 100 /* open invoices that are offered: a page */

/* --- who pays, and what there is to settle */

enum { OPEN, PAYER }; /* what else is asked for; PAYER only where it begins with an invoice */

static const struct document *begun_with(const struct scene *v)
{
    return v->also[PAYER] ? ((const struct document_get_out *)v->out)->document : NULL;
}

static const struct customer *payer(const struct scene *v)
{
    return ((const struct customer_get_out *)(v->also[PAYER] ? v->also[PAYER] : v->out))->customer;
}

static const char *currency(const struct scene *v)
{
    const char *own = show_text(payer(v)->currency);
    return *own ? own : v->me->currency;
}

static void open_of(const struct scene *v, void *in, uint64_t customer)
{
    struct document_list_in *list = in;
    (void)v;
    GIVE(document_list_in, list, customer, customer);
    GIVE(document_list_in, list, status, STATUS_UNPAID);
    GIVE(document_list_in, list, sort, SORT_DUE);
    GIVE(document_list_in, list, limit, MOST);
}

static void open_of_customer(const struct scene *v, void *in)
{
    open_of(v, in, v->id);
}

static void open_of_invoice(const struct scene *v, void *in)
{
    open_of(v, in, ((const struct document_get_out *)v->out)->document->customer);
}

static void payer_of_invoice(const struct scene *v, void *in)
{
    GIVE(customer_get_in, (struct customer_get_in *)in, customer,
         ((const struct document_get_out *)v->out)->document->customer);
}

static void part_of(const struct scene *v, struct part *p, uint64_t id, const char *number,
                    struct money balance, int status, int32_t due)
{
    char text[SHOW_TEXT];
    *p = (struct part){.id = id,
                       .name = show_text(number),
                       .due = balance,
                       .look = status == STATUS_OVERDUE ? LOOK_BAD : LOOK_PLAIN,
                       .state = scene_text(v, "%s", show_due(text, DOC_INVOICE, status, due, v->today))};
}

/* The one it begins with, then the others, soonest due first. */
static bool part(const struct scene *v, size_t i, struct part *p)
{
    const struct document *d = begun_with(v);
    const struct document_list_out *list = v->also[OPEN];
    if (d && !i) {
        part_of(v, p, d->id, d->number, d->balance, d->status, d->due);
        p->in = true;
        return true;
    }
    i -= d != NULL;
    for (size_t k = 0; list && k < list->rows.n; k++) {
        const struct document_row *row = &list->rows.v[k];
        if ((d && row->id == d->id) || i--)
            continue;
        part_of(v, p, row->id, row->number, row->balance, row->status, row->due);
        return true;
    }
    return false;
}

/* --- what is given */

static const char *today(const struct scene *v, const void *in)
{
    char text[DATE_TEXT];
    (void)in;
    return scene_text(v, "%s", date_plain(text, v->today));
}

static struct money sum_of(const struct scene *v, const struct payment_record_in *r)
{
    struct money sum = money_of(0, currency(v));
    for (size_t i = 0; i < r->parts.n; i++)
        sum.amount += r->parts.v[i].amount.amount;
    return sum;
}

static struct money whole_of(const struct scene *v, const struct payment_record_in *r)
{
    struct money by_rate = money_of(0, currency(v));
    struct rate rate;
    if (r->amount.amount)
        return r->amount;
    if (r->received.amount && r->rate && rate_parse(r->rate, &rate) == OK &&
        rate_apply(&rate, r->received, by_rate.currency, &by_rate.amount) == OK)
        return by_rate;
    return sum_of(v, r);
}

static const char *of_the_parts(const struct scene *v, const void *in)
{
    char text[SHOW_TEXT];
    const struct money sum = sum_of(v, in);
    return sum.amount ? scene_text(v, "%s", show_amount(text, sum)) : NULL;
}

static bool mode(const struct scene *v, const void *in, size_t i, struct option *o)
{
    static const int modes[] = {MODE_TRANSFER, MODE_CASH, MODE_CHECK, MODE_CARD, MODE_DEBIT, MODE_OTHER};
    (void)v, (void)in;
    if (i < sizeof modes / sizeof *modes)
        *o = (struct option){.value = modes[i], .name = show_pay_mode(modes[i])};
    return i < sizeof modes / sizeof *modes;
}

/* Of money in another currency it is typed with it. */
static const char *any_currency(const struct scene *v)
{
    (void)v;
    return "";
}

#define BEGIN                                                                                        \
    {.field = "parts",                                                                               \
     .label = "Invoices",                                                                            \
     .help = "Which of the open invoices it settles",                                                \
     .none = "No open invoices: the whole amount becomes credit.",                                   \
     .part = part},                                                                                  \
        {.field = "date", .help = "When it arrived: today, -1, 20 nov, 2026-11-20", .usual = today}, \
        {.field = "mode", .label = "How", .help = "← → another way", .choice = mode},                \
    {                                                                                                \
        .field = "reference", .help = "What stands on the bank statement"                            \
    }
#define REMARKS                                                            \
    {.field = "notes", .label = "Remarks", .help = "Only staff see them"}, \
    {                                                                      \
        0                                                                  \
    }
static const struct give gives[] = {
    BEGIN,
    {.field = "amount",
     .help = "The whole amount; empty: the sum of the invoices. What is over becomes credit",
     .currency = currency,
     .usual = of_the_parts},
    REMARKS};
static const struct give exchange_gives[] = {
    BEGIN,
    {.field = "received", .help = "What arrived, with its currency: 110.00 USD", .currency = any_currency},
    {.field = "rate",
     .help = "So much of the customer's currency for one of that: 0.9234. Empty: say the amount"},
    {.field = "amount",
     .label = "Taken for",
     .help = "What it is taken for; empty: by the rate",
     .currency = currency},
    {.field = "rate_source", .label = "Rate of", .help = "Who says so: the bank, a central bank on that day"},
    REMARKS};

static const char *wrong(const struct scene *v, const void *in, const char **field)
{
    const struct payment_record_in *r = in;
    *field = "date";
    if (r->date > v->today)
        return "That is in the future.";
    struct rate rate;
    *field = "rate";
    if (*show_text(r->rate) && rate_parse(r->rate, &rate) != OK)
        return "A rate is written like 0.9234.";
    if (*show_text(r->rate) && !r->received.amount)
        return "It goes with what arrived in another currency.";
    *field = "amount";
    if (r->received.amount && !r->amount.amount && !*show_text(r->rate))
        return "Say what it is taken for, or the rate.";
    if (whole_of(v, r).amount <= 0)
        return "Write an amount of more than nothing, or take invoices in.";
    return whole_of(v, r).amount < sum_of(v, r).amount ? "The invoices are more than the amount." : NULL;
}

/* --- the review, and what came of it */

static void complete(const struct scene *v, const void *in, void *send)
{
    (void)in;
    GIVE(payment_record_in, (struct payment_record_in *)send, customer, payer(v)->id);
}

static void review(struct page *p, const struct scene *v, const void *in)
{
    const struct payment_record_in *r = in;
    struct money over = whole_of(v, r);
    struct part of;
    char text[SHOW_TEXT];
    page_fact(p, "From", "%s", show_text(payer(v)->name));
    page_fact(p, "On", "%s, by %s", date_short(text, r->date ? r->date : v->today), show_pay_mode(r->mode));
    page_fact(p, "Reference", "%s", show_text(r->reference));
    page_money(p, "Amount", LOOK_STRONG, over, NULL);
    if (r->received.amount)
        page_fact(p, "Received", "%s%s%s", show_money(text, r->received), *show_text(r->rate) ? " at " : "",
                  show_text(r->rate));
    over.amount -= sum_of(v, r).amount;
    for (size_t i = 0; part(v, i, &of); i++)
        for (size_t k = 0; k < r->parts.n; k++)
            if (r->parts.v[k].invoice == of.id)
                page_money(p, of.name, LOOK_PLAIN, r->parts.v[k].amount,
                           r->parts.v[k].amount.amount < of.due.amount ? "(a part)" : NULL);
    if (over.amount)
        page_money(p, "Credit", LOOK_PLAIN, over, NULL);
}

static const char *told(const struct scene *v, const void *out)
{
    const struct payment_record_out *o = out;
    char credit[SHOW_TEXT];
    if (!o->credit.amount)
        return scene_text(v, "%s is recorded.", show_text(o->payment->number));
    return scene_text(v, "%s is recorded. If the payment by card succeeds, %s becomes credit.",
                      show_text(o->payment->number), show_money(credit, o->credit));
}

static uint64_t made(const struct scene *v, const void *out)
{
    (void)v;
    return ((const struct payment_record_out *)out)->payment->id;
}

static const char *can_record(const struct scene *v)
{
    const struct document *d = begun_with(v);
    return d && d->state != DOC_OPEN ? "Nothing is due on it." : NULL;
}

static const struct despite pending = {ERR_PENDING, "despite_pending", "Record it although one is pending?",
                                       "Record all the same"};
#define RECORDS(gives_)                                                                                \
    .key = '+', .name = "record", .help = "Record a payment that arrived", .op = OPNO_payment_record,  \
    .about = ABOUT_ALL, .gives = gives_, .possible = can_record, .complete = complete, .wrong = wrong, \
    .agree = AGREE_YES, .question = "Record this payment?", .yes = "Record it", .busy = "Recording…",  \
    .review = review, .despite = &pending, .told = told, .goes = &book_payment, .goes_to = made
static const struct act acts[] = {{RECORDS(gives)}, {0}}, exchange_acts[] = {{RECORDS(exchange_gives)}, {0}};

static void tell(struct page *p, const struct scene *v)
{
    page_title(p, "A payment of %s", show_text(payer(v)->name));
}

static const struct also of_customer[] = {{OPNO_invoice_list, open_of_customer}, {OP_COUNT, NULL}};
static const struct also of_invoice[] = {
    {OPNO_invoice_list, open_of_invoice}, {OPNO_customer_get, payer_of_invoice}, {OP_COUNT, NULL}};
static const struct also of_retainer[] = {
    {OPNO_retainer_list, open_of_invoice}, {OPNO_customer_get, payer_of_invoice}, {OP_COUNT, NULL}};

#define OF_A_CUSTOMER                                                                                 \
    .noun = "payment", .op = OPNO_customer_get, .one = "customer", .also = of_customer, .tell = tell, \
    .straight = true, .picks = &book_customers, .picks_only = 1, /* who is active */                  \
        .picks_title = "Payment from whom?"
const struct book book_record = {.name = "record", .title = "Payment", .acts = acts, OF_A_CUSTOMER};
const struct book book_record_exchange = {
    .name = "exchange", .title = "Payment in another currency", .acts = exchange_acts, OF_A_CUSTOMER};
#define BEGUN_WITH                                                                               \
    .title = "Payment", .noun = "payment", .also_after = 1u << OPEN | 1u << PAYER, .tell = tell, \
    .acts = acts, .straight = true
const struct book book_record_for = {
    .name = "recording", .op = OPNO_invoice_get, .one = "invoice", .also = of_invoice, BEGUN_WITH};
const struct book book_record_for_retainer = {.name = "recording retainer",
                                              .op = OPNO_retainer_get,
                                              .one = "retainer",
                                              .also = of_retainer,
                                              BEGUN_WITH};
