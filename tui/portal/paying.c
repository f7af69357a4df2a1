/* Paying (E1, E2, E4, E5, E8): which invoices, how much of each where part payments are allowed, credit that goes first, a saved method, card or account, a review, and
 * one payment that is followed until its outcome is known. Begun with all that is due, or with an invoice. What is typed goes nowhere but into the request. */
#include "common/instalments.h"
#include "proto/paper/paper.h"
#include "proto/paper/show.h"
#include "tui/face/fill_in.h"
#include "tui/portal/pay_means.h"
#include "tui/portal/pay_outcome.h"
#include "tui/portal/pay_with.h"
#include <string.h>

/* --- what there is to pay */

/* Of one that is paid in parts: what is to be paid now. */
static struct money due_now(const struct scene *v, const struct instalment_list *parts, struct money total,
                            struct money balance)
{
    const int64_t now = instalments_now(parts, total.amount - balance.amount, v->today);
    return now ? money_of(now, balance.currency) : balance;
}

static void due_part(const struct scene *v, struct part *p, uint64_t id, const char *number,
                     struct money balance, int status, int32_t due, const struct pay_way_list *offers,
                     const char *why)
{
    char text[SHOW_TEXT];
    const bool can = offers->n || !*show_text(why);
    *p = (struct part){.id = id,
                       .name = show_text(number),
                       .due = balance,
                       .in = can,
                       .why = can ? NULL : why,
                       .look = status == STATUS_OVERDUE ? LOOK_BAD : LOOK_PLAIN,
                       .state = scene_text(v, "%s", show_due(text, DOC_INVOICE, status, due, v->today))};
}

static bool marked(const struct scene *v, uint64_t id)
{
    for (size_t i = 0; i < v->marked_n; i++)
        if (v->marked[i] == id)
            return true;
    return !v->marked_n;
}

/* All that is due, or of it what was marked. */
static bool due(const struct scene *v, size_t i, struct part *p)
{
    const struct home_get_out *home = v->out;
    for (size_t k = 0; k < home->due.n; k++) {
        const struct document_due *d = &home->due.v[k];
        if (!marked(v, d->id) || i--)
            continue;
        due_part(v, p, d->id, d->number, due_now(v, &d->instalments, d->total, d->balance), d->status, d->due,
                 &d->offers, d->not_by_card);
        return true;
    }
    return false;
}

static const struct document *invoice(const struct scene *v)
{
    return ((const struct document_get_out *)v->out)->document;
}

static bool only_it(const struct scene *v, size_t i, struct part *p)
{
    const struct document *d = invoice(v);
    if (!i)
        due_part(v, p, d->id, d->number, due_now(v, &d->instalments, d->total, d->balance), d->status, d->due,
                 &d->offers, d->not_by_card);
    return !i;
}

static bool in_full(const struct scene *v)
{
    return !v->me->partial_payments;
}

static const char *any_due(const struct scene *v)
{
    return ((const struct home_get_out *)v->out)->due.n ? NULL : "Nothing is due. Thank you.";
}

static const char *is_due(const struct scene *v)
{
    return invoice(v)->state == DOC_OPEN ? NULL : "Nothing is due on it.";
}

/* --- what is being paid already (E8): that payment, where nothing else is left to pay */

static uint64_t due_under_way(const struct scene *v, const char **why)
{
    const struct document_due_list *all = &((const struct home_get_out *)v->out)->due;
    uint64_t first = 0;
    size_t n = 0;
    for (size_t i = 0; i < all->n; i++) {
        const struct document_due *d = &all->v[i];
        if (!marked(v, d->id))
            continue;
        if (!d->paying)
            return 0;
        if (!n++)
            *why =
                scene_text(v, "%s is being paid by this payment: do not pay it again.", show_text(d->number));
        first = first ? first : (uint64_t)d->paying;
    }
    if (n > 1)
        *why = "All of it is being paid: this is the payment of the first. Do not pay again.";
    return first;
}

static uint64_t it_is_under_way(const struct scene *v, const char **why)
{
    *why = "It is being paid by this payment: do not pay it again.";
    return (uint64_t)invoice(v)->paying;
}

static void unseen(const struct scene *v, void *in) /* by whom it is for */
{
    (void)v;
    GIVE(document_get_in, (struct document_get_in *)in, peek, true);
}

static const char *own_name(const struct scene *v, const void *in)
{
    (void)in;
    return v->me->name;
}

/* --- credit that goes first (E11) */

static struct money sum_of(const struct payment_pay_in *in)
{
    struct money sum = money_of(0, in->parts.n ? in->parts.v[0].amount.currency : "");
    for (size_t i = 0; i < in->parts.n; i++)
        sum.amount += in->parts.v[i].amount.amount;
    return sum;
}

/* A retainer becomes credit itself. Begun with one document, the scene is of that. */
static bool is_retainer(const struct scene *v, uint64_t id)
{
    const struct document_due_list *all = v->id ? NULL : &((const struct home_get_out *)v->out)->due;
    for (size_t i = 0; all && i < all->n; i++)
        if (all->v[i].id == id)
            return all->v[i].kind == DOC_RETAINER;
    return !all && invoice(v)->kind == DOC_RETAINER;
}

/* As was typed, or as much as there is for these invoices. */
static struct money credit_first(const struct scene *v, const void *in)
{
    const struct payment_pay_in *pay = in;
    struct money bills = sum_of(pay);
    if (*pay->credit.currency)
        return pay->credit;
    for (size_t i = 0; i < pay->parts.n; i++)
        if (is_retainer(v, pay->parts.v[i].invoice))
            bills.amount -= pay->parts.v[i].amount.amount;
    return credit_for(v, bills);
}

static const char *usual_credit(const struct scene *v, const void *in)
{
    char text[SHOW_TEXT];
    return scene_text(v, "%s", show_amount(text, credit_first(v, in)));
}

static const char *own_currency(const struct scene *v)
{
    return v->me->currency;
}

static bool has_credit(const struct scene *v)
{
    return credit_there(v) && credit_there(v)->n && !(v->id && invoice(v)->kind == DOC_RETAINER);
}

struct money pay_asked(const struct scene *v, const void *in)
{
    struct money sum = sum_of(in);
    sum.amount -= credit_first(v, in).amount;
    return sum;
}

static bool pays(const struct scene *v, const void *in)
{
    return pay_asked(v, in).amount != 0 || !((const struct payment_pay_in *)in)->parts.n;
}

/* --- what of it is asked for */

const struct pay_way_list *pay_with_offers(const struct scene *v, uint64_t id, const char **number)
{
    const struct document_due_list *all = v->id ? NULL : &((const struct home_get_out *)v->out)->due;
    for (size_t i = 0; all && i < all->n; i++)
        if (all->v[i].id == id) {
            *number = show_text(all->v[i].number);
            return &all->v[i].offers;
        }
    *number = all ? "" : show_text(invoice(v)->number);
    return all ? NULL : &invoice(v)->offers;
}

static const char *nothing_pays(const struct scene *v, const void *in, const char **field)
{
    *field = pay_with_any_saved(v) ? "saved" : "how";
    return pays(v, in) && (pay_with_any_saved(v) || pay_with_several(v)) ? pay_with_nothing(v, in) : NULL;
}

static bool with_card(const struct scene *v, const void *in)
{
    return pays(v, in) && pay_with_how(v, in) == PAY_HOW_CARD;
}

/* The rest of an address belongs to its postcode. */
static bool with_address(const struct scene *v, const void *in)
{
    return with_card(v, in) && *show_text(((const struct payment_pay_in *)in)->card_postcode);
}

static bool with_account(const struct scene *v, const void *in)
{
    return pays(v, in) && pay_with_how(v, in) == PAY_HOW_DEBIT;
}

static const char *own_company(const struct scene *v, const void *in)
{
    (void)in;
    return v->me->customer_name;
}

#define OF_CARD .offered = pay_with_card_here, .wanted = with_card
#define TYPED OF_CARD, .must = true
#define ELSEWHERE .offered = pay_with_card_here, .wanted = with_address
#define CARD                                                                                              \
    {.field = "saved",                                                                                    \
     .label = "Pay with",                                                                                 \
     .help = "One that you saved, or what you give below",                                                \
     .choice = pay_with_saved_one,                                                                        \
     .offered = pay_with_any_saved,                                                                       \
     .wanted = pays,                                                                                      \
     .width = 34},                                                                                        \
        {.field = "how",                                                                                  \
         .label = "Pay with",                                                                             \
         .choice = pay_with_way,                                                                          \
         .offered = pay_with_several,                                                                     \
         .wanted = pays,                                                                                  \
         .width = 34},                                                                                    \
        {.field = "card_number",                                                                          \
         TYPED,                                                                                           \
         .help = "As on the card; blanks do no harm. It is not kept.",                                    \
         .as = AS_TAIL,                                                                                   \
         .width = 24,                                                                                     \
         .beside = card_beside},                                                                          \
        {.field = "card_expiry",                                                                          \
         TYPED,                                                                                           \
         .label = "Expires",                                                                              \
         .help = "Month and year, as on the card",                                                        \
         .unit = "MM/YY",                                                                                 \
         .as = AS_SHOWN,                                                                                  \
         .width = 8,                                                                                      \
         .beside = card_expiry_beside},                                                                   \
        {.field = "card_code",                                                                            \
         TYPED,                                                                                           \
         .label = "Security code",                                                                        \
         .help = "Three digits on the back, or four on the front. It is not kept.",                       \
         .width = 6,                                                                                      \
         .beside = card_code_beside},                                                                     \
        {.field = "card_name",                                                                            \
         OF_CARD,                                                                                         \
         .label = "Name on card",                                                                         \
         .help = "As it stands on the card",                                                              \
         .never = card_never,                                                                             \
         .usual = own_name},                                                                              \
        {.field = "card_postcode",                                                                        \
         OF_CARD,                                                                                         \
         .label = "Postcode",                                                                             \
         .help = "Of the card's billing address, where that is not your company's",                       \
         .never = card_never,                                                                             \
         .width = 12},                                                                                    \
        {.field = "card_street",                                                                          \
         ELSEWHERE,                                                                                       \
         .label = "Street",                                                                               \
         .help = "Of that address. It is not kept",                                                       \
         .never = card_never,                                                                             \
         .width = 40},                                                                                    \
        {.field = "card_city", ELSEWHERE, .never = card_never, .label = "Town", .width = 30},             \
        {.field = "card_country", ELSEWHERE, .label = "Country", .width = 30, .beside = account_country}, \
    {                                                                                                     \
        .field = "save", .label = "Save the card", .offered = pay_with_may_save, .wanted = with_card,     \
        .help = "For the next time, once it has paid"                                                     \
    }
#define OF_ACCOUNT .offered = pay_with_debits, .wanted = with_account, .must = true
#define ACCOUNT                                                                                             \
    {.field = "holder",                                                                                     \
     OF_ACCOUNT,                                                                                            \
     .never = card_never,                                                                                   \
     .label = "Account holder",                                                                             \
     .usual = own_company,                                                                                  \
     .width = 40},                                                                                          \
    {                                                                                                       \
        .field = "iban", OF_ACCOUNT, .label = "IBAN", .as = AS_TAIL, .width = 36, .beside = account_beside, \
        .help = "Blanks do no harm. It is not kept."                                                        \
    }
#define CREDIT                                                                         \
    {                                                                                  \
        .field = "credit", .label = "Credit to use first",                             \
        .help = "How much of your credit is used before you pay the rest; 0 for none", \
        .offered = has_credit, .currency = own_currency, .usual = usual_credit         \
    }
#define INVOICES                                                                                            \
    .field = "parts", .label = "Invoices", .help = "Which of them are paid now", .none = "Nothing is due.", \
    .must = true, .whole = in_full, .otherwise = &book_how
static const struct give due_gives[] = {{INVOICES, .part = due}, CREDIT, CARD, ACCOUNT, {0}};
static const struct give invoice_gives[] = {{INVOICES, .part = only_it}, CREDIT, CARD, ACCOUNT, {0}};

/* --- the review */

static void expects(const struct scene *v, const void *in, void *send)
{
    GIVE(payment_pay_in, (struct payment_pay_in *)send, expect, sum_of(in));
    const struct saved_method *m = pays(v, in) ? pay_with_saved(v, in) : NULL;
    if (m)
        GIVE(payment_pay_in, (struct payment_pay_in *)send, saved, m->id);
    else
        fill_drop(shape_payment_pay_in(), send, "saved");
    if (!m && pays(v, in) && pay_with_how(v, in))
        GIVE(payment_pay_in, (struct payment_pay_in *)send, how, pay_with_how(v, in));
}

static void before(struct page *p, const struct scene *v)
{
    const struct home_get_out *home = v->marked_n ? v->out : NULL;
    size_t found = 0;
    for (size_t i = 0; home && i < home->due.n; i++)
        found += marked(v, home->due.v[i].id);
    if (*show_text(v->me->card_note))
        page_note(p, LOOK_WARN, "%s", v->me->card_note);
    if (found < v->marked_n)
        page_note(
            p, LOOK_WARN,
            "%zu of those that were marked are not among what is due first: pay them in a second payment.",
            v->marked_n - found);
}

/* More is due than one payment takes. */
static void before_all(struct page *p, const struct scene *v)
{
    const struct home_get_out *home = v->out;
    before(p, v);
    if (!v->marked_n && home->ageing && home->ageing->count > (int64_t)home->due.n)
        page_note(p, LOOK_PLAIN, "More is due than fits one payment: the others in a second one.");
}

/* To an account it is agreed each time, as it is with one that is given anew. */
static void review_saved(struct page *p, const struct scene *v, const struct saved_method *m)
{
    page_fact(p, "With", "%s", show_text(m->title));
    if (m->mode == MODE_DEBIT)
        page_fact(p, "You agree", "%s", show_text(v->me->debit));
}

/* Credit, and then the rest. */
static void review_amounts(struct page *p, const struct scene *v, const struct payment_pay_in *in)
{
    const struct money credit = credit_first(v, in);
    if (credit.amount)
        page_money(p, "Credit", LOOK_STRONG, credit,
                   scene_text(v, "first: %s", credit_names(v, credit.amount)));
    if (pays(v, in))
        page_money(p, credit.amount ? "Then you pay" : "You pay", LOOK_STRONG, pay_asked(v, in),
                   "today, once");
    else
        page_fact(p, "Then you pay", "nothing");
    page_fact(p, "To", "%s", show_text(v->me->business));
    if (!pays(v, in))
        return;
    switch (pay_with_how(v, in)) {
    case 0: review_saved(p, v, pay_with_saved(v, in)); break;
    case PAY_HOW_PAGE: page_fact(p, "Where", "at a page of the gateway's: its link is shown next"); break;
    case PAY_HOW_DEBIT:
        page_fact(p, "With", "%s", account_name(v, show_text(in->iban)));
        page_fact(p, "You agree", "%s", v->me->debit);
        break;
    default: page_fact(p, "With", "%s", card_name(v, show_text(in->card_number), show_text(in->card_expiry)));
    }
}

#define TOLD 6 /* invoices that a review names */
static void review_of(struct page *p, const struct scene *v, const struct payment_pay_in *in,
                      bool (*part)(const struct scene *, size_t, struct part *))
{
    struct part of;
    size_t told = 0;
    review_amounts(p, v, in);
    for (size_t i = 0; part(v, i, &of); i++)
        for (size_t k = 0; k < in->parts.n; k++)
            if (in->parts.v[k].invoice == of.id && told++ < TOLD)
                page_money(p, of.name, LOOK_PLAIN, in->parts.v[k].amount,
                           in->parts.v[k].amount.amount < of.due.amount ? "a part of it" : of.state);
    if (told > TOLD)
        page_fact(p, "And", "%zu more", told - TOLD);
    page_fact(p, "Note", "%s", show_text(v->me->card_note));
    if (pays(v, in))
        pay_with_left_out(p, v, in);
    page_note(p, LOOK_PLAIN, "Nothing has been charged yet.");
}

static void review_due(struct page *p, const struct scene *v, const void *in)
{
    review_of(p, v, in, due);
}

static void review_invoice(struct page *p, const struct scene *v, const void *in)
{
    review_of(p, v, in, only_it);
}

/* --- the book */

#define PAYS                                                                                 \
    .key = 'p', .name = "pay", .help = "Pay it", .op = OPNO_payment_pay, .about = ABOUT_ALL, \
    .complete = expects, .wrong = nothing_pays, .agree = AGREE_YES, .question = "Pay this?", \
    .yes = "Pay it", .follow = &pay_follow, .told = pay_came_to, .goes = &book_payment, .goes_to = pay_made
static const struct act due_acts[] = {
    {PAYS, .gives = due_gives, .before = before_all, .possible = any_due, .review = review_due}, {0}};
static const struct act invoice_acts[] = {
    {PAYS, .gives = invoice_gives, .before = before, .possible = is_due, .review = review_invoice}, {0}};

static void tell(struct page *p, const struct scene *v)
{
    page_title(p, "Pay %s", show_text(v->me->business));
}

static const struct also also[] = {{OPNO_credit_list, NULL}, {OPNO_method_list, NULL}, {OP_COUNT, NULL}};
#define PAYING                                                                                          \
    .title = "Pay", .tell = tell, .also = also, .straight = true, .live = SUBJECT_BIT(SUBJECT_PAYMENT), \
    .rather = &book_payment
const struct book book_pay = {
    .name = "pay", .op = OPNO_home_get, .acts = due_acts, .rather_this = due_under_way, PAYING};
#define FOR_ONE .complete = unseen, .acts = invoice_acts, .rather_this = it_is_under_way, PAYING
const struct book book_pay_for = {.name = "paying", .op = OPNO_invoice_get, .one = "invoice", FOR_ONE};
const struct book book_pay_for_retainer = {
    .name = "paying retainer", .op = OPNO_retainer_get, .one = "retainer", FOR_ONE};
