/* How much of a payment that is recorded is for which invoice. */
#include "tui/staff/record_inside.h"
#include "common/number.h"
#include "common/text.h"
#include <stdio.h>
#include <string.h>

/* --- the invoices and their parts */

struct part *recording_part(struct record *s, uint64_t invoice)
{
    for (size_t i = 0; i < s->n; i++)
        if (s->parts[i].invoice == invoice)
            return &s->parts[i];
    return NULL;
}

static void show_parts(struct record *s, bool begin)
{
    if (begin)
        list_begin(s->list);
    for (size_t i = 0; i < s->page->rows.n && i < PARTS; i++) {
        const struct document_row *d = &s->page->rows.v[i];
        const struct part *p = recording_part(s, d->id);
        char due[SHOW_TEXT], balance[SHOW_TEXT], settles[SHOW_TEXT] = "–";
        if (p && p->amount.amount)
            show_money(settles, p->amount);
        const char *cells[] = {show_text(d->number), show_due(due, d->kind, d->status, d->due, s->today),
                               show_amount(balance, d->balance), settles};
        unsigned styles[] = {0, d->status == STATUS_OVERDUE ? STYLE_BAD : 0, 0,
                             p && p->amount.amount ? STYLE_BOLD : STYLE_DIM};
        struct list_row row = {.id = d->id, .cells = cells, .styles = styles};
        if (begin)
            list_add(s->list, &row);
        else
            list_update(s->list, &row);
    }
    if (begin)
        list_end(s->list, false, -1);
}

void recording_took_invoices(struct record *s)
{
    struct part before[PARTS];
    size_t n = s->n;
    memcpy(before, s->parts, sizeof before);
    s->n = 0;
    for (size_t i = 0; i < s->page->rows.n && s->n < PARTS; i++) {
        const struct document_row *d = &s->page->rows.v[i];
        struct part *p = &s->parts[s->n++];
        *p = (struct part){.invoice = d->id, .due = d->balance, .amount = money_of(0, d->balance.currency)};
        for (size_t j = 0; j < n; j++)
            if (before[j].invoice == d->id)
                p->amount.amount =
                    before[j].amount.amount < d->balance.amount ? before[j].amount.amount : d->balance.amount;
        if (s->first == d->id) {
            p->amount = d->balance;
            list_select(s->list, d->id);
        }
    }
    s->first = 0;
    show_parts(s, true);
}

struct money recording_sum(const struct record *s)
{
    struct money sum = money_of(0, s->currency);
    for (size_t i = 0; i < s->n; i++)
        sum.amount += s->parts[i].amount.amount; /* fits saw to it */
    return sum;
}

/* Can that much of an invoice be settled together with the other parts? */
static bool fits(const struct record *s, const struct part *p, int64_t amount, struct refusal *why)
{
    int64_t others = recording_sum(s).amount - p->amount.amount;
    return money_add(others, amount, &others) == OK ||
           refuse(why, ERR_OVERFLOW, "", "Too much for one payment with the others: record it by itself.") ==
               OK;
}

static void changed_parts(struct record *s)
{
    s->touched = true;
    s->has_id = s->has_id && s->unknown; /* what may have been recorded is asked again under its id */
    show_parts(s, false);
}

/* --- keys */

const char *recording_has_row(const struct ui *ui, const void *state)
{
    (void)ui;
    return list_id(((const struct record *)state)->list) ? NULL : "There is no open invoice.";
}

/* Empty: nothing of this payment. */
static bool read_part(const struct record *s, const struct part *p, const char *text, int64_t *amount,
                      struct refusal *why)
{
    char due[SHOW_TEXT];
    *amount = 0;
    if (!text_blank(text, strlen(text)) && number_read_money(text, s->currency, "", amount, why) != OK)
        return false;
    if (*amount >= 0 && *amount <= p->due.amount)
        return fits(s, p, *amount, why);
    (void)refuse(why, ERR_INVALID, "", "From nothing to %s, which is open on it.", show_money(due, p->due));
    return false;
}

static bool amount_fits(void *state, const char *text, struct refusal *why)
{
    struct record *s = state;
    const struct part *p = recording_part(s, list_id(s->list));
    int64_t amount;
    return !p || read_part(s, p, text, &amount, why);
}

static void amount_done(struct ui *ui, void *state, const struct said *said)
{
    struct record *s = state;
    struct part *p = recording_part(s, list_id(s->list));
    int64_t amount;
    (void)ui;
    if (!p || !read_part(s, p, said->text, &amount, NULL))
        return;
    p->amount.amount = amount;
    changed_parts(s);
}

void recording_run_amount(struct ui *ui, void *state)
{
    struct record *s = state;
    const struct part *p = recording_part(s, list_id(s->list));
    char text[200], due[SHOW_TEXT], initial[MONEY_TEXT];
    int digits = currency_digits(s->currency);
    if (!p)
        return;
    snprintf(text, sizeof text, "%s is open on %s. Empty: nothing of this payment.", show_money(due, p->due),
             list_cell(s->list, "number"));
    money_plain(initial, p->amount.amount ? p->amount.amount : p->due.amount, digits < 0 ? 2 : digits);
    ui_dialog(ui, &(struct dialog){.kind = DIALOG_LINE,
                                   .title = "How much of this payment?",
                                   .text = text,
                                   .label = s->currency,
                                   .initial = initial,
                                   .replaces = true,
                                   .max = 40,
                                   .optional = true,
                                   .check = amount_fits,
                                   .done = amount_done});
}

bool recording_key(struct ui *ui, void *state, const struct key *k)
{
    struct record *s = state;
    if (k->code != ' ' || !list_id(s->list) || !s->page || form_focused(s->form) || list_typing(s->list))
        return false;
    struct part *p = recording_part(s, list_id(s->list)); /* Space: all that is open, or nothing */
    if (!p)
        return false;
    struct refusal why;
    if (!p->amount.amount && !fits(s, p, p->due.amount, &why)) {
        ui_toast(ui, TONE_BAD, "%s", why.detail);
        return true;
    }
    p->amount.amount = p->amount.amount ? 0 : p->due.amount;
    changed_parts(s);
    return true;
}
