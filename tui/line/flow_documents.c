/* The lists of estimates and invoices, for customers and staff; what an event is about; the bell. */
#include "common/date.h"
#include "proto/paper/paper.h"
#include "tui/line/flow.h"
#include "tui/line/talk_book.h"
#include "tui/portal/books.h"
#include <stdio.h>
#include <string.h>

struct documents {
    int kind;
    uint64_t customer; /* 0: whoever's */
};

/* What is still to be paid is said to be due; the total, where it is another amount or nothing is due, is said to be that. */
static char *say_amount(char buffer[2 * SHOW_TEXT + 32], const struct document_row *d)
{
    char total[SHOW_TEXT], due[SHOW_TEXT];
    bool owed = doc_kind(d->kind)->owes &&
                (d->status == STATUS_OPEN || d->status == STATUS_OVERDUE || d->status == STATUS_PARTLY_PAID);
    show_money(total, d->total);
    show_money(due, d->balance);
    if (!owed)
        snprintf(buffer, 2 * SHOW_TEXT + 32, "%s in total", total);
    else if (d->balance.amount == d->total.amount)
        snprintf(buffer, 2 * SHOW_TEXT + 32, "%s due", due);
    else
        snprintf(buffer, 2 * SHOW_TEXT + 32, "%s due of %s in total", due, total);
    return buffer;
}

static void say_row(struct talk *t, struct talk_rows *r, const struct document_row *d)
{
    char state[2 * SHOW_TEXT], amount[2 * SHOW_TEXT + 32];
    bool whose = !talk_is_customer(t) && !((const struct documents *)r->ctx)->customer;
    talk_row(t, r, d->id, d->kind, d->number, "%s, %s%s%s, %s", d->number && *d->number ? d->number : "draft",
             whose ? show_text(d->customer_name) : "", whose ? ", " : "",
             paper_state(state, sizeof state, d->kind, d->status, d->due, talk_today(t)),
             say_amount(amount, d));
}

static void ask_for(const struct talk_rows *r, const char *filter, const struct documents *d,
                    struct document_list_in *in)
{
    GIVE(document_list_in, in, limit, TALK_PAGE);
    if (d->customer)
        GIVE(document_list_in, in, customer, d->customer);
    if (*filter)
        GIVE(document_list_in, in, filter, filter);
    if (r->sort)
        GIVE(document_list_in, in, sort, r->sort);
    if (*r->after)
        GIVE(document_list_in, in, after, r->after);
}

static void load_documents(struct talk *t, struct talk_rows *r)
{
    const struct documents *d = r->ctx;
    struct document_list_in in = {0};
    char filter[TALK_FILTER];
    const void *out;
    ask_for(r, talk_filter(r, filter), d, &in);
    r->failed = !talk_get(t, TAG_LIST, op_for(d->kind, ANY_document_list), &in, &out);
    if (r->failed)
        return;
    const struct document_list_out *page = out;
    talk_matched(t, r, page->matched, page->matched_more, page->total, &page->sums, doc_kind(d->kind)->owes);
    for (size_t i = 0; i < page->rows.n; i++)
        say_row(t, r, &page->rows.v[i]);
    talk_next(r, page->next);
}

static enum turn open_document(struct talk *t, struct talk_rows *r, uint64_t id, int64_t kind)
{
    (void)r;
    return flow_document(t, (int)kind, id);
}

static enum turn documents(struct talk *t, int kind, const uint64_t *customer)
{
    struct documents d = {.kind = kind, .customer = customer ? *customer : 0};
    bool estimates = kind == DOC_ESTIMATE;
    struct talk_rows r = {
        .title = estimates ? "Estimates" : "Invoices",
        .empty = estimates ? "No estimates yet." : "No invoices yet.",
        .none = "Nothing matches. find alone and show all bring everything back.",
        .find_help = "A number, words of a name or a reference, or status:overdue, amount>500, due<30d.",
        .shows = show_states(kind, !talk_is_customer(t)),
        .sorts = enum_doc_sort(),
        .load = load_documents,
        .open = open_document,
        .ctx = &d,
    };
    return talk_rows(t, &r);
}

enum turn flow_estimates(struct talk *t, void *ctx)
{
    return documents(t, DOC_ESTIMATE, ctx);
}

enum turn flow_invoices(struct talk *t, void *ctx)
{
    return documents(t, DOC_INVOICE, ctx);
}

/* --- what happened */

enum turn flow_about(struct talk *t, int subject, uint64_t id)
{
    switch (subject) {
    case SUBJECT_ESTIMATE: return flow_document(t, DOC_ESTIMATE, id);
    case SUBJECT_INVOICE: return flow_document(t, DOC_INVOICE, id);
    case SUBJECT_PAYMENT: return talk_book(t, &book_payment, id);
    case SUBJECT_DUE: return talk_book(t, &book_due, 0);
    case SUBJECT_CUSTOMER:
        if (!talk_is_customer(t))
            return flow_customer(t, id);
        return flow_account(t);
    default: talk_say(t, "%s", show_closed(subject)); return TURN_BACK;
    }
}

static void load_bell(struct talk *t, struct talk_rows *r)
{
    struct event_list_in in = {0};
    struct event_seen_in seen = {0};
    const struct me *me = talk_me(t);
    const void *out;
    GIVE(event_list_in, &in, bell, true);
    GIVE(event_list_in, &in, limit, TALK_PAGE);
    if (*r->after)
        GIVE(event_list_in, &in, after, r->after);
    r->failed = !talk_get(t, TAG_LIST, OPNO_event_list, &in, &out);
    if (r->failed)
        return;
    const struct event_list_out *page = out;
    for (size_t i = 0; i < page->events.n; i++) {
        const struct event *e = &page->events.v[i];
        char what[700], at[SHOW_TEXT], amount[SHOW_TEXT];
        bool fresh = !*r->after && (int64_t)i < page->unread;
        show_money(amount, e->amount);
        talk_row(t, r, (uint64_t)e->about, e->subject, e->number, "%s%s %s, %s%s%s%s%s", fresh ? "new: " : "",
                 show_text(e->number), show_event(what, sizeof what, e, talk_is_customer(t)),
                 show_when(at, e->at, me->time_zone, talk_today(t)), *amount ? ", " : "", amount,
                 talk_is_customer(t) ? "" : ", ", talk_is_customer(t) ? "" : show_text(e->customer_name));
    }
    talk_next(r, page->next);
    if (*r->after || !page->unread || !page->last)
        return;
    GIVE(event_seen_in, &seen, event, page->last);
    if (talk_try(t, TAG_MORE, OPNO_event_seen, &seen, NULL, NULL) != OK) {
        /* it is told as new once more */
    }
}

static enum turn open_event(struct talk *t, struct talk_rows *r, uint64_t id, int64_t subject)
{
    (void)r;
    return flow_about(t, (int)subject, id);
}

enum turn flow_bell(struct talk *t, void *ctx)
{
    (void)ctx;
    struct talk_rows r = {
        .title = "Bell", .empty = "Nothing has happened yet.", .load = load_bell, .open = open_event};
    return talk_rows(t, &r);
}
