/* The inputs of the editor: lines, taxes, how a document is put into them, and where something is wrong. */
#include "common/date.h"
#include "common/number.h"
#include "common/text.h"
#include "tui/staff/editor_inside.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_letter(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static bool has_letter(const char *text)
{
    while (*text && !is_letter(*text))
        text++;
    return *text;
}

/* "10", "10 %": per cent; "25 EUR": an amount. */
bool editor_read_discount(const char *text, const char *currency, int64_t *percent, int64_t *amount,
                          struct refusal *why)
{
    *percent = *amount = 0;
    if (text_blank(text, strlen(text)))
        return true;
    bool money = has_letter(text);
    enum err e = money ? number_read_money(text, currency, "", amount, why)
                       : number_read_percent(text, "", percent, why);
    if (!e && (*amount < 0 || *percent < 0 || *percent > 100 * DECIMAL_ONE))
        e = refuse(why, ERR_INVALID, "", "Per cent from 0 to 100, or an amount as in 25.00 %s.", currency);
    return !e;
}

/* The currency is checked when the document is computed; here the text has to be in whichever it names. */
static const char *check_discount(const char *text)
{
    static struct refusal why; /* copied into the field's error at once */
    int64_t percent, amount;
    char code[4] = "";
    for (const char *at = text; *at && !code[2]; at++)
        if (is_letter(*at))
            code[strlen(code)] = (char)(*at & ~0x20);
    return editor_read_discount(text, code, &percent, &amount, &why) ? NULL : why.detail;
}

static void set_discount(struct input *in, int64_t percent, struct money amount)
{
    char text[SHOW_TEXT + 8] = "", number[MONEY_TEXT];
    int digits = currency_digits(amount.currency);
    if (percent)
        snprintf(text, sizeof text, "%s %%", decimal_plain(number, percent));
    else if (amount.amount)
        snprintf(text, sizeof text, "%s %s", money_plain(number, amount.amount, digits < 0 ? 2 : digits),
                 amount.currency);
    input_set(in, text);
}

/* --- inputs */

static const struct input_spec heads[HEADS] = {
    [HEAD_DATE] = {.name = "date",
                   .kind = INPUT_DATE,
                   .required = true,
                   .hint = "2026-11-22, 22 nov, today, +14"},
    [HEAD_DUE] = {.name = "due",
                  .kind = INPUT_DATE,
                  .required = true,
                  .hint = "2026-11-22, 22 nov, +14 (from today)"},
    [HEAD_REFERENCE] = {.name = "reference",
                        .kind = INPUT_TEXT,
                        .max = 80,
                        .hint = "The customer's own reference: a purchase order"},
};
static const struct input_spec cells[CELLS] = {
    [CELL_NAME] = {.name = "name",
                   .kind = INPUT_TEXT,
                   .max = 200,
                   .hint = "What it is; items that match appear below: ↓ and Enter take one"},
    [CELL_QUANTITY] = {.name = "quantity", .kind = INPUT_DECIMAL, .hint = "How many"},
    [CELL_PRICE] = {.name = "price", .kind = INPUT_DECIMAL, .hint = "Price of one"},
    [CELL_DISCOUNT] = {.name = "discount",
                       .kind = INPUT_TEXT,
                       .max = 40,
                       .check = check_discount,
                       .hint = "10 for per cent, 25.00 EUR for an amount"},
    [CELL_TAX] = {.name = "tax",
                  .kind = INPUT_CHOICE,
                  .hint = "← → another tax; Tab: text, unit, second tax; Enter: next line"},
    [CELL_TEXT] = {.name = "description",
                   .kind = INPUT_LINES,
                   .max = 2000,
                   .hint = "More about it; Enter makes a new line, Tab goes on"},
    [CELL_UNIT] = {.name = "unit", .kind = INPUT_TEXT, .max = 30, .hint = "Unit: pcs, h, pallet"},
    [CELL_TAX2] = {.name = "tax2",
                   .kind = INPUT_CHOICE,
                   .hint = "← → a second tax on the same amount: GST and PST, CGST and SGST"},
};
static const struct input_spec feet[FEET] = {
    [FOOT_DISCOUNT] = {.name = "discount_percent",
                       .kind = INPUT_TEXT,
                       .max = 40,
                       .check = check_discount,
                       .hint = "Discount on the whole: 10 for per cent, 25.00 EUR for an amount"},
    [FOOT_SHIPPING] = {.name = "shipping",
                       .kind = INPUT_MONEY,
                       .hint = "Shipping, taxed at the rate beside it"},
    [FOOT_SHIPPING_TAX] = {.name = "shipping_tax_percent",
                           .kind = INPUT_CHOICE,
                           .hint = "← → tax on shipping"},
    [FOOT_ADJUSTMENT] = {.name = "adjustment",
                         .kind = INPUT_MONEY,
                         .hint = "Untaxed, added at the end; may be negative"},
    [FOOT_INCLUSIVE] = {.name = "tax_inclusive",
                        .kind = INPUT_CHECK,
                        .hint = "Space: the prices above contain the tax"},
    [FOOT_CARD] = {.name = "no_card", .kind = INPUT_CHECK, .hint = "Space: the customer may pay by card"},
    [FOOT_TRANSFER] = {.name = "no_transfer",
                       .kind = INPUT_CHECK,
                       .hint = "Space: the bank account is shown"},
    [FOOT_NOTES] = {.name = "notes",
                    .kind = INPUT_LINES,
                    .max = 4000,
                    .hint = "A note to the customer; Enter makes a new line"},
    [FOOT_TERMS] = {.name = "terms",
                    .kind = INPUT_LINES,
                    .max = 4000,
                    .hint = "Terms; Enter makes a new line"},
    [FOOT_SUPPLY] = {.name = "supply_date",
                     .kind = INPUT_DATE,
                     .hint = "Day of the supply, where it is not the date of the document"},
    [FOOT_PERIOD_FROM] = {.name = "period_from", .kind = INPUT_DATE, .hint = "First day of the service"},
    [FOOT_PERIOD_UNTIL] = {.name = "period_until", .kind = INPUT_DATE, .hint = "Last day of the service"},
    [FOOT_STATEMENT] = {.name = "statement",
                        .kind = INPUT_LINES,
                        .max = 500,
                        .hint = "Wording the law asks for: Self-billing, Cash accounting, Margin scheme"},
};

void editor_init(struct editor *e)
{
    for (int i = 0; i < HEADS; i++)
        input_init(&e->head[i], &heads[i]);
    for (int i = 0; i < FEET; i++)
        input_init(&e->foot[i], &feet[i]);
    e->foot[FOOT_CARD].choice = e->foot[FOOT_TRANSFER].choice = 1;
    e->match = -1;
    e->state = DOC_DRAFT;
    e->work = arena_open();
}

static void row_close(struct editor_row *r)
{
    for (int i = 0; i < CELLS; i++)
        input_fini(&r->cell[i]);
    free(r);
}

void editor_fini(struct editor *e)
{
    for (int i = 0; i < HEADS; i++)
        input_fini(&e->head[i]);
    for (int i = 0; i < FEET; i++)
        input_fini(&e->foot[i]);
    for (size_t i = 0; i < e->n; i++)
        row_close(e->rows[i]);
    free(e->rows);
    arena_close(e->work);
}

size_t editor_add_row(struct editor *e, size_t at)
{
    if (e->n >= EDITOR_LINES)
        return e->n - 1;
    if (e->n == e->capacity) {
        size_t more = e->capacity ? e->capacity * 2 : 8;
        struct editor_row **rows = realloc(e->rows, more * sizeof *rows);
        if (!rows)
            abort();
        e->rows = rows;
        e->capacity = more;
    }
    struct editor_row *r = calloc(1, sizeof *r);
    if (!r)
        abort();
    for (int i = 0; i < CELLS; i++)
        input_init(&r->cell[i], &cells[i]);
    r->cell[CELL_TAX].spec.choices = r->cell[CELL_TAX2].spec.choices = e->tax_labels;
    input_set(&r->cell[CELL_QUANTITY], "1");
    if (at > 0) { /* what is sold together is mostly taxed alike */
        r->cell[CELL_TAX].choice = e->rows[at - 1]->cell[CELL_TAX].choice;
        r->cell[CELL_TAX2].choice = e->rows[at - 1]->cell[CELL_TAX2].choice;
    } else if (e->tax_count > 1)
        r->cell[CELL_TAX].choice = 1;
    memmove(&e->rows[at + 1], &e->rows[at], (e->n - at) * sizeof *e->rows);
    e->rows[at] = r;
    e->n++;
    return at;
}

void editor_drop_row(struct editor *e, size_t at)
{
    row_close(e->rows[at]);
    e->n--;
    memmove(&e->rows[at], &e->rows[at + 1], (e->n - at) * sizeof *e->rows);
    if (e->n == 0)
        editor_add_row(e, 0);
}

bool editor_row_empty(const struct editor_row *r)
{
    return !*input_text(&r->cell[CELL_NAME]) && !*input_text(&r->cell[CELL_PRICE]) &&
           !*input_text(&r->cell[CELL_TEXT]);
}

/* --- taxes */

static void add_tax(struct editor *e, const struct tax *tax, bool own)
{
    char number[MONEY_TEXT];
    if (e->tax_count >= EDITOR_RATES)
        return;
    struct editor_tax *t = &e->taxes[e->tax_count];
    *t = (struct editor_tax){.id = tax->id, .percent = tax->percent, .category = tax->category, .own = own};
    snprintf(t->name, sizeof t->name, "%s", show_text(tax->name));
    snprintf(t->reason, sizeof t->reason, "%s", show_text(tax->reason));
    snprintf(t->label, sizeof t->label, "%.63s%s%s %%", show_text(tax->name), *t->name ? " " : "",
             decimal_plain(number, tax->percent));
    e->tax_labels[e->tax_count++] = t->label;
    e->tax_labels[e->tax_count] = NULL;
}

void editor_set_taxes(struct editor *e, const struct tax_list *taxes)
{
    e->tax_count = 0;
    add_tax(e, &(struct tax){.id = 0}, false);
    snprintf(e->taxes[0].label, sizeof e->taxes[0].label, "no tax");
    for (size_t i = 0; i < taxes->n; i++)
        if (taxes->v[i].active)
            add_tax(e, &taxes->v[i], false);
}

/* Where the tax of a line stands among the choices; one that is not offered any more, or has another reason on this line, is added. */
static int tax_index(struct editor *e, const struct tax *tax)
{
    if (!tax->id && !tax->percent && !tax->category && !*show_text(tax->name))
        return 0;
    for (size_t i = 1; i < e->tax_count; i++) {
        const struct editor_tax *t = &e->taxes[i];
        bool same = tax->id ? t->id == tax->id
                            : t->percent == tax->percent && t->category == tax->category &&
                                  strcmp(t->name, show_text(tax->name)) == 0;
        if (same && strcmp(t->reason, show_text(tax->reason)) == 0)
            return (int)i;
    }
    add_tax(e, tax, true);
    return (int)e->tax_count - 1;
}

const struct editor_tax *editor_tax_of(const struct editor *e, const struct input *in)
{
    return &e->taxes[in->choice >= 0 && (size_t)in->choice < e->tax_count ? in->choice : 0];
}

/* --- from a document */

static void set_decimal(struct input *in, int64_t value)
{
    char text[MONEY_TEXT];
    input_set(in, decimal_plain(text, value));
}

static void set_money(struct input *in, const struct editor *e, int64_t amount)
{
    char text[MONEY_TEXT];
    int digits = currency_digits(e->currency);
    snprintf(in->currency, sizeof in->currency, "%s", e->currency);
    input_set(in, amount ? money_plain(text, amount, digits < 0 ? 2 : digits) : "");
}

static void set_date(struct input *in, int32_t day)
{
    char text[DATE_TEXT];
    input_set(in, date_plain(text, day));
}

static void fill_row(struct editor *e, struct editor_row *r, const struct line *l)
{
    r->item = l->item;
    input_set(&r->cell[CELL_NAME], show_text(l->name));
    set_decimal(&r->cell[CELL_QUANTITY], l->quantity);
    set_decimal(&r->cell[CELL_PRICE], l->price);
    set_discount(&r->cell[CELL_DISCOUNT], l->discount_percent, l->discount);
    input_set(&r->cell[CELL_TEXT], show_text(l->description));
    input_set(&r->cell[CELL_UNIT], show_text(l->unit));
    r->cell[CELL_TAX].choice = tax_index(e, &(struct tax){.id = l->tax,
                                                          .name = l->tax_name,
                                                          .percent = l->tax_percent,
                                                          .category = l->category,
                                                          .reason = l->reason});
    r->cell[CELL_TAX2].choice = 0;
    if (l->tax2_percent)
        r->cell[CELL_TAX2].choice = tax_index(e, &(struct tax){.id = l->tax2,
                                                               .name = l->tax2_name,
                                                               .percent = l->tax2_percent,
                                                               .category = TAX_STANDARD});
}

static void fill_shipping_tax(struct editor *e, const struct document *d)
{
    struct input *in = &e->foot[FOOT_SHIPPING_TAX];
    bool named = d->shipping_tax || d->shipping_category;
    for (size_t i = 1; i < e->tax_count && !named && d->shipping_tax_percent; i++)
        if (e->taxes[i].percent == d->shipping_tax_percent)
            in->choice = (int)i;
    if (named || (d->shipping_tax_percent && !in->choice))
        in->choice = tax_index(e, &(struct tax){.id = d->shipping_tax,
                                                .name = d->shipping_tax_name ? d->shipping_tax_name : "Tax",
                                                .percent = d->shipping_tax_percent,
                                                .category = d->shipping_category,
                                                .reason = d->shipping_reason});
}

void editor_fill(struct editor *e, const struct document *d)
{
    set_date(&e->head[HEAD_DATE], d->date);
    set_date(&e->head[HEAD_DUE], d->due);
    input_set(&e->head[HEAD_REFERENCE], show_text(d->reference));
    for (size_t i = 0; i < d->lines.n; i++) {
        size_t at = editor_add_row(e, e->n); /* may move the rows */
        fill_row(e, e->rows[at], &d->lines.v[i]);
    }
    if (!e->n)
        editor_add_row(e, 0);
    set_discount(&e->foot[FOOT_DISCOUNT], d->discount_percent, d->discount_amount);
    set_money(&e->foot[FOOT_SHIPPING], e, d->shipping.amount);
    set_money(&e->foot[FOOT_ADJUSTMENT], e, d->adjustment.amount);
    e->foot[FOOT_SHIPPING_TAX].spec.choices = e->tax_labels;
    fill_shipping_tax(e, d);
    if (d->supply_date)
        set_date(&e->foot[FOOT_SUPPLY], d->supply_date);
    if (d->period_from)
        set_date(&e->foot[FOOT_PERIOD_FROM], d->period_from);
    if (d->period_until)
        set_date(&e->foot[FOOT_PERIOD_UNTIL], d->period_until);
    input_set(&e->foot[FOOT_STATEMENT], show_text(d->statement));
    e->foot[FOOT_INCLUSIVE].choice = d->tax_inclusive;
    e->foot[FOOT_CARD].choice = !d->no_card;
    e->foot[FOOT_TRANSFER].choice = !d->no_transfer;
    input_set(&e->foot[FOOT_NOTES], show_text(d->notes));
    input_set(&e->foot[FOOT_TERMS], show_text(d->terms));
}

void editor_take_item(struct editor *e, size_t row, const struct item *item)
{
    struct editor_row *r = e->rows[row];
    r->item = item->id;
    input_set(&r->cell[CELL_NAME], show_text(item->name));
    input_set(&r->cell[CELL_TEXT], show_text(item->description));
    input_set(&r->cell[CELL_UNIT], show_text(item->unit));
    if (strcmp(e->currency, e->base_currency) == 0) /* an item's price is in the base currency */
        set_decimal(&r->cell[CELL_PRICE], item->price);
    for (size_t i = 1; i < e->tax_count; i++)
        if (item->tax && e->taxes[i].id == item->tax)
            r->cell[CELL_TAX].choice = (int)i;
}

void editor_tidy(const struct editor *e, struct input *in)
{
    int64_t percent, amount;
    bool changed = in->changed;
    struct refusal why;
    if (in->spec.check != check_discount || in->error[0])
        return;
    if (!editor_read_discount(input_text(in), e->currency, &percent, &amount, &why)) {
        memcpy(in->error, why.detail, sizeof in->error);
        return;
    }
    set_discount(in, percent, money_of(amount, e->currency));
    in->changed = changed;
}

/* --- what is wrong, and where */

struct input *editor_input(struct editor *e, const struct editor_focus *f)
{
    switch (f->area) {
    case AREA_HEAD: return &e->head[f->at];
    case AREA_FOOT: return &e->foot[f->at];
    default: return &e->rows[f->row < e->n ? f->row : e->n - 1]->cell[f->at];
    }
}

static bool passes(struct editor *e, struct input *in)
{
    bool fine = input_check(in, e->today);
    editor_tidy(e, in);
    return fine && !in->error[0];
}

bool editor_check(struct editor *e)
{
    struct editor_focus wrong = {0};
    bool fine = true;
    for (int i = FEET; i-- > 0;)
        if (!passes(e, &e->foot[i])) {
            wrong = (struct editor_focus){AREA_FOOT, 0, i};
            fine = false;
        }
    for (size_t r = e->n; r-- > 0;)
        for (int i = CELLS; !editor_row_empty(e->rows[r]) && i-- > 0;) {
            struct input *in = &e->rows[r]->cell[i];
            bool ok = passes(e, in);
            if (ok && i == CELL_NAME && !*input_text(in)) {
                snprintf(in->error, sizeof in->error, "Say what it is.");
                ok = false;
            }
            if (!ok) {
                wrong = (struct editor_focus){AREA_LINES, r, i};
                fine = false;
            }
        }
    for (int i = HEADS; i-- > 0;)
        if (!input_check(&e->head[i], e->today)) {
            wrong = (struct editor_focus){AREA_HEAD, 0, i};
            fine = false;
        }
    if (!fine)
        e->focus = wrong;
    return fine;
}

/* The row on the screen of the i-th line that is sent: empty ones are left out. */
static size_t row_of_line(const struct editor *e, size_t line)
{
    for (size_t i = 0; i < e->n; i++)
        if (!editor_row_empty(e->rows[i]) && line-- == 0)
            return i;
    return e->n - 1;
}

static int by_name(const struct input_spec *specs, int n, const char *name)
{
    for (int i = 0; i < n; i++)
        if (strcmp(specs[i].name, name) == 0)
            return i;
    return -1;
}

bool editor_refuse(struct editor *e, const struct refusal *why)
{
    const char *path = strncmp(why->field, "document.", 9) == 0 ? why->field + 9 : why->field;
    struct editor_focus f = {0};
    if (strncmp(path, "lines.", 6) == 0) {
        char *end;
        size_t line = (size_t)strtoul(path + 6, &end, 10);
        const char *cell = *end == '.' ? end + 1 : "name";
        if (strncmp(cell, "discount", 8) == 0)
            cell = "discount";
        else if (strncmp(cell, "tax2", 4) == 0)
            cell = "tax2";
        else if (strncmp(cell, "tax", 3) == 0 || strcmp(cell, "category") == 0 || strcmp(cell, "reason") == 0)
            cell = "tax";
        f = (struct editor_focus){AREA_LINES, row_of_line(e, line), by_name(cells, CELLS, cell)};
    } else if (by_name(heads, HEADS, path) >= 0) {
        f = (struct editor_focus){AREA_HEAD, 0, by_name(heads, HEADS, path)};
    } else {
        if (strcmp(path, "discount_amount") == 0 || strcmp(path, "discount") == 0)
            path = "discount_percent";
        else if (strncmp(path, "shipping_", 9) == 0)
            path = "shipping_tax_percent";
        f = (struct editor_focus){AREA_FOOT, 0, by_name(feet, FEET, path)};
    }
    if (f.at < 0)
        return false;
    e->focus = f;
    struct input *in = editor_input(e, &f);
    snprintf(in->error, sizeof in->error, "%s", *why->detail ? why->detail : err_sentence(why->code));
    return true;
}
