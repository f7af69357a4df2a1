/* Lines of bank statements (E15), and one of them with whose it may be: what is chosen is booked as that customer's payment. */
#include "common/date.h"
#include "proto/paper/show.h"
#include "tui/portal/books.h"
#include <string.h>

/* --- the list */

static const char *state_words(int state)
{
    switch (state) {
    case LINE_WAITING: return "waits";
    case LINE_BOOKED: return "booked";
    case LINE_IGNORED: return "set aside";
    default: return "went out";
    }
}

static enum look look_of(int state)
{
    return state == LINE_WAITING ? LOOK_WARN : state == LINE_BOOKED ? LOOK_GOOD : LOOK_DIM;
}

static const struct statement_line *row(const struct scene *v)
{
    return v->row;
}

static const char *state(const struct scene *v)
{
    return state_words(row(v)->state);
}

static enum look state_look(const struct scene *v)
{
    return look_of(row(v)->state);
}

/* What became of it, or seems to be; else what the payer wrote. */
static const char *what(const struct scene *v)
{
    const struct statement_line *l = row(v);
    if (l->state == LINE_BOOKED)
        return scene_text(v, "%s of %s", show_text(l->payment_number), show_text(l->customer_name));
    if (*show_text(l->note))
        return l->note;
    return *show_text(l->guess) ? l->guess : show_text(l->text);
}

static const struct column columns[] = {
    {.field = "date", .width = 11},
    {.field = "state", .width = 9, .text = state, .look = state_look},
    {.field = "name", .title = "From or to", .width = 14, .grow = 2},
    {.field = "text", .title = "Whose it seems", .width = 16, .grow = 4, .text = what},
    {.field = "amount", .width = 14},
    {0}};

static uint64_t this_one(const struct scene *v)
{
    return v->id;
}

static const struct act list_acts[] = {{.key = ENTER,
                                        .name = "open",
                                        .help = "The line, and whose it may be",
                                        .op = OPNO_bank_line,
                                        .about = ABOUT_ROW,
                                        .goes = &book_bank_line,
                                        .goes_by = this_one},
                                       {0}};

const struct book book_bank_lines = {.name = "lines",
                                     .title = "Lines of bank statements",
                                     .noun = "line",
                                     .empty = "No lines.",
                                     .op = OPNO_bank_lines,
                                     .rows = "lines",
                                     .one = "line",
                                     .of = "statement",
                                     .only = "state",
                                     .columns = columns,
                                     .acts = list_acts,
                                     .live = SUBJECT_BIT(SUBJECT_STATEMENT) | SUBJECT_BIT(SUBJECT_PAYMENT)};

/* --- one of them: the rows are whose it may be */

static const struct bank_line_out *told(const struct scene *v)
{
    return v->out;
}

static const struct statement_line *line(const struct scene *v)
{
    return told(v)->line;
}

static void above(struct page *p, const struct scene *v)
{
    const struct statement_line *l = line(v);
    char day[DATE_TEXT];
    page_money(p, "Amount", LOOK_STRONG, l->amount, NULL);
    page_fact(p, "On", "%s", date_short(day, l->date));
    if (*show_text(l->name) || *show_text(l->iban_last))
        page_fact(p, l->amount.amount < 0 ? "To" : "From", "%s%s%s", show_text(l->name),
                  *show_text(l->iban_last) ? ", account …" : "", show_text(l->iban_last));
    if (*show_text(l->text))
        page_fact(p, "Text", "%s", l->text);
    if (*show_text(l->reference))
        page_fact(p, "Reference", "%s", l->reference);
    page_fact_as(p, look_of(l->state), "State", state_words(l->state));
    if (l->state == LINE_BOOKED)
        page_fact(p, "Payment", "%s of %s", show_text(l->payment_number), show_text(l->customer_name));
    if (*show_text(l->note))
        page_fact(p, "Because", "%s", l->note);
    if (l->returned)
        page_note(p, LOOK_WARN,
                  "The bank took an earlier payment back%s%s. Look at that payment: its invoice is not paid.",
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

static const struct column candidate_columns[] = {
    {.field = "customer_name", .title = "Customer", .width = 18, .grow = 2},
    {.field = "parts", .title = "Settles", .says = "settles", .width = 16, .grow = 2, .text = settles},
    {.field = "why", .title = "Because of", .says = "because of the", .width = 19, .text = because},
    {.field = "rest", .title = "Credit", .says = "credit:", .width = 13},
    {0}};

static void review(struct page *p, const struct scene *v, const void *in)
{
    const struct bank_candidate *c = candidate(v);
    (void)in;
    page_fact(p, "From", "%s", show_text(c->customer_name));
    page_money(p, "Amount", LOOK_STRONG, line(v)->amount, NULL);
    for (size_t i = 0; i < c->parts.n; i++)
        page_money(p, show_text(c->parts.v[i].number), LOOK_PLAIN, c->parts.v[i].amount, NULL);
    if (c->rest.amount)
        page_money(p, "Credit", LOOK_PLAIN, c->rest, NULL);
}

static void say_whose(const struct scene *v, const void *in, void *send)
{
    struct bank_match_in *to = send;
    const struct bank_candidate *c = candidate(v);
    struct allocation *parts = arena_alloc(v->arena, c->parts.n * sizeof *parts);
    (void)in;
    for (size_t i = 0; i < c->parts.n; i++) {
        GIVE(allocation, &parts[i], invoice, c->parts.v[i].invoice);
        GIVE(allocation, &parts[i], amount, c->parts.v[i].amount);
    }
    GIVE(bank_match_in, to, line, line(v)->id);
    GIVE(bank_match_in, to, customer, c->customer);
    GIVE(bank_match_in, to, parts, ((struct allocation_list){c->parts.n, parts}));
}

static const char *can_match(const struct scene *v)
{
    if (line(v)->state != LINE_WAITING)
        return "It does not wait any more.";
    if (line(v)->amount.amount <= 0)
        return "That money went out.";
    return NULL;
}

static const char *matched(const struct scene *v, const void *out)
{
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

static const struct give other_gives[] = {{.field = "customer",

                                           .help = "All of it becomes credit, to be applied from there",
                                           .choice = customer},
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
                                  {.key = 'o',
                                   .name = "other",
                                   .help = "Book it as somebody else's: all of it becomes credit",
                                   .op = OPNO_bank_match,
                                   .about = ABOUT_ALL,
                                   .gives = other_gives,
                                   .possible = can_match,
                                   .complete = say_line,
                                   .yes = "Book it",
                                   .busy = "Booking…",
                                   .despite = &pending,
                                   .told = matched,
                                   .goes = &book_payment,
                                   .goes_to = made},
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
