/* What is done with a document of any kind: by its customer (D3, D4, D7, E1) and by staff (F3, F4, F6). */
#include "common/date.h"
#include "common/doc_kind.h"
#include "proto/paper/show.h"
#include "tui/portal/paper_codes.h"
#include "tui/portal/papers.h"
#include "tui/portal/recurring.h"
#include "tui/portal/refunding.h"
#include "tui/portal/reminding.h"
#include "tui/portal/writing.h"
#include <inttypes.h>

static const struct document_get_out *all(const struct scene *v)
{
    return v->out;
}

/* Members that the operations on documents of any kind share: proto/ops/document_any.def. */
static void this_revision(const struct scene *v, const void *in, void *send)
{
    (void)in;
    GIVE(document_send_in, (struct document_send_in *)send, revision, paper_of(v)->revision);
}

static const struct give reason_gives[] = {{.field = "reason", .help = "Why. Enter begins another line."},
                                           {0}};

/* --- commenting */

#define NEWEST 3 /* of the conversation, above what is written */
static void before_comment(struct page *p, const struct scene *v)
{
    struct document_view view = paper_view(v);
    struct comment_list newest = all(v)->comments;
    const size_t more = newest.n > NEWEST ? newest.n - NEWEST : 0;
    char name[120];
    newest.v += more;
    newest.n -= more;
    view.comments = &newest;
    if (for_staff(v))
        page_note(p, LOOK_PLAIN, "On %s.", paper_name(name, sizeof name, view.doc));
    else
        page_note(p, LOOK_PLAIN, "On %s. %s sees it at once.", paper_name(name, sizeof name, view.doc),
                  show_text(v->me->business));
    if (newest.n)
        page_note(p, LOOK_STRONG, "Conversation");
    paper_conversation(p, &view);
}

static void on_this(const struct scene *v, const void *in, void *send)
{
    (void)in;
    GIVE(comment_add_in, (struct comment_add_in *)send, document, v->id);
}

static const char *comment_told(const struct scene *v, const void *out)
{
    if (!for_staff(v))
        return "Your comment was sent.";
    return ((const struct comment_add_out *)out)->comment->portal ? "Said. The customer sees it."
                                                                  : "Said. Only staff see it.";
}

static const char *can_reply(const struct scene *v)
{
    return paper_of(v)->waiting
               ? NULL
               : "The customer does not wait for an answer: {comment} says something all the same.";
}

static bool waits(const struct scene *v)
{
    return paper_of(v)->waiting;
}

static const char *shown(const struct scene *v)
{
    (void)v;
    return "yes";
}

#define COMMENT(first_)                                                          \
    {.field = "text", .label = "Comment", .help = "Enter begins another line."}, \
        {.field = "portal",                                                      \
         .label = "Display in portal",                                           \
         .help = "Space: the customer sees it too. Without it, only staff do.",  \
         .offered = for_staff,                                                   \
         .first = (first_)},                                                     \
    {                                                                            \
        0                                                                        \
    }
static const struct give comment_gives[] = {COMMENT(NULL)}, reply_gives[] = {COMMENT(shown)};

/* --- where it leads */

static uint64_t customer(const struct scene *v)
{
    return paper_of(v)->customer;
}

static uint64_t invoice(const struct scene *v)
{
    return paper_of(v)->invoice;
}

static uint64_t estimate(const struct scene *v)
{
    return paper_of(v)->deposit_of ? paper_of(v)->deposit_of : paper_of(v)->estimate;
}

static const char *can_go_on(const struct scene *v)
{
    return invoice(v) ? NULL : "It has not become an invoice.";
}

static const char *can_go_back(const struct scene *v)
{
    return estimate(v) ? NULL : "It does not come from an estimate.";
}

static bool has_invoice(const struct scene *v)
{
    return invoice(v);
}

static uint64_t deposit(const struct scene *v)
{
    return paper_of(v)->deposit_invoice;
}

static bool has_deposit(const struct scene *v)
{
    return deposit(v);
}

static const char *can_see_deposit(const struct scene *v)
{
    return deposit(v) ? NULL : "No deposit was issued on it.";
}

static bool has_estimate(const struct scene *v)
{
    return estimate(v);
}

static const char *number(const struct scene *v)
{
    return show_text(paper_of(v)->number);
}

static const char *has_number(const struct scene *v)
{
    return *number(v) ? NULL : "It has no number yet.";
}

static void history(struct page *p, const struct scene *v)
{
    char name[120];
    page_title(p, "%s: history", paper_name(name, sizeof name, paper_of(v)));
    paper_history(p, &all(v)->events, v->me, v->today);
}

static const char *has_history(const struct scene *v)
{
    return all(v)->events.n ? NULL : "There is none.";
}

/* --- as it was sent before */

static bool was_sent_before(const struct scene *v)
{
    return all(v)->versions.n;
}

static const char *has_versions(const struct scene *v)
{
    return all(v)->versions.n ? NULL : "It was not sent in another form before.";
}

static bool nth_version(const struct scene *v, const void *in, size_t i, struct option *o)
{
    const struct version_list *versions = &all(v)->versions;
    (void)in;
    if (i >= versions->n)
        return false;
    const struct version *e = &versions->v[i];
    *o = (struct option){.value = e->revision,
                         .name = scene_text(v, "revision %" PRId64 ", sent %s%s%s", e->edition,
                                            scene_when(v, e->at), e->was ? ", " : "",
                                            e->was ? paper_money(v, e->was->total) : "")};
    return true;
}

static void tell_version(struct page *p, const struct scene *v, const void *out)
{
    const struct version *e = ((const struct document_version_out *)out)->version;
    const struct document_view old = {.doc = e->was, .me = v->me, .today = v->today};
    page_note(p, LOOK_WARN, "As it was sent %s by %s. This is not what is offered now.", scene_when(v, e->at),
              show_text(e->by));
    if (e->was)
        paper_document(p, &old);
}

static const struct give version_gives[] = {
    {.field = "revision", .label = "Which", .help = "← → another one", .choice = nth_version, .must = true},
    {0}};

/* --- writing and sending */

static const char *can_edit(const struct scene *v)
{
    return document_closed(paper_of(v)->kind, paper_of(v)->state);
}

static const char *can_send(const struct scene *v)
{
    const struct document *d = paper_of(v);
    if (!d->lines.n)
        return "There is nothing on it yet.";
    if (d->state == DOC_OPEN && !d->rework)
        return "It is sent and was not changed since.";
    return d->rework || doc_kind_may(d->kind, d->state, ACT_SEND, NULL) ? NULL : "It is settled.";
}

static void review_send(struct page *p, const struct scene *v, const void *in)
{
    const struct document *d = paper_of(v);
    char day[DATE_TEXT];
    (void)in;
    page_fact(p, "To", "%s", show_text(d->customer_name));
    page_money(p, "Total", LOOK_STRONG, d->total, NULL);
    if (d->due)
        page_fact(p, doc_kind(d->kind)->answered ? "Open until" : "Due", "%s", date_short(day, d->due));
    page_note(p, LOOK_PLAIN, "%s Whoever of the customer has access sees it at once.",
              *show_text(d->number) ? "As it stands here." : "It gets the next number.");
}

/* --- codes that open it */

static void with_code(const struct scene *v, const void *in, void *send)
{
    this_revision(v, in, send);
    GIVE(document_send_in, (struct document_send_in *)send, code, true);
}

static void review_send_code(struct page *p, const struct scene *v, const void *in)
{
    review_send(p, v, in);
    code_explained(p);
}

/* --- withdrawing, writing off, deleting, duplicating */

static const char *can_withdraw(const struct scene *v)
{
    const struct document *d = paper_of(v);
    if (d->state == DOC_DRAFT)
        return "A draft is deleted, not withdrawn.";
    if (doc_kind_may(d->kind, d->state, ACT_VOID, NULL))
        return d->paid.amount       ? "Something was paid on it: write off the rest instead."
               : d->credited.amount ? "Credit settles a part of it: take that off first."
                                    : NULL;
    return doc_kind(d->kind)->becomes ? "It became an invoice, or is withdrawn already."
                                      : scene_text(v, "Only an open %s can be withdrawn.", doc_noun(d->kind));
}

static void before_withdraw(struct page *p, const struct scene *v)
{
    const struct document *d = paper_of(v);
    page_note(p, LOOK_PLAIN,
              "Withdraw %s: why? %s for %s keeps its number and counts for nothing. This can not be undone. "
              "Only staff see the reason.",
              number(v), paper_money(v, d->total), show_text(d->customer_name));
}

static void before_write_off(struct page *p, const struct scene *v)
{
    const struct document *d = paper_of(v);
    page_note(p, LOOK_PLAIN, "Write off %s: why? %s that %s owes on it is given up. This can not be undone.",
              number(v), paper_money(v, d->balance), show_text(d->customer_name));
}

static const char *can_delete(const struct scene *v)
{
    return paper_of(v)->state == DOC_DRAFT ? NULL : "Only a draft that was never sent can be deleted.";
}

static void review_delete(struct page *p, const struct scene *v, const void *in)
{
    const struct document *d = paper_of(v);
    (void)in;
    page_note(p, LOOK_PLAIN, "The draft %s for %s, %s, will be gone.", doc_noun(d->kind),
              show_text(d->customer_name), paper_money(v, d->total));
}

static void revision_deleted(const struct scene *v, const void *in, void *send)
{
    (void)in;
    GIVE(document_delete_in, (struct document_delete_in *)send, revision, paper_of(v)->revision);
}

static uint64_t duplicated(const struct scene *v, const void *out)
{
    (void)v;
    return ((const struct document_duplicate_out *)out)->document->id;
}

/* --- the tables, with what both kinds have */

#define ACT(key_, name_, help_, op_) .key = (key_), .name = (name_), .help = (help_), .op = (op_)
#define GOES(book_, by) .goes = (book_), .goes_by = (by)
#define REASON(before_, yes_, busy_) \
    .gives = reason_gives, .before = (before_), .yes = (yes_), .busy = (busy_)
#define SAYS \
    .before = before_comment, .complete = on_this, .yes = "Send", .busy = "Sending…", .told = comment_told
#define COMMENTS                                                                            \
    {ACT('c', "comment", "Comment on it", OPNO_comment_add), .gives = comment_gives, SAYS}, \
    {                                                                                       \
        ACT('R', "reply", "Answer the customer, who wrote last", OPNO_comment_add),         \
            .offered = waits, .possible = can_reply, .gives = reply_gives, SAYS             \
    }
#define EDITS(op)                                                                           \
    {                                                                                       \
        ACT('e', "edit", "Change it", op), .possible = can_edit, GOES(&book_edit, scene_id) \
    }
#define SENDS(op, asks)                                                                              \
    {                                                                                                \
        ACT('s', "send", "Send it to the customer", op),                                             \
            .possible = can_send, .complete = this_revision, .agree = AGREE_YES, .question = (asks), \
            .yes = "Send it", .busy = "Sending…", .review = review_send,                             \
            .done = "Sent. It is in the customer's portal now."                                      \
    }
#define WITHDRAWS(op)                                                                      \
    {                                                                                      \
        ACT('x', "withdraw", "Withdraw it, with the reason", op),                          \
            .possible = can_withdraw, REASON(before_withdraw, "Withdraw", "Withdrawing…"), \
            .done = "Withdrawn."                                                           \
    }
#define COPIED(duplicates, deletes, here)                                                                    \
    {ACT('D', "duplicate", "A new draft with the same lines", duplicates), .busy = "Copying…",               \
     .done = "A new draft with the same lines, dated today.", .goes = (here), .goes_to = duplicated},        \
    {                                                                                                        \
        ACT(DELETE_KEY, "delete", "Delete the draft", deletes),                                              \
            .possible = can_delete, .complete = revision_deleted, .agree = AGREE_YES,                        \
            .question = "Delete this draft?", .yes = "Delete", .busy = "Deleting…", .review = review_delete, \
            .done = "The draft is deleted.", .leaves = true                                                  \
    }
#define LEADS(reads)                                                                                        \
    {ACT('y', "copy", "Copy its number", reads), .possible = has_number, .copies = number},                 \
        {ACT('H', "history", "All that happened to it", reads), .possible = has_history, .tells = history}, \
    {                                                                                                       \
        ACT('o', "customer", "The customer", OPNO_customer_overview), GOES(&book_customer, customer)        \
    }
#define ACCEPTS                                                                               \
    {                                                                                         \
        ACT('a', "accept", "Accept it", OPNO_estimate_accept),                                \
            .possible = answer_can, .gives = answer_signs, .complete = answer_accepts,        \
            .differs = paper_differs, .agree = AGREE_WORD, .word = answer_word,               \
            .question = "Accept this estimate?", .yes = "Accept it", .review = answer_review, \
            .busy = "Accepting…", .told = answer_told                                         \
    }
#define DECLINES                                                                   \
    {                                                                              \
        ACT('x', "decline", "Decline it, with the reason", OPNO_estimate_decline), \
            .possible = answer_can, REASON(answer_before, "Decline", "Sending…"),  \
            .complete = answer_declines, .differs = paper_differs,                 \
            .done = "Declined. Thank you for the answer."                          \
    }
#define CONVERTS                                                                        \
    {ACT('i', "convert", "Make an invoice of it", OPNO_estimate_convert),               \
     .offered = convert_is_open,                                                        \
     .possible = convert_can,                                                           \
     .gives = convert_gives,                                                            \
     .before = convert_before,                                                          \
     .yes = "Make the invoice",                                                         \
     .busy = "Making the invoice…",                                                     \
     .told = convert_told,                                                              \
     .goes = &book_invoice,                                                             \
     .goes_to = convert_made},                                                          \
    {                                                                                   \
        ACT('i', "invoice", "The invoice it became", OPNO_invoice_get),                 \
            .offered = has_invoice, .possible = can_go_on, GOES(&book_invoice, invoice) \
    }
#define DEPOSITS                                                                              \
    {                                                                                         \
        ACT('p', "deposit", "The deposit invoice on it", OPNO_invoice_get),                   \
            .offered = has_deposit, .possible = can_see_deposit, GOES(&book_invoice, deposit) \
    }
#define VERSIONS                                                                                         \
    {                                                                                                    \
        ACT('V', "versions", "As it was sent before", OPNO_estimate_version),                            \
            .offered = was_sent_before, .possible = has_versions, .gives = version_gives, .yes = "Open", \
            .after = tell_version                                                                        \
    }
/* A retainer invoice is paid as an invoice is; it becomes credit, so none is used on it. */
#define PAYS(pay_for, record_for)                                                                        \
    {ACT('p', "pay", "Pay it", OPNO_payment_pay), .offered = paying_is_here, .possible = paying_can_pay, \
     GOES(pay_for, scene_id)},                                                                           \
        {ACT('p', "payment", "Look at the payment of it that is under way", OPNO_payment_pay),           \
         .offered = paying_is_under_way, .possible = paying_can_look,                                    \
         GOES(&book_payment, paying_under_way)},                                                         \
    {                                                                                                    \
        ACT('p', "record", "Record a payment that arrived", OPNO_payment_record),                        \
            .possible = paying_can_hear, GOES(record_for, scene_id)                                      \
    }
#define IS_TOLD_OR_CREDITED                                                                          \
    {ACT('p', "how", "How to pay it: by bank transfer or else; the amount, and what to quote",       \
         OPNO_payment_how),                                                                          \
     .offered = paying_otherwise, .possible = paying_can_hear, GOES(&book_how, scene_id)},           \
        {ACT('t', "transfer", "Pay by bank transfer instead: the account, and what to quote",        \
             OPNO_payment_how),                                                                      \
         .offered = paying_both_ways, .possible = paying_can_hear, GOES(&book_how, scene_id)},       \
        {ACT('C', "qr", "The QR code that a bank's app reads", OPNO_payment_how),                    \
         .offered = paying_has_code, .possible = paying_can_draw, .tells = paying_tells_code},       \
    {                                                                                                \
        ACT('U', "credit", "Use credit on it", OPNO_credit_apply),                                   \
            .offered = paying_is_open, .possible = paying_can_hear, GOES(&book_use_credit, scene_id) \
    }
#define OFFERS(op)                                                                                        \
    {                                                                                                     \
        ACT('O', "offer", "By what it can be paid", op),                                                  \
            .quiet = true, .possible = offering_can, .gives = offering_gives, .complete = offering_these, \
            .busy = "Saving…", .done = "Saved."                                                           \
    }
#define WRITES_OFF(op)                                                                          \
    {                                                                                           \
        ACT('w', "writeoff", "Write off what is still due", op),                                \
            .possible = paying_can_hear, REASON(before_write_off, "Write off", "Writing off…"), \
            .done = "Written off."                                                              \
    }
#define COMES_FROM                                                                           \
    {                                                                                        \
        ACT('i', "estimate", "The estimate it comes from", OPNO_estimate_get),               \
            .offered = has_estimate, .possible = can_go_back, GOES(&book_estimate, estimate) \
    }

const struct act acts_on_estimate[] = {ACCEPTS,
                                       DECLINES,
                                       EDITS(OPNO_estimate_update),
                                       SENDS(OPNO_estimate_send, "Send this estimate?"),
                                       COMMENTS,
                                       CONVERTS,
                                       DEPOSITS,
                                       WITHDRAWS(OPNO_estimate_void),
                                       VERSIONS,
                                       COPIED(OPNO_estimate_duplicate, OPNO_estimate_delete, &book_estimate),
                                       LEADS(OPNO_estimate_get),
                                       CODES(OPNO_estimate_send, "Send this estimate with a code?"),
                                       {0}};
const struct act acts_on_invoice[] = {PAYS(&book_pay_for, &book_record_for),
                                      IS_TOLD_OR_CREDITED,
                                      EDITS(OPNO_invoice_update),
                                      SENDS(OPNO_invoice_send, "Send this invoice?"),
                                      COMMENTS,
                                      WITHDRAWS(OPNO_invoice_void),
                                      WRITES_OFF(OPNO_invoice_write_off),
                                      REMINDS(scene_id),
                                      COMES_FROM,
                                      COPIED(OPNO_invoice_duplicate, OPNO_invoice_delete, &book_invoice),
                                      LEADS(OPNO_invoice_get),
                                      CODES(OPNO_invoice_send, "Send this invoice with a code?"),
                                      PLANS,
                                      OFFERS(OPNO_invoice_update),
                                      RECURS,
                                      {0}};
#define BARE(kind, noun)                                                                                    \
    EDITS(OPNO_##kind##_update), SENDS(OPNO_##kind##_send, "Send this " noun "?"), COMMENTS,                \
        WITHDRAWS(OPNO_##kind##_void), COPIED(OPNO_##kind##_duplicate, OPNO_##kind##_delete, &book_##kind), \
        LEADS(OPNO_##kind##_get)
static const struct give back_gives[] = {REFUNDING_GIVES(refunding_currency, refunding_all), {0}};
#define GIVES_BACK                                                                              \
    {                                                                                           \
        ACT('g', "refund", "Refund what is left of it: give the money back", OPNO_refund_make), \
            .about = ABOUT_ALL, .possible = refunding_can, .gives = back_gives,                 \
            .complete = refunding_of_paper, .review = refunding_review_paper, REFUNDING         \
    }
const struct act acts_on_retainer[] = {PAYS(&book_pay_for_retainer, &book_record_for_retainer),
                                       BARE(retainer, "retainer invoice"),
                                       WRITES_OFF(OPNO_retainer_write_off),
                                       OFFERS(OPNO_retainer_update),
                                       GIVES_BACK,
                                       CODES(OPNO_retainer_send, "Send this retainer invoice with a code?"),
                                       {0}};
const struct act acts_on_credit_note[] = {BARE(credit_note, "credit note"),
                                          GIVES_BACK,
                                          CODES(OPNO_credit_note_send, "Send this credit note with a code?"),
                                          {0}};
