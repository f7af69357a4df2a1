/* Today: what waits for somebody, most pressing first; a comment is answered from its row, or is done with. */
#include "proto/paper/paper.h"
#include "proto/paper/show.h"
#include "tui/portal/books.h"
#include <inttypes.h>
#include <string.h>

static const struct work *work(const struct scene *v)
{
    return v->row;
}

static bool is_comment(const struct scene *v)
{
    return v->row && work(v)->job == JOB_COMMENT && work(v)->comment;
}

/* The same document may wait for several things. */
static uint64_t row_id(const void *row)
{
    const struct work *w = row;
    return (uint64_t)w->job << 56 | (uint64_t)w->subject << 48 | (uint64_t)w->id;
}

/* --- in words */

static const char *job(const struct scene *v)
{
    switch (work(v)->job) {
    case JOB_PAYMENT_FAILED:
    case JOB_REFUND_FAILED: return "failed";
    case JOB_PAYMENT_PENDING: return "pending";
    case JOB_CHARGE: return "not charged";
    default: return enum_name(enum_job_kind(), work(v)->job);
    }
}

static const char *what(const struct scene *v)
{
    const char *number = show_text(work(v)->number);
    if (work(v)->job == JOB_MAIL)
        return "Mail not delivered";
    if (work(v)->job == JOB_BANK)
        return "Bank line";
    if (work(v)->job == JOB_DUE)
        return "Work that is due";
    if (work(v)->job == JOB_SCHEDULE)
        return "Recurring, waits";
    return scene_text(v, "%s %s", *number ? number : enum_name(enum_subject(), work(v)->subject), job(v));
}

static const char *amount(const struct scene *v)
{
    char text[SHOW_TEXT];
    return scene_text(v, "%s", show_money(text, work(v)->amount));
}

static const char *since(const struct scene *v)
{
    char text[SHOW_TEXT];
    const int64_t days = work(v)->days;
    if (work(v)->job == JOB_OVERDUE)
        return scene_text(v, "%" PRId64 " day%s", days, days == 1 ? "" : "s");
    if (!work(v)->since) /* all that is due has no beginning of its own */
        return "";
    return scene_text(v, "%s", show_since(text, work(v)->since, v->now));
}

static const char *since_spoken(const struct scene *v)
{
    const char *text = since(v);
    return !*text ? "" : strcmp(text, "now") == 0 ? "just now" : scene_text(v, "for %s", text);
}

static const char *why(const struct scene *v)
{
    const char *said = show_text(work(v)->text);
    switch (work(v)->job) {
    case JOB_COMMENT:
    case JOB_DECLINED: return *said ? scene_text(v, "“%s”", said) : "";
    case JOB_ACCEPTED: return "→ invoice";
    case JOB_OVERDUE: return *said ? said : "past its due day";
    case JOB_PAYMENT_PENDING: return scene_text(v, "bank not done%s%s", *said ? ": " : "", said);
    default: return said;
    }
}

static const char *spoken(const struct scene *v)
{
    return work(v)->job == JOB_ACCEPTED ? "to be made an invoice" : why(v);
}

static enum look look_of_job(const struct scene *v)
{
    switch (work(v)->job) {
    case JOB_OVERDUE:
    case JOB_DECLINED:
    case JOB_PAYMENT_FAILED:
    case JOB_REFUND_FAILED:
    case JOB_DISPUTED:
    case JOB_MAIL:
    case JOB_DUE:
    case JOB_CHARGE:
    case JOB_SCHEDULE: return LOOK_BAD;
    case JOB_ACCEPTED: return LOOK_GOOD;
    case JOB_PAYMENT_PENDING: return LOOK_WARN;
    default: return LOOK_INFO;
    }
}

static enum look look_of_reason(const struct scene *v)
{
    return work(v)->job == JOB_OVERDUE ? LOOK_BAD : LOOK_PLAIN;
}

static const struct column columns[] = {
    {.field = "job", .title = "What", .width = 20, .text = what, .look = look_of_job},
    {.field = "customer_name", .title = "Customer", .width = 13, .grow = 1},
    {.field = "amount", .width = 13, .text = amount},
    {.field = "since", .width = 7, .text = since, .spoken = since_spoken},
    {.field = "text",
     .title = "State",
     .width = 15,
     .grow = 3,
     .text = why,
     .spoken = spoken,
     .look = look_of_reason},
    {0}};

static void above(struct page *p, const struct scene *v)
{
    const struct queue_get_out *q = v->out;
    for (size_t i = 0; i < q->notices.n; i++)
        page_note(p, LOOK_WARN, "%s", q->notices.v[i]);
    for (size_t i = 0; i < q->ageing.n; i++)
        paper_owed(p, "Owed to the business", &q->ageing.v[i]);
    for (size_t i = 0; i < q->paid_month.n; i++)
        page_money(p, "Paid this month", LOOK_GOOD, q->paid_month.v[i].amount, NULL);
}

/* A document is seen beside its row, and so is a payment. */
static bool peeks(const struct scene *v, struct peek *p)
{
    const struct doc_traits *of = v->row ? doc_kind_of_subject(work(v)->subject) : NULL;
    if (v->row && work(v)->subject == SUBJECT_PAYMENT) {
        struct payment_get_in *one = arena_alloc(v->arena, sizeof *one);
        GIVE(payment_get_in, one, payment, (uint64_t)work(v)->id);
        *p = (struct peek){OPNO_payment_get, one};
        return true;
    }
    if (!of)
        return false;
    struct document_get_in *in = arena_alloc(v->arena, sizeof *in);
    GIVE(document_get_in, in, id, (uint64_t)work(v)->id);
    GIVE(document_get_in, in, peek, true);
    *p = (struct peek){op_for(of->kind, ANY_document_get), in};
    return true;
}

/* --- acts */

static uint64_t about(const struct scene *v)
{
    const uint64_t id = about_id(work(v)->subject, (uint64_t)work(v)->id);
    return is_comment(v) ? id | ABOUT_SAID : id;
}

static const char *waits(const struct scene *v)
{
    return is_comment(v) ? NULL : "That row is no comment.";
}

static void before(struct page *p, const struct scene *v)
{
    page_quote(p, scene_text(v, "%s wrote", show_text(work(v)->customer_name)), work(v)->text);
}

static const char *yes(const struct scene *v)
{
    (void)v;
    return "yes";
}

static const struct give reply_gives[] = {{.field = "text", .label = "Your answer"},
                                          {.field = "portal",
                                           .label = "Display in portal",
                                           .help = "The customer sees it. Without that, only staff do.",
                                           .first = yes},
                                          {0}};

static void say_where(const struct scene *v, const void *in, void *send)
{
    (void)in;
    GIVE(comment_add_in, (struct comment_add_in *)send, document, (uint64_t)work(v)->id);
}

static const char *said(const struct scene *v, const void *out)
{
    (void)v;
    return ((const struct comment_add_out *)out)->comment->portal ? "Said. The customer sees it."
                                                                  : "Said. Only staff see it.";
}

static void say_which(const struct scene *v, const void *in, void *send)
{
    struct comment_done_in *to = send;
    (void)in;
    GIVE(comment_done_in, to, document, (uint64_t)work(v)->id);
    GIVE(comment_done_in, to, comment, work(v)->comment);
}

static void say_undo(const struct scene *v, const void *in, void *send)
{
    say_which(v, in, send);
    GIVE(comment_done_in, (struct comment_done_in *)send, undo, true);
}

static const struct act not_done = {.name = "undo",
                                    .help = "It needs an answer after all",
                                    .op = OPNO_comment_done,
                                    .about = ABOUT_ROW,
                                    .complete = say_undo,
                                    .busy = "Saying so…",
                                    .done = "It waits for an answer again."};

static const struct act acts[] = {
    {LEADS_TO(ENTER, "open", "Open what it is about", OPNO_queue_get, book_subject), .about = ABOUT_ROW,
     .goes_by = about},
    {.key = 'c',
     .name = "reply",
     .title = "Answer the customer",
     .help = "Answer the customer's comment",
     .op = OPNO_comment_add,
     .about = ABOUT_ROW,
     .offered = is_comment,
     .possible = waits,
     .before = before,
     .gives = reply_gives,
     .complete = say_where,
     .yes = "Comment",
     .busy = "Sending…",
     .told = said},
    {.key = 'x',
     .name = "done",
     .help = "The comment needs no answer",
     .op = OPNO_comment_done,
     .about = ABOUT_ROW,
     .offered = is_comment,
     .possible = waits,
     .complete = say_which,
     .busy = "Saying so…",
     .done = "Done.",
     .undo = &not_done},
    {0}};

#define DOC_KIND(symbol, ...) SUBJECT_BIT(SUBJECT_##symbol) |
const struct book book_today = {.name = "today",
                                .title = "Today",
                                .noun = "row",
                                .empty =
                                    "Nothing waits for anybody. What customers do appears here by itself.",
                                .op = OPNO_queue_get,
                                .rows = "work",
                                .row_id = row_id,
                                .above = above,
                                .peeks = peeks,
                                .columns = columns,
                                .acts = acts,
                                .live =
#include "common/doc_kind.def"
                                    SUBJECT_BIT(SUBJECT_PAYMENT) | SUBJECT_BIT(SUBJECT_MAIL) |
                                    SUBJECT_BIT(SUBJECT_SCHEDULE) | SUBJECT_BIT(SUBJECT_STATEMENT)};
