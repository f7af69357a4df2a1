/* The parts of a payment from a file, by invoice: numbers are found whatever their capitals, and one may be there twice. */
#include "server/ops/import.h"
#include <string.h>

bool import_fine_beside(const struct money *off, const struct money *amount)
{
    return off->amount == 0 || (off->amount > 0 && strcmp(off->currency, amount->currency) == 0);
}

/* Is another one with it a part of the same invoice? What is wrong with either is said of its own. */
static bool together(const struct import_want *w, uint64_t invoice, const struct money *amount,
                     const struct money *off)
{
    int64_t sum;
    return w->invoice == invoice && strcmp(w->amount.currency, amount->currency) == 0 && amount->amount > 0 &&
           w->amount.amount > 0 && money_add(w->amount.amount, amount->amount, &sum) == OK &&
           import_fine_beside(&w->off, &w->amount) && import_fine_beside(off, amount) &&
           money_add(w->off.amount, off->amount, &sum) == OK;
}

static void add_together(struct call *c, struct import_want *w, const struct import_part *part)
{
    const char *why = part->reason ? part->reason : "";
    w->amount.amount += part->amount.amount;
    if (!part->written_off.currency[0])
        return;
    if (w->off.amount && w->why && strcmp(w->why, why) != 0)
        w->why = arena_printf(c->arena, "%s, %s", w->why, why);
    else
        w->why = why;
    w->off = money_of(w->off.amount + part->written_off.amount, part->amount.currency);
}

enum err import_gather(struct call *c, const struct import_payment *row, struct import_want *all, size_t *n)
{
    *n = 0;
    for (size_t k = 0; k < row->parts.n; k++) {
        const struct import_part *part = &row->parts.v[k];
        uint64_t id;
        size_t i = 0;
        enum err e =
            part->retainer ? import_retainer(c, part->number, &id) : import_invoice(c, part->number, &id);
        if (e)
            return e;
        while (i < *n && (!id || !together(&all[i], id, &part->amount, &part->written_off)))
            i++;
        if (i == *n)
            all[(*n)++] = (struct import_want){.number = part->number,
                                               .retainer = part->retainer,
                                               .or_credit = part->or_credit,
                                               .invoice = id,
                                               .amount = part->amount,
                                               .off = part->written_off,
                                               .why = part->reason,
                                               .part = k};
        else
            add_together(c, &all[i], part);
    }
    return OK;
}
