#include "tui/both/payments_screen.h"
#include "common/date.h"
#include "tui/link/client.h"
#include "tui/both/receipt.h"
#include "tui/full/look.h"
#include "proto/paper/show.h"
#include <stdio.h>
#include <string.h>

/* --- the list */

static void add(struct payments_list *s, const struct payment_row *p)
{
    char date[DATE_TEXT], amount[SHOW_TEXT], with[SHOW_WITH], paid[200] = "";
    size_t n = 0;
    for (size_t i = 0; i < p->allocations.n && n < sizeof paid; i++)
        n += (size_t)snprintf(paid + n, sizeof paid - n, "%s%s", i ? ", " : "",
                              show_text(p->allocations.v[i].number));
    bool failed = p->state == PAY_FAILED;
    const char *cells[7];
    unsigned styles[7] = {0};
    size_t at = 0;
    cells[at++] = date_short(date, p->date);
    cells[at++] = show_text(p->number);
    styles[at] = look_style(show_pay_state_look(p->state));
    cells[at++] = show_pay_state(p->state);
    if (s->names)
        cells[at++] = show_text(p->customer_name);
    if (failed &&
        n < sizeof paid) /* the state says that it was not paid; this, what it was for and why not */
        snprintf(paid + n, sizeof paid - n, "%s%s", n && p->failure && *p->failure ? ": " : "",
                 show_text(p->failure));
    cells[at++] = *paid ? paid : "credit";
    cells[at++] = show_row_with(with, p);
    styles[at] = failed ? STYLE_DIM : 0;
    cells[at++] = show_money(amount, p->amount);
    list_add(s->list, &(struct list_row){.id = p->id, .cells = cells, .styles = styles});
}

void payments_list_ask(struct ui *ui, struct payments_list *s, uint64_t customer, enum load why)
{
    bool descending;
    const char *column = list_sort(s->list, &descending);
    s->in = (struct payment_list_in){0};
    GIVE(payment_list_in, &s->in, limit, 50);
    if (customer)
        GIVE(payment_list_in, &s->in, customer, customer);
    if (why == LOAD_MORE)
        GIVE(payment_list_in, &s->in, after, s->page->next);
    if (*list_query(s->list))
        GIVE(payment_list_in, &s->in, filter, list_query(s->list));
    if (column) { /* both orders begin with the greatest */
        GIVE(payment_list_in, &s->in, sort, strcmp(column, "amount") == 0 ? PAY_SORT_AMOUNT : PAY_SORT_DATE);
        if (!descending)
            GIVE(payment_list_in, &s->in, reverse, true);
    }
    ui_ask(ui, 0, OPNO_payment_list, &s->in);
}

void payments_list_reply(struct ui *ui, void *state, int tag, const struct reply *r)
{
    struct payments_list *s = state;
    (void)tag;
    if (ui_refused(ui, r))
        return;
    s->page = r->out;
    if (!GIVEN(payment_list_in, &s->in, after)) {
        list_begin(s->list);
        list_matched(s->list, *list_query(s->list) ? s->page->matched : -1, s->page->matched_more, NULL);
        s->pages = 0;
    }
    s->pages++;
    for (size_t i = 0; i < s->page->payments.n; i++)
        add(s, &s->page->payments.v[i]);
    list_end(s->list, s->page->next && *s->page->next, -1);
}

void payments_list_event(struct ui *ui, void *state, const struct event *e)
{
    const struct payments_list *s = state;
    if (ui_top(ui) == s->self && e->subject == SUBJECT_PAYMENT && s->pages <= 1)
        ui_reload(ui);
}

void payments_list_draw(const void *state, struct canvas *c)
{
    list_draw(((const struct payments_list *)state)->list, c);
}

const char *payments_list_can_open(const struct ui *ui, const void *state)
{
    (void)ui;
    return list_id(((const struct payments_list *)state)->list) ? NULL : "There is nothing to open.";
}

/* --- one of them */

enum { GET, SETTLE };

void payments_view_open(struct ui *ui, struct payments_view *v, uint64_t payment, const struct screen *self,
                        const struct screen *invoice)
{
    *v = (struct payments_view){.self = self, .invoice = invoice, .id = payment, .me = client_me(ui)};
}

void payments_view_load(struct ui *ui, void *state, enum load why)
{
    struct payments_view *v = state;
    struct payment_get_in in = {0};
    (void)why;
    v->today = ui_today(ui);
    GIVE(payment_get_in, &in, payment, v->id);
    ui_ask(ui, GET, OPNO_payment_get, &in);
}

void payments_view_reply(struct ui *ui, void *state, int tag, const struct reply *r)
{
    struct payments_view *v = state;
    if (ui_refused(ui, r))
        return;
    if (tag == SETTLE) {
        ui_toast(ui, TONE_INFO, "The gateway is asked; its answer appears here.");
        ui_reload(ui);
    } else {
        v->payment = ((const struct payment_get_out *)r->out)->payment;
        ui_title(ui, "%s", show_text(v->payment->number));
    }
}

void payments_view_event(struct ui *ui, void *state, const struct event *e)
{
    const struct payments_view *v = state;
    if (ui_top(ui) == v->self && e->subject == SUBJECT_PAYMENT && (uint64_t)e->about == v->id)
        ui_reload(ui);
}

int payments_view_draw(const struct payments_view *v, struct canvas *c)
{
    if (v->payment)
        return receipt_draw(v->payment, v->me, v->today, c, 0) + 1;
    canvas_loading(c, 1, 2);
    return 2;
}

const char *payments_view_loaded(const struct ui *ui, const void *state)
{
    (void)ui;
    return ((const struct payments_view *)state)->payment ? NULL : "Not loaded yet.";
}

const char *payments_view_has_invoice(const struct ui *ui, const void *state)
{
    const char *why = payments_view_loaded(ui, state);
    if (why)
        return why;
    return ((const struct payments_view *)state)->payment->allocations.n ? NULL : "It settles no invoice.";
}

const char *payments_view_is_pending(const struct ui *ui, const void *state)
{
    const struct payments_view *v = state;
    (void)ui;
    return v->payment && v->payment->state == PAY_PENDING ? NULL : "Its outcome is known.";
}

bool payments_view_asks(const struct ui *ui, const void *state)
{
    return !payments_view_is_pending(ui, state);
}

static void open_invoice(struct ui *ui, void *state, const struct said *said)
{
    const struct payments_view *v = state;
    if ((size_t)said->choice < v->payment->allocations.n)
        ui_push(ui, v->invoice, v->payment->allocations.v[said->choice].invoice);
}

void payments_view_run_invoice(struct ui *ui, void *state)
{
    const struct payment *p = ((const struct payments_view *)state)->payment;
    size_t n = p->allocations.n;
    if (n == 1) {
        open_invoice(ui, state, &(struct said){.choice = 0});
        return;
    }
    const char **names = arena_alloc(ui_arena(ui), (n + 1) * sizeof *names);
    for (size_t i = 0; i < n; i++) {
        char amount[SHOW_TEXT];
        names[i] = arena_printf(ui_arena(ui), "%s  %s", show_text(p->allocations.v[i].number),
                                show_money(amount, p->allocations.v[i].amount));
    }
    ui_dialog(ui, &(struct dialog){.kind = DIALOG_CHOOSE,
                                   .title = "Which invoice?",
                                   .choices = names,
                                   .yes = "Open",
                                   .done = open_invoice});
}

void payments_view_run_settle(struct ui *ui, void *state)
{
    struct payment_settle_in in = {0};
    GIVE(payment_settle_in, &in, payment, ((const struct payments_view *)state)->id);
    ui_ask(ui, SETTLE, OPNO_payment_settle, &in);
}

void payments_view_run_copy(struct ui *ui, void *state)
{
    const struct payments_view *v = state;
    if (v->payment)
        ui_copy(ui, show_text(v->payment->number));
}
