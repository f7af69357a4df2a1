/* A document under the hand: how it begins, and how it is told. */
#include "common/date.h"
#include "proto/paper/paper.h"
#include "proto/paper/show.h"
#include "tui/face/fill_in.h"
#include "tui/portal/writing_inside.h"
#include <string.h>

struct writing *writing_open(const struct me *me, int32_t today, writing_id *make_id, void *ctx)
{
    struct arena *a = arena_open();
    struct writing *w = arena_alloc(a, sizeof *w);
    *w = (struct writing){.arena = a,
                          .texts = arena_open(),
                          .sum = arena_open(),
                          .asking = arena_open(),
                          .me = me,
                          .today = today,
                          .make_id = make_id,
                          .ctx = ctx,
                          .state = DOC_DRAFT};
    return w;
}

void writing_close(struct writing *w)
{
    if (!w)
        return;
    arena_close(w->texts);
    arena_close(w->sum);
    arena_close(w->asking);
    arena_close(w->arena);
}

/* --- what has to be there first */

const void *writing_needs(const struct writing *w, enum writing_need need, enum op_number *op,
                          struct arena *a)
{
    struct document_get_in *document = arena_alloc(a, sizeof *document);
    struct customer_get_in *customer = arena_alloc(a, sizeof *customer);
    struct schedule_get_in *schedule = arena_alloc(a, sizeof *schedule);
    if (w->have[need] || (need == NEED_DOCUMENT ? !w->id : need == NEED_CUSTOMER && !w->customer))
        return NULL;
    switch (need) {
    case NEED_DOCUMENT:
        if (w->recurs) {
            *op = OPNO_schedule_get;
            GIVE(schedule_get_in, schedule, schedule, w->id);
            return schedule;
        }
        *op = op_for(w->kind, ANY_document_get);
        GIVE(document_get_in, document, id, w->id);
        return document;
    case NEED_CUSTOMER:
        *op = OPNO_customer_get;
        GIVE(customer_get_in, customer, customer, w->customer);
        return customer;
    case NEED_TAXES: *op = OPNO_tax_list; return arena_alloc(a, sizeof(struct tax_list_in));
    default: *op = OPNO_settings_get; return arena_alloc(a, sizeof(struct settings_get_in));
    }
}

static const char *kept(struct writing *w, const char *text)
{
    return arena_text(w->arena, show_text(text), strlen(show_text(text)));
}

/* As it stands at the server: that is what it begins with, and what is compared with. */
void writing_document(struct writing *w, const struct document *d)
{
    w->was = fill_copy(shape_document(), d, w->arena);
    w->id = d->id;
    w->customer = d->customer;
    w->revision = d->revision;
    w->state = d->state;
    w->number = w->was->number;
}

void writing_answered(struct writing *w, const void *out)
{
    if (w->recurs)
        writing_schedule(w, ((const struct schedule_get_out *)out)->schedule);
    else
        writing_document(w, ((const struct document_get_out *)out)->document);
}

void writing_begin(struct writing *w, const struct document *d)
{
    w->doc = *(struct document *)fill_copy(shape_document(), d, w->texts);
    w->capacity = w->doc.lines.n;
    w->doc.due = writing_offered(w, WRITE_DUE) ? w->doc.due : 0;
    w->days = w->doc.due - w->doc.date;
    w->due_typed = false;
    if (w->recurs)
        writing_plan_begin(w);
    writing_touch(w);
    w->kept = w->version;
    if (!w->doc.lines.n)
        (void)writing_add(w, 0);
    writing_sum(w);
}

/* A new one begins as the server would begin it. */
static void begin_new(struct writing *w)
{
    const struct business *b = w->business;
    const struct doc_traits *of = doc_kind(w->kind);
    int64_t days = of->answered           ? b->estimate_days
                   : w->owner->terms_days ? w->owner->terms_days
                                          : b->terms_days;
    writing_begin(w, &(struct document){.date = w->today,
                                        .due = of->ends ? w->today + (int32_t)days : 0,
                                        .tax_per_line = b->tax_per_line,
                                        .notes = b->notes,
                                        .terms = of->ends ? b->terms : NULL,
                                        .statement = b->statement});
}

static void put_currency(char to[4], const char *currency)
{
    for (size_t i = 0; i < 4; i++)
        to[i] = i < strlen(currency) ? currency[i] : '\0';
}

static void begin(struct writing *w)
{
    const char *currency = show_text(w->was ? w->was->currency : w->owner->currency);
    put_currency(w->base_currency, show_text(w->business->currency));
    put_currency(w->currency, *currency ? currency : w->base_currency);
    w->customer_name = kept(w, w->owner->name);
    w->ready = true;
    if (w->was)
        writing_begin(w, w->was);
    else
        begin_new(w);
}

static void take_taxes(struct writing *w, const struct tax_list *taxes)
{
    (void)writing_add_tax(w, &(struct tax){.id = 0}, false);
    for (size_t i = 0; i < taxes->n; i++)
        if (taxes->v[i].active)
            (void)writing_add_tax(w, &taxes->v[i], false);
}

static void take_business(struct writing *w, const struct settings_get_out *out)
{
    w->business = fill_copy(shape_business(), out->business, w->arena);
    for (size_t i = 0; i < out->series.n; i++)
        if ((int)out->series.v[i].id == doc_kind(w->kind)->series)
            w->next_number = kept(w, show_text(out->series.v[i].example));
}

void writing_take(struct writing *w, enum writing_need need, const void *out)
{
    if (w->have[need])
        return;
    switch (need) {
    case NEED_DOCUMENT: writing_answered(w, out); break;
    case NEED_CUSTOMER:
        w->owner = fill_copy(shape_customer(), ((const struct customer_get_out *)out)->customer, w->arena);
        break;
    case NEED_TAXES: take_taxes(w, &((const struct tax_list_out *)out)->taxes); break;
    default: take_business(w, out); break;
    }
    w->have[need] = true;
    if (!w->ready && w->have[NEED_CUSTOMER] && w->have[NEED_TAXES] && w->have[NEED_BUSINESS] &&
        (!w->id || w->have[NEED_DOCUMENT]))
        begin(w);
}

/* --- told */

const char *writing_name(struct writing *w, const char *before)
{
    const char *number = show_text(w->number), *noun = w->recurs ? "recurring invoice" : doc_noun(w->kind);
    return !w->id    ? arena_printf(w->arena, "New %s", noun)
           : *number ? arena_printf(w->arena, "%s %s", before, number)
                     : arena_printf(w->arena, "%s %s", before, w->recurs ? noun : "draft");
}

const char *document_closed(int kind, int state)
{
    if (doc_kind_may(kind, state, ACT_UPDATE, NULL))
        return NULL;
    return doc_kind(kind)->versions ? "It was accepted or withdrawn: duplicate it instead."
                                    : "What was sent stays as it is: withdraw it and duplicate it instead.";
}

const char *writing_closed(const struct writing *w)
{
    if (!w->id)
        return w->owner->active ? NULL : "The customer is deactivated.";
    return document_closed(w->kind, w->state);
}

void writing_tell(struct page *p, struct writing *w)
{
    writing_sum(w);
    paper_document(p, &(struct document_view){.doc = &w->sums, .me = w->me, .today = w->today});
    if (w->wrong.code)
        page_note(p, LOOK_BAD, "It does not add up: %s",
                  *w->wrong.detail ? w->wrong.detail : err_sentence(w->wrong.code));
}

void writing_review(struct page *p, struct writing *w)
{
    char day[DATE_TEXT];
    writing_sum(w);
    page_fact(p, "To", "%s", show_text(w->customer_name));
    if (w->recurs) {
        writing_plan(p, w);
        return;
    }
    page_money(p, "Total", LOOK_STRONG, w->sums.total, NULL);
    if (writing_offered(w, WRITE_DUE))
        page_fact(p, writing_label(w, WRITE_DUE), "%s", date_short(day, w->doc.due));
    page_note(p, LOOK_PLAIN, "%s", DOCUMENT_SEEN);
}

const char *writing_done(const struct writing *w, enum writing_wants how)
{
    if (how == WRITING_SENT)
        return DOCUMENT_SENT;
    if (w->recurs)
        return w->revision == 1 ? "It recurs from now on."
                                : "Saved: from the next one on. What was made stays as it is.";
    return w->state == DOC_DRAFT && !*show_text(w->number) ? "Saved as a draft."
                                                           : "Saved. Send it so that the customer sees it.";
}
