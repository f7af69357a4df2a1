/* What stands below the totals: how to pay, notes, payments, answers, conversation, earlier versions, history. Each part begins with
 * a blank row and its heading, and is nothing at all when there is nothing to say. */
#include "common/date.h"
#include "common/text.h"
#include "common/doc_kind.h"
#include "tui/both/document_draw.h"
#include "tui/full/look.h"
#include "tui/full/page_draw.h"
#include "proto/paper/paper.h"
#include "proto/paper/show.h"
#include <stdio.h>
#include <string.h>

static const char *when(char text[SHOW_TEXT], const struct document_view *v, int64_t instant)
{
    return show_when(text, instant, v->me ? v->me->time_zone : 0, v->today);
}

static int heading(const struct canvas *c, int y, const char *text, size_t count)
{
    if (count)
        canvas_print(c, y + 1, 1, STYLE_BOLD, "%s (%zu)", text, count);
    else
        canvas_text(c, y + 1, 1, STYLE_BOLD, text);
    return 2;
}

/* --- notes */

#define NARROW 70 /* below it a text has rows of its own, and is not cut */
#define BESIDE \
    90 /* columns in which a code has room beside its words; below them it would be longer than the document */

static int pay_elsewhere(const struct document_view *v, const struct canvas *c, int y)
{
    int from = y;
    struct arena *a = arena_open();
    for (size_t i = 0; v->told && i < v->told->n; i++) {
        struct page *p = page_open(a);
        paper_told(p, &v->told->v[i], v->codes && c->columns >= BESIDE);
        y += 1 + page_draw(p, c, y + 1);
    }
    arena_close(a);
    return y - from;
}

/* The account that was printed on it stands back behind what is told today. */
static int how_to_pay(const struct document_view *v, const struct canvas *c, int y)
{
    const struct document *d = v->doc;
    const char *bank = d->seller ? show_text(d->seller->bank) : "";
    char text[900];
    if (doc_kind(d->kind)->owes <= 0 || d->state != DOC_OPEN)
        return 0;
    bool transfer = !d->no_transfer && *bank && !(v->told && v->told->n);
    bool card = v->me && v->me->card && !d->no_card;
    const char *note = card ? show_text(v->me->card_note) : "";
    if (!card && !transfer)
        return pay_elsewhere(v, c, y);
    snprintf(text, sizeof text, "Pay %s%s%s%s%s%s%s%s%s", card ? "by card" : "", *note ? " (" : "", note,
             *note ? ")" : "", card && transfer ? " or " : "", transfer ? "by bank transfer to " : "",
             transfer ? bank : "", transfer ? ", quoting " : "", transfer ? show_text(d->number) : "");
    int rows = 1 + canvas_wrap(c, y + 1, 1, c->columns - 2, 10, STYLE_PLAIN, text);
    return rows + pay_elsewhere(v, c, y + rows);
}

/* How a letter ends: who sent it, where to reach them, where they are registered. */
static int imprint(const struct document *d, const struct canvas *c, int y, int width)
{
    char text[1000];
    size_t n = 0;
    if (!d->seller)
        return 0;
    const struct party *p = d->seller;
    const char *parts[] = {p->registration, p->email, p->phone, p->website};
    text[0] = '\0';
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (parts[i] && *parts[i] && n < sizeof text)
            n += (size_t)snprintf(text + n, sizeof text - n, "%s%s", n ? " · " : "", parts[i]);
    int rows = *text ? 1 + canvas_wrap(c, y + 1, 1, width, 4, STYLE_DIM, text) : 0;
    if (p->representative && *p->representative) {
        rows += heading(c, y + rows, "Tax representative", 0);
        rows += canvas_wrap(c, y + rows, 2, width - 1, 6, STYLE_PLAIN, p->representative);
    }
    return rows;
}

int document_draw_notes(const struct document_view *v, const struct canvas *c, int y)
{
    const struct document *d = v->doc;
    int from = y, width = c->columns - 2 < 100 ? c->columns - 2 : 100;
    if (d->statement && *d->statement)
        y += 1 + canvas_wrap(c, y + 1, 1, width, 10, STYLE_PLAIN, d->statement);
    y += how_to_pay(v, c, y);
    if (d->notes && *d->notes)
        y += 1 + canvas_wrap(c, y + 1, 1, width, 100, STYLE_PLAIN, d->notes);
    if (d->terms && *d->terms) {
        y += heading(c, y, "Terms", 0);
        y += canvas_wrap(c, y, 2, width - 1, 200, STYLE_PLAIN, d->terms);
    }
    y += imprint(d, c, y, width);
    return y - from;
}

/* --- payments */

static struct money part_of(const struct document_view *v, const struct payment_row *p)
{
    for (size_t i = 0; i < p->allocations.n; i++)
        if (p->allocations.v[i].invoice == v->doc->id)
            return p->allocations.v[i].amount;
    return p->amount;
}

#define STATE 28 /* where it begins in the row of a payment */

/* Date, number, state, amount at the right edge; what is left of the room says with what. Returns rows used: two where the amount does
 * not fit beside the state. */
static int draw_payment(const struct document_view *v, const struct payment_row *p, const struct canvas *c,
                        int y)
{
    char date[DATE_TEXT], with[SHOW_WITH];
    struct money part = part_of(v, p);
    const char *method = show_row_with(with, p);
    const char *more = p->state == PAY_FAILED && p->failure && *p->failure ? p->failure : method;
    int state = (int)text_columns(show_pay_state(p->status)), right = c->columns - 1;
    int below = right - canvas_money_width(part, true) < STATE + state + 1;
    int left =
        canvas_money(c, y + below, right, p->state == PAY_FAILED ? STYLE_DIM : STYLE_PLAIN, part, true);
    canvas_text(c, y, 2, STYLE_PLAIN, date_short(date, p->date));
    canvas_fit(c, y, 15, 12, STYLE_PLAIN, show_text(p->number));
    int x =
        canvas_text(c, y, STATE, look_style(show_pay_state_look(p->status)), show_pay_state(p->status)) + 2;
    canvas_fit(c, y, x, (below ? right : left - 1) - x, STYLE_PLAIN, more);
    return 1 + below;
}

int document_draw_payments(const struct document_view *v, const struct canvas *c, int y)
{
    int from = y;
    if (!v->payments || !v->payments->n)
        return 0;
    y += heading(c, y, "Payments", v->payments->n);
    for (size_t i = 0; i < v->payments->n; i++)
        y += draw_payment(v, &v->payments->v[i], c, y);
    return y - from;
}

/* --- answers to an estimate */

static int draw_answer(const struct document_view *v, const struct answer *a, const struct canvas *c, int y)
{
    char text[400], at[SHOW_TEXT];
    bool earlier = false; /* to one that was sent before the present one */
    for (size_t i = 0; v->versions && i < v->versions->n; i++)
        earlier = earlier || v->versions->v[i].revision >= a->revision;
    bool signs = a->accepted && a->signed_by && *a->signed_by;
    bool place = a->place && *a->place;
    canvas_text(c, y, 2, a->accepted ? STYLE_GOOD | STYLE_BOLD : STYLE_BAD,
                a->accepted ? "Accepted" : "Declined");
    snprintf(text, sizeof text, "by %s%s%s%s · %s%s%s", show_text(a->by), signs ? ", signed “" : "",
             signs ? a->signed_by : "", signs ? "”" : "", when(at, v, a->at), place ? " · from " : "",
             show_place(a->place));
    int x = canvas_text(c, y, 11, STYLE_PLAIN, text) + 1;
    if (earlier)
        canvas_print(c, y, x, STYLE_DIM, "(revision %lld)", (long long)a->edition);
    if (!a->reason || !*a->reason)
        return 1;
    return 1 + canvas_wrap(c, y + 1, 11, c->columns - 12, 20, STYLE_PLAIN, a->reason);
}

int document_draw_answers(const struct document_view *v, const struct canvas *c, int y)
{
    int from = y;
    if (v->doc->kind != DOC_ESTIMATE || !v->doc->answers.n)
        return 0;
    y += heading(c, y, v->doc->answers.n > 1 ? "Answers" : "Answer", 0);
    for (size_t i = v->doc->answers.n; i-- > 0;)
        y += draw_answer(v, &v->doc->answers.v[i], c, y);
    return y - from;
}

/* --- conversation */

static int draw_comment(const struct document_view *v, const struct comment *m, const struct canvas *c, int y)
{
    char author[160], at[SHOW_TEXT];
    const char *business = v->me ? show_text(v->me->business) : "";
    bool customer = !v->me || v->me->role == ROLE_CUSTOMER;
    /* The other side's people are named with where they belong: the first word of it. */
    if (customer && m->side == SIDE_STAFF)
        snprintf(author, sizeof author, "%s, %.*s", show_text(m->author), (int)strcspn(business, " "),
                 business);
    else if (!customer && m->side == SIDE_CUSTOMER)
        snprintf(author, sizeof author, "%s, %.*s", show_text(m->author),
                 (int)strcspn(show_text(v->doc->customer_name), " "), show_text(v->doc->customer_name));
    else
        snprintf(author, sizeof author, "%s", show_text(m->author));
    bool hidden = !customer && m->side == SIDE_STAFF && !m->portal;
    canvas_fit(c, y, 2, 20, STYLE_PLAIN, author);
    canvas_text(c, y, 23, STYLE_DIM, when(at, v, m->at));
    bool narrow = c->columns < NARROW; /* then the text has rows of its own */
    int x = narrow ? 4 : 37, rows = narrow;
    if (hidden)
        canvas_text(c, y + rows++, x, STYLE_DIM, "staff only");
    rows += canvas_wrap(c, y + rows, x, c->columns - x - 1, 200, STYLE_PLAIN, show_text(m->text));
    return rows > 0 ? rows : 1;
}

int document_draw_conversation(const struct document_view *v, const struct canvas *c, int y)
{
    int from = y;
    if (!v->comments || !v->comments->n)
        return 0;
    y += heading(c, y, "Conversation", v->comments->n);
    canvas_place(c, from + 1);
    for (size_t i = 0; i < v->comments->n; i++) {
        if (i && v->comments->v[i].side == SIDE_CUSTOMER)
            canvas_place(c, y);
        y += draw_comment(v, &v->comments->v[i], c, y);
    }
    return y - from;
}

/* --- earlier versions, history */

int document_draw_versions(const struct document_view *v, const struct canvas *c, int y)
{
    int from = y;
    if (!v->versions || !v->versions->n)
        return 0;
    y += heading(c, y, "Earlier versions", v->versions->n);
    for (size_t i = 0; i < v->versions->n; i++, y++) {
        const struct version *e = &v->versions->v[i];
        char at[SHOW_TEXT], text[300];
        int left = c->columns;
        if (e->was)
            left = canvas_money(c, y, c->columns - 1, STYLE_PLAIN, e->was->total, true);
        snprintf(text, sizeof text, "Revision %lld, sent %s by %s", (long long)e->edition, when(at, v, e->at),
                 show_text(e->by));
        canvas_fit(c, y, 2, left - 3, STYLE_PLAIN, text);
    }
    return y - from;
}

#define HISTORY_SHOWN 5 /* of a longer one: the newest */

int document_draw_history(const struct document_view *v, const struct canvas *c, int y)
{
    int from = y;
    if (!v->events || !v->events->n)
        return 0;
    size_t n = v->events->n, shown = v->whole || n <= HISTORY_SHOWN + 1 ? n : HISTORY_SHOWN;
    y += heading(c, y, "History", n > HISTORY_SHOWN + 1 ? n : 0);
    for (size_t i = 0; i < shown; i++) {
        const struct event *e = &v->events->v[i];
        char at[SHOW_TEXT], what[500];
        canvas_fit(c, y, 2, 14, STYLE_DIM, when(at, v, e->at));
        int left = c->columns - 1;
        if (e->amount.currency[0])
            left = canvas_money(c, y, c->columns - 1, STYLE_PLAIN, e->amount, true);
        show_event(what, sizeof what, e, v->me && v->me->role == ROLE_CUSTOMER);
        const int rows =
            canvas_wrap(c, y, 17, left - 18, v->whole || c->columns < NARROW ? 4 : 1, STYLE_PLAIN, what);
        y += rows > 1 ? rows : 1;
    }
    if (shown < n)
        canvas_print(c, y++, 2, STYLE_DIM, "and %zu before that: H shows them", n - shown);
    return y - from;
}

int document_draw_around(const struct document_view *v, const struct canvas *c, int y)
{
    const int from = y;
    y += document_draw_payments(v, c, y);
    y += document_draw_answers(v, c, y);
    y += document_draw_conversation(v, c, y);
    y += document_draw_versions(v, c, y);
    y += document_draw_history(v, c, y);
    return y - from;
}
