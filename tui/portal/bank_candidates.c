/* A line of a bank statement (E15), with whose it may be: what is chosen is booked as that customer's payment. */
#include "common/date.h"
#include "proto/paper/show.h"
#include "tui/portal/bank_lines.h"
#include <string.h>

static const struct bank_line_out *told(const struct scene *v)
{
    return v->out;
}

static const struct statement_line *line(const struct scene *v)
{
    return told(v)->line;
}

/* What it is worth is staff's to say. */
static bool other_currency(const struct bank_candidate *c)
{
    return c && *c->due.currency;
}

static void above(struct page *p, const struct scene *v)
{
    const struct statement_line *l = line(v);
    char day[DATE_TEXT], due[SHOW_TEXT];
    page_money(p, "Amount", LOOK_STRONG, l->amount, NULL);
    page_fact(p, "On", "%s", date_short(day, l->date));
    if (*show_text(l->name) || *show_text(l->iban_last))
        page_fact(p, l->amount.amount < 0 ? "To" : "From", "%s%s%s", show_text(l->name),
                  *show_text(l->iban_last) ? ", account …" : "", show_text(l->iban_last));
    if (*show_text(l->text))
        page_fact(p, "Text", "%s", l->text);
    if (*show_text(l->reference))
        page_fact(p, "Reference", "%s", l->reference);
    page_fact_as(p, line_state_look(l->state), "State", line_state_words(l->state));
    if (l->charges.amount)
        page_money(p, "Bank charges", LOOK_PLAIN, l->charges, NULL);
    if (l->payment)
        page_fact(p, "Payment", "%s of %s", show_text(l->payment_number), show_text(l->customer_name));
    if (*show_text(l->note))
        page_fact(p, "Because", "%s", l->note);
    for (size_t i = 0; i < told(v)->candidates.n; i++) {
        const struct bank_candidate *c = &told(v)->candidates.v[i];
        if (other_currency(c))
            page_note(p, LOOK_WARN, "Of %s %s is due: say what the line is taken for.",
                      show_text(c->parts.v[0].number), show_money(due, c->due));
    }
    if (l->returned)
        page_note(p, LOOK_WARN,
                  l->state == LINE_TOOK_BACK
                      ? "The bank took that payment back%s%s. What it settled is due again."
                      : "The bank took an earlier payment back%s%s. Say which: its invoice is not paid.",
                  *show_text(l->return_reason) ? ": " : "", show_text(l->return_reason));
}

static const struct bank_candidate *candidate(const struct scene *v)
{
    return v->row;
}

static uint64_t candidate_id(const void *of)
{
    const struct bank_candidate *c = of;
    return (uint64_t)c->why << 56 ^ c->customer << 28 ^ (c->parts.n ? c->parts.v[0].invoice : 0) ^
           (uint64_t)c->parts.n << 20 ^ c->payment;
}

static const char *because(const struct scene *v)
{
    switch (candidate(v)->why) {
    case MATCH_REFERENCE: return "reference";
    case MATCH_NUMBER: return "number in the text";
    case MATCH_PAYER: return "known account";
    case MATCH_NAME: return "amount and name";
    default: return "taken back";
    }
}

static const char *settles(const struct scene *v)
{
    const char *text = "";
    for (size_t i = 0; i < candidate(v)->parts.n; i++)
        text = scene_text(v, "%s%s%s", text, i ? ", " : "", show_text(candidate(v)->parts.v[i].number));
    return *text ? text : candidate(v)->payment ? "" : "nothing: all of it is credit";
}

static const char *settles_of(const struct scene *v)
{
    char due[SHOW_TEXT];
    if (!other_currency(candidate(v)))
        return settles(v);
    return scene_text(v, "%s: %s", settles(v), show_money(due, candidate(v)->due));
}

static const struct column candidate_columns[] = {
    {.field = "customer_name", .title = "Customer", .width = 18, .grow = 2},
    {.field = "parts",
     .title = "Settles",
     .says = "settles",
     .width = 16,
     .grow = 2,
     .text = settles,
     .spoken = settles_of},
    {.field = "why", .title = "Because of", .says = "because of the", .width = 19, .text = because},
    {.field = "rest", .title = "Credit", .says = "credit:", .width = 13},
    {.field = "charges", .title = "Charges", .says = "bank charges:", .width = 11},
    {0}};

static void review(struct page *p, const struct scene *v, const void *in)
{
    const struct bank_candidate *c = candidate(v);
    const struct bank_match_in *given = in;
    page_fact(p, "From", "%s", show_text(c->customer_name));
    page_money(p, "Amount", LOOK_STRONG, line(v)->amount, NULL);
    if (other_currency(c) && given && given->amount.amount)
        page_money(p, "Taken for", LOOK_STRONG, given->amount, NULL);
    if (other_currency(c) && given && *show_text(given->rate))
        page_fact(p, "At the rate", "%s", given->rate);
    for (size_t i = 0; i < c->parts.n; i++)
        page_money(p, show_text(c->parts.v[i].number), LOOK_PLAIN, c->parts.v[i].amount,
                   other_currency(c) ? "as much of it as that settles" : NULL);
    if (c->rest.amount)
        page_money(p, "Credit", LOOK_PLAIN, c->rest, NULL);
    if (c->payment)
        page_note(p, LOOK_WARN, "That payment is taken back, and what it settled is due again.");
    else if (c->charges.amount)
        page_money(p, "Still due", LOOK_WARN, c->charges, "as charges: settled");
}

static void say_whose(const struct scene *v, const void *in, void *send)
{
    struct bank_match_in *to = send;
    const struct bank_candidate *c = candidate(v);
    struct allocation *parts = arena_alloc(v->arena, c->parts.n * sizeof *parts);
    (void)in;
    GIVE(bank_match_in, to, line, line(v)->id);
    if (c->payment) {
        GIVE(bank_match_in, to, payment, c->payment);
        return;
    }
    for (size_t i = 0; i < c->parts.n; i++) {
        GIVE(allocation, &parts[i], invoice, c->parts.v[i].invoice);
        if (!other_currency(c))
            GIVE(allocation, &parts[i], amount, c->parts.v[i].amount);
    }
    GIVE(bank_match_in, to, customer, c->customer);
    GIVE(bank_match_in, to, parts, ((struct allocation_list){c->parts.n, parts}));
}

static const char *does_wait(const struct scene *v)
{
    return line(v)->state == LINE_WAITING ? NULL : "It does not wait any more.";
}

static const char *can_match(const struct scene *v)
{
    if (does_wait(v))
        return does_wait(v);
    return other_currency(candidate(v)) ? "It is due in another currency: say what the line is taken for."
                                        : NULL;
}

static const char *can_exchange(const struct scene *v)
{
    if (does_wait(v))
        return does_wait(v);
    return other_currency(candidate(v)) ? NULL : "It is due in the currency of the line.";
}

static const char *can_be_other(const struct scene *v)
{
    return line(v)->amount.amount > 0 ? does_wait(v) : "That money went out.";
}

/* What is missing is not due any more then: banks on the way kept it. */
static void review_charges(struct page *p, const struct scene *v, const void *in)
{
    const struct bank_candidate *c = candidate(v);
    (void)in;
    page_fact(p, "From", "%s", show_text(c->customer_name));
    page_money(p, "Amount", LOOK_STRONG, line(v)->amount, NULL);
    page_money(p, "Bank charges", LOOK_WARN, c->charges, NULL);
    page_note(p, LOOK_PLAIN, "%s is settled in full: the charges are written off.",
              show_text(c->parts.v[0].number));
}

static void say_charges(const struct scene *v, const void *in, void *send)
{
    struct bank_match_in *to = send;
    const struct bank_candidate *c = candidate(v);
    struct allocation *part = arena_alloc(v->arena, sizeof *part);
    (void)in;
    GIVE(allocation, part, invoice, c->parts.v[0].invoice);
    GIVE(bank_match_in, to, line, line(v)->id);
    GIVE(bank_match_in, to, parts, ((struct allocation_list){1, part}));
    GIVE(bank_match_in, to, charges, c->charges);
}

static const char *can_charge(const struct scene *v)
{
    const struct bank_candidate *c = candidate(v);
    if (can_be_other(v))
        return can_be_other(v);
    return c && c->charges.amount
               ? NULL
               : "Nothing is missing that could be bank charges: see the settings of the business.";
}

static void say_undo(const struct scene *v, const void *in, void *send)
{
    (void)in;
    GIVE(bank_undo_in, (struct bank_undo_in *)send, line, line(v)->id);
}

static bool is_booked(const struct scene *v)
{
    return line(v)->state == LINE_BOOKED;
}

static void review_undo(struct page *p, const struct scene *v, const void *in)
{
    (void)in;
    page_fact(p, "Payment", "%s of %s", show_text(line(v)->payment_number),
              show_text(line(v)->customer_name));
    page_note(p, LOOK_WARN, "What it settled is due again, and the line waits. The customer sees it.");
}

static const char *matched(const struct scene *v, const void *out)
{
    if (((const struct bank_match_out *)out)->line->state == LINE_TOOK_BACK)
        return scene_text(v, "%s is taken back.",
                          show_text(((const struct bank_match_out *)out)->payment->number));
    return scene_text(v, "%s is booked.", show_text(((const struct bank_match_out *)out)->payment->number));
}

static uint64_t made(const struct scene *v, const void *out)
{
    (void)v;
    return ((const struct bank_match_out *)out)->payment->id;
}

/* Anybody: all of it becomes credit then. */
static bool customer(const struct scene *v, const void *in, size_t i, struct option *o)
{
    const struct customer_list_out *all = v->also[0];
    (void)in;
    if (!all || i >= all->customers.n)
        return false;
    *o = (struct option){.value = (int64_t)all->customers.v[i].id,
                         .name = show_text(all->customers.v[i].name)};
    return true;
}

#define AMOUNT_GIVE                              \
    .field = "amount", .label = "Taken for",     \
    .help = "Of money in another currency than " \
            "the customer's: what it is taken for, or the rate"
#define RATE_GIVE .field = "rate", .help = "So much of the customer's currency for one of the line's: 0.9234"
#define RATE_SOURCE_GIVE \
    .field = "rate_source", .label = "Rate of", .help = "Who says so: the bank, a central bank on that day"

static const struct give exchange_gives[] = {{AMOUNT_GIVE}, {RATE_GIVE}, {RATE_SOURCE_GIVE}, {0}};

static const struct give other_gives[] = {{.field = "customer",

                                           .help = "All of it becomes credit, to be applied from there",
                                           .choice = customer},
                                          {AMOUNT_GIVE},
                                          {RATE_GIVE},
                                          {RATE_SOURCE_GIVE},
                                          {0}};

static void say_line(const struct scene *v, const void *in, void *send)
{
    (void)in;
    GIVE(bank_match_in, (struct bank_match_in *)send, line, line(v)->id);
}

static void say_aside(const struct scene *v, const void *in, void *send)
{
    (void)in;
    GIVE(bank_ignore_in, (struct bank_ignore_in *)send, line, line(v)->id);
}

static void say_again(const struct scene *v, const void *in, void *send)
{
    say_aside(v, in, send);
    GIVE(bank_ignore_in, (struct bank_ignore_in *)send, undo, true);
}

static bool waits(const struct scene *v)
{
    return line(v)->state != LINE_IGNORED;
}

static const char *can_set_aside(const struct scene *v)
{
    return line(v)->state == LINE_WAITING ? NULL : "It does not wait any more.";
}

static bool is_aside(const struct scene *v)
{
    return line(v)->state == LINE_IGNORED;
}

static const char *can_wait(const struct scene *v)
{
    return is_aside(v) ? NULL : "It was not set aside.";
}

static const struct give undo_gives[] = {{.field = "reason", .help = "Why, as the customer may read it"},
                                         {0}};

static const struct give reasons[] = {
    {.field = "reason", .help = "What it is: interest, a refund of a supplier"}, {0}};

static const struct despite pending = {ERR_PENDING, "despite_pending", "Book it although one is pending?",
                                       "Book it all the same"};
static const struct act acts[] = {{.key = ENTER,
                                   .name = "match",
                                   .help = "Book it so",
                                   .op = OPNO_bank_match,
                                   .about = ABOUT_ROW,
                                   .possible = can_match,
                                   .complete = say_whose,
                                   .agree = AGREE_YES,
                                   .question = "Book it as this payment?",
                                   .yes = "Book it",
                                   .busy = "Booking…",
                                   .review = review,
                                   .despite = &pending,
                                   .told = matched,
                                   .goes = &book_payment,
                                   .goes_to = made},
                                  {.key = 'e',
                                   .name = "exchange",
                                   .help = "Book it for what it is taken for in the invoice's currency",
                                   .op = OPNO_bank_match,
                                   .about = ABOUT_ROW,
                                   .gives = exchange_gives,
                                   .possible = can_exchange,
                                   .complete = say_whose,
                                   .agree = AGREE_YES,
                                   .question = "Book it as this payment?",
                                   .yes = "Book it",
                                   .busy = "Booking…",
                                   .review = review,
                                   .despite = &pending,
                                   .told = matched,
                                   .goes = &book_payment,
                                   .goes_to = made},
                                  {.key = 'o',
                                   .name = "other",
                                   .help = "Book it as somebody else's: all of it becomes credit",
                                   .op = OPNO_bank_match,
                                   .about = ABOUT_ALL,
                                   .gives = other_gives,
                                   .possible = can_be_other,
                                   .complete = say_line,
                                   .yes = "Book it",
                                   .busy = "Booking…",
                                   .despite = &pending,
                                   .told = matched,
                                   .goes = &book_payment,
                                   .goes_to = made},
                                  {.key = 'f',
                                   .name = "charges",
                                   .help = "Book it, and write off what is missing as bank charges",
                                   .op = OPNO_bank_match,
                                   .about = ABOUT_ROW,
                                   .possible = can_charge,
                                   .complete = say_charges,
                                   .agree = AGREE_YES,
                                   .question = "Book it, with bank charges?",
                                   .yes = "Book it",
                                   .busy = "Booking…",
                                   .review = review_charges,
                                   .despite = &pending,
                                   .told = matched,
                                   .goes = &book_payment,
                                   .goes_to = made},
                                  {.key = 'B',
                                   .name = "unbook",
                                   .help = "It was booked by mistake",
                                   .op = OPNO_bank_undo,
                                   .about = ABOUT_ALL,
                                   .gives = undo_gives,
                                   .offered = is_booked,
                                   .complete = say_undo,
                                   .agree = AGREE_YES,
                                   .question = "Take it out of the books?",
                                   .yes = "Take it out",
                                   .review = review_undo,
                                   .busy = "Taking it out…",
                                   .done = "It waits again."},
                                  {.key = 'x',
                                   .name = "ignore",
                                   .help = "It is nobody's payment",
                                   .op = OPNO_bank_ignore,
                                   .about = ABOUT_ALL,
                                   .gives = reasons,
                                   .offered = waits,
                                   .possible = can_set_aside,
                                   .complete = say_aside,
                                   .yes = "Set it aside",
                                   .busy = "Saying so…",
                                   .done = "Set aside."},
                                  {.key = 'w',
                                   .name = "wait",
                                   .help = "It waits after all",
                                   .op = OPNO_bank_ignore,
                                   .about = ABOUT_ALL,
                                   .offered = is_aside,
                                   .possible = can_wait,
                                   .complete = say_again,
                                   .busy = "Saying so…",
                                   .done = "It waits again."},
                                  {0}};

static void everybody(const struct scene *v, void *in)
{
    (void)v;
    GIVE(customer_list_in, (struct customer_list_in *)in, limit, 100);
}

static const struct also also[] = {{OPNO_customer_list, everybody}, {OP_COUNT, NULL}};

const struct book book_bank_line = {.name = "line",
                                    .title = "A line of a bank statement",
                                    .noun = "candidate",
                                    .empty = "Nothing speaks for anybody.",
                                    .op = OPNO_bank_line,
                                    .rows = "candidates",
                                    .row_id = candidate_id,
                                    .of = "line",
                                    .above = above,
                                    .columns = candidate_columns,
                                    .also = also,
                                    .acts = acts,
                                    .live = SUBJECT_BIT(SUBJECT_STATEMENT) | SUBJECT_BIT(SUBJECT_PAYMENT)};
