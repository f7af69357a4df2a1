/* An estimate, an invoice, a retainer invoice or a credit note, as it is read (D2, D4, D5, D7): its page, who has seen it, what changed while somebody was about to answer it. */
#include "common/date.h"
#include "proto/paper/show.h"
#include "tui/portal/reminding.h"
#include <inttypes.h>
#include <string.h>

struct document_view paper_view(const struct scene *v)
{
    const struct document_get_out *out = v->out;
    return (struct document_view){.doc = out->document,
                                  .me = v->me,
                                  .today = v->today,
                                  .comments = &out->comments,
                                  .events = &out->events,
                                  .payments = &out->payments,
                                  .versions = &out->versions,
                                  .told = &out->told,
                                  .codes = v->codes && !for_staff(v)};
}

const char *paper_money(const struct scene *v, struct money m)
{
    char text[SHOW_TEXT];
    return scene_text(v, "%s", show_money(text, m));
}

static void tell(struct page *p, const struct scene *v)
{
    const struct document_view view = paper_view(v);
    paper_document(p, &view);
}

static const char *name_of(const struct scene *v)
{
    const char *number = show_text(paper_of(v)->number);
    return *number ? number : "Draft";
}

/* Who has seen it? */
static const char *says(const struct scene *v)
{
    const struct document *d = paper_of(v);
    const char *by = show_text(d->viewed_by);
    if (!for_staff(v))
        return d->viewed
                   ? scene_text(v, "Viewed by %s %s", strcmp(by, show_text(v->me->name)) == 0 ? "you" : by,
                                scene_when(v, d->viewed))
                   : NULL;
    if (d->rework)
        return "Reworked, not sent: the customer still sees the revision before.";
    if (d->state == DOC_DRAFT)
        return "A draft: the customer does not see it.";
    if (d->state == DOC_OPEN && remind_held(v))
        return remind_held(v);
    if (d->viewed)
        return scene_text(v, "Opened by %s %s", by, scene_when(v, d->viewed));
    return d->sent ? "Not opened by the customer yet" : NULL;
}

/* --- what changed */

static bool same_text(const char *a, const char *b)
{
    return strcmp(show_text(a), show_text(b)) == 0;
}

static bool same_line(const struct line *a, const struct line *b)
{
    return same_text(a->name, b->name) && same_text(a->description, b->description) &&
           a->quantity == b->quantity && a->price == b->price && a->net.amount == b->net.amount &&
           a->tax_percent == b->tax_percent;
}

static void became(struct page *p, const char *what, const char *was, const char *is)
{
    page_fact(p, what, "%s → %s", *was ? was : "none", *is ? is : "none");
}

static const char *line_told(const struct scene *v, const struct line *l)
{
    char net[SHOW_TEXT];
    return scene_text(v, "%s, %s", show_text(l->name), show_amount(net, l->net));
}

static void lines_differ(struct page *p, const struct scene *v, const struct document *was,
                         const struct document *is)
{
    const size_t both = was->lines.n < is->lines.n ? was->lines.n : is->lines.n;
    for (size_t i = 0; i < both; i++)
        if (!same_line(&was->lines.v[i], &is->lines.v[i]))
            became(p, scene_text(v, "Line %zu", i + 1), line_told(v, &was->lines.v[i]),
                   line_told(v, &is->lines.v[i]));
    if (was->lines.n != is->lines.n)
        page_fact(p, "Lines", "%zu → %zu", was->lines.n, is->lines.n);
}

void paper_differs(struct page *p, const struct scene *v, const void *out)
{
    const struct document *was = paper_of(v), *is = ((const struct document_get_out *)out)->document;
    char a[SHOW_TEXT], b[SHOW_TEXT];
    page_title(p, "It changed");
    page_note(p, LOOK_PLAIN,
              "%s was changed while you had it open (revision %" PRId64
              "). Nothing was sent. Read it again before you answer.",
              show_text(is->number), is->edition);
    if (was->total.amount != is->total.amount)
        became(p, "Total", show_money(a, was->total), show_money(b, is->total));
    if (was->due != is->due)
        became(p, "Open until", date_short(a, was->due), date_short(b, is->due));
    if (was->status != is->status)
        became(p, "State", show_status(was->status), show_status(is->status));
    lines_differ(p, v, was, is);
    if (!same_text(was->terms, is->terms) || !same_text(was->notes, is->notes))
        page_note(p, LOOK_PLAIN, "The notes or terms are different.");
}

#define ONE(kind, name_)                                                                                    \
    .name = (name_), .op = OPNO_##kind##_get, .one = #kind, .tell = tell, .name_of = name_of, .says = says, \
    .acts = acts_on_##kind
const struct book book_estimate = {
    .title = "Estimate", ONE(estimate, "estimate"), .live = SUBJECT_BIT(SUBJECT_ESTIMATE)};
const struct book book_invoice = {.title = "Invoice",
                                  ONE(invoice, "invoice"),
                                  .live = SUBJECT_BIT(SUBJECT_INVOICE) | SUBJECT_BIT(SUBJECT_PAYMENT)};
const struct book book_retainer = {
    .title = "Retainer invoice", ONE(retainer, "retainer invoice"), .live = SUBJECT_BIT(SUBJECT_RETAINER)};
const struct book book_credit_note = {
    .title = "Credit note", ONE(credit_note, "credit note"), .live = SUBJECT_BIT(SUBJECT_CREDIT_NOTE)};

const struct book *paper_book(int kind)
{
    static const struct book *const of[] = {[DOC_ESTIMATE] = &book_estimate,
                                            [DOC_INVOICE] = &book_invoice,
                                            [DOC_RETAINER] = &book_retainer,
                                            [DOC_CREDIT_NOTE] = &book_credit_note};
    return kind > 0 && (size_t)kind < sizeof of / sizeof *of ? of[kind] : NULL;
}
