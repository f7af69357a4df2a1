#include "tui/documents.h"
#include "tui/client.h"
#include "tui/query.h"
#include "tui/show.h"
#include <stdio.h>

enum { LIST, PEEK };

void documents_open(struct ui *ui, struct documents *s, int kind, const struct documents_side *side,
                    const struct list_column *columns, size_t count, const char *empty)
{
    s->side = side;
    s->kind = kind;
    s->me = client_me(ui);
    s->list = ui_list(ui, columns, count);
    list_remote(s->list, true, true);
    list_empty_text(s->list, empty);
}

/* --- asking */

static void ask_page(struct ui *ui, struct documents *s)
{
    struct query q;
    struct invoice_list_in in = {0};
    GIVE(invoice_list_in, &in, limit, 50);
    if (s->customer)
        GIVE(invoice_list_in, &in, customer, s->customer);
    if (s->more)
        GIVE(invoice_list_in, &in, after, s->next);
    bool all = query_documents(&q, s->list, show_text(s->me->currency), &in);
    if (!all && !list_typing(s->list))
        ui_toast(ui, TONE_BAD,
                 "Words, status:overdue, total>500, date>2026-01-31 work here; the rest is ignored.");
    struct estimate_list_in estimates = query_estimates(&in);
    if (s->kind == DOC_ESTIMATE)
        ui_ask(ui, LIST, OPNO_estimate_list, &estimates);
    else
        ui_ask(ui, LIST, OPNO_invoice_list, &in);
}

static void ask_peek(struct ui *ui, struct documents *s)
{
    struct estimate_get_in e = {0};
    struct invoice_get_in i = {0};
    if (!list_id(s->list))
        return;
    if (s->kind == DOC_ESTIMATE) {
        GIVE(estimate_get_in, &e, estimate, list_id(s->list));
        GIVE(estimate_get_in, &e, peek, true);
        ui_ask(ui, PEEK, OPNO_estimate_get, &e);
    } else {
        GIVE(invoice_get_in, &i, invoice, list_id(s->list));
        GIVE(invoice_get_in, &i, peek, true);
        ui_ask(ui, PEEK, OPNO_invoice_get, &i);
    }
}

void documents_load(struct ui *ui, void *state, enum load why)
{
    struct documents *s = state;
    if (why == LOAD_SELECTED) {
        ask_peek(ui, s);
        return;
    }
    s->more = why == LOAD_MORE;
    ask_page(ui, s);
}

/* --- answers */

static bool peeks(const struct documents *s)
{
    return s->peek.doc && s->peek.doc->id == list_id(s->list);
}

static void took_page(struct ui *ui, struct documents *s, int64_t total)
{
    if (!s->more) {
        list_begin(s->list);
        s->pages = s->fresh = 0;
    }
    s->pages++;
    for (size_t i = 0; i < s->rows->n; i++)
        s->side->add(ui, s, &s->rows->v[i]);
    bool more = s->next && *s->next;
    list_end(s->list, more, total);
    if (more && !s->rows->n) { /* nothing on this page passed the filter: go on */
        s->more = true;
        ask_page(ui, s);
    } else if (!s->more && peeks(s)) {
        ask_peek(ui, s); /* what is shown may have changed, too */
    }
}

static void took_peek(struct ui *ui, struct documents *s, const void *out)
{
    const struct estimate_get_out *e = out;
    const struct invoice_get_out *i = out;
    bool estimate = s->kind == DOC_ESTIMATE;
    s->peek = (struct document_view){.doc = estimate ? e->estimate : i->invoice,
                                     .comments = estimate ? &e->comments : &i->comments,
                                     .payments = estimate ? NULL : &i->payments,
                                     .me = s->me,
                                     .today = ui_today(ui)};
}

void documents_reply(struct ui *ui, void *state, int tag, const struct reply *r)
{
    struct documents *s = state;
    if (tag == PEEK && r->code == ERR_NOT_FOUND) /* gone meanwhile; the list will say so */
        return;
    if (ui_refused(ui, r))
        return;
    if (tag == PEEK) {
        took_peek(ui, s, r->out);
    } else if (s->kind == DOC_ESTIMATE) {
        const struct estimate_list_out *out = r->out;
        s->rows = &out->estimates;
        s->next = out->next;
        took_page(ui, s, out->total);
    } else {
        const struct invoice_list_out *out = r->out;
        s->rows = &out->invoices;
        s->next = out->next;
        took_page(ui, s, out->total);
    }
}

/* What is on the screen follows at once; what is new waits until it is asked for. */
void documents_event(struct ui *ui, void *state, const struct event *e)
{
    struct documents *s = state;
    bool estimates = s->kind == DOC_ESTIMATE;
    bool mine = e->subject == (estimates ? SUBJECT_ESTIMATE : SUBJECT_INVOICE);
    if (ui_top(ui) != (estimates ? s->side->estimates : s->side->invoices) ||
        !(mine || (!estimates && e->subject == SUBJECT_PAYMENT)))
        return;
    if (mine && s->side->fresh(s, e))
        list_fresh(s->list, ++s->fresh);
    else if (s->pages <= 1 && !s->fresh)
        ui_reload(ui);
}

/* --- drawing and keys */

void documents_draw(const void *state, struct canvas *c)
{
    list_draw(((const struct documents *)state)->list, c);
}

void documents_preview(const void *state, struct canvas *c)
{
    const struct documents *s = state;
    if (peeks(s))
        document_draw(&s->peek, c);
    else
        canvas_text(c, 0, 1, STYLE_DIM, list_id(s->list) ? "…" : "");
}

const char *documents_can_open(const struct ui *ui, const void *state)
{
    const struct documents *s = state;
    (void)ui;
    if (!list_loaded(s->list))
        return "Still loading.";
    return list_id(s->list) ? NULL : "There is nothing to open.";
}

static const char *const *shows(const struct documents *s)
{
    return s->kind == DOC_ESTIMATE ? s->side->estimate_shows : s->side->invoice_shows;
}

static void show_done(struct ui *ui, void *state, const struct said *said)
{
    struct documents *s = state;
    char filter[60] = "";
    if (said->choice > 0) {
        size_t n = (size_t)snprintf(filter, sizeof filter, "status:%s", shows(s)[said->choice]);
        for (size_t i = 0; i < n; i++)
            filter[i] = (char)(filter[i] == ' '                       ? '_'
                               : filter[i] >= 'A' && filter[i] <= 'Z' ? filter[i] + 32
                                                                      : filter[i]);
    }
    list_set_filter(s->list, filter);
    ui_reload(ui);
}

void documents_run_show(struct ui *ui, void *state)
{
    ui_dialog(ui, &(struct dialog){.kind = DIALOG_CHOOSE,
                                   .title = "Show",
                                   .choices = shows(state),
                                   .yes = "Show",
                                   .done = show_done});
}
