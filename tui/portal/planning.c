/* Payment plans (E14): an invoice that is not sent yet is divided into instalments. How it is paid is in paying.c. */
#include "tui/portal/papers.h"
#include "tui/portal/recurring.h"

const char *plan_can(const struct scene *v)
{
    const struct document *d = paper_of(v);
    return d->state != DOC_DRAFT  ? "What was sent stays as it is: withdraw it and duplicate it instead."
           : d->total.amount <= 0 ? "There is nothing to divide yet."
                                  : NULL;
}

void plan_revision(const struct scene *v, const void *in, void *send)
{
    (void)in;
    GIVE(invoice_plan_in, (struct invoice_plan_in *)send, revision, paper_of(v)->revision);
}

static const char *monthly(const struct scene *v)
{
    (void)v;
    return "month";
}

const struct give plan_gives[] = {{.field = "parts", .width = 6},
                                  {.field = "first", .empty = "empty for its due date"},
                                  {.field = "period", .first = monthly},
                                  {0}};
