/* Home (D1): what is owed, what waits for an answer, what happened last. */
#include "common/date.h"
#include "proto/paper/paper.h"
#include "proto/paper/show.h"
#include "tui/portal/books.h"
#include <inttypes.h>

static const struct event *event(const struct scene *v)
{
    return v->row;
}

/* --- what happened */

static const char *day(const struct scene *v)
{
    return scene_day(v, event(v)->at);
}

static const char *what(const struct scene *v)
{
    char text[500];
    return scene_text(v, "%s", show_event(text, sizeof text, event(v), true));
}

static enum look look_of_event(const struct scene *v)
{
    return show_event_look(event(v));
}

static const char *amount(const struct scene *v)
{
    char text[SHOW_TEXT];
    return scene_text(v, "%s", show_money(text, event(v)->amount));
}

static const struct column columns[] = {
    {.field = "at", .title = "Recent", .width = 6, .text = day},
    {.field = "number", .title = "About", .width = 11},
    {.field = "what", .title = "What happened", .width = 20, .grow = 1, .text = what, .look = look_of_event},
    {.field = "amount", .width = 14, .text = amount},
    {0}};

/* --- how it stands */

static void tell_paying(struct page *p, const struct scene *v)
{
    const struct home_get_out *h = v->out;
    const struct business *b = h->business;
    if (!h->due.n)
        return;
    if (v->me->card)
        page_fact(p, "Paying by card", "%s", show_text(v->me->card_note));
    if (v->me->ways.n)
        page_fact(p, "How to pay elsewhere", "type how");
    else if (!v->me->card && v->me->transfer)
        page_fact(p, "Pay by bank transfer", "to %s, quoting the number of the invoice", show_text(b->bank));
    else if (!v->me->card)
        page_fact(p, "How to pay", "please ask %s%s%s%s%s", show_text(b->name),
                  *show_text(b->email) ? ", " : "", show_text(b->email), *show_text(b->phone) ? ", " : "",
                  show_text(b->phone));
}

static void tell_waiting(struct page *p, const struct scene *v)
{
    const struct home_get_out *h = v->out;
    char total[SHOW_TEXT], due[SHOW_TEXT];
    page_fact(p, "Estimates to approve", "%" PRId64, h->estimates_open);
    for (size_t i = 0; i < h->estimates.n; i++) {
        const struct document_row *d = &h->estimates.v[i];
        page_fact(p, "To approve", "%s, %s, %s", show_text(d->number), show_money(total, d->total),
                  show_due(due, d->kind, d->status, d->due, v->today));
    }
    for (size_t i = 0; i < h->due.n && i < 10; i++) {
        const struct document_due *d = &h->due.v[i];
        page_fact(p, "To pay", "%s, %s, %s%s", show_text(d->number), show_money(total, d->balance),
                  show_due(due, d->kind, d->status, d->due, v->today), d->paying ? ", " SHOW_BEING_PAID : "");
    }
}

static void above(struct page *p, const struct scene *v)
{
    const struct home_get_out *h = v->out;
    char date[DATE_TEXT];
    page_fact(p, "Customer", "%s", show_text(v->me->customer_name));
    page_quote(p, "Message", h->banner);
    paper_owed(p, "You owe", h->ageing);
    if (h->credit.amount)
        page_money(p, "Credit", LOOK_PLAIN, h->credit, "not set against any invoice");
    if (h->last_payment)
        page_money(p, "Last payment", LOOK_PLAIN, h->last_payment->amount,
                   scene_text(v, "%s", date_short(date, h->last_payment->date)));
    tell_paying(p, v);
    tell_waiting(p, v);
    if (h->unread)
        page_fact(p, "Unread on the bell", "%" PRId64, h->unread);
    page_fact(p, "Contact of the business", "%s%s%s", show_text(h->business->email),
              *show_text(h->business->phone) ? ", " : "", show_text(h->business->phone));
}

/* --- acts */

static uint64_t about(const struct scene *v)
{
    return about_id(event(v)->subject, (uint64_t)event(v)->about);
}

size_t home_being_paid(const struct scene *v)
{
    const struct document_due_list *due = &((const struct home_get_out *)v->out)->due;
    size_t n = 0;
    for (size_t i = 0; i < due->n; i++)
        n += due->v[i].paying != 0;
    return n;
}

/* Is there one among what is due that can be paid here, or is being paid? Where nothing is due, what would be. */
bool home_pays_here(const struct scene *v)
{
    const struct document_due_list *due = &((const struct home_get_out *)v->out)->due;
    size_t i = 0;
    while (i < due->n && !due->v[i].offers.n && !due->v[i].paying && (due->v[i].no_card || !v->me->card))
        i++;
    return due->n ? i < due->n : paying_offered(v->me);
}

static bool otherwise(const struct scene *v)
{
    return !home_pays_here(v);
}

static bool both_ways(const struct scene *v)
{
    return home_pays_here(v) && (v->me->ways.n || v->me->transfer);
}

static const char *can_pay(const struct scene *v)
{
    return ((const struct home_get_out *)v->out)->due.n ? NULL : "Nothing is due.";
}

static const struct act acts[] = {
    {LEADS_TO(ENTER, "open", "Open what it is about", OPNO_home_get, book_subject), .about = ABOUT_ROW,
     .goes_by = about},
    {LEADS_TO('p', "pay", "Pay what is due", OPNO_payment_pay, book_pay), .offered = home_pays_here,
     .possible = can_pay},
    {LEADS_TO('p', "how", "How to pay: by bank transfer or else; the amounts, and what to quote",
              OPNO_payment_how, book_how),
     .offered = otherwise, .possible = can_pay},
    {LEADS_TO('t', "transfer", "Pay by bank transfer instead: the account, and what to quote",
              OPNO_payment_how, book_how),
     .offered = both_ways, .possible = can_pay},
    {0}};

const struct book book_home = {.name = "home",
                               .title = "Home",
                               .noun = "event",
                               .empty = "Nothing has happened yet. What is sent to you appears here.",
                               .op = OPNO_home_get,
                               .rows = "recent",
                               .above = above,
                               .columns = columns,
                               .acts = acts,
                               .live = ~0u};
