/* A line of an invoice: a row of Invoice.csv. */
#include "proto/ctl/zoho_columns.h"
#include <string.h>

/* "10.00%" is a percentage and "10.00" may be one or an amount: what the line comes to says which. */
static void line_discount(struct zoho_invoice *g, struct zoho_row *z, const char *currency, struct line *line)
{
    struct money amount = {0, ""}, net = {0, ""}, gross = {0, ""};
    int64_t percent = 0, part;
    bool rest = false;
    zoho_amount_fine(z, DISCOUNT_AMOUNT, currency, &amount, &g->rough);
    zoho_percent(z, DISCOUNT, &percent);
    if (!*currency)
        return;
    if (amount.amount) {
        line->discount = amount; /* what was taken off, to the cent */
    } else if (percent && !strchr(zoho_cell(z, DISCOUNT), '%') && *zoho_cell(z, LINE_TOTAL)) {
        zoho_amount_fine(z, LINE_TOTAL, currency, &net, &rest);
        gross.amount = 0;
        if (money_extend(line->quantity, line->price, currency_digits(currency), &gross.amount) == OK &&
            money_mul_div(gross.amount, percent, 100 * DECIMAL_ONE, &part) == OK &&
            gross.amount - part != net.amount &&
            money_extend(DECIMAL_ONE, percent, currency_digits(currency), &part) == OK &&
            gross.amount - part == net.amount)
            line->discount = money_of(part, currency);
        else
            line->discount_percent = percent;
    } else {
        line->discount_percent = percent;
    }
}

/* Editions for India state the rates of a tax group's parts beside it: two of them are two taxes. */
static void parts_of_tax(struct zoho_row *z, struct line *line)
{
    static const struct {
        int column;
        const char *name;
    } parts[] = {{CGST, "CGST"}, {SGST, "SGST"}, {IGST, "IGST"}, {CESS, "CESS"}};
    int64_t rates[3] = {0}, sum = 0;
    size_t at[3] = {0}, n = 0;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        int64_t rate = 0;
        zoho_percent(z, parts[i].column, &rate);
        if (!rate)
            continue;
        if (n == 2)
            zoho_wrong(z, parts[i].column, "is a third tax on this line, which can have two");
        if (n == 2)
            return;
        at[n] = i;
        rates[n++] = rate;
        sum += rate;
    }
    if (!n || z->vague)
        return;
    if (line->tax2_percent)
        zoho_wrong(z, TAX2_PERCENT, "stands beside \"%s\": one of them says it",
                   z->columns[parts[at[0]].column].name);
    else if (*zoho_cell(z, TAX_PERCENT) && line->tax_percent != sum && line->tax_percent != rates[0])
        zoho_wrong(z, TAX_PERCENT, "is not what the rates of its parts come to");
    if (line->tax_percent != rates[0] || !*line->tax_name) /* it is the name of the group */
        line->tax_name = parts[at[0]].name;
    line->tax_percent = rates[0];
    line->tax2_percent = rates[1];
    line->tax2_name = n == 2 ? parts[at[1]].name : "";
}

/* A quantity below nothing is a thing that came back: the price goes below nothing instead, which comes to the same exactly. */
static void turn(struct zoho_invoice *g, struct line *line)
{
    if (line->quantity >= 0 || line->quantity == INT64_MIN || line->price == INT64_MIN)
        return;
    line->quantity = -line->quantity;
    line->price = -line->price;
    import_note(g->first.set, "a negative quantity was taken as a negative price", g->document.number);
}

void zoho_line(struct zoho_invoice *g, struct zoho_row *z, const char *currency)
{
    struct line line = {
        .name = zoho_text(z, ITEM), .unit = zoho_text(z, UNIT), .tax_name = zoho_text(z, TAX)};
    line.description = zoho_lines(z, DESCRIPTION);
    if (!*line.name && *line.description) { /* Zoho lets a line be a description alone */
        line.name = arena_text(z->set->c->a, line.description, strcspn(line.description, "\n"));
        line.description = "";
    }
    const bool counted = z->places[QUANTITY].n || g->kind != DOC_RETAINER;
    if (counted)
        (void)zoho_needs(z, QUANTITY);
    else
        line.quantity = DECIMAL_ONE; /* a retainer invoice may say amounts alone */
    (void)zoho_needs(z, PRICE);
    zoho_decimal(z, QUANTITY, &line.quantity);
    zoho_decimal(z, PRICE, &line.price);
    zoho_percent(z, TAX_PERCENT, &line.tax_percent);
    zoho_percent(z, TAX2_PERCENT, &line.tax2_percent);
    line.tax2_name = line.tax2_percent ? zoho_text(z, TAX2) : "";
    parts_of_tax(z, &line);
    if (!zoho_is(z, DISCOUNT_TYPE, "entity_level"))
        line_discount(g, z, currency, &line);
    turn(g, &line);
    if (z->vague)
        line.price = 0; /* never comes in: it is only looked at for what else is wrong */
    GIVE(line, &line, quantity, line.quantity);
    struct arena *a = z->set->c->a;
    if (g->n == g->capacity)
        g->lines = arena_grow(a, g->lines, &g->capacity, sizeof *g->lines);
    if (g->n == g->line_capacity)
        g->part_lines = arena_grow(a, g->part_lines, &g->line_capacity, sizeof *g->part_lines);
    g->part_lines[g->n] = z->row->line;
    g->lines[g->n++] = line;
}
