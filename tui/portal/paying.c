/* Paying by card (E1, E2, E8): which invoices, how much of each where part payments are allowed, the card, a review, and one payment that is
 * followed until its outcome is known. Begun with all that is due, or with an invoice. The card goes nowhere but into the request. */
#include "common/date.h"
#include "common/instalments.h"
#include "proto/paper/paper.h"
#include "proto/paper/show.h"
#include "tui/portal/books.h"
#include <stdio.h>
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
                     struct money balance, int status, int32_t due, const char *why)
{
    char text[SHOW_TEXT];
    const bool can = !*show_text(why);
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
                 d->not_by_card);
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
                 d->not_by_card);
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

static void unseen(const struct scene *v, void *in) /* by whom it is for */
{
    (void)v;
    GIVE(document_get_in, (struct document_get_in *)in, peek, true);
}

/* --- the card */

static size_t digits_of(const char *text, char digits[24])
{
    size_t n = 0;
    for (; *text; text++) {
        if (*text >= '0' && *text <= '9' && n < 19)
            digits[n++] = *text;
        else if (*text != ' ' && *text != '-')
            return 0;
    }
    digits[n] = '\0';
    return n;
}

static const char *brand_of(const char *digits)
{
    int two = (digits[0] - '0') * 10 + digits[1] - '0';
    if (digits[0] == '4')
        return "Visa";
    if ((two >= 51 && two <= 55) || (two >= 22 && two <= 27))
        return "Mastercard";
    return two == 34 || two == 37 ? "American Express" : "Card";
}

static bool is_number(const char *digits, size_t n)
{
    int total = 0;
    for (size_t i = 0; i < n; i++) {
        int d = digits[n - 1 - i] - '0';
        d = i % 2 ? d * 2 : d;
        total += d > 9 ? d - 9 : d;
    }
    return n >= 12 && total % 10 == 0;
}

/* Its brand, as soon as that can be told. */
static const char *beside_number(const struct scene *v, const char *typed, const char **wrong)
{
    char digits[24];
    size_t n = digits_of(typed, digits);
    (void)v;
    *wrong = is_number(digits, n) ? NULL : "That is not a card number: look for a mistyped digit.";
    const char *brand = n < 2 ? "" : brand_of(digits);
    explicit_bzero(digits, sizeof digits);
    return brand;
}

static const char *beside_expiry(const struct scene *v, const char *typed, const char **wrong)
{
    int month = 0, year = 0, used = 0;
    size_t n = strlen(typed);
    bool plain = strspn(typed, "0123456789") == n && (n == 4 || n == 6);
    if ((!plain && n != 5 && n != 7) ||
        sscanf(typed, plain ? "%2d%4d%n" : "%2d/%4d%n", &month, &year, &used) != 2 || typed[used])
        *wrong = "Write month and year as MM/YY.";
    else if (month < 1 || month > 12)
        *wrong = "There is no such month.";
    else if (date_of(year < 100 ? year + 2000 : year, month, 28) < v->today - 31)
        *wrong = "The card has expired.";
    return "MM/YY";
}

static const char *beside_code(const struct scene *v, const char *typed, const char **wrong)
{
    size_t n = strspn(typed, "0123456789");
    (void)v;
    *wrong = typed[n] || n < 3 || n > 4 ? "The three or four digits printed on the card." : NULL;
    return "";
}

/* "Visa ending 4242, expires 08/28" */
static const char *card_name(const struct scene *v, const char *number, const char *expiry)
{
    char digits[24];
    size_t n = digits_of(number, digits);
    const char *name = n < 12 ? ""
                              : scene_text(v, "%s ending %s, expires %.2s/%s", brand_of(digits),
                                           digits + n - 4, expiry, expiry + (expiry[2] == '/' ? 3 : 2));
    explicit_bzero(digits, sizeof digits);
    return name;
}

static const char *own_name(const struct scene *v, const void *in)
{
    (void)in;
    return v->me->name;
}

/* --- with a card given here, or at a page of the gateway's */

static bool both_ways(const struct scene *v)
{
    return v->me->card_here && v->me->online.n;
}

static bool here(const struct scene *v)
{
    return v->me->card_here;
}

static bool at_page(const struct scene *v, const void *in)
{
    return !v->me->card_here || ((const struct payment_pay_in *)in)->online;
}

static bool with_card(const struct scene *v, const void *in)
{
    return !at_page(v, in);
}

static bool nth_way(const struct scene *v, const void *in, size_t i, struct option *o)
{
    (void)v, (void)in;
    *o = (struct option){.value = (int64_t)i, .name = i ? "online, at the gateway's page" : "here"};
    return i < 2;
}

#define CARD                                                                                              \
    {.field = "online", .label = "Give the card", .choice = nth_way, .offered = both_ways, .width = 32},  \
        {.field = "card_number",                                                                          \
         .offered = here,                                                                                 \
         .wanted = with_card,                                                                             \
         .must = true,                                                                                    \
         .help = "As on the card; blanks do no harm. It is not kept.",                                    \
         .as = AS_TAIL,                                                                                   \
         .width = 24,                                                                                     \
         .beside = beside_number},                                                                        \
        {.field = "card_expiry",                                                                          \
         .offered = here,                                                                                 \
         .wanted = with_card,                                                                             \
         .must = true,                                                                                    \
         .label = "Expires",                                                                              \
         .help = "Month and year, as on the card",                                                        \
         .unit = "MM/YY",                                                                                 \
         .as = AS_SHOWN,                                                                                  \
         .width = 8,                                                                                      \
         .beside = beside_expiry},                                                                        \
        {.field = "card_code",                                                                            \
         .offered = here,                                                                                 \
         .wanted = with_card,                                                                             \
         .must = true,                                                                                    \
         .label = "Security code",                                                                        \
         .help = "Three digits on the back, or four on the front. It is not kept.",                       \
         .width = 6,                                                                                      \
         .beside = beside_code},                                                                          \
        {.field = "card_name",                                                                            \
         .offered = here,                                                                                 \
         .wanted = with_card,                                                                             \
         .label = "Name on card",                                                                         \
         .help = "As it stands on the card",                                                              \
         .usual = own_name},                                                                              \
    {                                                                                                     \
        .field = "card_postcode", .offered = here, .wanted = with_card, .label = "Postcode", .width = 12, \
        .help = "Of the card's billing address, where that is not your company's"                         \
    }
#define INVOICES                                                                                            \
    .field = "parts", .label = "Invoices", .help = "Which of them are paid now", .none = "Nothing is due.", \
    .must = true, .whole = in_full, .otherwise = &book_how
static const struct give due_gives[] = {{INVOICES, .part = due}, CARD, {0}};
static const struct give invoice_gives[] = {{INVOICES, .part = only_it}, CARD, {0}};

/* --- the review */

static struct money sum_of(const struct payment_pay_in *in)
{
    struct money sum = money_of(0, in->parts.n ? in->parts.v[0].amount.currency : "");
    for (size_t i = 0; i < in->parts.n; i++)
        sum.amount += in->parts.v[i].amount.amount;
    return sum;
}

static void expects(const struct scene *v, const void *in, void *send)
{
    GIVE(payment_pay_in, (struct payment_pay_in *)send, expect, sum_of(in));
    GIVE(payment_pay_in, (struct payment_pay_in *)send, online, at_page(v, in));
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

#define TOLD 6 /* invoices that a review names */
static void review_of(struct page *p, const struct scene *v, const struct payment_pay_in *in,
                      bool (*part)(const struct scene *, size_t, struct part *))
{
    struct part of;
    size_t told = 0;
    page_money(p, "You pay", LOOK_STRONG, sum_of(in), "today, once");
    page_fact(p, "To", "%s", show_text(v->me->business));
    if (at_page(v, in))
        page_fact(p, "Where", "at a page of the gateway's: its link is shown next");
    else
        page_fact(p, "With", "%s", card_name(v, show_text(in->card_number), show_text(in->card_expiry)));
    for (size_t i = 0; part(v, i, &of); i++)
        for (size_t k = 0; k < in->parts.n; k++)
            if (in->parts.v[k].invoice == of.id && told++ < TOLD)
                page_money(p, of.name, LOOK_PLAIN, in->parts.v[k].amount,
                           in->parts.v[k].amount.amount < of.due.amount ? "a part of it" : of.state);
    if (told > TOLD)
        page_fact(p, "And", "%zu more", told - TOLD);
    page_fact(p, "Note", "%s", show_text(v->me->card_note));
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

/* --- what becomes of it. payment.pay and payment.get answer alike: with the payment alone. */

_Static_assert(offsetof(struct payment_pay_out, payment) == offsetof(struct payment_get_out, payment),
               "alike");

static const struct payment *made(const void *out)
{
    return ((const struct payment_pay_out *)out)->payment;
}

static void about(const struct scene *v, const void *out, void *in)
{
    (void)v; /* payment.get and payment.settle are asked alike, too */
    GIVE(payment_get_in, (struct payment_get_in *)in, payment, made(out)->id);
}

/* What it wants of its payer is asked for with the payment; with a page to go to, one goes there. */
static bool over(const void *out)
{
    const struct payment *p = made(out);
    return p->state != PAY_PENDING || p->wants.n || *show_text(p->url);
}

static bool failed(const void *out)
{
    return made(out)->state == PAY_FAILED;
}

static void tell_failed(struct page *p, const struct scene *v, const void *out)
{
    paper_payment(p, made(out), v->me);
}

static const char *doing(const struct scene *v, const void *in)
{
    char amount[SHOW_TEXT];
    return scene_text(v, "Paying %s to %s", show_money(amount, sum_of(in)), show_text(v->me->business));
}

static uint64_t made_id(const struct scene *v, const void *out)
{
    (void)v;
    return made(out)->id;
}

static const char *came_to(const struct scene *v, const void *out)
{
    return payment_came_to(v, made(out));
}

#define UNKNOWN "Outcome unknown: do not pay again"
static const struct follow follow = {
    .look = OPNO_payment_get,
    .nudge = OPNO_payment_settle,
    .about = about,
    .over = over,
    .failed = failed,
    .tell = tell_failed,
    .doing = doing,
    .lost = UNKNOWN
    ". The connection was lost. The same payment is asked about when it is back; it can not be made "
    "twice. If it was made, it stands under payments.",
    .waits = "The payment is being made. Waiting for its answer …",
    .slow = UNKNOWN
    ", we are asking the gateway. It may take a while: one may wait, or leave; the payment stands under "
    "payments as pending and settles by itself.",
    .nothing = "Nothing was charged.",
    .again = "Try another card"};

#define PAYS                                                                                              \
    .key = 'p', .name = "pay", .help = "Pay by card", .op = OPNO_payment_pay, .about = ABOUT_ALL,         \
    .complete = expects, .agree = AGREE_YES, .question = "Pay this?", .yes = "Pay it", .follow = &follow, \
    .told = came_to, .goes = &book_payment, .goes_to = made_id
static const struct act due_acts[] = {
    {PAYS, .gives = due_gives, .before = before_all, .possible = any_due, .review = review_due}, {0}};
static const struct act invoice_acts[] = {
    {PAYS, .gives = invoice_gives, .before = before, .possible = is_due, .review = review_invoice}, {0}};

static void tell(struct page *p, const struct scene *v)
{
    page_title(p, "Pay %s", show_text(v->me->business));
}

#define PAYING .title = "Pay", .tell = tell, .at_once = "pay", .live = SUBJECT_BIT(SUBJECT_PAYMENT)
const struct book book_pay = {.name = "pay", .op = OPNO_home_get, .acts = due_acts, PAYING};
#define FOR_ONE .complete = unseen, .acts = invoice_acts, PAYING
const struct book book_pay_for = {.name = "paying", .op = OPNO_invoice_get, .one = "invoice", FOR_ONE};
const struct book book_pay_for_retainer = {
    .name = "paying retainer", .op = OPNO_retainer_get, .one = "retainer", FOR_ONE};
