/* The lists of estimates (D2, F3), invoices (D5, F4), retainer invoices and credit notes (F7): of all, of one customer, or of the one who looks. */
#include "common/date.h"
#include "common/filter_table.h"
#include "proto/paper/show.h"
#include "tui/portal/papers.h"

#define PAY_MOST 200 /* parts of payment.pay */

static const struct document_row *row(const struct scene *v)
{
    return v->row;
}

static bool is_draft(const struct scene *v)
{
    return !*show_text(row(v)->number);
}

/* --- columns */

static bool of_several(const struct scene *v)
{
    return for_staff(v) && !v->of;
}

static bool for_customer(const struct scene *v)
{
    return !for_staff(v);
}

static const char *number(const struct scene *v)
{
    return is_draft(v) ? "(draft)" : row(v)->number;
}

static const char *number_spoken(const struct scene *v)
{
    return is_draft(v) ? "draft" : row(v)->number;
}

static const char *day(const struct scene *v, int32_t date)
{
    char text[DATE_TEXT];
    return date ? scene_text(v, "%s", date_short(text, date)) : "";
}

static const char *date(const struct scene *v)
{
    return day(v, row(v)->date);
}

static const char *unspoken(const struct scene *v)
{
    (void)v;
    return "";
}

/* Of one that is late and paid in part the due day says the first; and whether it is being paid matters more than both. */
static const char *state(const struct scene *v)
{
    return row(v)->paying ? SHOW_BEING_PAID : show_status(row(v)->also ? row(v)->also : row(v)->status);
}

static const char *state_spoken(const struct scene *v)
{
    char text[2 * SHOW_TEXT];
    return scene_text(v, "%s%s",
                      paper_state(text, sizeof text, row(v)->kind, row(v)->status, row(v)->due, v->today),
                      row(v)->paying ? ", " SHOW_BEING_PAID : "");
}

static enum look state_look(const struct scene *v)
{
    return row(v)->paying ? LOOK_WARN : show_status_look(row(v)->status);
}

static const char *due(const struct scene *v)
{
    char text[SHOW_TEXT];
    show_due(text, row(v)->kind, row(v)->status, row(v)->due, v->today);
    return *text ? scene_text(v, "%s", text) : day(v, row(v)->due);
}

static enum look due_look(const struct scene *v)
{
    return row(v)->status == STATUS_OVERDUE ? LOOK_BAD : LOOK_PLAIN;
}

static const char *amount(const struct scene *v, struct money m)
{
    char text[SHOW_TEXT];
    return scene_text(v, "%s", show_amount(text, m));
}

static const char *total(const struct scene *v)
{
    return paper_money(v, row(v)->total);
}

static const char *total_spoken(const struct scene *v)
{
    return scene_text(v, "%s in total", total(v));
}

static const char *bare_total(const struct scene *v)
{
    return amount(v, row(v)->total);
}

/* For staff in its currency, and of a draft what it will come to. */
static const char *balance(const struct scene *v)
{
    const struct document_row *d = row(v);
    if (d->state == DOC_OPEN)
        return for_staff(v) ? paper_money(v, d->balance) : amount(v, d->balance);
    return for_staff(v) && d->state == DOC_DRAFT ? paper_money(v, d->total) : "–";
}

static enum look balance_look(const struct scene *v)
{
    return row(v)->state == DOC_DRAFT ? LOOK_DIM : LOOK_PLAIN;
}

/* What is still to be paid is said to be due; the total, where it is another amount or nothing is due, is said to be that. */
static const char *balance_spoken(const struct scene *v)
{
    const struct document_row *d = row(v);
    if (!paper_waits(d->status))
        return total_spoken(v);
    if (d->balance.amount == d->total.amount)
        return scene_text(v, "%s due", paper_money(v, d->balance));
    return scene_text(v, "%s due of %s in total", paper_money(v, d->balance), total(v));
}

#define FIRST_COLUMNS                                                                                   \
    {.field = "number",                                                                                 \
                                                                                                        \
     .width = 11,                                                                                       \
     .sort = SORT_NUMBER,                                                                               \
     .text = number,                                                                                    \
     .spoken = number_spoken},                                                                          \
        {.field = "date",                                                                               \
                                                                                                        \
         .width = 11,                                                                                   \
         .drop = 2,                                                                                     \
         .sort = SORT_DATE,                                                                             \
         .down = true,                                                                                  \
         .text = date,                                                                                  \
         .spoken = unspoken},                                                                           \
        {.field = "customer_name", .title = "Customer", .width = 12, .grow = 1, .offered = of_several}, \
    {                                                                                                   \
        .field = "status", .title = "State", .width = 11, .text = state, .spoken = state_spoken,        \
        .look = state_look                                                                              \
    }
#define DUE(name)                                                                                          \
    {                                                                                                      \
        .field = "due", .title = (name), .width = 15, .grow = 1, .drop = 1, .sort = SORT_DUE, .text = due, \
        .spoken = unspoken, .look = due_look                                                               \
    }
#define REFERENCE                                                                                    \
    {                                                                                                \
        .field = "reference", .title = "Your ref", .says = "your reference", .width = 10, .drop = 4, \
        .grow = 1, .offered = for_customer                                                           \
    }

#define TOTAL                                                                           \
    {                                                                                   \
        .field = "total", .width = 15, .sort = SORT_TOTAL, .down = true, .text = total, \
        .spoken = total_spoken                                                          \
    }
static const struct column estimate_columns[] = {FIRST_COLUMNS, DUE("Open until"), REFERENCE, TOTAL, {0}};
static const struct column retainer_columns[] = {FIRST_COLUMNS, DUE(NULL), REFERENCE, TOTAL, {0}};
static const struct column credit_note_columns[] = {FIRST_COLUMNS, REFERENCE, TOTAL, {0}};
static const struct column invoice_columns[] = {FIRST_COLUMNS,
                                                DUE(NULL),
                                                REFERENCE,
                                                {.field = "total",
                                                 .width = 11,
                                                 .drop = 3,
                                                 .sort = SORT_TOTAL,
                                                 .down = true,
                                                 .text = bare_total,
                                                 .spoken = unspoken},
                                                {.field = "balance",
                                                 .title = "Open",
                                                 .width = 15,
                                                 .text = balance,
                                                 .spoken = balance_spoken,
                                                 .look = balance_look,
                                                 .offered = for_staff},
                                                {.field = "balance",
                                                 .title = "To pay",
                                                 .width = 11,
                                                 .text = balance,
                                                 .spoken = balance_spoken,
                                                 .offered = for_customer},
                                                {0}};

/* What the customer has not looked at. */
static enum look look(const struct scene *v)
{
    return !for_staff(v) && !row(v)->viewed && row(v)->state == DOC_OPEN ? LOOK_STRONG : LOOK_PLAIN;
}

/* --- only some of them */

static const struct shown estimate_shows[] = {{"open", "status:open"},
                                              {"accepted", "status:accepted"},
                                              {"declined", "status:declined"},
                                              {"invoiced", "status:invoiced"},
                                              {"expired", "status:expired"},
                                              {"void", "status:void"},
                                              {0}};
static const struct shown retainer_shows[] = {
    {"open", "status:open"}, {"paid", "status:paid"}, {"void", "status:void"}, {0}};
static const struct shown credit_note_shows[] = {
    {"open", "status:open"}, {"used", "status:used"}, {"void", "status:void"}, {0}};
static const struct shown drafts[] = {{"draft", "status:draft"}, {0}};
static const struct shown invoice_shows[] = {{"unpaid", "status:unpaid"},
                                             {"overdue", "status:overdue"},
                                             {"open", "status:open"},
                                             {"partly paid", "status:partly_paid"},
                                             {"paid", "status:paid"},
                                             {"void", "status:void"},
                                             {"written off", "status:written_off"},
                                             {0}};

/* --- a preview, what is new */

static void peek(const struct scene *v, void *in)
{
    GIVE(document_get_in, (struct document_get_in *)in, id, v->id);
    GIVE(document_get_in, (struct document_get_in *)in, peek, true);
}

/* To a customer what was sent; to staff what somebody else wrote: one knows what one wrote. */
static bool fresh(const struct scene *v, const struct event *e)
{
    const bool own = e->side == SIDE_STAFF && (uint64_t)e->actor == (uint64_t)v->me->person;
    if (v->of && e->customer != v->of)
        return false;
    return for_staff(v) ? e->what == WHAT_CREATED && !own : e->what == WHAT_SENT;
}

/* --- what is done from there */

/* One payment may be for several; where nothing is paid here, it is told how one is paid. What is marked is looked at one by one then. */
static bool here(const struct scene *v)
{
    return paying_offered(v->me);
}

static bool otherwise(const struct scene *v)
{
    return !here(v);
}

static const char *can_pay(const struct scene *v)
{
    if (v->marked_n > PAY_MOST)
        return "At most 200 invoices fit one payment.";
    return v->marked_n || paper_waits(row(v)->status) ? NULL : "Nothing is due on this one.";
}

#define NEW(kind, a_kind)                             \
    static uint64_t new_##kind(const struct scene *v) \
    {                                                 \
        return new_id(a_kind, v->of);                 \
    }                                                 \
    static const struct also peek_##kind = {OPNO_##kind##_get, peek}
NEW(estimate, DOC_ESTIMATE);
NEW(invoice, DOC_INVOICE);
NEW(retainer, DOC_RETAINER);
NEW(credit_note, DOC_CREDIT_NOTE);

#define WRITES(kind)                                                                                         \
    {                                                                                                        \
        .key = '+', .name = "new", .help = "Write a new one", .op = OPNO_##kind##_create, .goes = &book_new, \
        .goes_by = new_##kind                                                                                \
    }
static const struct act estimate_acts[] = {WRITES(estimate), {0}};
static const struct act retainer_acts[] = {WRITES(retainer), {0}};
static const struct act credit_note_acts[] = {WRITES(credit_note), {0}};
static const struct act invoice_acts[] = {
    WRITES(invoice),
    {.key = 'p',
     .name = "pay",
     .help = "Pay one invoice, or several at once",
     .op = OPNO_payment_pay,
     .about = ABOUT_ROW,
     .many = "parts",
     .offered = here,
     .possible = can_pay,
     .goes = &book_pay},
    {LEADS_TO('p', "how", "How to pay it: by bank transfer or else; what to quote", OPNO_payment_how,
              book_how),
     .about = ABOUT_ROW, .offered = otherwise, .possible = can_pay, .goes_by = scene_id},
    {LEADS_TO('R', "retainers", "Retainer invoices: bills in advance", OPNO_retainer_list, book_retainers),
     .quiet = true, .goes_by = scene_of},
    {LEADS_TO('N', "creditnotes", "Credit notes: what was given back of bills", OPNO_credit_note_list,
              book_credit_notes),
     .quiet = true, .goes_by = scene_of},
    {0}};

/* A kind's list: kind and words as on the wire; how they are called. */
#define LIST_OF(kind, words_, KIND, noun_, words_said)                                                 \
    .name = (words_said), .noun = (noun_), .op = OPNO_##kind##_list, .rows = #words_, .one = #kind,    \
    .empty = "No " words_said " yet. They stand here as soon as one is written, or sent to you.",      \
    .of = "customer", .shows_staff = drafts, .opens = &book_##kind, .peek = &peek_##kind,              \
    .holds = SUBJECT_##KIND, .fresh = fresh, .filter = filter_of_documents, .columns = kind##_columns, \
    .look = look, .acts = kind##_acts

const struct book book_estimates = {.title = "Estimates",
                                    LIST_OF(estimate, estimates, ESTIMATE, "estimate", "estimates"),
                                    .shows = estimate_shows,
                                    .live = SUBJECT_BIT(SUBJECT_ESTIMATE)};
const struct book book_invoices = {.title = "Invoices",
                                   LIST_OF(invoice, invoices, INVOICE, "invoice", "invoices"),
                                   .shows = invoice_shows,
                                   .live = SUBJECT_BIT(SUBJECT_INVOICE) | SUBJECT_BIT(SUBJECT_PAYMENT)};
const struct book book_retainers = {
    .title = "Retainer invoices",
    LIST_OF(retainer, retainers, RETAINER, "retainer invoice", "retainer invoices"),
    .shows = retainer_shows,
    .live = SUBJECT_BIT(SUBJECT_RETAINER)};
const struct book book_credit_notes = {
    .title = "Credit notes",
    LIST_OF(credit_note, credit_notes, CREDIT_NOTE, "credit note", "credit notes"),
    .shows = credit_note_shows,
    .live = SUBJECT_BIT(SUBJECT_CREDIT_NOTE)};
