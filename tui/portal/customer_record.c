/* One customer (F1): what it owes by age, its documents, who its persons are, its details, what happened last; and what is done about it. */
#include "common/date.h"
#include "proto/paper/show.h"
#include "tui/face/fill_in.h"
#include "tui/portal/customer_fields.h"
#include "tui/portal/portal_access.h"
#include "tui/portal/reminding.h"
#include <inttypes.h>
#include <string.h>

static const struct give who_gives[] = {
    CUSTOMER_WHO,
    {.field = "customer.debits", .help = "It may pay by direct debit, where a gateway takes accounts"},
    {0}};
static const struct give billing_gives[] = {CUSTOMER_ADDRESS("billing", NULL), {0}};
static const struct give shipping_gives[] = {CUSTOMER_ADDRESS("shipping", NULL), {0}};
static const struct give remarks_gives[] = {{.field = "customer.notes", .help = "Only staff see them"}, {0}};

static bool has(const char *text)
{
    return text && *text;
}

/* --- as a page */

static const struct customer_overview_out *all(const struct scene *v)
{
    return v->out;
}

static void tell_part(struct page *p, const char *label, enum look look, struct money part)
{
    if (part.amount)
        page_amount(p, label, look, part, NULL);
}

static void tell_owed(struct page *p, const struct scene *v)
{
    const struct ageing *a = all(v)->ageing;
    const struct payment_row *last = all(v)->last_payment;
    char date[DATE_TEXT], with[SHOW_WITH];
    if (!a->count)
        page_fact(p, "Owes", "nothing");
    else
        page_money(p, "Owes", LOOK_STRONG, a->total,
                   scene_text(v, "%" PRId64 " invoice%s, %s", a->count, a->count == 1 ? "" : "s",
                              a->overdue_count ? scene_text(v, "%" PRId64 " overdue", a->overdue_count)
                                               : "none late"));
    tell_part(p, "Not due", LOOK_PLAIN, a->not_due);
    tell_part(p, "1–30 days late", LOOK_BAD, a->days_30);
    tell_part(p, "31–60 days late", LOOK_BAD, a->days_60);
    tell_part(p, "61–90 days late", LOOK_BAD, a->days_90);
    tell_part(p, "Later still", LOOK_BAD, a->older);
    if (last)
        page_money(p, "Last paid", LOOK_PLAIN, last->amount,
                   scene_text(v, "%s, %s, %s", date_short(date, last->date), show_text(last->number),
                              show_row_with(with, last)));
    if (all(v)->paid && all(v)->paid->amount.amount)
        page_money(p, "Paid in all", LOOK_PLAIN, all(v)->paid->amount, NULL);
}

static void tell_counts(struct page *p, const struct scene *v, int kind, const char *label)
{
    const struct state_count_list *counts = &all(v)->counts;
    const char *said = "";
    for (size_t i = 0; i < counts->n; i++)
        if (counts->v[i].kind == kind && counts->v[i].count)
            said = scene_text(v, "%s%s%" PRId64 " %s", said, *said ? ", " : "", counts->v[i].count,
                              show_status(counts->v[i].state));
    if (*said || kind == DOC_INVOICE || kind == DOC_ESTIMATE)
        page_fact(p, label, "%s", *said ? said : "none");
}

static void tell_persons(struct page *p, const struct scene *v)
{
    const struct contact_list *persons = &all(v)->contacts;
    for (size_t i = 0; i < persons->n; i++) {
        const struct contact *c = &persons->v[i];
        page_fact_as(p, access_look(v, c), "Persons",
                     scene_text(v, "%s, access %s%s%s%s", show_text(c->name), access_words(v, c),
                                c->mfa ? ", second factor" : "", has(c->email) ? ", " : ", no e-mail",
                                show_text(c->email)));
    }
    if (!persons->n)
        page_fact_as(p, LOOK_WARN, "Persons", "nobody yet");
}

static void tell_address(struct page *p, const char *label, const struct address *a)
{
    char where[SHOW_TEXT * 4];
    show_address_line(where, sizeof where, a);
    page_fact(p, label, "%s", where);
}

static void tell_details(struct page *p, const struct scene *v)
{
    const struct customer *c = all(v)->customer;
    if (strcmp(show_text(c->company), show_text(c->name)) != 0)
        page_fact(p, "Company", "%s", show_text(c->company));
    page_fact(p, "E-mail", "%s", show_text(c->email));
    page_fact(p, "Phone", "%s", show_text(c->phone));
    page_fact(p, "Web site", "%s", show_text(c->website));
    tell_address(p, "Billing address", c->billing);
    tell_address(p, "Shipping address", c->shipping);
    page_fact(p, "Tax id", "%s", show_text(c->tax_id));
    page_fact(p, "Currency", "%s", show_text(c->currency));
    if (c->debits)
        page_fact(p, "Direct debit", "allowed");
    if (c->terms_days)
        page_fact(p, "Terms", "%" PRId64 " days to pay", c->terms_days);
}

/* What it is about, unless what is said begins with it. */
static const char *about(const struct event *e, const char *what)
{
    const char *number = show_text(e->number);
    if (e->subject == SUBJECT_CUSTOMER)
        return "details";
    return strncmp(what, number, strlen(number)) == 0 ? "" : number;
}

/* The amount stands where no row can break it. All of it is in the log. */
#define NEWEST 8
static void tell_history(struct page *p, const struct scene *v)
{
    for (size_t i = 0; i < all(v)->events.n && i < NEWEST; i++) {
        const struct event *e = &all(v)->events.v[i];
        char what[400], amount[SHOW_TEXT] = "";
        show_event(what, sizeof what, e, false);
        if (e->amount.currency[0])
            show_money(amount, e->amount);
        page_fact_as(p, show_event_look(e), "History",
                     scene_text(v, "%s  %s%s%s%s%s", scene_when(v, e->at), about(e, what),
                                *about(e, what) ? " " : "", amount, *amount ? " " : "", what));
    }
}

static void tell(struct page *p, const struct scene *v)
{
    const struct customer *c = all(v)->customer;
    page_title(p, "%s", show_text(c->name));
    if (!c->active)
        page_fact_as(p, LOOK_BAD, "State", "deactivated: nothing new is written for it, and nobody signs in");
    remind_tell(p, v, c);
    page_quote(p, "Remarks for staff", c->notes);
    tell_owed(p, v);
    tell_counts(p, v, DOC_INVOICE, "Invoices");
    tell_counts(p, v, DOC_ESTIMATE, "Estimates");
    tell_counts(p, v, DOC_RETAINER, "Retainer invoices");
    tell_counts(p, v, DOC_CREDIT_NOTE, "Credit notes");
    methods_tell(p, v->also[0]);
    tell_persons(p, v);
    tell_details(p, v);
    tell_history(p, v);
}

static const char *name_of(const struct scene *v)
{
    return all(v)->customer->name;
}

/* --- what is done about it */

static void review_deactivate(struct page *p, const struct scene *v, const void *in)
{
    (void)in;
    page_note(
        p, LOOK_PLAIN,
        "Nothing new is written for %s, its persons are signed out at once and can not sign in, and open "
        "invitations end. What is open can still be paid and recorded.",
        show_text(all(v)->customer->name));
}

static void set_active(const struct scene *v, void *send, bool active)
{
    struct customer *changed = arena_alloc(v->arena, sizeof *changed);
    GIVE(customer, changed, revision, all(v)->customer->revision);
    GIVE(customer, changed, active, active);
    GIVE(customer_update_in, (struct customer_update_in *)send, customer, changed);
}

static void deactivate(const struct scene *v, const void *in, void *send)
{
    (void)in;
    set_active(v, send, false);
}

static void activate(const struct scene *v, const void *in, void *send)
{
    (void)in;
    set_active(v, send, true);
}

static const char *can_deactivate(const struct scene *v)
{
    return all(v)->customer->active ? NULL : "It is deactivated: {activate} brings it back.";
}

static const char *can_activate(const struct scene *v)
{
    return all(v)->customer->active ? "It is active." : NULL;
}

static const char *can_write(const struct scene *v)
{
    return all(v)->customer->active ? NULL : "It is deactivated: {activate} brings it back.";
}

static void review_ask(struct page *p, const struct scene *v, const void *in)
{
    (void)in;
    page_note(p, LOOK_PLAIN,
              "The person to turn to at %s is asked by mail to save a card or an account in the portal. "
              "Nobody here "
              "ever sees it.",
              show_text(all(v)->customer->name));
}

static const char *asked(const struct scene *v, const void *out)
{
    const struct method_ask_out *o = out;
    return scene_text(
        v, o->held ? "Written to %s; held, since no mail server is set." : "The mail to %s is on its way.",
        show_text(o->to));
}

#define CHANGES .op = OPNO_customer_update, .begins = "customer", .busy = "Saving…", .done = "Saved."
#define LEADS(operation, to) .op = (operation), .goes = (to), .goes_by = scene_id
static const struct act acts[] = {
    {.key = ENTER,
     .name = "persons",
     .help = "Its persons and their access",
     LEADS(OPNO_customer_get, &book_persons)},
    {.key = 'i', .name = "invoices", .help = "Its invoices", LEADS(OPNO_invoice_list, &book_invoices)},
    {.key = 't', .name = "estimates", .help = "Its estimates", LEADS(OPNO_estimate_list, &book_estimates)},
    {.key = 'p', .name = "payments", .help = "Its payments", LEADS(OPNO_payment_list, &book_payments)},
    {.key = '+',
     .name = "write",
     .help = "Write a document for it",
     .possible = can_write,
     LEADS(OPNO_invoice_create, &book_writing)},
    {.key = 'e',
     .name = "change",
     .help = "Change name, currency, how it is reached",
     .gives = who_gives,
     CHANGES},
    {.key = 'a', .name = "address", .help = "Change its billing address", .gives = billing_gives, CHANGES},
    {.key = 'A', .name = "shipping", .help = "Change its shipping address", .gives = shipping_gives, CHANGES},
    {.key = 'n', .name = "remarks", .help = "Change the remarks for staff", .gives = remarks_gives, CHANGES},
    {.key = 'o', .name = "mails", .help = "Mails to it", LEADS(OPNO_mail_list, &book_outbox)},
    {.key = 'R',
     .name = "retainers",
     .help = "Its retainer invoices",
     LEADS(OPNO_retainer_list, &book_retainers)},
    {.key = 'N',
     .name = "creditnotes",
     .help = "Its credit notes",
     LEADS(OPNO_credit_note_list, &book_credit_notes)},
    {.key = 's',
     .name = "recurring",
     .help = "What is billed to it again and again",
     LEADS(OPNO_schedule_list, &book_schedules)},
    REMINDS_CUSTOMER(scene_id),
    {.key = 'M',
     .name = "askmethod",
     .help = "Ask it by mail to save a method of payment",
     .op = OPNO_method_ask,
     .possible = can_write,
     .agree = AGREE_YES,
     .question = "Send this mail?",
     .yes = "Send it",
     .review = review_ask,
     .busy = "Writing…",
     .told = asked,
     .quiet = true},
    {.key = 'x',
     .name = "deactivate",
     .help = "Write nothing more for it, and sign its persons out",
     .op = OPNO_customer_update,
     .possible = can_deactivate,
     .complete = deactivate,
     .agree = AGREE_YES,
     .question = "Deactivate this customer?",
     .yes = "Deactivate",
     .busy = "Saving…",
     .review = review_deactivate,
     .done = "Deactivated."},
    {.key = 'X',
     .name = "activate",
     .help = "Write for it again",
     .op = OPNO_customer_update,
     .possible = can_activate,
     .complete = activate,
     .busy = "Saving…",
     .done = "Active again."},
    {0}};

static void of_this(const struct scene *v, void *in)
{
    GIVE(method_known_in, (struct method_known_in *)in, customer, v->id);
}

static const struct also known[] = {{OPNO_method_known, of_this}, {OP_COUNT, NULL}};

const struct book book_customer = {.name = "customer",
                                   .title = "Customer",
                                   .op = OPNO_customer_overview,
                                   .one = "customer",
                                   .also = known,
                                   .tell = tell,
                                   .name_of = name_of,
                                   .acts = acts,
                                   CUSTOMER_LIVE};
