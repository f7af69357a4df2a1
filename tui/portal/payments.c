/* Payments (D9, F5): all of them, of everybody or of one customer; and one of them as its receipt, or as the account of one that failed or is
 * still under way. */
#include "common/filter_table.h"
#include "proto/paper/paper.h"
#include "proto/paper/show.h"
#include "tui/portal/receipts.h"
#include "tui/portal/refunding.h"
#include <string.h>

/* --- the list */

static const struct payment_row *row(const struct scene *v)
{
    return v->row;
}

static const char *state(const struct scene *v)
{
    return show_pay_state(row(v)->status);
}

static enum look state_look(const struct scene *v)
{
    return show_pay_state_look(row(v)->status);
}

static enum look dim_failed(const struct scene *v)
{
    return row(v)->state == PAY_FAILED ? LOOK_DIM : LOOK_PLAIN;
}

static bool of_many(const struct scene *v)
{
    return v->me->role != ROLE_CUSTOMER;
}

/* Of those of one customer, whose they are is not said with each. */
static const char *whose(const struct scene *v)
{
    return v->of ? "" : show_text(row(v)->customer_name);
}

/* The state says that one was not paid; this, what it was for and why not. */
static const char *paid_for(const struct scene *v)
{
    const struct payment_row *p = row(v);
    const char *text = "";
    for (size_t i = 0; i < p->allocations.n; i++)
        text = scene_text(v, "%s%s%s", text, i ? ", " : "", show_text(p->allocations.v[i].number));
    if (p->state == PAY_FAILED && *show_text(p->failure))
        text = scene_text(v, "%s%s%s", text, *text ? ": " : "", p->failure);
    return *text ? text : "credit";
}

static const char *with(const struct scene *v)
{
    char text[SHOW_WITH];
    return scene_text(v, "%s", show_row_with(text, row(v)));
}

static uint64_t everybodys(const struct scene *v)
{
    (void)v;
    return 0;
}

static const struct column columns[] = {
    {.field = "number", .width = 10},
    {.field = "date", .width = 11, .sort = PAY_SORT_DATE, .down = true},
    {.field = "state", .width = 7, .text = state, .look = state_look},
    {.field = "customer_name",
     .title = "Customer",
     .width = 14,
     .grow = 2,
     .spoken = whose,
     .offered = of_many},
    {.field = "allocations",
     .title = "For",
     .says = "for",
     .width = 10,
     .grow = 2,
     .text = paid_for,
     .look = dim_failed},
    {.field = "method", .title = "With", .width = 14, .grow = 1, .drop = 1, .text = with},
    {.field = "amount", .width = 14, .sort = PAY_SORT_AMOUNT, .down = true},
    {0}};

static const struct shown shows[] = {
    {"paid", "status:paid"}, {"pending", "status:pending"}, {"failed", "status:failed"}, {0}};

static const struct act list_acts[] = {
    {LEADS_TO('+', "record", "Record a payment that arrived", OPNO_payment_record, book_record),
     .goes_by = scene_of},
    {LEADS_TO('x', "exchange", "Record a payment that arrived in another currency", OPNO_payment_record,
              book_record_exchange),
     .quiet = true, .goes_by = scene_of},
    {LEADS_TO('k', "credit", "What is left of payments, credit notes and retainers", OPNO_credit_list,
              book_credits),
     .about = ABOUT_ALL, .goes_by = scene_of},
    {LEADS_TO('g', "refunds", "Refunds: what was given back", OPNO_refund_list, book_refunds),
     .about = ABOUT_ALL, .goes_by = scene_of},
    {LEADS_TO('t', "bank", "Statements of the bank", OPNO_bank_statements, book_bank_statements),
     .about = ABOUT_ALL, .goes_by = everybodys},
    {LEADS_TO('w', "reconcile", "The books, the gateways and the bank side by side", OPNO_report_reconcile,
              book_reconcile),
     .about = ABOUT_ALL},
    {0}};

const struct book book_payments = {.name = "payments",
                                   .title = "Payments",
                                   .noun = "payment",
                                   .empty = "No payments yet. What is paid appears here, with its receipt.",
                                   .op = OPNO_payment_list,
                                   .rows = "payments",
                                   .one = "payment",
                                   .of = "customer",
                                   .shows = shows,
                                   .filter = filter_of_payments,
                                   .opens = &book_payment,
                                   .columns = columns,
                                   .acts = list_acts,
                                   .live = SUBJECT_BIT(SUBJECT_PAYMENT)};

/* --- one of them */

static const struct payment *payment(const struct scene *v)
{
    return ((const struct payment_get_out *)v->out)->payment;
}

static void tell(struct page *p, const struct scene *v)
{
    paper_payment(p, payment(v), v->me, v->today);
    page_quote(p, "Remarks for staff", payment(v)->notes);
}

static const char *name_of(const struct scene *v)
{
    return payment(v)->number;
}

static const char *settles_any(const struct scene *v)
{
    return payment(v)->allocations.n ? NULL : "It settles no invoice.";
}

static bool settled_one(const struct scene *v, size_t i, struct option *o)
{
    char amount[SHOW_TEXT];
    if (i >= payment(v)->allocations.n)
        return false;
    const struct allocation *a = &payment(v)->allocations.v[i];
    *o =
        (struct option){.value = (int64_t)about_id(SUBJECT_INVOICE, a->invoice),
                        .name = scene_text(v, "%s  %s", show_text(a->number), show_money(amount, a->amount))};
    return true;
}

static uint64_t customer(const struct scene *v)
{
    return payment(v)->customer;
}

static bool pending(const struct scene *v)
{
    return payment(v)->state == PAY_PENDING;
}

static const char *can_ask(const struct scene *v)
{
    return pending(v) ? NULL : "Its outcome is known.";
}

static const char *number(const struct scene *v)
{
    return show_text(payment(v)->number);
}

/* --- taking it off an invoice, and giving it back */

static const char *currency(const struct scene *v)
{
    return payment(v)->amount.currency;
}

static const char *all_left(const struct scene *v, const void *in)
{
    char text[SHOW_TEXT];
    (void)in;
    return scene_text(v, "%s", show_amount(text, payment(v)->unused));
}

static const char *is_left(const struct scene *v)
{
    return payment(v)->state != PAY_SUCCEEDED ? "It is not paid."
           : !payment(v)->unused.amount       ? "Nothing is left of it: {takeoff} takes it off an invoice."
                                              : NULL;
}

static bool by_gateway(const struct scene *v)
{
    return *show_text(payment(v)->gateway);
}

static void review(struct page *p, const struct scene *v, const void *in)
{
    page_fact(p, "Out of", "%s", number(v));
    if (((const struct refund_make_in *)in)->through)
        page_fact(p, "How", "through %s, which took it", show_text(payment(v)->gateway));
    refunding_review(p, v, in, payment(v)->unused, payment(v)->customer_name);
}

/* Through the gateway that took it, or by hand. */
static bool refund_way(const struct scene *v, const void *in, size_t i, struct option *o)
{
    (void)in;
    if (i == 0)
        *o = (struct option){.value = (int64_t)payment(v)->id,
                             .name = scene_text(v, "through %s", show_text(payment(v)->gateway))};
    else
        *o = (struct option){.name = "by hand"};
    return i < 2;
}

static bool is_by_hand(const struct scene *v, const void *in)
{
    (void)v;
    return !((const struct refund_make_in *)in)->through;
}

static bool part(const struct scene *v, const void *in, size_t i, struct option *o)
{
    char amount[SHOW_TEXT];
    (void)in;
    if (i >= payment(v)->allocations.n)
        return false;
    const struct allocation *a = &payment(v)->allocations.v[i];
    *o =
        (struct option){.value = (int64_t)a->invoice,
                        .name = scene_text(v, "%s  %s", show_text(a->number), show_money(amount, a->amount))};
    return true;
}

static const char *can_take_off(const struct scene *v)
{
    return payment(v)->state != PAY_SUCCEEDED ? "It is not paid." : settles_any(v);
}

/* What it settles of the invoice that is chosen. */
static const struct allocation *chosen_part(const struct scene *v, const void *in)
{
    const struct allocation_list *all = &payment(v)->allocations;
    size_t i = 0;
    while (i + 1 < all->n && all->v[i].invoice != ((const struct credit_unapply_in *)in)->invoice)
        i++;
    return &all->v[i];
}

static const char *all_settled(const struct scene *v, const void *in)
{
    char text[SHOW_TEXT];
    return scene_text(v, "%s", show_amount(text, chosen_part(v, in)->amount));
}

static void review_off(struct page *p, const struct scene *v, const void *in)
{
    const struct allocation *a = chosen_part(v, in);
    const struct money typed = ((const struct credit_unapply_in *)in)->amount;
    const struct money off = typed.amount ? typed : a->amount;
    char amount[SHOW_TEXT];
    page_fact(p, "Payment", "%s of %s", number(v), show_text(payment(v)->customer_name));
    page_money(p, "Taken off", LOOK_STRONG, off, NULL);
    page_fact(p, "Off", "%s", show_text(a->number));
    page_note(p, LOOK_PLAIN, "%s is open again, with %s to pay. The payment keeps the money as credit.",
              show_text(a->number), show_money(amount, off));
}

static const struct give refund_gives[] = {REFUNDING_AMOUNT(currency, all_left),
                                           {.field = "through",
                                            .label = "Way",
                                            .help = "← → through the gateway that took it, or by hand",
                                            .offered = by_gateway,
                                            .choice = refund_way},
                                           REFUNDING_BY_HAND(is_by_hand),
                                           REFUNDING_WHY,
                                           {0}};
static const struct give off_gives[] = {
    {.field = "invoice", .help = "← → another one", .choice = part, .must = true},
    {.field = "amount", .help = "Empty: all it settles of it", .currency = currency, .usual = all_settled},
    {0}};

/* --- what its gateway still wants of the one who pays */

static bool is_asked(const struct scene *v)
{
    return payment(v)->wants.n != 0;
}

static const char *can_answer(const struct scene *v)
{
    return is_asked(v) ? NULL : "It waits for nothing of you.";
}

static void what_it_asks(struct page *p, const struct scene *v)
{
    for (size_t i = 0; i < payment(v)->wants.n; i++) {
        const struct pay_field *f = &payment(v)->wants.v[i];
        page_fact(p, show_text(f->label), "%s", show_text(f->help));
    }
}

static const char *answered(const struct scene *v, const void *out)
{
    return payment_came_to(v, ((const struct payment_answer_out *)out)->payment);
}

const char *payment_came_to(const struct scene *v, const struct payment *p)
{
    if (p->state == PAY_FAILED)
        return scene_text(v, "It failed. %s", show_text(p->failure));
    if (p->state == PAY_PENDING && *show_text(p->url))
        return "It is not paid yet: go to the page that is shown here. It turns to paid by itself.";
    if (p->wants.n)
        return "It is not paid yet: one more thing is wanted of you. Answer it here.";
    return p->state == PAY_PENDING ? "It is under way, and settles by itself."
                                   : "Thank you. The receipt stays under payments.";
}

static const struct give answer_gives[] = {
    {.field = "answer", .help = "What the gateway asks for. It is not kept.", .must = true}, {0}};

/* --- at a page of the gateway's */

static bool has_page(const struct scene *v)
{
    return pending(v) && *show_text(payment(v)->url);
}

static const char *can_copy_page(const struct scene *v)
{
    return has_page(v) ? NULL : "It has no page to go to.";
}

static const char *url(const struct scene *v)
{
    return show_text(payment(v)->url);
}

static void before_cancel(struct page *p, const struct scene *v, const void *in)
{
    (void)in;
    page_money(p, "Amount", LOOK_PLAIN, payment(v)->amount, NULL);
    page_note(p, LOOK_PLAIN,
              "It is ended at its gateway: nothing can be paid with it any more. If it was paid a moment "
              "before, it is "
              "paid.");
}

static const char *called_off(const struct scene *v, const void *out)
{
    const struct payment *p = ((const struct payment_cancel_out *)out)->payment;
    return p->state == PAY_FAILED ? "It is called off."
                                  : scene_text(v, "It was too late: it is %s.", show_pay_state(p->state));
}

static const struct act acts[] = {
    {.key = 'c',
     .name = "answer",
     .help = "Give what it still wants of you",
     .op = OPNO_payment_answer,
     .offered = is_asked,
     .possible = can_answer,
     .before = what_it_asks,
     .gives = answer_gives,
     .yes = "Give it",
     .busy = "Asking the gateway…",
     .told = answered},
    {.key = 'g',
     .name = "refund",
     .help = "Refund what is left of it: give the money back",
     .op = OPNO_refund_make,
     .possible = is_left,
     .gives = refund_gives,
     .review = review,
     REFUNDING},
    {.key = 't',
     .name = "takeoff",
     .help = "Take it off an invoice: it is credit then",
     .op = OPNO_credit_unapply,
     .possible = can_take_off,
     .gives = off_gives,
     .agree = AGREE_YES,
     .question = "Take this payment off the invoice?",
     .yes = "Take it off",
     .review = review_off,
     .busy = "Taking it off…",
     .done = "It is credit now."},
    {.key = 'l',
     .name = "link",
     .help = "Copy the link of the page where it is paid",
     .op = OPNO_payment_get,
     .offered = has_page,
     .possible = can_copy_page,
     .copies = url},
    {.key = 'x',
     .name = "calloff",
     .help = "Call it off: nothing is paid with it any more",
     .op = OPNO_payment_cancel,
     .offered = pending,
     .possible = can_ask,
     .agree = AGREE_YES,
     .question = "Call this payment off?",
     .yes = "Call it off",
     .busy = "Asking the gateway…",
     .review = before_cancel,
     .told = called_off},
    RECEIPTS,
    {.key = 'i',
     .name = "invoice",
     .help = "The invoice it settles",
     .op = OPNO_invoice_get,
     .possible = settles_any,
     .goes = &book_subject,
     .goes_among = settled_one},
    {LEADS_TO('o', "customer", "The customer who paid", OPNO_customer_get, book_customer),
     .goes_by = customer},
    {.key = 'a',
     .name = "ask",
     .help = "Ask the gateway what became of it",
     .op = OPNO_payment_settle,
     .offered = pending,
     .possible = can_ask,
     .busy = "Asking the gateway…",
     .done = "The gateway is asked; its answer appears here."},
    {.key = 'y', .name = "copy", .help = "Copy its number", .op = OPNO_payment_get, .copies = number},
    {0}};

const struct book book_payment = {.name = "payment",
                                  .title = "Payment",
                                  .op = OPNO_payment_get,
                                  .one = "payment",
                                  .tell = tell,
                                  .name_of = name_of,
                                  .acts = acts,
                                  .live = SUBJECT_BIT(SUBJECT_PAYMENT)};
