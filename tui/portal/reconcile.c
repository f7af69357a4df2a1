/* The books, the gateways and the bank side by side, a month at a time (E15): what came by each way and went back, what
 * gateways paid out and what that is made of, then each thing in which they differ. */
#include "common/date.h"
#include "proto/paper/show.h"
#include "tui/portal/books.h"
#include <inttypes.h>
#include <string.h>

static const struct report_reconcile_out *told(const struct scene *v)
{
    return v->out;
}

static const struct reconcile_row *row(const struct scene *v)
{
    return v->row;
}

static uint64_t month_at(int32_t day)
{
    int year, month, dom;
    date_split(day, &year, &month, &dom);
    return (uint64_t)year * 100 + (uint64_t)month;
}

uint64_t reconcile_now(const struct scene *v)
{
    return month_at(v->today);
}

static uint64_t before(const struct scene *v)
{
    return month_at(told(v)->from - 1);
}

static uint64_t after(const struct scene *v)
{
    return month_at(told(v)->until + 1);
}

static const char *can_go_on(const struct scene *v)
{
    return told(v)->until >= v->today ? "That is the last month there is." : NULL;
}

static const char *way(const char *source)
{
    return strcmp(source, "bank") == 0 ? "By bank" : source;
}

/* " − EUR 1.50 fees": a part that there is. */
static const char *part(const struct scene *v, const char *so_far, const char *sign, struct money amount,
                        const char *of)
{
    char text[SHOW_TEXT];
    if (!amount.amount)
        return so_far;
    if (amount.amount < 0) {
        sign = *sign == '+' ? "−" : "+";
        amount.amount = -amount.amount;
    }
    return scene_text(v, "%s %s %s %s", so_far, sign, show_money(text, amount), of);
}

static const char *made_of(const struct scene *v, const struct reconcile_payout *p)
{
    char text[SHOW_TEXT];
    if (!*p->charged.currency)
        return "made by hand: of what is not told";
    const char *said = scene_text(v, "%s charged", show_money(text, p->charged));
    said = part(v, said, "−", p->fees, "fees");
    said = part(v, said, "−", p->back, "given back");
    said = part(v, said, "+", p->other, "other");
    return p->rest.amount ? part(v, said, "+", p->rest, "unexplained") : said;
}

static const char *arrived(const struct scene *v, const struct reconcile_payout *p)
{
    char text[SHOW_TEXT];
    if (p->line)
        return p->difference.amount ? scene_text(v, "%s arrived: they differ", show_money(text, p->arrived))
                                    : "as much arrived";
    return p->state == PAYOUT_PAID     ? "on no statement"
           : p->state == PAYOUT_FAILED ? "did not reach the bank"
                                       : "on its way to the bank";
}

static void payouts(struct page *p, const struct scene *v)
{
    char day[DATE_TEXT], amount[SHOW_TEXT];
    for (size_t i = 0; i < told(v)->payouts.n; i++) {
        const struct reconcile_payout *out = &told(v)->payouts.v[i];
        const bool good = out->line && !out->difference.amount && !out->rest.amount;
        const bool wrong = !good && (out->line || out->state != PAYOUT_PENDING);
        page_fact_as(p,
                     wrong  ? LOOK_WARN
                     : good ? LOOK_GOOD
                            : LOOK_PLAIN,
                     "Payout",
                     scene_text(v, "%s %s: %s", date_short(day, out->date), show_money(amount, out->amount),
                                arrived(v, out)));
        page_note(p, LOOK_DIM, "%s", made_of(v, out));
    }
}

static void above(struct page *p, const struct scene *v)
{
    char from[DATE_TEXT], until[DATE_TEXT], here[SHOW_TEXT], there[SHOW_TEXT];
    const struct report_reconcile_out *out = told(v);
    page_fact(p, "Days", "%s – %s", date_short(from, out->from), date_short(until, out->until));
    for (size_t i = 0; i < out->sources.n; i++) {
        const struct reconcile_source *s = &out->sources.v[i];
        show_money(here, s->here);
        if (s->told)
            page_fact_as(p, s->difference.amount ? LOOK_WARN : LOOK_GOOD, way(s->source),
                         scene_text(v, "%s here, %s there: %s", here, show_money(there, s->there),
                                    s->difference.amount ? "they differ" : "as much"));
        else
            page_fact(p, way(s->source), "%s here", here);
        if (*show_text(s->note))
            page_note(p, s->told ? LOOK_PLAIN : LOOK_WARN, "%s", s->note);
    }
    payouts(p, v);
    page_fact(p, "Differences", "%" PRId64, out->total);
}

static uint64_t row_id(const void *of)
{
    const struct reconcile_row *r = of;
    uint64_t id = r->payment << 24 ^ r->refund << 44 ^ r->line << 4 ^ (uint64_t)r->kind;
    for (const char *c = show_text(r->gateway_id); *c; c++)
        id = id * 31 + (unsigned char)*c;
    return id;
}

static const char *because(const struct scene *v)
{
    const char *source = show_text(row(v)->source);
    const bool refund = strstr(source, " refunds") != NULL;
    if (refund && row(v)->kind == DIFFERS_NOT_PAID_THERE)
        return "not given there";
    if (refund && row(v)->kind == DIFFERS_NOT_PAID_HERE)
        return "not given here";
    switch (row(v)->kind) {
    case DIFFERS_NOT_THERE: return "unknown there";
    case DIFFERS_NOT_PAID_THERE: return "not paid there";
    case DIFFERS_NOT_PAID_HERE: return "not paid here";
    case DIFFERS_NOT_HERE: return "unknown here";
    case DIFFERS_AMOUNT: return "other amount";
    case DIFFERS_NO_LINE: return "on no statement";
    case DIFFERS_WAITS: return "line waits";
    default: return "of other days";
    }
}

static const char *which(const struct scene *v)
{
    const struct reconcile_row *r = row(v);
    if (*show_text(r->number))
        return scene_text(v, "%s %s", show_text(r->number), show_text(r->customer_name));
    return *show_text(r->customer_name) ? r->customer_name : show_text(r->gateway_id);
}

static const struct column columns[] = {
    {.field = "date", .width = 11},
    {.field = "source", .title = "With", .says = "with", .width = 8, .grow = 1, .drop = 1},
    {.field = "kind", .title = "In what", .width = 15, .text = because},
    {.field = "number", .title = "Which", .width = 21, .grow = 3, .text = which},
    {.field = "here", .says = "here", .width = 12},
    {.field = "there", .says = "there", .width = 12},
    {0}};

static void tell(struct page *p, const struct scene *v)
{
    const struct reconcile_row *r = row(v);
    char day[DATE_TEXT];
    page_title(p, "%s", because(v));
    for (size_t i = 0; i < enum_differs()->n; i++)
        if (enum_differs()->values[i].value == r->kind)
            page_note(p, LOOK_PLAIN, "It is %s.", enum_differs()->values[i].help);
    page_fact(p, "Day", "%s", date_short(day, r->date));
    page_fact(p, "With", "%s", way(show_text(r->source)));
    page_fact(p, r->refund ? "Refund" : "Payment", "%s", show_text(r->number));
    page_fact(p, "Whose", "%s", show_text(r->customer_name));
    page_fact(p, "There it is", "%s", show_text(r->gateway_id));
    page_money(p, "Here", LOOK_PLAIN, r->here, NULL);
    page_money(p, "There", LOOK_PLAIN, r->there, NULL);
    page_money(p, "Difference", LOOK_STRONG, r->difference, NULL);
}

static uint64_t its_payment(const struct scene *v)
{
    return row(v)->payment;
}

static uint64_t its_line(const struct scene *v)
{
    return row(v)->line;
}

static uint64_t its_refund(const struct scene *v)
{
    return row(v)->refund;
}

static const char *has_refund(const struct scene *v)
{
    return row(v) && row(v)->refund ? NULL : "There is no refund of it here.";
}

static const char *has_payment(const struct scene *v)
{
    return row(v) && row(v)->payment ? NULL : "There is no payment of it here.";
}

static const char *has_line(const struct scene *v)
{
    return row(v) && row(v)->line ? NULL : "It is on no statement.";
}

static const struct act acts[] = {
    {LEADS_TO('p', "payment", "The payment of it", OPNO_payment_get, book_payment), .about = ABOUT_ROW,
     .possible = has_payment, .goes_by = its_payment},
    {LEADS_TO('g', "refund", "The refund of it", OPNO_refund_get, book_refund), .about = ABOUT_ROW,
     .possible = has_refund, .goes_by = its_refund},
    {LEADS_TO('l', "line", "The line of the bank statement", OPNO_bank_line, book_bank_line),
     .about = ABOUT_ROW, .possible = has_line, .goes_by = its_line},
    {LEADS_TO('<', "earlier", "The month before", OPNO_report_reconcile, book_reconcile), .about = ABOUT_ALL,
     .goes_by = before},
    {LEADS_TO('>', "later", "The month after", OPNO_report_reconcile, book_reconcile), .about = ABOUT_ALL,
     .possible = can_go_on, .goes_by = after},
    {0}};

const struct book book_reconcile = {.name = "reconcile",
                                    .title = "Books, gateways and bank",
                                    .noun = "difference",
                                    .empty = "Nothing differs.",
                                    .op = OPNO_report_reconcile,
                                    .rows = "differences",
                                    .row_id = row_id,
                                    .of = "month",
                                    .above = above,
                                    .columns = columns,
                                    .tell = tell,
                                    .acts = acts};
