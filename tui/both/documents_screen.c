#include "tui/both/documents_screen.h"
#include "common/filter_table.h"
#include "tui/link/client.h"
#include "proto/paper/show.h"
#include <stdio.h>
#include <string.h>

enum { LIST, PEEK };

void documents_open(struct ui *ui, struct documents *s, int kind, const struct documents_side *side,
                    const struct list_column *columns, size_t count, const char *empty)
{
    s->side = side;
    s->kind = kind;
    s->me = client_me(ui);
    s->list = ui_list(ui, columns, count);
    list_remote(s->list, true, true);
    list_language(s->list, filter_of_documents());
    list_empty_text(s->list, empty);
}

/* --- asking */

/* Each order has a direction that comes naturally: newest, largest, soonest, lowest first. */
static void take_order(const struct list *l, struct document_list_in *in)
{
    static const struct {
        const char *column;
        int sort;
        bool natural_descending;
    } orders[] = {{"date", SORT_DATE, true},
                  {"due", SORT_DUE, false},
                  {"total", SORT_TOTAL, true},
                  {"number", SORT_NUMBER, false}};
    bool descending;
    const char *column = list_sort(l, &descending);
    for (size_t i = 0; column && i < sizeof orders / sizeof *orders; i++)
        if (strcmp(column, orders[i].column) == 0) {
            GIVE(document_list_in, in, sort, orders[i].sort);
            if (descending != orders[i].natural_descending)
                GIVE(document_list_in, in, reverse, true);
        }
}

static void ask_page(struct ui *ui, struct documents *s)
{
    struct document_list_in in = {0};
    GIVE(document_list_in, &in, limit, 50);
    if (s->customer)
        GIVE(document_list_in, &in, customer, s->customer);
    if (s->more)
        GIVE(document_list_in, &in, after, s->next);
    if (*list_query(s->list))
        GIVE(document_list_in, &in, filter, list_query(s->list));
    take_order(s->list, &in);
    ui_ask(ui, LIST, op_for(s->kind, ANY_document_list), &in);
}

static void ask_peek(struct ui *ui, struct documents *s)
{
    struct document_get_in in = {0};
    if (!list_id(s->list))
        return;
    GIVE(document_get_in, &in, id, list_id(s->list));
    GIVE(document_get_in, &in, peek, true);
    ui_ask(ui, PEEK, op_for(s->kind, ANY_document_get), &in);
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

/* "total EUR 1,234.50, open EUR 200.00 · total USD 20.00"; "" for many currencies. */
static char *sums_words(char *buffer, size_t size, const struct list_sum_list *sums, bool open)
{
    char one[SHOW_TEXT], rest[SHOW_TEXT];
    size_t n = 0;
    *buffer = '\0';
    for (size_t i = 0; i < sums->n && sums->n <= 3 && n < size; i++)
        n += (size_t)snprintf(buffer + n, size - n, "%stotal %s%s%s", i ? " · " : "",
                              show_money(one, sums->v[i].total), open ? ", open " : "",
                              open ? show_money(rest, sums->v[i].balance) : "");
    return buffer;
}

static void took_matched(struct documents *s, int64_t matched, bool more, const struct list_sum_list *sums)
{
    char words[300];
    if (!s->more)
        list_matched(s->list, *list_query(s->list) ? matched : -1, more,
                     sums_words(words, sizeof words, sums, doc_kind(s->kind)->owes));
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
    const struct document_get_out *got = out;
    s->peek = (struct document_view){.doc = got->document,
                                     .comments = &got->comments,
                                     .payments = &got->payments,
                                     .told = &got->told,
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
    } else {
        const struct document_list_out *out = r->out;
        s->rows = &out->rows;
        s->next = out->next;
        took_matched(s, out->matched, out->matched_more, &out->sums);
        took_page(ui, s, out->total);
    }
}

/* What is on the screen follows at once; what is new waits until it is asked for. */
void documents_event(struct ui *ui, void *state, const struct event *e)
{
    struct documents *s = state;
    bool estimates = s->kind == DOC_ESTIMATE;
    bool mine = e->subject == doc_kind(s->kind)->subject;
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

bool documents_previews(const void *state)
{
    return list_id(((const struct documents *)state)->list);
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
    return show_states(s->kind, s->me->role != ROLE_CUSTOMER);
}

static void show_done(struct ui *ui, void *state, const struct said *said)
{
    struct documents *s = state;
    char filter[60];
    show_state_filter(filter, sizeof filter, shows(s), said->choice > 0 ? (size_t)said->choice : 0);
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
