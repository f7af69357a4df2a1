/* A document under the hand: its fields, read and told; its lines; what it adds up to. */
#include "tui/portal/writing.h"
#include "common/date.h"
#include "common/number.h"
#include "common/sums.h"
#include "common/text.h"
#include "proto/paper/show.h"
#include "tui/face/fill_in.h"
#include "tui/portal/rhythm.h"
#include "tui/portal/writing_inside.h"
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#define TYPED_MUCH ((size_t)512 * 1024) /* then what is old is let go of */

/* What the table of shapes says is not said again: label and help are its own where there are none. */
static struct writing_field fields[WRITES] = {
    [WRITE_OFTEN] = {.name = "every",
                     .label = "Every",
                     .help = "month, 3 months, 2 weeks, quarter, year",
                     .as = WRITE_RHYTHM,
                     .must = true,
                     .recurs = true},
    [WRITE_ANCHOR] = {.name = "anchor",
                      .help = "Day of the first, by which all others are counted: another day counts anew",
                      .must = true,
                      .recurs = true},
    [WRITE_LAST_DAY] = {.name = "last_day", .as = WRITE_YES, .recurs = true},
    [WRITE_UNTIL] = {.name = "until", .help = "None later than this day; empty for no end", .recurs = true},
    [WRITE_COUNT] = {.name = "count", .help = "None after so many in all; empty for no end", .recurs = true},
    [WRITE_DUE_DAYS] = {.name = "due_days",
                        .help = "Days until each is due; empty for the customer's terms",
                        .recurs = true},
    [WRITE_DUE_BY_DATE] = {.name = "due_by_date", .as = WRITE_YES, .recurs = true},
    [WRITE_SENT] = {.name = "send", .as = WRITE_YES, .recurs = true},
    [WRITE_SERVICE] = {.name = "service", .as = WRITE_YES, .recurs = true},
    [WRITE_CALLED] = {.name = "name",
                      .label = "Called",
                      .help = "What it is for, in lists; empty for the first line's name",
                      .recurs = true},
    [WRITE_DATE] = {.name = "date",
                    .label = "Issued",
                    .help = "2026-11-22, 22 nov, today, +14",
                    .must = true},
    [WRITE_DUE] = {.name = "due",
                   .label = "Due",
                   .help = "2026-11-22, 22 nov, +14 (from today)",
                   .must = true},
    [WRITE_REFERENCE] = {.name = "reference", .help = "The customer's own reference: a purchase order"},
    [WRITE_DISCOUNT] = {.name = "discount_percent",
                        .label = "Discount",
                        .help = "Discount on the whole: 10 for per cent, 25.00 EUR for an amount",
                        .as = WRITE_OFF},
    [WRITE_SHIPPING] = {.name = "shipping", .help = "Shipping, taxed at the rate beside it"},
    [WRITE_SHIPPING_TAX] = {.name = "shipping_tax_percent",
                            .label = "Tax on shipping",
                            .help = "Tax on shipping",
                            .as = WRITE_TAXED},
    [WRITE_ADJUSTMENT] = {.name = "adjustment"},
    [WRITE_INCLUSIVE] = {.name = "tax_inclusive",
                         .label = "Prices with tax",
                         .help = "The prices contain the tax",
                         .as = WRITE_YES},
    [WRITE_DEPOSIT] =
        {.name = "deposit_percent",
         .label = "Deposit",
         .help = "Asked for when it is accepted: 25 for per cent of the total, 100.00 EUR for an amount",
         .as = WRITE_OFF},
    [WRITE_DEPOSIT_TERMS] = {.name = "deposit_terms",
                             .label = "Deposit on terms",
                             .help = "The deposit is due as the customer's terms say; or else at once",
                             .as = WRITE_YES},
    [WRITE_CARD] = {.name = "no_card",
                    .label = "Card",
                    .help = "The customer may pay by card",
                    .as = WRITE_NOT},
    [WRITE_TRANSFER] = {.name = "no_transfer",
                        .label = "Bank transfer",
                        .help = "The bank account is shown",
                        .as = WRITE_NOT},
    [WRITE_NOTES] = {.name = "notes", .help = "A note to the customer"},
    [WRITE_TERMS] = {.name = "terms", .help = "Terms that hold for it"},
    [WRITE_SUPPLY] = {.name = "supply_date",
                      .label = "Supplied",
                      .help = "Day of the supply, where it is not the date of the document"},
    [WRITE_PERIOD_FROM] = {.name = "period_from", .label = "Service from"},
    [WRITE_PERIOD_UNTIL] = {.name = "period_until", .label = "Service until"},
    [WRITE_STATEMENT] = {.name = "statement"},
    [WRITE_NAME] = {.name = "name", .label = "Item", .help = "What it is", .must = true},
    [WRITE_QUANTITY] = {.name = "quantity", .help = "How many"},
    [WRITE_PRICE] = {.name = "price", .help = "Price of one"},
    [WRITE_LESS] = {.name = "discount_percent",
                    .label = "Discount",
                    .help = "10 for per cent, 25.00 EUR for an amount",
                    .as = WRITE_OFF},
    [WRITE_TAX] = {.name = "tax", .help = "Tax on it", .as = WRITE_TAXED},
    [WRITE_TEXT] = {.name = "description"},
    [WRITE_UNIT] = {.name = "unit", .help = "Unit: pcs, h, pallet"},
    [WRITE_TAX2] = {.name = "tax2",
                    .label = "Second tax",
                    .help = "A second tax on the same amount: GST and PST, CGST and SGST",
                    .as = WRITE_TAXED},
};

static const struct shape *shape_of(enum written at)
{
    return at >= WRITE_WHOLE ? shape_line() : fields[at].recurs ? shape_schedule() : shape_document();
}

const struct field *writing_shape_field(enum written at)
{
    return fill_field(shape_of(at), fields[at].name);
}

/* Said by the shape, with a capital. Kept here, for all that is written. */
static void complete(enum written at)
{
    static char labels[WRITES][64], helps[WRITES][200];
    struct writing_field *f = &fields[at];
    const struct field *of = writing_shape_field(at);
    if (!f->label)
        f->label = field_label(labels[at], sizeof labels[at], of);
    if (f->help)
        return;
    snprintf(helps[at], sizeof helps[at], "%c%s", toupper((unsigned char)*of->help), of->help + 1);
    f->help = helps[at];
}

const struct writing_field *writing_field(enum written at)
{
    complete(at);
    return &fields[at];
}

bool writing_offered(const struct writing *w, enum written at)
{
    const struct doc_traits *kind = doc_kind(w->kind);
    if (fields[at].recurs && at < WRITE_WHOLE)
        return w->recurs;
    switch (at) {
    case WRITE_DATE:
    case WRITE_SUPPLY:
    case WRITE_PERIOD_FROM:
    case WRITE_PERIOD_UNTIL: return !w->recurs; /* each has its own */
    case WRITE_DUE: return kind->ends && !w->recurs;
    case WRITE_TERMS: return kind->ends;
    case WRITE_DEPOSIT:
    case WRITE_DEPOSIT_TERMS: return kind->becomes;
    case WRITE_CARD: return kind->owes > 0 && w->me->card;
    case WRITE_TRANSFER: return kind->owes > 0;
    default: return true;
    }
}

const char *writing_label(const struct writing *w, enum written at)
{
    if (doc_kind(w->kind)->answered && at <= WRITE_DUE)
        return at == WRITE_DATE ? "Dated" : "Open until";
    return writing_field(at)->label;
}

static void *record_of(struct writing *w, enum written at, size_t row)
{
    return at >= WRITE_WHOLE ? (void *)&w->doc.lines.v[row] : fields[at].recurs ? (void *)&w->plan : &w->doc;
}

void writing_touch(struct writing *w)
{
    w->version++;
    w->summed = false;
}

/* What was typed over is let go of now and then. */
static void let_go(struct writing *w, size_t more)
{
    w->typed += more;
    if (w->typed < TYPED_MUCH)
        return;
    struct arena *fresh = arena_open();
    w->doc = *(struct document *)fill_copy(shape_document(), &w->doc, fresh);
    w->plan = *(struct schedule *)fill_copy(shape_schedule(), &w->plan, fresh);
    w->capacity = w->doc.lines.n;
    w->typed = 0;
    w->summed = false;
    arena_close(w->texts);
    w->texts = fresh;
}

/* --- discounts: per cent, or an amount */

static bool is_letter(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static const char *read_discount(const struct writing *w, const char *text, int64_t *percent, int64_t *amount)
{
    struct refusal why = {0};
    const char *letter = text;
    while (*letter && !is_letter(*letter))
        letter++;
    *percent = *amount = 0;
    if (!*text)
        return NULL;
    enum err e = *letter ? number_read_money(text, w->currency, "", amount, &why)
                         : number_read_percent(text, "", percent, &why);
    if (!e && (*amount < 0 || *percent < 0 || *percent > 100 * DECIMAL_ONE))
        return arena_printf(w->texts, "Per cent from 0 to 100, or an amount as in 25.00 %s.", w->currency);
    return e ? arena_text(w->texts, why.detail, strlen(why.detail)) : NULL;
}

static void place_discount(struct writing *w, enum written at, size_t row, int64_t **percent,
                           struct money **amount)
{
    const bool whole = at == WRITE_DISCOUNT;
    if (at == WRITE_DEPOSIT) {
        *percent = &w->doc.deposit_percent;
        *amount = &w->doc.deposit_amount;
        return;
    }
    *percent = whole ? &w->doc.discount_percent : &w->doc.lines.v[row].discount_percent;
    *amount = whole ? &w->doc.discount_amount : &w->doc.lines.v[row].discount;
}

static const char *discount_typed(struct writing *w, enum written at, size_t row)
{
    char number[MONEY_TEXT];
    int64_t *percent;
    struct money *amount;
    place_discount(w, at, row, &percent, &amount);
    int digits = currency_digits(amount->currency);
    if (*percent)
        return arena_printf(w->texts, "%s %%", decimal_plain(number, *percent));
    if (amount->amount)
        return arena_printf(w->texts, "%s %s", money_plain(number, amount->amount, digits < 0 ? 2 : digits),
                            amount->currency);
    return "";
}

static const char *discount_read(struct writing *w, enum written at, size_t row, const char *typed)
{
    int64_t *percent, read, off;
    struct money *amount;
    const char *wrong = read_discount(w, typed, &read, &off);
    if (wrong)
        return wrong;
    place_discount(w, at, row, &percent, &amount);
    *percent = read;
    *amount = money_of(off, w->currency);
    return NULL;
}

bool writing_empty(const struct line *l)
{
    return !*show_text(l->name) && !l->price && !*show_text(l->description);
}

bool writing_says_nothing(const struct writing *w, size_t row)
{
    return writing_empty(&w->doc.lines.v[row]);
}

/* --- what is typed */

const char *writing_typed(struct writing *w, enum written at, size_t row)
{
    const struct field *f = writing_shape_field(at);
    const void *record = record_of(w, at, row);
    if (fields[at].as == WRITE_OFF)
        return discount_typed(w, at, row);
    if (fields[at].as == WRITE_TAXED)
        return w->tax_labels[writing_chosen(w, at, row)];
    if (fields[at].as == WRITE_RHYTHM)
        return rhythm_typed(arena_alloc(w->texts, RHYTHM_TEXT), w->plan.period, w->plan.every);
    if (fields[at].as != WRITE_TYPED)
        return writing_chosen(w, at, row) ? "yes" : "no";
    if (f->type == FIELD_COUNT && !*(const int64_t *)fill_at(shape_of(at), record, fields[at].name))
        return "";
    if (at == WRITE_PRICE && writing_says_nothing(w, row))
        return "";
    if (f->type == FIELD_MONEY &&
        !((const struct money *)fill_at(shape_of(at), record, fields[at].name))->amount)
        return ""; /* nothing is not written */
    return fill_plain(shape_of(at), record, fields[at].name, w->texts);
}

/* The last day goes along with the date until it is given by itself. */
static void follow(struct writing *w, enum written at)
{
    if (at == WRITE_DUE)
        w->due_typed = true;
    else if (at == WRITE_DATE && !w->due_typed && w->days >= 0 && writing_offered(w, WRITE_DUE))
        w->doc.due = w->doc.date + w->days;
}

const char *writing_read(struct writing *w, enum written at, size_t row, const char *typed)
{
    const struct writing_field *f = &fields[at];
    struct fill_by by = {w->texts, w->today, w->currency};
    bool nothing = text_blank(typed, strlen(typed)), money = writing_shape_field(at)->type == FIELD_MONEY;
    if (nothing && f->must)
        return at == WRITE_NAME ? "Say what it is." : "This is needed.";
    const char *before = writing_typed(w, at, row), *text = nothing ? money ? "0" : "" : typed;
    const char *wrong = f->as == WRITE_OFF ? discount_read(w, at, row, text)
                        : f->as == WRITE_RHYTHM
                            ? rhythm_read(text, &w->plan.period, &w->plan.every)
                            : fill_read(shape_of(at), record_of(w, at, row), f->name, text, &by);
    if (!wrong && strcmp(before, writing_typed(w, at, row)) != 0) {
        follow(w, at);
        writing_touch(w);
    }
    if (!wrong)
        let_go(w, 2 * strlen(typed) + 200);
    return wrong;
}

/* --- what is chosen */

size_t writing_chosen(struct writing *w, enum written at, size_t row)
{
    if (fields[at].as == WRITE_TAXED)
        return writing_tax_chosen(w, at, row);
    return *(const bool *)fill_at(shape_of(at), record_of(w, at, row), fields[at].name) !=
           (fields[at].as == WRITE_NOT);
}

void writing_choose(struct writing *w, enum written at, size_t row, size_t i)
{
    if (i == writing_chosen(w, at, row))
        return;
    if (fields[at].as == WRITE_TAXED)
        writing_put_tax(w, at, at < WRITE_WHOLE ? NULL : &w->doc.lines.v[row], &w->taxes[i].tax);
    else
        *(bool *)fill_place(shape_of(at), record_of(w, at, row), fields[at].name, NULL, false) =
            (i != 0) != (fields[at].as == WRITE_NOT);
    writing_touch(w);
}

/* --- lines */

/* What is sold together is mostly taxed alike. */
size_t writing_add(struct writing *w, size_t row)
{
    struct line_list *lines = &w->doc.lines;
    if (lines->n >= WRITING_LINES)
        return lines->n - 1;
    if (lines->n == w->capacity)
        lines->v = arena_grow(w->texts, lines->v, &w->capacity, sizeof *lines->v);
    memmove(&lines->v[row + 1], &lines->v[row], (lines->n - row) * sizeof *lines->v);
    struct line *l = &lines->v[row];
    lines->n++;
    *l = (struct line){.quantity = DECIMAL_ONE};
    if (row > 0) {
        writing_put_tax(w, WRITE_TAX, l, &w->taxes[writing_chosen(w, WRITE_TAX, row - 1)].tax);
        writing_put_tax(w, WRITE_TAX2, l, &w->taxes[writing_chosen(w, WRITE_TAX2, row - 1)].tax);
    } else if (w->tax_count > 1) {
        writing_put_tax(w, WRITE_TAX, l, &w->taxes[1].tax);
    }
    w->summed = false; /* that alone is no change: it says nothing */
    return row;
}

void writing_drop(struct writing *w, size_t row)
{
    struct line_list *lines = &w->doc.lines;
    if (!writing_empty(&lines->v[row]))
        w->version++;
    lines->n--;
    memmove(&lines->v[row], &lines->v[row + 1], (lines->n - row) * sizeof *lines->v);
    w->summed = false;
}

void writing_move(struct writing *w, size_t row, size_t to)
{
    struct line *v = w->doc.lines.v, moved = v[row];
    if (to > row)
        memmove(&v[row], &v[row + 1], (to - row) * sizeof *v);
    else
        memmove(&v[to + 1], &v[to], (row - to) * sizeof *v);
    v[to] = moved;
    writing_touch(w);
}

void writing_item(struct writing *w, size_t row, const struct item *item)
{
    struct line *l = &w->doc.lines.v[row];
    const struct item *kept = fill_copy(shape_item(), item, w->texts);
    l->item = kept->id;
    l->name = kept->name;
    l->description = kept->description;
    l->unit = kept->unit;
    if (strcmp(w->currency, w->base_currency) == 0) /* an item's price is in the base currency */
        l->price = kept->price;
    for (size_t i = 1; i < w->tax_count; i++)
        if (kept->tax && w->taxes[i].tax.id == kept->tax && !w->taxes[i].own)
            writing_put_tax(w, WRITE_TAX, l, &w->taxes[i].tax);
    writing_touch(w);
}

/* --- what it adds up to */

void writing_sum(struct writing *w)
{
    if (w->summed)
        return;
    struct document *d = &w->sums;
    arena_reset(w->sum);
    *d = w->doc;
    d->lines = (struct line_list){0, arena_alloc(w->sum, (w->doc.lines.n + 1) * sizeof(struct line))};
    for (size_t i = 0; i < w->doc.lines.n; i++)
        if (!writing_says_nothing(w, i))
            d->lines.v[d->lines.n++] = w->doc.lines.v[i];
    d->kind = w->kind;
    d->state = DOC_DRAFT;
    d->status = STATUS_DRAFT;
    d->number = w->number;
    d->customer_name = w->customer_name;
    d->currency = w->currency;
    if (w->recurs)
        writing_put_next(w, d);
    memset(&w->wrong, 0, sizeof w->wrong);
    if (sums_compute(w->sum, d, &w->wrong) != OK)
        d->taxes.n = 0;
    w->summed = true;
}

const struct line *writing_summed(const struct writing *w, size_t row)
{
    size_t at = 0;
    for (size_t i = 0; i < row; i++)
        at += !writing_says_nothing(w, i);
    return w->wrong.code || writing_says_nothing(w, row) || at >= w->sums.lines.n ? NULL
                                                                                  : &w->sums.lines.v[at];
}
