/* Refunds (E11, D10): all of them, of everybody or of one customer; one of them; and what giving money back says wherever it is done. */
#include "common/date.h"
#include "proto/paper/show.h"
#include "tui/portal/refunding.h"

static const char *state_name(int state)
{
    return state == REFUND_SUCCEEDED ? "given back" : enum_name(enum_refund_state(), state);
}

static enum look state_look(int state)
{
    return state == REFUND_SUCCEEDED ? LOOK_GOOD : state == REFUND_FAILED ? LOOK_BAD : LOOK_WARN;
}

/* --- the list */

static const struct refund *row(const struct scene *v)
{
    return v->row;
}

static const char *state(const struct scene *v)
{
    return state_name(row(v)->state);
}

static enum look look(const struct scene *v)
{
    return state_look(row(v)->state);
}

static bool of_many(const struct scene *v)
{
    return v->me->role != ROLE_CUSTOMER;
}

static const char *whose(const struct scene *v)
{
    return v->of ? "" : show_text(row(v)->customer_name);
}

static const struct column columns[] = {{.field = "number", .title = "Refund", .width = 10},
                                        {.field = "date", .width = 11},
                                        {.field = "state", .width = 10, .text = state, .look = look},
                                        {.field = "customer_name",
                                         .title = "Customer",
                                         .width = 14,
                                         .grow = 2,
                                         .spoken = whose,
                                         .offered = of_many},
                                        {.field = "source_number", .says = "out of", .width = 11, .grow = 1},
                                        {.field = "amount", .width = 14},
                                        {0}};

static const struct act list_acts[] = {
    {LEADS_TO('k', "credit", "Credit: what can be refunded", OPNO_credit_list, book_credits),
     .about = ABOUT_ALL, .goes_by = scene_of},
    {0}};

const struct book book_refunds = {.name = "refunds",
                                  .title = "Refunds",
                                  .noun = "refund",
                                  .empty = "No refunds yet.",
                                  .op = OPNO_refund_list,
                                  .rows = "refunds",
                                  .one = "refund",
                                  .of = "customer",
                                  .only = "state",
                                  .opens = &book_refund,
                                  .columns = columns,
                                  .acts = list_acts,
                                  .live = SUBJECT_BIT(SUBJECT_REFUND)};

/* --- one of them */

static const struct refund *refund(const struct scene *v)
{
    return ((const struct refund_get_out *)v->out)->refund;
}

static void tell(struct page *p, const struct scene *v)
{
    const struct refund *r = refund(v);
    char day[SHOW_TEXT];
    page_title(p, "Refund %s", show_text(r->number));
    page_fact_as(p, state_look(r->state), "State", state_name(r->state));
    if (r->state == REFUND_FAILED) {
        page_fact_as(p, LOOK_BAD, "Reason", r->failure);
        page_note(p, LOOK_PLAIN, "Nothing went back, or it came back. It is credit again.");
    } else if (r->state == REFUND_PENDING) {
        page_note(p, LOOK_WARN, "The gateway has not said yet whether it arrived.");
    }
    page_money(p, "Amount", LOOK_STRONG, r->amount, NULL);
    page_fact(p, "To", "%s", show_text(r->customer_name));
    page_fact(p, "Date", "%s", date_short(day, r->date));
    page_fact(p, "Out of", "%s", show_text(r->source_number));
    page_fact(p, "How", "%s%s%s", show_pay_mode(r->mode), *show_text(r->gateway) ? ", through " : "",
              show_text(r->gateway));
    page_fact(p, "Reference", "%s", show_text(r->reference));
    page_fact(p, "Made by", "%s", show_text(r->by));
    page_quote(p, "Why", r->reason);
}

static const char *name_of(const struct scene *v)
{
    return refund(v)->number;
}

static bool by_gateway(const struct scene *v)
{
    return refund(v)->through;
}

static const char *can_ask(const struct scene *v)
{
    return !refund(v)->through                 ? "It was refunded by hand."
           : refund(v)->state == REFUND_FAILED ? "It failed: nothing comes after that."
                                               : NULL;
}

static uint64_t source(const struct scene *v)
{
    return about_id(refund(v)->of, (uint64_t)refund(v)->source);
}

static const char *number(const struct scene *v)
{
    return show_text(refund(v)->number);
}

static const struct act acts[] = {
    {.key = 'a',
     .name = "ask",
     .help = "Ask the gateway what became of it",
     .op = OPNO_refund_settle,
     .offered = by_gateway,
     .possible = can_ask,
     .busy = "Asking the gateway…",
     .done = "The gateway is asked; its answer appears here."},
    {LEADS_TO('i', "source", "What it was given out of", OPNO_refund_get, book_subject), .goes_by = source},
    {.key = 'y', .name = "copy", .help = "Copy its number", .op = OPNO_refund_get, .copies = number},
    {0}};

const struct book book_refund = {.name = "refund",
                                 .title = "Refund",
                                 .op = OPNO_refund_get,
                                 .one = "refund",
                                 .tell = tell,
                                 .name_of = name_of,
                                 .acts = acts,
                                 .live = SUBJECT_BIT(SUBJECT_REFUND)};

/* --- giving back, wherever it is done */

bool refunding_mode(const struct scene *v, const void *in, size_t i, struct option *o)
{
    static const int modes[] = {MODE_TRANSFER, MODE_CASH, MODE_CHECK, MODE_CARD, MODE_DEBIT, MODE_OTHER};
    (void)v, (void)in;
    if (i < sizeof modes / sizeof *modes)
        *o = (struct option){.value = modes[i], .name = show_pay_mode(modes[i])};
    return i < sizeof modes / sizeof *modes;
}

const char *refunding_today(const struct scene *v, const void *in)
{
    char text[DATE_TEXT];
    (void)in;
    return scene_text(v, "%s", date_plain(text, v->today));
}

void refunding_review(struct page *p, const struct scene *v, const void *in, struct money left,
                      const char *whose)
{
    const struct refund_make_in *r = in;
    char text[SHOW_TEXT];
    page_fact(p, "To", "%s", show_text(whose));
    page_money(p, "Amount", LOOK_STRONG, r->amount.amount ? r->amount : left, NULL);
    if (r->mode)
        page_fact(p, "How", "%s, %s", show_pay_mode(r->mode), date_short(text, r->date ? r->date : v->today));
    page_note(p, LOOK_PLAIN, "It is no credit any more. The customer sees it.");
}

/* --- of a retainer invoice or a credit note, from its page */

static const struct document *paper(const struct scene *v)
{
    return ((const struct document_get_out *)v->out)->document;
}

const char *refunding_currency(const struct scene *v)
{
    return paper(v)->left.currency;
}

const char *refunding_all(const struct scene *v, const void *in)
{
    char text[SHOW_TEXT];
    (void)in;
    return scene_text(v, "%s", show_amount(text, paper(v)->left));
}

const char *refunding_can(const struct scene *v)
{
    return paper(v)->left.amount ? NULL : "Nothing is left of it to refund.";
}

void refunding_of_paper(const struct scene *v, const void *in, void *send)
{
    (void)in;
    GIVE(refund_make_in, (struct refund_make_in *)send, document, paper(v)->id);
}

void refunding_review_paper(struct page *p, const struct scene *v, const void *in)
{
    page_fact(p, "Out of", "%s", show_text(paper(v)->number));
    refunding_review(p, v, in, paper(v)->left, paper(v)->customer_name);
}

const char *refunding_told(const struct scene *v, const void *out)
{
    const struct refund *r = ((const struct refund_make_out *)out)->refund;
    return scene_text(v, r->state == REFUND_PENDING ? "%s is on its way." : "%s is recorded.",
                      show_text(r->number));
}

uint64_t refunding_made(const struct scene *v, const void *out)
{
    (void)v;
    return ((const struct refund_make_out *)out)->refund->id;
}
