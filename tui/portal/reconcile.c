/* The books, the gateways and the bank side by side (E15), of some days and a currency: what came by each way and went back, what gateways paid out
 * and what that is made of, then each thing in which they differ. */
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

/* Which days, and in what currency, as one number: with it the book is opened. 0: this month, in the business's own. */
#define DAY_BITS 22
#define LETTER_BITS 5

static uint64_t pack(int32_t from, int32_t until, const char *currency)
{
    uint64_t id = 0;
    for (int i = 0; i < 3; i++)
        id = id << LETTER_BITS | (uint64_t)(currency[i] - 'A' + 1);
    return (id << DAY_BITS | (uint64_t)from) << DAY_BITS | (uint64_t)until;
}

static void unpack(const struct scene *v, void *in)
{
    struct report_reconcile_in *to = in;
    const uint64_t days = (UINT64_C(1) << DAY_BITS) - 1, letters = v->of >> 2 * DAY_BITS;
    char currency[4] = "";
    if (!v->of)
        return;
    for (int i = 0; i < 3; i++)
        currency[i] = (char)('A' - 1 + (letters >> (2 - i) * LETTER_BITS & 31));
    GIVE(report_reconcile_in, to, from, (int32_t)(v->of >> DAY_BITS & days));
    GIVE(report_reconcile_in, to, until, (int32_t)(v->of & days));
    GIVE(report_reconcile_in, to, currency, scene_text(v, "%s", currency));
}

static bool begins_month(int32_t day)
{
    int year, month, dom;
    date_split(day, &year, &month, &dom);
    return dom == 1;
}

/* The month that a day is of, or that many days that end with it: as those that are shown are. */
static uint64_t until_day(const struct scene *v, int32_t last)
{
    const struct report_reconcile_out *out = told(v);
    int year, month, dom;
    if (!begins_month(out->from) || !(begins_month(out->until + 1) || out->until == v->today))
        return pack(last - (out->until - out->from), last, out->currency);
    date_split(last, &year, &month, &dom);
    return pack(date_of(year, month, 1), last, out->currency);
}

static uint64_t before(const struct scene *v)
{
    return until_day(v, told(v)->from - 1);
}

static uint64_t after(const struct scene *v)
{
    const struct report_reconcile_out *out = told(v);
    int year, month, dom;
    if (!begins_month(out->from) || !begins_month(out->until + 1))
        return until_day(v, out->until + 1 + (out->until - out->from));
    date_split(out->until + 1, &year, &month, &dom);
    return until_day(v, (month == 12 ? date_of(year + 1, 1, 1) : date_of(year, month + 1, 1)) - 1);
}

static const char *can_go_on(const struct scene *v)
{
    return told(v)->until >= v->today ? "No later days are there yet." : NULL;
}

/* What stands on either side of it. */
static const char *side(const char *source, bool there)
{
    const bool bank = strcmp(source, "bank") == 0, payouts = strstr(source, " payouts") != NULL;
    if (there)
        return bank ? "on statements" : payouts ? "paid out" : "at the gateway";
    return payouts ? "on statements" : "in the books";
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

static void others(struct page *p, const struct scene *v)
{
    const struct text_list *l = &told(v)->currencies;
    const char *said = "";
    for (size_t i = 0; i < l->n; i++)
        said = scene_text(v, "%s%s%s", said, i ? ", " : "", l->v[i]);
    if (l->n)
        page_fact(p, "Also came in", "%s: each is compared by itself", said);
}

static void above(struct page *p, const struct scene *v)
{
    char from[DATE_TEXT], until[DATE_TEXT], here[SHOW_TEXT], there[SHOW_TEXT];
    const struct report_reconcile_out *out = told(v);
    page_fact(p, "Days", "%s – %s, in %s", date_short(from, out->from), date_short(until, out->until),
              out->currency);
    for (size_t i = 0; i < out->sources.n; i++) {
        const struct reconcile_source *s = &out->sources.v[i];
        show_money(here, s->here);
        if (s->told)
            page_fact_as(p, s->difference.amount ? LOOK_WARN : LOOK_GOOD, way(s->source),
                         scene_text(v, "%s %s, %s %s: %s", here, side(s->source, false),
                                    show_money(there, s->there), side(s->source, true),
                                    s->difference.amount ? "they differ" : "as much"));
        else
            page_fact(p, way(s->source), "%s %s", here, side(s->source, false));
        if (*show_text(s->note))
            page_note(p, s->told ? LOOK_PLAIN : LOOK_WARN, "%s", s->note);
    }
    payouts(p, v);
    page_fact_as(p, out->total ? LOOK_WARN : LOOK_GOOD, "Differences",
                 out->total ? scene_text(v, "%" PRId64, out->total) : "none");
    others(p, v);
}

static uint64_t row_id(const void *of)
{
    const struct reconcile_row *r = of;
    uint64_t id = r->payment << 24 ^ r->refund << 44 ^ r->line << 4 ^ (uint64_t)r->kind;
    for (const char *c = show_text(r->gateway_id); *c; c++)
        id = id * 31 + (unsigned char)*c;
    return id;
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
    {.field = "says", .title = "What differs", .width = 16},
    {.field = "number", .title = "Which", .width = 20, .grow = 3, .text = which},
    {.field = "here", .says = "here", .width = 12},
    {.field = "there", .says = "there", .width = 12},
    {0}};

static void tell(struct page *p, const struct scene *v)
{
    const struct reconcile_row *r = row(v);
    char day[DATE_TEXT];
    page_title(p, "%s", show_text(r->says));
    page_note(p, LOOK_PLAIN, "%s", show_text(r->meaning));
    page_fact(p, "Day", "%s", date_short(day, r->date));
    page_fact(p, "With", "%s", way(show_text(r->source)));
    page_fact(p, r->refund ? "Refund" : "Payment", "%s", show_text(r->number));
    page_fact(p, "Whose", "%s", show_text(r->customer_name));
    page_fact(p, "Gateway's name", "%s", show_text(r->gateway_id));
    page_money(p, side(show_text(r->source), false), LOOK_PLAIN, r->here, NULL);
    page_money(p, side(show_text(r->source), true), LOOK_PLAIN, r->there, NULL);
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

static bool is_of(const struct reconcile_payout *p, const struct reconcile_row *r)
{
    return (r->line && p->line == r->line) || strcmp(show_text(p->id), show_text(r->gateway_id)) == 0;
}

/* The payout that the row is about; NULL: there is none. */
static const struct reconcile_payout *its_payout(const struct scene *v)
{
    const struct reconcile_payout_list *l = &told(v)->payouts;
    for (size_t i = 0; i < l->n && row(v); i++)
        if (is_of(&l->v[i], row(v)))
            return &l->v[i];
    return NULL;
}

static const char *has_payout(const struct scene *v)
{
    return its_payout(v) ? NULL : "There is no payout of it.";
}

static void tell_payout(struct page *p, const struct scene *v)
{
    const struct reconcile_payout *out = its_payout(v);
    char day[DATE_TEXT];
    page_title(p, "Payout of %s", show_text(out->gateway));
    page_fact(p, "Gateway's name", "%s", show_text(out->id));
    page_fact(p, "To arrive", "%s", date_short(day, out->date));
    page_fact(p, "Statement says", "%s", show_text(out->statement));
    if (*out->charged.currency) {
        page_money(p, "Charged", LOOK_PLAIN, out->charged, NULL);
        page_money(p, "Fees", LOOK_PLAIN, out->fees, "kept of it");
        page_money(p, "Given back", LOOK_PLAIN, out->back, "kept of it");
        page_money(p, "Other", LOOK_PLAIN, out->other, "disputes and the like");
        page_money(p, "Unexplained", LOOK_WARN, out->rest, NULL);
    }
    page_money(p, "Paid out", LOOK_STRONG, out->amount, NULL);
    if (out->line)
        page_money(p, "Arrived", LOOK_PLAIN, out->arrived, NULL);
    page_fact(p, "At the bank", "%s", arrived(v, out));
}

static const char *day_typed(const struct scene *v, int32_t day)
{
    char text[DATE_TEXT];
    return scene_text(v, "%s", date_plain(text, day));
}

static const char *first_day(const struct scene *v)
{
    return day_typed(v, told(v)->from);
}

static const char *last_day(const struct scene *v)
{
    return day_typed(v, told(v)->until);
}

static const char *in_currency(const struct scene *v)
{
    return told(v)->currency;
}

static const struct give gives[] = {
    {.field = "from", .label = "First day", .help = "The first of the days.", .first = first_day},
    {.field = "until", .label = "Last day", .help = "The last of them.", .first = last_day},
    {.field = "currency",
     .help = "Such as EUR: what came in another one is compared by itself.",
     .first = in_currency},
    {0}};

static void one_row(const struct scene *v, const void *in, void *send)
{
    (void)v, (void)in;
    GIVE(report_reconcile_in, (struct report_reconcile_in *)send, limit, 1);
}

static uint64_t those(const struct scene *v, const void *out)
{
    const struct report_reconcile_out *of = out;
    (void)v;
    return pack(of->from, of->until, of->currency);
}

static const struct act acts[] = {
    {LEADS_TO('p', "payment", "The payment of it", OPNO_payment_get, book_payment), .about = ABOUT_ROW,
     .possible = has_payment, .goes_by = its_payment},
    {LEADS_TO('g', "refund", "The refund of it", OPNO_refund_get, book_refund), .about = ABOUT_ROW,
     .possible = has_refund, .goes_by = its_refund},
    {LEADS_TO('l', "line", "The line of the bank statement", OPNO_bank_line, book_bank_line),
     .about = ABOUT_ROW, .possible = has_line, .goes_by = its_line},
    {.key = 'o',
     .name = "payout",
     .help = "The payout, and what it is made of",
     .op = OPNO_report_reconcile,
     .about = ABOUT_ROW,
     .possible = has_payout,
     .tells = tell_payout},
    {.key = 'd',
     .name = "days",
     .title = "Which days, in which currency",
     .help = "Other days, or another currency",
     .op = OPNO_report_reconcile,
     .about = ABOUT_ALL,
     .gives = gives,
     .complete = one_row,
     .yes = "Compare",
     .busy = "Asking the gateways…",
     .done = "Compared.",
     .goes = &book_reconcile,
     .goes_to = those},
    {LEADS_TO('<', "earlier", "The days before", OPNO_report_reconcile, book_reconcile), .about = ABOUT_ALL,
     .goes_by = before},
    {LEADS_TO('>', "later", "The days after", OPNO_report_reconcile, book_reconcile), .about = ABOUT_ALL,
     .possible = can_go_on, .goes_by = after},
    {0}};

const struct book book_reconcile = {.name = "reconcile",
                                    .title = "Books, gateways and bank",
                                    .noun = "difference",
                                    .empty = "Nothing differs.",
                                    .op = OPNO_report_reconcile,
                                    .rows = "differences",
                                    .row_id = row_id,
                                    .of = "",
                                    .complete = unpack,
                                    .above = above,
                                    .columns = columns,
                                    .tell = tell,
                                    .acts = acts};
