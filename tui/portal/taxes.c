/* Taxes (F2): the rates that lines offer, added, renamed, withdrawn. */
#include "proto/paper/show.h"
#include "tui/portal/books.h"

static const struct tax *tax(const struct scene *v)
{
    return v->row;
}

static const char *rate(const struct scene *v)
{
    char text[SHOW_TEXT];
    return scene_text(v, "%s %%", show_decimal(text, tax(v)->percent, 0));
}

static const char *offered(const struct scene *v)
{
    return tax(v)->active ? "yes" : "withdrawn";
}

static const char *offered_spoken(const struct scene *v)
{
    return tax(v)->active ? "" : "withdrawn";
}

static enum look look(const struct scene *v)
{
    return tax(v)->active ? LOOK_PLAIN : LOOK_DIM;
}

static const struct column columns[] = {
    {.field = "name", .title = "Tax", .width = 24, .grow = 1},
    {.field = "percent", .width = 10, .text = rate},
    {.field = "active", .width = 12, .text = offered, .spoken = offered_spoken},
    {0}};

#define NAME                                           \
    {                                                  \
        .field = "tax.name", .must = true, .width = 30 \
    }
#define CATEGORY                                             \
    {                                                        \
        .field = "tax.category", .empty = "as the rate says" \
    }
#define REASON                             \
    {                                      \
        .field = "tax.reason", .width = 60 \
    }
static const struct give new_gives[] = {
    NAME, {.field = "tax.percent", .unit = "%", .must = true, .width = 10}, CATEGORY, REASON, {0}};
static const struct give gives[] = {NAME, CATEGORY, REASON, {.field = "tax.active"}, {0}};

/* Can be taken back by doing it again, so it is not asked about. */
static void withdraw(const struct scene *v, const void *in, void *send)
{
    struct tax_update_in *update = send;
    (void)in;
    struct tax *changed = arena_alloc(v->arena, sizeof *changed);
    GIVE(tax, changed, active, !tax(v)->active);
    GIVE(tax_update_in, update, tax, changed);
}

static const char *withdrawn(const struct scene *v, const void *out)
{
    (void)v;
    return ((const struct tax_update_out *)out)->tax->active ? "It is offered again."
                                                             : "Withdrawn: it is offered no more.";
}

static const struct act acts[] = {
    {.key = 'e',
     .name = "change",
     .help = "Rename it, change its category or reason",
     .op = OPNO_tax_update,
     .note = "A rate stays as it is, for documents use it: add another tax and withdraw this one.",
     .gives = gives,
     .begins = "tax",
     .busy = "Saving…",
     .done = "Saved."},
    {.key = '+',
     .name = "new",
     .help = "Add a tax",
     .op = OPNO_tax_create,
     .gives = new_gives,
     .yes = "Add the tax",
     .busy = "Saving…",
     .makes = "tax",
     .done = "The tax is there."},
    {.key = 'x',
     .name = "withdraw",
     .help = "Offer it no more, or again",
     .op = OPNO_tax_update,
     .complete = withdraw,
     .told = withdrawn},
    {0}};

const struct book book_taxes = {.name = "taxes",
                                .title = "Taxes",
                                .noun = "tax",
                                .empty = "No taxes yet.",
                                .op = OPNO_tax_list,
                                .rows = "taxes",
                                .one = "id",
                                .columns = columns,
                                .look = look,
                                .acts = acts,
                                .live = SUBJECT_BIT(SUBJECT_TAX)};
