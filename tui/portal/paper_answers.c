/* How an estimate is answered by its customer (D3), and what becomes of the answer: the invoice (F3). */
#include "common/date.h"
#include "proto/paper/show.h"
#include "tui/portal/papers.h"
#include <string.h>

/* --- answering an estimate */

const char *answer_can(const struct scene *v)
{
    switch (paper_of(v)->status) {
    case STATUS_OPEN: return NULL;
    case STATUS_EXPIRED: return "Its last day has passed. Comment to ask for a new one.";
    case STATUS_ACCEPTED:
    case STATUS_INVOICED: return "It is accepted already.";
    case STATUS_DECLINED: return "It is declined already. Comment if you changed your mind.";
    default: return "It was withdrawn.";
    }
}

static const char *own_name(const struct scene *v)
{
    return v->me->name;
}

const char *answer_word(const struct scene *v, const void *in)
{
    (void)v, (void)in;
    return "ACCEPT";
}

#define TERMS \
    1000 /* of them beside the word: all stand on the estimate, and what is beyond pushes the word off the screen */
static const char *beginning(const struct scene *v, const char *text)
{
    size_t n = TERMS;
    if (strlen(text) <= n)
        return text;
    while (((unsigned char)text[n] & 0xC0) == 0x80)
        n--;
    return scene_text(v, "%.*s…", (int)n, text);
}

void answer_review(struct page *p, const struct scene *v, const void *in)
{
    const struct document *d = paper_of(v);
    char day[DATE_TEXT], left[SHOW_TEXT];
    page_note(p, LOOK_STRONG, "%s from %s", show_text(d->number), show_text(v->me->business));
    page_money(p, "Total", LOOK_STRONG, d->total, NULL);
    paper_deposit(p, d);
    if (d->due)
        page_fact(p, "Open until", "%s (%s)", date_short(day, d->due),
                  show_due(left, d->kind, d->status, d->due, v->today));
    page_fact(p, "Signed", "%s", show_text(((const struct document_accept_in *)in)->signed_by));
    page_quote(p, "Terms", beginning(v, show_text(d->terms)));
    if (!*show_text(d->terms))
        page_note(p, LOOK_PLAIN, "No terms are stated.");
}

void answer_before(struct page *p, const struct scene *v)
{
    page_note(p, LOOK_PLAIN, "%s, %s. %s reads your reason and can send a better one.",
              show_text(paper_of(v)->number), paper_money(v, paper_of(v)->total), show_text(v->me->business));
}

void answer_accepts(const struct scene *v, const void *in, void *send)
{
    (void)in;
    GIVE(document_accept_in, (struct document_accept_in *)send, revision, paper_of(v)->revision);
}

const char *answer_told(const struct scene *v, const void *out)
{
    const struct document *deposit = ((const struct document_accept_out *)out)->deposit;
    if (!deposit)
        return "Accepted. Thank you.";
    return scene_text(v, "Accepted. Thank you. %s asks for the deposit of %s.", show_text(deposit->number),
                      paper_money(v, deposit->total));
}

void answer_declines(const struct scene *v, const void *in, void *send)
{
    (void)in;
    GIVE(document_decline_in, (struct document_decline_in *)send, revision, paper_of(v)->revision);
}

const struct give answer_signs[] = {
    {.field = "signed_by",
     .label = "Your name, as signature",
     .help = "It is kept with the estimate. The next step shows what you accept.",
     .first = own_name,
     .width = 40},
    {0}};
/* --- making an invoice */

bool convert_is_open(const struct scene *v)
{
    return !paper_of(v)->invoice;
}

const char *convert_can(const struct scene *v)
{
    return paper_of(v)->state == DOC_ACCEPTED ? NULL : "Only an accepted estimate becomes an invoice.";
}

static bool draft_or_sent(const struct scene *v, const void *in, size_t i, struct option *o)
{
    (void)v, (void)in;
    *o = (struct option){.value = (int64_t)i,
                         .name = i ? "send it at once" : "as a draft, to check and send it"};
    return i < 2;
}

void convert_before(struct page *p, const struct scene *v)
{
    page_note(p, LOOK_PLAIN, "Make an invoice of %s, %s.", show_text(paper_of(v)->number),
              paper_money(v, paper_of(v)->total));
    if (paper_of(v)->deposit.amount)
        page_note(p, LOOK_PLAIN, "It deducts the deposit, less what was credited of it.");
}

const char *convert_told(const struct scene *v, const void *out)
{
    const char *made = show_text(((const struct document_convert_out *)out)->invoice->number);
    return *made ? scene_text(v, "Invoice %s is sent.", made) : "The invoice is a draft: check and send it.";
}

uint64_t convert_made(const struct scene *v, const void *out)
{
    (void)v;
    return ((const struct document_convert_out *)out)->invoice->id;
}

const struct give convert_gives[] = {
    {.field = "send", .label = "How", .help = "← → the other one", .choice = draft_or_sent}, {0}};
